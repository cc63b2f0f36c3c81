//! Random packets, whole and cut off, and random octets.

use proptest::prelude::*;

use super::tests::{bytes, number};
use super::*;
use crate::field::Value;
use crate::packet::*;

fn upper_layer() -> impl Strategy<Value = Payload> {
    let data = || prop::collection::vec(any::<u8>(), 0..40);
    prop_oneof![
        (any::<u16>(), any::<u16>(), data())
            .prop_map(|(src, dst, data)| Udp::new(src, dst, data).into()),
        (any::<u16>(), any::<u32>(), data()).prop_map(|(port, sequence, data)| {
            Tcp {
                data,
                ..Tcp::syn(port, 80, sequence)
            }
            .into()
        }),
        (any::<u8>(), any::<u8>(), data()).prop_map(|(icmpv6_type, code, body)| {
            Icmpv6::from(Message::Other { icmpv6_type, body })
                .with_code(code)
                .into()
        }),
        (any::<u8>(), data()).prop_map(|(protocol, octets)| Payload::Octets { protocol, octets }),
    ]
}

fn any_extension() -> impl Strategy<Value = Extension> {
    let data = || prop::collection::vec(any::<u8>(), 0..20);
    let options = prop::collection::vec(
        (any::<u8>(), data()).prop_map(|(option_type, data)| Ipv6Option::Other {
            option_type: option_type.max(1),
            data,
        }),
        0..3,
    );
    prop_oneof![
        options.prop_map(|options| ExtensionBody::HopByHop(options).into()),
        (any::<u8>(), any::<u8>(), data()).prop_map(|(routing_type, segments_left, data)| {
            ExtensionBody::Routing(Routing {
                routing_type,
                segments_left,
                data,
            })
            .into()
        }),
        data().prop_map(|data| ExtensionBody::Mobility(data).into()),
    ]
}

fn any_packet() -> impl Strategy<Value = Packet> {
    (
        any::<[u8; 16]>(),
        any::<[u8; 16]>(),
        any::<(u8, u32, u8)>(),
        prop::collection::vec(any_extension(), 0..4),
        upper_layer(),
    )
        .prop_map(
            |(src, dst, (traffic_class, flow_label, hop_limit), extensions, payload)| Packet {
                header: Ipv6Header {
                    traffic_class,
                    flow_label: flow_label & 0xf_ffff,
                    hop_limit,
                    ..Ipv6Header::new(src.into(), dst.into())
                },
                extensions,
                payload,
            },
        )
}

proptest! {
    #[test]
    fn what_was_built_is_found(packet in any_packet()) {
        let octets = packet.to_octets();
        let dissection = dissect_packet(&octets);
        let number = |id| number(&dissection, id);
        prop_assert_eq!(number(FieldId::Ipv6TrafficClass), Some(packet.header.traffic_class.into()));
        prop_assert_eq!(number(FieldId::Ipv6FlowLabel), Some(packet.header.flow_label.into()));
        prop_assert_eq!(number(FieldId::Ipv6HopLimit), Some(packet.header.hop_limit.into()));
        prop_assert_eq!(dissection.get(FieldId::Ipv6Src), Some(&Value::Ipv6(packet.header.src)));
        prop_assert_eq!(dissection.get(FieldId::Ipv6Dst), Some(&Value::Ipv6(packet.header.dst)));
        let protocols: Vec<_> = dissection.all(FieldId::ExtensionHeaderType).cloned().collect();
        let built: Vec<_> = packet
            .extensions
            .iter()
            .map(|extension| Value::Uint(extension.body.protocol().into()))
            .collect();
        prop_assert!(protocols.starts_with(&built));
        match &packet.payload {
            Payload::Udp(udp) => {
                prop_assert_eq!(number(FieldId::UdpSrcPort), Some(udp.src_port.into()));
                prop_assert_eq!(number(FieldId::UdpDstPort), Some(udp.dst_port.into()));
                prop_assert!(!dissection.has(ProblemKind::WrongChecksum(FieldId::UdpChecksum)));
                prop_assert_eq!(bytes(&dissection, FieldId::UdpData), Some(udp.data.as_slice()));
            }
            Payload::Tcp(tcp) => {
                prop_assert_eq!(number(FieldId::TcpSequenceNumber), Some(tcp.sequence.into()));
                prop_assert!(!dissection.has(ProblemKind::WrongChecksum(FieldId::TcpChecksum)));
                prop_assert_eq!(bytes(&dissection, FieldId::TcpData), Some(tcp.data.as_slice()));
            }
            Payload::Icmpv6(icmpv6) => {
                prop_assert_eq!(number(FieldId::Icmpv6Code), Some(icmpv6.code.into()));
                prop_assert!(!dissection.has(ProblemKind::WrongChecksum(FieldId::Icmpv6Checksum)));
            }
            Payload::Octets { .. } | Payload::Ipv6(_) => {}
        }
    }

    #[test]
    fn a_packet_cut_off_anywhere_is_taken_apart_as_far_as_it_goes(
        packet in any_packet(),
        cut in any::<prop::sample::Index>(),
    ) {
        let octets = packet.to_octets();
        let whole = dissect_packet(&octets);
        let cut_off = &octets[..cut.index(octets.len())];
        let dissection = dissect_packet(cut_off);
        prop_assert!(!dissection.problems.is_empty());
        for field in &dissection.fields {
            prop_assert!(usize::from(field.range.end) <= cut_off.len());
        }
        // The IPv6 header is read as in the whole packet.
        if cut_off.len() >= IPV6_HEADER_OCTETS {
            prop_assert_eq!(&dissection.fields[..8], &whole.fields[..8]);
        }
    }

    #[test]
    fn hostile_octets_are_taken_apart_without_harm(
        mut octets in prop::collection::vec(any::<u8>(), 0..300),
        next_header in prop::sample::select(vec![0_u8, 6, 17, 41, 43, 44, 58, 60, 135]),
    ) {
        if octets.len() > 40 {
            octets[6] = next_header;
            octets[4] = 0;
        }
        for field in &dissect_packet(&octets).fields {
            prop_assert!(usize::from(field.range.end) <= octets.len());
        }
        quoted_packet(&octets);
    }
}
