//! MAC frames of every kind and version, trailers, and what is wrong with frames.

use super::*;
use crate::context::ContextTable;
use crate::field::{FieldId, Value};
use crate::hex::hex;
use crate::mac::{BROADCAST, Fcs, FrameType, FrameVersion, MacAddress, MacFrame};

const LONG: MacAddress = MacAddress::Extended([0x00, 0x12, 0x4b, 0, 0, 0, 0, 0x01]);
const SHORT: MacAddress = MacAddress::Short(0x0102);

fn read(psdu: &[u8], fcs: FcsMode) -> Dissection {
    let contexts = ContextTable::new();
    let options = DissectOptions {
        contexts: &contexts,
        fcs,
        keys: None,
    };
    dissect(psdu, &options)
}

/// Reads LoWPAN octets between two extended addresses.
fn lowpan(octets: &str) -> Dissection {
    let frame = MacFrame {
        payload: hex(octets),
        ..MacFrame::data(1, 0xabcd, LONG, LONG)
    };
    read(&frame.encode(), FcsMode::Present)
}

fn kinds(dissection: &Dissection) -> Vec<ProblemKind> {
    dissection.problems.iter().map(|p| p.kind).collect()
}

#[test]
fn every_version_and_address_width_is_read_back() {
    use FrameVersion::*;
    // Version, destination, source, PAN id compression; PAN ids on air: 7.2.1.5 and table 7-2.
    let table = [
        (V2003, SHORT, SHORT, true, Some(1), None),
        (V2006, LONG, LONG, true, Some(1), None),
        (V2006, SHORT, LONG, false, Some(1), Some(2)),
        (V2006, MacAddress::Absent, LONG, false, None, Some(2)),
        (V2006, LONG, MacAddress::Absent, false, Some(1), None),
        (V2015, LONG, LONG, false, Some(1), None),
        (V2015, LONG, LONG, true, None, None),
        (V2015, SHORT, SHORT, false, Some(1), Some(2)),
        (V2015, SHORT, LONG, true, Some(1), None),
        (V2015, LONG, MacAddress::Absent, false, Some(1), None),
        (V2015, LONG, MacAddress::Absent, true, None, None),
        (V2015, MacAddress::Absent, SHORT, false, None, Some(2)),
        (V2015, MacAddress::Absent, SHORT, true, None, None),
        (
            V2015,
            MacAddress::Absent,
            MacAddress::Absent,
            true,
            Some(1),
            None,
        ),
        (
            V2015,
            MacAddress::Absent,
            MacAddress::Absent,
            false,
            None,
            None,
        ),
    ];
    for (version, dst, src, pan_id_compression, dst_pan, src_pan) in table {
        let frame = MacFrame {
            version,
            pan_id_compression,
            sequence_number: Some(9),
            dst_pan,
            dst,
            src_pan,
            src,
            payload: hex("f0 00"), // page 0, then NALP: nothing of ours
            ..MacFrame::default()
        };
        let dissection = read(&frame.encode(), FcsMode::Present);
        let info = dissection.mac.expect("a MAC header");
        assert_eq!((info.dst, info.src), (dst, src), "{frame:?}");
        assert_eq!(info.dst_pan, dst_pan.or(src_pan), "{frame:?}");
        assert_eq!(info.fcs_right, Some(true));
        let page = dissection.fields.iter().find(|f| f.id == FieldId::Page);
        let header = u16::try_from(frame.header_octets()).expect("short");
        assert_eq!(
            page.expect("the payload").range,
            header..header + 1,
            "{frame:?}"
        );
    }
}

#[test]
fn a_2015_frame_may_leave_its_sequence_number_out() {
    let frame = MacFrame {
        version: FrameVersion::V2015,
        sequence_number: None,
        dst_pan: Some(1),
        dst: SHORT,
        ..MacFrame::default()
    };
    let psdu = frame.encode();
    assert_eq!(
        psdu[..2],
        hex("01 29"),
        "suppression bit, short destination, 2015"
    );
    let info = read(&psdu, FcsMode::Present).mac.expect("a header");
    assert_eq!((info.sequence_number, info.dst), (None, SHORT));
}

