//! Cases, devices and judgements for tests: short to write, with everything
//! that does not matter left at its usual value.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::link::Link;
use crate::meta::TrialMeta;
use crate::name::{DutName, TrialId};
use crate::profile::{Addresses, Claims, Node, Profile, Simplest, Tap};
use crate::rows::{Row, Rows};
use crate::testcase::{Direction, Kind, Strength, TestCase};
use crate::verdict::{Judgement, Outcome, Rung, Seen, Verdict};

pub(crate) const DUT: [u8; 8] = [0x00, 0x12, 0x4b, 0, 0, 0, 0, 2];
pub(crate) const TESTER: [u8; 8] = [0x00, 0x12, 0x4b, 0, 0, 0, 0, 1];
pub(crate) const PEER: [u8; 8] = [0x00, 0x12, 0x4b, 0, 0, 0, 0, 3];

pub(crate) fn profile(name: &str) -> Profile {
    Profile {
        name: name.into(),
        stack: "stack 1.2.3".to_owned(),
        build: String::new(),
        offers: BTreeSet::new(),
        claims: Claims::default(),
        done_by_port: vec![],
        simplest: Simplest::Iphc,
        addresses: Addresses {
            pan_id: 0xabcd,
            dut: node(DUT, 2),
            tester: node(TESTER, 1),
            peer: node(PEER, 3),
            prefix: "2001:db8::".parse().unwrap(),
        },
        link: Link::Plain,
        settles: true,
        virtual_time: true,
        tap: Tap::None,
        reply_within: Duration::from_secs(1),
        reassembly_timeout: Duration::from_secs(60),
        reset_is_cheap: true,
        answers_echo: true,
        class_unsupported_type: 253,
        contexts: Default::default(),
        loss: 0.0,
        withheld: Vec::new(),
    }
}

fn node(eui64: [u8; 8], short: u16) -> Node {
    Node { eui64, short }
}

/// A valid case of this topic and level.
pub(crate) fn case(id: &str, topic: &str, level: Option<u8>) -> TestCase {
    TestCase {
        id: id.into(),
        path: format!("rfc6282/3.1.1/{id}"),
        title: id.to_owned(),
        clause: "RFC 6282 3.1.1".to_owned(),
        covers: vec![],
        topic: topic.into(),
        level,
        kind: Kind::Valid,
        direction: Direction::Receive,
        strength: Strength::Format,
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

pub(crate) fn child(id: &str, topic: &str, level: Option<u8>, parent: &str) -> TestCase {
    TestCase {
        builds_on: Some(parent.into()),
        ..case(id, topic, level)
    }
}

pub(crate) fn guard(id: &str, topic: &str, twin: &str) -> TestCase {
    TestCase {
        kind: Kind::Guard,
        twin: Some(twin.into()),
        ..case(id, topic, None)
    }
}

pub(crate) fn meta(dut: &str, case: &str) -> TrialMeta {
    TrialMeta {
        id: TrialId(format!("{dut}/{case}")),
        case: case.into(),
        label: String::new(),
        dut: DutName::from(dut),
        level: None,
        colours: true,
        knobs: vec![],
        time: 1,
    }
}

pub(crate) fn judgement(verdict: Verdict, outcome: Outcome) -> Judgement {
    Judgement {
        verdict,
        outcome,
        rung: Rung::OnAir,
        seen: Seen::Nothing,
        deviation: None,
        expected: "an echo reply".to_owned(),
        observed: outcome.word().to_owned(),
        cause: String::new(),
        economy: vec![],
        features: vec![],
        overheard: None,
        afterwards: false,
    }
}

pub(crate) fn pass() -> Judgement {
    Judgement {
        seen: Seen::Replied,
        ..judgement(Verdict::Pass, Outcome::Right)
    }
}

pub(crate) fn silent_pass() -> Judgement {
    judgement(Verdict::Pass, Outcome::Right)
}

pub(crate) fn fail(outcome: Outcome) -> Judgement {
    judgement(Verdict::Fail, outcome)
}

pub(crate) fn inconc() -> Judgement {
    Judgement::undecided("control unanswered")
}

pub(crate) fn error() -> Judgement {
    judgement(Verdict::Error, Outcome::Unknown)
}

/// Rows by topic and level; a topic that starts with `+` is a sub-row.
pub(crate) fn rows(topics: &[(&str, Option<u8>)]) -> Rows {
    Rows {
        rows: topics
            .iter()
            .map(|&(topic, level)| Row {
                topic: topic.trim_start_matches('+').into(),
                title: topic.to_owned(),
                level,
                sub_row: topic.starts_with('+'),
            })
            .collect(),
        rowless: vec!["robustness".into()],
    }
}
