//! The first words on a cell: what it shows, what it means, and what follows from it.

use sixlo_judge::matrix::{Cell, Column, Entry, Guards, RowTitle, Tally};
use sixlo_judge::name::Topic;
use sixlo_judge::profile::Profile;

use crate::report::{Results, cell_text};

/// One sentence a line.
pub(super) fn paragraph(
    results: &Results,
    (profile, column): (&Profile, &Column),
    topic: &Topic,
) -> String {
    let matrix = &results.matrix;
    let mut lines = Vec::new();
    let row = matrix.rows.iter().position(|row| row.topic == *topic);
    match row {
        Some(at) => {
            let title = &matrix.rows[at];
            lines.push(side("Receiving", &column.receive[at]));
            lines.push(side("Sending", &column.send[at]));
            lines.extend(guards(&column.receive[at].guards, "receiving"));
            lines.extend(guards(&column.send[at].guards, "sending"));
            lines.push(claim(profile, title, column));
            lines.push(level(column, title));
        }
        None => {
            let at = matrix.rowless.iter().position(|rowless| rowless == topic);
            if let Some(entry) = at.map(|at| &column.rowless[at]) {
                lines.push("It is no row of Figure 2, and decides no level.".to_owned());
                lines.push(side("It", entry));
                lines.extend(guards(&entry.guards, "both ways"));
            }
        }
    }
    lines.join("\n")
}

fn side(way: &str, entry: &Entry) -> String {
    let mark = match cell_text(entry).as_str() {
        "" => "is blank".to_owned(),
        mark => format!("shows `{mark}`"),
    };
    let meaning = match entry.by_port {
        true => "the port does this in the stack's place",
        false => entry.cell.meaning(),
    };
    let decided = match (entry.tally.total(), entry.cell) {
        (0, Cell::Yes) => {
            "No trial of its own decides it: the device's frames in others do.".to_owned()
        }
        _ => tally(&entry.tally),
    };
    format!("{way} {mark}: {meaning}. {decided}")
}

fn tally(tally: &Tally) -> String {
    let counted = [
        (tally.passed, "passed"),
        (tally.wrong, "answered wrongly"),
        (tally.absent, "dropped or declined"),
        (tally.crashed, "crashed, hung or rebooted"),
        (tally.undecided, "undecided"),
    ];
    let counted: Vec<String> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    match tally.total() {
        0 => "No trial decides it.".to_owned(),
        1 => format!("One trial decides it: {}.", counted.join(", ")),
        total => format!("{total} trials decide it: {}.", counted.join(", ")),
    }
}

fn guards(guards: &Guards, way: &str) -> Option<String> {
    let counted = [
        (guards.passed, "passed"),
        (guards.failed, "failed (`*`)"),
        (guards.crashed, "crashed it (`!`)"),
        (guards.undecided, "decide nothing"),
    ];
    let counted: Vec<String> = counted
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (!counted.is_empty()).then(|| {
        format!(
            "Guards beside it, {way}, which never decide the cell: {}.",
            counted.join(", ")
        )
    })
}

fn claim(profile: &Profile, row: &RowTitle, column: &Column) -> String {
    use sixlo_judge::matrix::Gap;
    let claims = &profile.claims;
    let claimed = match (claims.covers(&row.topic, row.level), claims.level) {
        (true, _) if claims.rows.contains(&row.topic) => {
            "Its dut.yaml claims it by name".to_owned()
        }
        (true, Some(level)) => format!("Its dut.yaml claims level {level}, which has it"),
        _ => "Its dut.yaml does not claim it".to_owned(),
    };
    let gap = column.gaps.iter().find(|gap| gap.topic == row.topic);
    match gap.map(|gap| gap.gap) {
        Some(Gap::ClaimFails) => format!("{claimed}, and that does not hold."),
        Some(Gap::ClaimOpen) => format!("{claimed}, and nothing was decided."),
        Some(Gap::NobodyClaimed) => format!("{claimed}, and it holds all the same."),
        None => format!("{claimed}."),
    }
}

/// What the row means for the level reached.
fn level(column: &Column, row: &RowTitle) -> String {
    let Some(level) = row.level else {
        return "It belongs to no level.".to_owned();
    };
    let lacking = |reached: &sixlo_judge::matrix::LevelReached| match (
        reached.lacking.contains(&row.number),
        reached.undecided.contains(&row.number),
    ) {
        (true, _) => " (this row is in the way)",
        (_, true) => " (this row leaves it open)",
        _ => "",
    };
    let (receive, send) = (&column.receive_level, &column.send_level);
    format!(
        "It belongs to level {level}. Level reached: receiving {receive}{}, sending {send}{}.",
        lacking(receive),
        lacking(send)
    )
}
