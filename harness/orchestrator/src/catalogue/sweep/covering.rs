//! Covering arrays: few combinations in which every few columns meet in all their values.

/// Rows of indices, one a column, such that for any `strength` columns every combination
/// of their values stands in at least one row. Greedy, hence not the smallest; always
/// the same for the same arguments. With `strength` the number of columns, the product.
///
/// Empty where a column has no values; `strength` is at least 1 and at most the number
/// of columns.
pub fn covering_array(sizes: &[usize], strength: usize) -> Vec<Vec<usize>> {
    assert!((1..=sizes.len()).contains(&strength));
    if sizes.contains(&0) {
        return Vec::new();
    }
    let mut uncovered = Uncovered::new(sizes, strength);
    let mut rows = Vec::new();
    while let Some((columns, values)) = uncovered.first() {
        let mut row: Vec<Option<usize>> = vec![None; sizes.len()];
        for (&column, &value) in columns.iter().zip(&values) {
            row[column] = Some(value);
        }
        for column in 0..sizes.len() {
            if row[column].is_none() {
                row[column] = Some(uncovered.best_value(&mut row, column, rows.len()));
            }
        }
        let row: Vec<usize> = row.into_iter().flatten().collect();
        uncovered.cover(&row);
        rows.push(row);
    }
    rows
}

/// The combinations that no row has yet.
struct Uncovered<'a> {
    sizes: &'a [usize],
    groups: Vec<Group>,
    /// Groups before this one are covered.
    first: usize,
}

/// Some columns, and which combinations of their values are still missing.
struct Group {
    columns: Vec<usize>,
    missing: Vec<bool>,
    left: usize,
    /// Combinations before this one are covered.
    first: usize,
}

impl<'a> Uncovered<'a> {
    fn new(sizes: &'a [usize], strength: usize) -> Self {
        let mut groups: Vec<Group> = choices(sizes.len(), strength)
            .into_iter()
            .map(|columns| {
                let combinations = columns.iter().map(|&column| sizes[column]).product();
                Group {
                    columns,
                    missing: vec![true; combinations],
                    left: combinations,
                    first: 0,
                }
            })
            .collect();
        // Large groups force rows anyway; small ones then come along.
        groups.sort_by_key(|group| std::cmp::Reverse(group.left));
        Uncovered {
            sizes,
            groups,
            first: 0,
        }
    }

    fn first(&mut self) -> Option<(Vec<usize>, Vec<usize>)> {
        while self.groups.get(self.first)?.left == 0 {
            self.first += 1;
        }
        let group = &mut self.groups[self.first];
        while !group.missing[group.first] {
            group.first += 1;
        }
        let values = group.values(group.first, self.sizes);
        Some((group.columns.clone(), values))
    }

    /// The value of `column` that covers most beside the columns already set; among
    /// equals another one for each row.
    fn best_value(&self, row: &mut [Option<usize>], column: usize, turn: usize) -> usize {
        let values = self.sizes[column];
        let mut best = (0, turn % values);
        for step in 0..values {
            let value = (turn + step) % values;
            row[column] = Some(value);
            let gain = self
                .groups
                .iter()
                .filter(|group| group.left > 0 && group.columns.contains(&column))
                .filter(|group| {
                    group
                        .index(|column| row[column], self.sizes)
                        .is_some_and(|index| group.missing[index])
                })
                .count();
            if gain > best.0 {
                best = (gain, value);
            }
        }
        row[column] = None;
        best.1
    }

    fn cover(&mut self, row: &[usize]) {
        for group in &mut self.groups {
            let index = group.index(|column| Some(row[column]), self.sizes);
            if let Some(index) = index
                && std::mem::take(&mut group.missing[index])
            {
                group.left -= 1;
            }
        }
    }
}

impl Group {
    /// The number of a combination; none while one of the columns is open.
    fn index(&self, value: impl Fn(usize) -> Option<usize>, sizes: &[usize]) -> Option<usize> {
        self.columns.iter().try_fold(0, |index, &column| {
            value(column).map(|value| index * sizes[column] + value)
        })
    }

    /// The combination with this number.
    fn values(&self, mut index: usize, sizes: &[usize]) -> Vec<usize> {
        let mut values: Vec<usize> = self
            .columns
            .iter()
            .rev()
            .map(|&column| {
                let value = index % sizes[column];
                index /= sizes[column];
                value
            })
            .collect();
        values.reverse();
        values
    }
}

/// Every choice of `count` out of `of`, each in ascending order.
fn choices(of: usize, count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    (count - 1..of)
        .flat_map(|last| {
            choices(last, count - 1).into_iter().map(move |mut choice| {
                choice.push(last);
                choice
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn choices_of_four() {
        assert_eq!(
            choices(4, 2),
            [[0, 1], [0, 2], [1, 2], [0, 3], [1, 3], [2, 3]]
        );
    }

    /// Nine rows are the least for four columns of three values, taken pairwise.
    #[test]
    fn pairs_of_four_threes_need_few_rows() {
        let rows = covering_array(&[3, 3, 3, 3], 2);
        assert!((9..=12).contains(&rows.len()), "{} rows", rows.len());
    }

    #[test]
    fn at_full_strength_it_is_the_product() {
        let rows = covering_array(&[2, 3, 4], 3);
        assert_eq!(rows.len(), 24);
        assert_eq!(rows.iter().collect::<HashSet<_>>().len(), 24);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Counted apart from the generator's own bookkeeping.
        #[test]
        fn every_combination_stands_in_some_row(
            sizes in proptest::collection::vec(1_usize..6, 2..7),
            strength in 1_usize..4,
        ) {
            let strength = strength.min(sizes.len());
            let rows = covering_array(&sizes, strength);
            for columns in choices(sizes.len(), strength) {
                let seen: HashSet<Vec<usize>> = rows
                    .iter()
                    .map(|row| columns.iter().map(|&column| row[column]).collect())
                    .collect();
                let wanted: usize = columns.iter().map(|&column| sizes[column]).product();
                prop_assert_eq!(seen.len(), wanted);
            }
            for row in &rows {
                prop_assert!(row.iter().zip(&sizes).all(|(value, size)| value < size));
            }
        }
    }
}
