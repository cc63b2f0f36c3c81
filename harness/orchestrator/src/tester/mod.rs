//! The node that the device believes in: it answers neighbour and router
//! solicitations for the addresses the tester uses, and ignores everything else
//! it was not asked for.
//!
//! It does no I/O and owns no clock: frames in, frames out. What it sends is
//! recorded as automatic, so that nobody takes it for a stimulus.

mod answers;
mod child;
mod identity;
mod introduction;
mod leader;
mod mle;
mod security;
mod thread;

use sixlo_frames::context::ContextTable;
use sixlo_frames::craft::{Body, Fragmentation, FrameSpec, IphcSpec, craft};
use sixlo_frames::dissect::{DissectOptions, Dissection, FcsMode, dissect};
use sixlo_frames::mac::{BROADCAST, FrameType, MacAddress, MacFrame};
use sixlo_frames::packet::{HeaderChain, Packet};
use sixlo_frames::reassembly::Reassembler;
use sixlo_judge::link::Link;
use sixlo_judge::profile::{Addresses, Simplest};
use sixlo_judge::testcase::{Given, TesterSetting};
use sixlo_judge::trial::Trial;

use answers::Answers;
pub use identity::Identities;
use introduction::Introduction;
pub use security::{Security, Unsecurable};
use thread::Party;

/// What the tester makes of a frame.
#[derive(Debug)]
pub struct Hearing {
    /// Its fields.
    pub dissection: Dissection,
    /// The packet that it completes.
    pub packet: Option<Vec<u8>>,
    /// The MAC's acknowledgement, where the frame asks for one and the device's MAC
    /// may be waiting for it.
    pub acknowledgement: Option<Vec<u8>>,
    /// The frames that answer it.
    pub answers: Vec<Vec<u8>>,
}

impl Hearing {
    /// Whether the device asks for a neighbour, or for a router.
    pub fn is_solicitation(&self) -> bool {
        let message = self.packet.as_deref().and_then(icmpv6);
        matches!(
            message.and_then(<[u8]>::first),
            Some(&(answers::ROUTER_SOLICITATION | answers::NEIGHBOR_SOLICITATION))
        )
    }
}

/// The tester's own little protocol engine.
pub struct Tester {
    identities: Identities,
    simplest: Simplest,
    /// Octets of each frame that the link's security takes.
    overhead: usize,
    contexts: ContextTable,
    answers: Answers,
    reassembler: Reassembler,
    acknowledges: bool,
    sequence_number: u8,
    tag: u16,
    /// What it is in a Thread network.
    party: Option<Party>,
}

impl Tester {
    /// A tester with these addresses, which speaks the device's simplest form.
    pub fn new(addresses: &Addresses, simplest: Simplest, link: &Link) -> Self {
        Tester {
            overhead: link.overhead(),
            party: link.thread().map(|thread| Party::of(thread, addresses)),
            identities: Identities::new(addresses),
            simplest,
            contexts: ContextTable::new(),
            answers: Answers::default(),
            reassembler: Reassembler::default(),
            acknowledges: false,
            sequence_number: 0x80,
            tag: 0x8000,
        }
    }

    /// The form its answers take from now on.
    pub fn speak(&mut self, simplest: Simplest) {
        self.simplest = simplest;
    }

    /// Acknowledges frames from now on, as a radio does: for a device whose own MAC
    /// acknowledges, and would send again what nobody does.
    pub fn acknowledge(&mut self, acknowledges: bool) {
        self.acknowledges = acknowledges;
    }

    /// Forgets the last trial and takes in what the next one uses.
    pub fn begin(&mut self, trial: &Trial) {
        self.contexts = trial.contexts;
        self.answers = Answers::default();
        self.reassembler.clear();
        self.identities.begin(trial);
    }

    /// Behaves differently from now on.
    pub fn set(&mut self, setting: TesterSetting) {
        self.answers.set(setting);
    }

    /// What answers a frame that the link's security does not let through: with such frames
    /// nodes find their network. Their answers are not secured either.
    pub fn hear_unsecured(&mut self, now_us: u64, psdu: &[u8]) -> Vec<Vec<u8>> {
        let party = self.party.as_mut();
        party.map_or_else(Vec::new, |party| party.hear(now_us, psdu))
    }

    /// The device has been switched off.
    pub fn lose_device(&mut self) {
        if let Some(party) = &mut self.party {
            party.lose_device();
        }
    }

    /// Whether tester and device have to form a network before anything else.
    pub fn forms_network(&self) -> bool {
        self.party.is_some()
    }

    /// The device has been switched on: what the tester says to find it, not secured.
    pub fn seek_device(&mut self, now_us: u64) -> Vec<Vec<u8>> {
        let party = self.party.as_mut();
        party.map_or_else(Vec::new, |party| party.seek(now_us))
    }

    /// Whether the device is where the tester can reach it.
    pub fn has_device(&self) -> bool {
        self.party.as_ref().is_none_or(Party::has_device)
    }

