//! Options of neighbour discovery. RFC 4861 4.6, RFC 4944 section 8, RFC 6775
//! section 4, RFC 7400 3.3.

use crate::ipv6::Address;
use crate::ipv6::draft::Draft;
use crate::mac::LinkAddress;

/// Numbers of options. IANA.
const SOURCE_LINK_ADDRESS: u8 = 1;
const TARGET_LINK_ADDRESS: u8 = 2;
const PREFIX: u8 = 3;
const ADDRESS_REGISTRATION: u8 = 33;
const CONTEXT: u8 = 34;
const AUTHORITATIVE_BORDER_ROUTER: u8 = 35;
const CAPABILITY: u8 = 36;

/// A message's options: each is whole and has a length.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Options<'a> {
    octets: &'a [u8],
}

/// An option from its type octet on.
fn split(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let units = *octets.get(1)?;
    // RFC 4861 4.6: a length of 0 makes the message invalid.
    if units == 0 {
        return None;
    }
    octets.split_at_checked(usize::from(units) * 8)
}

impl<'a> Options<'a> {
    /// `None` if any of them is malformed. RFC 4861 6.1 and 7.1.
    pub fn parse(octets: &'a [u8]) -> Option<Self> {
        let mut rest = octets;
        while !rest.is_empty() {
            (_, rest) = split(rest)?;
        }
        Some(Options { octets })
    }

    /// Options of one kind; the unknown are skipped. RFC 4861 4.6.
    fn of_kind(self, kind: u8) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.octets;
        core::iter::from_fn(move || {
            let (option, after) = split(rest)?;
            rest = after;
            Some(option)
        })
        .filter(move |option| option[0] == kind)
    }

    pub fn source_link_address(&self) -> Option<LinkAddress> {
        self.of_kind(SOURCE_LINK_ADDRESS).find_map(link_address)
    }

    pub fn target_link_address(&self) -> Option<LinkAddress> {
        self.of_kind(TARGET_LINK_ADDRESS).find_map(link_address)
    }

    /// The first two data octets of a 6CIO.
    pub fn capability(&self) -> Option<u16> {
        let option = self.of_kind(CAPABILITY).next()?;
        Some(u16::from_be_bytes([option[2], option[3]]))
    }

    pub fn prefixes(self) -> impl Iterator<Item = Prefix> {
        self.of_kind(PREFIX).filter_map(Prefix::read)
    }

    pub fn contexts(self) -> impl Iterator<Item = ContextOption> {
        self.of_kind(CONTEXT).filter_map(ContextOption::read)
    }

    pub fn border_router(&self) -> Option<BorderRouter> {
        self.of_kind(AUTHORITATIVE_BORDER_ROUTER)
            .find_map(BorderRouter::read)
    }

    /// An address registration option of any length. RFC 6775 4.1.
    pub fn registration(&self) -> Option<&'a [u8]> {
        self.of_kind(ADDRESS_REGISTRATION).next()
    }
}

/// Length 1 holds a short address, length 2 an EUI-64. RFC 4944 section 8.
fn link_address(option: &[u8]) -> Option<LinkAddress> {
    match option {
        [_, 1, high, low, ..] => Some(LinkAddress::Short(u16::from_be_bytes([*high, *low]))),
        [_, 2, rest @ ..] => rest.first_chunk().copied().map(LinkAddress::Extended),
        _ => None,
    }
}

/// A prefix information option. RFC 4861 4.6.2.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prefix {
    pub length: u8,
    pub on_link: bool,
    pub autonomous: bool,
    pub valid_lifetime_s: u32,
    pub prefix: Address,
}

impl Prefix {
    fn read(option: &[u8]) -> Option<Self> {
        let option: &[u8; 32] = option.try_into().ok()?;
        let [_, _, length, flags, v0, v1, v2, v3, ..] = *option;
        let [.., prefix] = option.as_chunks::<16>().0 else {
            return None;
        };
        Some(Prefix {
            length,
            on_link: flags & 0x80 != 0,
            autonomous: flags & 0x40 != 0,
            valid_lifetime_s: u32::from_be_bytes([v0, v1, v2, v3]),
            prefix: Address(*prefix),
        })
    }
}

/// A 6LoWPAN context option. RFC 6775 4.2.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ContextOption {
    pub length: u8,
    pub compress: bool,
    pub id: u8,
    /// In units of 60 s.
    pub valid_lifetime: u16,
    pub prefix: Address,
}

