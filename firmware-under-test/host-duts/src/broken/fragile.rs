//! A good stack until a frame that holds certain octets, and one before it that holds others.

use sixlo_agent::Outbox;

use crate::around::Meddler;

const LAST_WORDS: &str = "a frame that this stack cannot take";

/// Looks for octets in frames.
pub struct Fragile {
    /// What has to come first; nothing if empty.
    pub first: Vec<u8>,
    /// What it cannot take.
    pub holds: Vec<u8>,
    /// It goes on, and ends when it is reset.
    pub ends_at_reset: bool,
    has_come: bool,
    is_doomed: bool,
}

impl Fragile {
    /// Ends at a frame that holds `holds` behind one that held `first`.
    pub fn new(first: Vec<u8>, holds: Vec<u8>, ends_at_reset: bool) -> Self {
        Fragile {
            has_come: first.is_empty(),
            first,
            holds,
            ends_at_reset,
            is_doomed: false,
        }
    }
}

impl Meddler for Fragile {
    fn label(&self) -> &'static str {
        "fragile"
    }

    fn heard(&mut self, psdu: &[u8], _: &mut dyn Outbox) {
        let holds = |octets: &[u8]| {
            psdu.windows(octets.len().max(1))
                .any(|window| window == octets)
        };
        if self.has_come && holds(&self.holds) {
            assert!(self.ends_at_reset, "{LAST_WORDS}");
            self.is_doomed = true;
        }
        self.has_come |= holds(&self.first);
    }

    fn reset(&mut self) {
        assert!(!self.is_doomed, "{LAST_WORDS}");
    }
}
