//! Frames under way: none of this costs anything on an air that carries them at once.

use std::time::Duration;

use sixlo_agent_protocol::HostMessage;
use sixlo_judge::evidence::What;

use super::{Broken, Player};
use crate::medium::{Frame, Way};

impl Player<'_, '_> {
    /// Lets everything under way land, and hears what comes of it.
    pub(super) fn clear_the_air(&mut self) -> Result<(), Broken> {
        while let Some(due_us) = self.lane.air.next_due_us() {
            if self.lane.clock.is_virtual() {
                self.fire_timers_until(due_us, |_| false)?;
            } else {
                let left_us = due_us.saturating_sub(self.lane.clock.now_us());
                self.hear_until(Duration::from_micros(left_us), |_| false)?;
            }
            self.land_due()?;
        }
        Ok(())
    }

    /// Hands over what has landed by now. Its time in the evidence is the device's:
    /// a frame to it happens when it lands, one of its own when it is sent.
    pub(super) fn land_due(&mut self) -> Result<(), Broken> {
        while let Some(frame) = self.lane.air.land(self.lane.clock.now_us()) {
            let Frame {
                way,
                psdu,
                sent_us,
                mark: event,
            } = frame;
            match way {
                Way::FromDut => self.hear_frame(psdu, sent_us)?,
                Way::ToDut => {
                    self.events[event].at_us = self.lane.clock.now_us();
                    let seq = self.queue(HostMessage::Receive { psdu: &psdu })?;
                    self.untaken.push((seq, event));
                    self.hear_all()?;
                }
            }
        }
        Ok(())
    }

    /// Sends a frame of the device on its way to the tester.
    pub(super) fn carry_from_dut(&mut self, psdu: Vec<u8>) {
        self.lane.air.send(Frame {
            way: Way::FromDut,
            psdu,
            sent_us: self.lane.clock.now_us(),
            mark: 0,
        });
    }

    /// Sends a frame of the tester, recorded as this event, on its way to the device.
    pub(super) fn carry_to_dut(&mut self, psdu: &[u8], event: usize) {
        debug_assert!(matches!(self.events[event].what, What::Sent { .. }));
        self.lane.air.send(Frame {
            way: Way::ToDut,
            psdu: psdu.to_vec(),
            sent_us: self.lane.clock.now_us(),
            mark: event,
        });
    }
}
