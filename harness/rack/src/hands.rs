//! What starts a board for its lane, and puts a spare in its place.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sixlo_harness::agent_link::LinkError;
use sixlo_harness::dut::{Dut, SpawnError};
use sixlo_harness::rig::{DutSpec, Start, Starter, process};

use crate::air;
use crate::bench;
use crate::board::{Board, Reach};
use crate::radio::is_black_box;
use crate::seat::{Pool, lock};

/// Starts in a row that the bench failed at. A board that is not there will not be there for
/// the next thousand trials either, and each would wait for it.
const PATIENCE: u32 = 3;
const ASKED_EVERY: Duration = Duration::from_millis(100);

/// What is left to be done about a board that does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rousing {
    /// Its power has not been tried.
    Untried,
    /// Its power is taken and given back before the next start.
    Due,
    /// That has been done, and it has not answered since.
    Tried,
}

/// What starts a board for its lane.
pub(crate) struct Hands {
    board: Board,
    spec: DutSpec,
    pool: Pool,
    replaced: Arc<Mutex<Vec<String>>>,
    /// What starts the board that stands there now; none before its first start.
    starter: Option<Starter>,
    /// Starts in a row that failed or were not answered, and what the last one said.
    failed: u32,
    words: String,
    /// It has answered in this run.
    has_lived: bool,
    /// What its power can do about its silence.
    power: Rousing,
}

impl Hands {
    pub fn new(board: Board, spec: DutSpec, pool: Pool, replaced: Arc<Mutex<Vec<String>>>) -> Self {
        Hands {
            board,
            spec,
            pool,
            replaced,
            starter: None,
            failed: 0,
            words: String::new(),
            has_lived: false,
            power: Rousing::Untried,
        }
    }

    /// What starts this board, whatever it is.
    fn begin(&mut self) -> Result<Starter, SpawnError> {
        if is_black_box(&self.spec.program) {
            // Nothing is led to it but power, and a probe for its image.
            if self.board.reach.has_probe() && self.board.firmware.is_some() {
                self.board.flash()?;
            }
            return Ok(process(&self.spec.program, None));
        }
        let Pool { rack, halls, .. } = &self.pool;
        let Some(way) = bench::way(&self.board, halls.folder()) else {
            return Ok(process(&self.spec.program, None));
        };
        Ok(match air::program(&self.board.antenna, rack, halls) {
            None => bench::starter(way),
            Some(around) => bench::starter_on_air(way, around),
        })
    }
}

impl Hands {
    /// Starts it, once.
    fn try_to_start(&mut self) -> Result<Box<dyn Dut>, SpawnError> {
        let mut starter = match self.starter.take() {
            Some(starter) => starter,
            None => self.begin()?,
        };
        let started = starter.start();
        self.starter = Some(starter);
        started
    }

    /// Starts it with its power taken and given back first, where that is due.
    fn try_with_power(&mut self) -> Result<Box<dyn Dut>, SpawnError> {
        if self.power == Rousing::Due
            && let Some(power) = &self.board.power
        {
            self.power = Rousing::Tried;
            power
                .cycle()
                .map_err(|error| SpawnError::Bench(error.to_string()))?;
        }
        self.try_to_start()
    }

    /// Whether its power can be tried; it is then, before the next start.
    fn rouse(&mut self) -> bool {
        let can = self.board.power.is_some() && self.power == Rousing::Untried;
        if can {
            self.power = Rousing::Due;
        }
        can
    }

    fn note(&mut self, why: &str) {
        self.failed += 1;
        self.words = format!("board `{}`: {why}", self.board.name.value);
    }
}

impl Start for Hands {
    fn start(&mut self) -> Result<Box<dyn Dut>, SpawnError> {
        if self.failed >= PATIENCE {
            return Err(SpawnError::Bench(format!(
                "{}; given up after {PATIENCE} starts",
                self.words
            )));
        }
        let mut started = self.try_with_power();
        if started.is_err() && self.failed == 0 {
            // A probe or an emulator that has gone is noticed by the first call, and the second
            // opens another one. A board that was never heard may hang since somebody else used it.
            if !self.has_lived {
                self.rouse();
            }
            started = self.try_with_power();
        }
        // It is waited for once: a board that has not come back by then keeps nobody waiting.
        let can_return = self.has_lived && self.failed == 0 && self.board.reach.is_plugged();
        let end = Instant::now() + self.board.returns_within;
        while can_return && started.is_err() && Instant::now() < end {
            // What was unplugged says nothing when it comes back: it is asked.
            std::thread::sleep(ASKED_EVERY);
            started = self.try_to_start();
        }
        started.map_err(|error| {
            self.note(&error.to_string());
            SpawnError::Bench(self.words.clone())
        })
    }

