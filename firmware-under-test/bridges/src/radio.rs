//! The bridge's end of the medium, with the habits of a MAC: distances, requests for
//! acknowledgements and repeats until they come, acknowledgements of its own.

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use sixlo_agent::Outbox;

use crate::error::BridgeError;
use crate::mac::{Frame, acknowledgement, dressed};
use crate::medium::{Medium, Overheard};
use crate::pulse::{Beat, Pulse};
use crate::serve::wait_readable;
use crate::settings::Personality;

/// Frames of the device taken in at a time: one that floods must not keep the bridge
/// from its commands.
const MOST_AT_ONCE: usize = 256;

/// How long the device is given to come to a CPU for its acknowledgement of one frame and of
/// that frame's repeats; it is asked whether it rests later.
const ACKNOWLEDGES_WITHIN: Duration = Duration::from_secs(1);
/// How often a device that computes is looked at meanwhile.
const LOOKS_EVERY: Duration = Duration::from_millis(2);

/// The bridge's end of the medium.
pub struct Radio<M> {
    medium: M,
    mac: Personality,
    sequence: u8,
    /// When the device sent last.
    last_own: Option<Instant>,
    /// Its last frame: a MAC that missed an acknowledgement sends it again.
    last_heard: Vec<u8>,
    /// An acknowledgement that is due at a time, by its sequence number.
    owed: Option<(Instant, u8)>,
    /// What the device has acknowledged last.
    acknowledged: Option<u8>,
}

impl<M: Medium> Radio<M> {
    /// This end of `medium`.
    pub fn new(medium: M, mac: Personality) -> Self {
        Radio {
            medium,
            mac,
            sequence: 0,
            last_own: None,
            last_heard: Vec::new(),
            owed: None,
            acknowledged: None,
        }
    }

