//! The reference node behind the agent's `Stack`: the same code in a host process and on a board.
#![no_std]
#![forbid(unsafe_code)]

use sixlo_agent::protocol::{Abilities, NdMode, Setting, Tap};
use sixlo_agent::{Identity, Outbox, Outcome, Stack};
use sixlo_reference_stack::{
    Address, LARGEST_PSDU, Nd, Node, Parameter, SendError, SettingError, Sink,
};

/// Bits of all settings: at every level each is taken, be it to no effect, so
/// that what a level lacks shows on the wire and not as a missing hook.
const HOOKS: u32 = (Setting::Defaults.hook() << 1) - 1;

/// A reference node that an agent drives.
pub struct Reference<'b, const LEVEL: u8> {
    node: Node<LEVEL>,
    build: &'b str,
}

impl<'b, const LEVEL: u8> Reference<'b, LEVEL> {
    /// A node as after power-on. `build` becomes the hello's: what of it changes verdicts.
    pub const fn new(build: &'b str) -> Self {
        Reference {
            node: Node::new(),
            build,
        }
    }
}

/// The agent's outbox as the node sees it.
struct Outlet<'o>(&'o mut dyn Outbox);

impl Sink for Outlet<'_> {
    fn transmit(&mut self, psdu: &[u8]) {
        self.0.transmitted(psdu);
    }

    fn deliver(&mut self, packet: &[u8]) {
        self.0.delivered(packet);
    }
}

impl<const LEVEL: u8> Reference<'_, LEVEL> {
    fn set(&mut self, setting: &Setting) -> Result<(), SettingError> {
        let node = &mut self.node;
        match *setting {
            Setting::Eui64(eui64) => node.set_eui64(eui64),
            Setting::ShortAddress(short) => node.set_short_address(short),
            Setting::PanId(pan) => node.set_pan(pan),
            // One air, one channel: there is nothing to tune.
            Setting::Channel(11..=26) => {}
            Setting::Channel(_) => return Err(SettingError::OutOfRange),
            Setting::Address(address, length) => node.add_address(Address(address), length)?,
            Setting::Group(group) => node.join(Address(group))?,
            Setting::Context {
                id,
                prefix,
                prefix_length,
                compress,
            } => node.set_context(id, Address(prefix), prefix_length, compress)?,
            Setting::NoContext(id) => node.remove_context(id)?,
            Setting::ChecksumElision(authorised) => node.authorise_checksum_elision(authorised),
            Setting::Nd(mode) => node.set_nd(match mode {
                NdMode::Classic => Nd::Classic,
                NdMode::Host => Nd::Host,
                NdMode::Router => Nd::Router,
            })?,
            Setting::Autoconfigure(on) => node.set_autoconfigure(on),
            Setting::MeshHops(hops) => node.set_mesh_hops(hops),
            Setting::OpenPort(port) => node.open_port(port)?,
            Setting::Neighbour(address, eui64) => node.add_neighbour(Address(address), eui64)?,
            Setting::Parameter(number, value) => {
                let parameter = Parameter::numbered(number).ok_or(SettingError::Unsupported)?;
                node.set_parameter(parameter, value)?;
            }
            Setting::Defaults => node.set_defaults(),
        }
        Ok(())
    }
}

impl<const LEVEL: u8> Stack for Reference<'_, LEVEL> {
    fn identity(&self) -> Identity<'_> {
        Identity {
            stack: concat!("P6LoWPAN reference node ", env!("CARGO_PKG_VERSION")),
            build: self.build,
            abilities: Abilities::SETTLES
                .and(Abilities::VIRTUAL_TIME)
                .and(Abilities::SEND_IPV6)
                .and(Abilities::FILTERS),
            hooks: HOOKS,
            tap: Tap::AfterTransport,
            largest_psdu: LARGEST_PSDU as u16,
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        match self.set(setting) {
            Ok(()) => Outcome::Done,
            Err(SettingError::Unsupported) => Outcome::Unsupported,
            Err(error) => Outcome::Refused(error.text()),
        }
    }

    fn reset(&mut self, _out: &mut dyn Outbox) -> Outcome {
        self.node.reset();
        Outcome::Done
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        self.node.receive(psdu, &mut Outlet(out));
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        match self.node.send_ipv6(packet, &mut Outlet(out)) {
            Ok(()) => Outcome::Done,
            Err(SendError::Malformed) => Outcome::Refused("packet is no well-formed IPv6 packet"),
            Err(SendError::TooLong) => Outcome::Refused("packet is longer than 1280 octets"),
            Err(SendError::NotForTheLink) => {
                Outcome::Refused("packet is for the node itself or for nobody")
            }
        }
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        self.node.advance(now_us, &mut Outlet(out));
    }

    fn next_timer_us(&self) -> Option<u64> {
        self.node.next_timer_us()
    }
}
