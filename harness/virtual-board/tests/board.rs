//! Whole lives of emulated boards, by the calls that a real probe gets. What runs on them is
//! written here, instruction by instruction: no image has to be built before.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use probe_rs::flashing::DownloadOptions;
use probe_rs::probe::list::Lister;
use probe_rs::probe::{DebugProbeSelector, WireProtocol};
use probe_rs::{HaltReason, MemoryInterface, Permissions, RegisterValue, Session};
use sixlo_virtual_board::{BlackMagic, Board, CHIP, UNIQUE_ID};

const RAM: u64 = 0x2100_0000;
/// Where the program counts in RAM, and how often the doorbell has woken it.
const COUNT: u64 = RAM + 0x100;
const SOON: Duration = Duration::from_secs(5);
const NVIC_ISPR: u64 = 0xe000_e200;

/// A program: initial SP, the vectors, and instructions from `START` on.
fn program(instructions: &[u16]) -> Vec<u8> {
    let mut words = vec![RAM as u32 + 0x1000];
    words.extend([START as u32 | 1; 15]);
    // 48 interrupts.
    words.extend([START as u32 | 1; 48]);
    let octets = words.iter().flat_map(|word| word.to_le_bytes());
    octets
        .chain(instructions.iter().flat_map(|half| half.to_le_bytes()))
        .collect()
}
const START: u64 = 64 * 4;

/// Sleeps until interrupt 31 pends, counts, sleeps again.
#[rustfmt::skip]
const SLEEPER: [u16; 16] = [
    0xb672, //     cpsid i
    0x4b06, //     ldr   r3, =0xe000e100     ; NVIC_ISER, ISPR and ICPR behind it
    0x2101, //     movs  r1, #1
    0x07c9, //     lsls  r1, r1, #31
    0x6019, //     str   r1, [r3]
    0x4a05, //     ldr   r2, =COUNT
    0x2000, //     movs  r0, #0
    0x33ff, //     adds  r3, #255
    0x3381, //     adds  r3, #129            ; NVIC_ICPR
    0xbf30, // 1:  wfi
    0x6019, //     str   r1, [r3]
    0x3001, //     adds  r0, #1
    0x6010, //     str   r0, [r2]
    0xe7fa, //     b     1b
    0xe100, 0xe000, // the literals
];

fn sleeper() -> Vec<u8> {
    let mut halves = SLEEPER.to_vec();
    halves.extend([COUNT as u16, (COUNT >> 16) as u16]);
    program(&halves)
}

fn attached(board: &Board) -> Session {
    let selector: DebugProbeSelector = board.selector().parse().unwrap();
    let probe = Lister::new().open(selector).unwrap();
    probe.attach(CHIP, Permissions::default()).unwrap()
}

fn flash(session: &mut Session, octets: &[u8]) {
    let mut loader = session.target().flash_loader();
    loader.add_data(0, octets).unwrap();
    let mut options = DownloadOptions::default();
    options.verify = true;
    loader.commit(session, options).unwrap();
}

fn reset(session: &mut Session) -> probe_rs::Core<'_> {
    let mut core = session.core(0).unwrap();
    core.reset_and_halt(SOON).unwrap();
    core
}

/// Waits until the word at `COUNT` is this.
fn counts_to(core: &mut probe_rs::Core<'_>, count: u32) {
    let end = Instant::now() + SOON;
    while core.read_word_32(COUNT).unwrap() != count {
        assert!(Instant::now() < end, "it does not count to {count}");
    }
}

/// Flashes and resets it, and rings a few times.
fn live(board: &Board) {
    let mut session = attached(board);
    flash(&mut session, &sleeper());
    let mut core = reset(&mut session);
    core.write_word_32(COUNT, 0).unwrap();
    core.run().unwrap();
    for count in 1..4 {
        core.write_word_32(NVIC_ISPR, 1 << 31).unwrap();
        counts_to(&mut core, count);
    }
}

#[test]
fn it_is_attached_to_flashed_reset_and_rung() {
    live(&Board::power("life").unwrap());
}

