//! What dut.yaml says of a mote.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

/// A mote for Cooja.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cooja {
    /// The image, a shared object.
    pub image: PathBuf,
    /// Its number, 1 to 65535.
    #[serde(default = "one")]
    pub mote_id: u16,
    /// Seed of its random numbers.
    #[serde(default)]
    pub seed: u32,
    /// Contexts that it was built with.
    #[serde(default)]
    pub contexts: BTreeMap<u8, Prefix>,
    /// Lines that send `{packet}` of `{length}` octets; none: it cannot.
    #[serde(default)]
    pub send_ipv6: Vec<String>,
}

fn one() -> u16 {
    1
}

/// A prefix, written `2001:db8::/64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// Its octets, zero beyond its length.
    pub prefix: Ipv6Addr,
    /// In bits, 0 to 128.
    pub length: u8,
}

impl FromStr for Prefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no prefix (wanted: such as 2001:db8::/64)");
        let (prefix, length) = text.split_once('/').ok_or_else(wrong)?;
        let prefix = prefix.parse().map_err(|_| wrong())?;
        let length = length.parse().ok().filter(|length| *length <= 128);
        let length = length.ok_or_else(wrong)?;
        Ok(Prefix { prefix, length })
    }
}

impl<'de> Deserialize<'de> for Prefix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
