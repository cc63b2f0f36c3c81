//! The tester as the leader of a Thread network whose one child is the device: as much of
//! mesh link establishment (Thread 1.1, chapter 4) as a child asks of its parent.
//!
//! It does no I/O and owns no clock: packets in, frames out.

use sixlo_frames::packet::Packet;
use sixlo_frames::security::Key;
use sixlo_judge::link::Thread;
use sixlo_judge::profile::Addresses;
use sixlo_judge::testcase::Given;

use super::mle::message::{self, Message, Sealer, command};
use super::mle::tlv::{append, find, mle};
use super::mle::{self as establishment, VERSION, network_data};
use super::security::thread_keys;

/// The number and the weight of the network's one partition.
const PARTITION: [u8; 5] = [0, 0, 0, 1, 64];
/// How well it hears the child, in dB above the noise: as well as one can.
const LINK_MARGIN_DB: u8 = 60;
/// What a child has to prove that it has read. Its chance is nobody's concern here.
const CHALLENGE: [u8; 8] = *b"sixlo-01";
/// Parent priority 0; no routers heard of any quality; cost to the leader 0; router id
/// sequence 1; one router. Thread 1.1, 4.19.14.
const CONNECTIVITY: [u8; 7] = [0, 0, 0, 0, 0, 1, 1];

/// Who is who in the network.
#[derive(Debug, Clone)]
pub struct Membership {
    /// The key of MLE.
    pub mle_key: Key,
    /// Its number.
    pub key_sequence: u32,
    /// The PAN.
    pub pan_id: u16,
    /// The leader's EUI-64.
    pub eui64: [u8; 8],
    /// The leader's 16-bit address.
    pub short: u16,
    /// The one that the child gets: it has the leader's router id.
    pub child_short: u16,
}

/// The tester as the leader of this network.
pub(super) fn of(thread: &Thread, addresses: &Addresses) -> Leader {
    Leader::new(Membership {
        mle_key: thread_keys(thread).mle,
        key_sequence: thread.key_sequence,
        pan_id: addresses.pan_id,
        eui64: addresses.tester.eui64,
        short: addresses.tester.short,
        child_short: addresses.dut.short,
    })
}

/// The leader.
#[derive(Debug, Clone)]
pub struct Leader {
    membership: Membership,
    sealer: Sealer,
    /// The child, once it has been given its address.
    child: Option<[u8; 8]>,
    /// What the child was told of contexts.
    network_data: Vec<u8>,
    data_version: u8,
    sequence_number: u8,
}

impl Leader {
    /// A leader with no child yet.
    pub fn new(membership: Membership) -> Leader {
        Leader {
            sealer: Sealer {
                key: membership.mle_key,
                key_sequence: membership.key_sequence,
                frame_counter: 1,
            },
            membership,
            child: None,
            network_data: Vec::new(),
            data_version: 1,
            sequence_number: 0,
        }
    }

    /// Whether it has a child.
    pub fn is_attached(&self) -> bool {
        self.child.is_some()
    }

    /// The child has been switched off, and knows nothing any more.
    pub fn detach(&mut self) {
        self.child = None;
        self.network_data.clear();
    }

    /// Makes the child know the contexts among these, and no others: what has to be sent to
    /// it for that, secured, and who that is; none if it knows them. Context 0 is the
    /// mesh-local prefix's, and not told.
    pub fn tell(&mut self, given: &[Given]) -> Option<(Packet, [u8; 8])> {
        let child = self.child?;
        let network_data = network_data::of(given);
        if network_data == self.network_data {
            return None;
        }
        self.network_data = network_data;
        self.data_version = self.data_version.wrapping_add(1);
        let tlvs = self.data();
        let from = self.membership.eui64;
        let packet = self
            .sealer
            .packet(from, child, command::DATA_RESPONSE, &tlvs);
        Some((packet, child))
    }

    /// What it makes of a frame that is not secured: none where it is none of MLE's, else the
    /// frames that answer it, which are not to be secured either.
    pub fn hear(&mut self, psdu: &[u8]) -> Option<Vec<Vec<u8>>> {
        self.hear_packet(&establishment::packet_of(psdu)?)
    }

