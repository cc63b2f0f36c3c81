//! What trying tells of a device beyond its profile: the rest that between frames it needs, whether it takes extension
//! headers as they are, and what it sends in place of an answer.

use std::time::Duration;

use sixlo_judge::evidence::{Cause, Event, Evidence, Phase, What};
use sixlo_judge::profile::{Profile, Simplest};
use sixlo_judge::trial::{Stimulus, Trial};

use super::error::RigError;
use super::lane::{Lane, LaneSettings};
use super::probe::{answered, echo, echo_behind_options, trial};
use super::spec::DutSpec;
use crate::campaign::{Attempt, answered_in_order, play};
use crate::medium::{AirSettings, VirtualAir};

/// Echo requests in one breath: more than a small node's buffers, fewer than a table of neighbours holds answers for.
const BURST: u16 = 8;
/// Echo requests whose answers are timed, one at a time.
const REQUESTS: u16 = 16;
/// Pauses to try, in milliseconds.
const PAUSES_MS: [u64; 6] = [0, 1, 2, 5, 10, 20];

/// What trying told.
#[derive(Debug)]
pub struct Tried {
    /// The device as a run would find it.
    pub profile: Profile,
    /// Its answers come in the order of what they answer.
    pub keeps_order: bool,
    /// The least pause between frames, of those tried, with which it answered every echo of a burst; none if with none.
    pub pause: Option<Duration>,
    /// It answers an echo request behind extension headers: in line, and as NHC.
    pub extensions: (bool, bool),
    /// The longest that an echo request waited for its answer, on the clock that its deadlines are on.
    pub slowest: Option<Duration>,
    /// A plain echo, as it was played last.
    pub echo: Evidence,
}

/// Opens a device as a run would, and tries it.
///
/// # Errors
/// As [`Lane::open`].
pub fn try_out(spec: DutSpec, settings: LaneSettings) -> Result<Tried, RigError> {
    let mut lane = Lane::open(spec, settings)?;
    let (keeps_order, profile) = (lane.keeps_order, lane.profile().clone());
    let form = profile.simplest;
    let addresses = &profile.addresses;
    // The control makes the tester known: a cold neighbour cache may lose answers (RFC 4861 7.2.2).
    let trial = |stimuli| Trial {
        control: Some(echo(addresses, form, 0)),
        ..trial(stimuli)
    };
    let one = trial(vec![echo(addresses, form, 1)]);
    let last = play(&mut lane, &one, Attempt::FIRST);
    let mut tried = Tried {
        keeps_order,
        pause: None,
        extensions: (false, false),
        slowest: None,
        echo: last,
        profile: profile.clone(),
    };
    if !profile.answers_echo {
        return Ok(tried);
    }
    let mut takes = |stimulus| {
        let trial = trial(vec![stimulus]);
        let evidence = play(&mut lane, &trial, Attempt::FIRST);
        !answered(&evidence, &trial).is_empty()
    };
    tried.extensions = (
        takes(echo_behind_options(addresses, form, false, 2)),
        takes(echo_behind_options(addresses, Simplest::Iphc, true, 3)),
    );
    let requests: Vec<_> = (0..REQUESTS)
        .map(|number| echo(addresses, form, 32 + number))
        .collect();
    let evidence = play(&mut lane, &trial(requests.clone()), Attempt::FIRST);
    tried.slowest = slowest(&evidence, &requests);
    for pause in PAUSES_MS.map(Duration::from_millis) {
        lane.air = VirtualAir::new(AirSettings {
            pause,
            ..AirSettings::default()
        });
        let stimuli: Vec<_> = (0..BURST)
            .map(|number| echo(addresses, form, 16 + number))
            .collect();
        let psdus = stimuli.iter().flat_map(|one| one.psdus.clone()).collect();
        let mut burst = stimuli[0].clone();
        burst.psdus = psdus;
        // The last one's answer ends the waiting, if they keep their order.
        burst.nonce = stimuli[stimuli.len() - 1].nonce.clone();
        let evidence = play(&mut lane, &trial(vec![burst]), Attempt::FIRST);
        let came = answered_in_order(&evidence, &stimuli);
        if came.len() >= stimuli.len() {
            tried.pause = Some(pause);
            break;
        }
    }
    Ok(tried)
}

/// From each request, alone in its step, to its answer: the longest.
fn slowest(evidence: &Evidence, requests: &[Stimulus]) -> Option<Duration> {
    let events = &evidence.events;
    let waited = |(number, request): (u16, &Stimulus)| {
        let asks = |event: &&Event| {
            event.phase == Phase::Step(number)
                && matches!(
                    event.what,
                    What::Sent {
                        cause: Cause::Trial,
                        ..
                    }
                )
        };
        let answers = |event: &&Event| {
            let alone = Evidence {
                events: vec![(*event).clone()],
                ..Evidence::default()
            };
            !answered_in_order(&alone, std::slice::from_ref(request)).is_empty()
        };
        let (asked, answered) = (events.iter().find(asks)?, events.iter().find(answers)?);
        answered.at_us.checked_sub(asked.at_us)
    };
    let waited = (0..).zip(requests).filter_map(waited);
    waited.max().map(Duration::from_micros)
}
