//! IEEE 802.15.4 MAC frames.

mod address;
pub(crate) mod encode;
mod fcs;
mod frame;

pub use address::MacAddress;
pub use fcs::{fcs, is_fcs_right};
pub use frame::{Fcs, FrameType, FrameVersion, MacFrame};

/// aMaxPhyPacketSize in octets, FCS included. IEEE 802.15.4.
pub const MAX_PSDU_OCTETS: usize = 127;
/// Octets of an FCS.
pub const FCS_OCTETS: usize = 2;
/// The broadcast PAN id and the broadcast short address.
pub const BROADCAST: u16 = 0xffff;
