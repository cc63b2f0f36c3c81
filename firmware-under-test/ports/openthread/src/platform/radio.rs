//! The radio: one frame to send at a time, an address filter, no acknowledgements.
//!
//! On the air of the harness no frame is lost unless it says so, and nobody
//! acknowledges: each frame sent counts as acknowledged at once. Nobody polls for
//! frames either, so the table of those for whom some wait is not kept.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use openthread_sys as ot;
use sixlo_mac::fcs;

use super::with;
use crate::filter::Filter;

/// Octets of the longest PSDU, FCS included.
pub const LARGEST_PSDU: usize = 127;
/// What a good radio reports, in dBm.
const RSSI_DBM: i8 = -40;
/// The weakest signal it hears, in dBm.
const SENSITIVITY_DBM: i8 = -100;

/// OpenThread writes the frame to send into memory of the radio's.
struct Buffer {
    frame: ot::otRadioFrame,
    psdu: [u8; LARGEST_PSDU],
}

/// The radio of a node.
pub struct Radio {
    /// Its EUI-64, most significant octet first.
    pub eui64: [u8; 8],
    filter: Filter,
    listens_on: Option<u8>,
    is_promiscuous: bool,
    /// Never freed: OpenThread keeps the pointer as long as the program lives. Atomic for being
    /// a pointer that may stand in a static, no more.
    buffer: AtomicPtr<Buffer>,
    /// The frame in the buffer is on its way.
    sends: bool,
}

impl Default for Radio {
    fn default() -> Self {
        let buffer = Box::into_raw(Box::new(Buffer {
            frame: ot::otRadioFrame::default(),
            psdu: [0; LARGEST_PSDU],
        }));
        // SAFETY: `buffer` is this function's own and points to a whole one.
        unsafe { (*buffer).frame.mPsdu = ptr::addr_of_mut!((*buffer).psdu).cast() };
        Radio {
            eui64: [0; 8],
            filter: Filter::default(),
            listens_on: None,
            is_promiscuous: false,
            buffer: AtomicPtr::new(buffer),
            sends: false,
        }
    }
}

impl Radio {
    /// As after power-on.
    pub fn restart(&mut self, eui64: [u8; 8]) {
        self.eui64 = eui64;
        self.filter = Filter::default();
        self.listens_on = None;
        self.is_promiscuous = false;
        self.sends = false;
    }

    fn buffer(&self) -> *mut Buffer {
        self.buffer.load(Ordering::Relaxed)
    }

    /// The channel on which it hears this PSDU, if it listens and the frame is whole and for it.
    pub fn hears(&self, psdu: &[u8]) -> Option<u8> {
        let whole = fcs::check(psdu).filter(|_| psdu.len() <= LARGEST_PSDU);
        let is_taken = whole.is_some_and(|frame| self.is_promiscuous || self.filter.passes(frame));
        self.listens_on.filter(|_| is_taken)
    }
}

/// The frame on its way, with its FCS, if there is one; tells OpenThread that it
/// has been sent and acknowledged.
pub fn transmitted(instance: *mut ot::otInstance) -> Option<Vec<u8>> {
    let buffer = with(|hardware| {
        let radio = &mut hardware.radio;
        core::mem::take(&mut radio.sends).then(|| radio.buffer())
    })?;
    // SAFETY: the buffer lives for ever, and OpenThread leaves it alone from the call of
    // otPlatRadioTransmit to that of otPlatRadioTxDone.
    let (frame, mut psdu) = unsafe {
        let frame = ptr::addr_of_mut!((*buffer).frame);
        let length = usize::from((*frame).mLength).min(LARGEST_PSDU);
        let octets = ptr::addr_of!((*buffer).psdu).cast();
        let without_fcs = length.saturating_sub(fcs::LENGTH);
        (
            frame,
            core::slice::from_raw_parts(octets, without_fcs).to_vec(),
        )
    };
    fcs::append(&mut psdu);
    // SAFETY: `instance` is initialised and `frame` the one it gave; the acknowledgement may be null.
    unsafe {
        ot::otPlatRadioTxStarted(instance, frame);
        ot::otPlatRadioTxDone(instance, frame, ptr::null_mut(), ot::otError_OT_ERROR_NONE);
    }
    Some(psdu)
}

