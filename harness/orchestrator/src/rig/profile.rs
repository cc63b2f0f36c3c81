//! What is known of a device before the first trial: its dut.yaml and its hello.

use std::collections::BTreeSet;
use std::time::Duration;

use sixlo_agent_protocol::{Abilities, Setting, Tap as ProtocolTap};
use sixlo_judge::link::Role;
use sixlo_judge::profile::{Addresses, Profile, Tap};
use sixlo_judge::testcase::Need;

use super::DutSpec;
use crate::agent_link::Hello;

/// RFC 4944 5.3: no node keeps an incomplete datagram for longer.
const LONGEST_REASSEMBLY: Duration = Duration::from_secs(60);
/// P6LoWPAN 6.2: none is assigned; a run's parameters may say another one.
const CLASS_UNSUPPORTED: u8 = 253;

/// The profile, as far as it does not take trying.
pub(super) fn profile(spec: &DutSpec, addresses: &Addresses, hello: &Hello) -> Profile {
    let mut offers = offers(hello);
    if spec.p6lowpan {
        offers.insert(Need::P6lowpan);
    }
    if spec.forwards {
        offers.insert(Need::Forwards);
    }
    match spec.link.thread().map(|thread| thread.role) {
        // The tester gives it both as its leader.
        Some(Role::Child) => offers.extend([Need::Context, Need::ShortAddress]),
        // A leader has the 16-bit address of a router.
        Some(Role::Leader) => offers.extend([Need::ShortAddress]),
        None => {}
    }
    if spec.reassembly_buffers > 1 {
        offers.insert(Need::SecondReassembly);
    }
    Profile {
        name: spec.name.clone(),
        stack: hello.stack.clone(),
        build: hello.build.clone(),
        offers,
        claims: spec.claims.clone(),
        done_by_port: spec.done_by_port.clone(),
        simplest: spec.simplest,
        addresses: addresses.clone(),
        link: spec.link.clone(),
        settles: hello.abilities.has(Abilities::SETTLES),
        virtual_time: hello.abilities.has(Abilities::VIRTUAL_TIME),
        tap: tap(hello.tap),
        reply_within: spec.reply_within,
        reassembly_timeout: spec.reassembly_timeout.min(LONGEST_REASSEMBLY),
        reset_is_cheap: spec.reset_is_cheap,
        answers_echo: false,
        class_unsupported_type: CLASS_UNSUPPORTED,
        contexts: spec.contexts.clone(),
        loss: 0.0,
        withheld: Vec::new(),
    }
}

/// Needs that follow from hello; the ND modes are found out by trying.
fn offers(hello: &Hello) -> BTreeSet<Need> {
    let v6 = [0; 16];
    let hooks = [
        (Setting::Eui64([0; 8]), Need::Eui64),
        (Setting::ShortAddress(0), Need::ShortAddress),
        (Setting::Address(v6, 0), Need::Address),
        (Setting::Group(v6), Need::Group),
        (
            Setting::Context {
                id: 0,
                prefix: v6,
                prefix_length: 0,
                compress: false,
            },
            Need::Context,
        ),
        (Setting::ChecksumElision(true), Need::ChecksumElision),
        (Setting::Autoconfigure(true), Need::Autoconfigure),
        (Setting::MeshHops(1), Need::Mesh),
        (Setting::OpenPort(1), Need::OpenPort),
    ];
    let abilities = [
        (Abilities::SEND_IPV6, Need::SendIpv6),
        (Abilities::VIRTUAL_TIME, Need::VirtualTime),
    ];
    let mut offers: BTreeSet<Need> = hooks
        .into_iter()
        .filter(|(setting, _)| hello.hooks & setting.hook() != 0)
        .map(|(_, need)| need)
        .collect();
    offers.extend(
        abilities
            .into_iter()
            .filter(|(ability, _)| hello.abilities.has(*ability))
            .map(|(_, need)| need),
    );
    if hello.tap != ProtocolTap::None {
        offers.insert(Need::Delivered);
    }
    offers
}

fn tap(tap: ProtocolTap) -> Tap {
    match tap {
        ProtocolTap::None => Tap::None,
        ProtocolTap::BeforeChecks => Tap::BeforeChecks,
        ProtocolTap::AfterIpv6 => Tap::AfterIpv6,
        ProtocolTap::AfterTransport => Tap::AfterTransport,
    }
}
