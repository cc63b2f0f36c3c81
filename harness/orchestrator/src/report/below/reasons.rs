//! Why trials came to what they did, gathered: the same reason is told once a device.

use std::collections::BTreeMap;

use sixlo_judge::name::DutName;
use sixlo_judge::status::Expected;
use sixlo_judge::verdict::Verdict;

use crate::report::{Finding, Results};

/// Why trials are undecided: the commonest `most` reasons of each device.
pub(super) fn undecided(results: &Results, most: usize) -> Vec<String> {
    let open =
        |finding: &&Finding| matches!(finding.judgement.verdict, Verdict::Inconc | Verdict::Error);
    gather(
        results,
        most,
        results.findings.iter().filter(open),
        |finding| finding.judgement.cause.clone(),
    )
}

/// Which entries of known.yaml explain fails, and how many.
pub(super) fn known(results: &Results) -> Vec<String> {
    let explained = |finding: &&Finding| matches!(finding.expected, Expected::Known(_));
    gather(
        results,
        usize::MAX,
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
        usize::MAX,
        results.findings.iter().filter(deviates),
        |finding| finding.judgement.deviation.clone().unwrap_or_default(),
    )
}

/// Cases about which people disagree, and how they came out.
pub(super) fn disputed(results: &Results) -> Vec<String> {
    let disputed = |finding: &&Finding| finding.case.disputed.is_some();
    gather(
        results,
        usize::MAX,
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
    most: usize,
    findings: impl Iterator<Item = &'a Finding<'a>>,
    reason: impl Fn(&Finding) -> String,
) -> Vec<String> {
    let mut of_dut: BTreeMap<&DutName, BTreeMap<String, Vec<&Finding>>> = BTreeMap::new();
    for finding in findings {
        let reasons = of_dut.entry(&finding.trial.dut).or_default();
        reasons.entry(reason(finding)).or_default().push(finding);
    }
    let mut lines = Vec::new();
    for profile in &results.profiles {
        let Some(reasons) = of_dut.remove(&profile.name) else {
            continue;
        };
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, findings)| std::cmp::Reverse(findings.len()));
        let left: usize = reasons.iter().skip(most).map(|(_, all)| all.len()).sum();
        for (reason, findings) in reasons.iter().take(most) {
            lines.push(format!("{}: {reason}: {}", profile.name, names(findings)));
        }
        if left > 0 {
            lines.push(format!("{}: {left} more, for other reasons", profile.name));
        }
    }
    lines
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
