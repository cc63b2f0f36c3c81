//! A radio that speaks the agent protocol at the end of a serial line: a pseudo-terminal, and
//! behind it the agent as a board runs it.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use sixlo_agent::{
    Agent, Identity, Outbox, Outcome, Outlet, Radio, Sent, Signal, Stack, VirtualPhy,
};
use sixlo_agent_protocol::{Abilities, RadioRole, Setting, Tap};
use sixlo_bridges::medium::Medium;
use sixlo_bridges::radios;
use sixlo_bridges::settings::{LineStart, RadioStart, SerialStart};

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(10);

/// A stack that stands still, and tells which channel it was given.
struct Still(Sender<u8>);

impl Stack for Still {
    fn identity(&self) -> Identity<'_> {
        Identity {
            stack: "still 1",
            build: "",
            abilities: Abilities::RADIO,
            hooks: 1 << 3,
            tap: Tap::None,
            largest_psdu: 127,
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        if let Setting::Channel(channel) = setting {
            self.0.send(*channel).unwrap();
        }
        Outcome::Done
    }

    fn reset(&mut self, _out: &mut dyn Outbox) -> Outcome {
        Outcome::Done
    }

    fn receive(&mut self, _psdu: &[u8], _out: &mut dyn Outbox) {}

    fn advance(&mut self, _now_us: u64, _out: &mut dyn Outbox) {}

    fn next_timer_us(&self) -> Option<u64> {
        None
    }
}

/// The virtual PHY, of a loudness.
struct Loud;

impl Radio for Loud {
    fn set_role(&mut self, role: RadioRole) -> Outcome {
        VirtualPhy.set_role(role)
    }

    fn transmit(&mut self, psdu: &[u8]) -> Sent {
        VirtualPhy.transmit(psdu)
    }

    fn hear(&mut self, psdu: &[u8], now_us: u64) -> Option<Signal> {
        VirtualPhy.hear(psdu, now_us)
    }

    fn energy_dbm(&mut self) -> Option<i8> {
        Some(-91)
    }
}

/// The line, as the agent writes to it.
struct Written(File);

impl Outlet for Written {
    fn write(&mut self, frame: &[u8]) {
        self.0.write_all(frame).unwrap();
    }
}

/// A board at a serial port.
struct Board {
    path: String,
    /// Held open: a pseudo-terminal whose other end nobody has open gives errors.
    _held: OwnedFd,
    channels: Receiver<u8>,
}

fn board() -> Board {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let path = name.to_str().unwrap().to_owned();
    let held = open(&*path, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    // Octets of before the port is opened must come through as they are, too.
    let mut attributes = tcgetattr(&held).unwrap();
    attributes.make_raw();
    tcsetattr(&held, OptionalActions::Now, &attributes).unwrap();
    let (told, channels) = channel();
    let mut line = File::from(master);
    thread::spawn(move || {
        let mut outlet = Written(line.try_clone().unwrap());
        let mut agent = Agent::with_radio(Still(told), Loud, 1);
        agent.announce(&mut outlet);
        let mut octets = [0; 256];
        while let Ok(length @ 1..) = line.read(&mut octets) {
            agent.hear(&octets[..length], &mut outlet);
            // Whatever it was told, there is a frame on air. Only a sniffer tells of it.
            let signal = Signal {
                time_us: 7,
                rssi_dbm: -60,
                lqi: 200,
            };
            agent.heard(&FRAME, signal, &mut outlet);
        }
    });
    Board {
        path,
        _held: held,
        channels,
    }
}

/// An acknowledgement, FCS and all.
const FRAME: [u8; 5] = [0x02, 0x00, 0x56, 0x97, 0xa7];

fn opened(board: &Board, role: RadioRole) -> Box<dyn Medium> {
    let start = RadioStart::Agent(LineStart::Serial(SerialStart {
        path: board.path.clone(),
        baud: 115_200,
        flow_control: false,
    }));
    radios::open(&start, 20, role).unwrap()
}

#[test]
fn a_sniffer_at_a_serial_line_is_tuned_and_tells_what_it_hears() {
    let board = board();
    let mut radio = opened(&board, RadioRole::Sniff);
    assert_eq!(board.channels.recv_timeout(LIMIT), Ok(20));
    let end = Instant::now() + LIMIT;
    let heard = loop {
        if let Some(heard) = radio.hear().unwrap() {
            break heard;
        }
        assert!(Instant::now() < end, "nothing was heard");
        thread::yield_now();
    };
    assert_eq!(heard.psdu, FRAME);
    assert_eq!(radio.look().unwrap(), ["channel 20: -91 dBm now"]);
    assert_eq!(heard.rssi_dbm, Some(-60));
    assert!(!radio.send(&FRAME).unwrap(), "it is no injector");
}

#[test]
fn an_injector_at_a_serial_line_says_that_a_frame_is_on_air() {
    let board = board();
    let mut radio = opened(&board, RadioRole::Inject);
    for _ in 0..10 {
        assert!(radio.send(&FRAME).unwrap());
    }
    assert!(radio.hear().unwrap().is_none(), "an injector tells nothing");
}
