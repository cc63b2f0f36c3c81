//! Random packets through random encodings and back; hostile octets.

use std::net::Ipv6Addr;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::context::{Context, ContextTable};
use crate::craft::*;
use crate::dissect::{DissectOptions, Dissection, FcsMode, dissect};
use crate::iid;
use crate::mac::{Fcs, MacAddress, MacFrame};
use crate::packet::*;
use crate::recompress::{Economy, Feature, FeatureSet, RecompressOptions, recompress};

fn mac_address() -> impl Strategy<Value = MacAddress> {
    prop_oneof![
        any::<u16>().prop_map(MacAddress::Short),
        any::<[u8; 8]>().prop_map(MacAddress::Extended),
    ]
}

fn ends() -> impl Strategy<Value = (MacAddress, MacAddress)> {
    (mac_address(), mac_address())
}

fn contexts() -> impl Strategy<Value = ContextTable> {
    let length = select(vec![0_u8, 32, 48, 60, 64, 65, 80, 112, 126, 128]);
    let context = (any::<[u8; 16]>(), length, 0..16_u8);
    vec(context, 0..4).prop_map(|contexts| {
        let mut table = ContextTable::new();
        for (prefix, length, id) in contexts {
            let prefix = Ipv6Addr::from(prefix);
            table.set(id, Context { prefix, length });
        }
        table
    })
}

/// Kinds of addresses that compress well, badly and not at all.
#[derive(Debug, Clone)]
struct AddressPlan {
    kind: u8,
    iid_kind: u8,
    octets: [u8; 16],
    context: Index,
}

fn address_plan() -> impl Strategy<Value = AddressPlan> {
    (0..6_u8, 0..3_u8, any::<[u8; 16]>(), any::<Index>()).prop_map(
        |(kind, iid_kind, octets, context)| AddressPlan {
            kind,
            iid_kind,
            octets,
            context,
        },
    )
}

impl AddressPlan {
    fn unicast(&self, mac: MacAddress, contexts: &ContextTable) -> Ipv6Addr {
        let o = self.octets;
        let iid = match self.iid_kind {
            0 => iid::from_mac(mac).unwrap_or_default(),
            1 => iid::from_short(u16::from_be_bytes([o[0], o[1]])),
            _ => [o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7]],
        };
        let known: Vec<_> = contexts.iter().map(|(_, context)| *context).collect();
        match (self.kind, known.is_empty()) {
            (0 | 1, _) => iid::link_local(iid),
            (2 | 3, false) => known[self.context.index(known.len())].with_iid(iid),
            (4, _) => Ipv6Addr::UNSPECIFIED,
            _ => Ipv6Addr::from(o),
        }
    }

    fn destination(&self, mac: MacAddress, contexts: &ContextTable) -> Ipv6Addr {
        let o = self.octets;
        let group = u16::from_be_bytes([o[0], o[1]]);
        match (self.kind, self.iid_kind) {
            (4, 0) => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, group & 0xff),
            (4, 1) => Ipv6Addr::new(0xff00 | u16::from(o[2]), 0, 0, 0, 0, 0, 0x00aa, group),
            (4, _) => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00, group),
            (5, 0) => prefix_group(contexts, self),
            _ => self.unicast(mac, contexts),
        }
    }
}

/// A unicast-prefix-based group of a context, RFC 3306.
fn prefix_group(contexts: &ContextTable, plan: &AddressPlan) -> Ipv6Addr {
    let mut group = plan.octets;
    (group[0], group[3]) = (0xff, 0);
    if let Some((_, context)) = contexts.iter().find(|(_, context)| context.length <= 64) {
        group[3] = context.length;
        group[4..12].copy_from_slice(&context.with_iid([0; 8]).octets()[..8]);
    }
    Ipv6Addr::from(group)
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![Just(0_u8), any::<u8>()], 0..70)
}

fn payload() -> impl Strategy<Value = Payload> {
    let port = || prop_oneof![(0xf0b0..0xf0c0_u16), (0xf000..0xf100_u16), any::<u16>()];
    prop_oneof![
        (port(), port(), data()).prop_map(|(src, dst, data)| Udp::new(src, dst, data).into()),
        data().prop_map(|data| {
            Icmpv6::from(Message::EchoRequest(Echo {
                identifier: 1,
                sequence: 2,
                data,
            }))
            .into()
        }),
        data().prop_map(|octets| Payload::Octets {
            protocol: 200,
            octets
        }),
    ]
}

