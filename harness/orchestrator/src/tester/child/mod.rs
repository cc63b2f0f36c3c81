//! The tester as a child of the device, which leads a Thread network or routes in it: as much of mesh link establishment
//! (Thread 1.1, chapter 4) as a parent asks of a child that hears all the time and leaves finding addresses to its parent.
//!
//! It does no I/O and owns no clock: packets and the time in, frames out.

mod children;
mod registration;

use std::net::Ipv6Addr;

use sixlo_frames::packet::Packet;
use sixlo_frames::security::Key;
use sixlo_judge::testcase::Given;

use super::mle::message::{Message, Sealer, command};
use super::mle::tlv::{append, find, mle};
use super::mle::{self as establishment, VERSION, network_data};
pub use children::Children;
use registration::Entry;

/// How long routers have to answer, and then everybody who may be a parent. Thread 1.1, 4.5.3.
const ROUTERS_ANSWER_US: u64 = 750_000;
const ALL_ANSWER_US: u64 = 1_250_000;
/// How long a parent has to answer a child that has chosen it, or tells it something.
const PARENT_ANSWERS_US: u64 = 1_250_000;
/// After so long without a word of its child a parent forgets it.
const TIMEOUT_S: u32 = 240;
/// A child says so often that it is still there.
const KEEP_ALIVE_US: u64 = TIMEOUT_S as u64 * 1_000_000 / 2;
/// So many times without an answer, and it looks for another parent.
const MOST_UNANSWERED: u32 = 4;

/// Who is to answer a request for parents: routers; they, and end devices that may become one.
const TO_ROUTERS: u8 = 0x80;
const TO_ALL: u8 = 0xc0;
const ALL_ROUTERS: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 2);
/// What the child is: it hears when idle, is no router and wants all network data.
/// Thread 1.1, 4.5.2.
const MODE: u8 = 0x08 | 0x01;

/// Who is who in the network.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The key of MLE.
    pub mle_key: Key,
    /// Its number.
    pub key_sequence: u32,
    /// The mesh-local prefix, /64: context 0.
    pub mesh_local_prefix: Ipv6Addr,
    /// The PAN.
    pub pan_id: u16,
    /// The child's EUI-64.
    pub eui64: [u8; 8],
    /// The 16-bit address that cases know it by: the parent has to give it this one.
    pub short: u16,
    /// The parent's 16-bit address.
    pub parent_short: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Without a parent, and looking for none.
    Alone,
    /// Waiting for somebody to offer itself.
    Asking,
    /// Waiting for its address from the one it has chosen.
    Choosing([u8; 8]),
    /// The child of this one.
    Attached([u8; 8]),
}

/// One child.
#[derive(Debug, Clone)]
pub struct Child {
    membership: Membership,
    sealer: Sealer,
    state: State,
    /// When it speaks next unless it is spoken to.
    due_us: Option<u64>,
    /// Questions asked in a row that nobody has answered.
    unanswered: u32,
    /// What is to come back with an answer; each time another.
    challenge: [u8; 8],
    network_data: Vec<u8>,
    /// Leader data as last heard: with each change of network data it is another one.
    leader_data: Vec<u8>,
    /// Addresses that the parent was told last, and those of them that it has taken.
    told: Vec<Ipv6Addr>,
    taken: Vec<Entry>,
    /// Why it cannot be this parent's child, in words.
    trouble: Option<String>,
    sequence_number: u8,
}

impl Child {
    /// One that is alone.
    pub fn new(membership: Membership) -> Child {
        Child {
            sealer: Sealer {
                key: membership.mle_key,
                key_sequence: membership.key_sequence,
                frame_counter: 1,
            },
            membership,
            state: State::Alone,
            due_us: None,
            unanswered: 0,
            challenge: *b"sixlo\0\0\0",
            network_data: Vec::new(),
            leader_data: Vec::new(),
            told: Vec::new(),
            taken: Vec::new(),
            trouble: None,
            sequence_number: 0,
        }
    }

    /// Forgets its parent.
    pub fn leave(&mut self) {
        self.state = State::Alone;
        self.due_us = None;
        self.unanswered = 0;
        self.network_data.clear();
        self.leader_data.clear();
        self.told.clear();
        self.taken.clear();
        self.trouble = None;
    }

    /// Forgets its parent and looks for one.
    pub fn seek(&mut self, now_us: u64) -> Vec<Vec<u8>> {
        self.leave();
        self.state = State::Asking;
        self.ask_for_parents(now_us)
    }

    /// Whether it has no parent, and looks for none.
    pub fn is_alone(&self) -> bool {
        self.state == State::Alone
    }

    /// Whether it has a parent.
    pub fn is_attached(&self) -> bool {
        matches!(self.state, State::Attached(_))
    }

    /// Why the device, though it answers, is no parent that cases could be played with.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// The contexts that the network has, by its data; context 0 goes without saying.
    pub fn contexts(&self) -> Vec<Given> {
        network_data::contexts(&self.network_data)
    }

