//! Hands the device a whole packet to send.

use sixlo_agent_protocol::HostMessage;

use crate::campaign::{Asked, Broken, Player};

impl Player<'_, '_> {
    pub(super) fn send_ipv6(&mut self, packet: &[u8]) -> Result<(), Broken> {
        let seq = self.queue(HostMessage::SendIpv6 { packet })?;
        self.asked.push(Asked {
            seq,
            phase: self.phase,
            name: "send-ipv6",
            is_base: false,
        });
        self.come_to_rest(None, self.deadline()).map(|_| ())
    }
}
