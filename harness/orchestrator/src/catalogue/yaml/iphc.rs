//! How headers are compressed.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::layer::layered;
use super::scalar::{Number, Octets};
use super::{At, Layer};

layered! {
    /// `iphc`.
    pub struct Iphc {
        /// TF.
        tf: Tf,
        /// HLIM.
        hlim: Hlim,
        /// `absent`, `auto`, or the octet.
        cid: At<String>,
        /// Source.
        src: At<AddressMode>,
        /// Destination.
        dst: At<AddressMode>,
        /// Bits in place of those that the modes stand for.
        bits: Bits,
        /// The pad bits of TF=00 and TF=01.
        pad: Pad,
    }
}

/// TF, by what stays in line.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tf {
    /// 00.
    Inline,
    /// 01.
    EcnFlowLabel,
    /// 10.
    TrafficClass,
    /// 11.
    Elided,
}

/// HLIM.
#[derive(Debug, Clone, Copy, Deserialize)]
pub enum Hlim {
    /// 00.
    #[serde(rename = "inline")]
    Inline,
    /// 01.
    #[serde(rename = "1")]
    One,
    /// 10.
    #[serde(rename = "64")]
    SixtyFour,
    /// 11.
    #[serde(rename = "255")]
    TwoFiftyFive,
}

/// Pad bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pad {
    /// As they should be.
    Zeros,
    /// All set.
    Ones,
}

impl Layer for Tf {}
impl Layer for Hlim {}
impl Layer for Pad {}

layered! {
    /// `bits`: of reserved combinations.
    pub struct Bits {
        /// SAC.
        sac: u8,
        /// SAM.
        sam: u8,
        /// M.
        m: u8,
        /// DAC.
        dac: u8,
        /// DAM.
        dam: u8,
    }
}

/// How an address is compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressMode {
    /// Without a context, by name: `inline`, `64-bit`, `elided`, `48-bit`, …
    Named(String),
    /// Against a context.
    Context {
        /// Its number, or `sci`, `dci`: what the CID octet says.
        context: Number,
        /// What stays in line of the IID; nothing for a multicast address.
        iid: Option<String>,
    },
}

impl Layer for AddressMode {}

impl<'de> Deserialize<'de> for AddressMode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Modes;

        impl<'de> Visitor<'de> for Modes {
            type Value = AddressMode;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "an address mode (such as `inline`, `64-bit`, `{ context: 0, iid: elided }`)",
                )
            }

            fn visit_str<E>(self, name: &str) -> Result<AddressMode, E> {
                Ok(AddressMode::Named(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AddressMode, A::Error> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Keys {
                    context: Number,
                    iid: Option<String>,
                }
                let keys = Keys::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(AddressMode::Context {
                    context: keys.context,
                    iid: keys.iid,
                })
            }
        }

        deserializer.deserialize_any(Modes)
    }
}

/// How a following header is compressed.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nhc {
    /// RFC 6282 4.3.
    Udp(NhcUdp),
    /// RFC 6282 4.2.
    Extension(NhcExtension),
    /// 0xEE and IPHC; what follows in the list is behind it.
    Ipv6(Box<Iphc>),
    /// RFC 7400 3.1.
    GhcUdp(NhcUdp),
    /// RFC 7400 3.1.
    GhcIcmpv6(Ghc),
    /// RFC 7400 3.2.
    GhcExtension(Ghc),
    /// These octets, then the packet's as they are.
    Raw(Octets),
}

impl Layer for Nhc {}

/// An NHC UDP header.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NhcUdp {
    /// P.
    pub ports: Ports,
    /// C.
    pub checksum: NhcChecksum,
    /// For `ghc-udp`: how the payload is coded.
    pub code: GhcCode,
}

/// P.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub enum Ports {
    /// 00.
    #[default]
    #[serde(rename = "inline")]
    Inline,
    /// 01.
    #[serde(rename = "dst-8-bit")]
    Dst8Bit,
    /// 10.
    #[serde(rename = "src-8-bit")]
    Src8Bit,
    /// 11.
    #[serde(rename = "4-bit")]
    FourBit,
}

/// C.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NhcChecksum {
    /// 0.
    #[default]
    Inline,
    /// 1.
    Elided,
}

/// An NHC extension header.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NhcExtension {
    /// What becomes of trailing padding.
    pub padding: Padding,
}

/// What becomes of trailing padding.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Padding {
    /// It stays.
    #[default]
    Kept,
    /// The decoder puts it back.
    Elided,
}

/// A header in GHC.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ghc {
    /// How it is coded.
    pub code: GhcCode,
}

/// How octets become bytecode.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GhcCode {
    /// As short as it gets.
    #[default]
    Best,
    /// Literals only.
    Literals,
    /// Literals and runs of zeros.
    Zeros,
}
