//! One attempt's evidence, with other names, addresses and nonces.
//!
//! Frames of the trial are made anew by what made them the first time. All others are
//! rewritten: what they restore to gets its new octets and its checksum, and each of its
//! frames the part that it carries.

use std::collections::HashMap;

use sixlo_frames::packet::finish_udp_checksum;
use sixlo_frames::reassembly::{Contribution, DatagramKey};
use sixlo_judge::evidence::{Cause, Event, Evidence, Phase, What};
use sixlo_judge::testcase::Given;
use sixlo_judge::trial::{Nonce, Stimulus, Trial, TrialStep};

use super::addresses::Addresses;
use super::substitution::Substitution;
use super::{frame, packet, words};

/// A trial as it was played, and as it is with the new names and addresses.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub was: &'a Trial,
    pub is: &'a Trial,
}

/// What came of an attempt.
pub(super) struct Rewritten {
    pub evidence: Evidence,
    /// Frames that cannot be rewritten, and are blank.
    pub withheld: usize,
}

/// The evidence of one attempt at the trial.
pub(super) fn rewritten(
    pair: Pair<'_>,
    evidence: Evidence,
    addresses: &mut Addresses<'_>,
) -> Rewritten {
    for givens in pair.was.given.iter().zip(&pair.is.given) {
        if let (Given::FreshEui64(was), Given::FreshEui64(is)) = givens {
            addresses.given(*was, *is);
        }
    }
    for event in &evidence.events {
        if let What::Heard(psdu) = &event.what {
            let mac = frame::read(psdu, &pair.was.contexts).mac;
            addresses.meet(mac.map(|mac| mac.src).unwrap_or_default());
        }
    }
    let mut attempt = Attempt {
        pair,
        substitution: pair.substitution(addresses.substitution()),
        sequence_numbers: HashMap::new(),
        withheld: 0,
    };
    let restored = attempt.restored(&evidence.events);
    let events = evidence
        .events
        .into_iter()
        .zip(restored)
        .map(|(event, restored)| Event {
            what: attempt.what(event.what, event.phase, restored.as_ref()),
            ..event
        })
        .collect();
    Rewritten {
        evidence: Evidence {
            trial: Some(pair.is.id.clone()),
            events,
            ..evidence
        },
        withheld: attempt.withheld,
    }
}

impl Pair<'_> {
    /// What is sent in a part of the trial, as it was and as it is.
    fn stimuli(&self, phase: Phase) -> Option<(&Stimulus, &Stimulus)> {
        match phase {
            Phase::Given => None,
            Phase::Control => self.was.control.as_ref().zip(self.is.control.as_ref()),
            Phase::Sentinel => self.was.sentinel.as_ref().zip(self.is.sentinel.as_ref()),
            Phase::Step(step) => {
                let at = usize::from(step);
                match (self.was.steps.get(at)?, self.is.steps.get(at)?) {
                    (TrialStep::Send(was), TrialStep::Send(is)) => Some((was, is)),
                    _ => None,
                }
            }
        }
    }

    /// The addresses, and whatever an answer shows of this trial's own octets.
    fn substitution(&self, addresses: &Substitution) -> Substitution {
        let mut all = addresses.clone();
        let steps = (0u16..).map(Phase::Step).take(self.was.steps.len());
        for phase in [Phase::Control, Phase::Sentinel].into_iter().chain(steps) {
            if let Some((was, is)) = self.stimuli(phase) {
                add_nonce(&mut all, &was.nonce, &is.nonce);
                add_differences(&mut all, &was.packet, &is.packet);
            }
        }
        for steps in self.was.steps.iter().zip(&self.is.steps) {
            if let (TrialStep::SendIpv6(was), TrialStep::SendIpv6(is)) = steps {
                add_differences(&mut all, was, is);
            }
        }
        all
    }
}

fn add_nonce(substitution: &mut Substitution, was: &Nonce, is: &Nonce) {
    let octets = |nonce: &Nonce| match nonce {
        Nonce::Echo {
            identifier,
            sequence,
        } => [identifier.to_be_bytes(), sequence.to_be_bytes()].concat(),
        Nonce::Quote(octets) => octets.clone(),
        Nonce::Target(_) | Nonce::None => Vec::new(),
    };
    substitution.add(&octets(was), &octets(is));
}

/// Stretches of a packet that differ, as an error that quotes it shows them.
fn add_differences(substitution: &mut Substitution, was: &[u8], is: &[u8]) {
    /// Fewer octets are met by chance.
    const SHORTEST: usize = 4;
    if was.len() != is.len() {
        return;
    }
    let differ: Vec<usize> = (0..was.len()).filter(|&at| was[at] != is[at]).collect();
    for stretch in differ.chunk_by(|a, b| b - a < SHORTEST) {
        let (Some(&first), Some(&last)) = (stretch.first(), stretch.last()) else {
            continue;
        };
        if last + 1 - first >= SHORTEST {
            substitution.add(&was[first..=last], &is[first..=last]);
        }
    }
}

/// The part of a packet that one frame carries, as it was and as it is.
type Part = (Vec<u8>, Vec<u8>);

