//! Annotated frames, each without its FCS, against a device with PAN abcd, short address
//! 0102 and EUI-64 00124b0000000002.

use super::*;
use proptest::prelude::*;

const OWN: Filter = Filter {
    pan: 0xabcd,
    short_address: 0x0102,
    eui64: [0, 0x12, 0x4b, 0, 0, 0, 0, 2],
};

const TAKEN: Verdict = Verdict::Taken { acknowledge: None };
const ACKED: Verdict = Verdict::Taken {
    acknowledge: Some(0x56),
};

/// Spaces between fields: frame control, sequence number, destination PAN, destination,
/// source PAN, source, payload.
fn octets(hex: &str) -> Vec<u8> {
    let digits: String = hex.split_whitespace().collect();
    (0..digits.len() / 2)
        .map(|at| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

#[test]
fn frames_by_their_destination() {
    let table: [(&str, &str, Verdict); 19] = [
        (
            "own EUI-64, asks",
            "61dc 56 cdab 02000000004b1200 01000000004b1200 7a",
            ACKED,
        ),
        (
            "own EUI-64, does not ask",
            "41dc 56 cdab 02000000004b1200 01000000004b1200 7a",
            TAKEN,
        ),
        (
            "own short address, asks",
            "6188 56 cdab 0201 0101 7a",
            ACKED,
        ),
        (
            "another short address",
            "6188 56 cdab 0301 0101 7a",
            Verdict::Refused,
        ),
        (
            "another EUI-64",
            "61dc 56 cdab 03000000004b1200 01000000004b1200 7a",
            Verdict::Refused,
        ),
        (
            "own address, another PAN",
            "6188 56 cead 0201 0101 7a",
            Verdict::Refused,
        ),
        ("own address, every PAN", "6188 56 ffff 0201 0101 7a", ACKED),
        (
            "everyone, who never acknowledges",
            "6188 56 cdab ffff 0101 7a",
            TAKEN,
        ),
        ("everyone in every PAN", "4188 56 ffff ffff 0101 7a", TAKEN),
        (
            "source PAN in line",
            "2188 56 cdab 0201 efbe 0101 7a",
            ACKED,
        ),
        (
            "2006 edition (version 1)",
            "6198 56 cdab 0201 0101 7a",
            ACKED,
        ),
        (
            "2015 edition (version 2) is not understood",
            "61a8 56 cdab 0201 0101 7a",
            Verdict::Refused,
        ),
        (
            "no destination: for a coordinator",
            "6180 56 cdab 0101 7a",
            Verdict::Refused,
        ),
        (
            "reserved addressing mode 1",
            "6184 56 cdab 0201 0101 7a",
            Verdict::Refused,
        ),
        (
            "reserved frame type 4",
            "6488 56 cdab 0201 0101 7a",
            Verdict::Refused,
        ),
        (
            "a command (data request), asks",
            "6388 56 cdab 0201 0101 04",
            ACKED,
        ),
        (
            "a beacon of the own PAN",
            "0080 56 cdab 0101 ffcf0000",
            TAKEN,
        ),
        (
            "a beacon of another PAN",
            "0080 56 cead 0101 ffcf0000",
            Verdict::Refused,
        ),
        (
            "a beacon that asks gets nothing",
            "2080 56 cdab 0101 ffcf0000",
            TAKEN,
        ),
    ];
    for (about, frame, verdict) in table {
        assert_eq!(OWN.judge(&octets(frame)), verdict, "{about}: {frame}");
    }
}

#[test]
fn acknowledgements_are_for_whoever_waits() {
    assert_eq!(OWN.judge(&[0x02, 0x00, 0x56]), Verdict::Acknowledges(0x56));
    // Frame pending is set: an acknowledgement all the same.
    assert_eq!(OWN.judge(&[0x12, 0x00, 0x56]), Verdict::Acknowledges(0x56));
    assert_eq!(OWN.judge(&[0x02, 0x00, 0x56, 0]), Verdict::Refused);
    assert_eq!(acknowledgement(0x56), [0x02, 0x00, 0x56]);
}

#[test]
fn who_has_no_address_hears_what_is_for_everyone() {
    let nobody = Filter::NOBODY;
    assert_eq!(nobody.judge(&octets("4188 56 ffff ffff 0101 7a")), TAKEN);
    assert_eq!(
        nobody.judge(&octets("6188 56 cdab ffff 0101 7a")),
        Verdict::Refused
    );
    // To the short address ffff nobody answers, and it is no address of one's own.
    assert_eq!(nobody.judge(&octets("6188 56 ffff ffff 0101 7a")), TAKEN);
    assert_eq!(nobody.judge(&octets("0080 56 cdab 0101 ffcf0000")), TAKEN);
}

#[test]
fn cut_frames_are_refused() {
    let whole = octets("61dc 56 cdab 02000000004b1200 01000000004b1200 7a");
    // The source is nobody's affair here: up to it the frame must be whole.
    for length in 0..13 {
        assert_eq!(
            OWN.judge(&whole[..length]),
            Verdict::Refused,
            "{length} octets"
        );
    }
}

#[test]
fn only_frames_to_one_ask_for_acknowledgement() {
    let asks = |hex: &str| asks_for_acknowledgement(&octets(hex));
    assert_eq!(asks("6188 56 cdab 0301 0101 7a"), Some(0x56));
    assert_eq!(asks("4188 56 cdab 0301 0101 7a"), None);
    assert_eq!(asks("6188 56 cdab ffff 0101 7a"), None);
    assert_eq!(asks("2200 56"), None);
    assert_eq!(asks("61"), None);
}

proptest! {
    #[test]
    fn no_octets_upset_it(frame in prop::collection::vec(any::<u8>(), 0..130)) {
        let verdict = OWN.judge(&frame);
        if let Verdict::Taken { acknowledge: Some(sequence) } = verdict {
            prop_assert_eq!(sequence, frame[2]);
        }
        let _ = asks_for_acknowledgement(&frame);
    }
}
