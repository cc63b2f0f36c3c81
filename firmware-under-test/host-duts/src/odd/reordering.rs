//! Two answers change places.
//!
//! What one frame caused stays together and in order (the fragments of a
//! reply), but goes out after what the next frame caused.

use sixlo_agent::Outbox;

use crate::around::{Meddler, Said};

/// How long an answer waits for another one to overtake it.
const PATIENCE_US: u64 = 10_000;

/// Holds every second answer until the next has gone.
#[derive(Default)]
pub struct Reordering {
    /// Frames that wait, and until when at most.
    held: Option<(u64, Vec<Said>)>,
}

impl Meddler for Reordering {
    fn label(&self) -> &'static str {
        "answers out of order"
    }

    fn said(&mut self, batch: Vec<Said>, now_us: u64, out: &mut dyn Outbox) {
        let (frames, others): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|said| matches!(said, Said::Frame(_)));
        others.iter().for_each(|said| said.pass(out));
        if frames.is_empty() {
            return;
        }
        match self.held.take() {
            None => self.held = Some((now_us.saturating_add(PATIENCE_US), frames)),
            Some((_, first)) => frames.iter().chain(&first).for_each(|said| said.pass(out)),
        }
    }

    fn next_timer_us(&self) -> Option<u64> {
        self.held.as_ref().map(|(at, _)| *at)
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        if let Some((_, frames)) = self.held.take_if(|(at, _)| *at <= now_us) {
            frames.iter().for_each(|said| said.pass(out));
        }
    }

    fn reset(&mut self) {
        self.held = None;
    }
}
