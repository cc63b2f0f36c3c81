//! Fragments in every order, twice, overlapping, too late and hostile.

use proptest::prelude::*;

use super::*;
use crate::context::ContextTable;
use crate::dissect::{DissectOptions, FcsMode, dissect, dissect_packet};
use crate::hex::hex;
use crate::mac::MacFrame;
use crate::packet::{
    Checksum, Echo, Icmpv6, Ipv6Header, Message, Packet, Udp, protocol, upper_layer_checksum,
};

const SECOND_US: u64 = 1_000_000;

fn key() -> DatagramKey {
    DatagramKey {
        src: MacAddress::Short(1),
        dst: MacAddress::Short(2),
        datagram_size: 148,
        datagram_tag: 7,
    }
}

/// An echo request of 148 octets.
fn datagram() -> Vec<u8> {
    let (src, dst) = ("fe80::1".parse(), "fe80::2".parse());
    let header = Ipv6Header::new(src.expect("address"), dst.expect("address"));
    let data: Vec<u8> = (0..100).collect();
    let echo = Message::EchoRequest(Echo {
        data,
        ..Echo::default()
    });
    Packet::new(header, Icmpv6::from(echo)).to_octets()
}

/// The part of `packet` in `range`, as a fragment of the datagram `key`.
fn part(key: DatagramKey, packet: &[u8], range: Range<usize>) -> Contribution<'_> {
    Contribution {
        key,
        offset: range.start,
        octets: &packet[range],
        elided_checksum: None,
    }
}

fn complete(heard: Heard) -> Vec<u8> {
    match heard {
        Heard::Complete(reassembled) => reassembled.packet,
        other => panic!("not complete: {other:?}"),
    }
}

#[test]
fn fragments_in_order_and_reversed() {
    let packet = datagram();
    let ranges = [0..88, 88..128, 128..148];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2]] {
        let mut reassembler = Reassembler::default();
        let mut place =
            |index: usize| reassembler.place(0, &part(key(), &packet, ranges[index].clone()));
        assert_eq!(place(order[0]), Heard::Waiting);
        assert_eq!(place(order[1]), Heard::Waiting);
        assert_eq!(complete(place(order[2])), packet, "{order:?}");
    }
}

#[test]
fn each_fragment_twice_gives_one_datagram() {
    let packet = datagram();
    let mut reassembler = Reassembler::default();
    let mut heard = Vec::new();
    for range in [0..88, 0..88, 88..148, 88..148] {
        heard.push(reassembler.place(0, &part(key(), &packet, range)));
    }
    assert_eq!(heard[..2], [Heard::Waiting, Heard::Duplicate]);
    assert_eq!(complete(heard.remove(2)), packet);
    // The last one came after the datagram was complete: it may start another
    // one with the same tag, but nobody has to wait for that.
    assert_eq!(heard[2], Heard::Waiting);
    assert_eq!(reassembler.outstanding(), 0);
}

#[test]
fn a_tag_used_again_at_once_is_another_datagram() {
    let first = datagram();
    let mut second = first.clone();
    second[50] ^= 0xff;
    let mut reassembler = Reassembler::default();
    for range in [0..88, 88..148] {
        reassembler.place(0, &part(key(), &first, range));
    }
    // The second datagram's end is the same as the first one's.
    reassembler.place(0, &part(key(), &second, 88..148));
    assert_eq!(reassembler.outstanding(), 0);
    let heard = reassembler.place(0, &part(key(), &second, 0..88));
    assert_eq!(complete(heard), second);
}

#[test]
fn all_four_parts_of_the_key_count() {
    let packet = datagram();
    let keys = [
        key(),
        DatagramKey {
            src: MacAddress::Short(3),
            ..key()
        },
        DatagramKey {
            dst: MacAddress::Short(0xffff),
            ..key()
        },
        DatagramKey {
            datagram_size: 144,
            ..key()
        },
        DatagramKey {
            datagram_tag: 8,
            ..key()
        },
    ];
    let mut reassembler = Reassembler::default();
    for key in keys {
        assert_eq!(
            reassembler.place(0, &part(key, &packet, 0..88)),
            Heard::Waiting
        );
    }
    assert_eq!(reassembler.outstanding(), keys.len());
    for key in keys {
        let size = usize::from(key.datagram_size);
        let heard = reassembler.place(0, &part(key, &packet, 88..size));
        assert_eq!(complete(heard), packet[..size]);
    }
}

#[test]
fn an_overlap_discards_what_was_there() {
    let packet = datagram();
    let mut reassembler = Reassembler::default();
    reassembler.place(0, &part(key(), &packet, 0..88));
    let heard = reassembler.place(0, &part(key(), &packet, 80..128));
    assert_eq!(
        heard,
        Heard::Refused(ReassemblyProblem::Overlap {
            tag: 7,
            start: 80,
            end: 128
        })
    );
    // What would have completed the first attempt does not any more ...
    let heard = reassembler.place(0, &part(key(), &packet, 128..148));
    assert_eq!(heard, Heard::Waiting);
    // ... but the overlapping fragment was a fresh start.
    let heard = reassembler.place(0, &part(key(), &packet, 0..80));
    assert_eq!(complete(heard), packet);
}

