//! How a datagram is cut, and in which order its fragments go out.

use sixlo_frames::craft::{FragmentSpec, Fragmentation, RfragSpec};
use sixlo_judge::testcase::{self, Filled};

use super::scope::Scope;
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::scalar::Number;
use crate::catalogue::yaml::send::{self, Order};

/// Fragments and their order, for a packet of `length` octets.
pub(super) fn fragmentation(
    scope: &Scope<'_>,
    raw: &send::Fragments,
    length: usize,
    filled: &mut Filled,
) -> Option<(Fragmentation, testcase::Order)> {
    let tag = match raw.tag.as_ref() {
        None => None,
        Some(tag) => match &tag.value {
            Number::Named(name) if name == "auto" => None,
            Number::Is(number @ 0..=0xffff) => Some(*number as u16),
            _ => return scope.fail(tag.referenced, "a tag is auto or 0 to 65535"),
        },
    };
    filled.tag = tag.is_none();
    let tag = tag.unwrap_or(0);
    if raw.recoverable == Some(true) {
        let recoverable = Fragmentation::Recoverable {
            tag: tag as u8,
            ack_request: true,
        };
        return Some((recoverable, order(scope, raw.order.as_ref(), None)?));
    }
    if let Some(pieces) = &raw.recoverable_pieces {
        let plan: Vec<_> = pieces.value.iter().map(|p| recoverable(p, tag)).collect();
        let order = order(scope, raw.order.as_ref(), Some(plan.len()))?;
        return Some((Fragmentation::RecoverablePlan(plan), order));
    }
    let plan: Option<Vec<FragmentSpec>> = match (&raw.sizes, &raw.pieces) {
        (Some(_), Some(pieces)) => {
            return scope.fail(pieces.referenced, "`sizes` and `pieces` exclude each other");
        }
        (Some(sizes), None) => Some(sized(sizes, length, tag)),
        (None, Some(pieces)) => Some(
            pieces
                .value
                .iter()
                .map(|piece| pieced(piece, tag))
                .collect(),
        ),
        (None, None) => None,
    };
    let Some(mut plan) = plan else {
        if let Some(lie) = &raw.datagram_size {
            return scope.fail(
                lie.referenced,
                "a wrong datagram_size needs `sizes` or `pieces`",
            );
        }
        let auto = Fragmentation::Auto {
            tag,
            first: raw.first,
        };
        return Some((auto, order(scope, raw.order.as_ref(), None)?));
    };
    if let Some(lie) = &raw.datagram_size {
        for fragment in &mut plan {
            fragment.datagram_size = Some(lie.value.lie as u16);
        }
    }
    let order = order(scope, raw.order.as_ref(), Some(plan.len()))?;
    Some((Fragmentation::Plan(plan), order))
}

/// Fragments of these sizes, and one more for what is left.
fn sized(sizes: &[u16], length: usize, tag: u16) -> Vec<FragmentSpec> {
    let mut plan = Vec::new();
    let mut start = 0_u16;
    for &size in sizes {
        plan.push(FragmentSpec {
            start,
            length: size,
            tag,
            ..FragmentSpec::default()
        });
        start = start.saturating_add(size);
    }
    let left = length.saturating_sub(usize::from(start));
    if left > 0 {
        plan.push(FragmentSpec {
            start,
            length: left as u16,
            tag,
            ..FragmentSpec::default()
        });
    }
    plan
}

fn pieced(piece: &send::Piece, tag: u16) -> FragmentSpec {
    FragmentSpec {
        start: piece.start,
        length: piece.length,
        tag,
        datagram_size: piece.datagram_size.map(|lie| lie.lie as u16),
        datagram_offset: piece.datagram_offset.map(|lie| lie.lie as u8),
        other_dispatch: piece.other_dispatch,
    }
}

fn recoverable(piece: &send::RecoverablePiece, tag: u16) -> RfragSpec {
    RfragSpec {
        start: piece.start,
        length: piece.length,
        tag: tag as u8,
        sequence: piece.sequence,
        e: piece.e,
        x: piece.x,
        fragment_size: None,
        fragment_offset: piece.fragment_offset.map(|lie| lie.lie as u16),
    }
}

/// The names of orders, as cases write them.
const ORDERS: &[(&str, testcase::Order)] = &[
    ("in-order", testcase::Order::InOrder),
    ("reversed", testcase::Order::Reversed),
    ("each-twice", testcase::Order::EachTwice),
    ("first", testcase::Order::First),
    ("all-but-first", testcase::Order::AllButFirst),
    ("last", testcase::Order::Last),
    ("all-but-last", testcase::Order::AllButLast),
];

fn order(
    scope: &Scope<'_>,
    order: Option<&At<Order>>,
    count: Option<usize>,
) -> Option<testcase::Order> {
    let Some(order) = order else {
        return Some(testcase::Order::InOrder);
    };
    match &order.value {
        Order::Indices(indices) => {
            let indices: Vec<usize> = indices.iter().map(|&index| usize::from(index)).collect();
            match count {
                Some(count) if indices.iter().any(|&index| index >= count) => scope.fail(
                    order.referenced,
                    format!("there are {count} fragments, counted from 0"),
                ),
                _ => Some(testcase::Order::Indices(indices)),
            }
        }
        Order::Named(name) => match ORDERS.iter().find(|(known, _)| known == name) {
            Some((_, order)) => Some(order.clone()),
            None => {
                let known: Vec<_> = ORDERS.iter().map(|(name, _)| *name).collect();
                let known = known.join(", ");
                scope.fail(
                    order.referenced,
                    format!("`{name}` is no order (known: {known}, or indices)"),
                )
            }
        },
    }
}
