//! A sender's sequence numbers, and what their gaps say.

use std::time::Duration;

/// A gap beyond this is taken for a new start: numbers start at random (IEEE 802.15.4 8.4).
const WIDEST_GAP: u8 = 32;
/// Where more than one number in so many starts anew, they do not count up.
const STARTS_AMONG: u64 = 8;

/// One counter, over all destinations. Repetitions are folded before they come here.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    last: Option<u8>,
    heard: u64,
    missed: u64,
    restarts: u64,
    broken_at: Option<Duration>,
}

impl Numbers {
    /// The next frame's number.
    pub fn hear(&mut self, number: u8, at: Duration) {
        self.heard += 1;
        let Some(last) = self.last.replace(number) else {
            return;
        };
        match number.wrapping_sub(last) {
            // A sender that does not count is no sign of a loss.
            0 | 1 => {}
            ahead @ 2..=WIDEST_GAP => {
                self.missed += u64::from(ahead - 1);
                self.broken_at = Some(at);
            }
            _ => {
                self.restarts += 1;
                self.broken_at = Some(at);
            }
        }
    }

    /// Forgets what was counted, as when it turns out to have been half of the frames only.
    pub fn start_afresh(&mut self, at: Duration) {
        *self = Numbers {
            broken_at: Some(at),
            ..Numbers::default()
        };
    }

    /// Whether no frame was missed from `start` on, by all that is known.
    pub fn whole_since(&self, start: Duration) -> bool {
        self.broken_at.is_none_or(|broken| broken < start)
    }

    pub fn missed(&self) -> u64 {
        self.missed
    }

    pub fn restarts(&self) -> u64 {
        self.restarts
    }

    /// Of all frames sent the share that was missed, 0 to 1; none where the numbers do
    /// not count up, or nothing has been heard.
    pub fn share(&self) -> Option<f64> {
        let counts_up = self.heard > 0 && self.restarts * STARTS_AMONG <= self.heard;
        counts_up.then(|| self.missed as f64 / (self.heard + self.missed) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(numbers: &[u8]) -> Numbers {
        let mut all = Numbers::default();
        for (second, number) in (0..).zip(numbers) {
            all.hear(*number, Duration::from_secs(second));
        }
        all
    }

    #[test]
    fn gaps_are_losses() {
        for (numbers, missed, restarts) in [
            (&[][..], 0, 0),
            (&[7], 0, 0),
            (&[7, 8, 9], 0, 0),
            (&[7, 9], 1, 0),
            (&[7, 9, 12], 3, 0),
            // The counter has eight bits.
            (&[254, 255, 0, 1], 0, 0),
            (&[254, 1], 2, 0),
            // Reboots, and a frame overtaken by its successor.
            (&[7, 200, 201], 0, 1),
            (&[7, 6], 0, 1),
            // A sender that does not count.
            (&[0, 0, 0], 0, 0),
        ] {
            let all = heard(numbers);
            assert_eq!(
                (all.missed(), all.restarts()),
                (missed, restarts),
                "{numbers:?}"
            );
        }
    }

    #[test]
    fn a_share_is_known_of_numbers_that_count_up() {
        assert_eq!(heard(&[]).share(), None);
        assert_eq!(heard(&[1, 2, 3]).share(), Some(0.0));
        assert_eq!(heard(&[1, 2, 4]).share(), Some(0.25));
        assert_eq!(heard(&[1, 99, 200, 7]).share(), None);
    }

    #[test]
    fn a_gap_breaks_what_was_whole() {
        let all = heard(&[1, 2, 4, 5]);
        assert!(!all.whole_since(Duration::from_secs(2)));
        assert!(all.whole_since(Duration::from_secs(3)));
    }
}
