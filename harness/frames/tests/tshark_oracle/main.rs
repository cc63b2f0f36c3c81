//! What this crate crafts and reads, against an independent dissector: every
//! specimen is written to a capture file, `tshark` takes the file apart, and each
//! field of each frame is compared.
//!
//! Needs tshark 4 in the path and fails without it:
//! `cargo test -p sixlo-frames --features oracles --test tshark_oracle`.

#![allow(
    clippy::disallowed_types,
    reason = "tshark reads files; the crate itself does no I/O"
)]

mod columns;
mod limits;
mod tshark;
mod view;

use std::collections::BTreeMap;

use sixlo_frames::craft::craft;
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::mac::{FCS_OCTETS, FrameVersion, MacAddress, fcs};
use sixlo_frames::recompress::{FeatureSet, RecompressOptions, recompress};
use sixlo_frames::security::{AuxiliaryHeader, Key, KeyId, Keys, Level, secure};
use sixlo_frames::workload::{self, Specimen};

use columns::{COLUMNS, Column};
use tshark::LinkType;
use view::Frame;

/// Disagreements shown; the rest is counted.
const SHOWN: usize = 20;

#[test]
fn an_independent_dissector_reads_the_same_frames() {
    let contexts = workload::contexts();
    let frames = view::frames(&psdus(workload::specimens()), &contexts, None);
    let tally = compare(&frames, COLUMNS, LinkType::Ieee802154, &contexts);
    println!("{tally}");
    assert!(tally.frames >= 5000, "only {} frames", tally.frames);
    for limit in limits::LIMITS {
        let shown = tally.excused.contains_key(limit.name);
        assert!(shown, "tshark no longer {}", limit.name);
    }
    tally.assert_agreement();
}

/// The same for the packets alone, so that what tshark cannot restore is checked, too.
#[test]
fn an_independent_dissector_reads_the_same_packets() {
    let packet = |specimen: Specimen| (specimen.name, specimen.packet.to_octets());
    let packets: Vec<_> = workload::specimens().into_iter().map(packet).collect();
    let columns: Vec<Column> = COLUMNS
        .iter()
        .filter(|column| !column.theirs.starts_with("wpan") && !column.theirs.starts_with("6low"))
        .copied()
        .collect();
    let frames = view::packets(&packets);
    let tally = compare(&frames, &columns, LinkType::Ipv6, &workload::contexts());
    println!("{tally}");
    tally.assert_agreement();
}

/// The same packets in the smallest encoding that there is for them.
#[test]
fn an_independent_dissector_restores_the_smallest_encodings() {
    let contexts = workload::contexts();
    let smallest = |mut specimen: Specimen| {
        let mac = &specimen.frame.mac;
        let mesh = specimen.frame.mesh;
        let options = RecompressOptions {
            contexts: &contexts,
            ends: mesh.map_or((mac.src, mac.dst), |mesh| {
                (mesh.originator, mesh.final_destination)
            }),
            allowed: FeatureSet::rfc6282(),
        };
        let octets = specimen.packet.to_octets();
        specimen.frame.leading.clear();
        specimen.frame.body = recompress(&octets, octets.len(), &options).body;
        specimen
    };
    let specimens = workload::specimens().into_iter().map(smallest).collect();
    let frames = view::frames(&psdus(specimens), &contexts, None);
    let tally = compare(&frames, COLUMNS, LinkType::Ieee802154, &contexts);
    println!("{tally}");
    tally.assert_agreement();
}

/// One bit of each frame is turned over. Where this crate still finds nothing
/// wrong in the frame's headers, both have to read the same in them.
#[test]
fn an_independent_dissector_reads_the_same_headers_of_mutants() {
    let contexts = workload::contexts();
    let mutants: Vec<_> = (0..)
        .zip(psdus(workload::specimens()))
        .map(mutant)
        .collect();
    let frames: Vec<Frame> = view::frames(&mutants, &contexts, None)
        .into_iter()
        .filter(|frame| frame.headers.problems.is_empty() && is_comparable(&frame.octets))
        .collect();
    let columns: Vec<Column> = COLUMNS
        .iter()
        .filter(|column| column.theirs.starts_with("wpan") || column.theirs.starts_with("6low"))
        .copied()
        .collect();
    let tally = compare(&frames, &columns, LinkType::Ieee802154, &contexts);
    println!("{tally}");
    assert!(tally.frames >= 3000, "only {} frames", tally.frames);
    tally.assert_agreement();
}

