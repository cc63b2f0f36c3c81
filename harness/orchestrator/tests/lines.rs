//! Devices at the end of a serial line or behind a serial server: what they do is what they do
//! as processes, and a line that is cut is the bench's trouble.
//! The example `device`, which cargo builds beside this test, is their program.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use sixlo_harness::campaign::{Attempt, play};
use sixlo_harness::catalogue::{Parameters, compile, load};
use sixlo_harness::dut::{Dut, HostProcess, Remote, SpawnError, Start};
use sixlo_harness::medium::AirSettings;
use sixlo_harness::rig::{DutSpec, Lane, LaneSettings, Program, Starter};
use sixlo_judge::evidence::{Evidence, Phase, What};
use sixlo_judge::trial::Trial;
use sixlo_transport::{Line, Serial, tcp_line};

/// How long a line may take to be there again.
const PATIENCE: Duration = Duration::from_secs(5);
const NODE: [&str; 2] = ["dut", "p6lowpan-5"];

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

fn spec() -> DutSpec {
    DutSpec {
        p6lowpan: true,
        ..DutSpec::unknown("node", Program::Board)
    }
}

fn open(starter: Starter) -> Lane {
    let settings = LaneSettings {
        addresses: Parameters::default().addresses,
        air: AirSettings::default(),
        cpu: None,
    };
    Lane::open_with(starter, spec(), settings).unwrap()
}

/// A board: this machine runs its program.
struct Board(Child);

impl Board {
    fn on(end: OwnedFd) -> Board {
        let child = Command::new(program())
            .args(NODE)
            .stdin(Stdio::from(end.try_clone().unwrap()))
            .stdout(Stdio::from(end))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Board(child)
    }

    /// At the end of a serial port, whose path this is.
    fn on_serial() -> (Board, String) {
        let end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&end).unwrap();
        unlockpt(&end).unwrap();
        let path = ptsname(&end, Vec::new()).unwrap().into_string().unwrap();
        (Board::on(end), path)
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serial(path: &Path) -> Line {
    Serial {
        path: path.to_str().unwrap().to_owned(),
        baud: 1_000_000,
        flow_control: false,
    }
    .line()
}

/// Starts what is at the end of a line, which this makes.
fn at(mut line: impl FnMut() -> Line + Send + 'static) -> Starter {
    Box::new(move || -> Result<Box<dyn Dut>, SpawnError> {
        Ok(Box::new(Remote::new(line().open(PATIENCE)?)))
    })
}

/// The trials of a few folders of the catalogue: plain, fragmented, compressed, refused.
fn trials(lane: &Lane) -> Vec<Trial> {
    let parameters = Parameters::default();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testcases");
    let catalogue = load(&folder, &parameters).unwrap();
    let cases = catalogue.cases.iter();
    let trials = cases.flat_map(|case| compile(case, lane.profile(), &parameters).trials);
    // Every seventh: of all there are, in a second.
    trials.step_by(7).collect()
}

/// What was seen, but for when, and for how often the device had settled meanwhile: that
/// hangs on which commands reach it at once.
fn seen(evidence: &Evidence) -> Vec<(Phase, What)> {
    let events = evidence.events.iter();
    events
        .filter(|event| !matches!(event.what, What::Settled { .. }))
        .map(|event| (event.phase, event.what.clone()))
        .collect()
}

/// Plays all of them on both; tells how many.
fn compare(mut wired: Lane) -> usize {
    let mut start = Start {
        program: program(),
        arguments: NODE.map(str::to_owned).to_vec(),
        cpu: None,
    };
    start.cpu = None;
    let mut twin = open(Box::new(move || -> Result<Box<dyn Dut>, SpawnError> {
        Ok(Box::new(HostProcess::spawn(&start)?))
    }));
    assert_eq!(wired.profile(), twin.profile());
    let trials = trials(&twin);
    for trial in &trials {
        let (one, other) = (
            play(&mut wired, trial, Attempt::FIRST),
            play(&mut twin, trial, Attempt::FIRST),
        );
        assert_eq!(one.stop, other.stop, "{}", trial.case);
        assert_eq!(seen(&one), seen(&other), "{}", trial.case);
    }
    trials.len()
}

#[test]
fn behind_a_serial_port_a_device_does_what_it_does_as_a_process() {
    let (_board, path) = Board::on_serial();
    let played = compare(open(at(move || serial(path.as_ref()))));
    assert!(played > 50, "{played}");
}

#[test]
fn behind_a_serial_server_a_device_does_what_it_does_as_a_process() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap().to_string();
    // The server of one board.
    let board = std::thread::spawn(move || Board::on(OwnedFd::from(server.accept().unwrap().0)));
    let played = compare(open(at(move || tcp_line(&address))));
    assert!(played > 50, "{played}");
    drop(board.join().unwrap());
}

#[test]
fn a_board_that_is_unplugged_is_the_benchs_trouble_and_goes_on_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let by_id = folder.path().join("usb-board-if00");
    let plugged: Arc<Mutex<Option<Board>>> = Arc::default();
    let plug_in = |plugged: &Mutex<Option<Board>>| {
        let (board, path) = Board::on_serial();
        let _ = std::fs::remove_file(&by_id);
        symlink(path, &by_id).unwrap();
        *plugged.lock().unwrap() = Some(board);
    };
    plug_in(&plugged);
    let path = by_id.clone();
    let mut lane = open(at(move || serial(&path)));
    let trial = trials(&lane).remove(0);
    let before = play(&mut lane, &trial, Attempt::FIRST);

    plugged.lock().unwrap().take();
    let cut = play(&mut lane, &trial, Attempt::FIRST);
    let faults = cut.events.iter().filter_map(|event| match &event.what {
        What::Fault(why) => Some(why.as_str()),
        What::Exited(_) | What::Hung(_) => panic!("{:?}: no fault of the device", event.what),
        _ => None,
    });
    let faults: Vec<&str> = faults.collect();
    assert_eq!(faults.len(), 1, "{:?}", cut.events);
    assert!(faults[0].contains("usb-board-if00"), "{faults:?}");

    plug_in(&plugged);
    let after = play(&mut lane, &trial, Attempt::FIRST);
    assert_eq!(seen(&after).last(), seen(&before).last());
    assert_eq!(after.stop, before.stop);
}
