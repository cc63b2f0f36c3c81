//! A device's shell: lines in, text up to the next prompt out.

use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use rustix::io::ioctl_fionbio;

use crate::error::BridgeError;
use crate::serve::wait_readable;

/// Octets of its output that are kept: whatever a device writes, no more.
const MOST_KEPT: usize = 64 * 1024;
/// Of these, how many an error tells.
const TOLD: usize = 200;

/// A device's shell.
pub struct Console {
    input: ChildStdin,
    output: ChildStdout,
    text: Tail,
    is_closed: bool,
}

/// The end of a text that may have no end.
#[derive(Debug, Default)]
pub struct Tail(Vec<u8>);

impl Tail {
    /// Adds octets; what is older than the last 64 KiB is forgotten.
    pub fn push(&mut self, octets: &[u8]) {
        let octets = &octets[octets.len().saturating_sub(MOST_KEPT)..];
        let kept = MOST_KEPT - octets.len();
        if self.0.len() > kept {
            self.0.drain(..self.0.len() - kept);
        }
        self.0.extend_from_slice(octets);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether the text ends with the prompt, at the beginning of a line.
    pub fn ends_with(&self, prompt: &str) -> bool {
        let Some(before) = self.0.strip_suffix(prompt.as_bytes()) else {
            return false;
        };
        matches!(before.last(), None | Some(b'\n' | b'\r'))
    }

    /// The text, as far as it is one.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }

    /// Its last words, for an error.
    pub fn end(&self) -> String {
        let end = &self.0[self.0.len().saturating_sub(TOLD)..];
        String::from_utf8_lossy(end).trim().to_owned()
    }
}

impl Console {
    /// The shell behind these pipes.
    pub fn new(input: ChildStdin, output: ChildStdout) -> Result<Console, BridgeError> {
        ioctl_fionbio(&output, true).map_err(BridgeError::system("cannot set a pipe up"))?;
        Ok(Console {
            input,
            output,
            text: Tail::default(),
            is_closed: false,
        })
    }

    /// Readable when the device has written.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.output.as_fd()
    }

    /// Whether the device has closed its output.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// The end of what it wrote.
    pub fn last_words(&self) -> String {
        self.text.end()
    }

    /// Takes in what the device has written by now.
    pub fn drain(&mut self) {
        let mut chunk = [0; 4096];
        while !self.is_closed {
            match self.output.read(&mut chunk) {
                Ok(0) => self.is_closed = true,
                Ok(length) => self.text.push(&chunk[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => self.is_closed = true,
            }
        }
    }

    /// Waits for the prompt; what came since the last line was sent.
    pub fn wait(
        &mut self,
        prompt: &str,
        limit: Duration,
        line: &str,
    ) -> Result<String, BridgeError> {
        let end = Instant::now() + limit;
        loop {
            self.drain();
            if self.text.ends_with(prompt) {
                return Ok(self.text.text());
            }
            let left = end.saturating_duration_since(Instant::now());
            if self.is_closed || left.is_zero() {
                return Err(BridgeError::NoPrompt {
                    prompt: prompt.to_owned(),
                    limit,
                    line: line.to_owned(),
                    got: self.text.end(),
                });
            }
            wait_readable(&[self.output.as_fd()], left)?;
        }
    }

    /// Sends a line; what came before it is forgotten.
    pub fn send(&mut self, line: &str) -> Result<(), BridgeError> {
        self.drain();
        self.text.clear();
        let octets = format!("{line}\n");
        self.input
            .write_all(octets.as_bytes())
            .and_then(|()| self.input.flush())
            .map_err(BridgeError::system("cannot write to the device's shell"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tail(text: &str) -> Tail {
        let mut tail = Tail::default();
        tail.push(text.as_bytes());
        tail
    }

    #[test]
    fn a_prompt_is_one_at_the_beginning_of_a_line_alone() {
        assert!(tail("> ").ends_with("> "));
        assert!(tail("ifconfig\r\nIface  6\n> ").ends_with("> "));
        assert!(!tail("a -> ").ends_with("> "));
        assert!(!tail("> ifconfig\n").ends_with("> "));
        assert!(!tail("").ends_with("> "));
    }

    proptest! {
        #[test]
        fn a_device_that_never_stops_writing_costs_no_more(
            chunks in proptest::collection::vec((any::<u8>(), 0..40_000_usize), 0..8)
        ) {
            let mut tail = Tail::default();
            let mut all = Vec::new();
            for (octet, length) in chunks {
                let chunk = vec![octet; length];
                tail.push(&chunk);
                all.extend_from_slice(&chunk);
                prop_assert!(tail.0.len() <= MOST_KEPT);
                prop_assert!(all.ends_with(&tail.0));
            }
            prop_assert_eq!(tail.0.len(), all.len().min(MOST_KEPT));
            let _ = (tail.text(), tail.end(), tail.ends_with("> "));
        }
    }
}
