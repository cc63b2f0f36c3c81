//! A virtual air between nodes of any levels, and packets to put on it.
#![allow(dead_code, reason = "each test uses its part")]

pub mod vectors;

use std::collections::VecDeque;

use sixlo_reference_stack::{Address, LinkAddress, Nd, Node, Parameter, SendError, Sink};

/// What a node has put out.
#[derive(Default)]
pub struct Heard {
    pub frames: Vec<Vec<u8>>,
    pub packets: Vec<Vec<u8>>,
}

impl Sink for Heard {
    fn transmit(&mut self, psdu: &[u8]) {
        self.frames.push(psdu.to_vec());
    }

    fn deliver(&mut self, packet: &[u8]) {
        self.packets.push(packet.to_vec());
    }
}

/// A node whose level is known only at run time.
pub trait AnyNode {
    fn receive(&mut self, psdu: &[u8], sink: &mut dyn Sink);
    fn advance(&mut self, now_us: u64, sink: &mut dyn Sink);
    fn next_timer_us(&self) -> Option<u64>;
    fn send(&mut self, packet: &[u8], sink: &mut dyn Sink) -> Result<(), SendError>;
    fn parameter(&mut self, parameter: Parameter, value: u64);
    fn set_eui64(&mut self, eui64: [u8; 8]);
    fn set_short(&mut self, short: u16);
    fn add_address(&mut self, address: Address);
    fn autoconfigure(&mut self);
    fn set_nd(&mut self, nd: Nd);
    fn set_context(&mut self, id: u8, prefix: [u8; 16], length: u8);
    fn authorise_elision(&mut self);
    fn join(&mut self, group: Address);
    fn open_port(&mut self, port: u16);
    fn set_mesh_hops(&mut self, hops: u8);
    fn add_neighbour(&mut self, address: Address, eui64: [u8; 8]);
    fn reset(&mut self);
}

impl<const LEVEL: u8> AnyNode for Node<LEVEL> {
    fn receive(&mut self, psdu: &[u8], sink: &mut dyn Sink) {
        self.receive(psdu, sink);
    }
    fn advance(&mut self, now_us: u64, sink: &mut dyn Sink) {
        self.advance(now_us, sink);
    }
    fn next_timer_us(&self) -> Option<u64> {
        self.next_timer_us()
    }
    fn send(&mut self, packet: &[u8], sink: &mut dyn Sink) -> Result<(), SendError> {
        self.send_ipv6(packet, sink)
    }
    fn parameter(&mut self, parameter: Parameter, value: u64) {
        self.set_parameter(parameter, value).unwrap();
    }
    fn set_eui64(&mut self, eui64: [u8; 8]) {
        self.set_eui64(eui64);
    }
    fn set_short(&mut self, short: u16) {
        self.set_short_address(short);
    }
    fn add_address(&mut self, address: Address) {
        self.add_address(address, 64).unwrap();
    }
    fn autoconfigure(&mut self) {
        self.set_autoconfigure(true);
    }
    fn set_nd(&mut self, nd: Nd) {
        self.set_nd(nd).unwrap();
    }
    fn set_context(&mut self, id: u8, prefix: [u8; 16], length: u8) {
        self.set_context(id, Address(prefix), length, true).unwrap();
    }
    fn authorise_elision(&mut self) {
        self.authorise_checksum_elision(true);
    }
    fn join(&mut self, group: Address) {
        self.join(group).unwrap();
    }
    fn open_port(&mut self, port: u16) {
        self.open_port(port).unwrap();
    }
    fn set_mesh_hops(&mut self, hops: u8) {
        self.set_mesh_hops(hops);
    }
    fn add_neighbour(&mut self, address: Address, eui64: [u8; 8]) {
        self.add_neighbour(address, eui64).unwrap();
    }
    fn reset(&mut self) {
        self.reset();
    }
}

