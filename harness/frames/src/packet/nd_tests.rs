//! Neighbour discovery against octets written out by hand.

use super::tests::{DUT, behind_header, packet};
use super::*;
use crate::hex::hex;
use crate::mac::MacAddress;

fn option_octets(body: NdOptionBody) -> Vec<u8> {
    let message = Message::RouterSolicitation(vec![body.into()]);
    // Type, code, checksum and four reserved octets stand before the options.
    behind_header(&packet(Icmpv6::from(message))).split_off(8)
}

#[test]
fn link_layer_address_options() {
    let eui64 = MacAddress::Extended(0x0012_4b00_0000_0001_u64.to_be_bytes());
    assert_eq!(
        option_octets(NdOptionBody::SourceLinkLayerAddress(eui64)),
        hex("01 02 00124b0000000001 000000000000")
    );
    assert_eq!(
        option_octets(NdOptionBody::TargetLinkLayerAddress(MacAddress::Short(
            0xabcd
        ))),
        hex("02 01 abcd 00000000")
    );
}

#[test]
fn prefix_and_mtu_options() {
    let prefix = NdOptionBody::PrefixInformation(PrefixInformation {
        prefix_length: 64,
        on_link: false,
        autonomous: true,
        valid_lifetime_s: 86400,
        preferred_lifetime_s: 14400,
        prefix: "2001:db8::".parse().expect("prefix"),
    });
    assert_eq!(
        option_octets(prefix),
        hex(
            "03 04 40 40 00015180 00003840 00000000      A only, lifetimes, reserved
             20010db8000000000000000000000000"
        )
    );
    assert_eq!(
        option_octets(NdOptionBody::Mtu(1280)),
        hex("05 01 0000 00000500")
    );
}

#[test]
fn a_6cio_has_flag_n_at_bit_16_plus_n() {
    // D 20, L 10, B 08, P 04, E 02, G 01.
    let all = NdOptionBody::CapabilityIndication6Lo([0, 0x3f, 0, 0, 0, 0]);
    assert_eq!(option_octets(all), hex("24 01 00 3f 00000000"));
}

#[test]
fn an_abro_sends_the_low_version_half_first() {
    let router = NdOptionBody::AuthoritativeBorderRouter(AuthoritativeBorderRouter {
        version: 0x0001_0002,
        valid_lifetime: 0,
        address: "2001:db8::1".parse().expect("address"),
    });
    assert_eq!(
        option_octets(router),
        hex("23 03 0002 0001                        low half, high half
             0000                                   10,000 minutes
             20010db8000000000000000000000001")
    );
}

#[test]
fn an_aro_carries_the_eui64_as_it_is() {
    let eui64 = 0x0012_4b00_0000_0001_u64.to_be_bytes();
    assert_eq!(
        option_octets(NdOptionBody::AddressRegistration(AddressRegistration {
            status: 1,
            registration_lifetime: 5,
            eui64,
        })),
        hex("21 02 01 000000 0005 00124b0000000001")
    );
    let earo = |rovr: &[u8]| {
        option_octets(NdOptionBody::ExtendedAddressRegistration(
            ExtendedAddressRegistration {
                status: 0,
                opaque: 7,
                i: 2,
                r: true,
                t: true,
                tid: 240,
                registration_lifetime: 5,
                rovr: rovr.to_vec(),
            },
        ))
    };
    assert_eq!(earo(&eui64), hex("21 02 00 07 0b f0 0005 00124b0000000001"));
    assert_eq!(earo(&[0x55; 32])[1], 5);
}

#[test]
fn a_6co_over_64_bits_is_an_octet_group_longer() {
    let context = |context_length, compression| {
        option_octets(NdOptionBody::Context6Lo(Context6Lo {
            context_length,
            compression,
            cid: 5,
            valid_lifetime: 10,
            prefix: "2001:db8:5:5:dead::".parse().expect("prefix"),
        }))
    };
    assert_eq!(
        context(64, true),
        hex("22 02 40 15 0000 000a 20010db800050005")
    );
    assert_eq!(
        context(80, false),
        hex("22 03 50 05 0000 000a 20010db800050005 dead000000000000")
    );
}

#[test]
fn an_unknown_option_is_padded_and_its_length_can_lie() {
    let body = NdOptionBody::Other {
        option_type: 253,
        data: vec![1, 2, 3, 4, 5, 6, 7],
    };
    assert_eq!(
        option_octets(body.clone()),
        hex("fd 02 01020304050607 00000000000000")
    );
    let message = Message::RouterSolicitation(vec![NdOption {
        body,
        length: Stated::Lie(0),
    }]);
    assert_eq!(
        behind_header(&packet(Icmpv6::from(message)))[8..10],
        hex("fd 00")
    );
}

#[test]
fn neighbour_discovery_messages() {
    let behind_checksum = |message: Message| {
        let octets = behind_header(&packet(Icmpv6::from(message)));
        (octets[0], octets[4..].to_vec())
    };
    assert_eq!(
        behind_checksum(Message::NeighborSolicitation {
            target: DUT,
            options: vec![]
        }),
        (135, hex("00000000 fe80000000000000 02124b0000000002"))
    );
    assert_eq!(
        behind_checksum(Message::NeighborAdvertisement(NeighborAdvertisement {
            router: true,
            solicited: true,
            override_flag: true,
            target: DUT,
            options: vec![]
        })),
        (136, hex("e0000000 fe80000000000000 02124b0000000002"))
    );
    assert_eq!(
        behind_checksum(Message::RouterAdvertisement(RouterAdvertisement {
            hop_limit: 64,
            managed: true,
            other: true,
            router_lifetime_s: 1800,
            reachable_time_ms: 30000,
            retrans_timer_ms: 1000,
            options: vec![]
        })),
        (134, hex("40 c0 0708 00007530 000003e8"))
    );
    assert_eq!(
        behind_checksum(Message::DuplicateAddressRequest(DuplicateAddress {
            status: 0,
            tid: 0,
            registration_lifetime: 5,
            rovr: hex("00124b0000000001"),
            registered_address: DUT,
        })),
        (
            157,
            hex("00 00 0005 00124b0000000001 fe80000000000000 02124b0000000002")
        )
    );
}

#[test]
fn options_are_walked_to_the_first_that_is_none() {
    let walk = |octets: &str| {
        NdOptions::new(&hex(octets))
            .map(|option| match option {
                Ok(option) => format!(
                    "{} at {}, {}",
                    option.option_type,
                    option.start,
                    option.octets.len()
                ),
                Err(error) => error.to_string(),
            })
            .collect::<Vec<_>>()
            .join("; ")
    };
    insta::assert_snapshot!(
        [
            walk(""),
            walk("01 01 abcd00000000 02 02 00124b0000000001000000000000"),
            walk("01 01 abcd00000000 05 00 000000000500"),
            walk("05 02 000000000500"),
            walk("24"),
        ]
        .join("\n"),
        @r"

    1 at 0, 8; 2 at 8, 16
    1 at 0, 8; nd option 5 has length 0
    nd option 5 claims 16 octets, 8 are left
    nd option 36 claims 2 octets, 1 are left
    "
    );
}
