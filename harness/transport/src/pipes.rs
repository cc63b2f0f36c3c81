//! Pipes and sockets: one stream each way.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};

use crate::last_words::LastWords;
use crate::{Channel, Transport, TransportError};

/// Descriptors: a child's stdout and stdin, or both ends of a socket.
pub struct Pipes {
    read_end: OwnedFd,
    write_end: OwnedFd,
    words: Option<LastWords>,
}

impl Pipes {
    /// Reads from one, writes to the other; both become non-blocking.
    ///
    /// # Errors
    /// If one is no descriptor that can be made non-blocking.
    pub fn new(read_end: OwnedFd, write_end: OwnedFd) -> Result<Self, TransportError> {
        ioctl_fionbio(&read_end, true)?;
        ioctl_fionbio(&write_end, true)?;
        Ok(Pipes {
            read_end,
            write_end,
            words: None,
        })
    }

    /// The same with a third one, a child's stderr. It is read while waiting, so that
    /// a device can never be stopped by its own complaints.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_console(mut self, console: OwnedFd) -> Result<Self, TransportError> {
        self.words = Some(LastWords::new(console)?);
        Ok(self)
    }
}

impl Transport for Pipes {
    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        match rustix::io::read(&self.read_end, into) {
            Ok(octets) => Ok(Some((Channel::Control, octets))),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn write(&mut self, _: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        match rustix::io::write(&self.write_end, octets) {
            Ok(octets) => Ok(octets),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), TransportError> {
        let limit = Timespec {
            tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(limit.subsec_nanos()),
        };
        let to_read = PollFd::new(&self.read_end, PollFlags::IN);
        let mut ends = [to_read.clone(), to_read.clone(), to_read];
        let mut watched = 1;
        if to_write {
            ends[watched] = PollFd::new(&self.write_end, PollFlags::OUT);
            watched += 1;
        }
        let console = self.words.as_ref().and_then(LastWords::end).map(|end| {
            ends[watched] = PollFd::from_borrowed_fd(end, PollFlags::IN);
            watched += 1;
            watched - 1
        });
        match poll(&mut ends[..watched], Some(&limit)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let has_words = console.is_some_and(|at| !ends[at].revents().is_empty());
        if let Some(words) = self.words.as_mut().filter(|_| has_words) {
            words.take_in();
        }
        Ok(())
    }

    fn last_words(&mut self) -> String {
        let Some(words) = &mut self.words else {
            return String::new();
        };
        words.take_in();
        words.text()
    }
}
