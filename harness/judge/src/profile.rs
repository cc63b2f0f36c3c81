//! What is known of a device under test before it is judged.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv6Addr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::link::Link;
use crate::name::{DutName, Topic};
use crate::testcase::Need;

/// A device under test: dut.yaml, its hello, and the run's parameters together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The column's title.
    pub name: DutName,
    /// The stack's name and version, as its hello says.
    pub stack: String,
    /// Build options that change verdicts, as its hello says.
    pub build: String,
    /// What it offers.
    pub offers: BTreeSet<Need>,
    /// What its maker claims: used by the exit code, never by a verdict.
    pub claims: Claims,
    /// Topics that the port does in place of the stack; their rows show `-`.
    pub done_by_port: Vec<Topic>,
    /// The form its controls and sentinels take.
    pub simplest: Simplest,
    /// The addresses of everybody.
    pub addresses: Addresses,
    /// Its link.
    #[serde(default, skip_serializing_if = "is_plain")]
    pub link: Link,
    /// It says settled.
    pub settles: bool,
    /// Its time is virtual.
    pub virtual_time: bool,
    /// Where delivered packets are tapped.
    pub tap: Tap,
    /// Wall-clock deadline for an answer (a PIXIT item).
    pub reply_within: Duration,
    /// How long it keeps an incomplete datagram (a PIXIT item), at most 60 s.
    pub reassembly_timeout: Duration,
    /// Resetting it costs little enough to be done before each trial.
    pub reset_is_cheap: bool,
    /// It answered a plain echo rightly when it was probed. Nothing else that a
    /// device says is believed if it cannot do that.
    pub answers_echo: bool,
    /// ICMPv6 type of "class unsupported" (P6LoWPAN), 253 by default.
    pub class_unsupported_type: u8,
    /// Contexts that it always has, whatever it is told: what it sends is read with
    /// them. Prefixes by identifier, with their lengths in bits.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub contexts: BTreeMap<u8, (Ipv6Addr, u8)>,
    /// Share of frames that the way to it loses, each way, at most: measured when it was
    /// probed. 0 where nothing can be lost.
    #[serde(default)]
    pub loss: f64,
    /// What of it is not shown; empty but in a run that was made to be published.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withheld: Vec<Withheld>,
}

impl Profile {
    /// Whether nothing is told of this topic.
    pub fn withholds(&self, topic: &Topic) -> bool {
        self.withheld
            .iter()
            .any(|withheld| withheld.topic == *topic)
    }
}

/// A topic of which no trial of a device is shown before a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    /// The topic, both ways, guards included.
    pub topic: Topic,
    /// How many trials were judged.
    pub trials: usize,
    /// From this day on they are shown.
    pub until: Day,
}

/// Most links are, and a run need not say so.
fn is_plain(link: &Link) -> bool {
    !link.is_secured()
}

/// A column's claims.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Claims {
    /// The capability level; every row up to it is claimed.
    pub level: Option<u8>,
    /// Rows claimed beyond the level.
    pub rows: Vec<Topic>,
    /// Rows not claimed in spite of the level.
    pub except: Vec<Topic>,
}

/// The dispatch of a DUT's controls and sentinels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Simplest {
    /// Dispatch 0x41, RFC 4944 5.1.
    #[default]
    Ipv6,
    /// IPHC with everything in line: `60 00`.
    Iphc,
    /// The same, but extension headers in NHC: it takes none in line.
    IphcExtensions,
}

/// Where delivered packets are tapped: what comes later is not judged by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tap {
    /// Nowhere.
    #[default]
    None,
    /// After decompression, before destination and checksum checks.
    BeforeChecks,
    /// After the IPv6 destination check.
    AfterIpv6,
    /// After transport checksums.
    AfterTransport,
}

/// The link's addresses in one run; all of them are parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// PAN id.
    pub pan_id: u16,
    /// The DUT.
    pub dut: Node,
    /// The tester's first identity.
    pub tester: Node,
    /// The tester's second identity.
    pub peer: Node,
    /// The prefix of everybody's global addresses, /64.
    pub prefix: Ipv6Addr,
}

/// One node's MAC addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// EUI-64, most significant octet first.
    pub eui64: [u8; 8],
    /// 16-bit address.
    pub short: u16,
}
