//! How fast a device is over its pipe. Run it by hand, pinned, in a release build:
//! `taskset -c 0 cargo test --release -p sixlo-host-duts --test speed -- --ignored --nocapture`

mod common;

use std::time::Instant;

use common::{Dut, Said, frames};
use sixlo_agent_protocol::{HostMessage, Setting};

const ROUNDS: u32 = 100_000;

#[test]
#[ignore = "a measurement"]
fn smoltcp_echoes() {
    let mut dut = Dut::start("smoltcp");
    for setting in [
        Setting::Eui64(frames::DEVICE),
        Setting::PanId(frames::PAN),
        Setting::Address(frames::link_local(frames::DEVICE), 64),
    ] {
        dut.configure(setting);
    }
    dut.hear(&frames::to_device(1, &frames::neighbour_solicitation()));
    let psdu = frames::with_fcs(&frames::to_device(
        2,
        &frames::echo_request(1, 1, &[0x5a; 20]),
    ));

    let begin = Instant::now();
    for _ in 0..ROUNDS {
        let said = dut.ask(HostMessage::Receive { psdu: &psdu });
        assert!(matches!(said[0], Said::Transmitted(_)));
    }
    report("one at a time", begin);

    let begin = Instant::now();
    for _ in 0..ROUNDS / 100 {
        let batch: Vec<u8> = (0..100)
            .flat_map(|_| dut.frame(HostMessage::Receive { psdu: &psdu }))
            .collect();
        dut.write(&batch);
        for _ in 0..100 {
            assert!(matches!(dut.next().unwrap().1, Said::Transmitted(_)));
            assert!(matches!(dut.next().unwrap().1, Said::Settled(_)));
        }
    }
    report("a hundred at a time", begin);
}

fn report(how: &str, begin: Instant) {
    let rate = f64::from(ROUNDS) / begin.elapsed().as_secs_f64();
    println!("echoes {how}: {rate:.0}/s");
}
