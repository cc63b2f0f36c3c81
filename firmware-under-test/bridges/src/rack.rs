//! Radios of a rack: what puts frames on air, and what hears the air.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use rustix::io::ioctl_fionbio;
use sixlo_agent_process::fcs;
use sixlo_agent_protocol::{
    Accumulator, AgentMessage, FromAgent, FromHost, HostMessage, LARGEST_FRAME, PROTOCOL_VERSION,
    RadioRole, encode,
};

use crate::bridged::Bridged;
use crate::child::Child;
use crate::error::BridgeError;
use crate::medium::Medium;
use crate::serve::wait_readable;
use crate::settings::{BlackBox, RadioStart, Settings};
use crate::udp::ZepSocket;

/// How long a radio may take to take its role.
const READY_WITHIN: Duration = Duration::from_secs(5);
/// Frames injected last, which a sniffer hears, too, and which are none of the device's.
const INJECTED: usize = 32;
/// Frames heard that wait to be taken; a radio that hears more is not kept up with.
const MOST_WAITING: usize = 1024;

/// A device that nobody leads a wire to.
pub fn bridge(settings: Settings<BlackBox>) -> Result<Bridged<Rack>, BridgeError> {
    let start = settings.start;
    let child = start.program.map(Child::new);
    let rack = Rack {
        injector: RackRadio::start(&start.injector, start.channel, RadioRole::Inject)?,
        sniffer: match &start.sniffer {
            Some(sniffer) => Some(RackRadio::start(sniffer, start.channel, RadioRole::Sniff)?),
            None => None,
        },
        injected: VecDeque::new(),
    };
    Bridged::new(
        settings.stack,
        rack,
        child,
        settings.configure,
        settings.mac,
    )
}

/// An injector and a sniffer, or one radio that is both.
pub struct Rack {
    injector: RackRadio,
    sniffer: Option<RackRadio>,
    injected: VecDeque<Vec<u8>>,
}

impl Medium for Rack {
    fn send(&mut self, psdu: &[u8]) -> Result<(), BridgeError> {
        if self.injected.len() == INJECTED {
            self.injected.pop_front();
        }
        self.injected.push_back(psdu.to_vec());
        self.injector.send(psdu)
    }

    fn hear(&mut self) -> Result<Option<Vec<u8>>, BridgeError> {
        let ear = self.sniffer.as_mut().unwrap_or(&mut self.injector);
        while let Some(psdu) = ear.hear()? {
            // Our own, as the sniffer heard it: each counts once.
            match self.injected.iter().position(|own| *own == psdu) {
                Some(own) => drop(self.injected.remove(own)),
                None if fcs::check(&psdu).is_some() => return Ok(Some(psdu)),
                None => {}
            }
        }
        Ok(None)
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        self.sniffer.as_ref().unwrap_or(&self.injector).descriptor()
    }
}

/// One radio.
enum RackRadio {
    Agent(Box<AgentRadio>),
    Zep(ZepSocket),
}

impl RackRadio {
    fn start(start: &RadioStart, channel: u8, role: RadioRole) -> Result<Self, BridgeError> {
        match start {
            RadioStart::Agent(words) => {
                let radio = AgentRadio::start(words.clone(), role)?;
                Ok(RackRadio::Agent(Box::new(radio)))
            }
            RadioStart::Zep(address) => {
                let peer: SocketAddr = address.parse().map_err(|_| BridgeError::Settings {
                    error: format!("`{address}` is no socket address (such as `127.0.0.1:17754`)"),
                })?;
                Ok(RackRadio::Zep(ZepSocket::towards(peer, channel)?))
            }
        }
    }

    fn send(&mut self, psdu: &[u8]) -> Result<(), BridgeError> {
        match self {
            RackRadio::Agent(radio) => radio.tell(HostMessage::Transmit { psdu }),
            RackRadio::Zep(socket) => socket.send(psdu),
        }
    }

