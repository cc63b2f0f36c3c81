//! An emulated board in a hall: its virtual PHY becomes a radio. To its host it is what a
//! board with an antenna is: frames come and go by the air alone, and time is the wall's.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use minicbor::Encode;
use sixlo_agent_protocol::{
    Abilities, AgentMessage, FromAgent, FromHost, Hello, HostMessage, Setting,
};
use sixlo_transport::{Channel, Transport, TransportError};

use super::hall::Hall;
use super::messages::{Messages, Numbered, framed};

/// A hall has no descriptor that a probe could be waited for with: it is looked at so often.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(1);
/// Octets that may wait on their way to the board before no more are taken.
const MOST_WAITING: usize = 64 * 1024;
/// Commands whose numbers are remembered: more than a host ever has under way.
const MOST_ASKED: usize = 1024;
/// What a radio is tuned to after power-on.
const FIRST_CHANNEL: u8 = 11;
const CHUNK: usize = 4096;

/// A board in a hall.
pub(crate) struct Aired<T> {
    board: T,
    hall: Hall,
    channel: u8,
    began: Instant,
    /// When the device's next timer is due, on its clock: microseconds since `began`.
    next_timer_us: Option<u64>,
    from_host: Messages,
    from_board: Messages,
    /// Frames that the board has not taken yet.
    to_board: VecDeque<(Channel, Vec<u8>)>,
    to_host: VecDeque<u8>,
    /// The number of the last command that the board was given.
    last: u32,
    /// Commands of the host: the number that each was given, and its own.
    asked: VecDeque<(u32, u32)>,
    is_over: bool,
}

impl<T: Transport> Aired<T> {
    /// This board, which has just started, in this hall.
    pub fn new(board: T, hall: Hall) -> Self {
        Aired {
            board,
            hall,
            channel: FIRST_CHANNEL,
            began: Instant::now(),
            next_timer_us: None,
            from_host: Messages::default(),
            from_board: Messages::default(),
            to_board: VecDeque::new(),
            to_host: VecDeque::new(),
            last: 0,
            asked: VecDeque::new(),
            is_over: false,
        }
    }

    /// Does everything that can be done at once.
    fn pump(&mut self) -> Result<(), TransportError> {
        let mut chunk = [0; CHUNK];
        while let Some((channel, length)) = self.board.read(&mut chunk)? {
            if length == 0 {
                self.is_over = true;
                return Ok(());
            }
            for message in self.from_board.take(channel, &chunk[..length]) {
                self.hear_board(&message)?;
            }
        }
        while self.has_room() {
            let heard = self.hall.hear(self.channel).map_err(trouble)?;
            let Some(psdu) = heard else { break };
            self.let_time_pass();
            let channel = match self.board.has_phy() {
                true => Channel::Phy,
                false => Channel::Control,
            };
            self.tell(channel, HostMessage::Receive { psdu: &psdu });
        }
        let now_us = self.now_us();
        if self.next_timer_us.is_some_and(|due_us| due_us <= now_us) {
            self.let_time_pass();
        }
        self.flush()
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn has_room(&self) -> bool {
        let waiting: usize = self.to_board.iter().map(|(_, octets)| octets.len()).sum();
        waiting < MOST_WAITING
    }

    fn flush(&mut self) -> Result<(), TransportError> {
        while let Some((channel, octets)) = self.to_board.front_mut() {
            let written = match self.board.write(*channel, octets) {
                Ok(written) => written,
                // What it said before its end is still to be heard.
                Err(TransportError::Unread) => octets.len(),
                Err(error) => return Err(error),
            };
            octets.drain(..written);
            if !octets.is_empty() {
                break;
            }
            self.to_board.pop_front();
        }
        Ok(())
    }

    /// Tells the board something that no host has said.
    fn tell(&mut self, channel: Channel, message: HostMessage<'_>) {
        let seq = self.next();
        let frame = framed(&FromHost { seq, message });
        self.to_board.push_back((channel, frame));
    }

    fn let_time_pass(&mut self) {
        self.next_timer_us = None;
        let to_us = self.now_us();
        self.tell(Channel::Control, HostMessage::AdvanceClock { to_us });
    }

    fn next(&mut self) -> u32 {
        self.last = self.last.wrapping_add(1).max(1);
        self.last
    }

    /// A command of the host: on to the board, under a number of its own.
    fn hear_host(&mut self, message: &[u8]) {
        let Some(numbered) = Numbered::of(message) else {
            return;
        };
        let theirs = numbered.seq;
        if let Ok(FromHost { message, .. }) = minicbor::decode::<FromHost<'_>>(message) {
            match message {
                // It has an antenna for the one, and the other passes by itself.
                HostMessage::Receive { .. } | HostMessage::AdvanceClock { .. } => {
                    let message = AgentMessage::Unsupported;
                    return self.answer(&FromAgent {
                        seq: theirs,
                        message,
                    });
                }
                HostMessage::Reset | HostMessage::SendIpv6 { .. } => self.let_time_pass(),
                HostMessage::Configure {
                    setting: Setting::Channel(channel),
                } => self.channel = channel,
                _ => {}
            }
        }
        let ours = self.next();
        self.asked.push_back((ours, theirs));
        if self.asked.len() > MOST_ASKED {
            self.asked.pop_front();
        }
        let frame = framed(&numbered.numbered(ours));
        self.to_board.push_back((Channel::Control, frame));
    }

