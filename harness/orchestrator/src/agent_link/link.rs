//! One link to one agent: commands are queued, written together, and answers heard.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use sixlo_agent_protocol::{
    Abilities, Accumulator, FromAgent, FromHost, HostMessage, LARGEST_FRAME, encode,
};
use thiserror::Error;

use super::nonsense::Nonsense;
use super::outgoing::Outgoing;
use super::watchdog::Watchdog;
use super::{Channel, Said, Transport, TransportError};

/// Octets read at once: what a pipe holds.
const READ_OCTETS: usize = 64 * 1024;
/// Messages between two answers to commands; a device that says more floods. The
/// largest reply there is, 1280 octets, takes some twenty.
const MOST_UNASKED: usize = 4096;
/// Octets between two answers: those of so many messages, for octets that are none.
const MOST_UNASKED_OCTETS: usize = MOST_UNASKED * LARGEST_FRAME;

/// Why a link does not go on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// The device closed its end: its process has ended.
    #[error("the device closed its end of the agent link")]
    Closed,
    /// A command was not answered in time.
    #[error("the device did not answer its agent link within {} ms", .0.as_millis())]
    Silent(Duration),
    /// More messages than are kept, or more octets than they have.
    #[error(
        "the device said more than {MOST_UNASKED} messages, or {} KiB, between two answers to commands",
        MOST_UNASKED_OCTETS >> 10
    )]
    Flooded,
    /// Trouble of what carries it.
    #[error("agent link: {0}")]
    Io(#[from] TransportError),
}

/// The host's end of a link.
///
/// Memory is bounded: octets are read only when all messages before are taken, and
/// what is written is what the harness itself queued.
pub struct AgentLink {
    transport: Box<dyn Transport>,
    outgoing: Outgoing,
    incoming: Box<[u8]>,
    /// Of each channel.
    accumulators: Box<[Accumulator; 2]>,
    unread: VecDeque<Said>,
    frame: Box<[u8; LARGEST_FRAME]>,
    last_seq: u32,
    /// The highest sequence number answered.
    answered: u32,
    /// The device says settled.
    settles: bool,
    /// The last command that a settled is owed for.
    unsettled: Option<u32>,
    /// Messages since the last answer.
    unasked: usize,
    /// Octets since the last answer.
    unasked_octets: usize,
    watchdog: Watchdog,
    is_closed: bool,
}

impl AgentLink {
    /// A link over this transport.
    pub fn new(transport: impl Transport + 'static) -> Self {
        AgentLink {
            transport: Box::new(transport),
            outgoing: Outgoing::new(),
            incoming: vec![0; READ_OCTETS].into_boxed_slice(),
            accumulators: Box::new([Accumulator::new(), Accumulator::new()]),
            unread: VecDeque::new(),
            frame: Box::new([0; LARGEST_FRAME]),
            last_seq: 0,
            answered: 0,
            settles: false,
            unsettled: None,
            unasked: 0,
            unasked_octets: 0,
            watchdog: Watchdog::new(),
            is_closed: false,
        }
    }

    /// `total` says how long the machine has kept the device from running so far: its start may
    /// take so much longer.
    #[must_use]
    pub fn held_up_by(mut self, total: impl Fn() -> Duration + Send + 'static) -> Self {
        self.watchdog.held_up_by(Box::new(total));
        self
    }

    /// Queues a command; returns its sequence number. It goes out with the next
    /// [`hear`](Self::hear).
    pub fn queue(&mut self, message: HostMessage<'_>) -> u32 {
        let seq = self.next_seq();
        let channel = match message {
            HostMessage::Receive { .. } if self.transport.has_phy() => Channel::Phy,
            _ => Channel::Control,
        };
        let settles = matches!(
            message,
            HostMessage::Receive { .. }
                | HostMessage::Reset
                | HostMessage::SendIpv6 { .. }
                | HostMessage::AdvanceClock { .. }
        );
        if settles && self.settles {
            self.unsettled = Some(seq);
        }
        // Whatever the harness says fits: PSDUs and packets are bounded below a message's size.
        if let Ok(octets) = encode(&FromHost { seq, message }, &mut self.frame) {
            self.outgoing.push(channel, &self.frame[..octets]);
        }
        seq
    }

    /// Queues a command that no version of the protocol knows.
    pub fn queue_nonsense(&mut self) -> u32 {
        let seq = self.next_seq();
        if let Ok(octets) = encode(&Nonsense { seq }, &mut self.frame) {
            self.outgoing.push(Channel::Control, &self.frame[..octets]);
        }
        seq
    }

    /// Whether the device owes nothing: every command is answered, and where it
    /// settles, it has.
    pub fn is_answered(&self) -> bool {
        self.answered == self.last_seq && self.unsettled.is_none()
    }

    /// The device has started again: what it was told before it need not answer.
    pub fn forget_owed(&mut self) {
        self.answered = self.last_seq;
        self.unsettled = None;
        self.watchdog.answered(true);
    }

    /// The device has closed its end.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Lines that the device has logged beside the link since they were last asked for.
    pub fn log(&mut self) -> Vec<String> {
        self.transport.log()
    }

    /// The end of what the device said beside the link, on its console.
    pub fn last_words(&mut self) -> String {
        self.transport.last_words()
    }

