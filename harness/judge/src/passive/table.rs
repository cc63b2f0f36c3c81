//! The questions that are open, those that were lately, and replies without a question.
//! Each list has a limit.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::asking::{Key, Open};
use super::packet::Packet;

/// An answered question stays so long, for replies that come twice or wrong.
const LINGER: Duration = Duration::from_secs(1);
/// Open questions searched for one that a reply nearly fits.
const MOST_SEARCHED: usize = 64;
/// Stray replies kept for requests that come after them.
const MOST_STRAYS: usize = 1024;

/// Why a question was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Its time is over.
    Over,
    /// The same was asked anew.
    Anew,
    /// The capture ended then.
    Capture(Duration),
    /// There was no room.
    Crowded,
}

/// What is over and to be told.
#[derive(Debug)]
pub(super) enum Over {
    Question(Box<Open>, Ended),
    Stray(Box<Stray>),
    /// A reply to a question that had been given up.
    Late(Box<Stray>, u64, Duration),
}

/// A reply whose request was not seen.
#[derive(Debug)]
pub(super) struct Stray {
    pub key: Key,
    pub packet: Packet,
    /// What is wrong with it by itself, in words.
    pub words: Option<String>,
    /// Whether its octets prove that; if not, why.
    pub proof: Result<(), String>,
}

/// A question that was closed.
#[derive(Debug, Clone, Copy)]
struct Closed {
    serial: u64,
    number: u64,
    at: Duration,
    answered: bool,
}

#[derive(Debug, Clone, Copy)]
struct Due {
    at: Duration,
    key: Key,
    serial: u64,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Table {
    open: HashMap<Key, Open>,
    waiting: VecDeque<Due>,
    answered: VecDeque<Due>,
    closed: HashMap<Key, Closed>,
    closed_order: VecDeque<(Key, u64)>,
    /// With the serial of its place in line.
    strays: HashMap<Key, (u64, Stray)>,
    stray_order: VecDeque<Due>,
    serial: u64,
    timeout: Duration,
    most_open: usize,
    /// What is over and not told yet.
    pub over: Vec<Over>,
    pub crowded_out: u64,
}

impl Table {
    pub fn new(timeout: Duration, most_open: usize) -> Self {
        Table {
            open: HashMap::new(),
            waiting: VecDeque::new(),
            answered: VecDeque::new(),
            closed: HashMap::new(),
            closed_order: VecDeque::new(),
            strays: HashMap::new(),
            stray_order: VecDeque::new(),
            serial: 0,
            timeout,
            most_open: most_open.max(1),
            over: Vec::new(),
            crowded_out: 0,
        }
    }

    /// Closes what has waited for long enough by `now`.
    pub fn expire(&mut self, now: Duration) {
        while let Some(due) = self.waiting.pop_front_if(|due| due.at <= now) {
            self.close_due(due, |open| !open.is_answered(), Ended::Over);
        }
        while let Some(due) = self.answered.pop_front_if(|due| due.at <= now) {
            self.close_due(due, |_| true, Ended::Over);
        }
        while let Some(due) = self.stray_order.pop_front_if(|due| due.at <= now) {
            self.give_up_stray(due);
        }
    }

    /// The capture ends.
    pub fn end(&mut self, now: Duration) {
        self.expire(now);
        while let Some(due) = self.waiting.pop_front() {
            self.close_due(due, |_| true, Ended::Capture(now));
        }
        while let Some(due) = self.stray_order.pop_front() {
            self.give_up_stray(due);
        }
    }

    pub fn get_mut(&mut self, key: &Key) -> Option<&mut Open> {
        self.open.get_mut(key)
    }

    /// Opens a question; an open one with this key must have been closed.
    pub fn ask(&mut self, mut open: Open) {
        if self.open.len() >= self.most_open {
            self.make_room();
        }
        self.serial += 1;
        open.serial = self.serial;
        let at = open.request.at;
        if let Some((_, stray)) = self.strays.remove(&open.key) {
            open.early = Some((stray.packet.number, at.saturating_sub(stray.packet.at)));
        }
        let due = Due {
            at: at.saturating_add(self.timeout),
            key: open.key,
            serial: open.serial,
        };
        self.waiting.push_back(due);
        self.open.insert(open.key, open);
        self.tidy();
    }

