//! The packet that is meant.

use serde_saphyr::Location;
use sixlo_frames::packet::{
    Extension, ExtensionBody, Fragment, Ipv6Header, Ipv6Option, Message, NdOption, NdOptionBody,
    Packet, Payload, Routing, Stated, Tcp, TcpFlags, Udp, protocol,
};
use sixlo_judge::testcase::Filled;

use super::address::Surroundings;
use super::scope::Scope;
use super::upper::checksum;
use crate::catalogue::yaml::packet as raw;
use crate::catalogue::yaml::send::Send;

/// Octets of data where a case names neither data nor their number.
const DEFAULT_DATA_OCTETS: u16 = 8;
/// Unassigned, outside the experimental range.
const UNKNOWN_OPTION: u8 = 200;

/// Where the base's packet goes from and to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends<'a> {
    pub src: &'a str,
    pub dst: &'a str,
}

/// What may stand behind the headers; one of them at most.
#[derive(Clone, Copy)]
struct Upper<'a> {
    icmpv6: Option<&'a raw::Icmpv6>,
    udp: Option<&'a raw::Udp>,
    tcp: Option<&'a raw::Tcp>,
    inner: Option<&'a raw::Inner>,
    payload: Option<&'a raw::Payload>,
}

/// The packet of a `send`, and what the harness fills in.
pub(super) fn packet(
    scope: &Scope<'_>,
    at: Location,
    send: &Send,
    ends: Ends<'_>,
    around: &Surroundings,
) -> Option<(Packet, Filled)> {
    let upper = Upper {
        icmpv6: send.icmpv6.as_ref(),
        udp: send.udp.as_ref(),
        tcp: send.tcp.as_ref(),
        inner: send.inner.as_ref(),
        payload: send.payload.as_ref(),
    };
    let extensions = send.extensions.as_deref().unwrap_or_default();
    let whole = Whole {
        scope,
        at,
        ends,
        around,
    };
    let (mut packet, filled) = whole.packet(send.ipv6.as_ref(), extensions, upper)?;
    if let Some(length) = &send.packet_length
        && let Err(text) = fill_up(&mut packet, usize::from(length.value))
    {
        return scope.fail(length.referenced, text);
    }
    Some((packet, filled))
}

/// The packet of an `inner` or a `send-ipv6`.
pub(super) fn inner_packet(
    scope: &Scope<'_>,
    at: Location,
    inner: &raw::Inner,
    ends: Ends<'_>,
    around: &Surroundings,
) -> Option<(Packet, Filled)> {
    let whole = Whole {
        scope,
        at,
        ends,
        around,
    };
    whole.inner(inner)
}

struct Whole<'a> {
    scope: &'a Scope<'a>,
    at: Location,
    ends: Ends<'a>,
    around: &'a Surroundings,
}

