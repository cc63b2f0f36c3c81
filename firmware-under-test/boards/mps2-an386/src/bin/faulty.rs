//! The reference node of level 5 on a board that breaks at certain frames; with the feature
//! `other-version` one whose agent speaks the protocol's next version, and with
//! `other-firmware` one that is not the firmware it should be.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use sixlo_agent::Agent;
use sixlo_agent::protocol::PROTOCOL_VERSION;
use sixlo_board::{Channels, Doorbell, Faulty, Lossy, boot, serve};
use sixlo_mps2_an386::DOORBELL;
use sixlo_port_p6lowpan::Reference;
use static_cell::ConstStaticCell;

/// What of the image changes verdicts.
const BUILD: &str = match cfg!(feature = "other-firmware") {
    true => "level 5; another firmware",
    false => "level 5; faulty",
};

static NODE: ConstStaticCell<Faulty<Reference<'static, 5>>> =
    ConstStaticCell::new(Faulty(Reference::new(BUILD)));

#[entry]
fn main() -> ! {
    let doorbell = Doorbell::new(DOORBELL);
    let channels = Channels::open();
    let agent = Agent::with_radio(NODE.take(), Lossy::default(), boot());
    let version = PROTOCOL_VERSION + u32::from(cfg!(feature = "other-version"));
    serve(agent.of_version(version), channels, &doorbell)
}
