//! UDP, TCP and ICMPv6: in line, and as NHC where there is one. RFC 6282 4.3.

use super::address::Unicast;
use super::{Dice, Specimen, WIDTHS, iphc};
use crate::craft::{Body, NhcSpec};
use crate::packet::{Checksum, Echo, Icmpv6, Message, Payload, Tcp, TcpFlags, Udp};

pub(super) fn add(specimens: &mut Vec<Specimen>) {
    let mut dice = Dice(0x43);
    for (number, widths) in WIDTHS.iter().cycle().take(400).enumerate() {
        let p = (number % 4) as u8;
        let elide_checksum = number / 4 % 2 == 1;
        let (src, dst) = (
            dice.pick(&Unicast::sources()),
            dice.pick(&Unicast::destinations()),
        );
        let mut specimen = iphc::unicast(*widths, src, dst, &mut dice);
        specimen.name = format!("nhc udp p {p:02b} c {}", u8::from(elide_checksum));
        specimen.packet.payload = udp(p, &mut dice).into();
        if let Body::Iphc(iphc) = &mut specimen.frame.body {
            iphc.nhc = vec![NhcSpec::Udp { p, elide_checksum }];
        }
        specimens.push(specimen);
    }
    for number in 0..120 {
        let modes = (Unicast::Stateless(3), Unicast::Stateless(3));
        let mut specimen = iphc::unicast(WIDTHS[number % 4], modes.0, modes.1, &mut dice);
        specimen.name = "icmpv6 error".to_owned();
        specimen.packet.payload = error(number, &mut dice).into();
        specimens.push(specimen);
    }
    for number in 0..200 {
        let modes = (Unicast::Stateless(3), Unicast::Stateless(3));
        let mut specimen = iphc::unicast(WIDTHS[number % 4], modes.0, modes.1, &mut dice);
        specimen.packet.payload = with_checksum(any(&mut dice), &mut dice);
        specimen.name = format!("{:?}", specimen.packet.payload);
        if number % 2 == 0 {
            specimen.frame.body = Body::Ipv6;
        }
        specimens.push(specimen);
    }
}

/// An error about some packet, most of which fits it.
fn error(kind: usize, dice: &mut Dice) -> Icmpv6 {
    let (src, dst) = (Unicast::Stateless(1), Unicast::Stateless(2));
    let mut quote = iphc::unicast(WIDTHS[0], src, dst, dice).packet.to_octets();
    quote.truncate(40 + dice.below(60));
    let message = match kind % 4 {
        0 => Message::DestinationUnreachable(quote),
        1 => Message::PacketTooBig {
            mtu: dice.u32(),
            quote,
        },
        2 => Message::TimeExceeded(quote),
        _ => Message::ParameterProblem {
            pointer: dice.u32(),
            quote,
        },
    };
    Icmpv6::from(message).with_code(dice.u8() % 5)
}

/// An echo request with this many octets of data.
pub(super) fn echo_request(octets: u8) -> Icmpv6 {
    Icmpv6::from(Message::EchoRequest(Echo {
        identifier: 0x1234,
        sequence: 1,
        data: (0..octets).collect(),
    }))
}

/// UDP with ports that P restores.
pub(super) fn udp(p: u8, dice: &mut Dice) -> Udp {
    let (wide, octet, nibble) = (
        |dice: &mut Dice| dice.u16(),
        |dice: &mut Dice| 0xf000 | u16::from(dice.u8()),
        |dice: &mut Dice| 0xf0b0 | dice.u16() & 0x0f,
    );
    let (src_port, dst_port) = match p {
        0 => (wide(dice), wide(dice)),
        1 => (wide(dice), octet(dice)),
        2 => (octet(dice), wide(dice)),
        _ => (nibble(dice), nibble(dice)),
    };
    let length = dice.below(24);
    Udp::new(src_port, dst_port, dice.octets(length))
}

/// Some upper layer.
pub(super) fn any(dice: &mut Dice) -> Payload {
    let length = dice.below(20);
    match dice.below(5) {
        0 => udp(0, dice).into(),
        1 => Tcp {
            acknowledgement: dice.u32(),
            // A reset carries no data.
            flags: TcpFlags(dice.u8() & !TcpFlags::RST.0),
            window: dice.u16(),
            options: dice
                .pick::<&[u8]>(&[&[], &[2, 4, 4, 0], &[2, 4, 5, 0, 4, 2, 0, 0]])
                .to_vec(),
            data: dice.octets(length),
            ..Tcp::syn(dice.u16(), dice.u16(), dice.u32())
        }
        .into(),
        2 => Icmpv6::from(Message::EchoReply(Echo {
            identifier: dice.u16(),
            sequence: dice.u16(),
            data: dice.octets(length),
        }))
        .into(),
        3 => Icmpv6::from(Message::Other {
            icmpv6_type: 253,
            body: dice.octets(length),
        })
        .with_code(dice.u8())
        .into(),
        _ => Icmpv6::from(Message::EchoRequest(Echo {
            identifier: dice.u16(),
            sequence: dice.u16(),
            data: dice.octets(length),
        }))
        .into(),
    }
}

/// The same with another checksum, perhaps.
fn with_checksum(mut payload: Payload, dice: &mut Dice) -> Payload {
    let checksum = dice.pick(&[Checksum::Right, Checksum::Wrong]);
    match &mut payload {
        Payload::Udp(udp) => udp.checksum = checksum,
        Payload::Tcp(tcp) => tcp.checksum = checksum,
        Payload::Icmpv6(icmpv6) => icmpv6.checksum = checksum,
        Payload::Ipv6(_) | Payload::Octets { .. } => {}
    }
    payload
}
