//! Neighbour solicitations and advertisements, RFC 4861 7; duplicate address detection,
//! RFC 4862 5.4; address registration, RFC 6775 5.5 and 6.5.

use std::net::Ipv6Addr;

use sixlo_frames::iid;
use sixlo_frames::mac::MacAddress;
use sixlo_frames::packet::NdOptions;

use super::Observer;
use super::asking::{Key, Open, Wrong};
use super::exchange::Kind;
use super::packet::Packet;
use crate::answer::{forwarded_hop_limit, wrong_in_advertisement};

/// RFC 4861 4.4: the S flag.
const SOLICITED: u8 = 0x40;
/// Octets of a solicitation or advertisement before its options.
const OPTIONS_AT: usize = 24;

/// Option types, RFC 4861 4.6 and RFC 6775 4.1.
mod option_type {
    pub const SOURCE_LINK_LAYER_ADDRESS: u8 = 1;
    pub const TARGET_LINK_LAYER_ADDRESS: u8 = 2;
    pub const ADDRESS_REGISTRATION: u8 = 33;
}

/// What an address registration option says, extended or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Registration<'p> {
    status: u8,
    /// EUI-64 or ROVR.
    owner: &'p [u8],
}

impl Observer {
    pub(super) fn neighbor_solicitation(&mut self, packet: Packet, target: Ipv6Addr) {
        let asker = packet.reading.src;
        self.learn_address(&packet, OPTIONS_AT);
        let options = options_of(&packet, OPTIONS_AT);
        let kind = match registration_in(options) {
            _ if asker.is_unspecified() => Kind::DuplicateAddressDetection,
            Some(_) => Kind::Registration,
            None => Kind::NeighborDiscovery,
        };
        let mut fault = fault_of_discovery(&packet, options);
        if target.is_multicast() {
            fault.push(format!("target {target}, which is a group"));
        }
        if asker.is_unspecified() && has(options, option_type::SOURCE_LINK_LAYER_ADDRESS) {
            fault.push("a source link-layer address from ::".to_owned());
        }
        self.ask(Key::Target { asker, target }, kind, packet, fault);
    }

    pub(super) fn neighbor_advertisement(&mut self, packet: Packet, target: Ipv6Addr, flags: u8) {
        let dst = packet.reading.dst;
        let key = Key::Target {
            asker: match dst.is_multicast() {
                true => Ipv6Addr::UNSPECIFIED,
                false => dst,
            },
            target,
        };
        let solicited = flags & SOLICITED != 0;
        let known = self.table.get_mut(&key).map(|open| open.key);
        let proof = self.proof_of_checksum(&packet);
        let Some(found) = known.or_else(|| self.nearly_solicited(&packet, target, solicited))
        else {
            // To all nodes it is nobody's answer.
            if solicited || !is_sound(&packet) {
                self.stray_reply(key, packet, proof);
            }
            return;
        };
        let Some(open) = self.table.get_mut(&found) else {
            return;
        };
        let by_itself = !is_sound(&packet);
        let (words, note) = wrong_in(open, &packet, target, solicited);
        if words.is_empty() {
            open.note = note;
            return self.right(found, &packet);
        }
        // One flag alone may be an unsolicited one's.
        let perhaps = Some(found) != known || solicited == found.wants_solicited_unset();
        let wrong = Wrong {
            number: packet.number,
            words: format!("an advertisement with {}", words.join(", ")),
            proof: match packet.checksum_right {
                true => Ok(()),
                false => proof,
            },
            needs_whole: !by_itself,
        };
        match perhaps && !by_itself {
            true => open.perhaps.get_or_insert(wrong),
            false => open.wrong.get_or_insert(wrong),
        };
    }

    /// A question of the node this goes to: about another target, or one whose refusal
    /// goes to the link-local address of the owner (RFC 6775 6.5.2).
    fn nearly_solicited(&self, packet: &Packet, target: Ipv6Addr, solicited: bool) -> Option<Key> {
        self.table.latest().find_map(|open| {
            let Key::Target {
                asker,
                target: wanted,
            } = open.key
            else {
                return None;
            };
            let dst = packet.reading.dst;
            if wanted == target && !asker.is_unspecified() {
                let owner = registration_in(options_of(&open.request, OPTIONS_AT))?.owner;
                let owner: [u8; 8] = owner.try_into().ok()?;
                return (dst == iid::link_local(iid::from_eui64(owner))).then_some(open.key);
            }
            let goes_back = packet.src == open.request.dst && packet.dst == open.request.src;
            (solicited && dst == asker && goes_back && !open.is_answered()).then_some(open.key)
        })
    }
}

impl Key {
    /// Whether the answer to this has the S flag unset: a solicitation from `::`.
    fn wants_solicited_unset(&self) -> bool {
        matches!(self, Key::Target { asker, .. } if asker.is_unspecified())
    }
}

