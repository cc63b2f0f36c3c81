//! smoltcp's view of the air: one frame in, any number out.

use alloc::vec::Vec;

use smoltcp::phy::{self, ChecksumCapabilities, DeviceCapabilities, Medium};
use smoltcp::time::Instant;

/// Frames without FCS, in both directions.
#[derive(Default)]
pub struct Air {
    /// The frame that smoltcp is to hear next.
    pub arrived: Option<Vec<u8>>,
    /// What smoltcp has sent, oldest first.
    pub sent: Vec<Vec<u8>>,
}

/// aMaxPHYPacketSize (127) less the FCS, in octets. IEEE 802.15.4-2006 6.4.1.
const LARGEST_FRAME: usize = 125;

impl phy::Device for Air {
    type RxToken<'a> = Receipt;
    type TxToken<'a> = Slot<'a>;

    fn receive(&mut self, _now: Instant) -> Option<(Receipt, Slot<'_>)> {
        let frame = self.arrived.take()?;
        Some((Receipt(frame), Slot(&mut self.sent)))
    }

    fn transmit(&mut self, _now: Instant) -> Option<Slot<'_>> {
        Some(Slot(&mut self.sent))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ieee802154;
        capabilities.max_transmission_unit = LARGEST_FRAME;
        capabilities.checksum = ChecksumCapabilities::default();
        capabilities
    }
}

/// A frame on its way in.
pub struct Receipt(Vec<u8>);

impl phy::RxToken for Receipt {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

/// Room for a frame on its way out.
pub struct Slot<'a>(&'a mut Vec<Vec<u8>>);

impl phy::TxToken for Slot<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, write: F) -> R {
        let mut frame = Vec::with_capacity(length + 2);
        frame.resize(length, 0);
        let result = write(&mut frame);
        self.0.push(frame);
        result
    }
}
