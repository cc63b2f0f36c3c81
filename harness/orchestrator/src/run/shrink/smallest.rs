//! Of many changes the smallest number that still fails, found by trying.

use std::collections::BTreeSet;

/// More changes than this are not tried two by two.
const MOST_IN_PAIRS: usize = 24;

/// A smallest set of the changes `0..count` for which `fails` says yes, or at least one
/// of which none can be left out; `fails` is known to say yes to all of them. It is asked
/// for each change alone, then for each two, then for all but one, again and again.
///
/// # Errors
/// Those of `fails`.
pub(super) fn smallest<E>(
    count: usize,
    mut fails: impl FnMut(&BTreeSet<usize>) -> Result<bool, E>,
) -> Result<BTreeSet<usize>, E> {
    for one in 0..count {
        let alone = BTreeSet::from([one]);
        if count == 1 || fails(&alone)? {
            return Ok(alone);
        }
    }
    if (3..=MOST_IN_PAIRS).contains(&count) {
        for one in 0..count {
            for other in one + 1..count {
                let two = BTreeSet::from([one, other]);
                if fails(&two)? {
                    return Ok(two);
                }
            }
        }
    }
    let mut set: BTreeSet<usize> = (0..count).collect();
    // Leaving one out may make room for leaving out another.
    loop {
        let before = set.len();
        for one in set.clone() {
            let mut without = set.clone();
            without.remove(&one);
            if !without.is_empty() && fails(&without)? {
                set = without;
            }
        }
        if set.len() == before {
            return Ok(set);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn found(count: usize, fails: impl Fn(&BTreeSet<usize>) -> bool) -> Vec<usize> {
        let found = smallest(count, |set| Ok::<_, Infallible>(fails(set)));
        found.map_or_else(|never| match never {}, |set| set.into_iter().collect())
    }

    #[test]
    fn one_culprit_two_that_only_fail_together_and_all_at_once() {
        assert_eq!(found(9, |set| set.contains(&4)), [4]);
        assert_eq!(found(9, |set| set.contains(&2) && set.contains(&7)), [2, 7]);
        assert_eq!(found(5, |set| set.len() == 5), [0, 1, 2, 3, 4]);
        assert_eq!(found(1, |_| true), [0]);
    }

    /// A frame may be no frame with one change alone: what cannot be tried counts as a pass.
    #[test]
    fn sets_that_cannot_be_tried_stand_in_nobodys_way() {
        let is_a_frame = |set: &BTreeSet<usize>| !set.contains(&3) || set.contains(&1);
        assert_eq!(found(6, |set| is_a_frame(set) && set.contains(&3)), [1, 3]);
    }

    proptest! {
        /// Whatever fails: what is found does, and stops to if any one change is undone.
        #[test]
        fn what_is_found_fails_and_nothing_of_it_can_be_left_out(
            count in 1_usize..9,
            failing in prop::collection::btree_set(prop::collection::btree_set(0_usize..9, 1..6), 0..6),
        ) {
            let all: BTreeSet<usize> = (0..count).collect();
            let fails = |set: &BTreeSet<usize>| *set == all || failing.contains(set);
            let found: BTreeSet<usize> = found(count, fails).into_iter().collect();
            prop_assert!(fails(&found));
            for one in &found {
                let mut without = found.clone();
                without.remove(one);
                prop_assert!(without.is_empty() || !fails(&without), "{found:?} without {one}");
            }
        }
    }
}
