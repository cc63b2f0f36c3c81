//! Random packets, links and contexts: addresses that compress well, badly and not at all.

use std::net::Ipv6Addr;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::context::{Context, ContextTable};
use crate::craft::{Body, FrameSpec, is_faithful};
use crate::dissect::{DissectOptions, Dissection, FcsMode, dissect};
use crate::iid;
use crate::mac::{MacAddress, MacFrame};
use crate::packet::*;
use crate::recompress::{Feature, FeatureSet, RecompressOptions};

fn mac_address() -> impl Strategy<Value = MacAddress> {
    prop_oneof![
        any::<u16>().prop_map(MacAddress::Short),
        any::<[u8; 8]>().prop_map(MacAddress::Extended),
    ]
}

pub(super) fn ends() -> impl Strategy<Value = (MacAddress, MacAddress)> {
    (mac_address(), mac_address())
}

fn contexts() -> impl Strategy<Value = ContextTable> {
    let length = select(vec![0_u8, 32, 48, 60, 64, 65, 80, 112, 126, 128]);
    let context = (any::<[u8; 16]>(), length, 0..16_u8);
    vec(context, 0..4).prop_map(|contexts| {
        let mut table = ContextTable::new();
        for (prefix, length, id) in contexts {
            let prefix = Ipv6Addr::from(prefix);
            table.set(id, Context { prefix, length });
        }
        table
    })
}

/// Kinds of addresses that compress well, badly and not at all.
#[derive(Debug, Clone)]
struct AddressPlan {
    kind: u8,
    iid_kind: u8,
    octets: [u8; 16],
    context: Index,
}

fn address_plan() -> impl Strategy<Value = AddressPlan> {
    (0..6_u8, 0..3_u8, any::<[u8; 16]>(), any::<Index>()).prop_map(
        |(kind, iid_kind, octets, context)| AddressPlan {
            kind,
            iid_kind,
            octets,
            context,
        },
    )
}

impl AddressPlan {
    fn unicast(&self, mac: MacAddress, contexts: &ContextTable) -> Ipv6Addr {
        let o = self.octets;
        let iid = match self.iid_kind {
            0 => iid::from_mac(mac).unwrap_or_default(),
            1 => iid::from_short(u16::from_be_bytes([o[0], o[1]])),
            _ => [o[0], o[1], o[2], o[3], o[4], o[5], o[6], o[7]],
        };
        let known: Vec<_> = contexts.iter().map(|(_, context)| *context).collect();
        match (self.kind, known.is_empty()) {
            (0 | 1, _) => iid::link_local(iid),
            (2 | 3, false) => known[self.context.index(known.len())].with_iid(iid),
            (4, _) => Ipv6Addr::UNSPECIFIED,
            _ => Ipv6Addr::from(o),
        }
    }

    fn destination(&self, mac: MacAddress, contexts: &ContextTable) -> Ipv6Addr {
        let o = self.octets;
        let group = u16::from_be_bytes([o[0], o[1]]);
        match (self.kind, self.iid_kind) {
            (4, 0) => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, group & 0xff),
            (4, 1) => Ipv6Addr::new(0xff00 | u16::from(o[2]), 0, 0, 0, 0, 0, 0x00aa, group),
            (4, _) => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00, group),
            (5, 0) => prefix_group(contexts, self),
            _ => self.unicast(mac, contexts),
        }
    }
}

/// A unicast-prefix-based group of a context, RFC 3306.
fn prefix_group(contexts: &ContextTable, plan: &AddressPlan) -> Ipv6Addr {
    let mut group = plan.octets;
    (group[0], group[3]) = (0xff, 0);
    if let Some((_, context)) = contexts.iter().find(|(_, context)| context.length <= 64) {
        group[3] = context.length;
        group[4..12].copy_from_slice(&context.with_iid([0; 8]).octets()[..8]);
    }
    Ipv6Addr::from(group)
}

fn data() -> impl Strategy<Value = Vec<u8>> {
    vec(prop_oneof![Just(0_u8), any::<u8>()], 0..70)
}

