//! What stands around the packet in every one of its frames: MAC header and
//! trailer, raw octets, mesh header, broadcast header; and the patches.

use super::{CraftError, FrameSpec, MeshSpec, PatchBase};
use crate::mac::{FCS_OCTETS, MAX_PSDU_OCTETS, MacAddress, encode::append_trailer};

/// LOWPAN_BC0, RFC 4944 11.1.
const BC0: u8 = 0x50;
/// Four bits of hops left, all ones: an octet with the hops follows. RFC 4944 5.2.
const DEEP_HOPS: u8 = 0x0f;
/// A patch cannot make a frame longer than this; no link of ours carries a quarter of it.
const LONGEST_PSDU: usize = 8192;

/// Makes frames around what one datagram needs.
pub(super) struct Envelope<'a> {
    spec: &'a FrameSpec,
    /// Octets before the fragment header or dispatch.
    octets: usize,
}

impl<'a> Envelope<'a> {
    pub(super) fn of(spec: &'a FrameSpec) -> Self {
        let octets = spec.mac.header_octets()
            + spec.leading.len()
            + spec.mesh.as_ref().map_or(0, MeshSpec::octets)
            + 2 * usize::from(spec.bc0.is_some());
        Envelope { spec, octets }
    }

    /// Octets left in a frame behind `headers` octets of further headers. The
    /// trailer's room is kept even where the trailer is left out.
    pub(super) fn room(&self, headers: usize) -> Result<usize, CraftError> {
        self.payload_octets()
            .checked_sub(self.octets + headers)
            .ok_or(self.no_room(headers))
    }

    pub(super) fn no_room(&self, headers: usize) -> CraftError {
        CraftError::NoRoom {
            needed: self.octets + headers,
            room: self.payload_octets(),
        }
    }

    /// Octets of a frame that are neither trailer nor the link's.
    fn payload_octets(&self) -> usize {
        (MAX_PSDU_OCTETS - FCS_OCTETS).saturating_sub(self.spec.reserved)
    }

    /// The PSDU of frame `number`, counted from 0, around what `content`
    /// appends; `content` tells where the first NHC octet stands.
    pub(super) fn wrap(
        &self,
        number: usize,
        content: impl FnOnce(&mut Vec<u8>) -> Result<Option<usize>, CraftError>,
    ) -> Result<Vec<u8>, CraftError> {
        let spec = self.spec;
        let mut psdu = Vec::with_capacity(MAX_PSDU_OCTETS + 1);
        spec.mac.append_header(&mut psdu);
        if let (Some(sequence_number), true) = (spec.mac.sequence_number, number > 0) {
            // It stands behind the two octets of frame control.
            psdu[2] = sequence_number.wrapping_add(number as u8);
        }
        let lowpan = psdu.len();
        psdu.extend_from_slice(&spec.leading);
        if let Some(mesh) = &spec.mesh {
            mesh.append(&mut psdu);
        }
        if let Some(sequence_number) = spec.bc0 {
            psdu.extend_from_slice(&[BC0, sequence_number.wrapping_add(number as u8)]);
        }
        let body = psdu.len();
        let nhc = content(&mut psdu)?;
        if number == 0 {
            self.patch(lowpan, body, nhc, &mut psdu)?;
        }
        append_trailer(spec.mac.fcs, &mut psdu);
        Ok(psdu)
    }

    fn patch(
        &self,
        lowpan: usize,
        body: usize,
        nhc: Option<usize>,
        psdu: &mut Vec<u8>,
    ) -> Result<(), CraftError> {
        for patch in &self.spec.patches {
            let base = match patch.from {
                PatchBase::Lowpan => lowpan,
                PatchBase::Body => body,
                PatchBase::Mac => 0,
                PatchBase::Nhc => nhc.ok_or(CraftError::NoNhc)?,
            };
            let start = base.saturating_add(patch.at);
            let end = start.saturating_add(patch.octets.len());
            if end > LONGEST_PSDU {
                return Err(CraftError::PatchTooFar {
                    end,
                    limit: LONGEST_PSDU,
                });
            }
            if psdu.len() < end {
                psdu.resize(end, 0);
            }
            psdu[start..end].copy_from_slice(&patch.octets);
        }
        if let Some(cut_to) = self.spec.cut_to {
            psdu.truncate(lowpan.saturating_add(cut_to));
        }
        Ok(())
    }
}

impl MeshSpec {
    /// Octets on air.
    pub fn octets(&self) -> usize {
        1 + usize::from(self.hops_left >= DEEP_HOPS)
            + self.originator.octets()
            + self.final_destination.octets()
    }

    /// ```text
    /// |1 0|V|F|HopsLft| [deep hops] originator, final
    /// ```
    /// V and F say that the address is short. Both travel most significant octet
    /// first, unlike those of the MAC header (RFC 4944 5.2, 12).
    fn append(&self, psdu: &mut Vec<u8>) {
        let is_short = |address| u8::from(matches!(address, MacAddress::Short(_)));
        let flags = 0x80 | is_short(self.originator) << 5 | is_short(self.final_destination) << 4;
        if self.hops_left >= DEEP_HOPS {
            psdu.extend_from_slice(&[flags | DEEP_HOPS, self.hops_left]);
        } else {
            psdu.push(flags | self.hops_left);
        }
        for address in [self.originator, self.final_destination] {
            match address {
                MacAddress::Absent => {}
                MacAddress::Short(short) => psdu.extend_from_slice(&short.to_be_bytes()),
                MacAddress::Extended(eui64) => psdu.extend_from_slice(&eui64),
            }
        }
    }
}
