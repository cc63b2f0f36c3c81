//! What an observer is told beforehand.

use std::time::Duration;

use sixlo_frames::context::ContextTable;

/// Contexts, time-outs and limits. Every limit bounds memory, whatever comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The contexts known from elsewhere; those that router advertisements tell are learnt.
    pub contexts: ContextTable,
    /// A reply is waited for so long.
    pub timeout: Duration,
    /// The same octets with the same sequence number are a retransmission within this time.
    pub retransmission_window: Duration,
    /// An acknowledgement comes within this time behind its frame.
    pub acknowledgement_window: Duration,
    /// Exchanges open at once; one more closes the oldest.
    pub most_open: usize,
    /// Senders told apart; the frames of any more are counted together.
    pub most_senders: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            contexts: ContextTable::new(),
            timeout: Duration::from_secs(10),
            // Four retries with the longest backoff take 0.2 s at 250 kbit/s.
            retransmission_window: Duration::from_millis(500),
            // 54 symbols are 0.9 ms; clocks of sniffers are coarser.
            acknowledgement_window: Duration::from_millis(10),
            most_open: 4096,
            most_senders: 1024,
        }
    }
}
