//! `sixlo bench`.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use sixlo_harness::bench::{Bench, Codec, Machine, Peer, TrialRate, codec, trials};
use sixlo_harness::catalogue::Parameters;
use sixlo_harness::run::Device;

use crate::arguments;
use crate::house::House;
use crate::printing::print;

pub fn bench(house: &House, arguments: &arguments::Bench) -> anyhow::Result<ExitCode> {
    let machine = Machine::here();
    if !machine.optimised {
        eprintln!("sixlo: built without optimisation: `cargo run --release -- bench` measures");
    }
    let parameters = Parameters::default();
    let catalogue = house.catalogue(&parameters)?;
    let devices = Device::all(&house.ports()?);
    let time = Duration::from_secs_f64(arguments.seconds);
    let bench = Bench {
        machine,
        trials: trials(
            &catalogue,
            &parameters,
            &devices,
            &arguments.dut,
            &arguments.runs,
            time,
        )?,
        codec: codec(time, &std::env::temp_dir())?,
    };
    match arguments.json {
        true => print(&(serde_json::to_string_pretty(&bench)? + "\n"))?,
        false => print(&in_words(&bench))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn in_words(bench: &Bench) -> String {
    let Machine { cpu, cores, .. } = &bench.machine;
    let mut text = format!("Measured on {cpu}, one of {cores} cores\n\n");
    trial_lines(&mut text, &bench.trials);
    codec_lines(&mut text, &bench.codec);
    text
}

fn trial_lines(text: &mut String, trials: &TrialRate) {
    let shares = &trials.shares;
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let _ = write!(
        text,
        "Judged trials on {}: {} a second\n\
         \x20 {} trials of {} kinds, control and stimulus of one frame each, {} passed, in {:.2} s;\n\
         \x20 {:.1} MB of evidence written below {}\n\
         \x20 of that time: harness {}, kernel for it {}, the device's process {}, idle or others {}\n\
         \x20 alone: judging {:.1} us a trial, writing {:.1} us\n\n",
        trials.dut,
        thousands(trials.rate),
        thousands(trials.trials as f64),
        trials.kinds,
        thousands(trials.passed as f64),
        trials.seconds,
        trials.evidence_octets as f64 / 1e6,
        trials.runs.display(),
        percent(shares.harness),
        percent(shares.kernel),
        percent(shares.device),
        percent(shares.idle),
        trials.judging_us,
        trials.writing_us,
    );
}

fn codec_lines(text: &mut String, codec: &Codec) {
    let _ = writeln!(
        text,
        "Frames, {} different ones, each in one frame: crafted {} a second, dissected {} a second",
        codec.frames,
        thousands(codec.craft),
        thousands(codec.dissect),
    );
    peer_lines(text, "scapy", &codec.scapy);
    peer_lines(text, "tshark", &codec.tshark);
}

fn peer_lines(text: &mut String, name: &str, peer: &Peer) {
    let measured = match peer {
        Peer::Missing(why) => {
            let _ = writeln!(text, "  beside {name}: not measured: {why}");
            return;
        }
        Peer::Measured(measured) => measured,
    };
    let _ = writeln!(
        text,
        "  beside {name} {}, on the {} frames that it takes, too:",
        measured.version, measured.frames
    );
    if let (Some(theirs), Some(ratio)) = (measured.craft, measured.craft_ratio()) {
        comparison(text, "craft", measured.our_craft, theirs, ratio);
    }
    let (ours, theirs) = (measured.our_dissect, measured.dissect);
    comparison(text, "dissect", ours, theirs, measured.dissect_ratio());
}

fn comparison(text: &mut String, what: &str, ours: f64, theirs: f64, ratio: f64) {
    let _ = writeln!(
        text,
        "    {what:<8} {:>12} a second, it {:>9}: {} times",
        thousands(ours),
        thousands(theirs),
        thousands(ratio),
    );
}

/// `1234567.8` as `1,234,568`.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use sixlo_harness::bench::{Measured, Shares};

    use super::*;

    #[test]
    fn the_table() {
        let measured = Measured {
            version: "2.5.0".to_owned(),
            frames: 700,
            craft: Some(3300.0),
            dissect: 3400.0,
            our_craft: 9_900_000.0,
            our_dissect: 5_100_000.0,
        };
        let bench = Bench {
            machine: Machine {
                cpu: "Some CPU @ 2.10GHz".to_owned(),
                cores: 2,
                optimised: true,
            },
            trials: TrialRate {
                dut: "device".to_owned(),
                kinds: 40,
                trials: 60_040,
                passed: 60_000,
                seconds: 2.5,
                rate: 24_016.0,
                evidence_octets: 123_456_789,
                runs: "reports/runs".into(),
                shares: Shares {
                    harness: 0.4,
                    kernel: 0.3,
                    device: 0.25,
                    idle: 0.05,
                },
                judging_us: 3.3,
                writing_us: 5.9,
            },
            codec: Codec {
                frames: 990,
                craft: 9_123_456.0,
                dissect: 4_000_000.0,
                scapy: Peer::Measured(measured),
                tshark: Peer::Missing("not found (apt-get install tshark)".to_owned()),
            },
        };
        insta::assert_snapshot!(in_words(&bench));
    }
}
