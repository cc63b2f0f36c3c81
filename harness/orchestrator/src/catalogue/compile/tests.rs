//! Trials of the whole catalogue, for devices of two kinds.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use sixlo_frames::packet::HeaderChain;
use sixlo_judge::link::{Link, Role, SharedKey, Thread};
use sixlo_judge::name::DutName;
use sixlo_judge::profile::{Claims, Profile, Simplest, Tap};
use sixlo_judge::testcase::{Direction, Kind};
use sixlo_judge::trial::Nonce;

use super::*;
use crate::catalogue::tests::catalogue;

/// A device that offers everything.
fn profile(simplest: Simplest) -> Profile {
    Profile {
        name: DutName::from("a-device"),
        stack: "a stack 1.0".to_owned(),
        build: "plain".to_owned(),
        offers: BTreeSet::from(Need::ALL),
        claims: Claims::default(),
        done_by_port: Vec::new(),
        simplest,
        addresses: Parameters::default().addresses,
        link: Link::Plain,
        settles: true,
        virtual_time: true,
        tap: Tap::AfterTransport,
        reply_within: Duration::from_millis(50),
        reassembly_timeout: Duration::from_secs(60),
        reset_is_cheap: true,
        answers_echo: true,
        class_unsupported_type: 253,
        contexts: Default::default(),
        loss: 0.0,
        withheld: Vec::new(),
    }
}

#[test]
fn every_case_makes_trials_whose_frames_can_be_made() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let mut ids = HashSet::new();
    for simplest in [Simplest::Ipv6, Simplest::Iphc, Simplest::IphcExtensions] {
        let mut profile = profile(simplest);
        profile.build = format!("{simplest:?}");
        for case in &catalogue.cases {
            let compiled = compile(case, &profile, &parameters);
            assert_eq!(compiled.not_applicable, [], "{}", case.id);
            assert!(!compiled.trials.is_empty(), "{}", case.id);
            for trial in &compiled.trials {
                assert!(ids.insert(trial.id.clone()), "{} {}", case.id, trial.label);
                for step in &trial.steps {
                    if let TrialStep::Send(stimulus) = step {
                        assert!(!stimulus.psdus.is_empty(), "{} {}", case.id, trial.label);
                    }
                }
                for stimulus in trial.control.iter().chain(&trial.sentinel) {
                    assert!(!stimulus.psdus.is_empty(), "{} {}", case.id, trial.label);
                }
            }
        }
    }
}

#[test]
fn the_same_trial_is_the_same_again_and_another_seed_is_another_trial() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let profile = profile(Simplest::Ipv6);
    let case = catalogue
        .case(&"stateless-both-elided".into())
        .expect("case");
    let once = compile(case, &profile, &parameters).trials;
    assert_eq!(once, compile(case, &profile, &parameters).trials);
    let seeded = Parameters {
        seed: 2,
        ..Parameters::default()
    };
    let other = compile(case, &profile, &seeded).trials;
    assert_ne!(once[0].id, other[0].id);
    assert_ne!(once[0].steps, other[0].steps);
    let mut rebuilt = profile.clone();
    rebuilt.build = "other options".to_owned();
    assert_ne!(
        once[0].id,
        compile(case, &rebuilt, &parameters).trials[0].id
    );
}

#[test]
fn another_time_is_another_trial_and_the_first_is_what_it_is_alone() {
    let (catalogue, alone) = (catalogue(), Parameters::default());
    let thrice = Parameters {
        times: 1..=3,
        ..Parameters::default()
    };
    let lacking = Profile {
        offers: BTreeSet::new(),
        ..profile(Simplest::Ipv6)
    };
    for (case, profile) in catalogue
        .cases
        .iter()
        .flat_map(|case| [(case, profile(Simplest::Ipv6)), (case, lacking.clone())])
    {
        let (once, all) = (
            compile(case, &profile, &alone),
            compile(case, &profile, &thrice),
        );
        assert_eq!(all.not_applicable, once.not_applicable, "{}", case.id);
        assert!(all.trials.starts_with(&once.trials), "{}", case.id);
        let times = match case.kind {
            Kind::Calibration => 1,
            _ => 3,
        };
        assert_eq!(all.trials.len(), times * once.trials.len(), "{}", case.id);
        let ids: HashSet<_> = all.trials.iter().map(|trial| &trial.id).collect();
        assert_eq!(ids.len(), all.trials.len(), "{}", case.id);
        let rows: HashSet<_> = all.trials.iter().map(|trial| trial.meta().row()).collect();
        assert_eq!(rows.len(), all.trials.len(), "{}", case.id);
    }
}

