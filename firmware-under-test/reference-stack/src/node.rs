//! The node: what it holds, and the doors through which the outside reaches it.

use crate::capability::Peers;
use crate::context::{Context, Contexts};
use crate::ipv6::{Address, Addresses, Limiter, Origin, Own, Standing, Waiting};
use crate::lowpan::{Broadcasts, Reassembly};
use crate::mac::Frame;
use crate::nd::{Neighbour, Neighbours, Registrations, Routers, Solicitation, State};
use crate::settings::{Nd, Parameter, SettingError, Settings};

/// Where a node puts what it produces.
pub trait Sink {
    /// A PSDU for the air, FCS included.
    fn transmit(&mut self, psdu: &[u8]);
    /// An IPv6 packet for this node: decompressed, whole, its destination and
    /// its transport checksum checked.
    fn deliver(&mut self, packet: &[u8]);
}

/// Why a given packet is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// It is no IPv6 packet, or its length is not what its header says.
    Malformed,
    /// It is longer than the 1280 octets of RFC 4944 section 4.
    TooLong,
    /// Its destination is this node, or nobody.
    NotForTheLink,
}

/// A P6LoWPAN node of capability level `LEVEL`, 0 to 5.
pub struct Node<const LEVEL: u8> {
    pub(crate) settings: Settings,
    pub(crate) now_us: u64,
    pub(crate) addresses: Addresses,
    pub(crate) contexts: Contexts,
    pub(crate) neighbours: Neighbours,
    pub(crate) peers: Peers,
    pub(crate) routers: Routers,
    pub(crate) registrations: Registrations,
    pub(crate) solicitation: Solicitation,
    pub(crate) reassembly: Reassembly,
    pub(crate) waiting: Waiting,
    pub(crate) broadcasts: Broadcasts,
    pub(crate) limiter: Limiter,
    pub(crate) sequence_number: u8,
    pub(crate) datagram_tag: u16,
    pub(crate) broadcast_number: u8,
}

impl<const LEVEL: u8> Default for Node<LEVEL> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const LEVEL: u8> Node<LEVEL> {
    const CHECKED: () = assert!(LEVEL <= 5, "capability levels go from 0 to 5");

    /// A node at time 0 with no address but a default EUI-64.
    pub const fn new() -> Self {
        let () = Self::CHECKED;
        Node {
            settings: Settings::new(),
            now_us: 0,
            addresses: Addresses::new(),
            contexts: Contexts::new(),
            neighbours: Neighbours::new(),
            peers: Peers::new(),
            routers: Routers::new(),
            registrations: Registrations::new(),
            solicitation: Solicitation::IDLE,
            reassembly: Reassembly::new(),
            waiting: Waiting::new(),
            broadcasts: Broadcasts::new(),
            limiter: Limiter::new(),
            sequence_number: 0,
            datagram_tag: 0,
            broadcast_number: 0,
        }
    }

    /// As after power-on, with the settings kept. Time goes on, and so do the
    /// counters of frames and datagrams, for peers may remember them.
    pub fn reset(&mut self) {
        self.addresses = Addresses::new();
        self.neighbours = Neighbours::new();
        self.peers = Peers::new();
        self.routers = Routers::new();
        self.registrations = Registrations::new();
        self.reassembly.clear();
        self.waiting.clear();
        self.broadcasts = Broadcasts::new();
        self.limiter = Limiter::new();
        self.contexts = self.settings.contexts.clone();
        let addresses = self.settings.addresses;
        for (address, prefix_length) in addresses.into_iter().flatten() {
            self.assign(address, prefix_length);
        }
        let neighbours = self.settings.neighbours;
        for (address, eui64) in neighbours.into_iter().flatten() {
            self.fix_neighbour(address, eui64);
        }
        self.start_autoconfiguration();
    }

    /// A PSDU arrived, FCS included.
    pub fn receive(&mut self, psdu: &[u8], sink: &mut dyn Sink) {
        let Some(frame) = Frame::parse(psdu) else {
            return;
        };
        let destination = frame.link.destination;
        let hears = destination == crate::mac::LinkAddress::BROADCAST
            || self.settings.is_own_link_address(destination);
        if hears && frame.is_for_pan(self.settings.pan) {
            self.hear_lowpan(frame.link, frame.payload, sink);
        }
    }

    /// Time is now `now_us`, in microseconds: fires, in order, what is due.
    pub fn advance(&mut self, now_us: u64, sink: &mut dyn Sink) {
        while let Some(due_us) = self.next_timer_us().filter(|due_us| *due_us <= now_us) {
            self.now_us = self.now_us.max(due_us);
            self.expire_addresses();
            self.fire(due_us, sink);
        }
        self.now_us = self.now_us.max(now_us);
        self.expire_addresses();
    }

    /// When the next thing is to be sent by itself, in microseconds. What only
    /// expires has no timer: it is looked at when it is used.
    pub fn next_timer_us(&self) -> Option<u64> {
        let addresses = self.addresses.all().filter_map(Own::due_us);
        let neighbours = self
            .neighbours
            .all()
            .filter_map(|neighbour| neighbour.due_us());
        addresses
            .chain(neighbours)
            .chain(self.solicitation.due_us)
            .min()
    }

