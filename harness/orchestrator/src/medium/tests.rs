use std::time::Duration;

use super::*;

#[test]
fn without_settings_every_frame_arrives_once_and_at_once() {
    let mut air = VirtualAir::new(AirSettings::default());
    assert!((0..1000).all(|_| air.arrivals() == 1));
    assert!(air.is_lossless() && air.is_instant() && !air.take_disturbed());
    assert_eq!(air.longest_exchange(), Duration::ZERO);
}

#[test]
fn it_passes_its_own_check_and_leaves_no_trace() {
    for (loss, duplication, reordering) in [
        (0.0, 0.0, 0.0),
        (0.1, 0.0, 0.2),
        (0.5, 0.5, 1.0),
        (1.0, 0.0, 0.0),
    ] {
        let mut air = VirtualAir::new(AirSettings {
            loss,
            duplication,
            reordering,
            seed: 11,
            ..AirSettings::default()
        });
        assert_eq!(air.check(), Ok(()));
        assert!(air.measured_loss() <= 0.0 && !air.take_disturbed());
    }
    // A share that cannot be had.
    let air = VirtualAir::new(AirSettings {
        loss: 1.5,
        ..AirSettings::default()
    });
    assert_eq!(
        air.check().unwrap_err().to_string(),
        "the air loses 1.000 of the frames, and was told 1.500"
    );
}

#[test]
fn a_seed_loses_the_share_it_is_told_to_and_the_same_frames_each_time() {
    let settings = AirSettings {
        loss: 0.3,
        seed: 7,
        ..AirSettings::default()
    };
    let run = |settings| {
        let mut air = VirtualAir::new(settings);
        let arrivals: Vec<usize> = (0..10_000).map(|_| air.arrivals()).collect();
        (arrivals, air.measured_loss())
    };
    let (first, loss) = run(settings);
    assert!((0.28..0.32).contains(&loss), "{loss}");
    assert_eq!(first, run(settings).0);
    let other = AirSettings {
        seed: 8,
        ..settings
    };
    assert_ne!(first, run(other).0);
}

fn frame(way: Way, octets: usize, sent_us: u64, mark: usize) -> Frame {
    Frame {
        way,
        psdu: vec![0; octets],
        sent_us,
        mark,
    }
}

/// Marks in the order of landing, with the times.
fn landings(air: &mut VirtualAir) -> Vec<(usize, u64)> {
    let mut landings = Vec::new();
    while let Some(due_us) = air.next_due_us() {
        assert!(due_us == 0 || air.land(due_us - 1).is_none());
        landings.push((air.land(due_us).unwrap().mark, due_us));
    }
    landings
}

#[test]
fn delay_keeps_the_order_and_its_bound() {
    let mut air = VirtualAir::new(AirSettings {
        delay: Duration::from_millis(20),
        seed: 3,
        ..AirSettings::default()
    });
    for mark in 0..500 {
        let way = [Way::ToDut, Way::FromDut][mark % 2];
        air.send(frame(way, 50, 100 * mark as u64, mark));
    }
    let landings = landings(&mut air);
    for way in 0..2 {
        let marks = landings.iter().map(|landing| landing.0);
        assert!(marks.filter(|mark| mark % 2 == way).is_sorted());
    }
    let late = landings.iter().map(|(mark, at)| at - 100 * *mark as u64);
    let longest = late.max().unwrap();
    assert!((15_000..=20_000).contains(&longest), "{longest}");
    assert!(!air.take_disturbed());
}

#[test]
fn a_frame_held_back_is_overtaken_and_that_is_told_once() {
    let mut air = VirtualAir::new(AirSettings {
        reordering: 0.3,
        seed: 3,
        ..AirSettings::default()
    });
    for mark in 0..100 {
        air.send(frame(Way::ToDut, 50, 0, mark));
    }
    let landings = landings(&mut air);
    let held_back = landings
        .iter()
        .filter(|landing| landing.1 == 10_000)
        .count();
    assert!((15..45).contains(&held_back), "{held_back}");
    assert!(!landings.is_sorted_by_key(|landing| landing.0));
    assert!(air.take_disturbed() && !air.take_disturbed());
    // With nobody to overtake it a frame is late, and no order is changed.
    for mark in 0..100 {
        air.send(frame(Way::ToDut, 50, 20_000 * mark as u64 + 10_000, mark));
    }
    while let Some(due_us) = air.next_due_us() {
        air.land(due_us).unwrap();
    }
    assert!(!air.take_disturbed());
}

#[test]
fn what_arrives_twice_disturbs_a_trial() {
    let mut air = VirtualAir::new(AirSettings {
        duplication: 1.0,
        delay: Duration::from_millis(1),
        ..AirSettings::default()
    });
    air.send(frame(Way::FromDut, 50, 0, 7));
    let marks: Vec<usize> = landings(&mut air).iter().map(|landing| landing.0).collect();
    assert_eq!(marks, [7, 7]);
    assert!(air.take_disturbed());
}

#[test]
fn at_250_kbit_a_second_frames_queue_for_the_air() {
    let mut air = VirtualAir::new(AirSettings {
        paced: true,
        ..AirSettings::default()
    });
    for (mark, (way, octets)) in [(Way::ToDut, 127), (Way::ToDut, 18), (Way::FromDut, 127)]
        .into_iter()
        .enumerate()
    {
        air.send(frame(way, octets, 0, mark));
    }
    // 133 octets of 32 us; 40 symbols later 24 octets; 12 symbols later 133 octets.
    let ends = [4256, 4256 + 640 + 768, 4256 + 640 + 768 + 192 + 4256];
    let expected: Vec<(usize, u64)> = ends.into_iter().enumerate().collect();
    assert_eq!(landings(&mut air), expected);
    // Time begins anew.
    air.clear();
    air.send(frame(Way::ToDut, 127, 0, 0));
    assert_eq!(air.next_due_us(), Some(4256));
}

#[test]
fn a_device_that_wants_a_pause_gets_it_and_its_answers_need_none() {
    let mut air = VirtualAir::new(AirSettings {
        pause: Duration::from_millis(5),
        ..AirSettings::default()
    });
    for (mark, way) in [Way::ToDut, Way::ToDut, Way::FromDut, Way::FromDut]
        .into_iter()
        .enumerate()
    {
        air.send(frame(way, 50, 1000, mark));
    }
    assert_eq!(
        landings(&mut air),
        [(0, 1000), (2, 1000), (3, 1000), (1, 6000)]
    );
}
