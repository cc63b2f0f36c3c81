//! How long a device may keep its agent waiting. Always wall time: a device whose
//! time is virtual can hang, too.

use std::time::Duration;

/// A device that leaves a command unanswered for so long has hung.
pub const WATCHDOG: Duration = Duration::from_secs(2);
/// A device that is starting gets longer: a guest kernel boots meanwhile.
pub const START_WATCHDOG: Duration = Duration::from_secs(20);