#[test]
fn the_same_offset_with_another_size_is_an_overlap() {
    let packet = datagram();
    let mut reassembler = Reassembler::default();
    reassembler.place(0, &part(key(), &packet, 0..88));
    assert!(matches!(
        reassembler.place(0, &part(key(), &packet, 0..80)),
        Heard::Refused(ReassemblyProblem::Overlap { .. })
    ));
}

#[test]
fn the_timer_starts_with_the_first_fragment_and_a_duplicate_does_not_restart_it() {
    let packet = datagram();
    let mut reassembler = Reassembler::default();
    let start = 5 * SECOND_US;
    reassembler.place(start, &part(key(), &packet, 88..148));
    let almost = start + TIMEOUT_US - 1;
    assert_eq!(
        reassembler.place(almost, &part(key(), &packet, 88..148)),
        Heard::Duplicate
    );
    assert_eq!(reassembler.expire(almost), 0);
    assert_eq!(reassembler.expire(start + TIMEOUT_US), 1);
    let late = start + TIMEOUT_US + 1;
    assert_eq!(
        reassembler.place(late, &part(key(), &packet, 0..88)),
        Heard::Waiting
    );
}

#[test]
fn the_oldest_datagram_makes_room() {
    let packet = datagram();
    let mut reassembler = Reassembler::default();
    let with_tag = |datagram_tag| DatagramKey {
        datagram_tag,
        ..key()
    };
    for tag in 0..=MOST_DATAGRAMS as u16 {
        reassembler.place(0, &part(with_tag(tag), &packet, 0..88));
    }
    assert_eq!(reassembler.outstanding(), MOST_DATAGRAMS);
    assert_eq!(
        reassembler.place(0, &part(with_tag(0), &packet, 88..148)),
        Heard::Waiting
    );
    let heard = reassembler.place(0, &part(with_tag(2), &packet, 88..148));
    assert_eq!(complete(heard), packet);
}

