//! A test case as its author wrote it: given, when, then.

use std::net::Ipv6Addr;
use std::time::Duration;

use crate::name::{CaseId, Origin, RequirementId, Topic};

/// One case of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct TestCase {
    /// The file's stem.
    pub id: CaseId,
    /// `<document>/<clause>/<id>`, relative to the catalogue.
    pub path: String,
    /// One sentence.
    pub title: String,
    /// The clause that decides, such as `RFC 6282 3.1.1`.
    pub clause: String,
    /// The requirements it covers.
    pub covers: Vec<RequirementId>,
    /// What it is about; `rows.yaml` says whether that is a row.
    pub topic: Topic,
    /// The capability level it needs; none outside the levels (ND, GHC).
    pub level: Option<u8>,
    /// Valid behaviour, or a guard.
    pub kind: Kind,
    /// Which side is judged.
    pub direction: Direction,
    /// How strong the requirement is.
    pub strength: Strength,
    /// The case that must pass before this one decides anything.
    pub builds_on: Option<CaseId>,
    /// For a guard: the valid case that must have passed on the same DUT.
    pub twin: Option<CaseId>,
    /// Where the idea comes from, such as `TD_6Lo_HC_01`.
    pub origin: Vec<Origin>,
    /// What the DUT must offer; lacking it, the case is not applicable.
    pub needs: Vec<Need>,
    /// Prose for people who ask why.
    pub why: Option<String>,
    /// Why people disagree about this case; its verdict is shown, and decides no cell.
    pub disputed: Option<String>,
    /// Settings to make first.
    pub given: Vec<Given>,
    /// What is done, in order.
    pub when: Vec<Step>,
    /// What must be seen.
    pub then: Vec<Expectation>,
    /// What the best compression would look like: told, and never part of a verdict.
    pub features: Vec<Expectation>,
    /// One case into many trials: each entry replaces values in `when`.
    pub sweep: Option<Sweep>,
    /// The text's hash goes into every trial id.
    pub text_hash: String,
}

/// Valid behaviour colours cells; a guard gets a mark beside the cell.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Valid frames: decides rows and levels.
    Valid,
    /// Invalid frames, limits, timers, overlap, concurrency: never decides a cell.
    Guard,
    /// Measures an oracle; decides nothing by itself.
    Calibration,
    /// Written down, never judged.
    Record,
}

/// Which side of the DUT is judged.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// What it makes of frames: the cells of Figure 2.
    Receive,
    /// What it puts on air.
    Send,
}

/// How strong a requirement is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
pub enum Strength {
    /// Decides.
    #[serde(rename = "MUST")]
    Must,
    /// A deviation is noted with a pass; a fail only when strict.
    #[serde(rename = "SHOULD")]
    Should,
    /// Written down only.
    #[serde(rename = "MAY")]
    May,
    /// A bit-exact rule without a keyword; decides.
    #[serde(rename = "format")]
    Format,
}

/// What a DUT must offer for a case to apply.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// Its EUI-64 can be set.
    Eui64,
    /// It can have a 16-bit MAC address.
    ShortAddress,
    /// A chosen unicast address can be given to it.
    Address,
    /// It can be told to join a group.
    Group,
    /// Compression contexts can be set from outside.
    Context,
    /// UDP checksum elision can be authorised.
    ChecksumElision,
    /// It acts as an RFC 6775 host.
    NdHost,
    /// It acts as an RFC 6775 router.
    NdRouter,
    /// It does RFC 4861 neighbour discovery.
    NdClassic,
    /// It can be told to autoconfigure.
    Autoconfigure,
    /// It can be told to originate behind mesh headers.
    Mesh,
    /// It offers an open UDP port that echoes.
    OpenPort,
    /// A whole IPv6 packet can be given to it to send.
    SendIpv6,
    /// It reports delivered packets.
    Delivered,
    /// Its time is virtual, or the case's wait is short enough by a PIXIT item.
    VirtualTime,
    /// It can be put back to its state after power-on.
    Reset,
    /// It puts a second datagram together while the first is incomplete (dut.yaml).
    SecondReassembly,
    /// It declares P6LoWPAN (dut.yaml).
    P6lowpan,
    /// Its link has no integrity check of its own (dut.yaml).
    OpenLink,
    /// It is a router: packets for somebody else go on (dut.yaml).
    Forwards,
}

