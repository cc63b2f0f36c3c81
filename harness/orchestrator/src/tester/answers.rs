//! What the tester says when it is asked.

use std::net::Ipv6Addr;

use sixlo_frames::iid;
use sixlo_frames::mac::MacAddress;
use sixlo_frames::packet::{
    Icmpv6, Ipv6Header, Message, NdOption, NdOptionBody, NdOptions, NeighborAdvertisement, Packet,
    RouterAdvertisement,
};
use sixlo_judge::testcase::TesterSetting;

use super::{Identities, icmpv6};

/// ICMPv6 types it answers. RFC 4861 4.
pub(super) const ROUTER_SOLICITATION: u8 = 133;
pub(super) const NEIGHBOR_SOLICITATION: u8 = 135;
/// RFC 4861 4: whoever sends neighbour discovery sends it with this hop limit.
pub(super) const HOP_LIMIT: u8 = 255;
/// Address registration, RFC 6775 4.1; its status is the third octet.
const ADDRESS_REGISTRATION: u8 = 33;

/// An answer and the MAC address it is sent from.
pub(super) struct Answer {
    pub packet: Packet,
    pub from: MacAddress,
}

/// How the tester behaves.
#[derive(Debug, Clone)]
pub(super) struct Answers {
    neighbor_solicitations: bool,
    router_solicitations: bool,
    capability: Option<[u8; 6]>,
    aro_status: u8,
}

impl Default for Answers {
    fn default() -> Self {
        Answers {
            neighbor_solicitations: true,
            router_solicitations: false,
            capability: None,
            aro_status: 0,
        }
    }
}

impl Answers {
    pub fn set(&mut self, setting: TesterSetting) {
        match setting {
            TesterSetting::AnswersNs(on) => self.neighbor_solicitations = on,
            TesterSetting::AnswersRs(on) => self.router_solicitations = on,
            TesterSetting::AroStatus(status) => self.aro_status = status,
            // Level + 1 in the three bits left of G, in the second octet of the flags.
            TesterSetting::AnnouncesLevel(level) => {
                self.capability = Some([0, (level + 1) << 1, 0, 0, 0, 0]);
            }
            // G is the last bit of the option's first 32. RFC 7400 3.3.
            TesterSetting::AnnouncesGhc => self.capability = Some([0, 1, 0, 0, 0, 0]),
        }
    }

    pub fn to(&self, packet: &[u8], identities: &Identities) -> Option<Answer> {
        let message = icmpv6(packet)?;
        if packet.get(7) != Some(&HOP_LIMIT) {
            return None;
        }
        match *message.first()? {
            NEIGHBOR_SOLICITATION if self.neighbor_solicitations => {
                self.advertise(packet, message, identities)
            }
            ROUTER_SOLICITATION if self.router_solicitations => {
                self.advertise_router(packet, identities)
            }
            _ => None,
        }
    }

    /// RFC 4861 7.2.4. The TLLAO holds the EUI-64 always: a frame to it reaches
    /// every identity's short address, too.
    fn advertise(&self, packet: &[u8], message: &[u8], identities: &Identities) -> Option<Answer> {
        let asking = address(packet.get(8..24)?)?;
        let target = address(message.get(8..24)?)?;
        let mac = identities.mac_of(target)?;
        let mut options = vec![
            NdOptionBody::TargetLinkLayerAddress(MacAddress::Extended(identities.eui64_of(mac)?))
                .into(),
        ];
        let registration = NdOptions::new(message.get(24..)?)
            .filter_map(Result::ok)
            .find(|option| option.option_type == ADDRESS_REGISTRATION);
        if let Some(option) = registration {
            let mut data = option.octets.get(2..)?.to_vec();
            *data.first_mut()? = self.aro_status;
            options.push(
                NdOptionBody::Other {
                    option_type: ADDRESS_REGISTRATION,
                    data,
                }
                .into(),
            );
        }
        options.extend(self.capability.map(capability));
        let (dst, solicited) = match asking.is_unspecified() {
            true => (Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1), false),
            false => (asking, true),
        };
        let advertisement = NeighborAdvertisement {
            router: self.router_solicitations,
            solicited,
            override_flag: true,
            target,
            options,
        };
        Some(Answer {
            packet: Packet::new(
                Ipv6Header::new(target, dst).with_hop_limit(HOP_LIMIT),
                Icmpv6::from(Message::NeighborAdvertisement(advertisement)),
            ),
            from: mac,
        })
    }

    /// RFC 4861 6.2.6, with nothing but the router's own address in it: what a
    /// case needs beyond that it sends itself.
    fn advertise_router(&self, packet: &[u8], identities: &Identities) -> Option<Answer> {
        let asking = address(packet.get(8..24)?)?;
        let eui64 = identities.tester_eui64();
        let mac = MacAddress::Extended(eui64);
        let dst = match asking.is_unspecified() {
            true => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1),
            false => asking,
        };
        let mut options = vec![NdOptionBody::SourceLinkLayerAddress(mac).into()];
        options.extend(self.capability.map(capability));
        let advertisement = RouterAdvertisement {
            hop_limit: 64,
            managed: false,
            other: false,
            router_lifetime_s: 1800,
            reachable_time_ms: 0,
            retrans_timer_ms: 0,
            options,
        };
        Some(Answer {
            packet: Packet::new(
                Ipv6Header::new(iid::link_local(iid::from_eui64(eui64)), dst)
                    .with_hop_limit(HOP_LIMIT),
                Icmpv6::from(Message::RouterAdvertisement(advertisement)),
            ),
            from: mac,
        })
    }
}

fn capability(flags: [u8; 6]) -> NdOption {
    NdOptionBody::CapabilityIndication6Lo(flags).into()
}

fn address(octets: &[u8]) -> Option<Ipv6Addr> {
    <[u8; 16]>::try_from(octets).ok().map(Ipv6Addr::from_octets)
}
