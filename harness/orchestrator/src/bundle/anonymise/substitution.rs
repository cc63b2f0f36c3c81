//! Octets in place of others, of the same length: whatever states a length stays true.

/// The shortest beginning that is still told from chance where octets end in the middle.
const SHORTEST_BEGINNING: usize = 4;

/// Pairs of octet strings of equal length.
#[derive(Debug, Clone, Default)]
pub(super) struct Substitution {
    /// Longest first: an address is known by its whole before it is by a part.
    pairs: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Substitution {
    /// Adds a pair; what is empty, or of two lengths, is none.
    pub fn add(&mut self, was: &[u8], is: &[u8]) {
        if was.is_empty() || was.len() != is.len() || was == is {
            return;
        }
        if self.pairs.iter().any(|(known, _)| known == was) {
            return;
        }
        let at = self
            .pairs
            .partition_point(|(known, _)| known.len() >= was.len());
        self.pairs.insert(at, (was.to_vec(), is.to_vec()));
    }

    /// Each place at most once, from the first to the last.
    pub fn apply(&self, octets: &mut [u8]) {
        let mut at = 0;
        while at < octets.len() {
            let rest = &mut octets[at..];
            at += match self.pairs.iter().find(|(was, _)| begins(rest, was)) {
                Some((_, is)) => {
                    let length = is.len().min(rest.len());
                    rest[..length].copy_from_slice(&is[..length]);
                    length
                }
                None => 1,
            };
        }
    }
}

/// Whether `rest` begins with `was`, or ends inside it.
fn begins(rest: &[u8], was: &[u8]) -> bool {
    match rest.len() < was.len() {
        true => rest.len() >= SHORTEST_BEGINNING && was.starts_with(rest),
        false => rest.starts_with(was),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_goes_first_and_a_cut_end_is_found() {
        let mut substitution = Substitution::default();
        substitution.add(b"cdef", b"----");
        substitution.add(b"abcdef", b"123456");
        let mut octets = *b"xabcdef cdef abcd";
        substitution.apply(&mut octets);
        assert_eq!(&octets, b"x123456 ---- 1234");
    }
}
