//! A node without an agent: a stack behind ZEP over UDP and a shell.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Signal;
use sixlo_agent::protocol::Setting;
use sixlo_agent::{Outbox, Outcome};
use sixlo_agent_process::fcs;

use super::{ether::Ether, shell};
use crate::arguments::{ArgumentError, Arguments};
use crate::around::Boxed;
use crate::registry::make;
use sixlo_mac::{Destination, Header};

/// The radio is not back in receive so soon after it has sent.
const TURNAROUND: Duration = Duration::from_micros(100);
/// How long it waits for an acknowledgement, and how often it sends.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_millis(3);
const TRIES: u8 = 4;
const PROMPT: &str = "> ";
/// Of a line that never ends, so much is kept.
const LONGEST_LINE: usize = 256;

/// Runs the node until its shell closes.
pub fn run(arguments: &mut Arguments) -> Result<ExitCode, ArgumentError> {
    let own = arguments.take("node-port", 0, "a UDP port")?;
    let tester = arguments.take("tester-port", 0, "a UDP port")?;
    let sniffer = arguments.take("sniffer-port", 0, "a UDP port, or 0 for none")?;
    let of = arguments.take("of", "p6lowpan-5".to_owned(), "the name of a device")?;
    let eui64 = arguments.take("eui64", String::new(), "an EUI-64 such as 02:00:...")?;
    let pan = arguments.take("pan", String::new(), "a PAN id in hexadecimal")?;
    let works_ms = arguments.take(
        "works-ms",
        0,
        "milliseconds of computing that a frame costs",
    )?;
    let late_ms = arguments.take("late-ms", 0, "milliseconds until it sends what it has")?;
    let hangs_on = arguments.take("hangs-on", String::new(), "octets in hexadecimal")?;
    let ignores = arguments.take("ignores", String::new(), "octets in hexadecimal")?;
    let held_up_by = arguments.take("held-up-by", String::new(), "the beginning of a line")?;
    let stack = make(&of, arguments)?;
    arguments.finish()?;
    let towards = [tester, sniffer].into_iter().filter(|&port| port != 0);
    let node = Ether::bind(own, towards.collect()).and_then(|ether| {
        let mut node = Node::new(stack, ether);
        node.works = Duration::from_millis(works_ms);
        node.waiting.late = Duration::from_millis(late_ms);
        node.hangs_on = octets(&hangs_on);
        node.ignores = octets(&ignores);
        node.held_up_by = held_up_by;
        // An image's own addresses, where nobody tells it others.
        for line in [("eui64", eui64), ("pan", pan)] {
            if !line.1.is_empty() {
                node.obey(&format!("{} {}", line.0, line.1));
            }
        }
        node.form_addresses();
        node.live()
    });
    Ok(match node {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("zep-node: {error}");
            ExitCode::FAILURE
        }
    })
}

/// What the stack has put out, and when the radio may get to it.
#[derive(Default)]
struct Waiting {
    frames: VecDeque<(Instant, Vec<u8>)>,
    /// So long after the stack did.
    late: Duration,
}

impl Outbox for Waiting {
    fn transmitted(&mut self, psdu: &[u8]) {
        let due = Instant::now() + self.late;
        self.frames.push_back((due, psdu.to_vec()));
    }

    fn delivered(&mut self, _packet: &[u8]) {}

    fn log(&mut self, _text: &str) {}
}

/// A frame on its way, sent again until it is acknowledged.
struct Sending {
    psdu: Vec<u8>,
    tries: u8,
    again: Instant,
}

struct Node {
    stack: Boxed,
    ether: Ether,
    start: Instant,
    waiting: Waiting,
    sending: Option<Sending>,
    deaf_until: Instant,
    last_heard: Vec<u8>,
    eui64: Option<[u8; 8]>,
    short: Option<u16>,
    pan: Option<u16>,
    /// So much computing costs each frame for it: a slow machine.
    works: Duration,
    /// A frame that holds these octets is its last; none: it goes on for ever.
    hangs_on: Vec<u8>,
    /// A frame that holds these octets is acknowledged, and no more comes of it; none: all are taken.
    ignores: Vec<u8>,
    /// At a line that begins so it has no CPU for a while; none: it always has one.
    held_up_by: String,
}

