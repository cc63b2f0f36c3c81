//! Random packets through random encodings and back; hostile octets.

mod scene;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::context::ContextTable;
use crate::craft::*;
use crate::dissect::{DissectOptions, FcsMode, dissect};
use crate::mac::{Fcs, MacFrame};
use crate::recompress::{Economy, Feature, FeatureSet, recompress};
use scene::{ends, features, scene};

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
        recoverable in any::<bool>(),
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
            frame.fragmentation = match recoverable {
                true => Fragmentation::Recoverable { tag: tag as u8, ack_request: true },
                false => Fragmentation::Auto { tag, first: None },
            };
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
                let options = DissectOptions { contexts: &scene.contexts, fcs, keys: None };
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
