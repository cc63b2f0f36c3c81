//! The smallest difference that still fails, found on devices with a seeded fault: it
//! must be the very knob that the fault is about.

use std::path::{Path, PathBuf};

use sixlo_harness::catalogue::{Catalogue, Parameters, load, load_ports};
use sixlo_harness::rig::Program;
use sixlo_harness::run::{
    Device, Header, Journal, Recorded, Selection, Shrinker, Shrunk, capture_path, latest,
};
use sixlo_judge::testcase::TestCase;
use sixlo_judge::verdict::{Outcome, Rung, Verdict};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The example that cargo builds beside this test.
fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push("device");
    assert!(path.exists(), "{path:?}: cargo build --examples");
    path
}

/// The reference device at level 5, with this fault.
fn device(fault: Option<&str>) -> Device {
    let ports = load_ports(&root().join("firmware-under-test/ports")).unwrap();
    let mut devices = Device::all(&ports).into_iter();
    let mut device = devices
        .find(|device| device.spec.p6lowpan && device.spec.claims.level == Some(5))
        .unwrap();
    let Program::Own { name, .. } = &device.spec.program else {
        panic!("{:?}", device.spec.program);
    };
    let mut arguments = vec!["dut".to_owned(), name.clone()];
    if let Some(fault) = fault {
        arguments.extend(["--fault".to_owned(), fault.to_owned()]);
    }
    device.spec.program = Program::Other {
        path: program(),
        arguments,
    };
    device
}

/// Shrinks a case; `passed` is what passed before, as a run would know.
fn shrunk(catalogue: &Catalogue, fault: Option<&str>, case: &str, passed: &[&str]) -> Shrunk {
    let (parameters, selection) = (Parameters::default(), Selection::default());
    let folder = tempfile::tempdir().unwrap();
    let header = Header::begin(catalogue, &selection, None);
    let journal = Journal::create(folder.path(), header).unwrap();
    let device = device(fault);
    let mut shrinker =
        Shrinker::open(&device, catalogue, &parameters, &selection, false, journal).unwrap();
    let named = |id: &&str| catalogue.case(&(*id).into()).unwrap();
    let passed: Vec<(&TestCase, &str)> = passed.iter().map(|id| (named(id), "")).collect();
    let case = catalogue.case(&case.into()).unwrap();
    let label = match &case.sweep {
        Some(sweep) => sweep.rows[0].label.clone(),
        None => String::new(),
    };
    let outcome = Outcome::WrongValue;
    let shrunk = shrinker.shrink(case, &label, outcome, &passed).unwrap();
    drop(shrinker);
    // What was tried can be read like any run.
    let run = latest(folder.path()).unwrap();
    let recorded = Recorded::read(&run).unwrap();
    assert!(!recorded.lines.is_empty() && capture_path(&run, "P6LoWPAN-5").exists());
    shrunk
}

fn told(shrunk: &Shrunk) -> String {
    match shrunk {
        Shrunk::Smallest(smallest) => {
            assert_eq!(smallest.judgement.verdict, Verdict::Fail);
            assert!(smallest.judgement.rung >= Rung::Acknowledged, "no proof");
            assert_ne!(smallest.passing, smallest.failing);
            let changes: Vec<String> = smallest.changes.iter().map(ToString::to_string).collect();
            changes.join(", ")
        }
        other => format!("{other:?}"),
    }
}

fn catalogue() -> Catalogue {
    load(&root().join("testcases"), &Parameters::default()).unwrap()
}

