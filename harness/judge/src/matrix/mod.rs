//! The matrix of Figure 2: rows of features, columns of devices.
//!
//! Cells come from valid cases only. Guards stand beside the cell. A cell says
//! what was seen; claims are set against it afterwards.

mod cell;
mod claims;
mod economy;
mod level;
mod pairs;

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use cell::{Cell, Guards, Tally};
pub use claims::{ClaimGap, Gap};
pub use economy::Sums;
pub use level::LevelReached;
pub use pairs::Pair;

use crate::family::{Standing, standings};
use crate::meta::TrialMeta;
use crate::name::{CaseId, DutName, Topic};
use crate::profile::Profile;
use crate::rows::Rows;
use crate::testcase::{Direction, Kind, Strength, TestCase};
use crate::verdict::{Judgement, Verdict};

/// Figure 2, measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    /// The rows' numbers and titles, in Figure 2's order.
    pub rows: Vec<RowTitle>,
    /// Topics without a row.
    pub rowless: Vec<Topic>,
    /// One column a device, in the order of the profiles.
    pub columns: Vec<Column>,
    /// What is predicted where device `[i]` sends to device `[j]`.
    pub pairs: Vec<Vec<Pair>>,
}

/// A row's heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowTitle {
    /// Figure 2's number; a sub-row's is its row's with a letter, such as `11a`.
    pub number: String,
    /// The topic it shows.
    pub topic: Topic,
    /// The draft's wording.
    pub title: String,
    /// The draft's capability level.
    pub level: Option<u8>,
}

/// One device's cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The device.
    pub dut: DutName,
    /// What it makes of frames: Figure 2's cells, one a row.
    pub receive: Vec<Entry>,
    /// What it puts on air, one a row.
    pub send: Vec<Entry>,
    /// Its own frames against the best encoding, one a row.
    pub economy: Vec<Sums>,
    /// Topics without a row, receiving and sending together.
    pub rowless: Vec<Entry>,
    /// The level reached by receiving.
    pub receive_level: LevelReached,
    /// The level reached by sending.
    pub send_level: LevelReached,
    /// The level claimed.
    pub claimed_level: Option<u8>,
    /// Claims that do not hold, and abilities that nobody claimed.
    pub gaps: Vec<ClaimGap>,
}

/// One cell and what stands behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The mark.
    pub cell: Cell,
    /// The trials of valid cases behind it.
    pub tally: Tally,
    /// The guards beside it.
    pub guards: Guards,
    /// The port does this in place of the stack, which is why the cell shows `-`.
    pub by_port: bool,
    /// The trials, as positions in the list that the matrix was made of.
    pub trials: Vec<usize>,
}

impl Column {
    /// The level at which the device interoperates both ways: the lesser of the two.
    pub fn p6lowpan_level(&self) -> Option<u8> {
        self.receive_level.proven.min(self.send_level.proven)
    }

    /// Octets that the device's own frames had beyond the smallest legal encoding.
    pub fn octets_wasted(&self) -> u64 {
        self.economy.iter().map(|sums| sums.wasted_octets).sum()
    }
}

/// Makes the matrix of all concluded trials of a run.
pub fn matrix(
    rows: &Rows,
    cases: &[TestCase],
    trials: &[(TrialMeta, Judgement)],
    profiles: &[Profile],
) -> Matrix {
    let standings = standings(cases, trials, profiles);
    let of_id: HashMap<&CaseId, &TestCase> = cases.iter().map(|case| (&case.id, case)).collect();
    let titles = numbered(rows);
    let columns: Vec<Column> = profiles
        .iter()
        .map(|profile| {
            let judged: Vec<Judged> = trials
                .iter()
                .zip(&standings)
                .enumerate()
                .filter(|(_, ((meta, _), _))| meta.dut == profile.name)
                .filter_map(|(at, ((meta, judgement), standing))| {
                    Some(Judged {
                        at,
                        case: of_id.get(&meta.case)?,
                        meta,
                        judgement,
                        standing,
                    })
                })
                .collect();
            column(rows, &titles, &judged, profile)
        })
        .collect();
    let pairs = pairs::predict(&titles, &columns, profiles);
    Matrix {
        rows: titles,
        rowless: rows.rowless.clone(),
        columns,
        pairs,
    }
}

