//! The journal's own thread: lanes hand their attempts over and play on.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use sixlo_judge::profile::Profile;

use super::error::JournalError;
use super::event::LeftOut;
use super::journal::{Attempt, Journal};

/// Entries that may wait for the disk before the lanes wait, too.
const QUEUE: usize = 1024;

/// The journal's own thread.
pub struct Recorder {
    sender: SyncSender<Entry>,
    thread: JoinHandle<Result<Journal, JournalError>>,
}

/// A lane's end of the recorder.
#[derive(Clone)]
pub struct RecorderHandle(SyncSender<Entry>);

/// The recorder has stopped, and its own error says why; or the run was ended from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

/// What lanes have recorded.
#[derive(Debug)]
pub enum Entry {
    /// Attempts at trials, in the order in which they were played.
    Attempts(Vec<Attempt>),
    /// A device as it was found.
    Opened(Box<Profile>),
    /// A device that was left out.
    LeftOut(LeftOut),
}

impl Recorder {
    /// Starts it.
    pub fn start(journal: Journal) -> Self {
        let (sender, receiver) = sync_channel(QUEUE);
        Recorder {
            sender,
            thread: thread::spawn(move || record_or_abandon(journal, &receiver)),
        }
    }

    /// An end for a lane.
    pub fn handle(&self) -> RecorderHandle {
        RecorderHandle(self.sender.clone())
    }

    /// Waits until every handle is gone and everything has reached the files.
    pub fn finish(self) -> Result<Journal, JournalError> {
        drop(self.sender);
        self.thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl RecorderHandle {
    /// Hands an entry over.
    pub fn record(&self, entry: Entry) -> Result<(), Stopped> {
        self.0.send(entry).map_err(|_| Stopped)
    }
}

fn record_or_abandon(
    mut journal: Journal,
    entries: &Receiver<Entry>,
) -> Result<Journal, JournalError> {
    match record(&mut journal, entries) {
        Ok(()) => Ok(journal),
        Err(error) => {
            journal.abandon();
            Err(error)
        }
    }
}

fn record(journal: &mut Journal, entries: &Receiver<Entry>) -> Result<(), JournalError> {
    while let Ok(first) = entries.recv() {
        // Whatever has come meanwhile shares the way to the files.
        let more = entries.try_iter().take(QUEUE);
        for entry in std::iter::once(first).chain(more) {
            match entry {
                Entry::Attempts(attempts) => {
                    for attempt in &attempts {
                        journal.append(attempt)?;
                    }
                }
                Entry::Opened(profile) => journal.opened(&profile)?,
                Entry::LeftOut(left_out) => journal.left_out(&left_out)?,
            }
        }
        journal.flush()?;
    }
    Ok(())
}
