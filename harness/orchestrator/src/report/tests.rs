use std::time::Duration;

use sixlo_judge::known::{Glob, KnownCell};
use sixlo_judge::matrix::Cell;
use sixlo_judge::status::{ExitStatus, Expected};
use sixlo_judge::verdict::{Economy, Judgement, Outcome, Verdict};

use super::fixture::{catalogue, judged, played, trial};
use super::*;
use crate::run::{Judged, LeftOut};

#[test]
fn the_end_of_a_run_on_a_terminal() {
    let catalogue = catalogue();
    let results = Results::of(&catalogue, played());
    insta::assert_snapshot!(terminal::render(&overview(&results, 2), None));
}

#[test]
fn the_whole_report_as_markdown() {
    let catalogue = catalogue();
    let results = Results::of(&catalogue, played());
    insta::assert_snapshot!(markdown::render(&full(&results)));
}

#[test]
fn a_narrow_terminal_cuts_no_mark() {
    let catalogue = catalogue();
    let results = Results::of(&catalogue, played());
    let narrow = terminal::render(&overview(&results, 0), Some(40));
    let table = narrow.split("\n\n").next().unwrap();
    assert!(
        table.lines().all(|line| line.chars().count() <= 40),
        "{table}"
    );
    assert_eq!(table.matches("o*").count(), 1, "{table}");
}

#[test]
fn the_order_of_lanes_does_not_show() {
    let catalogue = catalogue();
    let mut shuffled = played();
    shuffled.trials.reverse();
    let text = |played| markdown::render(&full(&Results::of(&catalogue, played)));
    assert_eq!(text(shuffled), text(played()));
}