/// Datagrams in turn, each whole or abandoned for good, ask for one buffer alone.
#[test]
fn a_case_that_interleaves_two_datagrams_asks_for_two_buffers() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let mut profile = profile(Simplest::Ipv6);
    profile.offers.remove(&Need::SecondReassembly);
    let lacking: Vec<&str> = catalogue
        .cases
        .iter()
        .filter(|case| {
            !compile(case, &profile, &parameters)
                .not_applicable
                .is_empty()
        })
        .map(|case| case.id.0.as_str())
        .collect();
    let asking = [
        "forwards-fragments-both-ways",
        "key-destination",
        "key-size",
        "key-source",
        "key-tag",
    ];
    assert_eq!(lacking, asking);
}

/// A name for a trial that stays as long as its case, device and parameters do.
#[test]
fn trial_ids_do_not_move() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let mut case = catalogue
        .case(&"iphc-all-in-line".into())
        .expect("case")
        .clone();
    case.text_hash = "00".to_owned();
    let trial = &compile(&case, &profile(Simplest::Ipv6), &parameters).trials[0];
    assert_eq!(trial.id.0, "19150716a7b1faad9f351405185910b5");
}

#[test]
fn control_stimulus_and_sentinel_have_nonces_of_their_own() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let case = catalogue
        .case(&"stateless-both-elided".into())
        .expect("case");
    let trial = &compile(case, &profile(Simplest::Ipv6), &parameters).trials[0];
    let nonces = [
        &trial.control.as_ref().expect("control").nonce,
        match &trial.steps[0] {
            TrialStep::Send(stimulus) => &stimulus.nonce,
            other => panic!("{other:?}"),
        },
        &trial.sentinel.as_ref().expect("sentinel").nonce,
    ];
    assert_ne!(nonces[0], nonces[1]);
    assert_ne!(nonces[0], nonces[2]);
    assert_ne!(nonces[1], nonces[2]);
    assert!(matches!(nonces[0], Nonce::Echo { .. }));
}

/// An answer to one must never be taken for an answer to the other.
#[test]
fn no_control_has_its_sentinels_nonce() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    for simplest in [Simplest::Ipv6, Simplest::Iphc] {
        for loss in [0.0, 0.01] {
            let profile = Profile {
                loss,
                ..profile(simplest)
            };
            for case in &catalogue.cases {
                for trial in compile(case, &profile, &parameters).trials {
                    let control = trial.control.map(|control| control.nonce);
                    let sentinel = trial.sentinel.map(|sentinel| sentinel.nonce);
                    assert!(
                        control.is_none() || control != sentinel,
                        "{} {}: {control:?}",
                        case.id,
                        trial.label
                    );
                }
            }
        }
    }
}

#[test]
fn the_first_rows_control_is_iphc_and_the_base_has_none() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let profile = profile(Simplest::Ipv6);
    let of = |id: &str| {
        let case = catalogue.case(&id.into()).expect("case");
        compile(case, &profile, &parameters).trials.remove(0)
    };
    let lowpan = |stimulus: &Stimulus| stimulus.psdus[0][21];
    let first_row = of("uncompressed-echo");
    assert_eq!(lowpan(first_row.control.as_ref().expect("control")), 0x60);
    let base = of("iphc-all-in-line");
    assert_eq!(lowpan(base.control.as_ref().expect("control")), 0x41);
    // Fragments in the simplest form: a plain echo vouches for the node.
    let fragments = of("fragments-in-order");
    let control = fragments.control.expect("control");
    assert_eq!((control.psdus.len(), lowpan(&control)), (1, 0x41));
}

#[test]
fn controls_carry_extension_headers_where_the_device_takes_them() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let case = catalogue
        .case(&"extension-padding-elided".into())
        .expect("case");
    // `60` and `64` differ in NH; traffic class, flow label, hop limit and addresses
    // are in line before the first extension header.
    for (simplest, first, behind) in [
        (Simplest::Iphc, 0x60, [0x3a, 0x00]),
        (Simplest::IphcExtensions, 0x64, [0xe0, 0x3a]),
    ] {
        let trial = compile(case, &profile(simplest), &parameters)
            .trials
            .remove(0);
        let control = trial.control.expect("control");
        let lowpan = &control.psdus[0][21..];
        let nh_in_line = usize::from(first == 0x60);
        let at = 2 + 4 + nh_in_line + 1 + 32;
        assert_eq!((lowpan[0], &lowpan[at..at + 2]), (first, &behind[..]));
        // The echo after it holds no extension header, whatever the device takes.
        assert!(!trial.sentinel.expect("sentinel").psdus.is_empty());
    }
}

