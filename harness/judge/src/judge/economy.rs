//! The device's own frames: which rows' means they used, missed or used wrongly.
//! Never part of a verdict; the sending half of the matrix is made of it.

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::Dissection;
use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::mac::{BROADCAST, MacAddress};
use sixlo_frames::packet::{IPV6_MINIMUM_MTU, protocol};
use sixlo_frames::recompress::{self, Feature, FeatureSet, RecompressOptions};

use super::scene::{HeardFrame, HeardPacket, Scene};
use crate::name::Topic;
use crate::reading::{Reading, icmpv6_type};
use crate::testcase::{Given, Need, TesterSetting};
use crate::trial::TrialStep;
use crate::verdict::Economy;

/// 0x41, RFC 4944 5.1.
const UNCOMPRESSED: u64 = 0x41;
/// LOWPAN_BC0, RFC 4944 5.1.
const BROADCAST_HEADER: u64 = 0x50;

impl Scene<'_> {
    /// What the device's frames in this trial used and missed, by topic.
    pub fn economy(&self) -> Vec<Economy> {
        let mut sums = Vec::new();
        if self.frames.is_empty() || self.tester_asked_for_less() {
            return sums;
        }
        let contexts = self.contexts_to_compress_with();
        let allowed = self.means_allowed();
        let is_own =
            |frame: &&HeardFrame| !self.is_foreign(frame) && self.is_let_through(frame.event);
        for frame in self.frames.iter().filter(is_own) {
            self.weigh_frame(frame, &contexts, allowed, &mut sums);
        }
        for packet in &self.heard {
            self.weigh_packet(packet, &mut sums);
        }
        sums
    }

    fn weigh_frame(
        &self,
        frame: &HeardFrame,
        contexts: &ContextTable,
        allowed: FeatureSet,
        sums: &mut Vec<Economy>,
    ) {
        let dissection = &frame.dissection;
        let Some(ends) = dissection.ends() else {
            return;
        };
        let options = RecompressOptions {
            contexts,
            ends,
            allowed,
        };
        let Some(economy) = recompress::Economy::of_frame(dissection, &options) else {
            return;
        };
        let packet = frame.packet.map(|at| &self.heard[at]);
        let blamed =
            packet.and_then(|packet| blame(packet.reading.as_ref()?, &packet.octets, economy.used));
        // A P6LoWPAN node may send below its level to whoever has not told its own
        // (draft-ayers 6.2); errors and repeated multicasts it must.
        let is_excused = self.profile.offers.contains(&Need::P6lowpan);
        note_frame(&economy, blamed, is_excused, sums);
    }

    /// Means that are no compression: they are used, or there was no occasion.
    fn weigh_packet(&self, packet: &HeardPacket, sums: &mut Vec<Economy>) {
        let first = packet.frames.first().map(|&at| &self.frames[at]);
        let Some(first) = first.filter(|frame| !self.is_foreign(frame)) else {
            return;
        };
        means_used(
            &first.dissection,
            &packet.octets,
            packet.reading.as_ref(),
            |topic| of(sums, topic).used += 1,
        );
    }

    /// Whether the tester told the device to send at a lower level, so that what
    /// it missed it missed by order.
    fn tester_asked_for_less(&self) -> bool {
        let capped = |setting: &TesterSetting| matches!(setting, TesterSetting::AnnouncesLevel(_));
        let given = self.trial.given.iter().any(|given| match given {
            Given::Tester(setting) => capped(setting),
            _ => false,
        });
        let wanted = self.profile.class_unsupported_type;
        given
            || self.trial.steps.iter().any(|step| match step {
                TrialStep::Tester(setting) => capped(setting),
                TrialStep::Send(stimulus) => Reading::of(&stimulus.packet)
                    .and_then(|reading| reading.icmpv6(&stimulus.packet))
                    .is_some_and(|(icmpv6_type, _)| icmpv6_type == wanted),
                _ => false,
            })
    }

    fn contexts_to_compress_with(&self) -> ContextTable {
        let mut contexts = self.trial.contexts;
        for given in &self.trial.given {
            if let Given::Context {
                id,
                compress: false,
                ..
            } = given
            {
                contexts.remove(*id);
            }
        }
        contexts
    }

    fn means_allowed(&self) -> FeatureSet {
        let mut allowed = FeatureSet::rfc6282();
        // Headers inside a tunnel are not compressed (draft-ayers 6.3).
        if self.profile.offers.contains(&Need::P6lowpan) {
            allowed = allowed.without(Feature::NhcIpv6);
        }
        for given in &self.trial.given {
            match given {
                Given::ChecksumElision(true) => allowed = allowed.with(Feature::UdpChecksum),
                Given::Tester(TesterSetting::AnnouncesGhc) => allowed = allowed.with(Feature::Ghc),
                _ => {}
            }
        }
        allowed
    }
}

