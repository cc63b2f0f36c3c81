//! ZEP against two others that speak it: Wireshark's dissector reads what is written here, and
//! what Scapy writes is read.

use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use sixlo_agent_process::fcs;
use sixlo_bridges::zep;

const CHANNEL: u8 = 26;
const PORT: u16 = 17754;

fn frame(sequence: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x41, 0x88, sequence, 0xcd, 0xab, 0x01, 0x1a, 0x02, 0x2b];
    frame.extend_from_slice(payload);
    fcs::append(&mut frame);
    frame
}

/// A capture of these UDP datagrams, as IPv4 packets (LINKTYPE_RAW).
fn pcap(datagrams: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4u32, 0x0004_0002, 0, 0, 65_535, 101] {
        file.extend(word.to_le_bytes());
    }
    for datagram in datagrams {
        let udp = datagram.len() as u16 + 8;
        let total = udp + 20;
        let mut packet = vec![0x45, 0];
        packet.extend(total.to_be_bytes());
        packet.extend([0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
        for word in [PORT, PORT, udp, 0] {
            packet.extend(word.to_be_bytes());
        }
        packet.extend_from_slice(datagram);
        for word in [0, 0, packet.len() as u32, packet.len() as u32] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

#[test]
#[ignore = "wants tshark"]
fn wireshark_reads_what_is_written() {
    let moment = UNIX_EPOCH + Duration::new(1_700_000_000, 500_000_000);
    let payloads = [&b""[..], b"a", &[0x5a; 116]];
    let datagrams: Vec<Vec<u8>> = (1u8..)
        .zip(payloads)
        .map(|(n, payload)| zep::write(&frame(n, payload), CHANNEL, 0x0b1d, n.into(), moment))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zep.pcap");
    std::fs::write(&path, pcap(&datagrams)).unwrap();
    let fields = [
        "zep.version",
        "zep.type",
        "zep.channel_id",
        "zep.device_id",
        "zep.seqno",
        "zep.length",
        "wpan.seq_no",
        "wpan.fcs_ok",
    ];
    let mut tshark = Command::new("tshark");
    tshark
        .args(["-n", "-T", "fields", "-E", "separator=,", "-r"])
        .arg(&path);
    // Else it takes the FCS's two octets for a TI radio's metadata.
    tshark.args(["-o", "wpan.fcs_format:ITU-T CRC-16"]);
    for field in fields {
        tshark.args(["-e", field]);
    }
    let output = tshark.output().expect("apt-get install tshark");
    let told = String::from_utf8_lossy(&output.stdout);
    let lines: Vec<&str> = told.lines().collect();
    let expected = |n: u8, length: usize| format!("2,1,26,2845,{n},{length},{n},1");
    let is_right = |flag: &str| flag.replace("True", "1");
    let lines: Vec<String> = lines.into_iter().map(is_right).collect();
    let all: Vec<String> = [(1, 11), (2, 12), (3, 127)]
        .map(|(n, length)| expected(n, length))
        .into();
    assert_eq!(lines, all, "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "wants python3-scapy"]
fn what_scapy_writes_is_read() {
    let psdu = frame(7, b"by another hand");
    let hex: String = psdu.iter().map(|octet| format!("{octet:02x}")).collect();
    let script = format!(
        "from scapy.layers.zigbee import ZEP2\n\
         for channel, kind in ((26, 1), (11, 1), (26, 2)):\n\
         \x20   zep = ZEP2(ver=2, type=kind, channel=channel, device=0x1234, seq=9, length={})\n\
         \x20   print((bytes(zep) + bytes.fromhex('{hex}')).hex())\n",
        psdu.len()
    );
    let output = Command::new("/usr/bin/python3")
        .args(["-c", &script])
        .output()
        .expect("apt-get install python3-scapy");
    let told = String::from_utf8_lossy(&output.stdout);
    let datagrams: Vec<Vec<u8>> = told
        .lines()
        .map(|line| {
            let pairs = line.as_bytes().chunks(2);
            let octet = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
            pairs.map(octet).collect()
        })
        .collect();
    let read: Vec<_> = datagrams
        .iter()
        .map(|one| zep::read(one, CHANNEL))
        .collect();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        read,
        [
            Ok(&psdu[..]),
            Err(zep::Dropped::Channel(11)),
            Err(zep::Dropped::NoData)
        ],
        "{errors}"
    );
}
