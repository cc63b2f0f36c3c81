//! Whose addresses a frame shows.

use std::net::Ipv6Addr;

use sixlo_frames::context::Context;
use sixlo_frames::dissect::Dissection;
use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::iid::{self, Iid};
use sixlo_frames::mac::{BROADCAST, MacAddress};
use sixlo_judge::profile::Node;

use crate::catalogue::Parameters;

/// The usual parameters with the addresses of an injector and a device that this frame,
/// from one to the other, shows: those of its MAC header, and those that its IPv6
/// addresses are formed from.
pub(super) fn shown_by(dissection: &Dissection, usual: &Parameters) -> Parameters {
    let mut parameters = usual.clone();
    let Some(mac) = dissection.mac else {
        return parameters;
    };
    let addresses = &mut parameters.addresses;
    addresses.pan_id = mac.dst_pan.unwrap_or(addresses.pan_id);
    let ipv6 = |id| match dissection.get(id) {
        Some(Value::Ipv6(address)) => Some(*address),
        _ => None,
    };
    let (src, dst) = (ipv6(FieldId::Ipv6Src), ipv6(FieldId::Ipv6Dst));
    let target = ipv6(FieldId::NdTarget);
    learn(&mut addresses.tester, mac.src, src);
    learn(&mut addresses.dut, mac.dst, dst.or(target));
    if dst.is_some_and(|dst| dst.is_multicast()) {
        learn(&mut addresses.dut, mac.dst, target);
    }
    if let Some(prefix) = src.into_iter().chain(dst).find_map(global_prefix) {
        let known = |context: &Context| context.prefix == prefix;
        if !parameters.prefixes.values().any(known) {
            // The link's prefix goes by several names.
            let old = addresses.prefix;
            let named = parameters.prefixes.values_mut();
            named
                .filter(|context| context.prefix == old)
                .for_each(|context| context.prefix = prefix);
            addresses.prefix = prefix;
        }
    }
    // Whoever else the case speaks of is none of these two.
    let taken = [addresses.tester, addresses.dut];
    while taken.iter().any(|node| node.eui64 == addresses.peer.eui64) {
        addresses.peer.eui64[7] = addresses.peer.eui64[7].wrapping_add(1);
    }
    while taken.iter().any(|node| node.short == addresses.peer.short) {
        addresses.peer.short = addresses.peer.short.wrapping_add(1);
    }
    parameters
}

/// What a MAC address and an IPv6 address say of their node.
fn learn(node: &mut Node, mac: MacAddress, address: Option<Ipv6Addr>) {
    match mac {
        MacAddress::Extended(eui64) => node.eui64 = eui64,
        MacAddress::Short(short) if short != BROADCAST => node.short = short,
        _ => {}
    }
    let Some(address) =
        address.filter(|address| !address.is_multicast() && !address.is_unspecified())
    else {
        return;
    };
    let own = iid::of(address);
    match (short_of(own), mac) {
        (Some(short), MacAddress::Extended(_)) => node.short = short,
        (None, MacAddress::Short(_) | MacAddress::Absent) => node.eui64 = eui64_of(own),
        _ => {}
    }
}

/// The first 64 bits of a global unicast address (RFC 4291 2.4).
fn global_prefix(address: Ipv6Addr) -> Option<Ipv6Addr> {
    let bits = address.to_bits();
    (bits >> 125 == 0b001).then(|| Ipv6Addr::from_bits(bits & (u128::MAX << 64)))
}

/// The 16-bit address that an identifier was formed from (RFC 6282 3.2.2).
fn short_of(iid: Iid) -> Option<u16> {
    let [.., high, low] = iid;
    let short = u16::from_be_bytes([high, low]);
    (iid == iid::from_short(short)).then_some(short)
}

/// The EUI-64 that an identifier was formed from: its universal/local bit is turned (RFC 4291 A).
fn eui64_of(mut iid: Iid) -> [u8; 8] {
    iid[0] ^= 0b10;
    iid
}
