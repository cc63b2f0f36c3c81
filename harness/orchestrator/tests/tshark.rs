//! tshark opens what we record, and sees in it what we meant.
//!
//! Needs tshark: `cargo test -p sixlo-harness --features oracles`.

use std::borrow::Cow;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sixlo_harness::capture::{Direction, Interface, Packet, Writer};

const EPOCH: Duration = Duration::from_secs(1_700_000_000);

/// An acknowledgement of sequence number 1; its FCS follows, least significant octet first.
const ACK: [u8; 5] = [0x02, 0x00, 0x01, 0x31, 0xa4];

#[test]
fn tshark_opens_both_sections_clean() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dut.pcapng");
    let mut writer = Writer::begin(File::create(&path).unwrap(), 0, EPOCH).unwrap();
    writer.write(&acknowledgement(1_000_001)).unwrap();
    writer.write(&delivered(1_000_002)).unwrap();
    let end = writer.offset();
    let file = File::options().append(true).open(&path).unwrap();
    let mut writer = Writer::begin(file, end, EPOCH).unwrap();
    writer.write(&acknowledgement(2_000_000)).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), writer.offset());

    let lines = tshark(&path);
    let lines: Vec<Vec<&str>> = lines
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(
        lines,
        [
            [
                "1700000001.000001000",
                "air",
                "0x00000002",
                "1",
                "1",
                "",
                "a-case, control"
            ],
            [
                "1700000001.000002000",
                "delivered",
                "0x00000001",
                "",
                "",
                "1",
                "a-case, step 1"
            ],
            [
                "1700000002.000000000",
                "air",
                "0x00000002",
                "1",
                "1",
                "",
                "a-case, control"
            ],
        ]
    );
}

fn acknowledgement(at_us: u64) -> Packet<'static> {
    Packet {
        at_us,
        interface: Interface::Air,
        direction: Direction::ToDut,
        octets: Cow::Borrowed(&ACK),
        comment: Cow::Borrowed("a-case, control"),
    }
}

/// 41 octets of IPv6: one octet behind next header 59, "none".
fn delivered(at_us: u64) -> Packet<'static> {
    let mut octets = vec![0x60, 0, 0, 0, 0, 1, 59, 64];
    octets.resize(41, 0);
    Packet {
        at_us,
        interface: Interface::Delivered,
        direction: Direction::FromDut,
        octets: Cow::Owned(octets),
        comment: Cow::Borrowed("a-case, step 1"),
    }
}

fn tshark(path: &Path) -> String {
    let fields = [
        "frame.time_epoch",
        "frame.interface_name",
        "frame.packet_flags_direction",
        "wpan.seq_no",
        "wpan.fcs_ok",
        "ipv6.plen",
        "frame.comment",
    ];
    let mut command = Command::new("tshark");
    command.arg("-r").arg(path).args(["-T", "fields"]);
    for field in fields {
        command.args(["-e", field]);
    }
    let output = command.output().expect("tshark is installed");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
