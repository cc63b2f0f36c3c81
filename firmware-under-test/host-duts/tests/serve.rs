//! The loop around every device, and the devices that are broken on purpose.

mod common;

use std::time::{Duration, Instant};

use common::{Dut, Said, frames};
use sixlo_agent_protocol::{HostMessage, RadioRole, Setting};

/// A configured device that has resolved the tester.
fn resolved(line: &str) -> Dut {
    let mut dut = Dut::start(line);
    for setting in [
        Setting::Eui64(frames::DEVICE),
        Setting::PanId(frames::PAN),
        Setting::Address(frames::link_local(frames::DEVICE), 64),
    ] {
        assert_eq!(dut.configure(setting), Said::Done);
    }
    dut.hear(&frames::to_device(1, &frames::neighbour_solicitation()));
    dut
}

fn echo() -> Vec<u8> {
    frames::to_device(2, &frames::echo_request(0x1234, 7, b"sixlo"))
}

#[test]
fn hello_names_the_stack_and_nonsense_is_unsupported() {
    for name in ["smoltcp", "silent", "echoing", "wrong-identifier"] {
        let mut dut = Dut::start(name);
        let hello = dut.hello();
        assert!(
            matches!(hello, Said::Hello { boot: 1, .. }),
            "{name}: {hello:?}"
        );
        // [1000, [99, []]]: a command that will never exist.
        dut.seq = 1000;
        dut.write(&unknown_command());
        assert_eq!(dut.next(), Some((1000, Said::Unsupported)), "{name}");
        assert!(dut.close().success());
    }
}

/// COBS(cbor || crc) 00 of `[1000, [99, []]]`, put together here because no encoder writes it.
fn unknown_command() -> Vec<u8> {
    let with_crc = frames::with_fcs(&[0x82, 0x19, 0x03, 0xe8, 0x82, 0x18, 0x63, 0x80]);
    assert!(
        with_crc.iter().all(|octet| *octet != 0),
        "no zero, so one COBS block"
    );
    let mut frame = vec![with_crc.len() as u8 + 1];
    frame.extend(with_crc);
    frame.push(0);
    frame
}

#[test]
fn many_messages_in_one_chunk_are_all_answered_in_order() {
    let mut dut = resolved("smoltcp");
    let psdu = frames::with_fcs(&echo());
    let first = dut.seq + 1;
    let mut octets = Vec::new();
    for _ in 0..200 {
        octets.extend(dut.frame(HostMessage::Receive { psdu: &psdu }));
    }
    dut.write(&octets);
    for seq in first..first + 200 {
        let (heard, frame) = dut.next().unwrap();
        assert!(heard == seq && matches!(frame, Said::Transmitted(_)));
        assert_eq!(dut.next().unwrap(), (seq, Said::Settled(None)));
    }
}

/// What a board with this image does, too: one program is device, injector and sniffer.
#[test]
fn a_reference_node_serves_as_injector_and_sniffer() {
    let mut dut = Dut::start("p6lowpan-5");
    let frame = frames::with_fcs(&echo());
    dut.send(HostMessage::Radio {
        role: RadioRole::Both,
    });
    dut.send(HostMessage::Receive { psdu: &frame });
    dut.send(HostMessage::Transmit { psdu: &frame });
    dut.send(HostMessage::Radio {
        role: RadioRole::Device,
    });
    dut.send(HostMessage::Transmit { psdu: &frame });
    let said: Vec<_> = (0..6).map(|_| dut.next().unwrap()).collect();
    assert_eq!(
        said,
        [
            (1, Said::Done),
            (2, Said::Captured(frame.clone())),
            (2, Said::Settled(None)),
            (3, Said::Transmitted(frame)),
            (3, Said::Done),
            (4, Said::Done),
        ]
    );
    assert_eq!(dut.next(), Some((5, Said::Unsupported)));
}

#[test]
fn usage_errors_name_what_is_known() {
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(common::program())
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    };
    let text = run(&["smoltpc"]);
    assert!(
        text.starts_with("sixlo dut: unknown device `smoltpc` (known: "),
        "{text}"
    );
    let text = run(&["smoltcp", "--fault", "X"]);
    assert_eq!(text, "sixlo dut: this device has no fault `X`\n");
    let text = run(&["dying", "--param", "how=gracefully"]);
    assert_eq!(
        text,
        "sixlo dut: parameter `how=gracefully` is unknown (allowed: abort, exit, panic)\n"
    );
}

#[test]
fn silent_obeys_and_settles_without_a_word() {
    let mut dut = resolved("silent");
    let said = dut.ask(HostMessage::Receive {
        psdu: &frames::with_fcs(&echo()),
    });
    assert_eq!(said, [Said::Settled(None)]);
}

#[test]
fn echoing_sends_back_what_it_hears() {
    assert_eq!(resolved("echoing").hear(&echo()), [echo()]);
    let mut swapped = echo();
    swapped[5..13].copy_from_slice(&echo()[13..21]);
    swapped[13..21].copy_from_slice(&echo()[5..13]);
    assert_eq!(
        resolved("echoing --param swap=yes").hear(&echo()),
        [swapped]
    );
}

