//! A device for what is compiled without one.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sixlo_judge::link::Link;
use sixlo_judge::profile::{Claims, Profile, Simplest, Tap};
use sixlo_judge::testcase::Need;

use super::parameters::Parameters;

/// A device to which every case applies.
pub fn able_to_everything(parameters: &Parameters) -> Profile {
    Profile {
        name: "any".into(),
        stack: String::new(),
        build: String::new(),
        offers: BTreeSet::from(Need::ALL),
        claims: Claims::default(),
        done_by_port: Vec::new(),
        simplest: Simplest::Ipv6,
        addresses: parameters.addresses.clone(),
        link: Link::Plain,
        settles: true,
        virtual_time: true,
        tap: Tap::AfterTransport,
        reply_within: Duration::from_secs(1),
        reassembly_timeout: Duration::from_secs(60),
        reset_is_cheap: true,
        answers_echo: true,
        class_unsupported_type: parameters.class_unsupported_type,
        contexts: BTreeMap::new(),
        loss: 0.0,
        withheld: Vec::new(),
    }
}
