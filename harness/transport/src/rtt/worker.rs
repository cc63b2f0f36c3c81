//! The thread that a probe's calls run on, and how long is waited for it.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use probe_rs::Session;

use super::image::Image;
use super::last_words;
use super::queues::Queues;
use super::session;
use super::talk::{Places, talk};
use super::{Flashed, ProbeBoard};
use crate::TransportError;

/// A probe may look for its firmware, and a chip for its boot ROM.
const ATTACH: Duration = Duration::from_secs(10);
/// Some flash is slow, and some probes are.
const FLASH: Duration = Duration::from_secs(120);
/// A reset, or a halt and some reads.
const ACT: Duration = Duration::from_secs(3);

type Answer<T> = Sender<Result<T, TransportError>>;

enum Job {
    Word(u64, Answer<u32>),
    Flash(Arc<Image>, Answer<Flashed>),
    Reset(Answer<()>),
    Start(Arc<Queues>, Places, Answer<()>),
    LastWords(Option<u64>, Answer<String>),
}

/// A probe, open and attached, on a thread of its own. The thread ends, and the probe is
/// closed, with this value; one that hangs in a call is left behind.
pub(super) struct Worker {
    way: String,
    jobs: Sender<Job>,
}

impl Worker {
    /// Opens the board's probe, attaches to its chip, and looks whether it is the right one.
    ///
    /// # Errors
    /// If it is not, or there is none, or it does not answer.
    pub fn open(way: &str, board: &ProbeBoard) -> Result<Self, TransportError> {
        let (jobs, to_do) = channel();
        let (opened, is_open) = channel();
        let (to_name, board) = (way.to_owned(), board.clone());
        thread::Builder::new()
            .name("probe".to_owned())
            .spawn(move || match session::attach(&to_name, &board) {
                Ok(session) => {
                    if opened.send(Ok(())).is_ok() {
                        work(&to_name, session, &to_do);
                    }
                }
                Err(error) => {
                    let _ = opened.send(Err(error));
                }
            })
            .map_err(|error| TransportError::Way {
                way: way.to_owned(),
                why: error.to_string(),
            })?;
        let worker = Worker {
            way: way.to_owned(),
            jobs,
        };
        worker.answer("attach", ATTACH, &is_open)?;
        Ok(worker)
    }

    /// A word of the chip's memory.
    pub fn word(&self, address: u64) -> Result<u32, TransportError> {
        self.ask("read", ACT, |answer| Job::Word(address, answer))
    }

    /// Puts the image into the flash, unless it is there.
    pub fn flash(&self, image: &Arc<Image>) -> Result<Flashed, TransportError> {
        let image = Arc::clone(image);
        self.ask("flash", FLASH, |answer| Job::Flash(image, answer))
    }

    /// Resets the chip.
    pub fn reset(&self) -> Result<(), TransportError> {
        self.ask("reset", ACT, Job::Reset)
    }

    /// Resets the chip and carries what it and the host say.
    pub fn start(&self, queues: &Arc<Queues>, places: Places) -> Result<(), TransportError> {
        let queues = Arc::clone(queues);
        self.ask("reset", ACT, |answer| Job::Start(queues, places, answer))
    }

    /// Halts the chip and reads what it left.
    pub fn last_words(&self, at: Option<u64>) -> Result<String, TransportError> {
        self.ask("halt", ACT, |answer| Job::LastWords(at, answer))
    }

    fn ask<T>(
        &self,
        asked: &'static str,
        limit: Duration,
        job: impl FnOnce(Answer<T>) -> Job,
    ) -> Result<T, TransportError> {
        let (answer, answered) = channel();
        // A thread that has ended drops the answer's other end.
        let _ = self.jobs.send(job(answer));
        self.answer(asked, limit, &answered)
    }

    fn answer<T>(
        &self,
        asked: &'static str,
        limit: Duration,
        answered: &Receiver<Result<T, TransportError>>,
    ) -> Result<T, TransportError> {
        let way = self.way.clone();
        match answered.recv_timeout(limit) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(TransportError::Stuck { way, asked, limit }),
            Err(RecvTimeoutError::Disconnected) => Err(TransportError::Way {
                way,
                why: format!("its driver gave up at `{asked}`"),
            }),
        }
    }
}

/// Does what is asked for until nobody can ask any more.
fn work(way: &str, mut session: Session, jobs: &Receiver<Job>) {
    for job in jobs {
        // That nobody waits for an answer any more is no trouble.
        match job {
            Job::Word(address, answer) => {
                let _ = answer.send(session::word(way, &mut session, address));
            }
            Job::Flash(image, answer) => {
                let flashed = match session::holds(&mut session, &image) {
                    true => Ok(Flashed::Already),
                    false => session::flash(way, &mut session, &image).map(|()| Flashed::Now),
                };
                let _ = answer.send(flashed);
            }
            Job::Reset(answer) => {
                let done = with_core(way, &mut session, |core| session::start(way, core, &[]));
                let _ = answer.send(done);
            }
            Job::Start(queues, places, answer) => {
                let done = with_core(way, &mut session, |core| {
                    session::start(way, core, &places.voided())?;
                    let _ = answer.send(Ok(()));
                    talk(core, &queues, &places);
                    Ok(())
                });
                if let Err(error) = done {
                    let _ = answer.send(Err(error));
                }
            }
            Job::LastWords(at, answer) => {
                let words = with_core(way, &mut session, |core| {
                    let words = session::halt(core).and_then(|()| last_words::text(core, at));
                    words.map_err(|error| session::trouble(way, &error))
                });
                let _ = answer.send(words);
            }
        }
    }
}

fn with_core<T>(
    way: &str,
    session: &mut Session,
    act: impl FnOnce(&mut probe_rs::Core<'_>) -> Result<T, TransportError>,
) -> Result<T, TransportError> {
    let mut core = session
        .core(0)
        .map_err(|error| session::trouble(way, &error))?;
    act(&mut core)
}
