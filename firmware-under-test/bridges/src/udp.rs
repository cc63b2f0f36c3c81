//! ZEP over UDP on this machine.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::SystemTime;

use sixlo_agent_process::fcs;

use crate::bridged::Bridged;
use crate::child::Child;
use crate::error::BridgeError;
use crate::medium::Medium;
use crate::radios::Heard;
use crate::settings::{Settings, Zep};
use crate::zep::{self, LARGEST_DATAGRAM};

/// The bridge's own device id in ZEP headers.
const DEVICE: u16 = 0x0b1d;

/// A node that speaks ZEP, and its program.
pub fn bridge(settings: Settings<Zep>) -> Result<Bridged<ZepSocket>, BridgeError> {
    let Zep { program, channel } = settings.start;
    let (medium, node) = ZepSocket::pair(channel)?;
    let tester = medium.port()?;
    let words = program.into_iter().map(|word| {
        word.replace("{node-port}", &node.port().to_string())
            .replace("{tester-port}", &tester.to_string())
    });
    let child = Child::new(words.collect());
    Bridged::new(
        settings.stack,
        medium,
        Some(child),
        settings.configure,
        settings.mac,
    )
}

/// One end of a ZEP link.
pub struct ZepSocket {
    socket: UdpSocket,
    channel: u8,
    sequence: u32,
}

impl ZepSocket {
    /// An end on a free port, and the free port for the node's end. A node connects its
    /// end to ours, so that it hears nobody else: ours is bound before the node starts,
    /// and connected to the node's, so that we hear nobody else.
    pub fn pair(channel: u8) -> Result<(ZepSocket, SocketAddr), BridgeError> {
        let node = bound()?
            .local_addr()
            .map_err(BridgeError::system(NO_PORT))?;
        let medium = ZepSocket::towards(node, channel)?;
        Ok((medium, node))
    }

    /// An end on a free port, connected to `peer`.
    pub fn towards(peer: SocketAddr, channel: u8) -> Result<ZepSocket, BridgeError> {
        let socket = match peer {
            SocketAddr::V4(_) => bound()?,
            SocketAddr::V6(_) => UdpSocket::bind("[::]:0").map_err(BridgeError::system(NO_PORT))?,
        };
        socket
            .connect(peer)
            .and_then(|()| socket.set_nonblocking(true))
            .map_err(BridgeError::system("cannot connect a UDP socket"))?;
        Ok(ZepSocket {
            socket,
            channel,
            sequence: 0,
        })
    }

    /// Our own port.
    pub fn port(&self) -> Result<u16, BridgeError> {
        let address = self.socket.local_addr();
        Ok(address.map_err(BridgeError::system(NO_PORT))?.port())
    }
}

const NO_PORT: &str = "cannot get a UDP port";

fn bound() -> Result<UdpSocket, BridgeError> {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(BridgeError::system(NO_PORT))
}

/// Whether a socket's error says that the node is not there now: it starts again, or
/// has ended, which its process tells.
fn is_nobody(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::ConnectionRefused | ErrorKind::Interrupted)
}

impl Medium for ZepSocket {
    fn send(&mut self, psdu: &[u8]) -> Result<bool, BridgeError> {
        self.sequence = self.sequence.wrapping_add(1);
        let now = SystemTime::now();
        let datagram = zep::write(psdu, self.channel, DEVICE, self.sequence, now);
        // An error of an earlier datagram is told first, and takes the place of this one's sending.
        for _ in 0..2 {
            match self.socket.send(&datagram) {
                Err(error) if is_nobody(error.kind()) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(BridgeError::system("cannot send over UDP")(error)),
                Ok(_) => return Ok(true),
            }
        }
        Ok(false)
    }

    fn hear(&mut self) -> Result<Option<Heard>, BridgeError> {
        // One octet more, so that what is too long shows.
        let mut datagram = [0; LARGEST_DATAGRAM + 1];
        loop {
            let length = match self.socket.recv(&mut datagram) {
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if is_nobody(error.kind()) => continue,
                Err(error) => return Err(BridgeError::system("cannot hear over UDP")(error)),
            };
            match zep::read(&datagram[..length], self.channel) {
                Ok(psdu) if fcs::check(psdu).is_some() => {
                    return Ok(Some(Heard::plain(psdu.to_vec())));
                }
                _ => {}
            }
        }
    }

    fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        vec![self.socket.as_fd()]
    }
}
