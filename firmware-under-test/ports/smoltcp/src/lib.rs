//! smoltcp, driven from outside.
//!
//! The port does what smoltcp leaves to the driver beneath it: the FCS and the
//! destination filter. Time is a parameter of smoltcp's `poll`, hence virtual.
//! A panic of the stack ends the process, or the firmware; that is what the harness is to see.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod air;
mod node;
mod send;
mod settings;

use sixlo_agent::protocol::{Abilities, Setting, Tap};
use sixlo_agent::{Identity, Outbox, Outcome, Stack};
use sixlo_mac::{Destination, Header, fcs};

use node::Node;
use settings::{Change, HOOKS, Settings};

/// One second in microseconds.
const SECOND_US: i64 = 1_000_000;
/// How often one step of the clock polls at most: half a day of seconds.
const POLLS: usize = 43_200;

/// Whether this smoltcp survives joining a group on this medium: a test tries it.
const JOINS_GROUPS: bool = false;

/// A node made of smoltcp.
pub struct Smoltcp {
    settings: Settings,
    node: Node,
    now_us: i64,
    boots: u64,
}

impl Smoltcp {
    /// A node as after power-on, with nothing set.
    pub fn new() -> Self {
        let settings = Settings::default();
        Smoltcp {
            node: Node::new(&settings, 0, 0),
            settings,
            now_us: 0,
            boots: 0,
        }
    }

    fn restart(&mut self) {
        self.boots += 1;
        self.node = Node::new(&self.settings, self.now_us, self.boots);
    }

    /// Whether a radio would let this frame through: the PAN is left to
    /// smoltcp, which looks at it itself.
    fn is_for_us(&self, frame: &[u8]) -> bool {
        match Header::of(frame).and_then(|header| header.destination) {
            Some(Destination::Short(0xffff)) | None => true,
            Some(Destination::Short(short)) => self.settings.short_address == Some(short),
            Some(Destination::Extended(eui64)) => self.settings.eui64 == Some(eui64),
        }
    }

    /// When to poll next. smoltcp's `poll_at` forgets the timers of its address
    /// autoconfiguration when no socket has one (the smaller of `None` and a
    /// time is `None`), so these are polled for once a second.
    fn next_poll_us(&self) -> Option<i64> {
        let idle = || {
            let later = self.now_us.saturating_add(SECOND_US);
            self.settings.autoconfigure.then_some(later)
        };
        self.node.next_timer_us(self.now_us).or_else(idle)
    }

    fn hand_over(&mut self, out: &mut dyn Outbox) {
        for mut frame in self.node.take_sent() {
            fcs::append(&mut frame);
            out.transmitted(&frame);
        }
        for line in self.node.take_troubles() {
            out.log(&line);
        }
    }
}

impl Default for Smoltcp {
    fn default() -> Self {
        Self::new()
    }
}

impl Stack for Smoltcp {
    fn identity(&self) -> Identity<'_> {
        Identity {
            stack: "smoltcp 0.14",
            build: "contexts 16 x 64 bits, addresses 8, neighbours 16, \
                    reassembly 4 x 2048 octets, segments 16, multicast",
            abilities: Abilities::SETTLES
                .and(Abilities::VIRTUAL_TIME)
                .and(Abilities::SEND_IPV6)
                .and(Abilities::FILTERS),
            hooks: HOOKS,
            tap: Tap::None,
            largest_psdu: 127,
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        if let Setting::Group(_) = setting
            && !JOINS_GROUPS
        {
            return Outcome::Refused("stack: reporting a group panics on this medium");
        }
        match self.settings.take(setting) {
            Ok(Change::Live) => self.node.apply(&self.settings),
            Ok(Change::Rebuild) => self.restart(),
            Err(outcome) => return outcome,
        }
        Outcome::Done
    }

    fn reset(&mut self, out: &mut dyn Outbox) -> Outcome {
        self.restart();
        self.node.settle(self.now_us);
        self.hand_over(out);
        Outcome::Done
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        let Some(frame) = fcs::check(psdu) else {
            return;
        };
        if !self.is_for_us(frame) {
            return;
        }
        self.node.hear(frame, self.now_us);
        self.hand_over(out);
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        let outcome = self.node.send(packet, self.now_us);
        self.hand_over(out);
        outcome
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        let end = i64::try_from(now_us).unwrap_or(i64::MAX);
        for _ in 0..POLLS {
            let Some(due) = self.next_poll_us().filter(|due| *due < end) else {
                break;
            };
            self.now_us = due;
            self.node.settle(self.now_us);
            self.hand_over(out);
        }
        self.now_us = self.now_us.max(end);
        self.node.settle(self.now_us);
        self.hand_over(out);
    }

    fn next_timer_us(&self) -> Option<u64> {
        self.node.next_timer_us(self.now_us)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smoltcp::wire::Ipv6Address;

    #[test]
    fn joining_a_group_is_survived_where_it_is_said_to_be() {
        let survived = std::panic::catch_unwind(|| {
            let settings = Settings {
                groups: vec![Ipv6Address::new(0xff02, 0, 0, 0, 0, 0, 0, 0x1234)],
                autoconfigure: false,
                ..Settings::default()
            };
            Node::new(&settings, 0, 0).settle(0);
        });
        assert_eq!(survived.is_ok(), JOINS_GROUPS);
    }
}