/// A node of level `level`.
pub fn node(level: u8) -> Box<dyn AnyNode> {
    match level {
        0 => Box::new(Node::<0>::new()),
        1 => Box::new(Node::<1>::new()),
        2 => Box::new(Node::<2>::new()),
        3 => Box::new(Node::<3>::new()),
        4 => Box::new(Node::<4>::new()),
        5 => Box::new(Node::<5>::new()),
        _ => panic!("there is no level {level}"),
    }
}

/// The PAN of all tests.
pub const PAN: u16 = 0xabcd;

pub const fn eui64(last: u8) -> [u8; 8] {
    [0, 0x12, 0x4b, 0, 0, 0, 0, last]
}

/// `fe80::212:4b00:0:LAST`.
pub fn link_local(last: u8) -> Address {
    let mut octets = [0; 16];
    octets[..2].copy_from_slice(&[0xfe, 0x80]);
    octets[8..].copy_from_slice(&eui64(last));
    octets[8] ^= 2;
    Address(octets)
}

/// A node with EUI-64 and link-local address number `last`.
pub fn numbered(level: u8, last: u8) -> Box<dyn AnyNode> {
    let mut node = node(level);
    node.set_eui64(eui64(last));
    node.add_address(link_local(last));
    node.reset();
    node
}

/// Node 2 as a router, which knows the global address of node 3, and that of node 1.
pub fn router() -> Box<dyn AnyNode> {
    let mut node = numbered(5, 2);
    node.add_address(Address(global(2)));
    for last in [1, 3] {
        node.add_neighbour(Address(global(last)), eui64(last));
    }
    node.parameter(Parameter::Forwards, 1);
    node.reset();
    node
}

/// An echo request of node 1 for node 3, with this hop limit, in a frame to node 2.
pub fn through_the_router(hop_limit: u8) -> Vec<u8> {
    let mut request = echo_request(Address(global(1)), Address(global(3)), 1, 4);
    request[0] |= 0x01;
    request[7] = hop_limit;
    plain(1, LinkAddress::Extended(eui64(2)), &request)
}

/// All that one air carried.
#[derive(Default)]
pub struct Air {
    pub nodes: Vec<Box<dyn AnyNode>>,
    pub now_us: u64,
    /// Sender and PSDU.
    pub carried: Vec<(usize, Vec<u8>)>,
    /// Receiver and packet.
    pub delivered: Vec<(usize, Vec<u8>)>,
}

impl Air {
    pub fn of(nodes: Vec<Box<dyn AnyNode>>) -> Self {
        Air {
            nodes,
            ..Air::default()
        }
    }

    /// Carries frames until all is quiet.
    fn settle(&mut self, from: usize, heard: Heard) {
        let mut queue: VecDeque<(usize, Vec<u8>)> = VecDeque::new();
        self.take(from, heard, &mut queue);
        let mut left = 10_000;
        while let Some((sender, psdu)) = queue.pop_front() {
            left -= 1;
            assert!(left > 0, "the air never falls silent");
            for receiver in (0..self.nodes.len()).filter(|node| *node != sender) {
                let mut heard = Heard::default();
                self.nodes[receiver].receive(&psdu, &mut heard);
                self.take(receiver, heard, &mut queue);
            }
            self.carried.push((sender, psdu));
        }
    }

    fn take(&mut self, node: usize, heard: Heard, queue: &mut VecDeque<(usize, Vec<u8>)>) {
        queue.extend(heard.frames.into_iter().map(|psdu| (node, psdu)));
        let packets = heard.packets.into_iter().map(|packet| (node, packet));
        self.delivered.extend(packets);
    }

    pub fn send(&mut self, from: usize, packet: &[u8]) {
        let mut heard = Heard::default();
        self.nodes[from].send(packet, &mut heard).unwrap();
        self.settle(from, heard);
    }

    /// Puts a frame on the air from outside.
    pub fn inject(&mut self, psdu: &[u8]) {
        for receiver in 0..self.nodes.len() {
            let mut heard = Heard::default();
            self.nodes[receiver].receive(psdu, &mut heard);
            self.settle(receiver, heard);
        }
    }

