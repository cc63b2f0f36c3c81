//! The host's end of the agent protocol: sequence numbers, framing, bounded
//! buffers. It knows messages, and neither devices nor radios.

mod link;
mod nonsense;
mod outgoing;
mod said;
mod watchdog;

pub use link::{AgentLink, LinkError};
pub use said::{Hello, Said};
pub use sixlo_transport::{Channel, Pipes, Transport, TransportError};

#[cfg(test)]
mod tests;
