//! What is too much for plain text: deflated (RFC 1950), then base64 (RFC 4648 4), which
//! ends no element and starts no markup, whatever a device has said.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Packs octets; the page's script unpacks them.
pub fn pack(octets: &[u8]) -> String {
    let mut deflating = ZlibEncoder::new(Vec::new(), Compression::new(6));
    deflating
        .write_all(octets)
        .and_then(|()| deflating.finish())
        .map(|deflated| STANDARD.encode(deflated))
        .expect("memory takes what is written to it")
}
