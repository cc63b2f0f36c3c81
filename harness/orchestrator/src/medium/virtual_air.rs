//! The virtual air: it joins devices without a radio to the tester, and loses,
//! doubles and reorders frames where it is told to, the same way for the same seed.

use thiserror::Error;

/// What the air does to frames; nothing by default.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct AirSettings {
    /// Share of transmissions lost, 0 to 1, each way.
    pub loss: f64,
    /// Share of transmissions that arrive twice.
    pub duplication: f64,
    /// Seed of everything random.
    pub seed: u64,
}

/// Why a medium is not to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum MediumError {
    /// It does not do to frames what it is told.
    #[error("the air {what} {measured:.3} of the frames, and was told {told:.3}")]
    Share {
        /// What it does to them.
        what: &'static str,
        /// The share that is meant.
        told: f64,
        /// The share measured.
        measured: f64,
    },
}

/// The air of one lane.
#[derive(Debug, Clone)]
pub struct VirtualAir {
    settings: AirSettings,
    state: u64,
    carried: u64,
    lost: u64,
}

impl VirtualAir {
    /// The air with these settings.
    pub fn new(settings: AirSettings) -> Self {
        VirtualAir {
            settings,
            state: settings.seed,
            carried: 0,
            lost: 0,
        }
    }

    /// How often a frame that is sent now arrives: 0, 1 or 2 times.
    pub fn arrivals(&mut self) -> usize {
        self.carried += 1;
        if self.settings.loss > 0.0 && self.unit() < self.settings.loss {
            self.lost += 1;
            return 0;
        }
        if self.settings.duplication > 0.0 && self.unit() < self.settings.duplication {
            return 2;
        }
        1
    }

    /// The self-check before the first verdict: as many frames go through as are meant
    /// to. It leaves no trace, so that a run repeats from its seed.
    ///
    /// # Errors
    /// If it loses or doubles another share of the frames than it was told to.
    pub fn check(&self) -> Result<(), MediumError> {
        const FRAMES: u32 = 4096;
        /// Six standard deviations of the widest share, one half: 6 * 0.5 / sqrt(4096).
        const TOLERANCE: f64 = 0.047;
        let mut air = self.clone();
        let (mut lost, mut doubled) = (0u32, 0u32);
        for _ in 0..FRAMES {
            match air.arrivals() {
                0 => lost += 1,
                1 => {}
                _ => doubled += 1,
            }
        }
        let AirSettings {
            loss, duplication, ..
        } = self.settings;
        for (what, count, told) in [
            ("loses", lost, loss),
            ("doubles", doubled, (1.0 - loss) * duplication),
        ] {
            let measured = f64::from(count) / f64::from(FRAMES);
            let exact = told <= 0.0 && count > 0;
            if exact || (measured - told).abs() > TOLERANCE {
                return Err(MediumError::Share {
                    what,
                    told,
                    measured,
                });
            }
        }
        Ok(())
    }

    /// It loses nothing, by construction.
    pub fn is_lossless(&self) -> bool {
        self.settings.loss <= 0.0
    }

    /// The share of frames lost so far, measured.
    pub fn measured_loss(&self) -> f64 {
        match self.carried {
            0 => 0.0,
            carried => self.lost as f64 / carried as f64,
        }
    }

    /// SplitMix64: small, seeded, the same on every machine.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to but not including 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_settings_every_frame_arrives_once() {
        let mut air = VirtualAir::new(AirSettings::default());
        assert!((0..1000).all(|_| air.arrivals() == 1));
        assert!(air.is_lossless());
    }

    #[test]
    fn it_passes_its_own_check_and_leaves_no_trace() {
        for (loss, duplication) in [(0.0, 0.0), (0.1, 0.0), (0.5, 0.5), (1.0, 0.0)] {
            let air = VirtualAir::new(AirSettings {
                loss,
                duplication,
                seed: 11,
            });
            assert_eq!(air.check(), Ok(()));
            assert!(air.measured_loss() <= 0.0);
        }
        // A share that cannot be had.
        let air = VirtualAir::new(AirSettings {
            loss: 1.5,
            ..AirSettings::default()
        });
        assert_eq!(
            air.check().unwrap_err().to_string(),
            "the air loses 1.000 of the frames, and was told 1.500"
        );
    }

    #[test]
    fn a_seed_loses_the_share_it_is_told_to_and_the_same_frames_each_time() {
        let settings = AirSettings {
            loss: 0.3,
            seed: 7,
            ..AirSettings::default()
        };
        let run = |settings| {
            let mut air = VirtualAir::new(settings);
            let arrivals: Vec<usize> = (0..10_000).map(|_| air.arrivals()).collect();
            (arrivals, air.measured_loss())
        };
        let (first, loss) = run(settings);
        assert!((0.28..0.32).contains(&loss), "{loss}");
        assert_eq!(first, run(settings).0);
        assert_ne!(
            first,
            run(AirSettings {
                seed: 8,
                ..settings
            })
            .0
        );
    }
}
