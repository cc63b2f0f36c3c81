//! A board whose probe is open, through all its lives.

use std::sync::Arc;

use super::image::Image;
use super::queues::Queues;
use super::talk::Places;
use super::worker::Worker;
use super::{ProbeBoard, RttTransport};
use crate::TransportError;

/// What flashing came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flashed {
    /// The image was there already, octet by octet.
    Already,
    /// It has been written, and read back.
    Now,
}

/// A board at its probe. It is flashed at most once; each [`start`](Self::start) is a life
/// of its device. A probe that was lost is opened again, and the chip looked at again.
pub struct AttachedBoard {
    way: String,
    board: ProbeBoard,
    image: Arc<Image>,
    /// None once it has failed.
    worker: Option<Arc<Worker>>,
    /// The queues of the life that goes on.
    queues: Option<Arc<Queues>>,
    is_flashed: bool,
}

impl AttachedBoard {
    /// Reads the image, opens the probe, attaches to the chip, and looks whether it is the
    /// one that `chip_id` says. Nothing is written.
    ///
    /// # Errors
    /// If the image is none, or probe or chip do not answer, or the chip is another one.
    pub fn attach(board: ProbeBoard) -> Result<Self, TransportError> {
        let image = Arc::new(Image::read(&board.elf)?);
        let mut attached = AttachedBoard {
            way: format!("probe {}", board.selector),
            board,
            image,
            worker: None,
            queues: None,
            is_flashed: false,
        };
        attached.worker()?;
        Ok(attached)
    }

    /// A word of the chip's memory, such as its id.
    ///
    /// # Errors
    /// If probe or chip do not answer.
    pub fn word(&mut self, address: u64) -> Result<u32, TransportError> {
        self.with(|worker| worker.word(address))
    }

    /// Puts the image into the flash, unless it is there.
    ///
    /// # Errors
    /// If probe or chip do not answer, or what is read back is something else.
    pub fn flash(&mut self) -> Result<Flashed, TransportError> {
        let image = Arc::clone(&self.image);
        let flashed = self.with(|worker| worker.flash(&image))?;
        self.is_flashed = true;
        Ok(flashed)
    }

    /// Resets the board and lets it run.
    ///
    /// # Errors
    /// If probe or chip do not answer.
    pub fn reset(&mut self) -> Result<(), TransportError> {
        self.with(Worker::reset)
    }

    /// Resets the board, with the image in its flash, and talks to its agent. The life
    /// before ends.
    ///
    /// # Errors
    /// If probe or chip do not answer.
    pub fn start(&mut self) -> Result<RttTransport, TransportError> {
        self.end_life();
        self.worker()?;
        if !self.is_flashed {
            self.flash()?;
        }
        let queues = Arc::new(Queues::default());
        let places = Places {
            way: self.way.clone(),
            control_block: self.image.control_block,
            last_words: self.image.last_words,
            doorbell: self.board.doorbell,
        };
        self.with(|worker| worker.start(&queues, places))?;
        let worker = self.worker()?;
        self.queues = Some(Arc::clone(&queues));
        Ok(RttTransport::new(
            worker,
            queues,
            self.way.clone(),
            Arc::clone(&self.image),
        ))
    }

    /// Asks the probe for something; after a failure it is opened again the next time.
    fn with<T>(
        &mut self,
        ask: impl FnOnce(&Worker) -> Result<T, TransportError>,
    ) -> Result<T, TransportError> {
        self.end_life();
        let worker = self.worker()?;
        let answer = ask(&worker);
        if answer.is_err() {
            self.worker = None;
        }
        answer
    }

    fn end_life(&mut self) {
        let Some(queues) = self.queues.take() else {
            return;
        };
        queues.stop();
        if queues.has_failed() {
            self.worker = None;
        }
    }

    /// The probe, opened anew if need be: then what is in the flash is not known, for
    /// another board may be there.
    fn worker(&mut self) -> Result<Arc<Worker>, TransportError> {
        if let Some(worker) = &self.worker {
            return Ok(Arc::clone(worker));
        }
        let worker = Arc::new(Worker::open(&self.way, &self.board)?);
        self.worker = Some(Arc::clone(&worker));
        self.is_flashed = false;
        Ok(worker)
    }
}
