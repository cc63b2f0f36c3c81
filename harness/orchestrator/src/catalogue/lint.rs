//! What must hold of the catalogue as a whole.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use serde_saphyr::Location;
use sixlo_frames::context::ContextTable;
use sixlo_frames::craft::{self, Body, Fragmentation};
use sixlo_frames::mac::{Fcs, MAX_PSDU_OCTETS};
use sixlo_frames::packet::Payload;
use sixlo_judge::name::CaseId;
use sixlo_judge::rows::Rows;
use sixlo_judge::testcase::{Direction, Expectation, Given, Kind, Send, Step, Strength, TestCase};

use super::error::CatalogueError;
use super::knobs;
use super::requirement::Requirement;
use super::resolve::{Places, Resolved, Variant};
use super::yaml;

/// Checks every case, by itself and against the others.
pub(super) fn lint(
    resolved: &[Resolved],
    rows: &Rows,
    requirements: &[Requirement],
    errors: &RefCell<Vec<CatalogueError>>,
) {
    let cases: HashMap<&CaseId, &TestCase> = resolved
        .iter()
        .map(|resolved| (&resolved.case.id, &resolved.case))
        .collect();
    let known: HashSet<&str> = requirements.iter().map(|r| r.id.0.as_str()).collect();
    let mut ids: HashMap<&CaseId, &str> = HashMap::new();
    for Resolved { case, places } in resolved {
        let lint = Lint {
            case,
            places,
            rows,
            errors,
        };
        if let Some(other) = ids.insert(&case.id, &places.file) {
            let text = format!("there is another case called `{}`: {other}", case.id);
            lint.fail(places.variants[0].at, text);
        }
        lint.heading(&known);
        lint.family(&cases);
        lint.values();
    }
}

struct Lint<'a> {
    case: &'a TestCase,
    places: &'a Places,
    rows: &'a Rows,

    errors: &'a RefCell<Vec<CatalogueError>>,
}

