//! Why trials came to what they did, gathered: the same reason is told once a device.

use std::collections::BTreeMap;

use sixlo_judge::matrix::Cell;
use sixlo_judge::name::DutName;
use sixlo_judge::status::Expected;
use sixlo_judge::verdict::{Kept, Verdict};

use crate::report::{Finding, Results};

/// Why cells show `?`: the commonest reason of each.
pub(super) fn open_cells(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    for column in &results.matrix.columns {
        for (way, entries) in [("receiving", &column.receive), ("sending", &column.send)] {
            for (row, entry) in results.matrix.rows.iter().zip(entries) {
                if entry.cell != Cell::Undecided {
                    continue;
                }
                let findings = entry.trials.iter().map(|&at| &results.findings[at]);
                let open = findings.filter(|finding| is_open(finding));
                let Some((reason, findings)) = by_reason(open, cause).into_iter().next() else {
                    continue;
                };
                lines.push(format!(
                    "{}, {way} row {} {}: {reason}: {}",
                    column.dut,
                    row.number,
                    row.title,
                    names(&findings)
                ));
            }
        }
    }
    lines
}

/// Why trials are undecided, other than for their parents and twins, which are told of by themselves.
pub(super) fn undecided(results: &Results) -> Vec<String> {
    let own = |finding: &&Finding| is_open(finding) && finding.expected != Expected::Relative;
    gather(results, results.findings.iter().filter(own), cause)
}

fn is_open(finding: &Finding) -> bool {
    matches!(finding.judgement.verdict, Verdict::Inconc | Verdict::Error)
}

fn cause(finding: &Finding) -> String {
    finding.judgement.cause.clone()
}

/// Which entries of known.yaml explain fails, and how many.
pub(super) fn known(results: &Results) -> Vec<String> {
    let explained = |finding: &&Finding| matches!(finding.expected, Expected::Known(_));
    gather(
        results,
        results.findings.iter().filter(explained),
        |finding| match finding.expected {
            Expected::Known(entry) => results
                .known
                .get(&finding.trial.dut)
                .and_then(|known| known.get(entry))
                .map(|entry| match &entry.function {
                    Some(function) => format!("{} ({function})", entry.reason),
                    None => entry.reason.clone(),
                })
                .unwrap_or_default(),
            _ => String::new(),
        },
    )
}

/// SHOULDs that were not kept.
pub(super) fn deviations(results: &Results) -> Vec<String> {
    let deviates = |finding: &&Finding| finding.judgement.deviation.is_some();
    gather(
        results,
        results.findings.iter().filter(deviates),
        |finding| finding.judgement.deviation.clone().unwrap_or_default(),
    )
}

/// Features by device: how many were kept, and which were not. No verdict hangs on them.
pub(super) fn features(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    for profile in &results.profiles {
        let here = || {
            let own = |finding: &&Finding| finding.trial.dut == profile.name;
            results.findings.iter().filter(own)
        };
        let count = |kept: Kept| {
            let steps = here().flat_map(|finding| &finding.judgement.features);
            steps.filter(|step| step.kept == kept).count()
        };
        let counts = [Kept::Kept, Kept::NotKept, Kept::NotSeen].map(|kept| (count(kept), kept));
        if counts.iter().all(|(count, _)| *count == 0) {
            continue;
        }
        let counts = counts.map(|(count, kept)| format!("{count} {}", kept.word()));
        lines.push(format!("{}: {}", profile.name, counts.join(", ")));
        let mut not_kept: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
        for finding in here() {
            for step in &finding.judgement.features {
                if step.kept == Kept::NotKept {
                    not_kept.entry(step.words()).or_default().push(finding);
                }
            }
        }
        for (words, findings) in &not_kept {
            lines.push(format!("{}: {words}: {}", profile.name, names(findings)));
        }
    }
    lines
}

/// Cases about which people disagree, and how they came out.
pub(super) fn disputed(results: &Results) -> Vec<String> {
    let disputed = |finding: &&Finding| finding.case.disputed.is_some();
    gather(
        results,
        results.findings.iter().filter(disputed),
        |finding| {
            format!(
                "{}: {}",
                finding.judgement.outcome.word(),
                finding.case.disputed.as_deref().unwrap_or_default()
            )
        },
    )
}

/// Why cases do not apply.
pub(super) fn not_applicable(results: &Results) -> Vec<String> {
    let mut lines = Vec::new();
    for profile in &results.profiles {
        let Some(cases) = results.not_applicable.get(&profile.name) else {
            continue;
        };
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (case, why) in cases {
            reasons.entry(why).or_default().push(&case.0);
        }
        for (why, mut cases) in reasons {
            cases.dedup();
            lines.push(format!("{}: {why}: {}", profile.name, cases.join(", ")));
        }
    }
    lines
}

/// One line a device and reason, the commonest reasons first.
fn gather<'a>(
    results: &Results,
    findings: impl Iterator<Item = &'a Finding<'a>>,
    reason: impl Fn(&Finding) -> String,
) -> Vec<String> {
    let mut of_dut: BTreeMap<&DutName, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        of_dut.entry(&finding.trial.dut).or_default().push(finding);
    }
    let mut lines = Vec::new();
    for profile in &results.profiles {
        let here = of_dut.remove(&profile.name).unwrap_or_default();
        for (reason, findings) in by_reason(here.into_iter(), &reason) {
            lines.push(format!("{}: {reason}: {}", profile.name, names(&findings)));
        }
    }
    lines
}

/// The commonest reason first.
fn by_reason<'a>(
    findings: impl Iterator<Item = &'a Finding<'a>>,
    reason: impl Fn(&Finding) -> String,
) -> Vec<(String, Vec<&'a Finding<'a>>)> {
    let mut reasons: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        reasons.entry(reason(finding)).or_default().push(finding);
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, findings)| std::cmp::Reverse(findings.len()));
    reasons
}

/// The first few by name, the others counted.
fn names(findings: &[&Finding]) -> String {
    const SHOWN: usize = 3;
    let mut names: Vec<String> = findings
        .iter()
        .take(SHOWN)
        .map(|finding| finding.trial.title())
        .collect();
    if findings.len() > SHOWN {
        names.push(format!("and {} more", findings.len() - SHOWN));
    }
    names.join(", ")
}
