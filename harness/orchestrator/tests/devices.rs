//! Trials on real child processes: good devices, and such as are broken on purpose.
//! The example `device`, which cargo builds beside this test, is their program.

use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use sixlo_harness::campaign::{Attempt, play};
use sixlo_harness::catalogue::{Catalogue, Parameters, compile, load};
use sixlo_harness::medium::AirSettings;
use sixlo_harness::rig::{DutSpec, Lane, LaneSettings, Program, Requires, RigError};
use sixlo_judge::evidence::{Cause, Evidence, Phase, Stop, What};
use sixlo_judge::testcase::Given;
use sixlo_judge::trial::{Trial, TrialStep};

fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push("device");
    assert!(
        path.exists(),
        "{path:?} is not built: cargo build --examples"
    );
    path
}

/// A device of which nothing is known beforehand.
fn spec(line: &str) -> DutSpec {
    let words = format!("dut {line}");
    let arguments = words.split_whitespace().map(str::to_owned).collect();
    let path = program();
    DutSpec::unknown(line, Program::Other { path, arguments })
}

fn open(line: &str) -> Result<Lane, RigError> {
    let settings = LaneSettings {
        addresses: Parameters::default().addresses,
        air: AirSettings::default(),
        cpu: None,
    };
    Lane::open(spec(line), settings)
}

/// The trial of a case without a sweep.
fn trial(lane: &Lane, case: &str) -> Trial {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let parameters = Parameters::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testcases");
    let catalogue = CATALOGUE.get_or_init(|| load(&folder, &parameters).unwrap());
    let case = catalogue.case(&case.into()).unwrap();
    compile(case, lane.profile(), &parameters).trials.remove(0)
}

/// The base case, played on this device.
fn evidence_of(line: &str) -> Evidence {
    let mut lane = open(line).unwrap();
    let trial = trial(&lane, "iphc-all-in-line");
    play(&mut lane, &trial, Attempt::FIRST)
}

fn heard_in(evidence: &Evidence, phase: Phase) -> usize {
    let heard = |what: &What| matches!(what, What::Heard(_));
    let events = evidence.events.iter();
    events
        .filter(|event| event.phase == phase && heard(&event.what))
        .count()
}

#[test]
fn a_good_device_answers_introduction_control_and_stimulus() {
    let evidence = evidence_of("p6lowpan-5");
    assert_eq!(evidence.stop, Stop::Settled);
    assert!(evidence.lossless);
    for phase in [Phase::Given, Phase::Control, Phase::Step(0)] {
        assert_eq!(heard_in(&evidence, phase), 1, "{phase:?}");
    }
    for event in &evidence.events {
        if let What::Sent { cause, taken, .. } = &event.what {
            assert!(taken);
            assert_eq!(*cause == Cause::Automatic, event.phase == Phase::Given);
        }
    }
}

