//! What is kept of the exchanges until the end: fails one by one, undecided ones by their
//! cause, passes as numbers. However many there are, only so many are kept.

use std::collections::BTreeMap;

use sixlo_judge::passive::{Exchange, Kind};
use sixlo_judge::verdict::Verdict;

/// Fails that are shown in full.
const MOST_FAILS: usize = 50;
/// Causes that are told apart.
const MOST_CAUSES: usize = 30;

#[derive(Debug, Clone, Default)]
pub(super) struct Collected {
    /// The first fails.
    pub fails: Vec<Exchange>,
    /// Undecided ones that are alike.
    pub undecided: Vec<Undecided>,
    /// Undecided ones of further causes.
    pub undecided_otherwise: u64,
    /// Exchanges by kind, and by verdict.
    pub counts: BTreeMap<Kind, Counts>,
}

/// Undecided exchanges of one kind and cause.
#[derive(Debug, Clone)]
pub(super) struct Undecided {
    /// The first of them.
    pub first: Exchange,
    pub count: u64,
}

/// How often each verdict was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub pass: u64,
    pub fail: u64,
    pub inconc: u64,
    pub none: u64,
}

impl Collected {
    pub fn add(&mut self, exchange: Exchange) {
        let counts = self.counts.entry(exchange.kind).or_default();
        match exchange.verdict {
            Verdict::Pass => counts.pass += 1,
            Verdict::None => counts.none += 1,
            Verdict::Fail => {
                counts.fail += 1;
                if self.fails.len() < MOST_FAILS {
                    self.fails.push(exchange);
                }
            }
            Verdict::Inconc | Verdict::Error => {
                counts.inconc += 1;
                self.add_undecided(exchange);
            }
        }
    }

    fn add_undecided(&mut self, exchange: Exchange) {
        let same = |known: &&mut Undecided| {
            known.first.kind == exchange.kind && known.first.cause == exchange.cause
        };
        if let Some(known) = self.undecided.iter_mut().find(same) {
            known.count += 1;
        } else if self.undecided.len() < MOST_CAUSES {
            self.undecided.push(Undecided {
                first: exchange,
                count: 1,
            });
        } else {
            self.undecided_otherwise += 1;
        }
    }
}
