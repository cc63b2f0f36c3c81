//! Obeys every command, and never says a word on air.

use sixlo_agent::protocol::{Abilities, Setting, Tap};
use sixlo_agent::{Identity, Outbox, Outcome, Stack};

/// A stack that drops everything.
pub struct Silent;

impl Stack for Silent {
    fn identity(&self) -> Identity<'_> {
        Identity {
            stack: "silent",
            build: "",
            abilities: Abilities::SETTLES
                .and(Abilities::VIRTUAL_TIME)
                .and(Abilities::SEND_IPV6)
                .and(Abilities::FILTERS),
            hooks: u32::MAX,
            tap: Tap::None,
            largest_psdu: 127,
        }
    }

    fn configure(&mut self, _setting: &Setting) -> Outcome {
        Outcome::Done
    }

    fn reset(&mut self, _out: &mut dyn Outbox) -> Outcome {
        Outcome::Done
    }

    fn receive(&mut self, _psdu: &[u8], _out: &mut dyn Outbox) {}

    fn send_ipv6(&mut self, _packet: &[u8], _out: &mut dyn Outbox) -> Outcome {
        Outcome::Done
    }

    fn advance(&mut self, _now_us: u64, _out: &mut dyn Outbox) {}

    fn next_timer_us(&self) -> Option<u64> {
        None
    }
}
