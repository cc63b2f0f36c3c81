//! Neighbour discovery: RFC 4861 and 4862 at every level, RFC 6775 at level 5.

mod advertise;
mod autoconfigure;
mod cache;
mod classic;
mod host;
mod message;
mod option;
mod router;
mod solicit;

pub(crate) use autoconfigure::Solicitation;
pub use cache::NEIGHBOURS;
pub(crate) use cache::{Neighbour, Neighbours, State};
pub(crate) use host::Routers;
pub(crate) use message::Message;
pub use router::REGISTRATIONS;
pub(crate) use router::Registrations;

/// RetransTimer in microseconds. RFC 4861 section 10.
const RETRANS_US: u64 = 1_000_000;
/// MAX_MULTICAST_SOLICIT and MAX_UNICAST_SOLICIT. RFC 4861 section 10.
const MAX_SOLICIT: u8 = 3;
