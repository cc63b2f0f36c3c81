//! MAC frames to octets. IEEE 802.15.4-2015 7.2.

use super::{Fcs, FrameType, FrameVersion, MacAddress, MacFrame, fcs::fcs};

impl MacFrame {
    /// A data frame as 6LoWPAN uses it: both addresses, one PAN id (RFC 4944 2).
    pub fn data(sequence_number: u8, pan_id: u16, dst: MacAddress, src: MacAddress) -> Self {
        MacFrame {
            frame_type: FrameType::Data,
            ack_request: !matches!(dst, MacAddress::Short(super::BROADCAST)),
            pan_id_compression: true,
            sequence_number: Some(sequence_number),
            dst_pan: Some(pan_id),
            dst,
            src,
            ..MacFrame::default()
        }
    }

    /// The immediate acknowledgement of a frame. IEEE 802.15.4-2015 7.3.3.
    pub fn ack(sequence_number: u8) -> Self {
        MacFrame {
            frame_type: FrameType::Ack,
            version: FrameVersion::V2003,
            sequence_number: Some(sequence_number),
            ..MacFrame::default()
        }
    }

    /// The PSDU, trailer included.
    pub fn encode(&self) -> Vec<u8> {
        let mut psdu = Vec::with_capacity(super::MAX_PSDU_OCTETS + 1);
        self.append_header(&mut psdu);
        psdu.extend_from_slice(&self.payload);
        append_trailer(self.fcs, &mut psdu);
        psdu
    }

    /// Octets of the MAC header.
    pub fn header_octets(&self) -> usize {
        2 + usize::from(self.sequence_number.is_some())
            + 2 * usize::from(self.dst_pan.is_some())
            + self.dst.octets()
            + 2 * usize::from(self.src_pan.is_some())
            + self.src.octets()
    }

    /// Appends the MAC header, exactly as said.
    pub(crate) fn append_header(&self, psdu: &mut Vec<u8>) {
        psdu.extend_from_slice(&self.frame_control().to_le_bytes());
        psdu.extend(self.sequence_number);
        append_pan_id(self.dst_pan, psdu);
        append_address(self.dst, psdu);
        append_pan_id(self.src_pan, psdu);
        append_address(self.src, psdu);
    }

    /// ```text
    ///   bits  0-2 type, 3 security, 4 pending, 5 AR, 6 PAN id compression,
    ///         8 sequence number suppression (2015), 10-11 destination mode,
    ///         12-13 version, 14-15 source mode
    /// ```
    fn frame_control(&self) -> u16 {
        let suppressed = self.sequence_number.is_none() && self.version == FrameVersion::V2015;
        self.frame_type.bits()
            | u16::from(self.security_enabled) << 3
            | u16::from(self.frame_pending) << 4
            | u16::from(self.ack_request) << 5
            | u16::from(self.pan_id_compression) << 6
            | u16::from(suppressed) << 8
            | self.dst.mode() << 10
            | self.version.bits() << 12
            | self.src.mode() << 14
    }
}

/// Appends what stands behind the MAC payload.
pub(crate) fn append_trailer(trailer: Fcs, psdu: &mut Vec<u8>) {
    match trailer {
        Fcs::Right => {
            let right = fcs(psdu);
            psdu.extend_from_slice(&right.to_le_bytes());
        }
        Fcs::Wrong => {
            let wrong = !fcs(psdu);
            psdu.extend_from_slice(&wrong.to_le_bytes());
        }
        Fcs::TiTrailer { rssi, crc_ok, lqi } => {
            psdu.extend_from_slice(&[rssi.cast_unsigned(), u8::from(crc_ok) << 7 | (lqi & 0x7f)]);
        }
        Fcs::Absent => {}
    }
}

fn append_pan_id(pan_id: Option<u16>, psdu: &mut Vec<u8>) {
    if let Some(pan_id) = pan_id {
        psdu.extend_from_slice(&pan_id.to_le_bytes());
    }
}

/// Addresses travel least significant octet first.
fn append_address(address: MacAddress, psdu: &mut Vec<u8>) {
    match address {
        MacAddress::Absent => {}
        MacAddress::Short(short) => psdu.extend_from_slice(&short.to_le_bytes()),
        MacAddress::Extended(eui64) => psdu.extend(eui64.iter().rev()),
    }
}

impl MacAddress {
    fn mode(self) -> u16 {
        match self {
            MacAddress::Absent => 0,
            MacAddress::Short(_) => 2,
            MacAddress::Extended(_) => 3,
        }
    }
}

impl FrameType {
    fn bits(self) -> u16 {
        match self {
            FrameType::Beacon => 0,
            FrameType::Data => 1,
            FrameType::Ack => 2,
            FrameType::Command => 3,
            FrameType::Other(bits) => u16::from(bits & 7),
        }
    }
}

impl FrameVersion {
    fn bits(self) -> u16 {
        match self {
            FrameVersion::V2003 => 0,
            FrameVersion::V2006 => 1,
            FrameVersion::V2015 => 2,
            FrameVersion::Reserved => 3,
        }
    }
}
