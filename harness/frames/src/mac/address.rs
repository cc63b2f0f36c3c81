//! MAC addresses.

use std::fmt;

/// A MAC address in one of its three widths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum MacAddress {
    /// Addressing mode 0.
    #[default]
    Absent,
    /// Addressing mode 2: 16 bits.
    Short(u16),
    /// Addressing mode 3: an EUI-64, most significant octet first as printed; on
    /// air it travels the other way round.
    Extended([u8; 8]),
}

impl MacAddress {
    /// Octets on air.
    pub const fn octets(self) -> usize {
        match self {
            MacAddress::Absent => 0,
            MacAddress::Short(_) => 2,
            MacAddress::Extended(_) => 8,
        }
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MacAddress::Absent => f.write_str("absent"),
            MacAddress::Short(short) => write!(f, "{short:04x}"),
            MacAddress::Extended(eui64) => {
                for octet in eui64 {
                    write!(f, "{octet:02x}")?;
                }
                Ok(())
            }
        }
    }
}
