//! Settings under /proc/sys.

use std::io;

use sixlo_bridges::interface::sysctl::{REASSEMBLY_SECONDS, set};

/// Settings that hold for the whole life of the guest.
pub fn prepare() -> io::Result<()> {
    // No interface waits with its address until nobody has objected to it.
    for interface in ["all", "default"] {
        set(&format!("net/ipv6/conf/{interface}/accept_dad"), "0")?;
        set(&format!("net/ipv6/conf/{interface}/dad_transmits"), "0")?;
    }
    // Errors serve the harness as answers: none may be held back. Kernels know
    // different ones of these; what one does not know cannot limit.
    for (name, value) in [
        ("net/ipv6/icmp/ratelimit", "0"),
        ("net/ipv6/icmp/ratemask", "0"),
        ("net/ipv4/icmp_msgs_per_sec", "1000000"),
        ("net/ipv4/icmp_msgs_burst", "100000"),
    ] {
        if let Err(error) = set(name, value)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(error);
        }
    }
    set(REASSEMBLY_SECONDS, "2")
}
