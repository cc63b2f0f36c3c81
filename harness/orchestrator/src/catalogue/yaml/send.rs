//! One datagram, and the frames that carry it.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::iphc::{Iphc, Nhc};
use super::layer::layered;
use super::packet::{Extension, Icmpv6, Inner, Ipv6, Payload, Tcp, Udp};
use super::scalar::{Lie, Number, Octets};
use super::{At, Layer};

layered! {
    /// `send`: whatever is left out is the base.
    pub struct Send {
        /// Which of the tester's identities sends: `tester` or `peer`.
        from: At<String>,
        /// The MAC header.
        mac: Mac,
        /// Octets before the first LoWPAN header.
        leading: Octets,
        /// A mesh header.
        mesh: Mesh,
        /// A broadcast header: its sequence number, or `auto`.
        bc0: At<Number>,
        /// What carries the packet.
        dispatch: Dispatch,
        /// IPHC.
        iphc: Iphc,
        /// What follows it, compressed.
        nhc: Vec<Nhc>,
        /// The IPv6 header.
        ipv6: Ipv6,
        /// Extension headers.
        extensions: Vec<Extension>,
        /// Upper layer.
        icmpv6: Icmpv6,
        /// Upper layer.
        udp: Udp,
        /// Upper layer.
        tcp: Tcp,
        /// Upper layer: a tunnelled packet.
        inner: Inner,
        /// Upper layer: anything.
        payload: Payload,
        /// The IPv6 packet's length in octets: its upper layer's data fill it.
        packet_length: At<u16>,
        /// How it is cut.
        fragments: Fragments,
        /// How often the frame is sent.
        repeat: u8,
        /// Octets to overwrite at the end.
        patch: Vec<Patch>,
        /// Octets of the LoWPAN part that are left of the first frame.
        cut_to: u16,
    }
}

impl Send {
    /// Laid over `base`, of whose upper layers one is left at most.
    #[must_use]
    pub fn over_base(self, mut base: Send) -> Send {
        let names_one = self.icmpv6.is_some()
            || self.udp.is_some()
            || self.tcp.is_some()
            || self.inner.is_some()
            || self.payload.is_some();
        if names_one {
            base.icmpv6 = base.icmpv6.filter(|_| self.icmpv6.is_some());
            base.udp = base.udp.filter(|_| self.udp.is_some());
            base.tcp = base.tcp.filter(|_| self.tcp.is_some());
            base.inner = base.inner.filter(|_| self.inner.is_some());
            base.payload = base.payload.filter(|_| self.payload.is_some());
        }
        self.over(base)
    }
}

layered! {
    /// `mac`.
    pub struct Mac {
        /// Source.
        src: At<String>,
        /// Destination.
        dst: At<String>,
        /// PAN id.
        pan: At<String>,
        /// Frame version.
        version: At<Number>,
        /// Frame type.
        r#type: At<String>,
        /// The trailer.
        fcs: At<String>,
        /// Acknowledgement request.
        ack_request: bool,
    }
}

layered! {
    /// `mesh`.
    pub struct Mesh {
        /// Originator: `extended`, `short` or octets.
        originator: At<String>,
        /// Final destination, likewise.
        r#final: At<String>,
        /// Hops left; 15 and more make deep hops.
        hops_left: u8,
    }
}

/// What carries the packet.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dispatch {
    /// 60 to 7f.
    Iphc,
    /// 41.
    Ipv6,
    /// Whichever of these two the DUT's controls take.
    Simplest,
    /// Nothing: a bare packet.
    None,
    /// These octets, and no packet.
    Raw(Octets),
}

impl Layer for Dispatch {}

layered! {
    /// `fragments`.
    pub struct Fragments {
        /// `auto`, or the number.
        tag: At<Number>,
        /// Octets of the uncompressed datagram in FRAG1.
        first: u16,
        /// Octets of the uncompressed datagram in each fragment; the last takes the rest.
        sizes: Vec<u16>,
        /// Order and repetition.
        order: At<Order>,
        /// datagram_size in all of them, only to lie; with `sizes` or `pieces`.
        #[serde(rename = "datagram_size")]
        datagram_size: At<Lie>,
        /// Each fragment on its own.
        pieces: At<Vec<Piece>>,
        /// By RFC 8931, as few as fit; the last one asks for an acknowledgement.
        recoverable: bool,
        /// By RFC 8931, each fragment on its own.
        #[serde(rename = "recoverable_pieces")]
        recoverable_pieces: At<Vec<RecoverablePiece>>,
    }
}

/// One recoverable fragment, with room for lies.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecoverablePiece {
    /// Its first octet in the compressed form.
    pub start: u16,
    /// Octets of the compressed form.
    pub length: u16,
    /// Sequence.
    pub sequence: u8,
    /// E: congestion was met.
    pub e: bool,
    /// X: an acknowledgement is asked for.
    pub x: bool,
    /// Only to lie; 0 aborts.
    #[serde(rename = "fragment_offset")]
    pub fragment_offset: Option<Lie>,
}

impl Layer for RecoverablePiece {}

/// One fragment, with room for lies.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Piece {
    /// Its first octet in the uncompressed datagram.
    pub start: u16,
    /// Octets of the uncompressed datagram.
    pub length: u16,
    /// Only to lie.
    #[serde(rename = "datagram_size")]
    pub datagram_size: Option<Lie>,
    /// In 8-octet units; only to lie.
    #[serde(rename = "datagram_offset")]
    pub datagram_offset: Option<Lie>,
    /// The other one's dispatch: FRAGN at the beginning, FRAG1 behind it.
    pub other_dispatch: bool,
}

impl Layer for Piece {}

/// In which order frames go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// `in-order`, `reversed`, `each-twice`, `all-but-last`, `last`, …
    Named(String),
    /// By index.
    Indices(Vec<u16>),
}

impl Layer for Order {}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Orders;

        impl<'de> Visitor<'de> for Orders {
            type Value = Order;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an order (such as `reversed` or `[0, 2, 1]`)")
            }

            fn visit_str<E>(self, name: &str) -> Result<Order, E> {
                Ok(Order::Named(name.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Order, A::Error> {
                let mut indices = Vec::new();
                while let Some(index) = seq.next_element()? {
                    indices.push(index);
                }
                Ok(Order::Indices(indices))
            }
        }

        deserializer.deserialize_any(Orders)
    }
}

/// Octets to overwrite.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Patch {
    /// From the first octet of the LoWPAN part.
    pub at: Option<u16>,
    /// From the first NHC octet.
    pub nhc: Option<u16>,
    /// What is written.
    pub octets: Octets,
}

impl Layer for Patch {}
