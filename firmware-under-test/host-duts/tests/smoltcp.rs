//! smoltcp in a child process, as the harness sees it.

mod common;

use common::{Dut, Said, frames, transmitted};
use sixlo_agent_protocol::{HostMessage, Setting};

fn started() -> Dut {
    let mut dut = Dut::start("smoltcp");
    for setting in [
        Setting::Eui64(frames::DEVICE),
        Setting::PanId(frames::PAN),
        Setting::Address(frames::link_local(frames::DEVICE), 64),
    ] {
        assert_eq!(dut.configure(setting), Said::Done);
    }
    dut
}

/// As `started`, with the tester resolved: smoltcp drops the first reply to a neighbour it does not know.
fn resolved() -> Dut {
    let mut dut = started();
    let advertised = dut.hear(&frames::to_device(1, &frames::neighbour_solicitation()));
    assert_eq!(advertised.len(), 1, "one advertisement");
    dut
}

#[test]
fn an_echo_request_in_base_form_is_answered() {
    let mut dut = resolved();
    let request = frames::echo_request(0x1234, 7, b"sixlo");
    let sent = dut.hear(&frames::to_device(2, &request));
    assert_eq!(sent.len(), 1);
    // TF elided, hop limit 64, both addresses elided: what smoltcp sends to a link-local peer.
    let reply = frames::payload(&sent[0]);
    assert_eq!(reply[..3], [0x7a, 0x33, 58]);
    assert_eq!(reply[3..5], [129, 0]);
    assert_eq!(reply[7..], *b"\x12\x34\x00\x07sixlo");
    assert!(dut.close().success());
}

#[test]
fn frames_for_others_and_broken_frames_are_not_heard() {
    let mut dut = resolved();
    let request = frames::echo_request(1, 1, b"");
    let mut other = frames::to_device(2, &request);
    other[5] ^= 0xff; // last octet of the destination
    assert_eq!(dut.hear(&other), Vec::<Vec<u8>>::new());
    let mut psdu = frames::with_fcs(&frames::to_device(3, &request));
    *psdu.last_mut().unwrap() ^= 1;
    let said = dut.ask(HostMessage::Receive { psdu: &psdu });
    assert_eq!(transmitted(said), Vec::<Vec<u8>>::new());
    // The twin of both: the same request, to the device and whole.
    assert_eq!(dut.hear(&frames::to_device(4, &request)).len(), 1);
}

#[test]
fn a_reply_in_fragments_is_settled_whole() {
    let mut dut = resolved();
    // FRAG1 covers 40 + 48 octets, FRAGN the remaining 60 of 148.
    let whole = frames::echo_request(1, 1, &[0x5a; 100]);
    let (headers, message) = whole.split_at(40);
    let mut first = vec![0xc0, 148, 0, 9];
    first.extend_from_slice(headers);
    first.extend_from_slice(&message[..48]);
    let mut second = vec![0xe0, 148, 0, 9, 11];
    second.extend_from_slice(&message[48..]);
    assert_eq!(dut.hear(&frames::to_device(2, &first)).len(), 0);
    let sent = dut.hear(&frames::to_device(3, &second));
    assert_eq!(sent.len(), 2, "a reply of 148 octets takes two frames");
    assert_eq!(frames::payload(&sent[0])[0] & 0xf8, 0xc0);
    assert_eq!(frames::payload(&sent[1])[0] & 0xf8, 0xe0);
}

#[test]
fn time_moves_only_when_told() {
    let mut dut = started();
    assert_eq!(dut.configure(Setting::Autoconfigure(true)), Said::Done);
    let said = dut.ask(HostMessage::Reset);
    assert_eq!(said.last(), Some(&Said::Done));
    // RFC 4861 6.3.7: three solicitations, 4 seconds apart, the first at once.
    assert_eq!(transmitted(said).len(), 1);
    dut.next();
    for (to_us, solicitations) in [(3_999_999, 0), (4_000_000, 1), (60_000_000, 1)] {
        let said = dut.ask(HostMessage::AdvanceClock { to_us });
        assert_eq!(transmitted(said).len(), solicitations, "until {to_us} us");
    }
}

#[test]
fn an_open_port_answers_and_a_closed_one_is_unreachable() {
    let mut dut = resolved();
    assert_eq!(dut.configure(Setting::OpenPort(5683)), Said::Done);
    let mut ask = |port: u16| {
        let mut datagram = vec![0xf0, 0xb2];
        datagram.extend(port.to_be_bytes());
        datagram.extend([0, 12, 0, 0]);
        datagram.extend(b"ping");
        let checksum = frames::checksum(17, &datagram);
        datagram[6..8].copy_from_slice(&checksum.to_be_bytes());
        let request = frames::iphc_base(17, 64, &datagram);
        dut.hear(&frames::to_device(5, &request))
    };
    let echoed = ask(5683);
    assert_eq!(echoed.len(), 1);
    // 7e 33: as above with NHC; f1: destination port f0b2 in 8 bits.
    let echo = frames::payload(&echoed[0]);
    assert_eq!(echo[..6], [0x7e, 0x33, 0xf1, 0x16, 0x33, 0xb2]);
    assert!(echo.ends_with(b"ping"));
    let refused = ask(5684);
    assert_eq!(frames::payload(&refused[0])[..5], [0x7a, 0x33, 58, 1, 4]);
}

#[test]
fn a_packet_of_the_harness_is_compressed_and_sent() {
    let mut dut = resolved();
    let mut datagram = vec![0x16, 0x33, 0x16, 0x34, 0, 10, 0, 0, b'h', b'i'];
    let checksum = frames::checksum(17, &datagram); // symmetric in its two addresses
    datagram[6..8].copy_from_slice(&checksum.to_be_bytes());
    let mut packet = vec![0x60, 0, 0, 0, 0, 10, 17, 64];
    packet.extend(frames::link_local(frames::DEVICE));
    packet.extend(frames::link_local(frames::TESTER));
    packet.extend(&datagram);
    let said = dut.ask(HostMessage::SendIpv6 { packet: &packet });
    assert_eq!(said.last(), Some(&Said::Done));
    // The frame precedes done; settled follows it.
    let sent = transmitted(said);
    let [high, low] = checksum.to_be_bytes();
    assert_eq!(
        frames::payload(&sent[0]),
        [
            0x7e, 0x33, 0xf0, 0x16, 0x33, 0x16, 0x34, high, low, b'h', b'i'
        ]
    );
    // What its sockets cannot say is the stack's lack, and said to be.
    packet[1] = 0x10;
    dut.next();
    let said = dut.ask(HostMessage::SendIpv6 { packet: &packet });
    assert!(
        matches!(&said[0], Said::Error(text) if text.starts_with("stack: ")),
        "{said:?}"
    );
}

#[test]
fn what_it_cannot_have_is_refused_in_its_own_name() {
    let mut dut = started();
    let group = [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12, 0x34];
    let long = Setting::Context {
        id: 1,
        prefix: [0x20; 16],
        prefix_length: 80,
        compress: false,
    };
    for setting in [Setting::Group(group), long] {
        let said = dut.configure(setting.clone());
        assert!(
            matches!(&said, Said::Error(text) if text.starts_with("stack: ")),
            "{setting:?} gave {said:?}"
        );
    }
    // What the port has no way to set is not there at all.
    assert_eq!(dut.configure(Setting::MeshHops(1)), Said::Unsupported);
}
