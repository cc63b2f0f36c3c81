//! Files that Wireshark's programs wrote are read as tshark reads them.
//!
//! Needs tshark and what comes with it: `cargo test -p sixlo-harness --features oracles`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use sixlo_frames::mac::fcs;
use sixlo_harness::capture::foreign::{Ending, Fcs, Frames, Hints};

/// As text2pcap wants them: an offset, then octets. Sequence numbers 0 to 99.
fn dump() -> String {
    let mut text = String::new();
    for number in 0..100_u8 {
        let mac = [0x02, 0x00, number];
        let mut psdu = [&mac[..], &fcs(&mac).to_le_bytes()].concat();
        // One of ten did not arrive as it was sent.
        psdu[4] ^= u8::from(number % 10 == 9);
        let octets: Vec<String> = psdu.iter().map(|octet| format!("{octet:02x}")).collect();
        text += &format!("0000 {}\n", octets.join(" "));
    }
    text
}

fn run(program: &str, words: &[&str], path: &Path, to: &Path) {
    let output = Command::new(program)
        .args(words)
        .args([path, to])
        .output()
        .unwrap();
    assert!(output.status.success(), "{program} {words:?}: {output:?}");
}

/// Packet number, time, sequence number and whether the FCS is right: by tshark.
fn theirs(path: &Path) -> Vec<(u64, String, String, bool)> {
    let output = Command::new("tshark")
        .args(["-n", "-T", "fields"])
        .args(["-e", "frame.number", "-e", "frame.time_epoch"])
        .args(["-e", "wpan.seq_no", "-e", "wpan.fcs_ok", "-r"])
        .arg(path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let right = matches!(fields[3], "1" | "True");
            let number = fields[0].parse().unwrap();
            (number, fields[1].to_owned(), fields[2].to_owned(), right)
        })
        .collect()
}

/// The same by us.
fn ours(path: &Path) -> Vec<(u64, String, String, bool)> {
    let mut frames = Frames::open(path, Hints::default()).unwrap();
    let mut seen = Vec::new();
    while let Some(frame) = frames.next_frame().unwrap() {
        let (seconds, nanoseconds) = (frame.at.as_secs(), frame.at.subsec_nanos());
        seen.push((
            frame.number,
            format!("{seconds}.{nanoseconds:09}"),
            frame.mac[2].to_string(),
            frame.fcs == Fcs::Right,
        ));
    }
    assert_eq!(frames.tally().ending, Ending::Whole);
    assert_eq!(frames.tally().set_aside.wrong_fcs, 10);
    seen
}

#[test]
fn every_format_that_editcap_writes() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { folder.path().join(name) };
    let (dumped, made) = (at("dump.txt"), at("made.pcapng"));
    fs::write(&dumped, dump()).unwrap();
    run("text2pcap", &["-q", "-l", "195"], &dumped, &made);
    let all = theirs(&made);
    assert_eq!(all.len(), 100);
    assert_eq!(all.iter().filter(|seen| seen.3).count(), 90);
    assert_eq!(ours(&made), all);

    for format in ["pcapng", "pcap", "nsecpcap"] {
        let converted = at(format);
        run("editcap", &["-F", format], &made, &converted);
        assert_eq!(ours(&converted), theirs(&converted), "{format}");
        let packed = at("packed.gz");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&fs::read(&converted).unwrap()).unwrap();
        fs::write(&packed, encoder.finish().unwrap()).unwrap();
        assert_eq!(ours(&packed), theirs(&packed), "{format}, gzip");
    }
}
