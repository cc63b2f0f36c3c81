//! Files as nobody should write them, and as sniffers that are stopped leave them.

use std::io::Write as _;

use proptest::prelude::*;

use super::*;

/// A file of each format with a bit of everything.
fn whole_files() -> Vec<Vec<u8>> {
    let frames: Vec<Vec<u8>> = (0..12).map(|n| with_fcs(&echo(n, n))).collect();
    let mut ng = NgFile::new()
        .interface(195, &[(9, &[9])])
        .interface(283, &[])
        .block(10, &[1; 50]);
    for frame in &frames {
        ng = ng.packet(0, 1, frame);
    }
    ng = ng
        .packet(1, 1, &[0, 0, 4, 0, 2, 0, 1])
        .simple_packet(&frames[0]);
    let old = OldFile::of(195, frames.iter().map(|frame| &frame[..]));
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&old).unwrap();
    vec![old, ng.octets, encoder.finish().unwrap()]
}

fn says(octets: Vec<u8>) -> String {
    read_with(octets, Hints::default()).unwrap_err().to_string()
}

#[test]
fn files_that_are_no_captures() {
    let words = [
        says(Vec::new()),
        says(b"GIF".to_vec()),
        says(b"MZ of some program".to_vec()),
        says(b"PK\x03\x04 a zip".to_vec()),
        says(vec![0x28, 0xb5, 0x2f, 0xfd, 1]),
        says(vec![0xd4, 0xc3, 0xb2, 0xa1, 2]),
        says([&[0xd4, 0xc3, 0xb2, 0xa1, 7, 0][..], &[0; 18]].concat()),
        says(vec![0x1f, 0x8b]),
    ];
    insta::assert_snapshot!(words.join("\n"));
    let gone = Frames::open(Path::new("no/such.pcap"), Hints::default());
    let gone = gone.err().unwrap().to_string();
    assert!(
        gone.starts_with("cannot read the capture no/such.pcap: "),
        "{gone}"
    );
}

#[test]
fn a_file_cut_anywhere_is_read_up_to_there() {
    // Octets that are needed to see what it is; compressed ones mean nothing one by one.
    for (file, needed) in whole_files().into_iter().zip([24, 4, 200]) {
        let (all, tally) = read_all(file.clone());
        assert_eq!(tally.ending, Ending::Whole);
        let mut most = 0;
        for end in 0..file.len() {
            let Ok((seen, tally)) = read_with(file[..end].to_vec(), Hints::default()) else {
                assert!(end < needed, "octet {end}: not even opened");
                continue;
            };
            assert!(seen.len() >= most && seen.len() <= all.len());
            most = seen.len();
            match tally.ending {
                Ending::Whole | Ending::Cut { .. } => {}
                other => panic!("octet {end}: {other:?}"),
            }
            // What was read is what stood there; of few frames the trailer may be undecided.
            if seen.len() > 1 {
                assert_eq!(seen, all[..seen.len()], "octet {end}");
            }
        }
        assert!(most + 1 >= all.len(), "{most} of {}", all.len());
    }
}

#[test]
fn damage_is_told_with_its_place() {
    let good = |file: NgFile| file.interface(230, &[]).packet(0, 0, &ACK);
    let files = [
        good(NgFile::new()).block(6, &[0; 8]),
        good(NgFile::new()).packet(7, 0, &ACK),
        good(NgFile::new()).block(1, &[0; 4]),
        good(NgFile::new()).interface(230, &[(9, &[30])]),
        good(NgFile::new()).block(1, &[0; 100_000]),
        (0..300).fold(good(NgFile::new()), |file, _| file.interface(230, &[])),
    ];
    let mut words: Vec<String> = Vec::new();
    let mut octets: Vec<Vec<u8>> = files.into_iter().map(|file| file.octets).collect();
    let mut unequal = good(NgFile::new()).octets;
    *unequal.last_mut().unwrap() = 9;
    octets.push(unequal);
    let mut short_block = good(NgFile::new()).octets;
    short_block.extend([6, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0]);
    octets.push(short_block);
    let mut bomb = OldFile::of(230, [&ACK[..]]);
    bomb.extend([[0; 8], [0xff; 8]].concat());
    octets.push(bomb);
    for file in octets {
        match read_all(file).1.ending {
            Ending::Damaged { what, offset } => words.push(format!("octet {offset}: {what}")),
            other => panic!("{other:?}"),
        }
    }
    insta::assert_snapshot!(words.join("\n"));
}

/// Lengths of 4 GiB and gigabytes of zeros in a few octets: memory stays the buffer's.
#[test]
fn a_bomb_takes_time_and_no_memory() {
    let mut block = NgFile::new().octets;
    block.extend([10, 0, 0, 0, 0xfc, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    let zeros = std::io::repeat(0).take(64 << 20);
    let source = std::io::Cursor::new(block).chain(zeros);
    let mut frames = Frames::from_source(Path::new("x"), source, Hints::default()).unwrap();
    assert_eq!(frames.next_frame().unwrap(), None);
    let inside = "a block";
    let cut = matches!(&frames.tally().ending, Ending::Cut { inside: what, .. } if *what == inside);
    assert!(cut, "{:?}", frames.tally().ending);
}

/// One that fails at its end, as a broken disk does.
struct Broken(std::io::Cursor<Vec<u8>>);

impl Read for Broken {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self.0.read(into)? {
            0 => Err(std::io::Error::other("the disk is broken")),
            some => Ok(some),
        }
    }
}

#[test]
fn a_source_that_fails_is_an_error_after_the_frames_before() {
    let source = Broken(std::io::Cursor::new(OldFile::of(230, [&ACK[..]])));
    let mut frames = Frames::from_source(Path::new("x"), source, Hints::default()).unwrap();
    assert!(frames.next_frame().unwrap().is_some());
    let error = frames.next_frame().unwrap_err().to_string();
    assert_eq!(error, "cannot read the capture x: the disk is broken");
}

proptest! {
    #[test]
    fn any_octet_may_be_any(which in 0..3_usize, at in any::<prop::sample::Index>(), octet: u8, cut in any::<prop::sample::Index>()) {
        let mut file = whole_files().swap_remove(which);
        let at = at.index(file.len());
        file[at] = octet;
        let _ = read_with(file.clone(), Hints::default());
        file.truncate(cut.index(file.len()));
        let _ = read_with(file, Hints::default());
    }

    #[test]
    fn any_packet_of_any_link_is_read(link in prop::sample::select(vec![0_u32, 1, 101, 113, 195, 228, 229, 230, 276, 283]),
        packet in prop::collection::vec(any::<u8>(), 0..200)) {
        let (_, tally) = read_all(OldFile::of(link, [&packet[..]]));
        let aside = tally.set_aside;
        let counted = tally.frames + aside.wrong_fcs + aside.unreadable + aside.other + aside.zep_acks;
        prop_assert_eq!(counted, 1);
    }
}
