use std::path::Path;

use sixlo_judge::verdict::{Judgement, Outcome};

use super::*;
use crate::report::fixture::{judged, played, report_of, trial};
use crate::report::terminal;
use crate::run::LeftOut;

const DEVICES: &str =
    "devices:\n  - { dut: one, trials: 7, cases: 7 }\n  - { dut: two, trials: 7, cases: 7 }\n";

fn entry(dut: &str, cases: &str, outcome: &str) -> String {
    format!(
        "  - dut: {dut}\n    cases: {cases}\n    outcome: {outcome}\n    reason: it is being mended\n    \
         link: https://example.org/7\n    expires: 2027-01-31\n"
    )
}

/// All that the fixture's devices do unexpectedly, accepted.
fn all() -> String {
    [
        entry("two", "hop-limit-1", "crashed"),
        entry("two", "wrong-checksum", "wrong-value"),
        entry("two", "cut-*", "crashed"),
        entry("two", "sends-plain", "dropped"),
        entry("two", "flow-label", "undecided"),
        entry("one", "[flow-label, hop-limit-1]", "passes"),
    ]
    .concat()
}

fn baseline(accepted: &str) -> Baseline {
    let accepted = match accepted {
        "" => "accepted: []\n".to_owned(),
        accepted => format!("accepted:\n{accepted}"),
    };
    Baseline::read("baseline.yaml", &format!("{DEVICES}{accepted}")).unwrap()
}

