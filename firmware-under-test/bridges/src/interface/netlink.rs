//! Netlink: messages of attributes, and the answer "done" or an error number.

use std::io;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::netlink::{GENERIC, SocketAddrNetlink};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with,
};

/// `NLM_F_REQUEST | NLM_F_ACK`.
const REQUEST: u16 = 0x01 | 0x04;
/// `NLM_F_CREATE | NLM_F_REPLACE`: make it, and take the place of an older one.
pub const CREATE: u16 = 0x400 | 0x100;

const NLMSG_ERROR: u16 = 2;
/// Octets of `struct nlmsghdr`.
const HEADER: usize = 16;

/// A message being written: header, fixed part, attributes.
pub struct Message(Vec<u8>);

impl Message {
    /// A message of type `kind`; `flags` beyond request and acknowledgement.
    pub fn new(kind: u16, flags: u16) -> Self {
        let mut octets = vec![0; HEADER];
        octets[4..6].copy_from_slice(&kind.to_ne_bytes());
        octets[6..8].copy_from_slice(&(REQUEST | flags).to_ne_bytes());
        Message(octets)
    }

    /// Adds the fixed part that follows the header.
    pub fn fixed(mut self, octets: &[u8]) -> Self {
        self.0.extend_from_slice(octets);
        self.align();
        self
    }

    /// Adds an attribute.
    pub fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        let length = (4 + value.len()) as u16;
        self.0.extend(length.to_ne_bytes());
        self.0.extend(kind.to_ne_bytes());
        self.0.extend_from_slice(value);
        self.align();
        self
    }

    /// Attributes start at multiples of four octets.
    fn align(&mut self) {
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }

    /// Gives the message its length and number.
    fn finish(mut self, seq: u32) -> Vec<u8> {
        let length = self.0.len() as u32;
        self.0[..4].copy_from_slice(&length.to_ne_bytes());
        self.0[8..12].copy_from_slice(&seq.to_ne_bytes());
        self.0
    }
}

/// One attribute by itself, for nesting.
pub fn nested(kind: u16, value: &[u8]) -> Vec<u8> {
    Message(Vec::new()).attribute(kind, value).0
}

/// A socket to one part of the kernel.
pub struct Netlink {
    socket: OwnedFd,
    seq: u32,
}

impl Netlink {
    /// To links, addresses and neighbours.
    pub fn route() -> io::Result<Self> {
        Self::open(None)
    }

    /// To generic families.
    pub fn generic() -> io::Result<Self> {
        Self::open(Some(GENERIC))
    }

    fn open(protocol: Option<rustix::net::Protocol>) -> io::Result<Self> {
        let socket = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            protocol,
        )?;
        Ok(Netlink { socket, seq: 0 })
    }

    /// Has `message` obeyed; returns what the kernel said before its acknowledgement.
    pub fn request(&mut self, message: Message) -> Result<Vec<u8>, Errno> {
        self.seq += 1;
        let octets = message.finish(self.seq);
        let kernel = SocketAddrNetlink::new(0, 0);
        sendto(&self.socket, &octets, SendFlags::empty(), &kernel)?;
        let mut said = Vec::new();
        let mut buffer = vec![0; 32_768];
        loop {
            let (length, _) = recv(&self.socket, &mut buffer[..], RecvFlags::empty())?;
            let mut rest = &buffer[..length];
            while let Some((kind, seq, body, after)) = split(rest) {
                rest = after;
                match kind {
                    _ if seq != self.seq => {}
                    NLMSG_ERROR => return acknowledged(body).map(|()| said),
                    _ => said.extend_from_slice(body),
                }
            }
        }
    }
}

/// The first message: type, number, body, and what follows.
fn split(octets: &[u8]) -> Option<(u16, u32, &[u8], &[u8])> {
    let word = |at: usize| {
        octets
            .get(at..at + 4)?
            .try_into()
            .ok()
            .map(u32::from_ne_bytes)
    };
    let length = word(0)? as usize;
    let kind = word(4)? as u16;
    let seq = word(8)?;
    let body = octets.get(HEADER..length)?;
    let next = length.next_multiple_of(4).min(octets.len());
    Some((kind, seq, body, &octets[next..]))
}

/// `struct nlmsgerr` starts with a negative error number, or 0.
fn acknowledged(body: &[u8]) -> Result<(), Errno> {
    let number = body
        .first_chunk()
        .map_or(0, |octets| i32::from_ne_bytes(*octets));
    match number {
        0 => Ok(()),
        number => Err(Errno::from_raw_os_error(-number)),
    }
}

/// The value of the first attribute of type `kind`.
pub fn find(mut attributes: &[u8], kind: u16) -> Option<&[u8]> {
    loop {
        let half = |at: usize| {
            attributes
                .get(at..at + 2)?
                .try_into()
                .ok()
                .map(u16::from_ne_bytes)
        };
        let length = usize::from(half(0)?);
        let value = attributes.get(4..length)?;
        if half(2)? == kind {
            return Some(value);
        }
        let next = length.next_multiple_of(4).min(attributes.len());
        attributes = &attributes[next..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_laid_out_in_words_of_four() {
        let message = Message::new(16, CREATE)
            .fixed(&[9; 5])
            .attribute(3, b"wpan0\0");
        let octets = message.finish(7);
        let (kind, seq, body, rest) = split(&octets).unwrap();
        assert_eq!((kind, seq, rest), (16, 7, &[][..]));
        assert_eq!(octets[6..8], 0x505u16.to_ne_bytes());
        assert_eq!(body[..8], [9, 9, 9, 9, 9, 0, 0, 0]);
        assert_eq!(find(&body[8..], 3), Some(&b"wpan0\0"[..]));
        assert_eq!(find(&body[8..], 4), None);
        assert_eq!(octets.len(), 16 + 8 + 12);
    }

    #[test]
    fn cut_messages_are_no_messages() {
        let octets = Message::new(1, 0).attribute(1, &[1, 2, 3]).finish(1);
        for length in 0..octets.len() - 1 {
            assert!(split(&octets[..length]).is_none(), "{length} octets");
        }
        assert_eq!(find(&[8, 0, 1, 0, 5], 1), None);
        assert_eq!(
            find(&[0, 0, 1, 0, 5], 2),
            None,
            "a length of 0 ends the search"
        );
    }

    #[test]
    fn refusals_carry_their_number() {
        assert_eq!(acknowledged(&0i32.to_ne_bytes()), Ok(()));
        assert_eq!(acknowledged(&(-16i32).to_ne_bytes()), Err(Errno::BUSY));
    }
}