#[test]
fn a_silent_device_takes_everything_and_says_nothing() {
    let evidence = evidence_of("silent");
    assert_eq!(evidence.stop, Stop::Settled);
    let mut sent = 0;
    for event in &evidence.events {
        match &event.what {
            What::Sent { taken, .. } => {
                assert!(taken);
                sent += 1;
            }
            What::Settled { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(sent, 3);
}

#[test]
fn each_way_to_break_down_has_a_word_of_its_own_and_ends_the_trial() {
    let words = |line: &str| {
        let evidence = evidence_of(line);
        assert_eq!(evidence.stop, Stop::Broken, "{line}");
        assert!(evidence.events.len() < 1000, "{line}");
        evidence.events.last().unwrap().what.clone()
    };
    let exited = |line: &str, how: &str| match words(line) {
        What::Exited(text) => assert!(text.starts_with(how), "{line}: {text}"),
        other => panic!("{line}: {other:?}"),
    };
    exited("dying --param how=abort", "killed by signal 6");
    exited("dying --param how=exit", "exited with code 3");
    exited(
        "dying --param how=panic",
        "exited with code 101; its last words: ",
    );
    assert_eq!(words("rebooting"), What::Rebooted);
    assert_eq!(words("flooding --param with=frames"), What::Flooded);
    assert_eq!(words("flooding --param with=log"), What::Flooded);
    assert_eq!(words("hanging"), What::Hung(2000));
}

#[test]
fn a_device_that_hangs_again_and_again_is_left_alone() {
    let mut lane = open("hanging").unwrap();
    let trial = trial(&lane, "iphc-all-in-line");
    let ends: Vec<What> = (0..4)
        .map(|_| {
            play(&mut lane, &trial, Attempt::FIRST)
                .events
                .pop()
                .unwrap()
                .what
        })
        .collect();
    // The probe was the first time.
    assert_eq!(ends[..2], [What::Hung(2000), What::Hung(2000)]);
    for end in &ends[2..] {
        assert!(matches!(end, What::Fault(text) if text.contains("3 trials in a row")));
    }
}

#[test]
fn a_setting_that_was_refused_is_asked_for_again() {
    let mut lane = open("p6lowpan-5").unwrap();
    let mut trial = trial(&lane, "iphc-all-in-line");
    trial.given.push(Given::Group(Ipv6Addr::LOCALHOST));
    for attempt in [Attempt::FIRST, Attempt::FIRST] {
        let evidence = play(&mut lane, &trial, attempt);
        let refused = |what: &What| matches!(what, What::Refused(name, _) if name == "group");
        let refusals = evidence.events.iter().filter(|event| refused(&event.what));
        assert_eq!(refusals.count(), 1);
    }
}

#[test]
fn a_device_that_broke_down_is_there_again_for_the_next_trial() {
    // Introduction, control, stimulus: the trial after it is the first of a new process.
    let mut lane = open("dying --param around=p6lowpan-5 --param after=6").unwrap();
    let trial = trial(&lane, "iphc-all-in-line");
    let stops: Vec<Stop> = (0..8)
        .map(|_| play(&mut lane, &trial, Attempt::FIRST).stop)
        .collect();
    let broken = stops.iter().filter(|stop| **stop == Stop::Broken).count();
    assert!((3..=4).contains(&broken), "{stops:?}");
}

#[test]
fn whoever_agrees_to_everything_or_talks_nonsense_is_refused() {
    for (line, text) in [
        (
            "agreeing",
            "agreeing answered an unknown command with Done(2); it must answer unsupported",
        ),
        ("nonsense", "nonsense answered hello with Nonsense("),
    ] {
        let error = open(line).err().unwrap().to_string();
        assert!(error.starts_with(text), "{error}");
    }
}

#[test]
fn a_minute_of_virtual_time_costs_none() {
    let mut lane = open("p6lowpan-5").unwrap();
    let base = trial(&lane, "iphc-all-in-line");
    let wait = Duration::from_secs(61);
    let waiting = Trial {
        steps: [vec![TrialStep::Wait(wait)], base.steps.clone()].concat(),
        ..base
    };
    let begin = Instant::now();
    let evidence = play(&mut lane, &waiting, Attempt::FIRST);
    assert!(begin.elapsed() < Duration::from_secs(10));
    let ends = (
        evidence.events.first().unwrap(),
        evidence.events.last().unwrap(),
    );
    assert!(ends.1.at_us - ends.0.at_us >= 61_000_000);
    assert!(heard_in(&evidence, Phase::Step(1)) > 0);
}

/// The base case again and again, on this air.
fn evidence_on(air: AirSettings, line: &str, times: usize) -> Vec<Evidence> {
    let settings = LaneSettings {
        addresses: Parameters::default().addresses,
        air,
        cpu: None,
    };
    let mut lane = Lane::open(spec(line), settings).unwrap();
    let trial = trial(&lane, "iphc-all-in-line");
    (0..times)
        .map(|_| play(&mut lane, &trial, Attempt::FIRST))
        .collect()
}

#[test]
fn what_is_under_way_lands_before_a_trial_ends() {
    let air = AirSettings {
        delay: Duration::from_millis(40),
        paced: true,
        seed: 5,
        ..AirSettings::default()
    };
    let evidence = evidence_on(air, "p6lowpan-5", 50);
    for evidence in &evidence {
        assert!(evidence.lossless && !evidence.disturbed);
        for phase in [Phase::Given, Phase::Control, Phase::Step(0)] {
            assert_eq!(heard_in(evidence, phase), 1, "{phase:?}");
        }
        let taken = |what: &What| !matches!(what, What::Sent { taken: false, .. });
        assert!(evidence.events.iter().all(|event| taken(&event.what)));
    }
    // One whose answers are late by themselves.
    let evidence = evidence_on(air, "slow --param around=p6lowpan-5 --param delay-ms=30", 3);
    assert!(
        evidence
            .iter()
            .all(|one| heard_in(one, Phase::Step(0)) == 1)
    );
    // The same seed, the same run.
    let again = evidence_on(air, "p6lowpan-5", 50);
    assert_eq!(evidence_on(air, "p6lowpan-5", 50), again);
}

#[test]
fn only_trials_whose_frames_changed_order_are_disturbed() {
    let air = AirSettings {
        reordering: 0.3,
        seed: 5,
        ..AirSettings::default()
    };
    let evidence = evidence_on(air, "p6lowpan-5", 20);
    // One frame at a time has nobody to overtake.
    assert!(evidence.iter().all(|one| !one.disturbed));
    let air = AirSettings {
        duplication: 0.3,
        ..air
    };
    let disturbed = |one: &&Evidence| one.disturbed;
    let disturbed = evidence_on(air, "p6lowpan-5", 20)
        .iter()
        .filter(disturbed)
        .count();
    assert!((1..20).contains(&disturbed), "{disturbed}");
}

#[test]
fn what_the_air_loses_is_recorded_as_sent_and_never_as_taken() {
    let settings = LaneSettings {
        addresses: Parameters::default().addresses,
        air: AirSettings {
            loss: 0.5,
            seed: 3,
            ..AirSettings::default()
        },
        cpu: None,
    };
    let mut lane = Lane::open(spec("p6lowpan-5"), settings).unwrap();
    let trial = trial(&lane, "iphc-all-in-line");
    let (mut taken, mut lost) = (0, 0);
    for _ in 0..100 {
        let evidence = play(&mut lane, &trial, Attempt::FIRST);
        assert!(!evidence.lossless);
        for event in &evidence.events {
            match event.what {
                What::Sent { taken: true, .. } => taken += 1,
                What::Sent { taken: false, .. } => lost += 1,
                _ => {}
            }
        }
    }
    let share = f64::from(lost) / f64::from(lost + taken);
    assert!((0.4..0.6).contains(&share), "{share}");
}

#[test]
fn an_image_takes_the_place_of_the_program_that_is_required() {
    let required = |file: PathBuf| DutSpec {
        requires: Some(Requires {
            file,
            get: "build it".to_owned(),
        }),
        ..spec("right")
    };
    let image = Path::new("/somewhere/else.exe");
    let taken = required(program()).with_image(image).unwrap();
    let Program::Other { path, arguments } = &taken.program else {
        panic!("{:?}", taken.program);
    };
    assert_eq!(path, image);
    assert_eq!(arguments, &["dut", "right"]);
    assert_eq!(taken.requires.unwrap().file, image);
    // What it requires is something else, or nothing.
    assert!(required("/usr/bin/qemu".into()).with_image(image).is_none());
    assert!(spec("right").with_image(image).is_none());
}

#[test]
fn nobody_opens_a_second_lane_to_a_device_that_is_there_once() {
    let behind = |kind: &str| DutSpec {
        program: Program::Bridge {
            kind: kind.to_owned(),
            settings: Default::default(),
        },
        ..spec("right")
    };
    for (kind, once) in [
        ("black-box", true),
        ("wpan", true),
        ("zep", false),
        ("cooja-mote", false),
    ] {
        assert_eq!(behind(kind).is_there_once(), once, "{kind}");
    }
}
