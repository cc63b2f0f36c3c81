//! One frame: whose it is, whether it repeats the one before, and the packet in it.

use sixlo_frames::dissect::{DissectOptions, Dissection, FcsMode, MacInfo, dissect};
use sixlo_frames::mac::{FrameType, MacAddress};
use sixlo_frames::packet::{IPV6_HEADER_OCTETS, protocol};
use sixlo_frames::recompress::{self, FeatureSet, RecompressOptions};

use super::fragments::Placed;
use super::packet::{ContextMask, Packet, contexts_of, unreadable};
use super::sender::{Last, SenderId};
use super::summary::Unreadable;
use super::{Heard, Observer};
use crate::judge::{blame, means_used, note_frame, of};
use crate::reading::{Reading, innermost};

/// A packet that was restored from one frame or put together from several.
struct Restored {
    octets: Vec<u8>,
    ends: (MacAddress, MacAddress),
    contexts: ContextMask,
    started: Option<std::time::Duration>,
}

impl Observer {
    pub(super) fn frame(&mut self, heard: &Heard<'_>) {
        let options = DissectOptions {
            contexts: self.contexts.known(),
            fcs: FcsMode::Absent,
            keys: None,
        };
        let mut frame = dissect(heard.mac, &options);
        let Some(mac) = frame.mac else {
            return self.unread.count(heard.number, Unreadable::MacHeader);
        };
        if mac.frame_type == FrameType::Ack {
            return self.acknowledgement(heard, &mac);
        }
        let sender = self.senders.of(mac.src);
        if self.is_repetition(heard, &mac, sender) {
            return;
        }
        self.asks = None;
        if mac.frame_type == FrameType::Data {
            self.data(heard, &mac, sender, &mut frame);
        }
        let asks = self.asks.take();
        // By now the sender's addresses may have turned out to be another's, too.
        if let (Some(asks), Some(id)) = (asks, self.senders.of(mac.src))
            && let Some(last) = &mut self.senders.get_mut(id).last
        {
            last.asks = Some(asks);
        }
        self.await_acknowledgement(heard, &mac, asks);
    }

    fn acknowledgement(&mut self, heard: &Heard<'_>, mac: &MacInfo) {
        let Some(number) = mac.sequence_number else {
            return;
        };
        let window = self.settings.acknowledgement_window;
        if let Some(asks) = self.acknowledgements.hear(number, heard.at, window)
            && let Some(open) = self.table.get_mut(&asks)
        {
            open.acknowledged = true;
        }
    }

    fn await_acknowledgement(
        &mut self,
        heard: &Heard<'_>,
        mac: &MacInfo,
        asks: Option<super::asking::Key>,
    ) {
        let Some(number) = mac.sequence_number.filter(|_| mac.ack_request) else {
            return;
        };
        self.acknowledgements.await_for(number, heard.at, asks);
        if let Some(asks) = asks
            && let Some(open) = self.table.get_mut(&asks)
        {
            open.asks_for_acknowledgement = true;
        }
    }

    /// Counts the frame, and tells whether it is its sender's last one again.
    fn is_repetition(
        &mut self,
        heard: &Heard<'_>,
        mac: &MacInfo,
        sender: Option<SenderId>,
    ) -> bool {
        let Some(id) = sender else {
            self.senders.frames_of_others += 1;
            return false;
        };
        let sender = self.senders.get_mut(id);
        sender.frames += 1;
        sender.octets += heard.mac.len() as u64;
        // Without an address there may be several.
        if mac.src == MacAddress::Absent {
            return false;
        }
        let this = Last::new(mac.sequence_number, heard.at, heard.mac);
        let window = self.settings.retransmission_window;
        if let Some(last) = &mut sender.last
            && last.is_repeated_by(&this, window)
        {
            last.at = heard.at;
            let asks = last.asks;
            sender.retransmissions += 1;
            self.retransmissions += 1;
            if let Some(open) = asks.and_then(|asks| self.table.get_mut(&asks)) {
                open.transmissions += 1;
            }
            self.await_acknowledgement(heard, mac, asks);
            return true;
        }
        sender.last = Some(this);
        if let Some(number) = mac.sequence_number {
            match mac.frame_type {
                FrameType::Beacon => sender.beacons.hear(number, heard.at),
                _ => sender.numbers.hear(number, heard.at),
            }
        }
        false
    }

