//! How the tester makes itself known: a solicitation that carries its own address.

use sixlo_frames::iid;
use sixlo_frames::mac::MacAddress;
use sixlo_frames::packet::{Icmpv6, Ipv6Header, Message, NdOptionBody, Packet};

use super::Identities;

/// RFC 4861 4.3: whoever sends neighbour discovery sends it with this hop limit.
const HOP_LIMIT: u8 = 255;

/// One for each source that the trial's stimuli use, with the MAC address it comes from.
pub(super) fn of(identities: &Identities, dut: [u8; 8]) -> Vec<(Packet, MacAddress)> {
    let target = iid::link_local(iid::from_eui64(dut));
    let sources = identities.sources().iter();
    sources
        .filter_map(|&source| {
            let mac = identities.mac_of(source)?;
            let extended = MacAddress::Extended(identities.eui64_of(mac)?);
            let solicitation = Message::NeighborSolicitation {
                target,
                options: vec![NdOptionBody::SourceLinkLayerAddress(extended).into()],
            };
            let header = Ipv6Header::new(source, target).with_hop_limit(HOP_LIMIT);
            Some((Packet::new(header, Icmpv6::from(solicitation)), extended))
        })
        .collect()
}
