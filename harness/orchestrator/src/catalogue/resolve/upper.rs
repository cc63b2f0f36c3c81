//! ICMPv6 messages and their neighbour discovery options.

use std::net::Ipv6Addr;

use serde_saphyr::Location;
use sixlo_frames::iid;
use sixlo_frames::mac::MacAddress;
use sixlo_frames::packet::{
    AddressRegistration, AuthoritativeBorderRouter, Checksum, Context6Lo, Echo,
    ExtendedAddressRegistration, Icmpv6, Message, NdOption, NdOptionBody, NeighborAdvertisement,
    PrefixInformation, RouterAdvertisement, Stated,
};
use sixlo_judge::testcase::Filled;

use super::address::Surroundings;
use super::packet::pattern;
use super::scope::Scope;
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::nd_option as raw_option;
use crate::catalogue::yaml::packet as raw;
use crate::catalogue::yaml::scalar::{Lie, Number, Time, octets};

/// Octets of echo data where a case names neither data nor their number.
const DEFAULT_DATA_OCTETS: u16 = 8;

const TYPES: &[(&str, u8)] = &[
    ("destination-unreachable", 1),
    ("packet-too-big", 2),
    ("time-exceeded", 3),
    ("parameter-problem", 4),
    ("echo-request", 128),
    ("echo-reply", 129),
    ("router-solicitation", 133),
    ("router-advertisement", 134),
    ("neighbor-solicitation", 135),
    ("neighbor-advertisement", 136),
    ("redirect", 137),
    ("duplicate-address-request", 157),
    ("duplicate-address-confirmation", 158),
];

/// The type of a message; an echo request unless named.
pub(super) fn icmpv6_type(scope: &Scope<'_>, icmpv6: &raw::Icmpv6) -> Result<u8, String> {
    match icmpv6.r#type.as_ref().map(|number| &number.value) {
        None => Ok(128),
        Some(Number::Is(number)) => {
            u8::try_from(*number).map_err(|_| format!("{number} is no ICMPv6 type"))
        }
        Some(Number::Named(name)) => type_by_name(scope, name).ok_or_else(|| {
            let known: Vec<_> = TYPES.iter().map(|(name, _)| *name).collect();
            let known = known.join(", ");
            format!("no ICMPv6 type is called `{name}` (known: {known})")
        }),
    }
}

/// The type with this name.
pub(super) fn type_by_name(scope: &Scope<'_>, name: &str) -> Option<u8> {
    if name == "pixit.class-unsupported" {
        return Some(scope.parameters.class_unsupported_type);
    }
    let (_, number) = TYPES.iter().find(|(known, _)| *known == name)?;
    Some(*number)
}

/// A checksum: `right`, `wrong`, `zero`, or a number.
pub(super) fn checksum(scope: &Scope<'_>, named: Option<&At<Number>>) -> Option<Checksum> {
    let Some(named) = named else {
        return Some(Checksum::Right);
    };
    match &named.value {
        Number::Is(number) if *number <= 0xffff => Some(Checksum::Given(*number as u16)),
        Number::Named(name) if name == "right" => Some(Checksum::Right),
        Number::Named(name) if name == "wrong" => Some(Checksum::Wrong),
        Number::Named(name) if name == "zero" => Some(Checksum::Zero),
        _ => scope.fail(
            named.referenced,
            "a checksum is right, wrong, zero or a number of 16 bits",
        ),
    }
}

/// An ICMPv6 message, and what the harness fills in.
pub(super) fn icmpv6(
    scope: &Scope<'_>,
    at: Location,
    raw: &raw::Icmpv6,
    around: &Surroundings,
) -> Option<(Icmpv6, Filled)> {
    let type_at = raw.r#type.as_ref().map_or(at, |named| named.referenced);
    let icmpv6_type = scope.take(type_at, icmpv6_type(scope, raw))?;
    let body = || raw.body.clone().unwrap_or_default().0;
    let mut filled = Filled::default();
    let message = match icmpv6_type {
        1 => Message::DestinationUnreachable(body()),
        3 => Message::TimeExceeded(body()),
        128 | 129 => {
            filled.identifier = raw.identifier.is_none();
            filled.sequence = raw.sequence.is_none();
            let echo = Echo {
                identifier: raw.identifier.unwrap_or(0),
                sequence: raw.sequence.unwrap_or(0),
                data: echo_data(scope, at, raw)?,
            };
            match icmpv6_type {
                128 => Message::EchoRequest(echo),
                _ => Message::EchoReply(echo),
            }
        }
        133 => Message::RouterSolicitation(options(scope, raw)?),
        134 => Message::RouterAdvertisement(RouterAdvertisement {
            hop_limit: raw.cur_hop_limit.unwrap_or(64),
            router_lifetime_s: seconds(raw.router_lifetime, 1800) as u16,
            retrans_timer_ms: raw
                .retrans_timer
                .map_or(0, |time| time.0.as_millis() as u32),
            options: options(scope, raw)?,
            ..RouterAdvertisement::default()
        }),
        135 => Message::NeighborSolicitation {
            target: target(scope, raw, around)?,
            options: options(scope, raw)?,
        },
        136 => Message::NeighborAdvertisement(NeighborAdvertisement {
            router: raw.router.unwrap_or(false),
            solicited: raw.solicited.unwrap_or(false),
            override_flag: raw.r#override.unwrap_or(false),
            target: target(scope, raw, around)?,
            options: options(scope, raw)?,
        }),
        icmpv6_type => Message::Other {
            icmpv6_type,
            body: body(),
        },
    };
    let message = Icmpv6 {
        message,
        code: raw.code.unwrap_or(0),
        checksum: checksum(scope, raw.checksum.as_ref())?,
    };
    Some((message, filled))
}

