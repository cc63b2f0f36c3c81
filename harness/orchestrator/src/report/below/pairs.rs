//! Who is predicted to understand whom.

use std::collections::BTreeMap;

use sixlo_judge::matrix::Pair;

use crate::report::Results;
use crate::report::document::{Block, Row, Table};

/// Senders down, receivers across; then which rows break which pairs.
pub(super) fn blocks(results: &Results) -> Vec<Block> {
    let columns = &results.matrix.columns;
    if columns.len() < 2 {
        return Vec::new();
    }
    let names = || columns.iter().map(|column| column.dut.0.clone());
    let rows = names()
        .zip(&results.matrix.pairs)
        .map(|(sender, pairs)| {
            let marks = pairs.iter().map(|pair| mark(pair).to_owned());
            Row::Cells(std::iter::once(sender).chain(marks).collect())
        })
        .collect();
    let mut blocks = vec![
        Block::Heading("Predicted pairs: what one was seen to send, another takes".to_owned()),
        Block::Table(Table {
            head: std::iter::once("Sender".to_owned()).chain(names()).collect(),
            rows,
        }),
        Block::Text(
            "o every feature it uses is taken; a it leaves out what is declined; x frames are lost; ? not known; \
             - it was seen to send nothing. Nothing was measured between the two."
                .to_owned(),
        ),
    ];
    let broken = broken(results);
    if !broken.is_empty() {
        blocks.push(Block::List(broken));
    }
    blocks
}

fn mark(pair: &Pair) -> &'static str {
    match pair {
        Pair::Works => "o",
        Pair::Adapts(_) => "a",
        Pair::Breaks(_) => "x",
        Pair::Open(_) => "?",
        Pair::NothingSent => "-",
    }
}

/// One line a receiver and set of rows.
fn broken(results: &Results) -> Vec<String> {
    let columns = &results.matrix.columns;
    let mut lines = Vec::new();
    for (to, receiver) in columns.iter().enumerate() {
        let mut senders: BTreeMap<&[String], Vec<&str>> = BTreeMap::new();
        for (from, sender) in columns.iter().enumerate() {
            if let Pair::Breaks(rows) = &results.matrix.pairs[from][to] {
                senders.entry(rows).or_default().push(&sender.dut.0);
            }
        }
        for (rows, senders) in senders {
            lines.push(format!(
                "{} loses frames of {}: rows {}",
                receiver.dut,
                senders.join(", "),
                rows.join(", ")
            ));
        }
    }
    lines
}
