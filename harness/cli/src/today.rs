//! The day it is: the only place where a calendar comes from a clock.

use std::time::{SystemTime, UNIX_EPOCH};

use sixlo_judge::day::Day;

/// Today in UTC, by this machine's clock.
pub fn today() -> Day {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Day::at(since.unwrap_or_default())
}
