//! The evidence of one trial, gathered: what was asked, and everything the
//! device put on air, restored.

use sixlo_frames::dissect::{DissectOptions, Dissection, FcsMode, dissect};
use sixlo_frames::reassembly::{DatagramKey, Reassembler};

use super::asked::Asked;
use crate::calibration::Calibration;
use crate::evidence::{Cause, Event, Evidence, Phase, What};
use crate::profile::Profile;
use crate::reading::Reading;
use crate::trial::{Nonce, Trial, TrialStep};

/// Everything the judge looks at.
pub(super) struct Scene<'a> {
    pub trial: &'a Trial,
    pub profile: &'a Profile,
    pub calibration: &'a Calibration,
    pub evidence: &'a Evidence,
    /// The same datagram in the DUT's simplest form.
    pub control: Option<Asked<'a>>,
    /// The datagrams of the trial's steps, each once.
    pub asked: Vec<Asked<'a>>,
    /// What was asked last.
    pub sentinel: Option<Asked<'a>>,
    /// The DUT's frames.
    pub frames: Vec<HeardFrame>,
    /// The packets they restore to.
    pub heard: Vec<HeardPacket>,
    /// What the agent handed back: event, phase, octets.
    pub delivered: Vec<(usize, Phase, &'a [u8])>,
    /// Fragments of the DUT that never became a datagram.
    pub broken_off: bool,
}

/// A frame of the DUT.
pub(super) struct HeardFrame {
    pub event: usize,
    pub phase: Phase,
    /// Octets on air, FCS included.
    pub octets: usize,
    pub dissection: Dissection,
    /// Position in `heard` of the packet it is, or is part of.
    pub packet: Option<usize>,
}

/// An IPv6 packet of the DUT, restored from its frames.
pub(super) struct HeardPacket {
    /// The event that completed it.
    pub event: usize,
    pub at_us: u64,
    pub phase: Phase,
    pub octets: Vec<u8>,
    /// None where it breaks off before its upper layer.
    pub reading: Option<Reading>,
    /// Positions in `frames`, in order of time.
    pub frames: Vec<usize>,
    /// A frame with the same MAC sequence number and octets came before:
    /// the MAC's retransmission, no second answer.
    pub retransmitted: bool,
}

impl<'a> Scene<'a> {
    pub fn gather(
        trial: &'a Trial,
        profile: &'a Profile,
        calibration: &'a Calibration,
        evidence: &'a Evidence,
    ) -> Self {
        let mut scene = Scene {
            trial,
            profile,
            calibration,
            evidence,
            control: trial.control.as_ref().map(Asked::new),
            asked: Vec::new(),
            sentinel: trial.sentinel.as_ref().map(Asked::new),
            frames: Vec::new(),
            heard: Vec::new(),
            delivered: Vec::new(),
            broken_off: false,
        };
        let of_step = scene.ask();
        let mut receiver = Receiver::default();
        for (at, event) in evidence.events.iter().enumerate() {
            match &event.what {
                What::Sent {
                    cause: Cause::Trial,
                    taken,
                    ..
                } => {
                    if let Some(asked) = scene.asked_in(event.phase, &of_step) {
                        asked.note_sent(at, event.at_us, *taken);
                    }
                }
                What::Heard(psdu) => scene.hear(at, event, psdu, &mut receiver),
                What::Delivered(packet) => scene.delivered.push((at, event.phase, packet)),
                // What was in flight before a reboot is gone on the DUT's side only.
                _ => {}
            }
        }
        scene.part_nonces();
        scene.broken_off = receiver.reassembler.outstanding() > 0;
        scene
    }

    /// The datagrams of the steps; sends with one nonce carry one datagram.
    /// Returns for each step the position in `asked`.
    fn ask(&mut self) -> Vec<Option<usize>> {
        let mut of_step = Vec::with_capacity(self.trial.steps.len());
        for step in &self.trial.steps {
            let TrialStep::Send(stimulus) = step else {
                of_step.push(None);
                continue;
            };
            let known = self
                .asked
                .iter()
                .position(|asked| *asked.nonce != Nonce::None && *asked.nonce == stimulus.nonce);
            match known {
                Some(at) => self.asked[at].extend(stimulus),
                None => self.asked.push(Asked::new(stimulus)),
            }
            of_step.push(known.or(Some(self.asked.len() - 1)));
        }
        of_step
    }

    /// Control and sentinel may bear the stimulus's nonce: a solicitation is told
    /// by its target alone. Then each is answered by what comes before the next.
    fn part_nonces(&mut self) {
        let sent = self
            .asked
            .iter()
            .filter(|asked| asked.first_event.is_some());
        let starts: Vec<(&Nonce, Option<usize>)> =
            sent.map(|asked| (asked.nonce, asked.first_event)).collect();
        if let Some(control) = &mut self.control {
            let next = starts.iter().find(|(nonce, _)| *nonce == control.nonce);
            control.until = next.and_then(|(_, start)| *start);
        }
        if let Some(sentinel) = &self.sentinel {
            for asked in &mut self.asked {
                if asked.nonce == sentinel.nonce {
                    asked.until = sentinel.first_event;
                }
            }
        }
    }

