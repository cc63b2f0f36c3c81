//! One run's report beside something else: another run's, what a project accepts for now,
//! or the draft's own figures. Reports in, findings out; nothing here is judged again.

pub mod diff;
pub mod figure2;
pub mod gate;
mod grouped;
mod read;

pub use read::{ReadError, read_report};

use crate::report::model::Report;

/// What a report keeps back, a line a topic.
fn withheld(report: &Report) -> Vec<String> {
    let topics = report.duts.iter().flat_map(|dut| {
        let topics = dut.withheld.iter();
        topics.map(|it| {
            format!(
                "{}/{}: {} trials until {}",
                dut.name, it.topic, it.trials, it.until
            )
        })
    });
    topics.collect()
}