    /// What the board says: on air, or on to the host.
    fn hear_board(&mut self, message: &[u8]) -> Result<(), TransportError> {
        let Some(numbered) = Numbered::of(message) else {
            return Ok(());
        };
        let asked = self.asked.iter();
        let mut theirs = asked.filter(|(ours, _)| *ours == numbered.seq);
        let theirs = theirs.next().map(|(_, theirs)| *theirs);
        let seq = theirs.unwrap_or(0);
        let is_asked = theirs.is_some();
        match minicbor::decode::<FromAgent<'_>>(message).map(|said| said.message) {
            Ok(AgentMessage::Hello(hello)) => {
                if !is_asked {
                    self.channel = FIRST_CHANNEL;
                    self.next_timer_us = None;
                }
                let hello = Hello {
                    abilities: with_antenna(hello.abilities),
                    ..hello
                };
                let message = AgentMessage::Hello(hello);
                self.answer(&FromAgent { seq, message });
            }
            Ok(AgentMessage::Transmitted { psdu }) => {
                self.hall.send(self.channel, psdu).map_err(trouble)?;
            }
            Ok(AgentMessage::Settled { next_timer_us }) => self.next_timer_us = next_timer_us,
            Ok(
                AgentMessage::Captured { .. }
                | AgentMessage::Delivered { .. }
                | AgentMessage::Log { .. },
            )
            | Err(_) => self.answer(&numbered.numbered(seq)),
            // What nobody asked for needs no answer.
            Ok(_) if !is_asked => {}
            Ok(_) => self.answer(&numbered.numbered(seq)),
        }
        Ok(())
    }

    fn answer(&mut self, message: &impl Encode<()>) {
        self.to_host.extend(framed(message));
    }
}

/// What a device on air can do.
fn with_antenna(abilities: Abilities) -> Abilities {
    let not_on_air = Abilities::SETTLES.and(Abilities::VIRTUAL_TIME);
    Abilities(abilities.0 & !not_on_air.0).and(Abilities::RADIO)
}

fn trouble(error: std::io::Error) -> TransportError {
    TransportError::Way {
        way: "the air of emulated boards".to_owned(),
        why: error.to_string(),
    }
}

impl<T: Transport> Transport for Aired<T> {
    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        self.pump()?;
        let length = self.to_host.len().min(into.len());
        for (place, octet) in into.iter_mut().zip(self.to_host.drain(..length)) {
            *place = octet;
        }
        match length {
            0 if !self.is_over => Ok(None),
            length => Ok(Some((Channel::Control, length))),
        }
    }

    fn write(&mut self, _: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        if !self.has_room() {
            return Ok(0);
        }
        for message in self.from_host.take(Channel::Control, octets) {
            self.hear_host(&message);
        }
        self.flush()?;
        Ok(octets.len())
    }

    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), TransportError> {
        self.pump()?;
        let is_ready = !self.to_host.is_empty() || self.is_over || (to_write && self.has_room());
        match is_ready {
            true => Ok(()),
            false => {
                let is_full = !self.to_board.is_empty();
                self.board.wait(is_full, limit.min(LOOKED_AT_EVERY))
            }
        }
    }

    fn log(&mut self) -> Vec<String> {
        self.board.log()
    }

    fn last_words(&mut self) -> String {
        self.board.last_words()
    }
}
