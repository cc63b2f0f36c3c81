//! Changes of the datagram that is meant.

use sixlo_frames::packet::{Echo, Extension, ExtensionBody, Message, Packet, Payload};
use sixlo_judge::testcase::Send;

use super::change::{Changes, put_at};

/// Of one send's datagram into another's.
pub(super) fn changes(changes: &mut Changes, from: &Send, to: &Send) {
    addresses(changes, from, to);
    let (a, b) = (&from.datagram.header, &to.datagram.header);
    changes.compare(
        "traffic class",
        (&a.traffic_class, &b.traffic_class),
        |class| format!("{class:02x}"),
        |send, class| send.datagram.header.traffic_class = class,
    );
    changes.compare(
        "flow label",
        (&a.flow_label, &b.flow_label),
        |label| format!("{label:05x}"),
        |send, label| send.datagram.header.flow_label = label,
    );
    // A neighbour discovery message is none with another hop limit (RFC 4861 7.1).
    let belongs_to_payload = kind(&from.datagram) != kind(&to.datagram);
    if !belongs_to_payload {
        changes.compare(
            "hop limit",
            (&a.hop_limit, &b.hop_limit),
            u8::to_string,
            |send, hops| send.datagram.header.hop_limit = hops,
        );
    }
    extensions(changes, &from.datagram.extensions, &to.datagram.extensions);
    if belongs_to_payload {
        let whole = (to.datagram.payload.clone(), to.filled, b.hop_limit);
        let (from, to) = (kind(&from.datagram), kind(&to.datagram));
        changes.push("payload", from, to, move |send| {
            let (payload, filled, hop_limit) = whole.clone();
            send.datagram.payload = payload;
            send.datagram.header.hop_limit = hop_limit;
            send.filled.identifier = filled.identifier;
            send.filled.sequence = filled.sequence;
            send.filled.udp_data = filled.udp_data;
            send.filled.sums_to_zero = filled.sums_to_zero;
        });
        return;
    }
    payload(changes, from, to);
}

/// Who sends to whom: one address alone may be of another scope than the other.
fn addresses(changes: &mut Changes, from: &Send, to: &Send) {
    let of = |send: &Send| {
        (
            send.from,
            send.datagram.header.src,
            send.datagram.header.dst,
        )
    };
    let (one, other) = (of(from), of(to));
    let name = match (one.0 == other.0, one.1 == other.1, one.2 == other.2) {
        (true, true, _) => "destination address",
        (true, false, true) => "source address",
        _ => "addresses",
    };
    let shown = move |(_, src, dst): &(_, std::net::Ipv6Addr, std::net::Ipv6Addr)| match name {
        "destination address" => dst.to_string(),
        "source address" => src.to_string(),
        _ => format!("{src} to {dst}"),
    };
    // The sender's MAC address goes with it; unicasts and multicasts differ there, too.
    let mac = (to.frames.mac.src, to.frames.mac.dst);
    let with_mac = one.0 != other.0 || one.2.is_multicast() != other.2.is_multicast();
    changes.compare(
        name,
        (&one, &other),
        shown,
        move |send, (from, src, dst)| {
            send.from = from;
            send.datagram.header.src = src;
            send.datagram.header.dst = dst;
            if with_mac {
                (send.frames.mac.src, send.frames.mac.dst) = mac;
            }
        },
    );
}

fn extensions(changes: &mut Changes, from: &[Extension], to: &[Extension]) {
    for (at, wanted) in to.iter().enumerate() {
        let there = from.get(at);
        if there == Some(wanted) {
            continue;
        }
        let was = there.map_or("none", |there| extension(there));
        let put = wanted.clone();
        let name = format!("extension header {}", at + 1);
        changes.push(name, was, extension(wanted), move |send| {
            put_at(&mut send.datagram.extensions, at, put.clone());
        });
    }
    if from.len() > to.len() {
        let left = to.len();
        let name = format!("extension headers from {} on", left + 1);
        changes.push(name, "there", "none", move |send| {
            send.datagram.extensions.truncate(left);
        });
    }
}

fn extension(extension: &Extension) -> &'static str {
    match &extension.body {
        ExtensionBody::HopByHop(_) => "hop-by-hop options",
        ExtensionBody::DestinationOptions(_) => "destination options",
        ExtensionBody::Routing(_) => "routing",
        ExtensionBody::Fragment(_) => "fragment",
        ExtensionBody::Mobility(_) => "mobility",
        ExtensionBody::Other { .. } => "another one",
    }
}

