use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::manifest::{FORMAT, VERSION};
use super::*;
use crate::run::Selection;

fn manifest() -> Manifest {
    Manifest {
        format: FORMAT.to_owned(),
        version: VERSION,
        sixlo: "0.0.0".to_owned(),
        run: "2026-02-28T23-59-59Z".to_owned(),
        catalogue: "0".repeat(64),
        commit: None,
        selection: Selection::default(),
        duts: vec![],
        host: None,
        anonymised: false,
        files: vec![],
    }
}

fn sources() -> Vec<Source> {
    vec![
        Source::made("run/run.json", "{}"),
        Source::made("run/trials.jsonl", "line\n".repeat(10_000)),
        Source::made("house/testcases/rows.yaml", ""),
    ]
}

fn made(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("run.zip");
    make(&path, manifest(), &sources()).unwrap();
    path
}

/// A zip by another hand: these files, and a manifest that says `files`.
fn zip_of(path: &Path, entries: &[(&str, &str)], files: Vec<Member>) {
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    let text = serde_json::to_string(&Manifest {
        files,
        ..manifest()
    })
    .unwrap();
    for (name, content) in entries.iter().copied().chain([(MANIFEST, text.as_str())]) {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

fn member(name: &str, octets: u64) -> Member {
    Member {
        name: name.to_owned(),
        octets,
        sha256: "0".repeat(64),
    }
}

#[test]
fn what_goes_in_comes_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = made(&folder);
    let verified = verify(&path).unwrap();
    assert_eq!(verified.differences, [] as [String; 0]);
    assert_eq!(verified.manifest.files.len(), 3);
    assert_eq!(verified.manifest.files[1].octets, 50_000);
    let into = folder.path().join("out");
    unpack(&path, &into).unwrap();
    for source in sources() {
        let Content::Made(octets) = source.content else {
            unreachable!()
        };
        assert_eq!(fs::read(into.join(source.name)).unwrap(), octets);
    }
    // Nothing is ever written over.
    assert!(matches!(
        unpack(&path, &into),
        Err(BundleError::Exists { .. })
    ));
    assert!(matches!(
        make(&path, manifest(), &sources()),
        Err(BundleError::Exists { .. })
    ));
}

#[test]
fn the_same_files_give_the_same_octets() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    assert_eq!(fs::read(made(&one)).unwrap(), fs::read(made(&two)).unwrap());
}

#[test]
fn a_source_that_cannot_be_read_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("run.zip");
    let mut sources = sources();
    sources.push(Source {
        name: "run/gone".to_owned(),
        content: Content::File(folder.path().join("gone")),
    });
    assert!(matches!(
        make(&path, manifest(), &sources),
        Err(BundleError::Read { .. })
    ));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn every_difference_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let differences = |entries: &[(&str, &str)], files| {
        zip_of(&path, entries, files);
        let differences = verify(&path).unwrap().differences;
        // And nothing of it is unpacked.
        let into = folder.path().join("out");
        assert!(matches!(
            unpack(&path, &into),
            Err(BundleError::Damaged { .. })
        ));
        assert!(!into.exists());
        differences.join("; ")
    };
    assert_eq!(
        differences(&[("a", "1")], vec![member("a", 1)]),
        "a: its hash is not that of the manifest"
    );
    assert_eq!(
        differences(&[("a", "1")], vec![member("a", 2)]),
        "a: fewer octets than the 2 of the manifest"
    );
    assert_eq!(
        differences(&[("a", "123")], vec![member("a", 2)]),
        "a: more octets than the 2 of the manifest"
    );
    assert_eq!(differences(&[], vec![member("a", 1)]), "a is missing");
    assert_eq!(
        differences(&[("a", "1")], vec![]),
        "a is not in the manifest"
    );
    assert_eq!(
        differences(&[("../a", "1")], vec![member("../a", 1)]),
        "manifest: `../a` is no name of a file here; ../a is not in the manifest"
    );
    let twice = differences(&[], vec![member("a", 1), member("a", 1)]);
    assert_eq!(twice, "manifest: a stands there twice; a is missing");
}

#[test]
fn what_is_no_bundle_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let said = |octets: &[u8]| {
        fs::write(&path, octets).unwrap();
        verify(&path)
            .unwrap_err()
            .to_string()
            .replace(&path.display().to_string(), "A")
    };
    assert!(said(b"").starts_with("A is no bundle: "));
    assert!(said(b"PK\x03\x04nonsense").starts_with("A is no bundle: "));
    let mut zip = ZipWriter::new(File::create(&path).unwrap());
    zip.start_file("a", SimpleFileOptions::default()).unwrap();
    zip.finish().unwrap();
    let none = verify(&path).unwrap_err().to_string();
    assert!(none.contains("it holds no manifest.json"), "{none}");
    zip_of(&path, &[], vec![member("a", MAX_OCTETS), member("b", 1)]);
    let bomb = verify(&path).unwrap_err().to_string();
    assert!(
        bomb.contains("more than 17179869184 octets together"),
        "{bomb}"
    );
    assert!(matches!(
        verify(folder.path()),
        Err(BundleError::NoBundle { .. } | BundleError::Read { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Cut or changed anywhere: no panic, and never taken for whole.
    #[test]
    fn damage_never_passes(cut in 0.0..1.0_f64, at in 0.0..1.0_f64, octet: u8, cuts: bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = made(&folder);
        let mut octets = fs::read(&path).unwrap();
        let place = |share: f64| (share * octets.len() as f64) as usize;
        let (cut, at) = (place(cut), place(at));
        if cuts {
            octets.truncate(cut);
        } else {
            octets[at] ^= octet;
        }
        let whole = octet == 0 && !cuts;
        fs::write(&path, &octets).unwrap();
        let into = folder.path().join("out");
        match unpack(&path, &into) {
            // Flags and times of the zip say nothing about its files.
            Ok(_) => for source in sources() {
                let Content::Made(content) = source.content else { unreachable!() };
                prop_assert_eq!(fs::read(into.join(source.name)).unwrap(), content);
            },
            Err(_) => prop_assert!(!whole),
        }
    }
}
