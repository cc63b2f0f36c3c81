//! What is set from outside; it outlives a reset.

use crate::context::Contexts;
use crate::ipv6::Address;
use crate::lowpan::LARGEST_DATAGRAM;
use crate::mac::LinkAddress;

/// Addresses that can be configured.
pub const CONFIGURED_ADDRESSES: usize = 8;
/// Groups that can be joined.
pub const GROUPS: usize = 8;
/// UDP ports that can be opened.
pub const OPEN_PORTS: usize = 4;
/// Static neighbours.
pub const STATIC_NEIGHBOURS: usize = 4;
/// Highest reassembly time-out. RFC 4944 5.3.
const REASSEMBLY_TIMEOUT_MS: u32 = 60_000;
/// A day: neighbours are not forgotten for their age.
const NEIGHBOUR_LIFETIME_MS: u64 = 86_400_000;
/// "Class unsupported" unless set otherwise. Nobody has assigned a type; the
/// draft's authors used this one.
const CLASS_UNSUPPORTED: u8 = 253;

/// Which neighbour discovery a node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Nd {
    /// RFC 4861 and 4862.
    #[default]
    Classic,
    /// A host of RFC 6775. Level 5 only.
    Host,
    /// A router of RFC 6775. Level 5 only.
    Router,
}

/// Why a setting is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingError {
    /// This node has no such thing, or not at its level.
    Unsupported,
    /// The table is full.
    Full,
    /// An address that is not what it should be: unicast or multicast.
    WrongKindOfAddress,
    /// A prefix longer than 128 bits.
    PrefixTooLong,
    /// A context identifier beyond 15.
    NoSuchContext,
    /// A port 0.
    NoSuchPort,
    /// A parameter's value out of its range.
    OutOfRange,
}

impl SettingError {
    /// What is wrong, for a person.
    pub fn text(self) -> &'static str {
        match self {
            SettingError::Unsupported => "this node has no such setting at its level",
            SettingError::Full => {
                "the table is full: go back to the defaults, then set what is needed"
            }
            SettingError::WrongKindOfAddress => "the address is not of the kind wanted here",
            SettingError::PrefixTooLong => "the prefix is longer than 128 bits",
            SettingError::NoSuchContext => "the context identifier is not within 0 to 15",
            SettingError::NoSuchPort => "port 0 cannot be opened",
            SettingError::OutOfRange => "the parameter's value is out of its range",
        }
    }
}

/// Security header and MIC of a frame at their longest: 14 octets with a key source of 8,
/// and 16. IEEE 802.15.4-2015 9.4.
const MOST_LINK_OCTETS: u64 = 30;

/// All settings.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub eui64: [u8; 8],
    pub short_address: Option<u16>,
    pub pan: u16,
    pub addresses: [Option<(Address, u8)>; CONFIGURED_ADDRESSES],
    groups: [Option<Address>; GROUPS],
    pub contexts: Contexts,
    pub checksum_elision: bool,
    pub nd: Nd,
    pub autoconfigure: bool,
    pub mesh_hops: u8,
    open_ports: [u16; OPEN_PORTS],
    pub neighbours: [Option<(Address, [u8; 8])>; STATIC_NEIGHBOURS],
    // Parameters, in the order of `Parameter`.
    pub error_type: u8,
    pub capability_shift: u8,
    pub capability_suppressed: bool,
    pub error_code_base: u8,
    pub errors_per_second: u32,
    pub quote_octets: usize,
    pub reassembly_timeout_ms: u32,
    pub registrations: usize,
    pub wordy: bool,
    pub other_source: bool,
    pub neighbour_lifetime_ms: u64,
    pub link_octets: usize,
    pub forwards: bool,
}

