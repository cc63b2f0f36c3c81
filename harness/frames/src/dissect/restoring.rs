//! An IPv6 packet on its way back from IPHC.

use super::reader::Reader;
use super::{Dissection, ProblemKind};
use crate::context::ContextTable;
use crate::field::FieldId;
use crate::iid::{self, Iid};
use crate::mac::MacAddress;
use crate::packet::{IPV6_HEADER_OCTETS, finish_udp_checksum};

/// IPv6 headers followed in one frame: RFC 6282 sets no limit to tunnels, memory does.
const MOST_HEADERS: usize = 5;
/// datagram_size holds 11 bits, so no packet on this link is longer.
pub(super) const LARGEST_DATAGRAM: usize = 0x07ff;
/// Most packets in one frame are shorter.
const USUAL_PACKET: usize = 192;

/// The IIDs that elided ones are taken from: those of the encapsulating header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Encapsulation {
    /// Of the source.
    pub src: Option<Iid>,
    /// Of the destination.
    pub dst: Option<Iid>,
}

impl Encapsulation {
    /// Of a MAC or mesh header with this source and destination. RFC 6282 3.2.2.
    pub(super) fn of((src, dst): (MacAddress, MacAddress)) -> Self {
        Encapsulation {
            src: iid::from_mac(src),
            dst: iid::from_mac(dst),
        }
    }
}

/// A UDP header whose length was elided.
struct Udp {
    /// Where it starts in the packet.
    at: usize,
    checksum_elided: bool,
}

/// A packet being restored.
pub(super) struct Restoring<'c> {
    /// What is restored so far.
    pub octets: Vec<u8>,
    /// The contexts both sides share.
    pub contexts: &'c ContextTable,
    /// Where IPv6 headers start whose payload length was elided.
    headers: [usize; MOST_HEADERS],
    header_count: usize,
    udp: Option<Udp>,
}

impl<'c> Restoring<'c> {
    pub(super) fn new(contexts: &'c ContextTable) -> Self {
        Restoring {
            octets: Vec::with_capacity(USUAL_PACKET),
            contexts,
            headers: [0; MOST_HEADERS],
            header_count: 0,
            udp: None,
        }
    }

    /// Notes that an IPv6 header starts here; false where it is one too many.
    pub(super) fn starts_header(&mut self) -> bool {
        match self.headers.get_mut(self.header_count) {
            Some(header) => {
                *header = self.octets.len();
                self.header_count += 1;
                true
            }
            None => false,
        }
    }

    /// Notes that a UDP header starts here.
    pub(super) fn starts_udp(&mut self, checksum_elided: bool) {
        self.udp = Some(Udp {
            at: self.octets.len(),
            checksum_elided,
        });
    }

    /// Octets the packet may still grow by.
    pub(super) fn room(&self) -> usize {
        LARGEST_DATAGRAM.saturating_sub(self.octets.len())
    }

    /// Fills in the lengths that were elided. They come from datagram_size in a
    /// FRAG1 (RFC 6282 3.2 and 4.3.3), else from the frame.
    pub(super) fn finish(mut self, reader: &mut Reader<'_>, out: &mut Dissection) {
        let present = self.octets.len();
        let end = match out.fragment {
            Some(fragment) => usize::from(fragment.datagram_size),
            None => present,
        };
        if let Some(problem) = out.fragment.and_then(|f| f.problem_with(present)) {
            reader.remark(0, problem);
        }
        for &start in &self.headers[..self.header_count] {
            let length = end.saturating_sub(start + IPV6_HEADER_OCTETS);
            write(&mut self.octets, start + 4, length);
        }
        if let Some(udp) = self.udp {
            write(&mut self.octets, udp.at + 4, end.saturating_sub(udp.at));
            if udp.checksum_elided {
                // The sum covers the whole datagram, which a FRAG1 does not hold (RFC 6282 4.3.2).
                match out.fragment {
                    Some(_) => out.elided_checksum = Some(udp.at + 6),
                    None if finish_udp_checksum(&mut self.octets, udp.at + 6) => {}
                    None => reader.remark(0, ProblemKind::WrongChecksum(FieldId::UdpChecksum)),
                }
            }
        }
        out.packet = Some(self.octets);
    }
}

fn write(octets: &mut [u8], at: usize, value: usize) {
    let value = u16::try_from(value).unwrap_or(u16::MAX);
    if let Some(field) = octets.get_mut(at..at + 2) {
        field.copy_from_slice(&value.to_be_bytes());
    }
}
