//! The kernel's 6LoWPAN in a child process of a child process.

mod common;

use std::time::{Duration, Instant};

use common::{Dut, Said, frames};
use rustix::process::{Pid, Signal, kill_process};
use sixlo_agent_protocol::{HostMessage, Setting};

/// A configured guest.
fn started() -> Dut {
    if let Err(missing) = sixlo_host_duts::availability("linux") {
        panic!("{missing}");
    }
    let mut dut = Dut::start("linux");
    assert!(matches!(dut.hello(), Said::Hello { boot: 1, .. }));
    for setting in [
        Setting::Eui64(frames::DEVICE),
        Setting::PanId(frames::PAN),
        Setting::Neighbour(frames::link_local(frames::TESTER), frames::TESTER),
    ] {
        assert_eq!(dut.configure(setting), Said::Done);
    }
    dut
}

/// The first thing said, within ten seconds of wall time, that `wanted` picks.
fn wait_for<T>(dut: &mut Dut, mut wanted: impl FnMut(Said) -> Option<T>) -> T {
    let begin = Instant::now();
    let mut others = Vec::new();
    while begin.elapsed() < Duration::from_secs(10) {
        let (_, said) = dut.next().expect("the guest is gone");
        match wanted(said.clone()) {
            Some(found) => return found,
            None => others.push(said),
        }
    }
    panic!("not within ten seconds, but {others:02x?}");
}

/// The payload of a frame to the tester, if it is one.
fn to_tester(said: Said) -> Option<Vec<u8>> {
    let Said::Transmitted(psdu) = said else {
        return None;
    };
    let mut tester = frames::TESTER;
    tester.reverse();
    let is_ours = psdu.len() > 21 && psdu[..2] == [0x41, 0xcc] && psdu[5..13] == tester;
    is_ours.then(|| psdu[21..psdu.len() - 2].to_vec())
}

fn echo(sequence: u16) -> Vec<u8> {
    frames::with_fcs(&frames::to_device(
        sequence as u8,
        &frames::echo_request(0x1234, sequence, b"sixlo"),
    ))
}

#[test]
fn it_answers_delivers_resets_and_leaves_nothing_behind() {
    let mut dut = started();

    // An echo request in base form, restored and answered.
    dut.send(HostMessage::Receive { psdu: &echo(7) });
    let packet = wait_for(&mut dut, |said| match said {
        Said::Delivered(packet) if packet[6] == 58 && packet[40] == 128 => Some(packet),
        _ => None,
    });
    assert_eq!(packet[8..24], frames::link_local(frames::TESTER));
    assert_eq!(packet[24..40], frames::link_local(frames::DEVICE));
    assert_eq!(packet[44..], *b"\x12\x34\x00\x07sixlo");
    let reply = wait_for(&mut dut, to_tester);
    // IPHC with both addresses elided; the flow label is the kernel's own choice.
    assert_eq!((reply[0] & 0xe0, reply[1]), (0x60, 0x33));
    assert!(reply.ends_with(b"\x12\x34\x00\x07sixlo"), "{reply:02x?}");

    // A reset keeps the settings, the static neighbour among them.
    assert_eq!(dut.ask(HostMessage::Reset).pop(), Some(Said::Done));
    dut.send(HostMessage::Receive { psdu: &echo(8) });
    let reply = wait_for(&mut dut, to_tester);
    assert!(reply.ends_with(b"\x12\x34\x00\x08sixlo"), "{reply:02x?}");

    // A packet of the harness, octet by octet, traffic class and flow label included.
    let mut packet = vec![0x6b, 0x9a, 0xbc, 0xde, 0, 2, 59, 37];
    packet.extend(frames::link_local(frames::DEVICE));
    packet.extend(frames::link_local(frames::TESTER));
    packet.extend(b"hi");
    let said = dut.ask(HostMessage::SendIpv6 { packet: &packet });
    assert_eq!(said.last(), Some(&Said::Done));
    let sent = said.into_iter().find_map(to_tester);
    let sent = sent.unwrap_or_else(|| wait_for(&mut dut, to_tester));
    // TF and hop limit in line, next header 59, addresses elided.
    assert_eq!(
        sent,
        [0x60, 0x33, 0x6e, 0x0a, 0xbc, 0xde, 59, 37, b'h', b'i']
    );

    // An open port answers from the address that was asked.
    assert_eq!(dut.configure(Setting::OpenPort(5683)), Said::Done);
    let mut datagram = vec![0xc0, 0x00, 0x16, 0x33, 0, 10, 0, 0, b'h', b'i'];
    let checksum = frames::checksum(17, &datagram);
    datagram[6..8].copy_from_slice(&checksum.to_be_bytes());
    let asked = frames::to_device(9, &frames::iphc_base(17, 64, &datagram));
    let psdu = frames::with_fcs(&asked);
    dut.send(HostMessage::Receive { psdu: &psdu });
    let echoed = wait_for(&mut dut, to_tester);
    assert_eq!((echoed[0] & 0xe4, echoed[1]), (0x64, 0x33), "IPHC with NHC");
    assert!(echoed.ends_with(b"hi"), "{echoed:02x?}");

    // What no stock kernel can have.
    assert_eq!(
        dut.configure(Setting::ChecksumElision(true)),
        Said::Unsupported
    );

    let kernel = kernel_of(&dut);
    assert!(
        !group(kernel).is_empty(),
        "the kernel runs while it is spoken to"
    );
    assert!(dut.close().success());
    await_end_of(kernel);
}

