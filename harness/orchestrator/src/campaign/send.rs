//! Puts frames on the air, and packets into the device.

use sixlo_agent_protocol::HostMessage;
use sixlo_judge::evidence::{Cause, What};
use sixlo_judge::trial::Stimulus;

use super::{Broken, Player};

impl Player<'_, '_> {
    /// Sends a stimulus's frames, one behind the other.
    pub(super) fn send(&mut self, stimulus: &Stimulus) -> Result<(), Broken> {
        for psdu in &stimulus.psdus {
            self.transmit(psdu, Cause::Trial)?;
        }
        Ok(())
    }

    /// One frame through the air; what the air loses does not reach the device.
    pub(super) fn transmit(&mut self, psdu: &[u8], cause: Cause) -> Result<(), Broken> {
        let arrivals = self.lane.air.arrivals();
        self.record(What::Sent {
            psdu: psdu.to_vec(),
            cause,
            taken: false,
        });
        let event = self.events.len() - 1;
        for _ in 0..arrivals {
            let seq = self.queue(HostMessage::Receive { psdu })?;
            self.untaken.push((seq, event));
        }
        Ok(())
    }

    /// Hands the device a whole packet to send.
    pub(super) fn send_ipv6(&mut self, packet: &[u8]) -> Result<(), Broken> {
        let seq = self.queue(HostMessage::SendIpv6 { packet })?;
        self.asked.push((seq, self.phase, "send-ipv6"));
        self.catch_up()
    }

    /// Queues a command for the device.
    pub(super) fn queue(&mut self, message: HostMessage<'_>) -> Result<u32, Broken> {
        let device = self
            .lane
            .device
            .as_mut()
            .ok_or_else(|| Broken::Fault("the device is not running".to_owned()))?;
        self.last_queued = device.link.queue(message);
        Ok(self.last_queued)
    }
}
