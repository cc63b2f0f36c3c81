//! What an encoding can make use of, one name for each row it belongs to.

use std::fmt;

use crate::craft::{Body, IphcSpec, NhcSpec};
use crate::dissect::Dissection;
use crate::field::{FieldId, Value};

/// One means of compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Feature {
    /// The IPHC dispatch, RFC 6282 3.1.
    Iphc,
    /// SAC=0 or DAC=0 with fewer than 128 bits in line.
    StatelessUnicast,
    /// `::` by SAC=1, SAM=00.
    Unspecified,
    /// M=1, DAC=0 with fewer than 128 bits in line. RFC 6282 3.2.3.
    StatelessMulticast,
    /// A source or unicast destination out of a context.
    StatefulUnicast,
    /// M=1, DAC=1. RFC 6282 3.2.4.
    StatefulMulticast,
    /// TF other than 00. RFC 6282 3.2.1.
    TrafficClassAndFlowLabel,
    /// HLIM other than 00.
    HopLimit,
    /// NHC of an IPv6 header. RFC 6282 4.2.
    NhcIpv6,
    /// NHC of a UDP header. RFC 6282 4.3.
    NhcUdp,
    /// P other than 00. RFC 6282 4.3.1.
    UdpPorts,
    /// C=1; only where authorised. RFC 6282 4.3.2.
    UdpChecksum,
    /// NHC of an extension header. RFC 6282 4.2.
    NhcExtension,
    /// Bytecode; only where the receiver is known to read it. RFC 7400 3.3.
    Ghc,
}

impl Feature {
    /// Every feature.
    pub const ALL: [Feature; 14] = [
        Feature::Iphc,
        Feature::StatelessUnicast,
        Feature::Unspecified,
        Feature::StatelessMulticast,
        Feature::StatefulUnicast,
        Feature::StatefulMulticast,
        Feature::TrafficClassAndFlowLabel,
        Feature::HopLimit,
        Feature::NhcIpv6,
        Feature::NhcUdp,
        Feature::UdpPorts,
        Feature::UdpChecksum,
        Feature::NhcExtension,
        Feature::Ghc,
    ];
}

/// Some of the features.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FeatureSet(u16);

impl FeatureSet {
    /// None.
    pub const NONE: FeatureSet = FeatureSet(0);

    /// What RFC 6282 has for everybody: all but checksum elision, which needs
    /// authorisation, and GHC, which needs a receiver that reads it.
    pub fn rfc6282() -> Self {
        Feature::ALL
            .into_iter()
            .filter(|feature| !matches!(feature, Feature::UdpChecksum | Feature::Ghc))
            .collect()
    }

    /// What a node of this capability level reads, checksum elision aside.
    pub fn of_level(level: u8) -> Self {
        Feature::ALL
            .into_iter()
            .filter(|feature| match feature {
                Feature::Iphc
                | Feature::StatelessUnicast
                | Feature::Unspecified
                | Feature::StatelessMulticast => level >= 1,
                Feature::StatefulUnicast | Feature::StatefulMulticast => level >= 2,
                Feature::TrafficClassAndFlowLabel | Feature::HopLimit => level >= 3,
                Feature::NhcIpv6 | Feature::NhcUdp | Feature::UdpPorts => level >= 4,
                Feature::NhcExtension => level >= 5,
                Feature::UdpChecksum | Feature::Ghc => false,
            })
            .collect()
    }

    /// Whether it is one of them.
    pub const fn has(self, feature: Feature) -> bool {
        self.0 & 1 << feature as u8 != 0
    }

    /// With this one, too.
    #[must_use]
    pub const fn with(self, feature: Feature) -> Self {
        FeatureSet(self.0 | 1 << feature as u8)
    }

