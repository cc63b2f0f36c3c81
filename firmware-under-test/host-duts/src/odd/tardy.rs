//! Some answers wait until the device has heard a few frames more, though it says
//! that it has settled.

use sixlo_agent::Outbox;

use crate::around::{Meddler, Said};

/// Holds each n-th answer back.
pub struct Tardy {
    every: u32,
    /// Frames that an answer waits for.
    frames: u32,
    answers: u32,
    heard: u32,
    /// Answers that wait, with the number of the frame that sets them free. A reset
    /// leaves them alone: they lie in a radio's queue, say.
    held: Vec<(u32, Vec<Said>)>,
}

impl Tardy {
    /// Holds each `every`-th answer back until `frames` more frames were heard.
    pub fn new(every: u32, frames: u32) -> Self {
        Tardy {
            every: every.max(1),
            frames,
            answers: 0,
            heard: 0,
            held: Vec::new(),
        }
    }
}

impl Meddler for Tardy {
    fn label(&self) -> &'static str {
        "answers late"
    }

    fn heard(&mut self, _psdu: &[u8], out: &mut dyn Outbox) {
        self.heard = self.heard.wrapping_add(1);
        let heard = self.heard;
        for (_, frames) in self.held.extract_if(.., |(free, _)| *free == heard) {
            frames.iter().for_each(|said| said.pass(out));
        }
    }

    fn said(&mut self, batch: Vec<Said>, _now_us: u64, out: &mut dyn Outbox) {
        let is_frame = |said: &Said| matches!(said, Said::Frame(_));
        let (frames, others): (Vec<_>, Vec<_>) = batch.into_iter().partition(is_frame);
        others.iter().for_each(|said| said.pass(out));
        if frames.is_empty() {
            return;
        }
        self.answers = self.answers.wrapping_add(1);
        match self.answers.is_multiple_of(self.every) {
            true => self
                .held
                .push((self.heard.wrapping_add(self.frames), frames)),
            false => frames.iter().for_each(|said| said.pass(out)),
        }
    }
}
