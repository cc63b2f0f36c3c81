//! The radio: what the agent sees of it, and its interrupt.

mod phy;

use core::cell::{Cell, RefCell};

use critical_section::Mutex;
use sixlo_agent::protocol::{Abilities, RadioRole, Setting};
use sixlo_agent::{Outcome, Radio, Sent, Signal, Statistics};
use sixlo_mac::filter::asks_for_acknowledgement;
use sixlo_mac::sending::{Came, Failure, Habits, Sending, Step};
use sixlo_mac::transceiver::Heard;
use sixlo_mac::{Filter, Transceiver};

use self::phy::Chip;
use crate::clock;

type Core = Transceiver<Chip>;

static CORE: Mutex<RefCell<Core>> = Mutex::new(RefCell::new(Core::new(Chip)));
/// Of the random numbers: xorshift, begun with the chip's identifier.
static RANDOM: Mutex<Cell<u32>> = Mutex::new(Cell::new(1));

/// The radio of this chip; there is one.
pub struct Antenna;

fn with<T>(act: impl FnOnce(&mut Core) -> T) -> T {
    critical_section::with(|held| act(&mut CORE.borrow_ref_mut(held)))
}

fn random() -> u32 {
    critical_section::with(|held| {
        let state = RANDOM.borrow(held);
        let mut number = state.get();
        number ^= number << 13;
        number ^= number >> 17;
        number ^= number << 5;
        state.set(number);
        number
    })
}

/// Sets the radio up, on channel 11, and listens.
pub fn start(seed: u32) -> Antenna {
    critical_section::with(|held| RANDOM.borrow(held).set(seed.max(1)));
    phy::start();
    phy::tune(11);
    with(Core::rest);
    Antenna
}

/// The radio's interrupt; says whether a frame waits to be taken.
pub fn interrupt() -> bool {
    with(|core| phy::take_disabled() && core.ended())
}

/// The next frame that was heard.
pub fn take() -> Option<Heard> {
    with(Core::take)
}

/// Sleeps until `told` says something or the time has come; interrupts are taken meanwhile.
fn sleep_until<T>(at_us: u64, mut told: impl FnMut() -> Option<T>) -> Option<T> {
    loop {
        let is_to_come = clock::wake_at(at_us);
        cortex_m::interrupt::disable();
        // With interrupts masked, what happens from here on still ends WFI.
        let answer = told();
        if answer.is_none() && is_to_come && clock::now_us() < at_us {
            cortex_m::asm::wfi();
        }
        // SAFETY: no critical section is open here.
        #[allow(unsafe_code)]
        unsafe {
            cortex_m::interrupt::enable();
        }
        if answer.is_some() || clock::now_us() >= at_us {
            return answer;
        }
    }
}

/// Longer than any frame takes, carrier sensed and all: 4.3 ms.
const LONGEST_FRAME_US: u64 = 10_000;

/// Sends a frame once; what came of it.
fn put(psdu: &[u8], senses: bool, awaits: Option<u8>) -> Came {
    let end = clock::now_us() + LONGEST_FRAME_US;
    // An acknowledgement under way is over in half a millisecond.
    let began = sleep_until(end, || {
        with(|core| core.begin(psdu, senses, awaits)).then_some(())
    });
    let came = began.and_then(|()| sleep_until(end, || with(Core::take_came)));
    came.unwrap_or_else(|| {
        // It never ends in a radio that works.
        with(|core| core.change(|_| ()));
        Came::Busy
    })
}

impl Antenna {
    /// The energy on the channel now, in dBm.
    fn energy(&self) -> i16 {
        with(|core| core.change(|_| phy::energy_dbm()))
    }

    fn send(&mut self, psdu: &[u8], habits: Habits, asks: Option<u8>) -> Result<(), Failure> {
        let (mut sending, mut step) = Sending::begin(habits, asks, random());
        loop {
            let came = match step {
                Step::SenseAfter { us } => {
                    sleep_until(clock::now_us() + u64::from(us), || None::<()>);
                    put(psdu, true, asks)
                }
                Step::Transmit => put(psdu, false, asks),
                Step::AwaitAcknowledgement { us, .. } => {
                    let end = clock::now_us() + u64::from(us);
                    let came = sleep_until(end, || with(Core::take_came));
                    with(Core::give_up);
                    came.unwrap_or(Came::Nothing)
                }
                Step::Finished(result) => return result,
            };
            step = sending.go_on(came, random());
        }
    }

    fn filter_by(&mut self, change: impl FnOnce(&mut Filter)) {
        with(|core| change(&mut core.filter));
    }
}

impl Radio for Antenna {
    /// What crosses an antenna takes its time, and does not come by the agent: such a device
    /// neither settles nor has virtual time.
    fn abilities(&self, stack: Abilities) -> Abilities {
        let not_on_air = Abilities::SETTLES.and(Abilities::VIRTUAL_TIME);
        Abilities(stack.0 & !not_on_air.0)
            .and(Abilities::RADIO)
            .and(Abilities::FILTERS)
            .and(Abilities::ACKNOWLEDGES)
    }

    fn set_role(&mut self, role: RadioRole) -> Outcome {
        with(|core| core.change(|core| core.role = role));
        defmt::info!("energy on the channel: {=i16} dBm", self.energy());
        Outcome::Done
    }

    fn configure(&mut self, setting: &Setting) {
        match *setting {
            Setting::Channel(channel) => with(|core| core.change(|_| phy::tune(channel))),
            Setting::PanId(pan) => self.filter_by(|filter| filter.pan = pan),
            Setting::ShortAddress(short) => self.filter_by(|filter| filter.short_address = short),
            Setting::Eui64(eui64) => self.filter_by(|filter| filter.eui64 = eui64),
            Setting::Defaults => self.filter_by(|filter| *filter = Filter::NOBODY),
            _ => {}
        }
    }

    fn transmit(&mut self, psdu: &[u8]) -> Sent {
        if !(1..=127).contains(&psdu.len()) {
            return Sent::Failed("a frame has 1 to 127 octets");
        }
        let (habits, asks) = match with(|core| core.role) {
            RadioRole::Device => (Habits::STANDARD, asks_for_acknowledgement(psdu)),
            _ => (Habits::ONCE, None),
        };
        match self.send(psdu, habits, asks) {
            Ok(()) => Sent::OnAir,
            Err(Failure::Busy) => Sent::Failed("the channel was never clear"),
            Err(Failure::NoAcknowledgement) => Sent::Failed("nobody acknowledged the frame"),
        }
    }

    /// Frames come by the antenna alone.
    fn hear(&mut self, _psdu: &[u8], _now_us: u64) -> Option<Signal> {
        None
    }

    fn energy_dbm(&mut self) -> Option<i8> {
        Some(i8::try_from(self.energy()).unwrap_or(i8::MAX))
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(with(|core| core.statistics))
    }
}
