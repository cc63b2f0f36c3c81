//! The ten examples of RFC 7400 appendix A, the frames' bytecodes of our own
//! catalogue, every code, and every way to be wrong.

use proptest::prelude::*;

use super::*;
use crate::hex::hex;

fn dictionary(src: &str, dst: &str) -> Dictionary {
    Dictionary::new(src.parse().expect("src"), dst.parse().expect("dst"))
}

struct Example {
    figure: u8,
    src: &'static str,
    dst: &'static str,
    payload: &'static str,
    bytecode: &'static str,
}

const EXAMPLES: &[Example] = &[
    // A RPL solicitation: one literal, one run of zeros.
    Example {
        figure: 8,
        src: "fe80::21c:daff:fe00:2024",
        dst: "ff02::1a",
        payload: "9b006bde 00000000",
        bytecode: "04 9b006bde  82",
    },
    // A RPL DIO. `b4 f0` copies a whole address: na 8 + nnn 6 + 2 = 16 octets.
    Example {
        figure: 9,
        src: "fe80::21c:daff:fe00:3023",
        dst: "ff02::1a",
        payload: "9b017a5f 00f00100 88000000 20020db8 00000000 000000ff fe00face 040e0014
                  09ff0000 01000000 00000000 081e8020 ffffffff ffffffff 00000000 20020db8
                  00000000 000000ff fe00face 030e4000 ffffffff 20020db8 00000000",
        bytecode: "06 9b017a5f00f0  c7  01 88  81  04 20020db8  85  a7c9
                   08 face040e001409ff  a4da  83  06 081e8020ffff  c0  d0  82  b4f0
                   03 030e40  c7  a3c9  a2f0",
    },
    // A RPL DAO: `a7 dd` fetches half an IID from the destination address.
    Example {
        figure: 10,
        src: "2002:db8::ff:fe00:3344",
        dst: "2002:db8::ff:fe00:1122",
        payload: "9b02587d 018000f1 05120080 20020db8 00000000 000000ff fe003344 06140080
                  f100fe80 00000000 00000000 00fffe00 1122",
        bytecode: "0c 9b02587d018000f105120080  b5f4  08 06140080f100fe80  87  a7dd",
    },
    // A neighbour solicitation with the address registration option of a draft.
    Example {
        figure: 11,
        src: "2002:db8::ff:fe00:3bd3",
        dst: "fe80::21c:daff:fe00:3023",
        payload: "8700a768 00000000 fe800000 00000000 021cdaff fe003023 01013bd3 00000000
                  1f020000 00000006 001cdaff fe002024",
        bytecode: "04 8700a768  82  b3f0  04 01013bd3  82  02 1f02  83  02 0600  a2db  02 2024",
    },
    // A neighbour advertisement.
    Example {
        figure: 12,
        src: "fe80::21c:daff:fe00:3023",
        dst: "2002:db8::ff:fe00:3bd3",
        payload: "8800266c c0000000 fe800000 00000000 021cdaff fe003023 0201face 00000000
                  1f020000 00000006 001cdaff fe002024",
        bytecode: "05 8800266cc0  81  b5f0  04 0201face  82  02 1f02  83  02 0600  a2db  02 2024",
    },
    // A router solicitation: seven octets of the option are the source's IID.
    Example {
        figure: 13,
        src: "fe80::aede:4800:0:1",
        dst: "ff02::2",
        payload: "85009065 00000000 0102acde 48000000 00010000 00000000",
        bytecode: "04 85009065  de  02 02ac  a5eb  84",
    },
    // A router advertisement. `af db` reaches 128 octets back.
    Example {
        figure: 14,
        src: "fe80::1034:ff:fe00:1122",
        dst: "fe80::aede:4800:0:1",
        payload: "860055c9 40000fa0 1c5a3817 000007d0 01011122 00000000 03044040 ffffffff
                  ffffffff 00000000 20020db8 00000000 00000000 00000000 20024010 000003e8
                  20020db8 00000000 21030001 00000000 20020db8 00000000 000000ff fe001122",
        bytecode: "0c 860055c940000fa01c5a3817  80  06 07d001011122  82  06 03044040ffff  c0  d0
                   82  04 20020db8  8a  04 20024010  a4cb  01 e8  a2f0  02 2103  a9e6  b3cd  afdb",
    },
    // DTLS application data out of the static dictionary; addresses are all zero.
    Example {
        figure: 15,
        src: "::",
        dst: "::",
        payload: "17fefd00 01000000 00000100 1d000100 00000000 0109b20e 82c16eb6 96c51f36
                  8d1761e2 b5d422d4 ed2b",
        bytecode: "b0d1  01 1d  f2  15 09b20e82c16eb696c51f368d1761e2b5d422d4ed2b",
    },
    Example {
        figure: 16,
        src: "::",
        dst: "::",
        payload: "17fefd00 01000000 00000500 16000100 00000000 05aea015 5667924d ff8a24e4 cb35b9",
        bytecode: "b0c3  03 050016  f2  0e aea0155667924dff8a24e4cb35b9",
    },
    // A DTLS client hello.
    Example {
        figure: 17,
        src: "::",
        dst: "::",
        payload: "16fefd00 00000000 00000000 36010000 2a000000 00000000 2afefd51 52ed79a4
                  20c96256 1147c939 ee6cc0a4 fec6892f 32269a16 4e317e9f 20929200 000002c0 a80100",
        bytecode: "a1cd  87  01 36  a1cd  01 2a  85
                   23 2afefd5152ed79a420c962561147c939ee6cc0a4fec6892f32269a164e317e9f209292
                   81  05 02c0a80100",
    },
];

