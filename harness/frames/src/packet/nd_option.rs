//! Neighbour discovery options: RFC 4861 4.6, RFC 4944 8, RFC 6775 4, RFC 7400
//! 3.3, RFC 8505 4.1.

use std::net::Ipv6Addr;

use thiserror::Error;

use super::Stated;
use crate::mac::MacAddress;

/// Neighbour discovery option types.
pub(crate) mod nd_option_type {
    pub const SOURCE_LINK_LAYER_ADDRESS: u8 = 1;
    pub const TARGET_LINK_LAYER_ADDRESS: u8 = 2;
    pub const PREFIX_INFORMATION: u8 = 3;
    pub const MTU: u8 = 5;
    pub const ADDRESS_REGISTRATION: u8 = 33;
    pub const CONTEXT_6LO: u8 = 34;
    pub const AUTHORITATIVE_BORDER_ROUTER: u8 = 35;
    pub const CAPABILITY_INDICATION_6LO: u8 = 36;
}

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NdOption {
    /// Which, and what is in it.
    pub body: NdOptionBody,
    /// In 8-octet units, type and length octets included.
    pub length: Stated<u8>,
}

/// What an option holds. Zeros fill it up to 8 octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NdOptionBody {
    /// Type 1, SLLAO. The most significant octet goes first, and the option's length
    /// is 1 for a 16-bit address, 2 for an EUI-64 (RFC 4944 8).
    SourceLinkLayerAddress(MacAddress),
    /// Type 2, TLLAO, likewise.
    TargetLinkLayerAddress(MacAddress),
    /// Type 3, PIO.
    PrefixInformation(PrefixInformation),
    /// Type 5, in octets.
    Mtu(u32),
    /// Type 33 as in RFC 6775, ARO.
    AddressRegistration(AddressRegistration),
    /// Type 33 as in RFC 8505, EARO.
    ExtendedAddressRegistration(ExtendedAddressRegistration),
    /// Type 34, 6CO.
    Context6Lo(Context6Lo),
    /// Type 35, ABRO.
    AuthoritativeBorderRouter(AuthoritativeBorderRouter),
    /// Type 36, 6CIO: the six octets behind type and length. Flag n is bit
    /// 16 + n of the option, so flag 15 (G) is bit 0x01 of the second octet here.
    CapabilityIndication6Lo([u8; 6]),
    /// Any type and what follows its length octet.
    Other {
        /// Type.
        option_type: u8,
        /// Octets behind the length octet.
        data: Vec<u8>,
    },
}

/// RFC 4861 4.6.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrefixInformation {
    /// In bits.
    pub prefix_length: u8,
    /// L; RFC 6775 5.4 has hosts ignore prefixes with it.
    pub on_link: bool,
    /// A: addresses may be formed from it.
    pub autonomous: bool,
    /// In seconds.
    pub valid_lifetime_s: u32,
    /// In seconds.
    pub preferred_lifetime_s: u32,
    /// The prefix.
    pub prefix: Ipv6Addr,
}

/// RFC 6775 4.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressRegistration {
    /// 0 success, 1 duplicate address, 2 neighbour cache full.
    pub status: u8,
    /// In units of 60 s.
    pub registration_lifetime: u16,
    /// EUI-64, its universal/local bit not inverted.
    pub eui64: [u8; 8],
}

/// RFC 8505 4.1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtendedAddressRegistration {
    /// As in RFC 6775, and more.
    pub status: u8,
    /// For another process.
    pub opaque: u8,
    /// I: what the opaque octet is, two bits.
    pub i: u8,
    /// R: reachability is asked for.
    pub r: bool,
    /// T: the transaction id counts.
    pub t: bool,
    /// Transaction id.
    pub tid: u8,
    /// In units of 60 s.
    pub registration_lifetime: u16,
    /// Registration ownership verifier: 8, 16, 24 or 32 octets.
    pub rovr: Vec<u8>,
}

