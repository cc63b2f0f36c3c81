//! Generic header compression, RFC 7400: a bytecode that rebuilds a header or
//! payload from literals, zeros and copies of what came before.
//!
//! | code       | action (RFC 7400 2, table 1)                                  |
//! |------------|---------------------------------------------------------------|
//! | `0kkkkkkk` | append the k octets that follow, k < 96                       |
//! | `1000nnnn` | append n + 2 zeros                                            |
//! | `10010000` | stop code, ends an extension header (3.2)                     |
//! | `101nssss` | set up: sa += 8 s, na += 8 n; no output                       |
//! | `11nnnkkk` | copy n = na + nnn + 2 octets from s = kkk + sa + n octets back, then sa = na = 0 |
//!
//! `011xxxxx` and `1001nnnn` with n > 0 are reserved. A copy reaches at most
//! back to the start of a [`Dictionary`] that stands before the output and is
//! never part of it.

mod decode;
mod dictionary;
mod encode;

pub use decode::{Decoded, GhcError, decode};
pub use dictionary::Dictionary;
pub use encode::{encode, encode_extension};

/// Ends a compressed extension header. RFC 7400 3.2.
pub const STOP_CODE: u8 = 0x90;

#[cfg(test)]
mod examples;
