//! How fast boards are: round trips of the agent's link, and judged trials, on one board and
//! on four at once, over each way there is to one.
//!
//!     firmware-under-test/boards/build
//!     cargo build --release --workspace --bins --examples
//!     target/release/examples/boards_bench [SECONDS]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use sixlo_agent_protocol::{HostMessage, PROTOCOL_VERSION};
use sixlo_harness::agent_link::AgentLink;
use sixlo_harness::campaign::{Attempt, play};
use sixlo_harness::catalogue::{Catalogue, Parameters, compile, load};
use sixlo_harness::dut::{Dut, Remote, SpawnError};
use sixlo_harness::medium::AirSettings;
use sixlo_harness::rig::{DutSpec, Lane, LaneSettings, Program, Starter};
use sixlo_judge::judge::{calibrate, judge};
use sixlo_judge::testcase::{Direction, Kind, TestCase};
use sixlo_judge::trial::{Trial, TrialStep};
use sixlo_judge::verdict::Verdict;
use sixlo_transport::rtt::{AttachedBoard, ProbeBoard};
use sixlo_transport::{Serial, Transport, TransportError};
use sixlo_virtual_board::{BlackMagic, Board, CHIP};

type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Error> {
    let seconds = std::env::args()
        .nth(1)
        .map_or(Ok(3.0), |text| text.parse())?;
    let time = Duration::from_secs_f64(seconds);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testcases");
    let catalogue = load(&folder, &Parameters::default()).map_err(|error| error.to_string())?;
    println!(
        "{:<10} {:>6} {:>15} {:>13}   a second, of all boards",
        "way", "boards", "round trips", "trials"
    );
    for way in [Way::Probe, Way::BlackMagic, Way::Pty] {
        for boards in [1, 4] {
            let (trips, trials) = measure(way, boards, time, &catalogue)?;
            println!(
                "{:<10} {boards:>6} {trips:>15.0} {trials:>13.0}",
                format!("{way:?}")
            );
        }
    }
    Ok(())
}

/// How a device is reached.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// An emulated board behind the in-process probe.
    Probe,
    /// The same behind a probe over TCP, by the driver that probe-rs has for it.
    BlackMagic,
    /// A process at the other end of a pseudo-terminal.
    Pty,
}

/// Round trips and judged trials a second, of so many at once.
fn measure(
    way: Way,
    boards: usize,
    time: Duration,
    catalogue: &Catalogue,
) -> Result<(f64, f64), Error> {
    let together = Barrier::new(boards);
    let rates: Vec<Result<(f64, f64), Error>> = std::thread::scope(|scope| {
        let each = |number: usize| {
            let together = &together;
            scope.spawn(move || one(way, number, time, catalogue, together))
        };
        let threads: Vec<_> = (0..boards).map(each).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("it measures"))
            .collect()
    });
    rates
        .into_iter()
        .try_fold((0.0, 0.0), |(trips, trials), rate| {
            let rate = rate?;
            Ok((trips + rate.0, trials + rate.1))
        })
}

fn one(
    way: Way,
    number: usize,
    time: Duration,
    catalogue: &Catalogue,
    together: &Barrier,
) -> Result<(f64, f64), Error> {
    let name = format!("bench {number}");
    let (_power, mut starter) = starter(way, &name)?;
    let mut device = starter()?;
    greet(device.link())?;
    together.wait();
    let trips = per_second(time, || trip(device.link()))?;
    device.bury();
    let settings = LaneSettings {
        addresses: Parameters::default().addresses,
        air: AirSettings::default(),
        cpu: None,
    };
    let starter: Starter = Box::new(starter);
    let mut lane = Lane::open_with(starter, spec(&name), settings)?;
    let trials = trials(&lane, catalogue);
    let calibration = calibrate(lane.profile(), &[]);
    let mut next = trials.iter().cycle();
    together.wait();
    let trials = per_second(time, || {
        let (case, trial) = next.next().ok_or("no trial of one frame")?;
        let evidence = play(&mut lane, trial, Attempt::FIRST);
        let judgement = judge(case, trial, lane.profile(), &calibration, &evidence);
        match judgement.verdict {
            Verdict::Pass => Ok(()),
            other => Err(format!("{}: {other:?}", case.id).into()),
        }
    })?;
    Ok((trips, trials))
}

fn per_second(time: Duration, mut act: impl FnMut() -> Result<(), Error>) -> Result<f64, Error> {
    let begin = Instant::now();
    let mut count = 0.0;
    while begin.elapsed() < time {
        act()?;
        count += 1.0;
    }
    Ok(count / begin.elapsed().as_secs_f64())
}

