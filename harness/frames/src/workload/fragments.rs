//! Datagrams in fragments. RFC 4944 5.3, RFC 6282 2.

use super::address::Unicast;
use super::{Dice, Specimen, WIDTHS, iphc, upper_layer};
use crate::craft::{Body, MeshSpec, NhcSpec};
use crate::mac::MacAddress;
use crate::packet::{Echo, Icmpv6, Message, Udp};

pub(super) fn add(specimens: &mut Vec<Specimen>) {
    let mut dice = Dice(0x53);
    for number in 0..300 {
        let octets = [100, 128, 160, 200, 301, 500, 777, 1000, 1232][number % 9];
        let (src, dst) = (
            dice.pick(&Unicast::sources()),
            dice.pick(&Unicast::destinations()),
        );
        let mut specimen = iphc::unicast(WIDTHS[number % 4], src, dst, &mut dice);
        specimen.name = format!("{octets} octets in fragments");
        fill(&mut specimen, number, octets, &mut dice);
        if number % 7 == 0 {
            specimen.frame.mesh = Some(MeshSpec {
                hops_left: 4,
                originator: specimen.frame.mac.src,
                final_destination: specimen.frame.mac.dst,
            });
            specimen.frame.mac.src = MacAddress::Short(0x0101);
        }
        specimens.push(specimen);
    }
}

/// An echo request, or UDP in line or as NHC.
fn fill(specimen: &mut Specimen, number: usize, octets: usize, dice: &mut Dice) {
    let data = dice.octets(octets);
    let p = dice.below(4) as u8;
    match (number % 5, &mut specimen.frame.body) {
        (0, body) => {
            *body = Body::Ipv6;
            specimen.packet.payload = Udp::new(0x1234, 0x5678, data).into();
        }
        (1 | 2, Body::Iphc(iphc)) => {
            specimen.packet.payload = Udp {
                data,
                ..upper_layer::udp(p, dice)
            }
            .into();
            iphc.nhc = vec![NhcSpec::Udp {
                p,
                elide_checksum: number % 5 == 2,
            }];
        }
        _ => {
            specimen.packet.payload = Icmpv6::from(Message::EchoRequest(Echo {
                identifier: 0x1234,
                sequence: number as u16,
                data,
            }))
            .into();
        }
    }
}
