//! IEEE 802.15.4 data frames: what RFC 4944 section 2 and 3 need of them.

use crate::reader::Reader;
use crate::writer::{Full, Writer};

/// aMaxPhyPacketSize in octets, FCS included. IEEE 802.15.4.
pub const LARGEST_PSDU: usize = 127;
/// Octets of the frame check sequence.
pub(crate) const FCS_OCTETS: usize = 2;
/// The broadcast PAN id, heard by everyone. IEEE 802.15.4.
const BROADCAST_PAN: u16 = 0xffff;

/// A MAC address, most significant octet first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAddress {
    /// 16 bits.
    Short(u16),
    /// An EUI-64.
    Extended([u8; 8]),
}

impl LinkAddress {
    /// Every node of the PAN.
    pub const BROADCAST: LinkAddress = LinkAddress::Short(0xffff);

    /// Whether more than one node may hear it: broadcast, or the 16-bit
    /// multicast range of RFC 4944 section 9 and 12.
    pub(crate) fn is_group(self) -> bool {
        matches!(self, LinkAddress::Short(0xffff | 0x8000..=0x9fff))
    }

    /// Octets on air.
    pub(crate) fn octets(self) -> usize {
        match self {
            LinkAddress::Short(_) => 2,
            LinkAddress::Extended(_) => 8,
        }
    }

    /// The interface identifier that IPHC derives. RFC 6282 3.2.2.
    pub(crate) fn iid(self) -> [u8; 8] {
        match self {
            LinkAddress::Short(short) => {
                let [high, low] = short.to_be_bytes();
                if seeded!(ShortIidHoldsPan) {
                    return [0xab, 0xcd, 0, 0xff, 0xfe, 0, high, low];
                }
                [0, 0, 0, 0xff, 0xfe, 0, high, low]
            }
            LinkAddress::Extended(mut eui64) => {
                if !seeded!(IidNotFlipped) {
                    eui64[0] ^= 0x02;
                }
                eui64
            }
        }
    }

    /// The address from which [`Self::iid`] would give `iid`. RFC 6775 5.6.
    pub(crate) fn from_iid(mut iid: [u8; 8]) -> Self {
        if let [0, 0, 0, 0xff, 0xfe, 0, high, low] = iid {
            return LinkAddress::Short(u16::from_be_bytes([high, low]));
        }
        iid[0] ^= 0x02;
        LinkAddress::Extended(iid)
    }

    fn mode(self) -> u16 {
        match self {
            LinkAddress::Short(_) => 2,
            LinkAddress::Extended(_) => 3,
        }
    }

    /// Addresses travel least significant octet first.
    fn put(self, writer: &mut Writer<'_>) -> Result<(), Full> {
        match self {
            LinkAddress::Short(short) => writer.put(&short.to_le_bytes()),
            LinkAddress::Extended(mut eui64) => {
                eui64.reverse();
                writer.put(&eui64)
            }
        }
    }

    fn read(mode: u16, reader: &mut Reader<'_>) -> Option<Self> {
        match mode {
            2 => reader.array().map(u16::from_le_bytes).map(Self::Short),
            3 => reader.array().map(|mut eui64: [u8; 8]| {
                eui64.reverse();
                Self::Extended(eui64)
            }),
            // RFC 4944 section 2 wants both addresses in every frame.
            _ => None,
        }
    }
}

/// Where a LoWPAN frame comes from and goes to: the MAC header's addresses or
/// those of a mesh header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    pub source: LinkAddress,
    pub destination: LinkAddress,
}

/// A data frame as heard.
pub(crate) struct Frame<'a> {
    pub pan: u16,
    pub link: Link,
    pub payload: &'a [u8],
}

const TYPE_DATA: u16 = 1;
const SECURED: u16 = 1 << 3;
const ACK_REQUEST: u16 = 1 << 5;
const PAN_COMPRESSED: u16 = 1 << 6;
const NO_SEQUENCE_NUMBER: u16 = 1 << 8;
const HAS_ELEMENTS: u16 = 1 << 9;

