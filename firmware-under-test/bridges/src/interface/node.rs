//! The device under test: an interface of this very kernel, seen and driven from the far radio.

use std::io;
use std::net::{Ipv6Addr, SocketAddrV6};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::sockopt::set_ipv6_add_membership;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, ipproto, recvfrom, sendto,
    socket_with,
};
use sixlo_agent::{Identity, Outbox, Outcome, Stack};
use sixlo_agent_process::fcs;
use sixlo_agent_protocol::{Abilities, Setting, Tap};
use sixlo_mac::Header;

use super::links::{self, Links};
use super::settings::{CONTEXT_HOOKS, Change, HOOKS, Settings};
use super::{contexts, sysctl};
use crate::error::BridgeError;
use crate::packet_socket::{self, PacketSocket};
use crate::serve::Bridge;

/// Octets of the largest packet or frame read.
const LARGEST: usize = 2048;

/// Frees the fragments that the kernel holds.
pub type Forget = fn() -> io::Result<()>;

/// Linux as a node.
pub struct LinuxNode {
    links: Links,
    /// The far radio: what the device hears goes in, what it sends comes out.
    air: PacketSocket,
    /// Packets that the interface hands to IPv6, once there is one.
    tap: Option<PacketSocket>,
    /// Sends whole packets: IPPROTO_RAW implies that the header is given.
    raw: OwnedFd,
    echoes: Vec<OwnedFd>,
    members: Vec<OwnedFd>,
    settings: Settings,
    name: String,
    build: String,
    /// How fragments are freed, where that harms nobody else.
    forget: Option<Forget>,
    /// Whether this kernel lets contexts be set.
    has_contexts: bool,
    /// Settings wait for the interface to be made anew.
    stale: bool,
    /// When the device last heard a fragment: it may be holding it still.
    fragment_heard: Option<Instant>,
}

impl LinuxNode {
    /// The device of these interfaces, reached over this monitor; `rates` says in words what
    /// holds its answers back. It comes up when the harness first needs it, so that it says
    /// nothing under a name it is not to have.
    ///
    /// # Errors
    /// If the kernel lets nobody reach the one or the other.
    pub fn new(
        mut links: Links,
        monitor: &str,
        rates: &str,
        forget: Option<Forget>,
    ) -> io::Result<Self> {
        links.remove_lowpan()?;
        links.set_up(&links.names().wpan.clone(), false)?;
        let raw = socket_with(
            AddressFamily::INET6,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            Some(ipproto::RAW),
        )?;
        let release = rustix::system::uname()
            .release()
            .to_string_lossy()
            .into_owned();
        let has_contexts = contexts::can_be_set();
        let contexts = if has_contexts {
            "contexts 16"
        } else {
            "no contexts for want of debugfs"
        };
        Ok(LinuxNode {
            air: PacketSocket::open(links::index(monitor)?, packet_socket::IEEE802154, true)?,
            tap: None,
            links,
            raw,
            echoes: Vec::new(),
            members: Vec::new(),
            settings: Settings::default(),
            name: format!("linux {release}"),
            build: format!("{contexts}, DAD off, {rates}"),
            forget,
            has_contexts,
            stale: true,
            fragment_heard: None,
        })
    }

    fn lowpan(&self) -> io::Result<u32> {
        links::index(&self.links.names().lowpan)
    }

    /// Makes lowpan0 anew with all settings, as after power-on.
    fn rebuild(&mut self) -> io::Result<()> {
        self.echoes.clear();
        self.members.clear();
        self.tap = None;
        self.links.remove_lowpan()?;
        self.links.remove_wpan()?;
        self.forget_fragments()?;
        self.links.make_wpan(self.settings.eui64)?;
        if let Some(pan_id) = self.settings.pan_id {
            self.links.set_pan_id(pan_id)?;
        }
        if let Some(short) = self.settings.short_address {
            self.links.set_short_address(short)?;
        }
        self.links.make_lowpan()?;
        self.set_autoconfiguration()?;
        let names = self.links.names().clone();
        self.links.set_up(&names.wpan, true)?;
        self.links.set_up(&names.lowpan, true)?;
        // Only now: a socket bound to an interface that is down starts with an error.
        self.tap = Some(PacketSocket::open(
            self.lowpan()?,
            packet_socket::IPV6,
            false,
        )?);
        self.stale = false;
        self.apply()
    }

