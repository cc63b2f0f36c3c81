//! A datagram cut into recoverable fragments, RFC 8931 5: unlike RFC 4944's they
//! cut the compressed form, and everything counts its octets.

use super::body::Compressed;
use super::envelope::Envelope;
use super::{CraftError, FrameSpec, RfragSpec};

/// Octets of an RFRAG header.
const HEADER_OCTETS: usize = 6;
/// `1110100`, then E.
const RFRAG: u8 = 0xe8;
/// `1110101`, then E.
const ACKNOWLEDGEMENT: u8 = 0xea;
/// Sequence has five bits.
const MOST_FRAGMENTS: usize = 32;
/// Fragment_Size has ten bits.
const LARGEST_FRAGMENT: u16 = 0x03ff;

/// An acknowledgement of recoverable fragments, RFC 8931 5.2: a whole body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RfragAcknowledgement {
    /// Datagram_Tag.
    pub tag: u8,
    /// Congestion was met on the way.
    pub e: bool,
    /// Sequence 0 is its most significant bit. All zeros abort the datagram, all ones end it.
    pub bitmap: u32,
}

impl RfragAcknowledgement {
    /// ```text
    /// |1 1 1 0 1 0 1|E| datagram_tag:8 | bitmap:32 |
    /// ```
    pub fn to_octets(self) -> Vec<u8> {
        let mut octets = vec![ACKNOWLEDGEMENT | u8::from(self.e), self.tag];
        octets.extend_from_slice(&self.bitmap.to_be_bytes());
        octets
    }
}

/// As few fragments as fit; the last one asks for an acknowledgement if told.
pub(super) fn automatic(
    spec: &FrameSpec,
    packet: &[u8],
    tag: u8,
    ack_request: bool,
) -> Result<Vec<Vec<u8>>, CraftError> {
    let compressed = Compressed::of(&spec.body, packet)?;
    let room = Envelope::of(spec).room(HEADER_OCTETS)?;
    let count = compressed.octets.len().div_ceil(room.max(1));
    if count > MOST_FRAGMENTS {
        return Err(CraftError::TooManyFragments { count });
    }
    let pieces: Vec<RfragSpec> = (0..count)
        .map(|sequence| {
            let start = sequence * room;
            let end = compressed.octets.len().min(start + room);
            RfragSpec {
                start: start as u16,
                length: (end - start) as u16,
                tag,
                sequence: sequence as u8,
                x: ack_request && sequence + 1 == count,
                ..RfragSpec::default()
            }
        })
        .collect();
    encode_all(spec, &compressed, &pieces)
}

/// The fragments of a plan, in its order.
pub(super) fn planned(
    spec: &FrameSpec,
    packet: &[u8],
    plan: &[RfragSpec],
) -> Result<Vec<Vec<u8>>, CraftError> {
    encode_all(spec, &Compressed::of(&spec.body, packet)?, plan)
}

fn encode_all(
    spec: &FrameSpec,
    compressed: &Compressed,
    pieces: &[RfragSpec],
) -> Result<Vec<Vec<u8>>, CraftError> {
    let envelope = Envelope::of(spec);
    let encode = |(number, piece): (usize, &RfragSpec)| {
        let (start, length) = (usize::from(piece.start), usize::from(piece.length));
        let octets =
            compressed
                .octets
                .get(start..start + length)
                .ok_or(CraftError::BeyondPacket {
                    start,
                    end: start + length,
                    packet: compressed.octets.len(),
                })?;
        envelope.wrap(number, |psdu| {
            append_header(piece, compressed.octets.len(), psdu);
            let nhc = compressed.nhc_at.and_then(|at| at.checked_sub(start));
            let nhc = nhc.filter(|at| *at < length).map(|at| psdu.len() + at);
            psdu.extend_from_slice(octets);
            Ok(nhc)
        })
    };
    pieces.iter().enumerate().map(encode).collect()
}

/// ```text
/// |1 1 1 0 1 0 0|E| datagram_tag:8 |X|sequence:5|fragment_size:10| fragment_offset:16 |
/// ```
/// Sequence 0 says the size of the whole compressed form in place of its offset.
fn append_header(piece: &RfragSpec, compressed_octets: usize, psdu: &mut Vec<u8>) {
    let size = piece.fragment_size.unwrap_or(piece.length) & LARGEST_FRAGMENT;
    let right_offset = match piece.sequence {
        0 => u16::try_from(compressed_octets).unwrap_or(u16::MAX),
        _ => piece.start,
    };
    let word = u16::from(piece.x) << 15 | u16::from(piece.sequence & 0x1f) << 10 | size;
    psdu.extend_from_slice(&[RFRAG | u8::from(piece.e), piece.tag]);
    psdu.extend_from_slice(&word.to_be_bytes());
    let offset = piece.fragment_offset.unwrap_or(right_offset);
    psdu.extend_from_slice(&offset.to_be_bytes());
}
