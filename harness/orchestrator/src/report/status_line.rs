//! One line a trial, as it gets its last word.

use std::time::Duration;

use sixlo_judge::verdict::Verdict;

use crate::run::Judged;

/// A verdict as status lines and headings spell it.
pub fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::None => "NOTE",
        Verdict::Pass => "PASS",
        Verdict::Inconc => "INCONC",
        Verdict::Fail => "FAIL",
        Verdict::Error => "ERROR",
    }
}

/// Verdict, wall time, place among all trials planned so far, device and trial.
pub fn status_line(judged: &Judged, number: usize, of: usize) -> String {
    let width = of.to_string().len();
    let again = match judged.attempts {
        0 | 1 => String::new(),
        attempts => format!(", {attempts} attempts"),
    };
    let why = match judged.judgement.verdict {
        Verdict::Pass | Verdict::None => String::new(),
        Verdict::Fail => format!(": {}", judged.judgement.outcome.word()),
        Verdict::Inconc | Verdict::Error => format!(": {}", judged.judgement.cause),
    };
    format!(
        "{:>12} [{:>8}] ({number:>width$}/{of}) {} {}{why}{again}",
        word(judged.judgement.verdict),
        seconds(judged.took),
        judged.trial.dut,
        judged.trial.title(),
    )
}

fn seconds(took: Duration) -> String {
    format!("{:.3}s", took.as_secs_f64())
}
