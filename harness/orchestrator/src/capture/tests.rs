use std::borrow::Cow;
use std::fs::{self, File};
use std::io::Write;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

const EPOCH: Duration = Duration::from_secs(1_700_000_000);

fn packet(at_us: u64, octets: &[u8], comment: &str) -> Packet<'static> {
    Packet {
        at_us,
        interface: Interface::Air,
        direction: Direction::ToDut,
        octets: Cow::Owned(octets.to_vec()),
        comment: Cow::Owned(comment.to_owned()),
    }
}

fn file_of(packets: &[Packet]) -> (tempfile::TempDir, std::path::PathBuf, Vec<u64>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dut.pcapng");
    let mut writer = Writer::begin(File::create(&path).unwrap(), 0, EPOCH).unwrap();
    let mut offsets = vec![writer.offset()];
    for packet in packets {
        writer.write(packet).unwrap();
        offsets.push(writer.offset());
    }
    writer.flush().unwrap();
    (folder, path, offsets)
}

#[test]
fn packets_read_back_as_written() {
    let delivered = Packet {
        interface: Interface::Delivered,
        direction: Direction::FromDut,
        ..packet(7, &[0x60; 41], "")
    };
    let packets = [packet(0, &[1, 2, 3], "a case, step 1"), delivered];
    let (_folder, path, offsets) = file_of(&packets);

    assert_eq!(fs::metadata(&path).unwrap().len(), offsets[2]);
    let all = read_range(&path, offsets[0]..offsets[2], EPOCH).unwrap();
    assert_eq!(all, packets);
    let second = read_range(&path, offsets[1]..offsets[2], EPOCH).unwrap();
    assert_eq!(second, packets[1..]);
    let nothing = read_range(&path, offsets[1]..offsets[1], EPOCH).unwrap();
    assert_eq!(nothing, []);
}

#[test]
fn a_file_is_carried_on_with_a_new_section() {
    let (_folder, path, offsets) = file_of(&[packet(1, &[1], "first")]);
    // Half a packet, as a killed run leaves it.
    let mut file = File::options().append(true).open(&path).unwrap();
    file.write_all(&[6, 0, 0, 0, 0x40]).unwrap();
    file.set_len(offsets[1]).unwrap();

    let mut writer = Writer::begin(file, offsets[1], EPOCH).unwrap();
    let start = writer.offset();
    writer.write(&packet(2, &[2], "second")).unwrap();
    let end = writer.offset();

    assert_eq!(fs::metadata(&path).unwrap().len(), end);
    let second = read_range(&path, start..end, EPOCH).unwrap();
    assert_eq!(second, [packet(2, &[2], "second")]);
    // The whole file is a capture, too: behind its first section header two
    // interfaces and a packet, then all of that again with another header.
    let whole = pcap_file::pcapng::PcapNgReader::new(File::open(&path).unwrap()).unwrap();
    let blocks: Vec<_> = whole.into_iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(blocks.len(), 3 + 4);
}

#[test]
fn long_comments_are_cut_between_characters() {
    let (_folder, path, offsets) = file_of(&[packet(0, &[0], &"ü".repeat(2_000))]);
    let packets = read_range(&path, offsets[0]..offsets[1], EPOCH).unwrap();
    assert_eq!(packets[0].comment, "ü".repeat(500));
}

#[test]
fn a_damaged_file_is_named_with_the_place() {
    let (_folder, path, offsets) = file_of(&[packet(0, &[0; 20], ""), packet(1, &[0; 20], "")]);
    let range = || offsets[0]..offsets[2];
    let says = |range| {
        let error = read_range(&path, range, EPOCH).unwrap_err().to_string();
        error.replace(path.to_str().unwrap(), "x.pcapng")
    };
    assert_eq!(
        says(0..u64::MAX),
        "x.pcapng: octets 0 to 18446744073709551615 are too many for one attempt (allowed: 67108864 octets)"
    );
    File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(offsets[2] - 3)
        .unwrap();
    let cut = says(range());
    assert!(
        cut.starts_with(&format!(
            "x.pcapng, at octet {}: the file ends here",
            offsets[2] - 3
        )),
        "{cut}"
    );
    fs::remove_file(&path).unwrap();
    let gone = says(range());
    assert!(
        gone.starts_with("cannot read the capture x.pcapng:"),
        "{gone}"
    );
}

proptest! {
    #[test]
    fn damage_never_panics(at in 0_usize..400, with: u8, cut in 0_usize..400) {
        let (_folder, path, offsets) = file_of(&[packet(3, &[7; 127], "a"), packet(4, &[8; 50], "b")]);
        let mut octets = fs::read(&path).unwrap();
        if let Some(octet) = octets.get_mut(at) {
            *octet = with;
        }
        octets.truncate(octets.len().saturating_sub(cut));
        fs::write(&path, octets).unwrap();
        let _ = read_range(&path, offsets[0]..offsets[2], EPOCH);
    }
}
