//! Frames put together by hand, octet by octet. Tester MAC 00124b0000000001,
//! device MAC 00124b0000000002, PAN abcd.

pub const TESTER: [u8; 8] = [0x00, 0x12, 0x4b, 0, 0, 0, 0, 1];
pub const DEVICE: [u8; 8] = [0x00, 0x12, 0x4b, 0, 0, 0, 0, 2];
pub const PAN: u16 = 0xabcd;

/// fe80::IID, the EUI-64 with its universal/local bit flipped. RFC 4291 appendix A.
pub fn link_local(eui64: [u8; 8]) -> [u8; 16] {
    let mut address = [0; 16];
    address[..2].copy_from_slice(&[0xfe, 0x80]);
    address[8..].copy_from_slice(&eui64);
    address[8] ^= 0x02;
    address
}

/// A data frame from the tester to the device, without FCS.
pub fn to_device(seq: u8, payload: &[u8]) -> Vec<u8> {
    // Data, PAN id compression, both addresses of 64 bits.
    let mut frame = vec![0x41, 0xcc, seq, 0xcd, 0xab];
    frame.extend(DEVICE.iter().rev());
    frame.extend(TESTER.iter().rev());
    frame.extend_from_slice(payload);
    frame
}

/// The 6LoWPAN payload of a frame with two 64-bit addresses.
pub fn payload(frame: &[u8]) -> &[u8] {
    assert_eq!(
        frame[..2],
        [0x41, 0xcc],
        "not the frame control expected: {frame:02x?}"
    );
    &frame[21..]
}

/// IPHC base form: everything in line. RFC 6282 3.1.1.
pub fn iphc_base(next_header: u8, hop_limit: u8, payload: &[u8]) -> Vec<u8> {
    let mut octets = vec![0x60, 0x00, 0, 0, 0, 0, next_header, hop_limit];
    octets.extend(link_local(TESTER));
    octets.extend(link_local(DEVICE));
    octets.extend_from_slice(payload);
    octets
}

/// An ICMPv6 message from tester to device, checksum filled in. RFC 4443 2.3.
pub fn icmpv6(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![kind, 0, 0, 0];
    message.extend_from_slice(body);
    let checksum = checksum(58, &message);
    message[2..4].copy_from_slice(&checksum.to_be_bytes());
    message
}

/// The Internet checksum over pseudo-header and `message`, between the two link-local addresses.
pub fn checksum(next_header: u8, message: &[u8]) -> u16 {
    let mut octets = Vec::new();
    octets.extend(link_local(TESTER));
    octets.extend(link_local(DEVICE));
    octets.extend((message.len() as u32).to_be_bytes());
    octets.extend([0, 0, 0, next_header]);
    octets.extend_from_slice(message);
    if octets.len() % 2 == 1 {
        octets.push(0);
    }
    let mut sum: u32 = octets
        .chunks(2)
        .map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]])))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

/// A neighbour solicitation with the tester's link-layer address. RFC 4861 4.3.
pub fn neighbour_solicitation() -> Vec<u8> {
    let mut body = vec![0; 4];
    body.extend(link_local(DEVICE));
    body.extend([1, 2]); // SLLAO, 16 octets
    body.extend(TESTER);
    body.extend([0; 6]);
    iphc_base(58, 255, &icmpv6(135, &body))
}

/// An echo request in base form.
pub fn echo_request(identifier: u16, sequence: u16, data: &[u8]) -> Vec<u8> {
    let mut body = identifier.to_be_bytes().to_vec();
    body.extend(sequence.to_be_bytes());
    body.extend_from_slice(data);
    iphc_base(58, 64, &icmpv6(128, &body))
}

/// Adds the FCS, one bit at a time.
pub fn with_fcs(frame: &[u8]) -> Vec<u8> {
    let fcs = frame.iter().fold(0u16, |crc, octet| {
        (0..8).fold(crc ^ u16::from(*octet), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0x8408
            } else {
                crc >> 1
            }
        })
    });
    let mut psdu = frame.to_vec();
    psdu.extend(fcs.to_le_bytes());
    psdu
}
