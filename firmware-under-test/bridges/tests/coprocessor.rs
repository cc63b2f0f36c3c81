//! Radios that speak Spinel, against OpenThread's own co-processor on its simulated air: a
//! program that `firmware-under-test/ports/openthread/build` makes.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use sixlo_agent_process::fcs;
use sixlo_agent_protocol::RadioRole;
use sixlo_bridges::medium::Medium;
use sixlo_bridges::radios::{self, Heard};
use sixlo_bridges::settings::{LineStart, Own, RadioStart, SerialStart, SpinelStart};

const CHANNEL: u8 = 15;
const LONG: Duration = Duration::from_secs(5);
const WANTED: &str = "wants firmware-under-test/ports/openthread/build";

fn program() -> PathBuf {
    let path = "../../target/ports/openthread/ot-rcp";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    assert!(path.exists(), "{} is not there: {WANTED}", path.display());
    path
}

/// An air of its own for each test.
struct Air {
    port: u16,
}

impl Air {
    fn new(number: u16) -> Air {
        let port = 20_000 + (std::process::id() % 500) as u16 * 64 + number * 4;
        Air { port }
    }

    fn words(&self, node: u8, more: &[&str]) -> Vec<String> {
        let program = program().display().to_string();
        let mut words = vec![
            "env".to_owned(),
            format!("PORT_BASE={}", self.port),
            program,
        ];
        words.extend(
            ["-L", "127.0.0.1"]
                .iter()
                .chain(more)
                .map(|word| word.to_string()),
        );
        words.push(node.to_string());
        words
    }

    fn radio(&self, node: u8, role: RadioRole) -> Box<dyn Medium> {
        open(LineStart::Program(self.words(node, &[])), role, None)
    }
}

fn open(line: LineStart, role: RadioRole, acknowledges: Option<Own>) -> Box<dyn Medium> {
    let start = RadioStart::Spinel(SpinelStart { line, acknowledges });
    radios::open(&start, CHANNEL, role).unwrap_or_else(|error| panic!("{error}"))
}

