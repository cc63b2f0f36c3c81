//! What a device offers, from its hello.

use std::collections::BTreeSet;

use sixlo_agent_protocol::{Abilities, NdMode, Setting, Tap as ProtocolTap};
use sixlo_judge::profile::Tap;
use sixlo_judge::testcase::Need;

use crate::agent_link::Hello;

/// Needs that follow from hello; the ND modes are found out by trying.
pub(super) fn of(hello: &Hello) -> BTreeSet<Need> {
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

/// The modes to try, with what each offers.
pub(super) const ND_MODES: [(NdMode, Need); 3] = [
    (NdMode::Router, Need::NdRouter),
    (NdMode::Host, Need::NdHost),
    // Last, because it stays: the base is classic.
    (NdMode::Classic, Need::NdClassic),
];

pub(super) fn tap(tap: ProtocolTap) -> Tap {
    match tap {
        ProtocolTap::None => Tap::None,
        ProtocolTap::BeforeChecks => Tap::BeforeChecks,
        ProtocolTap::AfterIpv6 => Tap::AfterIpv6,
        ProtocolTap::AfterTransport => Tap::AfterTransport,
    }
}
