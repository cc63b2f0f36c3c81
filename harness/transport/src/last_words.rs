//! What a device writes to its standard error: its end is kept for the day it dies.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::{Errno, ioctl_fionbio};

use crate::sanitizer;

/// Octets that are kept: a sanitizer's report is longer than any other last words, and in C++ the longest.
const KEPT: usize = 64 * 1024;
/// Octets that are read at once.
const READ: usize = 4096;
/// Characters at their end that are shown.
const SHOWN: usize = 600;

/// The read end of a device's standard error.
pub(crate) struct LastWords {
    /// None once the device has closed it.
    end: Option<OwnedFd>,
    kept: VecDeque<u8>,
}

impl LastWords {
    /// Reads from this pipe.
    pub fn new(end: OwnedFd) -> Result<Self, Errno> {
        ioctl_fionbio(&end, true)?;
        Ok(LastWords {
            end: Some(end),
            kept: VecDeque::new(),
        })
    }

    /// What to poll for.
    pub fn end(&self) -> Option<BorrowedFd<'_>> {
        self.end.as_ref().map(AsFd::as_fd)
    }

    /// Takes in what is there, at most a pipe's content: a device that writes without
    /// end must not keep the harness here.
    pub fn take_in(&mut self) {
        const READS: usize = 16;
        let mut octets = [0; READ];
        for _ in 0..READS {
            let Some(end) = &self.end else { return };
            match rustix::io::read(end, &mut octets) {
                Ok(0) => self.end = None,
                Ok(length) => self.keep(&octets[..length]),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return,
                Err(_) => self.end = None,
            }
        }
    }

    fn keep(&mut self, octets: &[u8]) {
        let too_many = (self.kept.len() + octets.len()).saturating_sub(KEPT);
        self.kept.drain(..too_many);
        self.kept.extend(octets);
    }

    /// Their end as text, without the trace that a Rust program writes below its
    /// message where its environment asks for one. Of a sanitizer's report, what it found.
    pub fn text(&mut self) -> String {
        let words = String::from_utf8_lossy(self.kept.make_contiguous()).into_owned();
        if let Some(found) = sanitizer::found(&words) {
            return found;
        }
        let message = words.split("\nstack backtrace:").next().unwrap_or_default();
        let words = message.trim();
        match words.char_indices().rev().nth(SHOWN) {
            Some((start, _)) => format!("…{}", &words[start..]),
            None => words.to_owned(),
        }
    }
}
