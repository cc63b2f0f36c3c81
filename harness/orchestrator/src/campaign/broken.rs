//! A trial that breaks off.

use sixlo_judge::evidence::What;

use super::Player;
use crate::agent_link::LinkError;
use crate::rig::RigError;

/// Events of a flooding device that are kept.
const KEPT_OF_A_FLOOD: usize = 256;

/// Why a trial breaks off.
pub(super) enum Broken {
    /// The link says why.
    Link(LinkError),
    /// The device says it has rebooted.
    Rebooted,
    /// It speaks no protocol.
    Nonsense(String),
    /// The bench's trouble.
    Fault(String),
}

impl From<LinkError> for Broken {
    fn from(error: LinkError) -> Self {
        Broken::Link(error)
    }
}

impl From<RigError> for Broken {
    fn from(error: RigError) -> Self {
        Broken::Fault(error.to_string())
    }
}

impl Player<'_, '_> {
    /// Records why the trial breaks off, and ends the device: nobody knows in which
    /// state it is, or which commands it still obeys.
    pub(super) fn break_off(&mut self, broken: Broken) {
        let ended = self.lane.bury();
        self.lane.air.clear();
        let what = match broken {
            Broken::Link(LinkError::Closed) if self.lane.is_of_the_bench(&ended) => {
                What::Fault(ended)
            }
            Broken::Link(LinkError::Closed) => What::Exited(ended),
            Broken::Link(LinkError::Silent(limit)) => {
                self.lane.hung_in_a_row += 1;
                What::Hung(u64::try_from(limit.as_millis()).unwrap_or(u64::MAX))
            }
            Broken::Link(LinkError::Flooded) => {
                self.events.truncate(KEPT_OF_A_FLOOD);
                What::Flooded
            }
            Broken::Link(error @ LinkError::Io(_)) => What::Fault(error.to_string()),
            Broken::Rebooted => What::Rebooted,
            Broken::Nonsense(text) => {
                What::Fault(format!("the device's agent talks nonsense: {text}"))
            }
            Broken::Fault(text) => What::Fault(text),
        };
        self.record(what);
    }
}
