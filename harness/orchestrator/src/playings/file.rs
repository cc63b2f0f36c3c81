//! A capture file, listened to for one case.

use std::path::{Path, PathBuf};

use sixlo_judge::passive::{Heard, Observer, Settings, Summary};
use sixlo_judge::status::ExitStatus;

use super::{Playings, Search};
use crate::capture::foreign::{Ending, Fcs, ForeignError, Frames, Tally};

/// What a file holds of a case.
#[derive(Debug)]
pub struct Listened {
    /// The file.
    pub path: PathBuf,
    /// What was read of it.
    pub tally: Tally,
    /// What was heard beside the case, and what the sniffer missed.
    pub summary: Summary,
    /// The case, each time it was played.
    pub playings: Playings,
}

/// Listens to a capture to its end.
///
/// # Errors
/// If the file cannot be read on, or no frame can be found in it.
pub fn listen(
    path: &Path,
    mut frames: Frames,
    mut search: Search,
) -> Result<Listened, ForeignError> {
    let mut observer = Observer::new(Settings {
        contexts: *search.contexts(),
        ..Settings::default()
    });
    while let Some(frame) = frames.next_frame()? {
        if frame.fcs == Fcs::Wrong {
            continue;
        }
        let heard = Heard {
            number: frame.number,
            at: frame.at,
            mac: frame.mac,
            fcs_right: frame.fcs != Fcs::Absent,
        };
        search.hear(heard);
        // For what the sniffer missed: its exchanges are not asked for.
        observer.hear(heard, &mut |_| {});
    }
    Ok(Listened {
        path: path.to_owned(),
        tally: frames.tally().clone(),
        summary: observer.finish(&mut |_| {}),
        playings: search.end(),
    })
}

impl Listened {
    /// What to exit with. A file that is damaged is a wrong file, whatever its beginning came to.
    pub fn status(&self) -> ExitStatus {
        let found = self.playings.status();
        match self.tally.ending {
            Ending::Damaged { .. } => found.and(ExitStatus::Usage),
            _ => found,
        }
    }
}
