//! What starts a board for its lane, and puts a spare in its place.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use sixlo_harness::dut::{Dut, SpawnError};
use sixlo_harness::rig::{DutSpec, Start, Starter, process};

use crate::bench;
use crate::board::{Antenna, Board};
use crate::seat::{Pool, lock};

/// Starts in a row that the bench failed at. A board that is not there will not be there for
/// the next thousand trials either, and each would wait for it.
const PATIENCE: u32 = 3;
/// How long a board that has lived in this run may be away: somebody touched a plug.
const COMES_BACK_WITHIN: Duration = Duration::from_secs(10);
const ASKED_EVERY: Duration = Duration::from_millis(100);

/// What starts a board for its lane.
pub(crate) struct Hands {
    board: Board,
    spec: DutSpec,
    pool: Pool,
    replaced: Arc<Mutex<Vec<String>>>,
    /// What starts the board that stands there now; none before its first start.
    starter: Option<Starter>,
    /// Starts in a row that failed, and what the last one said.
    failed: u32,
    words: String,
    /// It has started in this run.
    has_lived: bool,
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
        }
    }

    /// What starts this board, whatever it is.
    fn begin(&mut self) -> Result<Starter, SpawnError> {
        if let Antenna::OnAir { .. } = self.board.antenna {
            // Nothing is led to it but power, and a probe for its image.
            if self.board.reach.has_probe() && self.board.firmware.is_some() {
                self.board.flash()?;
            }
            return Ok(process(&self.spec.program, None));
        }
        let starter = bench::starter(&self.board);
        Ok(starter.unwrap_or_else(|| process(&self.spec.program, None)))
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
}

impl Start for Hands {
    fn start(&mut self) -> Result<Box<dyn Dut>, SpawnError> {
        if self.failed >= PATIENCE {
            return Err(SpawnError::Bench(format!(
                "{}; given up after {PATIENCE} starts",
                self.words
            )));
        }
        let has_lived = self.has_lived;
        let mut started = self.try_to_start();
        if started.is_err()
            && !has_lived
            && let Some(power) = &self.board.power
        {
            // It may hang since somebody else used it.
            started = match power.cycle() {
                Ok(()) => self.try_to_start(),
                Err(error) => Err(SpawnError::Bench(error.to_string())),
            };
        }
        let end = Instant::now() + COMES_BACK_WITHIN;
        while has_lived && started.is_err() && self.board.reach.is_plugged() && Instant::now() < end
        {
            // What was unplugged says nothing when it comes back: it is asked.
            std::thread::sleep(ASKED_EVERY);
            started = self.try_to_start();
        }
        match started {
            Ok(dut) => {
                self.failed = 0;
                self.has_lived = true;
                Ok(dut)
            }
            Err(error) => {
                self.failed += 1;
                self.words = format!("board `{}`: {error}", self.board.name.value);
                Err(SpawnError::Bench(self.words.clone()))
            }
        }
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
        self.words.clear();
        true
    }
}
