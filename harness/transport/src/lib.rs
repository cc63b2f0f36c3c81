//! What carries an agent's octets between harness and device. It knows streams, and
//! neither messages nor what they mean.

mod error;
mod last_words;
mod line;
mod pipes;
#[cfg(feature = "boards")]
pub mod rtt;
mod sanitizer;
mod serial;
mod tcp;

use std::time::Duration;

pub use error::TransportError;
pub use line::Line;
pub use pipes::Pipes;
pub use serial::Serial;
pub use tcp::line as tcp_line;

/// A stream of its own among those of one transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Commands and answers; where there is but one stream, everything.
    Control,
    /// Frames to and from the device's radio, where the transport keeps them apart.
    Phy,
}

/// Streams of octets in both directions. Nothing here blocks but [`wait`](Self::wait).
pub trait Transport: Send {
    /// Whether frames travel on [`Channel::Phy`]. What is written there and on
    /// [`Channel::Control`] is then taken in the order of the messages' numbers.
    fn has_phy(&self) -> bool {
        false
    }

    /// Octets that are there, and of which stream: how many, none where there are none
    /// yet, 0 at the end. Of a message on [`Channel::Control`] everything that the
    /// device had put on [`Channel::Phy`] before it comes first.
    ///
    /// # Errors
    /// What is between harness and device fails; the device itself may be well.
    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError>;

    /// Writes as many octets as there is room for; tells how many.
    ///
    /// # Errors
    /// [`TransportError::Unread`] where nobody reads any more.
    fn write(&mut self, channel: Channel, octets: &[u8]) -> Result<usize, TransportError>;

    /// Waits until octets are there, or, if `to_write`, until there is room for some. It
    /// may return sooner. What was written is on its way at the latest when this begins.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), TransportError>;

    /// Lines that the device has logged beside the link since they were last asked for, as far
    /// as they are kept. Only a board's firmware has such a log.
    fn log(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// The end of what the device said beside the link, on its console.
    fn last_words(&mut self) -> String {
        String::new()
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn has_phy(&self) -> bool {
        (**self).has_phy()
    }

    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        (**self).read(into)
    }

    fn write(&mut self, channel: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        (**self).write(channel, octets)
    }

    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), TransportError> {
        (**self).wait(to_write, limit)
    }

    fn log(&mut self) -> Vec<String> {
        (**self).log()
    }

    fn last_words(&mut self) -> String {
        (**self).last_words()
    }
}
