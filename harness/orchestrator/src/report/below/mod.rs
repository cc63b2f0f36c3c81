//! What stands below the matrix: why a cell is not plain, and what no cell shows.

mod cells;
mod pairs;
mod reasons;
mod times;

use sixlo_judge::evidence::Overheard;
use sixlo_judge::matrix::{Cell, Column, Entry, Gap};
use sixlo_judge::name::DutName;
use sixlo_judge::profile::{Profile, Withheld};
use sixlo_judge::status::Expected;
use sixlo_judge::verdict::Outcome;

use super::Results;
use super::document::{Block, Row, Table};
use super::known_entries;

/// What a terminal shows.
pub(super) fn notable(results: &Results) -> Vec<Block> {
    let mut blocks = Vec::new();
    section(&mut blocks, "Level reached", levels(results));
    section(&mut blocks, "Claims against what was seen", claims(results));
    section(&mut blocks, "Withheld", withheld(results));
    section(&mut blocks, "Missed by the sniffer", missed(results));
    section(&mut blocks, "Undecided", reasons::open_cells(results));
    section(
        &mut blocks,
        "Not the same each time",
        times::differing(results),
    );
    section(
        &mut blocks,
        "Values that fail only together",
        interactions(results, is_wrong),
    );
    blocks.extend(rowless(results));
    section(
        &mut blocks,
        "Done by the port, not by the stack",
        by_port(results),
    );
    section(&mut blocks, "Left out", left_out(results));
    known_entries_section(&mut blocks, results);
    blocks
}

/// What a file shows.
pub(super) fn all(results: &Results) -> Vec<Block> {
    let mut blocks = Vec::new();
    section(&mut blocks, "Devices", devices(results));
    section(&mut blocks, "Level reached", levels(results));
    section(&mut blocks, "Claims against what was seen", claims(results));
    section(&mut blocks, "Withheld", withheld(results));
    section(&mut blocks, "Missed by the sniffer", missed(results));
    section(&mut blocks, "Undecided cells", reasons::open_cells(results));
    section(&mut blocks, "Undecided trials", reasons::undecided(results));
    section(
        &mut blocks,
        "Not the same each time",
        times::differing(results),
    );
    section(
        &mut blocks,
        "Values that fail only together",
        interactions(results, |_| true),
    );
    section(&mut blocks, "Known deviations", reasons::known(results));
    section(
        &mut blocks,
        "Known sending cells, which no trial fails by",
        cells::known(results),
    );
    section(
        &mut blocks,
        "Cells that known.yaml does not explain",
        cells::unexplained(results),
    );
    known_entries_section(&mut blocks, results);
    section(
        &mut blocks,
        "Passed in spite of a SHOULD",
        reasons::deviations(results),
    );
    section(
        &mut blocks,
        "Features, which decide nothing",
        reasons::features(results),
    );
    section(&mut blocks, "Disputed", reasons::disputed(results));
    blocks.extend(rowless(results));
    section(
        &mut blocks,
        "Not applicable",
        reasons::not_applicable(results),
    );
    section(
        &mut blocks,
        "Done by the port, not by the stack",
        by_port(results),
    );
    section(&mut blocks, "Left out", left_out(results));
    blocks.extend(pairs::blocks(results));
    section(&mut blocks, "On the draft itself", draft(results));
    blocks
}

fn known_entries_section(blocks: &mut Vec<Block>, results: &Results) {
    section(
        blocks,
        "Entries of known.yaml that match nothing",
        known_entries::unmatched(results),
    );
    section(
        blocks,
        "Entries of known.yaml for other versions",
        known_entries::other_version(results),
    );
}

fn section(blocks: &mut Vec<Block>, heading: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        blocks.push(Block::Heading(heading.to_owned()));
        blocks.push(Block::List(lines));
    }
}

fn devices(results: &Results) -> Vec<String> {
    results
        .profiles
        .iter()
        .map(|profile| match profile.build.as_str() {
            "" => format!("{}: {}", profile.name, profile.stack),
            build => format!("{}: {} ({build})", profile.name, profile.stack),
        })
        .collect()
}

/// How much a second radio missed of what is known to have been on air: of the device's
/// frames it missed as much, and so much less is proven.
fn missed(results: &Results) -> Vec<String> {
    let missed = |(dut, overheard): (&DutName, &Overheard)| {
        let count = overheard.sent.saturating_sub(overheard.heard);
        (count > 0).then(|| {
            format!(
                "{dut}: {count} of {} frames that were put on air ({:.1} %); silence decides \
                 after as many attempts as that takes, or not at all",
                overheard.sent,
                100.0 * overheard.missed()
            )
        })
    };
    results.overheard.iter().filter_map(missed).collect()
}

/// Levels that are no bare number.
fn levels(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    for column in &results.matrix.columns {
        for (way, level) in [
            ("receiving", &column.receive_level),
            ("sending", &column.send_level),
        ] {
            let words = level.to_string();
            if words.parse::<u8>().is_err() {
                lines.push(format!("{}, {way}: {words}", column.dut));
            }
        }
    }
    lines
}

