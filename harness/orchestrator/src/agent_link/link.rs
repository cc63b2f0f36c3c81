//! One link to one agent: commands are queued, written together, and answers heard.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use sixlo_agent_protocol::{Accumulator, FromAgent, FromHost, HostMessage, LARGEST_FRAME, encode};
use thiserror::Error;

use super::nonsense::Nonsense;
use super::{Said, Transport};

/// Octets read at once: what a pipe holds.
const READ_OCTETS: usize = 64 * 1024;
/// Messages between two answers to commands; a device that says more floods. The
/// largest reply there is, 1280 octets, takes some twenty.
const MOST_UNASKED: usize = 4096;

/// Why a link does not go on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// The device closed its end: its process has ended.
    #[error("the device closed its end of the agent link")]
    Closed,
    /// Nothing came, or a command was not answered, in time.
    #[error("the device did not answer its agent link within {} ms", .0.as_millis())]
    Silent(Duration),
    /// More messages than are kept.
    #[error("the device said more than {MOST_UNASKED} messages between two answers to commands")]
    Flooded,
    /// The operating system's trouble.
    #[error("agent link: {0}")]
    Io(#[from] Errno),
}

/// The host's end of a link.
///
/// Memory is bounded: octets are read only when all messages before are taken, and
/// what is written is what the harness itself queued.
pub struct AgentLink {
    transport: Box<dyn Transport>,
    outgoing: Vec<u8>,
    /// Octets of `outgoing` that are written.
    written: usize,
    incoming: Box<[u8]>,
    accumulator: Box<Accumulator>,
    unread: VecDeque<Said>,
    frame: Box<[u8; LARGEST_FRAME]>,
    last_seq: u32,
    /// The highest sequence number answered.
    answered: u32,
    /// Messages since then that answer nothing.
    unasked: usize,
    /// Since when the oldest unanswered command waits: when it was first tried to
    /// be written, or when the one before it was answered.
    waiting_since: Option<Instant>,
    is_closed: bool,
}

impl AgentLink {
    /// A link over this transport.
    pub fn new(transport: impl Transport + 'static) -> Self {
        AgentLink {
            transport: Box::new(transport),
            outgoing: Vec::with_capacity(4096),
            written: 0,
            incoming: vec![0; READ_OCTETS].into_boxed_slice(),
            accumulator: Box::new(Accumulator::new()),
            unread: VecDeque::new(),
            frame: Box::new([0; LARGEST_FRAME]),
            last_seq: 0,
            answered: 0,
            unasked: 0,
            waiting_since: None,
            is_closed: false,
        }
    }

    /// Queues a command; returns its sequence number. It goes out with the next [`hear`](Self::hear).
    pub fn queue(&mut self, message: HostMessage<'_>) -> u32 {
        let seq = self.next_seq();
        // Whatever the harness says fits: PSDUs and packets are bounded below a message's size.
        if let Ok(octets) = encode(&FromHost { seq, message }, &mut self.frame) {
            self.outgoing.extend_from_slice(&self.frame[..octets]);
        }
        seq
    }

    /// Queues a command that no version of the protocol knows.
    pub fn queue_nonsense(&mut self) -> u32 {
        let seq = self.next_seq();
        if let Ok(octets) = encode(&Nonsense { seq }, &mut self.frame) {
            self.outgoing.extend_from_slice(&self.frame[..octets]);
        }
        seq
    }

    /// The sequence number of the last command queued.
    pub fn last_seq(&self) -> u32 {
        self.last_seq
    }

    /// Whether every command has its answer.
    pub fn is_answered(&self) -> bool {
        self.answered == self.last_seq
    }

    /// The device has closed its end.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// The end of what the device said beside the link, on its console.
    pub fn last_words(&mut self) -> String {
        self.transport.last_words()
    }

    /// What the agent says next; commands are written before it is waited for.
    ///
    /// Reading goes on while writing, so that a device which says much before it
    /// listens cannot lock both sides up.
    ///
    /// # Errors
    /// [`LinkError::Silent`] if nothing is said within `limit` of wall time, or if a
    /// command has been waiting for its answer for so long, whatever else is said.
    pub fn hear(&mut self, limit: Duration) -> Result<Said, LinkError> {
        if let Some(said) = self.unread.pop_front() {
            return Ok(said);
        }
        let begin = Instant::now();
        if !self.is_answered() {
            self.waiting_since.get_or_insert(begin);
        }
        let deadline = self.waiting_since.unwrap_or(begin) + limit;
        loop {
            self.write()?;
            // Most often the answer takes longer than it takes to come here: wait, then read.
            let left = deadline.saturating_duration_since(Instant::now());
            self.transport.wait(!self.outgoing.is_empty(), left)?;
            self.read()?;
            if let Some(said) = self.unread.pop_front() {
                return Ok(said);
            }
            if left.is_zero() {
                return Err(LinkError::Silent(limit));
            }
        }
    }

    fn next_seq(&mut self) -> u32 {
        self.last_seq = self.last_seq.wrapping_add(1).max(1);
        self.last_seq
    }

    fn write(&mut self) -> Result<(), LinkError> {
        while self.written < self.outgoing.len() {
            match self.transport.write(&self.outgoing[self.written..]) {
                Ok(0) => return Ok(()),
                Ok(octets) => self.written += octets,
                // Nobody reads any more; what was said before is still there to be heard.
                Err(Errno::PIPE) => break,
                Err(error) => return Err(error.into()),
            }
        }
        self.outgoing.clear();
        self.written = 0;
        Ok(())
    }

    fn read(&mut self) -> Result<(), LinkError> {
        match self.transport.read(&mut self.incoming)? {
            None => Ok(()),
            Some(0) => {
                self.is_closed = true;
                Err(LinkError::Closed)
            }
            Some(octets) => self.take_in(octets),
        }
    }

    fn take_in(&mut self, octets: usize) -> Result<(), LinkError> {
        let mut rest = &self.incoming[..octets];
        while !rest.is_empty() {
            let (after, frame) = self.accumulator.feed(rest);
            rest = after;
            let Some(frame) = frame else { continue };
            let said = match frame.map(minicbor::decode::<FromAgent<'_>>) {
                Ok(Ok(message)) => Said::from(message),
                Ok(Err(error)) => Said::Nonsense(error.to_string()),
                Err(error) => Said::Nonsense(error.to_string()),
            };
            match said.answers().filter(|seq| self.is_awaited(*seq)) {
                Some(seq) => {
                    self.answered = seq;
                    self.unasked = 0;
                    self.waiting_since = (!self.is_answered()).then(Instant::now);
                }
                None => self.unasked += 1,
            }
            if self.unasked > MOST_UNASKED {
                return Err(LinkError::Flooded);
            }
            self.unread.push_back(said);
        }
        Ok(())
    }

    /// Whether a command with this number is queued and not answered. Numbers wrap.
    fn is_awaited(&self, seq: u32) -> bool {
        self.last_seq.wrapping_sub(seq) < self.last_seq.wrapping_sub(self.answered)
    }
}