impl Whole<'_> {
    fn inner(&self, inner: &raw::Inner) -> Option<(Packet, Filled)> {
        let upper = Upper {
            icmpv6: inner.icmpv6.as_ref(),
            udp: inner.udp.as_ref(),
            tcp: None,
            inner: inner.inner.as_deref(),
            payload: None,
        };
        let extensions = inner.extensions.as_deref().unwrap_or_default();
        self.packet(inner.ipv6.as_ref(), extensions, upper)
    }

    fn packet(
        &self,
        ipv6: Option<&raw::Ipv6>,
        extensions: &[raw::Extension],
        upper: Upper<'_>,
    ) -> Option<(Packet, Filled)> {
        let header = self.header(ipv6, is_nd(self.scope, upper));
        let payload = self.payload(upper);
        let (header, (payload, filled)) = (header?, payload?);
        let extensions = extensions.iter().map(extension).collect();
        let packet = Packet {
            header,
            extensions,
            payload,
        };
        Some((packet, filled))
    }

    fn header(&self, ipv6: Option<&raw::Ipv6>, nd: bool) -> Option<Ipv6Header> {
        let base = raw::Ipv6::default();
        let ipv6 = ipv6.unwrap_or(&base);
        let address = |named: &Option<crate::catalogue::yaml::At<String>>, base: &str| {
            let (at, text) = match named {
                Some(named) => (named.referenced, named.value.as_str()),
                None => (self.at, base),
            };
            self.scope.take(at, self.scope.address(text, self.around))
        };
        let src = address(&ipv6.src, self.ends.src);
        let dst = address(&ipv6.dst, self.ends.dst);
        let mut header = Ipv6Header::new(src?, dst?);
        // RFC 4861 7.1: neighbour discovery wants 255.
        header.hop_limit = ipv6.hop_limit.unwrap_or(if nd { 255 } else { 64 });
        header.traffic_class = ipv6.traffic_class.unwrap_or(0);
        header.flow_label = ipv6.flow_label.unwrap_or(0);
        if header.flow_label > 0xf_ffff {
            return self.scope.fail(self.at, "a flow label has 20 bits");
        }
        if let Some(version) = ipv6.version {
            header.version = version.lie as u8;
        }
        header.next_header = lie(ipv6.next_header.map(|lie| lie.lie as u8));
        header.payload_length = lie(ipv6.payload_length.map(|lie| lie.lie as u16));
        Some(header)
    }

    fn payload(&self, upper: Upper<'_>) -> Option<(Payload, Filled)> {
        let named = [
            upper.icmpv6.is_some(),
            upper.udp.is_some(),
            upper.tcp.is_some(),
            upper.inner.is_some(),
            upper.payload.is_some(),
        ];
        if named.iter().filter(|&&there| there).count() > 1 {
            return self.scope.fail(
                self.at,
                "a packet has one upper layer (icmpv6, udp, tcp, inner, payload)",
            );
        }
        if let Some(udp) = upper.udp {
            return self.udp(udp);
        }
        if let Some(tcp) = upper.tcp {
            return Some((self.tcp(tcp)?.into(), Filled::default()));
        }
        if let Some(inner) = upper.inner {
            let (packet, filled) = self.inner(inner)?;
            return Some((packet.into(), filled));
        }
        if let Some(payload) = upper.payload {
            let payload = Payload::Octets {
                protocol: payload.next_header.unwrap_or(protocol::NO_NEXT_HEADER),
                octets: payload.octets.clone().unwrap_or_default().0,
            };
            return Some((payload, Filled::default()));
        }
        let base = raw::Icmpv6::default();
        let icmpv6 = upper.icmpv6.unwrap_or(&base);
        let (message, filled) = super::upper::icmpv6(self.scope, self.at, icmpv6, self.around)?;
        Some((message.into(), filled))
    }

    fn udp(&self, udp: &raw::Udp) -> Option<(Payload, Filled)> {
        let port = |named: &Option<_>, base: &str| match named {
            Some(number) => self.scope.port(number),
            None => self.scope.parameters.ports.get(base).copied(),
        };
        let src_port = port(&udp.src_port, "source-16-bit");
        let dst_port = port(&udp.dst_port, "closed-16-bit");
        let checksum = checksum(self.scope, udp.checksum.as_ref());
        let data = match (&udp.data, udp.data_length) {
            (Some(_), Some(_)) => {
                return self
                    .scope
                    .fail(self.at, "`data` and `data-length` exclude each other");
            }
            (Some(octets), None) => octets.0.clone(),
            (None, length) => pattern(length.unwrap_or(DEFAULT_DATA_OCTETS)),
        };
        let filled = Filled {
            udp_data: udp.data.is_none(),
            sums_to_zero: udp.sums_to_zero.unwrap_or(false),
            ..Filled::default()
        };
        let udp = Udp {
            src_port: src_port?,
            dst_port: dst_port?,
            length: lie(udp.length.map(|lie| lie.lie as u16)),
            checksum: checksum?,
            data,
        };
        Some((udp.into(), filled))
    }

    fn tcp(&self, tcp: &raw::Tcp) -> Option<Tcp> {
        let port = |named: &Option<_>, base: &str| match named {
            Some(number) => self.scope.port(number),
            None => self.scope.parameters.ports.get(base).copied(),
        };
        let src_port = port(&tcp.src_port, "source-16-bit");
        let dst_port = port(&tcp.dst_port, "closed-16-bit");
        let mut segment = Tcp::syn(src_port?, dst_port?, tcp.sequence.unwrap_or(1));
        if let Some(flags) = tcp.flags {
            segment.flags = TcpFlags(flags);
        }
        segment.data = tcp.data.clone().unwrap_or_default().0;
        Some(segment)
    }
}

