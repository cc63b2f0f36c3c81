//! Which of tshark's fields stands for which of ours.

use std::net::Ipv6Addr;

use sixlo_frames::dissect::{Dissection, ProblemKind};
use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::mac::MacAddress;
use sixlo_frames::packet::protocol;

use super::view::Frame;

/// One of tshark's fields, and how to get it from our dissection.
#[derive(Clone, Copy)]
pub struct Column {
    pub theirs: &'static str,
    pub kind: Kind,
    pub ours: fn(&Frame) -> Vec<Cell>,
}

/// How a text of tshark's is read.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Decimal, or hexadecimal behind 0x.
    Number,
    Address,
    /// Hexadecimal digits, with or without colons.
    Octets,
}

/// One value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Number(u64),
    Address(Ipv6Addr),
    Octets(Vec<u8>),
    /// A text that is none of these.
    Unreadable(String),
}

/// Octets as people read them.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Reads what tshark prints: values of one field, with commas between them.
pub fn read(kind: Kind, text: &str) -> Vec<Cell> {
    let texts = text.split(',').filter(|text| !text.is_empty());
    texts
        .map(|text| read_one(kind, text).unwrap_or_else(|| Cell::Unreadable(text.to_owned())))
        .collect()
}

fn read_one(kind: Kind, text: &str) -> Option<Cell> {
    match kind {
        Kind::Number => {
            let number = match text.strip_prefix("0x") {
                Some(digits) => u64::from_str_radix(digits, 16).ok(),
                None => text.parse().ok(),
            };
            number.map(Cell::Number)
        }
        Kind::Address => text.parse().ok().map(Cell::Address),
        Kind::Octets => {
            let digits: Vec<u8> = text.bytes().filter(|digit| *digit != b':').collect();
            let octet = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
            let octets: Option<Vec<u8>> = digits.chunks(2).map(octet).collect();
            octets.map(Cell::Octets)
        }
    }
}

fn cell(value: Value) -> Cell {
    match value {
        Value::Uint(number) => Cell::Number(number),
        Value::Ipv6(address) => Cell::Address(address),
        Value::Mac(MacAddress::Absent) => Cell::Octets(Vec::new()),
        Value::Mac(MacAddress::Short(short)) => Cell::Number(short.into()),
        Value::Mac(MacAddress::Extended(eui64)) => Cell::Octets(eui64.to_vec()),
        Value::Bytes(octets) => Cell::Octets(octets),
    }
}

fn cells(values: Vec<Value>) -> Vec<Cell> {
    values.into_iter().map(cell).collect()
}

fn short_only(cells: Vec<Cell>) -> Vec<Cell> {
    cells
        .into_iter()
        .filter(|cell| matches!(cell, Cell::Number(_)))
        .collect()
}

fn extended_only(cells: Vec<Cell>) -> Vec<Cell> {
    cells
        .into_iter()
        .filter(|cell| matches!(cell, Cell::Octets(_)))
        .collect()
}

/// Extended addresses as tshark prints those of a mesh header.
fn as_numbers(cells: Vec<Cell>) -> Vec<Cell> {
    let number = |octets: &[u8]| {
        octets
            .iter()
            .fold(0, |number, octet| number << 8 | u64::from(*octet))
    };
    extended_only(cells)
        .into_iter()
        .map(|cell| match cell {
            Cell::Octets(octets) => Cell::Number(number(&octets)),
            other => other,
        })
        .collect()
}

/// tshark has no field for no octets.
fn not_empty(cells: Vec<Cell>) -> Vec<Cell> {
    cells
        .into_iter()
        .filter(|cell| *cell != Cell::Octets(Vec::new()))
        .collect()
}

fn map_numbers(cells: Vec<Cell>, map: fn(u64) -> u64) -> Vec<Cell> {
    let map = |cell| match cell {
        Cell::Number(number) => Cell::Number(map(number)),
        other => other,
    };
    cells.into_iter().map(map).collect()
}

/// tshark's checksum status: 0 bad, 1 good. It does not check a quoted packet's.
fn status(frame: &Frame, id: FieldId) -> Vec<Cell> {
    let of = |dissection: &Dissection| match dissection.get(id) {
        Some(_) if dissection.has(ProblemKind::WrongChecksum(id)) => Some(Cell::Number(0)),
        Some(_) => Some(Cell::Number(1)),
        None => None,
    };
    frame.packet.iter().filter_map(of).collect()
}