/// Longer than whoever has an agent may take for an answer.
const HELD_UP_S: f64 = 2.5;

/// Has no CPU for a while, as on a busy machine, and wants one all the time.
fn hold_up() {
    let own = std::process::id();
    let line = format!("sleep {HELD_UP_S}; kill -CONT {own}");
    let wakes = Command::new("sh")
        .args(["-c", &line])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn();
    if wakes.is_ok() {
        let _ = rustix::process::kill_process(rustix::process::getpid(), Signal::STOP);
    }
}

/// Octets in hexadecimal, as far as they are.
fn octets(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .filter_map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// Whether a frame holds these octets; none are in no frame.
fn holds(psdu: &[u8], wanted: &[u8]) -> bool {
    !wanted.is_empty() && psdu.windows(wanted.len()).any(|octets| octets == wanted)
}

impl Node {
    fn new(stack: Boxed, ether: Ether) -> Node {
        Node {
            stack,
            ether,
            start: Instant::now(),
            waiting: Waiting::default(),
            sending: None,
            deaf_until: Instant::now(),
            last_heard: Vec::new(),
            eui64: None,
            short: None,
            pan: None,
            works: Duration::ZERO,
            hangs_on: Vec::new(),
            ignores: Vec::new(),
            held_up_by: String::new(),
        }
    }

    /// A link-local address of its EUI-64, as an image has before anybody tells it one.
    fn form_addresses(&mut self) {
        if let Some(eui64) = self.eui64 {
            let mut address = [0; 16];
            address[..2].copy_from_slice(&[0xfe, 0x80]);
            address[8..].copy_from_slice(&eui64);
            address[8] ^= 2;
            self.stack.configure(&Setting::Address(address, 64));
        }
    }

    fn live(&mut self) -> io::Result<()> {
        let mut line = Vec::new();
        self.say(PROMPT)?;
        loop {
            let (shell, ether) = self.wait()?;
            let now_us = self.start.elapsed().as_micros() as u64;
            self.stack.advance(now_us, &mut self.waiting);
            if ether {
                while let Some(psdu) = self.ether.hear() {
                    self.hear(&psdu);
                }
            }
            self.send_on();
            if shell {
                let mut octets = [0; 256];
                let length = io::stdin().lock().read(&mut octets)?;
                if length == 0 {
                    return Ok(());
                }
                for &octet in &octets[..length] {
                    if octet == b'\n' {
                        let text = String::from_utf8_lossy(&line).into_owned();
                        line.clear();
                        let answer = self.obey(&text);
                        self.say(&format!("{text}\r\n{answer}\n{PROMPT}"))?;
                    } else if line.len() < LONGEST_LINE {
                        line.push(octet);
                    }
                }
            }
        }
    }

    fn say(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(text.as_bytes())?;
        stdout.flush()
    }

    fn obey(&mut self, line: &str) -> String {
        if !self.held_up_by.is_empty() && line.starts_with(&self.held_up_by) {
            hold_up();
        }
        match shell::setting(line) {
            Err(answer) => answer,
            Ok(None) => String::new(),
            Ok(Some(setting)) => match self.stack.configure(&setting) {
                Outcome::Done => {
                    match setting {
                        Setting::Eui64(eui64) => self.eui64 = Some(eui64),
                        Setting::ShortAddress(short) => self.short = Some(short),
                        Setting::PanId(pan) => self.pan = Some(pan),
                        _ => {}
                    }
                    "success".to_owned()
                }
                Outcome::Unsupported => "error: not in this image".to_owned(),
                Outcome::Refused(why) => format!("error: {why}"),
            },
        }
    }

    /// Sleeps until the shell or the ether has something, or something is due.
    fn wait(&self) -> io::Result<(bool, bool)> {
        let now_us = self.start.elapsed().as_micros() as u64;
        let timer = self.stack.next_timer_us();
        let timer = timer.map(|due| Duration::from_micros(due.saturating_sub(now_us)));
        let again = self
            .sending
            .as_ref()
            .map(|sending| sending.again.saturating_duration_since(Instant::now()));
        // What waits behind a frame under way is due when that has arrived.
        let next = match (&self.sending, self.waiting.frames.front()) {
            (None, Some((due, _))) => Some(due.saturating_duration_since(Instant::now())),
            _ => None,
        };
        let limit = timer.into_iter().chain(again).chain(next).min();
        let limit = limit.map(|limit| Timespec {
            tv_sec: limit.as_secs().cast_signed(),
            tv_nsec: limit.subsec_nanos().into(),
        });
        let stdin = io::stdin();
        let mut waiting = [
            PollFd::from_borrowed_fd(stdin.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(self.ether.socket().as_fd(), PollFlags::IN),
        ];
        match poll(&mut waiting, limit.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_ready = |polled: &PollFd| !polled.revents().is_empty();
        Ok((is_ready(&waiting[0]), is_ready(&waiting[1])))
    }

    fn hear(&mut self, psdu: &[u8]) {
        if Instant::now() < self.deaf_until {
            return;
        }
        let (kind, sequence) = (psdu[0] & 7, psdu.get(2).copied());
        if kind == 2 {
            let acknowledges = |sending: &Sending| sending.psdu.get(2).copied() == sequence;
            if self.sending.as_ref().is_some_and(acknowledges) {
                self.sending = None;
            }
            return;
        }
        let frame = &psdu[..psdu.len() - 2];
        let asks = psdu[0] & 1 << 5 != 0;
        if let (true, Some(sequence)) = (asks && self.is_for_me(frame), sequence) {
            let mut acknowledgement = vec![2, 0, sequence];
            fcs::append(&mut acknowledgement);
            self.transmit(&acknowledgement);
        }
        if psdu != self.last_heard {
            self.last_heard = psdu.to_vec();
            self.work(psdu);
            if !holds(psdu, &self.ignores) {
                self.stack.receive(psdu, &mut self.waiting);
            }
        }
    }

    /// Computes as long as this frame costs.
    fn work(&self, psdu: &[u8]) {
        let hangs = holds(psdu, &self.hangs_on);
        let begin = Instant::now();
        while hangs || begin.elapsed() < self.works {
            std::hint::spin_loop();
        }
    }

    fn is_for_me(&self, frame: &[u8]) -> bool {
        Header::of(frame).is_some_and(|header| {
            let is_mine = match header.destination {
                Some(Destination::Short(short)) => Some(short) == self.short,
                Some(Destination::Extended(eui64)) => Some(eui64) == self.eui64,
                None => false,
            };
            is_mine && header.pan == self.pan
        })
    }

    /// Puts on air what is due: the frame under way again, or the next one.
    fn send_on(&mut self) {
        if let Some(sending) = &mut self.sending {
            if Instant::now() < sending.again {
                return;
            }
            if sending.tries < TRIES {
                sending.tries += 1;
                sending.again = Instant::now() + ACKNOWLEDGED_WITHIN;
                let psdu = sending.psdu.clone();
                self.transmit(&psdu);
                return;
            }
            self.sending = None;
        }
        while self.sending.is_none()
            && let Some((_, mut psdu)) = self
                .waiting
                .frames
                .pop_front_if(|(due, _)| *due <= Instant::now())
        {
            let is_unicast = Header::of(&psdu[..psdu.len() - 2]).is_some_and(|header| {
                header.destination.is_some()
                    && header.destination != Some(Destination::Short(0xffff))
            });
            if is_unicast {
                psdu[0] |= 1 << 5;
                psdu.truncate(psdu.len() - 2);
                fcs::append(&mut psdu);
            }
            self.transmit(&psdu);
            self.sending = is_unicast.then(|| Sending {
                psdu,
                tries: 1,
                again: Instant::now() + ACKNOWLEDGED_WITHIN,
            });
        }
    }

    fn transmit(&mut self, psdu: &[u8]) {
        self.ether.send(psdu);
        self.deaf_until = Instant::now() + TURNAROUND;
    }
}
