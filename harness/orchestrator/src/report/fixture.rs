//! A small run by hand: two devices, one row of each kind.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use sixlo_judge::known::{Glob, Known};
use sixlo_judge::link::Link;
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::name::{DutName, TrialId};
use sixlo_judge::profile::{Addresses, Claims, Node, Profile, Simplest, Tap};
use sixlo_judge::rows::{Row, Rows};
use sixlo_judge::testcase::{Direction, Kind, Strength, TestCase};
use sixlo_judge::verdict::{FeatureStep, Judgement, Kept, Outcome, Rung, Seen, Verdict};

use super::model::Report;
use super::{Concluded, Played, Results};
use crate::catalogue::figure2::Mark;
use crate::catalogue::port::reported::{CodeSize, Said, Source, Whole};
use crate::catalogue::{Catalogue, Parameters, Reported};
use crate::run::{Header, LeftOut, Place, Selection, Started};

pub(crate) fn catalogue() -> Catalogue {
    Catalogue {
        cases: vec![
            case("plain-echo", "uncompressed-ipv6", 0),
            case("context-0", "stateful-unicast", 2),
            case("flow-label", "tc-flow-label", 3),
            case("hop-limit-1", "hop-limit", 3),
            TestCase {
                kind: Kind::Guard,
                level: None,
                twin: Some("plain-echo".into()),
                ..case("wrong-checksum", "uncompressed-ipv6", 0)
            },
            TestCase {
                kind: Kind::Guard,
                level: None,
                twin: Some("plain-echo".into()),
                ..case("cut-frame", "robustness", 0)
            },
            TestCase {
                direction: Direction::Send,
                ..case("sends-plain", "uncompressed-ipv6", 0)
            },
        ],
        rows: Rows {
            rows: vec![
                row("uncompressed-ipv6", 0, "Uncompressed IPv6", false),
                row("stateful-unicast", 2, "Stateful Address Compression", false),
                row("tc-flow-label", 3, "TC and Flow label compression", false),
                row("hop-limit", 3, "Hop limit compression", true),
            ],
            rowless: vec!["robustness".into()],
        },
        requirements: vec![],
        descriptions: vec![],
        hash: "0".repeat(64),
        texts: Vec::new(),
        parameters: Parameters::default(),
    }
}

/// `one` does everything right and claims less; `two` fails in every way there is.
pub(crate) fn played() -> Played {
    let known = Known {
        case: Glob::from("context-0"),
        label: None,
        dut: Glob::from("two"),
        versions: None,
        outcome: Outcome::WrongValue,
        reason: "reads the context of the other address".to_owned(),
        function: Some("iphc::resolve".to_owned()),
        embargo: None,
    };
    let right = || judged(Verdict::Pass, Outcome::Right);
    let trials = vec![
        trial("one", "plain-echo", hoped_for(right(), Kept::Kept)),
        trial("one", "context-0", right()),
        trial("one", "flow-label", right()),
        trial("one", "hop-limit-1", right()),
        trial("one", "wrong-checksum", right()),
        trial("one", "cut-frame", right()),
        trial("one", "sends-plain", right()),
        trial("two", "plain-echo", hoped_for(right(), Kept::NotKept)),
        trial(
            "two",
            "context-0",
            judged(Verdict::Fail, Outcome::WrongValue),
        ),
        trial(
            "two",
            "flow-label",
            Judgement::undecided("the quote is blind for ipv6.flow_label"),
        ),
        trial(
            "two",
            "hop-limit-1",
            judged(Verdict::Fail, Outcome::Crashed),
        ),
        trial(
            "two",
            "wrong-checksum",
            judged(Verdict::Fail, Outcome::WrongValue),
        ),
        trial(
            "two",
            "cut-frame",
            hoped_for(judged(Verdict::Fail, Outcome::Crashed), Kept::NotSeen),
        ),
        trial(
            "two",
            "sends-plain",
            judged(Verdict::Fail, Outcome::Dropped),
        ),
    ];
    Played {
        folder: PathBuf::from("reports/runs/2026-02-28T23-59-59Z"),
        profiles: vec![profile("one", Some(2)), profile("two", None)],
        known: BTreeMap::from([("two".into(), vec![known])]),
        known_cells: BTreeMap::new(),
        trials,
        overheard: BTreeMap::new(),
        left_out: vec![LeftOut {
            dut: "three".into(),
            why: "needs /usr/bin/three: apt-get install three".to_owned(),
            missing: true,
        }],
        not_applicable: BTreeMap::from([(
            "two".into(),
            vec![(
                "context-0".into(),
                "the port has no settable contexts".to_owned(),
            )],
        )]),
        reported: reported(),
    }
}