fn payload() -> impl Strategy<Value = Payload> {
    let port = || prop_oneof![(0xf0b0..0xf0c0_u16), (0xf000..0xf100_u16), any::<u16>()];
    prop_oneof![
        (port(), port(), data()).prop_map(|(src, dst, data)| Udp::new(src, dst, data).into()),
        data().prop_map(|data| {
            Icmpv6::from(Message::EchoRequest(Echo {
                identifier: 1,
                sequence: 2,
                data,
            }))
            .into()
        }),
        data().prop_map(|octets| Payload::Octets {
            protocol: 200,
            octets
        }),
    ]
}

fn extension() -> impl Strategy<Value = Extension> {
    let option =
        (any::<u8>(), vec(any::<u8>(), 0..12)).prop_map(|(option_type, data)| Ipv6Option::Other {
            option_type: option_type.max(2),
            data,
        });
    let options = vec(option, 0..3);
    (0..4, options, vec(any::<u8>(), 0..20)).prop_map(|(kind, options, data)| {
        match kind {
            0 => ExtensionBody::HopByHop(options),
            1 => ExtensionBody::DestinationOptions(options),
            2 => ExtensionBody::Routing(Routing {
                routing_type: 253,
                segments_left: 0,
                data,
            }),
            _ => ExtensionBody::Mobility(data),
        }
        .into()
    })
}

/// Everything that a packet, its link and its frames are made of.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub ends: (MacAddress, MacAddress),
    pub contexts: ContextTable,
    pub packet: Vec<u8>,
}

fn header_fields() -> impl Strategy<Value = (u8, u32, u8)> {
    (
        prop_oneof![Just(0_u8), Just(1), any::<u8>()],
        prop_oneof![Just(0_u32), 0..0x0010_0000_u32],
        select(vec![0_u8, 1, 37, 64, 255]),
    )
}

pub(super) fn scene() -> impl Strategy<Value = Scene> {
    let header = || (header_fields(), address_plan(), address_plan());
    (
        ends(),
        contexts(),
        header(),
        proptest::option::of(header()),
        vec(extension(), 0..3),
        payload(),
    )
        .prop_map(|(ends, contexts, outer, inner, extensions, payload)| {
            let build = |((traffic_class, flow_label, hop_limit), src, dst): (
                (u8, u32, u8),
                AddressPlan,
                AddressPlan,
            )| Ipv6Header {
                traffic_class,
                flow_label,
                hop_limit,
                ..Ipv6Header::new(
                    src.unicast(ends.0, &contexts),
                    dst.destination(ends.1, &contexts),
                )
            };
            let inner_payload: Payload = match inner {
                Some(inner) => Packet::new(build(inner), payload).into(),
                None => payload,
            };
            let packet = Packet {
                extensions,
                ..Packet::new(build(outer), inner_payload)
            };
            Scene {
                ends,
                contexts,
                packet: packet.to_octets(),
            }
        })
}

pub(super) fn features() -> impl Strategy<Value = FeatureSet> {
    prop_oneof![
        Just(FeatureSet::rfc6282()),
        Just(Feature::ALL.into_iter().collect()),
        vec(select(Feature::ALL.to_vec()), 0..14)
            .prop_map(|some| some.into_iter().chain([Feature::Iphc]).collect()),
    ]
}

impl Scene {
    pub fn frame(&self, body: Body) -> FrameSpec {
        FrameSpec {
            mac: MacFrame::data(1, 0xabcd, self.ends.1, self.ends.0),
            body,
            ..FrameSpec::default()
        }
    }

    pub fn options(&self, allowed: FeatureSet) -> RecompressOptions<'_> {
        RecompressOptions {
            contexts: &self.contexts,
            ends: self.ends,
            allowed,
        }
    }

    pub fn read(&self, psdu: &[u8]) -> Dissection {
        let options = DissectOptions {
            contexts: &self.contexts,
            fcs: FcsMode::Present,
            keys: None,
        };
        dissect(psdu, &options)
    }

    pub fn is_faithful(&self, frame: &FrameSpec) -> bool {
        is_faithful(frame, &self.packet, &self.contexts)
    }
}
