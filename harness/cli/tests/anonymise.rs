//! `sixlo bundle make --anonymise`: nothing in the zip names a device, and it judges alike.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A device's address with a vendor's OUI.
const PARAMETERS: &str = "dut: { eui64: \"00 12 4b 00 14 b5 d9 7a\" }\n";
const EUI64: [u8; 8] = [0x00, 0x12, 0x4b, 0x00, 0x14, 0xb5, 0xd9, 0x7a];

fn sixlo(folder: &Path, words: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Command::new(env!("CARGO_BIN_EXE_sixlo"))
        .args(words)
        .arg("--root")
        .arg(root)
        .current_dir(folder)
        .output()
        .expect("sixlo runs")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(self::files(&path)),
            false => files.push(path),
        }
    }
    files
}

fn holds(octets: &[u8], secret: &[u8]) -> bool {
    octets.windows(secret.len()).any(|window| window == secret)
}

#[test]
#[ignore = "plays 1,350 trials, and judges them three times"]
fn nothing_in_the_bundle_names_the_device_and_it_judges_alike() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("parameters.yaml"), PARAMETERS).unwrap();
    let run = [
        "run",
        "--runs",
        "runs",
        "--dut",
        "P6LoWPAN-5",
        "--parameters",
        "parameters.yaml",
        "rfc6282",
        "rfc4944",
        "rfc7400",
        "rfc4861",
    ];
    sixlo(folder, &run);
    // By its whole path: it must not show, either.
    let zip = folder.join("a.zip").display().to_string();
    let place = folder.display().to_string();
    let make = [
        "bundle",
        "make",
        "--runs",
        "runs",
        "--anonymise",
        "--salt",
        "pepper",
        "--output",
        &zip,
    ];
    let made = sixlo(folder, &make);
    let told = String::from_utf8_lossy(&made.stdout).into_owned();
    let error = String::from_utf8_lossy(&made.stderr).into_owned();
    assert!(made.status.success(), "{told}{error}");
    assert!(told.contains(" 0 without frames; "), "{told}");
    eprintln!("{told}");

    sixlo(folder, &["bundle", "unpack", "a.zip"]);
    let mut iid = EUI64;
    iid[0] ^= 2;
    let mut reversed = EUI64;
    reversed.reverse();
    let secrets: [&[u8]; 8] = [
        place.as_bytes(),
        b"P6LoWPAN-5",
        b"reference node",
        &EUI64,
        &reversed,
        &iid,
        b"212:4b00:14b5:d97a",
        b"/root/",
    ];
    let recorded = fs::read(
        files(&folder.join("runs"))
            .iter()
            .find(|path| path.extension().is_some_and(|end| end == "pcapng"))
            .unwrap(),
    )
    .unwrap();
    assert!(holds(&recorded, &reversed), "the test would see nothing");
    for file in files(&folder.join("a/run"))
        .iter()
        .chain(&files(&folder.join("a/house/firmware-under-test")))
    {
        let octets = fs::read(file).unwrap();
        for secret in secrets {
            let place = octets
                .windows(secret.len())
                .position(|window| window == secret);
            let found = format!(
                "{} at {place:?}: {}",
                file.display(),
                String::from_utf8_lossy(secret)
            );
            assert!(place.is_none(), "{found}");
        }
    }

    let rejudged = sixlo(folder, &["rejudge", "a/run"]);
    let words = String::from_utf8_lossy(&rejudged.stdout).into_owned();
    assert!(rejudged.status.success(), "{words}");
}
