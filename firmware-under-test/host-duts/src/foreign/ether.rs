//! ZEP over UDP, as a node speaks it: a codec of its own, apart from the bridge's.

use std::io;
use std::net::{Ipv4Addr, UdpSocket};

use sixlo_agent_process::fcs;

/// Where a ZEP header says how long the frame is, and how long that header is.
const LENGTH_AT: usize = 31;
const HEADER: usize = 32;
const CHANNEL: u8 = 26;

/// One end of the ether, towards one other or two.
pub struct Ether {
    socket: UdpSocket,
    towards: Vec<u16>,
}

impl Ether {
    /// The end at this port of the loopback.
    pub fn bind(port: u16, towards: Vec<u16>) -> io::Result<Ether> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, port))?;
        socket.set_nonblocking(true)?;
        Ok(Ether { socket, towards })
    }

    /// The socket, to wait for.
    pub fn socket(&self) -> &UdpSocket {
        &self.socket
    }

    /// Sends a frame to everybody; what nobody hears is nobody's trouble.
    pub fn send(&self, psdu: &[u8]) {
        let mut datagram = vec![0; HEADER];
        datagram[..5].copy_from_slice(&[b'E', b'X', 2, 1, CHANNEL]);
        datagram[LENGTH_AT] = psdu.len() as u8;
        datagram.extend_from_slice(psdu);
        for port in &self.towards {
            let _ = self.socket.send_to(&datagram, (Ipv4Addr::LOCALHOST, *port));
        }
    }

    /// The next frame with a right FCS, if there is one.
    pub fn hear(&self) -> Option<Vec<u8>> {
        let mut datagram = [0; 256];
        loop {
            let length = match self.socket.recv(&mut datagram) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => continue,
                Err(_) => return None,
            };
            let Some(psdu) = datagram[..length].get(HEADER..) else {
                continue;
            };
            let is_mine = datagram[..5] == [b'E', b'X', 2, 1, CHANNEL];
            let is_whole = usize::from(datagram[LENGTH_AT]) == psdu.len();
            if is_mine && is_whole && fcs::check(psdu).is_some() {
                return Some(psdu.to_vec());
            }
        }
    }
}
