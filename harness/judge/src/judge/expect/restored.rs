//! The packet the device restored, as it was delivered or quoted, field by field.

use sixlo_frames::dissect::{Dissection, dissect_packet};
use sixlo_frames::field::{FieldId, Value};

use super::Scope;
use crate::calibration::Sight;
use crate::judge::asked::Asked;
use crate::judge::finding::{Finding, FindingKind};
use crate::judge::scene::Scene;
use crate::matching::Mismatch;
use crate::testcase::{Pattern, Wanted};
use crate::verdict::{Rung, Seen};

/// A packet as one oracle shows it.
struct Shown {
    oracle: Seen,
    packet: Dissection,
    /// Nothing is cut off it: what it does not show is not there.
    whole: bool,
    /// The same oracle on the control, which held the same datagram.
    control: Option<Dissection>,
}

impl<'a> Scene<'a> {
    pub(super) fn restored(&self, asked: &Asked<'a>, pattern: &Pattern, scope: Scope) -> Finding {
        let expected = format!("the restored packet with {pattern}");
        let sent = dissect_packet(asked.packet);
        let shown = self.shown(asked, scope);
        if shown.is_empty() {
            return self.unanswered(asked).expecting(expected);
        }
        let (mut wrong, mut open) = (Vec::new(), Vec::new());
        for (field, wanted) in &pattern.fields {
            match self.judge_field(*field, wanted, &shown, &sent) {
                Field::Right => {}
                Field::Wrong(oracle, mismatch) => wrong.push((oracle, mismatch.to_string())),
                Field::Open(why) => open.push(why),
            }
        }
        // Each of them is told: behind one field that is known to be wrong another must not hide.
        if let Some(oracle) = wrong.iter().map(|(oracle, _)| *oracle).max() {
            let words: Vec<String> = wrong.into_iter().map(|(_, words)| words).collect();
            return Finding {
                rung: Rung::Delivered,
                ..Finding::wrong(oracle, words.join(", "))
            }
            .expecting(expected);
        }
        let seen = shown
            .iter()
            .map(|shown| shown.oracle)
            .max()
            .unwrap_or(Seen::Nothing);
        if open.is_empty() {
            let observed = format!("the packet, {}", seen.word());
            Finding::new(FindingKind::Right, Rung::ReplyRight, seen, observed)
        } else {
            Finding {
                seen,
                ..Finding::undecided(Rung::Delivered, open.join("; "))
            }
        }
        .expecting(expected)
    }

    /// What the oracles show of `asked`, the strongest first.
    fn shown(&self, asked: &Asked<'a>, scope: Scope) -> Vec<Shown> {
        let control = |find: fn(&Scene<'a>, &Asked<'a>, Scope) -> Option<Vec<u8>>| {
            let control = self.control.as_ref()?;
            find(self, control, Scope::default()).map(|packet| dissect_packet(&packet))
        };
        let show = |oracle, octets: Vec<u8>, control| Shown {
            oracle,
            packet: dissect_packet(&octets),
            whole: oracle == Seen::Delivered || octets.len() >= asked.packet.len(),
            control,
        };
        let delivered = self
            .delivered_packet(asked, scope)
            .map(|octets| show(Seen::Delivered, octets, control(Scene::delivered_packet)));
        let quoted = self
            .quoted_packet(asked, scope)
            .map(|octets| show(Seen::Quoted, octets, control(Scene::quoted_packet)));
        delivered.into_iter().chain(quoted).collect()
    }

    /// What each oracle shows of `asked`, the strongest first.
    pub fn shown_of(&self, asked: &Asked<'a>) -> Vec<(Seen, Vec<u8>)> {
        let delivered = self.delivered_packet(asked, Scope::default());
        let quoted = self.quoted_packet(asked, Scope::default());
        let delivered = delivered.map(|octets| (Seen::Delivered, octets));
        let quoted = quoted.map(|octets| (Seen::Quoted, octets));
        delivered.into_iter().chain(quoted).collect()
    }

