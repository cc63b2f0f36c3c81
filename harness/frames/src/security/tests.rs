//! Frames there and back; and what is wrong with those that do not open.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{AuxiliaryHeader, Key, KeyId, Keys, Level, OpenError, SecureError, open, secure};
use crate::context::ContextTable;
use crate::dissect::{DissectOptions, Dissection, FcsMode, ProblemKind, dissect};
use crate::field::{FieldId, Value};
use crate::mac::{Fcs, FrameVersion, MAX_PSDU_OCTETS, MacAddress, MacFrame, is_fcs_right};

const SOURCE: [u8; 8] = [0x02, 0, 0x5e, 0xef, 0x10, 0, 0, 0x1a];
const SHORT: u16 = 0x1800;
const KEY: Key = Key([7; 16]);

fn header(level: u8, key_id: KeyId) -> AuxiliaryHeader {
    AuxiliaryHeader {
        level: Level::new(level).expect("three bits"),
        key_id,
        frame_counter: 0x0102_0304,
    }
}

fn keys(key_id: KeyId) -> Keys {
    Keys::new().with_key(key_id, KEY).with_node(SHORT, SOURCE)
}

fn plain(src: MacAddress, payload: &[u8]) -> MacFrame {
    MacFrame {
        payload: payload.to_vec(),
        ..MacFrame::data(9, 0xabcd, MacAddress::Short(0x1902), src)
    }
}

fn read(psdu: &[u8], keys: Option<&Keys>) -> Dissection {
    let contexts = ContextTable::new();
    dissect(
        psdu,
        &DissectOptions {
            contexts: &contexts,
            fcs: FcsMode::Present,
            keys,
        },
    )
}

fn key_id() -> impl Strategy<Value = KeyId> {
    prop_oneof![
        Just(KeyId::Implicit),
        any::<u8>().prop_map(KeyId::Index),
        any::<([u8; 4], u8)>().prop_map(|(source, index)| KeyId::Source4(source, index)),
        any::<([u8; 8], u8)>().prop_map(|(source, index)| KeyId::Source8(source, index)),
    ]
}

proptest! {
    /// Level, key, counter, addresses, payload: what was secured is opened again, by the
    /// codec alone and by the dissection; a changed octet never is, where there is a MIC.
    #[test]
    fn what_is_secured_opens(
        bits in 0..8_u8,
        key_id in key_id(),
        frame_counter: u32,
        key: [u8; 16],
        is_short: bool,
        version in prop_oneof![Just(FrameVersion::V2006), Just(FrameVersion::V2015)],
        is_fcs_wrong: bool,
        payload in vec(any::<u8>(), 0..70),
        changed in any::<prop::sample::Index>(),
    ) {
        let level = Level::new(bits).expect("three bits");
        let header = AuxiliaryHeader { level, key_id, frame_counter };
        let src = if is_short { MacAddress::Short(SHORT) } else { MacAddress::Extended(SOURCE) };
        let fcs = if is_fcs_wrong { Fcs::Wrong } else { Fcs::Right };
        let frame = MacFrame { version, fcs, ..plain(src, &payload) };
        let psdu = frame.encode();
        let keys = Keys::new().with_key(key_id, Key(key)).with_node(SHORT, SOURCE);
        let secured = secure(&psdu, &header, Key(key), SOURCE).expect("room enough");
        prop_assert_eq!(secured.len(), psdu.len() + header.overhead());
        prop_assert_eq!(is_fcs_right(&secured), !is_fcs_wrong);
        let opened = open(&secured, &keys).expect("the key is known");
        prop_assert_eq!(&opened.psdu, &psdu);
        prop_assert_eq!(opened.header, header);

        let dissection = read(&secured, Some(&keys));
        prop_assert!(dissection.is_opened());
        let counter = Value::Uint(u64::from(frame_counter));
        prop_assert_eq!(dissection.get(FieldId::MacFrameCounter), Some(&counter));
        prop_assert_eq!(
            dissection.packet, read(&psdu, None).packet,
            "it restores to what the plain frame does"
        );

        if level.mic_octets() > 0 {
            let mut harmed = secured.clone();
            // Everything behind the frame control but the trailer is under the MIC.
            let place = 2 + changed.index(secured.len() - 4);
            harmed[place] ^= 0x40;
            prop_assert!(open(&harmed, &keys).is_err(), "octet {} is not protected", place);
        }
    }

    /// Octets that nobody secured.
    #[test]
    fn any_octets_are_taken(mut octets in vec(any::<u8>(), 0..140), force: bool) {
        if let (Some(first), true) = (octets.first_mut(), force) {
            *first |= 0x08;
        }
        let keys = keys(KeyId::Implicit).with_key(KeyId::Index(1), KEY);
        let _ = open(&octets, &keys);
        let _ = secure(&octets, &header(5, KeyId::Index(1)), KEY, SOURCE);
        for field in read(&octets, Some(&keys)).fields {
            prop_assert!(usize::from(field.range.end) <= octets.len(), "{:?}", field);
        }
    }
}

