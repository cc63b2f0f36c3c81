//! What carries a device's frames, and what serves others as a radio.

use sixlo_agent_protocol::{Abilities, RadioRole, Setting};

use crate::stack::Outcome;

/// What became of a frame for the air.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// The radio is the virtual PHY: the host carries the frame.
    ByHost,
    /// It was on air.
    OnAir,
    /// It was not, or nobody acknowledged it; the text says which.
    Failed(&'static str),
}

/// How a frame was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// When, in microseconds on the device's clock.
    pub time_us: u64,
    /// Received power in dBm.
    pub rssi_dbm: i8,
    /// Link quality indication.
    pub lqi: u8,
}

/// Frames since the last reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    /// Frames accepted.
    pub received: u32,
    /// Frames sent.
    pub transmitted: u32,
    /// Frames refused, or lost between radio and agent.
    pub dropped: u32,
}

/// A radio, be it real or the virtual PHY. After power-on it has the role
/// [`RadioRole::Device`], and keeps the role it has over a reset of the stack.
pub trait Radio {
    /// What a device with this radio can do, if its stack can do that much.
    fn abilities(&self, stack: Abilities) -> Abilities {
        stack
    }

    /// Takes a role; [`Outcome::Unsupported`] if it serves no others.
    fn set_role(&mut self, role: RadioRole) -> Outcome;

    /// A setting that the stack has taken: channel and addresses concern the radio, too.
    fn configure(&mut self, _setting: &Setting) {}

    /// Puts a frame on the air, FCS included. In the role of the device with all that its
    /// MAC does; in others once and as it is.
    fn transmit(&mut self, psdu: &[u8]) -> Sent;

    /// How a frame sounds that the host hands over (virtual PHY only); none: it is not heard.
    fn hear(&mut self, psdu: &[u8], now_us: u64) -> Option<Signal>;

    /// Power on its channel now, in dBm, if it can measure that.
    fn energy_dbm(&mut self) -> Option<i8> {
        None
    }

    /// Its counters, if it has any.
    fn statistics(&self) -> Option<Statistics> {
        None
    }
}

/// The virtual PHY. On it nothing has a strength: every frame sounds the same.
#[derive(Debug, Clone, Copy, Default)]
pub struct VirtualPhy;

/// What is said of a frame's strength where it has none.
pub(crate) const STRENGTH: (i8, u8) = (-40, 255);

impl Radio for VirtualPhy {
    fn set_role(&mut self, _role: RadioRole) -> Outcome {
        Outcome::Done
    }

    fn transmit(&mut self, _psdu: &[u8]) -> Sent {
        Sent::ByHost
    }

    fn hear(&mut self, _psdu: &[u8], now_us: u64) -> Option<Signal> {
        let (rssi_dbm, lqi) = STRENGTH;
        Some(Signal {
            time_us: now_us,
            rssi_dbm,
            lqi,
        })
    }
}

/// The virtual PHY of a device that is always the device and serves no others: behind it
/// stands a medium of its own.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeviceOnly;

impl Radio for DeviceOnly {
    fn set_role(&mut self, _role: RadioRole) -> Outcome {
        Outcome::Unsupported
    }

    fn transmit(&mut self, psdu: &[u8]) -> Sent {
        VirtualPhy.transmit(psdu)
    }

    fn hear(&mut self, psdu: &[u8], now_us: u64) -> Option<Signal> {
        VirtualPhy.hear(psdu, now_us)
    }
}
