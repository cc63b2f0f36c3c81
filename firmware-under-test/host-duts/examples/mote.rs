//! A mote for Cooja made of the reference node: what the cooja-mote bridge is tested with.
//!
//! It exports what Cooja's motes export, and functions for its settings. All of it is
//! one thread's. Three mote numbers make it misbehave at its first frame.
#![allow(unsafe_code, non_upper_case_globals, static_mut_refs)]
#![allow(missing_docs, reason = "names and meanings are Cooja's")]
#![allow(clippy::missing_safety_doc, reason = "called by the bridge alone")]

use std::collections::VecDeque;
use std::ffi::{c_char, c_int};

use sixlo_agent_process::fcs;
use sixlo_reference_stack::{Address, Nd, Node, SettingError, Sink};

/// Mote numbers of a mote that writes to nowhere, that never returns, and that never
/// stops sending.
const CRASHES: c_int = 0xdead;
const HANGS: c_int = 0xbeef;
const FLOODS: c_int = 0xf100;

/// Octets of a frame without FCS.
const ROOM: usize = 125;

#[unsafe(no_mangle)]
pub static mut simMoteID: c_int = 0;
#[unsafe(no_mangle)]
pub static mut simMoteIDChanged: c_char = 0;
#[unsafe(no_mangle)]
pub static mut simRandomSeed: c_int = 0;
#[unsafe(no_mangle)]
pub static mut simCurrentTime: u64 = 0;
#[unsafe(no_mangle)]
pub static mut simRtimerCurrentTicks: u64 = 0;
#[unsafe(no_mangle)]
pub static mut simRtimerPending: c_int = 0;
#[unsafe(no_mangle)]
pub static mut simRtimerNextExpirationTime: u64 = 0;
#[unsafe(no_mangle)]
pub static mut simEtimerPending: c_int = 0;
#[unsafe(no_mangle)]
pub static mut simEtimerNextExpirationTime: u64 = 0;
#[unsafe(no_mangle)]
pub static mut simProcessRunValue: c_int = 0;
#[unsafe(no_mangle)]
pub static mut simInDataBuffer: [u8; ROOM] = [0; ROOM];
#[unsafe(no_mangle)]
pub static mut simInSize: c_int = 0;
#[unsafe(no_mangle)]
pub static mut simOutDataBuffer: [u8; ROOM] = [0; ROOM];
#[unsafe(no_mangle)]
pub static mut simOutSize: c_int = 0;
#[unsafe(no_mangle)]
pub static mut simLoggedData: [u8; 256] = [0; 256];
#[unsafe(no_mangle)]
pub static mut simLoggedLength: c_int = 0;
#[unsafe(no_mangle)]
pub static mut simLoggedFlag: c_char = 0;
#[unsafe(no_mangle)]
pub static mut simRadioHWOn: c_char = 1;

/// The packet that a processor is shown, under Contiki-NG's names.
#[unsafe(no_mangle)]
pub static mut uip_aligned_buf: [u8; 1280] = [0; 1280];
#[unsafe(no_mangle)]
pub static mut uip_len: u16 = 0;

struct Mote {
    node: Node<5>,
    air: Air,
    /// A setting has been made since the node started: it starts with it.
    is_stale: bool,
}

/// What the node has put out and Cooja has not taken yet.
#[derive(Default)]
struct Air {
    frames: VecDeque<Vec<u8>>,
    processor: Option<&'static Processor>,
}

#[repr(C)]
pub struct Processor {
    next: *mut Processor,
    input: unsafe extern "C" fn() -> c_int,
}

static mut MOTE: Option<Mote> = None;

impl Sink for Air {
    fn transmit(&mut self, psdu: &[u8]) {
        self.frames.push_back(psdu[..psdu.len() - 2].to_vec());
    }

    fn deliver(&mut self, packet: &[u8]) {
        if let Some(processor) = self.processor {
            unsafe {
                uip_aligned_buf[..packet.len()].copy_from_slice(packet);
                uip_len = packet.len() as u16;
                (processor.input)();
            }
        }
    }
}