/// Values of `id` in extension headers of one protocol.
fn of_extension(frame: &Frame, wanted: u8, id: FieldId) -> Vec<Cell> {
    let mut values = Vec::new();
    let mut current = None;
    for field in frame.packet.iter().flat_map(|packet| &packet.fields) {
        if field.id == FieldId::ExtensionHeaderType {
            current = Some(field.value.clone());
        }
        if field.id == id && current == Some(Value::Uint(wanted.into())) {
            values.push(cell(field.value.clone()));
        }
    }
    values
}

macro_rules! columns {
    ($($theirs:literal $kind:ident $ours:expr;)*) => {
        /// Every field that is compared.
        pub const COLUMNS: &[Column] = &[
            $(Column { theirs: $theirs, kind: Kind::$kind, ours: $ours }),*
        ];
    };
}

macro_rules! header {
    ($id:ident) => {
        |frame| cells(frame.header(FieldId::$id))
    };
}
macro_rules! packet {
    ($id:ident) => {
        |frame| cells(frame.packet(FieldId::$id))
    };
}
macro_rules! of_header {
    ($filter:expr, $id:ident) => {
        |frame| $filter(cells(frame.header(FieldId::$id)))
    };
}
macro_rules! of_packet {
    ($filter:expr, $id:ident) => {
        |frame| $filter(cells(frame.packet(FieldId::$id)))
    };
}