#[test]
fn nothing_is_placed_beyond_the_datagram_or_from_an_empty_fragment() {
    let packet = [datagram(), vec![0; 8]].concat();
    let mut reassembler = Reassembler::default();
    let problems: Vec<String> = [144..152, 88..88]
        .map(
            |range| match reassembler.place(0, &part(key(), &packet, range)) {
                Heard::Refused(problem) => problem.to_string(),
                other => panic!("placed: {other:?}"),
            },
        )
        .into();
    insta::assert_snapshot!(problems.join("\n"), @r"
    fragment of datagram 0x0007 ends at octet 152, datagram_size is 148
    fragment of datagram 0x0007 holds no octets
    ");
    assert_eq!(reassembler.outstanding(), 0);
}

#[test]
fn an_elided_udp_checksum_is_computed_over_the_whole_datagram() {
    let header = Ipv6Header::new("fe80::1".parse().expect("a"), "fe80::2".parse().expect("a"));
    let udp = Udp::new(0xf0b1, 0xf0b2, vec![0x5a; 100]);
    let whole = Packet::new(header, udp.clone());
    let packet = Packet::new(
        header,
        Udp {
            checksum: Checksum::Zero,
            ..udp
        },
    )
    .to_octets();
    let mut reassembler = Reassembler::default();
    reassembler.place(0, &part(key(), &packet, 88..148));
    let heard = reassembler.place(
        0,
        &Contribution {
            elided_checksum: Some(46),
            ..part(key(), &packet, 0..88)
        },
    );
    assert_eq!(complete(heard), whole.to_octets());
}

#[test]
fn an_elided_checksum_is_found_in_a_tunnel() {
    let address = |text: &str| text.parse().expect("address");
    let inner = Ipv6Header::new(address("fe80::1"), address("fe80::2"));
    let outer = Ipv6Header::new(address("2001:db8::1"), address("2001:db8::2"));
    let right = Packet::new(outer, Packet::new(inner, Udp::new(1, 2, *b"data"))).to_octets();
    let mut packet = right.clone();
    packet[86..88].copy_from_slice(&hex("0000"));
    assert!(finish_udp_checksum(&mut packet, 86));
    assert_eq!(packet, right);
    assert!(!finish_udp_checksum(&mut packet, 85));
    let sum = upper_layer_checksum(protocol::UDP, &right[80..], 6, inner.src, inner.dst);
    assert_eq!(right[86..88], sum.to_be_bytes());
}

/// A data frame from 1 to 2, 16-bit addresses, with these octets behind its MAC header.
fn heard(lowpan: &[u8]) -> Dissection {
    let frame = MacFrame {
        payload: lowpan.to_vec(),
        ..MacFrame::data(0, 0xabcd, MacAddress::Short(2), MacAddress::Short(1))
    };
    let contexts = ContextTable::new();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    dissect(&frame.encode(), &options)
}

#[test]
fn a_compressed_first_fragment_covers_its_restored_octets() {
    // Both addresses elided, hop limit 64, UDP F0B1 to F0B2; 48 octets once restored,
    // so that with 40 octets of data it ends at 88, which is datagram_offset 0b.
    let data: Vec<u8> = (0..100).collect();
    let first = [hex("c094 0007  7e33 f3 12 eaba"), data[..40].to_vec()].concat();
    let second = [hex("e094 0007 0b"), data[40..].to_vec()].concat();
    let (src, dst) = ("fe80::ff:fe00:1", "fe80::ff:fe00:2");
    let header = Ipv6Header::new(src.parse().expect("src"), dst.parse().expect("dst"));
    let udp = Udp {
        checksum: Checksum::Given(0xeaba),
        ..Udp::new(0xf0b1, 0xf0b2, data)
    };
    let expected = Packet::new(header, udp).to_octets();
    for order in [[&first, &second], [&second, &first]] {
        let mut reassembler = Reassembler::default();
        assert_eq!(reassembler.hear(0, &heard(order[0])), None);
        let reassembled = reassembler.hear(0, &heard(order[1])).expect("complete");
        assert_eq!(reassembled.packet, expected);
        assert_eq!(reassembled.src, MacAddress::Short(1));
        assert_eq!(reassembled.key, Some(key()));
    }
}

#[test]
fn a_checksum_elided_in_the_first_fragment_is_right_in_the_end() {
    // As above, with C=1: no checksum on air.
    let first = [hex("c094 0007  7e33 f7 12"), vec![0x5a; 40]].concat();
    let second = [hex("e094 0007 0b"), vec![0x5a; 60]].concat();
    let mut reassembler = Reassembler::default();
    reassembler.hear(0, &heard(&second));
    let packet = reassembler
        .hear(0, &heard(&first))
        .expect("complete")
        .packet;
    assert_eq!(dissect_packet(&packet).problems, []);
}

#[test]
fn mesh_addresses_take_the_place_of_mac_addresses() {
    // Mesh header b5: two 16-bit addresses, 5 hops left; originator 0001, final 0002.
    let packet = datagram();
    let first = [hex("b5 0009 0002 c094 0007 41"), packet[..88].to_vec()].concat();
    let second = [hex("b4 0009 0002 e094 0007 0b"), packet[88..].to_vec()].concat();
    let mut reassembler = Reassembler::default();
    assert_eq!(reassembler.hear(0, &heard(&first)), None);
    let reassembled = reassembler.hear(0, &heard(&second)).expect("complete");
    assert_eq!(reassembled.packet, packet);
    assert_eq!(reassembled.src, MacAddress::Short(9));
}

#[test]
fn an_unfragmented_packet_is_complete_at_once() {
    let packet = datagram();
    let frame = [hex("41"), packet.clone()].concat();
    let heard = heard(&frame);
    let reassembled = Reassembler::default().hear(5, &heard).expect("complete");
    assert_eq!(reassembled.packet, packet);
    assert_eq!((reassembled.key, reassembled.started_us), (None, 5));
}

proptest! {
    #[test]
    fn any_order_of_any_cut_gives_the_datagram_once(
        cuts in prop::collection::btree_set(1_usize..148, 0..12),
        seed in any::<u64>(),
    ) {
        let packet = datagram();
        let mut bounds = vec![0];
        bounds.extend(cuts);
        bounds.push(packet.len());
        let mut ranges: Vec<_> = bounds.windows(2).map(|pair| pair[0]..pair[1]).collect();
        ranges.sort_by_key(|range| (range.start as u64 + 1).wrapping_mul(seed | 1));
        let mut reassembler = Reassembler::default();
        let last = ranges.pop().expect("at least one");
        for range in ranges {
            prop_assert_eq!(reassembler.place(0, &part(key(), &packet, range)), Heard::Waiting);
        }
        prop_assert_eq!(complete(reassembler.place(0, &part(key(), &packet, last))), packet);
        prop_assert_eq!(reassembler.outstanding(), 0);
    }

    #[test]
    fn hostile_fragments_stay_within_bounds(
        fragments in prop::collection::vec(
            (0_u16..4, 0_u16..2048, 0_usize..2100, 0_usize..120, prop::option::of(0_usize..2100)),
            0..200,
        ),
    ) {
        let octets = [0xa5; 120];
        let mut reassembler = Reassembler::default();
        for (now, (datagram_tag, datagram_size, offset, length, elided_checksum)) in
            fragments.into_iter().enumerate()
        {
            let contribution = Contribution {
                key: DatagramKey { datagram_tag, datagram_size, ..key() },
                offset,
                octets: &octets[..length],
                elided_checksum,
            };
            if let Heard::Complete(done) = reassembler.place(now as u64, &contribution) {
                prop_assert_eq!(done.packet.len(), usize::from(datagram_size));
            }
            prop_assert!(reassembler.outstanding() <= MOST_DATAGRAMS);
        }
    }
}