#[test]
fn a_device_that_lacks_something_is_told_so() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let mut profile = profile(Simplest::Ipv6);
    profile.offers.remove(&Need::Context);
    let case = catalogue
        .case(&"context-0-source-elided".into())
        .expect("case");
    let compiled = compile(case, &profile, &parameters);
    assert_eq!(compiled.trials, []);
    let [only] = &compiled.not_applicable[..] else {
        panic!("{:?}", compiled.not_applicable);
    };
    assert_eq!(only.lacks, [Need::Context]);
    assert_eq!(only.to_string(), "the device offers no settable contexts");
}

/// RFC 768: a sum of zero is written as ffff.
#[test]
fn data_that_sum_to_zero() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let case = catalogue
        .case(&"checksum-elided-sums-to-zero".into())
        .expect("case");
    let trial = &compile(case, &profile(Simplest::Ipv6), &parameters).trials[0];
    let TrialStep::Send(stimulus) = &trial.steps[0] else {
        panic!("{:?}", trial.steps);
    };
    let upper = HeaderChain::new(&stimulus.packet)
        .expect("packet")
        .payload()
        .expect("udp");
    let checksum = &stimulus.packet[upper.range.start + 6..upper.range.start + 8];
    assert_eq!(checksum, [0xff, 0xff]);
}

/// What a guard sends may leave a device confused; what the base sends may not.
#[test]
fn only_some_trials_are_dirty() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let profile = profile(Simplest::Ipv6);
    let dirty = |id: &str| {
        let case = catalogue.case(&id.into()).expect("case");
        compile(case, &profile, &parameters).trials[0].dirty
    };
    assert!(!dirty("iphc-all-in-line"));
    assert!(!dirty("nhc-udp-in-first-fragment"));
    assert!(dirty("context-0-source-elided"));
    assert!(dirty("autoconfigured-global"));
    let guards = catalogue
        .cases
        .iter()
        .filter(|case| case.kind == Kind::Guard && case.direction == Direction::Receive);
    assert!(guards.count() > 30);
}

/// What comes from `::` nobody may answer: without a view of delivered packets such a row
/// does not apply, be the restored packet one of several things that will do.
#[test]
fn what_nobody_may_answer_is_asked_of_devices_that_show_it_otherwise() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let space = catalogue.case(&"iphc-space".into()).unwrap();
    let from_nowhere = |trial: &&Trial| {
        trial
            .knobs
            .iter()
            .any(|knob| knob.name == "source" && knob.value == "SAC=1 SAM=00")
    };
    let mut profile = profile(Simplest::Iphc);
    let all = compile(space, &profile, &parameters).trials;
    let decided = |trial: &Trial| trial.then != [Expectation::NotTaken];
    assert!(all.iter().filter(from_nowhere).any(decided));
    profile.offers.remove(&Need::Delivered);
    let left = compile(space, &profile, &parameters).trials;
    assert!(!left.is_empty());
    assert!(!left.iter().filter(from_nowhere).any(decided));
}

/// A device that attaches to the tester in a Thread network with this mesh-local prefix.
fn thread_child(mesh_local_prefix: &str) -> Profile {
    let mut child = profile(Simplest::Iphc);
    child.link = Link::Thread(Thread {
        role: Role::Child,
        network_key: SharedKey([7; 16]),
        key_sequence: 0,
        mesh_local_prefix: mesh_local_prefix.parse().expect("a prefix"),
    });
    child
}

#[test]
fn a_node_without_neighbour_discovery_shows_what_it_restored() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let then = |case: &str, profile: &Profile| {
        let case = catalogue.case(&case.into()).expect("case");
        let trial = compile(case, profile, &parameters).trials.remove(0);
        trial.then[0].clone()
    };
    let (child, other) = (thread_child("2001:db8::"), profile(Simplest::Iphc));
    let case = "fragments-in-order";
    assert!(matches!(then(case, &other), Expectation::Advertisement(_)));
    assert!(matches!(then(case, &child), Expectation::Restored(_)));
    // What is about neighbour discovery itself is asked of it as of everybody.
    let case = "solicitation-unicast";
    assert!(matches!(then(case, &child), Expectation::Advertisement(_)));
}

#[test]
fn a_thread_networks_context_0_is_its_mesh_local_prefix_and_no_other() {
    let (catalogue, parameters) = (catalogue(), Parameters::default());
    let case = catalogue
        .case(&"context-0-source-64-bit".into())
        .expect("case");
    let compiled = compile(case, &thread_child("2001:db8::"), &parameters);
    assert_eq!(compiled.not_applicable, []);
    let compiled = compile(case, &thread_child("fd00::"), &parameters);
    assert!(compiled.trials.is_empty());
    let why = compiled.not_applicable[0].to_string();
    assert_eq!(why, "context 0 of its network is fd00::/64 always");
}
