//! Devices that stand in seats of a rack: the bench fails under them, and others stand in. The
//! example `device`, which cargo builds beside this test, is what stands there.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sixlo_harness::agent_link::AgentLink;
use sixlo_harness::catalogue::{Catalogue, Parameters, load, load_ports};
use sixlo_harness::dut::{Dut, SpawnError};
use sixlo_harness::rig::{Start, Starter};
use sixlo_harness::run::{
    Before, Device, Event, Header, Journal, Recorded, Seat, Selected, Selection, run,
};
use sixlo_judge::verdict::Verdict;
use sixlo_transport::{Channel, Pipes, Transport, TransportError};

/// A place with boards, the first one in use; each is gone after so many reads of its probe.
#[derive(Debug)]
struct Boards {
    reads: Vec<usize>,
    /// How many have been taken away, and why.
    gone: Arc<Mutex<Vec<String>>>,
}

impl Seat for Boards {
    fn starter(&self) -> Starter {
        Box::new(Hands {
            reads: self.reads.clone(),
            gone: self.gone.clone(),
        })
    }

    fn takes(&self) -> &[String] {
        &[]
    }

    fn waits(&self) -> bool {
        false
    }

    fn replaced(&self) -> Vec<String> {
        self.gone.lock().unwrap().clone()
    }
}

struct Hands {
    reads: Vec<usize>,
    gone: Arc<Mutex<Vec<String>>>,
}

impl Start for Hands {
    fn start(&mut self) -> Result<Box<dyn Dut>, SpawnError> {
        match self.reads.first_mut() {
            None | Some(0) => Err(SpawnError::Bench("the probe is gone".to_owned())),
            Some(reads) => Ok(Box::new(Board::new(reads))),
        }
    }

    fn replace(&mut self) -> bool {
        if self.reads.len() < 2 {
            return false;
        }
        self.reads.remove(0);
        self.gone.lock().unwrap().push("the next one".to_owned());
        true
    }
}

struct Board {
    child: Child,
    link: AgentLink,
}

impl Board {
    /// One whose probe lasts for these reads, and is gone for good then.
    fn new(reads: &mut usize) -> Self {
        let mut program = std::env::current_exe().unwrap();
        program.pop();
        program.set_file_name("examples");
        let mut child = Command::new(program.join("device"))
            .args(["dut", "p6lowpan-2"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let ends = (child.stdout.take().unwrap(), child.stdin.take().unwrap());
        let probe = Probe {
            pipes: Pipes::new(ends.0.into(), ends.1.into()).unwrap(),
            reads: std::mem::take(reads),
        };
        let link = AgentLink::new(probe);
        Board { child, link }
    }
}

impl Dut for Board {
    fn link(&mut self) -> &mut AgentLink {
        &mut self.link
    }

    fn bury(mut self: Box<Self>) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        "taken away".to_owned()
    }
}

struct Probe {
    pipes: Pipes,
    reads: usize,
}

impl Transport for Probe {
    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        let gone = || TransportError::Way {
            way: "the probe".to_owned(),
            why: "it is gone".to_owned(),
        };
        self.reads = self.reads.checked_sub(1).ok_or_else(gone)?;
        self.pipes.read(into)
    }

    fn write(&mut self, channel: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        self.pipes.write(channel, octets)
    }

    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), TransportError> {
        self.pipes.wait(to_write, limit)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn catalogue() -> Catalogue {
    load(&root().join("testcases"), &Parameters::default()).unwrap()
}

/// A run on the device of level 2: what was told, and what stands in its folder.
fn run_on(seat: Option<Arc<dyn Seat>>) -> (Vec<Event>, Recorded) {
    let runs = tempfile::tempdir().unwrap();
    let catalogue = catalogue();
    let ports = load_ports(&root().join("firmware-under-test/ports")).unwrap();
    let mut devices = Device::all(&ports);
    devices.retain(|device| device.name().0 == "P6LoWPAN-2");
    devices[0].seat = seat;
    let parameters = Parameters::default();
    let selection = Selection {
        cases: vec!["rfc4944".to_owned()],
        ..Selection::default()
    };
    let selected = Selected::new(&catalogue, &parameters, &selection, devices).unwrap();
    let header = Header::begin(&catalogue, &selection, None);
    let journal = Journal::create(runs.path(), header).unwrap();
    let mut events = Vec::new();
    let ended = AtomicBool::new(false);
    let journal = run(&selected, journal, &Before::default(), &ended, |event| {
        events.push(event);
    })
    .unwrap();
    let recorded = Recorded::read(journal.folder()).unwrap();
    (events, recorded)
}

/// The last word on each trial.
fn words(events: &[Event]) -> Vec<(String, Verdict)> {
    let judged = events.iter().filter_map(|event| match event {
        Event::Judged(judged) => Some((judged.trial.title(), judged.judgement.verdict)),
        _ => None,
    });
    judged.collect()
}

fn boards(reads: &[usize]) -> Option<Arc<dyn Seat>> {
    Some(Arc::new(Boards {
        reads: reads.to_vec(),
        gone: Arc::default(),
    }))
}

#[test]
fn where_the_bench_fails_another_board_stands_in_and_no_word_changes() {
    let (healthy, _) = run_on(boards(&[usize::MAX]));
    let (events, recorded) = run_on(boards(&[150, 400, usize::MAX]));
    assert_eq!(words(&healthy), words(&events));
    let lines = recorded.lines.iter();
    let errors = lines
        .filter(|line| line.judgement.verdict == Verdict::Error)
        .count();
    assert_eq!(errors, 2, "the trials that the probes were lost in");
    let told = events
        .iter()
        .filter(|event| matches!(event, Event::Replaced { .. }));
    assert_eq!(told.count(), 2);
}

#[test]
fn without_another_board_the_rest_is_trouble_of_the_bench_and_nothing_fails() {
    let (healthy, _) = run_on(boards(&[usize::MAX]));
    let (events, _) = run_on(boards(&[300]));
    let (healthy, words) = (words(&healthy), words(&events));
    assert_eq!(healthy.len(), words.len());
    let errors = words
        .iter()
        .filter(|(_, verdict)| *verdict == Verdict::Error);
    let errors = errors.count();
    assert!(errors > 10 && errors < words.len(), "{errors}");
    let others = healthy.iter().zip(&words);
    for (before, after) in others.filter(|(_, (_, verdict))| *verdict != Verdict::Error) {
        assert_eq!(before, after);
    }
}

#[test]
fn a_board_that_cannot_be_opened_is_left_out_as_trouble() {
    let (events, recorded) = run_on(boards(&[]));
    assert!(words(&events).is_empty());
    let left_out = &recorded.header.left_out[0];
    assert!(!left_out.missing, "{left_out:?}");
    assert_eq!(left_out.why, "P6LoWPAN-2: the probe is gone");
}