    /// Fragments belong to no interface: only the module's end frees them.
    fn forget_fragments(&mut self) -> io::Result<()> {
        let life = Duration::from_secs(self.settings.reassembly_seconds + 1);
        let heard = self.fragment_heard.take();
        if let Some(forget) = self.forget
            && heard.is_some_and(|at| at.elapsed() < life)
        {
            forget()?;
        }
        sysctl::set(
            sysctl::REASSEMBLY_SECONDS,
            &self.settings.reassembly_seconds.to_string(),
        )
    }

    fn set_autoconfiguration(&self) -> io::Result<()> {
        let on = self.settings.autoconfigure;
        let lowpan = &self.links.names().lowpan;
        let conf = |name| format!("net/ipv6/conf/{lowpan}/{name}");
        // It does not wait with its address until nobody has objected to it.
        sysctl::set(&conf("accept_dad"), "0")?;
        sysctl::set(&conf("dad_transmits"), "0")?;
        // 0: from the EUI-64; 1: no link-local address.
        sysctl::set(&conf("addr_gen_mode"), if on { "0" } else { "1" })?;
        sysctl::set(&conf("accept_ra"), if on { "1" } else { "0" })?;
        sysctl::set(&conf("router_solicitations"), if on { "3" } else { "0" })
    }

    /// Brings what can change at run time into line with the settings.
    fn apply(&mut self) -> io::Result<()> {
        let lowpan = self.lowpan()?;
        let addresses = self.settings.addresses();
        for (address, prefix_length) in &addresses {
            self.links.add_address(*address, *prefix_length)?;
        }
        for (address, eui64) in &self.settings.neighbours {
            self.links.add_neighbour(*address, *eui64)?;
        }
        self.links.await_addresses(self.settings.autoconfigure)?;
        if self.has_contexts {
            contexts::set(&self.links.names().lowpan, &self.settings.contexts)?;
        }
        self.members.clear();
        for group in &self.settings.groups {
            let member = udp_socket()?;
            set_ipv6_add_membership(&member, group, lowpan)?;
            self.members.push(member);
        }
        self.open_ports(lowpan, &addresses)
    }

    /// One socket an address, so that the answer comes from the address asked;
    /// one more for addresses this port does not know of.
    fn open_ports(&mut self, lowpan: u32, addresses: &[(Ipv6Addr, u8)]) -> io::Result<()> {
        self.echoes.clear();
        let any = [(Ipv6Addr::UNSPECIFIED, 0)];
        for port in &self.settings.open_ports {
            for (address, _) in addresses.iter().chain(&any) {
                let scope = if address.is_unicast_link_local() {
                    lowpan
                } else {
                    0
                };
                let socket = udp_socket()?;
                bind(&socket, &SocketAddrV6::new(*address, *port, 0, scope))?;
                self.echoes.push(socket);
            }
        }
        Ok(())
    }

    /// Makes the interface anew if settings wait for it.
    fn freshen(&mut self, out: &mut dyn Outbox) {
        if self.stale
            && let Err(error) = self.rebuild()
        {
            out.log(&format!("linux: {error}"));
        }
    }

    /// Hands over what the device has restored and sent, and answers on open
    /// ports, until nothing is there to read.
    fn drain(&mut self, out: &mut dyn Outbox) {
        let mut buffer = [0; LARGEST];
        loop {
            let ready = self.ready();
            // Packets before frames: what was delivered caused what was sent.
            if ready.tap
                && let Some(packet) = self.tap.as_ref().and_then(|tap| tap.next(&mut buffer))
            {
                out.delivered(packet);
            }
            if ready.air
                && let Some(psdu) = self.air.next(&mut buffer)
                && fcs::check(psdu).is_some()
            {
                out.transmitted(psdu);
            }
            for echo in &ready.echoes {
                answer(&self.echoes[*echo], &mut buffer);
            }
            if !ready.tap && !ready.air && ready.echoes.is_empty() {
                return;
            }
        }
    }

    /// What can be read at this moment: one system call, however many sockets.
    fn ready(&self) -> Ready {
        let descriptors = Bridge::descriptors(self);
        let mut waiting: Vec<PollFd<'_>> = descriptors
            .iter()
            .map(|descriptor| PollFd::from_borrowed_fd(*descriptor, PollFlags::IN))
            .collect();
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // An error is as good as nothing to read: the loop outside polls again.
        let _ = poll(&mut waiting, Some(&now));
        let mut readable = waiting.iter().map(|polled| !polled.revents().is_empty());
        Ready {
            air: readable.next().unwrap_or(false),
            tap: self.tap.is_some() && readable.next().unwrap_or(false),
            echoes: readable
                .enumerate()
                .filter_map(|(echo, readable)| readable.then_some(echo))
                .collect(),
        }
    }
}

