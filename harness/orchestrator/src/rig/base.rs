//! The settings every trial starts from.

use sixlo_agent_protocol::{NdMode, Setting};
use sixlo_frames::iid;
use sixlo_judge::profile::Addresses;
use sixlo_judge::testcase::{Given, Nd};

/// All addresses here are on-link with this many bits.
const PREFIX_BITS: u8 = 64;

/// MAC addresses, then link-local and global addresses of both widths. A trial
/// may ask for another EUI-64, or for no addresses.
pub(super) fn settings(
    addresses: &Addresses,
    environment: &[(u32, u64)],
    given: &[Given],
) -> Vec<Setting> {
    let mut eui64 = addresses.dut.eui64;
    let mut has_addresses = true;
    for given in given {
        match given {
            Given::FreshEui64(fresh) => eui64 = *fresh,
            Given::NoAddresses => has_addresses = false,
            _ => {}
        }
    }
    let mut settings = vec![
        Setting::Eui64(eui64),
        Setting::ShortAddress(addresses.dut.short),
        Setting::PanId(addresses.pan_id),
        Setting::Nd(NdMode::Classic),
        Setting::Autoconfigure(false),
    ];
    settings.extend(
        environment
            .iter()
            .map(|&(parameter, value)| Setting::Parameter(parameter, value)),
    );
    if has_addresses {
        let iids = [iid::from_eui64(eui64), iid::from_short(addresses.dut.short)];
        let each = iids.into_iter().flat_map(|iid| {
            [
                iid::link_local(iid),
                iid::with_prefix(addresses.prefix, iid),
            ]
        });
        settings.extend(each.map(|address| Setting::Address(address.octets(), PREFIX_BITS)));
    }
    settings
}

/// The agent's setting for a trial's own; the tester's are none of the device's.
pub(super) fn setting(given: &Given) -> Option<Setting> {
    Some(match given {
        Given::Context {
            id,
            prefix,
            length,
            compress,
        } => Setting::Context {
            id: *id,
            prefix: prefix.octets(),
            prefix_length: *length,
            compress: *compress,
        },
        Given::Address(address) => Setting::Address(address.octets(), PREFIX_BITS),
        Given::Group(group) => Setting::Group(group.octets()),
        Given::ChecksumElision(on) => Setting::ChecksumElision(*on),
        Given::Nd(nd) => Setting::Nd(match nd {
            Nd::Classic => NdMode::Classic,
            Nd::Host => NdMode::Host,
            Nd::Router => NdMode::Router,
        }),
        Given::Autoconfigure(on) => Setting::Autoconfigure(*on),
        Given::MeshHops(hops) => Setting::MeshHops(*hops),
        Given::OpenPort(port) => Setting::OpenPort(*port),
        Given::NoAddresses | Given::FreshEui64(_) | Given::Tester(_) => return None,
    })
}

/// A setting's name for people.
pub(super) fn name(setting: &Setting) -> &'static str {
    match setting {
        Setting::Eui64(_) => "eui64",
        Setting::ShortAddress(_) => "short-address",
        Setting::PanId(_) => "pan",
        Setting::Channel(_) => "channel",
        Setting::Address(..) => "address",
        Setting::Group(_) => "group",
        Setting::Context { .. } | Setting::NoContext(_) => "context",
        Setting::ChecksumElision(_) => "checksum-elision",
        Setting::Nd(_) => "nd",
        Setting::Autoconfigure(_) => "autoconfigure",
        Setting::MeshHops(_) => "mesh-hops",
        Setting::OpenPort(_) => "open-port",
        Setting::Neighbour(..) => "neighbour",
        Setting::Parameter(..) => "parameter",
        Setting::Defaults => "defaults",
    }
}
