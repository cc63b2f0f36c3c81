//! The C agent (`sixlo_agent.h`) behind the same trait as the Rust one, so that tests can
//! play both against each other.
#![allow(
    unsafe_code,
    reason = "it calls C; each call is one agent on one thread"
)]

mod raw;

use std::ffi::{CString, c_void};
use std::ptr;
use std::slice;

use sixlo_agent::{Outbox, Outcome, Outlet, Signal, Stack, Statistics};
use sixlo_agent_protocol::{NdMode, Setting};

/// The agent in C, driving a stack in Rust.
pub struct CAgent<S: Stack> {
    agent: *mut raw::Agent,
    // Boxes whose addresses C holds, given back in the end.
    inside: *mut Inside<S>,
    c_stack: *mut raw::Stack,
    _texts: [CString; 2],
    _memory: Vec<u64>,
}

/// The FCS of these octets, as the C agent reckons it.
pub fn fcs(octets: &[u8]) -> u16 {
    // SAFETY: it reads these octets alone.
    unsafe { raw::sixlo_fcs(octets.as_ptr(), octets.len()) }
}

/// Whether the C agent takes this PSDU for one that such a node's radio hands on.
pub fn is_for(psdu: &[u8], pan_id: u16, short_address: u16, eui64: &[u8; 8]) -> bool {
    // SAFETY: it reads these octets alone.
    unsafe {
        raw::sixlo_is_for(
            psdu.as_ptr(),
            psdu.len(),
            pan_id,
            short_address,
            eui64.as_ptr(),
        )
    }
}

/// What the C functions get as their context.
struct Inside<S> {
    agent: *mut raw::Agent,
    stack: S,
    /// What the agent has written, until it is fetched.
    written: Vec<u8>,
    /// The reason that was given to the agent last: it keeps a pointer.
    why: CString,
    /// What is answered when counters are asked for.
    statistics: Option<Statistics>,
}

impl<S: Stack> CAgent<S> {
    /// An agent for `stack`; `boot` must differ after each reboot.
    pub fn new(stack: S, boot: u32) -> Self {
        raw::check_layout();
        let identity = stack.identity();
        let texts =
            [identity.stack, identity.build].map(|text| CString::new(text).unwrap_or_default());
        let (abilities, hooks) = (identity.abilities.0, identity.hooks);
        let (tap, largest_psdu) = (identity.tap as u32, identity.largest_psdu);
        let mut memory = vec![0u64; raw::agent_size().div_ceil(size_of::<u64>())];
        let agent = memory.as_mut_ptr().cast::<raw::Agent>();
        let inside = Box::into_raw(Box::new(Inside {
            agent,
            stack,
            written: Vec::new(),
            why: CString::default(),
            statistics: None,
        }));
        let c_stack = Box::into_raw(Box::new(raw::Stack {
            name: texts[0].as_ptr(),
            build: texts[1].as_ptr(),
            abilities,
            hooks,
            tap,
            largest_psdu,
            context: inside.cast(),
            write: Some(write::<S>),
            receive: Some(receive::<S>),
            reset: Some(reset::<S>),
            configure: Some(configure::<S>),
            send_ipv6: Some(send_ipv6::<S>),
            advance: Some(advance::<S>),
            next_timer: Some(next_timer::<S>),
            radio: None,
            transmit: None,
            statistics: Some(statistics::<S>),
        }));
        // SAFETY: memory and stack live as long as the agent does.
        unsafe { raw::sixlo_agent_init(agent, c_stack, boot) };
        CAgent {
            agent,
            inside,
            c_stack,
            _texts: texts,
            _memory: memory,
        }
    }

    /// Says hello unasked.
    pub fn announce(&mut self, outlet: &mut impl Outlet) {
        // SAFETY: the agent is initialised, as in every call below.
        unsafe { raw::sixlo_agent_announce(self.agent) };
        self.fetch(outlet);
    }

    /// Obeys every complete command in `octets`.
    pub fn hear(&mut self, octets: &[u8], outlet: &mut impl Outlet) {
        // SAFETY: a slice is readable for its length.
        unsafe { raw::sixlo_agent_hear(self.agent, octets.as_ptr(), octets.len()) };
        self.fetch(outlet);
    }

    /// The stack's own time goes on.
    pub fn tick(&mut self, now_us: u64, outlet: &mut impl Outlet) {
        // SAFETY: as above.
        unsafe { raw::sixlo_agent_tick(self.agent, now_us) };
        self.fetch(outlet);
    }

    /// A sniffing radio heard a frame.
    pub fn captured(&mut self, psdu: &[u8], signal: Signal, outlet: &mut impl Outlet) {
        let (first, length) = (psdu.as_ptr(), psdu.len());
        let Signal {
            time_us,
            rssi_dbm,
            lqi,
        } = signal;
        // SAFETY: a slice is readable for its length.
        unsafe {
            raw::sixlo_agent_captured(self.agent, first, length, time_us, rssi_dbm, lqi);
        }
        self.fetch(outlet);
    }

    /// From here on the device counts this; before, it does not count.
    pub fn counts(&mut self, statistics: Statistics) {
        // SAFETY: no C function is running.
        unsafe { (*self.inside).statistics = Some(statistics) };
    }

    fn fetch(&mut self, outlet: &mut impl Outlet) {
        // SAFETY: the agent has returned, so nothing else refers to what is inside.
        outlet.write(&std::mem::take(unsafe { &mut (*self.inside).written }));
    }
}

impl<S: Stack> Drop for CAgent<S> {
    fn drop(&mut self) {
        // SAFETY: both were boxes, and no C function is called any more.
        unsafe {
            drop(Box::from_raw(self.inside));
            drop(Box::from_raw(self.c_stack));
        }
    }
}

