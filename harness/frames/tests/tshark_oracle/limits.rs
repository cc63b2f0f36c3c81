//! Where tshark is known to differ, and the clause that says who is right.

use sixlo_frames::dissect::{Dissection, ProblemKind};
use sixlo_frames::field::FieldId;

use super::columns::Cell;
use super::view::Frame;

/// One known difference.
pub struct Limit {
    /// What tshark 4.0 does, and the clause.
    pub name: &'static str,
    /// Whether this is it.
    pub applies: fn(column: &str, frame: &Frame, ours: &[Cell], theirs: &[Cell]) -> bool,
}

/// Every known difference. One that no frame shows any more has to go.
pub const LIMITS: &[Limit] = &[
    Limit {
        // The packets themselves are compared in the second test, checksums included.
        name: "restores every elided UDP checksum as ffff; RFC 6282 4.3.2: it is computed",
        applies: |column, frame, ours, theirs| {
            let expected = match column {
                "udp.checksum" => 0xffff,
                "udp.checksum.status" => 0,
                _ => return false,
            };
            frame.checksum_elided && ours.len() == 1 && theirs == [Cell::Number(expected)]
        },
    },
    Limit {
        name: "reads no IPHC behind a page dispatch; RFC 8025 3: pages 0 and 1 have it",
        applies: |_, frame, _, theirs| {
            frame.headers.get(FieldId::Page).is_some() && theirs.is_empty()
        },
    },
    Limit {
        name: "states a checksum status for quotes, too; RFC 4443 2.4: as much as fits",
        applies: |column, frame, ours, theirs| {
            column.ends_with("checksum.status") && frame.quote.is_some() && theirs.starts_with(ours)
        },
    },
    Limit {
        name: "leaves out more of a header that a quote cuts off; RFC 4443 2.4: as much as fits",
        applies: |_, frame, ours, theirs| {
            frame.quote.as_ref().is_some_and(is_cut_off)
                && matches!(ours, [before @ .., _of_quote] if before == theirs)
        },
    },
];

/// The limit that excuses a difference.
pub fn limit(column: &str, frame: &Frame, ours: &[Cell], theirs: &[Cell]) -> Option<&'static str> {
    LIMITS
        .iter()
        .find(|limit| (limit.applies)(column, frame, ours, theirs))
        .map(|limit| limit.name)
}

fn is_cut_off(quote: &Dissection) -> bool {
    let truncated = |kind| {
        matches!(
            kind,
            ProblemKind::Truncated(_) | ProblemKind::WrongLength(_)
        )
    };
    quote.problems.iter().any(|problem| truncated(problem.kind))
}
