//! Runs tshark over a capture file.

use std::fs::File;
use std::io::BufWriter;
use std::process::Command;
use std::time::Duration;

use pcap_file::DataLink;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::InterfaceDescriptionBlock;
use sixlo_frames::context::ContextTable;

use super::columns::{self, Column};

/// The protocols that are asked; all others would only guess what payloads are.
const PROTOCOLS: &[&str] = &[
    "frame",
    "data",
    "wpan",
    "6lowpan",
    "ipv6",
    "ipv6.hopopts",
    "ipv6.dstopts",
    "ipv6.routing",
    "ipv6.fraghdr",
    "mipv6",
    "udp",
    "tcp",
    "icmpv6",
];

/// The key of secured frames, and its index.
pub const KEY: [u8; 16] = *b"sixlo's own keys";
pub const KEY_INDEX: u8 = 1;

/// What a capture file holds.
#[derive(Debug, Clone, Copy)]
pub enum LinkType {
    /// PSDUs with their FCS.
    Ieee802154,
    /// Bare IPv6 packets.
    Ipv6,
}

/// One row a frame, one text a column, as tshark prints it.
pub fn dissect<'a>(
    frames: impl Iterator<Item = &'a [u8]>,
    link_type: LinkType,
    columns: &[Column],
    contexts: &ContextTable,
) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let capture = folder.path().join("specimens.pcapng");
    let file = File::create(&capture).expect("a capture file");
    write(file, link_type, frames);

    let mut command = Command::new("tshark");
    command.arg("-n").arg("-r").arg(&capture);
    for protocol in others() {
        command.args(["--disable-protocol", &protocol]);
    }
    for (id, context) in contexts.iter() {
        let preference = format!("6lowpan.context{id}:{}/{}", context.prefix, context.length);
        command.args(["-o", &preference]);
    }
    for preference in [
        "wpan.fcs_format:ITU-T CRC-16",
        "udp.check_checksum:TRUE",
        "tcp.check_checksum:TRUE",
        // Sequence numbers as they are, without a memory of connections.
        "tcp.analyze_sequence_numbers:FALSE",
    ] {
        command.args(["-o", preference]);
    }
    let [key_index, key] = [KEY_INDEX.to_string(), columns::hex(&KEY)];
    let key = format!("uat:ieee802154_keys:\"{key}\",\"{key_index}\",\"No hash\"");
    command.args(["-o", &key]);
    command.args(["-T", "fields", "-E", "separator=|", "-E", "occurrence=a"]);
    command.args(["-E", "aggregator=,"]);
    for column in columns {
        command.args(["-e", column.theirs]);
    }
    run(&mut command)
        .lines()
        .map(|line| line.split('|').map(str::to_owned).collect())
        .collect()
}

/// Every protocol but ours, by tshark's own list: name, short name, filter name.
fn others() -> Vec<String> {
    let list = run(Command::new("tshark").args(["-G", "protocols"]));
    list.lines()
        .filter_map(|line| line.split('\t').nth(2))
        .filter(|protocol| !PROTOCOLS.contains(protocol) && !protocol.contains('.'))
        .map(str::to_owned)
        .collect()
}

fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .expect("tshark must be installed (apt-get install tshark)");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tshark: {errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A pcapng file of frames a millisecond apart.
fn write<'a>(file: File, link_type: LinkType, frames: impl Iterator<Item = &'a [u8]>) {
    let link_type = match link_type {
        LinkType::Ieee802154 => DataLink::IEEE802_15_4,
        LinkType::Ipv6 => DataLink::IPV6,
    };
    let mut writer = PcapNgWriter::new(BufWriter::new(file)).expect("a section header");
    writer
        .write_pcapng_block(InterfaceDescriptionBlock::new(link_type, 0))
        .expect("an interface");
    for (number, frame) in frames.enumerate() {
        writer
            .write_pcapng_block(EnhancedPacketBlock {
                interface_id: 0,
                timestamp: Duration::from_millis(number as u64),
                original_len: frame.len() as u32,
                data: frame.into(),
                options: Vec::new(),
            })
            .expect("a packet");
    }
}
