//! IPHC and the headers that are compressed behind it.

use std::net::Ipv6Addr;

use serde_saphyr::Location;
use sixlo_frames::craft::{GhcCode, IphcSpec, NhcSpec};
use sixlo_frames::packet::{Packet, Payload};

use super::address::Surroundings;
use super::scope::Scope;
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::iphc::{self as raw, AddressMode};
use crate::catalogue::yaml::scalar::Number;

/// The context numbers that a `send`'s IPHC names for source and destination.
pub(super) fn contexts_named(iphc: Option<&raw::Iphc>) -> (u8, u8) {
    let Some(iphc) = iphc else { return (0, 0) };
    if let Some(octet) = iphc.cid.as_ref().and_then(|cid| octet(&cid.value)) {
        return (octet >> 4, octet & 0x0f);
    }
    let number = |mode: &Option<At<AddressMode>>| match mode.as_ref().map(|mode| &mode.value) {
        Some(AddressMode::Context {
            context: Number::Is(id),
            ..
        }) => (*id & 0x0f) as u8,
        _ => 0,
    };
    (number(&iphc.src), number(&iphc.dst))
}

/// The IPHC header of `packet`, and the chain behind it.
pub(super) fn iphc(
    scope: &Scope<'_>,
    at: Location,
    raw: &raw::Iphc,
    nhc: &[raw::Nhc],
    packet: &Packet,
    around: &Surroundings,
) -> Option<IphcSpec> {
    let mut spec = IphcSpec {
        tf: match raw.tf {
            None | Some(raw::Tf::Inline) => 0,
            Some(raw::Tf::EcnFlowLabel) => 1,
            Some(raw::Tf::TrafficClass) => 2,
            Some(raw::Tf::Elided) => 3,
        },
        hlim: match raw.hlim {
            None | Some(raw::Hlim::Inline) => 0,
            Some(raw::Hlim::One) => 1,
            Some(raw::Hlim::SixtyFour) => 2,
            Some(raw::Hlim::TwoFiftyFive) => 3,
        },
        m: packet.header.dst.is_multicast(),
        pad_ones: raw.pad == Some(raw::Pad::Ones),
        ..IphcSpec::default()
    };
    let mut ids = [0, 0];
    if let Some(mode) = &raw.src {
        let source = unicast_mode(scope, mode, around.sci, packet.header.src)?;
        (spec.sac, spec.sam) = (source.context.is_some() || source.unspecified, source.bits);
        ids[0] = source.context.unwrap_or(0);
    }
    if let Some(mode) = &raw.dst {
        let destination = match spec.m {
            true => multicast_mode(scope, mode, around.dci)?,
            false => unicast_mode(scope, mode, around.dci, packet.header.dst)?,
        };
        (spec.dac, spec.dam) = (destination.context.is_some(), destination.bits);
        ids[1] = destination.context.unwrap_or(0);
    }
    spec.cid = match &raw.cid {
        Some(cid) => match cid.value.as_str() {
            "absent" => None,
            "auto" => cid_octet(ids),
            text => match octet(text) {
                Some(octet) => Some(octet),
                None => {
                    return scope.fail(
                        cid.referenced,
                        format!("`{text}` is no CID octet (such as `3a`; or auto, absent)"),
                    );
                }
            },
        },
        None => cid_octet(ids),
    };
    spec.nhc = nhc_chain(scope, at, nhc, packet, around)?;
    Some(spec)
}

/// A CID octet, where one is needed.
fn cid_octet([sci, dci]: [u8; 2]) -> Option<u8> {
    (sci != 0 || dci != 0).then_some(sci << 4 | dci)
}

struct Mode {
    context: Option<u8>,
    unspecified: bool,
    bits: u8,
}