fn mote() -> &'static mut Mote {
    unsafe { MOTE.as_mut().expect("cooja_init comes first") }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cooja_init() -> c_int {
    unsafe {
        MOTE = Some(Mote {
            node: Node::new(),
            air: Air::default(),
            is_stale: false,
        });
        let words = b"[INFO: Main      ] Starting\n";
        simLoggedData[..words.len()].copy_from_slice(words);
        simLoggedLength = words.len() as c_int;
        simLoggedFlag = 1;
    }
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn cooja_tick() {
    let Mote {
        node,
        air,
        is_stale,
    } = mote();
    if std::mem::take(is_stale) {
        node.reset();
    }
    unsafe {
        simProcessRunValue = 0;
        node.advance(simRtimerCurrentTicks, air);
        if simInSize > 0 {
            let mut frame = simInDataBuffer[..simInSize as usize].to_vec();
            simInSize = 0;
            misbehave(&frame);
            fcs::append(&mut frame);
            node.receive(&frame, air);
        }
        if simOutSize == 0
            && let Some(frame) = air.frames.pop_front()
        {
            if simMoteID == FLOODS {
                air.frames.push_back(frame.clone());
            }
            simOutDataBuffer[..frame.len()].copy_from_slice(&frame);
            simOutSize = frame.len() as c_int;
            simProcessRunValue = air.frames.len() as c_int;
        }
        let due = node.next_timer_us();
        simEtimerPending = due.is_some().into();
        simEtimerNextExpirationTime = due.unwrap_or(0).div_ceil(1000);
    }
}

unsafe fn misbehave(frame: &[u8]) {
    unsafe {
        match simMoteID {
            // Where no process has memory.
            CRASHES => (frame[0] as usize as *mut u8).write_volatile(1),
            HANGS => loop {
                std::hint::spin_loop();
            },
            _ => {}
        }
    }
}

/// The node, to be told something.
fn told() -> &'static mut Node<5> {
    mote().is_stale = true;
    &mut mote().node
}

fn outcome(result: Result<(), SettingError>) -> c_int {
    result.is_ok().into()
}

unsafe fn address(octets: *const [u8; 16]) -> Address {
    Address(unsafe { *octets })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_eui64(eui64: *const [u8; 8]) {
    told().set_eui64(unsafe { *eui64 });
}

#[unsafe(no_mangle)]
pub extern "C" fn mote_short_address(short: u16) {
    told().set_short_address(short);
}

#[unsafe(no_mangle)]
pub extern "C" fn mote_pan_id(pan: u16) {
    told().set_pan(pan);
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_address(octets: *const [u8; 16], length: u8) -> c_int {
    outcome(told().add_address(unsafe { address(octets) }, length))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_group(octets: *const [u8; 16]) -> c_int {
    outcome(told().join(unsafe { address(octets) }))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_context(
    id: u8,
    prefix: *const [u8; 16],
    length: u8,
    compress: bool,
) -> c_int {
    let prefix = unsafe { address(prefix) };
    outcome(told().set_context(id, prefix, length, compress))
}

#[unsafe(no_mangle)]
pub extern "C" fn mote_no_context(id: u8) -> c_int {
    outcome(told().remove_context(id))
}

#[unsafe(no_mangle)]
pub extern "C" fn mote_checksum_elision(on: bool) {
    told().authorise_checksum_elision(on);
}

#[unsafe(no_mangle)]
pub extern "C" fn mote_nd(mode: u8) -> c_int {
    let mode = match mode {
        0 => Nd::Classic,
        1 => Nd::Host,
        _ => Nd::Router,
    };
    outcome(told().set_nd(mode))
}

#[unsafe(no_mangle)]
pub extern "C" fn mote_autoconfigure(on: bool) {
    told().set_autoconfigure(on);
}

#[unsafe(no_mangle)]
pub extern "C" fn mote_mesh_hops(hops: u8) {
    told().set_mesh_hops(hops);
}

#[unsafe(no_mangle)]
pub extern "C" fn mote_open_port(port: u16) -> c_int {
    outcome(told().open_port(port))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_neighbour(octets: *const [u8; 16], eui64: *const [u8; 8]) -> c_int {
    let (address, eui64) = unsafe { (address(octets), *eui64) };
    outcome(told().add_neighbour(address, eui64))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_send(packet: *const u8, length: u16) -> c_int {
    let packet = unsafe { std::slice::from_raw_parts(packet, length.into()) };
    let Mote { node, air, .. } = mote();
    node.send_ipv6(packet, air).is_ok().into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn mote_processor(processor: *const Processor) {
    mote().air.processor = Some(unsafe { &*processor });
}
