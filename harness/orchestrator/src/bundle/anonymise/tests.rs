//! What is rewritten restores to what it should, and stays as right or wrong as it was.

use proptest::prelude::*;
use sixlo_frames::dissect::ProblemKind;
use sixlo_frames::packet::{Ipv6Header, Packet, Udp};

use super::addresses::{Addresses, file};
use super::salt::Salt;
use super::{frame, packet};
use crate::catalogue::Parameters;

const VENDOR: [u8; 8] = [0x00, 0x12, 0x4b, 0x00, 0x14, 0xb5, 0xd9, 0x7a];

fn parameters() -> Parameters {
    let mut parameters = Parameters::default();
    parameters.addresses.dut.eui64 = VENDOR;
    parameters
}

fn salt() -> Salt {
    Salt::from(b"pepper".to_vec())
}

fn datagram(data: Vec<u8>) -> Vec<u8> {
    let header = Ipv6Header::new(
        "fe80::212:4b00:14b5:d97a".parse().unwrap(),
        "ff02::1:ffb5:d97a".parse().unwrap(),
    );
    Packet::new(header, Udp::new(5683, 5684, data)).to_octets()
}

/// A data frame from the vendor's address to everybody, with this packet behind dispatch 41.
fn frame_with(packet: &[u8]) -> Vec<u8> {
    let mut psdu = vec![0x41, 0xd8, 7, 0xcd, 0xab, 0xff, 0xff];
    psdu.extend(VENDOR.iter().rev());
    psdu.push(0x41);
    psdu.extend(packet);
    let trailer = sixlo_frames::mac::fcs(&psdu);
    psdu.extend(trailer.to_le_bytes());
    psdu
}

fn holds(octets: &[u8], secret: &[u8]) -> bool {
    octets.windows(secret.len()).any(|window| window == secret)
}

#[test]
fn a_name_is_stable_under_one_salt_and_another_under_another() {
    let name = salt().name("DUT", "stack");
    assert_eq!(name, salt().name("DUT", "stack"));
    assert_ne!(name, Salt::from(b"salt".to_vec()).name("DUT", "stack"));
    assert_ne!(name, salt().name("DUT", "stack2"));
}

#[test]
fn the_parameter_file_gives_the_new_addresses_back() {
    let (_, new) = Addresses::new(&salt(), &parameters());
    assert_ne!(new.addresses.dut.eui64, VENDOR);
    let read = Parameters::default().with_file("run.json", &file(&new));
    assert_eq!(read.unwrap(), new);
}

#[test]
fn what_has_zeros_keeps_them_and_no_two_nodes_share_a_group() {
    for n in 0..50u8 {
        let (_, new) = Addresses::new(&Salt::from(vec![n]), &Parameters::default());
        let all = new.addresses;
        for node in [all.tester, all.dut, all.peer] {
            assert_eq!([node.eui64[1], node.eui64[5], node.eui64[6]], [0; 3]);
            assert_eq!(node.eui64[0] & 3, 2);
            assert!(node.eui64[2] != 0 && node.eui64[7] != 0);
        }
        let ends = [all.tester, all.dut, all.peer].map(|node| node.eui64[7]);
        assert!(ends[0] != ends[1] && ends[1] != ends[2] && ends[0] != ends[2]);
    }
}

proptest! {
    /// RFC 1071: the difference between the checksum that stands there and the right one stays.
    #[test]
    fn a_frame_is_as_right_or_wrong_as_it_was(
        data in proptest::collection::vec(any::<u8>(), 0..40),
        checksum in proptest::option::of(any::<u16>()),
        trailer in proptest::option::of(any::<u16>()),
    ) {
        let salt = salt();
        let (addresses, _) = Addresses::new(&salt, &parameters());
        let mut was = datagram(data);
        if let Some(wrong) = checksum {
            was[46..48].copy_from_slice(&wrong.to_be_bytes());
        }
        let mut psdu = frame_with(&was);
        if let Some(wrong) = trailer {
            let end = psdu.len();
            psdu[end - 2..].copy_from_slice(&wrong.to_le_bytes());
        }
        let is = packet::rewritten(&was, addresses.substitution());
        let contexts = Default::default();
        let new = frame::rewritten(
            &psdu,
            Some((&was, &is)),
            addresses.substitution(),
            &contexts,
        )
        .expect("nothing here is compressed");
        let problems = |psdu: &[u8]| -> Vec<ProblemKind> {
            let problems = frame::read(psdu, &contexts).problems;
            problems.into_iter().map(|problem| problem.kind).collect()
        };
        prop_assert_eq!(problems(&psdu), problems(&new));
        prop_assert_eq!(psdu.len(), new.len());
        for secret in [&VENDOR[5..], &[0x7a, 0xd9, 0xb5][..]] {
            prop_assert!(holds(&psdu, secret) && !holds(&new[..62], secret));
        }
    }

    /// Whatever was recorded: no panic, and no length changes.
    #[test]
    fn any_octets_are_taken(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        let salt = salt();
        let (addresses, _) = Addresses::new(&salt, &parameters());
        let is = packet::rewritten(&octets, addresses.substitution());
        prop_assert_eq!(is.len(), octets.len());
        let contexts = Default::default();
        let new = frame::rewritten(&octets, None, addresses.substitution(), &contexts);
        prop_assert_eq!(new.map(|new| new.len()), Some(octets.len()));
    }
}