/// RFC 6775 4.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context6Lo {
    /// In bits. Over 64 the option's length is 3, otherwise 2.
    pub context_length: u8,
    /// C: may be used to compress.
    pub compression: bool,
    /// CID, four bits.
    pub cid: u8,
    /// In units of 60 s; 0 removes the context.
    pub valid_lifetime: u16,
    /// The prefix; only its first half goes out where the length is 64 or less.
    pub prefix: Ipv6Addr,
}

/// RFC 6775 4.3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthoritativeBorderRouter {
    /// Goes out low half first.
    pub version: u32,
    /// In units of 60 s; 0 stands for 10,000 minutes.
    pub valid_lifetime: u16,
    /// The border router's address.
    pub address: Ipv6Addr,
}

impl From<NdOptionBody> for NdOption {
    fn from(body: NdOptionBody) -> Self {
        NdOption {
            body,
            length: Stated::Right,
        }
    }
}

impl NdOptionBody {
    /// The option's type.
    pub fn option_type(&self) -> u8 {
        match self {
            NdOptionBody::SourceLinkLayerAddress(_) => nd_option_type::SOURCE_LINK_LAYER_ADDRESS,
            NdOptionBody::TargetLinkLayerAddress(_) => nd_option_type::TARGET_LINK_LAYER_ADDRESS,
            NdOptionBody::PrefixInformation(_) => nd_option_type::PREFIX_INFORMATION,
            NdOptionBody::Mtu(_) => nd_option_type::MTU,
            NdOptionBody::AddressRegistration(_) | NdOptionBody::ExtendedAddressRegistration(_) => {
                nd_option_type::ADDRESS_REGISTRATION
            }
            NdOptionBody::Context6Lo(_) => nd_option_type::CONTEXT_6LO,
            NdOptionBody::AuthoritativeBorderRouter(_) => {
                nd_option_type::AUTHORITATIVE_BORDER_ROUTER
            }
            NdOptionBody::CapabilityIndication6Lo(_) => nd_option_type::CAPABILITY_INDICATION_6LO,
            NdOptionBody::Other { option_type, .. } => *option_type,
        }
    }

    fn append_to(&self, octets: &mut Vec<u8>) {
        match self {
            NdOptionBody::SourceLinkLayerAddress(address)
            | NdOptionBody::TargetLinkLayerAddress(address) => match address {
                MacAddress::Extended(eui64) => octets.extend(eui64),
                MacAddress::Short(short) => octets.extend(short.to_be_bytes()),
                MacAddress::Absent => {}
            },
            NdOptionBody::PrefixInformation(prefix) => prefix.append_to(octets),
            NdOptionBody::Mtu(mtu) => {
                octets.extend([0; 2]);
                octets.extend(mtu.to_be_bytes());
            }
            NdOptionBody::AddressRegistration(aro) => aro.append_to(octets),
            NdOptionBody::ExtendedAddressRegistration(earo) => earo.append_to(octets),
            NdOptionBody::Context6Lo(context) => context.append_to(octets),
            NdOptionBody::AuthoritativeBorderRouter(router) => router.append_to(octets),
            NdOptionBody::CapabilityIndication6Lo(bits) => octets.extend(bits),
            NdOptionBody::Other { data, .. } => octets.extend_from_slice(data),
        }
    }
}

impl PrefixInformation {
    fn append_to(&self, octets: &mut Vec<u8>) {
        let flags = u8::from(self.on_link) << 7 | u8::from(self.autonomous) << 6;
        octets.extend([self.prefix_length, flags]);
        octets.extend(self.valid_lifetime_s.to_be_bytes());
        octets.extend(self.preferred_lifetime_s.to_be_bytes());
        octets.extend([0; 4]);
        octets.extend(self.prefix.octets());
    }
}