    /// When it wants to be woken.
    pub fn due_us(&self) -> Option<u64> {
        self.due_us
    }

    /// What it says by itself at this time, not secured.
    pub fn wake(&mut self, now_us: u64) -> Vec<Vec<u8>> {
        if self.due_us.is_none_or(|due| due > now_us) {
            return Vec::new();
        }
        match self.state {
            State::Alone => Vec::new(),
            State::Asking => self.ask_for_parents(now_us),
            State::Attached(_) if self.unanswered == MOST_UNANSWERED => self.seek(now_us),
            State::Choosing(_) => self.seek(now_us),
            State::Attached(parent) => {
                self.unanswered += 1;
                self.due_us = Some(now_us + PARENT_ANSWERS_US);
                let tlvs = self.keep_alive();
                self.say(parent, command::CHILD_UPDATE_REQUEST, &tlvs)
            }
        }
    }

    /// The message, to be secured, by which the parent learns the addresses that are to be
    /// found at this child, and who that is; none where it was told them. Of those under the
    /// mesh-local prefix the first counts: a child has one. Thread 1.1, chapter 5.
    pub fn register(&mut self, addresses: &[Ipv6Addr]) -> Option<(Packet, [u8; 8])> {
        let State::Attached(parent) = self.state else {
            return None;
        };
        let mut all = addresses.to_vec();
        let own = addresses.iter().position(|one| self.is_mesh_local(*one));
        let mut at = 0..;
        all.retain(|one| at.next() == own || !self.is_mesh_local(*one));
        if self.told == all {
            return None;
        }
        self.told = all;
        self.taken.clear();
        let mut tlvs = self.keep_alive();
        let registration = registration::of(&self.told, self.membership.mesh_local_prefix);
        append(&mut tlvs, mle::ADDRESS_REGISTRATION, &registration);
        let from = self.membership.eui64;
        let packet = self
            .sealer
            .packet(from, parent, command::CHILD_UPDATE_REQUEST, &tlvs);
        Some((packet, parent))
    }

    /// An address told last that the parent has not taken. That under the mesh-local prefix it
    /// takes and does not say so. Thread 1.1, chapter 4.
    pub fn untaken(&self) -> Option<Ipv6Addr> {
        let is_taken = |one| self.taken.iter().any(|entry| entry.holds(one));
        let untaken = |one: &&Ipv6Addr| !self.is_mesh_local(**one) && !is_taken(**one);
        self.told.iter().find(untaken).copied()
    }

    fn is_mesh_local(&self, address: Ipv6Addr) -> bool {
        registration::is_below(address, self.membership.mesh_local_prefix)
    }

    /// What answers a message, not secured.
    pub(super) fn hear(&mut self, heard: &Message, now_us: u64) -> Vec<Vec<u8>> {
        match (self.state, heard.command) {
            (State::Asking, command::PARENT_RESPONSE) if self.is_answered(heard) => {
                self.choose(heard, now_us)
            }
            (State::Choosing(parent), command::CHILD_ID_RESPONSE) if parent == heard.from => {
                self.attach(heard, now_us);
                Vec::new()
            }
            (State::Attached(parent), _) if parent == heard.from => self.stay(heard, now_us),
            _ => Vec::new(),
        }
    }

    fn is_answered(&self, heard: &Message) -> bool {
        find(&heard.tlvs, mle::RESPONSE) == Some(&self.challenge)
    }

    /// Thread 1.1, 4.5.3.1: routers first, then everybody.
    fn ask_for_parents(&mut self, now_us: u64) -> Vec<Vec<u8>> {
        let (mask, patience_us) = match self.unanswered % 2 {
            0 => (TO_ROUTERS, ROUTERS_ANSWER_US),
            _ => (TO_ALL, ALL_ANSWER_US),
        };
        self.unanswered += 1;
        self.due_us = Some(now_us + patience_us);
        let [.., high, low] = self.sealer.frame_counter.to_be_bytes();
        self.challenge[6..].copy_from_slice(&[high, low]);
        let mut tlvs = Vec::new();
        append(&mut tlvs, mle::MODE, &[MODE]);
        append(&mut tlvs, mle::CHALLENGE, &self.challenge);
        append(&mut tlvs, mle::SCAN_MASK, &[mask]);
        append(&mut tlvs, mle::VERSION, &VERSION);
        let from = self.membership.eui64;
        let packet = self
            .sealer
            .packet_to(from, ALL_ROUTERS, command::PARENT_REQUEST, &tlvs);
        self.frames(&packet, from)
    }

