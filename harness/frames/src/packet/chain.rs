//! Walks an IPv6 packet's headers, RFC 8200 4.

use std::net::Ipv6Addr;
use std::ops::Range;

use thiserror::Error;

use super::{IPV6_HEADER_OCTETS, extension, protocol};

/// One header behind the IPv6 header, or the payload at the end of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The protocol number that announced it.
    pub protocol: u8,
    /// Where it stands in the packet; a payload reaches to the packet's end.
    pub range: Range<usize>,
    /// Whether it ends the chain: an upper layer, a tunnelled packet, anything unknown.
    pub last: bool,
    /// Whether it is a piece of a fragmented packet (RFC 8200 4.5): then its
    /// checksum cannot be judged, and behind the first piece it starts with no header.
    pub piece: Piece,
}

/// Which part of an original packet a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Piece {
    /// All of it.
    #[default]
    Whole,
    /// Its beginning; more fragments follow.
    First,
    /// Something behind its beginning.
    Later,
}

/// Why a chain breaks off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChainError {
    /// Less than an IPv6 header.
    #[error("{0} octets are no IPv6 header (40 octets)")]
    ShortHeader(usize),
    /// An extension header longer than the packet.
    #[error("extension header {protocol} at octet {start} needs {needed} octets, {left} are left")]
    Truncated {
        /// Its protocol number.
        protocol: u8,
        /// Where it starts.
        start: usize,
        /// Octets it claims.
        needed: usize,
        /// Octets left.
        left: usize,
    },
}

/// The headers of a packet, first to last; ends behind the first error.
#[derive(Debug, Clone)]
pub struct HeaderChain<'a> {
    octets: &'a [u8],
    at: usize,
    protocol: u8,
    done: bool,
    piece: Piece,
    destination: Ipv6Addr,
}

impl<'a> HeaderChain<'a> {
    /// The chain of the packet in `octets`. Octets beyond its payload length are left out.
    pub fn new(octets: &'a [u8]) -> Result<Self, ChainError> {
        let header = octets
            .first_chunk::<IPV6_HEADER_OCTETS>()
            .ok_or(ChainError::ShortHeader(octets.len()))?;
        let stated = IPV6_HEADER_OCTETS + usize::from(u16::from_be_bytes([header[4], header[5]]));
        let mut destination = [0; 16];
        destination.copy_from_slice(&header[24..]);
        Ok(HeaderChain {
            octets: &octets[..stated.min(octets.len())],
            at: IPV6_HEADER_OCTETS,
            protocol: header[6],
            done: false,
            piece: Piece::Whole,
            destination: destination.into(),
        })
    }

    /// The destination of a pseudo-header behind the headers walked so far:
    /// with a routing header that has segments left, the last address in it.
    pub fn destination(&self) -> Ipv6Addr {
        self.destination
    }

    /// Walks to the payload. None where the chain breaks off before it.
    pub fn payload(&mut self) -> Option<Header> {
        self.filter_map(Result::ok).find(|header| header.last)
    }

    /// Length of the extension header at the start of `rest`, in octets.
    fn length(&self, rest: &[u8]) -> usize {
        match (self.protocol, rest.get(1)) {
            (protocol::FRAGMENT, _) | (_, None) => 8,
            (_, Some(hdr_ext_len)) => (usize::from(*hdr_ext_len) + 1) * 8,
        }
    }
}

/// Whether a protocol number announces an extension header this chain walks through.
pub(crate) fn is_extension(protocol: u8) -> bool {
    matches!(
        protocol,
        protocol::HOP_BY_HOP
            | protocol::ROUTING
            | protocol::FRAGMENT
            | protocol::DESTINATION_OPTIONS
            | protocol::MOBILITY
    )
}

impl Iterator for HeaderChain<'_> {
    type Item = Result<Header, ChainError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let (start, protocol) = (self.at, self.protocol);
        if self.piece == Piece::Later || !is_extension(protocol) {
            self.done = true;
            return Some(Ok(Header {
                protocol,
                range: start..self.octets.len(),
                last: true,
                piece: self.piece,
            }));
        }
        let rest = &self.octets[start..];
        let needed = self.length(rest);
        let Some(header) = rest.get(..needed) else {
            self.done = true;
            return Some(Err(ChainError::Truncated {
                protocol,
                start,
                needed,
                left: rest.len(),
            }));
        };
        match protocol {
            protocol::FRAGMENT => {
                let offset_and_flags = u16::from_be_bytes([header[2], header[3]]);
                self.piece = match (offset_and_flags >> 3, offset_and_flags & 1) {
                    (0, 0) => self.piece,
                    (0, _) => Piece::First,
                    _ => Piece::Later,
                };
            }
            protocol::ROUTING => {
                self.destination = extension::final_destination(header[2], header[3], &header[4..])
                    .unwrap_or(self.destination);
            }
            _ => {}
        }
        self.protocol = header[0];
        self.at = start + needed;
        Some(Ok(Header {
            protocol,
            range: start..self.at,
            last: false,
            piece: self.piece,
        }))
    }
}
