use super::{Cell, Entry, Gap, Guards, Matrix, Pair, RowTitle, matrix};
use crate::fixture::{case, child, error, fail, guard, inconc, meta, pass, profile, rows};
use crate::meta::TrialMeta;
use crate::profile::{Claims, Profile};
use crate::testcase::{Direction, Kind, Need, Strength, TestCase};
use crate::verdict::{Economy, Judgement, Outcome, Verdict};

use Outcome::{Crashed, Declined, Dropped, WrongValue};

fn of(cases: &[TestCase], trials: Vec<(&str, Judgement)>, profile: Profile) -> Matrix {
    let rows = rows(&[("row", Some(0))]);
    let trials: Vec<(TrialMeta, Judgement)> = trials
        .into_iter()
        .map(|(case, judgement)| (meta("dut", case), judgement))
        .collect();
    matrix(&rows, cases, &trials, &[profile])
}

/// The only row's receiving cell, from these judgements of one valid case.
fn cell(judgements: &[Judgement]) -> Cell {
    let trials = judgements.iter().map(|j| ("valid", j.clone())).collect();
    entry(&[case("valid", "row", Some(0))], trials).cell
}

fn entry(cases: &[TestCase], trials: Vec<(&str, Judgement)>) -> Entry {
    of(cases, trials, profile("dut")).columns[0].receive[0].clone()
}

#[test]
fn marks_in_order_of_precedence() {
    for (judgements, mark) in [
        (vec![], "-"),
        (vec![pass()], "o"),
        (vec![pass(), fail(Dropped)], "~"),
        (vec![pass(), fail(WrongValue), inconc()], "~"),
        (vec![fail(Dropped)], ""),
        (vec![fail(Dropped), fail(Declined)], ""),
        (vec![fail(Dropped), fail(WrongValue)], "x"),
        (vec![fail(WrongValue)], "x"),
        (vec![inconc()], "?"),
        (vec![pass(), inconc()], "?"),
        (vec![fail(Dropped), inconc()], "?"),
        // Trouble of the bench leaves a case undecided, and is no "not run".
        (vec![error()], "?"),
        (vec![pass(), error()], "?"),
        (vec![pass(), fail(Crashed)], "!"),
        (vec![fail(Crashed), inconc()], "!"),
    ] {
        let told: Vec<_> = judgements.iter().map(|j| (j.verdict, j.outcome)).collect();
        assert_eq!(cell(&judgements).mark(), mark, "{told:?}");
    }
}

#[test]
fn a_stack_that_drops_everything_has_a_blank_cell_however_many_guards_it_passes() {
    let cases = [
        case("valid", "row", Some(0)),
        guard("guard", "row", "valid"),
    ];
    let trials = vec![
        ("valid", fail(Dropped)),
        ("guard", pass()),
        ("guard", pass()),
    ];
    let entry = entry(&cases, trials);
    assert_eq!(entry.cell, Cell::No);
    assert_eq!((entry.guards.passed, entry.guards.undecided), (0, 2));
}

#[test]
fn guards_stand_beside_the_cell() {
    let cases = [
        case("valid", "row", Some(0)),
        guard("guard", "row", "valid"),
    ];
    for (guard, mark) in [
        (pass(), ""),
        (fail(WrongValue), "*"),
        (fail(Crashed), "!"),
        (inconc(), ""),
    ] {
        let entry = entry(&cases, vec![("valid", pass()), ("guard", guard)]);
        assert_eq!((entry.cell, entry.guards.mark()), (Cell::Yes, mark));
    }
}

