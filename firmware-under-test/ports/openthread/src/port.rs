//! OpenThread as the agent drives it.

use sixlo_agent::protocol::{Abilities, Setting, Tap};
use sixlo_agent::{Identity, Outbox, Outcome, Stack};

use crate::network::Network;
use crate::node::Node;
use crate::platform::{self, LARGEST_PSDU};
use crate::settings::{Settings, hooks};

/// Timers that one step of the clock fires at most.
const MOST_TIMERS: usize = 1_000_000;

/// What changes verdicts of how OpenThread was built; openthread-sys builds it alike for every machine.
const BUILD: &str = match cfg!(target_os = "none") {
    false => {
        "openthread-sys 0.4.0, FTD library, message buffers 128, reassembly 2 s, no CSL, no IPv6 fragmentation"
    }
    true => {
        "openthread-sys 0.4.0 as it brings it for thumbv7em, FTD library, message buffers 128, reassembly 2 s, no CSL, no IPv6 fragmentation"
    }
};

/// A Thread node with its settings.
pub struct OpenThread {
    network: Network,
    settings: Settings,
    /// None until the first reset: before it, there are no settings to start with.
    node: Option<Node>,
}

impl OpenThread {
    /// A node that is switched off.
    pub fn new(network: Network) -> Self {
        OpenThread {
            settings: Settings::new(&network),
            network,
            node: None,
        }
    }
}

fn next_timer_us() -> Option<u64> {
    platform::with(|hardware| hardware.alarm.due_us())
}

impl Stack for OpenThread {
    fn identity(&self) -> Identity<'_> {
        Identity {
            stack: "OpenThread 1.4",
            build: BUILD,
            abilities: Abilities::SETTLES
                .and(Abilities::VIRTUAL_TIME)
                .and(Abilities::SEND_IPV6)
                .and(Abilities::FILTERS),
            hooks: hooks(self.network.role),
            tap: Tap::AfterIpv6,
            largest_psdu: LARGEST_PSDU as u16,
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        match self.settings.take(setting) {
            Outcome::Done => {}
            outcome => return outcome,
        }
        let is_live = matches!(
            setting,
            Setting::Address(..) | Setting::Group(_) | Setting::OpenPort(_)
        );
        match &mut self.node {
            Some(node) if is_live => node.apply(&self.settings),
            _ => Outcome::Done,
        }
    }

    fn reset(&mut self, out: &mut dyn Outbox) -> Outcome {
        let mut node = Node::restart(self.node.take(), &self.network, &self.settings);
        node.settle(out);
        self.node = Some(node);
        Outcome::Done
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        if let Some(node) = &mut self.node {
            node.hear(psdu);
            node.settle(out);
        }
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        let Some(node) = &mut self.node else {
            return Outcome::Refused("port: switched off until the first reset");
        };
        let outcome = node.send(packet);
        node.settle(out);
        outcome
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        if let Some(node) = &mut self.node {
            for _ in 0..MOST_TIMERS {
                let Some(due_us) = next_timer_us().filter(|due| *due <= now_us) else {
                    break;
                };
                platform::with(|hardware| {
                    hardware.alarm.now_us = hardware.alarm.now_us.max(due_us)
                });
                node.settle(out);
            }
        }
        platform::with(|hardware| hardware.alarm.now_us = hardware.alarm.now_us.max(now_us));
    }

    fn next_timer_us(&self) -> Option<u64> {
        next_timer_us()
    }
}
