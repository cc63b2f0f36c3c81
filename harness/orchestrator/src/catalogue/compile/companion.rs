//! Control and sentinel: what is sent before and after a stimulus, in the form this
//! device is known to take.

use std::net::Ipv6Addr;

use sixlo_frames::craft::{Body, Fragmentation, FrameSpec, IphcSpec, NhcSpec};
use sixlo_frames::iid;
use sixlo_frames::mac::{MacAddress, MacFrame};
use sixlo_frames::packet::{
    Checksum, Echo, ExtensionBody, Icmpv6, Ipv6Header, Message, Packet, Payload, Stated,
};
use sixlo_judge::profile::{Profile, Simplest};
use sixlo_judge::testcase::{Expectation, Filled, Kind, Need, Order, Send, Step, TestCase};
use sixlo_judge::trial::{Identity, Nonce, Stimulus};

use super::fill::{CONTROL, Filler, SENTINEL, SHORTEST_NONCE};

/// Topics whose own messages are what is judged.
const ND_TOPICS: [&str; 2] = ["ipv6-nd", "6lowpan-nd"];
/// Octets of data of a plain echo.
const ECHO_DATA: [u8; 8] = [0x07, 0x26, 0x45, 0x64, 0x83, 0xa2, 0xc1, 0xe0];

/// Of a plain echo.
const ECHO_FILLED: Filled = Filled {
    identifier: true,
    sequence: true,
    udp_data: false,
    sums_to_zero: false,
    tag: true,
    bc0: false,
    dispatch: false,
};

#[derive(Default)]
pub(super) struct Companions {
    pub control: Option<Stimulus>,
    pub sentinel: Option<Stimulus>,
}

/// Control and sentinel of a trial.
pub(super) fn companions(
    case: &TestCase,
    when: &[Step],
    then: &[Expectation],
    profile: &Profile,
    filler: &mut Filler<'_>,
) -> Companions {
    let sends: Vec<&Send> = when
        .iter()
        .filter_map(|step| match step {
            Step::Send(send) => Some(&**send),
            _ => None,
        })
        .collect();
    // What comes before the stimulus may be what makes it answerable at all.
    let opens = matches!(when.first(), Some(Step::Send(_)));
    let control = match sends.first() {
        Some(send) if opens => control(case, send, profile),
        _ => None,
    };
    let from = sends.last().map_or(Identity::Tester, |send| send.from);
    let alive = then.iter().any(asks_for_life);
    let likewise = sends
        .last()
        .and_then(|send| simplest(case, send, profile))
        .filter(|send| is_answered_uniquely(&send.datagram.payload))
        .filter(|send| vouches(send, profile));
    let sentinel = match likewise {
        // By the same path, whose addresses are resolved already.
        Some(send) if alive => as_echo(send, profile),
        Some(send) => send,
        None => plain_echo(profile, from),
    };
    Companions {
        control: control.map(|send| numbered(send, CONTROL, filler)),
        sentinel: Some(numbered(sentinel, SENTINEL, filler)),
    }
}

/// Where frames are lost, control and sentinel are all that says of silence that the device
/// heard: they must be such as have to be answered. No error answers a multicast packet
/// (RFC 4443 2.4 e.3), and nothing the unspecified address.
fn vouches(send: &Send, profile: &Profile) -> bool {
    let header = &send.datagram.header;
    let is_echo = matches!(&send.datagram.payload, Payload::Icmpv6(icmpv6)
        if matches!(icmpv6.message, Message::EchoRequest(_)));
    profile.loss <= 0.0 || !header.src.is_unspecified() && (is_echo || !header.dst.is_multicast())
}

fn asks_for_life(expectation: &Expectation) -> bool {
    match expectation {
        Expectation::Alive => true,
        Expectation::AnyOf(alternatives) => alternatives.iter().any(|(one, _)| asks_for_life(one)),
        Expectation::Within(inner, _) | Expectation::AtMostOne(inner) => asks_for_life(inner),
        _ => false,
    }
}

fn numbered(mut send: Send, number: u16, filler: &mut Filler<'_>) -> Stimulus {
    send.number = number;
    super::stimulus(&send, filler)
}

/// Whether a case judges neighbour discovery, and does not only use it.
pub(super) fn is_about_nd(case: &TestCase) -> bool {
    ND_TOPICS.contains(&case.topic.0.as_str())
}

