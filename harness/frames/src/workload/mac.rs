//! MAC versions, addresses and PAN ids. IEEE 802.15.4-2015 7.2.

use super::{PAN_ID, Specimen, WIDTHS, upper_layer};
use crate::craft::{Body, FrameSpec};
use crate::iid;
use crate::mac::{BROADCAST, FrameVersion, MacAddress, MacFrame};
use crate::packet::{Ipv6Header, Packet};

pub(super) fn add(specimens: &mut Vec<Specimen>) {
    for version in [
        FrameVersion::V2003,
        FrameVersion::V2006,
        FrameVersion::V2015,
    ] {
        for widths in WIDTHS {
            for dst in [widths.dst(), MacAddress::Short(BROADCAST)] {
                for bits in 0..16_u8 {
                    let frame = MacFrame {
                        version,
                        frame_pending: bits & 1 != 0,
                        ack_request: bits & 2 != 0,
                        pan_id_compression: bits & 4 != 0,
                        // Only 2015 frames can leave it out.
                        sequence_number: (bits & 8 == 0 || version != FrameVersion::V2015)
                            .then_some(0),
                        ..MacFrame::data(0, PAN_ID, dst, widths.src())
                    };
                    specimens.push(specimen(with_pan_ids(frame)));
                }
            }
        }
    }
}

/// Which PAN ids are there follows from version, addresses and compression
/// (IEEE 802.15.4-2015 table 7-2).
fn with_pan_ids(mut frame: MacFrame) -> MacFrame {
    let both_extended = matches!(
        (frame.src, frame.dst),
        (MacAddress::Extended(_), MacAddress::Extended(_))
    );
    let (dst, src) = match (frame.version, frame.pan_id_compression) {
        (FrameVersion::V2015, true) if both_extended => (false, false),
        (FrameVersion::V2015, false) if both_extended => (true, false),
        (_, compressed) => (true, !compressed),
    };
    frame.dst_pan = dst.then_some(PAN_ID);
    frame.src_pan = src.then_some(0x1234);
    frame
}

fn specimen(mac: MacFrame) -> Specimen {
    let address = |mac| iid::link_local(iid::from_mac(mac).unwrap_or_default());
    let header = Ipv6Header::new(address(mac.src), address(mac.dst));
    Specimen {
        name: format!("mac {:?} {:?}", mac.version, mac.dst),
        packet: Packet::new(header, upper_layer::echo_request(8)),
        frame: FrameSpec {
            mac,
            body: Body::Ipv6,
            ..FrameSpec::default()
        },
    }
}
