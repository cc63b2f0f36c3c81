//! The packet that is meant.

use serde::Deserialize;

use super::layer::layered;
use super::nd_option::NdOption;
use super::scalar::{Lie, Number, Octets, Time};
use super::{At, Layer};

layered! {
    /// `ipv6`: the IPv6 header.
    pub struct Ipv6 {
        /// Source.
        src: At<String>,
        /// Destination.
        dst: At<String>,
        /// Traffic class.
        #[serde(rename = "traffic_class")]
        traffic_class: u8,
        /// Flow label, 20 bits.
        #[serde(rename = "flow_label")]
        flow_label: u32,
        /// Hop limit.
        #[serde(rename = "hop_limit")]
        hop_limit: u8,
        /// Version, only to lie.
        version: Lie,
        /// Next header, only to lie.
        #[serde(rename = "next_header")]
        next_header: Lie,
        /// Payload length, only to lie.
        #[serde(rename = "payload_length")]
        payload_length: Lie,
    }
}

/// One of `extensions`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extension {
    /// Hop-by-hop options.
    HopByHop(Options),
    /// Destination options.
    DestinationOptions(Options),
    /// Routing header.
    Routing(Routing),
    /// Fragment header.
    Fragment(Fragment),
    /// Mobility header behind its length octet.
    Mobility(Octets),
}

impl Layer for Extension {}

/// An options header.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The options; what is missing to 8 octets is padded.
    pub options: Octets,
    /// Hdr Ext Len, only to lie.
    pub hdr_ext_len: Option<Lie>,
}

/// A routing header.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Routing {
    /// Routing type.
    pub r#type: u8,
    /// Segments left.
    pub segments_left: u8,
    /// Type-specific data.
    pub data: Octets,
}

/// An IPv6 fragment header.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fragment {
    /// Fragment offset, in 8-octet units.
    pub offset: u16,
    /// M.
    pub more: bool,
    /// Identification.
    pub identification: u32,
}

layered! {
    /// `icmpv6`.
    pub struct Icmpv6 {
        /// Its name, such as `echo-request`, or its number.
        r#type: At<Number>,
        /// Code.
        code: u8,
        /// `right`, `wrong`, or a number.
        checksum: At<Number>,
        /// Echo: identifier.
        identifier: u16,
        /// Echo: sequence number.
        sequence: u16,
        /// Echo: data; octets, or `tester-iid`.
        data: At<String>,
        /// Echo: so many octets of data.
        data_length: u16,
        /// NS, NA: target address.
        target: At<String>,
        /// NA: R.
        router: bool,
        /// NA: S.
        solicited: bool,
        /// NA: O.
        r#override: bool,
        /// RA: Cur Hop Limit.
        #[serde(rename = "cur_hop_limit")]
        cur_hop_limit: u8,
        /// RA: router lifetime.
        #[serde(rename = "router_lifetime")]
        router_lifetime: Time,
        /// RA: retransmission timer.
        #[serde(rename = "retrans_timer")]
        retrans_timer: Time,
        /// ND: options.
        options: Vec<NdOption>,
        /// Errors: the packet that is quoted; other types: what follows the checksum.
        body: Octets,
    }
}

layered! {
    /// `udp`.
    pub struct Udp {
        /// Source port.
        #[serde(rename = "src_port")]
        src_port: At<Number>,
        /// Destination port.
        #[serde(rename = "dst_port")]
        dst_port: At<Number>,
        /// Length, only to lie.
        length: Lie,
        /// `right`, `wrong`, `zero`, or a number.
        checksum: At<Number>,
        /// Data.
        data: Octets,
        /// So many octets of data.
        data_length: u16,
        /// Data whose checksum comes out as zero, so that `ffff` is written.
        sums_to_zero: bool,
    }
}

layered! {
    /// `tcp`: a SYN unless told otherwise.
    pub struct Tcp {
        /// Source port.
        #[serde(rename = "src_port")]
        src_port: At<Number>,
        /// Destination port.
        #[serde(rename = "dst_port")]
        dst_port: At<Number>,
        /// Control bits.
        flags: u8,
        /// Sequence number.
        sequence: u32,
        /// Data.
        data: Octets,
    }
}

layered! {
    /// `inner`: a packet in a packet.
    pub struct Inner {
        /// Its header.
        ipv6: Ipv6,
        /// Its extension headers.
        extensions: Vec<Extension>,
        /// What it carries.
        icmpv6: Icmpv6,
        /// What it carries.
        udp: Udp,
        /// What it carries.
        inner: Box<Inner>,
    }
}

impl Inner {
    /// Laid over `base`, of whose upper layers one is left at most.
    #[must_use]
    pub fn over_base(self, mut base: Inner) -> Inner {
        if self.icmpv6.is_some() || self.udp.is_some() || self.inner.is_some() {
            base.icmpv6 = base.icmpv6.filter(|_| self.icmpv6.is_some());
            base.udp = base.udp.filter(|_| self.udp.is_some());
            base.inner = base.inner.filter(|_| self.inner.is_some());
        }
        self.over(base)
    }
}

layered! {
    /// `payload`: octets behind the headers.
    pub struct Payload {
        /// The protocol number that announces them.
        #[serde(rename = "next_header")]
        next_header: u8,
        /// The octets.
        octets: Octets,
    }
}
