//! The draft's figures beside ours, in words.

use super::{Beside, Compared, Comparison, Figure};
use crate::compare::grouped::{counted, grouped};
use crate::report::model::Report;
use crate::report::{Block, Document, Row, Table};

/// Both matrices row by row, then each difference with its reason.
pub fn told(beside: &Beside, figure: &Figure, report: &Report) -> Document {
    let differences: Vec<&Compared> = beside
        .that_are(|result| !matches!(result, Comparison::Same | Comparison::Open))
        .collect();
    let mut blocks = vec![
        Block::Heading("The draft's Figure 2 of 2019 beside this run, receiving".to_owned()),
        Block::Table(table(&differences, figure, report)),
        Block::Text(
            "o all of it; ~ a part of it; blank none; x wrong; ! crashed; ? undecided; - not run; \
             [1] differs from its counterpart in the draft, see below"
                .to_owned(),
        ),
    ];
    let lines = differences
        .iter()
        .enumerate()
        .map(|(at, cell)| format!("[{}] {}", at + 1, difference(cell, figure, report)));
    section(&mut blocks, "Differences", lines.collect());
    let wrong = beside.wrong.iter().map(ToString::to_string).collect();
    section(&mut blocks, "Explanations that no longer apply", wrong);
    section(&mut blocks, "Not compared", open(beside, report));
    let notes = figure.rows.iter().filter_map(|row| {
        let title = report.rows.iter().find(|other| other.topic == row.topic)?;
        Some(format!("{}: {}", title.title, row.notes.as_ref()?))
    });
    section(
        &mut blocks,
        "Where our rows ask something else",
        notes.collect(),
    );
    blocks.push(Block::Text(summary(beside, figure)));
    Document(blocks)
}

fn section(blocks: &mut Vec<Block>, title: &str, lines: Vec<String>) {
    if !lines.is_empty() {
        blocks.push(Block::Heading(title.to_owned()));
        blocks.push(Block::List(lines));
    }
}

/// The draft's columns, then ours.
fn table(differences: &[&Compared], figure: &Figure, report: &Report) -> Table {
    let drafts = figure.columns.iter().map(|name| format!("2019: {name}"));
    let ours = report.duts.iter().map(|dut| dut.name.clone());
    let head = std::iter::once("Feature".to_owned())
        .chain(drafts)
        .chain(ours);
    let rows = report.rows.iter().enumerate().map(|(at, row)| {
        let printed = figure.rows.iter().find(|other| other.topic == row.topic);
        let printed = (0..figure.columns.len()).map(|column| match printed {
            Some(row) => row.marks[column].mark().to_owned(),
            // A row of ours.
            None => "-".to_owned(),
        });
        let ours = report.duts.iter().map(|dut| {
            let mark = dut.receive.cells[at].cell.mark();
            let number = differences
                .iter()
                .position(|cell| cell.dut == dut.name && cell.row == at);
            match number {
                Some(number) => format!("{mark}[{}]", number + 1),
                None => mark.to_owned(),
            }
        });
        Row::Cells(
            std::iter::once(row.title.clone())
                .chain(printed)
                .chain(ours)
                .collect(),
        )
    });
    Table {
        head: head.collect(),
        rows: rows.collect(),
    }
}

fn difference(cell: &Compared, figure: &Figure, report: &Report) -> String {
    let shown = |mark: &str| match mark {
        "" => "blank".to_owned(),
        mark => mark.to_owned(),
    };
    let why = match cell.result {
        Comparison::Explained(why) => why,
        _ => "nobody has said why; its port's figure2.yaml is the place",
    };
    format!(
        "{}, {}: the draft's {} has {}, here {}: {why}",
        cell.dut,
        report.rows[cell.row].title,
        figure.name(cell.of),
        shown(cell.draft.mark()),
        shown(cell.here.mark()),
    )
}

fn open(beside: &Beside, report: &Report) -> Vec<String> {
    let open = beside.that_are(|result| *result == Comparison::Open);
    let of_devices = grouped(open, |cell| cell.dut);
    let mut lines: Vec<String> = of_devices
        .iter()
        .map(|cells| {
            let rows: Vec<&str> = cells
                .iter()
                .map(|cell| report.rows[cell.row].title.as_str())
                .collect();
            format!(
                "{}, not run or undecided: {}",
                cells[0].dut,
                rows.join(", ")
            )
        })
        .collect();
    if !beside.alone.is_empty() {
        lines.push(format!(
            "no counterpart in the draft: {}",
            beside.alone.join(", ")
        ));
    }
    lines
}

fn summary(beside: &Beside, figure: &Figure) -> String {
    let count = |is: fn(&Comparison) -> bool| beside.that_are(is).count();
    let of_devices = grouped(&beside.cells, |cell| (cell.dut, figure.name(cell.of)));
    let pairs: Vec<String> = of_devices
        .iter()
        .map(|cells| format!("{} ({})", cells[0].dut, figure.name(cells[0].of)))
        .collect();
    let pairs = match pairs.is_empty() {
        true => String::new(),
        false => format!(" of {}", pairs.join(", ")),
    };
    format!(
        "Summary {}{pairs}: {} as in the draft, {} explained, {} unexplained, {} open; {} out of date",
        counted(beside.cells.len(), "cell"),
        count(|result| *result == Comparison::Same),
        count(|result| matches!(result, Comparison::Explained(_))),
        count(|result| *result == Comparison::Unexplained),
        count(|result| *result == Comparison::Open),
        counted(beside.wrong.len(), "explanation"),
    )
}
