//! What a lane keeps in mind of the trials that it has played.

use sixlo_judge::evidence::{Event, Evidence, Phase, Stop, What};
use sixlo_judge::testcase::TestCase;
use sixlo_judge::trial::Trial;
use sixlo_judge::verdict::Judgement;

use super::silent::SilentTrials;

/// What a lane keeps in mind.
#[derive(Default)]
pub(super) struct Memory<'t> {
    /// Trials whose word rests on silence.
    pub silent: SilentTrials<'t>,
    /// The last trial that the running device was in, whole; none if it has just been started.
    pub last: Option<LastTrial<'t>>,
}

/// The trial that a device comes from.
pub(super) struct LastTrial<'t> {
    pub case: &'t TestCase,
    pub trial: &'t Trial,
    /// What its attempts came to, in the order in which they were played.
    pub attempts: Vec<Judgement>,
}

/// What was seen of the device in the attempts at one trial.
#[derive(Default)]
pub(super) struct Course {
    /// Attempts so far.
    count: usize,
    /// Before the first of them had begun, the device was gone.
    pub ended_before: bool,
    /// The last of them ended the device.
    pub has_ended: bool,
}

impl Course {
    /// Takes in one more attempt.
    pub fn note(&mut self, evidence: &Evidence) {
        self.ended_before |= self.count == 0 && ends_in_given(&evidence.events);
        self.has_ended = evidence.stop == Stop::Broken;
        self.count += 1;
    }
}

/// Whether the device ended before the trial had begun.
pub(super) fn ends_in_given(events: &[Event]) -> bool {
    events.iter().any(|event| {
        event.phase == Phase::Given && matches!(event.what, What::Exited(_) | What::Hung(_))
    })
}
