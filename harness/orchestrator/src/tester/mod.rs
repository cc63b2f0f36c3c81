//! The node that the device believes in: it answers neighbour and router
//! solicitations for the addresses the tester uses, and ignores everything else
//! it was not asked for.
//!
//! It does no I/O and owns no clock: frames in, frames out. What it sends is
//! recorded as automatic, so that nobody takes it for a stimulus.

mod answers;
mod identity;
mod introduction;

use std::net::Ipv6Addr;

use sixlo_frames::context::ContextTable;
use sixlo_frames::craft::{Body, Fragmentation, FrameSpec, IphcSpec, craft};
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::mac::{BROADCAST, FrameType, MacAddress, MacFrame};
use sixlo_frames::packet::{HeaderChain, Packet};
use sixlo_frames::reassembly::Reassembler;
use sixlo_judge::profile::{Addresses, Simplest};
use sixlo_judge::testcase::TesterSetting;
use sixlo_judge::trial::Trial;

use answers::Answers;
pub use identity::Identities;

/// The tester's own little protocol engine.
pub struct Tester {
    identities: Identities,
    simplest: Simplest,
    contexts: ContextTable,
    answers: Answers,
    reassembler: Reassembler,
    sequence_number: u8,
    tag: u16,
}

impl Tester {
    /// A tester with these addresses, which speaks the device's simplest form.
    pub fn new(addresses: &Addresses, simplest: Simplest) -> Self {
        Tester {
            identities: Identities::new(addresses),
            simplest,
            contexts: ContextTable::new(),
            answers: Answers::default(),
            reassembler: Reassembler::default(),
            sequence_number: 0x80,
            tag: 0x8000,
        }
    }

    /// The form its answers take from now on.
    pub fn speak(&mut self, simplest: Simplest) {
        self.simplest = simplest;
    }

    /// Forgets the last trial and takes in what the next one uses.
    pub fn begin(&mut self, trial: &Trial) {
        self.contexts = trial.contexts;
        self.answers = Answers::default();
        self.reassembler.clear();
        self.identities.begin(trial);
    }

    /// Solicitations that make the tester's sources known to the device at `dut`
    /// before a trial: otherwise its first answer to each may be lost to address
    /// resolution (RFC 4861 7.2.2).
    pub fn introduce(&mut self, dut: [u8; 8]) -> Vec<Vec<u8>> {
        let introductions = introduction::of(&self.identities, dut);
        introductions
            .into_iter()
            .flat_map(|(packet, from)| self.frames(&packet, from, MacAddress::Extended(dut)))
            .collect()
    }

    /// Behaves differently from now on.
    pub fn set(&mut self, setting: TesterSetting) {
        self.answers.set(setting);
    }

    /// What it answers to a frame of the device heard at `now_us`.
    pub fn hear(&mut self, now_us: u64, psdu: &[u8]) -> Vec<Vec<u8>> {
        let options = DissectOptions {
            contexts: &self.contexts,
            fcs: FcsMode::Present,
        };
        let dissection = dissect(psdu, &options);
        let Some(mac) = dissection.mac else {
            return Vec::new();
        };
        let for_us = mac.frame_type == FrameType::Data
            && mac.fcs_right != Some(false)
            && (mac.dst == MacAddress::Short(BROADCAST) || self.identities.has_mac(mac.dst));
        if !for_us {
            return Vec::new();
        }
        let Some(restored) = self.reassembler.hear(now_us, &dissection) else {
            return Vec::new();
        };
        match self.answers.to(&restored.packet, &self.identities) {
            Some(answer) => self.frames(&answer.packet, answer.from, restored.src),
            None => Vec::new(),
        }
    }

    /// Fragments of the device that wait for others: its answer is not complete.
    pub fn has_partial_answer(&self) -> bool {
        self.reassembler.outstanding() > 0
    }

    /// Whether one of the tester's identities has this IPv6 address.
    pub fn has_address(&self, address: Ipv6Addr) -> bool {
        self.identities.mac_of(address).is_some()
    }

    fn frames(&mut self, packet: &Packet, from: MacAddress, to: MacAddress) -> Vec<Vec<u8>> {
        let octets = packet.to_octets();
        let multicast = packet.header.dst.is_multicast();
        let dst = match multicast {
            true => MacAddress::Short(BROADCAST),
            false => to,
        };
        self.sequence_number = self.sequence_number.wrapping_add(4);
        self.tag = self.tag.wrapping_add(1);
        let body = match self.simplest {
            Simplest::Ipv6 => Body::Ipv6,
            Simplest::Iphc => Body::Iphc(IphcSpec {
                m: multicast,
                ..IphcSpec::default()
            }),
        };
        let spec = FrameSpec {
            mac: MacFrame::data(self.sequence_number, self.identities.pan_id(), dst, from),
            body,
            fragmentation: Fragmentation::Auto {
                tag: self.tag,
                first: None,
            },
            ..FrameSpec::default()
        };
        // The tester's own packets always fit these forms.
        craft(&spec, &octets).unwrap_or_default()
    }
}

/// The ICMPv6 message of a packet, if it is one, with type and code in front.
fn icmpv6(packet: &[u8]) -> Option<&[u8]> {
    let payload = HeaderChain::new(packet).ok()?.payload()?;
    (payload.protocol == sixlo_frames::packet::protocol::ICMPV6)
        .then(|| packet.get(payload.range))
        .flatten()
}

#[cfg(test)]
mod tests;
