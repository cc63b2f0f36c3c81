//! Neighbour discovery with every option. RFC 4861, 6775, 7400 3.3 and 8505.

use std::net::Ipv6Addr;

use super::address::Unicast;
use super::{ADVERTISING_PAN_ID, Dice, SENDER_EUI64, Specimen, WIDTHS, iphc};
use crate::craft::Body;
use crate::mac::MacAddress;
use crate::packet::*;

pub(super) fn add(specimens: &mut Vec<Specimen>) {
    let mut dice = Dice(0x4861);
    for number in 0..700 {
        let mut options: Vec<NdOption> = Vec::new();
        // Each option alone first, then two or three of them.
        let count = if number < 100 { 1 } else { number % 4 };
        for position in 0..count {
            options.push(option((number + position * 3) % OPTIONS, &mut dice).into());
        }
        let advertises = options
            .iter()
            .any(|option| matches!(option.body, NdOptionBody::Context6Lo(_)));
        let message = message(number % 6, options, &mut dice);
        let elided = Unicast::Stateless(3);
        let mut specimen = iphc::unicast(WIDTHS[number % 4], elided, elided, &mut dice);
        specimen.name = format!("nd {:?}", message.message);
        specimen.packet.payload = message.into();
        if number % 3 == 0 {
            specimen.frame.body = Body::Ipv6;
        }
        if advertises {
            specimen.frame.mac.dst_pan = Some(ADVERTISING_PAN_ID);
        }
        specimens.push(specimen);
    }
}

fn any_address(dice: &mut Dice) -> Ipv6Addr {
    Ipv6Addr::from_bits(0x2001_0db8 << 96 | u128::from(dice.roll()))
}

fn message(kind: usize, options: Vec<NdOption>, dice: &mut Dice) -> Icmpv6 {
    let target = any_address(dice);
    let flags = dice.u8();
    let message = match kind {
        0 => Message::RouterSolicitation(options),
        1 => Message::RouterAdvertisement(RouterAdvertisement {
            hop_limit: dice.u8(),
            managed: flags & 1 != 0,
            other: flags & 2 != 0,
            router_lifetime_s: dice.u16(),
            reachable_time_ms: dice.u32(),
            retrans_timer_ms: dice.u32(),
            options,
        }),
        2 => Message::NeighborSolicitation { target, options },
        3 => Message::NeighborAdvertisement(NeighborAdvertisement {
            router: flags & 1 != 0,
            solicited: flags & 2 != 0,
            override_flag: flags & 4 != 0,
            target,
            options,
        }),
        _ => {
            let duplicate = DuplicateAddress {
                status: dice.u8(),
                tid: 0,
                registration_lifetime: dice.u16(),
                rovr: dice.octets(8),
                registered_address: target,
            };
            match kind {
                4 => Message::DuplicateAddressRequest(duplicate),
                _ => Message::DuplicateAddressConfirmation(duplicate),
            }
        }
    };
    message.into()
}

/// Kinds of options below.
const OPTIONS: usize = 13;

fn option(kind: usize, dice: &mut Dice) -> NdOptionBody {
    let prefix = any_address(dice);
    match kind {
        0 => NdOptionBody::SourceLinkLayerAddress(MacAddress::Extended(SENDER_EUI64)),
        1 => NdOptionBody::SourceLinkLayerAddress(MacAddress::Short(dice.u16())),
        2 => NdOptionBody::TargetLinkLayerAddress(MacAddress::Extended(SENDER_EUI64)),
        3 => NdOptionBody::TargetLinkLayerAddress(MacAddress::Short(dice.u16())),
        4 => NdOptionBody::PrefixInformation(PrefixInformation {
            prefix_length: dice.u8() % 129,
            on_link: dice.below(2) == 0,
            autonomous: dice.below(2) == 0,
            valid_lifetime_s: dice.u32(),
            preferred_lifetime_s: dice.u32(),
            prefix,
        }),
        5 => NdOptionBody::Mtu(dice.u32()),
        6 => NdOptionBody::AddressRegistration(AddressRegistration {
            status: dice.u8() % 3,
            registration_lifetime: dice.u16(),
            eui64: SENDER_EUI64,
        }),
        7 => context(dice.u8() % 65, dice),
        8 => context(65 + dice.u8() % 64, dice),
        9 => NdOptionBody::AuthoritativeBorderRouter(AuthoritativeBorderRouter {
            version: dice.u32(),
            valid_lifetime: dice.u16(),
            address: prefix,
        }),
        10 => NdOptionBody::CapabilityIndication6Lo([0, dice.u8(), 0, 0, 0, 0]),
        11 => NdOptionBody::ExtendedAddressRegistration(ExtendedAddressRegistration {
            status: dice.u8(),
            opaque: dice.u8(),
            i: dice.u8() & 3,
            r: true,
            t: true,
            tid: dice.u8(),
            registration_lifetime: dice.u16(),
            rovr: SENDER_EUI64.to_vec(),
        }),
        _ => NdOptionBody::Other {
            option_type: 253,
            data: dice.octets(6),
        },
    }
}

/// A 6CO whose prefix is zero beyond its length, as RFC 6775 4.2 wants it.
fn context(context_length: u8, dice: &mut Dice) -> NdOptionBody {
    let beyond = u128::MAX.checked_shr(context_length.into()).unwrap_or(0);
    let bits = any_address(dice).to_bits() | u128::from(dice.roll()) << 32;
    NdOptionBody::Context6Lo(Context6Lo {
        context_length,
        compression: dice.below(2) == 0,
        cid: dice.u8() & 0x0f,
        valid_lifetime: dice.u16(),
        prefix: Ipv6Addr::from_bits(bits & !beyond),
    })
}