columns! {
    "wpan.frame_type" Number header!(MacFrameType);
    "wpan.version" Number header!(MacFrameVersion);
    "wpan.security" Number header!(MacSecurityEnabled);
    "wpan.pending" Number header!(MacFramePending);
    "wpan.ack_request" Number header!(MacAckRequest);
    "wpan.pan_id_compression" Number header!(MacPanIdCompression);
    "wpan.seq_no" Number header!(MacSequenceNumber);
    "wpan.dst_pan" Number header!(MacDstPan);
    "wpan.dst16" Number of_header!(short_only, MacDst);
    "wpan.dst64" Octets of_header!(extended_only, MacDst);
    "wpan.src_pan" Number header!(MacSrcPan);
    "wpan.src16" Number of_header!(short_only, MacSrc);
    "wpan.src64" Octets of_header!(extended_only, MacSrc);
    "wpan.aux_sec.sec_level" Number header!(MacSecurityLevel);
    "wpan.aux_sec.key_id_mode" Number header!(MacKeyIdMode);
    "wpan.aux_sec.frame_counter" Number header!(MacFrameCounter);
    "wpan.aux_sec.key_index" Number header!(MacKeyIndex);
    "wpan.fcs" Number |frame| {
        let fcs = frame.octets.last_chunk().map(|fcs| u16::from_le_bytes(*fcs));
        fcs.map(|fcs| Cell::Number(fcs.into())).into_iter().collect()
    };
    "wpan.fcs_ok" Number |frame| {
        let right = frame.headers.mac.and_then(|mac| mac.fcs_right);
        right.map(|right| Cell::Number(right.into())).into_iter().collect()
    };

    "6lowpan.mesh.v" Number header!(MeshV);
    "6lowpan.mesh.f" Number header!(MeshF);
    "6lowpan.mesh.hops" Number of_header!(|hops| map_numbers(hops, |hops| hops.min(15)), MeshHopsLeft);
    "6lowpan.mesh.hops8" Number |frame| {
        let deep = frame.headers.fields.iter().filter(|field| {
            // Deep hops stand in an octet behind the dispatch.
            field.id == FieldId::MeshHopsLeft && is_deep(frame, field.range.start)
        });
        deep.map(|field| cell(field.value.clone())).collect()
    };
    "6lowpan.mesh.orig16" Number of_header!(short_only, MeshOriginator);
    "6lowpan.mesh.orig64" Number of_header!(as_numbers, MeshOriginator);
    "6lowpan.mesh.dest16" Number of_header!(short_only, MeshFinal);
    "6lowpan.mesh.dest64" Number of_header!(as_numbers, MeshFinal);
    "6lowpan.bcast.seqnum" Number header!(Bc0SequenceNumber);
    "6lowpan.frag.size" Number header!(FragDatagramSize);
    "6lowpan.frag.tag" Number header!(FragDatagramTag);
    // tshark prints octets, the wire holds units of 8.
    "6lowpan.frag.offset" Number of_header!(|offset| map_numbers(offset, |units| 8 * units), FragDatagramOffset);

    "6lowpan.iphc.tf" Number header!(IphcTf);
    "6lowpan.iphc.nh" Number header!(IphcNh);
    "6lowpan.iphc.hlim" Number header!(IphcHlim);
    "6lowpan.iphc.cid" Number header!(IphcCid);
    "6lowpan.iphc.sac" Number header!(IphcSac);
    "6lowpan.iphc.sam" Number header!(IphcSam);
    "6lowpan.iphc.m" Number header!(IphcM);
    "6lowpan.iphc.dac" Number header!(IphcDac);
    "6lowpan.iphc.dam" Number header!(IphcDam);
    "6lowpan.iphc.sci" Number header!(IphcSci);
    "6lowpan.iphc.dci" Number header!(IphcDci);
    "6lowpan.nhc.ext.eid" Number header!(NhcExtensionEid);
    "6lowpan.nhc.ext.nh" Number header!(NhcExtensionNh);
    "6lowpan.nhc.ext.length" Number header!(NhcExtensionLength);
    "6lowpan.nhc.udp.checksum" Number header!(NhcUdpC);
    "6lowpan.nhc.udp.ports" Number header!(NhcUdpP);

    "ipv6.version" Number packet!(Ipv6Version);
    "ipv6.tclass" Number packet!(Ipv6TrafficClass);
    "ipv6.flow" Number packet!(Ipv6FlowLabel);
    "ipv6.plen" Number packet!(Ipv6PayloadLength);
    "ipv6.nxt" Number packet!(Ipv6NextHeader);
    "ipv6.hlim" Number packet!(Ipv6HopLimit);
    "ipv6.src" Address packet!(Ipv6Src);
    "ipv6.dst" Address packet!(Ipv6Dst);
    "ipv6.hopopts.nxt" Number |frame| of_extension(frame, protocol::HOP_BY_HOP, FieldId::ExtensionNextHeader);
    "ipv6.hopopts.len" Number |frame| of_extension(frame, protocol::HOP_BY_HOP, FieldId::ExtensionLength);
    "ipv6.dstopts.nxt" Number |frame| of_extension(frame, protocol::DESTINATION_OPTIONS, FieldId::ExtensionNextHeader);
    "ipv6.dstopts.len" Number |frame| of_extension(frame, protocol::DESTINATION_OPTIONS, FieldId::ExtensionLength);
    "ipv6.routing.nxt" Number |frame| of_extension(frame, protocol::ROUTING, FieldId::ExtensionNextHeader);
    "ipv6.routing.len" Number |frame| of_extension(frame, protocol::ROUTING, FieldId::ExtensionLength);
    "ipv6.fraghdr.nxt" Number |frame| of_extension(frame, protocol::FRAGMENT, FieldId::ExtensionNextHeader);
    "mip6.proto" Number |frame| of_extension(frame, protocol::MOBILITY, FieldId::ExtensionNextHeader);
    "mip6.hlen" Number |frame| of_extension(frame, protocol::MOBILITY, FieldId::ExtensionLength);
    "mip6.mhtype" Number packet!(MobilityType);
    "ipv6.opt.type" Number packet!(OptionType);
    "ipv6.opt.length" Number packet!(OptionLength);
    "ipv6.routing.type" Number packet!(RoutingType);
    "ipv6.routing.segleft" Number packet!(RoutingSegmentsLeft);
    "ipv6.fraghdr.offset" Number packet!(FragmentOffset);
    "ipv6.fraghdr.more" Number packet!(FragmentM);
    "ipv6.fraghdr.ident" Number packet!(FragmentIdentification);

    "udp.srcport" Number packet!(UdpSrcPort);
    "udp.dstport" Number packet!(UdpDstPort);
    "udp.length" Number packet!(UdpLength);
    "udp.checksum" Number packet!(UdpChecksum);
    "udp.checksum.status" Number |frame| status(frame, FieldId::UdpChecksum);
    "udp.payload" Octets of_packet!(not_empty, UdpData);
    "tcp.srcport" Number packet!(TcpSrcPort);
    "tcp.dstport" Number packet!(TcpDstPort);
    "tcp.seq_raw" Number packet!(TcpSequenceNumber);
    "tcp.ack_raw" Number packet!(TcpAcknowledgmentNumber);
    "tcp.hdr_len" Number of_packet!(|length| map_numbers(length, |words| 4 * words), TcpDataOffset);
    "tcp.flags" Number packet!(TcpFlags);
    "tcp.window_size_value" Number packet!(TcpWindow);
    "tcp.checksum" Number packet!(TcpChecksum);
    "tcp.checksum.status" Number |frame| status(frame, FieldId::TcpChecksum);
    "tcp.urgent_pointer" Number packet!(TcpUrgentPointer);
    "tcp.payload" Octets of_packet!(not_empty, TcpData);
    "icmpv6.type" Number packet!(Icmpv6Type);
    "icmpv6.code" Number packet!(Icmpv6Code);
    "icmpv6.checksum" Number packet!(Icmpv6Checksum);
    "icmpv6.checksum.status" Number |frame| status(frame, FieldId::Icmpv6Checksum);
    "icmpv6.echo.identifier" Number packet!(Icmpv6Identifier);
    "icmpv6.echo.sequence_number" Number packet!(Icmpv6SequenceNumber);
    "icmpv6.mtu" Number packet!(Icmpv6Mtu);
    "icmpv6.pointer" Number packet!(Icmpv6Pointer);

    "icmpv6.nd.ns.target_address" Address |frame| target(frame, 135);
    "icmpv6.nd.na.target_address" Address |frame| target(frame, 136);
    "icmpv6.nd.na.flag.r" Number packet!(NdRouter);
    "icmpv6.nd.na.flag.s" Number packet!(NdSolicited);
    "icmpv6.nd.na.flag.o" Number packet!(NdOverride);
    "icmpv6.nd.ra.cur_hop_limit" Number packet!(NdHopLimit);
    "icmpv6.nd.ra.flag.m" Number packet!(NdManaged);
    "icmpv6.nd.ra.flag.o" Number packet!(NdOther);
    "icmpv6.nd.ra.router_lifetime" Number packet!(NdRouterLifetime);
    "icmpv6.nd.ra.reachable_time" Number packet!(NdReachableTime);
    "icmpv6.nd.ra.retrans_timer" Number packet!(NdRetransTimer);
    "icmpv6.6lowpannd.da.status" Number packet!(NdDaStatus);
    "icmpv6.6lowpannd.da.lifetime" Number packet!(NdDaLifetime);
    "icmpv6.6lowpannd.da.eui64" Octets packet!(NdDaEui64);
    "icmpv6.6lowpannd.da.reg_addr" Address packet!(NdDaAddress);
    "icmpv6.opt.type" Number packet!(NdOptionType);
    "icmpv6.opt.length" Number packet!(NdOptionLength);
    "icmpv6.opt.src_linkaddr_eui64" Octets of_packet!(extended_only, NdSllaAddress);
    "icmpv6.opt.target_linkaddr_eui64" Octets of_packet!(extended_only, NdTllaAddress);
    "icmpv6.opt.prefix.length" Number packet!(NdPioPrefixLength);
    "icmpv6.opt.prefix.flag.l" Number packet!(NdPioOnLink);
    "icmpv6.opt.prefix.flag.a" Number packet!(NdPioAutonomous);
    "icmpv6.opt.prefix.valid_lifetime" Number packet!(NdPioValidLifetime);
    "icmpv6.opt.prefix.preferred_lifetime" Number packet!(NdPioPreferredLifetime);
    "icmpv6.opt.prefix" Address packet!(NdPioPrefix);
    "icmpv6.opt.mtu" Number packet!(NdMtu);
    "icmpv6.opt.aro.status" Number packet!(NdAroStatus);
    "icmpv6.opt.aro.registration_lifetime" Number packet!(NdAroLifetime);
    "icmpv6.opt.aro.eui64" Octets packet!(NdAroEui64);
    "icmpv6.opt.6co.context_length" Number packet!(Nd6coLength);
    "icmpv6.opt.6co.flag.c" Number packet!(Nd6coC);
    "icmpv6.opt.6co.flag.cid" Number packet!(Nd6coCid);
    "icmpv6.opt.6co.valid_lifetime" Number packet!(Nd6coLifetime);
    "icmpv6.opt.6co.context_prefix" Address packet!(Nd6coPrefix);
    "icmpv6.opt.abro.version_low" Number of_packet!(|versions| map_numbers(versions, |version| version & 0xffff), NdAbroVersion);
    "icmpv6.opt.abro.version_high" Number of_packet!(|versions| map_numbers(versions, |version| version >> 16), NdAbroVersion);
    "icmpv6.opt.abro.valid_lifetime" Number packet!(NdAbroLifetime);
    "icmpv6.opt.abro.6lbr_address" Address packet!(NdAbroAddress);
    "icmpv6.opt.6cio.flag_g" Number of_packet!(|flags| map_numbers(flags, |flags| flags & 1), Nd6cioFlags);
}

/// The target of a message of this type.
fn target(frame: &Frame, message: u64) -> Vec<Cell> {
    match frame.packet(FieldId::Icmpv6Type).first() {
        Some(Value::Uint(found)) if *found == message => cells(frame.packet(FieldId::NdTarget)),
        _ => Vec::new(),
    }
}

fn is_deep(frame: &Frame, at: u16) -> bool {
    let dispatch = usize::from(at)
        .checked_sub(1)
        .and_then(|before| frame.octets.get(before));
    let behind_dispatch = frame
        .headers
        .fields
        .iter()
        .any(|field| field.id == FieldId::MeshV && field.range.start + 1 == at);
    behind_dispatch && dispatch.is_some_and(|dispatch| dispatch & 0x0f == 0x0f)
}
