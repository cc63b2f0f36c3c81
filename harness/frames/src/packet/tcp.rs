//! TCP, RFC 9293 3.1: enough to knock on a port and see the answer.

use std::net::Ipv6Addr;

use super::{Checksum, Stated, checksum, protocol};

/// Octets of a TCP header without options.
pub(crate) const HEADER_OCTETS: usize = 20;
/// Where the checksum stands in it.
pub(crate) const CHECKSUM_FIELD: usize = 16;

/// A TCP segment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tcp {
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// Sequence number.
    pub sequence: u32,
    /// Acknowledgement number.
    pub acknowledgement: u32,
    /// Header length in 4-octet units, four bits.
    pub data_offset: Stated<u8>,
    /// Control bits.
    pub flags: TcpFlags,
    /// Receive window in octets.
    pub window: u16,
    /// Checksum.
    pub checksum: Checksum,
    /// Urgent pointer.
    pub urgent: u16,
    /// Options; zeros (end of option list) fill 4 octets.
    pub options: Vec<u8>,
    /// Data.
    pub data: Vec<u8>,
}

/// The eight control bits of TCP, from the lowest: FIN, SYN, RST, PSH, ACK,
/// URG, ECE, CWR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TcpFlags(pub u8);

impl TcpFlags {
    /// No more data from the sender.
    pub const FIN: TcpFlags = TcpFlags(0x01);
    /// Opens a connection.
    pub const SYN: TcpFlags = TcpFlags(0x02);
    /// Refuses or breaks a connection.
    pub const RST: TcpFlags = TcpFlags(0x04);
    /// The acknowledgement number counts.
    pub const ACK: TcpFlags = TcpFlags(0x10);
}

impl Tcp {
    /// A SYN: what an open port answers with SYN ACK, and a closed one with RST ACK.
    pub fn syn(src_port: u16, dst_port: u16, sequence: u32) -> Self {
        Tcp {
            src_port,
            dst_port,
            sequence,
            flags: TcpFlags::SYN,
            window: 1024,
            ..Tcp::default()
        }
    }

    pub(super) fn append_to(&self, octets: &mut Vec<u8>, src: Ipv6Addr, dst: Ipv6Addr) {
        let start = octets.len();
        let header = HEADER_OCTETS + self.options.len().next_multiple_of(4);
        octets.extend(self.src_port.to_be_bytes());
        octets.extend(self.dst_port.to_be_bytes());
        octets.extend(self.sequence.to_be_bytes());
        octets.extend(self.acknowledgement.to_be_bytes());
        octets.push(self.data_offset.or((header / 4) as u8) << 4);
        octets.push(self.flags.0);
        octets.extend(self.window.to_be_bytes());
        octets.extend([0, 0]);
        octets.extend(self.urgent.to_be_bytes());
        octets.extend_from_slice(&self.options);
        octets.resize(start + header, 0);
        octets.extend_from_slice(&self.data);
        checksum::finish(
            &mut octets[start..],
            protocol::TCP,
            CHECKSUM_FIELD,
            self.checksum,
            src,
            dst,
        );
    }
}
