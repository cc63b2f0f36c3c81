//! What of a run is told now: the one rule of all commands that print or write one.

use sixlo_judge::day::Day;

use crate::arguments::{Embargo, Embargoed};
use crate::today::today;

/// The day whose embargoes are kept; none where everything is told. On a terminal it is, for
/// whoever ran it; what is made to be handed on tells nothing under an embargo, unless somebody
/// says so.
pub fn day(asked: &Embargo, is_handed_on: bool) -> Option<Day> {
    let is_kept = match asked.embargoed {
        Some(embargoed) => embargoed == Embargoed::Withhold,
        None => is_handed_on,
    };
    is_kept.then(|| asked.today.unwrap_or_else(today))
}
