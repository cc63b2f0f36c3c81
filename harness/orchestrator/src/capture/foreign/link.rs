//! Link types, and where in a packet the frame stands.

use std::ops::Range;

use super::ip;
use super::tap;
use super::zep::{self, Zep};

/// What a link type says of its packets. <https://www.tcpdump.org/linktypes.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// 195: a frame with its FCS, or what the sniffer left in its place.
    WithFcs,
    /// 230: a frame without FCS.
    NoFcs,
    /// 283: TLVs, then a frame.
    Tap,
    /// IP in it, UDP in that, and ZEP in that: where the link's header ends.
    Ip(ip::Under),
}

impl Link {
    pub fn of(link: u16) -> Option<Self> {
        Some(match link {
            195 => Link::WithFcs,
            230 => Link::NoFcs,
            283 => Link::Tap,
            0 => Link::Ip(ip::Under::Loopback),
            1 => Link::Ip(ip::Under::Ethernet),
            101 | 228 | 229 => Link::Ip(ip::Under::Nothing),
            113 => Link::Ip(ip::Under::Cooked),
            276 => Link::Ip(ip::Under::Cooked2),
            _ => return None,
        })
    }

    /// What a packet of this link holds.
    pub fn find(self, packet: &[u8]) -> Found {
        match self {
            Link::WithFcs => Found::frame(0..packet.len(), Trailer::LikelyFcs),
            Link::NoFcs => Found::frame(0..packet.len(), Trailer::None),
            Link::Tap => match tap::find(packet) {
                Some((frame, trailer)) => Found::frame(frame, trailer),
                None => Found::Unreadable,
            },
            Link::Ip(under) => match ip::datagram(under, packet) {
                None => Found::Other,
                Some(datagram) => match zep::find(&packet[datagram.clone()]) {
                    None => Found::Other,
                    Some(Zep::Ack) => Found::ZepAck,
                    Some(Zep::Unreadable) => Found::Unreadable,
                    Some(Zep::Data { frame, trailer }) => {
                        let start = datagram.start;
                        let frame = start + frame.start..start + frame.end;
                        Found::Frame(Frame {
                            octets: frame,
                            trailer,
                            datagram: Some(datagram),
                        })
                    }
                },
            },
        }
    }
}

/// What a packet holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Frame(Frame),
    /// ZEP's own acknowledgement, which never was on the air.
    ZepAck,
    /// A frame by its type, with headers around it that contradict themselves.
    Unreadable,
    /// Another protocol.
    Other,
}

/// Where a frame stands in its packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    pub octets: Range<usize>,
    pub trailer: Trailer,
    /// The UDP payload around it; one relayed to several nodes is captured several times.
    pub datagram: Option<Range<usize>>,
}

impl Found {
    fn frame(octets: Range<usize>, trailer: Trailer) -> Self {
        Found::Frame(Frame {
            octets,
            trailer,
            datagram: None,
        })
    }
}

/// What the packet says of the frame's last octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trailer {
    /// There is none.
    None,
    /// An FCS of two octets.
    Fcs,
    /// An FCS of four octets.
    Fcs4,
    /// An FCS of two octets, by the letter; sniffers put other things there.
    LikelyFcs,
    /// TI's RSSI and CRC-OK, by the letter; senders put other things there.
    LikelyTi,
}

impl Trailer {
    /// Whether the frames have to show what it really is.
    pub fn is_doubtful(self) -> bool {
        matches!(self, Trailer::LikelyFcs | Trailer::LikelyTi)
    }
}
