//! The frames between an injector and one device, and the cases played there.

use std::collections::VecDeque;

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::mac::{BROADCAST, MacAddress};
use sixlo_judge::evidence::Phase;
use sixlo_judge::testcase::TestCase;

use super::active::{Active, Noted, Seen, Way};
use super::form::Datagram;
use super::script::Unheard;
use super::shape::{self, Shape};
use crate::catalogue::Parameters;

/// Frames that are remembered, for the controls among them.
const REMEMBERED: usize = 64;
/// Playings that go on at the same time.
const MOST_ACTIVE: usize = 256;
/// Playings that are kept; more are counted.
const MOST_RUNS: usize = 20_000;
/// A MAC repeats a frame that is not acknowledged within so long, in microseconds.
const REPEATED_WITHIN_US: u64 = 1_000_000;
/// Frames noted of one playing; a device that floods gets no more.
const MOST_NOTED: usize = 4096;

/// The frames between an injector and one device.
pub(super) struct Link {
    pub parameters: Parameters,
    /// The case, then the calibrations.
    pub cases: Vec<TestCase>,
    pub shapes: Vec<Shape>,
    /// Playings whose frames were all heard, in the order of their ends.
    pub runs: Vec<Active>,
    /// Playings of the case that broke off, with the frames heard of them.
    pub broken_off: Vec<(u64, usize)>,
    /// Playings that were not kept.
    pub left_out: usize,
    contexts: ContextTable,
    active: Vec<Active>,
    history: VecDeque<Seen>,
}

impl Link {
    /// A link between nodes with these addresses. A calibration that nobody can hear is left out.
    pub fn new(
        parameters: Parameters,
        cases: Vec<TestCase>,
        contexts: ContextTable,
    ) -> Result<Self, Unheard> {
        let mut shapes = Vec::new();
        for (at, case) in cases.iter().enumerate() {
            match shape::of(at, case, &parameters) {
                Ok(more) => shapes.extend(more),
                Err(unheard) if at == 0 => return Err(unheard),
                Err(_) => {}
            }
        }
        Ok(Link {
            parameters,
            cases,
            shapes,
            runs: Vec::new(),
            broken_off: Vec::new(),
            left_out: 0,
            contexts,
            active: Vec::new(),
            history: VecDeque::new(),
        })
    }

    /// Whether these nodes, of a frame's source and destination, are the injector and the device.
    pub fn is_between(&self, src: MacAddress, dst: MacAddress) -> bool {
        self.is_injector(src) && (self.is_device(dst) || dst == MacAddress::Short(BROADCAST))
    }

    pub fn is_device(&self, mac: MacAddress) -> bool {
        let dut = self.parameters.addresses.dut;
        mac == MacAddress::Extended(dut.eui64) || mac == MacAddress::Short(dut.short)
    }

    fn is_injector(&self, mac: MacAddress) -> bool {
        let addresses = &self.parameters.addresses;
        [addresses.tester, addresses.peer].iter().any(|node| {
            mac == MacAddress::Extended(node.eui64) || mac == MacAddress::Short(node.short)
        })
    }

    /// A frame of the device.
    pub fn hear_from(&mut self, seen: Seen) {
        self.pass(seen.at_us);
        for active in &mut self.active {
            if active.noted.len() < MOST_NOTED {
                active.hear(&seen);
            }
        }
        self.remember(seen);
    }

    /// A frame to the device. Says whether it begins a case, or goes on with one.
    pub fn hear_to(&mut self, mut seen: Seen, is_between: bool) -> bool {
        self.pass(seen.at_us);
        let mut is_taken = false;
        for active in &mut self.active {
            is_taken |= active.take(&self.shapes[active.shape], &seen);
        }
        let fits = |shape: &&Shape| {
            let first = shape.frames().next();
            first.is_some_and(|(_, form)| form.fits(&seen.mac))
        };
        let begins = !is_taken && self.shapes.iter().any(|shape| fits(&shape));
        let mut of_case = self.shapes.iter().filter(|shape| shape.case == 0);
        // What begins the case once more is no sentinel of the playing before.
        let begins_case = begins && of_case.any(|shape| fits(&shape));
        if !is_taken && !begins && !is_between {
            return false;
        }
        let is_repeated = !is_taken && self.is_repeated(&seen);
        let is_automatic = !is_taken && !begins && self.is_automatic(&seen.mac);
        if is_automatic {
            seen.way = Way::Automatic;
        }
        if is_repeated {
            return false;
        }
        for active in &mut self.active {
            let shape = &self.shapes[active.shape];
            let is_newest = |noted: &Noted| noted.seen.number == seen.number;
            if active.noted.last().is_some_and(is_newest) {
                continue;
            }
            if is_automatic {
                active.hear(&seen);
            } else if begins_case
                || !(active.is_complete(shape) && active.take_sentinel(shape, &seen))
            {
                active.end();
            }
        }
        self.sweep();
        if begins {
            self.begin(&seen);
        }
        self.remember(seen);
        is_taken || begins
    }

    /// The frame with this number, to the device, was acknowledged.
    pub fn acknowledge(&mut self, number: u64) {
        if let Some(last) = self.history.back_mut().filter(|seen| seen.number == number) {
            last.acknowledged = true;
        }
        for active in &mut self.active {
            active.acknowledge(number);
        }
    }

    /// Nothing more is heard.
    pub fn end(&mut self) {
        self.active.iter_mut().for_each(Active::end);
        self.sweep();
    }

