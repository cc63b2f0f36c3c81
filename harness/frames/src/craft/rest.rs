//! What stands behind the compressed headers.

use super::GhcCode;
use crate::ghc::{self, Dictionary};

/// Octets one literal code carries at most. RFC 7400 2: k < 96.
const LONGEST_LITERAL: usize = 95;
/// Zeros one code stands for at most. RFC 7400 2: n + 2 with n < 16.
const LONGEST_ZEROS: usize = 17;

/// How octets behind the last compressed header travel.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rest {
    /// Unchanged.
    AsIs,
    /// As GHC bytecode, as far as the frame reaches. RFC 7400 3.1.
    Ghc(GhcCode, Dictionary),
}

impl Rest {
    pub(super) fn append(&self, octets: &[u8], psdu: &mut Vec<u8>) {
        match self {
            Rest::AsIs => psdu.extend_from_slice(octets),
            Rest::Ghc(code, dictionary) => append_bytecode(*code, octets, dictionary, psdu),
        }
    }
}

/// Appends GHC bytecode for `octets`, without a stop code.
pub(super) fn append_bytecode(
    code: GhcCode,
    octets: &[u8],
    dictionary: &Dictionary,
    psdu: &mut Vec<u8>,
) {
    match code {
        GhcCode::Literals => append_literals(octets, psdu),
        GhcCode::Zeros => append_zeros(octets, psdu),
        GhcCode::Best => psdu.extend(ghc::encode(octets, dictionary)),
    }
}

fn append_literals(octets: &[u8], psdu: &mut Vec<u8>) {
    for literal in octets.chunks(LONGEST_LITERAL) {
        psdu.push(literal.len() as u8);
        psdu.extend_from_slice(literal);
    }
}

/// Runs of two zeros and more become codes, everything else literals.
fn append_zeros(mut octets: &[u8], psdu: &mut Vec<u8>) {
    while !octets.is_empty() {
        let literal = octets
            .windows(2)
            .position(|pair| pair == [0, 0])
            .unwrap_or(octets.len());
        let (before, from_zeros) = octets.split_at(literal);
        append_literals(before, psdu);
        let zeros = from_zeros.iter().take_while(|&&octet| octet == 0).count();
        let zeros = zeros.min(LONGEST_ZEROS);
        if zeros >= 2 {
            psdu.push(0x80 | (zeros - 2) as u8);
        }
        octets = &from_zeros[zeros..];
    }
}
