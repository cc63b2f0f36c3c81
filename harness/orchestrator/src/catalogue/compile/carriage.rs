//! What a secured link carries of a trial's frames.

use sixlo_frames::context::Context;
use sixlo_frames::security::SecureError;
use sixlo_judge::profile::Profile;
use sixlo_judge::trial::{Stimulus, Trial, TrialStep};

use crate::tester::{Security, Unsecurable};

/// A link that is not plain.
pub(super) struct Carriage {
    security: Security,
    /// What context 0 is, where the link says that.
    context_0: Option<Context>,
}

impl Carriage {
    /// That of a device; none where it carries every frame as it is.
    pub fn of(profile: &Profile) -> Option<Carriage> {
        Some(Carriage {
            security: Security::of(&profile.link, &profile.addresses)?,
            context_0: profile.link.thread().map(|thread| Context {
                prefix: thread.mesh_local_prefix,
                length: 64,
            }),
        })
    }

    /// Why it cannot carry a trial's frames, if it cannot.
    pub fn refuses(&self, trial: &Trial) -> Option<String> {
        if let Some(own) = self.context_0
            && trial.contexts.get(0) != Some(&own)
        {
            let Context { prefix, length } = own;
            return Some(format!(
                "context 0 of its network is {prefix}/{length} always"
            ));
        }
        let sent = trial.steps.iter().filter_map(|step| match step {
            TrialStep::Send(stimulus) => Some(stimulus),
            _ => None,
        });
        let mut stimuli = trial.control.iter().chain(sent).chain(&trial.sentinel);
        stimuli.find_map(|stimulus| self.refuses_stimulus(stimulus))
    }

    fn refuses_stimulus(&self, stimulus: &Stimulus) -> Option<String> {
        let why = stimulus
            .psdus
            .iter()
            .find_map(|psdu| self.security.secured(psdu).err())?;
        Some(match why {
            Unsecurable::Source => {
                "its link is secured: no such frame without a source that is known".to_owned()
            }
            Unsecurable::Frame(SecureError::TooLong { octets }) => {
                format!("its link is secured: a frame would have {octets} octets, and 127 fit")
            }
            Unsecurable::Frame(why) => format!("its link is secured: {why}"),
        })
    }
}
