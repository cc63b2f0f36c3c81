//! The reference node of the level that a feature picks.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use rtt_target::rtt_init;
use sixlo_agent::Agent;
use sixlo_board::{Channels, Doorbell, boot, serve};
use sixlo_port_p6lowpan::Reference;
use sixlo_reference_stack::IMAGE_LEVEL;
use static_cell::ConstStaticCell;

/// An interrupt of the AN386 that nothing is wired to (Arm DAI 0386D, interrupt map).
const DOORBELL: u16 = 31;

/// What of the image changes verdicts.
const BUILD: &str = match IMAGE_LEVEL {
    0 => "level 0",
    1 => "level 1",
    2 => "level 2",
    3 => "level 3",
    4 => "level 4",
    _ => "level 5",
};

static NODE: ConstStaticCell<Reference<'static, IMAGE_LEVEL>> =
    ConstStaticCell::new(Reference::new(BUILD));

#[entry]
fn main() -> ! {
    let doorbell = Doorbell::new(DOORBELL);
    let channels = rtt_init! {
        up: {
            0: { size: 4096, mode: rtt_target::ChannelMode::NoBlockTrim, name: "control" }
            1: { size: 8192, mode: rtt_target::ChannelMode::NoBlockTrim, name: "phy" }
        }
        down: {
            0: { size: 4096, name: "control" }
            1: { size: 8192, name: "phy" }
        }
    };
    let agent = Agent::new(NODE.take(), boot());
    let channels = Channels {
        control_up: channels.up.0,
        control_down: channels.down.0,
        phy_up: channels.up.1,
        phy_down: channels.down.1,
    };
    serve(agent, channels, &doorbell)
}
