//! What must hold for any evidence at all.

use proptest::prelude::*;

use super::play::*;
use crate::evidence::{Cause, Evidence, Phase, Stop, What};
use crate::testcase::Expectation::{self, EchoReply, Frame, NotTaken, Restored};
use crate::testcase::{Kind, Pattern};
use crate::verdict::Verdict;

fn stop() -> impl Strategy<Value = Stop> {
    prop_oneof![
        Just(Stop::Broken),
        Just(Stop::Settled),
        Just(Stop::Sentinel),
        Just(Stop::Deadline)
    ]
}

fn phase() -> impl Strategy<Value = Phase> {
    prop_oneof![
        Just(Phase::Given),
        Just(Phase::Control),
        (0u16..3).prop_map(Phase::Step),
        Just(Phase::Sentinel)
    ]
}

/// What a device says: right, wrong, or nonsense.
fn said() -> impl Strategy<Value = What> {
    let packets = prop_oneof![
        Just(reply(PING)),
        Just(reply(CONTROL)),
        Just(reply(SENTINEL)),
        Just(class_unsupported(2)),
        Just(advertisement(DUT_LL)),
        Just(port_unreachable(&request(PING))),
        Just(reply_with(|echo| echo.data.clear())),
        Just(solicitation(DUT_LL, "ff02::1:ff00:11", "fe80::11")),
    ];
    let heard = (packets, any::<u8>(), any::<u16>(), any::<u8>()).prop_map(
        |(packet, number, at, flipped)| {
            let mut psdu =
                frames(&packet, crate::fixture::DUT, crate::fixture::TESTER, number).remove(0);
            let at = usize::from(at) % psdu.len();
            psdu[at] ^= flipped;
            What::Heard(psdu)
        },
    );
    prop_oneof![
        4 => heard,
        1 => proptest::collection::vec(any::<u8>(), 0..130).prop_map(What::Heard),
        1 => proptest::collection::vec(any::<u8>(), 0..130).prop_map(What::Delivered),
        1 => Just(What::Delivered(request(PING).to_octets())),
        1 => Just(What::Rebooted),
        1 => Just(What::Hung(1)),
        1 => Just(What::Flooded),
    ]
}

fn sent() -> impl Strategy<Value = (u8, bool)> {
    (0u8..3, any::<bool>())
}

/// A play with frames sent in any order, and anything heard between.
fn any_play(then: Expectation) -> impl Strategy<Value = Play> {
    let what = prop_oneof![sent().prop_map(Ok), (phase(), said()).prop_map(Err)];
    (
        proptest::collection::vec(what, 0..8),
        stop(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(move |(events, stop, lossless, settles)| {
            let mut play = Play::echo(vec![then.clone()]).stopped(stop);
            play.evidence.lossless = lossless;
            play.profile.settles = settles;
            play.profile.tap = crate::profile::Tap::BeforeChecks;
            events.into_iter().fold(play, |play, event| match event {
                Ok((0, taken)) => play.control_sent(taken),
                Ok((1, taken)) => play.sent(0, taken),
                Ok((_, taken)) => play.sentinel_sent(taken),
                Err((phase, what)) => play.event(phase, what),
            })
        })
}

fn expectation() -> impl Strategy<Value = Expectation> {
    prop_oneof![
        Just(EchoReply),
        Just(NotTaken),
        Just(Restored(Pattern::default())),
        Just(Frame(Pattern::default())),
        Just(Expectation::Encoded(Pattern::default())),
        Just(Expectation::Forwarded(Pattern::default())),
        Just(Expectation::ClassUnsupported),
        Just(Expectation::Alive),
    ]
}

fn without_proof(evidence: &Evidence) -> Evidence {
    let mut evidence = evidence.clone();
    for event in &mut evidence.events {
        if let What::Sent { taken, .. } = &mut event.what {
            *taken = false;
        }
    }
    evidence.lossless = false;
    evidence.stop = Stop::Broken;
    evidence
}

fn silenced(evidence: &Evidence) -> Evidence {
    let mut evidence = evidence.clone();
    evidence.events.retain(|event| {
        matches!(
            event.what,
            What::Sent {
                cause: Cause::Trial,
                ..
            }
        )
    });
    evidence
}

proptest! {
    #[test]
    fn no_evidence_makes_the_judge_panic(play in expectation().prop_flat_map(any_play)) {
        play.judged();
    }

    #[test]
    fn silence_passes_no_valid_case(play in any_play(EchoReply)) {
        let silent = play.clone().with_evidence(silenced(&play.evidence));
        prop_assert_ne!(silent.judged().verdict, Verdict::Pass);
    }

    #[test]
    fn taking_proof_away_fails_nothing(play in expectation().prop_flat_map(any_play)) {
        let unproven = play.clone().with_evidence(without_proof(&play.evidence));
        if play.judged().verdict != Verdict::Fail {
            prop_assert_ne!(unproven.judged().verdict, Verdict::Fail);
        }
    }

    #[test]
    fn unproven_silence_decides_nothing(play in expectation().prop_flat_map(any_play)) {
        let mut play = play;
        play.case.kind = Kind::Guard;
        let silent = play.clone().with_evidence(without_proof(&silenced(&play.evidence)));
        let verdict = silent.judged().verdict;
        prop_assert_eq!(verdict, Verdict::Inconc);
    }
}