    fn greeted(&mut self, silence: Option<&LinkError>) -> bool {
        match silence {
            None => {
                self.failed = 0;
                self.has_lived = true;
                self.power = Rousing::Untried;
                false
            }
            Some(error) => {
                self.note(&error.to_string());
                self.rouse()
            }
        }
    }

    fn returns(&self) -> bool {
        self.board.reach != Reach::Process
    }

    fn replace(&mut self) -> bool {
        let Some(spare) = self.pool.take(&self.board) else {
            return false;
        };
        let why = match self.words.is_empty() {
            true => "the bench failed during a trial",
            false => &self.words,
        };
        lock(&self.replaced).push(format!(
            "spare `{}` stands in for `{}`: {why}",
            spare.name.value, self.board.name.value
        ));
        self.board = spare;
        self.starter = None;
        self.failed = 0;
        self.has_lived = false;
        self.power = Rousing::Untried;
        self.words.clear();
        true
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use sixlo_harness::rig::Program;

    use super::*;
    use crate::file::Rack;

    /// Hands for a board of this text; what starts it fails, and counts.
    fn hands(more: &str) -> (Hands, Arc<AtomicUsize>) {
        let text = format!(
            "boards:\n  - {{ name: desk, serial: /dev/none, dut: P6LoWPAN-1, returns-within: 0 s{more} }}\n"
        );
        let rack = Rack::of("rack.yaml", &text, Path::new("")).unwrap();
        let spec = DutSpec::unknown("P6LoWPAN-1", Program::Board);
        let board = rack.boards[0].clone();
        let mut hands = Hands::new(board, spec, Pool::of(&rack), Arc::default());
        let starts = Arc::new(AtomicUsize::new(0));
        let counted = starts.clone();
        hands.starter = Some(Box::new(move || -> Result<Box<dyn Dut>, SpawnError> {
            counted.fetch_add(1, Ordering::Relaxed);
            Err(SpawnError::Bench("no line".to_owned()))
        }));
        (hands, starts)
    }

    fn silence() -> LinkError {
        LinkError::Silent(Duration::from_secs(20))
    }

    #[test]
    fn one_that_opens_and_stays_silent_is_given_up_like_one_that_does_not_open() {
        let (mut hands, starts) = hands("");
        for _ in 0..PATIENCE {
            assert!(!hands.greeted(Some(&silence())));
        }
        let error = hands.start().err().unwrap().to_string();
        assert!(error.contains("board `desk`: "), "{error}");
        assert!(error.contains("did not answer"), "{error}");
        assert!(error.contains("given up after 3 starts"), "{error}");
        assert_eq!(starts.load(Ordering::Relaxed), 0);
        hands.greeted(None);
        assert!(hands.start().is_err());
        assert_eq!(
            starts.load(Ordering::Relaxed),
            2,
            "it answered, and is asked twice"
        );
    }

    #[test]
    fn the_power_of_one_that_stays_silent_is_taken_and_given_back_once() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let power = format!(
            ", power: {{ on: [sh, -c, \"echo on >> {0}\"], off: [sh, -c, \"echo off >> {0}\"], off-for: 0 s }}",
            log.display()
        );
        let (mut hands, _) = hands(&power);
        let switched = || std::fs::read_to_string(&log).unwrap_or_default();
        assert!(hands.greeted(Some(&silence())), "it is worth another start");
        assert_eq!(switched(), "");
        assert!(hands.start().is_err());
        assert_eq!(switched(), "off\non\n");
        assert!(!hands.greeted(Some(&silence())), "that did not help");
        assert!(hands.start().is_err());
        assert_eq!(switched(), "off\non\n");
    }
}
