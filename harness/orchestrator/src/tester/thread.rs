//! What the tester is in a device's Thread network: the leader of a device that is a child, or two children of one that leads.

use std::net::Ipv6Addr;

use sixlo_frames::packet::Packet;
use sixlo_judge::link::{Role, Thread};
use sixlo_judge::profile::Addresses;
use sixlo_judge::testcase::Given;

use super::child::Children;
use super::leader::{self, Leader};

/// One of both.
pub(super) enum Party {
    /// The device is its child.
    Leader(Leader),
    /// They are the device's children.
    Children(Box<Children>),
}

/// A packet that is to be sent secured, from one EUI-64 to another.
pub(super) struct Secured {
    pub packet: Packet,
    pub from: [u8; 8],
    pub to: [u8; 8],
}

impl Party {
    /// What stands across from a device in this role.
    pub fn of(thread: &Thread, addresses: &Addresses) -> Party {
        match thread.role {
            Role::Child => Party::Leader(leader::of(thread, addresses)),
            Role::Leader => Party::Children(Box::new(Children::new(thread, addresses))),
        }
    }

    /// What answers a frame that is not secured, and is not to be secured either.
    pub fn hear(&mut self, now_us: u64, psdu: &[u8]) -> Vec<Vec<u8>> {
        match self {
            Party::Leader(leader) => leader.hear(psdu).unwrap_or_default(),
            Party::Children(children) => children.hear(now_us, psdu),
        }
    }

    /// The same for a packet that came in secured frames.
    pub fn hear_packet(&mut self, now_us: u64, packet: &[u8]) -> Vec<Vec<u8>> {
        match self {
            Party::Leader(leader) => leader.hear_packet(packet).unwrap_or_default(),
            Party::Children(children) => children.hear_packet(now_us, packet),
        }
    }

    /// The device has been switched off.
    pub fn lose_device(&mut self) {
        match self {
            Party::Leader(leader) => leader.detach(),
            Party::Children(children) => children.leave(),
        }
    }

    /// The device has been switched on: who is to be its child looks for it.
    pub fn seek(&mut self, now_us: u64) -> Vec<Vec<u8>> {
        match self {
            Party::Leader(_) => Vec::new(),
            Party::Children(children) => children.seek(now_us),
        }
    }

    /// Whether the device is where the tester can reach it.
    pub fn has_device(&self) -> bool {
        match self {
            Party::Leader(leader) => leader.is_attached(),
            Party::Children(children) => children.are_attached(),
        }
    }

    /// Why the device, though it is there, cannot be played with.
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Party::Leader(_) => None,
            Party::Children(children) => children.trouble(),
        }
    }

    /// When it has something to say by itself.
    pub fn due_us(&self) -> Option<u64> {
        match self {
            Party::Leader(_) => None,
            Party::Children(children) => children.due_us(),
        }
    }

    /// What it says by itself at this time, not secured.
    pub fn wake(&mut self, now_us: u64) -> Vec<Vec<u8>> {
        match self {
            Party::Leader(_) => Vec::new(),
            Party::Children(children) => children.wake(now_us),
        }
    }

    /// What the device has to know before a trial: a child the contexts, a parent where its
    /// children's addresses are.
    pub fn tell(&mut self, given: &[Given], own: [u8; 8], at: [Vec<Ipv6Addr>; 2]) -> Vec<Secured> {
        match self {
            Party::Leader(leader) => {
                let told = leader.tell(given);
                let told = told.map(|(packet, to)| Secured {
                    packet,
                    from: own,
                    to,
                });
                told.into_iter().collect()
            }
            Party::Children(children) => {
                let told = children.register(at).into_iter();
                told.map(|(packet, from, to)| Secured { packet, from, to })
                    .collect()
            }
        }
    }

    /// What of that the device has not taken: a setting and why, in words.
    pub fn unmet(&self, given: &[Given]) -> Option<(&'static str, String)> {
        match self {
            Party::Leader(_) => None,
            Party::Children(children) => children.unmet(given),
        }
    }
}