/// A trial with all that decides where it counts.
struct Judged<'a> {
    at: usize,
    case: &'a TestCase,
    meta: &'a TrialMeta,
    judgement: &'a Judgement,
    standing: &'a Standing,
}

impl Judged<'_> {
    /// Whether it may colour its topic's cell.
    fn colours(&self) -> bool {
        self.case.kind == Kind::Valid
            && self.case.disputed.is_none()
            && self.case.strength != Strength::May
            && self.meta.colours
    }

    /// The verdict as it counts.
    fn verdict(&self) -> Verdict {
        match (self.judgement.verdict, self.standing.stands()) {
            (Verdict::None, _) => Verdict::None,
            (verdict, true) => verdict,
            (_, false) => Verdict::Inconc,
        }
    }
}

fn column(rows: &Rows, titles: &[RowTitle], judged: &[Judged], profile: &Profile) -> Column {
    let entry = |topic: &Topic, directions: &[Direction]| {
        let here: Vec<&Judged> = judged
            .iter()
            .filter(|judged| {
                judged.case.topic == *topic && directions.contains(&judged.case.direction)
            })
            .collect();
        let by_port = profile.done_by_port.contains(topic);
        match profile.withholds(topic) {
            true => withheld(by_port),
            false => entry(&here, by_port),
        }
    };
    let topics = || rows.rows.iter().map(|row| &row.topic);
    let receive: Vec<Entry> = topics()
        .map(|topic| believed(entry(topic, &[Direction::Receive]), profile))
        .collect();
    let economy: Vec<Sums> = topics().map(|topic| Sums::of(topic, judged)).collect();
    let send: Vec<Entry> = topics()
        .zip(&economy)
        .map(|(topic, sums)| match entry(topic, &[Direction::Send]) {
            entry if entry.cell == Cell::Withheld => entry,
            entry => sums.colour(topic, entry),
        })
        .map(|entry| believed(entry, profile))
        .collect();
    let rowless = rows
        .rowless
        .iter()
        .map(|topic| entry(topic, &[Direction::Receive, Direction::Send]))
        .collect();
    Column {
        dut: profile.name.clone(),
        receive_level: LevelReached::receiving(titles, &receive, profile),
        send_level: LevelReached::sending(titles, &send, profile),
        claimed_level: profile.claims.level,
        gaps: claims::gaps(titles, &receive, &profile.claims),
        receive,
        send,
        economy,
        rowless,
    }
}

/// A device that answers a plain echo with another identifier may be right by
/// chance in everything else: no cell of it is an `o`.
fn believed(entry: Entry, profile: &Profile) -> Entry {
    match entry.cell {
        Cell::Yes if !profile.answers_echo => Entry {
            cell: Cell::Undecided,
            ..entry
        },
        _ => entry,
    }
}

/// Whatever the trials came to: nothing of them is told, of the guards neither.
fn withheld(by_port: bool) -> Entry {
    Entry {
        cell: Cell::Withheld,
        ..entry(&[], by_port)
    }
}

fn entry(judged: &[&Judged], by_port: bool) -> Entry {
    let tally = Tally::of(judged.iter().filter(|judged| judged.colours()));
    Entry {
        cell: if by_port { Cell::NotRun } else { tally.cell() },
        tally,
        guards: Guards::of(
            judged
                .iter()
                .filter(|judged| judged.case.kind == Kind::Guard),
        ),
        by_port,
        trials: judged.iter().map(|judged| judged.at).collect(),
    }
}

fn numbered(rows: &Rows) -> Vec<RowTitle> {
    let (mut row_number, mut letter) = (0, b'a');
    rows.rows
        .iter()
        .map(|row| {
            let number = if row.sub_row {
                letter += 1;
                format!("{row_number}{}", char::from(letter - 1))
            } else {
                row_number += 1;
                letter = b'a';
                row_number.to_string()
            };
            RowTitle {
                number,
                topic: row.topic.clone(),
                title: row.title.clone(),
                level: row.level,
            }
        })
        .collect()
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
