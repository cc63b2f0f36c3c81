//! Finds the probes of boards that have power.

use std::fmt;

use probe_rs::probe::list::ProbeListItem;
use probe_rs::probe::{
    DebugProbe, DebugProbeError, DebugProbeInfo, DebugProbeSelector, ProbeCreationError,
    ProbeFactory,
};

use super::driver::VirtualProbe;
use crate::board::{all, powered};

/// Vendor and product: the pair that pid.codes keeps free for tests, so that no probe on
/// USB has it.
pub const VENDOR: u16 = 0x1209;
/// See [`VENDOR`].
pub const PRODUCT: u16 = 0x0001;

/// The driver's front.
#[derive(Debug)]
pub struct Factory;

impl fmt::Display for Factory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("emulated board")
    }
}

impl ProbeFactory for Factory {
    fn open(&self, selector: &DebugProbeSelector) -> Result<Box<dyn DebugProbe>, DebugProbeError> {
        let is_ours = selector.vendor_id == VENDOR && selector.product_id == PRODUCT;
        let serial = selector.serial_number.as_deref().filter(|_| is_ours);
        match serial.and_then(powered) {
            Some(port) => Ok(Box::new(VirtualProbe::new(port))),
            None => Err(ProbeCreationError::NotFound.into()),
        }
    }

    fn list_probes(&self) -> Vec<ProbeListItem> {
        let item = |serial| {
            let name = "emulated board";
            let info =
                DebugProbeInfo::new(name, VENDOR, PRODUCT, Some(serial), &Factory, None, false);
            ProbeListItem::accessible(info)
        };
        all().into_iter().map(item).collect()
    }
}