    /// Without this one.
    #[must_use]
    pub const fn without(self, feature: Feature) -> Self {
        FeatureSet(self.0 & !(1 << feature as u8))
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn minus(self, other: FeatureSet) -> Self {
        FeatureSet(self.0 & !other.0)
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Feature> {
        Feature::ALL
            .into_iter()
            .filter(move |feature| self.has(*feature))
    }

    /// What a crafted body uses.
    pub fn of_body(body: &Body) -> Self {
        let mut used = FeatureSet::NONE;
        if let Body::Iphc(spec) = body {
            used.add_iphc(spec);
        }
        used
    }

    /// What a frame was seen to use.
    pub fn of_frame(frame: &Dissection) -> Self {
        let mut used = FeatureSet::NONE;
        // IPHC's bits come before what they say about addresses, M last.
        let (mut sac, mut m, mut dac) = (false, false, false);
        for field in &frame.fields {
            let Value::Uint(value) = field.value else {
                continue;
            };
            match field.id {
                FieldId::IphcTf => {
                    used.add(Feature::Iphc);
                    used.add_if(Feature::TrafficClassAndFlowLabel, value != 0);
                }
                FieldId::IphcHlim => used.add_if(Feature::HopLimit, value != 0),
                FieldId::IphcSac => sac = value != 0,
                FieldId::IphcSam => used.add_source(sac, value as u8),
                FieldId::IphcM => m = value != 0,
                FieldId::IphcDac => dac = value != 0,
                FieldId::IphcDam => used.add_destination(m, dac, value as u8),
                FieldId::NhcUdpP => {
                    used.add(Feature::NhcUdp);
                    used.add_if(Feature::UdpPorts, value != 0);
                }
                FieldId::NhcUdpC => used.add_if(Feature::UdpChecksum, value != 0),
                FieldId::NhcExtensionEid if value == 7 => used.add(Feature::NhcIpv6),
                FieldId::NhcExtensionEid => used.add(Feature::NhcExtension),
                FieldId::NhcGhc => used.add(Feature::Ghc),
                _ => {}
            }
        }
        used
    }

    fn add(&mut self, feature: Feature) {
        *self = self.with(feature);
    }

    fn add_if(&mut self, feature: Feature, condition: bool) {
        if condition {
            self.add(feature);
        }
    }

    fn add_iphc(&mut self, spec: &IphcSpec) {
        self.add(Feature::Iphc);
        self.add_if(Feature::TrafficClassAndFlowLabel, spec.tf != 0);
        self.add_if(Feature::HopLimit, spec.hlim != 0);
        self.add_source(spec.sac, spec.sam);
        self.add_destination(spec.m, spec.dac, spec.dam);
        for step in &spec.nhc {
            match step {
                NhcSpec::Extension { .. } => self.add(Feature::NhcExtension),
                NhcSpec::Ipv6(inner) => {
                    self.add(Feature::NhcIpv6);
                    self.add_iphc(inner);
                }
                NhcSpec::Udp { p, elide_checksum } => self.add_udp(*p, *elide_checksum),
                NhcSpec::GhcUdp {
                    p, elide_checksum, ..
                } => {
                    self.add(Feature::Ghc);
                    self.add_udp(*p, *elide_checksum);
                }
                NhcSpec::GhcIcmpv6(_) | NhcSpec::GhcExtension(_) => self.add(Feature::Ghc),
                NhcSpec::Raw(_) => {}
            }
        }
    }

    fn add_source(&mut self, sac: bool, sam: u8) {
        match (sac, sam) {
            (false, 0) => {}
            (false, _) => self.add(Feature::StatelessUnicast),
            (true, 0) => self.add(Feature::Unspecified),
            (true, _) => self.add(Feature::StatefulUnicast),
        }
    }

    fn add_destination(&mut self, m: bool, dac: bool, dam: u8) {
        match (m, dac, dam) {
            (_, false, 0) => {}
            (false, false, _) => self.add(Feature::StatelessUnicast),
            (false, true, _) => self.add(Feature::StatefulUnicast),
            (true, false, _) => self.add(Feature::StatelessMulticast),
            (true, true, _) => self.add(Feature::StatefulMulticast),
        }
    }

    fn add_udp(&mut self, p: u8, elide_checksum: bool) {
        self.add(Feature::NhcUdp);
        self.add_if(Feature::UdpPorts, p != 0);
        self.add_if(Feature::UdpChecksum, elide_checksum);
    }
}

impl FromIterator<Feature> for FeatureSet {
    fn from_iter<I: IntoIterator<Item = Feature>>(features: I) -> Self {
        features
            .into_iter()
            .fold(FeatureSet::NONE, FeatureSet::with)
    }
}

impl fmt::Debug for FeatureSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
