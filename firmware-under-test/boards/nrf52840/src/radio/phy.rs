//! What the radio is told, register by register. Nothing here decides anything.

use sixlo_mac::transceiver::{Buffer, Phy};

use crate::clock::{self, ACKNOWLEDGE, FRAME_END, FRAME_START};
use crate::registers::radio::{self, short};
use crate::registers::{PPI, RADIO, ppi, timer};

/// PPI channels: the timer captures where a frame begins and ends, and starts an
/// acknowledgement.
const CAPTURE_START: usize = 0;
const CAPTURE_END: usize = 1;
const START_ACKNOWLEDGEMENT: usize = 2;

/// Microseconds from TXEN until the first symbol, with the fast ramp-up (PS 6.20.15).
const RAMP_UP_US: u32 = 40;
/// Microseconds by which the end of a frame is told late: the receiver's own delay.
const END_LATENCY_US: u32 = 23;

/// EDSAMPLE 0, in dBm (PS 6.20.12.4).
const ENERGY_FLOOR_DBM: i16 = -92;
/// Energy above which the channel counts as busy: -75 dBm, 10 dB above what a receiver must
/// hear (IEEE 802.15.4-2006 6.9.9).
const BUSY_ABOVE: u32 = 17;

const IEEE_802154: u32 = 15;
/// Length field of 8 bits, preamble of 32 zero bits, and the FCS counted in the length.
const PCNF0: u32 = 8 | 2 << 24 | FCS_COUNTS;
const FCS_COUNTS: u32 = 1 << 26;
/// An FCS of two octets, over everything behind the length.
const CRCCNF: u32 = 2 | 2 << 8;

/// Sets the radio up; it is disabled afterwards.
pub fn start() {
    RADIO.write(radio::POWER, 0);
    RADIO.write(radio::POWER, 1);
    RADIO.write(radio::MODE, IEEE_802154);
    RADIO.write(radio::PCNF1, 127);
    RADIO.write(radio::CRCPOLY, 0x1_1021);
    RADIO.write(radio::CRCINIT, 0);
    // Fast ramp-up; between frames the carrier stands in the middle.
    RADIO.write(radio::MODECNF0, 1 | 2 << 8);
    // By energy alone.
    RADIO.write(radio::CCACTRL, BUSY_ABOVE << 8);
    RADIO.write(radio::TXPOWER, 0);
    reckon_fcs(true);
    let timer = clock::peripheral();
    connect(
        CAPTURE_START,
        RADIO.address(radio::EVENTS_FRAMESTART),
        timer.address(timer::tasks_capture(FRAME_START)),
    );
    connect(
        CAPTURE_END,
        RADIO.address(radio::EVENTS_END),
        timer.address(timer::tasks_capture(FRAME_END)),
    );
    connect(
        START_ACKNOWLEDGEMENT,
        timer.address(timer::events_compare(ACKNOWLEDGE)),
        RADIO.address(radio::TASKS_TXEN),
    );
    PPI.write(ppi::CHENSET, 1 << CAPTURE_START | 1 << CAPTURE_END);
    RADIO.write(radio::INTENSET, DISABLED);
}

/// The one interrupt that is used: everything the radio does ends in this state.
const DISABLED: u32 = 1 << 4;

fn connect(channel: usize, event: u32, task: u32) {
    PPI.write(ppi::event(channel), event);
    PPI.write(ppi::task(channel), task);
}

/// Whether the radio adds and checks the FCS itself.
fn reckon_fcs(on: bool) {
    RADIO.write(radio::PCNF0, if on { PCNF0 } else { PCNF0 & !FCS_COUNTS });
    RADIO.write(radio::CRCCNF, if on { CRCCNF } else { 0 });
}

/// Channel 11 to 26.
pub fn tune(channel: u8) {
    let above_2400_mhz = 5 * (u32::from(channel.clamp(11, 26)) - 10);
    RADIO.write(radio::FREQUENCY, above_2400_mhz);
}

/// Takes note that the radio is disabled; says whether it was news.
pub fn take_disabled() -> bool {
    let is_disabled = RADIO.happened(radio::EVENTS_DISABLED);
    if is_disabled {
        RADIO.clear(radio::EVENTS_DISABLED);
    }
    PPI.write(ppi::CHENCLR, 1 << START_ACKNOWLEDGEMENT);
    is_disabled
}

fn forget() {
    for event in [
        radio::EVENTS_END,
        radio::EVENTS_FRAMESTART,
        radio::EVENTS_CCABUSY,
        radio::EVENTS_PHYEND,
    ] {
        RADIO.clear(event);
    }
}

