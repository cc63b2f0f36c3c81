//! Answers every echo request, with an identifier nobody asked with.
//!
//! The checksum is made right again, so only a tester that compares the
//! identifier can tell.

use std::collections::VecDeque;

use sixlo_agent::Outbox;
use sixlo_agent_process::fcs;

use crate::around::{Meddler, Said};

/// ICMPv6 echo, type and code. RFC 4443 4.1, 4.2.
const REQUEST: [u8; 2] = [128, 0];
const REPLY: [u8; 2] = [129, 0];

/// Frames kept: an answer may come after address resolution, whose frames hold
/// the octets of an echo header, too (fe80 and zeros).
const KEPT: usize = 8;

/// Remembers the frames last heard that may be requests.
#[derive(Default)]
pub struct WrongIdentifier {
    requests: VecDeque<Vec<u8>>,
}

impl Meddler for WrongIdentifier {
    fn label(&self) -> &'static str {
        "wrong identifier in echo replies"
    }

    fn heard(&mut self, psdu: &[u8], _out: &mut dyn Outbox) {
        if finds(psdu, REQUEST).next().is_some() {
            self.requests.push_back(psdu.to_vec());
            if self.requests.len() > KEPT {
                self.requests.pop_front();
            }
        }
    }

    fn said(&mut self, batch: Vec<Said>, _now_us: u64, out: &mut dyn Outbox) {
        for mut said in batch {
            if let Said::Frame(psdu) = &mut said {
                self.falsify(psdu);
            }
            said.pass(out);
        }
    }
}

impl WrongIdentifier {
    /// Changes the reply in `psdu`, found by the identifier and sequence
    /// number that it repeats.
    fn falsify(&self, psdu: &mut Vec<u8>) {
        let reply = finds(psdu, REPLY).find(|reply| {
            self.requests.iter().any(|heard| {
                finds(heard, REQUEST)
                    .any(|request| heard[request + 4..request + 8] == psdu[reply + 4..reply + 8])
            })
        });
        let Some(at) = reply else { return };
        let octets = |at: usize| u16::from_be_bytes([psdu[at], psdu[at + 1]]);
        let (checksum, identifier) = (octets(at + 2), octets(at + 4));
        let wrong = identifier ^ 1;
        // RFC 1624: HC' = ~(~HC + ~m + m').
        let sum = u32::from(!checksum) + u32::from(!identifier) + u32::from(wrong);
        let folded = (sum & 0xffff) + (sum >> 16);
        let folded = (folded & 0xffff) + (folded >> 16);
        psdu[at + 2..at + 4].copy_from_slice(&(!(folded as u16)).to_be_bytes());
        psdu[at + 4..at + 6].copy_from_slice(&wrong.to_be_bytes());
        psdu.truncate(psdu.len() - 2);
        fcs::append(psdu);
    }
}

/// Where an echo header with this type and code may start: eight octets of it,
/// before the FCS.
fn finds(psdu: &[u8], echo: [u8; 2]) -> impl Iterator<Item = usize> {
    let last = psdu.len().saturating_sub(2 + 8);
    (3..=last).filter(move |at| psdu[*at..].starts_with(&echo))
}
