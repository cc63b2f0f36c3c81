//! Stand-ins for what nobody here has built: a node without an agent, and the radios of
//! a rack. They are as foreign as can be: a process that ZEP over UDP and a shell lead
//! to, on the wall's time, with a radio that is deaf while it sends.

mod ether;
mod node;
mod radio;
mod shell;

pub use node::run as zep_node;
pub use radio::run as agent_radio;
