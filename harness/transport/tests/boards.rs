//! Emulated boards with sixlo's own images, over RTT. `firmware-under-test/boards/build`
//! makes the images; without them these tests cannot pass, so they are asked for by name.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sixlo_agent_protocol::{
    Accumulator, AgentMessage, FromAgent, FromHost, HostMessage, LARGEST_FRAME, encode,
};
use sixlo_transport::rtt::{AttachedBoard, ChipId, Flashed, ProbeBoard, RttTransport};
use sixlo_transport::{Channel, Transport, TransportError};
use sixlo_virtual_board::{Board, CHIP, UNIQUE_ID};

const SOON: Duration = Duration::from_secs(5);

fn image(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/boards/mps2-an386")
        .join(name)
        .with_extension("elf")
}

fn probe_board(board: &Board, name: &str) -> ProbeBoard {
    ProbeBoard {
        selector: board.selector(),
        chip: CHIP.to_owned(),
        chip_id: Some(ChipId {
            address: UNIQUE_ID,
            value: board.unique_id(),
        }),
        elf: image(name),
        doorbell: 31,
        speed_khz: None,
    }
}

/// The host's end, as short as can be.
struct Host {
    transport: RttTransport,
    accumulators: [Accumulator; 2],
    heard: Vec<String>,
    seq: u32,
}

impl Host {
    fn new(transport: RttTransport) -> Self {
        Host {
            transport,
            accumulators: [Accumulator::new(), Accumulator::new()],
            heard: Vec::new(),
            seq: 0,
        }
    }

    fn say(&mut self, message: HostMessage<'_>) -> u32 {
        self.seq += 1;
        let channel = match message {
            HostMessage::Receive { .. } => Channel::Phy,
            _ => Channel::Control,
        };
        let mut frame = [0; LARGEST_FRAME];
        let seq = self.seq;
        let length = encode(&FromHost { seq, message }, &mut frame).unwrap();
        assert_eq!(self.transport.write(channel, &frame[..length]), Ok(length));
        seq
    }

