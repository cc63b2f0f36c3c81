//! Whether a frame of the device answers what was sent: used only to know when
//! to go on, never to judge.

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, Dissection, FcsMode, dissect};
use sixlo_frames::packet::{HeaderChain, protocol, quoted_packet};
use sixlo_frames::reassembly::Reassembler;
use sixlo_judge::trial::{Nonce, Trial};

/// ICMPv6 types. RFC 4443 4.2, RFC 4861 4.
const ECHO_REPLY: u8 = 129;
const NEIGHBOR_SOLICITATION: u8 = 135;
const NEIGHBOR_ADVERTISEMENT: u8 = 136;

/// What the device has said in a trial, put together.
pub(super) struct Heard {
    contexts: ContextTable,
    reassembler: Reassembler,
    packets: Vec<Vec<u8>>,
    frames: Vec<Dissection>,
    keeps_frames: bool,
}

impl Heard {
    pub fn new(trial: &Trial) -> Self {
        use sixlo_judge::trial::TrialStep;
        Heard {
            contexts: trial.contexts,
            reassembler: Reassembler::default(),
            packets: Vec::new(),
            frames: Vec::new(),
            keeps_frames: trial
                .steps
                .iter()
                .any(|step| matches!(step, TrialStep::Await(..))),
        }
    }

    /// Takes a frame in; says whether it asks for a neighbour.
    pub fn take(&mut self, now_us: u64, psdu: &[u8]) -> bool {
        let options = DissectOptions {
            contexts: &self.contexts,
            fcs: FcsMode::Present,
        };
        let dissection = dissect(psdu, &options);
        let restored = self.reassembler.hear(now_us, &dissection);
        if self.keeps_frames {
            self.frames.push(dissection);
        }
        let Some(restored) = restored else {
            return false;
        };
        let asks = icmpv6(&restored.packet).and_then(<[u8]>::first) == Some(&NEIGHBOR_SOLICITATION);
        self.packets.push(restored.packet);
        asks
    }

    /// Whether any packet so far answers it.
    pub fn answers(&self, nonce: &Nonce) -> bool {
        self.packets.iter().any(|packet| answers(packet, nonce))
    }

    /// Frames so far, where the trial awaits one.
    pub fn frames(&self) -> &[Dissection] {
        &self.frames
    }
}

fn answers(packet: &[u8], nonce: &Nonce) -> bool {
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
