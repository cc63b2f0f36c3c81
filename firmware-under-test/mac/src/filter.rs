//! Which frames a radio hands on, and which of them it acknowledges.

/// The addresses of a device, by which its radio filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// macPANId; 0xffff: none.
    pub pan: u16,
    /// macShortAddress; 0xffff: none.
    pub short_address: u16,
    /// The EUI-64, most significant octet first.
    pub eui64: [u8; 8],
}

impl Filter {
    /// Of a device that has been told nothing yet: it hears what is for everyone.
    pub const NOBODY: Filter = Filter {
        pan: NONE,
        short_address: NONE,
        eui64: [0; 8],
    };
}

impl Default for Filter {
    fn default() -> Self {
        Self::NOBODY
    }
}

/// What a radio does with a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is not for this device, or no frame of an edition that is understood.
    Refused,
    /// It acknowledges the frame with this sequence number; whose, nothing says.
    Acknowledges(u8),
    /// It is handed on.
    Taken {
        /// The sequence number to acknowledge, where an acknowledgement is asked for.
        acknowledge: Option<u8>,
    },
}

/// A 16-bit address or PAN id that is everyone's, or nobody's.
const NONE: u16 = 0xffff;

const BEACON: u16 = 0;
const DATA: u16 = 1;
const ACKNOWLEDGEMENT: u16 = 2;
const COMMAND: u16 = 3;
const ASKS: u16 = 1 << 5;

impl Filter {
    /// Third-level filtering of IEEE 802.15.4-2006 7.5.6.2 for a device that coordinates no
    /// PAN, on a frame without its FCS, which was right. Frame versions 0 and 1 (2003, 2006).
    pub fn judge(&self, frame: &[u8]) -> Verdict {
        self.read(frame).unwrap_or(Verdict::Refused)
    }

    fn read(&self, frame: &[u8]) -> Option<Verdict> {
        let mut rest = frame;
        let control = u16::from_le_bytes(*take(&mut rest)?);
        let [sequence] = *take(&mut rest)?;
        let kind = control & 7;
        if control >> 12 & 3 > 1 || kind > COMMAND {
            return None;
        }
        if kind == ACKNOWLEDGEMENT {
            return rest.is_empty().then_some(Verdict::Acknowledges(sequence));
        }
        let destination = control >> 10 & 3;
        let is_everyones = match destination {
            0 => false,
            2 | 3 => {
                let pan = u16::from_le_bytes(*take(&mut rest)?);
                if pan != NONE && pan != self.pan {
                    return None;
                }
                self.takes_address(destination, &mut rest)?
            }
            _ => return None,
        };
        let is_for_us = match (kind, destination) {
            // A beacon names no destination, but must be of the own PAN where there is one.
            (BEACON, 0) => {
                let source_pan = u16::from_le_bytes(*take(&mut rest)?);
                control >> 14 >= 2 && (self.pan == NONE || source_pan == self.pan)
            }
            // What has a source alone is for the PAN's coordinator.
            (DATA | COMMAND, 0) => false,
            _ => true,
        };
        is_for_us.then(|| {
            let asks = control & ASKS != 0 && kind != BEACON && !is_everyones;
            Verdict::Taken {
                acknowledge: asks.then_some(sequence),
            }
        })
    }

    /// Reads a destination address that must be this device's or everyone's; says whether
    /// it is everyone's.
    fn takes_address(&self, mode: u16, rest: &mut &[u8]) -> Option<bool> {
        if mode == 2 {
            let short = u16::from_le_bytes(*take(rest)?);
            return (short == NONE || short == self.short_address).then_some(short == NONE);
        }
        let mut eui64 = *take::<8>(rest)?;
        eui64.reverse();
        (eui64 == self.eui64).then_some(false)
    }
}

fn take<'f, const N: usize>(rest: &mut &'f [u8]) -> Option<&'f [u8; N]> {
    let (octets, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(octets)
}

/// An acknowledgement without its FCS: frame type 2, no frame pending (IEEE 802.15.4-2006
/// 7.2.2.3).
pub fn acknowledgement(sequence: u8) -> [u8; 3] {
    [ACKNOWLEDGEMENT as u8, 0, sequence]
}

/// The sequence number under which a frame of our own, with or without its FCS, is to be
/// acknowledged; none where it asks for no acknowledgement, or nobody will answer it.
pub fn asks_for_acknowledgement(frame: &[u8]) -> Option<u8> {
    let mut rest = frame;
    let control = u16::from_le_bytes(*take(&mut rest)?);
    let [sequence] = *take(&mut rest)?;
    let is_everyones = control >> 10 & 3 == 2 && rest.get(2..4) == Some(&[0xff, 0xff]);
    let asks = control & ASKS != 0 && matches!(control & 7, DATA | COMMAND) && !is_everyones;
    asks.then_some(sequence)
}

#[cfg(test)]
mod tests;