fn claims(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    for column in &results.matrix.columns {
        for gap in Gap::ALL {
            let rows: Vec<String> = column
                .gaps
                .iter()
                .filter(|claim| claim.gap == gap)
                .map(|claim| match claim.cell.mark() {
                    "" => format!("row {} {}", claim.number, results.row_title(&claim.topic)),
                    mark => format!(
                        "row {} {} ({mark})",
                        claim.number,
                        results.row_title(&claim.topic)
                    ),
                })
                .collect();
            if !rows.is_empty() {
                lines.push(format!(
                    "{}: {}: {}",
                    column.dut,
                    gap.meaning(),
                    rows.join(", ")
                ));
            }
        }
    }
    lines
}

/// What is not shown, and from which day on it will be.
fn withheld(results: &Results) -> Vec<String> {
    let line = |profile: &Profile| {
        let name = profile.name.clone();
        let lines = profile.withheld.iter().map(move |withheld| {
            let Withheld {
                topic,
                trials,
                until,
            } = withheld;
            let title = results.row_title(topic);
            format!("{name}: {title}: {trials} trials until {until}")
        });
        lines.collect::<Vec<_>>()
    };
    results.profiles.iter().flat_map(line).collect()
}

/// What is lost or declined together is mostly a level's doing; a wrong value is nobody's.
fn is_wrong(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::WrongValue | Outcome::Crashed)
}

fn interactions(results: &Results, shown: fn(Outcome) -> bool) -> Vec<String> {
    results
        .interactions
        .iter()
        // One value that fails wherever it stands has a case of its own.
        .filter(|interaction| interaction.knobs.len() > 1 && shown(interaction.outcome))
        .map(|interaction| {
            let knobs: Vec<String> = interaction
                .knobs
                .iter()
                .map(|knob| format!("{} {}", knob.name, knob.value))
                .collect();
            format!(
                "{}, {}: {} ({} in {} trials, such as {})",
                interaction.dut,
                interaction.case,
                knobs.join(" with "),
                interaction.outcome.word(),
                interaction.failed,
                interaction.example
            )
        })
        .collect()
}

/// Topics that no row of Figure 2 shows: trials that passed, of those decided.
fn rowless(results: &Results) -> Vec<Block> {
    let columns = &results.matrix.columns;
    let rows: Vec<Row> = results
        .matrix
        .rowless
        .iter()
        .enumerate()
        .filter(|(at, _)| {
            columns
                .iter()
                .map(|column| &column.rowless[*at])
                .any(|entry| !entry.trials.is_empty() || entry.cell == Cell::Withheld)
        })
        .map(|(at, topic)| {
            let cells = columns.iter().map(|column| score(&column.rowless[at]));
            Row::Cells(std::iter::once(topic.0.clone()).chain(cells).collect())
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let names = columns.iter().map(|column: &Column| column.dut.0.clone());
    vec![
        Block::Heading("Requirements without a row: passed of decided, guards included".to_owned()),
        Block::Table(Table {
            head: std::iter::once("Topic".to_owned()).chain(names).collect(),
            rows,
        }),
    ]
}

/// `7/9`, with `!` if it crashed; `-` where nothing was decided.
fn score(entry: &Entry) -> String {
    if entry.cell == Cell::Withheld {
        return entry.cell.mark().to_owned();
    }
    let (tally, guards) = (&entry.tally, &entry.guards);
    let passed = tally.passed + guards.passed;
    let crashed = tally.crashed + guards.crashed;
    let decided = passed + crashed + tally.failed() + guards.failed;
    match (decided, crashed) {
        (0, _) => "-".to_owned(),
        (_, 0) => format!("{passed}/{decided}"),
        _ => format!("{passed}/{decided}!"),
    }
}

fn by_port(results: &Results) -> Vec<String> {
    results
        .profiles
        .iter()
        .filter(|profile| !profile.done_by_port.is_empty())
        .map(|profile| {
            let titles: Vec<&str> = profile
                .done_by_port
                .iter()
                .map(|topic| results.row_title(topic))
                .collect();
            format!("{}: {}", profile.name, titles.join(", "))
        })
        .collect()
}

fn left_out(results: &Results) -> Vec<String> {
    results
        .left_out
        .iter()
        .map(|left_out| format!("{}: {}", left_out.dut, left_out.why))
        .collect()
}

/// Where the draft leaves room, and which way this harness reads it. Said where
/// a device follows the draft.
fn draft(results: &Results) -> Vec<String> {
    let follows = |expected: &super::Finding| {
        expected
            .case
            .needs
            .contains(&sixlo_judge::testcase::Need::P6lowpan)
            && expected.expected != Expected::NotJudged
    };
    if !results.findings.iter().any(follows) {
        return Vec::new();
    }
    [
        "The 6CIO's level bits: the authors' code draws them left of RFC 7400's G bit, in the second data octet, and \
         writes them into the first one. RFC 8505 has since given the former place to the flags B, P and E, so the \
         place is a parameter of a device; left of the G bit is the default.",
        "Tunnels: Figure 4 puts compressed IPv6-in-IPv6 at level 4, section 6.3 forbids compressing such headers. It is \
         judged as received from level 4 on, one tunnel deep, and never asked of a sender.",
        "\"Class unsupported\" has no assigned ICMPv6 type: 253 is the default, with the level as its code; four octets \
         or more are accepted.",
    ]
    .map(str::to_owned)
    .to_vec()
}
