//! LoWPAN: dispatch, mesh, fragments, IPHC and NHC. RFC 4944, RFC 6282.

mod dispatch;
mod fragments;
mod glimpse;
pub(crate) mod iphc;
mod iphc_in;
mod iphc_out;
mod mesh;
mod nhc_in;
mod nhc_out;
mod reassembly;

pub(crate) use glimpse::Glimpse;
pub(crate) use mesh::Broadcasts;
pub(crate) use reassembly::Reassembly;
pub use reassembly::{BUFFERS as REASSEMBLY_BUFFERS, LARGEST_DATAGRAM};