#[test]
fn a_killed_supervisor_leaves_no_kernel() {
    let mut dut = started();
    let kernel = kernel_of(&dut);
    dut.child.kill().unwrap();
    dut.close();
    await_end_of(kernel);
}

#[test]
fn a_dead_kernel_ends_the_device() {
    let mut dut = started();
    let kernel = kernel_of(&dut);
    let leader = Pid::from_raw(kernel.cast_signed()).unwrap();
    // As at a panic, the kernel's process ends; its helpers are left for the supervisor.
    kill_process(leader, Signal::KILL).unwrap();
    while dut.next().is_some() {}
    assert_eq!(dut.close().code(), Some(1));
    await_end_of(kernel);
}

/// The kernel's process, which leads a group of its own.
fn kernel_of(dut: &Dut) -> u32 {
    let supervisor = dut.child.id();
    let kernel = processes()
        .into_iter()
        .find(|(_, parent, _)| *parent == supervisor);
    kernel.expect("the supervisor has a child").0
}

/// Waits until nothing of a group is left: who is killed takes a moment to go.
fn await_end_of(leader: u32) {
    let begin = Instant::now();
    while !group(leader).is_empty() {
        assert!(
            begin.elapsed() < Duration::from_secs(10),
            "processes left behind: {:?}",
            group(leader)
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The live processes of a group.
fn group(leader: u32) -> Vec<u32> {
    let members = processes()
        .into_iter()
        .filter(|(_, _, group)| *group == leader);
    members.map(|(process, ..)| process).collect()
}

/// Every process that is not a zombie, with its parent and its group.
fn processes() -> Vec<(u32, u32, u32)> {
    let entries = std::fs::read_dir("/proc").unwrap();
    let stats = entries.filter_map(|entry| {
        let stat = std::fs::read_to_string(entry.ok()?.path().join("stat")).ok()?;
        // pid (name) state parent group; a name may hold anything, ")" too.
        let (head, tail) = stat.rsplit_once(')')?;
        let pid = head.split(' ').next()?.parse().ok()?;
        let mut fields = tail.split_whitespace();
        let alive = fields.next()? != "Z";
        let parent = fields.next()?.parse().ok()?;
        let group = fields.next()?.parse().ok()?;
        alive.then_some((pid, parent, group))
    });
    stats.collect()
}