/// Every field of a secured frame, octet by octet.
#[test]
fn fields_of_a_secured_frame() {
    let psdu = plain(MacAddress::Short(SHORT), &[0x41]).encode();
    let key_id = KeyId::Source8([1, 2, 3, 4, 5, 6, 7, 8], 0x21);
    let secured = secure(&psdu, &header(5, key_id), KEY, SOURCE).expect("a frame");
    let dissection = read(&secured, Some(&keys(key_id)));
    let shown: Vec<_> = dissection
        .fields
        .iter()
        .skip_while(|field| field.id != FieldId::MacSecurityLevel)
        .take(6)
        .map(|field| (field.id, field.range.clone(), field.value.clone()))
        .collect();
    assert_eq!(
        shown,
        [
            // Behind frame control, sequence number, PAN id and two short addresses.
            (FieldId::MacSecurityLevel, 9..10, Value::Uint(5)),
            (FieldId::MacKeyIdMode, 9..10, Value::Uint(3)),
            (FieldId::MacFrameCounter, 10..14, Value::Uint(0x0102_0304)),
            (
                FieldId::MacKeySource,
                14..22,
                Value::Bytes(vec![1, 2, 3, 4, 5, 6, 7, 8])
            ),
            (FieldId::MacKeyIndex, 22..23, Value::Uint(0x21)),
            (FieldId::Dispatch, 23..24, Value::Uint(0x41)),
        ]
    );
    let mic = dissection
        .fields
        .iter()
        .find(|field| field.id == FieldId::MacMic);
    assert_eq!(mic.map(|mic| mic.range.clone()), Some(24..28));
}

/// Each reason that a frame stays closed says what is missing.
#[test]
fn closed_frames_say_why() {
    let psdu = plain(MacAddress::Short(SHORT), b"hello").encode();
    let header = header(5, KeyId::Index(1));
    let secured = secure(&psdu, &header, KEY, SOURCE).expect("a frame");
    let other_key = Keys::new().with_key(KeyId::Index(1), Key([8; 16]));
    for (keys, error, kind) in [
        (
            keys(KeyId::Index(2)),
            OpenError::UnknownKey(KeyId::Index(1)),
            ProblemKind::UnknownKey(KeyId::Index(1)),
        ),
        (
            Keys::new().with_key(KeyId::Index(1), KEY),
            OpenError::UnknownSource,
            ProblemKind::UnknownSource,
        ),
        (
            other_key.with_node(SHORT, SOURCE),
            OpenError::WrongMic,
            ProblemKind::WrongMic,
        ),
    ] {
        assert_eq!(open(&secured, &keys), Err(error));
        let dissection = read(&secured, Some(&keys));
        assert!(dissection.has(kind), "{:?}", dissection.problems);
        assert!(!dissection.is_opened());
        assert_eq!(dissection.packet, None);
    }
    assert!(read(&secured, None).has(ProblemKind::Secured));
    assert_eq!(open(&psdu, &keys(KeyId::Index(1))), Err(OpenError::Plain));
}

#[test]
fn what_cannot_be_secured() {
    let header = header(7, KeyId::Index(1));
    let secured = |psdu: &[u8]| secure(psdu, &header, KEY, SOURCE);
    let longest = MAX_PSDU_OCTETS - header.overhead();
    let of = |octets: usize| plain(MacAddress::Short(SHORT), &vec![0; octets - 9 - 2]).encode();
    assert_eq!(
        secured(&of(longest)).map(|psdu| psdu.len()),
        Ok(MAX_PSDU_OCTETS)
    );
    assert_eq!(
        secured(&of(longest + 1)),
        Err(SecureError::TooLong {
            octets: MAX_PSDU_OCTETS + 1
        })
    );
    assert_eq!(secured(&[0x41]), Err(SecureError::Header));
    let again = secured(&of(longest - 60)).expect("room for it");
    assert_eq!(secured(&again), Err(SecureError::Secured));
}
