//! The host's end of the agent protocol: sequence numbers, framing, bounded
//! buffers. It knows messages, and neither devices nor radios.

mod last_words;
mod link;
mod nonsense;
mod said;
mod sanitizer;
mod transport;
mod watchdog;

pub use link::{AgentLink, LinkError};
pub use said::{Hello, Said};
pub use transport::{Pipes, Transport};

#[cfg(test)]
mod tests;
