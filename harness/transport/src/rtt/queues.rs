//! What host and probe thread hand each other while a device runs.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{Channel, TransportError};

/// Octets that wait on their way down before the host is told that there is no room.
const MOST_DOWN: usize = 64 * 1024;
/// Octets that wait on their way up before the device is left alone with its full rings.
const MOST_UP: usize = 256 * 1024;
/// Octets of the log that are kept: its end.
const LOG: usize = 16 * 1024;
/// How long one call of the probe may take. Less than an agent has for an answer: a probe
/// that hangs must not look like a device that does.
pub(super) const CALL: Duration = Duration::from_secs(1);

/// The queues of one life of a device.
#[derive(Default)]
pub(super) struct Queues {
    state: Mutex<State>,
    /// Something for the host.
    to_host: Condvar,
    /// Something for the probe thread.
    to_board: Condvar,
}

#[derive(Default)]
struct State {
    down: Vec<(Channel, Vec<u8>)>,
    down_octets: usize,
    up: VecDeque<(Channel, Vec<u8>)>,
    up_octets: usize,
    /// Octets of the first of `up` that the host has.
    taken: usize,
    log: VecDeque<u8>,
    /// Octets at its end that nobody has asked for yet.
    unread_log: usize,
    /// The host waits for the device.
    waits: bool,
    /// The host is no longer interested.
    is_over: bool,
    /// How it ended: the device, or the way to it.
    end: Option<Result<(), TransportError>>,
    /// Since when the probe has been in a call.
    calling_since: Option<Instant>,
}

impl State {
    fn is_stuck(&self, now: Instant) -> bool {
        self.calling_since.is_some_and(|since| since + CALL <= now)
    }
}

/// The host's end.
impl Queues {
    /// As [`Transport::read`](crate::Transport::read).
    pub fn read(&self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        let mut state = self.lock();
        let State { up, taken, .. } = &mut *state;
        let Some((channel, octets)) = up.front() else {
            return match &state.end {
                None => Ok(None),
                Some(Ok(())) => Ok(Some((Channel::Control, 0))),
                Some(Err(error)) => Err(error.clone()),
            };
        };
        let channel = *channel;
        let rest = &octets[*taken..];
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        *taken += length;
        if *taken == octets.len() {
            up.pop_front();
            *taken = 0;
        }
        state.up_octets -= length;
        Ok(Some((channel, length)))
    }

    /// As [`Transport::write`](crate::Transport::write).
    pub fn write(&self, channel: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        let mut state = self.lock();
        if state.end.is_some() {
            return Err(TransportError::Unread);
        }
        let octets = &octets[..octets.len().min(MOST_DOWN - state.down_octets)];
        state.down_octets += octets.len();
        match state.down.last_mut().filter(|(last, _)| *last == channel) {
            Some((_, last)) => last.extend_from_slice(octets),
            None if octets.is_empty() => {}
            None => state.down.push((channel, octets.to_vec())),
        }
        Ok(octets.len())
    }

    /// Waits until octets are there, or there is room for some, or the end has come; false
    /// if the probe has been in one call for too long.
    pub fn wait(&self, to_write: bool, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        let mut state = self.lock();
        state.waits = true;
        self.to_board.notify_one();
        let is_well = loop {
            let has_room = to_write && state.down_octets < MOST_DOWN;
            let now = Instant::now();
            if !state.up.is_empty() || state.end.is_some() || has_room || end <= now {
                break true;
            }
            if state.is_stuck(now) {
                break false;
            }
            let stuck_at = state.calling_since.map_or(now, |since| since) + CALL;
            let left = end.min(stuck_at).saturating_duration_since(now);
            let waited = self.to_host.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        };
        state.waits = false;
        is_well
    }

    /// The host is no longer interested.
    pub fn stop(&self) {
        self.lock().is_over = true;
        self.to_board.notify_one();
    }

    /// Whether the way to the device is what ended.
    pub fn has_failed(&self) -> bool {
        matches!(self.lock().end, Some(Err(_)))
    }

    /// Whole frames of the log that nobody has asked for yet.
    pub fn new_log(&self) -> Vec<u8> {
        let mut state = self.lock();
        let unread = state.log.len() - state.unread_log;
        let mut octets: Vec<u8> = state.log.iter().skip(unread).copied().collect();
        let whole = octets.iter().rposition(|&octet| octet == 0);
        octets.truncate(whole.map_or(0, |at| at + 1));
        state.unread_log -= octets.len();
        octets
    }

    /// The end of the log.
    pub fn log(&self) -> Vec<u8> {
        self.lock().log.iter().copied().collect()
    }
}

/// The probe thread's end.
impl Queues {
    /// What the host wants written, as soon as there is anything to do; none once it is no
    /// longer interested. With `is_busy` there is something to do anyway, after this pause.
    pub fn next(&self, is_busy: bool, pause: Duration) -> Option<Vec<(Channel, Vec<u8>)>> {
        let mut state = self.lock();
        state.calling_since = None;
        let end = Instant::now() + pause;
        loop {
            if state.is_over {
                return None;
            }
            let now = Instant::now();
            let is_asked = (is_busy || state.waits) && state.up_octets < MOST_UP;
            if !state.down.is_empty() || (is_asked && end <= now) {
                break;
            }
            let left = match is_asked {
                true => end.saturating_duration_since(now),
                false => Duration::from_secs(3600),
            };
            let waited = self.to_board.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.calling_since = Some(Instant::now());
        state.down_octets = 0;
        Some(std::mem::take(&mut state.down))
    }

    /// Whether the host is no longer interested; looked at after so long at the latest.
    pub fn is_over_after(&self, pause: Duration) -> bool {
        let mut state = self.lock();
        state.calling_since = None;
        let waited = self
            .to_board
            .wait_timeout_while(state, pause, |state| !state.is_over);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner).0;
        state.calling_since = Some(Instant::now());
        state.is_over
    }

    /// The device said this.
    pub fn hear(&self, octets: Vec<(Channel, Vec<u8>)>, log: Vec<u8>) {
        let mut state = self.lock();
        for (channel, octets) in octets {
            state.up_octets += octets.len();
            state.up.push_back((channel, octets));
        }
        let too_many = (state.log.len() + log.len()).saturating_sub(LOG);
        let kept = state.log.len().min(too_many);
        state.log.drain(..kept);
        state.log.extend(&log[too_many - kept..]);
        state.unread_log = (state.unread_log + log.len()).min(state.log.len());
        self.to_host.notify_one();
    }

    /// It is over: for the device, or for the way to it.
    pub fn end(&self, how: Result<(), TransportError>) {
        let mut state = self.lock();
        state.calling_since = None;
        state.end = Some(how);
        self.to_host.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
