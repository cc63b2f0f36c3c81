//! No trial leaves anything behind for the next one: any order gives the same verdicts.

mod common;

use common::recording::{run_of, verdicts, whole};
use sixlo_harness::run::Recorded;

#[test]
fn the_order_of_trials_changes_no_verdict() {
    any_order_is_the_same(run_of(&["stateless-unicast"]), &["1"]);
}

#[test]
#[ignore = "plays the whole catalogue four times; ci/test runs it"]
fn the_order_of_the_whole_catalogue_changes_no_verdict() {
    any_order_is_the_same(run_of(&[]), &["1", "2", "3"]);
}

fn any_order_is_the_same(words: Vec<String>, seeds: &[&str]) {
    for &seed in seeds {
        let seeded = [&words[..], &["--seed".to_owned(), seed.to_owned()]].concat();
        let usual = whole(&seeded);
        let shuffled = whole(&[&seeded[..], &["--shuffle".to_owned()]].concat());
        assert_ne!(order(&usual.recorded), order(&shuffled.recorded));
        let (usual, shuffled) = (verdicts(&usual.recorded), verdicts(&shuffled.recorded));
        assert!(usual.len() > 40, "{usual:?}");
        let differ: Vec<_> = usual
            .iter()
            .filter(|(trial, word)| shuffled.get(*trial) != Some(word))
            .map(|(trial, word)| (trial, word, shuffled.get(trial)))
            .collect();
        assert!(differ.is_empty(), "seed {seed}: {differ:#?}");
    }
}

fn order(recorded: &Recorded) -> Vec<String> {
    recorded
        .lines
        .iter()
        .map(|line| line.trial.id.to_string())
        .collect()
}
