//! Frames made as told, the honest and the lying ones.

use super::*;
use crate::context::ContextTable;
use crate::hex::hex;
use crate::mac::{MacAddress, MacFrame};
use crate::packet::{Echo, Icmpv6, Ipv6Header, Message, Packet, Udp};

const TESTER: MacAddress = MacAddress::Extended([0x00, 0x12, 0x4b, 0, 0, 0, 0, 0x01]);
const DUT: MacAddress = MacAddress::Extended([0x00, 0x12, 0x4b, 0, 0, 0, 0, 0x02]);

fn header() -> Ipv6Header {
    let address = |text: &str| text.parse().expect("an address");
    Ipv6Header::new(address("fe80::212:4b00:0:1"), address("fe80::212:4b00:0:2"))
}

fn echo(data_octets: usize) -> Vec<u8> {
    let echo = Echo {
        identifier: 0x1234,
        sequence: 1,
        data: (0..data_octets).map(|n| n as u8).collect(),
    };
    Packet::new(header(), Icmpv6::from(Message::EchoRequest(echo))).to_octets()
}

fn udp(data_octets: usize) -> Vec<u8> {
    let data = (0..data_octets).map(|n| n as u8).collect::<Vec<u8>>();
    Packet::new(header(), Udp::new(0xf0b1, 0xf0b2, data)).to_octets()
}

/// Data frame from the tester to the DUT.
fn frame(body: Body) -> FrameSpec {
    FrameSpec {
        mac: MacFrame::data(7, 0xabcd, DUT, TESTER),
        body,
        ..FrameSpec::default()
    }
}

/// The smallest form of a packet between the two.
fn elided(nhc: Vec<NhcSpec>) -> Body {
    Body::Iphc(IphcSpec {
        tf: 3,
        hlim: 2,
        sam: 3,
        dam: 3,
        nhc,
        ..IphcSpec::default()
    })
}

const NHC_UDP: NhcSpec = NhcSpec::Udp {
    p: 3,
    elide_checksum: false,
};

/// What stands behind the MAC header, without the trailer.
fn lowpan(psdu: &[u8]) -> &[u8] {
    &psdu[21..psdu.len() - 2]
}

fn faithful(spec: &FrameSpec, packet: &[u8]) -> bool {
    is_faithful(spec, packet, &ContextTable::new())
}

