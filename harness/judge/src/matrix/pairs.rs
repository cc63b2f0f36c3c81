//! Who understands whom: what one device sends set against what another one
//! takes. A prediction, made row by row; nothing here was measured between the two.

use serde::{Deserialize, Serialize};

use super::{Cell, Column, RowTitle};
use crate::profile::Profile;
use crate::testcase::Need;

/// What is predicted where one device sends to another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pair {
    /// Every feature the sender was seen to use is taken.
    Works,
    /// The receiver declines these rows and the sender, doing P6LoWPAN, then leaves them out.
    Adapts(Vec<String>),
    /// Frames that use these rows are lost or misread.
    Breaks(Vec<String>),
    /// Nothing breaks for sure, but these rows are not known.
    Open(Vec<String>),
    /// The sender was seen to use nothing at all.
    NothingSent,
}

pub(super) fn predict(
    titles: &[RowTitle],
    columns: &[Column],
    profiles: &[Profile],
) -> Vec<Vec<Pair>> {
    columns
        .iter()
        .zip(profiles)
        .map(|(sender, profile)| {
            let adapts = profile.offers.contains(&Need::P6lowpan);
            columns
                .iter()
                .zip(profiles)
                .map(|(receiver, other)| {
                    let both = adapts && other.offers.contains(&Need::P6lowpan);
                    pair(titles, sender, receiver, both)
                })
                .collect()
        })
        .collect()
}

fn pair(titles: &[RowTitle], sender: &Column, receiver: &Column, both_p6lowpan: bool) -> Pair {
    let (mut adapts, mut breaks, mut open) = (vec![], vec![], vec![]);
    let mut sends = false;
    let used = |cell| matches!(cell, Cell::Yes | Cell::Partly);
    for ((title, sent), taken) in titles.iter().zip(&sender.send).zip(&receiver.receive) {
        if !used(sent.cell) {
            continue;
        }
        sends = true;
        let number = title.number.clone();
        match taken.cell {
            Cell::Yes => {}
            Cell::No if both_p6lowpan => adapts.push(number),
            cell if cell.lacks() => breaks.push(number),
            _ if taken.by_port => {}
            _ => open.push(number),
        }
    }
    if !sends {
        Pair::NothingSent
    } else if !breaks.is_empty() {
        Pair::Breaks(breaks)
    } else if !adapts.is_empty() {
        Pair::Adapts(adapts)
    } else if !open.is_empty() {
        Pair::Open(open)
    } else {
        Pair::Works
    }
}