struct Attempt<'a> {
    pair: Pair<'a>,
    substitution: Substitution,
    /// Of frames that were sent, so that acknowledgements still belong to them.
    sequence_numbers: HashMap<u8, u8>,
    withheld: usize,
}

/// Fragments of one datagram.
#[derive(Default)]
struct Datagram {
    /// Of which event, from which octet on.
    parts: Vec<(usize, usize, Vec<u8>)>,
    elided_checksum: Option<usize>,
}

impl Attempt<'_> {
    /// What each event's frame restores to, where that can be told.
    fn restored(&self, events: &[Event]) -> Vec<Option<Part>> {
        let mut restored: Vec<Option<Part>> = vec![None; events.len()];
        let mut datagrams: HashMap<DatagramKey, Datagram> = HashMap::new();
        for (at, event) in events.iter().enumerate() {
            let psdu = match &event.what {
                What::Sent { psdu, .. } | What::Heard(psdu) => psdu,
                _ => continue,
            };
            let dissection = frame::read(psdu, &self.pair.was.contexts);
            let Some(contribution) = Contribution::of(&dissection) else {
                // Neither of recoverable fragments nor of fragments without ends.
                let is_whole = dissection.fragment.is_none();
                restored[at] = dissection
                    .packet
                    .filter(|_| is_whole)
                    .map(|was| (packet::rewritten(&was, &self.substitution), was))
                    .map(|(is, was)| (was, is));
                continue;
            };
            let datagram = datagrams.entry(contribution.key).or_default();
            let offset = contribution.offset;
            if datagram.parts.iter().any(|(_, other, _)| *other == offset) {
                *datagram = Datagram::default();
            }
            let octets = contribution.octets.to_vec();
            datagram.parts.push((at, offset, octets));
            datagram.elided_checksum = datagram.elided_checksum.or(contribution.elided_checksum);
            if let Some(was) = datagram.whole(contribution.key.datagram_size) {
                let is = packet::rewritten(&was, &self.substitution);
                for (event, offset, octets) in datagram.parts.drain(..) {
                    let part = offset..offset + octets.len();
                    restored[event] = Some((octets, is[part].to_vec()));
                }
                datagrams.remove(&contribution.key);
            }
        }
        restored
    }

    fn what(&mut self, what: What, phase: Phase, restored: Option<&Part>) -> What {
        match what {
            What::Sent { psdu, cause, taken } => What::Sent {
                psdu: self.sent(psdu, cause, phase, restored),
                cause,
                taken,
            },
            What::Heard(psdu) => What::Heard(match self.acknowledgement(&psdu) {
                Some(psdu) => psdu,
                None => self.frame(&psdu, restored),
            }),
            What::Delivered(was) => What::Delivered(packet::rewritten(&was, &self.substitution)),
            other => words::scrubbed(other),
        }
    }

    fn sent(
        &mut self,
        psdu: Vec<u8>,
        cause: Cause,
        phase: Phase,
        restored: Option<&Part>,
    ) -> Vec<u8> {
        let again = match cause {
            Cause::Automatic => None,
            Cause::Trial => self.pair.stimuli(phase).and_then(|(was, is)| {
                let at = was.psdus.iter().position(|known| *known == psdu)?;
                is.psdus.get(at).cloned()
            }),
        };
        let is = match again {
            Some(is) => is,
            None => self.frame(&psdu, restored),
        };
        if let (Some(&was), Some(&is)) = (psdu.get(2), is.get(2)) {
            self.sequence_numbers.insert(was, is);
        }
        is
    }

    /// An acknowledgement bears the number of what it acknowledges: IEEE 802.15.4 7.3.3.
    fn acknowledgement(&self, psdu: &[u8]) -> Option<Vec<u8>> {
        let &[low, high, number, ..] = psdu else {
            return None;
        };
        if psdu.len() != 5 || low & 7 != 2 {
            return None;
        }
        let number = *self.sequence_numbers.get(&number)?;
        let mut is = vec![low, high, number];
        let trailer = sixlo_frames::mac::fcs(&is);
        is.extend(trailer.to_le_bytes());
        Some(is)
    }

    fn frame(&mut self, psdu: &[u8], restored: Option<&Part>) -> Vec<u8> {
        let restored = restored.map(|(was, is)| (was.as_slice(), is.as_slice()));
        let contexts = &self.pair.is.contexts;
        match frame::rewritten(psdu, restored, &self.substitution, contexts) {
            Some(is) => is,
            None => {
                self.withheld += 1;
                vec![0; psdu.len()]
            }
        }
    }
}

impl Datagram {
    /// All of it, once every octet is there exactly once.
    fn whole(&self, size: u16) -> Option<Vec<u8>> {
        let size = usize::from(size);
        if self
            .parts
            .iter()
            .map(|(_, _, octets)| octets.len())
            .sum::<usize>()
            != size
        {
            return None;
        }
        let mut parts: Vec<_> = self.parts.iter().collect();
        parts.sort_by_key(|(_, offset, _)| *offset);
        let mut packet = Vec::with_capacity(size);
        for (_, offset, octets) in parts {
            if *offset != packet.len() {
                return None;
            }
            packet.extend_from_slice(octets);
        }
        if let Some(field) = self.elided_checksum {
            finish_udp_checksum(&mut packet, field);
        }
        Some(packet)
    }
}
