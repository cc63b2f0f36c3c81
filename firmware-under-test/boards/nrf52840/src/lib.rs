//! What is this board's own: its clock, its radio, and the loop between radio and agent.
#![no_std]

mod clock;
mod radio;
#[allow(
    missing_docs,
    reason = "names and offsets are the product specification's"
)]
mod registers;

use cortex_m_rt::exception;
use sixlo_agent::{Agent, Stack};
use sixlo_board::{Channels, Doorbell, Up, boot, serve_beside};

use crate::radio::Antenna;
use crate::registers::{FICR, ficr};

/// An interrupt that no peripheral in use raises: EGU0_SWI0.
const DOORBELL: u16 = 20;
/// RADIO and TIMER3.
const RADIO: u16 = 1;
const TIMER: u16 = 26;

/// Runs a stack for ever.
pub fn run(stack: impl Stack) -> ! {
    clock::start();
    // The first half of FICR.DEVICEID differs enough.
    let antenna = radio::start(FICR.read(ficr::DEVICEID[0]));
    let doorbell = Doorbell::new(DOORBELL);
    doorbell.take_also(&[RADIO, TIMER]);
    let channels = Channels::open();
    let agent = Agent::with_radio(stack, antenna, boot());
    serve_beside(agent, channels, &doorbell, attend)
}

/// Hands over what the radio has heard, lets time go on, and sees to being woken in time;
/// says whether there was anything to do.
fn attend<S: Stack>(agent: &mut Agent<S, Antenna>, up: &mut Up<'_>) -> bool {
    agent.tick(clock::now_us(), up);
    if let Some(heard) = radio::take() {
        agent.heard(heard.psdu(), heard.signal, up);
        return true;
    }
    match agent.next_timer_us() {
        Some(at_us) => !clock::wake_at(at_us),
        None => false,
    }
}

/// Every interrupt comes here: those of radio and timer are the only ones that are enabled.
#[exception]
#[allow(unsafe_code)]
unsafe fn DefaultHandler(number: i16) {
    match u16::try_from(number) {
        Ok(RADIO) => {
            if radio::interrupt() {
                Doorbell::ring(DOORBELL);
            }
        }
        Ok(TIMER) => {
            clock::interrupt();
            Doorbell::ring(DOORBELL);
        }
        _ => panic!("interrupt {number}, which nobody has enabled"),
    }
}
