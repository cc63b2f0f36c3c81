//! A line of octets that may be cut, and be there again: a serial port, a socket.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio};

use crate::{Channel, Transport, TransportError};

/// How often a line that was cut is looked for.
const TRY_EVERY: Duration = Duration::from_millis(100);

/// Opens the line's end.
type Opener = Box<dyn Fn() -> io::Result<OwnedFd> + Send>;

/// A line of octets. Once cut it carries nothing, until it is [mended](Line::mend).
pub struct Line {
    name: String,
    opener: Opener,
    /// None while it is cut.
    end: Option<OwnedFd>,
    /// Why it was cut.
    why: String,
    tried: Instant,
    openings: u32,
}

impl Line {
    /// A line that this opens, not opened yet. The name is for people.
    pub fn new(name: String, opener: impl Fn() -> io::Result<OwnedFd> + Send + 'static) -> Line {
        Line {
            name,
            opener: Box::new(opener),
            end: None,
            why: "not opened yet".to_owned(),
            tried: Instant::now(),
            openings: 0,
        }
    }

    /// Opens it; one that is not there may come within `patience`.
    ///
    /// # Errors
    /// If it does not.
    pub fn open(mut self, patience: Duration) -> Result<Line, TransportError> {
        self.try_to_open();
        self.mend_within(patience)?;
        Ok(self)
    }

    /// Waits until it is whole, which it may be already.
    ///
    /// # Errors
    /// If it is not within this time.
    pub fn mend_within(&mut self, limit: Duration) -> Result<(), TransportError> {
        let end = Instant::now() + limit;
        while !self.mend() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(self.trouble());
            }
            pause(left.min(TRY_EVERY))?;
        }
        Ok(())
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Readable when there is something to read, or when it was cut; none while it is.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.end.as_ref().map(AsFd::as_fd)
    }

    /// How often it was opened: after a cut, whoever is at the other end may have forgotten
    /// everything.
    pub fn openings(&self) -> u32 {
        self.openings
    }

    /// When [`mend`](Line::mend) should be called next; none while it is whole.
    pub fn next_try(&self) -> Option<Instant> {
        self.end.is_none().then(|| self.tried + TRY_EVERY)
    }

    /// Tries to open it again, if it is cut and it is time to; says whether it is whole.
    pub fn mend(&mut self) -> bool {
        if self.next_try().is_some_and(|next| next <= Instant::now()) {
            self.try_to_open();
        }
        self.end.is_some()
    }

    /// Why it is cut.
    pub fn trouble(&self) -> TransportError {
        TransportError::Way {
            way: self.name.clone(),
            why: self.why.clone(),
        }
    }

    fn try_to_open(&mut self) {
        let opened = (self.opener)().and_then(|end| {
            ioctl_fionbio(&end, true)?;
            Ok(end)
        });
        self.tried = Instant::now();
        match opened {
            Ok(end) => {
                self.end = Some(end);
                self.openings = self.openings.saturating_add(1);
            }
            Err(error) => self.why = error.to_string(),
        }
    }

    fn cut(&mut self, why: &str) -> TransportError {
        self.end = None;
        self.tried = Instant::now();
        self.why = format!("{why}: plug it in again, or see whether its other end runs");
        self.trouble()
    }
}

impl Transport for Line {
    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        let Some(end) = &self.end else {
            return Err(self.trouble());
        };
        match rustix::io::read(end, into) {
            Ok(0) => Err(self.cut("it was hung up")),
            Ok(octets) => Ok(Some((Channel::Control, octets))),
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Err(error) => Err(self.cut(&error.to_string())),
        }
    }

    fn write(&mut self, _: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        let Some(end) = &self.end else {
            return Err(self.trouble());
        };
        match rustix::io::write(end, octets) {
            Ok(octets) => Ok(octets),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(error) => Err(self.cut(&error.to_string())),
        }
    }

    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), TransportError> {
        let Some(end) = &self.end else {
            return Err(self.trouble());
        };
        let mut flags = PollFlags::IN;
        if to_write {
            flags |= PollFlags::OUT;
        }
        match poll(&mut [PollFd::new(end, flags)], Some(&timespec(limit))) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn timespec(limit: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(limit.subsec_nanos()),
    }
}

/// Nothing tells when a path is there again: it is looked for now and then.
fn pause(limit: Duration) -> Result<(), Errno> {
    match poll(&mut [], Some(&timespec(limit))) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(error) => Err(error),
    }
}