/// A knob of this node's own, by its number in `Setting::Parameter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// 1: ICMPv6 type of "class unsupported", 0 to 255 without 128 to 137; 253.
    ErrorType,
    /// 2: how far left the level's three bits lie in the first two data octets
    /// of a 6CIO, 0 to 13; 1, left of the G bit of RFC 7400.
    CapabilityShift,
    /// 3: 1 keeps the 6CIO out of what is sent; 0.
    CapabilitySuppressed,
    /// 4: added to the level in the code of "class unsupported", 0 to 250; 0.
    ErrorCodeBase,
    /// 5: ICMPv6 errors a second, 0 to 1,000,000; 0, no limit, for where time
    /// stands still no rate can be kept.
    ErrorsPerSecond,
    /// 6: octets an error quotes at most, 0 to 1280; 1280, what fits.
    QuoteOctets,
    /// 7: reassembly time-out in milliseconds, 1 to 60,000; 60,000.
    ReassemblyTimeoutMs,
    /// 8: registrations an RFC 6775 router keeps, 0 to 16; 16.
    Registrations,
    /// 9: 1 sends legal forms that are not the shortest; 0.
    Wordy,
    /// 10: 1 sends errors and answers to groups from another own address,
    /// where there is one; 0.
    OtherSource,
    /// 11: milliseconds after which a neighbour is solicited anew, 0 (for each
    /// packet) to 86,400,000, which is the default and as good as never.
    NeighbourLifetimeMs,
    /// 12: octets that the radio adds to each frame, to secure it, 0 to 30; 0.
    LinkOctets,
    /// 13: 1 passes packets for others on, as a router does. Level 5 only; 0.
    Forwards,
}

impl Parameter {
    /// The parameter of this number.
    pub const fn numbered(number: u32) -> Option<Self> {
        Some(match number {
            1 => Parameter::ErrorType,
            2 => Parameter::CapabilityShift,
            3 => Parameter::CapabilitySuppressed,
            4 => Parameter::ErrorCodeBase,
            5 => Parameter::ErrorsPerSecond,
            6 => Parameter::QuoteOctets,
            7 => Parameter::ReassemblyTimeoutMs,
            8 => Parameter::Registrations,
            9 => Parameter::Wordy,
            10 => Parameter::OtherSource,
            11 => Parameter::NeighbourLifetimeMs,
            12 => Parameter::LinkOctets,
            13 => Parameter::Forwards,
            _ => return None,
        })
    }

    /// The largest value it takes.
    const fn largest(self) -> u64 {
        match self {
            Parameter::ErrorType => 255,
            Parameter::CapabilityShift => 13,
            Parameter::ErrorCodeBase => 250,
            Parameter::ErrorsPerSecond => 1_000_000,
            Parameter::QuoteOctets => LARGEST_DATAGRAM as u64,
            Parameter::ReassemblyTimeoutMs => REASSEMBLY_TIMEOUT_MS as u64,
            Parameter::Registrations => crate::nd::REGISTRATIONS as u64,
            Parameter::NeighbourLifetimeMs => NEIGHBOUR_LIFETIME_MS,
            Parameter::LinkOctets => MOST_LINK_OCTETS,
            Parameter::CapabilitySuppressed
            | Parameter::Wordy
            | Parameter::OtherSource
            | Parameter::Forwards => 1,
        }
    }
}

impl Settings {
    pub const fn new() -> Self {
        Settings {
            // Locally administered, and nobody else's.
            eui64: [2, 0, 0, 0, 0, 0, 0, 1],
            short_address: None,
            pan: 0xabcd,
            addresses: [None; CONFIGURED_ADDRESSES],
            groups: [None; GROUPS],
            contexts: Contexts::new(),
            checksum_elision: false,
            nd: Nd::Classic,
            autoconfigure: false,
            mesh_hops: 0,
            open_ports: [0; OPEN_PORTS],
            neighbours: [None; STATIC_NEIGHBOURS],
            error_type: CLASS_UNSUPPORTED,
            capability_shift: 1,
            capability_suppressed: false,
            error_code_base: 0,
            errors_per_second: 0,
            quote_octets: LARGEST_DATAGRAM,
            reassembly_timeout_ms: REASSEMBLY_TIMEOUT_MS,
            registrations: crate::nd::REGISTRATIONS,
            wordy: false,
            other_source: false,
            neighbour_lifetime_ms: NEIGHBOUR_LIFETIME_MS,
            link_octets: 0,
            forwards: false,
        }
    }

    pub fn groups(&self) -> impl Iterator<Item = &Address> {
        self.groups.iter().flatten()
    }