impl Need {
    /// Each of them, in their order.
    pub const ALL: [Need; 20] = [
        Need::Eui64,
        Need::ShortAddress,
        Need::Address,
        Need::Group,
        Need::Context,
        Need::ChecksumElision,
        Need::NdHost,
        Need::NdRouter,
        Need::NdClassic,
        Need::Autoconfigure,
        Need::Mesh,
        Need::OpenPort,
        Need::SendIpv6,
        Need::Delivered,
        Need::VirtualTime,
        Need::Reset,
        Need::SecondReassembly,
        Need::P6lowpan,
        Need::OpenLink,
        Need::Forwards,
    ];
}

/// A setting to make before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A compression context.
    Context {
        /// 0 to 15.
        id: u8,
        /// Prefix, zero beyond its length.
        prefix: Ipv6Addr,
        /// Length in bits.
        length: u8,
        /// May be used to compress, too.
        compress: bool,
    },
    /// A unicast address of the DUT beyond the usual ones.
    Address(Ipv6Addr),
    /// Only these addresses: the DUT gets no other one by `configure`.
    NoAddresses,
    /// A group to join.
    Group(Ipv6Addr),
    /// Authorise (or not) UDP checksum elision.
    ChecksumElision(bool),
    /// Which neighbour discovery.
    Nd(Nd),
    /// Form addresses by itself.
    Autoconfigure(bool),
    /// Originate behind a mesh header with this many hops.
    MeshHops(u8),
    /// This EUI-64 for the DUT instead of the usual one, unlike any other case's.
    FreshEui64([u8; 8]),
    /// An open UDP port.
    OpenPort(u16),
    /// How the tester behaves in this case.
    Tester(TesterSetting),
}

/// Which neighbour discovery a DUT does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nd {
    /// RFC 4861.
    Classic,
    /// RFC 6775 host.
    Host,
    /// RFC 6775 router.
    Router,
}

/// One switch of the tester's own protocol engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TesterSetting {
    /// Answer neighbour solicitations (default yes).
    AnswersNs(bool),
    /// Put a 6CIO with this level (P6LoWPAN) into its neighbour advertisements.
    AnnouncesLevel(u8),
    /// Put a 6CIO with the G bit into its neighbour advertisements, RFC 7400 3.3.
    AnnouncesGhc,
    /// Status for the ARO it echoes, RFC 6775 4.1 (default 0).
    AroStatus(u8),
    /// Answer router solicitations with this advertisement's options (default: not at all).
    AnswersRs(bool),
}

/// One thing that is done.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Put a datagram, compressed and cut as told, on the air.
    Send(Box<Send>),
    /// Hand the DUT a packet to send.
    SendIpv6(Box<Datagram>),
    /// Go on once such a frame was heard; absent at the deadline the case is inconclusive.
    Await(Box<Pattern>, Duration),
    /// Let this much time pass on the lane's clock.
    Wait(Duration),
    /// Put the DUT back to its state after power-on.
    Reset,
    /// Change the tester's behaviour from here on.
    Tester(TesterSetting),
}

/// A datagram and how it goes on air. Unset means: as in the base `60 00`,
/// everything in line, extended addresses, no fragment.
pub use crate::trial::send::{Datagram, Filled, Order, Send};

/// Values of fields by RFC-spelled name, such as `ipv6.hop_limit`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pattern {
    /// All must hold.
    pub fields: Vec<(sixlo_frames::field::FieldId, Wanted)>,
}

/// What a field must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// This value.
    Is(sixlo_frames::field::Value),
    /// The value this field had in the stimulus.
    Same,
    /// Any of these.
    AnyOf(Vec<sixlo_frames::field::Value>),
    /// The field is there.
    Present,
    /// The field is not there.
    Absent,
    /// A number within these bounds, both inclusive.
    Between(u64, u64),
}

