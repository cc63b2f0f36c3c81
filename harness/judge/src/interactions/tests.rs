use super::interactions;
use crate::fixture::{fail, inconc, meta, pass};
use crate::meta::{Knob, TrialMeta};
use crate::verdict::{Judgement, Outcome, Seen};

/// Every combination of three knobs; `fails` says which are dropped.
fn product(fails: impl Fn(&str, &str, &str) -> bool) -> Vec<(TrialMeta, Judgement)> {
    let mut trials = Vec::new();
    for tf in ["inline", "elided"] {
        for sam in ["inline", "64", "16"] {
            for dam in ["inline", "64", "16"] {
                let knob = |name: &str, value: &str| Knob {
                    name: name.to_owned(),
                    value: value.to_owned(),
                };
                let mut trial = meta("dut", "sweep");
                trial.knobs = vec![knob("tf", tf), knob("sam", sam), knob("dam", dam)];
                trial.label = format!("tf={tf} sam={sam} dam={dam}");
                let judgement = match fails(tf, sam, dam) {
                    true => fail(Outcome::Dropped),
                    false => pass(),
                };
                trials.push((trial, judgement));
            }
        }
    }
    trials
}

fn told(trials: &[(TrialMeta, Judgement)]) -> Vec<String> {
    interactions(trials)
        .iter()
        .map(|found| {
            let knobs: Vec<String> = found
                .knobs
                .iter()
                .map(|knob| format!("{}={}", knob.name, knob.value))
                .collect();
            format!("{} x{}", knobs.join(" "), found.failed)
        })
        .collect()
}

#[test]
fn a_pair_that_fails_together_is_named_once() {
    let trials = product(|_, sam, dam| sam == "16" && dam == "64");
    assert_eq!(told(&trials), ["sam=16 dam=64 x2"]);
}

#[test]
fn a_triple_is_named_where_no_pair_of_it_fails() {
    let trials = product(|tf, sam, dam| tf == "elided" && sam == "16" && dam == "64");
    assert_eq!(told(&trials), ["tf=elided sam=16 dam=64 x1"]);
}

#[test]
fn a_value_that_fails_everywhere_hides_no_pair() {
    let trials = product(|tf, sam, dam| sam == "64" || (tf == "elided" && dam == "16"));
    assert_eq!(told(&trials), ["sam=64 x6", "tf=elided dam=16 x2"]);
}

#[test]
fn nothing_fails_nothing_is_found() {
    assert!(told(&product(|_, _, _| false)).is_empty());
}

#[test]
fn undecided_trials_blame_nothing() {
    let mut trials = product(|_, sam, dam| sam == "16" && dam == "64");
    for (_, judgement) in &mut trials {
        if judgement.outcome == Outcome::Dropped {
            *judgement = inconc();
        }
    }
    assert!(told(&trials).is_empty());
}

#[test]
fn silence_that_is_right_clears_no_value() {
    // Under dam=16 nothing may be taken, and sam=64 is dropped everywhere.
    let mut trials = product(|_, sam, dam| sam == "64" && dam != "16");
    for (trial, judgement) in &mut trials {
        if trial
            .knobs
            .iter()
            .any(|knob| knob.value == "16" && knob.name == "dam")
        {
            judgement.seen = Seen::Nothing;
        }
    }
    assert_eq!(told(&trials), ["sam=64 x4"]);
}
