//! Every link type, with the octets around the frame spelt out.

use super::*;

/// A UDP datagram for ZEP's port.
fn udp(payload: &[u8]) -> Vec<u8> {
    let mut octets = vec![0x45, 0x5a, 0x45, 0x5a]; // both ports 17754
    octets.extend((8 + payload.len() as u16).to_be_bytes());
    octets.extend([0x12, 0x34]); // checksum: not looked at
    octets.extend(payload);
    octets
}

fn ipv4(payload: &[u8]) -> Vec<u8> {
    let mut octets = vec![0x46, 0x00]; // six words: one of options
    octets.extend((24 + payload.len() as u16).to_be_bytes());
    octets.extend([0, 0, 0x40, 0x00]); // DF
    octets.extend([64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
    octets.extend([1, 1, 1, 0]); // options
    octets.extend(payload);
    octets
}

fn ipv6(payload: &[u8]) -> Vec<u8> {
    let mut octets = vec![0x60, 0, 0, 0];
    octets.extend((8 + payload.len() as u16).to_be_bytes());
    octets.extend([0, 64]); // next: hop-by-hop options
    octets.extend([0; 32]);
    octets.extend([17, 0, 1, 4, 0, 0, 0, 0]); // next: UDP; PadN of six octets
    octets.extend(payload);
    octets
}

/// ZEP version 1: 16 octets before the frame; `mode` 1 has an FCS.
fn zep1(mode: u8, frame: &[u8]) -> Vec<u8> {
    let mut octets = b"EX\x01".to_vec();
    octets.extend([26, 0x00, 0x01, mode, 0xff]); // channel, device, mode, LQI
    octets.extend([0; 7]);
    octets.push(frame.len() as u8);
    octets.extend(frame);
    octets
}

/// ZEP version 2: 32 octets before the frame.
fn zep2(sequence_number: u32, frame: &[u8]) -> Vec<u8> {
    let mut octets = b"EX\x02\x01".to_vec();
    octets.extend([26, 0x00, 0x01, 1, 0xff]); // channel, device, mode, LQI
    octets.extend([0; 8]); // NTP time
    octets.extend(sequence_number.to_be_bytes());
    octets.extend([0; 10]);
    octets.push(frame.len() as u8);
    octets.extend(frame);
    octets
}

const ZEP_ACK: &[u8] = b"EX\x02\x02\x00\x00\x00\x07";

fn ethernet(tags: &[u8], ether_type: [u8; 2], payload: &[u8]) -> Vec<u8> {
    [&[0xff; 12], tags, &ether_type, payload].concat()
}

#[test]
fn zep_is_found_below_every_kind_of_header() {
    let right = with_fcs(&ACK);
    let (v4, v6) = (ipv4(&udp(&zep2(1, &right))), ipv6(&udp(&zep2(1, &right))));
    let tag = [0x81, 0x00, 0x00, 0x07];
    let two_tags = [0x88, 0xa8, 0x00, 0x07, 0x81, 0x00, 0x00, 0x08];
    let packets = [
        (1, ethernet(&[], [0x08, 0x00], &v4)),
        (1, ethernet(&tag, [0x86, 0xdd], &v6)),
        (1, ethernet(&two_tags, [0x08, 0x00], &v4)),
        // Padded to Ethernet's least length, and beyond.
        (
            1,
            ethernet(&[], [0x08, 0x00], &[&v4[..], &[0; 30]].concat()),
        ),
        (101, v4.clone()),
        (101, v6.clone()),
        (228, v4.clone()),
        (229, v6.clone()),
        (113, [&[0; 14][..], &[0x08, 0x00], &v4].concat()),
        (276, [&[0x86, 0xdd][..], &[0; 18], &v6].concat()),
        (0, [&[2, 0, 0, 0][..], &v4].concat()),
        (0, [&[0, 0, 0, 30][..], &v6].concat()),
    ];
    for (link, packet) in packets {
        let (seen, _) = read_all(OldFile::of(link, [&packet[..]]));
        assert_eq!(macs(&seen), [ACK], "link type {link}: {packet:02x?}");
        assert_eq!(seen[0].fcs, Fcs::Right);
    }
}

#[test]
fn zep_version_1_says_by_its_mode_what_the_trailer_is() {
    let ti = [&ACK[..], &[0x20, 0x80 | 100]].concat();
    let file = OldFile::of(
        228,
        [
            &ipv4(&udp(&zep1(1, &with_fcs(&ACK))))[..],
            &ipv4(&udp(&zep1(0, &ti))),
        ],
    );
    let (seen, _) = read_all(file);
    let correlation = 100;
    let rssi = 0x20;
    let fcs: Vec<Fcs> = seen.iter().map(|seen| seen.fcs).collect();
    assert_eq!(fcs, [Fcs::Right, Fcs::Ti { rssi, correlation }]);
}

#[test]
fn a_relayed_datagram_counts_once_and_a_retransmission_again() {
    let right = with_fcs(&ACK);
    let (first, again) = (ipv4(&udp(&zep2(1, &right))), ipv4(&udp(&zep2(2, &right))));
    let file = OldFile::of(
        228,
        [&first[..], &first, &first, &again, &ipv4(&udp(ZEP_ACK))],
    );
    let (seen, tally) = read_all(file);
    let numbers: Vec<u64> = seen.iter().map(|seen| seen.number).collect();
    assert_eq!(numbers, [1, 4]);
    assert_eq!((tally.set_aside.copies, tally.set_aside.zep_acks), (2, 1));
}

#[test]
fn other_traffic_and_what_contradicts_itself_is_set_aside() {
    let datagram = udp(&zep2(1, &with_fcs(&ACK)));
    let mut other_port = datagram.clone();
    other_port[..4].copy_from_slice(&[0, 53, 0, 53]);
    let mut fragment = ipv4(&datagram);
    fragment[6] |= 0x20; // more fragments follow
    let mut longer = zep2(1, &with_fcs(&ACK));
    longer[31] += 1;
    let version_9 = udp(b"EX\x09\x01");
    let file = OldFile::of(
        228,
        [
            &ipv4(&other_port)[..],
            &fragment,
            &ipv4(&udp(b"hello")),
            &ipv4(&udp(&longer)),
            &ipv4(&version_9),
            &ipv4(&udp(b"EX\x02\x01")),
            &[0x45],
            &[],
        ],
    );
    let (seen, tally) = read_all(file);
    assert_eq!(seen, []);
    assert_eq!((tally.set_aside.other, tally.set_aside.unreadable), (5, 3));
}

/// A TAP header: version 0, its length, then TLVs.
fn tap(tlvs: &[u8], frame: &[u8]) -> Vec<u8> {
    let length = (4 + tlvs.len() as u16).to_le_bytes();
    [&[0, 0], &length[..], tlvs, frame].concat()
}

/// A TLV of type 0, one octet and its padding.
fn fcs_type(kind: u8) -> [u8; 8] {
    [0, 0, 1, 0, kind, 0, 0, 0]
}

#[test]
fn tap_says_by_a_tlv_what_the_fcs_is() {
    let channel = [3, 0, 3, 0, 26, 0, 0, 0]; // channel assignment: 26 on page 0
    let data = b"\x41\x88 more than four octets";
    // The CRC-32 of these octets by another implementation: python3's zlib.crc32.
    let crc32 = 0x4948_c143_u32.to_le_bytes();
    let cases: [(Vec<u8>, &[u8], Fcs); 7] = [
        (tap(&[], &ACK), &ACK, Fcs::Absent),
        (tap(&fcs_type(0), &ACK), &ACK, Fcs::Absent),
        (
            tap(&[channel, fcs_type(0)].concat(), &ACK),
            &ACK,
            Fcs::Absent,
        ),
        (tap(&fcs_type(1), &with_fcs(&ACK)), &ACK, Fcs::Right),
        (tap(&fcs_type(1), &[2, 0, 0x56, 0, 0]), &ACK, Fcs::Wrong),
        (
            tap(&fcs_type(2), &[&data[..], &crc32].concat()),
            data,
            Fcs::Right,
        ),
        (
            tap(&fcs_type(2), &[&data[..], &[0; 4]].concat()),
            data,
            Fcs::Wrong,
        ),
    ];
    for (packet, mac, fcs) in cases {
        let (seen, _) = read_all(OldFile::of(283, [&packet[..]]));
        assert_eq!(seen.len(), 1, "{packet:02x?}");
        assert_eq!((&seen[0].mac[..], seen[0].fcs), (mac, fcs), "{packet:02x?}");
    }
}

/// Frames shorter than four octets are summed up with zeros behind them.
#[test]
fn the_long_fcs_of_an_acknowledgement() {
    // zlib.crc32(bytes.fromhex('02005600')).
    let crc32 = 0x67ac_ed45_u32.to_le_bytes();
    let packet = tap(&fcs_type(2), &[&ACK[..], &crc32].concat());
    let (seen, _) = read_all(OldFile::of(283, [&packet[..]]));
    assert_eq!((&seen[0].mac[..], seen[0].fcs), (&ACK[..], Fcs::Right));
}

#[test]
fn a_tap_header_that_contradicts_itself_is_set_aside() {
    for packet in [
        &[][..],
        &[0, 0],
        &[1, 0, 4, 0, 2, 0, 0x56],              // version 1
        &[0, 0, 3, 0, 2, 0, 0x56],              // shorter than itself
        &[0, 0, 99, 0, 2, 0, 0x56],             // longer than the packet
        &[0, 0, 12, 0, 0, 0, 9, 0, 1, 0, 0, 0], // a value longer than the header
        &tap(&fcs_type(3), &ACK),               // an FCS of unknown length
    ] {
        let (seen, tally) = read_all(OldFile::of(283, [packet]));
        assert_eq!(
            (seen.len(), tally.set_aside.unreadable),
            (0, 1),
            "{packet:02x?}"
        );
    }
}

#[test]
fn a_link_type_without_frames_is_named_with_those_that_have_some() {
    let error = read_with(OldFile::of(105, [&ACK[..]]), Hints::default()).unwrap_err();
    insta::assert_snapshot!(error);
    // Beside frames it is only counted.
    let both = NgFile::new()
        .interface(105, &[])
        .interface(230, &[])
        .packet(0, 0, &ACK)
        .packet(1, 0, &ACK);
    let (seen, tally) = read_all(both.octets);
    assert_eq!((seen.len(), tally.set_aside.unknown_link), (1, 1));
}
