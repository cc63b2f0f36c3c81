//! An MLE message in its packet: draft-kelsey-intarea-mesh-link-establishment-06.
//!
//! ```text
//! |IPv6|UDP 19788, 19788|suite 0|auxiliary header|command|TLVs ...|MIC (4)|
//!                                                 `- encrypted --'
//! ```

use std::net::Ipv6Addr;

use sixlo_frames::iid;
use sixlo_frames::packet::{Ipv6Header, Packet, Udp, protocol};
use sixlo_frames::security::{AuxiliaryHeader, Key, KeyId, Level, seal, unseal};

/// The UDP port of both ends.
const PORT: u16 = 19788;
/// Messages of one hop are sent with this hop limit.
const HOP_LIMIT: u8 = 255;
/// Secured as IEEE 802.15.4 secures frames.
const SUITE_154: u8 = 0;
const IPV6_OCTETS: usize = 40;
const UDP_OCTETS: usize = 8;

/// Commands. Thread 1.1, 4.4.
pub mod command {
    pub const DATA_REQUEST: u8 = 7;
    pub const DATA_RESPONSE: u8 = 8;
    pub const PARENT_REQUEST: u8 = 9;
    pub const PARENT_RESPONSE: u8 = 10;
    pub const CHILD_ID_REQUEST: u8 = 11;
    pub const CHILD_ID_RESPONSE: u8 = 12;
    pub const CHILD_UPDATE_REQUEST: u8 = 13;
    pub const CHILD_UPDATE_RESPONSE: u8 = 14;
}

/// A message that was opened.
pub struct Message {
    /// The EUI-64 of whoever sent it.
    pub from: [u8; 8],
    /// The IPv6 address that it was sent to.
    pub to: Ipv6Addr,
    /// What it says.
    pub command: u8,
    /// With what.
    pub tlvs: Vec<u8>,
}

/// Whether a packet is MLE's, whoever may read it.
pub fn is_mle(packet: &[u8]) -> bool {
    packet.get(6) == Some(&protocol::UDP)
        && packet.get(IPV6_OCTETS + 2..IPV6_OCTETS + 4) == Some(&PORT.to_be_bytes()[..])
}

/// The message in an MLE packet; none where it is not secured with this key.
pub fn open(packet: &[u8], key: Key) -> Option<Message> {
    let addresses = packet.get(8..IPV6_OCTETS)?;
    let from = eui64_of(addresses.get(8..16)?)?;
    let to = Ipv6Addr::from_octets(addresses.get(16..)?.try_into().ok()?);
    let (&suite, sealed) = packet.get(IPV6_OCTETS + UDP_OCTETS..)?.split_first()?;
    let (_, payload) = (suite == SUITE_154).then(|| unseal(key, from, addresses, sealed))??;
    let (&command, tlvs) = payload.split_first()?;
    Some(Message {
        from,
        to,
        command,
        tlvs: tlvs.to_vec(),
    })
}

/// How messages are sealed.
#[derive(Debug, Clone)]
pub struct Sealer {
    /// The key of MLE.
    pub key: Key,
    /// Its number, which messages name.
    pub key_sequence: u32,
    /// Of the next message.
    pub frame_counter: u32,
}

impl Sealer {
    /// A message from one node to another.
    pub fn packet(&mut self, from: [u8; 8], to: [u8; 8], command: u8, tlvs: &[u8]) -> Packet {
        self.packet_to(from, link_local_of(to), command, tlvs)
    }

    /// A message from one node to an address, which may be a group's.
    pub fn packet_to(&mut self, from: [u8; 8], dst: Ipv6Addr, command: u8, tlvs: &[u8]) -> Packet {
        let src = link_local_of(from);
        let header = AuxiliaryHeader {
            level: Level::ENC_MIC_32,
            // Key identifier mode 2: the source is the number of the key. Thread 1.1, 7.2.2.
            key_id: KeyId::Source4(
                self.key_sequence.to_be_bytes(),
                (self.key_sequence & 0x7f) as u8 + 1,
            ),
            frame_counter: self.frame_counter,
        };
        self.frame_counter = self.frame_counter.wrapping_add(1);
        let addresses = [src.octets(), dst.octets()].concat();
        let payload = [&[command], tlvs].concat();
        let mut data = vec![SUITE_154];
        data.extend(seal(self.key, from, &header, &addresses, &payload));
        Packet::new(
            Ipv6Header::new(src, dst).with_hop_limit(HOP_LIMIT),
            Udp::new(PORT, PORT, data),
        )
    }
}

/// The link-local address of the node with this EUI-64, where messages are sent to.
pub fn link_local_of(eui64: [u8; 8]) -> Ipv6Addr {
    iid::link_local(iid::from_eui64(eui64))
}

/// The EUI-64 in a link-local address's interface identifier. RFC 4291 appendix A.
fn eui64_of(interface: &[u8]) -> Option<[u8; 8]> {
    let mut eui64: [u8; 8] = interface.try_into().ok()?;
    eui64[0] ^= 0x02;
    Some(eui64)
}
