//! Mesh and broadcast headers, and paging. RFC 4944 5.2 and 11.1, RFC 8025.

use super::address::Unicast;
use super::{Dice, RECEIVER_EUI64, SENDER_EUI64, Specimen, WIDTHS, iphc};
use crate::craft::{Body, MeshSpec};
use crate::mac::{BROADCAST, MacAddress};

/// Hops left: none, few, the most of a nibble, and deep ones.
const HOPS: [u8; 7] = [0, 1, 5, 14, 15, 20, 255];

pub(super) fn add(specimens: &mut Vec<Specimen>) {
    let mut dice = Dice(0x52);
    for hops_left in HOPS {
        for widths in WIDTHS {
            for bc0 in [None, Some(0), Some(0x9d)] {
                for uncompressed in [true, false] {
                    let elided = Unicast::Stateless(3);
                    // The frame goes from relay to relay; what is elided is the
                    // originator and the final destination.
                    let mut specimen = iphc::unicast(widths, elided, elided, &mut dice);
                    specimen.name = format!("mesh {hops_left} hops, bc0 {bc0:?}");
                    specimen.frame.mesh = Some(MeshSpec {
                        hops_left,
                        originator: widths.src(),
                        final_destination: widths.dst(),
                    });
                    specimen.frame.bc0 = bc0;
                    specimen.frame.mac.src = MacAddress::Short(0x0101);
                    specimen.frame.mac.dst = MacAddress::Extended([0xee; 8]);
                    if uncompressed {
                        specimen.frame.body = Body::Ipv6;
                    }
                    specimens.push(specimen);
                }
            }
        }
    }
    for page in 0..=1 {
        let elided = Unicast::Stateless(3);
        let mut paged = iphc::unicast(WIDTHS[0], elided, elided, &mut dice);
        paged.name = format!("page {page}");
        paged.frame.leading = vec![0xf0 | page];
        specimens.push(paged);
    }
    let mut flood = iphc::unicast(
        WIDTHS[0],
        Unicast::Stateless(3),
        Unicast::Stateless(1),
        &mut dice,
    );
    flood.name = "mesh to everybody".to_owned();
    flood.frame.mesh = Some(MeshSpec {
        hops_left: 5,
        originator: MacAddress::Extended(SENDER_EUI64),
        final_destination: MacAddress::Short(BROADCAST),
    });
    flood.frame.bc0 = Some(7);
    flood.frame.mac.dst = MacAddress::Short(BROADCAST);
    flood.frame.mac.src = MacAddress::Extended(RECEIVER_EUI64);
    specimens.push(flood);
}
