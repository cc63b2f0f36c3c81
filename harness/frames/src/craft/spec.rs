//! How a packet goes on air. What a mode takes in line comes from the packet,
//! even where the result does not restore it: craft lies when told to.

use crate::mac::{MacAddress, MacFrame};

/// Everything around and inside one datagram's frames.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FrameSpec {
    /// The MAC header; its payload is ignored. Further fragments count its sequence number up.
    pub mac: MacFrame,
    /// Raw octets before the first LoWPAN header: paging, ESC.
    pub leading: Vec<u8>,
    /// Mesh header, RFC 4944 5.2.
    pub mesh: Option<MeshSpec>,
    /// LOWPAN_BC0's sequence number, RFC 4944 11.1.
    pub bc0: Option<u8>,
    /// Octets of each frame to leave free for the link's security.
    pub reserved: usize,
    /// How the datagram is cut.
    pub fragmentation: Fragmentation,
    /// What carries the packet.
    pub body: Body,
    /// Octets to overwrite at the end, in the first frame; the FCS is computed after it.
    pub patches: Vec<Patch>,
    /// Keep only so many octets of the first frame's LoWPAN part.
    pub cut_to: Option<usize>,
}

/// A mesh header, RFC 4944 5.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeshSpec {
    /// Hops left; 15 and more use the deep hops octet.
    pub hops_left: u8,
    /// Originator address.
    pub originator: MacAddress,
    /// Final destination address.
    pub final_destination: MacAddress,
}

/// The dispatch behind mesh, broadcast and fragment headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// 0x41 and the packet as it is.
    Ipv6,
    /// IPHC.
    Iphc(IphcSpec),
    /// These octets and no packet.
    Raw(Vec<u8>),
    /// The packet with no dispatch at all.
    Bare,
}

impl Default for Body {
    fn default() -> Self {
        Body::Iphc(IphcSpec::default())
    }
}

/// An IPHC header, RFC 6282 3.1.1; every bit pattern can be said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IphcSpec {
    /// TF, two bits.
    pub tf: u8,
    /// HLIM, two bits.
    pub hlim: u8,
    /// The CID octet; absent means CID=0.
    pub cid: Option<u8>,
    /// SAC.
    pub sac: bool,
    /// SAM, two bits.
    pub sam: u8,
    /// M.
    pub m: bool,
    /// DAC.
    pub dac: bool,
    /// DAM, two bits.
    pub dam: u8,
    /// Pad bits of TF=00 and TF=01 are ones.
    pub pad_ones: bool,
    /// The headers behind it that are compressed; empty means NH=0.
    pub nhc: Vec<NhcSpec>,
}

/// How the next header of the packet is compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NhcSpec {
    /// An extension header, RFC 6282 4.2. Trailing padding is left out if told.
    Extension {
        /// Leave out one trailing Pad1, or PadN of up to 7 octets.
        elide_padding: bool,
    },
    /// 0xEE and an IPHC header, RFC 6282 4.2; its own `nhc` compresses what follows.
    Ipv6(Box<IphcSpec>),
    /// UDP, RFC 6282 4.3.3.
    Udp {
        /// P, two bits.
        p: u8,
        /// C.
        elide_checksum: bool,
    },
    /// UDP whose payload is GHC bytecode, RFC 7400 3.1.
    GhcUdp {
        /// P, two bits.
        p: u8,
        /// C.
        elide_checksum: bool,
        /// How the payload is coded.
        code: GhcCode,
    },
    /// An ICMPv6 message as GHC bytecode, RFC 7400 3.1.
    GhcIcmpv6(GhcCode),
    /// An extension header as GHC bytecode, RFC 7400 3.2.
    GhcExtension(GhcCode),
    /// These octets in place of the NHC octet, then the packet's octets as they are.
    Raw(Vec<u8>),
}

/// How octets become GHC bytecode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GhcCode {
    /// Literals only.
    Literals,
    /// Literals and runs of zeros.
    Zeros,
    /// The shortest the encoder finds.
    #[default]
    Best,
}

/// How a datagram is cut into frames.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fragmentation {
    /// One frame, however long.
    #[default]
    None,
    /// As few fragments as fit, each but the last a multiple of 8 octets; one
    /// frame without a fragment header where that is enough and `first` is not told.
    Auto {
        /// datagram_tag.
        tag: u16,
        /// Octets of the uncompressed datagram that FRAG1 covers, if told.
        first: Option<u16>,
    },
    /// These fragments, in this order.
    Plan(Vec<FragmentSpec>),
    /// As few recoverable fragments as fit, RFC 8931.
    Recoverable {
        /// Datagram_Tag.
        tag: u8,
        /// The last one asks for an acknowledgement.
        ack_request: bool,
    },
    /// These recoverable fragments, in this order.
    RecoverablePlan(Vec<RfragSpec>),
}

/// One fragment, with room for lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FragmentSpec {
    /// Its first octet in the uncompressed datagram; 0 makes it FRAG1.
    pub start: u16,
    /// Octets of the uncompressed datagram that it covers.
    pub length: u16,
    /// datagram_tag.
    pub tag: u16,
    /// datagram_size in place of the right one.
    pub datagram_size: Option<u16>,
    /// datagram_offset, in units of 8 octets, in place of the right one.
    pub datagram_offset: Option<u8>,
    /// FRAGN even at offset 0, or FRAG1 even elsewhere.
    pub other_dispatch: bool,
}

/// One recoverable fragment, RFC 8931 5.1, with room for lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RfragSpec {
    /// Its first octet in the compressed form.
    pub start: u16,
    /// Octets of the compressed form that it holds.
    pub length: u16,
    /// Datagram_Tag.
    pub tag: u8,
    /// Sequence, five bits; 0 is the first.
    pub sequence: u8,
    /// Congestion was met on the way.
    pub e: bool,
    /// An acknowledgement is asked for.
    pub x: bool,
    /// Fragment_Size in place of the right one.
    pub fragment_size: Option<u16>,
    /// Fragment_Offset in place of the right one, which in sequence 0 is the
    /// size of the whole compressed form; 0 aborts the datagram.
    pub fragment_offset: Option<u16>,
}

/// Octets to overwrite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// From where `at` counts.
    pub from: PatchBase,
    /// Offset in octets.
    pub at: usize,
    /// What is written there; beyond the end the frame grows.
    pub octets: Vec<u8>,
}

/// From where a patch counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PatchBase {
    /// The first octet of the LoWPAN part.
    #[default]
    Lowpan,
    /// The first octet behind paging, mesh and broadcast headers: fragment header or dispatch.
    Body,
    /// The first octet of the MAC header.
    Mac,
    /// The first NHC octet.
    Nhc,
}