    /// The same for a packet that came in secured frames.
    pub fn hear_packet(&mut self, packet: &[u8]) -> Option<Vec<Vec<u8>>> {
        if !message::is_mle(packet) {
            return None;
        }
        let answer = message::open(packet, self.sealer.key).and_then(|heard| {
            let (command, tlvs) = self.answer(&heard)?;
            let packet = self
                .sealer
                .packet(self.membership.eui64, heard.from, command, &tlvs);
            Some(self.frames(&packet, heard.from))
        });
        Some(answer.unwrap_or_default())
    }

    /// The command and the TLVs that answer a message, if any do.
    fn answer(&mut self, heard: &Message) -> Option<(u8, Vec<u8>)> {
        let mut tlvs = Vec::new();
        let short = self.membership.short.to_be_bytes();
        append(&mut tlvs, mle::SOURCE_ADDRESS, &short);
        append(&mut tlvs, mle::LEADER_DATA, &self.leader_data());
        if let Some(challenge) = find(&heard.tlvs, mle::CHALLENGE) {
            append(&mut tlvs, mle::RESPONSE, challenge);
        }
        let command = match heard.command {
            command::PARENT_REQUEST => {
                self.detach();
                append(&mut tlvs, mle::CHALLENGE, &CHALLENGE);
                append(&mut tlvs, mle::LINK_FRAME_COUNTER, &[0; 4]);
                append(&mut tlvs, mle::MLE_FRAME_COUNTER, &[0; 4]);
                append(&mut tlvs, mle::LINK_MARGIN, &[LINK_MARGIN_DB]);
                append(&mut tlvs, mle::CONNECTIVITY, &CONNECTIVITY);
                append(&mut tlvs, mle::VERSION, &VERSION);
                command::PARENT_RESPONSE
            }
            command::CHILD_ID_REQUEST if find(&heard.tlvs, mle::RESPONSE) == Some(&CHALLENGE) => {
                self.detach();
                self.child = Some(heard.from);
                let child_short = self.membership.child_short.to_be_bytes();
                append(&mut tlvs, mle::ADDRESS16, &child_short);
                append(&mut tlvs, mle::NETWORK_DATA, &[]);
                command::CHILD_ID_RESPONSE
            }
            command::CHILD_UPDATE_REQUEST if self.child == Some(heard.from) => {
                for kept in [mle::MODE, mle::TIMEOUT] {
                    if let Some(value) = find(&heard.tlvs, kept) {
                        append(&mut tlvs, kept, value);
                    }
                }
                command::CHILD_UPDATE_RESPONSE
            }
            command::DATA_REQUEST if self.child == Some(heard.from) => {
                tlvs = self.data();
                command::DATA_RESPONSE
            }
            _ => return None,
        };
        Some((command, tlvs))
    }

    /// Network data as it is now, and which version that is.
    fn data(&self) -> Vec<u8> {
        let mut tlvs = Vec::new();
        append(
            &mut tlvs,
            mle::SOURCE_ADDRESS,
            &self.membership.short.to_be_bytes(),
        );
        append(&mut tlvs, mle::LEADER_DATA, &self.leader_data());
        append(&mut tlvs, mle::NETWORK_DATA, &self.network_data);
        tlvs
    }

    /// ```text
    /// |partition id (4)|weighting|data version|stable data version|leader's router id|
    /// ```
    fn leader_data(&self) -> Vec<u8> {
        let mut data = PARTITION.to_vec();
        // A router id is the upper six bits of a 16-bit address. Thread 1.1, 5.2.3.1.
        let router_id = (self.membership.short >> 10) as u8;
        data.extend([self.data_version, self.data_version, router_id]);
        data
    }

    fn frames(&mut self, packet: &Packet, to: [u8; 8]) -> Vec<Vec<u8>> {
        self.sequence_number = self.sequence_number.wrapping_add(1);
        let Membership { pan_id, eui64, .. } = self.membership;
        establishment::frames(packet, self.sequence_number, pan_id, eui64, to)
    }
}

#[cfg(test)]
mod tests;