/// The radio of this chip.
#[derive(Clone, Copy)]
pub struct Chip;

impl Phy for Chip {
    fn disable(&mut self) {
        PPI.write(ppi::CHENCLR, 1 << START_ACKNOWLEDGEMENT);
        RADIO.write(radio::SHORTS, 0);
        if RADIO.read(radio::STATE) != 0 {
            RADIO.clear(radio::EVENTS_DISABLED);
            RADIO.trigger(radio::TASKS_DISABLE);
            // 21 us at most, out of transmission.
            while !RADIO.happened(radio::EVENTS_DISABLED) {}
        }
        RADIO.clear(radio::EVENTS_DISABLED);
    }

    fn listen(&mut self, buffer: &mut Buffer) {
        forget();
        reckon_fcs(true);
        RADIO.write(
            radio::PACKETPTR,
            buffer.as_mut_ptr().expose_provenance() as u32,
        );
        RADIO.write(
            radio::SHORTS,
            short::RXREADY_START | short::ADDRESS_RSSISTART | short::END_DISABLE,
        );
        RADIO.trigger(radio::TASKS_RXEN);
    }

    fn transmit(&mut self, buffer: &Buffer, senses: bool, reckons_fcs: bool) {
        forget();
        reckon_fcs(reckons_fcs);
        RADIO.write(radio::PACKETPTR, buffer.as_ptr().expose_provenance() as u32);
        let sent = short::TXREADY_START | short::PHYEND_DISABLE;
        if senses {
            let sensed = short::RXREADY_CCASTART | short::CCAIDLE_TXEN | short::CCABUSY_DISABLE;
            RADIO.write(radio::SHORTS, sensed | sent);
            RADIO.trigger(radio::TASKS_RXEN);
        } else {
            RADIO.write(radio::SHORTS, sent);
            RADIO.trigger(radio::TASKS_TXEN);
        }
    }

    fn acknowledge(&mut self, buffer: &Buffer, turnaround_us: u32) -> bool {
        forget();
        RADIO.write(radio::PACKETPTR, buffer.as_ptr().expose_provenance() as u32);
        RADIO.write(radio::SHORTS, short::TXREADY_START | short::PHYEND_DISABLE);
        let timer = clock::peripheral();
        let from_end = turnaround_us - RAMP_UP_US - END_LATENCY_US;
        let at = timer.read(timer::cc(FRAME_END)).wrapping_add(from_end);
        timer.clear(timer::events_compare(ACKNOWLEDGE));
        timer.write(timer::cc(ACKNOWLEDGE), at);
        PPI.write(ppi::CHENSET, 1 << START_ACKNOWLEDGEMENT);
        // Set in time, or already under way.
        let in_time =
            (at.wrapping_sub(clock::now_low()) as i32) > 0 || RADIO.read(radio::STATE) != 0;
        if !in_time {
            PPI.write(ppi::CHENCLR, 1 << START_ACKNOWLEDGEMENT);
        }
        in_time
    }

    fn is_hearing(&self) -> bool {
        RADIO.happened(radio::EVENTS_FRAMESTART) && !RADIO.happened(radio::EVENTS_END)
    }

    fn has_heard(&self) -> bool {
        RADIO.happened(radio::EVENTS_END) && RADIO.read(radio::CRCSTATUS) == 1
    }

    fn was_busy(&self) -> bool {
        RADIO.happened(radio::EVENTS_CCABUSY)
    }

    fn heard(&self) -> (u64, i8) {
        // It was captured where the frame began, behind its length field.
        let began = clock::peripheral().read(timer::cc(FRAME_START));
        let strength_dbm = -((RADIO.read(radio::RSSISAMPLE) & 0x7f) as i8);
        (clock::whole(began), strength_dbm)
    }
}

/// From disabled: the energy on the channel in dBm, over 128 us; disabled afterwards.
pub fn energy_dbm() -> i16 {
    RADIO.clear(radio::EVENTS_EDEND);
    RADIO.write(radio::INTENCLR, DISABLED);
    RADIO.write(radio::EDCNT, 0);
    RADIO.write(radio::SHORTS, short::READY_EDSTART | short::EDEND_DISABLE);
    RADIO.trigger(radio::TASKS_RXEN);
    // Ramp-up and eight symbols.
    while !RADIO.happened(radio::EVENTS_DISABLED) {}
    RADIO.clear(radio::EVENTS_DISABLED);
    RADIO.write(radio::INTENSET, DISABLED);
    ENERGY_FLOOR_DBM + (RADIO.read(radio::EDSAMPLE) & 0xff) as i16
}
