//! A good stack until its n-th frame.

use sixlo_agent::Outbox;

use crate::around::Meddler;

/// Counts frames and acts at one of them.
pub struct Trigger<F> {
    label: &'static str,
    after: u64,
    heard: u64,
    act: F,
}

impl<F: FnMut(&[u8], &mut dyn Outbox)> Trigger<F> {
    /// Calls `act` with frame number `after`, counted from 1.
    pub fn new(label: &'static str, after: u64, act: F) -> Self {
        Trigger {
            label,
            after,
            heard: 0,
            act,
        }
    }
}

impl<F: FnMut(&[u8], &mut dyn Outbox)> Meddler for Trigger<F> {
    fn label(&self) -> &'static str {
        self.label
    }

    fn heard(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        self.heard += 1;
        if self.heard == self.after {
            (self.act)(psdu, out);
        }
    }
}
