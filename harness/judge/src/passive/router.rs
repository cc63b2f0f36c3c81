//! Router solicitations and advertisements, RFC 4861 6.

use std::net::Ipv6Addr;

use super::Observer;
use super::asking::{Key, Wrong};
use super::exchange::Kind;
use super::neighbor::{fault_of_discovery, options_of};
use super::packet::Packet;

/// Octets of a solicitation before its options.
const SOLICITATION_OPTIONS_AT: usize = 8;
/// Octets of an advertisement before its options.
const ADVERTISEMENT_OPTIONS_AT: usize = 16;

impl Observer {
    pub(super) fn router_solicitation(&mut self, packet: Packet) {
        self.learn_address(&packet, SOLICITATION_OPTIONS_AT);
        let key = Key::Routers {
            asker: packet.reading.src,
            mac: packet.src,
        };
        let fault = fault_of_discovery(&packet, options_of(&packet, SOLICITATION_OPTIONS_AT));
        self.ask(key, Kind::RouterDiscovery, packet, fault);
    }

    /// To all nodes it may be unsolicited, and answers whoever asked.
    pub(super) fn router_advertisement(&mut self, packet: Packet) {
        let dst = packet.reading.dst;
        let asked: Vec<Key> = self
            .table
            .latest()
            .map(|open| open.key)
            .filter(|key| {
                matches!(key, Key::Routers { asker, .. } if dst.is_multicast() || *asker == dst)
            })
            .collect();
        let fault = fault_of_advertisement(&packet);
        if fault.is_empty() {
            self.contexts
                .learn(&packet.octets, packet.number, packet.at);
            for key in asked {
                self.right(key, &packet);
            }
            return;
        }
        let words = format!("a router advertisement with {}", fault.join(", "));
        let proof = match packet.checksum_right {
            true => Ok(()),
            false => self.proof_of_checksum(&packet),
        };
        if asked.is_empty() {
            let key = Key::Routers {
                asker: dst,
                mac: packet.dst,
            };
            return self.wrong_by_itself(key, packet, words, proof);
        }
        for key in asked {
            if let Some(open) = self.table.get_mut(&key) {
                open.wrong.get_or_insert_with(|| Wrong {
                    number: packet.number,
                    words: words.clone(),
                    proof: proof.clone(),
                    needs_whole: false,
                });
            }
        }
    }
}

/// RFC 4861 6.1.2.
fn fault_of_advertisement(packet: &Packet) -> Vec<String> {
    let mut fault = fault_of_discovery(packet, options_of(packet, ADVERTISEMENT_OPTIONS_AT));
    let src = packet.reading.src;
    if !is_link_local(src) {
        fault.push(format!("source {src} (expected a link-local address)"));
    }
    if packet.reading.upper(&packet.octets).len() < ADVERTISEMENT_OPTIONS_AT {
        fault.push("fewer than 16 octets".to_owned());
    }
    fault
}

fn is_link_local(address: Ipv6Addr) -> bool {
    address.segments()[0] & 0xffc0 == 0xfe80
}