    /// Lets time pass, all timers in their order.
    pub fn pass(&mut self, microseconds: u64) {
        let end = self.now_us + microseconds;
        loop {
            let due = self.nodes.iter().enumerate();
            let due =
                due.filter_map(|(node, n)| n.next_timer_us().map(|at| (at.max(self.now_us), node)));
            let Some((at, node)) = due.min().filter(|(at, _)| *at <= end) else {
                break;
            };
            // Time is everybody's, be there something due or not.
            self.now_us = at;
            self.advance_all(at, node);
        }
        self.now_us = end;
        self.advance_all(end, 0);
    }

    fn advance_all(&mut self, now_us: u64, first: usize) {
        let count = self.nodes.len();
        for node in (first..count).chain(0..first) {
            let mut heard = Heard::default();
            self.nodes[node].advance(now_us, &mut heard);
            self.settle(node, heard);
        }
    }

    /// ICMPv6 messages of a type delivered to a node, from their type octet on.
    pub fn messages(&self, node: usize, kind: u8) -> Vec<Vec<u8>> {
        let to_node = self.delivered.iter().filter(|(to, _)| *to == node);
        let messages = to_node.filter(|(_, packet)| packet[6] == 58 && packet[40] == kind);
        messages.map(|(_, packet)| packet[40..].to_vec()).collect()
    }
}

/// The Internet checksum of a whole packet's payload.
fn checksum(packet: &[u8]) -> u16 {
    let payload = &packet[40..];
    let mut sum = payload.len() as u32 + u32::from(packet[6]);
    for pair in packet[8..].chunks(2) {
        sum += u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    }
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    !(sum as u16)
}

/// An IPv6 packet; the checksum of ICMPv6 and UDP directly behind the header is filled in.
pub fn packet(source: Address, destination: Address, next_header: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0];
    packet.extend((payload.len() as u16).to_be_bytes());
    packet.extend([next_header, 64]);
    packet.extend(source.0);
    packet.extend(destination.0);
    packet.extend(payload);
    let at = match next_header {
        58 => 42,
        17 => 46,
        _ => return packet,
    };
    packet[at..at + 2].fill(0);
    let sum = checksum(&packet);
    packet[at..at + 2].copy_from_slice(&sum.to_be_bytes());
    packet
}

/// An echo request with this much data.
pub fn echo_request(from: Address, to: Address, sequence: u16, data: usize) -> Vec<u8> {
    let mut payload = vec![128, 0, 0, 0, 0x12, 0x34];
    payload.extend(sequence.to_be_bytes());
    payload.extend((0..data).map(|index| index as u8));
    packet(from, to, 58, &payload)
}

/// A UDP datagram.
pub fn udp(from: Address, to: Address, ports: (u16, u16), data: &[u8]) -> Vec<u8> {
    let mut payload = Vec::new();
    payload.extend(ports.0.to_be_bytes());
    payload.extend(ports.1.to_be_bytes());
    payload.extend((8 + data.len() as u16).to_be_bytes());
    payload.extend([0, 0]);
    payload.extend(data);
    packet(from, to, 17, &payload)
}

/// The FCS of IEEE 802.15.4, one bit at a time.
fn fcs(octets: &[u8]) -> u16 {
    octets.iter().fold(0, |crc, octet| {
        (0..8).fold(crc ^ u16::from(*octet), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0x8408
            } else {
                crc >> 1
            }
        })
    })
}