#[test]
fn what_is_flashed_is_verified_and_read_back() {
    let board = Board::power("flash").unwrap();
    let mut session = attached(&board);
    let octets: Vec<u8> = (0..20_000_u32).map(|at| (at * 7) as u8).collect();
    flash(&mut session, &octets);
    let mut back = vec![0; octets.len()];
    let mut core = session.core(0).unwrap();
    core.read(0, &mut back).unwrap();
    assert_eq!(back, octets);
}

#[test]
fn a_breakpoint_halts_it_and_a_step_is_one_instruction() {
    let board = Board::power("breakpoint").unwrap();
    let mut session = attached(&board);
    flash(&mut session, &sleeper());
    let mut core = reset(&mut session);
    let pc = core.program_counter();
    assert_eq!(
        core.read_core_reg::<RegisterValue>(pc).unwrap(),
        RegisterValue::U32(START as u32)
    );
    let at = START + 2 * 6;
    core.set_hw_breakpoint(at).unwrap();
    core.run().unwrap();
    core.wait_for_core_halted(SOON).unwrap();
    let status = core.status().unwrap();
    assert!(
        matches!(
            status,
            probe_rs::CoreStatus::Halted(HaltReason::Breakpoint(_))
        ),
        "{status:?}"
    );
    assert_eq!(core.read_core_reg::<u32>(pc).unwrap(), at as u32);
    assert_eq!(core.read_core_reg::<u32>(1_u16).unwrap(), 1 << 31);
    core.clear_hw_breakpoint(at).unwrap();
    core.step().unwrap();
    assert_eq!(core.read_core_reg::<u32>(pc).unwrap(), at as u32 + 2);
}

#[test]
fn memory_is_read_and_written_while_it_runs_in_any_width() {
    let board = Board::power("memory").unwrap();
    let mut session = attached(&board);
    flash(&mut session, &sleeper());
    let mut core = reset(&mut session);
    core.run().unwrap();
    for place in [RAM + 0x2000, 0x2000_0000] {
        core.write_32(place, &[0x0403_0201, 0x0807_0605]).unwrap();
        core.write_word_8(place + 5, 0xaa).unwrap();
        let mut octets = [0; 8];
        core.read_8(place, &mut octets).unwrap();
        assert_eq!(octets, [1, 2, 3, 4, 5, 0xaa, 7, 8], "{place:#x}");
        core.write(place + 1, &[0xb1, 0xb2, 0xb3, 0xb4, 0xb5])
            .unwrap();
        core.read(place, &mut octets).unwrap();
        assert_eq!(
            octets,
            [1, 0xb1, 0xb2, 0xb3, 0xb4, 0xb5, 7, 8],
            "{place:#x}"
        );
    }
}

#[test]
fn without_power_every_call_is_an_error() {
    let board = Board::power("power").unwrap();
    let selector = board.selector();
    let mut session = attached(&board);
    let mut core = session.core(0).unwrap();
    core.read_word_32(RAM).unwrap();
    drop(board);
    let error = core.read_word_32(RAM).unwrap_err();
    assert!(format!("{error:?}").contains("NoPower"), "{error:?}");
    let selector: DebugProbeSelector = selector.parse().unwrap();
    assert!(Lister::new().open(selector).is_err());
}

#[test]
fn who_takes_a_serial_number_over_keeps_it() {
    let first = Board::power("twice").unwrap();
    let second = Board::power("twice").unwrap();
    drop(first);
    attached(&second);
}

#[test]
fn a_double_fault_is_an_error_soon() {
    let board = Board::power("lockup").unwrap();
    let mut session = attached(&board);
    // The stack is nowhere, so the fault cannot be stacked, nor can that.
    let mut octets = program(&[0xde00, 0xde00]);
    octets[..4].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    flash(&mut session, &octets);
    let mut core = reset(&mut session);
    core.run().unwrap();
    let end = Instant::now() + SOON;
    while core.read_word_32(RAM).is_ok() {
        assert!(Instant::now() < end, "nobody notices");
    }
}