impl AddressRegistration {
    fn append_to(&self, octets: &mut Vec<u8>) {
        octets.extend([self.status, 0, 0, 0]);
        octets.extend(self.registration_lifetime.to_be_bytes());
        octets.extend(self.eui64);
    }
}

impl ExtendedAddressRegistration {
    fn append_to(&self, octets: &mut Vec<u8>) {
        let flags = (self.i & 0x03) << 2 | u8::from(self.r) << 1 | u8::from(self.t);
        octets.extend([self.status, self.opaque, flags, self.tid]);
        octets.extend(self.registration_lifetime.to_be_bytes());
        octets.extend_from_slice(&self.rovr);
    }
}

impl Context6Lo {
    fn append_to(&self, octets: &mut Vec<u8>) {
        let flags = u8::from(self.compression) << 4 | self.cid & 0x0f;
        octets.extend([self.context_length, flags, 0, 0]);
        octets.extend(self.valid_lifetime.to_be_bytes());
        let prefix_octets = if self.context_length > 64 { 16 } else { 8 };
        octets.extend_from_slice(&self.prefix.octets()[..prefix_octets]);
    }
}

impl AuthoritativeBorderRouter {
    fn append_to(&self, octets: &mut Vec<u8>) {
        octets.extend((self.version as u16).to_be_bytes());
        octets.extend(((self.version >> 16) as u16).to_be_bytes());
        octets.extend(self.valid_lifetime.to_be_bytes());
        octets.extend(self.address.octets());
    }
}

impl NdOption {
    pub(super) fn append_to(&self, octets: &mut Vec<u8>) {
        let start = octets.len();
        octets.extend([self.body.option_type(), 0]);
        self.body.append_to(octets);
        let length = (octets.len() - start).next_multiple_of(8);
        octets.resize(start + length, 0);
        octets[start + 1] = self.length.or((length / 8) as u8);
    }
}

/// An option as it stands in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawNdOption<'a> {
    /// Type.
    pub option_type: u8,
    /// The whole option, type and length octets included.
    pub octets: &'a [u8],
    /// Where it starts, counted from the first option.
    pub start: usize,
}

/// Why the rest of a message holds no option. RFC 4861 4.6: the packet is
/// to be discarded. `start` counts octets from the first option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NdOptionError {
    /// Length 0.
    #[error("nd option {option_type} has length 0")]
    ZeroLength {
        /// Its type.
        option_type: u8,
        /// Where it starts.
        start: usize,
    },
    /// Longer than the message.
    #[error("nd option {option_type} claims {claimed} octets, {left} are left")]
    Truncated {
        /// Its type.
        option_type: u8,
        /// Where it starts.
        start: usize,
        /// Octets by its length octet; 2 where even that is missing.
        claimed: usize,
        /// Octets left in the message.
        left: usize,
    },
}

/// Walks the options of a message; ends behind the first error.
#[derive(Debug, Clone)]
pub struct NdOptions<'a> {
    octets: &'a [u8],
    at: usize,
}

impl<'a> NdOptions<'a> {
    /// The options in `octets`, the first of which starts at the first octet.
    pub fn new(octets: &'a [u8]) -> Self {
        NdOptions { octets, at: 0 }
    }
}

impl<'a> Iterator for NdOptions<'a> {
    type Item = Result<RawNdOption<'a>, NdOptionError>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = &self.octets[start..];
        let (&option_type, behind) = rest.split_first()?;
        self.at = self.octets.len();
        let claimed = match behind.first() {
            Some(0) => return Some(Err(NdOptionError::ZeroLength { option_type, start })),
            Some(length) => usize::from(*length) * 8,
            None => 2,
        };
        let Some(octets) = rest.get(..claimed) else {
            return Some(Err(NdOptionError::Truncated {
                option_type,
                start,
                claimed,
                left: rest.len(),
            }));
        };
        self.at = start + claimed;
        Some(Ok(RawNdOption {
            option_type,
            octets,
            start,
        }))
    }
}