    /// Readable when there may be something to hear.
    pub fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        self.medium.descriptors()
    }

    /// When an acknowledgement is due, or the medium has something to do.
    pub fn next_wake(&self) -> Option<Instant> {
        let due = self.owed.map(|(due, _)| due);
        due.into_iter().chain(self.medium.next_wake()).min()
    }

    /// What a second radio heard of what was sent.
    pub fn overheard(&self) -> Option<Overheard> {
        self.medium.overheard()
    }

    /// When the device sent last.
    pub fn last_own(&self) -> Option<Instant> {
        self.last_own
    }

    /// How long the device must have been silent before this frame.
    pub fn before(&self, psdu: &[u8]) -> Duration {
        match Frame::of(psdu) {
            Some(frame) if frame.is_broadcast() => self.before_broadcast(),
            _ => Duration::ZERO,
        }
    }

    /// How long it must have been before a frame for all.
    pub fn before_broadcast(&self) -> Duration {
        self.mac.before_broadcast
    }

    /// The device starts again: what it said before is of no more interest.
    pub fn forget(&mut self) -> Result<(), BridgeError> {
        for _ in 0..MOST_AT_ONCE {
            if self.medium.hear()?.is_none() {
                break;
            }
        }
        self.last_own = None;
        self.last_heard.clear();
        self.owed = None;
        Ok(())
    }

    /// Puts a frame on the medium, keeping to the device's habits; `pulse` tells what its
    /// process is doing, if it has one here. It may have been lost all the same when this
    /// returns.
    ///
    /// # Errors
    /// If the medium is of no more use, or the device has hung.
    pub fn put(
        &mut self,
        psdu: &[u8],
        mut pulse: Option<&mut Pulse>,
        out: &mut dyn Outbox,
    ) -> Result<(), BridgeError> {
        self.sequence = self.sequence.wrapping_add(1);
        let fresh = self.mac.fresh_sequence_numbers.then_some(self.sequence);
        let psdu = dressed(psdu, fresh, self.mac.request_acknowledgement);
        let wanted = Frame::of(&psdu)
            .filter(|frame| self.mac.request_acknowledgement && frame.asks())
            .and_then(|frame| frame.sequence());
        let end = Instant::now() + ACKNOWLEDGES_WITHIN;
        for _ in 0..=self.mac.retransmissions {
            self.keep_distance(out)?;
            self.acknowledged = None;
            if let Some(pulse) = &mut pulse {
                pulse.mark();
            }
            self.medium.send(&psdu)?;
            let Some(wanted) = wanted else { return Ok(()) };
            if self.await_acknowledgement(wanted, pulse.as_deref_mut(), end, out)? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Waits for an acknowledgement for as long as one may take, of the device's own time: one
    /// that has had no CPU has not kept silent, and what is sent again meanwhile would meet a
    /// radio that is no further than before. Says whether it came.
    fn await_acknowledgement(
        &mut self,
        wanted: u8,
        mut pulse: Option<&mut Pulse>,
        end: Instant,
        out: &mut dyn Outbox,
    ) -> Result<bool, BridgeError> {
        let within = self.mac.acknowledged_within;
        let mut left = within;
        loop {
            let limit = Instant::now() + left;
            let is_here = |radio: &Self| radio.acknowledged == Some(wanted);
            if self.listen_until(limit, out, is_here)? {
                return Ok(true);
            }
            // First this: what it has said before it fell asleep is heard after.
            let beat = pulse.as_mut().map(|pulse| pulse.feel());
            self.listen(out)?;
            left = match beat {
                _ if is_here(self) => return Ok(true),
                Some(Beat::Hung) => return Err(BridgeError::Hung),
                Some(Beat::Busy) => LOOKS_EVERY,
                Some(Beat::Asleep(own)) if own < within => within - own,
                Some(Beat::Asleep(_)) | None => return Ok(false),
            };
            if Instant::now() >= end {
                return Ok(false);
            }
        }
    }

    /// Takes in what the device has sent, and acknowledges what is due.
    pub fn listen(&mut self, out: &mut dyn Outbox) -> Result<(), BridgeError> {
        for _ in 0..MOST_AT_ONCE {
            let Some(heard) = self.medium.hear()? else {
                break;
            };
            self.take(heard.psdu, out);
        }
        if let Some((due, sequence)) = self.owed
            && due <= Instant::now()
        {
            self.owed = None;
            self.medium.send(&acknowledgement(sequence))?;
        }
        Ok(())
    }

    fn take(&mut self, psdu: Vec<u8>, out: &mut dyn Outbox) {
        let Some(frame) = Frame::of(&psdu) else {
            return;
        };
        let now = Instant::now();
        self.last_own = Some(now);
        if let Some(sequence) = frame.acknowledges() {
            self.acknowledged = Some(sequence);
            return;
        }
        if self.mac.acknowledge && frame.asks() {
            let due = now + self.mac.acknowledge_after;
            self.owed = frame.sequence().map(|sequence| (due, sequence));
        }
        // A MAC hands a repeated frame on once (IEEE 802.15.4-2015 6.7.2).
        if psdu != self.last_heard {
            out.transmitted(&psdu);
            self.last_heard = psdu;
        }
    }

    /// Waits until the device's radio is back in receive.
    fn keep_distance(&mut self, out: &mut dyn Outbox) -> Result<(), BridgeError> {
        self.listen(out)?;
        while let Some(end) = self.last_own.map(|last| last + self.mac.after_own)
            && (end > Instant::now() || self.owed.is_some())
        {
            let end = self.owed.map_or(end, |(due, _)| due.max(end));
            self.listen_until(end, out, |_| false)?;
        }
        Ok(())
    }

    /// Listens until `enough`, or until `end`; says whether it was enough.
    fn listen_until(
        &mut self,
        end: Instant,
        out: &mut dyn Outbox,
        enough: impl Fn(&Self) -> bool,
    ) -> Result<bool, BridgeError> {
        loop {
            self.listen(out)?;
            if enough(self) {
                return Ok(true);
            }
            let now = Instant::now();
            if now >= end {
                return Ok(false);
            }
            let wake = self.next_wake().map_or(end, |due| due.min(end));
            let left = wake
                .saturating_duration_since(now)
                .max(Duration::from_micros(1));
            wait_readable(&self.medium.descriptors(), left)?;
        }
    }
}
