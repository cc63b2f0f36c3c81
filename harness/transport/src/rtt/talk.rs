//! What the probe's thread does while a device runs: octets down, doorbell, octets up.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use probe_rs::{Core, MemoryInterface};

use super::block::{Block, Look};
use super::last_words::{State, state};
use super::queues::Queues;
use crate::{Channel, TransportError};

/// How long firmware may take from its start to its control block: milliseconds, but an
/// emulated board on a busy machine gets little of it. Less than an agent has for its hello.
const STARTS_WITHIN: Duration = Duration::from_secs(10);
/// A device that has said nothing for so long is looked at more rarely, and asked how it is.
const QUIET: Duration = Duration::from_millis(2);
/// Between two looks at one that is quiet.
const RARELY: Duration = Duration::from_micros(500);
/// Between two questions how it is.
const HOW_IS_IT: Duration = Duration::from_millis(10);
/// NVIC_ISPR0: set-pending bits of the first 32 interrupts (ARMv7-M B3.4.5).
const NVIC_ISPR: u64 = 0xe000_e200;

/// Where the firmware has what is looked for, and how it is woken.
#[derive(Debug, Clone)]
pub(super) struct Places {
    pub way: String,
    pub control_block: u64,
    pub last_words: Option<u64>,
    pub doorbell: u16,
}

impl Places {
    /// Where a life before may have left what is no longer true.
    pub fn voided(&self) -> Vec<u64> {
        std::iter::once(self.control_block)
            .chain(self.last_words)
            .collect()
    }
}

/// Carries octets until the host is no longer interested or the device has ended.
pub(super) fn talk(core: &mut Core<'_>, queues: &Queues, places: &Places) {
    let error = match Talk::begin(core, queues, places) {
        Ok(Some(mut talk)) => talk.go_on(core),
        // It ended before it could say anything.
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    queues.end(error.map_err(|error| match error {
        Trouble::Probe(error) => super::session::trouble(&places.way, &error),
        Trouble::NoBlock => TransportError::Way {
            way: places.way.clone(),
            why: format!(
                "the firmware made no RTT control block within {} s of its start; is it an image of sixlo's?",
                STARTS_WITHIN.as_secs()
            ),
        },
    }));
}

enum Trouble {
    Probe(probe_rs::Error),
    NoBlock,
}

impl From<probe_rs::Error> for Trouble {
    fn from(error: probe_rs::Error) -> Self {
        Trouble::Probe(error)
    }
}

struct Talk<'t> {
    queues: &'t Queues,
    places: &'t Places,
    block: Block,
    /// What the device had no room for yet.
    pending: VecDeque<(Channel, Vec<u8>)>,
    /// When it last said or took something.
    stirred: Instant,
    /// When it was last asked how it is.
    asked: Instant,
}

impl<'t> Talk<'t> {
    fn begin(
        core: &mut Core<'_>,
        queues: &'t Queues,
        places: &'t Places,
    ) -> Result<Option<Self>, Trouble> {
        let Some(block) = await_block(core, queues, places)? else {
            return Ok(None);
        };
        Ok(Some(Talk {
            queues,
            places,
            block,
            pending: VecDeque::new(),
            stirred: Instant::now(),
            asked: Instant::now(),
        }))
    }

    fn go_on(&mut self, core: &mut Core<'_>) -> Result<(), Trouble> {
        loop {
            let pause = match self.stirred.elapsed() < QUIET {
                true => Duration::ZERO,
                false => RARELY,
            };
            if pause.is_zero() {
                // The device may be emulated on this very CPU.
                std::thread::yield_now();
            }
            let Some(down) = self.queues.next(!self.pending.is_empty(), pause) else {
                return Ok(());
            };
            if !down.is_empty() {
                self.stirred = Instant::now();
            }
            self.pending.extend(down);
            self.write(core)?;
            let must_ring = match self.block.look(core)? {
                Look::Heard(heard) => {
                    if !heard.octets.is_empty() || !heard.log.is_empty() {
                        self.stirred = Instant::now();
                        self.queues.hear(heard.octets, heard.log);
                    }
                    heard.was_full
                }
                Look::Changed => match await_block(core, self.queues, self.places)? {
                    Some(block) => {
                        // What was meant for the life before is nothing to this one.
                        self.block = block;
                        self.pending.clear();
                        false
                    }
                    None => return Ok(()),
                },
            };
            // Whatever rang before: what found a full ring then has gone to sleep again.
            if must_ring {
                self.ring(core)?;
            }
            if self.stirred.elapsed() > QUIET && self.has_ended(core)? {
                // What it said last may have come after the last look.
                if let Look::Heard(heard) = self.block.look(core)? {
                    self.queues.hear(heard.octets, heard.log);
                }
                return Ok(());
            }
        }
    }

    /// Writes what there is room for, and rings if that was anything.
    fn write(&mut self, core: &mut Core<'_>) -> Result<(), probe_rs::Error> {
        let mut has_written = false;
        while let Some((channel, octets)) = self.pending.front_mut() {
            let written = self.block.write(core, *channel, octets)?;
            has_written |= written > 0;
            if written < octets.len() {
                octets.drain(..written);
                break;
            }
            self.pending.pop_front();
        }
        if has_written {
            self.ring(core)?;
        }
        Ok(())
    }

    fn ring(&self, core: &mut Core<'_>) -> Result<(), probe_rs::Error> {
        let number = u64::from(self.places.doorbell);
        core.write_word_32(NVIC_ISPR + 4 * (number / 32), 1 << (number % 32))
    }

    fn has_ended(&mut self, core: &mut Core<'_>) -> Result<bool, probe_rs::Error> {
        let Some(at) = self.places.last_words else {
            return Ok(false);
        };
        if self.asked.elapsed() < HOW_IS_IT {
            return Ok(false);
        }
        self.asked = Instant::now();
        Ok(state(core, at)? == State::Ended)
    }
}

/// Waits until the firmware has made its control block; none if it breaks down before, or
/// the host is no longer interested.
fn await_block(
    core: &mut Core<'_>,
    queues: &Queues,
    places: &Places,
) -> Result<Option<Block>, Trouble> {
    let end = Instant::now() + STARTS_WITHIN;
    loop {
        if let Some(block) = Block::find(core, places.control_block)? {
            return Ok(Some(block));
        }
        if let Some(at) = places.last_words
            && state(core, at)? == State::Ended
        {
            return Ok(None);
        }
        if end <= Instant::now() {
            return Err(Trouble::NoBlock);
        }
        if queues.is_over_after(RARELY) {
            return Ok(None);
        }
    }
}
