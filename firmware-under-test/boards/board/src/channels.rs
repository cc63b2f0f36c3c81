//! The agent's two RTT channels, each way.

use rtt_target::{DownChannel, UpChannel};
use sixlo_agent::Outlet;

use crate::doorbell::Doorbell;

/// The agent's end of them.
pub struct Channels {
    /// Control, to the host.
    pub control_up: UpChannel,
    /// Control, from the host.
    pub control_down: DownChannel,
    /// Frames of the device, to the host.
    pub phy_up: UpChannel,
    /// Frames to the device, from the host.
    pub phy_down: DownChannel,
}

/// The channels as an agent writes to them: it sleeps while one is full, until the
/// host has read and rings.
pub(crate) struct Up<'c> {
    pub control: &'c mut UpChannel,
    pub phy: &'c mut UpChannel,
    pub doorbell: &'c Doorbell,
}

impl Up<'_> {
    fn write_to(channel: &mut UpChannel, doorbell: &Doorbell, mut frame: &[u8]) {
        loop {
            doorbell.clear();
            let written = channel.write(frame);
            frame = &frame[written..];
            if frame.is_empty() {
                return;
            }
            doorbell.sleep();
        }
    }
}

impl Outlet for Up<'_> {
    fn write(&mut self, frame: &[u8]) {
        Self::write_to(self.control, self.doorbell, frame);
    }

    fn write_phy(&mut self, frame: &[u8]) {
        Self::write_to(self.phy, self.doorbell, frame);
    }
}
