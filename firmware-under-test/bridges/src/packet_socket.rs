//! AF_PACKET: frames of one interface as they are.
//!
//! Unsafe, for rustix has no `sockaddr_ll`, which is written
//! down here with the layout of packet(7).
#![allow(unsafe_code)]

use std::io;
use std::mem::size_of;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::from_ref;

use rustix::io::Errno;
use rustix::net::addr::{SocketAddrArg, SocketAddrLen, SocketAddrOpaque};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, recv, send, socket_with,
};

/// `ETH_P_IEEE802154`: whole 802.15.4 frames.
pub const IEEE802154: u16 = 0x00f6;
/// `ETH_P_IPV6`.
pub const IPV6: u16 = 0x86dd;

/// `struct sockaddr_ll` of packet(7).
#[repr(C)]
struct LinkAddress {
    family: u16,
    protocol_be: u16,
    interface: i32,
    hardware_type: u16,
    packet_type: u8,
    address_length: u8,
    address: [u8; 8],
}

// SAFETY: the pointer given to `f` is to a live `LinkAddress`, which has the
// layout of `sockaddr_ll` and no padding, and the length is its size.
unsafe impl SocketAddrArg for LinkAddress {
    unsafe fn with_sockaddr<R>(
        &self,
        f: impl FnOnce(*const SocketAddrOpaque, SocketAddrLen) -> R,
    ) -> R {
        f(from_ref(self).cast(), size_of::<Self>() as SocketAddrLen)
    }
}

/// A socket bound to one interface and one protocol. Being bound to a protocol
/// other than "all", it never sees what this machine sends itself.
pub struct PacketSocket(OwnedFd);

impl PacketSocket {
    /// Binds to the interface with this index; `raw` keeps link-layer headers.
    pub fn open(interface: u32, protocol: u16, raw: bool) -> io::Result<Self> {
        let kind = if raw {
            SocketType::RAW
        } else {
            SocketType::DGRAM
        };
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        // Protocol 0: nothing arrives before the socket is bound.
        let socket = socket_with(AddressFamily::PACKET, kind, flags, None)?;
        let address = LinkAddress {
            family: AddressFamily::PACKET.as_raw(),
            protocol_be: protocol.to_be(),
            interface: interface as i32,
            hardware_type: 0,
            packet_type: 0,
            address_length: 0,
            address: [0; 8],
        };
        bind(&socket, &address)?;
        Ok(PacketSocket(socket))
    }

    /// Puts a frame on the interface.
    pub fn send(&self, frame: &[u8]) -> Result<(), Errno> {
        send(&self.0, frame, SendFlags::empty()).map(|_| ())
    }

    /// The next frame that has arrived, if there is one.
    pub fn next<'b>(&self, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        loop {
            match recv(&self.0, &mut *buffer, RecvFlags::empty()) {
                Ok((length, _)) => return Some(&buffer[..length]),
                Err(Errno::INTR) => {}
                // Nothing there, or the interface is down: either way no frame.
                Err(_) => return None,
            }
        }
    }
}

impl AsFd for PacketSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
