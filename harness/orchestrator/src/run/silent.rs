//! Trials whose word rests on silence: an answer that comes after all makes it void.

use std::collections::VecDeque;

use sixlo_judge::testcase::TestCase;
use sixlo_judge::trial::{Trial, TrialStep};
use sixlo_judge::verdict::{Judgement, Outcome, Seen, Verdict};

use crate::campaign::{answers_earlier, bears_own_nonce};

/// Trials that a lane keeps in mind; nobody holds an answer back for longer.
const MOST: usize = 64;

/// The last trials of a lane whose word rests on silence.
#[derive(Default)]
pub(super) struct SilentTrials<'t>(VecDeque<SilentTrial<'t>>);

/// One of them.
pub(super) struct SilentTrial<'t> {
    pub case: &'t TestCase,
    pub trial: &'t Trial,
    /// Attempts at it so far.
    pub attempts: usize,
    /// What they came to.
    pub word: Judgement,
}

/// Whether a word rests on silence.
pub(super) fn rests_on_silence(word: &Judgement) -> bool {
    word.outcome == Outcome::Dropped
        || (word.verdict == Verdict::Pass && word.seen == Seen::Nothing)
}

impl<'t> SilentTrials<'t> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps a trial in mind.
    pub fn remember(&mut self, trial: SilentTrial<'t>) {
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back(trial);
    }

    /// The trial that this packet answers, which is forgotten with that.
    pub fn answered_by(&mut self, packet: &[u8]) -> Option<SilentTrial<'t>> {
        let is_answered = |silent: &SilentTrial| {
            silent.trial.steps.iter().any(|step| match step {
                TrialStep::Send(stimulus) => answers_earlier(packet, stimulus),
                _ => false,
            })
        };
        let at = self.0.iter().position(is_answered)?;
        self.0.remove(at)
    }

    /// A trial that failed by silence and whose answers bear no nonce of their own: from a
    /// device that answers late nobody could tell them. It is forgotten with that.
    pub fn unprovable(&mut self) -> Option<SilentTrial<'t>> {
        let at = self.0.iter().position(|silent| {
            let is_unknown = |step: &TrialStep| match step {
                TrialStep::Send(stimulus) => !bears_own_nonce(stimulus),
                _ => false,
            };
            silent.word.verdict == Verdict::Fail && silent.trial.steps.iter().any(is_unknown)
        })?;
        self.0.remove(at)
    }
}
