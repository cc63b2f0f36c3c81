//! 802.15.4 and 6LoWPAN frames: octets to fields and back, with full control of every bit.

pub mod context;
pub mod craft;
pub mod dissect;
pub mod field;
pub mod ghc;
pub mod iid;
pub mod mac;
pub mod packet;
pub mod reassembly;
pub mod recompress;
pub mod workload;

#[cfg(test)]
mod hex;
#[cfg(test)]
mod properties;
