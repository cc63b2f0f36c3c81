//! The smallest difference from a frame that passes which still fails, found by trying
//! on the device.
//!
//! A failing frame is set beside plainer ones: the same datagram with everything in line,
//! what passed of the same family, a plain echo. The nearest that passes is taken, and of
//! the changes that lead from it to the failing frame those are tried that a frame can
//! have by itself: it must restore to the datagram that is meant.

mod alike;
mod change;
mod datagram;
mod expected;
mod iphc;
mod smallest;
mod tries;

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::mem::discriminant;
use std::path::Path;

use sixlo_frames::context::ContextTable;
use sixlo_frames::craft::is_faithful;
use sixlo_frames::packet::{Message, Payload};
use sixlo_judge::testcase::{Direction, Expectation, Order, Send, Step, SweepRow, TestCase};
use sixlo_judge::verdict::{Judgement, Outcome, Verdict};
use thiserror::Error;

use super::device::Device;
use super::error::JournalError;
use super::journal::Journal;
use super::selection::Selection;
use crate::catalogue::{Catalogue, Parameters, plainer, settled, shared_contexts};
use crate::rig::RigError;
pub use alike::{Group, alike};
use change::{Change, between, normal, with};
use smallest::smallest;
use tries::{Tried, Tries, fails_alike};

/// Frames that are tried as the one to begin from.
const MOST_BEGINNINGS: usize = 6;

/// Why nothing could be tried.
#[derive(Debug, Error)]
pub enum ShrinkError {
    /// The device needs something that is not there.
    #[error("{0}")]
    Missing(String),
    /// The device cannot be opened.
    #[error(transparent)]
    Rig(#[from] RigError),
    /// The tries cannot be recorded.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// What trying came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Shrunk {
    /// The smallest difference that still fails.
    Smallest(Box<Smallest>),
    /// The frame passes now.
    Passes,
    /// It fails sometimes.
    Flaky(String),
    /// Whether it fails cannot be said now, and why.
    Undecided(String),
    /// It fails, and so does everything plainer, to this last.
    NothingPasses(String),
    /// Its case does not ask what could be asked of a plainer frame, too; why.
    NoWay(&'static str),
}

/// A difference that cannot be made smaller.
#[derive(Debug, Clone, PartialEq)]
pub struct Smallest {
    /// The changes, each as name, from, to.
    pub changes: Vec<Changed>,
    /// The frames that pass.
    pub passing: Vec<Vec<u8>>,
    /// What they are, in words.
    pub beginning: String,
    /// The frames that fail.
    pub failing: Vec<Vec<u8>>,
    /// Contexts that both are read with.
    pub contexts: ContextTable,
    /// The word on the failing ones.
    pub judgement: Judgement,
    /// Frames tried.
    pub tries: usize,
}

/// A change in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// What is changed, such as `SAM`.
    pub name: String,
    /// From what.
    pub from: String,
    /// To what.
    pub to: String,
    /// What a frame with all the others of them comes to.
    pub without: String,
}

impl fmt::Display for Changed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Changed { name, from, to, .. } = self;
        write!(f, "{name} {from} → {to}")
    }
}

/// A device on which frames are tried.
pub struct Shrinker<'a> {
    catalogue: &'a Catalogue,
    tries: Tries<'a>,
}

impl<'a> Shrinker<'a> {
    /// Opens the device and measures its oracles. `is_tardy`: an answer of it came late
    /// before.
    ///
    /// # Errors
    /// If it cannot be opened, or the tries not be recorded.
    pub fn open(
        device: &Device,
        catalogue: &'a Catalogue,
        parameters: &'a Parameters,
        selection: &Selection,
        is_tardy: bool,
        journal: Journal,
    ) -> Result<Self, ShrinkError> {
        let tries = Tries::open(device, catalogue, parameters, selection, is_tardy, journal)?;
        Ok(Shrinker { catalogue, tries })
    }

