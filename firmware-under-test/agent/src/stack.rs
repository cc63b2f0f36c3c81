//! What a 6LoWPAN stack offers to be driven by the agent.

use sixlo_agent_protocol::{Abilities, Setting, Tap};

use crate::radio::Statistics;

/// How a command went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Obeyed.
    Done,
    /// This stack, or this port of it, has no such thing.
    Unsupported,
    /// It exists but could not be obeyed; the text says why.
    Refused(&'static str),
}

/// Who a stack is; becomes the agent's hello.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Name and version of the stack.
    pub stack: &'a str,
    /// Build options that change verdicts.
    pub build: &'a str,
    /// What the port can do.
    pub abilities: Abilities,
    /// Settings that can be made, as bits: see `Setting::hook`.
    pub hooks: u32,
    /// Where delivered packets are tapped.
    pub tap: Tap,
    /// Largest PSDU in octets, FCS included.
    pub largest_psdu: u16,
}

/// Where a stack puts what it produces.
pub trait Outbox {
    /// A frame for the air, FCS included.
    fn transmitted(&mut self, psdu: &[u8]);
    /// An IPv6 packet as restored, at the tap the identity names.
    fn delivered(&mut self, packet: &[u8]);
    /// A line for a person.
    fn log(&mut self, text: &str);
}

/// A 6LoWPAN stack and whatever of a node its port supplies.
///
/// Every method works everything off before it returns, as far as the stack can
/// without time passing; that is what *settled* means.
pub trait Stack {
    /// Who this is.
    fn identity(&self) -> Identity<'_>;

    /// Makes one setting. Settings survive a reset.
    fn configure(&mut self, setting: &Setting) -> Outcome;

    /// As after power-on, with the settings kept. Time goes on.
    fn reset(&mut self, out: &mut dyn Outbox) -> Outcome;

    /// A frame arrived, FCS included.
    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox);

    /// Send this whole IPv6 packet.
    fn send_ipv6(&mut self, _packet: &[u8], _out: &mut dyn Outbox) -> Outcome {
        Outcome::Unsupported
    }

    /// Done once the device has had `for_us` of its own time since the last command, and is at
    /// rest; refused while it is not. For a stack that lives on the wall's time beside what
    /// serves it, and can be looked at from there.
    fn rest(&mut self, _for_us: u64, _out: &mut dyn Outbox) -> Outcome {
        Outcome::Unsupported
    }

    /// Time is now `now_us`: fire, in order, every timer due by then.
    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox);

    /// When the next timer is due, in microseconds, if there is one.
    fn next_timer_us(&self) -> Option<u64>;

    /// Frames counted, where the stack or what stands for it counts them, and the radio does not.
    fn statistics(&self) -> Option<Statistics> {
        None
    }
}

/// A borrowed stack, so that one behind a pointer can be driven, too.
impl<S: Stack + ?Sized> Stack for &mut S {
    fn identity(&self) -> Identity<'_> {
        (**self).identity()
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        (**self).configure(setting)
    }

    fn reset(&mut self, out: &mut dyn Outbox) -> Outcome {
        (**self).reset(out)
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        (**self).receive(psdu, out);
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        (**self).send_ipv6(packet, out)
    }

    fn rest(&mut self, for_us: u64, out: &mut dyn Outbox) -> Outcome {
        (**self).rest(for_us, out)
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        (**self).advance(now_us, out);
    }

    fn next_timer_us(&self) -> Option<u64> {
        (**self).next_timer_us()
    }

    fn statistics(&self) -> Option<Statistics> {
        (**self).statistics()
    }
}