/// The control: it shows that the oracle works, and resolves the source's address,
/// so it is sent even where the stimulus has that form itself.
fn control(case: &TestCase, send: &Send, profile: &Profile) -> Option<Send> {
    // Neighbour discovery cannot vouch for itself: a plain echo says that the node lives.
    if is_about_nd(case) {
        return Some(plain_echo(profile, send.from));
    }
    let mut control = simplest(case, send, profile)?;
    if !vouches(&control, profile) {
        return Some(plain_echo(profile, send.from));
    }
    if !is_same_form(send, &control) {
        return Some(control);
    }
    // Nor can fragments in that form, nor a solicitation.
    if send.frames.fragmentation != Fragmentation::None
        || !is_answered_uniquely(&send.datagram.payload)
        || is_special(&send.datagram)
    {
        return Some(plain_echo(profile, send.from));
    }
    // The first row's own form cannot vouch for itself: IPHC with everything in line does.
    if case.topic.0 == "uncompressed-ipv6" {
        control.frames.body = Body::Iphc(IphcSpec::default());
    }
    Some(control)
}

/// Whether its headers may be beyond a node whatever carries them.
fn is_special(packet: &Packet) -> bool {
    !packet.extensions.is_empty() || matches!(packet.payload, Payload::Ipv6(_))
}

fn is_same_form(send: &Send, control: &Send) -> bool {
    let (a, b) = (&send.frames, &control.frames);
    (send.filled.dispatch || a.body == b.body)
        && a.mesh.is_none()
        && a.bc0.is_none()
        && a.leading.is_empty()
        && a.patches.is_empty()
        && a.cut_to.is_none()
        && a.mac == b.mac
        && send.datagram == control.datagram
}

/// The same datagram, honest, in the form this device is known to take; none where
/// nothing would answer it.
pub(super) fn simplest(case: &TestCase, send: &Send, profile: &Profile) -> Option<Send> {
    let datagram = honest(case, &send.datagram, profile, send.from)?;
    let own = match send.from {
        Identity::Tester => profile.addresses.tester,
        Identity::Peer => profile.addresses.peer,
    };
    let stated = &send.frames.mac;
    let src = match stated.src {
        MacAddress::Short(_) => MacAddress::Short(own.short),
        _ => MacAddress::Extended(own.eui64),
    };
    let dut = profile.addresses.dut;
    let dst = match stated.dst {
        _ if datagram.header.dst.is_multicast() => MacAddress::Short(sixlo_frames::mac::BROADCAST),
        MacAddress::Short(short) if short == dut.short => MacAddress::Short(short),
        // A fresh EUI-64 is not the profile's.
        MacAddress::Extended(eui64) if is_fresh(eui64) => MacAddress::Extended(eui64),
        _ => MacAddress::Extended(dut.eui64),
    };
    let mut frames = form(profile, dst, src);
    frames.body = body_for(profile, datagram.extensions.len());
    // An echo in place of something else has numbers that the case did not ask for.
    let filled = match datagram == plain_packet(profile, send.from) {
        true => ECHO_FILLED,
        false => Filled {
            bc0: false,
            dispatch: false,
            sums_to_zero: false,
            // Where the case states them itself: they would be all datagrams' own.
            identifier: true,
            sequence: true,
            udp_data: true,
            tag: true,
        },
    };
    Some(Send {
        frames,
        datagram,
        order: Order::InOrder,
        filled,
        ..send.clone()
    })
}

/// An echo between the same nodes in the same form, from the same source if that is a
/// link-local address: another one might not be resolved yet.
fn as_echo(send: Send, profile: &Profile) -> Send {
    let plain = plain_packet(profile, send.from).header;
    let stated = send.datagram.header.src;
    let src = if stated.is_unicast_link_local() {
        stated
    } else {
        plain.src
    };
    let dst = match send.frames.mac.dst {
        MacAddress::Extended(eui64) => iid::link_local(iid::from_eui64(eui64)),
        _ => plain.dst,
    };
    let echo = Echo {
        data: ECHO_DATA.to_vec(),
        ..Echo::default()
    };
    let header = Ipv6Header::new(src, dst);
    let mut frames = send.frames;
    frames.body = body(profile);
    Send {
        frames,
        datagram: Packet::new(header, Icmpv6::from(Message::EchoRequest(echo))),
        filled: ECHO_FILLED,
        ..send
    }
}

fn is_fresh(eui64: [u8; 8]) -> bool {
    eui64.starts_with(&[0x02, 0x00, 0x5e, 0xef, 0x11])
}

/// The dispatch that this device is known to take.
pub(super) fn body(profile: &Profile) -> Body {
    match profile.simplest {
        Simplest::Ipv6 => Body::Ipv6,
        Simplest::Iphc | Simplest::IphcExtensions => Body::Iphc(IphcSpec::default()),
    }
}

