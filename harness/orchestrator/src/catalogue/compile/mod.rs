//! A case and a device make trials: every octet that goes on air is decided here.

mod carriage;
mod companion;
mod contexts;
mod dirty;
mod fill;
mod plainer;
mod without_nd;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sha2::{Digest, Sha256};
use sixlo_frames::craft;
use sixlo_frames::packet::Payload;
use sixlo_judge::meta::Knob;
use sixlo_judge::name::TrialId;
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Expectation, Given, Kind, Need, Send, Step, TestCase};
use sixlo_judge::trial::{Stimulus, Trial, TrialStep};

use super::needs;
use super::parameters::Parameters;
use carriage::Carriage;
use fill::{Filler, Source};

pub use contexts::shared as shared_contexts;
pub use fill::{CONTROL, NONCE_OCTETS, Numbers, SENTINEL};
pub use plainer::{plainer, settled};

/// What a case is on one device.
#[derive(Debug, Clone, Default)]
pub struct Compiled {
    /// One, or one a sweep row.
    pub trials: Vec<Trial>,
    /// Rows, or the case as a whole, that do not apply to this device.
    pub not_applicable: Vec<NotApplicable>,
}

/// Why a case, or one row of its sweep, does not apply to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotApplicable {
    /// The sweep row; empty without a sweep.
    pub label: String,
    /// What the device lacks.
    pub lacks: Vec<Need>,
    /// Why its link carries no such frames.
    pub link: Option<String>,
}

impl fmt::Display for NotApplicable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(why) = &self.link {
            return f.write_str(why);
        }
        let lacks: Vec<_> = self.lacks.iter().map(|&need| needs::words(need)).collect();
        write!(f, "the device offers no {}", lacks.join(", no "))
    }
}

/// The trials of a case on a device, all at once.
pub fn compile(case: &TestCase, profile: &Profile, parameters: &Parameters) -> Compiled {
    let mut compiled = Compiled::default();
    for trial in trials(case, profile, parameters) {
        match trial {
            Ok(trial) => compiled.trials.push(trial),
            Err(not_applicable) => compiled.not_applicable.push(not_applicable),
        }
    }
    compiled
}

/// The trials of a case on a device, one by one: a full sweep has too many to hold.
pub fn trials<'a>(
    case: &'a TestCase,
    profile: &'a Profile,
    parameters: &'a Parameters,
) -> impl Iterator<Item = Result<Trial, NotApplicable>> + 'a {
    let fingerprint = fingerprint(case, profile, parameters);
    let link = Carriage::of(profile);
    let times = parameters.times.clone();
    // What a device's oracles are worth is found out once, and that something does not
    // apply to it is said once.
    let once = |time: &u16| *time == 1 || case.kind != Kind::Calibration;
    let all = times
        .filter(once)
        .flat_map(|time| variants(case).map(move |variant| (time, variant)));
    all.filter_map(move |(time, variant)| {
        let lacks = lacking(case, &variant, profile);
        let not_applicable = |lacks, link| NotApplicable {
            label: variant.label.to_owned(),
            lacks,
            link,
        };
        let made = if !lacks.is_empty() {
            Err(not_applicable(lacks.into_iter().collect(), None))
        } else {
            let trial = trial(case, &variant, profile, &fingerprint, time);
            match link.as_ref().and_then(|link| link.refuses(&trial)) {
                Some(why) => Err(not_applicable(Vec::new(), Some(why))),
                None => Ok(trial),
            }
        };
        (made.is_ok() || time == 1).then_some(made)
    })
}

/// A trial whose datagrams bear numbers that somebody else has drawn, by the datagram's
/// number in its case; zeros where none are given. `label` is its sweep row's. None where
/// the case has no such row, or it does not apply to the device.
pub fn with_numbers(
    case: &TestCase,
    label: &str,
    profile: &Profile,
    parameters: &Parameters,
    numbers: &BTreeMap<u16, Numbers>,
) -> Option<Trial> {
    let variant = variants(case).find(|variant| variant.label == label)?;
    if !lacking(case, &variant, profile).is_empty() {
        return None;
    }
    let digest = digest(&variant, &fingerprint(case, profile, parameters));
    let source = Source::Given(numbers);
    Some(trial_from(case, &variant, profile, &digest, source))
}

/// Every trial of a case, all datagrams with the same numbers: what differs between two
/// such lists shows where numbers are. Each comes with the steps it was made from.
pub fn with_same_numbers<'a>(
    case: &'a TestCase,
    profile: &'a Profile,
    parameters: &Parameters,
    numbers: Numbers,
) -> impl Iterator<Item = (&'a [Step], Trial)> {
    let fingerprint = fingerprint(case, profile, parameters);
    let applies = move |variant: &Variant<'_>| lacking(case, variant, profile).is_empty();
    variants(case).filter(applies).map(move |variant| {
        let digest = digest(&variant, &fingerprint);
        let source = Source::Same(numbers);
        let trial = trial_from(case, &variant, profile, &digest, source);
        (variant.when, trial)
    })
}

/// The case itself, or a row in its place.
struct Variant<'a> {
    label: &'a str,
    level: Option<u8>,
    colours: bool,
    knobs: &'a [Knob],
    given: &'a [Given],
    when: &'a [Step],
    then: &'a [Expectation],
    features: &'a [Expectation],
}