/// What must, may or must not be seen.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// An echo reply with the stimulus's identifier, sequence number and data,
    /// a right checksum, to the stimulus's source; from exactly the pinged
    /// address, or for a multicast ping from any address the DUT owns.
    EchoReply,
    /// The IPv6 packet the DUT restored has these fields; seen as *delivered* or
    /// *quoted*, by whichever oracle is calibrated for them.
    Restored(Pattern),
    /// A solicited neighbour advertisement for the stimulus's target.
    Advertisement(Pattern),
    /// A frame from the DUT with these fields.
    Frame(Pattern),
    /// No reply, no delivery, no error that shows the packet was taken;
    /// "class unsupported" is as good as silence.
    NotTaken,
    /// No frame from the DUT has all these fields.
    Never(Pattern),
    /// The first that holds decides, with its own verdict.
    AnyOf(Vec<(Expectation, OnMatch)>),
    /// As the inner one, and no later than this after the stimulus.
    Within(Box<Expectation>, Duration),
    /// The inner one is seen once at most.
    AtMostOne(Box<Expectation>),
    /// So many frames have these fields; both bounds inclusive.
    FrameCount {
        /// At least.
        at_least: u32,
        /// At most; none: any number.
        at_most: Option<u32>,
        /// The fields.
        fields: Pattern,
    },
    /// From one of the DUT's datagrams to the next this field goes up by one,
    /// modulo this; fewer than two datagrams that have it decide nothing.
    CountsUp {
        /// The field, such as datagram_tag.
        field: sixlo_frames::field::FieldId,
        /// What follows upon its highest value is 0.
        modulo: u32,
    },
    /// An ICMPv6 error quotes a packet whose next headers are these, first to last.
    QuotedChain(Vec<u8>),
    /// "Class unsupported" with the DUT's own level as its code, to the stimulus's source.
    ClassUnsupported,
    /// The DUT still answers a plain echo in its simplest form.
    Alive,
    /// The DUT passes the packet on to the node it is for, its hop limit one lower and all else
    /// the same, and in this form: these fields are in one of the frames. For judging a router.
    Forwarded(Pattern),
    /// Every frame of the DUT's answer restores to what it meant, and in this
    /// form: these fields are in one of its frames. For judging the sender.
    Encoded(Pattern),
}

/// What a matched alternative means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMatch {
    /// Right.
    Pass,
    /// Right, with a deviation to note.
    Deviation,
    /// Wrong value.
    Fail,
    /// It decides nothing: the trial counts as not judged.
    Inconc,
}

/// A table: each row replaces the named values of the case.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// One trial each: a label and the case's steps, settings and expectations
    /// with the row's values put in.
    pub rows: Vec<SweepRow>,
}

/// One row of a sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepRow {
    /// Shown behind the case id, such as `sam=64-bit dam=elided`.
    pub label: String,
    /// The level of this row's values, where it differs from the case's.
    pub level: Option<u8>,
    /// Whether it may colour a cell: only one knob differs from the base.
    pub colours: bool,
    /// The values a product gave it, one a knob; empty for a row written out.
    pub knobs: Vec<crate::meta::Knob>,
    /// Settings in place of the case's.
    pub given: Vec<Given>,
    /// Steps in place of the case's.
    pub when: Vec<Step>,
    /// Expectations in place of the case's.
    pub then: Vec<Expectation>,
    /// Features in place of the case's.
    pub features: Vec<Expectation>,
}

#[cfg(test)]
mod tests {
    use super::Need;

    /// What reads needs knows them all, and names them where it is given another word.
    #[test]
    fn no_need_is_forgotten() {
        let refused = serde_json::from_str::<Need>("\"no such need\"").expect_err("no need");
        let names: Vec<String> = Need::ALL
            .iter()
            .map(|need| {
                serde_json::to_string(need)
                    .expect("a word")
                    .replace('"', "`")
            })
            .collect();
        let all = format!("expected one of {} at", names.join(", "));
        assert!(refused.to_string().contains(&all), "{refused}\n{all}");
    }
}
