//! `given`: settings to make first.

use serde::Deserialize;
use sixlo_judge::testcase::Nd;

use super::At;
use super::scalar::Number;

/// One of `given`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// A compression context, at both ends.
    Context(Context),
    /// A further unicast address of the DUT.
    Address(At<String>),
    /// No address is configured.
    NoAddresses,
    /// A multicast group to join.
    Group(At<String>),
    /// UDP checksum elision is authorised, or not.
    ChecksumElision(bool),
    /// Neighbour discovery mode.
    Nd(Nd),
    /// Form addresses itself.
    Autoconfigure(bool),
    /// Originate behind mesh headers with so many hops.
    MeshHops(u8),
    /// An EUI-64 of this case's own.
    FreshEui64,
    /// A UDP port that echoes.
    OpenPort(At<Number>),
    /// The tester's behaviour.
    Tester(Tester),
}

/// A compression context.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// 0 to 15.
    pub id: At<u8>,
    /// `pixit.…` or a literal with its length.
    pub prefix: At<String>,
    /// May be used to compress, too.
    #[serde(default = "yes")]
    pub compress: bool,
}

fn yes() -> bool {
    true
}

/// The tester's behaviour.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tester {
    /// Answer neighbour solicitations.
    pub answers_ns: Option<bool>,
    /// A 6CIO with this level in its neighbour advertisements.
    pub announces_level: Option<u8>,
    /// A 6CIO with the G bit in its neighbour advertisements.
    #[serde(rename = "announces-ghc")]
    pub announces_ghc: Option<bool>,
    /// The status of the AROs it sends back.
    pub aro_status: Option<u8>,
    /// Answer router solicitations.
    pub answers_rs: Option<bool>,
}
