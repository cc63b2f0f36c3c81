//! The transport over RTT: one life of a board's device.

use std::sync::Arc;
use std::time::Duration;

use super::LogLine;
use super::image::Image;
use super::queues::{CALL, Queues};
use super::worker::Worker;
use crate::{Channel, Transport, TransportError};

/// Lines of the log that stand beside the last words.
const LOGGED_BEFORE: usize = 5;

/// The agent of a board that runs.
pub struct RttTransport {
    worker: Arc<Worker>,
    queues: Arc<Queues>,
    way: String,
    image: Arc<Image>,
    is_stuck: bool,
}

impl RttTransport {
    pub(super) fn new(
        worker: Arc<Worker>,
        queues: Arc<Queues>,
        way: String,
        image: Arc<Image>,
    ) -> Self {
        RttTransport {
            worker,
            queues,
            way,
            image,
            is_stuck: false,
        }
    }

    /// The end of what the firmware logged.
    pub fn logged(&self) -> Vec<LogLine> {
        self.image.texts.lines(&self.queues.log())
    }
}

impl Transport for RttTransport {
    fn has_phy(&self) -> bool {
        true
    }

    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        self.queues.read(into)
    }

    fn write(&mut self, channel: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        self.queues.write(channel, octets)
    }

    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), TransportError> {
        if self.queues.wait(to_write, limit) {
            return Ok(());
        }
        self.is_stuck = true;
        Err(TransportError::Stuck {
            way: self.way.clone(),
            asked: "read and write memory",
            limit: CALL,
        })
    }

    /// Halts the board; it says nothing more.
    fn last_words(&mut self) -> String {
        self.queues.stop();
        // There is nobody to ask where the probe itself is what failed.
        if self.is_stuck || self.queues.has_failed() {
            return String::new();
        }
        let words = match self.worker.last_words(self.image.last_words) {
            Ok(words) => words,
            Err(error) => error.to_string(),
        };
        let log = self.logged();
        let last = &log[log.len().saturating_sub(LOGGED_BEFORE)..];
        match last {
            [] => words,
            last => {
                let lines: Vec<String> = last.iter().map(LogLine::to_string).collect();
                format!("{words} [logged before: {}]", lines.join(" | "))
            }
        }
    }

    fn log(&mut self) -> Vec<String> {
        let lines = self.image.texts.lines(&self.queues.new_log());
        lines.iter().map(LogLine::to_string).collect()
    }
}

impl Drop for RttTransport {
    fn drop(&mut self) {
        self.queues.stop();
    }
}