    pub fn is_open_port(&self, port: u16) -> bool {
        port != 0 && self.open_ports.contains(&port)
    }

    pub fn reassembly_timeout_us(&self) -> u64 {
        u64::from(self.reassembly_timeout_ms) * 1000
    }

    /// The node's own: the EUI-64, then the short one if there is one.
    pub fn link_addresses(&self) -> impl Iterator<Item = LinkAddress> + use<> {
        let extended = LinkAddress::Extended(self.eui64);
        core::iter::once(extended).chain(self.short_address.map(LinkAddress::Short))
    }

    pub fn neighbour_lifetime_us(&self) -> u64 {
        self.neighbour_lifetime_ms * 1000
    }

    pub fn is_own_link_address(&self, link: LinkAddress) -> bool {
        match link {
            LinkAddress::Extended(eui64) => eui64 == self.eui64,
            LinkAddress::Short(short) => self.short_address == Some(short),
        }
    }

    pub fn add_address(&mut self, address: Address, length: u8) -> Result<(), SettingError> {
        if address.is_multicast() || address.is_unspecified() {
            return Err(SettingError::WrongKindOfAddress);
        }
        if length > 128 {
            return Err(SettingError::PrefixTooLong);
        }
        put(&mut self.addresses, (address, length), |(known, _)| {
            *known == address
        })
    }

    pub fn join(&mut self, group: Address) -> Result<(), SettingError> {
        if !group.is_multicast() {
            return Err(SettingError::WrongKindOfAddress);
        }
        put(&mut self.groups, group, |known| *known == group)
    }

    pub fn open_port(&mut self, port: u16) -> Result<(), SettingError> {
        if port == 0 {
            return Err(SettingError::NoSuchPort);
        }
        if self.is_open_port(port) {
            return Ok(());
        }
        let free = self.open_ports.iter_mut().find(|slot| **slot == 0);
        *free.ok_or(SettingError::Full)? = port;
        Ok(())
    }

    pub fn add_neighbour(&mut self, address: Address, eui64: [u8; 8]) -> Result<(), SettingError> {
        if address.is_multicast() || address.is_unspecified() {
            return Err(SettingError::WrongKindOfAddress);
        }
        put(&mut self.neighbours, (address, eui64), |(known, _)| {
            *known == address
        })
    }

    pub fn set_parameter(&mut self, parameter: Parameter, value: u64) -> Result<(), SettingError> {
        let taken = parameter == Parameter::ErrorType && (128..=137).contains(&value);
        if value > parameter.largest() || taken {
            return Err(SettingError::OutOfRange);
        }
        match parameter {
            Parameter::ErrorType => self.error_type = value as u8,
            Parameter::CapabilityShift => self.capability_shift = value as u8,
            Parameter::CapabilitySuppressed => self.capability_suppressed = value == 1,
            Parameter::ErrorCodeBase => self.error_code_base = value as u8,
            Parameter::ErrorsPerSecond => self.errors_per_second = value as u32,
            Parameter::QuoteOctets => self.quote_octets = value as usize,
            Parameter::ReassemblyTimeoutMs if value == 0 => return Err(SettingError::OutOfRange),
            Parameter::ReassemblyTimeoutMs => self.reassembly_timeout_ms = value as u32,
            Parameter::Registrations => self.registrations = value as usize,
            Parameter::Wordy => self.wordy = value == 1,
            Parameter::OtherSource => self.other_source = value == 1,
            Parameter::NeighbourLifetimeMs => self.neighbour_lifetime_ms = value,
            Parameter::LinkOctets => self.link_octets = value as usize,
            Parameter::Forwards => self.forwards = value == 1,
        }
        Ok(())
    }
}

/// Puts `item` in place of the one it `replaces`, or in a free slot.
fn put<T>(
    table: &mut [Option<T>],
    item: T,
    replaces: impl Fn(&T) -> bool,
) -> Result<(), SettingError> {
    let index = table
        .iter()
        .position(|slot| slot.as_ref().is_some_and(&replaces));
    let index = index.or_else(|| table.iter().position(Option::is_none));
    table[index.ok_or(SettingError::Full)?] = Some(item);
    Ok(())
}