#[test]
fn other_frame_types_have_no_packet() {
    let ack = read(&MacFrame::ack(0x56).encode(), FcsMode::Present);
    let info = ack.mac.expect("a header");
    assert_eq!(info.frame_type, FrameType::Ack);
    assert_eq!(info.sequence_number, Some(0x56));
    assert_eq!(ack.problems, []);

    let command = MacFrame {
        frame_type: FrameType::Command,
        payload: vec![0x07],
        ..MacFrame::data(
            1,
            BROADCAST,
            MacAddress::Short(BROADCAST),
            MacAddress::Absent,
        )
    };
    let dissection = read(&command.encode(), FcsMode::Present);
    assert_eq!(
        dissection.get(FieldId::MacCommand),
        Some(&Value::Uint(7)),
        "beacon request"
    );

    let beacon = MacFrame {
        frame_type: FrameType::Beacon,
        pan_id_compression: false,
        dst_pan: None,
        dst: MacAddress::Absent,
        src_pan: Some(0xabcd),
        payload: hex("ff cf 00 00 60 33"),
        ..MacFrame::data(1, 0, MacAddress::Absent, SHORT)
    };
    let dissection = read(&beacon.encode(), FcsMode::Present);
    assert_eq!((dissection.packet, dissection.problems), (None, vec![]));
}

#[test]
fn trailers() {
    let frame = |fcs| MacFrame {
        fcs,
        ..MacFrame::data(1, 0xabcd, SHORT, LONG)
    };
    let wrong = read(&frame(Fcs::Wrong).encode(), FcsMode::Present);
    assert_eq!(kinds(&wrong), [ProblemKind::WrongChecksum(FieldId::MacFcs)]);
    assert_eq!(wrong.mac.expect("a header").fcs_right, Some(false));

    let ti = |crc_ok| Fcs::TiTrailer {
        rssi: -40,
        crc_ok,
        lqi: 0x6b,
    };
    let psdu = frame(ti(true)).encode();
    assert_eq!(psdu[psdu.len() - 2..], [0xd8, 0xeb]);
    let right = read(&psdu, FcsMode::TiTrailer);
    assert_eq!(right.problems, []);
    assert_eq!(right.get(FieldId::MacRssi), Some(&Value::Uint(0xd8)));
    assert_eq!(right.get(FieldId::MacLqi), Some(&Value::Uint(0x6b)));
    let bad = read(&frame(ti(false)).encode(), FcsMode::TiTrailer);
    assert_eq!(kinds(&bad), [ProblemKind::WrongChecksum(FieldId::MacCrcOk)]);

    let absent = read(&frame(Fcs::Absent).encode(), FcsMode::Absent);
    assert_eq!(absent.mac.expect("a header").fcs_right, None);
    assert_eq!(absent.problems, []);
    assert!(
        read(&[0x41], FcsMode::Present).has(ProblemKind::WrongChecksum(FieldId::MacFcs)),
        "too short for any"
    );
}

#[test]
fn a_secured_frame_is_read_up_to_its_addresses() {
    let frame = MacFrame {
        security_enabled: true,
        payload: hex("0d 01 00 00 00 01 aa bb cc"),
        ..MacFrame::data(1, 0xabcd, SHORT, LONG)
    };
    let dissection = read(&frame.encode(), FcsMode::Present);
    assert_eq!(kinds(&dissection), [ProblemKind::Secured]);
    let info = dissection.mac.expect("the header is plain");
    assert!(info.security_enabled);
    assert_eq!(info.src, LONG);
}

