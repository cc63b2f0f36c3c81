//! Options of hop-by-hop and destination options headers, RFC 8200 4.2.

/// One option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ipv6Option {
    /// One octet of padding.
    Pad1,
    /// Padding of 2 octets and this many zeros.
    PadN(u8),
    /// Any option. The two highest type bits say what a node that does not know
    /// it does: 00 skip, 01 discard, 10 discard and send Parameter Problem code 2
    /// even to a multicast, 11 the same but not to a multicast. Bit 0x20: may change en route.
    Other {
        /// Type, those bits included.
        option_type: u8,
        /// Data behind the length octet, 255 octets at most.
        data: Vec<u8>,
    },
    /// Octets that may be no option at all.
    Raw(Vec<u8>),
}

impl Ipv6Option {
    pub(super) fn append_to(&self, octets: &mut Vec<u8>) {
        match self {
            Ipv6Option::Pad1 => octets.push(0),
            Ipv6Option::PadN(zeros) => {
                octets.extend([1, *zeros]);
                octets.resize(octets.len() + usize::from(*zeros), 0);
            }
            Ipv6Option::Other { option_type, data } => {
                octets.extend([*option_type, data.len() as u8]);
                octets.extend_from_slice(data);
            }
            Ipv6Option::Raw(raw) => octets.extend_from_slice(raw),
        }
    }
}