#[test]
fn the_smallest_difference_is_what_the_fault_is_about() {
    let catalogue = catalogue();
    let nobody: &[&str] = &[];
    let mut wrong = Vec::new();
    for (fault, case, passed, smallest) in [
        (
            "tf-not-rotated",
            "tf-inline",
            nobody,
            "traffic class 00 → b9",
        ),
        ("hop-limits-swapped", "hop-limit-1", nobody, "HLIM 0 → 1"),
        ("hop-limits-swapped", "hop-limit-64", nobody, "HLIM 0 → 2"),
        (
            "iid-not-flipped",
            "context-0-source-elided",
            nobody,
            "SAC 0 → 1, SAM 0 → 3",
        ),
        (
            "short-iid-holds-pan",
            "short-both-elided",
            nobody,
            "SAM 0 → 3",
        ),
        (
            "contexts-swapped",
            "context-3-destination",
            nobody,
            "CID 0 → 1 (octet 03), DAC 0 → 1, DAM 0 → 1",
        ),
        (
            "unused-context-octet-kept",
            "cid-octet-unused",
            nobody,
            "CID 0 → 1 (octet 00)",
        ),
        (
            "multicast-48-shifted",
            "multicast-48-bit",
            nobody,
            "M 0 → 1, DAM 0 → 1",
        ),
        (
            "extension-length-in-units",
            "extension-lengths",
            nobody,
            "NH 0 → 1 (extension header)",
        ),
        (
            "padding-not-restored",
            "extension-padding-elided",
            &["extension-hop-by-hop"],
            "trailing padding in line → left out",
        ),
        (
            "tunnel-iid-from-mac",
            "tunnel-inner-source-elided",
            nobody,
            "NH 0 → 1 (IPv6), the tunnelled header's SAM 0 → 3",
        ),
        (
            "port-modes-swapped",
            "udp-ports-destination-8-bit",
            nobody,
            "NH 0 → 1 (UDP), P 0 → 1",
        ),
        (
            "port-nibbles-swapped",
            "udp-ports-4-bit",
            nobody,
            "NH 0 → 1 (UDP), P 0 → 3",
        ),
        (
            "elided-checksum-not-restored",
            "checksum-elided",
            nobody,
            "NH 0 → 1 (UDP), C 0 → 1",
        ),
        (
            "zero-checksum-kept",
            "checksum-elided-sums-to-zero",
            &["checksum-elided"],
            "NH 0 → 1 (UDP), C 0 → 1",
        ),
        (
            "duplicate-fragments-counted",
            "fragments-each-twice",
            nobody,
            "order of fragments InOrder → EachTwice",
        ),
        (
            "mesh-addresses-swapped",
            "mesh-extended-extended",
            nobody,
            "mesh header none → there",
        ),
        (
            "deep-hops-ignored",
            "mesh-deep-hops",
            &["mesh-extended-extended"],
            "Hops Left 5 → 20",
        ),
        (
            "broadcast-header-ignored",
            "broadcast-solicitation",
            nobody,
            "LOWPAN_BC0 none → there",
        ),
    ] {
        let found = told(&shrunk(&catalogue, Some(fault), case, passed));
        if found != smallest {
            wrong.push(format!("{fault}, {case}: {found}, and not {smallest}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_healthy_device_does_not_fail_any_more() {
    let catalogue = catalogue();
    for case in ["hop-limit-1", "udp-ports-4-bit", "fragments-each-twice"] {
        assert_eq!(
            shrunk(&catalogue, None, case, &[]),
            Shrunk::Passes,
            "{case}"
        );
    }
}

#[test]
fn what_fails_whatever_its_form_is_not_blamed_on_its_form() {
    let found = shrunk(
        &catalogue(),
        Some("echo-identifier-wrong"),
        "iphc-all-in-line",
        &[],
    );
    assert!(
        matches!(found, Shrunk::Undecided(_) | Shrunk::NothingPasses(_)),
        "{found:?}"
    );
}

/// A plainer frame of these would rightly be taken: no try could tell anything.
#[test]
fn frames_that_must_not_be_taken_are_not_tried() {
    let catalogue = catalogue();
    for case in ["nalp", "checksum-elided-unauthorised", "sends-hop-limits"] {
        let found = shrunk(&catalogue, Some("nalp-taken"), case, &[]);
        assert!(matches!(found, Shrunk::NoWay(_)), "{case}: {found:?}");
    }
}