    /// Time has passed: whoever waits no longer has ended.
    fn pass(&mut self, at_us: u64) {
        for active in &mut self.active {
            let shape = &self.shapes[active.shape];
            let patience = match active.is_complete(shape) {
                true => shape.patience,
                false => shape.patience + shape.wait_between(0, shape.parts.len()),
            };
            let limit = u64::try_from(patience.as_micros()).unwrap_or(u64::MAX);
            if at_us.saturating_sub(active.last_us) > limit {
                active.end();
            }
        }
        self.sweep();
    }

    fn sweep(&mut self) {
        let (over, active) = std::mem::take(&mut self.active)
            .into_iter()
            .partition(Active::is_over);
        self.active = active;
        for active in over {
            self.settle(active);
        }
    }

    fn settle(&mut self, run: Active) {
        let shape = &self.shapes[run.shape];
        if !run.is_complete(shape) {
            if shape.case == 0 && run.frames > 1 && self.broken_off.len() < MOST_RUNS {
                self.broken_off.push((run.first, run.frames));
            }
            return;
        }
        // One that is the beginning of another, or the same in a hurry, was never meant.
        let case = shape.case;
        let rank = |run: &Active| (run.frames, run.haste.is_none());
        let shapes = &self.shapes;
        let is_rival =
            |other: &Active| shapes[other.shape].case == case && other.first == run.first;
        let mut rivals = self.runs.iter().filter(|other| is_rival(other));
        if rivals.any(|other| rank(other) > rank(&run)) {
            return;
        }
        self.runs
            .retain(|other| !is_rival(other) || rank(other) == rank(&run));
        match self.runs.len() < MOST_RUNS {
            true => self.runs.push(run),
            false => self.left_out += 1,
        }
    }

    fn begin(&mut self, seen: &Seen) {
        for (at, shape) in self.shapes.iter().enumerate() {
            let first = shape.frames().next();
            if !first.is_some_and(|(_, form)| form.fits(&seen.mac)) {
                continue;
            }
            if self.active.len() >= MOST_ACTIVE {
                return;
            }
            let (ways, control) = self.control(shape);
            let mut active = Active::begin(at, ways, control, seen);
            active.take(shape, seen);
            self.active.push(active);
        }
    }

    /// The ways whose control was heard right before, and that control; all of them where
    /// none was.
    fn control(&self, shape: &Shape) -> (Vec<usize>, Vec<Noted>) {
        let heard: Vec<(usize, usize)> = shape
            .ways
            .iter()
            .enumerate()
            .filter_map(|(at, way)| Some((at, self.control_begins(way.control.as_ref()?)?)))
            .collect();
        let Some(&(_, begins)) = heard.first() else {
            return ((0..shape.ways.len()).collect(), self.before(shape));
        };
        let noted = self.history.iter().skip(begins).map(|seen| Noted {
            seen: seen.clone(),
            phase: Phase::Control,
            is_own: seen.way == Way::To,
        });
        let ways = heard.into_iter().filter(|(_, at)| *at == begins);
        (ways.map(|(way, _)| way).collect(), noted.collect())
    }

    /// Where in the history a control begins that is the last thing put to the device.
    fn control_begins(&self, control: &Datagram) -> Option<usize> {
        let mut forms = control.frames.iter().rev().peekable();
        for (at, seen) in self.history.iter().enumerate().rev() {
            match seen.way {
                Way::From | Way::Automatic => {}
                Way::To => {
                    if !forms.next()?.fits(&seen.mac) {
                        return None;
                    }
                    if forms.peek().is_none() {
                        return Some(at);
                    }
                }
            }
        }
        None
    }

    /// What the device said before, for a case that begins by waiting for it.
    fn before(&self, shape: &Shape) -> Vec<Noted> {
        if matches!(shape.parts.first(), Some(super::script::Part::Send(_))) {
            return Vec::new();
        }
        let said = self
            .history
            .iter()
            .rev()
            .take_while(|seen| seen.way != Way::To);
        let mut noted: Vec<Noted> = said
            .map(|seen| Noted {
                seen: seen.clone(),
                phase: Phase::Step(0),
                is_own: false,
            })
            .collect();
        noted.reverse();
        noted
    }

    /// The MAC sends what was not acknowledged again.
    fn is_repeated(&self, seen: &Seen) -> bool {
        let last = self.history.iter().rev().find(|seen| seen.way == Way::To);
        last.is_some_and(|last| {
            last.mac == seen.mac && seen.at_us.saturating_sub(last.at_us) < REPEATED_WITHIN_US
        })
    }

    /// Neighbour and router advertisements: what a neighbour does by itself.
    fn is_automatic(&self, mac: &[u8]) -> bool {
        /// RFC 4861 4.2 and 4.4.
        const ADVERTISEMENTS: [u8; 2] = [134, 136];
        /// Where an IPv6 packet without extension headers has its next header, and its payload.
        const NEXT_HEADER: usize = 6;
        const PAYLOAD: usize = 40;
        let options = DissectOptions {
            contexts: &self.contexts,
            fcs: FcsMode::Absent,
            keys: None,
        };
        dissect(mac, &options).packet.is_some_and(|packet| {
            packet.get(NEXT_HEADER) == Some(&sixlo_frames::packet::protocol::ICMPV6)
                && packet
                    .get(PAYLOAD)
                    .is_some_and(|kind| ADVERTISEMENTS.contains(kind))
        })
    }

    fn remember(&mut self, seen: Seen) {
        if self.history.len() == REMEMBERED {
            self.history.pop_front();
        }
        self.history.push_back(seen);
    }
}
