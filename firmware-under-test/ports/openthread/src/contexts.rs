//! The contexts that a leader tells its network.
//!
//! OpenThread's leader numbers contexts itself: each prefix of a border router gets the lowest
//! number from 1 on that is free. So this node is a border router, too, with prefixes in the
//! order of their numbers; numbers that nobody asked for go to prefixes that nobody uses.

use sixlo_agent::Outcome;

/// The highest number there is.
const HIGHEST: u8 = 15;
/// 4100::/8 to 4e00::/8, which nobody has, stand where no context was asked for: fourteen of them
/// and one of 128 bits fill network data but for a few octets.
const FILLING: u8 = 0x40;
const FILLING_BITS: u8 = 8;

/// A prefix, and how many of its bits count.
pub type Prefix = ([u8; 16], u8);

/// Contexts 1 to 15.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contexts {
    prefixes: [Option<Prefix>; HIGHEST as usize],
}

impl Contexts {
    /// Keeps one.
    pub fn take(&mut self, id: u8, prefix: [u8; 16], length: u8, compress: bool) -> Outcome {
        // One that does not compress is one whose prefix has been taken away again.
        let slot = self.prefixes.get_mut(usize::from(id).wrapping_sub(1));
        match slot.filter(|_| compress && length <= 128) {
            None => Outcome::Unsupported,
            Some(slot) => {
                *slot = Some((prefix, length));
                Outcome::Done
            }
        }
    }

    /// The prefixes in the order of their numbers, from 1 on, up to the last that was asked for.
    pub fn in_order(&self) -> impl Iterator<Item = Prefix> {
        let last = self.prefixes.iter().rposition(Option::is_some);
        let asked = &self.prefixes[..last.map_or(0, |last| last + 1)];
        (1..)
            .zip(asked)
            .map(|(id, prefix)| prefix.unwrap_or_else(|| filling(id)))
    }
}

fn filling(id: u8) -> Prefix {
    let mut octets = [0; 16];
    octets[0] = FILLING | id;
    (octets, FILLING_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_gets_its_number() {
        let mut contexts = Contexts::default();
        assert_eq!(contexts.in_order().count(), 0);
        let prefix = [0x20; 16];
        assert_eq!(contexts.take(3, prefix, 48, true), Outcome::Done);
        let told: Vec<_> = contexts.in_order().collect();
        assert_eq!(told, [filling(1), filling(2), (prefix, 48)]);
    }

    #[test]
    fn refuses_what_a_leader_cannot_be_made_to_tell() {
        let mut contexts = Contexts::default();
        for (id, length, compress) in [
            (0, 64, true),
            (16, 64, true),
            (3, 129, true),
            (3, 64, false),
        ] {
            let outcome = contexts.take(id, [0x20; 16], length, compress);
            assert_eq!(outcome, Outcome::Unsupported, "{id} {length} {compress}");
        }
        assert_eq!(contexts, Contexts::default());
    }
}