#[test]
fn the_wrong_identifier_has_a_right_checksum() {
    let right = resolved("smoltcp").hear(&echo());
    let wrong = resolved("wrong-identifier").hear(&echo());
    let message = |frames: &[Vec<u8>]| frames::payload(&frames[0])[3..].to_vec();
    let (mut right, mut wrong) = (message(&right), message(&wrong));
    assert_eq!(wrong[4..6], [0x12, 0x35]);
    // The checksum, zeroed and computed anew, is what each bears.
    for message in [&mut right, &mut wrong] {
        let borne = [message[2], message[3]];
        message[2..4].fill(0);
        assert_eq!(frames::checksum(58, message).to_be_bytes(), borne);
    }
    wrong[5] = 0x34;
    assert_eq!(right, wrong, "nothing else differs");
}

#[test]
fn dying_answers_until_it_dies() {
    for (how, code) in [("exit", Some(3)), ("abort", None), ("panic", Some(101))] {
        let mut dut = resolved(&format!("dying --param after=3 --param how={how}"));
        assert_eq!(dut.hear(&echo()).len(), 1, "{how}: second frame");
        dut.send(HostMessage::Receive {
            psdu: &frames::with_fcs(&echo()),
        });
        assert_eq!(dut.next(), None, "{how}: third frame");
        assert_eq!(dut.child.wait().unwrap().code(), code);
    }
}

#[test]
fn a_hanging_device_ends_with_its_input() {
    let mut dut = resolved("hanging --param after=2");
    dut.send(HostMessage::Receive {
        psdu: &frames::with_fcs(&echo()),
    });
    let begin = Instant::now();
    dut.close();
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn flooding_does_not_stop_and_ends_with_its_reader() {
    for with in ["frames", "log"] {
        let mut dut = resolved(&format!("flooding --param after=2 --param with={with}"));
        dut.send(HostMessage::Receive {
            psdu: &frames::with_fcs(&echo()),
        });
        for _ in 0..10_000 {
            let (_, said) = dut.next().unwrap();
            assert!(matches!(said, Said::Transmitted(_) | Said::Log(_)));
        }
        let mut child = dut.child;
        drop(dut.output);
        child.wait().unwrap();
    }
}

#[test]
fn rebooting_says_hello_unasked_and_has_forgotten_everything() {
    let mut dut = resolved("rebooting --param after=2");
    dut.send(HostMessage::Receive {
        psdu: &frames::with_fcs(&echo()),
    });
    let (seq, said) = dut.next().unwrap();
    assert!(
        seq == 0 && matches!(said, Said::Hello { boot: 2, .. }),
        "{seq} {said:?}"
    );
    assert!(matches!(dut.hello(), Said::Hello { boot: 2, .. }));
    assert!(dut.hear(&echo()).is_empty(), "no address is set any more");
}

#[test]
fn agreeing_says_done_to_what_it_cannot_know() {
    let mut dut = Dut::start("agreeing");
    assert!(matches!(dut.hello(), Said::Hello { .. }));
    dut.seq = 1000;
    dut.write(&unknown_command());
    assert_eq!(dut.next(), Some((1000, Said::Done)));
}

#[test]
fn between_nonsense_the_answers_are_whole() {
    let mut dut = Dut::start("nonsense");
    assert!(matches!(dut.hello(), Said::Hello { .. }));
    assert_eq!(dut.configure(Setting::PanId(1)), Said::Done);
}

#[test]
fn a_slow_device_answers_when_its_time_has_come() {
    let mut dut = resolved("slow --param delay-ms=20");
    let heard = dut.seq;
    assert!(dut.hear(&echo()).is_empty());
    assert!(heard < dut.seq);
    let early = dut.ask(HostMessage::AdvanceClock { to_us: 19_999 });
    assert_eq!(early, [Said::Settled(Some(20_000))]);
    let late = common::transmitted(dut.ask(HostMessage::AdvanceClock { to_us: 20_000 }));
    // The advertisement of `resolved` and the echo reply, in the order they were due.
    let kinds: Vec<u8> = late.iter().map(|frame| frames::payload(frame)[3]).collect();
    assert_eq!(kinds.last(), Some(&129), "{late:02x?}");
    assert_eq!(late.len(), 2);
}

#[test]
fn a_reordering_device_lets_the_second_answer_overtake() {
    let mut dut = resolved("reordering");
    dut.ask(HostMessage::AdvanceClock { to_us: 1_000_000 });
    let mut answers = |identifier| {
        let request = frames::echo_request(identifier, 1, b"");
        let sent = dut.hear(&frames::to_device(3, &request));
        let identifiers = sent.iter().map(|frame| frames::payload(frame)[8]);
        identifiers.collect::<Vec<u8>>()
    };
    assert_eq!(answers(1), []);
    assert_eq!(answers(2), [2, 1]);
    assert_eq!(answers(3), []);
    let last = dut.ask(HostMessage::AdvanceClock { to_us: 2_000_000 });
    assert_eq!(common::transmitted(last).len(), 1);
}
