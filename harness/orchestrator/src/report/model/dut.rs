//! A device's column.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sixlo_judge::matrix::{self, Column, Entry, Guards, LevelReached, Sums, Tally};
use sixlo_judge::profile::{Claims, Profile};

use crate::report::{Results, cell_text};

/// A device's column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dut {
    /// The column's title.
    pub name: String,
    /// The stack's name and version, as it says.
    pub stack: String,
    /// Build options that change verdicts, as it says.
    pub build: String,
    /// What its maker claims.
    pub claims: Claims,
    /// The level at which it interoperates both ways: the lesser of the two.
    pub level: Option<u8>,
    /// What it makes of frames.
    pub receive: Side,
    /// What it puts on air.
    pub send: Side,
    /// Topics without a row, one a topic, both ways together.
    pub rowless: Vec<Cell>,
    /// Claims that do not hold, and abilities that nobody claimed.
    pub claim_gaps: Vec<Gap>,
    /// Octets that its own frames had beyond the smallest legal encoding.
    pub octets_wasted: u64,
    /// What is not shown before a day: such topics' trials are not among the report's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Withheld>,
}

/// A topic of which nothing is shown before a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Withheld {
    /// The topic.
    pub topic: String,
    /// How many of its trials were judged.
    pub trials: usize,
    /// The day, such as `2027-03-01`.
    pub until: String,
}

/// One way of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// The level reached.
    pub level: Level,
    /// One a row.
    pub cells: Vec<Cell>,
}

/// A level reached, and what stands in the way of saying more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Level {
    /// As the matrix shows it.
    pub mark: String,
    /// The same in words.
    pub words: String,
    /// Every row up to this level is `o`; none where not even level 0 is reached.
    pub proven: Option<u8>,
    /// What would be reached if the rows that are not decided were `o`.
    pub possible: Option<u8>,
}

/// A cell of the matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cell {
    /// What was seen.
    pub cell: matrix::Cell,
    /// As the matrix shows it, the guards' mark included.
    pub mark: String,
    /// The trials of valid cases behind it.
    pub tally: Tally,
    /// The guards beside it.
    pub guards: Guards,
    /// The port does this in place of the stack, which is why the cell shows `-`.
    pub by_port: bool,
    /// The device's own frames; only where it sends, and for a row.
    pub economy: Option<Sums>,
}

/// A row in which claim and observation differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The row's number.
    pub row: String,
    /// Its topic.
    pub topic: String,
    /// Which way they differ.
    pub gap: matrix::Gap,
}

impl Dut {
    pub(super) fn all(results: &Results) -> Vec<Self> {
        let columns = &results.matrix.columns;
        results
            .profiles
            .iter()
            .zip(columns)
            .map(|(profile, column)| Dut::of(profile, column))
            .collect()
    }

    fn of(profile: &Profile, column: &Column) -> Self {
        let plain = |entry: &Entry| Cell::of(entry, None);
        let sent = column.send.iter().zip(&column.economy);
        Dut {
            name: profile.name.to_string(),
            stack: profile.stack.clone(),
            build: profile.build.clone(),
            claims: profile.claims.clone(),
            level: column.p6lowpan_level(),
            receive: Side {
                level: Level::of(&column.receive_level),
                cells: column.receive.iter().map(plain).collect(),
            },
            send: Side {
                level: Level::of(&column.send_level),
                cells: sent
                    .map(|(entry, sums)| Cell::of(entry, Some(*sums)))
                    .collect(),
            },
            rowless: column.rowless.iter().map(plain).collect(),
            claim_gaps: column
                .gaps
                .iter()
                .map(|gap| Gap {
                    row: gap.number.clone(),
                    topic: gap.topic.to_string(),
                    gap: gap.gap,
                })
                .collect(),
            octets_wasted: column.octets_wasted(),
            withheld: profile
                .withheld
                .iter()
                .map(|withheld| Withheld {
                    topic: withheld.topic.to_string(),
                    trials: withheld.trials,
                    until: withheld.until.to_string(),
                })
                .collect(),
        }
    }
}

impl Level {
    fn of(reached: &LevelReached) -> Self {
        Level {
            mark: reached.mark(),
            words: reached.to_string(),
            proven: reached.proven,
            possible: reached.possible,
        }
    }
}

impl Cell {
    fn of(entry: &Entry, economy: Option<Sums>) -> Self {
        Cell {
            cell: entry.cell,
            mark: cell_text(entry),
            tally: entry.tally,
            guards: entry.guards,
            by_port: entry.by_port,
            economy,
        }
    }
}