fn echo_data(scope: &Scope<'_>, at: Location, raw: &raw::Icmpv6) -> Option<Vec<u8>> {
    match (&raw.data, raw.data_length) {
        (Some(data), Some(_)) => scope.fail(
            data.referenced,
            "`data` and `data-length` exclude each other",
        ),
        (Some(data), None) => match data.value.as_str() {
            "tester-iid" => Some(iid::from_eui64(scope.nodes.tester.eui64).to_vec()),
            text => match octets(text) {
                Some(octets) => Some(octets),
                None => scope.fail(
                    data.referenced,
                    format!("`{text}` is no data (octets such as `00 01`, or tester-iid)"),
                ),
            },
        },
        (None, Some(length)) if length > 1500 => {
            scope.fail(at, "`data-length` is at most 1500 octets")
        }
        (None, length) => Some(pattern(length.unwrap_or(DEFAULT_DATA_OCTETS))),
    }
}

fn target(scope: &Scope<'_>, raw: &raw::Icmpv6, around: &Surroundings) -> Option<Ipv6Addr> {
    match &raw.target {
        Some(target) => scope.take(target.referenced, scope.address(&target.value, around)),
        None => scope.address("dut.link-local", around).ok(),
    }
}

fn options(scope: &Scope<'_>, raw: &raw::Icmpv6) -> Option<Vec<NdOption>> {
    let options = raw.options.as_deref().unwrap_or_default();
    options
        .iter()
        .map(|option| nd_option(scope, option))
        .collect()
}

fn nd_option(scope: &Scope<'_>, option: &raw_option::NdOption) -> Option<NdOption> {
    use raw_option::NdOption as Raw;
    let mut length = None;
    let body = match option {
        Raw::Slla(address) => NdOptionBody::SourceLinkLayerAddress(link_layer(scope, address)?),
        Raw::Tlla(address) => NdOptionBody::TargetLinkLayerAddress(link_layer(scope, address)?),
        Raw::Pio(pio) => {
            let prefix = scope.take(pio.prefix.referenced, scope.prefix(&pio.prefix.value))?;
            let valid_lifetime_s = seconds(pio.valid, 86_400);
            NdOptionBody::PrefixInformation(PrefixInformation {
                prefix_length: pio.length.unwrap_or(prefix.length),
                on_link: pio.on_link,
                autonomous: pio.autonomous,
                valid_lifetime_s,
                preferred_lifetime_s: seconds(pio.preferred, valid_lifetime_s),
                prefix: prefix.prefix,
            })
        }
        Raw::Mtu(mtu) => NdOptionBody::Mtu(*mtu),
        Raw::Aro(aro) => {
            length = aro.option_length;
            NdOptionBody::AddressRegistration(AddressRegistration {
                status: aro.status,
                registration_lifetime: minutes(aro.lifetime),
                eui64: eui64(scope, &aro.eui64)?,
            })
        }
        Raw::Earo(earo) => NdOptionBody::ExtendedAddressRegistration(ExtendedAddressRegistration {
            status: earo.status,
            opaque: 0,
            i: 0,
            r: earo.r,
            t: true,
            tid: earo.tid,
            registration_lifetime: minutes(earo.lifetime),
            rovr: eui64(scope, &earo.rovr)?.to_vec(),
        }),
        Raw::Context(context) => {
            length = context.option_length;
            let prefix = scope.take(
                context.prefix.referenced,
                scope.prefix(&context.prefix.value),
            )?;
            NdOptionBody::Context6Lo(Context6Lo {
                context_length: context.length.unwrap_or(prefix.length),
                compression: context.compress,
                cid: context.id,
                valid_lifetime: context.lifetime.map_or(10, minutes),
                prefix: prefix.prefix,
            })
        }
        Raw::Abro(abro) => {
            let around = Surroundings::default();
            let address = scope.address(&abro.address.value, &around);
            NdOptionBody::AuthoritativeBorderRouter(AuthoritativeBorderRouter {
                version: abro.version,
                valid_lifetime: minutes(abro.lifetime),
                address: scope.take(abro.address.referenced, address)?,
            })
        }
        Raw::Capability(capability) => {
            length = capability.option_length;
            let mut bits = [0; 6];
            let given = &capability.octets.0[..capability.octets.0.len().min(6)];
            bits[..given.len()].copy_from_slice(given);
            NdOptionBody::CapabilityIndication6Lo(bits)
        }
        Raw::Unknown(unknown) => {
            length = unknown.option_length;
            NdOptionBody::Other {
                option_type: unknown.r#type,
                data: unknown.octets.0.clone(),
            }
        }
    };
    Some(NdOption {
        body,
        length: length.map_or(Stated::Right, |lie: Lie| Stated::Lie(lie.lie as u8)),
    })
}

fn link_layer(scope: &Scope<'_>, named: &At<String>) -> Option<MacAddress> {
    let address = scope.mac_address(&named.value, scope.nodes.tester);
    match scope.take(named.referenced, address)? {
        MacAddress::Absent => scope.fail(named.referenced, "an option needs an address"),
        address => Some(address),
    }
}

fn eui64(scope: &Scope<'_>, named: &At<String>) -> Option<[u8; 8]> {
    let address = scope.mac_address(&named.value, scope.nodes.tester);
    match scope.take(named.referenced, address)? {
        MacAddress::Extended(eui64) => Some(eui64),
        _ => scope.fail(named.referenced, "a registration names an EUI-64"),
    }
}

fn seconds(time: Option<Time>, base: u32) -> u32 {
    time.map_or(base, |time| time.0.as_secs() as u32)
}

fn minutes(time: Time) -> u16 {
    (time.0.as_secs() / 60) as u16
}