impl Lint<'_> {
    fn fail(&self, at: Location, text: impl Into<String>) {
        let place = yaml::place(&self.places.file, at);
        self.errors
            .borrow_mut()
            .push(CatalogueError::new(place, text));
    }

    /// Clause, requirements, topic and level.
    fn heading(&self, requirements: &HashSet<&str>) {
        let (case, places) = (self.case, self.places);
        if !clause_is_shaped(&case.clause) {
            let text = format!("`{}` is no clause (such as `RFC 6282 3.1.1`)", case.clause);
            self.fail(places.clause, text);
        }
        if case.covers.is_empty() && !matches!(case.kind, Kind::Calibration | Kind::Record) {
            self.fail(places.variants[0].at, "a case covers a requirement");
        }
        for (id, &at) in case.covers.iter().zip(&places.covers) {
            if !requirements.contains(id.0.as_str()) {
                self.fail(at, format!("requirements.yaml has no `{id}`"));
            }
        }
        match self.rows.row(&case.topic) {
            Some(row) if row.level != case.level => self.fail(
                places.level,
                match row.level {
                    Some(level) => format!("row `{}` is of level {level}", case.topic),
                    None => format!("row `{}` is outside the levels", case.topic),
                },
            ),
            Some(_) => {}
            None if self.rows.rowless.contains(&case.topic) => {}
            None => {
                let mut known: Vec<&str> = self
                    .rows
                    .rows
                    .iter()
                    .map(|row| row.topic.0.as_str())
                    .collect();
                known.extend(self.rows.rowless.iter().map(|topic| topic.0.as_str()));
                let text = format!(
                    "no topic is called `{}` (known: {})",
                    case.topic,
                    known.join(", ")
                );
                self.fail(places.topic, text);
            }
        }
    }

    /// Parent and twin.
    fn family(&self, cases: &HashMap<&CaseId, &TestCase>) {
        let (case, places) = (self.case, self.places);
        if let Some(parent) = &case.builds_on {
            match cases.get(parent) {
                None => self.fail(places.parent, format!("there is no case `{parent}`")),
                Some(other) if other.kind != Kind::Valid => {
                    self.fail(places.parent, format!("`{parent}` is not valid behaviour"));
                }
                Some(other) => {
                    if let (Some(level), Some(above)) = (case.level, other.level)
                        && above > level
                    {
                        self.fail(
                            places.parent,
                            format!("`{parent}` is of level {above}, above this case's {level}"),
                        );
                    }
                    if self.is_own_ancestor(cases) {
                        self.fail(places.parent, "a case cannot build on itself");
                    }
                }
            }
        }
        match (&case.twin, case.kind) {
            (None, Kind::Guard) => {
                self.fail(places.variants[0].at, "a guard names its valid `twin`");
            }
            (Some(_), Kind::Valid | Kind::Calibration | Kind::Record) => {
                self.fail(places.twin, "only a guard has a twin");
            }
            (Some(twin), Kind::Guard) => match cases.get(twin) {
                None => self.fail(places.twin, format!("there is no case `{twin}`")),
                Some(other) if other.kind != Kind::Valid => {
                    self.fail(places.twin, format!("`{twin}` is not valid behaviour"));
                }
                Some(_) => {}
            },
            (None, _) => {}
        }
    }

    fn is_own_ancestor(&self, cases: &HashMap<&CaseId, &TestCase>) -> bool {
        let mut seen = HashSet::new();
        let mut parent = self.case.builds_on.as_ref();
        while let Some(id) = parent {
            if *id == self.case.id || !seen.insert(id) {
                return true;
            }
            parent = cases.get(id).and_then(|case| case.builds_on.as_ref());
        }
        false
    }

    /// Levels, prefixes and faithfulness of every variant.
    fn values(&self) {
        let case = self.case;
        let own = &self.places.variants[0];
        match &case.sweep {
            // A sweep's rows stand in place of the case's own steps.
            Some(sweep) => {
                if sweep.rows.is_empty() {
                    self.fail(own.at, "a sweep has rows");
                }
                let mut labels = HashSet::new();
                for (row, variant) in sweep.rows.iter().zip(&self.places.variants[1..]) {
                    if !labels.insert(&row.label) {
                        self.fail(variant.at, format!("two rows are called `{}`", row.label));
                    }
                    let level = row.level.or(case.level);
                    self.variant(variant, &row.given, &row.when, &row.then, level);
                }
            }
            None => self.variant(own, &case.given, &case.when, &case.then, case.level),
        }
        if case.when.is_empty() {
            self.fail(own.at, "a case does something");
        }
        if case.then.is_empty() {
            self.fail(own.at, "a case expects something");
        }
    }

    fn variant(
        &self,
        variant: &Variant,
        given: &[Given],
        steps: &[Step],
        then: &[Expectation],
        level: Option<u8>,
    ) {
        self.levels(variant, given, steps, level);
        self.stimuli(variant, steps, then);
        for place in &variant.sends {
            let Some(Step::Send(send)) = steps.get(place.step) else {
                continue;
            };
            let packet = send.datagram.to_octets();
            let psdus = match craft::craft(&send.frames, &packet) {
                Ok(psdus) => psdus,
                Err(error) => {
                    self.fail(self.at(variant, place.at), error.to_string());
                    continue;
                }
            };
            if let Some(psdu) = psdus.iter().find(|psdu| psdu.len() > MAX_PSDU_OCTETS) {
                let text = format!(
                    "a frame of {} octets ({MAX_PSDU_OCTETS} fit): say `fragments`",
                    psdu.len()
                );
                self.fail(self.at(variant, place.at), text);
            }
            if let Some((prefix, at)) = &place.encodes_as {
                let lowpan = lowpan_part(send, &psdus[0]);
                if !lowpan.starts_with(prefix) {
                    let shown = &lowpan[..lowpan.len().min(prefix.len().max(8))];
                    self.fail(*at, format!("this encodes as {}", hex(shown)));
                }
            }
            let taken = !then.iter().any(|one| matches!(one, Expectation::NotTaken));
            let judged = matches!(self.case.kind, Kind::Valid | Kind::Calibration);
            let honest = is_honest(send) && self.case.direction == Direction::Receive;
            if taken && judged && honest {
                self.faithful(variant, place.at, send, &packet, &variant.contexts);
            }
        }
    }

    /// An expectation needs a stimulus that can bring it about.
    fn stimuli(&self, variant: &Variant, steps: &[Step], then: &[Expectation]) {
        for expectation in then {
            let (what, wanted) = match answered(expectation) {
                Some(both) => both,
                None => continue,
            };
            let sends = steps.iter().filter_map(|step| match step {
                Step::Send(send) => Some(&send.datagram),
                _ => None,
            });
            let mut asking = sends
                .filter(|datagram| icmpv6_type(&datagram.payload) == Some(wanted))
                .peekable();
            if asking.peek().is_none() {
                let text = format!("nothing here brings about `{what}`");
                self.fail(variant.at, text);
            } else if *expectation == Expectation::EchoReply
                && self.case.strength != Strength::Should
                && asking.all(|datagram| datagram.header.dst.is_multicast())
            {
                let text = "an echo to a group need not be answered (RFC 4443 4.2): say `any-of`, and that the restored \
                            packet will do; or `strength: SHOULD`";
                self.fail(variant.at, text);
            }
        }
    }

    fn faithful(
        &self,
        variant: &Variant,
        at: Location,
        send: &Send,
        packet: &[u8],
        contexts: &ContextTable,
    ) {
        // A context that an advertisement of this very case brings is not ours to know.
        let advertised = self.case.when.len() > 1;
        if !advertised && !craft::is_faithful(&send.frames, packet, contexts) {
            self.fail(
                self.at(variant, at),
                "these frames do not restore the packet they stand for",
            );
        }
    }

    /// No value above the case's level; none of a product's rows is held to that.
    fn levels(&self, variant: &Variant, given: &[Given], steps: &[Step], level: Option<u8>) {
        let Some(level) = level else { return };
        if variant.product {
            return;
        }
        let mut turned = knobs::of_given(given);
        for step in steps {
            if let Step::Send(send) = step {
                turned.extend(knobs::of_send(send));
            }
        }
        for knob in turned {
            if let Some(above) = knobs::level(knob, self.rows)
                && above > level
            {
                let name = knob.0;
                let at = variant.sends.first().map_or(variant.at, |send| send.at);
                let text = format!("`{name}` is of level {above}, above this case's {level}");
                self.fail(self.at(variant, at), text);
                return;
            }
        }
    }

    /// In a sweep a row's own place says more than that of the `send` it is laid over.
    fn at(&self, variant: &Variant, at: Location) -> Location {
        match variant.label {
            Some(_) => variant.at,
            None => at,
        }
    }
}

