//! Puts frames on the air.

use sixlo_agent_protocol::HostMessage;
use sixlo_judge::evidence::{Cause, What};
use sixlo_judge::trial::Stimulus;

use crate::campaign::{Broken, Player};
use crate::tester::Unsecurable;

impl Player<'_, '_> {
    /// Sends a stimulus's frames, one behind the other.
    pub(in crate::campaign) fn send(&mut self, stimulus: &Stimulus) -> Result<(), Broken> {
        for psdu in &stimulus.psdus {
            self.transmit(psdu, Cause::Trial)?;
        }
        Ok(())
    }

    /// One frame through the air; what the air loses does not reach the device.
    pub(in crate::campaign) fn transmit(
        &mut self,
        psdu: &[u8],
        cause: Cause,
    ) -> Result<(), Broken> {
        self.record(What::Sent {
            psdu: psdu.to_vec(),
            cause,
            taken: false,
        });
        let event = self.events.len() - 1;
        let secured = match &mut self.lane.security {
            Some(security) => Some(security.secure(psdu).map_err(unsecurable)?),
            None => None,
        };
        self.put_on_air(secured.as_deref().unwrap_or(psdu), event)?;
        self.on_air.extend(secured.map(|psdu| (event, psdu)));
        Ok(())
    }

    /// One frame as it is, on whatever link.
    pub(in crate::campaign) fn transmit_unsecured(&mut self, psdu: &[u8]) -> Result<(), Broken> {
        self.record(What::Sent {
            psdu: psdu.to_vec(),
            cause: Cause::Automatic,
            taken: false,
        });
        self.put_on_air(psdu, self.events.len() - 1)
    }

    fn put_on_air(&mut self, psdu: &[u8], event: usize) -> Result<(), Broken> {
        if !self.lane.air.is_instant() {
            self.carry_to_dut(psdu, event);
            return Ok(());
        }
        for _ in 0..self.lane.air.arrivals() {
            let seq = self.queue(HostMessage::Receive { psdu })?;
            self.untaken.push((seq, event));
        }
        Ok(())
    }
}

/// Such trials are not applicable, and nobody plays them.
fn unsecurable(why: Unsecurable) -> Broken {
    Broken::Fault(format!("a frame of the tester cannot be secured: {why}"))
}