/// The body of a control for a packet with these extension headers.
fn body_for(profile: &Profile, extensions: usize) -> Body {
    match profile.simplest {
        Simplest::IphcExtensions => Body::Iphc(IphcSpec {
            nhc: vec![
                NhcSpec::Extension {
                    elide_padding: false
                };
                extensions
            ],
            ..IphcSpec::default()
        }),
        Simplest::Ipv6 | Simplest::Iphc => body(profile),
    }
}

/// One frame if it fits, fragments otherwise, nothing else special.
fn form(profile: &Profile, dst: MacAddress, src: MacAddress) -> FrameSpec {
    FrameSpec {
        mac: MacFrame::data(0, profile.addresses.pan_id, dst, src),
        body: body(profile),
        fragmentation: Fragmentation::Auto {
            tag: 0,
            first: None,
        },
        ..FrameSpec::default()
    }
}

/// The packet without its lies. A guard's neighbour discovery message, which is wrong in
/// ways of its own, gives way to a plain echo.
fn honest(case: &TestCase, packet: &Packet, profile: &Profile, from: Identity) -> Option<Packet> {
    let mut packet = packet.clone();
    packet.header.version = 6;
    packet.header.payload_length = Stated::Right;
    packet.header.next_header = Stated::Right;
    for extension in &mut packet.extensions {
        extension.next_header = Stated::Right;
        extension.hdr_ext_len = Stated::Right;
        if matches!(extension.body, ExtensionBody::Fragment(_)) {
            return Some(plain_packet(profile, from));
        }
    }
    match &mut packet.payload {
        Payload::Udp(udp) => {
            udp.checksum = Checksum::Right;
            udp.length = Stated::Right;
        }
        Payload::Icmpv6(icmpv6) => match &icmpv6.message {
            Message::EchoRequest(_) => icmpv6.checksum = Checksum::Right,
            Message::NeighborSolicitation { .. } if case.kind != Kind::Guard => {}
            _ => return Some(plain_packet(profile, from)),
        },
        Payload::Ipv6(_) => {}
        Payload::Tcp(_) | Payload::Octets { .. } => return Some(plain_packet(profile, from)),
    }
    // A guard's packet may be for nobody here, and a router's is: then a plain echo says that
    // the node lives.
    let goes_on = case.kind == Kind::Guard || case.needs.contains(&Need::Forwards);
    if goes_on && !is_for(profile, packet.header.dst) {
        return Some(plain_packet(profile, from));
    }
    // Nobody may answer `::`, unless it asks for an address (RFC 4861 7.2.4).
    let solicits = matches!(&packet.payload, Payload::Icmpv6(icmpv6)
        if matches!(icmpv6.message, Message::NeighborSolicitation { .. }));
    if packet.header.src.is_unspecified() && !solicits {
        return Some(plain_packet(profile, from));
    }
    Some(packet)
}

/// Whether a packet to this address is for the device: one of its usual addresses, or a
/// group that every node is in.
fn is_for(profile: &Profile, dst: Ipv6Addr) -> bool {
    let dut = profile.addresses.dut;
    let iids = [iid::from_eui64(dut.eui64), iid::from_short(dut.short)];
    match dst.is_multicast() {
        true => dst == Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1),
        false => iids.contains(&iid::of(dst)),
    }
}

/// An echo from the identity's link-local address to the device's.
pub(super) fn plain_echo(profile: &Profile, from: Identity) -> Send {
    let own = match from {
        Identity::Tester => profile.addresses.tester,
        Identity::Peer => profile.addresses.peer,
    };
    let frames = form(
        profile,
        MacAddress::Extended(profile.addresses.dut.eui64),
        MacAddress::Extended(own.eui64),
    );
    Send {
        from,
        datagram: plain_packet(profile, from),
        frames,
        order: Order::InOrder,
        number: 0,
        filled: ECHO_FILLED,
    }
}

fn plain_packet(profile: &Profile, from: Identity) -> Packet {
    let own = match from {
        Identity::Tester => profile.addresses.tester,
        Identity::Peer => profile.addresses.peer,
    };
    let address = |eui64| -> Ipv6Addr { iid::link_local(iid::from_eui64(eui64)) };
    let header = Ipv6Header::new(address(own.eui64), address(profile.addresses.dut.eui64));
    let echo = Echo {
        data: ECHO_DATA.to_vec(),
        ..Echo::default()
    };
    Packet::new(header, Icmpv6::from(Message::EchoRequest(echo)))
}

/// Its answer can be told from another datagram's of the same kind.
fn is_answered_uniquely(payload: &Payload) -> bool {
    match payload {
        Payload::Ipv6(inner) => is_answered_uniquely(&inner.payload),
        // Its ports alone are those of the next one, too.
        Payload::Udp(udp) => udp.data.len() >= SHORTEST_NONCE,
        other => !matches!(super::fill::nonce(other), Nonce::None | Nonce::Target(_)),
    }
}