/// An outbox that hands everything to the C agent.
struct Sender(*mut raw::Agent);

impl Outbox for Sender {
    fn transmitted(&mut self, psdu: &[u8]) {
        // SAFETY: called from within a callback of this agent, as those below.
        unsafe { raw::sixlo_agent_transmitted(self.0, psdu.as_ptr(), psdu.len()) };
    }

    fn delivered(&mut self, packet: &[u8]) {
        // SAFETY: as above.
        unsafe { raw::sixlo_agent_delivered(self.0, packet.as_ptr(), packet.len()) };
    }

    fn log(&mut self, text: &str) {
        let text = CString::new(text).unwrap_or_default();
        // SAFETY: as above; the agent does not keep the text.
        unsafe { raw::sixlo_agent_log(self.0, text.as_ptr()) };
    }
}

/// The stack is called with an outbox that leads back into the agent, which writes what it
/// is told to `written`: so the stack alone is borrowed meanwhile, by pointer.
unsafe fn with<S: Stack, T>(
    context: *mut c_void,
    call: impl FnOnce(&mut S, &mut Sender) -> T,
) -> T {
    let inside = context.cast::<Inside<S>>();
    // SAFETY: the context is the one given at the beginning; `written` is another field.
    unsafe {
        let mut sender = Sender((*inside).agent);
        call(&mut *ptr::addr_of_mut!((*inside).stack), &mut sender)
    }
}

unsafe fn octets<'a>(first: *const u8, length: usize) -> &'a [u8] {
    match length {
        0 => &[],
        // SAFETY: the agent hands over readable octets for the time of the call.
        _ => unsafe { slice::from_raw_parts(first, length) },
    }
}

unsafe fn outcome<S>(context: *mut c_void, outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Done => 0,
        Outcome::Unsupported => 1,
        Outcome::Refused(why) => {
            let inside = context.cast::<Inside<S>>();
            // SAFETY: as in `with`; the text stays until the next refusal.
            unsafe {
                (*inside).why = CString::new(why).unwrap_or_default();
                raw::sixlo_agent_why((*inside).agent, (*inside).why.as_ptr());
            }
            2
        }
    }
}

unsafe extern "C" fn write<S: Stack>(context: *mut c_void, first: *const u8, length: usize) {
    // SAFETY: as in `with`.
    unsafe {
        (*ptr::addr_of_mut!((*context.cast::<Inside<S>>()).written))
            .extend_from_slice(octets(first, length))
    };
}

unsafe extern "C" fn receive<S: Stack>(context: *mut c_void, first: *const u8, length: usize) {
    // SAFETY: as in `with`, here and below.
    unsafe {
        with::<S, _>(context, |stack, out| {
            stack.receive(octets(first, length), out)
        })
    };
}

unsafe extern "C" fn reset<S: Stack>(context: *mut c_void) -> u32 {
    unsafe {
        let went = with::<S, _>(context, |stack, out| stack.reset(out));
        outcome::<S>(context, went)
    }
}

unsafe extern "C" fn configure<S: Stack>(
    context: *mut c_void,
    setting: *const raw::Setting,
) -> u32 {
    unsafe {
        let went = with::<S, _>(context, |stack, _| stack.configure(&setting_of(&*setting)));
        outcome::<S>(context, went)
    }
}

unsafe extern "C" fn send_ipv6<S: Stack>(
    context: *mut c_void,
    first: *const u8,
    length: usize,
) -> u32 {
    unsafe {
        let went = with::<S, _>(context, |stack, out| {
            stack.send_ipv6(octets(first, length), out)
        });
        outcome::<S>(context, went)
    }
}

unsafe extern "C" fn advance<S: Stack>(context: *mut c_void, now_us: u64) {
    unsafe { with::<S, _>(context, |stack, out| stack.advance(now_us, out)) };
}

unsafe extern "C" fn next_timer<S: Stack>(context: *mut c_void, at_us: *mut u64) -> bool {
    unsafe {
        match with::<S, _>(context, |stack, _| stack.next_timer_us()) {
            Some(due) => {
                *at_us = due;
                true
            }
            None => false,
        }
    }
}

unsafe extern "C" fn statistics<S: Stack>(
    context: *mut c_void,
    counts: *mut raw::Statistics,
) -> bool {
    // SAFETY: as in `with`; C gives a place to write to.
    unsafe {
        let Some(known) = (*context.cast::<Inside<S>>()).statistics else {
            return false;
        };
        *counts = raw::Statistics {
            received: known.received,
            transmitted: known.transmitted,
            dropped: known.dropped,
        };
    }
    true
}

fn setting_of(raw: &raw::Setting) -> Setting {
    let small = raw.number.to_le_bytes()[0];
    match raw.kind {
        0 => Setting::Eui64(raw.eui64),
        1 => Setting::ShortAddress(raw.number),
        2 => Setting::PanId(raw.number),
        3 => Setting::Channel(small),
        4 => Setting::Address(raw.address, raw.prefix_length),
        5 => Setting::Group(raw.address),
        6 => Setting::Context {
            id: small,
            prefix: raw.address,
            prefix_length: raw.prefix_length,
            compress: raw.flag,
        },
        7 => Setting::NoContext(small),
        8 => Setting::ChecksumElision(raw.flag),
        9 => Setting::Nd(match raw.number {
            0 => NdMode::Classic,
            1 => NdMode::Host,
            _ => NdMode::Router,
        }),
        10 => Setting::Autoconfigure(raw.flag),
        11 => Setting::MeshHops(small),
        12 => Setting::OpenPort(raw.number),
        13 => Setting::Neighbour(raw.address, raw.eui64),
        14 => Setting::Parameter(raw.parameter, raw.value),
        _ => Setting::Defaults,
    }
}