#[test]
fn information_elements_are_stepped_over() {
    let frame = MacFrame {
        version: FrameVersion::V2015,
        payload: hex("
            02 0d aa bb       header IE 0x1a, two octets
            00 3f             header termination 1: payload IEs follow
            01 90 cc          payload IE of group 2, one octet
            00 f8             payload termination
            41 60"),
        ..MacFrame::data(1, 0xabcd, SHORT, LONG)
    };
    let mut psdu = frame.encode();
    psdu[1] |= 0x02; // IE present
    let trailer = crate::mac::fcs(&psdu[..psdu.len() - 2]).to_le_bytes();
    let end = psdu.len() - 2;
    psdu[end..].copy_from_slice(&trailer);
    let dissection = read(&psdu, FcsMode::Present);
    assert_eq!(dissection.problems, []);
    assert_eq!(dissection.packet, Some(vec![0x60]));
}

#[test]
fn headers_must_come_in_order() {
    let out_of_order = ProblemKind::OutOfOrder(FieldId::Dispatch);
    for octets in [
        "c0 38 00 07 b5 00 01 00 02 60 00", // mesh behind FRAG1
        "c0 38 00 07 50 01 60 00",          // broadcast behind FRAG1
        "50 01 b5 00 01 00 02 60 00",       // mesh behind broadcast
        "c0 38 00 07 e0 38 00 07 01",       // FRAGN behind FRAG1
        "b5 00 01 00 02 b5 00 01 00 02 41", // mesh behind mesh
    ] {
        let dissection = lowpan(octets);
        assert_eq!(kinds(&dissection), [out_of_order], "{octets}");
        assert_eq!(dissection.packet, None);
    }
}

#[test]
fn dispatches_of_every_kind() {
    let reserved = [ProblemKind::Reserved(FieldId::Dispatch)];
    for octets in [
        "00", "3f 41", "43 60", "51 60", "c8 00", "f1 41", "f2 60", "f1 80",
    ] {
        assert_eq!(kinds(&lowpan(octets)), reserved, "{octets}");
    }
    // Page 1, page 0 again, IPHC in both.
    let iphc = "7a 33 3b";
    for leading in ["", "f0", "f1", "f1 f0", "f2 f1"] {
        let dissection = lowpan(&format!("{leading} {iphc}"));
        assert_eq!(dissection.problems, [], "{leading}");
        assert_eq!(dissection.packet.expect("a packet").len(), 40);
    }
    let esc = lowpan("40 01 60 00");
    assert_eq!(kinds(&esc), [ProblemKind::Reserved(FieldId::EscType)]);
    // HC1: both addresses elided, traffic class and flow label zero, ICMPv6, no HC2.
    let hc1 = lowpan("42 fc 40 80 00");
    assert_eq!((hc1.packet, hc1.problems.len()), (None, 0));
    let hc1 = lowpan("42 fc 40");
    for (field, value) in [
        (FieldId::Hc1Src, 3),
        (FieldId::Hc1Dst, 3),
        (FieldId::Hc1TrafficClassAndFlowLabel, 1),
        (FieldId::Hc1NextHeader, 2),
        (FieldId::Hc1Hc2, 0),
    ] {
        assert_eq!(hc1.get(field), Some(&Value::Uint(value)), "{field:?}");
    }
    // A header with nothing behind it.
    for octets in ["50 01", "c0 38 00 07", "b5 00 01 00 02"] {
        assert_eq!(
            kinds(&lowpan(octets)),
            [ProblemKind::Truncated(FieldId::Dispatch)]
        );
    }
}

#[test]
fn fragments_must_fit_their_datagram() {
    let size = ProblemKind::WrongLength(FieldId::FragDatagramSize);
    let offset = ProblemKind::WrongLength(FieldId::FragDatagramOffset);
    for (octets, expected) in [
        ("c0 08 00 07 41 60 00 00 00 00 00 3b 40", vec![]),
        ("c0 07 00 07 41 60 00 00 00 00 00 3b 40", vec![size]),
        ("c0 29 00 07 41 60 00 00 00 00 00 3b", vec![offset]), // 7 octets, more follow
        ("e0 29 00 07 05 aa", vec![]),                         // the last one may be odd
        ("e0 29 00 07 05 aa bb", vec![size]),
        ("e0 29 00 07 05", vec![offset]), // nothing
    ] {
        assert_eq!(kinds(&lowpan(octets)), expected, "{octets}");
    }
}

#[test]
fn tunnels_end_somewhere() {
    let deep = "7e 33 ee ".repeat(4) + "7a 33 3b";
    assert_eq!(lowpan(&deep).packet.expect("a packet").len(), 5 * 40);
    let deeper = "7e 33 ee ".repeat(5) + "7a 33 3b";
    assert_eq!(kinds(&lowpan(&deeper)), [ProblemKind::TooMuch]);
    let chain = "e7 00 ".repeat(17);
    assert_eq!(
        kinds(&lowpan(&format!("7e 33 {chain}"))),
        [ProblemKind::TooMuch]
    );
    // NH of an IPv6 header in NHC must be zero; it is read all the same.
    let dissection = lowpan("7e 33 ef 7a 33 3b");
    assert_eq!(
        kinds(&dissection),
        [ProblemKind::Reserved(FieldId::NhcExtensionNh)]
    );
    assert_eq!(dissection.packet.expect("a packet").len(), 80);
}

#[test]
fn elided_fields_have_values_and_no_octets() {
    let dissection = lowpan("7e 33 f3 12 1e e3");
    let found = |id| {
        let field = dissection.fields.iter().find(|field| field.id == id);
        field.map(|field| (field.range.len(), field.value.clone()))
    };
    assert_eq!(found(FieldId::Ipv6HopLimit), Some((0, Value::Uint(64))));
    assert_eq!(found(FieldId::Ipv6NextHeader), Some((0, Value::Uint(17))));
    assert_eq!(
        found(FieldId::Ipv6Src),
        Some((0, Value::Ipv6("fe80::212:4b00:0:1".parse().expect("one"))))
    );
    assert_eq!(found(FieldId::UdpSrcPort), Some((1, Value::Uint(0xf0b1))));
    assert_eq!(found(FieldId::UdpDstPort), Some((1, Value::Uint(0xf0b2))));
    assert_eq!(found(FieldId::MacFcs).map(|(octets, _)| octets), Some(2));
}
