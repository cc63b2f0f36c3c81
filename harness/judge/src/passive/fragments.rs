//! Fragments to datagrams, and the contexts their headers were restored with.

use std::collections::VecDeque;
use std::time::Duration;

use sixlo_frames::dissect::Dissection;
use sixlo_frames::reassembly::{
    Contribution, DatagramKey, Heard, MOST_DATAGRAMS, Reassembled, Reassembler,
};

use super::packet::{ContextMask, contexts_of};

/// Datagrams in progress.
#[derive(Debug, Default)]
pub(super) struct Fragments {
    reassembler: Reassembler,
    /// Of first fragments that were compressed with contexts; oldest first.
    contexts: VecDeque<(DatagramKey, ContextMask)>,
}

/// What came of a fragment.
pub(super) enum Placed {
    Waiting,
    Complete(Reassembled, ContextMask),
    Refused,
}

impl Fragments {
    pub fn place(&mut self, at: Duration, frame: &Dissection) -> Option<Placed> {
        let contribution = Contribution::of(frame)?;
        self.note_contexts(contribution.key, contexts_of(frame));
        Some(match self.reassembler.place(micros(at), &contribution) {
            Heard::Waiting | Heard::Duplicate => Placed::Waiting,
            Heard::Complete(reassembled) => {
                Placed::Complete(reassembled, self.take_contexts(contribution.key))
            }
            Heard::Refused(_) => Placed::Refused,
        })
    }

    fn note_contexts(&mut self, key: DatagramKey, mask: ContextMask) {
        if mask == 0 {
            return;
        }
        if self.contexts.len() == MOST_DATAGRAMS {
            self.contexts.pop_front();
        }
        self.contexts.push_back((key, mask));
    }

    fn take_contexts(&mut self, key: DatagramKey) -> ContextMask {
        let mut all = 0;
        self.contexts.retain(|(of, mask)| {
            if *of == key {
                all |= mask;
            }
            *of != key
        });
        all
    }
}

/// Microseconds of the reassembler's clock.
pub(super) fn micros(at: Duration) -> u64 {
    u64::try_from(at.as_micros()).unwrap_or(u64::MAX)
}
