//! A radio's state, between its interrupt and whoever sends and takes frames.

use sixlo_agent::protocol::RadioRole;
use sixlo_agent::{Signal, Statistics};

use crate::filter::{Verdict, acknowledgement};
use crate::sending::{Came, TURNAROUND_US};
use crate::{Filter, fcs};

/// A frame in the radio's memory: its length with FCS, then its octets. Behind a received
/// frame without its FCS stands the link quality, in quarters of the standard's.
pub type Buffer = [u8; 129];

/// What a chip's radio can be told; it does one thing at a time, and is disabled when that
/// has ended. The buffers stay where they are until then.
pub trait Phy {
    /// Ends whatever it does, at once and without an interrupt.
    fn disable(&mut self);

    /// From disabled: hears one frame into `buffer`.
    fn listen(&mut self, buffer: &mut Buffer);

    /// From disabled: sends the frame in `buffer`, if `senses` only on a clear channel. The
    /// radio reckons the FCS, or takes the octets as they are.
    fn transmit(&mut self, buffer: &Buffer, senses: bool, reckons_fcs: bool);

    /// From disabled, behind a received frame: sends the acknowledgement in `buffer` so
    /// long after the frame's end. False where it is too late for that.
    fn acknowledge(&mut self, buffer: &Buffer, turnaround_us: u32) -> bool;

    /// Whether a frame has begun that has not ended.
    fn is_hearing(&self) -> bool;

    /// Whether listening has ended with a whole frame, and the FCS it should have.
    fn has_heard(&self) -> bool;

    /// Whether the channel was busy, so that nothing was sent.
    fn was_busy(&self) -> bool;

    /// When the last frame began, and how strong it was in dBm.
    fn heard(&self) -> (u64, i8);
}

/// Frames that may wait to be taken.
const MOST_WAITING: usize = 16;

/// A frame that was heard.
#[derive(Debug, Clone, Copy)]
pub struct Heard {
    psdu: [u8; 127],
    length: usize,
    /// When, and how.
    pub signal: Signal,
}

impl Heard {
    const NOTHING: Heard = Heard {
        psdu: [0; 127],
        length: 0,
        signal: Signal {
            time_us: 0,
            rssi_dbm: 0,
            lqi: 0,
        },
    };

    /// Its octets, FCS included.
    pub fn psdu(&self) -> &[u8] {
        &self.psdu[..self.length]
    }
}

/// What the radio is doing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doing {
    Nothing,
    Listening,
    Acknowledging,
    Transmitting,
}

/// A radio's state; its interrupt and its users share it under one lock.
pub struct Transceiver<P> {
    phy: P,
    /// What the device goes by.
    pub filter: Filter,
    /// What the radio is.
    pub role: RadioRole,
    doing: Doing,
    incoming: Buffer,
    outgoing: Buffer,
    waiting: [Heard; MOST_WAITING],
    first: usize,
    count: usize,
    /// The sequence number of the acknowledgement that is awaited.
    awaited: Option<u8>,
    /// What came of the step that sending has come to.
    came: Option<Came>,
    /// Frames that were kept, sent, and lost for want of room.
    pub statistics: Statistics,
}

impl<P: Phy> Transceiver<P> {
    /// Of a device that has been told nothing yet; it does nothing until it
    /// [rests](Self::rest).
    pub const fn new(phy: P) -> Self {
        Transceiver {
            phy,
            filter: Filter::NOBODY,
            role: RadioRole::Device,
            doing: Doing::Nothing,
            incoming: [0; 129],
            outgoing: [0; 129],
            waiting: [Heard::NOTHING; MOST_WAITING],
            first: 0,
            count: 0,
            awaited: None,
            came: None,
            statistics: Statistics {
                received: 0,
                transmitted: 0,
                dropped: 0,
            },
        }
    }

    /// Listens, where the role is one that does.
    pub fn rest(&mut self) {
        match self.role {
            RadioRole::Device | RadioRole::Sniff | RadioRole::Both => {
                self.doing = Doing::Listening;
                self.phy.listen(&mut self.incoming);
            }
            RadioRole::Off | RadioRole::Inject => self.doing = Doing::Nothing,
        }
    }

    /// Ends what the radio does, changes something, and rests again.
    pub fn change<T>(&mut self, change: impl FnOnce(&mut Self) -> T) -> T {
        self.phy.disable();
        let changed = change(self);
        self.rest();
        changed
    }

