//! Settings under /proc/sys.

use std::fs;
use std::io;

/// Writes one setting, named as sysctl(8) does with slashes.
///
/// # Errors
/// If the kernel refuses it, or has none of this name.
pub fn set(name: &str, value: &str) -> io::Result<()> {
    fs::write(format!("/proc/sys/{name}"), value).map_err(|error| {
        io::Error::new(error.kind(), format!("/proc/sys/{name} = {value}: {error}"))
    })
}

/// The time after which Linux forgets an incomplete datagram, in seconds.
pub const REASSEMBLY_SECONDS: &str = "net/ieee802154/6lowpan/6lowpanfrag_time";
