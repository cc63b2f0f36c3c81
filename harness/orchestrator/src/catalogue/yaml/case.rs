//! One file: one case.

use serde::Deserialize;
use sixlo_judge::testcase::{Direction, Kind, Need, Strength};

use super::At;
use super::expectation::Expectation;
use super::packet::Inner;
use super::scalar::Octets;
use super::send::Send;
use super::setting::Setting;
use super::step::Step;

/// A case as its file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Case {
    /// One sentence.
    pub title: At<String>,
    /// The clause that decides.
    pub clause: At<String>,
    /// The requirements it covers.
    #[serde(default)]
    pub covers: Vec<At<String>>,
    /// What it is about.
    pub topic: At<String>,
    /// The capability level it needs.
    pub level: Option<At<u8>>,
    /// Valid behaviour, or a guard.
    #[serde(default = "valid")]
    pub kind: Kind,
    /// Which side is judged.
    #[serde(default = "receive")]
    pub direction: Direction,
    /// How strong the requirement is.
    pub strength: Strength,
    /// The case that must pass first.
    pub builds_on: Option<At<String>>,
    /// For a guard: the accepted frame that differs in one knob.
    pub twin: Option<At<String>>,
    /// Where the idea comes from.
    pub origin: Option<At<Origins>>,
    /// What the DUT must offer, beyond what lint derives.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Why people disagree about it.
    pub disputed: Option<String>,
    /// Prose for `explain`.
    pub why: Option<String>,
    /// Settings to make first.
    #[serde(default)]
    pub given: Vec<At<Setting>>,
    /// What is done.
    pub when: Vec<At<Step>>,
    /// What must be seen.
    pub then: Vec<At<Expectation>>,
    /// What the best compression would look like.
    #[serde(default)]
    pub feature: Vec<At<Expectation>>,
    /// One case into many trials.
    pub sweep: Option<Sweep>,
}

/// `origin`: one, or a list of them.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Origins {
    /// `origin: A`
    One(String),
    /// `origin: [A, B]`
    Several(Vec<String>),
}

impl Origins {
    /// All of them.
    pub fn all(&self) -> &[String] {
        match self {
            Origins::One(origin) => std::slice::from_ref(origin),
            Origins::Several(origins) => origins,
        }
    }
}

fn valid() -> Kind {
    Kind::Valid
}

fn receive() -> Direction {
    Direction::Receive
}

/// `sweep`: rows, or columns whose product it is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sweep {
    /// One trial each.
    pub rows: Vec<At<Row>>,
    /// One trial for each combination.
    pub columns: Vec<Column>,
    /// Of columns: every so many of them in all their combinations; all where it is left out.
    pub strength: Option<At<u8>>,
}

/// One knob and its values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The knob's name.
    pub knob: String,
    /// Its values.
    pub values: Vec<At<Row>>,
}

/// What is laid over the case.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Row {
    /// What it is called behind the case's id.
    pub label: String,
    /// Laid over the case's first `send`.
    #[serde(default)]
    pub send: Send,
    /// Laid over the case's first `send-ipv6`.
    #[serde(default)]
    pub send_ipv6: Inner,
    /// In place of the case's; a column's are added.
    pub given: Option<Vec<At<Setting>>>,
    /// In place of the case's.
    pub then: Option<Vec<At<Expectation>>>,
    /// In place of the case's.
    pub feature: Option<Vec<At<Expectation>>>,
    /// The row's level, where it differs from the case's.
    pub level: Option<At<u8>>,
    /// What the first frame's LoWPAN part begins with.
    pub encodes_as: Option<At<Octets>>,
}
