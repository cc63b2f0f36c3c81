//! IPv6 and what lies in it. RFC 8200, RFC 4443, RFC 768.

mod address;
mod addresses;
mod checksum;
pub(crate) mod draft;
mod error;
mod extension;
mod forward;
mod header;
mod icmpv6;
mod input;
mod limiter;
mod output;
pub(crate) mod protocol;
pub(crate) mod udp;
mod waiting;

pub use address::Address;
pub use addresses::ADDRESSES;
pub(crate) use addresses::{Addresses, Origin, Own, Standing};
pub(crate) use checksum::transport_checksum;
pub(crate) use extension::{Walk, extent, headers, holds_all_headers};
pub(crate) use header::{HEADER_OCTETS, Header};
pub(crate) use input::{Came, Incoming};
pub(crate) use limiter::Limiter;
pub(crate) use waiting::Waiting;