#[test]
fn the_examples_decode() {
    for example in EXAMPLES {
        let bytecode = hex(example.bytecode);
        let decoded = decode(&bytecode, &dictionary(example.src, example.dst), 1280)
            .unwrap_or_else(|error| panic!("figure {}: {error}", example.figure));
        assert_eq!(
            decoded.octets,
            hex(example.payload),
            "figure {}",
            example.figure
        );
        assert_eq!(
            decoded.consumed,
            bytecode.len(),
            "figure {}",
            example.figure
        );
        assert!(!decoded.stopped, "figure {}", example.figure);
    }
}

#[test]
fn the_encoder_is_never_worse_than_the_examples() {
    for example in EXAMPLES {
        let dictionary = dictionary(example.src, example.dst);
        let payload = hex(example.payload);
        let bytecode = encode(&payload, &dictionary);
        assert!(
            bytecode.len() <= hex(example.bytecode).len(),
            "figure {}: {bytecode:02x?}",
            example.figure
        );
        let decoded = decode(&bytecode, &dictionary, 1280).expect("own bytecode");
        assert_eq!(decoded.octets, payload, "figure {}", example.figure);
    }
}

#[test]
fn an_echo_request_with_zeros_and_the_source_iid() {
    // MAC payload 7e 33 df, then:
    //   08 80 00 89 33 12 34 00 01   literal: the echo request's header
    //   8e                           14 + 2 zeros
    //   a7 f0                        sa = 56; n = 6 + 2 = 8, s = 0 + 56 + 8 = 64. 24 octets are
    //                                out after 48 of dictionary: 72 - 64 = octet 8, the source's IID
    let dictionary = dictionary("fe80::212:4b00:0:1", "fe80::212:4b00:0:2");
    let decoded =
        decode(&hex("08 8000893312340001  8e  a7f0"), &dictionary, 1280).expect("a valid bytecode");
    assert_eq!(
        decoded.octets,
        hex("8000893312340001 00000000000000000000000000000000 02124b0000000001")
    );
}

#[test]
fn a_udp_payload_is_hi_and_ten_zeros() {
    // MAC payload 7e 33 d3 12 1e cf (ports and checksum outside), then 02 68 69 88.
    let decoded = decode(&hex("02 6869 88"), &dictionary("::", "::"), 1280).expect("valid");
    assert_eq!(decoded.octets, hex("6869 00000000000000000000"));
}

#[test]
fn an_extension_header_ends_at_its_stop_code() {
    // MAC payload 7e 33 b0 3a, then 06 05 02 00 00 01 00 and 90; the rest is not ours.
    let bytecode = hex("06 050200000100 90 80 00 d6 5e");
    let dictionary = dictionary("::", "::");
    let decoded = decode(&bytecode, &dictionary, 1280).expect("valid");
    assert_eq!(decoded.octets, hex("050200000100"));
    assert_eq!((decoded.consumed, decoded.stopped), (8, true));
    assert_eq!(
        encode_extension(&hex("c7d8e9"), &dictionary),
        hex("03 c7d8e9 90")
    );
}