    fn delivered_packet(&self, asked: &Asked<'a>, scope: Scope) -> Option<Vec<u8>> {
        self.delivered
            .iter()
            .filter(|(at, _, octets)| asked.precedes(*at) && asked.is_in(octets))
            .find(|(at, _, _)| scope.holds(self.evidence.events[*at].at_us, asked))
            .map(|(_, _, octets)| octets.to_vec())
    }

    /// What an error quotes of it. A quote without its nonce, because it is too
    /// short for it or wrong there, is taken for the step's in which it came.
    fn quoted_packet(&self, asked: &Asked<'a>, scope: Scope) -> Option<Vec<u8>> {
        let quotes = || {
            self.after(asked)
                .filter(|(packet, _)| scope.holds(packet.at_us, asked))
                .filter_map(|(packet, reading)| Some((packet, reading.quote(&packet.octets)?)))
        };
        let with_nonce = quotes().find(|(_, quote)| asked.is_quoted_in(quote));
        let in_its_step = || {
            quotes().find(|(packet, quote)| {
                let own_phase = asked.first_event.map(|at| self.evidence.events[at].phase);
                (quote.len() < asked.packet.len() || self.profile.settles)
                    && Some(packet.phase) == own_phase
                    && !self.is_liveness(packet)
            })
        };
        with_nonce
            .or_else(in_its_step)
            .map(|(_, quote)| quote.to_vec())
    }

    /// One field, by the strongest oracle that can be trusted with it.
    fn judge_field(
        &self,
        field: FieldId,
        wanted: &Wanted,
        shown: &[Shown],
        sent: &Dissection,
    ) -> Field {
        let same = sent.get(field);
        let mut why = Vec::new();
        for shown in shown {
            let observed = shown.packet.get(field);
            if observed.is_none() && !shown.whole {
                // A quote is compared by prefix: what is cut off it is not missing.
                why.push(format!(
                    "the {} does not show {}",
                    shown.oracle.word(),
                    field.name()
                ));
                continue;
            }
            let met = wanted.is_met_by(observed, same);
            match self.trust(field, met, wanted, same, observed, shown) {
                Sight::Sees if met => return Field::Right,
                Sight::Sees => {
                    let mismatch = Mismatch {
                        field,
                        expected: wanted.shown(same),
                        observed: observed.cloned(),
                    };
                    return Field::Wrong(shown.oracle, mismatch);
                }
                Sight::Blind => {
                    why.push(format!(
                        "the {} is blind for {}",
                        shown.oracle.word(),
                        field.name()
                    ));
                }
                Sight::Untested => why.push(format!(
                    "the {} was not calibrated for {}",
                    shown.oracle.word(),
                    field.name()
                )),
            }
        }
        Field::Open(why.join(", "))
    }

    /// How far an oracle is to be trusted with a field. The control is the best
    /// calibration: the same datagram, only in the simplest form.
    fn trust(
        &self,
        field: FieldId,
        met: bool,
        wanted: &Wanted,
        same: Option<&Value>,
        observed: Option<&Value>,
        shown: &Shown,
    ) -> Sight {
        let in_control = shown
            .control
            .as_ref()
            .and_then(|control| control.get(field));
        let control_met = in_control.map(|value| wanted.is_met_by(Some(value), same));
        // A blind oracle shows zeros; any other right value was seen.
        let telling = observed.is_some_and(|value| !is_default(value));
        match (self.calibration.sight(shown.oracle, field), control_met) {
            (Sight::Blind, _) => Sight::Blind,
            // Wrong in the simplest form, too.
            (_, Some(false)) if !met => Sight::Blind,
            (Sight::Sees, _) => Sight::Sees,
            (Sight::Untested, Some(true)) if !met => Sight::Sees,
            (Sight::Untested, _) if met && telling => Sight::Sees,
            (Sight::Untested, _) => Sight::Untested,
        }
    }
}

enum Field {
    Right,
    Wrong(Seen, Mismatch),
    Open(String),
}

/// What an oracle that forgot the value would show.
pub(in crate::judge) fn is_default(value: &Value) -> bool {
    match value {
        Value::Uint(number) => *number == 0,
        Value::Ipv6(address) => address.is_unspecified(),
        Value::Mac(_) => false,
        Value::Bytes(octets) => octets.iter().all(|octet| *octet == 0),
    }
}
