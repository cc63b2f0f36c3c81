//! The clock, which moves only when the harness says so, and its one alarm.

use openthread_sys as ot;

use super::with;

/// Microseconds in a millisecond: OpenThread counts the latter.
const MILLISECOND_US: u64 = 1000;

/// Clock and alarm of a node.
#[derive(Default)]
pub struct Alarm {
    /// Now, in microseconds.
    pub now_us: u64,
    due_ms: Option<u64>,
}

impl Alarm {
    fn now_ms(&self) -> u64 {
        self.now_us / MILLISECOND_US
    }

    /// When the alarm goes off, in microseconds, if it is set.
    pub fn due_us(&self) -> Option<u64> {
        Some(self.due_ms? * MILLISECOND_US)
    }

    /// Whether the alarm goes off now; it does so once.
    pub fn goes_off(&mut self) -> bool {
        self.due_ms
            .take_if(|due| *due <= self.now_us / MILLISECOND_US)
            .is_some()
    }

    /// Sets the alarm to `delay_ms` after `start_ms`, which is of the clock's low 32 bits.
    fn start(&mut self, start_ms: u32, delay_ms: u32) {
        let now = self.now_ms();
        let gone = wrapped(now).wrapping_sub(start_ms);
        self.due_ms = Some(now + u64::from(delay_ms.saturating_sub(gone)));
    }

    /// No alarm is set any more; time goes on.
    pub fn stop(&mut self) {
        self.due_ms = None;
    }
}

/// The low 32 bits of the clock in milliseconds.
fn wrapped(milliseconds: u64) -> u32 {
    milliseconds as u32
}

#[unsafe(no_mangle)]
extern "C" fn otPlatAlarmMilliGetNow() -> u32 {
    with(|hardware| wrapped(hardware.alarm.now_ms()))
}

#[unsafe(no_mangle)]
extern "C" fn otPlatAlarmMilliStartAt(_: *mut ot::otInstance, start_ms: u32, delay_ms: u32) {
    with(|hardware| hardware.alarm.start(start_ms, delay_ms));
}

#[unsafe(no_mangle)]
extern "C" fn otPlatAlarmMilliStop(_: *mut ot::otInstance) {
    with(|hardware| hardware.alarm.stop());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_from_the_start_it_is_given() {
        let due_us = |now_us, start_ms, delay_ms| {
            let mut alarm = Alarm {
                now_us,
                due_ms: None,
            };
            alarm.start(start_ms, delay_ms);
            alarm.due_us()
        };
        assert_eq!(due_us(5_000_999, 4_990, 30), Some(5_020_000));
        // Overdue: at once.
        assert_eq!(due_us(5_000_999, 4_900, 30), Some(5_000_000));
        // Started before the 32 bits overflowed.
        let overflow_us = (u64::from(u32::MAX) + 11) * 1000;
        assert_eq!(
            due_us(overflow_us, u32::MAX, 30),
            Some(overflow_us + 19_000)
        );
    }

    #[test]
    fn goes_off_once() {
        let mut alarm = Alarm {
            now_us: 1_000,
            due_ms: None,
        };
        alarm.start(1, 1);
        assert!(!alarm.goes_off());
        alarm.now_us = 2_000;
        assert!(alarm.goes_off());
        assert!(!alarm.goes_off());
    }
}
