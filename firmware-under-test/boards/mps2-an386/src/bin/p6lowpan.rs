//! The reference node of the level that a feature picks.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use sixlo_agent::{Agent, VirtualPhy};
use sixlo_board::{Channels, Doorbell, boot, serve};
use sixlo_mps2_an386::DOORBELL;
use sixlo_port_p6lowpan::Reference;
use sixlo_reference_stack::IMAGE_LEVEL;
use static_cell::ConstStaticCell;

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
    let channels = Channels::open();
    let agent = Agent::with_radio(NODE.take(), VirtualPhy, boot());
    serve(agent, channels, &doorbell)
}
