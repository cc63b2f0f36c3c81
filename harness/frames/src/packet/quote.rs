//! The packet an ICMPv6 error quotes, RFC 4443 3.

use super::icmpv6::icmpv6_type;
use super::{HeaderChain, protocol};

/// Octets before the quote: type, code, checksum and four more.
pub(crate) const QUOTE_AT: usize = 8;

/// What the ICMPv6 error in the IPv6 packet `octets` quotes: the beginning of the
/// packet that caused it, as its receiver restored it. None for anything but types 1 to 4.
pub fn quoted_packet(octets: &[u8]) -> Option<&[u8]> {
    let payload = HeaderChain::new(octets).ok()?.payload()?;
    let message = octets.get(payload.range)?;
    let is_error = matches!(
        message.first()?,
        icmpv6_type::DESTINATION_UNREACHABLE..=icmpv6_type::PARAMETER_PROBLEM
    );
    if payload.protocol != protocol::ICMPV6 || !is_error {
        return None;
    }
    message.get(QUOTE_AT..)
}
