//! What a trial's steps do: one file a verb.

mod await_frame;
mod reset;
mod send;
mod send_ipv6;
mod wait;

use sixlo_judge::trial::TrialStep;

use super::{Broken, Player};

impl Player<'_, '_> {
    pub(super) fn step(&mut self, step: &TrialStep, is_last: bool) -> Result<(), Broken> {
        match step {
            TrialStep::Send(stimulus) => {
                self.send(stimulus)?;
                // What is waited for after the last one is the trial's end.
                if !is_last {
                    self.come_to_rest(Some(&stimulus.nonce), self.deadline())?;
                }
                Ok(())
            }
            TrialStep::SendIpv6(packet) => self.send_ipv6(packet),
            TrialStep::Await(pattern, limit) => self.await_frame(pattern, *limit),
            TrialStep::Wait(time) => self.wait(*time),
            TrialStep::Reset => self.reset(),
            TrialStep::Tester(setting) => {
                self.lane.tester.set(*setting);
                Ok(())
            }
        }
    }
}
