//! The driver that probe-rs opens boards with.

mod driver;
mod factory;
mod target;

use std::sync::Once;

use probe_rs::plugin::{Plugin, register_plugin};

pub(crate) use factory::{PRODUCT, VENDOR};

/// Tells probe-rs of the driver and of the chip; once is enough, again does no harm.
pub fn register() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        register_plugin(Plugin {
            targets: &[target::family()],
            probe_drivers: &[&factory::Factory],
            ..Plugin::default()
        });
    });
}