#[test]
fn each_board_has_its_own_memory_and_its_own_id() {
    let boards: Vec<Board> = ["a", "b", "c", "d"]
        .map(|name| Board::power(name).unwrap())
        .into();
    std::thread::scope(|scope| {
        for board in &boards {
            scope.spawn(|| live(board));
        }
    });
    for (number, board) in boards.iter().enumerate() {
        let mut session = attached(board);
        let mut core = session.core(0).unwrap();
        core.write_word_32(RAM, number as u32).unwrap();
        assert_eq!(core.read_word_32(UNIQUE_ID).unwrap(), board.unique_id());
    }
    for (number, board) in boards.iter().enumerate() {
        let mut session = attached(board);
        assert_eq!(
            session.core(0).unwrap().read_word_32(RAM).unwrap(),
            number as u32
        );
    }
}

#[test]
fn while_it_has_power_there_is_no_file_of_it() {
    let _board = Board::power("no file").unwrap();
    let entries = std::fs::read_dir("/dev/shm").unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    // Boards of other programs may be starting right now.
    let end = Instant::now() + SOON;
    for name in names.filter(|name| name.starts_with("sixlo-board-")) {
        while Path::new("/dev/shm").join(&name).exists() {
            assert!(Instant::now() < end, "{name} stays");
            std::thread::yield_now();
        }
    }
}

#[test]
#[ignore = "some ten seconds"]
fn a_hundred_lives_leave_nothing_behind() {
    let folders = || {
        let entries = std::fs::read_dir("/dev/shm").unwrap().flatten();
        entries
            .filter(|entry| {
                entry
                    .file_name()
                    .to_string_lossy()
                    .starts_with("sixlo-board-")
            })
            .count()
    };
    let before = folders();
    for number in 0..100 {
        let board = Board::power(&format!("life {number}")).unwrap();
        live(&board);
    }
    assert!(folders() <= before, "memories are left");
}

#[test]
fn the_stock_driver_of_another_probe_reaches_it_over_tcp() {
    let board = Board::power("remote").unwrap();
    let server = BlackMagic::at(&board).unwrap();
    for _ in 0..2 {
        let selector: DebugProbeSelector = server.selector().parse().unwrap();
        let mut probe = Lister::new().open(selector).unwrap();
        probe.select_protocol(WireProtocol::Swd).unwrap();
        let mut session = probe.attach(CHIP, Permissions::default()).unwrap();
        flash(&mut session, &sleeper());
        let mut core = reset(&mut session);
        core.write_word_32(COUNT, 0).unwrap();
        core.run().unwrap();
        for count in 1..4 {
            core.write_word_32(NVIC_ISPR, 1 << 31).unwrap();
            counts_to(&mut core, count);
        }
        core.write_8(RAM + 0x2001, &[1, 2, 3]).unwrap();
        assert_eq!(core.read_word_32(RAM + 0x2000).unwrap() >> 8, 0x03_0201);
    }
    drop(server);
    live(&board);
}

/// This very test, as a program that powers a board and is killed.
#[test]
fn no_emulator_outlives_the_program_that_started_it() {
    const CHILD: &str = "SIXLO_TEST_POWERS_A_BOARD";
    if std::env::var_os(CHILD).is_some() {
        let board = Board::power("orphan").unwrap();
        println!("\nboard {}", board.process_id());
        std::thread::sleep(SOON);
        return;
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "no_emulator_outlives_the_program_that_started_it",
            "--nocapture",
        ])
        .env(CHILD, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let id = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("board ")?.parse::<u32>().ok());
    let status = format!("/proc/{}", id.expect("it says which process the board is"));
    assert!(Path::new(&status).exists());
    child.kill().unwrap();
    child.wait().unwrap();
    let end = Instant::now() + SOON;
    while Path::new(&status).exists() {
        assert!(Instant::now() < end, "the emulator is still there");
        std::thread::yield_now();
    }
}
