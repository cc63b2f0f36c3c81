//! A badge for a stack's README: which level it reaches, as an SVG of its own. A badge
//! says what was measured; what others report never makes one.

use std::fmt::Write as _;

use askama::Template;

use super::model::Dut;
use sixlo_judge::matrix::Cell;

/// A character's width in the badge's type, in pixels, rounded up: `textLength` then
/// fits the words to it, whatever face the reader has.
const CHARACTER: usize = 7;
const MARGIN: usize = 6;

#[derive(Template)]
#[template(path = "badge.svg", escape = "html")]
struct Badge<'a> {
    /// What the badge is about.
    label: &'a str,
    /// What it says.
    message: &'a str,
    /// The same, for those who hover or cannot see.
    title: &'a str,
    label_width: usize,
    message_width: usize,
    margin: usize,
    /// Reached, or nothing to say: no judgement in a colour alone.
    fill: &'a str,
}

/// The badge of one device.
pub fn render(dut: &Dut) -> String {
    let message = message(dut);
    let mut title = String::new();
    write!(
        title,
        "{} ({}): level reached receiving {}, sending {}; {}",
        dut.name,
        dut.stack,
        dut.receive.level.words,
        dut.send.level.words,
        features(dut)
    )
    .expect("a string takes everything");
    let width = |text: &str| text.chars().count() * CHARACTER + 2 * MARGIN;
    let label = "6LoWPAN";
    Badge {
        label,
        message: &message,
        title: &title,
        label_width: width(label),
        message_width: width(&message),
        margin: MARGIN,
        fill: match dut.receive.level.proven {
            Some(_) => "#0b5fa5",
            None => "#5f5f5f",
        },
    }
    .render()
    .expect("a template of plain texts")
}

fn message(dut: &Dut) -> String {
    match dut.receive.level.proven {
        Some(_) if dut.receive.level.mark == dut.send.level.mark => {
            format!("level {}", dut.receive.level.mark)
        }
        Some(_) => format!(
            "level {} in, {} out",
            dut.receive.level.mark, dut.send.level.mark
        ),
        None => features(dut),
    }
}

/// Every row counts as one, whatever its level.
fn features(dut: &Dut) -> String {
    let cells = &dut.receive.cells;
    let whole = cells.iter().filter(|cell| cell.cell == Cell::Yes).count();
    format!("{whole} of {} features", cells.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_badge_says_the_level_or_counts_the_features() {
        fixture::with_report(|report| {
            let badges: Vec<String> = report.duts.iter().map(render).collect();
            insta::assert_snapshot!(badges.join("\n"));
        });
    }

    #[test]
    fn what_devices_say_is_no_markup() {
        fixture::with_report(|report| {
            let mut dut = report.duts[0].clone();
            dut.stack = "</title><script>".to_owned();
            assert!(!render(&dut).contains("<script>"));
        });
    }
}
