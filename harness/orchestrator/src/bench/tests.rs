//! The arithmetic, and programs that are not there.

use std::time::Duration;

use super::shares::Used;
use super::{Measured, Peer, Shares, machine, scapy};

#[test]
fn the_kernels_account_is_read_whatever_the_program_is_called() {
    let stat = "4711 (a ) b (c) S 1 1 1 0 -1 4194304 100 200 0 0 150 50 70 30 20 0 3 0 0";
    let used = Used {
        user: 150,
        kernel: 50,
        children: 100,
    };
    assert_eq!(Used::read(stat), Some(used));
    assert_eq!(Used::read("4711 (cut) S 1 1"), None);
    assert_eq!(Used::read(""), None);
}

#[test]
fn shares_of_the_wall_time_add_up() {
    let now = Used {
        user: 150,
        kernel: 50,
        children: 100,
    };
    let before = Used {
        user: 50,
        kernel: 0,
        children: 25,
    };
    let second = rustix::param::clock_ticks_per_second() as f64;
    let sum = |shares: Shares| shares.harness + shares.kernel + shares.device + shares.idle;
    let shares = now.since(before).of(300.0 / second);
    assert!((sum(shares) - 1.0).abs() < 1e-9, "{shares:?}");
    assert!((shares.harness - 1.0 / 3.0).abs() < 1e-9, "{shares:?}");
    assert!((shares.device - 0.25).abs() < 1e-9, "{shares:?}");
    // Ticks that come to more than the wall time.
    let shares = now.since(before).and(before).of(200.0 / second);
    assert!((sum(shares) - 1.0).abs() < 1e-9, "{shares:?}");
    assert!(shares.idle.abs() < 1e-9, "{shares:?}");
}

#[test]
fn a_processor_has_a_name() {
    let x86 = "processor\t: 0\nmodel name\t: Some CPU @ 2.10GHz\n";
    assert_eq!(machine::cpu(x86), Some("Some CPU @ 2.10GHz"));
    assert_eq!(machine::cpu("processor : 0\n"), None);
}

#[test]
fn a_program_that_is_not_there_is_told_of_with_its_package() {
    match scapy::measure_with("/no/such/python", &[], Duration::ZERO) {
        Peer::Missing(why) => assert!(why.contains("apt-get install python3-scapy"), "{why}"),
        found => panic!("{found:?}"),
    }
    // A Python without it.
    match scapy::measure_with("false", &[], Duration::ZERO) {
        Peer::Missing(why) => assert!(why.contains("apt-get install python3-scapy"), "{why}"),
        found => panic!("{found:?}"),
    }
}

#[test]
fn ratios_are_ours_by_theirs() {
    let measured = Measured {
        version: "1".to_owned(),
        frames: 10,
        craft: Some(100.0),
        dissect: 50.0,
        our_craft: 1000.0,
        our_dissect: 200.0,
    };
    assert_eq!(measured.craft_ratio(), Some(10.0));
    assert_eq!(measured.dissect_ratio(), 4.0);
    let reader = Measured {
        craft: None,
        ..measured
    };
    assert_eq!(reader.craft_ratio(), None);
}
