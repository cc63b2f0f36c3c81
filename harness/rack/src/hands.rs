//! What starts a board for its lane, and puts a spare in its place.

use std::sync::{Arc, Mutex};

use sixlo_harness::dut::{Dut, SpawnError};
use sixlo_harness::rig::{DutSpec, Start, Starter, process};

use crate::board::{Board, Reach};
use crate::seat::{Pool, lock};

/// Starts in a row that the bench failed at. A board that is not there will not be there for
/// the next thousand trials either, and each would wait for it.
const PATIENCE: u32 = 3;

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
        }
    }

    /// What starts this board, whatever it is.
    fn begin(&self) -> Starter {
        match &self.board.reach {
            Reach::Process => process(&self.spec.program, None),
            _ => crate::bench::starter(&self.board),
        }
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
        if self.starter.is_none() {
            self.starter = Some(self.begin());
        }
        let Some(starter) = &mut self.starter else {
            return Err(SpawnError::Bench("nothing starts it".to_owned()));
        };
        match starter.start() {
            Ok(dut) => {
                self.failed = 0;
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
        self.words.clear();
        true
    }
}