/// The same frames under link security, as far as they still fit: tshark opens them with
/// the key, and reads the same in them and in their security headers. Sources are EUI-64s:
/// whose a short address is tshark learns from traffic alone.
#[test]
fn an_independent_dissector_opens_the_same_secured_frames() {
    let contexts = workload::contexts();
    let key_id = KeyId::Index(tshark::KEY_INDEX);
    let keys = Keys::new().with_key(key_id, Key(tshark::KEY));
    let secured: Vec<_> = (0..)
        .zip(psdus(workload::specimens()))
        .filter_map(|(number, (name, psdu))| {
            let level = Level::new([1, 2, 3, 5, 6, 7][number as usize % 6])?;
            let header = AuxiliaryHeader {
                level,
                key_id,
                frame_counter: number,
            };
            let options = DissectOptions {
                contexts: &contexts,
                fcs: FcsMode::Present,
                keys: None,
            };
            let mac = dissect(&psdu, &options).mac?;
            let MacAddress::Extended(source) = mac.src else {
                return None;
            };
            let fits = mac.fcs_right == Some(true) && mac.version == FrameVersion::V2006;
            let secured = secure(&psdu, &header, Key(tshark::KEY), source).ok();
            Some((name, secured.filter(|_| fits)?))
        })
        .collect();
    let frames = view::frames(&secured, &contexts, Some(&keys));
    for frame in &frames {
        assert!(frame.headers.is_opened(), "{:?}", frame.headers.problems);
    }
    let tally = compare(&frames, COLUMNS, LinkType::Ieee802154, &contexts);
    println!("{tally}");
    assert!(tally.frames >= 1000, "only {} frames", tally.frames);
    tally.assert_agreement();
}

/// Data frames: tshark looks into beacons and commands, too. And not those with
/// bit 8 of the FCF before version 2015: it is reserved there, which means ignored
/// (IEEE 802.15.4-2006 7.2.1.1), but tshark takes it for sequence number suppression.
fn is_comparable(psdu: &[u8]) -> bool {
    const DATA: u8 = 1;
    let (first, second) = (psdu[0], psdu[1]);
    first & 7 == DATA && (second & 1 == 0 || second >> 4 & 3 == 2)
}

/// The same frame with one bit of it turned over, and a right FCS.
fn mutant((number, (name, mut psdu)): (usize, (String, Vec<u8>))) -> (String, Vec<u8>) {
    let end = psdu.len() - FCS_OCTETS;
    // Most headers end within 60 octets; a step that shares no factor with 480 reaches all bits.
    let bit = number * 277 % (8 * end.min(60));
    psdu[bit / 8] ^= 1 << (bit % 8);
    let right = fcs(&psdu[..end]).to_le_bytes();
    psdu[end..].copy_from_slice(&right);
    (name, psdu)
}

/// The frames of the specimens, each with its name; those of some datagrams in another order.
fn psdus(specimens: Vec<Specimen>) -> Vec<(String, Vec<u8>)> {
    let mut psdus = Vec::new();
    for (number, specimen) in specimens.into_iter().enumerate() {
        let octets = specimen.packet.to_octets();
        let mut crafted = craft(&specimen.frame, &octets)
            .unwrap_or_else(|error| panic!("{}: {error}", specimen.name));
        match number % 3 {
            0 => {}
            1 => crafted.reverse(),
            _ => crafted.rotate_left(1),
        }
        psdus.extend(
            crafted
                .into_iter()
                .map(|psdu| (specimen.name.clone(), psdu)),
        );
    }
    psdus
}

/// How a comparison went.
#[derive(Default)]
struct Tally {
    frames: usize,
    comparisons: usize,
    /// Known differences, and how often they were seen.
    excused: BTreeMap<&'static str, usize>,
    disagreements: Vec<String>,
}

fn compare(
    frames: &[Frame],
    columns: &[Column],
    link_type: LinkType,
    contexts: &sixlo_frames::context::ContextTable,
) -> Tally {
    let octets = frames.iter().map(|frame| frame.octets.as_slice());
    let rows = tshark::dissect(octets, link_type, columns, contexts);
    assert_eq!(rows.len(), frames.len(), "tshark lost frames");
    let mut tally = Tally {
        frames: frames.len(),
        ..Tally::default()
    };
    for (number, (frame, row)) in frames.iter().zip(&rows).enumerate() {
        for (column, text) in columns.iter().zip(row) {
            let ours = (column.ours)(frame);
            let theirs = columns::read(column.kind, text);
            tally.comparisons += ours.len().max(theirs.len());
            if ours == theirs {
                continue;
            }
            match limits::limit(column.theirs, frame, &ours, &theirs) {
                Some(limit) => *tally.excused.entry(limit).or_default() += 1,
                None => tally.disagreements.push(format!(
                    "frame {} ({}): {}\n  ours   {ours:?}\n  tshark {theirs:?}\n  {}",
                    number + 1,
                    frame.name,
                    column.theirs,
                    columns::hex(&frame.octets)
                )),
            }
        }
    }
    tally
}

impl Tally {
    fn assert_agreement(&self) {
        let count = self.disagreements.len();
        let shown = self.disagreements[..count.min(SHOWN)].join("\n");
        assert!(
            count == 0,
            "{count} disagreements, the first of them:\n{shown}"
        );
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} frames, {} field comparisons",
            self.frames, self.comparisons
        )?;
        for (name, count) in &self.excused {
            write!(f, "\n{count:6} times tshark {name}")?;
        }
        Ok(())
    }
}