impl ContextOption {
    /// Above 64 bits the prefix needs the longer option; beyond 128 there is none.
    fn read(option: &[u8]) -> Option<Self> {
        let [
            _,
            units @ (2 | 3),
            length @ 0..=128,
            flags,
            _,
            _,
            t0,
            t1,
            rest @ ..,
        ] = option
        else {
            return None;
        };
        if *length > 64 && *units == 2 {
            return None;
        }
        let mut prefix = [0; 16];
        prefix[..rest.len()].copy_from_slice(rest);
        Some(ContextOption {
            length: *length,
            compress: flags & 0x10 != 0,
            id: flags & 0x0f,
            valid_lifetime: u16::from_be_bytes([*t0, *t1]),
            prefix: Address(prefix),
        })
    }

    pub fn put(&self, draft: &mut Draft) {
        let units = if self.length > 64 { 3 } else { 2 };
        let flags = u8::from(self.compress) << 4 | self.id;
        let [t0, t1] = self.valid_lifetime.to_be_bytes();
        draft.put(&[CONTEXT, units, self.length, flags, 0, 0, t0, t1]);
        draft.put(&self.prefix.0[..usize::from(units - 1) * 8]);
    }
}

/// An authoritative border router option. RFC 6775 4.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BorderRouter {
    pub version: u32,
    pub address: Address,
}

impl BorderRouter {
    /// The low half of the version comes first.
    fn read(option: &[u8]) -> Option<Self> {
        let [_, 3, l0, l1, h0, h1, _, _, rest @ ..] = option else {
            return None;
        };
        Some(BorderRouter {
            version: u32::from_be_bytes([*h0, *h1, *l0, *l1]),
            address: Address(*rest.first_chunk()?),
        })
    }

    /// A lifetime of 0 means 10,000 minutes. RFC 6775 4.3.
    pub fn put(&self, draft: &mut Draft) {
        let [h0, h1, l0, l1] = self.version.to_be_bytes();
        draft.put(&[AUTHORITATIVE_BORDER_ROUTER, 3, l0, l1, h0, h1, 0, 0]);
        draft.put(&self.address.0);
    }
}

/// An address registration option of RFC 6775's length. RFC 6775 4.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Registration {
    pub status: u8,
    /// In units of 60 s.
    pub lifetime: u16,
    /// Unlike in an interface identifier, as it is.
    pub eui64: [u8; 8],
}

impl Registration {
    /// `None` if its length is not 2.
    pub fn read(option: &[u8]) -> Option<Self> {
        let option: &[u8; 16] = option.try_into().ok()?;
        let [_, _, status, _, _, _, t0, t1, eui64 @ ..] = *option;
        Some(Registration {
            status,
            lifetime: u16::from_be_bytes([t0, t1]),
            eui64,
        })
    }

    pub fn put(&self, draft: &mut Draft) {
        let [t0, t1] = self.lifetime.to_be_bytes();
        draft.put(&[ADDRESS_REGISTRATION, 2, self.status, 0, 0, 0, t0, t1]);
        draft.put(&self.eui64);
    }
}

/// A source or target link-layer address option. RFC 4944 section 8.
fn put_link_address(draft: &mut Draft, kind: u8, address: LinkAddress) {
    match address {
        LinkAddress::Short(short) => {
            let [high, low] = short.to_be_bytes();
            draft.put(&[kind, 1, high, low, 0, 0, 0, 0]);
        }
        LinkAddress::Extended(eui64) => {
            draft.put(&[kind, 2]);
            draft.put(&eui64);
            draft.put(&[0; 6]);
        }
    }
}

pub(super) fn put_source_link_address(draft: &mut Draft, address: LinkAddress) {
    put_link_address(draft, SOURCE_LINK_ADDRESS, address);
}

pub(super) fn put_target_link_address(draft: &mut Draft, address: LinkAddress) {
    put_link_address(draft, TARGET_LINK_ADDRESS, address);
}

/// A 6CIO with these first two data octets. RFC 7400 3.3.
pub(super) fn put_capability(draft: &mut Draft, flags: u16) {
    let [high, low] = flags.to_be_bytes();
    draft.put(&[CAPABILITY, 1, high, low, 0, 0, 0, 0]);
}

/// A /64 to form addresses from, not on-link. RFC 6775 6.1.
pub(super) fn put_prefix(draft: &mut Draft, prefix: [u8; 8], valid_lifetime_s: u32) {
    const AUTONOMOUS: u8 = 0x40;
    draft.put(&[PREFIX, 4, 64, AUTONOMOUS]);
    draft.put(&valid_lifetime_s.to_be_bytes());
    draft.put(&valid_lifetime_s.to_be_bytes());
    draft.put(&[0; 4]);
    draft.put(&prefix);
    draft.put(&[0; 8]);
}