    /// The next frame that waits.
    pub fn take(&mut self) -> Option<Heard> {
        if self.count == 0 {
            return None;
        }
        let heard = self.waiting[self.first];
        self.first = (self.first + 1) % MOST_WAITING;
        self.count -= 1;
        Some(heard)
    }

    /// Begins to send `psdu`, whose FCS is right or, if it is not, sent as it is. False
    /// where the radio is sending an acknowledgement, which comes first.
    pub fn begin(&mut self, psdu: &[u8], senses: bool, awaits: Option<u8>) -> bool {
        if self.doing == Doing::Acknowledging {
            return false;
        }
        self.awaited = awaits;
        self.came = None;
        if senses && self.doing == Doing::Listening && self.phy.is_hearing() {
            self.came = Some(Came::Busy);
            return true;
        }
        self.phy.disable();
        self.doing = Doing::Transmitting;
        self.outgoing[0] = psdu.len() as u8;
        self.outgoing[1..=psdu.len()].copy_from_slice(psdu);
        self.phy
            .transmit(&self.outgoing, senses, fcs::check(psdu).is_some());
        true
    }

    /// What came of it, once.
    pub fn take_came(&mut self) -> Option<Came> {
        self.came.take()
    }

    /// Nobody is waited for any more.
    pub fn give_up(&mut self) {
        self.awaited = None;
    }

    /// The radio is disabled: what it did has ended. Says whether a frame waits now.
    pub fn ended(&mut self) -> bool {
        match self.doing {
            Doing::Listening if self.phy.has_heard() => return self.heard(),
            Doing::Listening | Doing::Acknowledging => self.rest(),
            Doing::Transmitting => {
                self.came = Some(match self.phy.was_busy() {
                    true => Came::Busy,
                    false => {
                        self.statistics.transmitted = self.statistics.transmitted.wrapping_add(1);
                        Came::Sent
                    }
                });
                self.rest();
            }
            Doing::Nothing => {}
        }
        false
    }

    /// A frame has come. Says whether it waits to be taken.
    fn heard(&mut self) -> bool {
        let length = usize::from(self.incoming[0] & 0x7f);
        let Some(without_fcs) = length.checked_sub(fcs::LENGTH) else {
            self.rest();
            return false;
        };
        let frame = &self.incoming[1..=without_fcs];
        let verdict = match self.role {
            RadioRole::Device => self.filter.judge(frame),
            _ => Verdict::Taken { acknowledge: None },
        };
        let sequence = match verdict {
            Verdict::Taken { acknowledge } if self.keep(without_fcs) => acknowledge,
            Verdict::Acknowledges(sequence) if self.awaited == Some(sequence) => {
                self.awaited = None;
                self.came = Some(Came::Acknowledged);
                None
            }
            // Not for this device, or no room: then the sender sends it again.
            _ => None,
        };
        match sequence {
            Some(sequence) => self.acknowledge(sequence),
            None => self.rest(),
        }
        self.count > 0
    }

    fn acknowledge(&mut self, sequence: u8) {
        let [control, pending, sequence] = acknowledgement(sequence);
        self.outgoing[..4].copy_from_slice(&[5, control, pending, sequence]);
        self.doing = Doing::Acknowledging;
        if !self.phy.acknowledge(&self.outgoing, TURNAROUND_US) {
            self.rest();
        }
    }

    /// Puts the frame with those that wait; false where there is no room.
    fn keep(&mut self, without_fcs: usize) -> bool {
        if self.count == MOST_WAITING {
            self.statistics.dropped = self.statistics.dropped.wrapping_add(1);
            return false;
        }
        let place = &mut self.waiting[(self.first + self.count) % MOST_WAITING];
        let frame = &self.incoming[1..=without_fcs];
        // The radio keeps an FCS that is right to itself.
        place.psdu[..without_fcs].copy_from_slice(frame);
        place.psdu[without_fcs..without_fcs + fcs::LENGTH].copy_from_slice(&fcs::of(frame));
        place.length = without_fcs + fcs::LENGTH;
        let (time_us, rssi_dbm) = self.phy.heard();
        place.signal = Signal {
            time_us,
            rssi_dbm,
            lqi: self.incoming[1 + without_fcs].saturating_mul(4),
        };
        self.count += 1;
        self.statistics.received = self.statistics.received.wrapping_add(1);
        true
    }
}

#[cfg(test)]
mod tests;
