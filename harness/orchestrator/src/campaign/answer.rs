//! Whether a packet of the device answers what was sent: used only to know when to
//! go on, never to judge.

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::packet::{HeaderChain, protocol, quoted_packet};
use sixlo_frames::reassembly::Reassembler;
use sixlo_judge::evidence::{Evidence, What};
use sixlo_judge::trial::{Nonce, Stimulus};

/// ICMPv6 types. RFC 4443 4.2, RFC 4861 4.
const FIRST_INFORMATIONAL: u8 = 128;
const ECHO_REPLY: u8 = 129;
const NEIGHBOR_ADVERTISEMENT: u8 = 136;

/// Which of these were answered, by their indices, in the order of their answers.
pub fn answered_in_order(evidence: &Evidence, stimuli: &[Stimulus]) -> Vec<usize> {
    let contexts = ContextTable::new();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    let mut reassembler = Reassembler::default();
    let packets = evidence
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Heard(psdu) => {
                let restored = reassembler.hear(event.at_us, &dissect(psdu, &options))?;
                Some(restored.packet)
            }
            _ => None,
        });
    packets
        .filter_map(|packet| {
            let answered = |stimulus: &Stimulus| answers(&packet, &stimulus.nonce);
            stimuli.iter().position(answered)
        })
        .collect()
}

/// Whether this packet of the device answers an earlier trial's datagram: one with a
/// nonce of its own.
pub fn answers_earlier(packet: &[u8], stimulus: &Stimulus) -> bool {
    bears_own_nonce(stimulus) && answers(packet, &stimulus.nonce)
}

/// Whether answers to a datagram can be told from those to any other.
pub fn bears_own_nonce(stimulus: &Stimulus) -> bool {
    matches!(stimulus.nonce, Nonce::Echo { .. } | Nonce::Quote(_))
}

/// Whether a packet answers somebody's datagram: an echo reply, or an error.
pub(super) fn is_answer(packet: &[u8]) -> bool {
    let first = icmpv6(packet).and_then(<[u8]>::first);
    first.is_some_and(|first| *first == ECHO_REPLY || *first < FIRST_INFORMATIONAL)
}

/// Whether a packet is a neighbour advertisement (RFC 4861 4.4).
pub(super) fn is_advertisement(packet: &[u8]) -> bool {
    let first = icmpv6(packet).and_then(<[u8]>::first);
    first == Some(&NEIGHBOR_ADVERTISEMENT)
}

/// Whether a packet answers what bears this nonce.
pub fn answers(packet: &[u8], nonce: &Nonce) -> bool {
    let Some(message) = icmpv6(packet) else {
        return false;
    };
    match nonce {
        Nonce::Echo {
            identifier,
            sequence,
        } => {
            message.first() == Some(&ECHO_REPLY)
                && message.get(4..6) == Some(&identifier.to_be_bytes())
                && message.get(6..8) == Some(&sequence.to_be_bytes())
        }
        Nonce::Quote(octets) => {
            !octets.is_empty()
                && quoted_packet(packet)
                    .is_some_and(|quote| quote.windows(octets.len()).any(|part| part == octets))
        }
        Nonce::Target(target) => {
            message.first() == Some(&NEIGHBOR_ADVERTISEMENT)
                && message.get(8..24) == Some(&target.octets())
        }
        Nonce::None => false,
    }
}

fn icmpv6(packet: &[u8]) -> Option<&[u8]> {
    let payload = HeaderChain::new(packet).ok()?.payload()?;
    (payload.protocol == protocol::ICMPV6)
        .then(|| packet.get(payload.range))
        .flatten()
}
