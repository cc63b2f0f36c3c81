//! What a backreference can copy before anything was output, RFC 7400 2.

use std::net::Ipv6Addr;

/// RFC 7400 figure 1: pieces of DTLS headers.
const STATIC_PART: [u8; 16] = [
    0x16, 0xfe, 0xfd, 0x17, 0xfe, 0xfd, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00,
];

/// The 48 octets before the output: source and destination of the packet being
/// restored (in a tunnel those of the inner header), then the static part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dictionary([u8; Dictionary::LENGTH]);

impl Dictionary {
    /// Octets in a dictionary.
    pub const LENGTH: usize = 48;

    /// The dictionary of a packet with these restored addresses.
    pub fn new(src: Ipv6Addr, dst: Ipv6Addr) -> Self {
        let mut octets = [0; Self::LENGTH];
        octets[..16].copy_from_slice(&src.octets());
        octets[16..32].copy_from_slice(&dst.octets());
        octets[32..].copy_from_slice(&STATIC_PART);
        Dictionary(octets)
    }

    /// The octets, farthest from the output first.
    pub fn octets(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}
