//! Breakdowns of a run: each cause once, with the fewest frames that bring it about again.

mod minimal;

use sixlo_judge::evidence::{Event, Phase, What};
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::trial::{Trial, TrialStep};
use sixlo_judge::verdict::Outcome;

use crate::campaign::Attempt;

use super::line::{Kind, Line, Mark};
use super::recorded::Recorded;
pub use minimal::{Found, Hunter, Minimal};

/// Attempts in which one device broke down in one way.
#[derive(Debug, Clone)]
pub struct Breakdown<'r> {
    /// The trial that stands for all of them.
    pub trial: &'r TrialMeta,
    /// How it ended, with its last words.
    pub words: String,
    /// The other trials, in the order in which they were played.
    pub others: Vec<&'r TrialMeta>,
    /// The device ended when it was reset afterwards.
    pub afterwards: bool,
}

impl Breakdown<'_> {
    /// What stays the same each time that one cause strikes: its last words without numbers.
    pub fn signature(&self) -> String {
        signature(&self.words)
    }
}

/// Every way in which a device broke down, in the order of the run. A way is known by its last
/// words; where there are none, those of different cases may be different causes. A device that
/// was gone before a trial had begun is told of only where the trial before it, played again
/// with a reset behind it, did not end in the same way.
pub fn breakdowns(recorded: &Recorded) -> Vec<Breakdown<'_>> {
    let lines = recorded.lines.iter().enumerate();
    let ends = lines.filter_map(|(at, line)| words_of(line).map(|words| (at, line, words)));
    let (before, during): (Vec<_>, Vec<_>) = ends.partition(|(_, line, _)| ended_before(line));
    let mut found: Vec<(usize, Breakdown)> = Vec::new();
    for (at, line, words) in during {
        add(&mut found, at, line, words);
    }
    let explained = found.len();
    for (at, line, words) in before {
        let signature = signature(&words);
        let is_inherited = |(_, other): &(usize, Breakdown)| {
            other.afterwards && other.trial.dut == line.trial.dut && other.signature() == signature
        };
        if !found[..explained].iter().any(is_inherited) {
            add(&mut found, at, line, words);
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, breakdown)| breakdown).collect()
}

fn add<'r>(found: &mut Vec<(usize, Breakdown<'r>)>, at: usize, line: &'r Line, words: String) {
    let signature = signature(&words);
    let has_words = words.contains(LAST_WORDS);
    let afterwards = line.judgement.afterwards;
    let is_like = |(_, other): &&mut (usize, Breakdown)| {
        other.trial.dut == line.trial.dut
            && other.afterwards == afterwards
            && other.signature() == signature
            && (has_words || other.trial.case == line.trial.case)
    };
    let Some((_, other)) = found.iter_mut().find(is_like) else {
        let breakdown = Breakdown {
            trial: &line.trial,
            words,
            others: Vec::new(),
            afterwards,
        };
        found.push((at, breakdown));
        return;
    };
    let is_told = other.trial.id == line.trial.id
        || other.others.iter().any(|trial| trial.id == line.trial.id);
    if !is_told {
        other.others.push(&line.trial);
    }
}

/// Whether the device was gone before the trial had begun.
fn ended_before(line: &Line) -> bool {
    let ends = line
        .events
        .iter()
        .find(|Mark(_, _, kind)| matches!(kind, Kind::Exited(_) | Kind::Hung(_)));
    matches!(ends, Some(Mark(_, Phase::Given, _)))
}

/// Stands between how a process ended and what it said.
const LAST_WORDS: &str = "its last words: ";
/// Begins what a board's registers held, and what it had logged: another with each frame.
const BESIDE: [&str; 2] = [" [registers: ", " [logged before: "];

/// How a device ended in an attempt; none if it did not.
fn words_of(line: &Line) -> Option<String> {
    if !line.broke_down() {
        return None;
    }
    let ends = line.events.iter().find_map(|Mark(_, _, kind)| match kind {
        Kind::Exited(how) => Some(exited(how)),
        Kind::Hung(ms) => Some(hung(*ms)),
        _ => None,
    });
    let rebooted = || match line.judgement.outcome {
        Outcome::Crashed => Some(line.judgement.observed.clone()),
        _ => None,
    };
    ends.or_else(rebooted)
}

/// How a device ended in an attempt at a trial that was played just now.
fn end_of(trial: &Trial, attempt: Attempt, events: &[Event]) -> Option<String> {
    let is_reset = |step: &TrialStep| matches!(step, TrialStep::Reset);
    let resets = attempt.resets_afterwards || trial.steps.iter().any(is_reset);
    events.iter().find_map(|event| match &event.what {
        What::Exited(how) => Some(exited(how)),
        What::Hung(ms) => Some(hung(*ms)),
        What::Rebooted if !resets => Some("the device rebooted".to_owned()),
        _ => None,
    })
}

fn exited(how: &str) -> String {
    format!("the device's process ended: {how}")
}

fn hung(ms: u64) -> String {
    format!("the device did not answer its agent for {ms} ms")
}

fn signature(words: &str) -> String {
    let words = words.split_once(LAST_WORDS).map_or(words, |(_, last)| last);
    let words = BESIDE.iter().fold(words, |words, begin| {
        words.split_once(begin).map_or(words, |(cause, _)| cause)
    });
    let mut signature = String::new();
    for c in words.chars() {
        let c = if c.is_ascii_digit() { '#' } else { c };
        if c != '#' || !signature.ends_with('#') {
            signature.push(c);
        }
    }
    signature
}

#[cfg(test)]
mod tests {
    use super::signature;

    #[test]
    fn numbers_of_processes_and_addresses_make_no_other_cause() {
        let one = "killed by signal 6; its last words: thread 4711 panicked at a.rs:7";
        let other = "killed by signal 11; its last words: thread 12 panicked at a.rs:7";
        assert_eq!(signature(one), signature(other));
        assert_eq!(signature(one), "thread # panicked at a.rs:#");
        assert_ne!(
            signature("exited with code 1"),
            signature("killed by signal 1")
        );
        let one = "hard fault: invalid state, pc 0x0000beef [registers: r0 0x0000000a]";
        let other = "hard fault: invalid state, pc 0x0000beef [registers: r0 0x0000000b]";
        assert_eq!(signature(one), signature(other));
        let logged = "hard fault: invalid state, pc 0x0000beef [logged before: info: frame of 7]";
        assert_eq!(signature(one), signature(logged));
        let elsewhere = "hard fault: invalid state, pc 0x0000cafe [registers: r0 0x0000000a]";
        assert_ne!(signature(one), signature(elsewhere));
    }
}