impl<'a> Frame<'a> {
    /// Reads a PSDU. What is no unsecured data frame with two addresses and a
    /// right FCS is nothing to a LoWPAN.
    pub fn parse(psdu: &'a [u8]) -> Option<Self> {
        let (octets, fcs) = psdu.split_last_chunk::<FCS_OCTETS>()?;
        if psdu.len() > LARGEST_PSDU || fcs_of(octets) != u16::from_le_bytes(*fcs) {
            return None;
        }
        let mut reader = Reader::new(octets);
        let control = reader.array().map(u16::from_le_bytes)?;
        let version = control >> 12 & 3;
        if control & 7 != TYPE_DATA || control & SECURED != 0 || version == 3 {
            return None;
        }
        // Both bits are reserved before IEEE 802.15.4-2015. Information
        // elements are for nobody here.
        let newest = version == 2;
        if newest && control & HAS_ELEMENTS != 0 {
            return None;
        }
        if !(newest && control & NO_SEQUENCE_NUMBER != 0) {
            reader.u8()?;
        }
        let (destination_mode, source_mode) = (control >> 10 & 3, control >> 14 & 3);
        let compressed = control & PAN_COMPRESSED != 0;
        // IEEE 802.15.4-2015 table 7-2: between two extended addresses the
        // bit takes away the one PAN id there is.
        let both_extended = newest && destination_mode == 3 && source_mode == 3;
        let pan = if both_extended && compressed {
            BROADCAST_PAN
        } else {
            reader.array().map(u16::from_le_bytes)?
        };
        let destination = LinkAddress::read(destination_mode, &mut reader)?;
        if !compressed && !both_extended {
            reader.take(2)?;
        }
        let source = LinkAddress::read(source_mode, &mut reader)?;
        // Neither a group nor 0xfffe, "no short address", can send.
        if source.is_group() || source == LinkAddress::Short(0xfffe) {
            return None;
        }
        let link = Link {
            source,
            destination,
        };
        let payload = reader.rest();
        Some(Frame { pan, link, payload })
    }

    /// Whether this frame is for the PAN `pan`.
    pub fn is_for_pan(&self, pan: u16) -> bool {
        self.pan == pan || self.pan == BROADCAST_PAN
    }
}

/// Octets of the MAC header that [`put_header`] writes.
pub(crate) fn header_octets(link: Link) -> usize {
    5 + link.destination.octets() + link.source.octets()
}

/// Writes the header of a data frame within one PAN.
pub(crate) fn put_header(
    writer: &mut Writer<'_>,
    sequence_number: u8,
    pan: u16,
    link: Link,
) -> Result<(), Full> {
    let mut control = TYPE_DATA | PAN_COMPRESSED;
    control |= link.destination.mode() << 10 | link.source.mode() << 14;
    // RFC 4944 section 3 recommends acknowledgements; a broadcast has none.
    if !link.destination.is_group() {
        control |= ACK_REQUEST;
    }
    writer.put(&control.to_le_bytes())?;
    writer.put(&[sequence_number])?;
    writer.put(&pan.to_le_bytes())?;
    link.destination.put(writer)?;
    link.source.put(writer)
}

/// Closes a PSDU with its FCS.
pub(crate) fn put_fcs(writer: &mut Writer<'_>) -> Result<(), Full> {
    let fcs = fcs_of(writer.written());
    writer.put(&fcs.to_le_bytes())
}

/// The ITU-T CRC-16 of IEEE 802.15.4 7.2.10, bits reflected.
fn fcs_of(octets: &[u8]) -> u16 {
    octets.iter().fold(0, |crc, octet| {
        crc >> 8 ^ FCS_TABLE[usize::from(crc as u8 ^ octet)]
    })
}

const FCS_TABLE: [u16; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0x8408
            } else {
                crc >> 1
            };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    const EUI64: LinkAddress = LinkAddress::Extended([0, 0x12, 0x4b, 0, 0, 0, 0, 1]);

    #[test]
    fn fcs_is_the_itu_crc() {
        // The check value that catalogues of CRCs give for KERMIT.
        assert_eq!(fcs_of(b"123456789"), 0x2189);
    }

    #[test]
    fn what_is_written_is_read() {
        for (destination, source) in [
            (EUI64, LinkAddress::Short(0x0102)),
            (LinkAddress::BROADCAST, EUI64),
            (LinkAddress::Short(3), LinkAddress::Short(4)),
        ] {
            let link = Link {
                source,
                destination,
            };
            let mut buffer = [0; LARGEST_PSDU];
            let mut writer = Writer::new(&mut buffer);
            put_header(&mut writer, 7, 0xabcd, link).unwrap();
            assert_eq!(writer.length(), header_octets(link));
            writer.put(&[0x41]).unwrap();
            put_fcs(&mut writer).unwrap();
            let frame = Frame::parse(writer.written()).unwrap();
            assert_eq!(frame.link, link);
            assert_eq!(frame.payload, [0x41]);
            assert!(frame.is_for_pan(0xabcd) && !frame.is_for_pan(0xabce));
        }
    }

    #[test]
    fn iid_maps_back() {
        for address in [EUI64, LinkAddress::Short(0x1234)] {
            assert_eq!(LinkAddress::from_iid(address.iid()), address);
        }
        assert_eq!(EUI64.iid(), [0x02, 0x12, 0x4b, 0, 0, 0, 0, 1]);
    }
}
