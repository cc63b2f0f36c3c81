//! The log: defmt's frames on RTT channel 2, which nobody needs to read.
//!
//! rtt-target brings a logger of its own, which writes each piece of a frame as it comes, so
//! that a full channel would cut frames anywhere. Here a frame goes out whole or not at all:
//! what a host reads can be decoded, however late it comes.

use core::cell::RefCell;

use critical_section::{Mutex, RestoreState};
use rtt_target::UpChannel;

/// Octets of one frame at most, as encoded; a longer one is left out.
const LARGEST: usize = 256;

struct Log {
    channel: Option<UpChannel>,
    encoder: defmt::Encoder,
    frame: [u8; LARGEST],
    length: usize,
    restore: RestoreState,
}

static LOG: Mutex<RefCell<Log>> = Mutex::new(RefCell::new(Log {
    channel: None,
    encoder: defmt::Encoder::new(),
    frame: [0; LARGEST],
    length: 0,
    restore: RestoreState::invalid(),
}));

/// From here on what is logged goes to `channel`, which must not block.
pub(crate) fn log_to(channel: UpChannel) {
    critical_section::with(|held| LOG.borrow(held).borrow_mut().channel = Some(channel));
}

/// Does something with the log. A panic inside it, or a fault's handler that logs, finds it
/// taken: then nothing is logged.
fn with(act: impl FnOnce(&mut Log)) {
    critical_section::with(|held| {
        if let Ok(mut log) = LOG.borrow(held).try_borrow_mut() {
            act(&mut log);
        }
    });
}

/// Keeps encoded octets; one too many, and the frame is none.
fn keep(frame: &mut [u8; LARGEST], length: &mut usize, octets: &[u8]) {
    if let Some(room) = frame.get_mut(*length..*length + octets.len()) {
        room.copy_from_slice(octets);
    }
    *length = length.saturating_add(octets.len());
}

#[defmt::global_logger]
struct Logger;

// SAFETY: between acquire and release interrupts are masked on the one core there is, so
// nobody else comes in between; each step is done under a critical section of its own.
#[allow(unsafe_code)]
unsafe impl defmt::Logger for Logger {
    fn acquire() {
        // SAFETY: release gives it back, once.
        let restore = unsafe { critical_section::acquire() };
        with(|log| {
            log.restore = restore;
            log.length = 0;
            let Log {
                encoder,
                frame,
                length,
                ..
            } = log;
            encoder.start_frame(|octets| keep(frame, length, octets));
        });
    }

    unsafe fn flush() {}

    unsafe fn write(bytes: &[u8]) {
        with(|log| {
            let Log {
                encoder,
                frame,
                length,
                ..
            } = log;
            encoder.write(bytes, |octets| keep(frame, length, octets));
        });
    }

    unsafe fn release() {
        let mut restore = RestoreState::invalid();
        with(|log| {
            let Log {
                encoder,
                frame,
                length,
                ..
            } = log;
            encoder.end_frame(|octets| keep(frame, length, octets));
            if let (Some(channel), Some(frame)) = (&mut log.channel, log.frame.get(..log.length)) {
                channel.write(frame);
            }
            restore = log.restore;
        });
        // SAFETY: acquire has taken it.
        unsafe { critical_section::release(restore) };
    }
}
