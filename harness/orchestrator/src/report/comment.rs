//! A report short enough for a pull request's comment or a job's summary.

use super::document::{Block, Document};
use super::{Results, below, finding, markdown, matrix, reported};

/// A comment on GitHub holds 65,536 characters; this leaves room for a line above it.
const MOST_OCTETS: usize = 60_000;
/// Findings in full, as many of these as fit.
const SHOWN: [usize; 6] = [20, 10, 5, 2, 1, 0];

/// The matrix, what is unexpected, and the rest folded away.
pub fn render(results: &Results) -> String {
    let text = |most| {
        let head = markdown::render(&head(results, most));
        let status = results.status();
        let exit = format!("Exit code {}: {}.", status.code(), status.meaning());
        let mut rest = vec![Block::Text(exit)];
        rest.extend(reported::brief(results));
        rest.extend(below::notable(results));
        let rest = markdown::render(&Document(rest));
        (head, rest)
    };
    for most in SHOWN {
        let (head, rest) = text(most);
        let folded =
            format!("{head}\n<details><summary>Below the matrix</summary>\n\n{rest}\n</details>\n");
        if folded.len() <= MOST_OCTETS {
            return folded;
        }
    }
    let (head, _) = text(0);
    cut(head, results)
}

fn head(results: &Results, most: usize) -> Document {
    let mut blocks = vec![Block::Heading("6LoWPAN interoperability matrix".to_owned())];
    blocks.push(Block::Text(results.counts().to_string()));
    blocks.extend(matrix::blocks(results));
    blocks.extend(finding::unexpected(results, most));
    Document(blocks)
}

/// A matrix of hundreds of devices: whole lines of it, and where the rest is.
fn cut(mut head: String, results: &Results) -> String {
    let end = head
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|at| *at <= MOST_OCTETS)
        .last();
    if let Some(end) = end.filter(|end| *end < head.len()) {
        let line = head[..end].rfind('\n').map_or(0, |at| at + 1);
        head.truncate(line);
        head += &format!(
            "\n\ncut here: `sixlo report {}` shows it whole\n",
            results.folder.display()
        );
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{catalogue, judged, played, trial};
    use sixlo_judge::verdict::{Outcome, Verdict};

    #[test]
    fn the_comment_of_a_small_run() {
        let catalogue = catalogue();
        insta::assert_snapshot!(render(&Results::of(&catalogue, played())));
    }

    #[test]
    fn it_never_grows_beyond_a_comment() {
        let catalogue = catalogue();
        let mut played = played();
        for at in 0..40 {
            let mut long = judged(Verdict::Fail, Outcome::WrongValue);
            long.observed = "\u{2014}*".repeat(5_000);
            let mut row = trial("two", "hop-limit-1", long);
            // Apart, so that they are not told of together.
            row.trial.case = catalogue.cases[at % catalogue.cases.len()].id.clone();
            row.trial.label = format!("row {at}");
            played.trials.push(row);
        }
        let text = render(&Results::of(&catalogue, played));
        assert!(text.len() <= MOST_OCTETS + 200, "{}", text.len());
        assert!(text.contains("Uncompressed IPv6"));
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        let catalogue = catalogue();
        let results = Results::of(&catalogue, played());
        for shift in 0..4 {
            let head = format!("{}{}", "a".repeat(shift), "\u{2014}\n".repeat(MOST_OCTETS));
            let text = cut(head, &results);
            assert!(text.len() < MOST_OCTETS + 200 && text.contains("cut here"));
        }
    }
}
