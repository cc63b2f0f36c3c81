//! One frame and a hostile context table.

#![no_main]

mod input;

use libfuzzer_sys::fuzz_target;
use sixlo_frames::context::ContextTable;
use sixlo_frames::craft::{FrameSpec, is_faithful};
use sixlo_frames::dissect::{DissectOptions, dissect, dissect_packet};
use sixlo_frames::mac::{MacAddress, MacFrame};
use sixlo_frames::packet::quoted_packet;
use sixlo_frames::recompress::{Feature, FeatureSet, RecompressOptions, recompress};
use sixlo_frames::security::{Key, KeyId, Keys};

use input::Input;

fuzz_target!(|octets: &[u8]| {
    let mut input = Input(octets);
    let contexts = input.contexts();
    // Without a MIC anything opens.
    let keys = Keys::new()
        .with_key(KeyId::Implicit, Key([1; 16]))
        .with_key(KeyId::Index(1), Key([2; 16]))
        .with_node(1, [2; 8]);
    let options = DissectOptions {
        contexts: &contexts,
        fcs: input.fcs(),
        keys: Some(&keys),
    };
    let psdu = input.0;
    let dissection = dissect(psdu, &options);
    for field in &dissection.fields {
        assert!(usize::from(field.range.end) <= psdu.len(), "{field:?}");
    }
    // As a packet the octets are at least as hostile as what a frame restores.
    for packet in [Some(psdu), dissection.packet.as_deref()]
        .into_iter()
        .flatten()
    {
        let end = u16::try_from(packet.len()).unwrap_or(u16::MAX);
        for field in &dissect_packet(packet).fields {
            assert!(field.range.end <= end, "{field:?}");
        }
        if let Some(quote) = quoted_packet(packet) {
            dissect_packet(quote);
        }
        assert_smallest_restores(packet, &contexts);
    }
});

/// Whatever the octets are, their smallest encoding restores them.
fn assert_smallest_restores(packet: &[u8], contexts: &ContextTable) {
    let (src, dst) = (MacAddress::Short(1), MacAddress::Extended([2; 8]));
    let mut allowed: FeatureSet = Feature::ALL.into_iter().collect();
    // The search for the shortest bytecode is quadratic.
    if packet.len() > 160 {
        allowed = allowed.without(Feature::Ghc);
    }
    let options = RecompressOptions {
        contexts,
        ends: (src, dst),
        allowed,
    };
    let frame = FrameSpec {
        mac: MacFrame::data(0, 0xabcd, dst, src),
        body: recompress(packet, packet.len(), &options).body,
        ..FrameSpec::default()
    };
    assert!(is_faithful(&frame, packet, contexts), "{frame:?}");
}