    /// The question has its answer by `now`, and stays a while for more of them.
    pub fn has_answer(&mut self, key: Key, now: Duration) {
        if let Some(open) = self.open.get(&key) {
            self.answered.push_back(Due {
                at: now.saturating_add(LINGER),
                key,
                serial: open.serial,
            });
        }
    }

    /// Closes a question, as the same is asked anew.
    pub fn close(&mut self, key: &Key) {
        if let Some(open) = self.open.remove(key) {
            self.closed(open, Ended::Anew);
        }
    }

    /// The open questions, the latest first, as far as a search goes.
    pub fn latest(&self) -> impl Iterator<Item = &Open> {
        self.waiting
            .iter()
            .rev()
            .take(MOST_SEARCHED)
            .filter_map(|due| self.open.get(&due.key).filter(|o| o.serial == due.serial))
    }

    /// A reply for which no question is open.
    pub fn stray(&mut self, stray: Stray) {
        if let Some(closed) = self.closed.get(&stray.key) {
            // One more of an answered question's says nothing new.
            if !closed.answered || stray.words.is_some() {
                let (number, at) = (closed.number, closed.at);
                self.over.push(Over::Late(Box::new(stray), number, at));
            }
            return;
        }
        if self.strays.contains_key(&stray.key) {
            return;
        }
        if self.strays.len() >= MOST_STRAYS
            && let Some(due) = self.stray_order.pop_front()
        {
            self.give_up_stray(due);
        }
        self.serial += 1;
        self.stray_order.push_back(Due {
            at: stray.packet.at.saturating_add(self.timeout),
            key: stray.key,
            serial: self.serial,
        });
        self.strays.insert(stray.key, (self.serial, stray));
        self.tidy();
    }

    /// The number of a request with this key that had no answer.
    pub fn given_up(&self, key: &Key) -> Option<u64> {
        let closed = self.closed.get(key)?;
        (!closed.answered).then_some(closed.number)
    }

    fn give_up_stray(&mut self, due: Due) {
        let is_it = |(serial, _): &(u64, Stray)| *serial == due.serial;
        if self.strays.get(&due.key).is_some_and(is_it)
            && let Some((_, stray)) = self.strays.remove(&due.key)
        {
            self.over.push(Over::Stray(Box::new(stray)));
        }
    }

    /// What left before its time is still in line; from time to time it is taken out.
    fn tidy(&mut self) {
        let open = &self.open;
        let is_open = |due: &Due| open.get(&due.key).is_some_and(|o| o.serial == due.serial);
        for line in [&mut self.waiting, &mut self.answered] {
            if line.len() > self.most_open.saturating_mul(2) {
                line.retain(is_open);
            }
        }
        if self.stray_order.len() > MOST_STRAYS * 2 {
            let strays = &self.strays;
            self.stray_order
                .retain(|due| strays.get(&due.key).is_some_and(|(s, _)| *s == due.serial));
        }
    }

    fn close_due(&mut self, due: Due, when: impl Fn(&Open) -> bool, ended: Ended) {
        let is_it = |open: &Open| open.serial == due.serial && when(open);
        if self.open.get(&due.key).is_some_and(is_it)
            && let Some(open) = self.open.remove(&due.key)
        {
            self.closed(open, ended);
        }
    }

    fn make_room(&mut self) {
        let before = self.open.len();
        while self.open.len() == before
            && let Some(due) = self.answered.pop_front()
        {
            self.close_due(due, |_| true, Ended::Over);
        }
        while self.open.len() == before
            && let Some(due) = self.waiting.pop_front()
        {
            self.close_due(due, |_| true, Ended::Crowded);
            self.crowded_out += u64::from(self.open.len() < before);
        }
    }

    fn closed(&mut self, open: Open, ended: Ended) {
        let closed = Closed {
            serial: open.serial,
            number: open.request.number,
            at: open.request.at,
            answered: open.is_answered(),
        };
        if self.closed_order.len() >= self.most_open
            && let Some((key, serial)) = self.closed_order.pop_front()
            && self.closed.get(&key).is_some_and(|c| c.serial == serial)
        {
            self.closed.remove(&key);
        }
        self.closed_order.push_back((open.key, open.serial));
        self.closed.insert(open.key, closed);
        self.over.push(Over::Question(Box::new(open), ended));
    }

    /// Entries of the longest lists together: what must not grow with the capture.
    #[cfg(test)]
    pub fn size(&self) -> usize {
        self.open.len()
            + self.waiting.len()
            + self.closed.len()
            + self.strays.len()
            + self.stray_order.len()
    }
}
