//! The host's end of the agent protocol: sequence numbers, framing, bounded
//! buffers. It knows messages, and neither devices nor radios.

mod link;
mod said;

pub use link::{AgentLink, LinkError};
pub use said::{Hello, Said};
