//! Link-layer security: frames protected and opened. IEEE 802.15.4-2015 clause 9.
//!
//! [`secure`] makes a secured frame of a plain one, [`open`] a plain one of a secured one.
//! The plain frame is the same frame without its auxiliary security header, its MIC and its
//! security bit. [`seal`] and [`unseal`] do the same for messages of protocols above. All are
//! pure: the counters are the caller's.

mod auxiliary;
mod ccm_star;
mod keys;
mod message;
mod open;
mod parts;
mod secure;

pub use auxiliary::{AuxiliaryHeader, KeyId, Level};
pub use keys::{Key, Keys};
pub use message::{seal, unseal};
pub use open::{OpenError, Opened, open};
pub use secure::{SecureError, secure};

pub(crate) use auxiliary::read as read_auxiliary;
pub(crate) use open::{Uncovered, uncover};

#[cfg(test)]
mod annex_c;
#[cfg(test)]
mod tests;
