//! UDP, RFC 768 over RFC 8200 8.1.

use std::net::Ipv6Addr;

use super::{Checksum, Stated, checksum, protocol};

/// Octets of a UDP header.
pub(crate) const HEADER_OCTETS: usize = 8;
/// Where the checksum stands in it.
pub(crate) const CHECKSUM_FIELD: usize = 6;

/// A UDP datagram.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Udp {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// Octets of header and data.
    pub length: Stated<u16>,
    /// Checksum.
    pub checksum: Checksum,
    /// Data.
    pub data: Vec<u8>,
}

impl Udp {
    /// A datagram with nothing a lie.
    pub fn new(src_port: u16, dst_port: u16, data: impl Into<Vec<u8>>) -> Self {
        Udp {
            src_port,
            dst_port,
            data: data.into(),
            ..Udp::default()
        }
    }

    pub(super) fn append_to(&self, octets: &mut Vec<u8>, src: Ipv6Addr, dst: Ipv6Addr) {
        let start = octets.len();
        let right = u16::try_from(HEADER_OCTETS + self.data.len()).unwrap_or(0);
        octets.extend(self.src_port.to_be_bytes());
        octets.extend(self.dst_port.to_be_bytes());
        octets.extend(self.length.or(right).to_be_bytes());
        octets.extend([0, 0]);
        octets.extend_from_slice(&self.data);
        checksum::finish(
            &mut octets[start..],
            protocol::UDP,
            CHECKSUM_FIELD,
            self.checksum,
            src,
            dst,
        );
    }
}
