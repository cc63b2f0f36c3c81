//! Both identities of the tester, each a child of the device.

use std::net::Ipv6Addr;

use sixlo_frames::packet::Packet;
use sixlo_frames::security::Key;
use sixlo_judge::link::Thread;
use sixlo_judge::profile::Addresses;
use sixlo_judge::testcase::Given;

use super::{Child, Membership};
use crate::tester::mle::message::{self, link_local_of};
use crate::tester::mle::packet_of;
use crate::tester::security::thread_keys;

/// The tester's identities, in the order in which they become children: so each gets the same
/// 16-bit address every time.
#[derive(Debug, Clone)]
pub struct Children {
    nodes: [Child; 2],
    /// Their EUI-64s.
    eui64s: [[u8; 8]; 2],
    mle_key: Key,
    mesh_local_prefix: Ipv6Addr,
}

impl Children {
    /// Both, alone.
    pub fn new(thread: &Thread, addresses: &Addresses) -> Children {
        let mle_key = thread_keys(thread).mle;
        let nodes = [addresses.tester, addresses.peer];
        Children {
            nodes: nodes.map(|node| {
                Child::new(Membership {
                    mle_key,
                    key_sequence: thread.key_sequence,
                    mesh_local_prefix: thread.mesh_local_prefix,
                    pan_id: addresses.pan_id,
                    eui64: node.eui64,
                    short: node.short,
                    parent_short: addresses.dut.short,
                })
            }),
            eui64s: nodes.map(|node| node.eui64),
            mle_key,
            mesh_local_prefix: thread.mesh_local_prefix,
        }
    }

    /// The device has been switched off.
    pub fn leave(&mut self) {
        self.nodes.iter_mut().for_each(Child::leave);
    }

    /// The device has been switched on: they look for it, one after the other.
    pub fn seek(&mut self, now_us: u64) -> Vec<Vec<u8>> {
        self.leave();
        let [first, _] = &mut self.nodes;
        first.seek(now_us)
    }

    /// Whether both are its children.
    pub fn are_attached(&self) -> bool {
        self.nodes.iter().all(Child::is_attached)
    }

    /// Why cases cannot be played with these.
    pub fn trouble(&self) -> Option<&str> {
        self.nodes.iter().find_map(Child::trouble)
    }

    /// When one of them wants to be woken.
    pub fn due_us(&self) -> Option<u64> {
        self.nodes.iter().filter_map(Child::due_us).min()
    }

    /// What they say by themselves at this time, not secured.
    pub fn wake(&mut self, now_us: u64) -> Vec<Vec<u8>> {
        let said = self.nodes.iter_mut().flat_map(|node| node.wake(now_us));
        said.collect()
    }

    /// What they make of a frame that is not secured: the frames that answer it, which are not
    /// to be secured either.
    pub fn hear(&mut self, now_us: u64, psdu: &[u8]) -> Vec<Vec<u8>> {
        packet_of(psdu).map_or_else(Vec::new, |packet| self.hear_packet(now_us, &packet))
    }

    /// The same for a packet that came in secured frames.
    pub fn hear_packet(&mut self, now_us: u64, packet: &[u8]) -> Vec<Vec<u8>> {
        if !message::is_mle(packet) {
            return Vec::new();
        }
        let Some(heard) = message::open(packet, self.mle_key) else {
            return Vec::new();
        };
        let is_for = |eui64| heard.to.is_multicast() || heard.to == link_local_of(eui64);
        let mut said = Vec::new();
        for (node, eui64) in self.nodes.iter_mut().zip(self.eui64s) {
            if is_for(eui64) {
                said.extend(node.hear(&heard, now_us));
            }
        }
        let [first, second] = &mut self.nodes;
        if first.is_attached() && second.is_alone() {
            said.extend(second.seek(now_us));
        }
        said
    }

    /// What is to be sent, secured, so that the device knows which addresses are at which of
    /// them: each with who says it and to whom.
    pub fn register(&mut self, addresses: [Vec<Ipv6Addr>; 2]) -> Vec<(Packet, [u8; 8], [u8; 8])> {
        let mut told = Vec::new();
        for ((node, eui64), addresses) in self.nodes.iter_mut().zip(self.eui64s).zip(addresses) {
            let message = node.register(&addresses);
            told.extend(message.map(|(packet, parent)| (packet, eui64, parent)));
        }
        told
    }

    /// What of this trial's demands the device has not taken: a setting and why, in words.
    pub fn unmet(&self, given: &[Given]) -> Option<(&'static str, String)> {
        let untaken = self.nodes.iter().find_map(Child::untaken);
        if let Some(address) = untaken {
            let why = format!("it did not register {address} at its child");
            return Some(("neighbour", why));
        }
        let [first, _] = &self.nodes;
        let contexts = first.contexts();
        let is_known = |one: &Given| match one {
            Given::Context { id: 0, prefix, .. } => *prefix == self.mesh_local_prefix,
            Given::Context { .. } => contexts.contains(one),
            _ => true,
        };
        let unknown = given.iter().find(|one| !is_known(one))?;
        let why = format!("its network data tell {contexts:?}, and not {unknown:?}");
        Some(("context", why))
    }
}
