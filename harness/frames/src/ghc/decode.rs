//! Bytecode to octets, RFC 7400 2.

use thiserror::Error;

use super::{Dictionary, STOP_CODE};

/// What a bytecode stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The restored header or payload.
    pub octets: Vec<u8>,
    /// Octets of bytecode used, the stop code included.
    pub consumed: usize,
    /// Whether a stop code ended it. An extension header needs one; after a
    /// payload it is undefined (RFC 7400 3.2).
    pub stopped: bool,
}

/// Why a bytecode cannot be decoded. Positions count octets of bytecode from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GhcError {
    /// RFC 7400 2: `011xxxxx`, and `1001nnnn` with n > 0.
    #[error("ghc code {code:#04x} at octet {position} is reserved")]
    ReservedCode {
        /// The code.
        code: u8,
        /// Where it stands.
        position: usize,
    },
    /// A literal announces more octets than follow.
    #[error("ghc literal at octet {position} announces {announced} octets, only {left} follow")]
    TruncatedLiteral {
        /// Where the literal's code stands.
        position: usize,
        /// Octets it announces.
        announced: usize,
        /// Octets left behind it.
        left: usize,
    },
    /// A copy starts before the dictionary.
    #[error(
        "ghc backreference at octet {position} reaches {distance} octets back, only {available} are there"
    )]
    BeforeDictionary {
        /// Where the copy's code stands.
        position: usize,
        /// Octets it reaches back (s of table 1).
        distance: usize,
        /// Dictionary and output so far.
        available: usize,
    },
    /// The output would exceed what the caller has room for.
    #[error("ghc output exceeds {limit} octets at octet {position} of the bytecode")]
    TooLong {
        /// Where the code stands that was one too many.
        position: usize,
        /// The caller's limit.
        limit: usize,
    },
}

/// Restores what `bytecode` stands for, at most `limit` octets of it: the MTU,
/// or what `datagram_size` leaves in a first fragment (RFC 7400 5).
pub fn decode(bytecode: &[u8], dictionary: &Dictionary, limit: usize) -> Result<Decoded, GhcError> {
    let mut buffer = dictionary.octets().to_vec();
    let limit_of_buffer = Dictionary::LENGTH + limit;
    let (mut sa, mut na) = (0, 0);
    let mut position = 0;
    let mut stopped = false;

    while let Some(&code) = bytecode.get(position) {
        let arguments = &bytecode[position + 1..];
        let mut next = position + 1;
        let appended = match code {
            0..=0x5f => usize::from(code),
            0x80..=0x8f => usize::from(code & 0x0f) + 2,
            0xc0..=0xff => na + usize::from(code >> 3 & 0x07) + 2,
            _ => 0,
        };
        if buffer.len() + appended > limit_of_buffer {
            return Err(GhcError::TooLong { position, limit });
        }
        match code {
            0..=0x5f => {
                let literal = arguments
                    .get(..appended)
                    .ok_or(GhcError::TruncatedLiteral {
                        position,
                        announced: appended,
                        left: arguments.len(),
                    })?;
                buffer.extend_from_slice(literal);
                next += appended;
            }
            0x80..=0x8f => buffer.resize(buffer.len() + appended, 0),
            STOP_CODE => {
                position = next;
                stopped = true;
                break;
            }
            0xa0..=0xbf => {
                sa += usize::from(code & 0x0f) << 3;
                na += usize::from(code >> 4 & 0x01) << 3;
            }
            0xc0..=0xff => {
                // s contains n, so source and destination never overlap.
                let distance = usize::from(code & 0x07) + sa + appended;
                let start =
                    buffer
                        .len()
                        .checked_sub(distance)
                        .ok_or(GhcError::BeforeDictionary {
                            position,
                            distance,
                            available: buffer.len(),
                        })?;
                buffer.extend_from_within(start..start + appended);
                (sa, na) = (0, 0);
            }
            _ => return Err(GhcError::ReservedCode { code, position }),
        }
        position = next;
    }
    buffer.drain(..Dictionary::LENGTH);
    Ok(Decoded {
        octets: buffer,
        consumed: position,
        stopped,
    })
}
