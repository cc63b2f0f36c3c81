//! What came out alike is told once.

use std::collections::HashMap;
use std::hash::Hash;

/// In groups of one key, in the order of their first.
pub(super) fn grouped<T, K: Eq + Hash>(
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> K,
) -> Vec<Vec<T>> {
    let mut places: HashMap<K, usize> = HashMap::new();
    let mut groups: Vec<Vec<T>> = Vec::new();
    for item in items {
        let at = *places.entry(key(&item)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups
}

/// Such as `1 trial`, `3 trials`.
pub(super) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// The first few of these names, and how many more there are; nothing if there are none.
pub(super) fn some_of(names: &[String]) -> Option<String> {
    const SHOWN: usize = 3;
    let mut told: Vec<String> = names.iter().take(SHOWN).cloned().collect();
    if names.len() > SHOWN {
        told.push(format!("and {} more", names.len() - SHOWN));
    }
    (!names.is_empty()).then(|| told.join(", "))
}