fn extension() -> impl Strategy<Value = Extension> {
    let option =
        (any::<u8>(), vec(any::<u8>(), 0..12)).prop_map(|(option_type, data)| Ipv6Option::Other {
            option_type: option_type.max(2),
            data,
        });
    let options = vec(option, 0..3);
    (0..4, options, vec(any::<u8>(), 0..20)).prop_map(|(kind, options, data)| {
        match kind {
            0 => ExtensionBody::HopByHop(options),
            1 => ExtensionBody::DestinationOptions(options),
            2 => ExtensionBody::Routing(Routing {
                routing_type: 253,
                segments_left: 0,
                data,
            }),
            _ => ExtensionBody::Mobility(data),
        }
        .into()
    })
}

/// Everything that a packet, its link and its frames are made of.
#[derive(Debug, Clone)]
struct Scene {
    ends: (MacAddress, MacAddress),
    contexts: ContextTable,
    packet: Vec<u8>,
}

fn header_fields() -> impl Strategy<Value = (u8, u32, u8)> {
    (
        prop_oneof![Just(0_u8), Just(1), any::<u8>()],
        prop_oneof![Just(0_u32), 0..0x0010_0000_u32],
        select(vec![0_u8, 1, 37, 64, 255]),
    )
}

fn scene() -> impl Strategy<Value = Scene> {
    let header = || (header_fields(), address_plan(), address_plan());
    (
        ends(),
        contexts(),
        header(),
        proptest::option::of(header()),
        vec(extension(), 0..3),
        payload(),
    )
        .prop_map(|(ends, contexts, outer, inner, extensions, payload)| {
            let build = |((traffic_class, flow_label, hop_limit), src, dst): (
                (u8, u32, u8),
                AddressPlan,
                AddressPlan,
            )| Ipv6Header {
                traffic_class,
                flow_label,
                hop_limit,
                ..Ipv6Header::new(
                    src.unicast(ends.0, &contexts),
                    dst.destination(ends.1, &contexts),
                )
            };
            let inner_payload: Payload = match inner {
                Some(inner) => Packet::new(build(inner), payload).into(),
                None => payload,
            };
            let packet = Packet {
                extensions,
                ..Packet::new(build(outer), inner_payload)
            };
            Scene {
                ends,
                contexts,
                packet: packet.to_octets(),
            }
        })
}

fn features() -> impl Strategy<Value = FeatureSet> {
    prop_oneof![
        Just(FeatureSet::rfc6282()),
        Just(Feature::ALL.into_iter().collect()),
        vec(select(Feature::ALL.to_vec()), 0..14)
            .prop_map(|some| some.into_iter().chain([Feature::Iphc]).collect()),
    ]
}

impl Scene {
    fn frame(&self, body: Body) -> FrameSpec {
        FrameSpec {
            mac: MacFrame::data(1, 0xabcd, self.ends.1, self.ends.0),
            body,
            ..FrameSpec::default()
        }
    }

    fn options(&self, allowed: FeatureSet) -> RecompressOptions<'_> {
        RecompressOptions {
            contexts: &self.contexts,
            ends: self.ends,
            allowed,
        }
    }

    fn read(&self, psdu: &[u8]) -> Dissection {
        let options = DissectOptions {
            contexts: &self.contexts,
            fcs: FcsMode::Present,
        };
        dissect(psdu, &options)
    }

    fn is_faithful(&self, frame: &FrameSpec) -> bool {
        is_faithful(frame, &self.packet, &self.contexts)
    }
}

/// Every way to carry the two addresses, with the context octet or without.
fn address_modes(contexts: &ContextTable) -> impl Iterator<Item = (Option<u8>, u8)> {
    let ids: Vec<u8> = contexts.iter().map(|(id, _)| id).collect();
    let pairs = ids
        .iter()
        .flat_map(|sci| ids.iter().map(move |dci| Some(sci << 4 | dci)))
        .collect::<Vec<_>>();
    std::iter::once(None)
        .chain(pairs)
        .flat_map(|cid| (0..0x80).map(move |bits| (cid, bits)))
}

/// Octets that are sometimes sensible LoWPAN headers.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let start = prop_oneof![
        Just(vec![]),
        Just(vec![0x7e, 0x33]),
        Just(vec![0x7e, 0x33, 0xdf]),
        Just(vec![0x7e, 0x33, 0xe1]),
        Just(vec![0xc0, 0x40, 0, 1, 0x7e, 0x33]),
        Just(vec![0xb5, 0, 1, 0, 2]),
        (0x60..0x80_u8, any::<u8>()).prop_map(|(a, b)| vec![a, b]),
    ];
    (start, vec(any::<u8>(), 0..110)).prop_map(|(start, rest)| [start, rest].concat())
}