#[test]
fn every_status_line_at_once() {
    let line = |judgement: Judgement, attempts, millis| {
        let concluded = trial("one", "context-0", judgement);
        let judged = Judged {
            trial: concluded.trial,
            attempts,
            judgement: concluded.judgement,
            took: Duration::from_millis(millis),
        };
        status_line(&judged, 7, 4711)
    };
    let lines = [
        line(judged(Verdict::Pass, Outcome::Right), 1, 12),
        line(judged(Verdict::Fail, Outcome::WrongValue), 2, 1004),
        line(judged(Verdict::Fail, Outcome::Crashed), 2, 123_456),
        line(
            Judgement::undecided("the control was not answered"),
            2,
            2000,
        ),
        line(
            Judgement {
                cause: "the device's agent closed its end".to_owned(),
                ..judged(Verdict::Error, Outcome::Unknown)
            },
            1,
            0,
        ),
        line(judged(Verdict::None, Outcome::Dropped), 1, 3),
    ];
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn exit_status_of_a_run() {
    let catalogue = catalogue();
    let status = |played| Results::of(&catalogue, played).status();
    let only = |dut: &str| {
        let mut played = played();
        played
            .trials
            .retain(|concluded| concluded.trial.dut.0 == dut);
        played
    };
    // Two crashes that nothing explains, and a pass beyond what is claimed.
    assert_eq!(status(played()), ExitStatus::Unexpected);
    assert_eq!(status(only("nobody")), ExitStatus::Nothing);
    // A package that is missing changes nothing; a device that does not open does.
    let mut right = only("one");
    right.profiles[0].claims.level = Some(5);
    assert_eq!(status(right.clone()), ExitStatus::Success);
    right.left_out.push(LeftOut {
        dut: "four".into(),
        why: "its agent answered an unknown command with done".to_owned(),
        missing: false,
    });
    assert_eq!(status(right), ExitStatus::Trouble);
}

#[test]
fn a_known_deviation_is_no_surprise_and_its_end_is_one() {
    let catalogue = catalogue();
    let expected = |verdict, outcome| {
        let mut played = played();
        played
            .trials
            .retain(|concluded| concluded.trial.case.0 != "context-0");
        played
            .trials
            .push(trial("two", "context-0", judged(verdict, outcome)));
        let results = Results::of(&catalogue, played);
        let finding = results
            .findings
            .iter()
            .find(|finding| finding.trial.case.0 == "context-0")
            .unwrap();
        finding.expected.clone()
    };
    assert_eq!(
        expected(Verdict::Fail, Outcome::WrongValue),
        Expected::Known(0)
    );
    assert_eq!(
        expected(Verdict::Pass, Outcome::Right),
        Expected::UnexpectedPass
    );
}

#[test]
fn an_entry_that_matches_nothing_is_an_error_where_its_case_was_played() {
    let catalogue = catalogue();
    let of = |change: fn(&mut sixlo_judge::known::Known)| {
        let mut played = played();
        let entries = played.known.get_mut(&"two".into()).unwrap();
        change(&mut entries[0]);
        let results = Results::of(&catalogue, played);
        let usage = results.status() == ExitStatus::Usage;
        (usage, terminal::render(&super::full(&results), None))
    };
    assert!(!of(|_| ()).0);
    // The case has no such row: out of date.
    let (usage, text) = of(|entry| entry.label = Some("length 48".into()));
    assert!(usage);
    assert!(text.contains("cases: context-0 [length 48], duts: two: no trial is of this kind"));
    // Not played here: nothing can be said of it.
    assert!(!of(|entry| entry.case = "not-played".into()).0);
    // Another version of the stack: ignored, and said.
    let (usage, text) = of(|entry| entry.versions = Some(">=99.1".parse().unwrap()));
    assert!(!usage);
    assert!(text.contains("cases: context-0, duts: two: speaks of >=99.1, ignored here"));
}

#[test]
fn rows_that_come_out_alike_are_told_of_together() {
    let catalogue = catalogue();
    let mut played = played();
    for length in 0..10 {
        let mut row = trial(
            "two",
            "flow-label",
            judged(Verdict::Fail, Outcome::WrongValue),
        );
        row.trial.label = format!("length {length}");
        played.trials.push(row);
    }
    let text = terminal::render(&super::full(&Results::of(&catalogue, played)), None);
    assert_eq!(text.matches("FAIL two flow-label").count(), 1, "{text}");
    assert!(
        text.contains("[length 1], [length 2], [length 3], and 6 more rows"),
        "{text}"
    );
}

#[test]
fn what_devices_say_is_no_markup() {
    let document = Document(vec![Block::Text("a|b *c* <d>\n# e \u{1b}[31m".to_owned())]);
    insta::assert_snapshot!(markdown::render(&document), @r"a\|b \*c\* \<d\> \# e �\[31m");
}

#[test]
fn trials_of_forgotten_cases_are_counted_out() {
    let catalogue = catalogue();
    let mut played = played();
    let gone = judged(Verdict::Fail, Outcome::Crashed);
    played
        .trials
        .push(trial("one", "a-case-that-is-gone", gone));
    let results = Results::of(&catalogue, played);
    assert_eq!(results.forgotten, 1);
    assert_eq!(results.findings.len(), 14);
}

#[test]
fn what_others_report_is_shown_and_changes_nothing() {
    let catalogue = catalogue();
    let silent = Played {
        reported: vec![],
        ..played()
    };
    let (with, without) = (
        Results::of(&catalogue, played()),
        Results::of(&catalogue, silent.clone()),
    );
    assert_eq!(with.reported.len(), 3);
    assert_eq!(with.status(), without.status());
    assert_eq!(with.counts(), without.counts());
    assert_eq!(with.matrix, without.matrix);
    // All reports but for the block itself; JUnit XML and the badge whole.
    let (told, bare) = (full(&with).0, full(&without).0);
    let at = told
        .iter()
        .position(|block| *block == Block::Heading(reported::HEADING.to_owned()))
        .expect("a block");
    assert_eq!([&told[..at], &told[at + 4..]].concat(), bare);
    let (data, plain) = (fixture::report_of(played()), fixture::report_of(silent));
    assert_eq!(junit::render(&data), junit::render(&plain));
    for (one, other) in data.duts.iter().zip(&plain.duts) {
        assert_eq!(badge::render(one), badge::render(other));
    }
    let without_block = model::Report {
        reported: vec![],
        ..data.clone()
    };
    assert_eq!(without_block, plain);
    // A mark of another device's is none of this one's: only device one is that stack.
    let of = |dut: &str| {
        let trial = data.trials.iter().find(|trial| trial.dut == dut);
        data.reported_of(trial.expect("a trial"))
    };
    assert_eq!(of("one").map(|mark| mark.mark()), Some("o"));
    assert_eq!(of("two"), None);
}

#[test]
fn a_device_that_is_found_otherwise_than_reported_is_said_so() {
    let catalogue = catalogue();
    let text = terminal::render(&overview(&Results::of(&catalogue, played()), 0), None);
    // The fixture's device shows o everywhere; the last row is not spoken of.
    let line = "Alpha, measured here as one: Stateful Address Compression: reported ~, measured o; \
                TC and Flow label compression: reported blank, measured o\n";
    assert!(text.contains(line), "{text}");
    assert!(!text.contains("measured here as two"), "{text}");
    // A row that this run has not played is not shown, nor compared.
    let mut few = played();
    few.trials.retain(|one| one.trial.case.0 == "plain-echo");
    let text = terminal::render(&overview(&Results::of(&catalogue, few), 0), None);
    let (_, block) = text.split_once(reported::HEADING).expect("the block");
    let (block, _) = block.split_once("\n\nLevel reached").expect("what follows");
    assert!(!block.contains("Stateful"), "{block}");
    assert!(!block.contains("measured here"), "{block}");
}

#[test]
fn what_no_entry_explains_is_listed() {
    let catalogue = catalogue();
    let listed = |change: fn(&mut Played)| {
        let mut run = played();
        // Frames that could have used contexts, in trials that pass: a blank that nothing fails by.
        let own = &mut run.trials[7];
        assert_eq!(own.trial.dut.0, "two");
        own.judgement.economy = vec![Economy {
            topic: "stateful-unicast".into(),
            missed: 3,
            used: 0,
            excused: 0,
            wrong: 0,
            wasted_octets: 0,
        }];
        change(&mut run);
        let text = terminal::render(&full(&Results::of(&catalogue, run)), None);
        let section = |heading: &str| -> Vec<String> {
            let rest = text.split_once(&format!("{heading}\n"));
            let lines = rest.map_or("", |(_, rest)| rest).lines();
            let lines = lines.take_while(|line| line.starts_with("  "));
            lines.map(|line| line.trim().to_owned()).collect()
        };
        (
            section("Known sending cells, which no trial fails by"),
            section("Cells that known.yaml does not explain"),
        )
    };
    let blank = "two, sending row 2 Stateful Address Compression (blank)";
    let fails = [
        "two, receiving row 3a Hop limit compression (!)",
        "two, sending row 1 Uncompressed IPv6 (blank)",
    ];
    // Device one does everything; the context that two takes for another is known.
    let none: Vec<String> = Vec::new();
    assert_eq!(
        listed(|_| ()),
        (
            none.clone(),
            vec![fails[0].into(), fails[1].into(), blank.into()]
        )
    );
    fn explain(run: &mut Played, cell: Cell) {
        let known = KnownCell {
            topic: "stateful-unicast".into(),
            dut: Glob::from("t*"),
            versions: None,
            cell,
            reason: "it never sends so".to_owned(),
            function: Some("emit".to_owned()),
        };
        run.known_cells.insert("two".into(), vec![known]);
    }
    let told = format!("{blank}: it never sends so (emit)");
    assert_eq!(
        listed(|run| explain(run, Cell::No)),
        (vec![told], vec![fails[0].into(), fails[1].into()])
    );
    // Another mark than the entry's is not what it explains.
    assert_eq!(
        listed(|run| explain(run, Cell::Partly)),
        (none, vec![fails[0].into(), fails[1].into(), blank.into()])
    );
}
