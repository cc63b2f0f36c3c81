//! Interfaces of IEEE 802.15.4 radios, made and told things over netlink.
//!
//! A radio carries the device's MAC interface, such as wpan0, and over it the one of
//! its IPv6, such as lowpan0. Another radio carries a monitor.

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
const CMD_GET_INTERFACE: u8 = 5;
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

/// What the device's interfaces are called.
#[derive(Debug, Clone)]
pub struct Names {
    /// The MAC's.
    pub wpan: String,
    /// The one over it, of its IPv6.
    pub lowpan: String,
}

impl Names {
    /// With the MAC's interface of this name.
    pub fn over(wpan: &str) -> Names {
        Names {
            wpan: wpan.to_owned(),
            lowpan: match wpan.strip_prefix("wpan") {
                Some(number) => format!("lowpan{number}"),
                None => format!("low-{wpan}"),
            },
        }
    }
}

/// The kernel's ears for all this.
pub struct Links {
    names: Names,
    /// The number of the radio that carries the device.
    phy: u32,
    route: Netlink,
    generic: Netlink,
    nl802154: u16,
}

impl Links {
    /// For a device whose MAC interface is there.
    ///
    /// # Errors
    /// If it is not, or the kernel has no IEEE 802.15.4.
    pub fn open(names: Names) -> io::Result<Self> {
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
        let mut links = Links {
            names,
            phy: 0,
            route: Netlink::route()?,
            generic,
            nl802154: number,
        };
        links.phy = links.radio_of(&links.names.wpan.clone())?;
        Ok(links)
    }

    /// The number of the radio that carries this interface.
    fn radio_of(&mut self, name: &str) -> io::Result<u32> {
        let index = index(name)?;
        let said = self.radio(CMD_GET_INTERFACE, |message| {
            message.attribute(ATTR_IFINDEX, &index.to_ne_bytes())
        })?;
        said.get(4..)
            .and_then(|attributes| find(attributes, ATTR_WPAN_PHY))
            .and_then(|value| Some(u32::from_ne_bytes(value.try_into().ok()?)))
            .ok_or_else(|| io::Error::other(format!("{name} is no interface of a radio")))
    }

    /// What the device's interfaces are called.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Puts a monitor in the place of another radio's own interface, and brings it up.
    pub fn make_monitor(&mut self, instead_of: &str, name: &str) -> io::Result<()> {
        let phy = self.radio_of(instead_of)?;
        self.remove(instead_of)?;
        self.radio(CMD_NEW_INTERFACE, |message| {
            message
                .attribute(ATTR_WPAN_PHY, &phy.to_ne_bytes())
                .attribute(ATTR_IFNAME, &c_string(name))
                .attribute(ATTR_IFTYPE, &IFTYPE_MONITOR.to_ne_bytes())
        })?;
        self.set_up(name, true)
    }

    /// Makes the device's MAC interface, with neither PAN nor short address;
    /// the kernel can set these but not take them away again.
    pub fn make_wpan(&mut self, eui64: [u8; 8]) -> io::Result<()> {
        let (phy, name) = (self.phy, c_string(&self.names.wpan));
        self.radio(CMD_NEW_INTERFACE, |message| {
            message
                .attribute(ATTR_WPAN_PHY, &phy.to_ne_bytes())
                .attribute(ATTR_IFNAME, &name)
                .attribute(ATTR_IFTYPE, &IFTYPE_NODE.to_ne_bytes())
                .attribute(ATTR_EXTENDED_ADDR, &u64::from_be_bytes(eui64).to_le_bytes())
        })
        .map(drop)
    }

    /// Takes the device's MAC interface away, if it is there.
    pub fn remove_wpan(&mut self) -> io::Result<()> {
        self.remove(&self.names.wpan.clone())
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        let Ok(index) = index(name) else {
            return Ok(());
        };
        self.radio(CMD_DEL_INTERFACE, |message| {
            message.attribute(ATTR_IFINDEX, &index.to_ne_bytes())
        })
        .map(drop)
    }

    /// Sets the PAN; wpan0 must be down.
    pub fn set_pan_id(&mut self, pan_id: u16) -> io::Result<()> {
        let wpan = index(&self.names.wpan)?;
        self.radio(CMD_SET_PAN_ID, |message| {
            message
                .attribute(ATTR_IFINDEX, &wpan.to_ne_bytes())
                .attribute(ATTR_PAN_ID, &pan_id.to_le_bytes())
        })
        .map(drop)
    }

    /// Sets the 16-bit address; wpan0 must be down.
    pub fn set_short_address(&mut self, short: u16) -> io::Result<()> {
        let wpan = index(&self.names.wpan)?;
        self.radio(CMD_SET_SHORT_ADDR, |message| {
            message
                .attribute(ATTR_IFINDEX, &wpan.to_ne_bytes())
                .attribute(ATTR_SHORT_ADDR, &short.to_le_bytes())
        })
        .map(drop)
    }

    /// Makes lowpan0 over wpan0, which gives it its link-layer address.
    pub fn make_lowpan(&mut self) -> io::Result<()> {
        let wpan = index(&self.names.wpan)?;
        let message = Message::new(RTM_NEWLINK, CREATE)
            .fixed(&interface_message(0, 0, 0))
            .attribute(IFLA_IFNAME, &c_string(&self.names.lowpan))
            .attribute(IFLA_LINK, &wpan.to_ne_bytes())
            .attribute(IFLA_LINKINFO, &nested(IFLA_INFO_KIND, b"lowpan\0"));
        self.request("make the IPv6 interface", message).map(drop)
    }

    /// Takes lowpan0 away, with its addresses and neighbours.
    pub fn remove_lowpan(&mut self) -> io::Result<()> {
        let Ok(lowpan) = index(&self.names.lowpan) else {
            return Ok(());
        };
        let message = Message::new(RTM_DELLINK, 0).fixed(&interface_message(lowpan, 0, 0));
        self.request("remove the IPv6 interface", message).map(drop)
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
        let lowpan = index(&self.names.lowpan)?;
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
        let lowpan = index(&self.names.lowpan)?;
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
                .filter(|line| line.split_whitespace().last() == Some(&self.names.lowpan))
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
    ) -> io::Result<Vec<u8>> {
        let message = Message::new(self.nl802154, 0).fixed(&[command, 1, 0, 0]);
        self.generic
            .request(attributes(message))
            .map_err(|error| named(&format!("nl802154 command {command}"), error))
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
    fn the_interface_above_is_named_after_the_one_below() {
        assert_eq!(Names::over("wpan7").lowpan, "lowpan7");
        assert_eq!(Names::over("radio").lowpan, "low-radio");
    }

    #[test]
    fn flags_are_the_fifth_field() {
        let line = |flags| format!("fe8000000000000002124b0000000002 05 40 20 {flags}  lowpan0");
        assert!(is_tentative(&line("c0")));
        assert!(!is_tentative(&line("80")));
        assert!(!is_tentative("cut"));
    }
}
