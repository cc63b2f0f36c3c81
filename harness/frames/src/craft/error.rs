//! Why a frame cannot be made as told.

use thiserror::Error;

/// What the specification asks for and the packet cannot give. A wrong value is
/// no error: one may lie about anything that has octets to lie with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum CraftError {
    /// IPHC needs a header to compress.
    #[error(
        "packet has {octets} octets, IPHC needs an IPv6 header of 40: use dispatch raw or none"
    )]
    NoIpv6Header {
        /// Octets from where the header should start.
        octets: usize,
    },
    /// An NHC step finds fewer octets than its header has.
    #[error(
        "packet ends inside the {header} header at octet {at}: {needed} octets needed, {left} left"
    )]
    HeaderCutOff {
        /// Which.
        header: &'static str,
        /// Where it starts in the packet.
        at: usize,
        /// Its octets.
        needed: usize,
        /// Octets there.
        left: usize,
    },
    /// An NHC extension step where the packet has no such header.
    #[error(
        "next header {protocol} at octet {at} is no extension header that NHC encodes: allowed are 0, 43, 44, 60 and (not in GHC) 135"
    )]
    NoExtension {
        /// The protocol number that announces it.
        protocol: u8,
        /// Where it starts in the packet.
        at: usize,
    },
    /// RFC 6282 4.2: no more than 255 octets behind the length octet.
    #[error(
        "extension header at octet {at} keeps {octets} octets in NHC, at most 255 fit its length"
    )]
    ExtensionTooLong {
        /// Where it starts in the packet.
        at: usize,
        /// Octets behind the length octet.
        octets: usize,
    },
    /// RFC 6282 2: what is compressed must lie in the first fragment.
    #[error(
        "first fragment covers {first} octets, its compressed headers stand for {covered}: cover more, or compress less"
    )]
    FirstFragmentTooShort {
        /// Octets it should cover.
        first: usize,
        /// Octets that its compressed headers stand for.
        covered: usize,
    },
    /// MAC header, mesh header and compressed headers fill the frame.
    #[error("headers need {needed} octets, a frame has {room}")]
    NoRoom {
        /// Octets of all headers.
        needed: usize,
        /// Octets of a PSDU without trailer.
        room: usize,
    },
    /// datagram_offset counts 8 octets.
    #[error(
        "fragment starts at octet {start}, which is no multiple of 8: state its datagram_offset"
    )]
    Unaligned {
        /// Its first octet.
        start: usize,
    },
    /// A fragment of octets that are not there.
    #[error("fragment covers octets {start} to {end}, the packet has {packet}")]
    BeyondPacket {
        /// Its first octet.
        start: usize,
        /// One behind its last octet.
        end: usize,
        /// Octets of the packet.
        packet: usize,
    },
    /// Sequence of RFC 8931 has five bits.
    #[error("datagram needs {count} recoverable fragments, sequence counts at most 32")]
    TooManyFragments {
        /// Fragments needed.
        count: usize,
    },
    /// datagram_size has 11 bits.
    #[error("packet has {octets} octets, datagram_size holds at most 2047")]
    PacketTooLong {
        /// Octets of the packet.
        octets: usize,
    },
    /// There is no datagram to cut.
    #[error("a raw body cannot be fragmented: write the fragment header into it")]
    RawFragmented,
    /// A patch counts from an NHC octet that is not there.
    #[error("patch counts from the first NHC octet, but nothing is compressed with NHC")]
    NoNhc,
    /// A patch that would make a frame no link could hold.
    #[error("patch reaches octet {end}, at most {limit} are possible")]
    PatchTooFar {
        /// One behind its last octet.
        end: usize,
        /// The limit.
        limit: usize,
    },
}