    /// Hears until there is an answer to this; all that was said is in `heard`.
    fn hear(&mut self, seq: u32) -> Result<(), TransportError> {
        let end = Instant::now() + SOON;
        let mut octets = [0; 4096];
        loop {
            assert!(Instant::now() < end, "no answer to {seq}: {:?}", self.heard);
            self.transport.wait(false, SOON)?;
            while let Some((channel, length)) = self.transport.read(&mut octets)? {
                if length == 0 {
                    return Err(TransportError::Unread);
                }
                let mut rest = &octets[..length];
                while !rest.is_empty() {
                    let (after, frame) = self.accumulators[channel as usize].feed(rest);
                    rest = after;
                    let Some(frame) = frame else { continue };
                    let said: FromAgent<'_> = minicbor::decode(frame.unwrap()).unwrap();
                    self.heard.push(format!("{channel:?} {:?}", said.message));
                    if said.seq == seq && !matches!(said.message, AgentMessage::Transmitted { .. })
                    {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn ask(&mut self, message: HostMessage<'_>) -> Result<(), TransportError> {
        let seq = self.say(message);
        self.hear(seq)
    }
}

/// Data of an echo request that a board which breaks looks for.
fn with_word(word: &str) -> Vec<u8> {
    let mut psdu = vec![0x55; 20];
    psdu.extend(word.as_bytes());
    psdu
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_board_is_flashed_once_and_answers_in_each_life() {
    let board = Board::power("lives").unwrap();
    let mut attached = AttachedBoard::attach(probe_board(&board, "p6lowpan-5")).unwrap();
    assert_eq!(attached.flash().unwrap(), Flashed::Now);
    assert_eq!(attached.flash().unwrap(), Flashed::Already);
    for _ in 0..20 {
        let mut host = Host::new(attached.start().unwrap());
        host.ask(HostMessage::Hello { version: 1 }).unwrap();
        let log = host.transport.logged();
        assert!(log[0].text.ends_with(" is ready"), "{log:?}");
        host.ask(HostMessage::Reset).unwrap();
        for _ in 0..20 {
            host.ask(HostMessage::Receive { psdu: &[0x55; 100] })
                .unwrap();
        }
    }
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn another_board_than_the_one_meant_is_not_written() {
    let right = Board::power("right").unwrap();
    let wrong = Board::power("wrong").unwrap();
    let mut mixed_up = probe_board(&right, "p6lowpan-5");
    mixed_up.selector = wrong.selector();
    let error = AttachedBoard::attach(mixed_up).err().unwrap().to_string();
    assert!(error.contains("another chip"), "{error}");
    assert!(error.contains("nothing was written"), "{error}");
    let mut untouched = AttachedBoard::attach(probe_board(&wrong, "p6lowpan-5")).unwrap();
    assert_eq!(untouched.word(0).unwrap(), 0);
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn what_a_board_says_of_its_end_are_its_last_words() {
    let board = Board::power("ends").unwrap();
    let mut attached = AttachedBoard::attach(probe_board(&board, "faulty")).unwrap();
    let ends = [
        ("sixlo:hard-fault", "hard fault: undefined instruction"),
        ("sixlo:panic", "a frame that this board cannot take"),
        ("sixlo:overflow", "stack overflow"),
    ];
    for (word, words) in ends {
        let mut host = Host::new(attached.start().unwrap());
        let psdu = with_word(word);
        let end = host.ask(HostMessage::Receive { psdu: &psdu });
        assert_eq!(end, Err(TransportError::Unread), "{word}");
        let said = host.transport.last_words();
        assert!(said.contains(words), "{word}: {said}");
        // The next life is as good as the first.
        let mut host = Host::new(attached.start().unwrap());
        host.ask(HostMessage::Hello { version: 1 }).unwrap();
    }
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_board_that_hangs_is_halted_and_starts_again() {
    let board = Board::power("hangs").unwrap();
    let mut attached = AttachedBoard::attach(probe_board(&board, "faulty")).unwrap();
    for word in ["sixlo:hang", "sixlo:deaf"] {
        let mut transport = attached.start().unwrap();
        let mut host = Host::new(transport);
        host.ask(HostMessage::Hello { version: 1 }).unwrap();
        let psdu = with_word(word);
        host.say(HostMessage::Receive { psdu: &psdu });
        // More than its rings hold: what it does not take waits, and locks nobody up.
        for _ in 0..200 {
            host.say(HostMessage::Receive { psdu: &[0; 127] });
        }
        transport = host.transport;
        let end = Instant::now() + Duration::from_millis(200);
        while Instant::now() < end {
            transport.wait(false, Duration::from_millis(50)).unwrap();
            assert_eq!(transport.read(&mut [0; 100]), Ok(None));
        }
        let said = transport.last_words();
        assert!(said.contains("it was running, pc"), "{said}");
        let mut host = Host::new(attached.start().unwrap());
        host.ask(HostMessage::Hello { version: 1 }).unwrap();
    }
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_board_that_resets_itself_says_hello_unasked() {
    let board = Board::power("resets").unwrap();
    let mut attached = AttachedBoard::attach(probe_board(&board, "faulty")).unwrap();
    let mut host = Host::new(attached.start().unwrap());
    host.ask(HostMessage::Hello { version: 1 }).unwrap();
    host.heard.clear();
    let psdu = with_word("sixlo:reset");
    host.say(HostMessage::Receive { psdu: &psdu });
    host.hear(0).unwrap();
    assert!(host.heard[0].contains("Hello"), "{:?}", host.heard);
    // And goes on with who it says it is.
    host.ask(HostMessage::Hello { version: 1 }).unwrap();
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_flooded_log_stops_nothing() {
    let board = Board::power("floods").unwrap();
    let mut attached = AttachedBoard::attach(probe_board(&board, "faulty")).unwrap();
    let mut host = Host::new(attached.start().unwrap());
    let psdu = with_word("sixlo:flood");
    host.ask(HostMessage::Receive { psdu: &psdu }).unwrap();
    host.ask(HostMessage::Hello { version: 1 }).unwrap();
    let log = host.transport.logged();
    assert!(log.len() > 10, "{log:?}");
    let said: Vec<_> = log
        .iter()
        .map(|line| format!("{}: {}", line.level, line.text))
        .collect();
    assert!(
        said.iter()
            .any(|said| said.starts_with("info: and on, and on, and on: ")),
        "{said:?}"
    );
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_board_that_babbles_fills_its_ring_and_is_read_for_ever() {
    let board = Board::power("babbles").unwrap();
    let mut attached = AttachedBoard::attach(probe_board(&board, "faulty")).unwrap();
    let mut host = Host::new(attached.start().unwrap());
    let psdu = with_word("sixlo:babble");
    host.say(HostMessage::Receive { psdu: &psdu });
    let mut octets = 0;
    // Many times what the ring holds: a full one puts the board to sleep, and it is woken.
    while octets < 200_000 {
        host.transport.wait(false, SOON).unwrap();
        let read = host.transport.read(&mut [0; 4096]).unwrap();
        octets += read.expect("it goes on").1;
    }
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_probe_lost_in_mid_frame_is_the_way_s_trouble_and_comes_back() {
    let board = Board::power("lost").unwrap();
    let meant = probe_board(&board, "p6lowpan-5");
    let mut attached = AttachedBoard::attach(meant).unwrap();
    let mut host = Host::new(attached.start().unwrap());
    host.ask(HostMessage::Hello { version: 1 }).unwrap();
    host.say(HostMessage::Receive { psdu: &[0; 127] });
    drop(board);
    let error = host.hear(u32::MAX).unwrap_err();
    assert!(matches!(error, TransportError::Way { .. }), "{error}");
    assert!(error.to_string().contains("no power"), "{error}");
    assert_eq!(host.transport.last_words(), "");
    // Still unplugged.
    assert!(matches!(attached.start(), Err(TransportError::Way { .. })));
    let _board = Board::power("lost").unwrap();
    let mut host = Host::new(attached.start().unwrap());
    host.ask(HostMessage::Hello { version: 1 }).unwrap();
}

#[test]
#[ignore = "needs the images of firmware-under-test/boards/build"]
fn a_probe_that_hangs_in_a_call_hangs_nobody_else() {
    let board = Board::power("stuck").unwrap();
    let pid = rustix::process::Pid::from_raw(board.process_id().cast_signed()).unwrap();
    let signal = |signal| rustix::process::kill_process(pid, signal).unwrap();
    let mut attached = AttachedBoard::attach(probe_board(&board, "p6lowpan-5")).unwrap();
    let mut host = Host::new(attached.start().unwrap());
    host.ask(HostMessage::Hello { version: 1 }).unwrap();
    // The doorbell goes through the emulator, which answers nothing now.
    signal(rustix::process::Signal::STOP);
    let began = Instant::now();
    host.say(HostMessage::Reset);
    let error = host.hear(u32::MAX).unwrap_err();
    assert!(matches!(error, TransportError::Stuck { .. }), "{error}");
    assert!(began.elapsed() < Duration::from_secs(2), "noticed too late");
    assert_eq!(host.transport.last_words(), "");
    let error = attached.start().err().unwrap();
    assert!(matches!(error, TransportError::Stuck { .. }), "{error}");
    signal(rustix::process::Signal::CONT);
    let mut host = Host::new(attached.start().unwrap());
    host.ask(HostMessage::Hello { version: 1 }).unwrap();
}