/// A column of Figure 2 that is device one's stack, one that is said to be the same, and one of
/// which a single row is spoken.
pub(crate) fn reported() -> Vec<Reported> {
    let source = |cite: &str, year| Source {
        cite: cite.to_owned(),
        year,
    };
    let draft = || source("Alice: a draft", 2021);
    let whole = |same_as: Option<&str>, why: Option<&str>| Whole {
        source: draft(),
        same_as: same_as.map(str::to_owned),
        why: why.map(str::to_owned),
    };
    let marks = [Some(Mark::Yes), Some(Mark::Partly), Some(Mark::No), None];
    let alpha = Reported {
        folder: "alpha".to_owned(),
        heading: "Alpha".to_owned(),
        stack: "Alpha 1".to_owned(),
        lineage: "its own".to_owned(),
        reach: "over the air".to_owned(),
        whole: Some(whole(None, None)),
        marks: marks.to_vec(),
        says: vec![Said {
            source: source("Bob: a paper", 2018),
            row: Some("stateful-unicast".into()),
            mark: None,
            text: "one context".to_owned(),
        }],
        code_size: Some(CodeSize {
            source: draft(),
            all: "7.5".to_owned(),
            compression: Some(">4.7".to_owned()),
            fragmentation: None,
            mesh_and_broadcast: None,
            notes: None,
        }),
        duts: vec!["one".into()],
    };
    let gamma = Reported {
        folder: "gamma".to_owned(),
        heading: "Gamma".to_owned(),
        stack: "Gamma 3".to_owned(),
        lineage: "Alpha".to_owned(),
        whole: Some(whole(Some("Alpha"), Some("it imports Alpha"))),
        says: vec![],
        code_size: None,
        duts: vec![],
        ..alpha.clone()
    };
    let delta = Reported {
        folder: "delta".to_owned(),
        heading: "Delta".to_owned(),
        stack: "Delta <4>".to_owned(),
        lineage: "its own".to_owned(),
        whole: None,
        marks: vec![Some(Mark::Yes), None, None, None],
        says: vec![Said {
            source: source("Bob: a paper", 2018),
            row: Some("uncompressed-ipv6".into()),
            mark: Some(Mark::Yes),
            text: "sent and received".to_owned(),
        }],
        code_size: None,
        duts: vec![],
        ..alpha.clone()
    };
    vec![alpha, gamma, delta]
}

/// The same run as data.
pub(crate) fn with_report(check: impl FnOnce(&Report)) {
    check(&report_of(played()));
}

/// Any run of the catalogue as data.
pub(crate) fn report_of(played: Played) -> Report {
    let catalogue = catalogue();
    let header = Header {
        sixlo: "0.0.0".to_owned(),
        started: Started::from(1_772_323_199),
        catalogue: catalogue.hash.clone(),
        parameters: None,
        selection: Selection::default(),
        profiles: Vec::new(),
        left_out: Vec::new(),
        rejudged: None,
        embargo: None,
        rack: None,
    };
    Report::of(&Results::of(&catalogue, played), &header)
}

pub(crate) fn trial(dut: &str, case: &str, judgement: Judgement) -> Concluded {
    Concluded {
        trial: TrialMeta {
            id: TrialId(format!("{dut}/{case}")),
            case: case.into(),
            label: String::new(),
            dut: DutName::from(dut),
            level: None,
            colours: true,
            knobs: vec![],
            time: 1,
        },
        judgement,
        attempts: 1,
        flaky: false,
        packets: Place {
            start: 0,
            end: 100,
            first: 7,
            packets: 3,
        },
    }
}

/// With a feature, which leaves the verdict as it is.
fn hoped_for(judgement: Judgement, kept: Kept) -> Judgement {
    let step = FeatureStep {
        expected: "frames that restore to what was meant, one of them with iphc.tf 3".to_owned(),
        observed: match kept {
            Kept::Kept => "frames that restore to what was meant, in this form".to_owned(),
            Kept::NotKept => "another form: iphc.tf expected 3, observed 0".to_owned(),
            Kept::NotSeen => "no answer".to_owned(),
        },
        kept,
    };
    Judgement {
        features: vec![step],
        ..judgement
    }
}

pub(crate) fn judged(verdict: Verdict, outcome: Outcome) -> Judgement {
    Judgement {
        verdict,
        outcome,
        rung: Rung::Replied,
        seen: Seen::Replied,
        deviation: None,
        expected: "an echo reply".to_owned(),
        observed: outcome.meaning().to_owned(),
        cause: String::new(),
        economy: vec![],
        features: vec![],
        overheard: None,
        afterwards: false,
    }
}

fn case(id: &str, topic: &str, level: u8) -> TestCase {
    TestCase {
        id: id.into(),
        path: format!("rfc6282/3.1.1/{id}"),
        title: format!("What {id} is about"),
        clause: "RFC 6282 3.1.1".to_owned(),
        covers: vec![],
        topic: topic.into(),
        level: Some(level),
        kind: Kind::Valid,
        direction: Direction::Receive,
        strength: Strength::Must,
        builds_on: None,
        twin: None,
        origin: vec![],
        needs: vec![],
        why: None,
        disputed: None,
        given: vec![],
        when: vec![],
        then: vec![],
        features: vec![],
        sweep: None,
        text_hash: String::new(),
    }
}

fn row(topic: &str, level: u8, title: &str, sub_row: bool) -> Row {
    Row {
        topic: topic.into(),
        title: title.to_owned(),
        level: Some(level),
        sub_row,
    }
}

fn profile(name: &str, level: Option<u8>) -> Profile {
    let node = Node {
        eui64: [0; 8],
        short: 1,
    };
    Profile {
        name: name.into(),
        stack: format!("stack {name} 1.0"),
        build: "4 contexts".to_owned(),
        offers: BTreeSet::new(),
        claims: Claims {
            level,
            rows: vec!["uncompressed-ipv6".into()],
            except: vec![],
        },
        done_by_port: vec![],
        simplest: Simplest::Ipv6,
        addresses: Addresses {
            pan_id: 0xabcd,
            dut: node,
            tester: node,
            peer: node,
            prefix: "2001:db8::".parse().expect("an address"),
        },
        link: Link::Plain,
        settles: true,
        virtual_time: true,
        tap: Tap::None,
        reply_within: Duration::from_millis(50),
        reassembly_timeout: Duration::from_secs(60),
        reset_is_cheap: true,
        answers_echo: true,
        class_unsupported_type: 253,
        contexts: Default::default(),
        loss: 0.0,
        withheld: Vec::new(),
    }
}
