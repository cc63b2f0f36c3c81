//! A probe that is open and attached to its chip.

use std::error::Error;
use std::time::Duration;

use probe_rs::flashing::{DownloadOptions, FlashProgress};
use probe_rs::probe::list::Lister;
use probe_rs::probe::{DebugProbeSelector, WireProtocol};
use probe_rs::{MemoryInterface, Permissions, Session};

use super::image::Image;
use super::{ChipId, ProbeBoard};
use crate::TransportError;

/// How long a chip may take to halt.
const HALTS_WITHIN: Duration = Duration::from_millis(500);
/// How often a reset is tried.
const RESETS: u32 = 3;

/// What went wrong at a probe, with all that probe-rs says of it.
pub(super) fn trouble(way: &str, error: &dyn Error) -> TransportError {
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !why.contains(&text) {
            why += ": ";
            why += &text;
        }
        cause = error.source();
    }
    TransportError::Way {
        way: way.to_owned(),
        why,
    }
}

/// Opens the board's probe and attaches to its chip; nothing is written to it.
///
/// # Errors
/// If there is no such probe or chip, or the chip is another one.
pub(super) fn attach(way: &str, board: &ProbeBoard) -> Result<Session, TransportError> {
    let wrong = |why: String| TransportError::Way {
        way: way.to_owned(),
        why,
    };
    let selector: DebugProbeSelector = board.selector.parse().map_err(|error| {
        wrong(format!(
            "no selector ({error}); it is VID:PID:SERIAL, such as 1366:1015:000683"
        ))
    })?;
    let mut probe = Lister::new()
        .open(selector)
        .map_err(|error| trouble(way, &error))?;
    if let Some(khz) = board.speed_khz {
        probe.set_speed(khz).map_err(|error| trouble(way, &error))?;
    }
    if probe.protocol().is_none() {
        // Some drivers have no preference, and then do nothing.
        probe
            .select_protocol(WireProtocol::Swd)
            .map_err(|error| trouble(way, &error))?;
    }
    let mut session = probe
        .attach(board.chip.as_str(), Permissions::default())
        .map_err(|error| trouble(way, &error))?;
    if let Some(expected) = board.chip_id {
        let value = word(way, &mut session, expected.address)?;
        check(expected, value).map_err(wrong)?;
    }
    Ok(session)
}

/// Whether a chip is the one that is meant.
fn check(expected: ChipId, value: u32) -> Result<(), String> {
    let ChipId {
        address,
        value: meant,
    } = expected;
    match value == meant {
        true => Ok(()),
        false => Err(format!(
            "another chip: its id at {address:#x} is {value:#010x}, the rack's file says {meant:#010x}; nothing was written"
        )),
    }
}

/// A word of the chip.
pub(super) fn word(way: &str, session: &mut Session, address: u64) -> Result<u32, TransportError> {
    let mut core = session.core(0).map_err(|error| trouble(way, &error))?;
    core.read_word_32(address)
        .map_err(|error| trouble(way, &error))
}

/// Whether the image is in the chip already.
pub(super) fn holds(session: &mut Session, image: &Image) -> bool {
    let Ok(mut core) = session.core(0) else {
        return false;
    };
    image.segments.iter().all(|(at, octets)| {
        let mut found = vec![0; octets.len()];
        core.read(*at, &mut found).is_ok() && found == *octets
    })
}

/// Writes the image and reads it back.
pub(super) fn flash(way: &str, session: &mut Session, image: &Image) -> Result<(), TransportError> {
    let mut loader = session.target().flash_loader();
    for (at, octets) in &image.segments {
        loader
            .add_data(*at, octets)
            .map_err(|error| trouble(way, &error))?;
    }
    let mut options = DownloadOptions::default();
    options.verify = true;
    options.progress = FlashProgress::empty();
    loader
        .commit(session, options)
        .map_err(|error| trouble(way, &error))
}

/// Resets the chip and lets it run. Memory survives that: what begins at these places is
/// made void, so that what is found there later is new.
pub(super) fn start(
    way: &str,
    core: &mut probe_rs::Core<'_>,
    voided: &[u64],
) -> Result<(), TransportError> {
    let mut begin = || {
        core.reset_and_halt(HALTS_WITHIN)?;
        for at in voided {
            core.write_32(*at, &[0; 4])?;
        }
        core.run()
    };
    // A busy machine may keep an emulated board or a slow probe from halting in the 100 ms
    // that probe-rs gives it; a reset can be asked for again.
    let mut begun = begin();
    for _ in 1..RESETS {
        if begun.is_err() {
            begun = begin();
        }
    }
    begun.map_err(|error| trouble(way, &error))
}

/// Halts the chip.
pub(super) fn halt(core: &mut probe_rs::Core<'_>) -> Result<(), probe_rs::Error> {
    core.halt(HALTS_WITHIN).map(|_| ())
}
