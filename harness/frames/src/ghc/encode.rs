//! Octets to the shortest bytecode, RFC 7400 2.
//!
//! RFC 7400 leaves the compressor open. Ours finds a shortest encoding, so that
//! octets a stack wastes can be counted against it: from the end of the input
//! backwards it notes, for each position, the cheapest code to go on with.

use super::{Dictionary, STOP_CODE};

/// Octets a literal code can carry at most. RFC 7400 2: k < 96.
const LONGEST_LITERAL: usize = 95;

/// Octets one copy may span. Longer ones need a set-up code every 8 octets and
/// gain next to nothing; the bound keeps the search quadratic.
const LONGEST_COPY: usize = 9 + 8 * 8;

/// One code and its argument.
#[derive(Debug, Clone, Copy)]
enum Piece {
    Literal { length: usize },
    Zeros { length: usize },
    Copy { length: usize, distance: usize },
}

impl Piece {
    /// Octets of output.
    fn covers(self) -> usize {
        match self {
            Piece::Literal { length } | Piece::Zeros { length } | Piece::Copy { length, .. } => {
                length
            }
        }
    }

    /// Octets of bytecode.
    fn cost(self) -> usize {
        match self {
            Piece::Literal { length } => 1 + length,
            Piece::Zeros { .. } => 1,
            Piece::Copy { length, distance } => 1 + set_up_codes(length, distance),
        }
    }
}

/// Set-up codes a copy needs: each adds 8 to na, up to 120 to sa, or both.
fn set_up_codes(length: usize, distance: usize) -> usize {
    let na = (length - 2) / 8;
    let sa = (distance - length) / 8;
    na.max(sa.div_ceil(15))
}

/// The bytecode of a UDP payload or an ICMPv6 message, without a stop code.
pub fn encode(octets: &[u8], dictionary: &Dictionary) -> Vec<u8> {
    let mut bytecode = Vec::with_capacity(octets.len() + octets.len() / LONGEST_LITERAL + 1);
    let pieces = cheapest_pieces(octets, dictionary);
    let mut position = 0;
    while position < octets.len() {
        let piece = pieces[position];
        write(piece, &octets[position..], &mut bytecode);
        position += piece.covers();
    }
    bytecode
}

/// The bytecode of an extension header's contents, closed by the stop code
/// (RFC 7400 3.2).
pub fn encode_extension(octets: &[u8], dictionary: &Dictionary) -> Vec<u8> {
    let mut bytecode = encode(octets, dictionary);
    bytecode.push(STOP_CODE);
    bytecode
}

/// For each position the piece a shortest encoding of the rest starts with.
fn cheapest_pieces(octets: &[u8], dictionary: &Dictionary) -> Vec<Piece> {
    let buffer = [dictionary.octets().as_slice(), octets].concat();
    let mut pieces = vec![Piece::Literal { length: 1 }; octets.len()];
    // costs[i]: octets of bytecode for octets[i..].
    let mut costs = vec![0; octets.len() + 1];

    for position in (0..octets.len()).rev() {
        let mut best = (usize::MAX, Piece::Literal { length: 1 });
        let mut offer = |piece: Piece| {
            let cost = piece.cost() + costs[position + piece.covers()];
            if cost < best.0 {
                best = (cost, piece);
            }
        };
        let left = octets.len() - position;
        let zeros = octets[position..]
            .iter()
            .take(17)
            .take_while(|octet| **octet == 0)
            .count();
        (2..=zeros).for_each(|length| offer(Piece::Zeros { length }));
        let here = Dictionary::LENGTH + position;
        for distance in 2..=here {
            // A copy ends where it started at the latest: no overlapping runs.
            let longest = left.min(distance).min(LONGEST_COPY);
            let matching = buffer[here - distance..]
                .iter()
                .zip(&buffer[here..])
                .take(longest)
                .take_while(|(before, now)| before == now)
                .count();
            (2..=matching).for_each(|length| offer(Piece::Copy { length, distance }));
        }
        (1..=left.min(LONGEST_LITERAL)).for_each(|length| offer(Piece::Literal { length }));
        (costs[position], pieces[position]) = best;
    }
    pieces
}

fn write(piece: Piece, rest: &[u8], bytecode: &mut Vec<u8>) {
    match piece {
        Piece::Literal { length } => {
            bytecode.push(length as u8);
            bytecode.extend_from_slice(&rest[..length]);
        }
        Piece::Zeros { length } => bytecode.push(0x80 | (length - 2) as u8),
        Piece::Copy { length, distance } => {
            let mut na = (length - 2) / 8;
            let mut sa = (distance - length) / 8;
            while na > 0 || sa > 0 {
                let step = sa.min(15);
                bytecode.push(0xa0 | (na.min(1) as u8) << 4 | step as u8);
                na = na.saturating_sub(1);
                sa -= step;
            }
            let nnn = ((length - 2) % 8) as u8;
            let kkk = ((distance - length) % 8) as u8;
            bytecode.push(0xc0 | nnn << 3 | kkk);
        }
    }
}
