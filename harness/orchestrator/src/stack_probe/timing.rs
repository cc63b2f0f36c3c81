//! How long the device takes to answer.

use std::time::Duration;

use sixlo_judge::evidence::{Cause, Evidence, Phase, What};

/// From the last frame of a control to the last frame that the device sent in it: on the clock that its deadlines are on.
pub(super) fn answer(evidence: &Evidence) -> Option<Duration> {
    let control = || {
        let events = evidence.events.iter();
        events.filter(|event| event.phase == Phase::Control)
    };
    let sent = control().rfind(|event| {
        matches!(
            event.what,
            What::Sent {
                cause: Cause::Trial,
                ..
            }
        )
    })?;
    let heard = control().rfind(|event| matches!(event.what, What::Heard(_)))?;
    Some(Duration::from_micros(heard.at_us.checked_sub(sent.at_us)?))
}

/// A deadline that answers so slow keep with four times to spare, in steps of 10 ms from 20 ms on.
pub(super) fn deadline(slowest: Duration) -> Duration {
    let ms = u64::try_from((4 * slowest).as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(ms.div_ceil(10).saturating_mul(10).max(20))
}
