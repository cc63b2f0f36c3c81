//! Asks, tries, plays, and puts together what was found.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::Serialize;
use sixlo_agent_protocol::{Abilities, Tap};
use sixlo_judge::profile::{Claims, Simplest};
use sixlo_judge::status::ExitStatus;

use super::diagnosis::{self, Problem};
use super::error::ProbeError;
use super::oracles::Oracles;
use super::proposal::Reset;
use super::rows::Bench;
use crate::catalogue::{Catalogue, Parameters};
use crate::medium::AirSettings;
use crate::rig::{Answer, Interview, LaneSettings, Tried, interview, try_out};
use crate::run::Device;

/// A reset that takes no longer may go before each trial.
const CHEAP: Duration = Duration::from_millis(10);
/// A deadline for a device that does not answer within its own.
const LONG: Duration = Duration::from_secs(3);

/// All that was found of a device.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Found {
    /// Its column's title.
    pub dut: String,
    /// Name and version, as its hello says.
    pub stack: String,
    /// Build options.
    pub build: String,
    /// The protocol's version that it speaks.
    pub protocol: u32,
    /// What it says that it can do.
    pub abilities: Vec<&'static str>,
    /// Where delivered packets are tapped.
    pub tap: &'static str,
    /// Largest PSDU in octets.
    pub largest_psdu: u16,
    /// Each setting: its name, and done, unsupported, or why it was refused.
    pub settings: Vec<(String, String)>,
    /// Milliseconds from its start to its greeting.
    pub start_ms: f64,
    /// Its answer to a reset, and the milliseconds it took.
    pub reset: (String, f64),
    /// Commands answered a second, one at a time.
    pub round_trips: f64,
    /// It answers a plain echo request, in this form.
    pub simplest: Option<Simplest>,
    /// It answers one behind extension headers: in line, and as NHC.
    pub extensions: (bool, bool),
    /// Its answers keep the order of what they answer.
    pub keeps_order: bool,
    /// The slowest answer to an echo request, in milliseconds on the clock of its deadlines.
    pub slowest_answer_ms: Option<f64>,
    /// The least pause that a burst of echo requests needs, in milliseconds; none if no pause that was tried helps.
    pub pause_ms: Option<f64>,
    /// Which oracles it has.
    pub oracles: Option<Oracles>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// The level that its rows come to.
    pub level: String,
    /// What was played, in how many seconds.
    pub trials: usize,
    /// Wall time of those, in seconds.
    pub seconds: f64,
    /// What it should claim.
    pub claims: Claims,
    /// What dut.yaml should say, to paste.
    pub yaml: String,
    /// Where dut.yaml says otherwise.
    pub differences: Vec<String>,
    /// What stands in the way.
    pub problems: Vec<Problem>,
    /// It was asked to end before all was found: of rows and claims nothing is said.
    pub interrupted: bool,
    /// What the program exits with.
    #[serde(skip)]
    pub status: ExitStatus,
}

/// A row as it was played here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// Figure 2's number.
    pub number: String,
    /// Its topic.
    pub topic: String,
    /// The draft's words.
    pub title: String,
    /// Its mark.
    pub mark: &'static str,
    /// Trials that passed.
    pub passed: u32,
    /// Trials in all.
    pub played: u32,
    /// known.yaml explains all that did not pass.
    pub is_known: bool,
}

impl Row {
    /// How many passed, in words.
    pub(super) fn counted(&self) -> String {
        match self.played {
            0 => "nothing of it was played".to_owned(),
            played => format!("{} of {played} pass", self.passed),
        }
    }
}

