//! The two radios of fakelb: one is the device, the other its only neighbour.
//!
//! phy0 carries wpan0 and lowpan0, the device under test. phy1 carries a
//! monitor: what goes in there the device hears, what the device sends comes
//! out there.

use std::ffi::CString;
use std::fs;
use std::io;
use std::net::Ipv6Addr;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::netdevice::name_to_index;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use rustix::thread::sched_yield;

use super::netlink::{CREATE, Message, Netlink, find, nested};

/// The device's MAC interface.
pub const WPAN: &str = "wpan0";
/// The device's IPv6 interface.
pub const LOWPAN: &str = "lowpan0";
/// The neighbour's monitor.
pub const MONITOR: &str = "mon0";

// rtnetlink(7).
const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
const RTM_NEWADDR: u16 = 20;
const RTM_NEWNEIGH: u16 = 28;
const IFLA_IFNAME: u16 = 3;
const IFLA_LINK: u16 = 5;
const IFLA_LINKINFO: u16 = 18;
const IFLA_INFO_KIND: u16 = 1;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_F_NODAD: u8 = 0x02;
const IFA_F_TENTATIVE: u8 = 0x40;
const NDA_DST: u16 = 1;
const NDA_LLADDR: u16 = 2;
const NUD_PERMANENT: u16 = 0x80;
const IFF_UP: u32 = 1;
const AF_INET6: u8 = 10;

// The generic family that tells the numbers of the others.
const GENL_ID_CTRL: u16 = 16;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_ID: u16 = 1;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;

// nl802154, as the kernel counts its commands and attributes.
const CMD_NEW_INTERFACE: u8 = 7;
const CMD_DEL_INTERFACE: u8 = 8;
const CMD_SET_PAN_ID: u8 = 10;
const CMD_SET_SHORT_ADDR: u8 = 11;
const ATTR_WPAN_PHY: u16 = 1;
const ATTR_IFINDEX: u16 = 3;
const ATTR_IFNAME: u16 = 4;
const ATTR_IFTYPE: u16 = 5;
const ATTR_PAN_ID: u16 = 9;
const ATTR_SHORT_ADDR: u16 = 10;
const ATTR_EXTENDED_ADDR: u16 = 23;
const IFTYPE_NODE: u32 = 0;
const IFTYPE_MONITOR: u32 = 1;

/// How long the kernel may take to make addresses usable.
const ADDRESSES_WITHIN: Duration = Duration::from_secs(1);

/// The kernel's ears for all this.
pub struct Links {
    route: Netlink,
    generic: Netlink,
    nl802154: u16,
}

impl Links {
    /// Finds the family of 802.15.4 commands.
    pub fn open() -> io::Result<Self> {
        let mut generic = Netlink::generic()?;
        let answer = generic.request(
            Message::new(GENL_ID_CTRL, 0)
                .fixed(&[CTRL_CMD_GETFAMILY, 1, 0, 0])
                .attribute(CTRL_ATTR_FAMILY_NAME, b"nl802154\0"),
        )?;
        let number = answer
            .get(4..)
            .and_then(|attributes| find(attributes, CTRL_ATTR_FAMILY_ID))
            .and_then(|value| Some(u16::from_ne_bytes(value.try_into().ok()?)))
            .ok_or_else(|| io::Error::other("the kernel names no number for nl802154"))?;
        Ok(Links {
            route: Netlink::route()?,
            generic,
            nl802154: number,
        })
    }

    /// Puts a monitor in the place of phy1's own interface, and brings it up.
    pub fn make_monitor(&mut self) -> io::Result<u32> {
        self.remove_radio("wpan1")?;
        self.radio(CMD_NEW_INTERFACE, |message| {
            message
                .attribute(ATTR_WPAN_PHY, &1u32.to_ne_bytes())
                .attribute(ATTR_IFNAME, &c_string(MONITOR))
                .attribute(ATTR_IFTYPE, &IFTYPE_MONITOR.to_ne_bytes())
        })?;
        self.set_up(MONITOR, true)?;
        index(MONITOR)
    }

    /// Makes the device's MAC interface, with neither PAN nor short address;
    /// the kernel can set these but not take them away again.
    pub fn make_wpan(&mut self, eui64: [u8; 8]) -> io::Result<()> {
        self.radio(CMD_NEW_INTERFACE, |message| {
            message
                .attribute(ATTR_WPAN_PHY, &0u32.to_ne_bytes())
                .attribute(ATTR_IFNAME, &c_string(WPAN))
                .attribute(ATTR_IFTYPE, &IFTYPE_NODE.to_ne_bytes())
                .attribute(ATTR_EXTENDED_ADDR, &u64::from_be_bytes(eui64).to_le_bytes())
        })
    }

    /// Takes a MAC interface away, if it is there.
    pub fn remove_radio(&mut self, name: &str) -> io::Result<()> {
        let Ok(index) = index(name) else {
            return Ok(());
        };
        self.radio(CMD_DEL_INTERFACE, |message| {
            message.attribute(ATTR_IFINDEX, &index.to_ne_bytes())
        })
    }

    /// Sets the PAN; wpan0 must be down.
    pub fn set_pan_id(&mut self, pan_id: u16) -> io::Result<()> {
        let wpan = index(WPAN)?;
        self.radio(CMD_SET_PAN_ID, |message| {
            message
                .attribute(ATTR_IFINDEX, &wpan.to_ne_bytes())
                .attribute(ATTR_PAN_ID, &pan_id.to_le_bytes())
        })
    }

    /// Sets the 16-bit address; wpan0 must be down.
    pub fn set_short_address(&mut self, short: u16) -> io::Result<()> {
        let wpan = index(WPAN)?;
        self.radio(CMD_SET_SHORT_ADDR, |message| {
            message
                .attribute(ATTR_IFINDEX, &wpan.to_ne_bytes())
                .attribute(ATTR_SHORT_ADDR, &short.to_le_bytes())
        })
    }

