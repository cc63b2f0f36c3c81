//! A device's link: plain, or secured one way or another.

use std::fmt;
use std::net::Ipv6Addr;

use serde::{Deserialize, Serialize};
use sixlo_frames::security::{AuxiliaryHeader, Key, KeyId, Level};

/// What lies between the tester's frames and the air.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Link {
    /// Nothing.
    #[default]
    Plain,
    /// IEEE 802.15.4 security under a key that both sides were given.
    Secured(Secured),
    /// A Thread network: its keys come from the network key, its neighbours from MLE.
    Thread(Thread),
}

/// IEEE 802.15.4 security, clause 9.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Secured {
    /// Security level, 1 to 7.
    pub level: u8,
    /// Key identifier mode, 0 to 3.
    pub key_id_mode: u8,
    /// Key index; 0 in mode 0, which has none on air.
    pub key_index: u8,
    /// Key source in the order on air: 4 octets in mode 2, 8 in mode 3, else none.
    pub key_source: Vec<u8>,
    /// The key.
    pub key: SharedKey,
    /// The counter of the tester's first frame.
    pub first_frame_counter: u32,
}

/// A Thread network with the tester in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Thread {
    /// What the device is in it.
    pub role: Role,
    /// The network key.
    pub network_key: SharedKey,
    /// Number of the keys derived from it.
    pub key_sequence: u32,
    /// The mesh-local prefix, /64: always context 0 (Thread 1.1, 5.18.3).
    pub mesh_local_prefix: Ipv6Addr,
}

/// What a device is in a Thread network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The tester's child.
    Child,
    /// The leader: the tester's identities are its children, and it routes between them.
    Leader,
}

/// A 128-bit key, written in hexadecimal. Keys of tests are no secrets.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct SharedKey(pub [u8; 16]);

impl Link {
    /// Whether frames are secured.
    pub fn is_secured(&self) -> bool {
        *self != Link::Plain
    }

    /// Whether frames bear a MIC: an integrity check of the link's own (RFC 6282 4.3.2).
    pub fn has_mic(&self) -> bool {
        self.header()
            .is_some_and(|header| header.level.mic_octets() > 0)
    }

    /// The Thread network, if it is one.
    pub fn thread(&self) -> Option<&Thread> {
        match self {
            Link::Thread(thread) => Some(thread),
            Link::Plain | Link::Secured(_) => None,
        }
    }

    /// The security header of a frame of the tester, its counter apart.
    pub fn header(&self) -> Option<AuxiliaryHeader> {
        match self {
            Link::Plain => None,
            Link::Secured(secured) => Some(AuxiliaryHeader {
                level: Level::new(secured.level)?,
                key_id: secured.key_id()?,
                frame_counter: secured.first_frame_counter,
            }),
            // Thread 1.1, 7.1.5 and 7.2.1: key index is the sequence's low seven bits plus one.
            Link::Thread(thread) => Some(AuxiliaryHeader {
                level: Level::ENC_MIC_32,
                key_id: KeyId::Index(thread.key_index()),
                frame_counter: 1,
            }),
        }
    }

    /// Octets of a frame that its security takes.
    pub fn overhead(&self) -> usize {
        self.header().map_or(0, |header| header.overhead())
    }
}

impl Secured {
    /// How frames name the key; none where mode and source do not fit.
    pub fn key_id(&self) -> Option<KeyId> {
        let index = self.key_index;
        match (self.key_id_mode, self.key_source.as_slice()) {
            (0, []) => Some(KeyId::Implicit),
            (1, []) => Some(KeyId::Index(index)),
            (2, source) => Some(KeyId::Source4(source.try_into().ok()?, index)),
            (3, source) => Some(KeyId::Source8(source.try_into().ok()?, index)),
            _ => None,
        }
    }
}

impl Thread {
    /// The index by which frames name its keys.
    pub fn key_index(&self) -> u8 {
        (self.key_sequence & 0x7f) as u8 + 1
    }
}

impl From<SharedKey> for Key {
    fn from(key: SharedKey) -> Key {
        Key(key.0)
    }
}

impl fmt::Display for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedKey({self})")
    }
}

impl From<SharedKey> for String {
    fn from(key: SharedKey) -> String {
        key.to_string()
    }
}

/// A text that is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key: 32 hexadecimal digits")]
pub struct NoKey(String);

impl TryFrom<String> for SharedKey {
    type Error = NoKey;

    fn try_from(text: String) -> Result<Self, NoKey> {
        let digit = |digit: char| digit.to_digit(16).map(|digit| digit as u8);
        let digits: Option<Vec<u8>> = text.chars().map(digit).collect();
        let pairs = digits.as_deref().map(|digits| digits.as_chunks::<2>());
        let Some((pairs, [])) = pairs else {
            return Err(NoKey(text));
        };
        let octets: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
        <[u8; 16]>::try_from(octets)
            .map(SharedKey)
            .map_err(|_| NoKey(text))
    }
}