#[test]
fn the_base_is_all_in_line() {
    let packet = echo(0);
    let spec = frame(Body::default());
    let psdus = craft(&spec, &packet).expect("frames");
    let expected = hex("
        61 dc 07 cd ab            data, AR, PAN compression; sequence number 7, PAN abcd
        02 00 00 00 00 4b 12 00   destination, least significant octet first
        01 00 00 00 00 4b 12 00   source
        60 00                     IPHC, everything in line
        00 00 00 00               ECN, DSCP, pad, flow label
        3a 40                     next header, hop limit
        fe80 0000 0000 0000 0212 4b00 0000 0001
        fe80 0000 0000 0000 0212 4b00 0000 0002
        80 00 d6 5e 12 34 00 01   echo request");
    assert_eq!(psdus.len(), 1);
    assert_eq!(psdus[0][..psdus[0].len() - 2], expected);
    assert!(crate::mac::is_fcs_right(&psdus[0]));
    assert!(faithful(&spec, &packet));
}

#[test]
fn each_step_of_a_chain_is_compressed_as_told() {
    let packet = udp(2);
    let spec = frame(elided(vec![NHC_UDP]));
    let psdus = craft(&spec, &packet).expect("frames");
    assert_eq!(lowpan(&psdus[0])[..4], hex("7e 33 f3 12"));
    assert!(faithful(&spec, &packet));
}

#[test]
fn fragments_cover_uncompressed_octets() {
    // Subtle point 12: 40 + 8 + 100 octets; FRAG1 stands for 88 of them.
    let packet = udp(100);
    let mut spec = frame(elided(vec![NHC_UDP]));
    spec.fragmentation = Fragmentation::Auto {
        tag: 7,
        first: Some(88),
    };
    let psdus = craft(&spec, &packet).expect("frames");
    assert_eq!(psdus.len(), 2);
    assert_eq!(lowpan(&psdus[0])[..8], hex("c0 94 00 07 7e 33 f3 12"));
    assert_eq!(lowpan(&psdus[0]).len(), 50);
    assert_eq!(lowpan(&psdus[1])[..6], hex("e0 94 00 07 0b 28"));
    assert_eq!((psdus[0][2], psdus[1][2]), (7, 8), "sequence numbers");
    assert!(faithful(&spec, &packet));
}

#[test]
fn automatic_fragments_fill_their_frames() {
    for (octets, frames) in [(40, 1), (90, 1), (100, 2), (300, 4), (1232, 13)] {
        let packet = echo(octets);
        let mut spec = frame(elided(vec![]));
        spec.fragmentation = Fragmentation::Auto {
            tag: 0xffff,
            first: None,
        };
        let psdus = craft(&spec, &packet).expect("frames");
        assert_eq!(psdus.len(), frames, "{octets} octets of data");
        assert!(psdus.iter().all(|psdu| psdu.len() <= 127));
        assert!(faithful(&spec, &packet), "{octets} octets of data");
    }
}

#[test]
fn a_plan_is_followed_to_the_lie() {
    let packet = echo(60);
    let piece = |start, length| FragmentSpec {
        start,
        length,
        tag: 9,
        ..FragmentSpec::default()
    };
    let mut spec = frame(Body::Ipv6);
    spec.fragmentation = Fragmentation::Plan(vec![piece(48, 60), piece(0, 48)]);
    let psdus = craft(&spec, &packet).expect("frames");
    assert_eq!(lowpan(&psdus[0])[..5], hex("e0 6c 00 09 06"));
    assert_eq!(lowpan(&psdus[1])[..5], hex("c0 6c 00 09 41"));
    assert!(faithful(&spec, &packet), "any order will do");

    spec.fragmentation = Fragmentation::Plan(vec![FragmentSpec {
        datagram_size: Some(41),
        datagram_offset: Some(0xff),
        other_dispatch: true,
        ..piece(0, 48)
    }]);
    let psdus = craft(&spec, &packet).expect("frames");
    assert_eq!(lowpan(&psdus[0])[..6], hex("e0 29 00 09 ff 41"));
    assert!(!faithful(&spec, &packet));
}

#[test]
fn recoverable_fragments_cut_the_compressed_form() {
    let packet = udp(200);
    let mut spec = frame(elided(vec![NHC_UDP]));
    spec.fragmentation = Fragmentation::Recoverable {
        tag: 5,
        ack_request: true,
    };
    let psdus = craft(&spec, &packet).expect("frames");
    // 7e 33 f3 12, checksum, 200 octets: 206, of which 98 fit a frame each.
    assert_eq!(psdus.len(), 3);
    assert_eq!(
        lowpan(&psdus[0])[..8],
        hex("e8 05 0062 00ce 7e33"),
        "size 206"
    );
    assert_eq!(lowpan(&psdus[1])[..6], hex("e8 05 0462 0062"), "offset 98");
    assert_eq!(
        lowpan(&psdus[2])[..6],
        hex("e8 05 880a 00c4"),
        "X, sequence 2"
    );
    assert!(faithful(&spec, &packet));

    let piece = |sequence, start, length| RfragSpec {
        start,
        length,
        tag: 5,
        sequence,
        ..RfragSpec::default()
    };
    spec.fragmentation =
        Fragmentation::RecoverablePlan(vec![piece(9, 60, 80), piece(1, 140, 66), piece(0, 0, 60)]);
    assert!(faithful(&spec, &packet), "sequence and place are unrelated");
    spec.fragmentation = Fragmentation::RecoverablePlan(vec![RfragSpec {
        fragment_offset: Some(0),
        fragment_size: Some(0),
        e: true,
        ..piece(0, 0, 0)
    }]);
    let psdus = craft(&spec, &packet).expect("an abort");
    assert_eq!(lowpan(&psdus[0]), hex("e9 05 0000 0000"));

    let acknowledgement = RfragAcknowledgement {
        tag: 5,
        e: false,
        bitmap: 0x9fff_7800,
    };
    assert_eq!(acknowledgement.to_octets(), hex("ea 05 9f ff 78 00"));
}

#[test]
fn patches_count_from_where_they_say() {
    let mut spec = frame(elided(vec![NHC_UDP]));
    spec.leading = vec![0xf1];
    let patch = |from, at, octets: &[u8]| Patch {
        from,
        at,
        octets: octets.to_vec(),
    };
    spec.patches = vec![
        patch(PatchBase::Lowpan, 0, &[0xf2]),
        patch(PatchBase::Body, 1, &[0x77]),
        patch(PatchBase::Nhc, 0, &[0xff]),
        patch(PatchBase::Mac, 1, &[0xde]),
    ];
    let psdus = craft(&spec, &udp(2)).expect("frames");
    assert_eq!(lowpan(&psdus[0])[..5], hex("f2 7e 77 ff 12"));
    assert_eq!(psdus[0][1], 0xde);
    assert!(crate::mac::is_fcs_right(&psdus[0]), "computed after it");
    spec.cut_to = Some(3);
    assert_eq!(
        lowpan(&craft(&spec, &udp(2)).expect("frames")[0]),
        hex("f2 7e 77")
    );
    spec.body = Body::Ipv6;
    assert_eq!(craft(&spec, &udp(2)), Err(CraftError::NoNhc));
}

#[test]
fn what_a_packet_does_not_have_is_an_error_with_a_place() {
    let mut spec = frame(elided(vec![NhcSpec::Extension {
        elide_padding: false,
    }]));
    let error =
        |spec: &FrameSpec, packet: &[u8]| craft(spec, packet).expect_err("an error").to_string();
    let mut texts = vec![
        error(&spec, &[0; 39]),
        error(&spec, &echo(0)),
        error(&frame(elided(vec![NHC_UDP])), &echo(0)[..44]),
    ];
    spec.body = elided(vec![NHC_UDP]);
    spec.fragmentation = Fragmentation::Auto {
        tag: 1,
        first: Some(40),
    };
    texts.push(error(&spec, &udp(60)));
    spec.fragmentation = Fragmentation::Auto {
        tag: 1,
        first: Some(50),
    };
    texts.push(error(&spec, &udp(60)));
    texts.push(error(&spec, &udp(2047)));
    spec.body = Body::Raw(vec![]);
    texts.push(error(&spec, &udp(60)));
    spec.body = elided(vec![]);
    spec.leading = vec![0xf0; 130];
    spec.fragmentation = Fragmentation::Auto {
        tag: 1,
        first: None,
    };
    texts.push(error(&spec, &udp(60)));
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn a_mode_takes_its_octets_whether_or_not_they_restore() {
    // The port 0x1633 does not fit four bits; its low nibble travels.
    let packet = Packet::new(header(), Udp::new(0x1633, 0xf0b1, vec![])).to_octets();
    let spec = frame(elided(vec![NHC_UDP]));
    let psdus = craft(&spec, &packet).expect("frames");
    assert_eq!(lowpan(&psdus[0])[..4], hex("7e 33 f3 31"));
    assert!(!faithful(&spec, &packet));
}
