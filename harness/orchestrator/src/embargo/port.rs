//! known.yaml without the entries that are kept back.

use serde_yaml::Value;
use sixlo_judge::day::Day;

/// Whether an entry of known.yaml, as YAML, is kept back on this day.
pub fn withholds(entry: &Value, today: Day) -> bool {
    match entry.get("embargo") {
        None => false,
        // What is no day is nothing that anybody could wait for.
        Some(day) => day
            .as_str()
            .and_then(|day| day.parse::<Day>().ok())
            .is_none_or(|day| day > today),
    }
}

/// The text of a known.yaml as it may be shown on this day; none where that is all of it. What is
/// left is written anew, for a comment may tell what its entry does not.
pub fn known_file(text: &str, today: Day) -> Option<String> {
    let Ok(Value::Sequence(mut entries)) = serde_yaml::from_str(text) else {
        return Some("[]\n".to_owned());
    };
    let all = entries.len();
    entries.retain(|entry| !withholds(entry, today));
    (entries.len() < all).then(|| {
        serde_yaml::to_string(&Value::Sequence(entries)).expect("what was read can be written")
    })
}

#[cfg(test)]
mod tests {
    use super::known_file;

    #[test]
    fn entries_stay_away_until_their_day_and_their_comments_with_them() {
        let text = "# why one crashes\n- { cases: one, outcome: crashed, reason: secret, embargo: 2027-03-01 }\n\
                    - { cases: two, outcome: dropped, reason: open }\n";
        let on = |day: &str| known_file(text, day.parse().unwrap());
        let before = on("2027-02-28").unwrap();
        assert!(before.contains("two") && before.contains("open"));
        for secret in ["one", "secret", "crash", "2027"] {
            assert!(!before.contains(secret), "{before}");
        }
        assert_eq!(on("2027-03-01"), None);
        let no_day = known_file(
            "- { cases: one, embargo: soon }",
            "2027-03-01".parse().unwrap(),
        );
        assert_eq!(no_day.as_deref(), Some("[]\n"));
    }
}
