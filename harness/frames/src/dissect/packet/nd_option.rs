//! Neighbour discovery options.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::super::ProblemKind;
use super::found::Found;
use crate::field::{FieldId, Value};
use crate::mac::MacAddress;
use crate::packet::nd_option::nd_option_type;
use crate::packet::{NdOptionError, NdOptions};

impl Found<'_> {
    /// The options in `range`, up to the first octets that are none.
    pub(super) fn nd_options(&mut self, range: Range<usize>) {
        let Some(options) = self.octets.get(range.clone()) else {
            return;
        };
        for option in NdOptions::new(options) {
            match option {
                Ok(option) => {
                    let at = range.start + option.start;
                    self.nd_option(option.option_type, at..at + option.octets.len());
                }
                Err(
                    NdOptionError::ZeroLength { start, .. }
                    | NdOptionError::Truncated { start, .. },
                ) => self.problem(
                    range.start + start..range.end,
                    ProblemKind::WrongLength(FieldId::NdOptionLength),
                ),
            }
        }
    }

    fn nd_option(&mut self, option_type: u8, range: Range<usize>) {
        let at = range.start;
        self.number(FieldId::NdOptionType, at..at + 1);
        self.number(FieldId::NdOptionLength, at + 1..at + 2);
        if range.len() < octets_of_fields(option_type) {
            self.problem(
                at + 1..at + 2,
                ProblemKind::WrongLength(FieldId::NdOptionLength),
            );
            return self.octets(FieldId::NdOptionData, at + 2..range.end);
        }
        match option_type {
            nd_option_type::SOURCE_LINK_LAYER_ADDRESS => {
                self.link_layer_address(FieldId::NdSllaAddress, range);
            }
            nd_option_type::TARGET_LINK_LAYER_ADDRESS => {
                self.link_layer_address(FieldId::NdTllaAddress, range);
            }
            nd_option_type::PREFIX_INFORMATION => {
                self.number(FieldId::NdPioPrefixLength, at + 2..at + 3);
                self.number(FieldId::NdPioFlags, at + 3..at + 4);
                self.masked(FieldId::NdPioOnLink, at + 3, 0x80);
                self.masked(FieldId::NdPioAutonomous, at + 3, 0x40);
                self.number(FieldId::NdPioValidLifetime, at + 4..at + 8);
                self.number(FieldId::NdPioPreferredLifetime, at + 8..at + 12);
                self.address(FieldId::NdPioPrefix, at + 16);
            }
            nd_option_type::MTU => {
                self.number(FieldId::NdMtu, at + 4..at + 8);
            }
            nd_option_type::ADDRESS_REGISTRATION => {
                self.number(FieldId::NdAroStatus, at + 2..at + 3);
                self.number(FieldId::NdAroOpaque, at + 3..at + 4);
                self.number(FieldId::NdAroFlags, at + 4..at + 5);
                self.number(FieldId::NdAroTid, at + 5..at + 6);
                self.number(FieldId::NdAroLifetime, at + 6..at + 8);
                self.rovr(FieldId::NdAroEui64, at + 8..range.end);
            }
            nd_option_type::CONTEXT_6LO => self.context_option(range),
            nd_option_type::AUTHORITATIVE_BORDER_ROUTER => {
                let half =
                    |at: usize| u32::from_be_bytes([0, 0, self.octets[at], self.octets[at + 1]]);
                let version = half(at + 4) << 16 | half(at + 2);
                self.bits(FieldId::NdAbroVersion, at + 2..at + 6, version);
                self.number(FieldId::NdAbroLifetime, at + 6..at + 8);
                self.address(FieldId::NdAbroAddress, at + 8);
            }
            nd_option_type::CAPABILITY_INDICATION_6LO => {
                // Flag n is bit 16 + n of the option.
                self.number(FieldId::Nd6cioFlags, at + 2..at + 4);
            }
            _ => self.octets(FieldId::NdOptionData, at + 2..range.end),
        }
    }

    /// RFC 4944 8: an option of 8 octets holds a 16-bit address, one of 16 an
    /// EUI-64; what any other holds is nobody's link-layer address here.
    fn link_layer_address(&mut self, id: FieldId, option: Range<usize>) {
        let at = option.start + 2;
        let rest = &self.octets[at..option.end];
        let address = match (option.len(), rest) {
            (8, [high, low, ..]) => MacAddress::Short(u16::from_be_bytes([*high, *low])),
            (16, _) => {
                let mut eui64 = [0; 8];
                eui64.copy_from_slice(&rest[..8]);
                MacAddress::Extended(eui64)
            }
            _ => return self.octets(id, at..option.end),
        };
        self.value(id, at..at + address.octets(), Value::Mac(address));
    }

    /// A ROVR of 8 octets is an EUI-64 (RFC 6775 4.1), a longer one is any octets (RFC 8505 4.1).
    pub(super) fn rovr(&mut self, id: FieldId, place: Range<usize>) {
        let Some(octets) = self.read(id, &place) else {
            return;
        };
        let value = match octets.try_into() {
            Ok(eui64) => Value::Mac(MacAddress::Extended(eui64)),
            Err(_) => Value::Bytes(octets.to_vec()),
        };
        self.value(id, place, value);
    }

    /// RFC 6775 4.2. The prefix has 8 or 16 octets.
    fn context_option(&mut self, range: Range<usize>) {
        let at = range.start;
        let context_length = self.number(FieldId::Nd6coLength, at + 2..at + 3);
        self.masked(FieldId::Nd6coC, at + 3, 0x10);
        self.masked(FieldId::Nd6coCid, at + 3, 0x0f);
        self.number(FieldId::Nd6coLifetime, at + 6..at + 8);
        let end = range.end.min(at + 24);
        let mut prefix = [0; 16];
        prefix[..end - at - 8].copy_from_slice(&self.octets[at + 8..end]);
        self.value(
            FieldId::Nd6coPrefix,
            at + 8..end,
            Value::Ipv6(Ipv6Addr::from_octets(prefix)),
        );
        if context_length > Some(8 * (end - at - 8) as u64) {
            self.problem(
                at + 2..at + 3,
                ProblemKind::WrongLength(FieldId::Nd6coLength),
            );
        }
    }
}

/// Octets the fields of an option of this type need, type and length included.
fn octets_of_fields(option_type: u8) -> usize {
    match option_type {
        nd_option_type::PREFIX_INFORMATION => 32,
        nd_option_type::ADDRESS_REGISTRATION | nd_option_type::CONTEXT_6LO => 16,
        nd_option_type::AUTHORITATIVE_BORDER_ROUTER => 24,
        _ => 8,
    }
}
