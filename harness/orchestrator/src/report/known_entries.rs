//! What became of each entry of known.yaml: one that explains nothing is out of date.

use sixlo_judge::known::{Applies, Known};
use sixlo_judge::profile::Profile;

use super::Results;

/// What a run says of one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Nothing it speaks of was played.
    NotAsked,
    /// It speaks of a trial that was played.
    Matches,
    /// It speaks of trials on another version of the stack only.
    OtherVersion,
    /// Its cases were played, and none of their trials is the one it speaks of.
    Nothing,
}

/// Entries that match nothing although their cases were played: an error, for they
/// would hide a deviation to come.
pub(super) fn unmatched(results: &Results) -> Vec<String> {
    entries(results)
        .into_iter()
        .filter(|entry| usage(results, entry) == Use::Nothing)
        .map(|entry| {
            format!(
                "{}: no trial is of this kind; mend the pattern or take the entry out",
                name(entry)
            )
        })
        .collect()
}

/// Entries for other versions: ignored, and said.
pub(super) fn other_version(results: &Results) -> Vec<String> {
    entries(results)
        .into_iter()
        .filter(|entry| usage(results, entry) == Use::OtherVersion)
        .map(|entry| {
            let versions = entry.versions.as_ref();
            let versions = versions.map_or_else(String::new, |versions| versions.to_string());
            format!("{}: speaks of {versions}, ignored here", name(entry))
        })
        .collect()
}

/// Every entry once, though the columns of one port share a file.
fn entries<'a>(results: &'a Results) -> Vec<&'a Known> {
    let mut entries: Vec<&Known> = Vec::new();
    for known in results.known.values().flatten() {
        if !entries.contains(&known) {
            entries.push(known);
        }
    }
    entries
}

fn usage(results: &Results, entry: &Known) -> Use {
    let mut usage = Use::NotAsked;
    for finding in &results.findings {
        let dut = &finding.trial.dut;
        let theirs = results.known.get(dut);
        if !theirs.is_some_and(|known| known.contains(entry)) {
            continue;
        }
        let Some(profile) = results.profiles.iter().find(|profile| profile.name == *dut) else {
            continue;
        };
        if speaks_of_withheld(results, entry, profile) {
            return Use::Matches;
        }
        match entry.applies(&finding.trial, profile) {
            Applies::Yes => return Use::Matches,
            Applies::OtherVersion => usage = Use::OtherVersion,
            Applies::No if usage == Use::NotAsked && entry.asks_for(&finding.trial) => {
                usage = Use::Nothing;
            }
            Applies::No => {}
        }
    }
    usage
}

/// Whether what it speaks of may be among what is withheld.
fn speaks_of_withheld(results: &Results, entry: &Known, profile: &Profile) -> bool {
    let mut cases = results.catalogue.cases.iter();
    entry.dut.matches(&profile.name.0)
        && cases.any(|case| profile.withholds(&case.topic) && entry.case.matches(&case.id.0))
}

fn name(entry: &Known) -> String {
    let label = entry.label.as_ref();
    let label = label.map_or_else(String::new, |label| format!(" [{label}]"));
    format!("cases: {}{label}, duts: {}", entry.case, entry.dut)
}
