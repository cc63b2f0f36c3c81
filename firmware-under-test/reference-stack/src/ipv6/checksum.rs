//! The Internet checksum over pseudo-header and payload. RFC 8200 8.1.

use crate::ipv6::Address;

/// The checksum of `payload`, which holds zeros in place of it; over one that
/// holds its checksum this gives 0 if that is right.
pub(crate) fn transport_checksum(
    source: &Address,
    destination: &Address,
    protocol: u8,
    payload: &[u8],
) -> u16 {
    let mut sum = payload.len() as u64 + u64::from(protocol);
    for octets in [&source.0[..], &destination.0, payload] {
        let (pairs, last) = octets.as_chunks::<2>();
        for pair in pairs {
            sum += u64::from(u16::from_be_bytes(*pair));
        }
        if let [octet] = last {
            sum += u64::from(*octet) << 8;
        }
    }
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    !(sum as u16)
}