    /// What the agent says next; none when it owes nothing and all it said is taken.
    /// Commands are written before it is waited for.
    ///
    /// Reading goes on while writing, so that a device which says much before it
    /// listens cannot lock both sides up.
    ///
    /// # Errors
    /// [`LinkError::Silent`] if an answer is owed for too long, whatever else is said.
    pub fn hear(&mut self) -> Result<Option<Said>, LinkError> {
        self.next(None)
    }

    /// The same up to `end`, even if the device owes nothing; none if nothing was said.
    ///
    /// # Errors
    /// As [`hear`](Self::hear).
    pub fn hear_until(&mut self, end: Instant) -> Result<Option<Said>, LinkError> {
        self.next(Some(end))
    }

    fn next(&mut self, end: Option<Instant>) -> Result<Option<Said>, LinkError> {
        if let Some(said) = self.unread.pop_front() {
            return Ok(Some(said));
        }
        while end.is_some() || !self.is_answered() {
            self.write()?;
            let now = Instant::now();
            let barks_at = (!self.is_answered()).then(|| self.watchdog.barks_at(now));
            // One of them is there.
            let wake = end.into_iter().chain(barks_at).min().unwrap_or(now);
            let left = wake.saturating_duration_since(now);
            self.transport.wait(!self.outgoing.is_empty(), left)?;
            self.read()?;
            if let Some(said) = self.unread.pop_front() {
                return Ok(Some(said));
            }
            let now = Instant::now();
            if barks_at.is_some_and(|barks_at| barks_at <= now) && !self.watchdog.is_put_off() {
                return Err(LinkError::Silent(self.watchdog.limit()));
            }
            if end.is_some_and(|end| end <= now) {
                break;
            }
        }
        Ok(None)
    }

    fn next_seq(&mut self) -> u32 {
        self.last_seq = self.last_seq.wrapping_add(1).max(1);
        self.last_seq
    }

    fn write(&mut self) -> Result<(), LinkError> {
        while let Some((channel, octets)) = self.outgoing.next() {
            match self.transport.write(channel, octets) {
                Ok(0) => return Ok(()),
                Ok(octets) => self.outgoing.advance(octets),
                // Nobody reads any more; what was said before is still there to be heard.
                Err(TransportError::Unread) => self.outgoing.clear(),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn read(&mut self) -> Result<(), LinkError> {
        match self.transport.read(&mut self.incoming)? {
            None => Ok(()),
            Some((_, 0)) => {
                self.is_closed = true;
                Err(LinkError::Closed)
            }
            Some((channel, octets)) => {
                self.unasked_octets += octets;
                if self.unasked_octets > MOST_UNASKED_OCTETS {
                    return Err(LinkError::Flooded);
                }
                let incoming = std::mem::take(&mut self.incoming);
                let result = self.take_in(channel, &incoming[..octets]);
                self.incoming = incoming;
                result
            }
        }
    }

    fn take_in(&mut self, channel: Channel, mut rest: &[u8]) -> Result<(), LinkError> {
        while !rest.is_empty() {
            let (after, frame) = self.accumulators[channel as usize].feed(rest);
            rest = after;
            let Some(frame) = frame else { continue };
            let said = match frame.map(minicbor::decode::<FromAgent<'_>>) {
                Ok(Ok(message)) => Said::from(message),
                Ok(Err(error)) => Said::Nonsense(error.to_string()),
                Err(error) => Said::Nonsense(error.to_string()),
            };
            match said.answers().filter(|seq| self.is_awaited(*seq)) {
                Some(seq) => self.take_answer(seq, &said),
                None => self.unasked += 1,
            }
            if self.unasked > MOST_UNASKED {
                return Err(LinkError::Flooded);
            }
            self.unread.push_back(said);
        }
        Ok(())
    }

    /// Whether a command with this number awaits its answer, or a settled. Numbers wrap.
    fn is_awaited(&self, seq: u32) -> bool {
        let age = |seq| self.last_seq.wrapping_sub(seq);
        age(seq) < age(self.answered) || self.unsettled == Some(seq)
    }

    fn take_answer(&mut self, seq: u32, said: &Said) {
        let last_seq = self.last_seq;
        let age = |seq: u32| last_seq.wrapping_sub(seq);
        if age(seq) < age(self.answered) {
            self.answered = seq;
        }
        self.unasked = 0;
        self.unasked_octets = 0;
        match said {
            Said::Hello(_, hello) => self.settles = hello.abilities.has(Abilities::SETTLES),
            Said::Settled { .. } => {
                self.unsettled = self.unsettled.filter(|last| age(*last) < age(seq));
            }
            // What is not obeyed need not settle.
            Said::Unsupported(_) | Said::Refused(..) => {
                self.unsettled = self.unsettled.filter(|last| *last != seq);
            }
            _ => {}
        }
        self.watchdog.answered(self.is_answered());
    }

    /// The other end watches its device itself: that it answers late is the machine's doing.
    pub(crate) fn be_patient(&mut self) {
        self.watchdog.be_patient();
    }

    /// A watchdog that barks sooner.
    #[cfg(test)]
    pub(crate) fn set_watchdog(&mut self, limit: Duration) {
        self.watchdog.set_limit(limit);
    }
}
