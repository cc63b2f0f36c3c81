//! What carries a link's octets.

use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};

use super::last_words::LastWords;

/// A stream of octets in both directions. Nothing here blocks but [`wait`](Self::wait).
pub trait Transport: Send {
    /// Octets that are there: how many, none where there are none yet, 0 at the end.
    ///
    /// # Errors
    /// The operating system's.
    fn read(&mut self, into: &mut [u8]) -> Result<Option<usize>, Errno>;

    /// Writes as many octets as there is room for; tells how many.
    ///
    /// # Errors
    /// [`Errno::PIPE`] where nobody reads any more.
    fn write(&mut self, octets: &[u8]) -> Result<usize, Errno>;

    /// Waits until octets are there, or, if `to_write`, until there is room for some.
    ///
    /// # Errors
    /// The operating system's.
    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), Errno>;

    /// The end of what the device said beside the link, on its console.
    fn last_words(&mut self) -> String {
        String::new()
    }
}

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
    pub fn new(read_end: OwnedFd, write_end: OwnedFd) -> Result<Self, Errno> {
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
    pub fn with_console(mut self, console: OwnedFd) -> Result<Self, Errno> {
        self.words = Some(LastWords::new(console)?);
        Ok(self)
    }
}

impl Transport for Pipes {
    fn read(&mut self, into: &mut [u8]) -> Result<Option<usize>, Errno> {
        match rustix::io::read(&self.read_end, into) {
            Ok(octets) => Ok(Some(octets)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(&mut self, octets: &[u8]) -> Result<usize, Errno> {
        match rustix::io::write(&self.write_end, octets) {
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            result => result,
        }
    }

    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), Errno> {
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
            Err(error) => return Err(error),
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