/// What is wrong with an advertisement as the answer to a question; and if nothing is,
/// what is to be told of it.
fn wrong_in(
    open: &Open,
    packet: &Packet,
    target: Ipv6Addr,
    solicited: bool,
) -> (Vec<String>, Option<String>) {
    let Key::Target {
        asker,
        target: wanted,
    } = open.key
    else {
        return (Vec::new(), None);
    };
    let options = options_of(packet, OPTIONS_AT);
    let asked = registration_in(options_of(&open.request, OPTIONS_AT));
    let given = registration_in(options);
    // A refusal goes elsewhere: where to was looked at when its question was found.
    let refused = given.is_some_and(|registration| registration.status != 0);
    let asker_or_owner = if refused { packet.reading.dst } else { asker };
    let mut words = wrong_in_advertisement(&packet.octets, &packet.reading, Some(asker_or_owner));
    if let Some((_, code @ 1..)) = packet.reading.icmpv6(&packet.octets) {
        words.push(format!("code {code} (expected 0)"));
    }
    if target != wanted {
        words.push(format!("target {target} (expected {wanted})"));
    }
    let expected = !asker.is_unspecified();
    if solicited != expected {
        let (is, be) = (u8::from(solicited), u8::from(expected));
        words.push(format!("solicited flag {is} (expected {be})"));
    }
    // RFC 4861 7.2.4: a must after a solicitation to a group.
    if !open.went_to_one && !has(options, option_type::TARGET_LINK_LAYER_ADDRESS) {
        words.push("no target link-layer address, asked by multicast".to_owned());
    }
    let note = match (asked, given) {
        (Some(asked), Some(given)) if asked.owner != given.owner => {
            words.push("an address registration of another owner".to_owned());
            None
        }
        (Some(_), Some(given)) => Some(format!("registration status {}", given.status)),
        (Some(_), None) => Some("no address registration in it".to_owned()),
        (None, _) => None,
    };
    (words, note)
}

/// Whether an advertisement's own octets are as any has them.
fn is_sound(packet: &Packet) -> bool {
    packet.checksum_right && forwarded_hop_limit(&packet.octets).is_none()
}

/// What is wrong with any message of neighbour discovery. RFC 4861 7.1, 6.1.
pub(super) fn fault_of_discovery(packet: &Packet, options: &[u8]) -> Vec<String> {
    let mut fault = Vec::new();
    if !packet.checksum_right {
        fault.push("a wrong checksum".to_owned());
    }
    fault.extend(forwarded_hop_limit(&packet.octets));
    if let Some((_, code @ 1..)) = packet.reading.icmpv6(&packet.octets) {
        fault.push(format!("code {code} (expected 0)"));
    }
    if NdOptions::new(options).any(|option| option.is_err()) {
        fault.push("options that break off".to_owned());
    }
    fault
}

/// The options of a message, which start at this octet of it.
pub(super) fn options_of(packet: &Packet, at: usize) -> &[u8] {
    packet
        .reading
        .upper(&packet.octets)
        .get(at..)
        .unwrap_or_default()
}

fn has(options: &[u8], wanted: u8) -> bool {
    NdOptions::new(options)
        .flatten()
        .any(|option| option.option_type == wanted)
}

/// ```text
/// |  type 33  |  length   |  status   |  reserved or opaque, flags, TID           |
/// |  lifetime, in units of 60 s       |  EUI-64 or ROVR, 8 to 32 octets
/// ```
fn registration_in(options: &[u8]) -> Option<Registration<'_>> {
    let option = NdOptions::new(options)
        .flatten()
        .find(|option| option.option_type == option_type::ADDRESS_REGISTRATION)?;
    Some(Registration {
        status: *option.octets.get(2)?,
        owner: option.octets.get(8..)?,
    })
}

impl Observer {
    /// A link-layer address that a node tells of itself may be another than it sends from.
    pub(super) fn learn_address(&mut self, packet: &Packet, options_at: usize) {
        // What was forwarded says nothing of who forwards it.
        if packet.hop != packet.src || !is_sound(packet) {
            return;
        }
        let told = NdOptions::new(options_of(packet, options_at))
            .flatten()
            .filter(|option| option.option_type == option_type::SOURCE_LINK_LAYER_ADDRESS)
            .find_map(|option| link_layer_address(option.octets));
        if let Some(told) = told {
            self.senders.unite(packet.hop, told, packet.at);
        }
    }
}

/// RFC 4944 8: the option's length says which address it is.
fn link_layer_address(option: &[u8]) -> Option<MacAddress> {
    match (option.len(), option) {
        (8, [_, _, high, low, ..]) => Some(MacAddress::Short(u16::from_be_bytes([*high, *low]))),
        (16, [_, _, eui64 @ ..]) => Some(MacAddress::Extended(*eui64.first_chunk()?)),
        _ => None,
    }
}