#[test]
fn what_decides_no_cell() {
    let valid = || case("valid", "row", Some(0));
    let left_out = [
        TestCase {
            disputed: Some("open".to_owned()),
            ..valid()
        },
        TestCase {
            strength: Strength::May,
            ..valid()
        },
        TestCase {
            kind: Kind::Record,
            ..valid()
        },
        TestCase {
            kind: Kind::Calibration,
            ..valid()
        },
        TestCase {
            direction: Direction::Send,
            ..valid()
        },
    ];
    for case in left_out {
        assert_eq!(entry(&[case], vec![("valid", pass())]).cell, Cell::NotRun);
    }
    // A sweep's trial that turns several knobs at once.
    let rows = rows(&[("row", Some(0))]);
    let mut trial = meta("dut", "valid");
    trial.colours = false;
    let matrix = matrix(&rows, &[valid()], &[(trial, pass())], &[profile("dut")]);
    assert_eq!(matrix.columns[0].receive[0].cell, Cell::NotRun);
    // A SHOULD that was not kept by silence.
    let deviation = Judgement {
        verdict: Verdict::Pass,
        deviation: Some("no answer".to_owned()),
        ..fail(Dropped)
    };
    assert_eq!(
        entry(&[valid()], vec![("valid", deviation)]).cell,
        Cell::NotRun
    );
    // What the agent does in the stack's place.
    let by_port = Profile {
        done_by_port: vec!["row".into()],
        ..profile("dut")
    };
    let matrix = of(&[valid()], vec![("valid", pass())], by_port);
    assert!(matrix.columns[0].receive[0].by_port);
    assert_eq!(matrix.columns[0].receive[0].cell, Cell::NotRun);
}

#[test]
fn an_absent_parent_leaves_its_childrens_cells_blank() {
    let cases = [
        case("iphc", "other", Some(0)),
        child("elided", "row", Some(0), "iphc"),
    ];
    let absent = vec![("iphc", fail(Declined)), ("elided", fail(Declined))];
    assert_eq!(entry(&cases, absent).cell, Cell::No);
    let wrong = vec![("iphc", fail(WrongValue)), ("elided", fail(Dropped))];
    assert_eq!(entry(&cases, wrong).cell, Cell::Undecided);
}

/// The level reached by a device with these marks, one letter a row, levels `0 0 1 2 5 5`,
/// the first row of level 5 being checksum elision.
fn level(marks: &str, offers: &[Need]) -> String {
    let topics = [
        ("frag", Some(0)),
        ("41", Some(0)),
        ("iphc", Some(1)),
        ("context", Some(2)),
        ("udp-checksum-elision", Some(5)),
        ("mesh", Some(5)),
        ("nd", None),
    ];
    let titles: Vec<RowTitle> = (1..)
        .zip(topics)
        .map(|(number, (topic, level))| RowTitle {
            number: u8::to_string(&number),
            topic: topic.into(),
            title: topic.to_owned(),
            level,
        })
        .collect();
    let entries: Vec<Entry> = marks
        .chars()
        .map(|mark| Entry {
            cell: Cell::ALL
                .into_iter()
                .find(|cell| cell.mark() == mark.to_string().trim())
                .unwrap(),
            tally: Default::default(),
            guards: Guards::default(),
            by_port: false,
            trials: vec![],
        })
        .collect();
    let mut profile = profile("dut");
    profile.offers.extend(offers);
    super::LevelReached::receiving(&titles, &entries, &profile).to_string()
}

#[test]
fn levels_reached() {
    for (marks, told) in [
        ("ooooooo", "5"),
        ("oooooo ", "5"),
        ("oooo oo", "2"),
        ("ooooo o", "2"),
        ("ooo  oo", "1"),
        ("oo oooo", "0"),
        ("o ooooo", "none (lacks row 2; else 5)"),
        ("o o ooo", "none (lacks row 2; else 1)"),
        ("  o ooo", "none (lacks rows 1, 2; else 1)"),
        ("!oooooo", "none (crashes in row 1)"),
        ("oo!oooo", "0 (crashes in row 3)"),
        ("ooo-ooo", ">=1, row 4 undecided"),
        ("ooo? oo", ">=1, row 4 undecided"),
        ("oo-  oo", ">=0, row 3 undecided"),
        ("-oooooo", "undecided (row 1)"),
        ("-------", "undecided (rows 1, 2, 3, 4, 5, 6)"),
        ("xoooooo", "none (lacks row 1; else 5)"),
        ("~oooooo", "none (lacks row 1; else 5)"),
    ] {
        assert_eq!(level(marks, &[Need::ChecksumElision]), told, "{marks:?}");
    }
}