proptest! {
    #[test]
    fn the_smallest_encoding_restores_the_packet(scene in scene(), allowed in features()) {
        let options = scene.options(allowed);
        let encoding = recompress(&scene.packet, scene.packet.len(), &options);
        prop_assert_eq!(encoding.features.minus(allowed), FeatureSet::NONE);
        prop_assert!(encoding.octets.len() <= 1 + scene.packet.len());
        let frame = scene.frame(encoding.body);
        prop_assert!(scene.is_faithful(&frame));
        let psdus = craft(&frame, &scene.packet).expect("a frame");
        let read = scene.read(&psdus[0]);
        prop_assert_eq!(FeatureSet::of_frame(&read), encoding.features);
        let economy = Economy::of_frame(&read, &options).expect("a packet");
        prop_assert_eq!((economy.wasted_octets, economy.missed), (0, FeatureSet::NONE));
    }

    #[test]
    fn no_other_choice_of_address_modes_is_smaller(scene in scene()) {
        let options = scene.options(FeatureSet::rfc6282());
        let best = recompress(&scene.packet, scene.packet.len(), &options);
        let Body::Iphc(spec) = best.body else { panic!("nothing keeps it from IPHC") };
        for (cid, bits) in address_modes(&scene.contexts) {
            let spec = IphcSpec {
                cid,
                sac: bits & 0x40 != 0,
                sam: bits >> 4 & 3,
                m: bits & 8 != 0,
                dac: bits & 4 != 0,
                dam: bits & 3,
                ..spec.clone()
            };
            // M and a multicast destination go together (RFC 6282 3.1.1).
            if spec.m != (scene.packet[24] == 0xff) {
                continue;
            }
            let frame = scene.frame(Body::Iphc(spec));
            let psdu = &craft(&frame, &scene.packet).expect("a frame")[0];
            let read = scene.read(psdu);
            let same = read.problems.is_empty() && read.packet.as_deref() == Some(&scene.packet[..]);
            let octets = read.body.map_or(0, |body| body.len());
            prop_assert!(!same || octets >= best.octets.len(), "{:?}", frame.body);
        }
    }

    /// Between everything in line and the smallest encoding, every mixture of
    /// modes restores; cut into fragments and behind mesh headers, too.
    #[test]
    fn every_relaxation_of_the_smallest_encoding_restores(
        scene in scene(),
        (tf, hlim, src, dst) in any::<(bool, bool, bool, bool)>(),
        nhc in 0..4_usize,
        tag in proptest::option::of(any::<u16>()),
        pages in 0..3_usize,
        mesh in proptest::option::of((any::<u8>(), ends())),
        bc0 in proptest::option::of(any::<u8>()),
    ) {
        let options = scene.options(Feature::ALL.into_iter().collect());
        let best = recompress(&scene.packet, scene.packet.len(), &options);
        let Body::Iphc(mut spec) = best.body else { panic!("nothing keeps it from IPHC") };
        if tf { spec.tf = 0 }
        if hlim { spec.hlim = 0 }
        if src { (spec.sac, spec.sam) = (false, 0) }
        if dst { (spec.dac, spec.dam) = (false, 0) }
        spec.nhc.truncate(nhc);
        let mut frame = scene.frame(Body::Iphc(spec));
        frame.leading = [&[0xf1_u8][..], &[0xf2, 0xf0], &[]][pages].to_vec();
        frame.bc0 = bc0;
        if let Some((hops_left, (src, dst))) = mesh {
            // The IIDs come from the mesh header; the MAC header is a forwarder's.
            (frame.mac.src, frame.mac.dst) = (src, dst);
            frame.mesh = Some(MeshSpec {
                hops_left,
                originator: scene.ends.0,
                final_destination: scene.ends.1,
            });
        }
        if pages == 0 {
            // In page 1 only IPHC is defined.
            (frame.bc0, frame.mesh) = (None, None);
            frame.mac = scene.frame(Body::Bare).mac;
        } else if let Some(tag) = tag {
            frame.fragmentation = Fragmentation::Auto { tag, first: None };
        }
        // Where headers alone fill the frame, there is nothing to restore.
        let crafted = craft(&frame, &scene.packet);
        prop_assume!(!matches!(crafted, Err(CraftError::NoRoom { .. })));
        prop_assert!(scene.is_faithful(&frame), "{frame:?}");
    }

    #[test]
    fn hostile_octets_are_dissected_without_harm(
        scene in scene(),
        octets in hostile(),
        psdu in vec(any::<u8>(), 0..140),
    ) {
        let frame = MacFrame { payload: octets, ..scene.frame(Body::Bare).mac };
        for psdu in [frame.encode(), psdu] {
            for fcs in [FcsMode::Present, FcsMode::Absent, FcsMode::TiTrailer] {
                let options = DissectOptions { contexts: &scene.contexts, fcs };
                let read = dissect(&psdu, &options);
                for field in &read.fields {
                    prop_assert!(field.range.start <= field.range.end);
                    prop_assert!(usize::from(field.range.end) <= psdu.len());
                }
                prop_assert!(read.packet.as_ref().is_none_or(|packet| packet.len() <= 2300));
                if let Some(economy) = Economy::of_frame(&read, &scene.options(Feature::ALL.into_iter().collect())) {
                    prop_assert!(!economy.smallest.octets.is_empty());
                }
            }
        }
    }

    #[test]
    fn mutated_frames_are_dissected_without_harm(
        scene in scene(),
        mutations in vec((any::<Index>(), any::<u8>()), 1..4),
        cut in any::<Index>(),
    ) {
        let options = scene.options(Feature::ALL.into_iter().collect());
        let best = recompress(&scene.packet, scene.packet.len(), &options);
        let psdu = &craft(&scene.frame(best.body), &scene.packet).expect("a frame")[0];
        let mut mutated = psdu.clone();
        for (at, octet) in mutations {
            let at = at.index(mutated.len());
            mutated[at] = octet;
        }
        mutated.truncate(cut.index(mutated.len()) + 1);
        let read = scene.read(&mutated);
        // Whatever came of it can be weighed, and a wrong FCS is noticed.
        Economy::of_frame(&read, &options);
        if mutated.len() == psdu.len() && mutated != *psdu && read.problems.is_empty() {
            prop_assert!(crate::mac::is_fcs_right(&mutated));
        }
    }

    #[test]
    fn any_specification_crafts_or_says_why_not(
        scene in scene(),
        bits in any::<[u8; 4]>(),
        nhc in vec((0..7_u8, any::<u8>()), 0..4),
        plan in vec(any::<(u16, u16, Option<u16>, Option<u8>, bool)>(), 0..3),
        patch in any::<(u16, u8)>(),
        cut_to in proptest::option::of(0..200_usize),
    ) {
        let steps = nhc.iter().map(|&(kind, bits)| match kind {
            0 => NhcSpec::Extension { elide_padding: bits & 1 != 0 },
            1 => NhcSpec::Ipv6(Box::default()),
            2 => NhcSpec::Udp { p: bits, elide_checksum: bits & 4 != 0 },
            3 => NhcSpec::GhcUdp { p: bits, elide_checksum: bits & 4 != 0, code: GhcCode::Zeros },
            4 => NhcSpec::GhcIcmpv6(GhcCode::Literals),
            5 => NhcSpec::GhcExtension(GhcCode::Best),
            _ => NhcSpec::Raw(vec![bits; 3]),
        });
        let spec = IphcSpec {
            tf: bits[0],
            hlim: bits[1],
            cid: (bits[2] & 4 != 0).then_some(bits[3]),
            sac: bits[2] & 1 != 0,
            sam: bits[2] >> 4,
            m: bits[2] & 2 != 0,
            dac: bits[3] & 1 != 0,
            dam: bits[3] >> 4,
            pad_ones: bits[3] & 2 != 0,
            nhc: steps.collect(),
        };
        let mut frame = scene.frame(Body::Iphc(spec));
        frame.mac.fcs = [Fcs::Right, Fcs::Wrong, Fcs::Absent][usize::from(bits[0] % 3)];
        frame.cut_to = cut_to;
        frame.patches = vec![Patch { from: PatchBase::Body, at: patch.0.into(), octets: vec![patch.1] }];
        if !plan.is_empty() {
            let pieces = plan.iter().map(|&(start, length, size, offset, other)| FragmentSpec {
                start: start % 64,
                length: length % 64,
                tag: 1,
                datagram_size: size,
                datagram_offset: offset,
                other_dispatch: other,
            });
            frame.fragmentation = Fragmentation::Plan(pieces.collect());
        }
        // Whether it can be made or not, and whatever it is: no panic.
        if let Ok(psdus) = craft(&frame, &scene.packet) {
            for psdu in psdus {
                scene.read(&psdu);
            }
        }
        scene.is_faithful(&frame);
    }
}
