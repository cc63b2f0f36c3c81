//! Several attempts at one trial, one word.
//!
//! A fail stands only if the repeat, after a reset and at relaxed pacing, fails
//! the same way. A wrong fail is the worst thing a judge can say.

use crate::verdict::{Judgement, Outcome, Verdict};

/// The word on a trial after all attempts at it, in the order they were played.
pub fn conclude(attempts: &[Judgement]) -> Judgement {
    let Some(last) = attempts.last() else {
        return Judgement::undecided("never played");
    };
    // It is about all attempts: which one it answers nobody knows.
    if let Some(late) = attempts.iter().find(|one| one.outcome == Outcome::Late) {
        return late.clone();
    }
    let mut fails = attempts
        .iter()
        .filter(|attempt| attempt.verdict == Verdict::Fail);
    let Some(first_fail) = fails.next() else {
        return last.clone();
    };
    if let Some(pass) = attempts
        .iter()
        .find(|attempt| attempt.verdict == Verdict::Pass)
    {
        return flaky(last, first_fail, pass);
    }
    let mut confirmed = None;
    for fail in fails {
        match telling(confirmed.unwrap_or(first_fail), fail) {
            Some(same) => confirmed = Some(same),
            None => return flaky(last, first_fail, fail),
        }
    }
    match confirmed {
        Some(fail) => fail.clone(),
        None if last.verdict == Verdict::Fail => Judgement {
            verdict: Verdict::Inconc,
            cause: format!("failed once ({}), not repeated", last.outcome.word()),
            ..last.clone()
        },
        None => Judgement {
            cause: format!(
                "{}; an attempt before failed ({})",
                last.cause,
                first_fail.outcome.word()
            ),
            ..last.clone()
        },
    }
}

/// How unlikely loss has to be as the cause of silence.
const UNLIKELY: f64 = 1e-6;
/// No medium is asked more often than this for one trial.
const MOST_REPEATS: u32 = 64;

/// As [`conclude`], on a medium that loses a share `loss` of all exchanges, as its
/// sentinels tell: there, silence decides only when it came so often that loss no
/// longer explains it.
pub fn conclude_on_lossy(attempts: &[Judgement], loss: f64) -> Judgement {
    let times = played(attempts).count();
    match (attempts.last(), loss_explains(attempts)) {
        (Some(last), Some(outcome)) if is_often_enough(times, loss) => Judgement {
            verdict: match outcome {
                Outcome::Right => Verdict::Pass,
                _ => Verdict::Fail,
            },
            observed: match outcome {
                Outcome::WrongValue => format!("{}, {times} times", last.observed),
                _ => format!("no answer, {times} times"),
            },
            cause: String::new(),
            ..last.clone()
        },
        _ => conclude(attempts),
    }
}

/// Attempts that prove silence on a medium that loses a share `loss` of all
/// exchanges; never fewer than two. None where it loses so many that not even as many as a
/// trial may have would.
pub fn repeats_on_lossy(loss: f64) -> Option<u32> {
    (2..=MOST_REPEATS).find(|&count| loss.clamp(0.0, 1.0).powi(count.cast_signed()) < UNLIKELY)
}

fn is_often_enough(times: usize, loss: f64) -> bool {
    repeats_on_lossy(loss).is_some_and(|repeats| times >= repeats as usize)
}

/// Whether one more attempt could prove silence on such a medium.
pub fn wants_repeat_on_lossy(attempts: &[Judgement], loss: f64) -> bool {
    let may = repeats_on_lossy(loss).is_some_and(|repeats| attempts.len() < repeats as usize);
    may && loss_explains(attempts).is_some()
}

/// The share of frames lost each way where so many exchanges of two frames are lost.
pub fn lost_each_way(exchanges: f64) -> f64 {
    1.0 - (1.0 - exchanges.clamp(0.0, 1.0)).sqrt()
}

/// The outcome that all of these attempts have in common, and that nothing but loss keeps
/// from deciding: silence where an answer was due or where none was, or a wrong answer to
/// a datagram of which a frame may be missing.
pub fn loss_explains(attempts: &[Judgement]) -> Option<Outcome> {
    let outcome = played(attempts).next()?.outcome;
    let is_alike =
        |attempt: &Judgement| attempt.verdict == Verdict::Inconc && attempt.outcome == outcome;
    let is_open = matches!(
        outcome,
        Outcome::Dropped | Outcome::Right | Outcome::WrongValue
    );
    (is_open && played(attempts).all(is_alike)).then_some(outcome)
}

/// Whether one more attempt, after a reset and at relaxed pacing, could change the word.
pub fn wants_repeat(attempts: &[Judgement]) -> bool {
    if attempts
        .last()
        .is_some_and(|last| last.verdict == Verdict::Error)
    {
        return false;
    }
    match played(attempts).collect::<Vec<_>>().as_slice() {
        [only] => matches!(only.verdict, Verdict::Fail | Verdict::Inconc),
        // The repeat got through where the first attempt did not, and fails: nothing confirms it yet.
        [first, second] => first.verdict == Verdict::Inconc && second.verdict == Verdict::Fail,
        _ => false,
    }
}

/// Those that say something of the device: where the bench failed it was not heard, and another
/// has stood in its place since.
fn played(attempts: &[Judgement]) -> impl Iterator<Item = &Judgement> {
    attempts
        .iter()
        .filter(|attempt| attempt.verdict != Verdict::Error)
}

/// Whether attempts at one trial came to different verdicts, whatever the last word on it. Trouble
/// of the bench is none.
pub fn is_flaky<'a>(attempts: impl IntoIterator<Item = &'a Judgement>) -> bool {
    let mut verdicts = attempts
        .into_iter()
        .map(|attempt| attempt.verdict)
        .filter(|verdict| *verdict != Verdict::Error);
    let first = verdicts.next();
    verdicts.any(|verdict| Some(verdict) != first)
}

/// Of two fails of the same way the more telling one, else none. A limiter
/// may swallow a "class unsupported", so declined and dropped are one way of failing.
fn telling<'a>(one: &'a Judgement, other: &'a Judgement) -> Option<&'a Judgement> {
    match (one.outcome, other.outcome) {
        (Outcome::Declined, Outcome::Dropped) => Some(one),
        (Outcome::Dropped, Outcome::Declined) => Some(other),
        (a, b) if a == b => Some(other),
        _ => None,
    }
}

fn flaky(last: &Judgement, one: &Judgement, other: &Judgement) -> Judgement {
    Judgement {
        verdict: Verdict::Inconc,
        outcome: Outcome::Unknown,
        deviation: None,
        cause: format!(
            "flaky: one attempt was {} ({}), another {} ({})",
            one.outcome.word(),
            one.observed,
            other.outcome.word(),
            other.observed
        ),
        ..last.clone()
    }
}

#[cfg(test)]
mod tests;
