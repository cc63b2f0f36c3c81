//! What a lane has done and not handed over yet. Waking the threads that write and
//! tell costs more than a trial on a fast device, so results go over together.

use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use super::event::Event;
use super::journal::Attempt;
use super::recorder::{Entry, RecorderHandle, Stopped};

/// The most that a kill can cost beyond the trial being played: it is played again
/// when the run is carried on.
const PATIENCE: Duration = Duration::from_millis(1);

/// A lane's results on their way to the journal and to whoever listens.
pub(super) struct Handover<'a> {
    recorder: &'a RecorderHandle,
    says: &'a Sender<Vec<Event>>,
    patience: Duration,
    attempts: Vec<Attempt>,
    judged: Vec<Event>,
    /// When the oldest of them came.
    since: Option<Instant>,
}

impl<'a> Handover<'a> {
    /// `is_fast`: trials of this device take far less than a millisecond. Those of
    /// others are handed over one by one.
    pub fn new(
        recorder: &'a RecorderHandle,
        says: &'a Sender<Vec<Event>>,
        is_fast: bool,
    ) -> Handover<'a> {
        Handover {
            recorder,
            says,
            patience: if is_fast { PATIENCE } else { Duration::ZERO },
            attempts: Vec::new(),
            judged: Vec::new(),
            since: None,
        }
    }

    /// Takes in an attempt, to be recorded.
    pub fn record(&mut self, attempt: Attempt) -> Result<(), Stopped> {
        self.attempts.push(attempt);
        self.hand_over_in_time()
    }

    /// Takes in the last word on a trial, to be told.
    pub fn tell(&mut self, judged: Event) -> Result<(), Stopped> {
        self.judged.push(judged);
        self.hand_over_in_time()
    }

    fn hand_over_in_time(&mut self) -> Result<(), Stopped> {
        let now = Instant::now();
        let since = *self.since.get_or_insert(now);
        match now.duration_since(since) >= self.patience {
            true => self.hand_over(),
            false => Ok(()),
        }
    }

    fn hand_over(&mut self) -> Result<(), Stopped> {
        self.since = None;
        if !self.judged.is_empty() {
            // Nobody listens only after the caller has panicked.
            let _ = self.says.send(std::mem::take(&mut self.judged));
        }
        match self.attempts.is_empty() {
            true => Ok(()),
            false => {
                let attempts = std::mem::take(&mut self.attempts);
                self.recorder.record(Entry::Attempts(attempts))
            }
        }
    }
}

impl Drop for Handover<'_> {
    /// The lane ends, or panics: what was done is done.
    fn drop(&mut self) {
        // A recorder that has failed says why itself.
        let _ = self.hand_over();
    }
}