/// The next frame, or none for a while.
fn hear_within(radio: &mut dyn Medium, limit: Duration) -> Option<Heard> {
    let end = Instant::now() + limit;
    loop {
        if let Some(heard) = radio.hear().unwrap() {
            return Some(heard);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::yield_now();
    }
}

fn hear(radio: &mut dyn Medium) -> Heard {
    hear_within(radio, LONG).expect("a frame")
}

/// A data frame to 0x1a01 in PAN 0xabcd, from 0x2b02.
fn frame(sequence: u8, asks: bool, payload: &[u8]) -> Vec<u8> {
    let fcf = if asks { 0x61 } else { 0x41 };
    let mut frame = vec![fcf, 0x88, sequence, 0xcd, 0xab, 0x01, 0x1a, 0x02, 0x2b];
    frame.extend_from_slice(payload);
    fcs::append(&mut frame);
    frame
}

#[test]
#[ignore = "wants firmware-under-test/ports/openthread/build"]
fn what_one_puts_on_air_another_tells() {
    let air = Air::new(0);
    let mut injector = air.radio(1, RadioRole::Inject);
    let mut sniffer = air.radio(2, RadioRole::Sniff);
    let mut last_us = 0;
    // Every octet that the line's framing has a use for, and every length that there is.
    let special: Vec<u8> = [0x7e, 0x7d, 0x11, 0x13, 0xf8, 0x00, 0xff].repeat(3);
    for length in [0, 1, 21, 100, 116] {
        let payload: Vec<u8> = special.iter().cycle().take(length).copied().collect();
        let frame = frame(length as u8, false, &payload);
        assert!(injector.send(&frame).unwrap());
        let heard = hear(&mut *sniffer);
        assert_eq!(heard.psdu, frame);
        assert_eq!(heard.rssi_dbm, Some(-20), "what its simulation says");
        let time_us = heard.time_us.expect("a time");
        assert!(time_us > last_us);
        last_us = time_us;
    }
    // In the other direction, too: one radio may be both.
    let back = frame(200, false, b"back");
    assert!(sniffer.send(&back).unwrap());
    assert_eq!(hear(&mut *injector).psdu, back);
}

#[test]
#[ignore = "wants firmware-under-test/ports/openthread/build"]
fn what_no_radio_sends_is_told_so() {
    let air = Air::new(1);
    let mut injector = air.radio(1, RadioRole::Inject);
    let mut sniffer = air.radio(2, RadioRole::Sniff);
    let mut broken = frame(1, false, b"broken on purpose");
    broken[10] ^= 1;
    assert!(!injector.send(&broken).unwrap());
    assert!(!injector.send(&[]).unwrap());
    // It goes on.
    assert!(injector.send(&frame(2, false, b"right")).unwrap());
    assert_eq!(hear(&mut *sniffer).psdu, frame(2, false, b"right"));
}

#[test]
#[ignore = "wants firmware-under-test/ports/openthread/build"]
fn an_injector_with_addresses_acknowledges_and_hears_acknowledgements() {
    let air = Air::new(2);
    let own = |short, eui64| {
        Some(Own {
            pan_id: 0xabcd,
            short,
            eui64,
        })
    };
    let program = |node| LineStart::Program(air.words(node, &[]));
    let mut tester = open(
        program(1),
        RadioRole::Inject,
        own(0x1a01, 0x0200_5eef_1000_001a),
    );
    let mut device = open(
        program(2),
        RadioRole::Inject,
        own(0x2b02, 0x0200_5eef_1000_002b),
    );
    let mut sniffer = air.radio(3, RadioRole::Sniff);

    let asking = frame(0x56, true, b"are you there?");
    assert!(device.send(&asking).unwrap());
    assert_eq!(hear(&mut *tester).psdu, asking);
    // The sender's radio tells it with its status, the sniffer as a frame.
    let acknowledgement = hear(&mut *device).psdu;
    assert_eq!((acknowledgement[0] & 7, acknowledgement[2]), (2, 0x56));
    assert_eq!(hear(&mut *sniffer).psdu, asking);
    assert_eq!(hear(&mut *sniffer).psdu, acknowledgement);

    // Nobody is there: it was sent all the same.
    let mut nobody = frame(0x57, true, b"anybody?");
    nobody[5] = 0x77;
    nobody.truncate(nobody.len() - 2);
    fcs::append(&mut nobody);
    assert!(device.send(&nobody).unwrap());
    assert_eq!(hear(&mut *sniffer).psdu, nobody);
    assert_eq!(hear_within(&mut *device, Duration::from_millis(100)), None);
}

#[test]
#[ignore = "wants firmware-under-test/ports/openthread/build"]
fn one_that_is_looked_at_tells_its_firmware_and_how_loud_its_channel_is() {
    let air = Air::new(4);
    let mut radio = air.radio(1, RadioRole::Sniff);
    let words = radio.look().unwrap().join("; ");
    assert!(words.starts_with("firmware OPENTHREAD/"), "{words}");
    assert!(words.contains("channel 15: "), "{words}");
    assert!(words.contains(" dBm within 100 ms"), "{words}");
    // It hears afterwards as before.
    let mut other = air.radio(2, RadioRole::Inject);
    other.send(&frame(1, false, b"still there?")).unwrap();
    assert_eq!(hear(&mut *radio).psdu, frame(1, false, b"still there?"));
}

/// A co-processor at the end of a serial line, as a board is.
struct Board {
    running: Child,
    path: String,
}

impl Board {
    fn plug_in(words: &[String]) -> Board {
        let end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&end).unwrap();
        unlockpt(&end).unwrap();
        let path = ptsname(&end, Vec::new()).unwrap().into_string().unwrap();
        // Somebody holds the other end until the host has opened it.
        let end = File::from(end);
        let both = |end: &File| Stdio::from(OwnedFd::from(end.try_clone().unwrap()));
        let running = Command::new(&words[0])
            .args(&words[1..])
            .stdin(both(&end))
            .stdout(both(&end))
            .spawn()
            .unwrap();
        Board { running, path }
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}

#[test]
#[ignore = "wants firmware-under-test/ports/openthread/build"]
fn a_dongle_that_is_unplugged_is_back_in_its_role_when_it_comes_back() {
    let air = Air::new(3);
    let folder = tempfile::tempdir().unwrap();
    let by_id = folder.path().join("usb-dongle-if00");
    let plug_in = || {
        let board = Board::plug_in(&air.words(2, &[]));
        std::os::unix::fs::symlink(&board.path, &by_id).unwrap();
        board
    };
    let first = plug_in();
    let line = LineStart::Serial(SerialStart {
        path: by_id.display().to_string(),
        baud: 460_800,
        flow_control: false,
    });
    let mut sniffer = open(line, RadioRole::Sniff, None);
    let mut injector = air.radio(1, RadioRole::Inject);
    injector.send(&frame(1, false, b"one")).unwrap();
    assert_eq!(hear(&mut *sniffer).psdu, frame(1, false, b"one"));

    drop(first);
    std::fs::remove_file(&by_id).unwrap();
    injector.send(&frame(2, false, b"nobody hears")).unwrap();
    assert_eq!(hear_within(&mut *sniffer, Duration::from_millis(200)), None);
    assert!(!sniffer.send(&frame(3, false, b"nor this")).unwrap());

    let _second = plug_in();
    let end = Instant::now() + LONG;
    // It is back as soon as it hears again.
    let heard = loop {
        injector.send(&frame(4, false, b"again")).unwrap();
        match hear_within(&mut *sniffer, Duration::from_millis(50)) {
            Some(heard) => break heard,
            None => assert!(Instant::now() < end, "it does not come back"),
        }
    };
    assert_eq!(heard.psdu, frame(4, false, b"again"));
}

fn error_of(words: &[&str]) -> String {
    let words = words.iter().map(|word| word.to_string()).collect();
    let start = RadioStart::Spinel(SpinelStart {
        line: LineStart::Program(words),
        acknowledges: None,
    });
    let opened = radios::open(&start, CHANNEL, RadioRole::Sniff);
    opened.err().expect("no co-processor").to_string()
}

#[test]
fn what_is_not_there_is_named() {
    let error = error_of(&["/nowhere/rcp"]);
    assert!(
        error.starts_with("radio at program /nowhere/rcp: "),
        "{error}"
    );
}

#[test]
#[ignore = "waits for what never comes"]
fn what_is_no_coprocessor_is_told_with_what_to_do() {
    let talks = ["sh", "-c", "while :; do echo '~~~~~~ nothing of use'; done"];
    let hears = ["sh", "-c", "cat >/dev/null"];
    for words in [talks, hears] {
        let error = error_of(&words);
        assert!(error.contains("in Spinel"), "{error}");
        assert!(error.contains("is it this kind of radio"), "{error}");
    }
    let error = error_of(&["true"]);
    assert!(error.starts_with("radio at program true: "), "{error}");
}
