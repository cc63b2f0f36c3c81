//! The IPv6 header. RFC 8200 section 3.

use crate::ipv6::Address;

/// Octets of an IPv6 header.
pub(crate) const HEADER_OCTETS: usize = 40;
/// Where its next header field lies.
pub(crate) const NEXT_HEADER_AT: usize = 6;
/// Where its hop limit lies.
pub(crate) const HOP_LIMIT_AT: usize = 7;

/// What is read of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub payload_length: usize,
    pub next_header: u8,
    pub hop_limit: u8,
    pub source: Address,
    pub destination: Address,
}

impl Header {
    /// `None` if there are not 40 octets of version 6.
    pub fn parse(packet: &[u8]) -> Option<Self> {
        let header: &[u8; HEADER_OCTETS] = packet.first_chunk()?;
        let address = |at: usize| {
            let mut octets = [0; 16];
            octets.copy_from_slice(&header[at..at + 16]);
            Address(octets)
        };
        (header[0] >> 4 == 6).then(|| Header {
            payload_length: usize::from(u16::from_be_bytes([header[4], header[5]])),
            next_header: header[NEXT_HEADER_AT],
            hop_limit: header[7],
            source: address(8),
            destination: address(24),
        })
    }
}
