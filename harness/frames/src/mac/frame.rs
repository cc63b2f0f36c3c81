//! A MAC frame, field by field.

use super::MacAddress;

/// Frame types. IEEE 802.15.4-2015 7.2.1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FrameType {
    /// 000.
    Beacon,
    /// 001: the only one that carries IPv6 (RFC 4944 2).
    #[default]
    Data,
    /// 010.
    Ack,
    /// 011.
    Command,
    /// Any other; the low three bits count.
    Other(u8),
}

/// Frame versions. IEEE 802.15.4-2015 7.2.1.9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FrameVersion {
    /// 00.
    V2003,
    /// 01.
    #[default]
    V2006,
    /// 10.
    V2015,
    /// 11.
    Reserved,
}

/// What stands in the last two octets of a PSDU.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Fcs {
    /// The right CRC.
    #[default]
    Right,
    /// A wrong one.
    Wrong,
    /// TI's trailer in place of the FCS: RSSI, then CRC-OK bit and LQI.
    TiTrailer {
        /// Received power, in the chip's own offset.
        rssi: i8,
        /// The chip found the FCS right.
        crc_ok: bool,
        /// Link quality, 7 bits.
        lqi: u8,
    },
    /// Nothing.
    Absent,
}

/// A MAC frame as one means it; what is inconsistent is encoded as said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MacFrame {
    /// Frame type.
    pub frame_type: FrameType,
    /// Frame version.
    pub version: FrameVersion,
    /// Security enabled bit; the auxiliary header is part of the payload here.
    pub security_enabled: bool,
    /// Frame pending bit.
    pub frame_pending: bool,
    /// Acknowledgement request bit.
    pub ack_request: bool,
    /// PAN id compression bit.
    pub pan_id_compression: bool,
    /// Sequence number; absent only in 2015 frames.
    pub sequence_number: Option<u8>,
    /// Destination PAN id, if on air.
    pub dst_pan: Option<u16>,
    /// Destination address.
    pub dst: MacAddress,
    /// Source PAN id, if on air.
    pub src_pan: Option<u16>,
    /// Source address.
    pub src: MacAddress,
    /// MAC payload.
    pub payload: Vec<u8>,
    /// The trailer.
    pub fcs: Fcs,
}
