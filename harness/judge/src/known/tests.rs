use super::{Applies, Glob, Known, VersionRange};
use crate::fixture::{meta, profile};
use crate::profile::Profile;
use crate::verdict::Outcome;

#[test]
fn globs() {
    for (pattern, text, matches) in [
        ("iphc-all-in-line", "iphc-all-in-line", true),
        ("iphc-*", "iphc-all-in-line", true),
        ("*-line", "iphc-all-in-line", true),
        ("*all*", "iphc-all-in-line", true),
        ("*", "", true),
        ("", "", true),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-c-b", false),
        ("iphc", "iphc-all", false),
        ("", "a", false),
    ] {
        assert_eq!(
            Glob::from(pattern).matches(text),
            matches,
            "{pattern} {text}"
        );
    }
}

#[test]
fn version_ranges() {
    for (range, stack, within) in [
        ("=6.1", "stack 6.1.176", true),
        ("6.1", "stack 6.1.176", true),
        ("=6.1.176", "stack 6.1.176", true),
        ("=6.1", "stack 6.10.2", false),
        (">=0.14, <0.15", "stack 0.14.0", true),
        (">=0.14, <0.15", "stack 0.15.0", false),
        (">=0.14, <0.15", "stack 0.13.9", false),
        ("<=0.14", "stack 0.14.7", true),
        (">0.14", "stack 0.14.7", false),
        (">0.14", "stack 0.15", true),
        ("=4.9", "stack release/v4.9", false),
        ("=4.9", "stack v4.9-rc1", true),
        ("=1", "a stack without a number", false),
    ] {
        let range: VersionRange = range.parse().unwrap();
        assert_eq!(
            range.contains_version_of(stack),
            within,
            "{range:?} {stack}"
        );
    }
}

#[test]
fn version_ranges_that_cannot_be_read() {
    for text in ["", "six", "=>1", ">=1,", "1..2"] {
        let error = text.parse::<VersionRange>().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("`{text}` is no version range (allowed: `=6.1`, `>=0.14, <0.15`)")
        );
    }
}

#[test]
fn an_entry_speaks_of_its_cases_on_its_devices_and_versions() {
    let entry = Known {
        case: "context-*".into(),
        label: Some("*48*".into()),
        dut: "lan*".into(),
        versions: Some("=1.2".parse().unwrap()),
        outcome: Outcome::Dropped,
        reason: "takes /64 contexts only".to_owned(),
        function: None,
        embargo: None,
    };
    let mut trial = meta("landut", "context-lengths");
    trial.label = "length 48".to_owned();
    let here = profile("landut");
    assert_eq!(entry.applies(&trial, &here), Applies::Yes);
    let newer = Profile {
        stack: "stack 1.3".to_owned(),
        ..here.clone()
    };
    assert_eq!(entry.applies(&trial, &newer), Applies::OtherVersion);
    trial.label = "length 64".to_owned();
    assert_eq!(entry.applies(&trial, &here), Applies::No);
    assert!(entry.asks_for(&trial));
    assert!(!entry.asks_for(&meta("landut", "other")));
    assert_eq!(entry.versions.unwrap().to_string(), "=1.2");
}
