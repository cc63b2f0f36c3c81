//! The capability level reached: the highest N such that every row of levels
//! 0 to N is `o`. Never a bare number over something that is not known.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Cell, Entry, RowTitle};
use crate::name::Topic;
use crate::profile::Profile;
use crate::testcase::Need;

/// How far a device gets, and what stands in the way of saying more.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LevelReached {
    /// Every row up to this level is `o`.
    pub proven: Option<u8>,
    /// Numbers of the rows that are undecided or not run, and keep `proven` from `possible`.
    pub undecided: Vec<String>,
    /// What would be reached if they were `o`.
    pub possible: Option<u8>,
    /// Numbers of the rows at the next level that are not `o`; none at the top.
    pub lacking: Vec<String>,
    /// Of the lacking rows, those in which it crashed.
    pub crashed: Vec<String>,
    /// With rows lacking at level 0: what would be reached without them.
    pub otherwise: Option<u8>,
    /// Level 5 without authorised checksum elision, which is shown as `5*`.
    pub starred: bool,
}

impl LevelReached {
    pub(super) fn receiving(titles: &[RowTitle], entries: &[Entry], profile: &Profile) -> Self {
        let unauthorised = |topic: &Topic| {
            topic.0 == "udp-checksum-elision" && !profile.offers.contains(&Need::ChecksumElision)
        };
        let mut reached = Self::of(titles, entries, &unauthorised);
        reached.starred = titles.iter().zip(entries).any(|(title, entry)| {
            entry.cell == Cell::NotRun
                && unauthorised(&title.topic)
                && reached.proven >= title.level
        });
        reached
    }

    /// In sending, no occasion is no lack; but a level without a single `o` is not reached.
    pub(super) fn sending(titles: &[RowTitle], entries: &[Entry], profile: &Profile) -> Self {
        let mut reached = Self::of(titles, entries, &|_| true);
        reached.starred = Self::receiving(titles, entries, profile).starred;
        reached
    }

    /// The bare number, or why there is none in a word.
    pub fn mark(&self) -> String {
        let star = if self.starred { "*" } else { "" };
        match (self.proven, self.undecided.is_empty()) {
            (Some(level), true) => format!("{level}{star}"),
            (Some(level), false) => format!(">={level}{star}"),
            (None, true) => "none".to_owned(),
            (None, false) => "?".to_owned(),
        }
    }

    /// `exempt` rows that were not run stand in no level's way.
    fn of(titles: &[RowTitle], entries: &[Entry], exempt: &dyn Fn(&Topic) -> bool) -> Self {
        let rows: Vec<Row> = titles
            .iter()
            .zip(entries)
            .filter_map(|(title, entry)| {
                Some(Row {
                    number: &title.number,
                    level: title.level?,
                    cell: entry.cell,
                    exempt: entry.cell == Cell::NotRun && exempt(&title.topic),
                })
            })
            .collect();
        let mut reached = climb(&rows);
        if reached.possible.is_none() && reached.crashed.is_empty() && !reached.lacking.is_empty() {
            let others: Vec<Row> = rows
                .iter()
                .filter(|row| row.level > 0 || !row.cell.lacks())
                .copied()
                .collect();
            reached.otherwise = climb(&others).proven;
        }
        reached
    }
}

#[derive(Debug, Clone, Copy)]
struct Row<'a> {
    number: &'a str,
    level: u8,
    cell: Cell,
    exempt: bool,
}

/// Level by level until one is lacking.
fn climb(rows: &[Row]) -> LevelReached {
    let mut reached = LevelReached::default();
    // A level without any row is not reached by that.
    let levels: BTreeSet<u8> = rows.iter().map(|row| row.level).collect();
    for level in levels {
        let here = || rows.iter().filter(move |row| row.level == level);
        let numbers = |wanted: fn(Cell) -> bool| {
            here()
                .filter(|row| !row.exempt && wanted(row.cell))
                .map(|row| row.number.to_owned())
                .collect::<Vec<_>>()
        };
        let lacking = numbers(Cell::lacks);
        if !lacking.is_empty() {
            reached.lacking = lacking;
            reached.crashed = numbers(|cell| cell == Cell::Crashed);
            break;
        }
        let open = numbers(Cell::is_open);
        if open.is_empty() && !here().any(|row| row.cell == Cell::Yes) {
            break;
        }
        if open.is_empty() && reached.undecided.is_empty() {
            reached.proven = Some(level);
        }
        reached.undecided.extend(open);
        reached.possible = Some(level);
    }
    // What is open above the last level that could be reached at all is no hindrance.
    if reached.possible == reached.proven {
        reached.undecided.clear();
    }
    reached
}

impl fmt::Display for LevelReached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = match (self.proven, self.possible, self.undecided.as_slice()) {
            (Some(level), _, []) => level.to_string(),
            (Some(level), _, open) => format!(">={level}, {} undecided", row_names(open)),
            (None, Some(_), open) => format!("undecided ({})", row_names(open)),
            (None, None, _) => self.none_told(),
        };
        if self.starred {
            text.push('*');
        }
        if self.possible.is_some() && !self.crashed.is_empty() {
            text += &format!(" (crashes in {})", row_names(&self.crashed));
        }
        f.pad(&text)
    }
}

impl LevelReached {
    /// Why not even level 0 is reached.
    fn none_told(&self) -> String {
        match (self.crashed.as_slice(), self.lacking.as_slice()) {
            ([], []) => "none".to_owned(),
            ([], lacking) => match self.otherwise {
                Some(level) => format!("none (lacks {}; else {level})", row_names(lacking)),
                None => format!("none (lacks {})", row_names(lacking)),
            },
            (crashed, _) => format!("none (crashes in {})", row_names(crashed)),
        }
    }
}

fn row_names(numbers: &[String]) -> String {
    match numbers {
        [number] => format!("row {number}"),
        numbers => format!("rows {}", numbers.join(", ")),
    }
}