    /// Each of these sets the thing it serves to another time, or to none.
    fn fire(&mut self, due_us: u64, sink: &mut dyn Sink) {
        let own = self
            .addresses
            .all()
            .find(|own| own.due_us() == Some(due_us))
            .copied();
        if let Some(own) = own {
            self.serve_address(own, sink);
            return;
        }
        let is_due = |neighbour: &&Neighbour| neighbour.due_us() == Some(due_us);
        let neighbour = self.neighbours.all().find(is_due).copied();
        if let Some(neighbour) = neighbour {
            self.serve_neighbour(neighbour, sink);
        } else if self.solicitation.due_us == Some(due_us) {
            self.solicit_router(sink);
        }
    }

    fn assign(&mut self, address: Address, prefix_length: u8) {
        let own = Own {
            address,
            prefix_length,
            origin: Origin::Set,
            standing: Standing::Assigned,
            until_us: None,
        };
        self.addresses.retain(|known| known.address != address);
        self.addresses.add(own);
    }

    fn fix_neighbour(&mut self, address: Address, eui64: [u8; 8]) {
        let link = crate::mac::LinkAddress::Extended(eui64);
        self.neighbours
            .insert(address, State::Fixed { link }, self.now_us);
    }
}

/// Settings. All of them outlive a reset and take effect at once.
impl<const LEVEL: u8> Node<LEVEL> {
    /// Forgets every setting; what it led to goes with the next reset.
    pub fn set_defaults(&mut self) {
        self.settings = Settings::new();
    }

    /// The EUI-64, most significant octet first, as printed.
    pub fn set_eui64(&mut self, eui64: [u8; 8]) {
        self.settings.eui64 = eui64;
        self.start_autoconfiguration();
    }

    /// The 16-bit address; `0xffff` and `0xfffe` mean none.
    pub fn set_short_address(&mut self, short: u16) {
        self.settings.short_address = (short < 0xfffe).then_some(short);
        self.start_autoconfiguration();
    }

    /// The PAN id.
    pub fn set_pan(&mut self, pan: u16) {
        self.settings.pan = pan;
    }

    /// Adds a unicast address with the length of its on-link prefix in bits.
    /// It is taken to be unique.
    pub fn add_address(&mut self, address: Address, prefix_length: u8) -> Result<(), SettingError> {
        self.settings.add_address(address, prefix_length)?;
        self.assign(address, prefix_length);
        Ok(())
    }

    /// Joins a multicast group.
    pub fn join(&mut self, group: Address) -> Result<(), SettingError> {
        self.settings.join(group)
    }

    /// Sets a context. Below level 2 it is kept and never used.
    pub fn set_context(
        &mut self,
        id: u8,
        prefix: Address,
        length: u8,
        compress: bool,
    ) -> Result<(), SettingError> {
        if length > 128 {
            return Err(SettingError::PrefixTooLong);
        }
        let context = Context {
            prefix,
            length,
            compress,
            until_us: None,
            forgotten_us: None,
        };
        self.put_context(id, Some(context))
    }

    /// Takes a context away.
    pub fn remove_context(&mut self, id: u8) -> Result<(), SettingError> {
        self.put_context(id, None)
    }

    fn put_context(&mut self, id: u8, context: Option<Context>) -> Result<(), SettingError> {
        if usize::from(id) >= crate::context::CONTEXTS {
            return Err(SettingError::NoSuchContext);
        }
        self.settings.contexts.set(id, context);
        self.contexts.set(id, context);
        Ok(())
    }

    /// Whether UDP checksums may be elided. RFC 6282 4.3.2.
    pub fn authorise_checksum_elision(&mut self, authorised: bool) {
        self.settings.checksum_elision = authorised;
    }

    /// Which neighbour discovery to do; RFC 6775 from level 5 on.
    pub fn set_nd(&mut self, nd: Nd) -> Result<(), SettingError> {
        if nd != Nd::Classic && LEVEL < 5 {
            return Err(SettingError::Unsupported);
        }
        self.settings.nd = nd;
        self.start_autoconfiguration();
        Ok(())
    }

    /// Whether to form addresses and act on router advertisements. Level 0
    /// never does.
    pub fn set_autoconfigure(&mut self, on: bool) {
        self.settings.autoconfigure = on;
        self.start_autoconfiguration();
    }

    /// Originates behind mesh headers with this many hops; 0: does not. Below
    /// level 5 it never does.
    pub fn set_mesh_hops(&mut self, hops: u8) {
        self.settings.mesh_hops = hops;
    }

    /// Opens a UDP port that answers with the payload it gets.
    pub fn open_port(&mut self, port: u16) -> Result<(), SettingError> {
        self.settings.open_port(port)
    }

    /// Adds a neighbour that is never solicited.
    pub fn add_neighbour(&mut self, address: Address, eui64: [u8; 8]) -> Result<(), SettingError> {
        self.settings.add_neighbour(address, eui64)?;
        self.fix_neighbour(address, eui64);
        Ok(())
    }

    /// Sets one of this node's own knobs.
    pub fn set_parameter(&mut self, parameter: Parameter, value: u64) -> Result<(), SettingError> {
        if parameter == Parameter::Forwards && LEVEL < 5 {
            return Err(SettingError::Unsupported);
        }
        self.settings.set_parameter(parameter, value)
    }
}
