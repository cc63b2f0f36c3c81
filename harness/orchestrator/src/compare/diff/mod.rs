//! Two runs beside each other: what newly fails, what no longer does, and what else changed.
//!
//! Trials are the same by device, case and row of its sweep: a trial's id is a hash of the
//! device's build, too, which is what may have changed.

mod cells;
mod change;
mod sides;
mod told;

use std::collections::BTreeMap;

use serde::Serialize;
use sixlo_judge::status::ExitStatus;
use sixlo_judge::verdict::Verdict;

use super::withheld;
use crate::report::model::{Report, Trial};

pub use cells::CellChange;
pub use change::{Change, Class, Word};
pub use sides::{NoDevice, Side, as_one_device};
pub use told::told;

/// What a reader of the JSON has to ask for before it believes the rest.
const FORMAT: &str = "sixlo-diff";
/// Goes up when a field changes its meaning or goes away.
const VERSION: u32 = 1;

/// Two runs beside each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// Always `sixlo-diff`.
    pub format: &'static str,
    /// The version of this shape: 1.
    pub version: u32,
    /// The run that came before.
    pub before: Side,
    /// The run that is set against it.
    pub after: Side,
    /// What was asked for differently, and devices that say of themselves something else.
    pub differs: Vec<String>,
    /// Every trial that did not come out alike and right in both: by device and case.
    pub changes: Vec<Change>,
    /// Cells and levels whose marks differ.
    pub cells: Vec<CellChange>,
    /// What is not shown before a day, a line a topic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<String>,
    /// Trials that are in both.
    pub in_both: usize,
    /// What the process exits with.
    pub exit_code: u8,
}

impl Diff {
    /// `after` against `before`; each with the name that it is called by.
    pub fn of(before: (&str, &Report), after: (&str, &Report)) -> Self {
        let (was, is) = (trials(before.1), trials(after.1));
        let in_both = was.keys().filter(|key| is.contains_key(*key)).count();
        let mut keys: Vec<_> = is.keys().collect();
        keys.extend(was.keys().filter(|key| !is.contains_key(*key)));
        let mut changes: Vec<Change> = keys
            .into_iter()
            .filter_map(|key| {
                let trials = (was.get(key).copied(), is.get(key).copied());
                Change::between(trials.0, trials.1, before.1, after.1)
            })
            .collect();
        changes.sort_by_cached_key(|change| order(change, before.1, after.1));
        let mut diff = Diff {
            format: FORMAT,
            version: VERSION,
            before: Side::of(before.0, before.1),
            after: Side::of(after.0, after.1),
            differs: sides::differs(before.1, after.1),
            changes,
            cells: cells::changed(before.1, after.1),
            withheld: [before.1, after.1].map(withheld).concat(),
            in_both,
            exit_code: 0,
        };
        diff.withheld.dedup();
        diff.exit_code = diff.status().code();
        diff
    }

    /// The same of two runs as they may be shown: a trial that one of them withholds has not
    /// changed, and was not left out either. What the runs come to stays.
    #[must_use]
    pub fn showing(&self, before: &Report, after: &Report) -> Self {
        let (was, is) = (trials(before), trials(after));
        let mut shown = Diff::of((&self.before.source, before), (&self.after.source, after));
        shown.exit_code = self.exit_code;
        let changes = self.changes.iter();
        let whole: BTreeMap<Key<'_>, &Change> =
            changes.map(|change| (change.key(), change)).collect();
        shown.changes.retain(|change| {
            let key = change.key();
            whole.get(&key).is_some_and(|whole| {
                was.contains_key(&key) == whole.was.is_some()
                    && is.contains_key(&key) == whole.is.is_some()
            })
        });
        shown
    }

    /// What comes of the changes: 1 if something newly fails, 3 if something that was decided
    /// is not any more or was not played, 4 if nothing is in both, 5 for trouble of the bench.
    fn status(&self) -> ExitStatus {
        let nothing = match self.in_both {
            0 => ExitStatus::Nothing,
            _ => ExitStatus::Success,
        };
        let changes = self.changes.iter().map(Change::status);
        changes.fold(nothing, ExitStatus::and)
    }

    /// The changes of one class.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.class == class)
    }

    /// The same as JSON, on one line.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string(self).expect("text and numbers");
        text.push('\n');
        text
    }
}

/// What makes a trial the same in two runs.
type Key<'a> = (&'a str, &'a str, &'a str);

/// The trials with a verdict; what is only written down is not compared.
fn trials(report: &Report) -> BTreeMap<Key<'_>, &Trial> {
    let judged = report
        .trials
        .iter()
        .filter(|trial| trial.verdict != Verdict::None);
    judged
        .map(|trial| ((&*trial.dut, &*trial.case, &*trial.label), trial))
        .collect()
}

/// By column, then by row and case as the later report has them.
fn order(change: &Change, before: &Report, after: &Report) -> impl Ord + use<> {
    let place = |report: &Report, name: &str| {
        let at = report.duts.iter().position(|dut| dut.name == name);
        at.unwrap_or(usize::MAX)
    };
    let row = after
        .rows
        .iter()
        .position(|row| row.topic.0 == change.topic)
        .unwrap_or(usize::MAX);
    (
        place(after, &change.dut),
        place(before, &change.dut),
        change.direction as u8,
        (row, change.topic.clone()),
        change.case.clone(),
        change.label.clone(),
    )
}

#[cfg(test)]
mod tests;
