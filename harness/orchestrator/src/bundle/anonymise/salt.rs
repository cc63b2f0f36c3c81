//! What pseudonyms are made from: a key, so that nobody finds a name by trying names.

use std::fs::File;
use std::io::{self, Read};

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The key of all pseudonyms. The same key gives the same pseudonyms, in another bundle, too;
/// it stands in no bundle.
#[derive(Clone)]
pub struct Salt(Vec<u8>);

impl Salt {
    /// A key that nobody knows, this program included once it has ended.
    pub fn random() -> io::Result<Self> {
        let mut octets = vec![0; 32];
        File::open("/dev/urandom")?.read_exact(&mut octets)?;
        Ok(Salt(octets))
    }

    /// What stands for `original` among names of this kind, to be used as one pleases.
    pub(super) fn keyed(&self, kind: &str, original: &[u8]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(original);
        mac.finalize().into_bytes().into()
    }

    /// A name such as `DUT-7F3A91C2`: letters, digits and a hyphen, so that it names a file, too.
    pub(super) fn name(&self, kind: &str, original: &str) -> String {
        let [a, b, c, d, ..] = self.keyed(kind, original.as_bytes());
        format!("{kind}-{a:02X}{b:02X}{c:02X}{d:02X}")
    }
}

/// A key that people agree on.
impl From<Vec<u8>> for Salt {
    fn from(key: Vec<u8>) -> Self {
        Salt(key)
    }
}