/// A data frame of the test's PAN, FCS included.
pub fn frame(source: LinkAddress, destination: LinkAddress, lowpan: &[u8]) -> Vec<u8> {
    let mode = |address| match address {
        LinkAddress::Short(_) => 2u16,
        LinkAddress::Extended(_) => 3,
    };
    let control = 0x0041 | mode(destination) << 10 | mode(source) << 14;
    let mut psdu = control.to_le_bytes().to_vec();
    psdu.push(1);
    psdu.extend(PAN.to_le_bytes());
    for address in [destination, source] {
        match address {
            LinkAddress::Short(short) => psdu.extend(short.to_le_bytes()),
            LinkAddress::Extended(eui64) => psdu.extend(eui64.iter().rev()),
        }
    }
    psdu.extend(lowpan);
    psdu.extend(fcs(&psdu).to_le_bytes());
    psdu
}

/// A frame's LoWPAN part.
pub fn lowpan(psdu: &[u8]) -> &[u8] {
    let control = u16::from_le_bytes([psdu[0], psdu[1]]);
    let width = |mode| if mode == 2 { 2 } else { 8 };
    let start = 5 + width(control >> 10 & 3) + width(control >> 14 & 3);
    &psdu[start..psdu.len() - 2]
}

/// Octets of hexadecimal digits, blanks left out.
pub fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| {
            c.to_digit(16)
                .unwrap_or_else(|| panic!("{c:?} in {text:?}")) as u8
        })
        .collect();
    assert!(digits.len().is_multiple_of(2), "half an octet in {text:?}");
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

/// Octets in a form that a person can compare.
pub fn spaced(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets
        .chunks(4)
        .map(|four| four.iter().map(|o| format!("{o:02x}")).collect())
        .collect();
    pairs.join(" ")
}

/// `2001:db8:0:1::LAST`.
pub fn global(last: u8) -> [u8; 16] {
    [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, last]
}

/// A neighbour discovery message: hop limit 255, checksum filled in.
pub fn discovery(source: Address, destination: Address, message: &[u8]) -> Vec<u8> {
    let mut packet = packet(source, destination, 58, message);
    packet[7] = 255;
    packet
}

/// A neighbour solicitation with these options.
pub fn solicitation(source: Address, to: Address, target: Address, options: &[u8]) -> Vec<u8> {
    let mut message = vec![135, 0, 0, 0, 0, 0, 0, 0];
    message.extend(target.0);
    message.extend(options);
    discovery(source, to, &message)
}

/// A source (1) or target (2) link-layer address option.
pub fn link_address_option(kind: u8, eui64: [u8; 8]) -> Vec<u8> {
    [&[kind, 2][..], &eui64, &[0; 6]].concat()
}

/// The group that solicitations of an address go to.
pub fn solicited_node(address: Address) -> Address {
    let [.., a, b, c] = address.0;
    Address([0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a, b, c])
}

/// A packet uncompressed, between the MAC addresses of two numbered nodes.
pub fn plain(from: u8, to: LinkAddress, packet: &[u8]) -> Vec<u8> {
    let lowpan = [&[0x41], packet].concat();
    frame(LinkAddress::Extended(eui64(from)), to, &lowpan)
}

/// The IPv6 packets in frames that are uncompressed and whole.
pub fn plain_packets(frames: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let plain = frames
        .iter()
        .map(|psdu| lowpan(psdu))
        .filter(|lowpan| lowpan[0] == 0x41);
    plain.map(|lowpan| lowpan[1..].to_vec()).collect()
}

/// A packet uncompressed, in fragments of at most 80 octets each.
pub fn fragments(from: u8, to: LinkAddress, tag: u16, packet: &[u8]) -> Vec<Vec<u8>> {
    let header = |kind: u16| {
        let size = kind | packet.len() as u16;
        [size.to_be_bytes(), tag.to_be_bytes()].concat()
    };
    let pieces = packet
        .chunks(80)
        .enumerate()
        .map(|(index, data)| match index {
            0 => [&header(0xc000)[..], &[0x41], data].concat(),
            _ => [&header(0xe000)[..], &[index as u8 * 10], data].concat(),
        });
    let source = LinkAddress::Extended(eui64(from));
    pieces.map(|lowpan| frame(source, to, &lowpan)).collect()
}
