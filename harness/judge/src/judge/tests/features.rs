//! Feature steps stand beside the verdict, whatever becomes of them.

use proptest::prelude::*;
use sixlo_frames::field::{FieldId, Value};

use super::play::*;
use crate::conclude::conclude;
use crate::evidence::{Evidence, Phase, Stop};
use crate::testcase::Expectation::{AnyOf, EchoReply, Encoded, Frame};
use crate::testcase::{Expectation, OnMatch, Pattern, Wanted};
use crate::verdict::{Judgement, Kept, Verdict};

const STEP: Phase = Phase::Step(0);

fn form(field: FieldId, value: u64) -> Pattern {
    Pattern {
        fields: vec![(field, Wanted::Is(Value::Uint(value)))],
    }
}

fn hoping_for(feature: Expectation) -> Play {
    let mut play = Play::echo(vec![EchoReply]);
    play.trial.features = vec![feature];
    play
}

fn kept(judgement: &Judgement) -> Vec<Kept> {
    judgement.features.iter().map(|step| step.kept).collect()
}

#[test]
fn a_longer_form_passes_and_the_feature_is_not_kept() {
    // The reply comes uncompressed, and IPHC was hoped for.
    let iphc = Encoded(form(FieldId::IphcTf, 3));
    let judgement = hoping_for(iphc).begun().hears(STEP, &reply(PING)).judged();
    assert_eq!(judgement.verdict, Verdict::Pass);
    assert_eq!(kept(&judgement), [Kept::NotKept]);
    insta::assert_snapshot!(judgement.features[0].words(), @"not kept: frames that restore to what was meant, one of them with iphc.tf 3; another form: iphc.tf expected 3, observed none");
    // Nor does it become a deviation, which --strict would make a fail.
    assert_eq!(judgement.clone().strictly(), judgement);
}

#[test]
fn the_form_that_was_hoped_for_is_kept() {
    let uncompressed = Encoded(form(FieldId::Dispatch, 0x41));
    let judgement = hoping_for(uncompressed)
        .begun()
        .hears(STEP, &reply(PING))
        .judged();
    assert_eq!(judgement.verdict, Verdict::Pass);
    assert_eq!(kept(&judgement), [Kept::Kept]);
}

#[test]
fn one_of_several_forms_will_do() {
    let either = AnyOf(vec![
        (Encoded(form(FieldId::IphcHlim, 2)), OnMatch::Pass),
        (Encoded(form(FieldId::Dispatch, 0x41)), OnMatch::Pass),
    ]);
    let judgement = hoping_for(either)
        .begun()
        .hears(STEP, &reply(PING))
        .judged();
    assert_eq!(kept(&judgement), [Kept::Kept]);
}

#[test]
fn without_an_answer_nothing_is_seen() {
    for feature in [
        Encoded(form(FieldId::Dispatch, 0x41)),
        Frame(form(FieldId::IphcNh, 1)),
    ] {
        let judgement = hoping_for(feature).begun().judged();
        assert_eq!(judgement.verdict, Verdict::Fail, "the silence is proven");
        assert_eq!(kept(&judgement), [Kept::NotSeen]);
    }
}

#[test]
fn a_judgement_from_before_there_were_features_reads() {
    let judgement = hoping_for(Encoded(form(FieldId::Dispatch, 0x41))).judged();
    let mut value = serde_json::to_value(&judgement).unwrap();
    assert!(value["features"].is_array());
    value.as_object_mut().unwrap().remove("features");
    let read: Judgement = serde_json::from_value(value).unwrap();
    assert_eq!(read, without_features(judgement));
}

fn without_features(judgement: Judgement) -> Judgement {
    Judgement {
        features: vec![],
        ..judgement
    }
}

/// Features of every kind of finding: kept, another form, never seen, contradictory.
fn features() -> impl Strategy<Value = Vec<Expectation>> {
    let field = prop_oneof![
        Just(FieldId::Dispatch),
        Just(FieldId::IphcTf),
        Just(FieldId::IphcSam),
        Just(FieldId::Ipv6HopLimit),
        Just(FieldId::UdpSrcPort),
    ];
    let one = (field, 0u64..=255, 0u8..6).prop_map(|(field, value, kind)| match kind {
        0 => Frame(form(field, value)),
        1 => Expectation::Never(form(field, value)),
        2 => Expectation::NotTaken,
        3 => AnyOf(vec![(EchoReply, OnMatch::Fail)]),
        4 => Expectation::Alive,
        _ => Encoded(form(field, value)),
    });
    prop::collection::vec(one, 1..5)
}

/// Evidence with any of its events left out, and any end.
fn evidence() -> impl Strategy<Value = Evidence> {
    let whole = Play::echo(vec![])
        .begun()
        .hears(STEP, &reply(PING))
        .delivered(&request(PING))
        .sentinel_sent(true)
        .hears(Phase::Sentinel, &reply(SENTINEL))
        .evidence;
    let stop = prop_oneof![
        Just(Stop::Settled),
        Just(Stop::Sentinel),
        Just(Stop::Deadline),
        Just(Stop::Broken),
    ];
    let count = whole.events.len();
    let left = prop::collection::vec(any::<bool>(), count);
    (left, stop, any::<bool>()).prop_map(move |(left, stop, lossless)| {
        let mut evidence = Evidence {
            stop,
            lossless,
            ..whole.clone()
        };
        let mut left = left.into_iter();
        evidence.events.retain(|_| left.next().unwrap_or(true));
        evidence
    })
}

proptest! {
    /// The seeded fault is the feature itself: whatever is hoped for, and however it comes
    /// out, the judgement is the one without it, of one attempt and of several.
    #[test]
    fn features_never_change_a_verdict(
        features in features(),
        attempts in prop::collection::vec(evidence(), 1..4),
        expected in prop_oneof![
            Just(EchoReply),
            Just(Encoded(form(FieldId::Dispatch, 0x41))),
            Just(Expectation::NotTaken),
        ],
    ) {
        let judged = |features: &[Expectation]| -> Vec<Judgement> {
            attempts
                .iter()
                .map(|evidence| {
                    let mut play = Play::echo(vec![expected.clone()]).with_evidence(evidence.clone());
                    play.trial.features = features.to_vec();
                    play.judged()
                })
                .collect()
        };
        let (with, without) = (judged(&features), judged(&[]));
        prop_assert!(with.iter().all(|one| one.features.len() == features.len()));
        prop_assert_eq!(without_features(conclude(&with)), conclude(&without));
        for (with, without) in with.into_iter().zip(without) {
            prop_assert_eq!(without_features(with.clone()), without.clone());
            prop_assert_eq!(without_features(with.strictly()), without.strictly());
        }
    }
}
