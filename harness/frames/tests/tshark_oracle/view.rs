//! What this crate reads in a frame, and in the datagram that it completes.

use std::collections::HashSet;

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, Dissection, FcsMode, dissect, dissect_packet};
use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::packet::quoted_packet;
use sixlo_frames::reassembly::Reassembler;
use sixlo_frames::security::Keys;

/// A frame, dissected.
pub struct Frame {
    /// The specimen it belongs to.
    pub name: String,
    /// The frame, or the packet where there is none.
    pub octets: Vec<u8>,
    /// The frame's own headers.
    pub headers: Dissection,
    /// The datagram, where this frame completes it.
    pub packet: Option<Dissection>,
    /// The packet that one quotes.
    pub quote: Option<Dissection>,
    /// Whether the datagram came without its UDP checksum.
    pub checksum_elided: bool,
}

/// Dissects frames in the order they were sent.
pub fn frames(
    psdus: &[(String, Vec<u8>)],
    contexts: &ContextTable,
    keys: Option<&Keys>,
) -> Vec<Frame> {
    let options = DissectOptions {
        contexts,
        fcs: FcsMode::Present,
        keys,
    };
    let mut reassembler = Reassembler::default();
    // datagram_tags of first fragments with C=1; no two datagrams have the same one.
    let mut elided = HashSet::new();
    let frame = |(number, (name, psdu)): (usize, &(String, Vec<u8>))| {
        let headers = dissect(psdu, &options);
        let tag = headers.fragment.map(|fragment| fragment.datagram_tag);
        if headers.all(FieldId::NhcUdpC).any(|c| *c == Value::Uint(1)) {
            elided.insert(tag);
        } else {
            elided.remove(&None);
        }
        let datagram = reassembler.hear(number as u64 * 1000, &headers);
        let quote = datagram
            .as_ref()
            .and_then(|d| quoted_packet(&d.packet).map(dissect_packet));
        Frame {
            name: name.clone(),
            octets: psdu.clone(),
            headers,
            packet: datagram.map(|datagram| dissect_packet(&datagram.packet)),
            quote,
            checksum_elided: elided.contains(&tag),
        }
    };
    psdus.iter().enumerate().map(frame).collect()
}

/// Dissects packets that no frame carries.
pub fn packets(packets: &[(String, Vec<u8>)]) -> Vec<Frame> {
    let frame = |(name, octets): &(String, Vec<u8>)| Frame {
        name: name.clone(),
        octets: octets.clone(),
        headers: Dissection::default(),
        packet: Some(dissect_packet(octets)),
        quote: quoted_packet(octets).map(dissect_packet),
        checksum_elided: false,
    };
    packets.iter().map(frame).collect()
}

impl Frame {
    /// Values of a field of the frame's own headers.
    pub fn header(&self, id: FieldId) -> Vec<Value> {
        self.headers.all(id).cloned().collect()
    }

    /// Values of a field of the datagram, then of the packet it quotes.
    pub fn packet(&self, id: FieldId) -> Vec<Value> {
        [&self.packet, &self.quote]
            .into_iter()
            .flatten()
            .flat_map(|dissection| dissection.all(id).cloned())
            .collect()
    }
}