    fn asked_in(&mut self, phase: Phase, of_step: &[Option<usize>]) -> Option<&mut Asked<'a>> {
        match phase {
            Phase::Given => None,
            Phase::Control => self.control.as_mut(),
            Phase::Sentinel => self.sentinel.as_mut(),
            Phase::Step(step) => {
                let at = (*of_step.get(usize::from(step))?)?;
                self.asked.get_mut(at)
            }
        }
    }

    fn hear(&mut self, at: usize, event: &Event, psdu: &[u8], receiver: &mut Receiver) {
        let options = DissectOptions {
            contexts: &self.trial.contexts,
            fcs: FcsMode::Present,
            keys: None,
        };
        let dissection = dissect(psdu, &options);
        // A frame whose FCS is wrong reaches nobody.
        let is_whole = dissection
            .mac
            .is_some_and(|mac| mac.fcs_right != Some(false));
        let arrives = is_whole && self.is_let_through(at);
        let frame = self.frames.len();
        let whole = match arrives {
            true => receiver.hear(event.at_us, frame, &dissection),
            false => None,
        };
        self.frames.push(HeardFrame {
            event: at,
            phase: event.phase,
            octets: psdu.len(),
            dissection,
            packet: None,
        });
        let Some((octets, frames)) = whole else {
            return;
        };
        for &frame in &frames {
            self.frames[frame].packet = Some(self.heard.len());
        }
        let retransmitted = frames.len() == 1 && self.is_retransmission(frame, &octets);
        self.heard.push(HeardPacket {
            event: at,
            at_us: event.at_us,
            phase: event.phase,
            reading: Reading::of(&octets),
            octets,
            frames,
            retransmitted,
        });
    }

    /// Whether the link's security lets the frame of this event through; one that it does
    /// not reaches nobody, but a leader who is asked for its network.
    pub(super) fn is_let_through(&self, event: usize) -> bool {
        !self.profile.link.is_secured() || self.evidence.on_air.contains_key(&event)
    }

    fn is_retransmission(&self, frame: usize, octets: &[u8]) -> bool {
        let number = |at: usize| {
            self.frames[at]
                .dissection
                .mac
                .and_then(|mac| mac.sequence_number)
        };
        self.heard.iter().any(|before| {
            before.octets == octets
                && before.frames.len() == 1
                && number(before.frames[0]) == number(frame)
        })
    }

    /// The packets that a right stack restores from what the steps sent.
    pub fn restored_from_air(&self) -> Vec<Vec<u8>> {
        let options = DissectOptions {
            contexts: &self.trial.contexts,
            fcs: FcsMode::Present,
            keys: None,
        };
        let mut reassembler = Reassembler::default();
        self.evidence
            .events
            .iter()
            .filter_map(|event| match &event.what {
                What::Sent {
                    psdu,
                    cause: Cause::Trial,
                    ..
                } if matches!(event.phase, Phase::Step(_)) => {
                    let dissection = dissect(psdu, &options);
                    Some(reassembler.hear(event.at_us, &dissection)?.packet)
                }
                _ => None,
            })
            .collect()
    }

    /// Packets heard after the first frame of `asked` was sent, with their readings.
    pub fn after<'s>(
        &'s self,
        asked: &Asked<'a>,
    ) -> impl Iterator<Item = (&'s HeardPacket, &'s Reading)> + use<'s, 'a> {
        let (first, until) = (asked.first_event, asked.until);
        self.heard
            .iter()
            .filter(move |packet| {
                first.is_some_and(|first| first < packet.event)
                    && until.is_none_or(|until| packet.event < until)
            })
            .filter_map(|packet| Some((packet, packet.reading.as_ref()?)))
    }

    /// Whether a packet answers the control or the sentinel: then it is no answer to a step.
    pub fn is_liveness(&self, packet: &HeardPacket) -> bool {
        let Some(reading) = &packet.reading else {
            return false;
        };
        [&self.control, &self.sentinel]
            .into_iter()
            .flatten()
            .any(|asked| {
                asked.precedes(packet.event) && asked.is_answered_by(reading, &packet.octets)
            })
    }

    /// Whether a packet came while or after the steps were played.
    pub fn in_steps(&self, packet: &HeardPacket) -> bool {
        matches!(packet.phase, Phase::Step(_) | Phase::Sentinel)
    }
}

/// Puts the DUT's fragments together and remembers whose frames they were.
#[derive(Default)]
struct Receiver {
    reassembler: Reassembler,
    pending: Vec<(DatagramKey, usize)>,
}

impl Receiver {
    /// The packet that this frame completes, and the frames it came in.
    fn hear(
        &mut self,
        at_us: u64,
        frame: usize,
        dissection: &Dissection,
    ) -> Option<(Vec<u8>, Vec<usize>)> {
        if let Some(fragment) = dissection.fragment
            && let Some((src, dst)) = dissection.ends()
        {
            let key = DatagramKey {
                src,
                dst,
                datagram_size: fragment.datagram_size,
                datagram_tag: fragment.datagram_tag,
            };
            self.pending.push((key, frame));
        }
        let whole = self.reassembler.hear(at_us, dissection)?;
        let frames = match whole.key {
            None => vec![frame],
            Some(key) => {
                let mine = |pending: &&(DatagramKey, usize)| pending.0 == key;
                let frames = self.pending.iter().filter(mine).map(|(_, frame)| *frame);
                let frames = frames.collect();
                self.pending.retain(|(pending, _)| *pending != key);
                frames
            }
        };
        Some((whole.packet, frames))
    }
}