    /// Makes lowpan0 over wpan0, which gives it its link-layer address.
    pub fn make_lowpan(&mut self) -> io::Result<()> {
        let wpan = index(WPAN)?;
        let message = Message::new(RTM_NEWLINK, CREATE)
            .fixed(&interface_message(0, 0, 0))
            .attribute(IFLA_IFNAME, &c_string(LOWPAN))
            .attribute(IFLA_LINK, &wpan.to_ne_bytes())
            .attribute(IFLA_LINKINFO, &nested(IFLA_INFO_KIND, b"lowpan\0"));
        self.request("make lowpan0", message).map(drop)
    }

    /// Takes lowpan0 away, with its addresses and neighbours.
    pub fn remove_lowpan(&mut self) -> io::Result<()> {
        let Ok(lowpan) = index(LOWPAN) else {
            return Ok(());
        };
        let message = Message::new(RTM_DELLINK, 0).fixed(&interface_message(lowpan, 0, 0));
        self.request("remove lowpan0", message).map(drop)
    }

    /// Brings an interface up or down.
    pub fn set_up(&mut self, name: &str, up: bool) -> io::Result<()> {
        let flags = if up { IFF_UP } else { 0 };
        let message =
            Message::new(RTM_NEWLINK, 0).fixed(&interface_message(index(name)?, flags, IFF_UP));
        self.request(name, message).map(drop)
    }

    /// Gives lowpan0 an address, at once and for ever.
    pub fn add_address(&mut self, address: Ipv6Addr, prefix_length: u8) -> io::Result<()> {
        let lowpan = index(LOWPAN)?;
        let mut fixed = vec![AF_INET6, prefix_length, IFA_F_NODAD, 0];
        fixed.extend(lowpan.to_ne_bytes());
        let message = Message::new(RTM_NEWADDR, CREATE)
            .fixed(&fixed)
            .attribute(IFA_LOCAL, &address.octets())
            .attribute(IFA_ADDRESS, &address.octets());
        self.request("add address", message).map(drop)
    }

    /// Tells lowpan0 about a neighbour, for ever.
    pub fn add_neighbour(&mut self, address: Ipv6Addr, eui64: [u8; 8]) -> io::Result<()> {
        let lowpan = index(LOWPAN)?;
        let mut fixed = vec![AF_INET6, 0, 0, 0];
        fixed.extend(lowpan.to_ne_bytes());
        fixed.extend(NUD_PERMANENT.to_ne_bytes());
        fixed.extend([0, 0]);
        let message = Message::new(RTM_NEWNEIGH, CREATE)
            .fixed(&fixed)
            .attribute(NDA_DST, &address.octets())
            .attribute(NDA_LLADDR, &eui64);
        self.request("add neighbour", message).map(drop)
    }

    /// Waits until lowpan0 may use every address it has: even without duplicate
    /// address detection the kernel leaves that to a worker. `formed`: one of
    /// them is the link-local address that lowpan0 forms itself.
    pub fn await_addresses(&self, formed: bool) -> io::Result<()> {
        let begin = Instant::now();
        loop {
            let table = fs::read_to_string("/proc/net/if_inet6")?;
            let mut ours = table
                .lines()
                .filter(|line| line.ends_with(LOWPAN))
                .peekable();
            if (ours.peek().is_some() || !formed) && ours.all(|line| !is_tentative(line)) {
                return Ok(());
            }
            if begin.elapsed() > ADDRESSES_WITHIN {
                return Err(io::Error::other(format!("addresses not ready: {table}")));
            }
            sched_yield();
        }
    }

    fn request(&mut self, what: &str, message: Message) -> io::Result<Vec<u8>> {
        self.route
            .request(message)
            .map_err(|error| named(what, error))
    }

    fn radio(
        &mut self,
        command: u8,
        attributes: impl FnOnce(Message) -> Message,
    ) -> io::Result<()> {
        let message = Message::new(self.nl802154, 0).fixed(&[command, 1, 0, 0]);
        match self.generic.request(attributes(message)) {
            Ok(_) => Ok(()),
            Err(error) => Err(named(&format!("nl802154 command {command}"), error)),
        }
    }
}

fn named(what: &str, error: Errno) -> io::Error {
    let error = io::Error::from(error);
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

fn c_string(text: &str) -> Vec<u8> {
    CString::new(text).unwrap_or_default().into_bytes_with_nul()
}

/// A line of if_inet6: address, interface, prefix length, scope, flags, name;
/// all numbers in hexadecimal.
fn is_tentative(line: &str) -> bool {
    let flags = line.split_whitespace().nth(4);
    flags.is_some_and(|flags| {
        u8::from_str_radix(flags, 16).is_ok_and(|flags| flags & IFA_F_TENTATIVE != 0)
    })
}

/// `struct ifinfomsg`.
fn interface_message(index: u32, flags: u32, change: u32) -> Vec<u8> {
    let mut octets = vec![0, 0, 0, 0];
    octets.extend(index.to_ne_bytes());
    octets.extend(flags.to_ne_bytes());
    octets.extend(change.to_ne_bytes());
    octets
}

/// The number of an interface.
pub fn index(name: &str) -> io::Result<u32> {
    let any = socket_with(
        AddressFamily::INET6,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    name_to_index(&any, name).map_err(|error| named(name, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_the_fifth_field() {
        let line = |flags| format!("fe8000000000000002124b0000000002 05 40 20 {flags}  lowpan0");
        assert!(is_tentative(&line("c0")));
        assert!(!is_tentative(&line("80")));
        assert!(!is_tentative("cut"));
    }
}