/// Adds what one frame used and missed to the sums of its sender; `blamed` it used wrongly.
pub(crate) fn note_frame(
    economy: &recompress::Economy,
    blamed: Option<Feature>,
    is_excused: bool,
    sums: &mut Vec<Economy>,
) {
    for topic in economy
        .used
        .iter()
        .filter(|used| Some(*used) != blamed)
        .filter_map(topic_of)
    {
        of(sums, topic).used += 1;
    }
    if let Some(topic) = blamed.and_then(topic_of) {
        of(sums, topic).wrong += 1;
    }
    let mut wasted = u32::try_from(economy.wasted_octets).unwrap_or(u32::MAX);
    for topic in economy.missed.iter().filter_map(topic_of) {
        let sum = of(sums, topic);
        match is_excused {
            true => sum.excused += 1,
            false => sum.missed += 1,
        }
        // Once a frame, at the outermost means it missed.
        sum.wasted_octets = sum
            .wasted_octets
            .saturating_add(std::mem::take(&mut wasted));
    }
}

/// Means that are no compression, of a packet whose first frame is `first`, by topic.
pub(crate) fn means_used(
    first: &Dissection,
    packet: &[u8],
    reading: Option<&Reading>,
    mut used: impl FnMut(&'static str),
) {
    let has = |value| {
        first
            .all(FieldId::Dispatch)
            .any(|found| *found == Value::Uint(value))
    };
    if has(UNCOMPRESSED) {
        used("uncompressed-ipv6");
    }
    if has(BROADCAST_HEADER) {
        used("broadcast-header");
    }
    if first.fragment.is_some() {
        used("fragmentation");
    }
    if packet.len() >= IPV6_MINIMUM_MTU {
        used("packets-1280");
    }
    if first.mesh.is_some() {
        used("mesh-header");
    }
    if first
        .mac
        .is_some_and(|mac| matches!(mac.dst, MacAddress::Short(short) if short != BROADCAST))
    {
        used("short-address");
    }
    let nd = reading.is_some_and(|reading| {
        [
            icmpv6_type::NEIGHBOR_SOLICITATION,
            icmpv6_type::NEIGHBOR_ADVERTISEMENT,
        ]
        .iter()
        .any(|wanted| reading.target(packet, *wanted).is_some())
    });
    if nd {
        used("ipv6-nd");
    }
}

/// Whether a row shows a means of compression: then the device's own frames
/// decide whether it is used.
pub(crate) fn is_weighed(topic: &Topic) -> bool {
    Feature::ALL
        .into_iter()
        .filter_map(topic_of)
        .any(|weighed| weighed == topic.0)
}

/// The row that shows a means of compression. `::` has a line of its own below the matrix.
fn topic_of(feature: Feature) -> Option<&'static str> {
    Some(match feature {
        Feature::Iphc => "iphc-dispatch",
        Feature::StatelessUnicast => "stateless-unicast",
        Feature::Unspecified => return None,
        Feature::StatelessMulticast => "stateless-multicast",
        Feature::StatefulUnicast => "stateful-unicast",
        Feature::StatefulMulticast => "stateful-multicast",
        Feature::TrafficClassAndFlowLabel => "tc-flow-label",
        Feature::HopLimit => "hop-limit",
        Feature::NhcIpv6 => "nhc-ipv6-tunnel",
        Feature::NhcUdp => "nhc-udp",
        Feature::UdpPorts => "udp-ports",
        Feature::UdpChecksum => "udp-checksum-elision",
        Feature::NhcExtension => "nhc-extension-headers",
        Feature::Ghc => "ghc",
    })
}

/// The means to blame where a packet restores with a wrong checksum. The sum
/// covers addresses, ports and payload, so it is the rarest of the means that
/// restore these.
pub(crate) fn blame(reading: &Reading, packet: &[u8], used: FeatureSet) -> Option<Feature> {
    // Of one fragment of an IPv6 packet no checksum is known.
    if !reading.whole || reading.checksum_right(packet) {
        return None;
    }
    let udp = reading.protocol == protocol::UDP;
    [
        Feature::Ghc,
        Feature::StatefulMulticast,
        Feature::StatefulUnicast,
        Feature::UdpPorts,
        Feature::StatelessMulticast,
        Feature::StatelessUnicast,
        Feature::Unspecified,
        Feature::NhcUdp,
        Feature::Iphc,
    ]
    .into_iter()
    .filter(|feature| udp || !matches!(feature, Feature::UdpPorts | Feature::NhcUdp))
    .find(|feature| used.has(*feature))
}

/// The sum of a topic.
pub(crate) fn of<'s>(sums: &'s mut Vec<Economy>, topic: &str) -> &'s mut Economy {
    let at = sums
        .iter()
        .position(|sum| sum.topic.0 == topic)
        .unwrap_or_else(|| {
            sums.push(Economy {
                topic: topic.into(),
                used: 0,
                missed: 0,
                excused: 0,
                wrong: 0,
                wasted_octets: 0,
            });
            sums.len() - 1
        });
    &mut sums[at]
}