fn known() -> Known {
    Known {
        cases: vec!["hop-limit-1".to_owned(), "never-played".to_owned()],
        duts: vec!["three".to_owned(), "four".to_owned()],
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The exit status, and what is wrong with the entries.
fn weighed(baseline: &Baseline, report: &Report, today: &str) -> (ExitStatus, Vec<String>) {
    let gate = Gate::of(baseline, report, &known(), day(today));
    told(&gate, report, Path::new("run"));
    let wrong = gate.wrong.iter().map(ToString::to_string).collect();
    (gate.status(), wrong)
}

fn green() -> (ExitStatus, Vec<String>) {
    (ExitStatus::Success, vec![])
}

#[test]
fn everything_accepted_is_green_and_each_entry_is_needed() {
    let report = report_of(played());
    assert_eq!(weighed(&baseline(&all()), &report, "2026-11-21"), green());
    // The last day counts.
    assert_eq!(weighed(&baseline(&all()), &report, "2027-01-31"), green());
    for (left_out, status) in [
        ("cut-*", ExitStatus::Unexpected),
        ("passes", ExitStatus::Unexpected),
        ("sends-plain", ExitStatus::Unexpected),
        ("undecided", ExitStatus::Undecided),
    ] {
        let entries = all();
        let entries: String = entries
            .split_inclusive("expires: 2027-01-31\n")
            .filter(|entry| !entry.contains(left_out))
            .collect();
        let (now, wrong) = weighed(&baseline(&entries), &report, "2026-11-21");
        assert_eq!((now, wrong), (status, vec![]), "{left_out}");
    }
}

#[test]
fn an_entry_that_no_longer_applies_is_an_error_with_its_line() {
    let report = report_of(played());
    let told: Vec<String> = [
        entry("two", "hop-limit-1", "dropped"),
        entry("two", "plain-echo", "crashed"),
        entry("two", "context-0", "wrong-value"),
        entry("one", "[hop-limit-1, no-such-case]", "crashed"),
        entry("\"t?o\"", "\"*\"", "declined"),
        entry("five", "hop-limit-1", "crashed"),
        entry("two", "hop-limit-1\n    labels: [a, \"*\"]", "crashed"),
    ]
    .iter()
    .map(|entry| {
        let (status, wrong) = weighed(&baseline(&(all() + entry)), &report, "2026-11-21");
        assert_eq!(status, ExitStatus::Usage, "{entry}");
        wrong.join("\n")
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"));
    // Expired: the trials are nobody's any more, and the file is wrong.
    let (status, wrong) = weighed(&baseline(&all()), &report, "2027-02-01");
    assert_eq!(status, ExitStatus::Usage);
    assert_eq!(wrong.len(), 6);
    assert_eq!(
        wrong[0],
        "baseline.yaml:5:5: expired on 2027-01-31, and 1 trial of it came out so again: mend what deviates, or \
         decide anew and write a later day"
    );
    let gate = baseline(&all());
    let gate = Gate::of(&gate, &report, &known(), day("2027-02-01"));
    assert_eq!((gate.unexpected.len(), gate.undecided.len()), (6, 1));
}

#[test]
fn an_entry_of_what_was_not_played_waits() {
    let report = report_of(played());
    for entry in [
        entry("two", "never-played", "dropped"),
        entry("three", "hop-limit-1", "dropped"),
        entry("four", "\"*\"", "dropped"),
    ] {
        assert_eq!(
            weighed(&baseline(&(all() + &entry)), &report, "2026-11-21"),
            green()
        );
    }
}

#[test]
fn what_vanishes_is_not_green() {
    let status = |change: &dyn Fn(&mut crate::report::Played)| {
        let mut played = played();
        change(&mut played);
        weighed(&baseline(&all()), &report_of(played), "2026-11-21").0
    };
    assert_eq!(status(&|_| ()), ExitStatus::Success);
    // A pass that was not played.
    let fewer = |played: &mut crate::report::Played| {
        played
            .trials
            .retain(|trial| trial.trial.dut.0 != "one" || trial.trial.case.0 != "context-0");
    };
    assert_eq!(status(&fewer), ExitStatus::Undecided);
    // A device, for want of a package.
    let alone = |missing| {
        move |played: &mut crate::report::Played| {
            played.profiles.retain(|profile| profile.name.0 == "two");
            played.trials.retain(|trial| trial.trial.dut.0 == "two");
            played.left_out.push(LeftOut {
                dut: "one".into(),
                why: "needs a package".to_owned(),
                missing,
            });
        }
    };
    assert_eq!(status(&alone(true)), ExitStatus::Undecided);
    assert_eq!(status(&alone(false)), ExitStatus::Trouble);
    // A pass that became undecided, or trouble.
    let became = |judgement: Judgement| {
        move |played: &mut crate::report::Played| {
            played.trials[1] = trial("one", "context-0", judgement.clone());
        }
    };
    let undecided = Judgement::undecided("the control was not answered");
    assert_eq!(status(&became(undecided.clone())), ExitStatus::Undecided);
    let trouble = Judgement {
        verdict: Verdict::Error,
        ..undecided
    };
    assert_eq!(status(&became(trouble)), ExitStatus::Trouble);
    let fail = judged(Verdict::Fail, Outcome::WrongValue);
    assert_eq!(status(&became(fail)), ExitStatus::Unexpected);
    // Everything: nothing was judged.
    let mut report = report_of(played());
    report.trials.clear();
    let (status, wrong) = weighed(&baseline(""), &report, "2026-11-21");
    assert_eq!((status, wrong), (ExitStatus::Nothing, vec![]));
}

#[test]
fn a_wrong_known_yaml_keeps_the_gate_shut() {
    let mut report = report_of(played());
    report.exit_code = 2;
    assert_eq!(
        weighed(&baseline(&all()), &report, "2026-11-21").0,
        ExitStatus::Usage
    );
}

#[test]
fn mistakes_in_a_baseline_are_told_with_their_places() {
    let whole = |accepted: &str| format!("{DEVICES}accepted:\n{accepted}");
    let good = entry("two", "hop-limit-1", "crashed");
    let texts = [
        String::new(),
        "[]\n".to_owned(),
        "devices: []\naccepted: []\n".to_owned(),
        DEVICES.to_owned(),
        format!(
            "{DEVICES}{}accepted: []\n",
            "  - { dut: one, trials: 1, cases: 1 }\n"
        ),
        whole(&good.replace("it is being mended", "TODO")),
        whole(&good.replace("it is being mended", "''")),
        whole(&good.replace("https://example.org/7", "TODO")),
        whole(&good.replace("2027-01-31", "2027-02-31")),
        whole(&good.replace("2027-01-31", "soon")),
        whole(&good.replace("    reason: it is being mended\n", "")),
        whole(&good.replace("    link: https://example.org/7\n", "")),
        whole(&good.replace("    expires: 2027-01-31\n", "")),
        whole(&good.replace("crashed", "exploded")),
        whole(&good.replace("hop-limit-1", "{ a: b }")),
        whole(&good.replace("reason", "raison")),
    ];
    let told: Vec<String> = texts
        .iter()
        .map(|text| {
            Baseline::read("baseline.yaml", text)
                .unwrap_err()
                .to_string()
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_first_baseline_is_refused_until_its_reasons_are_written() {
    let mut played = played();
    for (label, outcome) in [
        ("tf=00", Outcome::WrongValue),
        ("tf: \"*\"", Outcome::Dropped),
    ] {
        let mut row = trial("one", "context-0", judged(Verdict::Fail, outcome));
        row.trial.label = label.to_owned();
        played.trials.push(row);
    }
    let report = report_of(played);
    let today = day("2026-11-21");
    let text = first(&report, today);
    insta::assert_snapshot!(text);
    let refused = Baseline::read("baseline.yaml", &text)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("`reason` is not written yet"), "{refused}");
    let written = text
        .replace("reason: TODO", "reason: we know")
        .replace("link: TODO", "link: https://example.org/1");
    let baseline = Baseline::read("baseline.yaml", &written).unwrap();
    assert_eq!(weighed(&baseline, &report, "2026-11-21"), green());
    // And of a run in which nothing is unexpected.
    let mut report = report.clone();
    report.trials.retain(|trial| trial.status == Status::Pass);
    let text = first(&report, today);
    assert_eq!(
        weighed(&Baseline::read("b", &text).unwrap(), &report, "2026-11-21"),
        green()
    );
}

#[test]
fn a_gate_in_words() {
    let report = report_of(played());
    let entries = [
        entry("two", "hop-limit-1", "crashed"),
        entry("two", "[cut-*, plain-echo]", "crashed"),
        entry("two", "sends-plain", "dropped").replace("2027-01-31", "2026-11-25"),
        entry("two", "never-played", "dropped"),
    ];
    let mut baseline = baseline(&entries.concat());
    baseline.devices[0].trials = 9;
    let gate = Gate::of(&baseline, &report, &known(), day("2026-11-21"));
    let document = told(&gate, &report, Path::new("reports/runs/a"));
    insta::assert_snapshot!(terminal::render(&document, None));
}