fn extension(extension: &raw::Extension) -> Extension {
    let options = |options: &raw::Options| vec![Ipv6Option::Raw(options.options.0.clone())];
    let length = |options: &raw::Options| lie(options.hdr_ext_len.map(|lie| lie.lie as u8));
    let (body, hdr_ext_len) = match extension {
        raw::Extension::HopByHop(header) => {
            (ExtensionBody::HopByHop(options(header)), length(header))
        }
        raw::Extension::DestinationOptions(header) => (
            ExtensionBody::DestinationOptions(options(header)),
            length(header),
        ),
        raw::Extension::Routing(header) => {
            let routing = Routing {
                routing_type: header.r#type,
                segments_left: header.segments_left,
                data: header.data.0.clone(),
            };
            (ExtensionBody::Routing(routing), Stated::Right)
        }
        raw::Extension::Fragment(header) => {
            let fragment = Fragment {
                fragment_offset: header.offset,
                more_fragments: header.more,
                identification: header.identification,
            };
            (ExtensionBody::Fragment(fragment), Stated::Right)
        }
        raw::Extension::Mobility(octets) => {
            (ExtensionBody::Mobility(octets.0.clone()), Stated::Right)
        }
    };
    Extension {
        body,
        next_header: Stated::Right,
        hdr_ext_len,
    }
}

fn is_nd(scope: &Scope<'_>, upper: Upper<'_>) -> bool {
    upper
        .icmpv6
        .is_some_and(|icmpv6| matches!(super::upper::icmpv6_type(scope, icmpv6), Ok(133..=137)))
}

fn lie<T>(value: Option<T>) -> Stated<T> {
    value.map_or(Stated::Right, Stated::Lie)
}

/// Data in which no two stretches of eight octets are alike nearby, so that pieces in wrong places show.
pub(super) fn pattern(octets: u16) -> Vec<u8> {
    (0..u32::from(octets))
        .map(|at| ((at * 31 + 7) % 251) as u8)
        .collect()
}

/// Lengthens the data so that the packet has `length` octets.
fn fill_up(packet: &mut Packet, length: usize) -> Result<(), String> {
    let now = packet.to_octets().len();
    if let Payload::Icmpv6(icmpv6) = &mut packet.payload
        && let Message::NeighborSolicitation { options, .. } = &mut icmpv6.message
    {
        options.push(unknown_option(now, length)?);
        return Ok(());
    }
    let Some(data) = data_of(&mut packet.payload) else {
        return Err("`packet-length` needs an echo or UDP to fill up".to_owned());
    };
    let empty = now - data.len();
    match length.checked_sub(empty) {
        Some(octets) => {
            *data = pattern(octets as u16);
            Ok(())
        }
        None => Err(format!(
            "a packet of {length} octets has no room for its headers ({empty} octets)"
        )),
    }
}

/// An ND option that no node knows, and skips (RFC 4861 4.6), of the octets that are missing.
fn unknown_option(now: usize, length: usize) -> Result<NdOption, String> {
    let missing = length.saturating_sub(now);
    if missing < 8 || !missing.is_multiple_of(8) {
        return Err(format!(
            "a solicitation grows by multiples of 8 octets from {now} octets on"
        ));
    }
    let body = NdOptionBody::Other {
        option_type: UNKNOWN_OPTION,
        data: pattern((missing - 2) as u16),
    };
    Ok(NdOption::from(body))
}

/// The data of the innermost echo or UDP datagram.
fn data_of(payload: &mut Payload) -> Option<&mut Vec<u8>> {
    match payload {
        Payload::Udp(udp) => Some(&mut udp.data),
        Payload::Ipv6(packet) => data_of(&mut packet.payload),
        Payload::Icmpv6(icmpv6) => match &mut icmpv6.message {
            Message::EchoRequest(echo) | Message::EchoReply(echo) => Some(&mut echo.data),
            _ => None,
        },
        Payload::Tcp(_) | Payload::Octets { .. } => None,
    }
}
