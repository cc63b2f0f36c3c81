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
    // One that looked further says more than those that did not.
    if attempts.iter().any(|one| one.afterwards) && !attempts.iter().all(|one| one.afterwards) {
        let further = attempts.iter().filter(|one| one.afterwards);
        return conclude(&further.cloned().collect::<Vec<_>>());
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
    let telling = played(attempts).filter(|attempt| !is_lost(attempt));
    let (times, last) = telling.fold((0, None), |(times, _), attempt| (times + 1, Some(attempt)));
    match (last, loss_explains(attempts)) {
        (Some(last), Some(outcome)) if is_often_enough(times, loss) => {
            let observed = match outcome {
                Outcome::WrongValue => format!("{}, {times} times", last.observed),
                _ => format!("no answer, {times} times"),
            };
            if outcome == Outcome::Unknown {
                return Judgement {
                    verdict: Verdict::None,
                    cause: format!("decides nothing: {observed}"),
                    ..last.clone()
                };
            }
            let is_should = last.deviation.is_some();
            Judgement {
                verdict: match outcome {
                    Outcome::Right => Verdict::Pass,
                    _ if is_should => Verdict::Pass,
                    _ => Verdict::Fail,
                },
                deviation: (is_should && outcome != Outcome::Right).then(|| observed.clone()),
                observed,
                cause: String::new(),
                ..last.clone()
            }
        }
        _ => decided_deviation(conclude(attempts)),
    }
}

/// What is not decided deviates from nothing yet.
fn decided_deviation(word: Judgement) -> Judgement {
    Judgement {
        deviation: word.deviation.filter(|_| word.verdict != Verdict::Inconc),
        ..word
    }
}

/// An attempt of which nothing is known, for neither side's frames came through, or that ended
/// before the stimulus: no sign of anything, for a device or against it.
fn is_lost(attempt: &Judgement) -> bool {
    let is_silent = [NO_PROOF_OF_ARRIVAL, ON_A_LOSSY_MEDIUM].contains(&attempt.cause.as_str());
    attempt.verdict == Verdict::Inconc
        && attempt.outcome == Outcome::Unknown
        && (is_silent || attempt.cause.ends_with(BEFORE_THE_STIMULUS))
}

/// The cause of an attempt whose control or whose sentinel was not answered, and in which
/// nothing else happened.
pub const NO_PROOF_OF_ARRIVAL: &str = "silent, and nothing proves that the frame arrived";
/// The same, or what repeats may decide, where the medium loses frames.
pub const ON_A_LOSSY_MEDIUM: &str = "silent, on a medium that loses frames";
/// Of an attempt at what may as well be left undone: it is asked again lest the medium had lost
/// it, and that is all.
pub const SILENCE_DECIDES_NOTHING: &str =
    "silent, on a medium that loses frames, and silence decides nothing";
/// How the cause of an attempt ends that broke off so early.
pub const BEFORE_THE_STIMULUS: &str = ", before the stimulus";

/// Attempts that prove silence on a medium that loses a share `loss` of all
/// exchanges; never fewer than two. None where it loses so many that not even as many as a
/// trial may have would.
pub fn repeats_on_lossy(loss: f64) -> Option<u32> {
    (2..=MOST_REPEATS).find(|&count| loss.clamp(0.0, 1.0).powi(count.cast_signed()) < UNLIKELY)
}

fn is_often_enough(times: usize, loss: f64) -> bool {
    repeats_on_lossy(loss).is_some_and(|repeats| times >= repeats as usize)
}

/// The share of frames lost each way where so many exchanges of two frames are lost.
pub fn lost_each_way(exchanges: f64) -> f64 {
    1.0 - (1.0 - exchanges.clamp(0.0, 1.0)).sqrt()
}

/// The outcome that all of these attempts have in common, and that nothing but loss keeps
/// from deciding: silence where an answer was due or where none was, or a wrong answer to
/// a datagram of which a frame may be missing.
pub fn loss_explains(attempts: &[Judgement]) -> Option<Outcome> {
    let mut telling = played(attempts).filter(|attempt| !is_lost(attempt));
    let first = telling.next()?;
    let is_alike = |attempt: &Judgement| {
        attempt.verdict == Verdict::Inconc && attempt.outcome == first.outcome
    };
    (is_open(first) && telling.all(is_alike)).then_some(first.outcome)
}

fn is_open(attempt: &Judgement) -> bool {
    let outcomes = [Outcome::Dropped, Outcome::Right, Outcome::WrongValue];
    let decides = outcomes.contains(&attempt.outcome);
    attempt.verdict == Verdict::Inconc && (decides || attempt.cause == SILENCE_DECIDES_NOTHING)
}

/// Whether one more attempt on a medium that loses a share `loss` of all exchanges could change
/// the word: silence may be the medium's doing until it has come often enough, and so may the
/// silence beside a single fail.
pub fn wants_repeat_on_lossy(attempts: &[Judgement], loss: f64) -> bool {
    let Some(wanted) = repeats_on_lossy(loss).map(|repeats| repeats as usize) else {
        return false;
    };
    let lost = played(attempts).filter(|attempt| is_lost(attempt)).count();
    let fails = attempts
        .iter()
        .filter(|attempt| attempt.verdict == Verdict::Fail);
    let is_single_fail = fails.count() == 1
        && played(attempts).all(|attempt| {
            attempt.verdict == Verdict::Fail || is_open(attempt) || is_lost(attempt)
        });
    let is_trouble = attempts
        .last()
        .is_some_and(|last| last.verdict == Verdict::Error);
    // As many again may be lost.
    (loss_explains(attempts).is_some() || is_single_fail)
        && !is_trouble
        && played(attempts).count() - lost < wanted
        && lost < wanted
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

/// Whether the attempt behind these is played at relaxed pacing: the repeat is, and if nothing of
/// it came through, so is the one that takes its place. Further ones are the medium's doing, and
/// ask again what the first asked.
pub fn wants_relaxed(attempts: &[Judgement]) -> bool {
    let says_nothing = |attempt: &Judgement| attempt.verdict == Verdict::Error || is_lost(attempt);
    attempts
        .split_first()
        .is_some_and(|(_, repeats)| repeats.iter().all(says_nothing))
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