    /// Shrinks one trial of a case: the row with this label, or its only one, which came to
    /// this `outcome`. `passed` are trials that passed on this device.
    ///
    /// # Errors
    /// If the tries cannot be recorded.
    pub fn shrink(
        &mut self,
        case: &TestCase,
        label: &str,
        outcome: Outcome,
        passed: &[(&TestCase, &str)],
    ) -> Result<Shrunk, ShrinkError> {
        let row = row(case, label);
        let Some(send) = last_send(&row.when) else {
            return Ok(Shrunk::NoWay("it sends no frame"));
        };
        if case.direction == Direction::Send {
            return Ok(Shrunk::NoWay("it is about what the device sends"));
        }
        let mut target = normal(&settled(send, self.tries.profile()));
        // The pieces that are sent one by one stay the pieces that they are.
        if pieces(&row.when, send.number) > 1 {
            target.order = Order::InOrder;
        }
        // To break down is wrong whatever the frame is, one that must not be taken included.
        let crashed = outcome == Outcome::Crashed;
        let then = match crashed {
            true => Some(vec![Expectation::Alive]),
            false => expected::of_any_frame(&row.then, &target),
        };
        let Some(then) = then else {
            return Ok(Shrunk::NoWay(
                "what it expects holds for this very frame, and not for plainer ones",
            ));
        };
        let before = self.tries.count;
        let mut hunt = Hunt {
            contexts: shared_contexts(self.tries.profile(), &row.given, &row.when),
            asks_echo: is_echo(&target) || crashed,
            takes_any_frame: crashed,
            number: send.number,
            row: SweepRow {
                then,
                ..row.clone()
            },
            case,
            tries: &mut self.tries,
            known: HashMap::new(),
        };
        let fail = hunt.play(&target, "as it failed")?.word;
        match fail.verdict {
            Verdict::Fail => {}
            Verdict::Pass => return Ok(Shrunk::Passes),
            _ if fail.cause.starts_with("flaky") => return Ok(Shrunk::Flaky(fail.cause)),
            _ => return Ok(Shrunk::Undecided(fail.cause)),
        }
        let beginnings = hunt.beginnings(&target, self.catalogue, passed);
        let mut last = String::new();
        for beginning in beginnings.into_iter().take(MOST_BEGINNINGS) {
            let tried = hunt.play(&beginning.send, &beginning.what)?;
            match tried.word.verdict {
                Verdict::Pass => {
                    let found = hunt.reduce(&beginning, &target, &tried, fail.outcome)?;
                    let tries = hunt.tries.count - before;
                    let again = &found.judgement;
                    return Ok(match fails_alike(again, fail.outcome) {
                        true => Shrunk::Smallest(Box::new(Smallest { tries, ..found })),
                        false => Shrunk::Flaky(format!(
                            "flaky: the smallest difference failed once, and once more it {}",
                            said(again)
                        )),
                    });
                }
                _ => last = format!("{}: {}", beginning.what, said(&tried.word)),
            }
        }
        Ok(Shrunk::NothingPasses(last))
    }

    /// Where the tries are recorded.
    pub fn folder(&self) -> &Path {
        self.tries.journal().folder()
    }
}

/// The last send of a case's steps: what the others lead to.
fn last_send(when: &[Step]) -> Option<&Send> {
    when.iter().rev().find_map(|step| match step {
        Step::Send(send) => Some(&**send),
        _ => None,
    })
}

/// In how many sends a datagram goes on air.
fn pieces(when: &[Step], number: u16) -> usize {
    let is_piece = |step: &&Step| matches!(step, Step::Send(send) if send.number == number);
    when.iter().filter(is_piece).count()
}

/// The case itself as a row, or the row of this label.
fn row(case: &TestCase, label: &str) -> SweepRow {
    let own = || SweepRow {
        label: String::new(),
        level: case.level,
        colours: true,
        knobs: Vec::new(),
        given: case.given.clone(),
        when: case.when.clone(),
        then: case.then.clone(),
        features: case.features.clone(),
    };
    let rows = case.sweep.iter().flat_map(|sweep| &sweep.rows);
    rows.into_iter()
        .find(|row| row.label == label)
        .cloned()
        .unwrap_or_else(own)
}

/// A frame to begin from.
struct Beginning {
    send: Send,
    what: String,
    /// The changes that lead from it to the failing frame.
    changes: Vec<Change>,
}

/// One trial being shrunk.
struct Hunt<'h, 'a> {
    case: &'h TestCase,
    row: SweepRow,
    /// The failing datagram is an echo request itself: what is expected of it stays.
    asks_echo: bool,
    /// Frames that restore to nothing are tried, too.
    takes_any_frame: bool,
    /// The datagram whose sends are changed.
    number: u16,
    contexts: ContextTable,
    tries: &'h mut Tries<'a>,
    /// What sets of changes came to.
    known: HashMap<BTreeSet<usize>, Judgement>,
}

impl Hunt<'_, '_> {
    /// Plays the case with another frame in place of its last.
    fn play(&mut self, send: &Send, what: &str) -> Result<Tried, ShrinkError> {
        let mut row = self.row.clone();
        if is_echo(send) && !self.asks_echo {
            row.then = vec![Expectation::EchoReply];
        }
        let pieces = pieces(&row.when, self.number);
        for step in &mut row.when {
            if let Step::Send(there) = step
                && there.number == self.number
            {
                **there = Send {
                    number: self.number,
                    order: match pieces {
                        1 => send.order.clone(),
                        _ => there.order.clone(),
                    },
                    ..send.clone()
                };
            }
        }
        self.tries.play_steps(self.case, row, what)
    }

