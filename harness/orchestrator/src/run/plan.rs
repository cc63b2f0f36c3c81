//! Which cases a run plays, and in which order.

use std::collections::BTreeSet;

use sixlo_judge::name::CaseId;
use sixlo_judge::testcase::{Kind, TestCase};

use super::selection::Selection;

/// The cases to play: those asked for, what they build on, their twins, and the
/// calibration without which quotes and echoes prove nothing. In the catalogue's
/// order, the calibration first.
pub(super) fn cases<'a>(cases: &'a [TestCase], selection: &Selection) -> Vec<&'a TestCase> {
    let mut wanted: BTreeSet<&CaseId> = BTreeSet::new();
    let mut open: Vec<&TestCase> = cases
        .iter()
        .filter(|case| case.kind == Kind::Calibration || selection.takes_case(case))
        .collect();
    while let Some(case) = open.pop() {
        if !wanted.insert(&case.id) {
            continue;
        }
        let relatives = case.builds_on.iter().chain(&case.twin);
        open.extend(relatives.filter_map(|id| cases.iter().find(|case| case.id == *id)));
    }
    let mut planned: Vec<_> = cases
        .iter()
        .filter(|case| wanted.contains(&case.id))
        .collect();
    planned.sort_by_key(|case| case.kind != Kind::Calibration);
    planned
}

/// Puts things into an order drawn from `seed`, the same one each time.
pub(super) fn shuffle<T>(things: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..things.len()).rev() {
        let bound = last as u64 + 1;
        // The bias is below 2^-40 for any number of trials.
        let other = usize::try_from(next(&mut state) % bound).unwrap_or(last);
        things.swap(last, other);
    }
}

/// SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_order_and_loses_nothing() {
        let order = |seed| {
            let mut numbers: Vec<u32> = (0..50).collect();
            shuffle(&mut numbers, seed);
            numbers
        };
        assert_eq!(order(7), order(7));
        assert_ne!(order(7), order(8));
        let mut sorted = order(7);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
    }
}
