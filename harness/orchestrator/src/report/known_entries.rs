//! What became of each entry of known.yaml: one that explains nothing is out of date.

use std::collections::HashMap;

use sixlo_judge::known::{Applies, Known};
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::name::DutName;
use sixlo_judge::profile::Profile;

use super::Results;

/// What a run says of one entry: of several columns the last of these counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Use {
    /// Nothing it speaks of was played.
    NotAsked,
    /// Its cases were played, and none of their trials is the one it speaks of.
    Nothing,
    /// It speaks of trials on another version of the stack only.
    OtherVersion,
    /// It speaks of a trial that was played.
    Matches,
}

/// Entries that match nothing although their cases were played: an error, for they
/// would hide a deviation to come.
pub(super) fn unmatched(results: &Results) -> Vec<String> {
    used(results, Use::Nothing)
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
    used(results, Use::OtherVersion)
        .map(|entry| {
            let versions = entry.versions.as_ref();
            let versions = versions.map_or_else(String::new, |versions| versions.to_string());
            format!("{}: speaks of {versions}, ignored here", name(entry))
        })
        .collect()
}

/// The entries of which the run says this, each once, though the columns of one port share a file.
fn used<'a>(results: &'a Results<'_>, wanted: Use) -> impl Iterator<Item = &'a Known> {
    let mut played: HashMap<&DutName, Vec<&TrialMeta>> = HashMap::new();
    for finding in &results.findings {
        let trial = &finding.trial;
        played.entry(&trial.dut).or_default().push(trial);
    }
    let mut places = HashMap::new();
    let mut uses: Vec<(&Known, Use)> = Vec::new();
    for (dut, entries) in &results.known {
        let profile = results.profiles.iter().find(|profile| profile.name == *dut);
        let (Some(profile), Some(played)) = (profile, played.get(dut)) else {
            continue;
        };
        for entry in entries {
            let place = *places.entry(entry).or_insert_with(|| {
                uses.push((entry, Use::NotAsked));
                uses.len() - 1
            });
            let (_, so_far) = &mut uses[place];
            if *so_far != Use::Matches {
                *so_far = (*so_far).max(usage(results, entry, profile, played));
            }
        }
    }
    uses.into_iter()
        .filter(move |(_, used)| *used == wanted)
        .map(|(entry, _)| entry)
}

/// What these trials of one device say of an entry.
fn usage(results: &Results, entry: &Known, profile: &Profile, played: &[&TrialMeta]) -> Use {
    if speaks_of_withheld(results, entry, profile) {
        return Use::Matches;
    }
    let mut usage = Use::NotAsked;
    for trial in played {
        usage = usage.max(match entry.applies(trial, profile) {
            Applies::Yes => return Use::Matches,
            Applies::OtherVersion => Use::OtherVersion,
            Applies::No if entry.asks_for(trial) => Use::Nothing,
            Applies::No => Use::NotAsked,
        });
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
