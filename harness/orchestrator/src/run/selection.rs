//! What a run was asked to do.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sixlo_judge::known::Glob;
use sixlo_judge::name::DutName;
use sixlo_judge::testcase::TestCase;

use crate::medium::AirSettings;

/// What a run was asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// Which cases: ids, folders, topics, origins such as `TD_6Lo_HC_03`, levels such as `level-2`, or patterns with
    /// `*` and `?`; all of them if empty.
    pub cases: Vec<String>,
    /// Which devices, by name or pattern; all of them if empty.
    pub duts: Vec<String>,
    /// Products of sweeps whole, in place of their covering arrays.
    pub full: bool,
    /// A SHOULD that is not kept is a fail.
    pub strict: bool,
    /// Everything random comes from it.
    pub seed: u64,
    /// Whether trials are played in an order drawn from the seed.
    pub shuffle: bool,
    /// Share of frames that the air loses, 0 to 1, each way.
    pub loss: f64,
    /// Share of frames that arrive twice.
    #[serde(default)]
    pub duplicate: f64,
    /// Share of frames that those behind them overtake.
    #[serde(default)]
    pub reorder: f64,
    /// The longest that a frame is under way, in milliseconds.
    #[serde(default)]
    pub delay_ms: u32,
    /// Frames take as long as at 250 kbit/s.
    #[serde(default)]
    pub pace: bool,
    /// How often every trial is played, each time with nonces of its own.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub repeat: u16,
}

impl Default for Selection {
    fn default() -> Self {
        Selection {
            cases: Vec::new(),
            duts: Vec::new(),
            full: false,
            strict: false,
            seed: 1,
            shuffle: false,
            loss: 0.0,
            duplicate: 0.0,
            reorder: 0.0,
            delay_ms: 0,
            pace: false,
            repeat: once(),
        }
    }
}

fn once() -> u16 {
    1
}

fn is_once(times: &u16) -> bool {
    *times == 1
}

impl Selection {
    /// What the air is to do to frames.
    pub fn air(&self) -> AirSettings {
        AirSettings {
            loss: self.loss,
            duplication: self.duplicate,
            reordering: self.reorder,
            delay: Duration::from_millis(self.delay_ms.into()),
            paced: self.pace,
            seed: self.seed,
            ..AirSettings::default()
        }
    }

    /// Whether this case is asked for.
    pub fn takes_case(&self, case: &TestCase) -> bool {
        self.cases.is_empty() || self.cases.iter().any(|filter| names_case(filter, case))
    }

    /// Whether this device is asked for.
    pub fn takes_dut(&self, dut: &DutName) -> bool {
        self.duts.is_empty() || self.duts.iter().any(|filter| names_dut(filter, dut))
    }

    /// The first filter that names none of these cases.
    pub fn idle_case_filter(&self, cases: &[TestCase]) -> Option<&str> {
        let idle = |filter: &&String| !cases.iter().any(|case| names_case(filter, case));
        self.cases.iter().find(idle).map(String::as_str)
    }

    /// The first filter that names none of these devices.
    pub fn idle_dut_filter<'a>(
        &self,
        duts: impl Iterator<Item = &'a DutName> + Clone,
    ) -> Option<&str> {
        let idle = |filter: &&String| !duts.clone().any(|dut| names_dut(filter, dut));
        self.duts.iter().find(idle).map(String::as_str)
    }
}

/// Nobody has to know how a column spells its capitals.
fn names_dut(filter: &str, dut: &DutName) -> bool {
    Glob::from(filter.to_lowercase().as_str()).matches(&dut.0.to_lowercase())
}

/// A filter names a case by its id, its path or a folder of it, its topic, or its origin.
fn names_case(filter: &str, case: &TestCase) -> bool {
    let filter = filter.trim_end_matches('/');
    let glob = Glob::from(filter);
    let in_folder = case
        .path
        .strip_prefix(filter)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let of_level = case
        .level
        .is_some_and(|level| filter == format!("level-{level}"));
    in_folder
        || of_level
        || [&case.id.0, &case.path, &case.topic.0]
            .into_iter()
            .chain(case.origin.iter().map(|origin| &origin.0))
            .any(|name| glob.matches(name))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::catalogue::{Parameters, load};

    #[test]
    fn a_filter_is_an_id_a_folder_a_topic_an_origin_a_level_or_a_pattern() {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testcases");
        let cases = load(&root, &Parameters::default()).unwrap().cases;
        let taken = |filter: &str| -> Vec<&TestCase> {
            cases
                .iter()
                .filter(|case| names_case(filter, case))
                .collect()
        };
        assert_eq!(taken("iphc-all-in-line").len(), 1);
        assert!(taken("iphc-*").len() > 1);
        let folder = taken("rfc6282/3.1.1/");
        assert!(
            !folder.is_empty()
                && folder
                    .iter()
                    .all(|case| case.path.starts_with("rfc6282/3.1.1/"))
        );
        let topic = taken("hop-limit");
        assert!(!topic.is_empty() && topic.iter().all(|case| case.topic.0 == "hop-limit"));
        let level = taken("level-3");
        assert!(!level.is_empty() && level.iter().all(|case| case.level == Some(3)));
        assert_eq!(
            level.len(),
            cases.iter().filter(|case| case.level == Some(3)).count()
        );
        assert!(taken("level-9").is_empty());
        let described = taken("TD_6Lo_HC_03");
        assert!(!described.is_empty());
        assert!(
            described
                .iter()
                .all(|case| case.origin.contains(&"TD_6Lo_HC_03".into()))
        );
        assert!(taken("TD_6Lo_*").len() > described.len());
        assert!(taken("TD_6Lo_HC").is_empty());
    }
}
