//! What the last two octets are, found out by the reader alone.

use super::*;

/// Many frames as they were sent.
fn sent() -> Vec<Vec<u8>> {
    let data = |n: u8| echo(n, n.wrapping_mul(37));
    (0..100)
        .map(|n| match n % 5 {
            4 => vec![2, 0, n - 1],
            _ => data(n),
        })
        .collect()
}

/// A capture of link type 195 in which every frame has this trailer.
fn captured(trailer: impl Fn(usize, &[u8]) -> Vec<u8>) -> Vec<u8> {
    let frames: Vec<Vec<u8>> = sent()
        .iter()
        .enumerate()
        .map(|(n, mac)| [&mac[..], &trailer(n, mac)].concat())
        .collect();
    OldFile::of(195, frames.iter().map(|frame| &frame[..]))
}

fn right(mac: &[u8]) -> Vec<u8> {
    fcs(mac).to_le_bytes().to_vec()
}

/// RSSI and CRC-OK of the n-th frame.
fn ti(n: usize) -> Vec<u8> {
    vec![(n * 7) as u8, 0x80 | (60 + n % 50) as u8]
}

fn decision(tally: &Tally) -> Decision {
    assert_eq!(tally.kinds.len(), 1);
    tally.kinds[0].decision.unwrap()
}

#[test]
fn every_trailer_is_found_out_and_taken_off() {
    let files = [
        (Trailer::Fcs, captured(|_, mac| right(mac))),
        (Trailer::Ti, captured(|n, _| ti(n))),
        (Trailer::Zeros, captured(|_, _| vec![0, 0])),
        (Trailer::Absent, captured(|_, _| vec![])),
    ];
    for (trailer, file) in files {
        let (seen, tally) = read_all(file);
        assert_eq!(decision(&tally).trailer, trailer);
        assert_eq!(macs(&seen), sent(), "{trailer:?}");
        let numbers: Vec<u64> = seen.iter().map(|seen| seen.number).collect();
        assert_eq!(numbers, (1..=100).collect::<Vec<u64>>());
        assert_eq!((tally.frames, tally.set_aside.wrong_fcs), (100, 0));
    }
}

#[test]
fn a_few_frames_are_enough() {
    for count in 1..5 {
        let (data, ack) = (echo(1, 9), ACK.to_vec());
        let sent: Vec<&[u8]> = [&data[..], &ack, &data, &ack][..count].to_vec();
        for trailer in [Trailer::Fcs, Trailer::Ti, Trailer::Absent] {
            let end = |mac: &[u8]| match trailer {
                Trailer::Fcs => right(mac),
                Trailer::Ti => ti(3),
                _ => vec![],
            };
            let frames: Vec<Vec<u8>> = sent
                .iter()
                .map(|mac| [mac, &end(mac)[..]].concat())
                .collect();
            let (seen, tally) = read_all(OldFile::of(195, frames.iter().map(|f| &f[..])));
            assert_eq!(decision(&tally).trailer, trailer, "{count} frames");
            assert_eq!(macs(&seen), sent);
        }
    }
}

#[test]
fn wrong_frames_are_told_apart_and_counted() {
    let mut broken = 0;
    for n in 0..100 {
        broken += u64::from(n % 3 != 0);
    }
    // Two of three frames arrived with an octet changed behind the header.
    let harmed = captured(|n, mac| match n % 3 {
        0 => right(mac),
        _ => right(&[mac, &[0]].concat()),
    });
    // A radio that tells of them itself.
    let told = captured(|n, _| match n % 5 {
        0 => vec![1, 20],
        _ => ti(n),
    });
    for (file, trailer, wrong) in [(harmed, Trailer::Fcs, broken), (told, Trailer::Ti, 20)] {
        let (seen, tally) = read_all(file);
        assert_eq!(decision(&tally).trailer, trailer);
        let seen_wrong = seen.iter().filter(|seen| seen.fcs == Fcs::Wrong).count();
        assert_eq!(
            (seen_wrong as u64, tally.set_aside.wrong_fcs),
            (wrong, wrong)
        );
        assert_eq!(tally.frames, 100 - wrong);
    }
}

/// With nothing that shows the contrary, a frame is not judged on a guess.
#[test]
fn a_harmed_frame_alone_is_set_aside() {
    let mut harmed = with_fcs(&echo(1, 9));
    harmed[30] ^= 0x10;
    let (seen, tally) = read_all(OldFile::of(195, [&harmed[..]]));
    assert_eq!(seen[0].fcs, Fcs::Wrong);
    insta::assert_snapshot!(decision(&tally).reason);
}

#[test]
fn the_reasons_in_words() {
    let files = [
        captured(|_, mac| right(mac)),
        captured(|n, _| ti(n)),
        captured(|_, _| vec![]),
    ];
    let words: Vec<String> = files
        .into_iter()
        .map(|file| {
            let Decision { trailer, reason } = decision(&read_all(file).1);
            format!("{trailer}: {reason}")
        })
        .collect();
    insta::assert_snapshot!(words.join("\n"));
}

#[test]
fn what_is_told_is_not_doubted() {
    let hints = Hints {
        trailer: Some(Trailer::Absent),
        ..Hints::default()
    };
    let (seen, tally) = read_with(captured(|_, mac| right(mac)), hints).unwrap();
    assert_eq!(seen[1].mac, with_fcs(&sent()[1]));
    assert_eq!(decision(&tally).reason, Reason::Told);
}

/// Each interface has a sniffer of its own; the order of the file is kept.
#[test]
fn interfaces_are_decided_one_by_one() {
    let mut file = NgFile::new().interface(195, &[]).interface(195, &[]);
    let mut expected = Vec::new();
    for n in 0..200_u8 {
        let mac = echo(n, n);
        // The second sniffer begins late, and has little to say.
        file = match n < 70 || n % 9 != 0 {
            true => file.packet(0, u64::from(n), &with_fcs(&mac)),
            false => file.packet(1, u64::from(n), &[&mac[..], &ti(3)].concat()),
        };
        expected.push(mac);
    }
    let (seen, tally) = read_all(file.octets);
    assert_eq!(macs(&seen), expected);
    let trailers: Vec<Trailer> = tally
        .kinds
        .iter()
        .map(|kind| kind.decision.unwrap().trailer)
        .collect();
    assert_eq!(trailers, [Trailer::Fcs, Trailer::Ti]);
}