fn unicast_mode(
    scope: &Scope<'_>,
    mode: &At<AddressMode>,
    by_cid: u8,
    address: Ipv6Addr,
) -> Option<Mode> {
    let bits = |name: &str| match name {
        "inline" => Some(0),
        "64-bit" => Some(1),
        "16-bit" => Some(2),
        "elided" => Some(3),
        _ => None,
    };
    let (context, name) = match &mode.value {
        AddressMode::Named(name) if name == "unspecified" => {
            if address != Ipv6Addr::UNSPECIFIED {
                return scope.fail(mode.referenced, "`unspecified` needs `src: unspecified`");
            }
            return Some(Mode {
                context: None,
                unspecified: true,
                bits: 0,
            });
        }
        AddressMode::Named(name) => (None, name.clone()),
        AddressMode::Context { context, iid } => (
            Some(context_number(scope, mode, context, by_cid)?),
            iid.clone().unwrap_or_default(),
        ),
    };
    match bits(&name) {
        // With SAC=1 or DAC=1, 00 is no mode of an address (RFC 6282 3.1.1).
        Some(0) if context.is_some() => scope.fail(
            mode.referenced,
            "a context takes 64-bit, 16-bit or elided",
        ),
        Some(bits) => Some(Mode {
            context,
            unspecified: false,
            bits,
        }),
        None => scope.fail(
            mode.referenced,
            format!("`{name}` is no mode of a unicast address (known: inline, 64-bit, 16-bit, elided, unspecified)"),
        ),
    }
}

fn multicast_mode(scope: &Scope<'_>, mode: &At<AddressMode>, by_cid: u8) -> Option<Mode> {
    let (context, bits) = match &mode.value {
        AddressMode::Context { context, .. } => {
            (Some(context_number(scope, mode, context, by_cid)?), 0)
        }
        AddressMode::Named(name) => match name.as_str() {
            "inline" => (None, 0),
            "48-bit" => (None, 1),
            "32-bit" => (None, 2),
            "8-bit" => (None, 3),
            _ => {
                return scope.fail(
                    mode.referenced,
                    format!("`{name}` is no mode of a multicast address (known: inline, 48-bit, 32-bit, 8-bit)"),
                );
            }
        },
    };
    Some(Mode {
        context,
        unspecified: false,
        bits,
    })
}

fn context_number(
    scope: &Scope<'_>,
    mode: &At<AddressMode>,
    context: &Number,
    by_cid: u8,
) -> Option<u8> {
    match context {
        Number::Is(id @ 0..=15) => Some(*id as u8),
        Number::Named(name) if name == "sci" || name == "dci" => Some(by_cid),
        _ => scope.fail(mode.referenced, "a context is 0 to 15, sci or dci"),
    }
}

/// The headers behind IPHC; what follows `ipv6` in the list is behind the inner header.
fn nhc_chain(
    scope: &Scope<'_>,
    at: Location,
    nhc: &[raw::Nhc],
    packet: &Packet,
    around: &Surroundings,
) -> Option<Vec<NhcSpec>> {
    let mut chain = Vec::new();
    for (position, header) in nhc.iter().enumerate() {
        chain.push(match header {
            raw::Nhc::Extension(extension) => NhcSpec::Extension {
                elide_padding: extension.padding == raw::Padding::Elided,
            },
            raw::Nhc::Udp(udp) => NhcSpec::Udp {
                p: p(udp),
                elide_checksum: udp.checksum == raw::NhcChecksum::Elided,
            },
            raw::Nhc::GhcUdp(udp) => NhcSpec::GhcUdp {
                p: p(udp),
                elide_checksum: udp.checksum == raw::NhcChecksum::Elided,
                code: code(udp.code),
            },
            raw::Nhc::GhcIcmpv6(ghc) => NhcSpec::GhcIcmpv6(code(ghc.code)),
            raw::Nhc::GhcExtension(ghc) => NhcSpec::GhcExtension(code(ghc.code)),
            raw::Nhc::Raw(octets) => NhcSpec::Raw(octets.0.clone()),
            raw::Nhc::Ipv6(inner) => {
                let Payload::Ipv6(inside) = &packet.payload else {
                    return scope.fail(at, "`nhc: [ ipv6: … ]` needs an `inner` packet");
                };
                let behind = &nhc[position + 1..];
                let spec = iphc(scope, at, inner, behind, inside, around)?;
                chain.push(NhcSpec::Ipv6(Box::new(spec)));
                break;
            }
        });
    }
    Some(chain)
}

fn p(udp: &raw::NhcUdp) -> u8 {
    match udp.ports {
        raw::Ports::Inline => 0,
        raw::Ports::Dst8Bit => 1,
        raw::Ports::Src8Bit => 2,
        raw::Ports::FourBit => 3,
    }
}

fn code(code: raw::GhcCode) -> GhcCode {
    match code {
        raw::GhcCode::Best => GhcCode::Best,
        raw::GhcCode::Literals => GhcCode::Literals,
        raw::GhcCode::Zeros => GhcCode::Zeros,
    }
}

fn octet(text: &str) -> Option<u8> {
    (text.len() == 2)
        .then(|| u8::from_str_radix(text, 16).ok())
        .flatten()
}