    /// There is one device: whoever has answered is the parent, however good its link.
    fn choose(&mut self, heard: &Message, now_us: u64) -> Vec<Vec<u8>> {
        let Some(challenge) = find(&heard.tlvs, mle::CHALLENGE) else {
            return Vec::new();
        };
        let mut tlvs = Vec::new();
        append(&mut tlvs, mle::RESPONSE, challenge);
        append(&mut tlvs, mle::LINK_FRAME_COUNTER, &[0; 4]);
        let next = self.sealer.frame_counter.to_be_bytes();
        append(&mut tlvs, mle::MLE_FRAME_COUNTER, &next);
        append(&mut tlvs, mle::MODE, &[MODE]);
        append(&mut tlvs, mle::TIMEOUT, &TIMEOUT_S.to_be_bytes());
        append(&mut tlvs, mle::VERSION, &VERSION);
        append(&mut tlvs, mle::TLV_REQUEST, &[mle::NETWORK_DATA]);
        let registration = registration::of(&self.told, self.membership.mesh_local_prefix);
        append(&mut tlvs, mle::ADDRESS_REGISTRATION, &registration);
        self.state = State::Choosing(heard.from);
        self.due_us = Some(now_us + PARENT_ANSWERS_US);
        self.say(heard.from, command::CHILD_ID_REQUEST, &tlvs)
    }

    fn attach(&mut self, heard: &Message, now_us: u64) {
        let short = |tlv| {
            let octets = find(&heard.tlvs, tlv)?.try_into().ok()?;
            Some(u16::from_be_bytes(octets))
        };
        let (parent, own) = (short(mle::SOURCE_ADDRESS), short(mle::ADDRESS16));
        let Membership {
            short: wanted,
            parent_short,
            ..
        } = self.membership;
        if (parent, own) != (Some(parent_short), Some(wanted)) {
            let [parent, own] = [parent, own]
                .map(|short| short.map_or("no address".to_owned(), |short| format!("{short:04x}")));
            self.trouble = Some(format!(
                "the device calls itself {parent} and its child {own}; dut.yaml's `addresses` say {parent_short:04x} and {wanted:04x}"
            ));
        }
        self.state = State::Attached(heard.from);
        self.take_in(heard);
        self.is_heard(now_us);
    }

    /// A word of the parent.
    fn stay(&mut self, heard: &Message, now_us: u64) -> Vec<Vec<u8>> {
        if find(&heard.tlvs, mle::STATUS).is_some() {
            // It does not know its child any more.
            return self.seek(now_us);
        }
        match heard.command {
            command::CHILD_UPDATE_RESPONSE => {
                if let Some(taken) = find(&heard.tlvs, mle::ADDRESS_REGISTRATION) {
                    let contexts = self.contexts();
                    self.taken = registration::entries(taken, &contexts);
                }
                self.is_heard(now_us);
            }
            command::CHILD_UPDATE_REQUEST => {
                let mut tlvs = self.keep_alive();
                if let Some(challenge) = find(&heard.tlvs, mle::CHALLENGE) {
                    append(&mut tlvs, mle::RESPONSE, challenge);
                }
                return self.say(heard.from, command::CHILD_UPDATE_RESPONSE, &tlvs);
            }
            _ => {}
        }
        match self.take_in(heard) {
            true => Vec::new(),
            false => {
                let mut tlvs = Vec::new();
                append(&mut tlvs, mle::TLV_REQUEST, &[mle::NETWORK_DATA]);
                self.say(heard.from, command::DATA_REQUEST, &tlvs)
            }
        }
    }

    fn is_heard(&mut self, now_us: u64) {
        self.unanswered = 0;
        self.due_us = Some(now_us + KEEP_ALIVE_US);
    }

    /// Takes in what a message says of network data; false where it says that there is new
    /// data, and not which.
    fn take_in(&mut self, heard: &Message) -> bool {
        let Some(leader_data) = find(&heard.tlvs, mle::LEADER_DATA) else {
            return true;
        };
        let is_new = self.leader_data != leader_data;
        match find(&heard.tlvs, mle::NETWORK_DATA) {
            Some(network_data) => self.network_data = network_data.to_vec(),
            None if is_new => return false,
            None => return true,
        }
        self.leader_data = leader_data.to_vec();
        true
    }

    fn keep_alive(&self) -> Vec<u8> {
        let mut tlvs = Vec::new();
        let short = self.membership.short.to_be_bytes();
        append(&mut tlvs, mle::SOURCE_ADDRESS, &short);
        append(&mut tlvs, mle::LEADER_DATA, &self.leader_data);
        append(&mut tlvs, mle::MODE, &[MODE]);
        append(&mut tlvs, mle::TIMEOUT, &TIMEOUT_S.to_be_bytes());
        tlvs
    }

    fn say(&mut self, to: [u8; 8], command: u8, tlvs: &[u8]) -> Vec<Vec<u8>> {
        let from = self.membership.eui64;
        let packet = self.sealer.packet(from, to, command, tlvs);
        self.frames(&packet, to)
    }

    fn frames(&mut self, packet: &Packet, to: [u8; 8]) -> Vec<Vec<u8>> {
        self.sequence_number = self.sequence_number.wrapping_add(1);
        let Membership { pan_id, eui64, .. } = self.membership;
        establishment::frames(packet, self.sequence_number, pan_id, eui64, to)
    }
}

#[cfg(test)]
mod tests;
