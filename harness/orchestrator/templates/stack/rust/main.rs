//! @NAME@ as a device under test: the agent on one side, the stack on the other.
//!
//! As `sixlo stack new` writes it, it answers every command honestly with *unsupported*, and takes frames that nobody
//! reads. Work through the places marked TODO from top to bottom; after each one `./build && sixlo stack probe @NAME@` says
//! what has changed. Whatever the stack cannot do stays `Unsupported`: cases that need it do not apply then, and nothing
//! fails for it. Never answer `Done` for what was not done.

use std::io::{Read, Write, stdin, stdout};
use std::time::{SystemTime, UNIX_EPOCH};

use sixlo_agent::protocol::{Abilities, Setting, Tap};
use sixlo_agent::{Agent, Identity, Outbox, Outcome, Outlet, Stack};

/// The stack, and what of a node this port adds.
struct Node;

impl Stack for Node {
    fn identity(&self) -> Identity<'_> {
        Identity {
            // TODO: its version; known.yaml can tell versions apart by it.
            stack: "@NAME@ 0",
            // TODO: options that change what it can do, such as "contexts 4".
            build: "",
            // Both are true of a stack that does everything before a method returns and knows no other time than
            // `advance`. Take away what is not true of yours.
            abilities: Abilities::SETTLES.and(Abilities::VIRTUAL_TIME),
            // TODO: those that can be made, such as `Setting::Eui64([0; 8]).hook() | Setting::PanId(0).hook()`.
            hooks: 0,
            // TODO 6: where the stack has a packet restored, call `out.delivered`, and say here where that is.
            tap: Tap::None,
            largest_psdu: 127,
        }
    }

    /// TODO 3: settings. Make them here, and name them in `hooks`; the harness asks for no others. First of all the EUI-64,
    /// the PAN id and the addresses: without them no frame of the harness is for this node.
    fn configure(&mut self, _setting: &Setting) -> Outcome {
        Outcome::Unsupported
    }

    /// TODO 2: as after power-on, with the settings kept. Done before each trial.
    fn reset(&mut self, _out: &mut dyn Outbox) -> Outcome {
        Outcome::Unsupported
    }

    /// TODO 1: a frame arrived, its FCS (little-endian, the last two octets) included. Many stacks leave it to the radio to
    /// drop frames with a wrong FCS or for somebody else; then that is to be done here. What the stack sends goes to
    /// `out.transmitted`, the FCS put behind it.
    fn receive(&mut self, _psdu: &[u8], _out: &mut dyn Outbox) {}

    /// TODO 4: a whole IPv6 packet to compress and send; then add `Abilities::SEND_IPV6`.
    fn send_ipv6(&mut self, _packet: &[u8], _out: &mut dyn Outbox) -> Outcome {
        Outcome::Unsupported
    }

    /// TODO 5: the stack's clock, if it can be moved from outside: set it, fire what is due.
    fn advance(&mut self, _now_us: u64, _out: &mut dyn Outbox) {}

    fn next_timer_us(&self) -> Option<u64> {
        None
    }
}

/// The agent stream. Let nothing of the stack print to stdout.
struct Stream;

impl Outlet for Stream {
    fn write(&mut self, frame: &[u8]) {
        let mut stream = stdout().lock();
        if stream.write_all(frame).and_then(|()| stream.flush()).is_err() {
            // Nobody is left to hear it.
            std::process::exit(0);
        }
    }
}

fn main() -> std::io::Result<()> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let boot = since.subsec_nanos() ^ std::process::id();
    let mut agent = Agent::new(Node, boot);
    agent.announce(&mut Stream);
    let mut octets = [0; 4096];
    loop {
        match stdin().lock().read(&mut octets)? {
            0 => return Ok(()),
            length => agent.hear(&octets[..length], &mut Stream),
        }
    }
}
