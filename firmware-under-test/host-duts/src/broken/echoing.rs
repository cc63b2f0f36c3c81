//! Sends every frame back: what looks like an answer is the harness's own voice.

use sixlo_agent::protocol::Setting;
use sixlo_agent::{Identity, Outbox, Outcome, Stack};
use sixlo_agent_process::fcs;

use super::Silent;
use sixlo_mac::{Destination, Header};

/// A mirror.
pub struct Echoing {
    /// Whether source and destination change places, as in an answer.
    pub swaps: bool,
}

impl Stack for Echoing {
    fn identity(&self) -> Identity<'_> {
        Identity {
            stack: "echoing",
            build: if self.swaps {
                "swapped MAC addresses"
            } else {
                ""
            },
            ..Silent.identity()
        }
    }

    fn configure(&mut self, _setting: &Setting) -> Outcome {
        Outcome::Done
    }

    fn reset(&mut self, _out: &mut dyn Outbox) -> Outcome {
        Outcome::Done
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        let swapped = self.swaps.then(|| swap(psdu)).flatten();
        out.transmitted(swapped.as_deref().unwrap_or(psdu));
    }

    fn advance(&mut self, _now_us: u64, _out: &mut dyn Outbox) {}

    fn next_timer_us(&self) -> Option<u64> {
        None
    }
}

/// The frame with its addresses exchanged; `None` when they are not of one width.
fn swap(psdu: &[u8]) -> Option<Vec<u8>> {
    let frame = fcs::check(psdu)?;
    let header = Header::of(frame)?;
    let width = match header.destination? {
        Destination::Short(0xffff) => return None,
        Destination::Short(_) => 2,
        Destination::Extended(_) => 8,
    };
    // Frame control, sequence number and PAN come first; the source ends the header.
    let destination = 5..5 + width;
    let source = header.length.checked_sub(width)?..header.length;
    if source.start < destination.end {
        return None;
    }
    let mut swapped = frame.to_vec();
    swapped[destination.clone()].copy_from_slice(&frame[source.clone()]);
    swapped[source].copy_from_slice(&frame[destination]);
    fcs::append(&mut swapped);
    Some(swapped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_change_places() {
        let mut frame = vec![0x41, 0x88, 7, 0xcd, 0xab, 0x02, 0x01, 0x04, 0x03, 0x60];
        fcs::append(&mut frame);
        let swapped = swap(&frame).unwrap();
        assert_eq!(
            fcs::check(&swapped).unwrap(),
            [0x41, 0x88, 7, 0xcd, 0xab, 0x04, 0x03, 0x02, 0x01, 0x60]
        );
    }
}
