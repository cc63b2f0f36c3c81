//! A Unix socket of QEMU's, read line by line or packet by packet, never without a limit.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::BoardError;

/// How long QEMU may take to open a socket.
const UP_WITHIN: Duration = Duration::from_secs(10);
/// How long it may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// How long to wait between two attempts at a socket that is not there yet.
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(1);

/// One socket.
pub struct Socket {
    stream: UnixStream,
    channel: &'static str,
    buffer: Vec<u8>,
    read: usize,
}

impl Socket {
    /// Connects, as soon as QEMU listens.
    ///
    /// # Errors
    /// If it does not.
    pub fn connect(path: &Path, channel: &'static str) -> Result<Self, BoardError> {
        let end = Instant::now() + UP_WITHIN;
        let stream = loop {
            match UnixStream::connect(path) {
                Ok(stream) => break stream,
                Err(_) if Instant::now() < end => thread::sleep(BETWEEN_ATTEMPTS),
                Err(_) => {
                    return Err(BoardError::NotUp {
                        channel,
                        seconds: UP_WITHIN.as_secs(),
                    });
                }
            }
        };
        let mut socket = Socket {
            stream,
            channel,
            buffer: Vec::new(),
            read: 0,
        };
        socket.answer_within(ANSWERS_WITHIN)?;
        Ok(socket)
    }

    /// How long to wait for what comes next.
    pub fn answer_within(&mut self, limit: Duration) -> Result<(), BoardError> {
        let result = self.stream.set_read_timeout(Some(limit));
        result.map_err(|error| self.gone(error))
    }

    /// The usual limit again.
    pub fn answer_as_usual(&mut self) -> Result<(), BoardError> {
        self.answer_within(ANSWERS_WITHIN)
    }

    /// Writes all of it.
    pub fn write(&mut self, octets: &[u8]) -> Result<(), BoardError> {
        let result = self.stream.write_all(octets);
        result.map_err(|error| self.gone(error))
    }

    /// The next octet.
    ///
    /// # Errors
    /// If the socket has closed, or nothing comes in time.
    pub fn octet(&mut self) -> Result<u8, BoardError> {
        loop {
            if let Some(&octet) = self.buffer.get(self.read) {
                self.read += 1;
                return Ok(octet);
            }
            self.fill()?;
        }
    }

    /// The next octet, if it comes within the limit that was set.
    pub fn octet_if_any(&mut self) -> Result<Option<u8>, BoardError> {
        match self.octet() {
            Ok(octet) => Ok(Some(octet)),
            Err(BoardError::Gone { error, .. }) if is_late(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The next line, without its end.
    pub fn line(&mut self) -> Result<String, BoardError> {
        let mut line = Vec::new();
        loop {
            match self.octet()? {
                b'\n' => break,
                octet => line.push(octet),
            }
        }
        Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
    }

    /// The error for an answer that nobody expects.
    pub fn unexpected(&self, asked: &str, answer: &str) -> BoardError {
        BoardError::Answer {
            channel: self.channel,
            asked: asked.to_owned(),
            answer: answer.to_owned(),
        }
    }

    fn fill(&mut self) -> Result<(), BoardError> {
        self.buffer.resize(4096, 0);
        self.read = 0;
        let result = self.stream.read(&mut self.buffer);
        self.buffer.truncate(*result.as_ref().unwrap_or(&0));
        match result {
            Ok(0) => Err(self.gone(ErrorKind::UnexpectedEof.into())),
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(()),
            Err(error) => Err(self.gone(error)),
        }
    }

    fn gone(&self, error: io::Error) -> BoardError {
        BoardError::Gone {
            channel: self.channel,
            error,
        }
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
