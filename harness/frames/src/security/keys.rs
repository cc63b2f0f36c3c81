//! The keys somebody knows, and whose addresses are whose.

use std::fmt;

use super::KeyId;
use crate::mac::MacAddress;

/// A 128-bit key.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Key(pub [u8; 16]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(")?;
        for octet in self.0 {
            write!(f, "{octet:02x}")?;
        }
        f.write_str(")")
    }
}

/// A small table of keys and nodes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    keys: Vec<(KeyId, Key)>,
    /// The nonce takes a node's EUI-64, also where the frame says its short address.
    nodes: Vec<(u16, [u8; 8])>,
}

impl Keys {
    /// No keys.
    pub const fn new() -> Self {
        Keys {
            keys: Vec::new(),
            nodes: Vec::new(),
        }
    }

    /// With a key more.
    #[must_use]
    pub fn with_key(mut self, id: KeyId, key: Key) -> Self {
        self.keys.retain(|(known, _)| *known != id);
        self.keys.push((id, key));
        self
    }

    /// With a node more; one that had this short address before has it still, and both are tried.
    #[must_use]
    pub fn with_node(mut self, short: u16, eui64: [u8; 8]) -> Self {
        self.add_node(short, eui64);
        self
    }

    /// Takes in a node.
    pub fn add_node(&mut self, short: u16, eui64: [u8; 8]) {
        if !self.nodes.contains(&(short, eui64)) {
            self.nodes.push((short, eui64));
        }
    }

    /// Knows nothing.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The key with this name.
    pub fn key(&self, id: KeyId) -> Option<Key> {
        let known = self.keys.iter().find(|(known, _)| *known == id);
        known.map(|(_, key)| *key)
    }

    /// The EUI-64s that a source may have.
    pub(super) fn sources(&self, source: MacAddress) -> impl Iterator<Item = [u8; 8]> {
        let own = match source {
            MacAddress::Extended(eui64) => Some(eui64),
            _ => None,
        };
        let named = self
            .nodes
            .iter()
            .filter(move |(short, _)| source == MacAddress::Short(*short));
        own.into_iter().chain(named.map(|(_, eui64)| *eui64))
    }
}
