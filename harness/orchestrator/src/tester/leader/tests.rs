use std::net::Ipv6Addr;

use hmac::{Hmac, Mac};
use sha2::Sha256;
use sixlo_frames::mac::MAX_PSDU_OCTETS;

use super::*;

const LEADER: [u8; 8] = [0x02, 0x00, 0x5e, 0xef, 0x10, 0x00, 0x00, 0x1a];
const CHILD: [u8; 8] = [0x02, 0x00, 0x5e, 0xef, 0x10, 0x00, 0x00, 0x2b];

/// Recorded from a Thread node with network key 00 11 … ff, key sequence 0, that looks for
/// a parent; written by another implementation than ours.
///
/// ```text
/// 41d8 5a cdab ffff 2b000010ef5e0002   data, PAN abcd, to everybody, EUI-64 02005eef1000002b
/// 7f3b 02 f0 4d4c 4d4c 0e42            IPHC, fe80::IID to ff02::2, hop limit 255; UDP 19788
/// 00 15 00000000 00000000 01           suite 0; level 5, key mode 2, counter 0, source 0, index 1
/// ...                                  encrypted: command 9 and its TLVs; MIC; FCS
/// ```
const PARENT_REQUEST: &str = "41d85acdabffff2b000010ef5e00027f3b02f04d4c4d4c0e42\
    00150000000000000000012d331a24df8d94e9d9785bc9febac00ee3df9648da3b4da9b54acb";

fn octets(hex: &str) -> Vec<u8> {
    crate::catalogue::yaml::scalar::octets(hex).expect("hexadecimal")
}

/// The key of MLE under that network key: the first half of the hash. Thread 1.1, 7.1.4.
fn mle_key() -> Key {
    let network_key: [u8; 16] = std::array::from_fn(|n| n as u8 * 0x11);
    let mut hmac = Hmac::<Sha256>::new_from_slice(&network_key).expect("any length is right");
    hmac.update(b"\0\0\0\0Thread");
    let hash: [u8; 32] = hmac.finalize().into_bytes().into();
    Key(*hash.first_chunk().expect("it is longer"))
}

fn leader() -> Leader {
    Leader::new(Membership {
        mle_key: mle_key(),
        key_sequence: 0,
        pan_id: 0xabcd,
        eui64: LEADER,
        short: 0x1800,
        child_short: 0x1902,
    })
}

fn child() -> Sealer {
    Sealer {
        key: mle_key(),
        key_sequence: 0,
        frame_counter: 7,
    }
}

/// What the leader says to this message of the child.
fn said(leader: &mut Leader, command: u8, tlvs: &[u8]) -> Option<Message> {
    let packet = child().packet(CHILD, LEADER, command, tlvs).to_octets();
    let answers = leader.hear_packet(&packet).expect("it is MLE");
    answers.first().map(|psdu| opened(psdu))
}

fn opened(psdu: &[u8]) -> Message {
    assert!(psdu.len() <= MAX_PSDU_OCTETS, "{} octets", psdu.len());
    let packet = establishment::packet_of(psdu).expect("it is whole");
    message::open(&packet, mle_key()).expect("the key is right")
}

fn attached() -> Leader {
    let mut leader = leader();
    let mut tlvs = Vec::new();
    append(&mut tlvs, mle::RESPONSE, &CHALLENGE);
    said(&mut leader, command::CHILD_ID_REQUEST, &tlvs).expect("an answer");
    assert!(leader.is_attached());
    leader
}

#[test]
fn a_recorded_request_for_parents_is_answered() {
    let answers = leader().hear(&octets(PARENT_REQUEST)).expect("it is MLE");
    let [psdu] = &answers[..] else {
        panic!("{} answers", answers.len());
    };
    let response = opened(psdu);
    assert_eq!(response.command, command::PARENT_RESPONSE);
    assert_eq!(
        find(&response.tlvs, mle::SOURCE_ADDRESS),
        Some(&[0x18, 0x00][..])
    );
    assert_eq!(
        find(&response.tlvs, mle::LEADER_DATA),
        Some(&[0, 0, 0, 1, 64, 1, 1, 6][..])
    );
    let challenge = find(&response.tlvs, mle::RESPONSE).expect("the child's challenge");
    assert!(challenge.len() >= 8, "{challenge:02x?}");
}

