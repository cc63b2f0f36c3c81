//! The agent's two RTT channels, each way, and the log's.

use rtt_target::ChannelMode::{NoBlockSkip, NoBlockTrim};
use rtt_target::{DownChannel, UpChannel, rtt_init};
use sixlo_agent::Outlet;

use crate::doorbell::Doorbell;
use crate::log::log_to;

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

impl Channels {
    /// Makes the control block, which the host finds by its symbol `_SEGGER_RTT`; to be
    /// called once. What is logged from here on goes to channel 2.
    pub fn open() -> Self {
        let channels = rtt_init! {
            up: {
                0: { size: 4096, mode: NoBlockTrim, name: "control" }
                1: { size: 8192, mode: NoBlockTrim, name: "phy" }
                2: { size: 1024, mode: NoBlockSkip, name: "defmt" }
            }
            down: {
                0: { size: 4096, name: "control" }
                1: { size: 8192, name: "phy" }
            }
        };
        log_to(channels.up.2);
        Channels {
            control_up: channels.up.0,
            control_down: channels.down.0,
            phy_up: channels.up.1,
            phy_down: channels.down.1,
        }
    }

    /// What an agent writes to.
    pub(crate) fn up<'c>(&'c mut self, doorbell: &'c Doorbell) -> Up<'c> {
        Up {
            control: &mut self.control_up,
            phy: &mut self.phy_up,
            doorbell,
        }
    }
}

/// The channels as an agent writes to them: it sleeps while one is full, until the
/// host has read and rings.
pub struct Up<'c> {
    control: &'c mut UpChannel,
    phy: &'c mut UpChannel,
    doorbell: &'c Doorbell,
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
