//! The example `rate`, which cargo builds beside this test, is the devices' program.

use std::path::{Path, PathBuf};

use super::*;
use crate::agent_link::AgentLink;
use crate::catalogue::{Catalogue, Parameters, compile, load, load_ports};
use crate::dut::{Dut, HostProcess, Start};
use crate::medium::AirSettings;
use crate::rig::{DutSpec, LaneSettings, Starter};

/// A device whose link panics, in the harness, when it is used for the n-th time.
struct Rigged {
    device: Box<HostProcess>,
    uses: u32,
}

impl Dut for Rigged {
    fn link(&mut self) -> &mut AgentLink {
        self.uses -= 1;
        assert!(self.uses > 0, "seeded {}", "here");
        self.device.link()
    }

    fn bury(self: Box<Self>) -> String {
        self.device.bury()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn start(words: &str) -> Start {
    let mut program = std::env::current_exe().unwrap();
    program.pop();
    program.set_file_name("examples");
    program.push("rate");
    let words = format!("dut {words}");
    Start {
        program,
        arguments: words.split_whitespace().map(str::to_owned).collect(),
        cpu: None,
    }
}

fn catalogue() -> (Catalogue, DutSpec) {
    let catalogue = load(&root().join("testcases"), &Parameters::default()).unwrap();
    let ports = load_ports(&root().join("firmware-under-test/ports")).unwrap();
    let duts = ports.iter().flat_map(|port| &port.duts);
    let spec = duts.map(|dut| &dut.spec).find(|spec| spec.p6lowpan);
    (catalogue, spec.unwrap().clone())
}

fn open(starter: Starter, spec: DutSpec) -> Lane {
    let settings = LaneSettings {
        addresses: Parameters::default().addresses,
        air: AirSettings::default(),
        cpu: None,
    };
    Lane::open_with(starter, spec, settings).unwrap()
}

#[test]
fn a_panic_of_the_harness_costs_one_trial() {
    let (catalogue, spec) = catalogue();
    let mut uses = 60;
    let starter: Starter = Box::new(move || {
        let device = Box::new(HostProcess::spawn(&start("p6lowpan-5"))?);
        let rigged = Rigged { device, uses };
        uses = u32::MAX;
        Ok(Box::new(rigged))
    });
    let mut lane = open(starter, spec);
    let profile = lane.profile().clone();
    let bench = Bench {
        profile: &profile,
        calibration: Calibration::default(),
        strict: false,
        loss: 0.0,
    };
    let case = catalogue.case(&"iphc-all-in-line".into()).unwrap();
    let trial = compile(case, &profile, &Parameters::default())
        .trials
        .remove(0);
    let first = campaign::Attempt::FIRST;
    let mut play = || bench.attempt(&mut lane, case, &trial, first);
    let words: Vec<(Verdict, String)> = (0..30)
        .map(|_| {
            let (evidence, judgement) = play();
            assert_eq!(evidence.trial.as_ref(), Some(&trial.id));
            (judgement.verdict, judgement.cause)
        })
        .collect();
    let errors = words.iter().filter(|word| word.0 == Verdict::Error);
    let errors: Vec<&str> = errors.map(|word| &*word.1).collect();
    assert_eq!(errors, ["the harness panicked: seeded here"]);
    let passes = words.iter().filter(|word| word.0 == Verdict::Pass);
    assert_eq!(passes.count(), 29, "{words:?}");
}