#[test]
fn what_another_key_sealed_is_answered_by_nothing() {
    let mut psdu = octets(PARENT_REQUEST);
    for at in 31..psdu.len() - 2 {
        psdu[at] ^= 1;
        let right = sixlo_frames::mac::fcs(&psdu[..psdu.len() - 2]).to_le_bytes();
        let length = psdu.len();
        psdu[length - 2..].copy_from_slice(&right);
        assert_eq!(leader().hear(&psdu), Some(Vec::new()), "octet {at}");
        psdu[at] ^= 1;
    }
}

#[test]
fn a_child_is_given_its_address_for_the_right_response_alone() {
    let mut leader = leader();
    let mut tlvs = Vec::new();
    append(&mut tlvs, mle::RESPONSE, b"another1");
    assert!(said(&mut leader, command::CHILD_ID_REQUEST, &tlvs).is_none());
    assert!(!leader.is_attached());

    let mut tlvs = Vec::new();
    append(&mut tlvs, mle::RESPONSE, &CHALLENGE);
    let response = said(&mut leader, command::CHILD_ID_REQUEST, &tlvs).expect("an answer");
    assert_eq!(response.command, command::CHILD_ID_RESPONSE);
    assert_eq!(
        find(&response.tlvs, mle::ADDRESS16),
        Some(&[0x19, 0x02][..])
    );
    assert_eq!(find(&response.tlvs, mle::NETWORK_DATA), Some(&[][..]));
}

#[test]
fn an_update_is_answered_with_what_it_said() {
    let mut tlvs = Vec::new();
    append(&mut tlvs, mle::MODE, &[0x09]);
    append(&mut tlvs, mle::TIMEOUT, &[0, 0x0f, 0x42, 0x40]);
    assert!(said(&mut leader(), command::CHILD_UPDATE_REQUEST, &tlvs).is_none());
    let response = said(&mut attached(), command::CHILD_UPDATE_REQUEST, &tlvs).expect("an answer");
    assert_eq!(response.command, command::CHILD_UPDATE_RESPONSE);
    assert_eq!(find(&response.tlvs, mle::MODE), Some(&[0x09][..]));
    assert_eq!(
        find(&response.tlvs, mle::TIMEOUT),
        Some(&[0, 0x0f, 0x42, 0x40][..])
    );
}

fn context(id: u8, prefix: [u16; 3], length: u8, compress: bool) -> Given {
    let [a, b, c] = prefix;
    Given::Context {
        id,
        prefix: Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0),
        length,
        compress,
    }
}

#[test]
fn contexts_are_told_once_and_context_0_never() {
    let given = [
        context(0, [0x2001, 0xdb8, 0], 64, true),
        context(5, [0x2001, 0xdb8, 0xaaaa], 48, true),
        context(6, [0x2001, 0xdb8, 0], 33, false),
    ];
    assert_eq!(leader().tell(&given), None, "there is nobody to tell");

    let mut leader = attached();
    let (packet, child) = leader.tell(&given).expect("they are new");
    assert_eq!(child, CHILD);
    let response = message::open(&packet.to_octets(), mle_key()).expect("the key is right");
    assert_eq!(response.command, command::DATA_RESPONSE);
    // Prefix TLV, stable: domain 0, 48 bits; context TLV, stable: C, id 5, 48 bits. Then the other.
    let told = octets("030c0030 20010db8aaaa 07021530 030b0021 20010db800 07020621");
    assert_eq!(find(&response.tlvs, mle::NETWORK_DATA), Some(&told[..]));
    let version = find(&response.tlvs, mle::LEADER_DATA).map(|data| data[5]);
    assert_eq!(version, Some(2));
    assert_eq!(leader.tell(&given), None, "it knows them");
    assert!(leader.tell(&[]).is_some(), "they are taken away again");

    leader.detach();
    assert!(!leader.is_attached());
    assert_eq!(leader.tell(&given), None);
}

#[test]
fn nothing_but_mle_is_taken_and_cut_messages_are_harmless() {
    let mut leader = attached();
    assert_eq!(leader.hear(&octets("0200560000")), None);
    let packet = child()
        .packet(CHILD, LEADER, command::DATA_REQUEST, &[])
        .to_octets();
    for length in 0..packet.len() {
        let answers = leader.hear_packet(&packet[..length]);
        assert!(
            answers.is_none_or(|answers| answers.is_empty()),
            "{length} octets"
        );
    }
    assert_eq!(find(&[1, 5, 0], 1), None);
    assert_eq!(find(&[1], 1), None);
}
