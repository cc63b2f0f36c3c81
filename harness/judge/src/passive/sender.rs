//! Who sends, and how much of it the sniffer hears.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::Ipv6Addr;
use std::time::Duration;

use sixlo_frames::mac::MacAddress;

use super::asking::Key;
use super::numbers::Numbers;
use super::summary::SenderSummary;
use crate::verdict::Economy;

/// Addresses kept of one sender, of each sort.
const MOST_ADDRESSES: usize = 8;
/// A loss below this share is not worth a word.
const WORTH_TELLING: f64 = 0.005;

/// The place of a sender among all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SenderId(usize);

/// Everybody heard so far.
#[derive(Debug)]
pub(super) struct Senders {
    by_address: HashMap<MacAddress, SenderId>,
    /// One that turned out to be another is left empty.
    list: Vec<Sender>,
    most: usize,
    /// Frames of senders for whom there was no place.
    pub frames_of_others: u64,
}

/// One sender.
#[derive(Debug, Default)]
pub(super) struct Sender {
    addresses: Vec<MacAddress>,
    ipv6: Vec<Ipv6Addr>,
    pub frames: u64,
    pub octets: u64,
    pub retransmissions: u64,
    /// Of data frames and commands.
    pub numbers: Numbers,
    /// Beacons have a counter of their own.
    pub beacons: Numbers,
    pub economy: Vec<Economy>,
    pub wasted_octets: u64,
    /// Contexts that a right checksum of this sender's has confirmed, by their edition.
    pub proven: [u32; 16],
    /// What it sent last, to know a retransmission.
    pub last: Option<Last>,
}

/// A sender's last frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Last {
    pub number: Option<u8>,
    pub at: Duration,
    octets: usize,
    hash: u64,
    /// The request in it.
    pub asks: Option<Key>,
}

impl Last {
    pub fn new(number: Option<u8>, at: Duration, mac: &[u8]) -> Self {
        let mut hasher = DefaultHasher::new();
        mac.hash(&mut hasher);
        Last {
            number,
            at,
            octets: mac.len(),
            hash: hasher.finish(),
            asks: None,
        }
    }

    /// Whether `later` is this frame again. IEEE 802.15.4-2015 6.7.4.3.
    pub fn is_repeated_by(&self, later: &Last, window: Duration) -> bool {
        self.number.is_some()
            && self.number == later.number
            && (self.octets, self.hash) == (later.octets, later.hash)
            && later.at.saturating_sub(self.at) <= window
    }
}

impl Senders {
    pub fn new(most: usize) -> Self {
        Senders {
            by_address: HashMap::new(),
            list: Vec::new(),
            most,
            frames_of_others: 0,
        }
    }

    /// The sender with this address; a new one gets a place as long as there is one.
    pub fn of(&mut self, address: MacAddress) -> Option<SenderId> {
        if let Some(id) = self.by_address.get(&address) {
            return Some(*id);
        }
        if self.list.len() >= self.most {
            return None;
        }
        let id = SenderId(self.list.len());
        self.list.push(Sender {
            addresses: vec![address],
            ..Sender::default()
        });
        self.by_address.insert(address, id);
        Some(id)
    }

    pub fn get(&self, id: SenderId) -> &Sender {
        &self.list[id.0]
    }

    pub fn get_mut(&mut self, id: SenderId) -> &mut Sender {
        &mut self.list[id.0]
    }

    /// Two addresses are one sender's, as an option of its own says: they share a counter.
    pub fn unite(&mut self, one: MacAddress, other: MacAddress, at: Duration) {
        let Some(one) = self.of(one) else {
            return;
        };
        let Some(other) = self.by_address.get(&other).copied() else {
            let addresses = &mut self.list[one.0].addresses;
            if addresses.len() < MOST_ADDRESSES {
                addresses.push(other);
                self.by_address.insert(other, one);
            }
            return;
        };
        if one == other {
            return;
        }
        let (kept, gone) = (one.0.min(other.0), one.0.max(other.0));
        let gone = std::mem::take(&mut self.list[gone]);
        for address in &gone.addresses {
            self.by_address.insert(*address, SenderId(kept));
        }
        self.list[kept].take_over(gone, at);
    }

    /// How much of its frames the sniffer missed, in words, where it is worth a word.
    pub fn loss_told(&self, address: MacAddress) -> Option<String> {
        let sender = self.get(*self.by_address.get(&address)?);
        let share = sender.numbers.share()?;
        (share >= WORTH_TELLING).then(|| {
            format!(
                "of {address}'s frames the sniffer missed about {:.0} %",
                (share * 100.0).max(1.0)
            )
        })
    }

    /// Whether no frame of the sender with this address was missed from `start` on.
    pub fn whole_since(&self, address: MacAddress, start: Duration) -> bool {
        self.by_address
            .get(&address)
            .is_some_and(|id| self.get(*id).numbers.whole_since(start))
    }

    pub fn summaries(self) -> Vec<SenderSummary> {
        self.list
            .into_iter()
            .filter(|sender| sender.frames > 0)
            .map(Sender::summary)
            .collect()
    }
}

impl Sender {
    pub fn note_ipv6(&mut self, address: Ipv6Addr) {
        let known = self.ipv6.contains(&address) || address.is_unspecified();
        if !known && self.ipv6.len() < MOST_ADDRESSES {
            self.ipv6.push(address);
        }
    }

    fn take_over(&mut self, gone: Sender, at: Duration) {
        self.addresses.extend(gone.addresses);
        self.addresses.truncate(MOST_ADDRESSES);
        for address in gone.ipv6 {
            self.note_ipv6(address);
        }
        self.frames += gone.frames;
        self.octets += gone.octets;
        self.retransmissions += gone.retransmissions;
        self.wasted_octets += gone.wasted_octets;
        // What each lacked of the counter the other had.
        self.numbers.start_afresh(at);
        for theirs in gone.economy {
            let sum = crate::judge::of(&mut self.economy, &theirs.topic.0);
            sum.used = sum.used.saturating_add(theirs.used);
            sum.missed = sum.missed.saturating_add(theirs.missed);
            sum.wrong = sum.wrong.saturating_add(theirs.wrong);
            sum.wasted_octets = sum.wasted_octets.saturating_add(theirs.wasted_octets);
        }
    }

    fn summary(self) -> SenderSummary {
        SenderSummary {
            missed: self.numbers.missed() + self.beacons.missed(),
            missed_share: self.numbers.share(),
            restarts: self.numbers.restarts(),
            addresses: self.addresses,
            ipv6: self.ipv6,
            frames: self.frames,
            octets: self.octets,
            retransmissions: self.retransmissions,
            economy: self.economy,
            wasted_octets: self.wasted_octets,
        }
    }
}
