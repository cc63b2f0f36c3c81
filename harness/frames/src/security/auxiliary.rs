//! The auxiliary security header. IEEE 802.15.4-2015 9.4.

use crate::dissect::{Read, Reader};
use crate::field::{FieldId, Value};

/// Octets of a MIC by the two low bits of the level. 9.4.1.1, table 9-6.
const MIC_OCTETS: [usize; 4] = [0, 4, 8, 16];
/// Bit of the security control that leaves the frame counter out (2015 frames). 9.4.1.3.
const COUNTER_SUPPRESSED: u8 = 0x20;

/// A security level: three bits, encryption in the upper one, the MIC's length in the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Level(u8);

impl Level {
    /// The level with these three bits; none where there are more.
    pub const fn new(bits: u8) -> Option<Level> {
        match bits {
            0..=7 => Some(Level(bits)),
            _ => None,
        }
    }

    /// ENC-MIC-32, what most networks use.
    pub const ENC_MIC_32: Level = Level(5);

    /// Its three bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Octets of its MIC.
    pub const fn mic_octets(self) -> usize {
        MIC_OCTETS[(self.0 & 3) as usize]
    }

    /// Whether the payload is encrypted.
    pub const fn encrypts(self) -> bool {
        self.0 & 4 != 0
    }
}

/// How a frame names its key. 9.4.1.2; the octets of a source in the order on air.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum KeyId {
    /// Mode 0: sender and receiver tell.
    #[default]
    Implicit,
    /// Mode 1: index of a key of the default source.
    Index(u8),
    /// Mode 2: a source of 4 octets, and an index.
    Source4([u8; 4], u8),
    /// Mode 3: a source of 8 octets, and an index.
    Source8([u8; 8], u8),
}

impl KeyId {
    /// Key identifier mode.
    pub const fn mode(self) -> u8 {
        match self {
            KeyId::Implicit => 0,
            KeyId::Index(_) => 1,
            KeyId::Source4(..) => 2,
            KeyId::Source8(..) => 3,
        }
    }

    /// Key index; 0 where none is on air.
    pub const fn index(self) -> u8 {
        match self {
            KeyId::Implicit => 0,
            KeyId::Index(index) | KeyId::Source4(_, index) | KeyId::Source8(_, index) => index,
        }
    }

    const fn octets(self) -> usize {
        [0, 1, 5, 9][self.mode() as usize]
    }
}

/// What stands between the addresses and the payload of a secured frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct AuxiliaryHeader {
    /// Security level.
    pub level: Level,
    /// Which key.
    pub key_id: KeyId,
    /// Frame counter.
    pub frame_counter: u32,
}

impl AuxiliaryHeader {
    /// Octets on air.
    pub const fn octets(&self) -> usize {
        1 + 4 + self.key_id.octets()
    }

    /// Octets that securing adds to a frame: this header and the MIC.
    pub const fn overhead(&self) -> usize {
        self.octets() + self.level.mic_octets()
    }
}

/// Appends the header.
///
/// ```text
/// |level:3|key id mode:2|counter suppressed:1|ASN:1|0|  frame counter (4)  [source (4, 8)]  [index]
/// ```
pub(crate) fn append(header: &AuxiliaryHeader, psdu: &mut Vec<u8>) {
    psdu.push(header.level.bits() | header.key_id.mode() << 3);
    psdu.extend_from_slice(&header.frame_counter.to_le_bytes());
    match header.key_id {
        KeyId::Implicit => {}
        KeyId::Index(index) => psdu.push(index),
        KeyId::Source4(source, index) => {
            psdu.extend_from_slice(&source);
            psdu.push(index);
        }
        KeyId::Source8(source, index) => {
            psdu.extend_from_slice(&source);
            psdu.push(index);
        }
    }
}

/// Reads the header; none where its frame counter is left out: such a frame is of a
/// network whose time slots are its counter, and not followed here.
pub(crate) fn read(reader: &mut Reader<'_>) -> Read<Option<AuxiliaryHeader>> {
    let control = reader.octet(FieldId::MacSecurityLevel)?;
    reader.note(FieldId::MacSecurityLevel, 1, u64::from(control & 7));
    reader.note(FieldId::MacKeyIdMode, 1, u64::from(control >> 3 & 3));
    let frame_counter = match control & COUNTER_SUPPRESSED {
        0 => {
            let counter = u32::from_le_bytes(reader.array(FieldId::MacFrameCounter)?);
            reader.note(FieldId::MacFrameCounter, 4, u64::from(counter));
            Some(counter)
        }
        _ => None,
    };
    let key_id = match control >> 3 & 3 {
        0 => KeyId::Implicit,
        1 => KeyId::Index(reader.u8(FieldId::MacKeyIndex)?),
        2 => {
            let source = reader.array::<4>(FieldId::MacKeySource)?;
            note_source(reader, &source);
            KeyId::Source4(source, reader.u8(FieldId::MacKeyIndex)?)
        }
        _ => {
            let source = reader.array::<8>(FieldId::MacKeySource)?;
            note_source(reader, &source);
            KeyId::Source8(source, reader.u8(FieldId::MacKeyIndex)?)
        }
    };
    Ok(frame_counter.map(|frame_counter| AuxiliaryHeader {
        level: Level(control & 7),
        key_id,
        frame_counter,
    }))
}

fn note_source(reader: &mut Reader<'_>, source: &[u8]) {
    let value = Value::Bytes(source.to_vec());
    reader.note_value(FieldId::MacKeySource, source.len(), value);
}
