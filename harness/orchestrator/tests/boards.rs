//! Trials on emulated boards that break in every way a board can: each comes to the right
//! finding or error, and the next trial is played. `firmware-under-test/boards/build` makes
//! the images; without them these tests cannot pass, so they are asked for by name.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use sixlo_harness::campaign::{Attempt, play};
use sixlo_harness::catalogue::{Catalogue, Parameters, compile, load};
use sixlo_harness::dut::{Dut, Remote, SpawnError};
use sixlo_harness::medium::AirSettings;
use sixlo_harness::rig::{DutSpec, Lane, LaneSettings, Program};
use sixlo_judge::evidence::{Evidence, Phase, Stop, What};
use sixlo_judge::trial::{Trial, TrialStep};
use sixlo_transport::rtt::{AttachedBoard, ProbeBoard};
use sixlo_virtual_board::{Board, CHIP};

fn image(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/boards/mps2-an386")
        .join(name)
        .with_extension("elf")
}

fn spec(name: &str) -> DutSpec {
    DutSpec {
        p6lowpan: true,
        ..DutSpec::unknown(name, Program::Board)
    }
}

/// A board that can be taken away and put back.
type Plug = Arc<Mutex<Option<Board>>>;

fn lane(name: &str, image_name: &str) -> (Lane, Plug) {
    let board = Board::power(name).unwrap();
    let mut attached = AttachedBoard::attach(ProbeBoard {
        selector: board.selector(),
        chip: CHIP.to_owned(),
        chip_id: None,
        elf: image(image_name),
        doorbell: 31,
        speed_khz: None,
    })
    .unwrap();
    let starter = move || -> Result<Box<dyn Dut>, SpawnError> {
        Ok(Box::new(Remote::new(attached.start()?)))
    };
    let settings = LaneSettings {
        addresses: Parameters::default().addresses,
        air: AirSettings::default(),
        cpu: None,
    };
    let lane = Lane::open_with(Box::new(starter), spec(name), settings).unwrap();
    (lane, Arc::new(Mutex::new(Some(board))))
}

fn catalogue() -> Catalogue {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testcases");
    load(&folder, &Parameters::default()).unwrap()
}

fn trial(lane: &Lane) -> Trial {
    let catalogue = catalogue();
    let case = catalogue.case(&"iphc-all-in-line".into()).unwrap();
    compile(case, lane.profile(), &Parameters::default())
        .trials
        .remove(0)
}

/// The trial, with this word in the frame that is sent: at its end, where the data are.
fn with_word(mut trial: Trial, word: &str) -> Trial {
    let TrialStep::Send(stimulus) = &mut trial.steps[0] else {
        panic!("its first step sends nothing");
    };
    let psdu = &mut stimulus.psdus[0];
    // Before the FCS, if there is one: nobody but the board reads the frame so far.
    psdu.extend(word.as_bytes());
    psdu.extend([0, 0]);
    trial
}

fn has(evidence: &Evidence, is: impl Fn(&What) -> bool) -> bool {
    evidence.events.iter().any(|event| is(&event.what))
}

fn is_answered(evidence: &Evidence) -> bool {
    let is_step = |phase| matches!(phase, Phase::Step(_));
    let mut events = evidence.events.iter();
    evidence.stop == Stop::Settled
        && events.any(|event| is_step(event.phase) && matches!(event.what, What::Heard(_)))
}

/// What a word brings about, and that the trial after it is played as if nothing had been.
fn brings_about(word: &str, is: impl Fn(&What) -> bool) {
    let (mut lane, _plug) = lane(word, "faulty");
    let good = trial(&lane);
    assert!(is_answered(&play(&mut lane, &good, Attempt::FIRST)));
    let broken = play(&mut lane, &with_word(good.clone(), word), Attempt::FIRST);
    assert_eq!(broken.stop, Stop::Broken, "{:?}", broken.events);
    assert!(has(&broken, is), "{word}: {:?}", broken.events.last());
    let next = play(&mut lane, &good, Attempt::FIRST);
    assert!(is_answered(&next), "{word}: {:?}", next.events);
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_hard_fault_is_an_end_with_its_registers() {
    brings_about("sixlo:hard-fault", |what| {
        matches!(what, What::Exited(words)
            if words.contains("hard fault: undefined instruction") && words.contains(" pc 0x"))
    });
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_panic_is_an_end_with_its_words() {
    brings_about(
        "sixlo:panic",
        |what| matches!(what, What::Exited(words) if words.contains("a frame that this board cannot take")),
    );
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn an_overflowing_stack_is_an_end_that_says_so() {
    brings_about(
        "sixlo:overflow",
        |what| matches!(what, What::Exited(words) if words.contains("stack overflow")),
    );
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_board_that_spins_for_ever_hangs() {
    brings_about("sixlo:hang", |what| matches!(what, What::Hung(_)));
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_board_that_reads_nothing_any_more_hangs_whatever_its_rings_hold() {
    brings_about("sixlo:deaf", |what| matches!(what, What::Hung(_)));
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_board_that_resets_itself_has_rebooted() {
    brings_about("sixlo:reset", |what| matches!(what, What::Rebooted));
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_board_that_babbles_floods() {
    brings_about("sixlo:babble", |what| matches!(what, What::Flooded));
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_flooded_log_is_no_finding() {
    let (mut lane, _plug) = lane("log", "faulty");
    let good = trial(&lane);
    let flooded = play(
        &mut lane,
        &with_word(good.clone(), "sixlo:flood"),
        Attempt::FIRST,
    );
    assert_eq!(flooded.stop, Stop::Settled, "{:?}", flooded.events);
    assert!(is_answered(&play(&mut lane, &good, Attempt::FIRST)));
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_lost_probe_is_the_bench_s_fault_and_no_word_on_the_device() {
    let (mut lane, plug) = lane("unplugged", "p6lowpan-5");
    let good = trial(&lane);
    assert!(is_answered(&play(&mut lane, &good, Attempt::FIRST)));
    plug.lock().unwrap().take();
    for _ in 0..2 {
        let lost = play(&mut lane, &good, Attempt::FIRST);
        assert!(
            has(
                &lost,
                |what| matches!(what, What::Fault(words) if words.contains("unplugged"))
            ),
            "{:?}",
            lost.events
        );
    }
    // Another board in its place, blank: it is flashed, and the run goes on.
    *plug.lock().unwrap() = Some(Board::power("unplugged").unwrap());
    let back = play(&mut lane, &good, Attempt::FIRST);
    assert!(is_answered(&back), "{:?}", back.events);
}