#[test]
fn level_five_without_authorised_checksum_elision_bears_a_star() {
    let offered = &[Need::ChecksumElision];
    assert_eq!(level("oooo-oo", &[]), "5*");
    assert_eq!(level("oooo-oo", offered), ">=2, row 5 undecided");
    assert_eq!(level("ooo -oo", &[]), "1");
    assert_eq!(level("oooo- o", &[]), "2");
    assert_eq!(level("ooooooo", &[]), "5");
}

#[test]
fn sub_rows_are_numbered_under_their_row_and_count_for_the_level() {
    let rows = rows(&[
        ("a", Some(0)),
        ("tf", Some(3)),
        ("+hlim", Some(3)),
        ("b", Some(4)),
    ]);
    let cases = [
        case("a", "a", Some(0)),
        case("tf", "tf", Some(3)),
        case("b", "b", Some(4)),
    ];
    let trials: Vec<_> = ["a", "tf", "b"].map(|c| (meta("dut", c), pass())).into();
    let matrix = matrix(&rows, &cases, &trials, &[profile("dut")]);
    let numbers: Vec<_> = matrix.rows.iter().map(|row| row.number.as_str()).collect();
    assert_eq!(numbers, ["1", "2", "2a", "3"]);
    assert_eq!(matrix.columns[0].receive_level.proven, Some(0));
    assert_eq!(matrix.columns[0].receive_level.undecided, ["2a"]);
}

fn economy(used: u32, missed: u32, wrong: u32) -> Judgement {
    Judgement {
        economy: vec![Economy {
            topic: "row".into(),
            used,
            missed,
            excused: 0,
            wrong,
            wasted_octets: 7,
        }],
        ..pass()
    }
}

#[test]
fn sending_cells_come_from_the_devices_own_frames() {
    for (used, missed, wrong, mark) in [
        (0, 0, 0, "-"),
        (3, 0, 0, "o"),
        (3, 1, 0, "~"),
        (0, 1, 0, ""),
        (0, 0, 1, "x"),
        (3, 0, 1, "~"),
    ] {
        let trials = vec![("valid", economy(used, missed, wrong)), ("valid", pass())];
        let matrix = of(&[case("valid", "other", None)], trials, profile("dut"));
        let column = &matrix.columns[0];
        assert_eq!(column.send[0].cell.mark(), mark, "{used} {missed} {wrong}");
        assert_eq!(column.economy[0].wasted_octets, 7);
    }
}

#[test]
fn what_a_rule_excuses_is_missed_only_where_the_means_is_never_used() {
    let mark = |used, excused| {
        let mut judgement = economy(used, 0, 0);
        judgement.economy[0].excused = excused;
        let trials = vec![("valid", judgement)];
        let matrix = of(&[case("valid", "other", None)], trials, profile("dut"));
        matrix.columns[0].send[0].cell.mark()
    };
    assert_eq!(mark(3, 4), "o");
    assert_eq!(mark(0, 4), "");
}

#[test]
fn a_sending_case_that_passes_by_any_form_shows_no_use_of_a_means() {
    let sends = |topic: &str| TestCase {
        direction: Direction::Send,
        ..case("sends", topic, Some(0))
    };
    let mark = |topic: &str| {
        let rows = rows(&[(topic, Some(0))]);
        let trials = [(meta("dut", "sends"), pass())];
        let matrix = matrix(&rows, &[sends(topic)], &trials, &[profile("dut")]);
        matrix.columns[0].send[0].cell.mark()
    };
    assert_eq!(mark("fragmentation"), "o");
    assert_eq!(mark("nhc-udp"), "-");
}