    fn hear(&mut self) -> Result<Option<Vec<u8>>, BridgeError> {
        match self {
            RackRadio::Agent(radio) => radio.hear(),
            RackRadio::Zep(socket) => socket.hear(),
        }
    }

    fn descriptor(&self) -> BorrowedFd<'_> {
        match self {
            RackRadio::Agent(radio) => radio.output.as_fd(),
            RackRadio::Zep(socket) => socket.descriptor(),
        }
    }
}

/// A radio that speaks the agent protocol.
struct AgentRadio {
    // Ended with the bridge.
    _child: Child,
    input: ChildStdin,
    output: ChildStdout,
    accumulator: Accumulator,
    seq: u32,
    /// Its answer to the last command that was waited for.
    answered: Option<(u32, bool)>,
    heard: VecDeque<Vec<u8>>,
    is_closed: bool,
}

impl AgentRadio {
    fn start(words: Vec<String>, role: RadioRole) -> Result<Self, BridgeError> {
        let mut child = Child::new(words);
        let (input, output) = child.start()?;
        ioctl_fionbio(&output, true).map_err(BridgeError::system("cannot set a pipe up"))?;
        let mut radio = AgentRadio {
            _child: child,
            input,
            output,
            accumulator: Accumulator::new(),
            seq: 0,
            answered: None,
            heard: VecDeque::new(),
            is_closed: false,
        };
        let version = PROTOCOL_VERSION;
        for message in [HostMessage::Hello { version }, HostMessage::Radio { role }] {
            radio.tell(message)?;
            let asked = radio.seq;
            let end = Instant::now() + READY_WITHIN;
            while radio.answered.is_none_or(|(seq, _)| seq != asked) {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() || radio.is_closed {
                    return Err(BridgeError::Radio("does not answer"));
                }
                wait_readable(&[radio.output.as_fd()], left)?;
                radio.listen();
            }
            if radio.answered != Some((asked, true)) {
                return Err(BridgeError::Radio("does not take the role of one"));
            }
        }
        Ok(radio)
    }

    fn tell(&mut self, message: HostMessage<'_>) -> Result<(), BridgeError> {
        self.seq = self.seq.wrapping_add(1);
        let seq = self.seq;
        let mut frame = [0; LARGEST_FRAME];
        let Ok(length) = encode(&FromHost { seq, message }, &mut frame) else {
            return Ok(());
        };
        self.input
            .write_all(&frame[..length])
            .and_then(|()| self.input.flush())
            .map_err(BridgeError::system("cannot write to a radio"))
    }

    /// Takes in what it has said by now.
    fn listen(&mut self) {
        let mut chunk = [0; 4096];
        while let Ok(length) = self.output.read(&mut chunk) {
            self.is_closed |= length == 0;
            if length == 0 {
                return;
            }
            let mut octets = &chunk[..length];
            while !octets.is_empty() {
                let (rest, frame) = self.accumulator.feed(octets);
                octets = rest;
                let Some(Ok(frame)) = frame else { continue };
                let Ok(FromAgent { seq, message }) = minicbor::decode(frame) else {
                    continue;
                };
                match message {
                    AgentMessage::Captured { psdu, .. } if self.heard.len() < MOST_WAITING => {
                        self.heard.push_back(psdu.to_vec());
                    }
                    AgentMessage::Hello(_) | AgentMessage::Done => {
                        self.answered = Some((seq, true));
                    }
                    AgentMessage::Unsupported | AgentMessage::Error { .. } => {
                        self.answered = Some((seq, false));
                    }
                    _ => {}
                }
            }
        }
    }

    fn hear(&mut self) -> Result<Option<Vec<u8>>, BridgeError> {
        self.listen();
        match self.heard.pop_front() {
            None if self.is_closed => Err(BridgeError::Radio("has ended")),
            heard => Ok(heard),
        }
    }
}