#[test]
fn every_code_does_what_table_1_says() {
    let dictionary = dictionary("::", "::");
    let length = |bytecode: &[u8]| decode(bytecode, &dictionary, 1280).map(|d| d.octets.len());
    for code in 0..=0xff_u8 {
        let mut bytecode = vec![code];
        bytecode.resize(1 + usize::from(code.min(95)), 0x55);
        let expected = match code {
            0..=0x5f => Ok(usize::from(code)),
            0x80..=0x8f => Ok(usize::from(code & 0x0f) + 2),
            0x90 | 0xa0..=0xbf => Ok(0),
            0xc0..=0xff => Ok(usize::from(code >> 3 & 7) + 2),
            0x60..=0x7f | 0x91..=0x9f => Err(GhcError::ReservedCode { code, position: 0 }),
        };
        if code >= 0x60 {
            bytecode.truncate(1);
        }
        assert_eq!(length(&bytecode), expected, "code {code:#04x}");
    }
}

#[test]
fn set_up_codes_add_and_a_copy_clears_them() {
    // Twenty distinct literals, so that a copy shows where it came from.
    let mut bytecode = hex("14 000102030405060708090a0b0c0d0e0f10111213");
    // na = 8 by b0, sa = 8 by a1: n = 8 + 0 + 2 = 10, s = 0 + 8 + 10 = 18: octets 2 to 11.
    bytecode.extend(hex("b0 a1 c0"));
    // Cleared again: n = 2, s = 2: the last two octets, 0a 0b.
    bytecode.extend(hex("c0"));
    let decoded = decode(&bytecode, &dictionary("::", "::"), 1280).expect("valid");
    assert_eq!(decoded.octets[20..], hex("02030405060708090a0b 0a0b"));
}

#[test]
fn errors_name_place_and_value() {
    let dictionary = dictionary("::", "::");
    let error = |bytecode: &str, limit| {
        decode(&hex(bytecode), &dictionary, limit)
            .expect_err("an error")
            .to_string()
    };
    insta::assert_snapshot!(
        [
            error("01 aa 60", 1280),
            error("80 9f", 1280),
            error("05 aa bb", 1280),
            error("af af ff", 1280),
            error("8f 8f", 33),
        ]
        .join("\n"),
        @r"
    ghc code 0x60 at octet 2 is reserved
    ghc code 0x9f at octet 1 is reserved
    ghc literal at octet 0 announces 5 octets, only 2 follow
    ghc backreference at octet 2 reaches 256 octets back, only 48 are there
    ghc output exceeds 33 octets at octet 1 of the bytecode
    "
    );
}

#[test]
fn a_copy_reaches_the_first_octet_of_the_dictionary_and_no_farther() {
    let dictionary = dictionary("aabb::", "::");
    // sa = 40, n = 2 + 0, s = kkk + 40 + 2: kkk 6 reaches back 48 octets, kkk 7 reaches 49.
    assert_eq!(
        decode(&hex("a5 c6"), &dictionary, 1280)
            .expect("valid")
            .octets,
        hex("aabb")
    );
    assert_eq!(
        decode(&hex("a5 c7"), &dictionary, 1280),
        Err(GhcError::BeforeDictionary {
            position: 1,
            distance: 49,
            available: 48
        })
    );
}

/// Octets with runs, repetitions and pieces of the dictionary in them.
fn compressible() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..120),
        (0_usize..40).prop_map(|length| vec![0; length]),
        (any::<u8>(), 0_usize..40).prop_map(|(octet, length)| vec![octet; length]),
        Just(hex("20020db8 00000000 000000ff fe003344")),
        Just(hex("17fefd0001")),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_is_encoded_decodes_to_the_same(octets in compressible()) {
        let dictionary = dictionary("2002:db8::ff:fe00:3344", "fe80::1");
        let bytecode = encode(&octets, &dictionary);
        // One literal code every 95 octets is the worst there can be.
        prop_assert!(bytecode.len() <= octets.len() + octets.len().div_ceil(95));
        let decoded = decode(&bytecode, &dictionary, octets.len()).expect("own bytecode");
        prop_assert_eq!(decoded.octets, octets);
    }

    #[test]
    fn hostile_bytecode_stays_within_the_limit(
        bytecode in prop::collection::vec(any::<u8>(), 0..200),
        limit in 0_usize..300,
    ) {
        if let Ok(decoded) = decode(&bytecode, &dictionary("::1", "::2"), limit) {
            prop_assert!(decoded.octets.len() <= limit);
            prop_assert!(decoded.consumed <= bytecode.len());
        }
    }
}