#[test]
fn in_sending_no_occasion_is_no_lack() {
    let titles: Vec<RowTitle> = (0..4u8)
        .map(|level| RowTitle {
            number: (level + 1).to_string(),
            topic: "topic".into(),
            title: String::new(),
            level: Some(level / 2),
        })
        .collect();
    let told = |cells: [Cell; 4]| {
        let entries: Vec<Entry> = cells
            .into_iter()
            .map(|cell| Entry {
                cell,
                tally: Default::default(),
                guards: Guards::default(),
                by_port: false,
                trials: vec![],
            })
            .collect();
        super::LevelReached::sending(&titles, &entries, &profile("dut")).to_string()
    };
    use Cell::{No, NotRun, Undecided, Yes};
    assert_eq!(told([Yes, NotRun, NotRun, Yes]), "1");
    assert_eq!(told([Yes, NotRun, NotRun, NotRun]), "0");
    assert_eq!(told([Yes, NotRun, NotRun, No]), "0");
    assert_eq!(told([Yes, Yes, Undecided, Yes]), ">=0, row 3 undecided");
    assert_eq!(told([NotRun, NotRun, Yes, Yes]), "none");
}

#[test]
fn claims_against_observation() {
    let gaps = |claims, judgement: Judgement| {
        let profile = Profile {
            claims,
            ..profile("dut")
        };
        let matrix = of(
            &[case("valid", "row", Some(0))],
            vec![("valid", judgement)],
            profile,
        );
        matrix.columns[0]
            .gaps
            .iter()
            .map(|gap| gap.gap)
            .collect::<Vec<_>>()
    };
    let level_0 = || Claims {
        level: Some(0),
        ..Claims::default()
    };
    assert_eq!(gaps(level_0(), pass()), []);
    assert_eq!(gaps(level_0(), fail(Dropped)), [Gap::ClaimFails]);
    assert_eq!(gaps(level_0(), inconc()), [Gap::ClaimOpen]);
    assert_eq!(gaps(Claims::default(), pass()), [Gap::NobodyClaimed]);
    assert_eq!(gaps(Claims::default(), fail(Dropped)), []);
    let except = Claims {
        except: vec!["row".into()],
        ..level_0()
    };
    assert_eq!(gaps(except, pass()), [Gap::NobodyClaimed]);
}

#[test]
fn pairs_set_sending_against_receiving() {
    let rows = rows(&[("row", Some(0))]);
    let cases = [case("valid", "row", Some(0))];
    let predicted = |receiver: Judgement, p6lowpan: bool| {
        let sends = Judgement {
            verdict: Verdict::None,
            ..economy(1, 0, 0)
        };
        let trials = [(meta("a", "valid"), sends), (meta("b", "valid"), receiver)];
        let mut profiles = [profile("a"), profile("b")];
        if p6lowpan {
            for profile in &mut profiles {
                profile.offers.insert(Need::P6lowpan);
            }
        }
        matrix(&rows, &cases, &trials, &profiles).pairs[0][1].clone()
    };
    let row = || vec!["1".to_owned()];
    assert_eq!(predicted(pass(), false), Pair::Works);
    assert_eq!(predicted(fail(Declined), false), Pair::Breaks(row()));
    assert_eq!(predicted(fail(Declined), true), Pair::Adapts(row()));
    assert_eq!(predicted(fail(WrongValue), true), Pair::Breaks(row()));
    assert_eq!(predicted(inconc(), false), Pair::Open(row()));
}

#[test]
fn a_device_that_sent_nothing_is_predicted_nothing() {
    let matrix = of(
        &[case("valid", "row", Some(0))],
        vec![("valid", pass())],
        profile("dut"),
    );
    assert_eq!(matrix.pairs, [[Pair::NothingSent]]);
}
