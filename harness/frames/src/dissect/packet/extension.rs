//! Extension headers, RFC 8200 4.

use std::ops::Range;

use super::super::ProblemKind;
use super::found::Found;
use crate::field::FieldId;
use crate::packet::protocol;

impl Found<'_> {
    /// The extension header in `range`, eight octets or more.
    pub(super) fn extension(&mut self, protocol: u8, range: Range<usize>) {
        let at = range.start;
        self.start_layer(range.end);
        self.bits(FieldId::ExtensionHeaderType, at..at, protocol);
        self.number(FieldId::ExtensionNextHeader, at..at + 1);
        if protocol == protocol::FRAGMENT {
            let offset = u16::from_be_bytes([self.octets[at + 2], self.octets[at + 3]]) >> 3;
            self.bits(FieldId::FragmentOffset, at + 2..at + 4, offset);
            self.masked(FieldId::FragmentM, at + 3, 0x01);
            self.number(FieldId::FragmentIdentification, at + 4..at + 8);
            return;
        }
        self.number(FieldId::ExtensionLength, at + 1..at + 2);
        self.octets(FieldId::ExtensionOctets, at + 2..range.end);
        match protocol {
            protocol::ROUTING => {
                self.number(FieldId::RoutingType, at + 2..at + 3);
                self.number(FieldId::RoutingSegmentsLeft, at + 3..at + 4);
            }
            protocol::MOBILITY => {
                self.number(FieldId::MobilityType, at + 2..at + 3);
            }
            _ => self.options(at + 2..range.end),
        }
    }

    /// The options of a hop-by-hop or destination options header.
    fn options(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let option_type = self.number(FieldId::OptionType, at..at + 1);
            // Pad1 has no length octet.
            if option_type == Some(0) {
                at += 1;
                continue;
            }
            let end = match self.octets[at + 1..range.end].first() {
                Some(length) => at + 2 + usize::from(*length),
                None => range.end + 1,
            };
            if end > range.end {
                // It reaches beyond its header.
                let rest = at..range.end;
                return self.problem(rest, ProblemKind::WrongLength(FieldId::OptionLength));
            }
            self.number(FieldId::OptionLength, at + 1..at + 2);
            self.octets(FieldId::OptionData, at + 2..end);
            at = end;
        }
    }
}
