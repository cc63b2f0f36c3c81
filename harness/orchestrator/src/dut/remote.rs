//! A device that is no process here: on a board, or behind a line.

use super::Dut;
use crate::agent_link::{AgentLink, Transport};

/// A device at the other end of a transport, which also ends it: dropped, a probe halts
/// its board, a line is closed.
pub struct Remote {
    link: AgentLink,
}

impl Remote {
    /// The device over this transport.
    pub fn new(transport: impl Transport + 'static) -> Self {
        Remote {
            link: AgentLink::new(transport),
        }
    }
}

impl Dut for Remote {
    fn link(&mut self) -> &mut AgentLink {
        &mut self.link
    }

    fn bury(mut self: Box<Self>) -> String {
        let ended = match self.link.is_closed() {
            true => "broke down",
            false => "was running and has been left",
        };
        match self.link.last_words() {
            words if words.is_empty() => ended.to_owned(),
            words => format!("{ended}; its last words: {words}"),
        }
    }
}
