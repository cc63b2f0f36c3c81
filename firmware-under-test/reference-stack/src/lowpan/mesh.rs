//! Mesh addressing and broadcast headers. RFC 4944 5.2 and 11.1.
//!
//! ```text
//!  0                   1
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |1 0|V|F|HopsLft| originator, final destination
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! ```

use crate::ipv6::Address;
use crate::mac::{Link, LinkAddress};
use crate::reader::Reader;
use crate::writer::{Full, Writer};

/// Hops Left that means "an octet with the hops follows". RFC 4944 5.2.
const DEEP: u8 = 0x0f;

/// A mesh header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mesh {
    pub hops_left: u8,
    pub link: Link,
}

impl Mesh {
    pub fn starts_with(octet: u8) -> bool {
        octet >> 6 == 0b10
    }

    pub fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let octet = reader.u8().filter(|octet| Self::starts_with(*octet))?;
        let hops_left = match octet & 0x0f {
            DEEP if !seeded!(DeepHopsIgnored) => reader.u8()?,
            hops => hops,
        };
        let source = address(octet & 0x20 != 0, reader)?;
        let destination = address(octet & 0x10 != 0, reader)?;
        let link = if seeded!(MeshAddressesSwapped) {
            Link {
                source: destination,
                destination: source,
            }
        } else {
            Link {
                source,
                destination,
            }
        };
        Some(Mesh { hops_left, link })
    }

    pub fn put(&self, writer: &mut Writer<'_>) -> Result<(), Full> {
        let Link {
            source,
            destination,
        } = self.link;
        let v = u8::from(matches!(source, LinkAddress::Short(_)));
        let f = u8::from(matches!(destination, LinkAddress::Short(_)));
        let octet = 0x80 | v << 5 | f << 4;
        if self.hops_left < DEEP {
            writer.put(&[octet | self.hops_left])?;
        } else {
            writer.put(&[octet | DEEP, self.hops_left])?;
        }
        for address in [source, destination] {
            match address {
                LinkAddress::Short(short) => writer.put(&short.to_be_bytes())?,
                LinkAddress::Extended(eui64) => writer.put(&eui64)?,
            }
        }
        Ok(())
    }

    /// Octets that [`Self::put`] writes.
    pub fn octets(&self) -> usize {
        let deep = usize::from(self.hops_left >= DEEP);
        1 + deep + self.link.source.octets() + self.link.destination.octets()
    }
}

/// Unlike in the MAC header, most significant octet first. RFC 4944 5.2.
fn address(short: bool, reader: &mut Reader<'_>) -> Option<LinkAddress> {
    if short {
        let short = reader.u16()?;
        let short = if seeded!(MeshAddressesLittleEndian) {
            short.swap_bytes()
        } else {
            short
        };
        return Some(LinkAddress::Short(short));
    }
    let mut eui64: [u8; 8] = reader.array()?;
    if seeded!(MeshAddressesLittleEndian) {
        eui64.reverse();
    }
    Some(LinkAddress::Extended(eui64))
}

/// The 16-bit address of a group within a mesh. RFC 4944 section 9.
pub(crate) fn group_address(group: &Address) -> LinkAddress {
    let [.., high, low] = group.0;
    LinkAddress::Short(0x8000 | u16::from(high & 0x1f) << 8 | u16::from(low))
}

/// LOWPAN_BC0. RFC 4944 11.1.
pub(crate) const BC0: u8 = 0x50;
/// Broadcasts remembered, so that none is taken twice.
const REMEMBERED: usize = 8;
/// How long, in microseconds: sequence numbers come round again.
const MEMORY_US: u64 = 10_000_000;

/// The broadcasts heard last. RFC 4944 11.1.
#[derive(Debug, Clone)]
pub(crate) struct Broadcasts {
    heard: [Option<(LinkAddress, u8, u64)>; REMEMBERED],
    next: usize,
}

impl Broadcasts {
    pub const fn new() -> Self {
        Broadcasts {
            heard: [None; REMEMBERED],
            next: 0,
        }
    }

    /// Whether this broadcast is heard for the first time.
    pub fn is_new(&mut self, originator: LinkAddress, sequence_number: u8, now_us: u64) -> bool {
        let known = self.heard.iter().flatten().any(|(from, number, at_us)| {
            *from == originator && *number == sequence_number && now_us < at_us + MEMORY_US
        });
        if !known {
            self.heard[self.next] = Some((originator, sequence_number, now_us));
            self.next = (self.next + 1) % REMEMBERED;
        }
        !known || seeded!(BroadcastDuplicatesTaken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_of_subtle_point_13() {
        let octets = [0xbf, 0x14, 0, 1, 0, 2];
        let mesh = Mesh::read(&mut Reader::new(&octets)).unwrap();
        let link = Link {
            source: LinkAddress::Short(1),
            destination: LinkAddress::Short(2),
        };
        let expected = Mesh {
            hops_left: 20,
            link,
        };
        assert_eq!(mesh, expected);
        let mut buffer = [0; 32];
        let mut writer = Writer::new(&mut buffer);
        mesh.put(&mut writer).unwrap();
        assert_eq!(writer.written(), octets);
        assert_eq!(mesh.octets(), octets.len());
    }

    #[test]
    fn widths_are_independent() {
        for source in [LinkAddress::Short(1), LinkAddress::Extended([1; 8])] {
            for destination in [LinkAddress::Short(2), LinkAddress::Extended([2; 8])] {
                let link = Link {
                    source,
                    destination,
                };
                let mesh = Mesh {
                    hops_left: 14,
                    link,
                };
                let mut buffer = [0; 32];
                let mut writer = Writer::new(&mut buffer);
                mesh.put(&mut writer).unwrap();
                assert_eq!(writer.length(), mesh.octets());
                assert_eq!(Mesh::read(&mut Reader::new(writer.written())), Some(mesh));
            }
        }
    }

    #[test]
    fn a_broadcast_is_new_once() {
        let mut broadcasts = Broadcasts::new();
        let from = LinkAddress::Short(1);
        assert!(broadcasts.is_new(from, 7, 0));
        assert!(!broadcasts.is_new(from, 7, 1));
        assert!(broadcasts.is_new(from, 8, 1));
        assert!(broadcasts.is_new(LinkAddress::Short(2), 7, 1));
        assert!(broadcasts.is_new(from, 7, MEMORY_US));
    }
}