fn greet(link: &mut AgentLink) -> Result<(), Error> {
    link.queue(HostMessage::Hello {
        version: PROTOCOL_VERSION,
    });
    while link.hear()?.is_some() {}
    Ok(())
}

/// A command that no device without counters has, and its answer.
fn trip(link: &mut AgentLink) -> Result<(), Error> {
    link.queue(HostMessage::Statistics);
    while link.hear()?.is_some() {}
    Ok(())
}

/// Valid trials of one frame and a control of one frame.
fn trials<'c>(lane: &Lane, catalogue: &'c Catalogue) -> Vec<(&'c TestCase, Trial)> {
    let parameters = Parameters::default();
    let usual = catalogue.cases.iter().filter(|case| {
        case.kind == Kind::Valid && case.direction == Direction::Receive && case.sweep.is_none()
    });
    let has_one_frame = |trial: &Trial| {
        let control = trial.control.as_ref();
        control.is_some_and(|control| control.psdus.len() == 1)
            && matches!(&trial.steps[..], [TrialStep::Send(stimulus)] if stimulus.psdus.len() == 1)
    };
    usual
        .filter(|case| case.id.to_string().starts_with("iphc-"))
        .flat_map(|case| {
            let trials = compile(case, lane.profile(), &parameters).trials;
            trials.into_iter().map(move |trial| (case, trial))
        })
        .filter(|(_, trial)| has_one_frame(trial))
        .collect()
}

/// Ends the process with the bench.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a board needs, and its probe.
type Power = (Board, Option<BlackMagic>);

type Begin = Box<dyn FnMut() -> Result<Box<dyn Dut>, SpawnError> + Send>;

fn starter(way: Way, name: &str) -> Result<(Option<Power>, Begin), Error> {
    match way {
        Way::Probe | Way::BlackMagic => {
            let board = Board::power(name)?;
            let server = match way {
                Way::BlackMagic => Some(BlackMagic::at(&board)?),
                _ => None,
            };
            let selector = match &server {
                Some(server) => server.selector(),
                None => board.selector(),
            };
            let mut attached = AttachedBoard::attach(ProbeBoard {
                selector,
                chip: CHIP.to_owned(),
                chip_id: None,
                elf: image(),
                doorbell: 31,
                speed_khz: None,
            })?;
            let start = move || -> Result<Box<dyn Dut>, SpawnError> {
                Ok(Box::new(Remote::new(attached.start()?)))
            };
            Ok((Some((board, server)), Box::new(start)))
        }
        Way::Pty => Ok((
            None,
            Box::new(|| {
                let (line, child) = behind_pty().map_err(|error| TransportError::Way {
                    way: "pseudo-terminal".to_owned(),
                    why: error.to_string(),
                })?;
                Ok(Box::new(Remote::new(With(line, child))))
            }),
        )),
    }
}

fn image() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/boards/mps2-an386/p6lowpan-5.elf")
}

/// The reference node in a process whose input and output are a serial line.
fn behind_pty() -> Result<(sixlo_transport::Line, Killed), Error> {
    let board = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    grantpt(&board)?;
    unlockpt(&board)?;
    let path = ptsname(&board, Vec::new())?.into_string()?;
    let board = File::from(board);
    let serial = Serial {
        path,
        baud: 1_000_000,
        flow_control: false,
    };
    let line = serial.line().open(Duration::from_secs(1))?;
    let mut program = std::env::current_exe()?;
    program.set_file_name("device");
    let child = Command::new(program)
        .args(["dut", "p6lowpan-5"])
        .stdin(Stdio::from(board.try_clone()?))
        .stdout(Stdio::from(board))
        .spawn()?;
    Ok((line, Killed(child)))
}

/// A line, and what is at its other end.
struct With(sixlo_transport::Line, #[expect(dead_code)] Killed);

impl Transport for With {
    fn read(
        &mut self,
        into: &mut [u8],
    ) -> Result<Option<(sixlo_transport::Channel, usize)>, TransportError> {
        self.0.read(into)
    }

    fn write(
        &mut self,
        channel: sixlo_transport::Channel,
        octets: &[u8],
    ) -> Result<usize, TransportError> {
        self.0.write(channel, octets)
    }

    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), TransportError> {
        self.0.wait(to_write, limit)
    }
}

/// The reference node of level 5.
fn spec(name: &str) -> DutSpec {
    DutSpec {
        p6lowpan: true,
        ..DutSpec::unknown(name, Program::Board)
    }
}