/// The ICMPv6 type that an expectation answers.
fn answered(expectation: &Expectation) -> Option<(&'static str, u8)> {
    match expectation {
        Expectation::EchoReply => Some(("echo-reply", 128)),
        Expectation::Advertisement(_) => Some(("advertisement", 135)),
        Expectation::Within(inner, _) | Expectation::AtMostOne(inner) => answered(inner),
        _ => None,
    }
}

/// The ICMPv6 type of the innermost packet.
fn icmpv6_type(payload: &Payload) -> Option<u8> {
    match payload {
        Payload::Icmpv6(icmpv6) => Some(icmpv6.message.icmpv6_type()),
        Payload::Ipv6(inner) => icmpv6_type(&inner.payload),
        _ => None,
    }
}

/// `RFC 6282 3.1.1`, `P6LoWPAN 6.2`, `IEEE 802.15.4 7.2`.
fn clause_is_shaped(clause: &str) -> bool {
    let mut words = clause.split(' ');
    let named = match words.next() {
        Some("RFC") => words.next().is_some_and(|n| n.parse::<u16>().is_ok()),
        Some("IEEE") => words.next().is_some(),
        Some("P6LoWPAN" | "TD") => true,
        _ => false,
    };
    named
        && words.next().is_some_and(|section| {
            section
                .split('.')
                .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric()))
        })
}

/// Nothing in it is written as a lie.
fn is_honest(send: &Send) -> bool {
    use sixlo_frames::packet::Stated;
    let frames = &send.frames;
    let header = &send.datagram.header;
    frames.patches.is_empty()
        && frames.cut_to.is_none()
        && frames.leading.is_empty()
        && frames.mac.fcs == Fcs::Right
        && frames.mac.src != sixlo_frames::mac::MacAddress::Absent
        && !matches!(frames.body, Body::Raw(_) | Body::Bare)
        && !matches!(frames.fragmentation, Fragmentation::RecoverablePlan(_))
        && !matches!(&frames.fragmentation, Fragmentation::Plan(plan) if plan.iter().any(|fragment| {
            fragment.datagram_size.is_some()
                || fragment.datagram_offset.is_some()
                || fragment.other_dispatch
        }))
        && header.version == 6
        && header.payload_length == Stated::Right
        && header.next_header == Stated::Right
}

/// The frame behind its MAC header.
fn lowpan_part<'f>(send: &Send, psdu: &'f [u8]) -> &'f [u8] {
    psdu.get(send.frames.mac.header_octets()..)
        .unwrap_or_default()
}

fn hex(octets: &[u8]) -> String {
    let octets: Vec<_> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    octets.join(" ")
}