fn variants(case: &TestCase) -> impl Iterator<Item = Variant<'_>> {
    let own = match case.sweep {
        Some(_) => None,
        None => Some(Variant {
            label: "",
            level: case.level,
            colours: true,
            knobs: &[],
            given: &case.given,
            when: &case.when,
            then: &case.then,
            features: &case.features,
        }),
    };
    let rows = case.sweep.iter().flat_map(|sweep| &sweep.rows);
    own.into_iter().chain(rows.map(|row| Variant {
        label: &row.label,
        level: row.level.or(case.level),
        colours: row.colours,
        knobs: &row.knobs,
        given: &row.given,
        when: &row.when,
        then: &row.then,
        features: &row.features,
    }))
}

fn lacking(case: &TestCase, variant: &Variant<'_>, profile: &Profile) -> BTreeSet<Need> {
    let mut needed = needs::derived(variant.given, variant.when, profile.addresses.dut.short);
    needed.extend(&case.needs);
    if needs_delivery(variant) {
        needed.insert(Need::Delivered);
    }
    if !profile.link.has_mic() {
        needed.remove(&Need::OpenLink);
    }
    needed.difference(&profile.offers).copied().collect()
}

/// Nobody may answer what comes from `::`, and no Port Unreachable answers a multicast
/// (RFC 4443 2.4): then only the agent can say what was restored.
fn needs_delivery(variant: &Variant<'_>) -> bool {
    let silent = |send: &Send| {
        let header = &send.datagram.header;
        let udp = matches!(send.datagram.payload, Payload::Udp(_));
        header.src.is_unspecified() || header.dst.is_multicast() && udp
    };
    variant.then.iter().any(by_restoring)
        && variant.when.iter().any(|step| match step {
            Step::Send(send) => silent(send),
            _ => false,
        })
}

/// Whether nothing but an echo reply or the restored packet can make it hold.
fn by_restoring(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Restored(_) => true,
        Expectation::AnyOf(several) => {
            several.iter().any(|(one, _)| by_restoring(one))
                && several
                    .iter()
                    .all(|(one, _)| *one == Expectation::EchoReply || by_restoring(one))
        }
        _ => false,
    }
}

/// What makes a trial this trial, the sweep row apart.
fn fingerprint(case: &TestCase, profile: &Profile, parameters: &Parameters) -> Sha256 {
    let mut hash = Sha256::new();
    for part in [
        &case.id.0,
        &case.text_hash,
        &profile.name.0,
        &profile.stack,
        &profile.build,
    ] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(parameters.fingerprint());
    hash
}

fn trial(
    case: &TestCase,
    variant: &Variant<'_>,
    profile: &Profile,
    fingerprint: &Sha256,
    time: u16,
) -> Trial {
    let digest = match time {
        1 => digest(variant, fingerprint),
        time => {
            let again = fingerprint.clone().chain_update(time.to_be_bytes());
            digest(variant, &again.chain_update([0]))
        }
    };
    let trial = trial_from(case, variant, profile, &digest, Source::Drawn(&digest));
    Trial { time, ..trial }
}

fn digest(variant: &Variant<'_>, fingerprint: &Sha256) -> [u8; 32] {
    let hash = fingerprint.clone().chain_update(variant.label);
    hash.finalize().into()
}

fn trial_from(
    case: &TestCase,
    variant: &Variant<'_>,
    profile: &Profile,
    digest: &[u8; 32],
    source: Source<'_>,
) -> Trial {
    let mut filler = Filler::new(source, companion::body(profile), profile.link.overhead());
    let contexts = contexts::shared(profile, variant.given, variant.when);
    let companions = companion::companions(case, variant.when, variant.then, profile, &mut filler);
    let steps = variant
        .when
        .iter()
        .map(|step| made(step, &mut filler))
        .collect();
    Trial {
        id: TrialId(
            digest[..16]
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect(),
        ),
        case: case.id.clone(),
        label: variant.label.to_owned(),
        dut: profile.name.clone(),
        level: variant.level,
        colours: variant.colours,
        knobs: variant.knobs.to_vec(),
        time: 1,
        given: variant.given.to_vec(),
        contexts,
        control: companions.control,
        steps,
        sentinel: companions.sentinel,
        then: without_nd::expectations(case, variant.when, variant.then, profile),
        features: variant.features.to_vec(),
        dirty: dirty::leaves_state(variant.given, variant.when),
    }
}

fn made(step: &Step, filler: &mut Filler) -> TrialStep {
    match step {
        Step::Send(send) => TrialStep::Send(stimulus(send, filler)),
        Step::SendIpv6(packet) => TrialStep::SendIpv6(packet.to_octets()),
        Step::Await(pattern, within) => TrialStep::Await((**pattern).clone(), *within),
        Step::Wait(time) => TrialStep::Wait(*time),
        Step::Reset => TrialStep::Reset,
        Step::Tester(setting) => TrialStep::Tester(*setting),
    }
}

/// A send with its nonce, its numbers and its octets.
fn stimulus(send: &Send, filler: &mut Filler) -> Stimulus {
    let mut send = send.clone();
    let nonce = filler.fill(&mut send);
    send.frames.reserved = filler.reserved();
    let packet = send.datagram.to_octets();
    // Lint has crafted the same frames with other numbers in them.
    let psdus = craft::craft(&send.frames, &packet).unwrap_or_default();
    filler.count(psdus.len());
    let order = send.order.of(psdus.len());
    Stimulus {
        psdus: order
            .into_iter()
            .map(|index| psdus[index].clone())
            .collect(),
        packet,
        from: send.from,
        nonce,
    }
}

#[cfg(test)]
mod tests;
