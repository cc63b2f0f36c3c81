//! UDP (RFC 768) and TCP (RFC 9293), and the checksums of all upper layers.

use super::super::ProblemKind;
use super::UpperLayer;
use super::found::Found;
use crate::field::FieldId;
use crate::packet::{tcp, udp, upper_layer_checksum};

impl Found<'_> {
    pub(super) fn udp(&mut self, upper: &UpperLayer) {
        let (at, present) = (upper.range.start, upper.range.len());
        self.number(FieldId::UdpSrcPort, at..at + 2);
        self.number(FieldId::UdpDstPort, at + 2..at + 4);
        let length = self.number(FieldId::UdpLength, at + 4..at + 6);
        // Where the length is a lie, the octets that are there count.
        let mut end = upper.range.end;
        match length.map(|length| length as usize) {
            Some(length) if (udp::HEADER_OCTETS..present).contains(&length) => end = at + length,
            _ => {}
        }
        let is_wrong = |length| length < udp::HEADER_OCTETS as u64 || length != present as u64;
        if upper.whole && length.is_some_and(is_wrong) {
            let place = at + 4..at + 6;
            self.problem(place, ProblemKind::WrongLength(FieldId::UdpLength));
        }
        let datagram = UpperLayer {
            range: at..end,
            ..*upper
        };
        self.checksum(&datagram, udp::CHECKSUM_FIELD, FieldId::UdpChecksum);
        self.octets(FieldId::UdpData, at + udp::HEADER_OCTETS..end);
    }

    pub(super) fn tcp(&mut self, upper: &UpperLayer) {
        let (at, end) = (upper.range.start, upper.range.end);
        self.number(FieldId::TcpSrcPort, at..at + 2);
        self.number(FieldId::TcpDstPort, at + 2..at + 4);
        self.number(FieldId::TcpSequenceNumber, at + 4..at + 8);
        self.number(FieldId::TcpAcknowledgmentNumber, at + 8..at + 12);
        self.masked(FieldId::TcpDataOffset, at + 12, 0xf0);
        self.number(FieldId::TcpFlags, at + 13..at + 14);
        self.number(FieldId::TcpWindow, at + 14..at + 16);
        self.checksum(upper, tcp::CHECKSUM_FIELD, FieldId::TcpChecksum);
        let fixed_part = self.number(FieldId::TcpUrgentPointer, at + 18..at + 20);
        if fixed_part.is_none() {
            return;
        }
        let data = at + usize::from(self.octets[at + 12] >> 4) * 4;
        if data < at + tcp::HEADER_OCTETS || upper.whole && data > end {
            let place = at + 12..at + 13;
            return self.problem(place, ProblemKind::WrongLength(FieldId::TcpDataOffset));
        }
        self.octets(FieldId::TcpOptions, at + tcp::HEADER_OCTETS..data);
        self.octets(FieldId::TcpData, data..end);
    }

    /// The checksum at `field` octets, and whether it is wrong, where that can be
    /// told. Over IPv6 UDP needs one, so that zero is wrong (RFC 8200 8.1).
    pub(super) fn checksum(&mut self, upper: &UpperLayer, field: usize, id: FieldId) {
        let place = upper.range.start + field..upper.range.start + field + 2;
        let Some(found) = self.number(id, place.clone()) else {
            return;
        };
        if !upper.whole {
            return;
        }
        let octets = &self.octets[upper.range.clone()];
        let right = upper_layer_checksum(upper.protocol, octets, field, upper.src, upper.dst);
        if found != u64::from(right) {
            self.problem(place, ProblemKind::WrongChecksum(id));
        }
    }
}