    /// Why the device, though it is there, cannot be played with.
    pub fn trouble(&self) -> Option<&str> {
        self.party.as_ref().and_then(Party::trouble)
    }

    /// When it has something to say by itself.
    pub fn due_us(&self) -> Option<u64> {
        self.party.as_ref().and_then(Party::due_us)
    }

    /// What it says by itself at this time, not secured.
    pub fn wake(&mut self, now_us: u64) -> Vec<Vec<u8>> {
        let party = self.party.as_mut();
        party.map_or_else(Vec::new, |party| party.wake(now_us))
    }

    /// Tells the device what it has to know of a network before a trial, as far as it does not:
    /// a child the contexts that the trial gives it, a parent the addresses of its children.
    pub fn tell_network(&mut self, given: &[Given]) -> Vec<Vec<u8>> {
        let Some(party) = &mut self.party else {
            return Vec::new();
        };
        let own = self.identities.tester_eui64();
        let told = party.tell(given, own, self.identities.routed());
        let frames = told.into_iter().flat_map(|told| {
            let [from, to] = [told.from, told.to].map(MacAddress::Extended);
            self.frames(&told.packet, from, to)
        });
        frames.collect()
    }

    /// What of that the device has not taken: a setting and why, in words.
    pub fn unmet(&self, given: &[Given]) -> Option<(&'static str, String)> {
        self.party.as_ref()?.unmet(given)
    }

    /// Asks for the address that each of the trial's datagrams is for, as a neighbour
    /// does before it sends to one: so the device knows where to answer. One that does
    /// not may drop its first answer while it resolves (RFC 4861 7.2.2).
    pub fn introduce(&mut self, trial: &Trial) -> Vec<Vec<u8>> {
        let acquaintances = self.identities.acquaintances(trial);
        let solicit = |introduction: &Introduction| {
            let packet = introduction.solicitation();
            self.frames(&packet, introduction.from, introduction.to)
        };
        acquaintances.iter().flat_map(solicit).collect()
    }

    /// What it makes of a frame of the device heard at `now_us`, its answer included.
    pub fn hear(&mut self, now_us: u64, psdu: &[u8]) -> Hearing {
        let options = DissectOptions {
            contexts: &self.contexts,
            fcs: FcsMode::Present,
            keys: None,
        };
        let dissection = dissect(psdu, &options);
        // A frame whose FCS is wrong reaches nobody.
        let arrives = dissection
            .mac
            .is_some_and(|mac| mac.fcs_right != Some(false));
        let packet = match arrives {
            true => self.reassembler.hear(now_us, &dissection),
            false => None,
        };
        let answer = packet
            .as_ref()
            .filter(|_| self.is_for_us(&dissection))
            .and_then(|restored| {
                let answer = self.answers.to(&restored.packet, &self.identities)?;
                Some((answer, restored.src))
            });
        let is_networks = packet.as_ref().filter(|_| self.is_for_us(&dissection));
        let of_network = is_networks
            .zip(self.party.as_mut())
            .map(|(restored, party)| party.hear_packet(now_us, &restored.packet));
        let mut answers = match answer {
            Some((answer, to)) => self.frames(&answer.packet, answer.from, to),
            None => Vec::new(),
        };
        answers.extend(of_network.unwrap_or_default());
        Hearing {
            acknowledgement: self.acknowledgement(&dissection),
            answers,
            dissection,
            packet: packet.map(|restored| restored.packet),
        }
    }

    /// IEEE 802.15.4-2015 6.7.4.2: a frame that asks for it, to one node, is acknowledged
    /// under its own sequence number.
    fn acknowledgement(&self, dissection: &Dissection) -> Option<Vec<u8>> {
        let mac = dissection.mac?;
        let asks = self.acknowledges
            && mac.ack_request
            && mac.fcs_right != Some(false)
            && mac.dst != MacAddress::Short(BROADCAST)
            && self.is_for_us(dissection);
        let number = mac.sequence_number.filter(|_| asks)?;
        Some(MacFrame::ack(number).encode())
    }

    fn is_for_us(&self, dissection: &Dissection) -> bool {
        let for_us = |dst| dst == MacAddress::Short(BROADCAST) || self.identities.has_mac(dst);
        dissection
            .mac
            .is_some_and(|mac| mac.frame_type == FrameType::Data && for_us(mac.dst))
    }

    /// Fragments of the device that wait for others: its answer is not complete.
    pub fn has_partial_answer(&self) -> bool {
        self.reassembler.outstanding() > 0
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
            Simplest::Iphc | Simplest::IphcExtensions => Body::Iphc(IphcSpec {
                m: multicast,
                ..IphcSpec::default()
            }),
        };
        let spec = FrameSpec {
            mac: MacFrame::data(self.sequence_number, self.identities.pan_id(), dst, from),
            body,
            reserved: self.overhead,
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
