//! One link to one agent, over a pair of descriptors.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use sixlo_agent_protocol::{Accumulator, FromAgent, FromHost, HostMessage, LARGEST_FRAME, encode};
use thiserror::Error;

use super::Said;

/// Octets read at once.
const READ_OCTETS: usize = 64 * 1024;
/// Messages kept unread; a device that says more in one go floods.
const MOST_UNREAD: usize = 4096;

/// Why a link does not go on.
#[derive(Debug, Error)]
pub enum LinkError {
    /// The device closed its end: its process has ended.
    #[error("the device closed its end of the agent link")]
    Closed,
    /// Nothing came, or nothing could be written, in time.
    #[error("the device did not answer its agent link within {} ms", .0.as_millis())]
    Silent(Duration),
    /// More messages than are kept.
    #[error("the device said more than {MOST_UNREAD} messages without being asked")]
    Flooded,
    /// The operating system's trouble.
    #[error("agent link: {0}")]
    Io(#[from] Errno),
}

/// A link: commands are queued, flushed in one write, and answers heard.
pub struct AgentLink {
    read_end: OwnedFd,
    write_end: OwnedFd,
    outgoing: Vec<u8>,
    incoming: Box<[u8; READ_OCTETS]>,
    accumulator: Box<Accumulator>,
    unread: VecDeque<Said>,
    last_seq: u32,
    frame: Box<[u8; LARGEST_FRAME]>,
}

impl AgentLink {
    /// A link that reads what the agent says from one descriptor and writes commands to another.
    ///
    /// # Errors
    /// If a descriptor cannot be made non-blocking.
    pub fn new(read_end: OwnedFd, write_end: OwnedFd) -> Result<Self, LinkError> {
        for end in [&read_end, &write_end] {
            let flags = fcntl_getfl(end)?;
            fcntl_setfl(end, flags | OFlags::NONBLOCK)?;
        }
        Ok(AgentLink {
            read_end,
            write_end,
            outgoing: Vec::with_capacity(4096),
            incoming: Box::new([0; READ_OCTETS]),
            accumulator: Box::new(Accumulator::new()),
            unread: VecDeque::new(),
            last_seq: 0,
            frame: Box::new([0; LARGEST_FRAME]),
        })
    }

    /// Queues a command; returns its sequence number. It goes out with the next [`hear`](Self::hear).
    pub fn queue(&mut self, message: HostMessage<'_>) -> u32 {
        self.last_seq = self.last_seq.wrapping_add(1).max(1);
        let message = FromHost {
            seq: self.last_seq,
            message,
        };
        // Whatever the harness says fits: PSDUs and packets are bounded below a message's size.
        if let Ok(octets) = encode(&message, &mut self.frame) {
            self.outgoing.extend_from_slice(&self.frame[..octets]);
        }
        self.last_seq
    }

    /// Queues a command that no protocol version knows.
    pub fn queue_nonsense(&mut self) -> u32 {
        self.last_seq = self.last_seq.wrapping_add(1).max(1);
        let message = Nonsense { seq: self.last_seq };
        if let Ok(octets) = encode(&message, &mut self.frame) {
            self.outgoing.extend_from_slice(&self.frame[..octets]);
        }
        self.last_seq
    }

    /// The sequence number of the last command queued.
    pub fn last_seq(&self) -> u32 {
        self.last_seq
    }

    /// Writes what is queued, and waits until the agent has said something.
    ///
    /// Reading goes on while writing, so that a device which says much before it
    /// listens cannot lock both sides up.
    ///
    /// # Errors
    /// [`LinkError::Silent`] if nothing was said within `limit` of wall time.
    pub fn hear(&mut self, limit: Duration) -> Result<Said, LinkError> {
        if let Some(said) = self.unread.pop_front().filter(|_| self.outgoing.is_empty()) {
            return Ok(said);
        }
        let deadline = Instant::now() + limit;
        loop {
            self.write_some()?;
            self.read_some()?;
            if self.outgoing.is_empty()
                && let Some(said) = self.unread.pop_front()
            {
                return Ok(said);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(LinkError::Silent(limit));
            }
            self.wait(left)?;
        }
    }

    fn wait(&self, limit: Duration) -> Result<(), LinkError> {
        let limit = Timespec {
            tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(limit.subsec_nanos()),
        };
        let mut ends = [
            PollFd::new(&self.read_end, PollFlags::IN),
            PollFd::new(&self.write_end, PollFlags::OUT),
        ];
        let watched = if self.outgoing.is_empty() { 1 } else { 2 };
        match poll(&mut ends[..watched], Some(&limit)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn write_some(&mut self) -> Result<(), LinkError> {
        while !self.outgoing.is_empty() {
            match rustix::io::write(&self.write_end, &self.outgoing) {
                Ok(written) => {
                    self.outgoing.drain(..written);
                }
                Err(Errno::AGAIN) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(Errno::PIPE) => return Err(LinkError::Closed),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn read_some(&mut self) -> Result<(), LinkError> {
        match rustix::io::read(&self.read_end, &mut self.incoming[..]) {
            Ok(0) if self.unread.is_empty() => Err(LinkError::Closed),
            Ok(octets) => self.take_in(octets),
            Err(Errno::AGAIN | Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn take_in(&mut self, octets: usize) -> Result<(), LinkError> {
        let mut rest = &self.incoming[..octets];
        while !rest.is_empty() {
            let (after, frame) = self.accumulator.feed(rest);
            rest = after;
            let said = match frame {
                None => continue,
                Some(Ok(message)) => match minicbor::decode::<FromAgent<'_>>(message) {
                    Ok(message) => Said::from(message),
                    Err(error) => Said::Nonsense(error.to_string()),
                },
                Some(Err(error)) => Said::Nonsense(error.to_string()),
            };
            if self.unread.len() == MOST_UNREAD {
                return Err(LinkError::Flooded);
            }
            self.unread.push_back(said);
        }
        Ok(())
    }
}

/// `[seq, [index, []]]` with an index that no version assigns.
struct Nonsense {
    seq: u32,
}

impl minicbor::Encode<()> for Nonsense {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut (),
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        const UNASSIGNED: u32 = 0xbad;
        encoder.array(2)?.u32(self.seq)?;
        encoder.array(2)?.u32(UNASSIGNED)?.array(0)?;
        Ok(())
    }
}
