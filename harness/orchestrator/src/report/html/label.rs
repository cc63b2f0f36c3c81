//! A frame in a few words, for the arrow that stands for it.

use sixlo_frames::dissect::Dissection;
use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::mac::FrameType;

/// What it carries and in which form, such as `echo request, IPHC 7a 33`. `packet` is the
/// IPv6 packet in it, or its beginning.
pub fn label(octets: &[u8], dissection: &Dissection, packet: &Dissection) -> String {
    let mut parts = Vec::new();
    match dissection.mac.map(|mac| mac.frame_type) {
        Some(FrameType::Data) | None => {}
        Some(FrameType::Ack) => return "acknowledgement".to_owned(),
        Some(other) => return format!("{other:?} frame").to_lowercase(),
    }
    if dissection.mesh.is_some() {
        parts.push("mesh".to_owned());
    }
    if number(dissection, FieldId::Bc0SequenceNumber).is_some() {
        parts.push("broadcast".to_owned());
    }
    if let Some(fragment) = dissection.fragment {
        let size = fragment.datagram_size;
        if !fragment.first {
            let offset = u16::from(fragment.datagram_offset) * 8;
            parts.push(format!("FRAGN, octet {offset} of {size}"));
            return parts.join(", ");
        }
        parts.push(format!("FRAG1 of {size}"));
    }
    parts.push(what(packet));
    parts.extend(form(octets, dissection));
    parts.join(", ")
}

fn number(dissection: &Dissection, id: FieldId) -> Option<u64> {
    match dissection.get(id) {
        Some(Value::Uint(number)) => Some(*number),
        _ => None,
    }
}

/// The message: RFC 4443, 4861, 6775, or what else lies above IPv6.
fn what(dissection: &Dissection) -> String {
    if let Some(kind) = number(dissection, FieldId::Icmpv6Type) {
        let name = match kind {
            1 => "destination unreachable",
            2 => "packet too big",
            3 => "time exceeded",
            4 => "parameter problem",
            128 => "echo request",
            129 => "echo reply",
            133 => "router solicitation",
            134 => "router advertisement",
            135 => "neighbour solicitation",
            136 => "neighbour advertisement",
            143 => "multicast listener report",
            157 => "duplicate address request",
            158 => "duplicate address confirmation",
            kind => return format!("ICMPv6 type {kind}"),
        };
        return name.to_owned();
    }
    for (name, src, dst) in [
        ("UDP", FieldId::UdpSrcPort, FieldId::UdpDstPort),
        ("TCP", FieldId::TcpSrcPort, FieldId::TcpDstPort),
    ] {
        if let (Some(src), Some(dst)) = (number(dissection, src), number(dissection, dst)) {
            return format!("{name} {src} to {dst}");
        }
    }
    match number(dissection, FieldId::Ipv6NextHeader) {
        Some(next) => format!("next header {next}"),
        None => "no packet that can be read".to_owned(),
    }
}

/// The dispatch, RFC 4944 5.1 and RFC 6282 3.1; none of a packet that is in no frame.
fn form(octets: &[u8], dissection: &Dissection) -> Option<String> {
    let start = dissection.body.as_ref()?.start;
    if dissection.is_opened() {
        // Its octets on air are encrypted.
        let dispatch = dissection
            .fields
            .iter()
            .find(|field| field.range.start == start)?;
        return match dispatch.value {
            Value::Uint(0x41) => Some("secured IPv6".to_owned()),
            Value::Uint(0x42) => Some("secured HC1".to_owned()),
            _ => Some("secured IPHC".to_owned()),
        };
    }
    match *octets.get(usize::from(start)..)? {
        [0x41, ..] => Some("IPv6".to_owned()),
        [first @ 0x60..=0x7f, second, ..] => Some(format!("IPHC {first:02x} {second:02x}")),
        [0x42, ..] => Some("HC1".to_owned()),
        _ => None,
    }
}