/// Which of the node's sockets have something to read.
struct Ready {
    air: bool,
    tap: bool,
    /// By their place among the echoing sockets.
    echoes: Vec<usize>,
}

/// Sends one datagram back to where it came from.
fn answer(socket: &OwnedFd, buffer: &mut [u8]) {
    let Ok((length, _, Some(from))) = recvfrom(socket, &mut *buffer, RecvFlags::empty()) else {
        return;
    };
    if let Err(error) = sendto(socket, &buffer[..length], SendFlags::empty(), &from) {
        eprintln!("linux: echo to {from:?}: {error}");
    }
}

fn udp_socket() -> Result<OwnedFd, Errno> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    socket_with(AddressFamily::INET6, SocketType::DGRAM, flags, None)
}

/// Whether the frame's payload is a fragment. RFC 4944 5.3.
fn is_fragment(frame: &[u8]) -> bool {
    let dispatch = Header::of(frame).and_then(|header| frame.get(header.length));
    dispatch.is_some_and(|dispatch| dispatch & 0xd8 == 0xc0)
}

impl Stack for LinuxNode {
    fn identity(&self) -> Identity<'_> {
        Identity {
            stack: &self.name,
            build: &self.build,
            abilities: Abilities::SEND_IPV6.and(Abilities::FILTERS),
            hooks: if self.has_contexts {
                HOOKS | CONTEXT_HOOKS
            } else {
                HOOKS
            },
            tap: Tap::BeforeChecks,
            largest_psdu: 127,
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        match self.settings.take(setting) {
            Ok(Change::Rebuild) => self.stale = true,
            Ok(Change::Live) if !self.stale => {
                if let Err(error) = self.apply() {
                    eprintln!("linux: {setting:?}: {error}");
                    return Outcome::Refused("stack: the kernel refuses this setting");
                }
            }
            Ok(_) => {}
            Err(outcome) => return outcome,
        }
        Outcome::Done
    }

    fn reset(&mut self, out: &mut dyn Outbox) -> Outcome {
        match self.rebuild() {
            Ok(()) => {
                self.drain(out);
                Outcome::Done
            }
            Err(error) => {
                out.log(&format!("linux: {error}"));
                Outcome::Refused("the kernel refuses to start the interface again")
            }
        }
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        self.freshen(out);
        // The kernel appends an FCS of its own, so a broken one must end here.
        let Some(frame) = fcs::check(psdu) else {
            return;
        };
        if is_fragment(frame) {
            self.fragment_heard = Some(Instant::now());
        }
        if let Err(error) = self.air.send(frame) {
            out.log(&format!("linux: frame of {} octets: {error}", frame.len()));
        }
        self.drain(out);
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        self.freshen(out);
        let Some(destination) = packet.get(24..40) else {
            return Outcome::Refused("packet is shorter than an IPv6 header");
        };
        let octets: [u8; 16] = destination.try_into().unwrap_or_default();
        let Ok(lowpan) = self.lowpan() else {
            return Outcome::Refused("the IPv6 interface is gone");
        };
        let to = SocketAddrV6::new(octets.into(), 0, 0, lowpan);
        if let Err(error) = sendto(&self.raw, packet, SendFlags::empty(), &to) {
            out.log(&format!("linux: send-ipv6: {error}"));
            return Outcome::Refused("stack: the kernel refuses this packet");
        }
        self.drain(out);
        Outcome::Done
    }

    fn advance(&mut self, _now_us: u64, out: &mut dyn Outbox) {
        self.drain(out);
    }

    fn next_timer_us(&self) -> Option<u64> {
        None
    }
}

impl Bridge for LinuxNode {
    /// Air, tap, open ports.
    fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        let mut all = vec![self.air.as_fd()];
        all.extend(self.tap.as_ref().map(AsFd::as_fd));
        all.extend(self.echoes.iter().map(AsFd::as_fd));
        all
    }

    fn next_wake(&self) -> Option<Instant> {
        None
    }

    fn trouble(&mut self) -> Option<BridgeError> {
        None
    }
}
