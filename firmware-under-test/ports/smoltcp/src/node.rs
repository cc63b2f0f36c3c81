//! One smoltcp interface with its sockets, from power-on to reset.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::socket::udp;
use smoltcp::time::{Duration, Instant};
use smoltcp::wire::{HardwareAddress, Ieee802154Pan, IpCidr, Ipv6Address, SixlowpanAddressContext};

use super::air::Air;
use super::settings::Settings;

/// Datagrams that a UDP socket can hold in each direction.
const DATAGRAMS: usize = 8;
/// Octets of the largest datagram.
const DATAGRAM: usize = 2048;
/// Rounds of polling after which a stack that is never done is left alone.
const ROUNDS: usize = 1000;

/// smoltcp between two resets.
pub struct Node {
    pub(super) interface: Interface,
    pub(super) sockets: SocketSet<'static>,
    pub(super) air: Air,
    /// Sockets that send one packet of the harness's and then go.
    pub(super) senders: Vec<SocketHandle>,
    /// Ports that answer with what they get.
    echoes: Vec<(u16, SocketHandle)>,
    /// Addresses assigned by settings, not by router advertisements.
    assigned: Vec<(Ipv6Address, u8)>,
    next_timer: Option<Instant>,
    /// What went wrong and nobody was told yet.
    troubles: Vec<String>,
}

impl Node {
    /// A node with `settings`, started at `now_us`; `seed` differs between starts.
    pub fn new(settings: &Settings, now_us: i64, seed: u64) -> Self {
        let mut air = Air::default();
        let hardware_address = HardwareAddress::Ieee802154(settings.hardware_address());
        let mut config = Config::new(hardware_address);
        config.random_seed = seed;
        config.pan_id = settings.pan_id.map(Ieee802154Pan);
        config.slaac = settings.autoconfigure;
        let now = Instant::from_micros(now_us);
        let mut node = Node {
            interface: Interface::new(config, &mut air, now),
            sockets: SocketSet::new(Vec::new()),
            air,
            senders: Vec::new(),
            echoes: Vec::new(),
            assigned: Vec::new(),
            next_timer: None,
            troubles: Vec::new(),
        };
        node.apply(settings);
        node
    }

    /// Brings what can change at run time into line with `settings`.
    pub fn apply(&mut self, settings: &Settings) {
        self.interface
            .set_hardware_addr(HardwareAddress::Ieee802154(settings.hardware_address()));
        self.assign(settings.addresses());

        let contexts = self.interface.sixlowpan_address_context_mut();
        contexts.clear();
        let used = settings.contexts.iter().rposition(Option::is_some);
        for context in &settings.contexts[..used.map_or(0, |last| last + 1)] {
            // smoltcp's table has no holes; a context that is not set is all zero in it.
            let prefix = context.unwrap_or_default();
            // The table is as long as the settings' own.
            let _ = contexts.push(SixlowpanAddressContext(prefix));
        }

        for port in &settings.open_ports {
            if self.echoes.iter().all(|(open, _)| open != port) {
                let handle = self.sockets.add(udp_socket(*port));
                self.echoes.push((*port, handle));
            }
        }
        for group in &settings.groups {
            if let Err(error) = self.interface.join_multicast_group(*group) {
                self.troubles.push(format!("cannot join {group}: {error}"));
            }
        }
        if let Some(ms) = settings.reassembly_timeout_ms {
            self.interface
                .set_reassembly_timeout(Duration::from_millis(ms));
        }
    }

    /// Assigning flushes smoltcp's neighbour cache, so it is done only on a change.
    fn assign(&mut self, wanted: Vec<(Ipv6Address, u8)>) {
        if wanted == self.assigned {
            return;
        }
        let before = mem::replace(&mut self.assigned, wanted.clone());
        self.interface.update_ip_addrs(|addresses| {
            let is_before = |cidr: &IpCidr| {
                before
                    .iter()
                    .any(|(address, _)| cidr.address() == (*address).into())
            };
            addresses.retain(|cidr| !is_before(cidr));
            for (address, prefix_length) in wanted {
                // Full only when router advertisements have filled the rest.
                if addresses
                    .push(IpCidr::new(address.into(), prefix_length))
                    .is_err()
                {
                    self.troubles.push(format!("no room for address {address}"));
                }
            }
        });
    }

    /// Hears one frame, given without FCS, and works it off.
    pub fn hear(&mut self, frame: &[u8], now_us: i64) {
        self.air.arrived = Some(frame.to_vec());
        self.settle(now_us);
    }

    /// Polls until nothing is left to do at `now_us`.
    pub fn settle(&mut self, now_us: i64) {
        let now = Instant::from_micros(now_us);
        for _ in 0..ROUNDS {
            self.interface.poll(now, &mut self.air, &mut self.sockets);
            let echoed = self.echo();
            self.dismiss_senders();
            self.next_timer = self.interface.poll_at(now, &self.sockets);
            // Fragments that wait, and sockets that can send, ask for instant 0.
            let busy = self.next_timer == Some(Instant::ZERO);
            if !echoed && !busy {
                return;
            }
        }
    }

    /// When the next timer is due, not before `now_us`.
    pub fn next_timer_us(&self, now_us: i64) -> Option<i64> {
        self.next_timer.map(|at| at.total_micros().max(now_us))
    }

    /// Frames sent since last asked, without FCS.
    pub fn take_sent(&mut self) -> Vec<Vec<u8>> {
        mem::take(&mut self.air.sent)
    }

    /// What went wrong since last asked, for a person.
    pub fn take_troubles(&mut self) -> Vec<String> {
        mem::take(&mut self.troubles)
    }

    /// Answers datagrams on open ports; says whether there were any.
    fn echo(&mut self) -> bool {
        let mut echoed = false;
        for (_, handle) in &self.echoes {
            let socket = self.sockets.get_mut::<udp::Socket>(*handle);
            while let Ok((payload, from)) = socket.recv() {
                let payload = payload.to_vec();
                let mut to = from;
                // A multicast destination is nobody's source; smoltcp then chooses.
                to.local_address = to.local_address.filter(|address| address.is_unicast());
                echoed = true;
                if let Err(error) = socket.send_slice(&payload, to) {
                    self.troubles
                        .push(format!("echo to {}: {error}", to.endpoint));
                }
            }
        }
        echoed
    }
}

/// A socket bound to `port` of every address.
pub fn udp_socket(port: u16) -> udp::Socket<'static> {
    let buffer = || {
        udp::PacketBuffer::new(
            vec![udp::PacketMetadata::EMPTY; DATAGRAMS],
            vec![0; DATAGRAMS * DATAGRAM],
        )
    };
    let mut socket = udp::Socket::new(buffer(), buffer());
    // Fails only for port 0 and for a socket that is open: neither can be here.
    let _ = socket.bind(port);
    socket
}