/// Hands a PSDU up that the radio has heard.
pub fn received(instance: *mut ot::otInstance, channel: u8, psdu: &[u8]) {
    let mut octets = [0; LARGEST_PSDU];
    octets[..psdu.len()].copy_from_slice(psdu);
    let mut frame = ot::otRadioFrame {
        mPsdu: octets.as_mut_ptr(),
        mLength: psdu.len() as u16,
        mChannel: channel,
        ..ot::otRadioFrame::default()
    };
    frame.mInfo.mRxInfo.mRssi = RSSI_DBM;
    frame.mInfo.mRxInfo.mLqi = u8::MAX;
    frame.mInfo.mRxInfo.mTimestamp = with(|hardware| hardware.alarm.now_us);
    // SAFETY: `instance` is initialised; OpenThread reads and decrypts the frame during the call
    // and keeps no pointer to it.
    unsafe { ot::otPlatRadioReceiveDone(instance, &mut frame, ot::otError_OT_ERROR_NONE) };
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioGetCaps(_: *mut ot::otInstance) -> ot::otRadioCaps {
    (ot::OT_RADIO_CAPS_ACK_TIMEOUT
        | ot::OT_RADIO_CAPS_TRANSMIT_RETRIES
        | ot::OT_RADIO_CAPS_CSMA_BACKOFF
        | ot::OT_RADIO_CAPS_SLEEP_TO_TX) as ot::otRadioCaps
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioGetReceiveSensitivity(_: *mut ot::otInstance) -> i8 {
    SENSITIVITY_DBM
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioGetRssi(_: *mut ot::otInstance) -> i8 {
    RSSI_DBM
}

#[unsafe(no_mangle)]
unsafe extern "C" fn otPlatRadioGetIeeeEui64(_: *mut ot::otInstance, eui64: *mut u8) {
    let own = with(|hardware| hardware.radio.eui64);
    // SAFETY: radio.h says that 8 octets can be written there.
    unsafe { eui64.copy_from_nonoverlapping(own.as_ptr(), own.len()) };
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioSetPanId(_: *mut ot::otInstance, pan: u16) {
    with(|hardware| hardware.radio.filter.pan = pan);
}

#[unsafe(no_mangle)]
unsafe extern "C" fn otPlatRadioSetExtendedAddress(
    _: *mut ot::otInstance,
    address: *const ot::otExtAddress,
) {
    // SAFETY: radio.h says that it points to an address; it comes as it goes on air.
    let address = unsafe { (*address).m8 };
    with(|hardware| hardware.radio.filter.extended = address);
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioSetShortAddress(_: *mut ot::otInstance, short: u16) {
    with(|hardware| hardware.radio.filter.short = short);
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioGetPromiscuous(_: *mut ot::otInstance) -> bool {
    with(|hardware| hardware.radio.is_promiscuous)
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioSetPromiscuous(_: *mut ot::otInstance, on: bool) {
    with(|hardware| hardware.radio.is_promiscuous = on);
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioEnable(_: *mut ot::otInstance) -> ot::otError {
    ot::otError_OT_ERROR_NONE
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioDisable(_: *mut ot::otInstance) -> ot::otError {
    with(|hardware| hardware.radio.listens_on = None);
    ot::otError_OT_ERROR_NONE
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioSleep(_: *mut ot::otInstance) -> ot::otError {
    with(|hardware| hardware.radio.listens_on = None);
    ot::otError_OT_ERROR_NONE
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioReceive(_: *mut ot::otInstance, channel: u8) -> ot::otError {
    with(|hardware| hardware.radio.listens_on = Some(channel));
    ot::otError_OT_ERROR_NONE
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioGetTransmitBuffer(_: *mut ot::otInstance) -> *mut ot::otRadioFrame {
    let buffer = with(|hardware| hardware.radio.buffer());
    // SAFETY: the buffer lives for ever; no reference is made, only a pointer into it.
    unsafe { ptr::addr_of_mut!((*buffer).frame) }
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioTransmit(
    _: *mut ot::otInstance,
    _frame: *mut ot::otRadioFrame,
) -> ot::otError {
    // The frame is always the one of otPlatRadioGetTransmitBuffer, radio.h says.
    with(|hardware| hardware.radio.sends = true);
    ot::otError_OT_ERROR_NONE
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioEnergyScan(_: *mut ot::otInstance, _channel: u8, _ms: u16) -> ot::otError {
    ot::otError_OT_ERROR_NOT_IMPLEMENTED
}

#[unsafe(no_mangle)]
extern "C" fn otPlatRadioEnableSrcMatch(_: *mut ot::otInstance, _enable: bool) {}
