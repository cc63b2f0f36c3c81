//! A radio of a rack: it injects what it is told and reports what it hears, and loses a
//! share of that, since sniffers do.

use std::process::ExitCode;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, read, write};
use sixlo_agent_protocol::{
    Abilities, Accumulator, AgentMessage, FromAgent, FromHost, Hello, HostMessage, LARGEST_FRAME,
    PROTOCOL_VERSION, RadioRole, Tap, encode,
};
use std::os::fd::AsFd;
use std::time::Instant;

use super::ether::Ether;
use crate::arguments::{ArgumentError, Arguments};

/// Runs the radio until its input closes.
pub fn run(arguments: &mut Arguments) -> Result<ExitCode, ArgumentError> {
    let own = arguments.take("own-port", 0, "a UDP port")?;
    let node = arguments.take("node-port", 0, "a UDP port")?;
    let sniffer = arguments.take("sniffer-port", 0, "a UDP port, or 0 for none")?;
    let loses = arguments.take("loses", 0, "percent of the frames, 0 to 100")?;
    arguments.finish()?;
    let towards = [node, sniffer].into_iter().filter(|&port| port != 0);
    let lived = Ether::bind(own, towards.collect())
        .map_err(|error| error.to_string())
        .and_then(|ether| {
            let mut radio = Radio {
                ether,
                role: RadioRole::Off,
                chance: 1,
                loses,
                start: Instant::now(),
            };
            radio.live().map_err(|error| error.to_string())
        });
    Ok(match lived {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("agent-radio: {error}");
            ExitCode::FAILURE
        }
    })
}

struct Radio {
    ether: Ether,
    role: RadioRole,
    /// Decides which frames are not heard.
    chance: u64,
    /// Percent of the frames that are not heard.
    loses: u64,
    start: Instant,
}

impl Radio {
    fn live(&mut self) -> Result<(), Errno> {
        let mut accumulator = Accumulator::new();
        let mut chunk = vec![0; 65_536];
        loop {
            let stdin = rustix::stdio::stdin();
            let mut waiting = [
                PollFd::from_borrowed_fd(stdin, PollFlags::IN),
                PollFd::from_borrowed_fd(self.ether.socket().as_fd(), PollFlags::IN),
            ];
            match poll(&mut waiting, None) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
            let asked = !waiting[0].revents().is_empty();
            while let Some(psdu) = self.ether.hear() {
                self.report(&psdu)?;
            }
            if !asked {
                continue;
            }
            let length = read(stdin, &mut chunk)?;
            if length == 0 {
                return Ok(());
            }
            let mut octets = &chunk[..length];
            while !octets.is_empty() {
                let (rest, frame) = accumulator.feed(octets);
                octets = rest;
                let Some(Ok(frame)) = frame else { continue };
                if let Ok(FromHost { seq, message }) = minicbor::decode(frame) {
                    self.obey(seq, &message)?;
                }
            }
        }
    }

    fn report(&mut self, psdu: &[u8]) -> Result<(), Errno> {
        // Knuth's generator, MMIX: without a pattern that a trial's frames could fall in step with.
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let is_lost = (self.chance >> 33) % 100 < self.loses;
        if !matches!(self.role, RadioRole::Sniff | RadioRole::Both) || is_lost {
            return Ok(());
        }
        say(
            0,
            AgentMessage::Captured {
                psdu,
                time_us: self.start.elapsed().as_micros() as u64,
                rssi_dbm: -40,
                lqi: 255,
            },
        )
    }

    fn obey(&mut self, seq: u32, message: &HostMessage<'_>) -> Result<(), Errno> {
        let answer = match message {
            HostMessage::Hello { .. } => AgentMessage::Hello(Hello {
                version: PROTOCOL_VERSION,
                boot: 1,
                stack: "agent radio",
                build: "",
                abilities: Abilities::RADIO,
                hooks: 0,
                tap: Tap::None,
                largest_psdu: 127,
                clock_us: 0,
            }),
            HostMessage::Radio { role } => {
                self.role = *role;
                AgentMessage::Done
            }
            HostMessage::Transmit { psdu }
                if matches!(self.role, RadioRole::Inject | RadioRole::Both) =>
            {
                self.ether.send(psdu);
                AgentMessage::Done
            }
            _ => AgentMessage::Unsupported,
        };
        say(seq, answer)
    }
}

fn say(seq: u32, message: AgentMessage<'_>) -> Result<(), Errno> {
    let mut frame = [0; LARGEST_FRAME];
    let Ok(length) = encode(&FromAgent { seq, message }, &mut frame) else {
        return Ok(());
    };
    let mut rest = &frame[..length];
    while !rest.is_empty() {
        let written = write(rustix::stdio::stdout(), rest)?;
        rest = &rest[written..];
    }
    Ok(())
}
