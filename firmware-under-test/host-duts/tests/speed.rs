//! How fast devices are over their pipes. Run by hand, in a release build:
//! `cargo build --release -p sixlo-host-duts --examples` and then
//! `cargo test --release -p sixlo-host-duts --test speed -- --ignored --nocapture --test-threads=1`

mod common;

use std::time::Instant;

use common::{Dut, Said, frames};
use rustix::thread::{CpuSet, sched_setaffinity};
use sixlo_agent_protocol::{HostMessage, Setting};

/// Two processes on one CPU need no wake-up across CPUs: several times faster.
fn pin() {
    let mut one = CpuSet::new();
    one.set(0);
    sched_setaffinity(None, &one).unwrap();
}

/// A device with addresses that has resolved the tester.
fn resolved(name: &str) -> Dut {
    let mut dut = Dut::start(name);
    for setting in [
        Setting::Eui64(frames::DEVICE),
        Setting::PanId(frames::PAN),
        Setting::Address(frames::link_local(frames::DEVICE), 64),
    ] {
        assert_eq!(dut.configure(setting), Said::Done);
    }
    dut.hear(&frames::to_device(1, &frames::neighbour_solicitation()));
    dut
}

fn echo() -> Vec<u8> {
    let request = frames::echo_request(1, 1, &[0x5a; 20]);
    frames::with_fcs(&frames::to_device(2, &request))
}

fn one_at_a_time(dut: &mut Dut, rounds: u32) {
    let psdu = echo();
    let begin = Instant::now();
    for _ in 0..rounds {
        let said = dut.ask(HostMessage::Receive { psdu: &psdu });
        assert!(said.iter().any(|said| matches!(said, Said::Transmitted(_))));
    }
    report("echoes one at a time", rounds, begin);
}

fn report(what: &str, rounds: u32, begin: Instant) {
    let rate = f64::from(rounds) / begin.elapsed().as_secs_f64();
    println!("{what}: {rate:.0}/s");
}

#[test]
#[ignore = "a measurement"]
fn speed_of_smoltcp() {
    pin();
    let mut dut = resolved("smoltcp");
    one_at_a_time(&mut dut, 100_000);

    let psdu = echo();
    let begin = Instant::now();
    for _ in 0..1000 {
        let batch: Vec<u8> = (0..100)
            .flat_map(|_| dut.frame(HostMessage::Receive { psdu: &psdu }))
            .collect();
        dut.write(&batch);
        for _ in 0..100 {
            assert!(matches!(dut.next().unwrap().1, Said::Transmitted(_)));
            assert!(matches!(dut.next().unwrap().1, Said::Settled(_)));
        }
    }
    report("echoes a hundred at a time", 100_000, begin);

    let begin = Instant::now();
    for _ in 0..10_000 {
        dut.ask(HostMessage::Reset);
    }
    report("resets", 10_000, begin);
}

#[test]
#[ignore = "a measurement"]
fn speed_of_linux() {
    pin();
    let begin = Instant::now();
    let mut dut = Dut::start("linux");
    dut.hello();
    println!("hello after {:.2} s", begin.elapsed().as_secs_f64());
    dut.close();

    let mut dut = resolved("linux");
    dut.configure(Setting::Neighbour(
        frames::link_local(frames::TESTER),
        frames::TESTER,
    ));
    one_at_a_time(&mut dut, 5000);
    let begin = Instant::now();
    for _ in 0..200 {
        dut.ask(HostMessage::Reset);
    }
    report("resets", 200, begin);
}
