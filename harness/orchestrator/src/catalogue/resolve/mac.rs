//! The MAC header, and the mesh header that may follow it.

use serde_saphyr::Location;
use sixlo_frames::craft::MeshSpec;
use sixlo_frames::mac::{BROADCAST, Fcs, FrameType, FrameVersion, MacAddress, MacFrame};
use sixlo_judge::profile::Node;

use super::scope::Scope;
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::scalar::Number;
use crate::catalogue::yaml::send;

/// The MAC header of a `send`.
pub(super) fn mac(
    scope: &Scope<'_>,
    at: Location,
    send: &send::Send,
    own: Node,
    multicast: bool,
) -> Option<MacFrame> {
    let base = send::Mac::default();
    let mac = send.mac.as_ref().unwrap_or(&base);
    let address = |named: &Option<At<String>>, base: &str, own| {
        let (at, text) = match named {
            Some(named) => (named.referenced, named.value.as_str()),
            None => (at, base),
        };
        scope.take(at, scope.mac_address(text, own))
    };
    let src = address(&mac.src, "extended", own);
    // A multicast goes to everybody (RFC 4944 3), unless the case says otherwise.
    let to = if multicast { "broadcast" } else { "extended" };
    let dst = address(&mac.dst, to, scope.nodes.dut);
    let (src, dst) = (src?, dst?);
    let pan = match &mac.pan {
        None => scope.nodes.pan_id,
        Some(pan) => match pan.value.as_str() {
            "own" => scope.nodes.pan_id,
            "other" => scope.nodes.pan_id ^ 0x0101,
            "broadcast" => BROADCAST,
            text => {
                return scope.fail(
                    pan.referenced,
                    format!("`{text}` is no PAN (known: own, other, broadcast)"),
                );
            }
        },
    };
    let mut frame = MacFrame::data(0, pan, dst, src);
    // Without a destination, or without a source, there is one PAN id, and nothing to compress.
    match (src, dst) {
        (MacAddress::Absent, _) => frame.pan_id_compression = false,
        (_, MacAddress::Absent) => {
            frame.pan_id_compression = false;
            (frame.dst_pan, frame.src_pan) = (None, Some(pan));
        }
        _ => {}
    }
    frame.ack_request = mac.ack_request.unwrap_or(frame.ack_request);
    if let Some(version) = &mac.version {
        frame.version = match version.value {
            Number::Is(2003) => FrameVersion::V2003,
            Number::Is(2006) => FrameVersion::V2006,
            Number::Is(2015) => FrameVersion::V2015,
            _ => return scope.fail(version.referenced, "a frame is of 2003, 2006 or 2015"),
        };
    }
    if let Some(frame_type) = &mac.r#type {
        frame.frame_type = match frame_type.value.as_str() {
            "data" => FrameType::Data,
            "beacon" => FrameType::Beacon,
            "ack" => FrameType::Ack,
            "command" => FrameType::Command,
            text => {
                return scope.fail(
                    frame_type.referenced,
                    format!("`{text}` is no frame type (known: data, beacon, ack, command)"),
                );
            }
        };
    }
    if let Some(fcs) = &mac.fcs {
        frame.fcs = match fcs.value.as_str() {
            "right" => Fcs::Right,
            "wrong" => Fcs::Wrong,
            text => {
                return scope.fail(
                    fcs.referenced,
                    format!("`{text}` is no FCS (known: right, wrong)"),
                );
            }
        };
    }
    Some(frame)
}

/// A mesh header.
pub(super) fn mesh(
    scope: &Scope<'_>,
    at: Location,
    raw: &send::Mesh,
    own: Node,
) -> Option<MeshSpec> {
    let address = |named: &Option<At<String>>, own| match named {
        Some(named) => scope.take(named.referenced, scope.mac_address(&named.value, own)),
        None => scope.take(at, scope.mac_address("extended", own)),
    };
    let originator = address(&raw.originator, own);
    let final_destination = address(&raw.r#final, scope.nodes.dut);
    Some(MeshSpec {
        hops_left: raw.hops_left.unwrap_or(5),
        originator: originator?,
        final_destination: final_destination?,
    })
}