    /// Frames that may pass, the nearest first; of those equally near one that passed.
    fn beginnings(
        &self,
        target: &Send,
        catalogue: &Catalogue,
        passed: &[(&TestCase, &str)],
    ) -> Vec<Beginning> {
        let profile = self.tries.profile();
        let mut sends: Vec<(Send, String)> = Vec::new();
        let family = family(self.case, catalogue);
        for (case, label) in passed
            .iter()
            .filter(|(case, _)| family.contains(&case.id.0))
        {
            let row = row(case, label);
            if let [Step::Send(send)] = &row.when[..] {
                let title = match row.label.as_str() {
                    "" => case.id.to_string(),
                    label => format!("{} [{label}]", case.id),
                };
                sends.push((settled(send, profile), title));
            }
        }
        let plainer = plainer(self.case, target, profile);
        sends.extend(plainer.map(|(send, what)| (send, what.to_owned())));
        let mut beginnings: Vec<Beginning> = sends
            .into_iter()
            .map(|(send, what)| {
                let send = normal(&send);
                let changes = between(&send, target);
                Beginning {
                    send,
                    what,
                    changes,
                }
            })
            .filter(|beginning| !beginning.changes.is_empty() && self.is_frame(&beginning.send))
            .collect();
        // Another dispatch is further away than any field behind one, and another datagram
        // says less of a form than the same one does.
        let far = |beginning: &Beginning| {
            let Beginning { send, changes, .. } = beginning;
            let is_other = discriminant(&send.frames.body) != discriminant(&target.frames.body);
            (is_other, changes.len(), send.datagram != target.datagram)
        };
        beginnings.sort_by_key(far);
        beginnings.dedup_by(|a, b| a.send == b.send);
        beginnings
    }

    /// Whether its frames restore to what it means.
    fn is_frame(&self, send: &Send) -> bool {
        self.takes_any_frame
            || is_faithful(&send.frames, &send.datagram.to_octets(), &self.contexts)
    }

    fn reduce(
        &mut self,
        beginning: &Beginning,
        target: &Send,
        passing: &Tried,
        outcome: Outcome,
    ) -> Result<Smallest, ShrinkError> {
        let changes = &beginning.changes;
        let found = smallest(changes.len(), |set| {
            Ok::<_, ShrinkError>(fails_alike(&self.word(beginning, set)?, outcome))
        })?;
        let chosen = |set: &BTreeSet<usize>| set.iter().map(|&at| &changes[at]).collect::<Vec<_>>();
        let send = match found.len() == changes.len() {
            true => target.clone(),
            false => with(&beginning.send, chosen(&found)),
        };
        // Once more, so that one day's accident is not told as a rule.
        let again = self.play(&send, &told(&chosen(&found)))?;
        let mut changed = Vec::new();
        for &at in &found {
            let mut without = found.clone();
            without.remove(&at);
            let word = match without.is_empty() {
                true => passing.word.clone(),
                false => self.word(beginning, &without)?,
            };
            let Change { name, from, to, .. } = &changes[at];
            changed.push(Changed {
                name: name.clone(),
                from: from.clone(),
                to: to.clone(),
                without: said(&word),
            });
        }
        Ok(Smallest {
            changes: changed,
            passing: passing.frames(),
            beginning: beginning.what.clone(),
            failing: again.frames(),
            contexts: self.contexts,
            judgement: again.word,
            tries: 0,
        })
    }

    /// What the beginning with these changes comes to; undecided where that is no frame.
    fn word(
        &mut self,
        beginning: &Beginning,
        set: &BTreeSet<usize>,
    ) -> Result<Judgement, ShrinkError> {
        if let Some(word) = self.known.get(set) {
            return Ok(word.clone());
        }
        let chosen: Vec<&Change> = set.iter().map(|&at| &beginning.changes[at]).collect();
        let send = with(&beginning.send, chosen.iter().copied());
        let word = match self.is_frame(&send) {
            true if send == beginning.send => Judgement::undecided("changes nothing"),
            true => self.play(&send, &told(&chosen))?.word,
            false => Judgement::undecided("no frame restores to its datagram"),
        };
        self.known.insert(set.clone(), word.clone());
        Ok(word)
    }
}

fn is_echo(send: &Send) -> bool {
    match &send.datagram.payload {
        Payload::Icmpv6(icmpv6) => matches!(icmpv6.message, Message::EchoRequest(_)),
        _ => false,
    }
}

/// Its parents, its twin, and whatever is of the same topic.
fn family(case: &TestCase, catalogue: &Catalogue) -> BTreeSet<String> {
    let mut family: BTreeSet<String> = catalogue
        .cases
        .iter()
        .filter(|other| other.topic == case.topic)
        .map(|other| other.id.0.clone())
        .collect();
    let mut next = vec![case];
    while let Some(case) = next.pop() {
        for id in case.builds_on.iter().chain(&case.twin) {
            if family.insert(id.0.clone()) {
                next.extend(catalogue.case(id));
            }
        }
    }
    family
}

fn told(changes: &[&Change]) -> String {
    let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
    told.join(", ")
}

/// A word in words.
fn said(word: &Judgement) -> String {
    match word.verdict {
        Verdict::Pass => "passes".to_owned(),
        Verdict::Fail => format!("fails otherwise ({})", word.outcome.word()),
        _ => format!("undecided ({})", word.cause),
    }
}
