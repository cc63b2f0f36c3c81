//! Known deviations: a port's known.yaml as types, and which trial each explains.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::day::Day;
use crate::matrix::Cell;
use crate::meta::TrialMeta;
use crate::name::Topic;
use crate::profile::Profile;
use crate::verdict::{Judgement, Outcome, Verdict};

/// One entry of known.yaml: where a stack is known to deviate, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Known {
    /// Which cases.
    pub case: Glob,
    /// Which sweep rows, by label; all of them where it is left out.
    pub label: Option<Glob>,
    /// Which columns.
    pub dut: Glob,
    /// Which versions of the stack; all of them where it is left out.
    pub versions: Option<VersionRange>,
    /// How the trial comes out; unknown for one that stays undecided.
    pub outcome: Outcome,
    /// Why, in one sentence.
    pub reason: String,
    /// The function in the stack's source, where it was found.
    pub function: Option<String>,
    /// Nothing of what it explains is published before this day.
    pub embargo: Option<Day>,
}

/// Why a sending cell shows what it shows, where no trial fails by it: a device's own frames in
/// all trials decide such a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCell {
    /// The row.
    pub topic: Topic,
    /// Which columns.
    pub dut: Glob,
    /// Which versions of the stack; all of them where it is left out.
    pub versions: Option<VersionRange>,
    /// What the cell shows.
    pub cell: Cell,
    /// Why, in one sentence.
    pub reason: String,
    /// The function in the stack's source, where it was found.
    pub function: Option<String>,
}

impl KnownCell {
    /// Whether it explains this sending cell of this device.
    pub fn explains(&self, topic: &Topic, cell: Cell, profile: &Profile) -> bool {
        let versions = self.versions.as_ref();
        self.topic == *topic
            && self.cell == cell
            && self.dut.matches(&profile.name.0)
            && versions.is_none_or(|range| range.contains_version_of(&profile.stack))
    }
}

/// What one entry has to do with one trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// It speaks of another trial.
    No,
    /// It speaks of this trial on another version of the stack: ignored, and said.
    OtherVersion,
    /// It speaks of this trial.
    Yes,
}

impl Known {
    /// Whether it speaks of this trial on this device.
    pub fn applies(&self, meta: &TrialMeta, profile: &Profile) -> Applies {
        let labelled = |label: &Glob| label.matches(&meta.label);
        if !self.asks_for(meta) || !self.label.as_ref().is_none_or(labelled) {
            return Applies::No;
        }
        match &self.versions {
            Some(range) if !range.contains_version_of(&profile.stack) => Applies::OtherVersion,
            _ => Applies::Yes,
        }
    }

    /// Whether it speaks of this trial's case on this trial's device, whatever the row.
    pub fn asks_for(&self, meta: &TrialMeta) -> bool {
        self.case.matches(&meta.case.0) && self.dut.matches(&meta.dut.0)
    }

    /// Whether this is how it says that the trial comes out.
    pub fn explains(&self, judgement: &Judgement) -> bool {
        match self.outcome {
            Outcome::Unknown => judgement.verdict == Verdict::Inconc,
            outcome => outcome == judgement.outcome,
        }
    }
}

/// A pattern in which `*` stands for any text and `?` for any character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob(String);

impl From<&str> for Glob {
    fn from(pattern: &str) -> Self {
        Glob(pattern.to_owned())
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Glob {
    /// Whether the whole of `text` is of this pattern.
    pub fn matches(&self, text: &str) -> bool {
        let (pattern, text): (Vec<char>, Vec<char>) =
            (self.0.chars().collect(), text.chars().collect());
        let (mut p, mut t) = (0, 0);
        // Where the last star stands, and how much of the text it has eaten.
        let mut star = None;
        while t < text.len() {
            match pattern.get(p) {
                Some('*') => {
                    star = Some((p, t));
                    p += 1;
                }
                Some(&c) if c == '?' || c == text[t] => {
                    p += 1;
                    t += 1;
                }
                _ => match star {
                    Some((at, eaten)) => {
                        star = Some((at, eaten + 1));
                        p = at + 1;
                        t = eaten + 1;
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|&c| c == '*')
    }
}

/// Versions between bounds, such as `>=6.1, <6.2`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VersionRange(Vec<(Relation, Version)>);

/// Dotted numbers; a suffix such as `-rc1` is left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Version(Vec<u64>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Relation {
    Less,
    AtMost,
    /// Equal as far as the bound is written: `=6.1` holds for 6.1.176.
    Equal,
    AtLeast,
    Greater,
}

/// A version range that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no version range (allowed: `=6.1`, `>=0.14, <0.15`)")]
pub struct VersionRangeError(String);

impl FromStr for VersionRange {
    type Err = VersionRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split(',')
            .map(|bound| {
                let bound = bound.trim();
                let number = bound.trim_start_matches(['<', '>', '=']);
                let relation = match &bound[..bound.len() - number.len()] {
                    "<" => Relation::Less,
                    "<=" => Relation::AtMost,
                    "=" | "" => Relation::Equal,
                    ">=" => Relation::AtLeast,
                    ">" => Relation::Greater,
                    _ => return None,
                };
                Some((relation, Version::read(number.trim())?))
            })
            .collect::<Option<Vec<_>>>()
            .map(VersionRange)
            .ok_or_else(|| VersionRangeError(text.to_owned()))
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (relation, version)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}{version}", relation.sign())?;
        }
        Ok(())
    }
}

impl Relation {
    fn sign(self) -> &'static str {
        match self {
            Relation::Less => "<",
            Relation::AtMost => "<=",
            Relation::Equal => "=",
            Relation::AtLeast => ">=",
            Relation::Greater => ">",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

impl VersionRange {
    /// Whether the version at the end of a stack's name lies within. A stack
    /// that names no version lies within no range.
    pub fn contains_version_of(&self, stack: &str) -> bool {
        let Some(version) = stack.split_whitespace().rev().find_map(Version::read) else {
            return false;
        };
        self.0.iter().all(|(relation, bound)| match relation {
            Relation::Less => version < *bound,
            Relation::AtMost => version <= *bound || version.begins_with(bound),
            Relation::Equal => version.begins_with(bound),
            Relation::AtLeast => version >= *bound,
            Relation::Greater => version > *bound && !version.begins_with(bound),
        })
    }
}

impl Version {
    fn read(text: &str) -> Option<Version> {
        let numbers = text.trim_start_matches('v');
        let end = numbers
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(numbers.len());
        numbers[..end]
            .trim_end_matches('.')
            .split('.')
            .map(|number| number.parse().ok())
            .collect::<Option<Vec<_>>>()
            .map(Version)
    }

    fn begins_with(&self, bound: &Version) -> bool {
        self.0.starts_with(&bound.0)
    }
}

#[cfg(test)]
mod tests;