/// What kind of message it is, in a word.
fn kind(packet: &Packet) -> &'static str {
    match &packet.payload {
        Payload::Udp(_) => "UDP",
        Payload::Tcp(_) => "TCP",
        Payload::Ipv6(_) => "a tunnelled packet",
        Payload::Octets { .. } => "octets",
        Payload::Icmpv6(icmpv6) => match &icmpv6.message {
            Message::EchoRequest(_) => "an echo request",
            Message::NeighborSolicitation { .. } => "a neighbour solicitation",
            Message::RouterAdvertisement(_) => "a router advertisement",
            _ => "another ICMPv6 message",
        },
    }
}

fn payload(changes: &mut Changes, from: &Send, to: &Send) {
    match (&from.datagram.payload, &to.datagram.payload) {
        (Payload::Udp(a), Payload::Udp(b)) => {
            changes.compare(
                "UDP ports",
                (&(a.src_port, a.dst_port), &(b.src_port, b.dst_port)),
                |(src, dst)| format!("{src} to {dst}"),
                |send, ports| {
                    if let Payload::Udp(udp) = &mut send.datagram.payload {
                        (udp.src_port, udp.dst_port) = ports;
                    }
                },
            );
            let (was, is) = ((a.length, a.checksum), (b.length, b.checksum));
            changes.compare(
                "UDP length and checksum",
                (&was, &is),
                |both| format!("{both:?}"),
                |send, both| {
                    if let Payload::Udp(udp) = &mut send.datagram.payload {
                        (udp.length, udp.checksum) = both;
                    }
                },
            );
            let (was, is) = (
                (
                    a.data.clone(),
                    from.filled.udp_data,
                    from.filled.sums_to_zero,
                ),
                (b.data.clone(), to.filled.udp_data, to.filled.sums_to_zero),
            );
            let name = match from.filled.sums_to_zero == to.filled.sums_to_zero {
                true => "UDP data",
                false => "UDP data, of which the checksum is ffff",
            };
            changes.compare(
                name,
                (&was, &is),
                |(data, ..)| format!("{} octets", data.len()),
                |send, (data, filled, sums_to_zero)| {
                    if let Payload::Udp(udp) = &mut send.datagram.payload {
                        udp.data = data;
                        send.filled.udp_data = filled;
                        send.filled.sums_to_zero = sums_to_zero;
                    }
                },
            );
        }
        (Payload::Icmpv6(a), Payload::Icmpv6(b)) => {
            let (Message::EchoRequest(one), Message::EchoRequest(other)) = (&a.message, &b.message)
            else {
                let message = (&from.datagram.payload, &to.datagram.payload);
                changes.compare(
                    "ICMPv6 message",
                    message,
                    |_| "another one".to_owned(),
                    |send, message| send.datagram.payload = message,
                );
                return;
            };
            echo(changes, (one, from), (other, to));
            changes.compare(
                "ICMPv6 code and checksum",
                (&(a.code, a.checksum), &(b.code, b.checksum)),
                |both| format!("{both:?}"),
                |send, both| {
                    if let Payload::Icmpv6(icmpv6) = &mut send.datagram.payload {
                        (icmpv6.code, icmpv6.checksum) = both;
                    }
                },
            );
        }
        (a, b) => changes.compare(
            "payload",
            (a, b),
            |payload| match payload {
                Payload::Ipv6(inner) => format!("{} octets in a tunnel", inner.to_octets().len()),
                _ => "other octets".to_owned(),
            },
            |send, payload| send.datagram.payload = payload,
        ),
    }
}

fn echo(changes: &mut Changes, (from, a): (&Echo, &Send), (to, b): (&Echo, &Send)) {
    fn of(send: &mut Send) -> Option<&mut Echo> {
        match &mut send.datagram.payload {
            Payload::Icmpv6(icmpv6) => match &mut icmpv6.message {
                Message::EchoRequest(echo) => Some(echo),
                _ => None,
            },
            _ => None,
        }
    }
    let numbers = |echo: &Echo, send: &Send| {
        let filled = (send.filled.identifier, send.filled.sequence);
        let identifier = (!filled.0).then_some(echo.identifier);
        (identifier, (!filled.1).then_some(echo.sequence))
    };
    changes.compare(
        "echo identifier and sequence number",
        (&numbers(from, a), &numbers(to, b)),
        |numbers| match numbers {
            (None, None) => "any".to_owned(),
            (identifier, sequence) => format!("{identifier:?}, {sequence:?}"),
        },
        |send, (identifier, sequence)| {
            send.filled.identifier = identifier.is_none();
            send.filled.sequence = sequence.is_none();
            if let Some(echo) = of(send) {
                echo.identifier = identifier.unwrap_or(0);
                echo.sequence = sequence.unwrap_or(0);
            }
        },
    );
    changes.compare(
        "echo data",
        (&from.data, &to.data),
        |data| format!("{} octets", data.len()),
        |send, data| {
            if let Some(echo) = of(send) {
                echo.data = data;
            }
        },
    );
}
