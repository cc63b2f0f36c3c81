//! `sixlo_agent.h` as Rust sees it.

use std::ffi::{c_char, c_void};

/// `struct sixlo_agent`, of which only C knows the inside.
#[repr(C)]
pub struct Agent {
    _inside: [u8; 0],
}

/// `struct sixlo_setting`.
#[repr(C)]
pub struct Setting {
    pub kind: u32,
    pub eui64: [u8; 8],
    pub address: [u8; 16],
    pub prefix_length: u8,
    pub number: u16,
    pub flag: bool,
    pub parameter: u32,
    pub value: u64,
}

type Outcome = u32;

/// `struct sixlo_statistics`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Statistics {
    pub received: u32,
    pub transmitted: u32,
    pub dropped: u32,
}

/// `struct sixlo_stack`.
#[repr(C)]
pub struct Stack {
    pub name: *const c_char,
    pub build: *const c_char,
    pub abilities: u32,
    pub hooks: u32,
    pub tap: u32,
    pub largest_psdu: u16,
    pub context: *mut c_void,
    pub write: Option<unsafe extern "C" fn(*mut c_void, *const u8, usize)>,
    pub receive: Option<unsafe extern "C" fn(*mut c_void, *const u8, usize)>,
    pub reset: Option<unsafe extern "C" fn(*mut c_void) -> Outcome>,
    pub configure: Option<unsafe extern "C" fn(*mut c_void, *const Setting) -> Outcome>,
    pub send_ipv6: Option<unsafe extern "C" fn(*mut c_void, *const u8, usize) -> Outcome>,
    pub advance: Option<unsafe extern "C" fn(*mut c_void, u64)>,
    pub next_timer: Option<unsafe extern "C" fn(*mut c_void, *mut u64) -> bool>,
    pub radio: Option<unsafe extern "C" fn(*mut c_void, u32) -> Outcome>,
    pub transmit: Option<unsafe extern "C" fn(*mut c_void, *const u8, usize) -> Outcome>,
    pub statistics: Option<unsafe extern "C" fn(*mut c_void, *mut Statistics) -> bool>,
}

unsafe extern "C" {
    pub fn sixlo_agent_init(agent: *mut Agent, stack: *const Stack, boot: u32);
    pub fn sixlo_agent_announce(agent: *mut Agent);
    pub fn sixlo_agent_hear(agent: *mut Agent, octets: *const u8, length: usize);
    pub fn sixlo_agent_tick(agent: *mut Agent, now_us: u64);
    pub fn sixlo_agent_transmitted(agent: *mut Agent, psdu: *const u8, length: usize);
    pub fn sixlo_agent_delivered(agent: *mut Agent, packet: *const u8, length: usize);
    pub fn sixlo_agent_captured(
        agent: *mut Agent,
        psdu: *const u8,
        length: usize,
        time_us: u64,
        rssi_dbm: i8,
        lqi: u8,
    );
    pub fn sixlo_agent_log(agent: *mut Agent, text: *const c_char);
    pub fn sixlo_agent_why(agent: *mut Agent, text: *const c_char);
    pub fn sixlo_fcs(octets: *const u8, length: usize) -> u16;
    pub fn sixlo_is_for(
        psdu: *const u8,
        length: usize,
        pan_id: u16,
        short_address: u16,
        eui64: *const u8,
    ) -> bool;
    fn sixlo_shim_agent_size() -> usize;
    fn sixlo_shim_stack_size() -> usize;
    fn sixlo_shim_setting_size() -> usize;
}

/// How large an agent is, in octets.
pub fn agent_size() -> usize {
    // SAFETY: it takes nothing and returns a number.
    unsafe { sixlo_shim_agent_size() }
}

/// Refuses to go on where the header and this file have come apart.
pub fn check_layout() {
    // SAFETY: as above.
    let (stack, setting) = unsafe { (sixlo_shim_stack_size(), sixlo_shim_setting_size()) };
    assert_eq!(
        (stack, setting),
        (size_of::<Stack>(), size_of::<Setting>()),
        "sixlo_agent.h has changed"
    );
}
