//! Devices for this module's tests.

use std::path::Path;

use sixlo_judge::name::DutName;

use super::device::Device;
use crate::catalogue::load_ports;

/// A device with this name, as some port has it.
pub fn device(name: &str) -> Device {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../firmware-under-test/ports");
    let ports = load_ports(&root).unwrap();
    let mut device = Device::all(&ports).swap_remove(0);
    device.spec.name = DutName(name.to_owned());
    device
}
