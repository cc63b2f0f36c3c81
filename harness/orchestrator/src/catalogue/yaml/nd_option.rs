//! Neighbour discovery options.

use serde::Deserialize;

use super::scalar::{Lie, Octets, Time};
use super::{At, Layer};

/// One of `options`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NdOption {
    /// SLLAO: `extended`, `short`, `peer`, `peer-short` or octets.
    Slla(At<String>),
    /// TLLAO, likewise.
    Tlla(At<String>),
    /// PIO.
    Pio(Pio),
    /// MTU in octets.
    Mtu(u32),
    /// ARO, RFC 6775 4.1.
    Aro(Aro),
    /// EARO, RFC 8505 4.1.
    Earo(Earo),
    /// 6CO.
    #[serde(rename = "6co")]
    Context(SixCo),
    /// ABRO.
    Abro(Abro),
    /// 6CIO.
    #[serde(rename = "6cio")]
    Capability(SixCio),
    /// Any option.
    Unknown(Unknown),
}

impl Layer for NdOption {}

/// Prefix information.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pio {
    /// `pixit.…` or a literal with its length.
    pub prefix: At<String>,
    /// Length in bits in place of the prefix's own.
    pub length: Option<u8>,
    /// L.
    #[serde(default)]
    pub on_link: bool,
    /// A.
    #[serde(default)]
    pub autonomous: bool,
    /// Valid lifetime; a day unless told.
    pub valid: Option<Time>,
    /// Preferred lifetime; as the valid one unless told.
    pub preferred: Option<Time>,
}

/// Address registration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Aro {
    /// Status.
    #[serde(default)]
    pub status: u8,
    /// Registration lifetime, whole minutes.
    pub lifetime: Time,
    /// `tester`, `peer`, `dut` or octets.
    pub eui64: At<String>,
    /// The option's length in place of the right one.
    pub option_length: Option<Lie>,
}

/// Extended address registration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earo {
    /// Status.
    #[serde(default)]
    pub status: u8,
    /// Registration lifetime, whole minutes.
    pub lifetime: Time,
    /// R.
    #[serde(default)]
    pub r: bool,
    /// Transaction id; with it T is set.
    pub tid: u8,
    /// `tester`, `peer`, `dut` or octets.
    pub rovr: At<String>,
}

/// A compression context.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SixCo {
    /// CID.
    pub id: u8,
    /// `pixit.…` or a literal with its length.
    pub prefix: At<String>,
    /// Context length in bits in place of the prefix's own.
    pub length: Option<u8>,
    /// C.
    #[serde(default = "yes")]
    pub compress: bool,
    /// Valid lifetime, whole minutes; ten unless told.
    pub lifetime: Option<Time>,
    /// The option's length in place of the right one.
    pub option_length: Option<Lie>,
}

/// Authoritative border router.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abro {
    /// Version.
    pub version: u32,
    /// Valid lifetime, whole minutes.
    pub lifetime: Time,
    /// The border router.
    pub address: At<String>,
}

/// Capability indication.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SixCio {
    /// What follows type and length: six octets.
    pub octets: Octets,
    /// The option's length in place of the right one.
    pub option_length: Option<Lie>,
}

/// Any option.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unknown {
    /// Type.
    pub r#type: u8,
    /// What follows the length octet.
    pub octets: Octets,
    /// The option's length in place of the right one.
    pub option_length: Option<Lie>,
}

fn yes() -> bool {
    true
}
