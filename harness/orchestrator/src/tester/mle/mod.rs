//! Mesh link establishment, by which the nodes of a Thread network find each other (Thread 1.1, chapter 4): its messages,
//! their parts, and the frames that bear them. Whoever leads and whoever follows speaks it alike.

pub mod message;
pub mod network_data;
pub mod tlv;

use sixlo_frames::context::ContextTable;
use sixlo_frames::craft::{Body, Fragmentation, FrameSpec, IphcSpec, NhcSpec, craft};
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::mac::{BROADCAST, MacAddress, MacFrame};
use sixlo_frames::packet::Packet;

/// Version of Thread that the tester says it speaks: 1.1 is 2, and has all that is needed here.
pub const VERSION: [u8; 2] = [0, 2];

/// The packet in a frame that is not secured; none where it is not whole, or not right.
pub fn packet_of(psdu: &[u8]) -> Option<Vec<u8>> {
    let contexts = ContextTable::new();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    let dissection = dissect(psdu, &options);
    if dissection.mac?.fcs_right == Some(false) {
        return None;
    }
    dissection.packet
}

/// The one frame, not secured, that bears a packet from one node to another, or to all who
/// hear it. Everything that can be left out is: these messages have to fit into a frame each,
/// for a fragment of a node that is no neighbour yet is taken from nobody.
pub fn frames(
    packet: &Packet,
    sequence_number: u8,
    pan_id: u16,
    from: [u8; 8],
    to: [u8; 8],
) -> Vec<Vec<u8>> {
    let m = packet.header.dst.is_multicast();
    let src = MacAddress::Extended(from);
    let dst = match m {
        true => MacAddress::Short(BROADCAST),
        false => MacAddress::Extended(to),
    };
    let spec = FrameSpec {
        mac: MacFrame::data(sequence_number, pan_id, dst, src),
        body: Body::Iphc(IphcSpec {
            tf: 3,
            hlim: 3,
            sam: 3,
            m,
            // All addresses of both kinds fit into the shortest form: ff02::2, and one's EUI-64.
            dam: 3,
            nhc: vec![NhcSpec::Udp {
                p: 0,
                elide_checksum: false,
            }],
            ..IphcSpec::default()
        }),
        fragmentation: Fragmentation::default(),
        ..FrameSpec::default()
    };
    craft(&spec, &packet.to_octets()).unwrap_or_default()
}
