//! One frame on its way out: unslotted CSMA-CA, and again until it is acknowledged
//! (IEEE 802.15.4-2006 7.5.1.4, 7.5.6.4.3). No clock and no radio: who drives it does what
//! each step says, and tells what came of it.

/// One symbol of the 2450 MHz O-QPSK PHY, in microseconds.
const SYMBOL_US: u32 = 16;
/// aUnitBackoffPeriod: 20 symbols.
const BACKOFF_US: u32 = 20 * SYMBOL_US;
/// macAckWaitDuration: aUnitBackoffPeriod + aTurnaroundTime (12) + phySHRDuration (10) + six
/// octets of two symbols, from the end of the frame to the end of its acknowledgement.
pub const ACKNOWLEDGED_WITHIN_US: u32 = (20 + 12 + 10 + 6 * 2) * SYMBOL_US;
/// aTurnaroundTime: from the last symbol of a frame to the first of its acknowledgement.
pub const TURNAROUND_US: u32 = 12 * SYMBOL_US;

/// How a device sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Habits {
    /// Whether it listens first.
    pub senses: bool,
    /// macMinBE.
    pub least_exponent: u8,
    /// macMaxBE, of no use above 16.
    pub most_exponent: u8,
    /// macMaxCSMABackoffs.
    pub backoffs: u8,
    /// macMaxFrameRetries.
    pub retries: u8,
}

impl Habits {
    /// The standard's defaults (table 86).
    pub const STANDARD: Habits = Habits {
        senses: true,
        least_exponent: 3,
        most_exponent: 5,
        backoffs: 4,
        retries: 3,
    };

    /// Of an injector: once, at once, and nobody is waited for.
    pub const ONCE: Habits = Habits {
        senses: false,
        least_exponent: 0,
        most_exponent: 0,
        backoffs: 0,
        retries: 0,
    };
}

/// What is to be done next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Wait so long, listening; then transmit if the channel is clear, sensing it right before.
    SenseAfter {
        /// Microseconds.
        us: u32,
    },
    /// Transmit now.
    Transmit,
    /// Wait for the acknowledgement with this sequence number, for no longer than this.
    AwaitAcknowledgement {
        /// Of the frame that was sent.
        sequence: u8,
        /// Microseconds from the end of the frame.
        us: u32,
    },
    /// It is done.
    Finished(Result<(), Failure>),
}

/// Why a frame did not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// CHANNEL_ACCESS_FAILURE: it was never on air in the last attempt.
    Busy,
    /// NO_ACK: it was on air, each time unacknowledged.
    NoAcknowledgement,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// The channel was busy, so nothing was sent.
    Busy,
    /// The frame was on air; its last symbol has gone.
    Sent,
    /// The acknowledgement has come.
    Acknowledged,
    /// It has not come in time.
    Nothing,
}

/// A frame on its way.
#[derive(Debug, Clone, Copy)]
pub struct Sending {
    habits: Habits,
    /// Its sequence number, if it asks for an acknowledgement.
    asks: Option<u8>,
    /// NB: times the channel was busy in this attempt.
    busy: u8,
    /// BE.
    exponent: u8,
    /// Attempts that nobody acknowledged.
    unanswered: u8,
}

impl Sending {
    /// Begins; `asks` is the sequence number to be acknowledged, if any. `random` is any
    /// number, another each time, here and below.
    pub fn begin(habits: Habits, asks: Option<u8>, random: u32) -> (Self, Step) {
        let sending = Sending {
            habits,
            asks,
            busy: 0,
            exponent: habits.least_exponent,
            unanswered: 0,
        };
        let step = sending.attempt(random);
        (sending, step)
    }

    /// Goes on after what came of the last step.
    pub fn go_on(&mut self, came: Came, random: u32) -> Step {
        match came {
            Came::Busy => {
                self.busy = self.busy.saturating_add(1);
                self.exponent = (self.exponent + 1).min(self.habits.most_exponent);
                match self.busy > self.habits.backoffs {
                    true => Step::Finished(Err(Failure::Busy)),
                    false => self.attempt(random),
                }
            }
            Came::Sent => match self.asks {
                Some(sequence) => Step::AwaitAcknowledgement {
                    sequence,
                    us: ACKNOWLEDGED_WITHIN_US,
                },
                None => Step::Finished(Ok(())),
            },
            Came::Acknowledged => Step::Finished(Ok(())),
            Came::Nothing => {
                self.unanswered = self.unanswered.saturating_add(1);
                if self.unanswered > self.habits.retries {
                    return Step::Finished(Err(Failure::NoAcknowledgement));
                }
                self.busy = 0;
                self.exponent = self.habits.least_exponent;
                self.attempt(random)
            }
        }
    }

    fn attempt(&self, random: u32) -> Step {
        if !self.habits.senses {
            return Step::Transmit;
        }
        // 0 to 2^BE - 1 backoff periods.
        let periods = random & ((1 << self.exponent.min(16)) - 1);
        Step::SenseAfter {
            us: periods * BACKOFF_US,
        }
    }
}

#[cfg(test)]
mod tests;
