//! The control block of RTT: its rings, and what becomes of them when the board starts again.

use probe_rs::{Core, MemoryInterface};

use super::ring::{DESCRIPTOR, Ring};
use crate::Channel;

/// What a block begins with.
const ID: &[u8; 16] = b"SEGGER RTT\0\0\0\0\0\0";
/// Its rings begin behind the identifier and two counts.
const RINGS: u64 = 24;
/// The agent's channels, each way: control, and the virtual PHY.
const AGENT: usize = 2;
/// The log's channel.
const LOG: usize = 2;
/// Rings upwards that are looked at.
const UP: usize = 3;

/// What came from the device in one look.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub octets: Vec<(Channel, Vec<u8>)>,
    pub log: Vec<u8>,
    /// A ring was full: the device sleeps until it is rung.
    pub was_full: bool,
}

/// A look at the block.
#[derive(Debug)]
pub(super) enum Look {
    Heard(Heard),
    /// It is no block any more, or another: the board is starting again, or has overwritten it.
    Changed,
}

/// A block that the firmware has made.
pub(super) struct Block {
    at: u64,
    up: Vec<Ring>,
    down: [Ring; AGENT],
}

impl Block {
    /// The block there; none if there is none yet, or none of an agent's.
    pub fn find(core: &mut Core<'_>, at: u64) -> Result<Option<Self>, probe_rs::Error> {
        let mut head = [0; RINGS as usize];
        core.read(at, &mut head)?;
        let count = |place: usize| {
            let octets = [
                head[place],
                head[place + 1],
                head[place + 2],
                head[place + 3],
            ];
            u32::from_le_bytes(octets) as usize
        };
        let (ups, downs) = (count(16), count(20));
        let sane = AGENT..=16;
        if &head[..16] != ID || !sane.contains(&ups) || !sane.contains(&downs) {
            return Ok(None);
        }
        let mut words = vec![0; 6 * (ups + downs)];
        core.read_32(at + RINGS, &mut words)?;
        let ram: Vec<_> = core
            .memory_regions()
            .filter_map(|region| region.as_ram_region())
            .map(|region| region.range.clone())
            .collect();
        let is_ram = |start: u64, size: u64| {
            let mut ram = ram.iter();
            ram.any(|range| range.contains(&start) && start + size <= range.end)
        };
        let ring = |number: usize| {
            let words = <[u32; 6]>::try_from(&words[6 * number..6 * number + 6]).ok()?;
            Ring::new(at + RINGS + DESCRIPTOR * number as u64, words, is_ram)
        };
        let up: Option<Vec<Ring>> = (0..ups.min(UP)).map(ring).collect();
        Ok(match (up, ring(ups), ring(ups + 1)) {
            (Some(up), Some(control), Some(phy)) => Some(Block {
                at,
                up,
                down: [control, phy],
            }),
            _ => None,
        })
    }

    /// Puts in what there is room for; says how many octets.
    pub fn write(
        &mut self,
        core: &mut Core<'_>,
        channel: Channel,
        octets: &[u8],
    ) -> Result<usize, probe_rs::Error> {
        self.down[channel as usize].put(core, octets)
    }

    /// Takes what is there.
    ///
    /// Control's write offset is read before that of the PHY (blocks are read upwards), so
    /// whatever the device put there before a message of control's is seen; and it is handed
    /// over first.
    pub fn look(&mut self, core: &mut Core<'_>) -> Result<Look, probe_rs::Error> {
        let mut words = [0; 6 * UP];
        let words = &mut words[..6 * self.up.len()];
        core.read_32(self.at + RINGS, words)?;
        let offsets = |number: usize| (words[6 * number + 3], words[6 * number + 4]);
        let is_ours = |(number, ring): (usize, &Ring)| {
            let (write, read) = offsets(number);
            ring.holds(write) && read == ring.own
        };
        if !self.up.iter().enumerate().all(is_ours) {
            return Ok(Look::Changed);
        }
        let mut heard = Heard::default();
        for (number, channel) in [(1, Channel::Phy), (0, Channel::Control)] {
            let (write, _) = offsets(number);
            let ring = &mut self.up[number];
            if ring.unread(write) > 0 {
                heard.was_full |= ring.was_full(write);
                heard.octets.push((channel, ring.take(core, write)?));
            }
        }
        if let Some(ring) = self.up.get_mut(LOG) {
            let (write, _) = offsets(LOG);
            if ring.unread(write) > 0 {
                heard.log = ring.take(core, write)?;
            }
        }
        Ok(Look::Heard(heard))
    }
}
