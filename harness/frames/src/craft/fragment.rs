//! A datagram cut into FRAG1 and FRAGN, RFC 4944 5.3.

use super::body::{self, Covered};
use super::envelope::Envelope;
use super::rest::Rest;
use super::{CraftError, FragmentSpec, FrameSpec};

/// Octets of a FRAG1 header.
const FRAG1_OCTETS: usize = 4;
/// Octets of a FRAGN header.
const FRAGN_OCTETS: usize = 5;
/// `11000`, then 11 bits of datagram_size.
const FRAG1: u16 = 0xc000;
/// `11100`, likewise.
const FRAGN: u16 = 0xe000;
/// What datagram_size can say: 11 bits.
pub(super) const LARGEST_DATAGRAM: usize = 0x07ff;
/// What datagram_offset counts in.
const UNIT: usize = 8;

/// The octets of the packet that a fragment stands for, and its header.
struct Fragment {
    start: usize,
    end: usize,
    datagram_size: u16,
    datagram_tag: u16,
    datagram_offset: u8,
    is_frag1: bool,
}

/// As few fragments as fit; the first covers `first` octets if told.
pub(super) fn automatic(
    spec: &FrameSpec,
    packet: &[u8],
    tag: u16,
    first: Option<u16>,
) -> Result<Vec<Vec<u8>>, CraftError> {
    let datagram_size = size_of(packet)?;
    let envelope = Envelope::of(spec);
    let fragment = |start: usize, end: usize| Fragment {
        start,
        end,
        datagram_size,
        datagram_tag: tag,
        datagram_offset: (start / UNIT) as u8,
        is_frag1: start == 0,
    };
    let mut at = match first {
        Some(first) => usize::from(first).min(packet.len()),
        None => longest_first(spec, packet, &envelope)?,
    };
    if at < packet.len() && at % UNIT != 0 {
        return Err(CraftError::Unaligned { start: at });
    }
    let room = envelope.room(FRAGN_OCTETS)?;
    if room < UNIT && at < packet.len() {
        return Err(envelope.no_room(FRAGN_OCTETS + UNIT));
    }
    let mut psdus = Vec::with_capacity(1 + packet.len().saturating_sub(at) / (room | 1) + 1);
    psdus.push(encode(spec, &envelope, packet, &fragment(0, at), 0)?);
    while at < packet.len() {
        let end = match packet.len() - at {
            left if left <= room => packet.len(),
            _ => at + room / UNIT * UNIT,
        };
        let number = psdus.len();
        psdus.push(encode(spec, &envelope, packet, &fragment(at, end), number)?);
        at = end;
    }
    Ok(psdus)
}

/// The fragments of a plan, in its order.
pub(super) fn planned(
    spec: &FrameSpec,
    packet: &[u8],
    plan: &[FragmentSpec],
) -> Result<Vec<Vec<u8>>, CraftError> {
    let envelope = Envelope::of(spec);
    let mut psdus = Vec::with_capacity(plan.len());
    for piece in plan {
        let (start, length) = (usize::from(piece.start), usize::from(piece.length));
        let fragment = Fragment {
            start,
            end: start + length,
            datagram_size: match piece.datagram_size {
                Some(lie) => lie,
                None => size_of(packet)?,
            },
            datagram_tag: piece.tag,
            datagram_offset: match piece.datagram_offset {
                Some(lie) => lie,
                None if start % UNIT != 0 => return Err(CraftError::Unaligned { start }),
                None => (start / UNIT) as u8,
            },
            is_frag1: (start == 0) != piece.other_dispatch,
        };
        let number = psdus.len();
        psdus.push(encode(spec, &envelope, packet, &fragment, number)?);
    }
    Ok(psdus)
}

fn size_of(packet: &[u8]) -> Result<u16, CraftError> {
    match packet.len() {
        octets @ 0..=LARGEST_DATAGRAM => Ok(octets as u16),
        octets => Err(CraftError::PacketTooLong { octets }),
    }
}

/// The octets a first fragment covers at most, in whole units.
fn longest_first(
    spec: &FrameSpec,
    packet: &[u8],
    envelope: &Envelope<'_>,
) -> Result<usize, CraftError> {
    let mut headers = Vec::with_capacity(crate::mac::MAX_PSDU_OCTETS);
    let Covered { octets, rest, .. } = body::append(&spec.body, packet, &mut headers)?;
    let room = envelope.room(FRAG1_OCTETS + headers.len())?;
    let longest = match rest {
        Rest::AsIs => packet.len().min(octets + room),
        // Bytecode does not say beforehand how long it gets.
        Rest::Ghc(..) => packet.len(),
    };
    let fits = |end: usize| {
        let mut bytecode = Vec::new();
        rest.append(&packet[octets..end], &mut bytecode);
        bytecode.len() <= room
    };
    (octets..=longest / UNIT * UNIT)
        .rev()
        .step_by(UNIT)
        .find(|&end| matches!(rest, Rest::AsIs) || fits(end))
        .ok_or(envelope.no_room(FRAG1_OCTETS + headers.len()))
}

fn encode(
    spec: &FrameSpec,
    envelope: &Envelope<'_>,
    packet: &[u8],
    fragment: &Fragment,
    number: usize,
) -> Result<Vec<u8>, CraftError> {
    let (start, end) = (fragment.start, fragment.end);
    let Some(octets) = packet.get(start..end) else {
        return Err(CraftError::BeyondPacket {
            start,
            end,
            packet: packet.len(),
        });
    };
    envelope.wrap(number, |psdu| {
        append_header(fragment, psdu);
        // Only what starts the datagram has a dispatch and compressed headers.
        if start > 0 {
            psdu.extend_from_slice(octets);
            return Ok(None);
        }
        let covered = body::append(&spec.body, packet, psdu)?;
        let rest = packet
            .get(covered.octets..end)
            .ok_or(CraftError::FirstFragmentTooShort {
                first: end,
                covered: covered.octets,
            })?;
        covered.rest.append(rest, psdu);
        Ok(covered.nhc_at)
    })
}

/// ```text
/// FRAG1  |1 1 0 0 0|datagram_size:11|datagram_tag:16|
/// FRAGN  |1 1 1 0 0|datagram_size:11|datagram_tag:16|datagram_offset:8|
/// ```
fn append_header(fragment: &Fragment, psdu: &mut Vec<u8>) {
    let dispatch = match fragment.is_frag1 {
        true => FRAG1,
        false => FRAGN,
    };
    let first = dispatch | fragment.datagram_size & LARGEST_DATAGRAM as u16;
    psdu.extend_from_slice(&first.to_be_bytes());
    psdu.extend_from_slice(&fragment.datagram_tag.to_be_bytes());
    if !fragment.is_frag1 {
        psdu.push(fragment.datagram_offset);
    }
}
