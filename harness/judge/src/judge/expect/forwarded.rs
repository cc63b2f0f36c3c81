//! A router passes a packet on: to the node it is for, its hop limit one lower (RFC 8200 3) and all
//! else as it came.

use std::net::Ipv6Addr;

use sixlo_frames::dissect::dissect_packet;
use sixlo_frames::mac::MacAddress;

use super::Scope;
use crate::judge::asked::Asked;
use crate::judge::finding::Finding;
use crate::judge::scene::{HeardFrame, HeardPacket, Scene};
use crate::matching::Shown;
use crate::profile::Node;
use crate::reading::Reading;
use crate::testcase::Pattern;
use crate::verdict::Seen;

const HOP_LIMIT_AT: usize = 7;

impl<'a> Scene<'a> {
    pub(super) fn forwarded(&self, asked: &Asked<'a>, pattern: &Pattern, scope: Scope) -> Finding {
        let mut expected = "the packet passed on, its hop limit one lower".to_owned();
        if !pattern.fields.is_empty() {
            expected += &format!(", with {pattern}");
        }
        self.find_forwarded(asked, pattern, scope)
            .expecting(expected)
    }

    fn find_forwarded(&self, asked: &Asked<'a>, pattern: &Pattern, scope: Scope) -> Finding {
        let Some(wanted) = lowered(asked.packet) else {
            let why = "its hop limit does not let the packet go on";
            return Finding::undecided(asked.rung(), why);
        };
        let passed_on = || {
            let after = self.after(asked).map(|(packet, _)| packet);
            after.filter(|packet| scope.holds(packet.at_us, asked))
        };
        let Some(packet) = passed_on().find(|packet| packet.octets == wanted) else {
            // The device's own packets quote or answer it; this one has its source still.
            let alike = |packet: &&HeardPacket| {
                let src = packet.reading.as_ref().map(|reading| reading.src);
                src == asked.src() && asked.is_in(&packet.octets)
            };
            return match passed_on().find(alike) {
                Some(other) => Finding::wrong(Seen::Replied, difference(&wanted, &other.octets)),
                None => self.unanswered(asked),
            };
        };
        match self.goes_astray(packet) {
            Some(words) => Finding::wrong(Seen::Replied, words),
            None => self.has_form(packet, pattern),
        }
    }

    /// Whether a frame of the device brings a packet to one of the tester's identities that is
    /// for it: what came from the other one is passed on, and no echo of it.
    pub(in crate::judge) fn is_passed_on(&self, frame: &HeardFrame) -> bool {
        let reading = frame.packet.and_then(|at| self.heard[at].reading.as_ref());
        let next = reading.and_then(|reading| self.node_of(reading.dst));
        next.zip(frame.dissection.mac).is_some_and(|(next, mac)| {
            is_mac(next, mac.dst) && is_mac(&self.profile.addresses.dut, mac.src)
        })
    }

    /// The identity of the tester that has this address.
    fn node_of(&self, address: Ipv6Addr) -> Option<&Node> {
        let addresses = &self.profile.addresses;
        let testers = [&addresses.tester, &addresses.peer];
        testers.into_iter().find(|node| self.is_of(node, address))
    }

    /// What is wrong with the MAC addresses of a packet passed on, in words.
    fn goes_astray(&self, packet: &HeardPacket) -> Option<String> {
        let dst = Reading::of(&packet.octets)?.dst;
        let next = self.node_of(dst)?;
        packet.frames.iter().find_map(|&frame| {
            let mac = self.frames[frame].dissection.mac?;
            if !is_mac(next, mac.dst) {
                return Some(format!("a frame to {}, where {dst} is not", mac.dst));
            }
            // Whoever sends on a link is its frames' source.
            let own = is_mac(&self.profile.addresses.dut, mac.src);
            (!own).then(|| format!("a frame that says it comes from {}", mac.src))
        })
    }
}

fn is_mac(node: &Node, mac: MacAddress) -> bool {
    mac == MacAddress::Extended(node.eui64) || mac == MacAddress::Short(node.short)
}

/// The packet as a router passes it on; none where its hop limit is used up.
fn lowered(packet: &[u8]) -> Option<Vec<u8>> {
    let mut packet = packet.to_vec();
    let hop_limit = packet.get_mut(HOP_LIMIT_AT)?;
    *hop_limit = hop_limit.checked_sub(1).filter(|left| *left > 0)?;
    Some(packet)
}

/// In what a packet passed on differs from what it should be, in words.
fn difference(wanted: &[u8], found: &[u8]) -> String {
    let [right, other] = [wanted, found].map(dissect_packet);
    let differing = right
        .fields
        .iter()
        .find(|field| other.get(field.id) != right.get(field.id));
    match differing {
        Some(field) => {
            let value = other.get(field.id).map(|value| Shown(value).to_string());
            format!(
                "the packet passed on with {} {} in place of {}",
                field.id.name(),
                value.as_deref().unwrap_or("left out"),
                Shown(&field.value)
            )
        }
        None => "the packet passed on with other octets".to_owned(),
    }
}
