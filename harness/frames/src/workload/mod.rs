//! A fixed set of packets and the frames that carry them, over everything RFC
//! 4944, 6282 and 6775 let a stack say: what the benchmark works on, and what an
//! independent dissector is asked about.
//!
//! Everything here is faithful: the frames restore their packets.

mod address;
mod dice;
mod extension;
mod fragments;
mod headers;
mod iphc;
mod mac;
mod neighbor_discovery;
mod upper_layer;

use std::net::Ipv6Addr;

use crate::context::{Context, ContextTable};
use crate::craft::{Fragmentation, FrameSpec};
use crate::mac::{MacAddress, MacFrame};
use crate::packet::Packet;
use dice::Dice;

/// The PAN of every frame, except where one advertises contexts.
pub const PAN_ID: u16 = 0xabcd;
/// The PAN of frames that advertise contexts: an observer learns them, and may
/// not use them in [`PAN_ID`].
pub const ADVERTISING_PAN_ID: u16 = 0x6c00;
/// The sender's EUI-64.
pub const SENDER_EUI64: [u8; 8] = [0x00, 0x12, 0x4b, 0x00, 0x00, 0x00, 0x00, 0x01];
/// The sender's 16-bit address.
pub const SENDER_SHORT: u16 = 0x0a01;
/// The receiver's EUI-64.
pub const RECEIVER_EUI64: [u8; 8] = [0x02, 0x12, 0x4b, 0xff, 0x00, 0x00, 0x00, 0x02];
/// The receiver's 16-bit address.
pub const RECEIVER_SHORT: u16 = 0x0b02;

/// A packet, and how it goes on air.
#[derive(Debug, Clone, PartialEq)]
pub struct Specimen {
    /// What it is a specimen of.
    pub name: String,
    /// The packet.
    pub packet: Packet,
    /// Its frames.
    pub frame: FrameSpec,
}

/// The contexts the specimens are compressed with: of every kind of length.
pub fn contexts() -> ContextTable {
    let mut table = ContextTable::new();
    for (id, prefix, length) in CONTEXTS {
        table.set(
            *id,
            Context {
                prefix: *prefix,
                length: *length,
            },
        );
    }
    table
}

/// Id, prefix, length in bits.
const CONTEXTS: &[(u8, Ipv6Addr, u8)] = &[
    (0, Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 64),
    (3, Ipv6Addr::new(0x2001, 0xdb8, 1, 2, 0, 0, 0, 0), 64),
    (5, Ipv6Addr::new(0x2001, 0xdb8, 5, 5, 0xdead, 0, 0, 0), 80),
    (7, Ipv6Addr::new(0x2001, 0xdb8, 7, 0, 0, 0, 0, 0), 48),
    (10, Ipv6Addr::new(0x2001, 0xdb8, 0xb, 0, 0, 0, 0, 0), 64),
    (12, Ipv6Addr::new(0x2001, 0xdb0, 0, 0, 0, 0, 0, 0), 29),
    (15, Ipv6Addr::new(0x2001, 0xdb8, 0xf, 0, 0, 0, 0, 1), 128),
];

/// Every specimen; the same ones in the same order each time.
pub fn specimens() -> Vec<Specimen> {
    let mut specimens = Vec::new();
    mac::add(&mut specimens);
    iphc::add(&mut specimens);
    upper_layer::add(&mut specimens);
    extension::add(&mut specimens);
    headers::add(&mut specimens);
    neighbor_discovery::add(&mut specimens);
    fragments::add(&mut specimens);
    for (number, Specimen { frame, .. }) in specimens.iter_mut().enumerate() {
        // One number after the other, as a sender counts; what does not fit a frame is cut.
        frame.mac.sequence_number = frame.mac.sequence_number.map(|_| number as u8);
        frame.fragmentation = Fragmentation::Auto {
            tag: number as u16,
            first: None,
        };
    }
    specimens
}

/// About `count` specimens, spread evenly over all of them.
pub fn sample(count: usize) -> Vec<Specimen> {
    let all = specimens();
    let step = (all.len() / count.max(1)).max(1);
    all.into_iter().step_by(step).collect()
}

/// The widths of the two MAC addresses of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Widths {
    src_short: bool,
    dst_short: bool,
}

/// All four.
const WIDTHS: [Widths; 4] = [
    Widths {
        src_short: false,
        dst_short: false,
    },
    Widths {
        src_short: true,
        dst_short: true,
    },
    Widths {
        src_short: false,
        dst_short: true,
    },
    Widths {
        src_short: true,
        dst_short: false,
    },
];

impl Widths {
    fn src(self) -> MacAddress {
        match self.src_short {
            true => MacAddress::Short(SENDER_SHORT),
            false => MacAddress::Extended(SENDER_EUI64),
        }
    }

    fn dst(self) -> MacAddress {
        match self.dst_short {
            true => MacAddress::Short(RECEIVER_SHORT),
            false => MacAddress::Extended(RECEIVER_EUI64),
        }
    }

    /// A data frame between these addresses.
    fn frame(self) -> MacFrame {
        MacFrame::data(0, PAN_ID, self.dst(), self.src())
    }
}

/// A data frame to everybody, as multicasts travel (RFC 4944 3).
fn broadcast(src: MacAddress) -> MacFrame {
    MacFrame::data(0, PAN_ID, MacAddress::Short(crate::mac::BROADCAST), src)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::craft::craft;
    use crate::dissect::{DissectOptions, FcsMode, ProblemKind, dissect};
    use crate::field::FieldId;
    use crate::reassembly::Reassembler;

    #[test]
    fn every_specimen_restores_its_packet() {
        let contexts = contexts();
        let options = DissectOptions {
            contexts: &contexts,
            fcs: FcsMode::Present,
            keys: None,
        };
        let specimens = specimens();
        assert!(specimens.len() > 5000, "{} specimens", specimens.len());
        for Specimen {
            name,
            packet,
            frame,
        } in specimens
        {
            let octets = packet.to_octets();
            let frames = craft(&frame, &octets).unwrap_or_else(|error| panic!("{name}: {error}"));
            let mut reassembler = Reassembler::default();
            let mut packets = Vec::new();
            for psdu in frames {
                let dissection = dissect(&psdu, &options);
                for problem in &dissection.problems {
                    // A compressed fragment header can be read in two ways.
                    let ambiguous = ProblemKind::Ambiguous(FieldId::NhcExtensionLength);
                    assert_eq!(problem.kind, ambiguous, "{name}");
                }
                packets.extend(reassembler.hear(0, &dissection).map(|done| done.packet));
            }
            assert_eq!(packets, [octets], "{name}");
        }
    }

    #[test]
    fn a_sample_is_a_small_part_of_the_whole() {
        let names: Vec<_> = sample(1000)
            .into_iter()
            .map(|specimen| specimen.name)
            .collect();
        assert!((900..1300).contains(&names.len()), "{}", names.len());
        for word in [
            "mac",
            "iphc",
            "nhc udp",
            "extension",
            "tunnel",
            "mesh",
            "nd",
            "fragments",
        ] {
            assert!(names.iter().any(|name| name.contains(word)), "{word}");
        }
    }
}
