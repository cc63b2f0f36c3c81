//! What is played: valid frames of every row, as many as the device has time for.

use sixlo_judge::name::Topic;
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Direction, Kind, Step, Strength, TestCase};

use crate::catalogue::Catalogue;

/// Cases of a row on a device whose time is the wall's.
const MOST_A_ROW: usize = 4;

/// The ids of the cases that stand for the rows. A device whose time is virtual plays all that colour a cell of
/// receiving; another one some of each row, none that waits.
pub(super) fn cases(catalogue: &Catalogue, profile: &Profile) -> Vec<String> {
    let is_fast = profile.virtual_time && profile.settles;
    let rows = catalogue.rows.rows.iter();
    rows.flat_map(|row| {
        let all = of_row(catalogue, &row.topic, is_fast);
        let most = if is_fast { all.len() } else { MOST_A_ROW };
        spread(all, most)
    })
    .map(|case| case.id.0.clone())
    .collect()
}

fn of_row<'a>(catalogue: &'a Catalogue, topic: &Topic, is_fast: bool) -> Vec<&'a TestCase> {
    let stands_for = |case: &&TestCase| {
        case.topic == *topic
            && case.kind == Kind::Valid
            && case.direction == Direction::Receive
            && case.strength != Strength::May
            && case.disputed.is_none()
            && (is_fast || !waits(case))
    };
    catalogue.cases.iter().filter(stands_for).collect()
}

fn waits(case: &TestCase) -> bool {
    let waits = |step: &Step| matches!(step, Step::Await(..) | Step::Wait(_));
    case.when.iter().any(waits)
}

/// No more than `most` of them, from the first to the last one.
fn spread(all: Vec<&TestCase>, most: usize) -> Vec<&TestCase> {
    let count = all.len();
    if count <= most {
        return all;
    }
    (0..most)
        .map(|at| all[at * (count - 1) / (most - 1)])
        .collect()
}
