//! A case made concrete for one DUT: every octet that goes on air is known.

use std::net::Ipv6Addr;
use std::time::Duration;

use sixlo_frames::context::ContextTable;

use crate::meta::{Knob, TrialMeta};
use crate::name::{CaseId, DutName, TrialId};
use crate::testcase::{Expectation, Given, Pattern, TesterSetting};

pub mod send;

/// One trial: a case, a sweep row, a DUT.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Hash of case text, sweep row, DUT build, parameters and seed.
    pub id: TrialId,
    /// The case.
    pub case: CaseId,
    /// The sweep row's label; empty without a sweep.
    pub label: String,
    /// The DUT.
    pub dut: DutName,
    /// The level of its values.
    pub level: Option<u8>,
    /// Whether it may colour a cell: of a sweep, only a row in which one knob
    /// differs from the base.
    pub colours: bool,
    /// The values a product sweep gave it, one a knob.
    pub knobs: Vec<Knob>,
    /// Which time it is in a run that plays everything several times, from 1.
    pub time: u16,
    /// Settings to make, on top of the DUT's usual ones.
    pub given: Vec<Given>,
    /// Contexts both sides share: for the tester's and the judge's dissection.
    pub contexts: ContextTable,
    /// The same datagram in the DUT's simplest form, sent first; none where the
    /// stimulus is that form already or no simplest form has this oracle.
    pub control: Option<Stimulus>,
    /// What is done.
    pub steps: Vec<TrialStep>,
    /// Sent last where the DUT does not settle: same kind, source and path as
    /// the stimulus, with another nonce.
    pub sentinel: Option<Stimulus>,
    /// What must be seen.
    pub then: Vec<Expectation>,
    /// What the best compression would look like: told, and never part of a verdict.
    pub features: Vec<Expectation>,
    /// Whether the DUT must be reset after it, because it leaves state behind.
    pub dirty: bool,
}

impl Trial {
    /// All but its octets.
    pub fn meta(&self) -> TrialMeta {
        TrialMeta {
            id: self.id.clone(),
            case: self.case.clone(),
            label: self.label.clone(),
            dut: self.dut.clone(),
            level: self.level,
            colours: self.colours,
            knobs: self.knobs.clone(),
            time: self.time,
        }
    }
}

/// A step with its octets.
#[derive(Debug, Clone, PartialEq)]
pub enum TrialStep {
    /// Put these frames on air.
    Send(Stimulus),
    /// Give the DUT this packet to send.
    SendIpv6(Vec<u8>),
    /// Go on when a frame matches, or when time is up.
    Await(Pattern, Duration),
    /// Let time pass.
    Wait(Duration),
    /// Reset the DUT.
    Reset,
    /// Change the tester.
    Tester(TesterSetting),
}

/// Frames that carry one datagram.
#[derive(Debug, Clone, PartialEq)]
pub struct Stimulus {
    /// PSDUs in sending order, FCS included.
    pub psdus: Vec<Vec<u8>>,
    /// The IPv6 packet they stand for; empty where they stand for none.
    pub packet: Vec<u8>,
    /// Which of the tester's identities sends.
    pub from: Identity,
    /// How an answer to it is recognised.
    pub nonce: Nonce,
}

/// The nodes the tester plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Identity {
    /// The first, usual one.
    #[default]
    Tester,
    /// A second sender.
    Peer,
}

/// How an answer to a stimulus is recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nonce {
    /// ICMPv6 echo: identifier and sequence number, RFC 4443 4.1.
    Echo {
        /// Identifier.
        identifier: u16,
        /// Sequence number.
        sequence: u16,
    },
    /// An error that quotes a packet holding these octets (UDP payload).
    Quote(Vec<u8>),
    /// A neighbour advertisement for this target.
    Target(Ipv6Addr),
    /// Answers cannot be told from other traffic.
    None,
}
