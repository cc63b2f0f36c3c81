//! A reply against its request, by the octets of both: what is wrong in it, in the
//! words that trials and captures share.

mod advertisement;
mod echo;

pub(crate) use advertisement::{ND_HOP_LIMIT, advertisement_expected, wrong_in_advertisement};
pub(crate) use echo::EchoRequest;

/// Where an IPv6 header has its hop limit.
const HOP_LIMIT_AT: usize = 7;

/// The hop limit, where neighbour discovery cannot have sent this packet with it.
pub(crate) fn forwarded_hop_limit(packet: &[u8]) -> Option<String> {
    match packet.get(HOP_LIMIT_AT) {
        Some(&hop_limit) if hop_limit != ND_HOP_LIMIT => {
            Some(format!("hop limit {hop_limit} (expected {ND_HOP_LIMIT})"))
        }
        _ => None,
    }
}