/// Looks at a device. What is played is written below `runs`, and taken away in the end; once `ended` is set, nothing
/// further is begun, and what is known by then is told.
///
/// # Errors
/// If it cannot be judged at all, or what it did not be written.
pub fn probe(
    catalogue: &Catalogue,
    parameters: &Parameters,
    device: &Device,
    runs: &Path,
    ended: &AtomicBool,
) -> Result<Found, ProbeError> {
    let interview = interview(&device.spec, &parameters.addresses)?;
    let lane = |reply_within| {
        let mut spec = device.spec.clone();
        spec.reply_within = reply_within;
        let settings = LaneSettings {
            addresses: parameters.addresses.clone(),
            air: AirSettings::default(),
            cpu: None,
        };
        try_out(spec, settings)
    };
    let tried = lane(device.spec.reply_within)?;
    let mut found = first_words(device, &interview, &tried);
    found.problems = diagnosis::of_settings(&interview);
    found.interrupted = ended.load(Ordering::Relaxed);
    if found.interrupted {
        return Ok(found);
    }
    if !tried.profile.answers_echo {
        let is_slow = !tried.profile.virtual_time && lane(LONG)?.profile.answers_echo;
        let addresses = &device.spec.addresses.over(&parameters.addresses);
        let why = diagnosis::of_silence(&interview, addresses, &tried.echo, is_slow);
        found.problems.extend(why);
        return Ok(found);
    }
    let bench = Bench {
        catalogue,
        parameters,
        device,
        runs,
    };
    let reset = match &interview.reset {
        (Answer::Done, took) if *took <= CHEAP => Reset::Cheap,
        (Answer::Done, _) => Reset::Dear,
        _ => Reset::None,
    };
    bench.play(&mut found, &tried, reset, ended)?;
    Ok(found)
}

/// What is known before anything is played: nothing can be claimed yet.
fn first_words(device: &Device, interview: &Interview, tried: &Tried) -> Found {
    let hello = &interview.hello;
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let answers = tried.profile.answers_echo;
    Found {
        dut: device.name().0.clone(),
        stack: hello.stack.clone(),
        build: hello.build.clone(),
        protocol: hello.version,
        abilities: ABILITIES
            .iter()
            .filter(|(ability, _)| hello.abilities.has(*ability))
            .map(|(_, name)| *name)
            .collect(),
        tap: match hello.tap {
            Tap::None => "nowhere",
            Tap::BeforeChecks => "before IPv6's checks",
            Tap::AfterIpv6 => "after IPv6's checks",
            Tap::AfterTransport => "after the transport's checks",
        },
        largest_psdu: hello.largest_psdu,
        settings: interview
            .settings
            .iter()
            .map(|one| (one.name.to_owned(), words(&one.answer)))
            .collect(),
        start_ms: ms(interview.start),
        reset: (words(&interview.reset.0), ms(interview.reset.1)),
        round_trips: interview.round_trips,
        simplest: answers.then_some(tried.profile.simplest),
        extensions: tried.extensions,
        keeps_order: tried.keeps_order,
        slowest_answer_ms: tried.slowest.map(ms),
        pause_ms: tried.pause.map(ms),
        oracles: None,
        rows: Vec::new(),
        level: "?".to_owned(),
        trials: 0,
        seconds: 0.0,
        claims: Claims::default(),
        yaml: String::new(),
        differences: Vec::new(),
        problems: Vec::new(),
        interrupted: false,
        // Nothing is known of a device that answers nothing.
        status: ExitStatus::Undecided,
    }
}

const ABILITIES: [(Abilities, &str); 6] = [
    (Abilities::SETTLES, "settles"),
    (Abilities::VIRTUAL_TIME, "virtual time"),
    (Abilities::SEND_IPV6, "sends IPv6 packets"),
    (Abilities::RADIO, "is a radio"),
    (Abilities::FILTERS, "filters addresses"),
    (Abilities::ACKNOWLEDGES, "acknowledges"),
];

fn words(answer: &Answer) -> String {
    match answer {
        Answer::Done => "done".to_owned(),
        Answer::Unsupported => "unsupported".to_owned(),
        Answer::Refused(why) => format!("refused: {why}"),
        Answer::Nothing => "no answer".to_owned(),
    }
}
