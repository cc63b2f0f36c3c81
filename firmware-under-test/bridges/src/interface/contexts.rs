//! Compression contexts, on a kernel with CONFIG_6LOWPAN_DEBUGFS. Debian's has none.

use std::fs;
use std::io;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};

/// Where the kernel shows them, one directory an interface.
const ROOT: &str = "/sys/kernel/debug/6lowpan";
/// Contexts of an interface. RFC 6282 3.1.2 has four bits for an identifier.
pub const COUNT: usize = 16;

/// A prefix that need not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    pub prefix: Ipv6Addr,
    /// In bits, 0 to 128.
    pub prefix_length: u8,
    /// Whether it serves for compression, too.
    pub compress: bool,
}

/// Whether this kernel lets contexts be set at all.
pub fn can_be_set() -> bool {
    Path::new(ROOT).is_dir()
}

/// Gives this interface these contexts and no others.
pub fn set(lowpan: &str, contexts: &[Option<Context>; COUNT]) -> io::Result<()> {
    for (id, context) in contexts.iter().enumerate() {
        let directory: PathBuf = [ROOT, lowpan, "contexts", &id.to_string()].iter().collect();
        let write = |file, value: String| fs::write(directory.join(file), value);
        // Off while it changes, so that no frame meets half a context.
        write("active", "0".into())?;
        if let Some(context) = context {
            write("prefix", in_eight_groups(context.prefix))?;
            write("prefix_len", context.prefix_length.to_string())?;
            write("compression", u8::from(context.compress).to_string())?;
            write("active", "1".into())?;
        }
    }
    Ok(())
}

/// The one form the kernel reads: eight groups of four digits, none left out.
fn in_eight_groups(address: Ipv6Addr) -> String {
    address
        .segments()
        .map(|group| format!("{group:04x}"))
        .join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_written_in_full() {
        assert_eq!(
            in_eight_groups("2001:db8::1".parse().unwrap()),
            "2001:0db8:0000:0000:0000:0000:0000:0001"
        );
    }
}
