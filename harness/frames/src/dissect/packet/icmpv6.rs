//! ICMPv6: RFC 4443, RFC 4861 4, RFC 6775 4.4, RFC 8505 4.2.

use std::ops::Range;

use super::UpperLayer;
use super::found::Found;
use crate::field::FieldId;
use crate::packet::icmpv6::{CHECKSUM_FIELD, icmpv6_type};
use crate::packet::quote::QUOTE_AT;

impl Found<'_> {
    pub(super) fn icmpv6(&mut self, upper: &UpperLayer) {
        let at = upper.range.start;
        let message_type = self.number(FieldId::Icmpv6Type, at..at + 1);
        let code = self.number(FieldId::Icmpv6Code, at + 1..at + 2);
        self.checksum(upper, CHECKSUM_FIELD, FieldId::Icmpv6Checksum);
        if let (Some(message_type), Some(code)) = (message_type, code) {
            self.message(message_type as u8, code as u8, upper.range.clone());
        }
    }

    /// What follows the checksum.
    fn message(&mut self, message_type: u8, code: u8, range: Range<usize>) {
        let at = range.start;
        match message_type {
            icmpv6_type::DESTINATION_UNREACHABLE | icmpv6_type::TIME_EXCEEDED => {
                self.octets(FieldId::Icmpv6Quote, at + QUOTE_AT..range.end);
            }
            icmpv6_type::PACKET_TOO_BIG => {
                self.number(FieldId::Icmpv6Mtu, at + 4..at + 8);
                self.octets(FieldId::Icmpv6Quote, at + QUOTE_AT..range.end);
            }
            icmpv6_type::PARAMETER_PROBLEM => {
                self.number(FieldId::Icmpv6Pointer, at + 4..at + 8);
                self.octets(FieldId::Icmpv6Quote, at + QUOTE_AT..range.end);
            }
            icmpv6_type::ECHO_REQUEST | icmpv6_type::ECHO_REPLY => {
                self.number(FieldId::Icmpv6Identifier, at + 4..at + 6);
                self.number(FieldId::Icmpv6SequenceNumber, at + 6..at + 8);
                self.octets(FieldId::Icmpv6Data, at + 8..range.end);
            }
            icmpv6_type::ROUTER_SOLICITATION => self.nd_options(at + 8..range.end),
            icmpv6_type::ROUTER_ADVERTISEMENT => {
                self.number(FieldId::NdHopLimit, at + 4..at + 5);
                self.number(FieldId::NdFlags, at + 5..at + 6);
                self.masked(FieldId::NdManaged, at + 5, 0x80);
                self.masked(FieldId::NdOther, at + 5, 0x40);
                self.number(FieldId::NdRouterLifetime, at + 6..at + 8);
                self.number(FieldId::NdReachableTime, at + 8..at + 12);
                self.number(FieldId::NdRetransTimer, at + 12..at + 16);
                self.nd_options(at + 16..range.end);
            }
            icmpv6_type::NEIGHBOR_SOLICITATION => {
                self.address(FieldId::NdTarget, at + 8);
                self.nd_options(at + 24..range.end);
            }
            icmpv6_type::NEIGHBOR_ADVERTISEMENT => {
                self.number(FieldId::NdFlags, at + 4..at + 5);
                self.masked(FieldId::NdRouter, at + 4, 0x80);
                self.masked(FieldId::NdSolicited, at + 4, 0x40);
                self.masked(FieldId::NdOverride, at + 4, 0x20);
                self.address(FieldId::NdTarget, at + 8);
                self.nd_options(at + 24..range.end);
            }
            icmpv6_type::DUPLICATE_ADDRESS_REQUEST
            | icmpv6_type::DUPLICATE_ADDRESS_CONFIRMATION => {
                let address = at + 8 + rovr_octets(code);
                self.number(FieldId::NdDaStatus, at + 4..at + 5);
                self.number(FieldId::NdDaTid, at + 5..at + 6);
                self.number(FieldId::NdDaLifetime, at + 6..at + 8);
                self.rovr(FieldId::NdDaEui64, at + 8..address);
                self.address(FieldId::NdDaAddress, address);
                self.nd_options(address + 16..range.end);
            }
            _ => self.octets(FieldId::Icmpv6Body, at + 4..range.end),
        }
    }
}

/// RFC 8505 4.2: the lower half of the code counts 8-octet units of ROVR; 0 is
/// RFC 6775's message, with an EUI-64 there.
fn rovr_octets(code: u8) -> usize {
    match code & 0x0f {
        0 => 8,
        suffix => usize::from(suffix) * 8,
    }
}
