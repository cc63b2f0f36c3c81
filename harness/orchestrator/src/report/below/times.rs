//! A run that plays every trial several times: those that did not come out the same each time.

use crate::report::{Finding, Results};

/// Times of one outcome that are named; the others are counted.
const SHOWN: usize = 5;

/// A line a trial. The findings of a trial stand together, in the order of their times.
pub(super) fn differing(results: &Results) -> Vec<String> {
    results
        .findings
        .chunk_by(same_trial)
        .filter(|times| !times.iter().all(|time| came_out_alike(time, &times[0])))
        .map(line)
        .collect()
}

fn same_trial(one: &Finding, other: &Finding) -> bool {
    let (one, other) = (&one.trial, &other.trial);
    (&one.dut, &one.case, &one.label) == (&other.dut, &other.case, &other.label)
}

fn came_out_alike(one: &Finding, other: &Finding) -> bool {
    one.judgement.outcome == other.judgement.outcome
}

/// Such as `one, hop-limit [hlim=10]: 8 times right; once dropped (time 4)`, the most frequent
/// outcome first: the rarer one is, the more it matters when it was.
fn line(times: &[Finding]) -> String {
    let mut ways: Vec<Vec<&Finding>> = Vec::new();
    for finding in times {
        match ways.iter_mut().find(|way| came_out_alike(way[0], finding)) {
            Some(way) => way.push(finding),
            None => ways.push(vec![finding]),
        }
    }
    ways.sort_by_key(|way| std::cmp::Reverse(way.len()));
    let (usual, others) = ways.split_at(1);
    let mut words: Vec<String> = usual
        .iter()
        .map(|way| {
            format!(
                "{} {}",
                how_often(way.len()),
                way[0].judgement.outcome.word()
            )
        })
        .collect();
    words.extend(others.iter().map(|way| {
        let times = way.iter().take(SHOWN);
        let mut times: Vec<String> = times
            .map(|one| format!("time {}", one.trial.time))
            .collect();
        if way.len() > SHOWN {
            times.push(format!("and {} more", way.len() - SHOWN));
        }
        let outcome = way[0].judgement.outcome.word();
        format!("{} {outcome} ({})", how_often(way.len()), times.join(", "))
    }));
    let first = &times[0].trial;
    let label = match first.label.as_str() {
        "" => String::new(),
        label => format!(" [{label}]"),
    };
    format!("{}, {}{label}: {}", first.dut, first.case, words.join("; "))
}

fn how_often(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

#[cfg(test)]
mod tests {
    use sixlo_judge::verdict::{Outcome, Verdict};

    use super::*;
    use crate::report::fixture::{catalogue, judged, played, trial};

    /// What is said of a run in which device one's cases came out like this, time for time.
    fn told(cases: &[(&str, &[Outcome])]) -> Vec<String> {
        let mut run = played();
        run.trials = Vec::new();
        for (case, outcomes) in cases {
            for (time, outcome) in (1..).zip(*outcomes) {
                let mut one = trial("one", case, judged(Verdict::Fail, *outcome));
                one.trial.time = time;
                run.trials.push(one);
            }
        }
        // As lanes may have written them.
        run.trials.reverse();
        differing(&Results::of(&catalogue(), run))
    }

    #[test]
    fn only_what_came_out_in_more_than_one_way_is_named() {
        use Outcome::{Dropped, WrongValue};
        assert_eq!(told(&[("plain-echo", &[Dropped; 4])]), [""; 0]);
        let few = told(&[
            ("plain-echo", &[Dropped; 3]),
            ("flow-label", &[Dropped, WrongValue, Dropped]),
        ]);
        let text = "one, flow-label: 2 times dropped; once wrong value (time 2)";
        assert_eq!(few, [text]);
        let many = [[Dropped; 7], [WrongValue; 7]].concat();
        let ends = "; 7 times wrong value (time 8, time 9, time 10, time 11, time 12, and 2 more)";
        assert!(told(&[("plain-echo", &many)])[0].ends_with(ends));
    }
}
