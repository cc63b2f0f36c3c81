use sixlo_frames::dissect::{Dissection, Field};
use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::mac::MacAddress;

use super::{Fields, Shown, octets_shown};
use crate::testcase::{Pattern, Wanted};

fn holding(id: FieldId, value: Value) -> Dissection {
    Dissection {
        fields: vec![Field {
            id,
            range: 0..0,
            value,
        }],
        ..Dissection::default()
    }
}

#[test]
fn wishes() {
    let port = |number| Value::Uint(number);
    let same = port(9);
    let table = [
        (Wanted::Is(port(7)), Some(port(7)), true),
        (Wanted::Is(port(7)), Some(port(8)), false),
        (Wanted::Is(port(7)), None, false),
        (Wanted::Same, Some(port(9)), true),
        (Wanted::Same, Some(port(7)), false),
        (Wanted::Same, None, false),
        (Wanted::AnyOf(vec![port(1), port(2)]), Some(port(2)), true),
        (Wanted::AnyOf(vec![]), Some(port(2)), false),
        (Wanted::Present, Some(port(0)), true),
        (Wanted::Present, None, false),
        (Wanted::Absent, None, true),
        (Wanted::Absent, Some(port(0)), false),
        (Wanted::Between(2, 4), Some(port(2)), true),
        (Wanted::Between(2, 4), Some(port(4)), true),
        (Wanted::Between(2, 4), Some(port(5)), false),
        (Wanted::Between(2, 4), Some(Value::Bytes(vec![3])), false),
    ];
    for (wanted, observed, met) in table {
        let told = format!("{wanted:?} {observed:?}");
        assert_eq!(
            wanted.is_met_by(observed.as_ref(), Some(&same)),
            met,
            "{told}"
        );
    }
}

#[test]
fn the_packet_goes_before_its_frame() {
    let frame = holding(FieldId::Ipv6HopLimit, Value::Uint(1));
    let packet = holding(FieldId::Ipv6HopLimit, Value::Uint(2));
    let both = Fields {
        frame: Some(&frame),
        packet: Some(&packet),
    };
    assert_eq!(both.get(FieldId::Ipv6HopLimit), Some(&Value::Uint(2)));
    let frame_only = Fields {
        packet: None,
        ..both
    };
    assert_eq!(frame_only.get(FieldId::Ipv6HopLimit), Some(&Value::Uint(1)));
}

#[test]
fn mismatches_in_words() {
    let observed = holding(FieldId::UdpDstPort, Value::Uint(0xf0c2));
    let of = |wanted| {
        let pattern = Pattern {
            fields: vec![
                (FieldId::UdpDstPort, wanted),
                (FieldId::IphcTf, Wanted::Is(Value::Uint(3))),
            ],
        };
        let fields = Fields {
            frame: Some(&observed),
            packet: None,
        };
        let mismatches = pattern.mismatches(fields, Fields::default());
        let words: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
        words.join("\n")
    };
    insta::assert_snapshot!(
        [
            of(Wanted::Is(Value::Uint(0xf0b2))),
            of(Wanted::Same),
            of(Wanted::AnyOf(vec![Value::Uint(1), Value::Uint(99)])),
            of(Wanted::Between(1, 9)),
            of(Wanted::Absent),
        ]
        .join("\n\n"),
        @r"
    udp.dst_port expected 61618 (0xf0b2), observed 61634 (0xf0c2)
    iphc.tf expected 3, observed none

    udp.dst_port expected the stimulus's value, and it has none, observed 61634 (0xf0c2)
    iphc.tf expected 3, observed none

    udp.dst_port expected 1 or 99 (0x63), observed 61634 (0xf0c2)
    iphc.tf expected 3, observed none

    udp.dst_port expected 1 to 9, observed 61634 (0xf0c2)
    iphc.tf expected 3, observed none

    udp.dst_port expected none, observed 61634 (0xf0c2)
    iphc.tf expected 3, observed none
    "
    );
}

#[test]
fn values_in_words() {
    let mac = MacAddress::Short(0xbeef);
    for (value, words) in [
        (Value::Uint(7), "7"),
        (Value::Uint(64), "64 (0x40)"),
        (Value::Ipv6("fe80::1".parse().unwrap()), "fe80::1"),
        (Value::Mac(mac), "beef"),
        (Value::Bytes(vec![0xa1, 0]), "a1 00"),
        (Value::Bytes(vec![]), "no octets"),
    ] {
        assert_eq!(Shown(&value).to_string(), words);
    }
    assert_eq!(
        octets_shown(&[0xab; 20]),
        "ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab and 4 octets more"
    );
}
