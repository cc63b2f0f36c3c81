//! Extension headers and tunnels, in line and as NHC. RFC 6282 4.2.

use super::address::Unicast;
use super::{Dice, Specimen, WIDTHS, iphc, upper_layer};
use crate::craft::{Body, IphcSpec, NhcSpec};
use crate::packet::{
    Extension, ExtensionBody, Fragment, Ipv6Header, Ipv6Option, Packet, Payload, Routing,
};

pub(super) fn add(specimens: &mut Vec<Specimen>) {
    let mut dice = Dice(0x42);
    for number in 0..600 {
        let count = 1 + number % 3;
        let mut extensions: Vec<_> = (0..count).map(|_| extension(&mut dice)).collect();
        // Nothing may follow a mobility header (RFC 6275 6.1.1).
        let mobility = number % 5 == 0 && number % 4 != 3;
        if mobility {
            extensions.push(binding_error(&mut dice));
        }
        let (src, dst) = modes(&mut dice);
        let mut specimen = iphc::unicast(WIDTHS[number % 4], src, dst, &mut dice);
        specimen.name = format!("{count} extension headers, {}", forms(number));
        if let Body::Iphc(iphc) = &mut specimen.frame.body {
            compress(iphc, &extensions, number, &mut specimen.packet, &mut dice);
        }
        specimen.packet.extensions = extensions;
        if mobility {
            specimen.packet.payload = Payload::none();
        }
        specimens.push(specimen);
    }
    for number in 0..500 {
        let (src, dst) = modes(&mut dice);
        let outer = iphc::unicast(WIDTHS[number % 4], src, dst, &mut dice);
        specimens.push(tunnel(outer, number, &mut dice));
    }
}

fn modes(dice: &mut Dice) -> (Unicast, Unicast) {
    (
        dice.pick(&Unicast::sources()),
        dice.pick(&Unicast::destinations()),
    )
}

fn forms(number: usize) -> &'static str {
    match number % 4 {
        0 => "all in line",
        1 => "the first as nhc, the rest in line",
        2 => "all as nhc",
        _ => "all and udp as nhc",
    }
}

/// NHC for as many headers as `number` says.
fn compress(
    iphc: &mut IphcSpec,
    extensions: &[Extension],
    number: usize,
    packet: &mut Packet,
    dice: &mut Dice,
) {
    let compressed = match number % 4 {
        0 => 0,
        1 => 1,
        _ => extensions.len(),
    };
    for _ in 0..compressed {
        iphc.nhc.push(NhcSpec::Extension {
            elide_padding: dice.below(2) == 0,
        });
    }
    if number % 4 == 3 {
        let p = dice.below(4) as u8;
        packet.payload = upper_layer::udp(p, dice).into();
        iphc.nhc.push(NhcSpec::Udp {
            p,
            elide_checksum: dice.below(2) == 0,
        });
    }
}

/// A mobility message (RFC 6275 6.1.9).
fn binding_error(dice: &mut Dice) -> Extension {
    ExtensionBody::Mobility([vec![7, 0, 0, 0, 1, 0], dice.octets(16)].concat()).into()
}

/// Hop-by-hop options, destination options or routing.
fn extension(dice: &mut Dice) -> Extension {
    let options = |dice: &mut Dice| {
        let length = dice.below(8);
        vec![Ipv6Option::Other {
            option_type: 0x1e,
            data: dice.octets(length),
        }]
    };
    match dice.below(4) {
        0 => ExtensionBody::HopByHop(options(dice)),
        1 => ExtensionBody::DestinationOptions(options(dice)),
        // A packet that is its own only fragment (RFC 6946).
        2 => ExtensionBody::Fragment(Fragment {
            fragment_offset: 0,
            more_fragments: false,
            identification: dice.u32(),
        }),
        _ => ExtensionBody::Routing(Routing {
            routing_type: 253,
            segments_left: 0,
            data: dice.octets(4),
        }),
    }
    .into()
}

/// The inner addresses are elided against the outer ones. RFC 6282 3.2.2.
fn tunnel(mut specimen: Specimen, number: usize, dice: &mut Dice) -> Specimen {
    let outer = specimen.packet.header;
    let mut inner = IphcSpec::default();
    let (src, dst) = modes(dice);
    let header = Ipv6Header::new(
        src.address(crate::iid::of(outer.src), dice),
        dst.address(crate::iid::of(outer.dst), dice),
    );
    let mut packet = Packet::new(header, upper_layer::any(dice));
    if number.is_multiple_of(2) {
        inner = IphcSpec {
            dac: dst.is_stateful(),
            dam: dst.mode(),
            ..iphc::with_source(src, dst.context(), dice)
        };
        iphc::header_fields(&inner, &mut packet.header, dice);
        if number % 4 == 2 {
            packet.payload = upper_layer::udp(3, dice).into();
            inner.nhc = vec![NhcSpec::Udp {
                p: 3,
                elide_checksum: false,
            }];
        }
    }
    specimen.name = format!("tunnel {src:?} to {dst:?} in {:?}", specimen.name);
    specimen.packet.payload = packet.into();
    match &mut specimen.frame.body {
        // Every eighth packet is tunnelled in line: NH=0, next header 41.
        Body::Iphc(outer) if !number.is_multiple_of(8) => {
            outer.nhc = vec![NhcSpec::Ipv6(Box::new(inner))]
        }
        _ => {}
    }
    specimen
}
