//! The example `device`, which cargo builds beside this test, is the devices' program.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::*;
use crate::agent_link::AgentLink;
use crate::catalogue::{Catalogue, Parameters, compile, load, load_ports};
use crate::dut::{Dut, HostProcess, SpawnError, Start};
use crate::medium::AirSettings;
use crate::rig::{DutSpec, LaneSettings, Program, Starter};
use crate::run::{Before, Device, Header, Journal, Recorded, Selected, Selection, Started, run};
use sixlo_judge::verdict::Outcome;

/// A device whose link panics, in the harness, when it is used for the n-th time.
struct Rigged {
    device: Box<HostProcess>,
    uses: u32,
}

impl Dut for Rigged {
    fn link(&mut self) -> &mut AgentLink {
        self.uses -= 1;
        if self.uses == 0 {
            // Once: what clears up behind a panic looks at the link again, for its log.
            self.uses = u32::MAX;
            panic!("seeded {}", "here");
        }
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
    program.push("device");
    assert!(
        program.exists(),
        "{program:?} is not built: cargo build --examples"
    );
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
    let mut duts = ports.iter().flat_map(|port| &port.duts);
    let spec = duts.find(|spec| spec.p6lowpan);
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
fn a_sniffer_that_misses_more_than_was_measured_makes_silence_prove_less() {
    let silent = |sent, heard| Judgement {
        outcome: Outcome::Dropped,
        overheard: Some(Overheard { sent, heard }),
        ..Judgement::undecided("silent, on a medium that loses frames")
    };
    let way = Way {
        frames: 1,
        loss: 0.01,
    };
    // Four frames an exchange: at 1 % each five silences are enough, at 16 % each, which is 30 %
    // of the way back, 21 are.
    let all_heard = vec![silent(4, 4); 5];
    assert_eq!(word(&all_heard, way).verdict, Verdict::Fail);
    assert!(!wants_more(&all_heard, way));
    let some_missed = vec![silent(10, 7); 5];
    assert_eq!(word(&some_missed, way).verdict, Verdict::Inconc);
    assert!(wants_more(&some_missed, way));
    assert_eq!(word(&vec![silent(10, 7); 21], way).verdict, Verdict::Fail);
    // One that tells nothing at all proves nothing, however often it is asked.
    let deaf = vec![silent(4, 0); 64];
    assert_eq!(word(&deaf, way).verdict, Verdict::Inconc);
    assert!(!wants_more(&deaf[..2], way));
}

#[test]
fn a_panic_of_the_harness_costs_one_trial() {
    let (catalogue, spec) = catalogue();
    let mut uses = 60;
    let starter: Starter = Box::new(move || -> Result<Box<dyn Dut>, SpawnError> {
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

/// What a run of the whole catalogue on this device told, and what it recorded.
fn run_on(words: &str, runs: &Path) -> (Vec<Event>, Recorded, Before) {
    let (catalogue, mut spec) = catalogue();
    let Start {
        program, arguments, ..
    } = start(words);
    spec.program = Program::Other {
        path: program,
        arguments,
    };
    let device = Device {
        embargo: None,
        spec,
        known: Vec::new(),
        cells: Vec::new(),
        port: String::new(),
        seat: None,
    };
    let parameters = Parameters::default();
    let selection = Selection::default();
    let selected = Selected::new(&catalogue, &parameters, &selection, vec![device]).unwrap();
    let header = Header {
        sixlo: "0".to_owned(),
        started: Started::from(1_772_323_199),
        catalogue: catalogue.hash.clone(),
        parameters: None,
        selection: selection.clone(),
        profiles: Vec::new(),
        left_out: Vec::new(),
        rejudged: None,
        embargo: None,
        rack: None,
    };
    let journal = Journal::create(runs, header).unwrap();
    let mut events = Vec::new();
    let hear = |event| events.push(event);
    let journal = run(
        &selected,
        journal,
        &Before::default(),
        &AtomicBool::new(false),
        hear,
    )
    .unwrap();
    let recorded = Recorded::read(journal.folder()).unwrap();
    let before = Before::of(&recorded, &catalogue).unwrap();
    (events, recorded, before)
}

/// Trials whose last word, read back from disk, is a fail by silence.
fn dropped(recorded: &Recorded) -> Vec<String> {
    let mut titles = Vec::new();
    for line in &recorded.lines {
        let attempts = recorded.lines.iter();
        let attempts: Vec<_> = attempts.filter(|l| l.trial.id == line.trial.id).collect();
        let word = recorded.word(&attempts);
        if (word.verdict, word.outcome) == (Verdict::Fail, Outcome::Dropped) {
            titles.push(line.trial.title());
        }
    }
    titles.dedup();
    titles
}

#[test]
fn an_answer_that_comes_late_makes_the_silence_before_it_void() {
    let runs = tempfile::tempdir().unwrap();
    let (_, healthy, _) = run_on("p6lowpan-5", runs.path());
    let (events, recorded, before) = run_on("tardy --param around=p6lowpan-5", runs.path());
    let amended: Vec<&Judged> = events
        .iter()
        .filter_map(|event| match event {
            Event::Amended { judged, before } if *before == Verdict::Fail => Some(&**judged),
            _ => None,
        })
        .collect();
    // Without this there would be wrong fails.
    assert!(!amended.is_empty());
    for judged in amended {
        assert_eq!(judged.judgement.verdict, Verdict::Inconc);
        let lines = recorded.lines.iter();
        let lines: Vec<_> = lines
            .filter(|line| line.trial.id == judged.trial.id)
            .collect();
        assert_eq!(recorded.word(&lines), judged.judgement);
    }
    let known = dropped(&healthy);
    let wrong: Vec<String> = dropped(&recorded)
        .into_iter()
        .filter(|title| !known.contains(title))
        .collect();
    assert_eq!(wrong, [] as [String; 0]);
    // A run that is carried on knows it, too.
    let dut = &recorded.lines[0].trial.dut;
    assert!(before.is_tardy(dut));
    assert!(!Before::default().is_tardy(dut));
}
