//! Both formats, both byte orders, every unit of time, compressed and not.

use std::io::Write as _;

use super::*;
use crate::capture::foreign::container::Endian;
use file::SECONDS;

#[test]
fn a_pcap_in_either_byte_order_and_unit_of_time() {
    for endian in [Endian::Little, Endian::Big] {
        for (nano, fraction, nanoseconds) in [(false, 250_001, 250_001_000), (true, 7, 7)] {
            let file = OldFile::new(endian, nano, 230).packet(fraction, &ACK);
            let (seen, tally) = read_all(file.octets);
            let ack = Seen {
                number: 1,
                at: Duration::new(u64::from(SECONDS), nanoseconds),
                mac: ACK.to_vec(),
                fcs: Fcs::Absent,
            };
            assert_eq!(seen, [ack], "{endian:?}, nano: {nano}");
            assert_eq!(tally.ending, Ending::Whole);
        }
    }
}

/// The upper half of a pcap's last word is the length of the FCS.
#[test]
fn the_fcs_length_beside_the_link_type_is_no_part_of_it() {
    let file = OldFile::of(0x2400_0000 | 195, [&with_fcs(&ACK)[..]]);
    assert_eq!(macs(&read_all(file).0), [ACK]);
}

#[test]
fn a_pcapng_of_several_sections_and_interfaces() {
    let right = with_fcs(&ACK);
    let milliseconds: &[u8] = &[3];
    let power_of_two: &[u8] = &[0x80 | 10];
    let later = 1_000_i64.to_be_bytes();
    let file = NgFile::new()
        .interface(195, &[(2, b"air"), (9, &[9]), (0, b"")])
        .interface(230, &[(9, milliseconds)])
        .packet(0, 1_500_000_000, &right)
        .block(5, b"statistics: not read")
        .packet(1, 2_500, &ACK)
        .section(Endian::Big)
        .interface(230, &[])
        .interface(230, &[(9, power_of_two), (14, &later)])
        .packet(0, 3_500_000, &ACK)
        .old_packet(1, 4 * 1024 + 512, &ACK)
        .simple_packet(&ACK);
    let (seen, tally) = read_all(file.octets);
    let at: Vec<u128> = seen.iter().map(|seen| seen.at.as_millis()).collect();
    assert_eq!(at, [1_500, 2_500, 3_500, 1_004_500, 0]);
    assert_eq!(macs(&seen), [ACK; 5]);
    let numbers: Vec<u64> = seen.iter().map(|seen| seen.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!(
        (tally.packets, tally.frames, tally.format),
        (5, 5, "pcapng")
    );
    let links: Vec<(u16, u64)> = tally.kinds.iter().map(|k| (k.link, k.frames)).collect();
    assert_eq!(links, [(195, 1), (230, 4)]);
}

/// Two members, as `cat a.gz b.gz` has them.
#[test]
fn gzip_is_unpacked_however_many_members_it_has() {
    let file = OldFile::of(230, [&ACK[..], &ACK]);
    let mut packed = Vec::new();
    for part in file.chunks(40) {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(part).unwrap();
        packed.extend(encoder.finish().unwrap());
    }
    let (seen, tally) = read_all(packed);
    assert_eq!(seen.len(), 2);
    assert!(tally.gzip);
}

/// Blocks that are not needed may be of any length.
#[test]
fn a_long_block_is_passed_over() {
    let file = NgFile::new()
        .block(10, &vec![7; 5 << 20])
        .interface(230, &[])
        .packet(0, 0, &[1; 100_000])
        .packet(0, 0, &ACK);
    let (seen, tally) = read_all(file.octets);
    assert_eq!(macs(&seen), [ACK]);
    assert_eq!(tally.set_aside.unreadable, 1);
}

#[test]
fn what_a_sniffer_cut_off_is_set_aside() {
    let file = OldFile::new(Endian::Little, false, 230)
        .snapped(0, &ACK, 60)
        .packet(0, &ACK);
    let (seen, tally) = read_all(file.octets);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].number, 2);
    assert_eq!(tally.set_aside.snapped, 1);
}