    fn data(
        &mut self,
        heard: &Heard<'_>,
        mac: &MacInfo,
        sender: Option<SenderId>,
        frame: &mut Dissection,
    ) {
        let ends = frame.ends().unwrap_or((mac.src, mac.dst));
        if frame.packet.is_none() {
            if let Some(reason) = unreadable(frame) {
                self.not_read(heard, ends, reason);
            }
            return;
        }
        let is_whole = frame.fragment.is_none();
        if !is_whole {
            self.weigh(mac, sender, frame, None);
        }
        let restored = match self.fragments.place(heard.at, frame) {
            None => Restored {
                octets: frame.packet.clone().unwrap_or_default(),
                ends,
                contexts: contexts_of(frame),
                started: None,
            },
            Some(Placed::Complete(whole, contexts)) => {
                self.unread.completed(ends);
                Restored {
                    octets: whole.packet,
                    ends,
                    contexts,
                    started: Some(std::time::Duration::from_micros(whole.started_us)),
                }
            }
            Some(Placed::Waiting) => {
                let reason = Unreadable::Incomplete;
                return self.unread.between(ends, heard.number, heard.at, reason);
            }
            Some(Placed::Refused) => return self.not_read(heard, ends, Unreadable::Fragment),
        };
        let Some(packet) = read(heard, mac, sender, restored) else {
            if is_whole {
                self.weigh(mac, sender, frame, None);
            }
            return self.not_read(heard, ends, Unreadable::Packet);
        };
        if is_whole {
            self.weigh(mac, sender, frame, Some(&packet));
        }
        self.use_of_means(frame, &packet);
        self.packet(packet);
    }

    fn not_read(&mut self, heard: &Heard<'_>, ends: (MacAddress, MacAddress), why: Unreadable) {
        self.unread.count(heard.number, why);
        self.unread.between(ends, heard.number, heard.at, why);
    }

    /// The frame against the smallest that says the same. What a node forwards was
    /// compressed by another. `packet`: what it holds, where that is all of a packet.
    fn weigh(
        &mut self,
        mac: &MacInfo,
        sender: Option<SenderId>,
        frame: &Dissection,
        packet: Option<&Packet>,
    ) {
        let (Some(id), Some(ends)) = (sender, frame.ends()) else {
            return;
        };
        if ends.0 != mac.src {
            return;
        }
        let options = RecompressOptions {
            contexts: self.contexts.compressing(),
            ends,
            allowed: FeatureSet::rfc6282(),
        };
        let Some(economy) = recompress::Economy::of_frame(frame, &options) else {
            return;
        };
        let blamed = packet
            .filter(|packet| {
                !packet.checksum_right && packet.proof(&self.senders, &self.contexts).is_ok()
            })
            .and_then(|packet| blame(&packet.reading, &packet.octets, economy.used));
        let sender = self.senders.get_mut(id);
        sender.wasted_octets += economy.wasted_octets as u64;
        note_frame(&economy, blamed, false, &mut sender.economy);
    }

    /// Means that are no compression; and the addresses that are its sender's own.
    fn use_of_means(&mut self, frame: &Dissection, packet: &Packet) {
        let Some(id) = packet.sender.filter(|_| packet.hop == packet.src) else {
            return;
        };
        let sums = &mut self.senders.get_mut(id).economy;
        means_used(frame, &packet.octets, Some(&packet.reading), |topic| {
            let sum = of(sums, topic);
            sum.used = sum.used.saturating_add(1);
        });
        if packet.checksum_right {
            self.confirm_contexts(id, packet.contexts);
        }
        self.senders.get_mut(id).note_ipv6(packet.reading.src);
    }

    fn confirm_contexts(&mut self, id: SenderId, mask: ContextMask) {
        let sender = self.senders.get_mut(id);
        for context in (0..16).filter(|context| mask & 1 << context != 0) {
            sender.proven[context] = self.contexts.edition(context);
        }
    }
}

/// The packet, or the innermost one of a tunnel; none where it breaks off before its
/// upper layer, or is a piece of a larger one.
fn read(
    heard: &Heard<'_>,
    mac: &MacInfo,
    sender: Option<SenderId>,
    restored: Restored,
) -> Option<Packet> {
    let mut octets = restored.octets;
    let mut reading = Reading::of(&octets)?;
    if reading.protocol == protocol::IPV6 {
        octets = innermost(&octets).to_vec();
        reading = Reading::of(&octets)?;
    }
    let stated = usize::from(u16::from_be_bytes([*octets.get(4)?, *octets.get(5)?]));
    if !reading.whole || IPV6_HEADER_OCTETS + stated > octets.len() {
        return None;
    }
    Some(Packet {
        number: heard.number,
        at: heard.at,
        checksum_right: reading.checksum_right(&octets),
        octets,
        reading,
        src: restored.ends.0,
        dst: restored.ends.1,
        hop: mac.src,
        sender,
        contexts: restored.contexts,
        started: restored.started,
        fcs_right: heard.fcs_right,
    })
}
