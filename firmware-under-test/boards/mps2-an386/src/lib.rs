//! What is this board's own: its doorbell, and its radio, which is the virtual PHY.
#![no_std]

use sixlo_agent::{Agent, Radio, Stack, VirtualPhy};
use sixlo_board::{Channels, Doorbell, boot, serve};

/// An interrupt that nothing is wired to (Arm DAI 0386D, interrupt map).
const DOORBELL: u16 = 31;

/// Runs a stack for ever.
pub fn run(stack: impl Stack) -> ! {
    run_on(VirtualPhy, stack, |agent| agent)
}

/// Runs a stack on a radio of its own, with an agent that is made another.
pub fn run_on<S: Stack, R: Radio>(
    radio: R,
    stack: S,
    made: impl FnOnce(Agent<S, R>) -> Agent<S, R>,
) -> ! {
    let doorbell = Doorbell::new(DOORBELL);
    let channels = Channels::open();
    let agent = made(Agent::with_radio(stack, radio, boot()));
    serve(agent, channels, &doorbell)
}

/// The image of a board that breaks; its build options, and the version of the protocol
/// that its agent says it speaks.
#[macro_export]
macro_rules! faulty_image {
    ($build:literal, $version:expr) => {
        static NODE: static_cell::ConstStaticCell<
            sixlo_board::Faulty<sixlo_port_p6lowpan::Reference<'static, 5>>,
        > = static_cell::ConstStaticCell::new(sixlo_board::Faulty(
            sixlo_port_p6lowpan::Reference::new($build),
        ));

        #[cortex_m_rt::entry]
        fn main() -> ! {
            $crate::run_on(sixlo_board::Lossy::default(), NODE.take(), |agent| {
                agent.of_version($version)
            })
        }
    };
}
