//! A neighbour advertisement, RFC 4861 7.2.4.

use std::net::Ipv6Addr;

use super::forwarded_hop_limit;
use crate::reading::Reading;

/// RFC 4861 7.1.2: anything less may have been forwarded.
pub(crate) const ND_HOP_LIMIT: u8 = 255;

/// What is expected after a solicitation, in words.
pub(crate) fn advertisement_expected(target: Ipv6Addr) -> String {
    format!("a neighbour advertisement for {target}")
}

/// What is wrong with any advertisement, whatever the case looks at. The solicited
/// one goes to its asker; to nobody's question it goes to all nodes.
pub(crate) fn wrong_in_advertisement(
    packet: &[u8],
    reading: &Reading,
    asker: Option<Ipv6Addr>,
) -> Vec<String> {
    const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
    let mut words = Vec::new();
    if !reading.checksum_right(packet) {
        words.push("a wrong checksum".to_owned());
    }
    words.extend(forwarded_hop_limit(packet));
    let wanted = match asker {
        Some(asker) if !asker.is_unspecified() => asker,
        Some(_) => ALL_NODES,
        None => reading.dst,
    };
    if reading.dst != wanted {
        words.push(format!("destination {} (expected {wanted})", reading.dst));
    }
    words
}
