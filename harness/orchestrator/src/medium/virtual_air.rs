//! The virtual air: it joins devices without a radio to the tester, and loses,
//! doubles, delays and reorders frames where it is told to, the same way for the
//! same seed.

use std::time::Duration;

use super::dice::Dice;
use super::in_flight::InFlight;
use super::{AirSettings, Frame, MediumError, Way};

/// The air of one lane.
#[derive(Debug, Clone)]
pub struct VirtualAir {
    settings: AirSettings,
    is_instant: bool,
    dice: Dice,
    carried: u64,
    lost: u64,
    is_disturbed: bool,
    in_flight: InFlight,
    times: Times,
}

/// Times in microseconds that the next frame has to respect.
#[derive(Debug, Clone, Copy, Default)]
struct Times {
    /// The air is free again, where it is paced.
    free_us: u64,
    /// The last frame of each way lands.
    last_us: [Option<u64>; 2],
}

impl VirtualAir {
    /// The air with these settings.
    pub fn new(settings: AirSettings) -> Self {
        VirtualAir {
            settings,
            is_instant: settings.is_instant(),
            dice: Dice::new(settings.seed),
            carried: 0,
            lost: 0,
            is_disturbed: false,
            in_flight: InFlight::default(),
            times: Times::default(),
        }
    }

    /// What it does to frames.
    pub fn settings(&self) -> &AirSettings {
        &self.settings
    }

    /// Frames arrive in the moment in which they are sent, or not at all: nothing is
    /// ever under way.
    pub fn is_instant(&self) -> bool {
        self.is_instant
    }

    /// How often a frame that is sent now arrives: 0, 1 or 2 times.
    pub fn arrivals(&mut self) -> usize {
        self.carried += 1;
        if self.dice.falls(self.settings.loss) {
            self.lost += 1;
            return 0;
        }
        if self.dice.falls(self.settings.duplication) {
            self.is_disturbed = true;
            return 2;
        }
        1
    }

    /// Sends a frame; as often as it arrives it [lands](Self::land) later.
    pub fn send(&mut self, frame: Frame) {
        for _ in 0..self.arrivals() {
            let due_us = self.due_us(&frame);
            self.in_flight.launch(due_us, frame.clone());
        }
    }

    /// When the next frame under way lands.
    pub fn next_due_us(&self) -> Option<u64> {
        self.in_flight.next_due_us()
    }

    /// The next frame that has landed by `now_us`.
    pub fn land(&mut self, now_us: u64) -> Option<Frame> {
        let (frame, is_overtaken) = self.in_flight.land(now_us)?;
        self.is_disturbed |= is_overtaken;
        Some(frame)
    }

    /// Whatever is under way never lands, and time may begin anew.
    pub fn clear(&mut self) {
        self.in_flight.clear();
        self.times = Times::default();
    }

    /// The longest that an exchange is under way: a datagram, the resolution of an
    /// address for its answer, and the answer.
    pub fn longest_exchange(&self) -> Duration {
        match self.is_instant {
            true => Duration::ZERO,
            false => self.settings.longest_flight() * 4,
        }
    }

    /// Whether it doubled frames or changed their order since this was asked last.
    pub fn take_disturbed(&mut self) -> bool {
        std::mem::take(&mut self.is_disturbed)
    }

    /// When a frame lands.
    fn due_us(&mut self, frame: &Frame) -> u64 {
        let AirSettings {
            reordering,
            delay,
            paced,
            pause,
            ..
        } = self.settings;
        let mut due_us = frame.sent_us;
        if paced {
            due_us = due_us.max(self.times.free_us) + airtime_us(frame.psdu.len());
            self.times.free_us = due_us + spacing_us(frame.psdu.len());
        }
        if !delay.is_zero() {
            due_us += (self.dice.unit() * delay.as_micros() as f64) as u64;
        }
        let last_us = &mut self.times.last_us[frame.way as usize];
        if let Some(last_us) = *last_us {
            due_us = due_us.max(match frame.way {
                Way::ToDut => last_us + pause.as_micros() as u64,
                Way::FromDut => last_us,
            });
        }
        *last_us = Some(due_us);
        // Those behind it do not wait for it.
        match self.dice.falls(reordering) {
            true => due_us + AirSettings::HELD_BACK.as_micros() as u64,
            false => due_us,
        }
    }

    /// The self-check before the first verdict: as many frames go through as are meant
    /// to. It leaves no trace, so that a run repeats from its seed.
    ///
    /// # Errors
    /// If it loses, doubles or holds back another share of the frames than it was told to.
    pub fn check(&self) -> Result<(), MediumError> {
        const FRAMES: u32 = 4096;
        let AirSettings {
            loss,
            duplication,
            reordering,
            ..
        } = self.settings;
        let mut air = self.clone();
        let (mut lost, mut doubled, mut held_back) = (0, 0, 0);
        for _ in 0..FRAMES {
            match air.arrivals() {
                0 => lost += 1,
                1 => {}
                _ => doubled += 1,
            }
            held_back += u32::from(air.dice.falls(reordering));
        }
        for (what, count, told) in [
            ("loses", lost, loss),
            ("doubles", doubled, (1.0 - loss) * duplication),
            ("holds back", held_back, reordering),
        ] {
            check_share(what, told, count, FRAMES)?;
        }
        Ok(())
    }

    /// It loses nothing, by construction.
    pub fn is_lossless(&self) -> bool {
        self.settings.loss <= 0.0
    }

    /// It may change the order of frames.
    pub fn reorders(&self) -> bool {
        self.settings.reordering > 0.0
    }

    /// The share of frames lost so far, measured.
    pub fn measured_loss(&self) -> f64 {
        match self.carried {
            0 => 0.0,
            carried => self.lost as f64 / carried as f64,
        }
    }
}

fn check_share(what: &'static str, told: f64, count: u32, of: u32) -> Result<(), MediumError> {
    /// Six standard deviations of the widest share, one half, of 4096: 6 * 0.5 / sqrt(4096).
    const TOLERANCE: f64 = 0.047;
    let measured = f64::from(count) / f64::from(of);
    let unasked = told <= 0.0 && count > 0;
    match unasked || (measured - told).abs() > TOLERANCE {
        true => Err(MediumError::Share {
            what,
            told,
            measured,
        }),
        false => Ok(()),
    }
}

/// Microseconds that a PSDU of so many octets is on air: 32 each at 250 kbit/s, after
/// a preamble, a start of frame and a length (IEEE 802.15.4-2015 12.1).
fn airtime_us(octets: usize) -> u64 {
    const BEFORE_PSDU: usize = 4 + 1 + 1;
    32 * (BEFORE_PSDU + octets) as u64
}

/// Microseconds between a frame and the next: 12 symbols of 16 us after a short frame,
/// 40 after a long one (IEEE 802.15.4-2015 6.2.4, macSifsPeriod and macLifsPeriod).
fn spacing_us(octets: usize) -> u64 {
    const LARGEST_SHORT: usize = 18;
    match octets <= LARGEST_SHORT {
        true => 12 * 16,
        false => 40 * 16,
    }
}
