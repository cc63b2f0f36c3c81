//! A house of a few cases, to break what one likes in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{checkout, sixlo};

/// What a house is made of: the lists, the calibration, one case, one port.
const PARTS: [&str; 9] = [
    "testcases/rows.yaml",
    "testcases/requirements.yaml",
    "testcases/calibration/echo/echo-checksum.yaml",
    "testcases/calibration/quote/quoted-fields.yaml",
    CASE,
    DUT,
    KNOWN,
    "firmware-under-test/ports/p6lowpan/README.md",
    "README.md",
];

/// The base case.
pub const CASE: &str = "testcases/rfc6282/3.1.1/iphc-all-in-line.yaml";
/// The port's description.
pub const DUT: &str = "firmware-under-test/ports/p6lowpan/dut.yaml";
/// What is known of it.
pub const KNOWN: &str = "firmware-under-test/ports/p6lowpan/known.yaml";

/// A house of a few cases.
pub struct House(tempfile::TempDir);

impl House {
    pub fn new() -> Self {
        let house = House(tempfile::tempdir().unwrap());
        for part in PARTS {
            house.write(part, fs::read(checkout().join(part)).unwrap());
        }
        house.write(KNOWN, "[]\n");
        house
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where its runs lie.
    pub fn runs(&self) -> PathBuf {
        self.path().join("reports/runs")
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap()
    }

    pub fn write(&self, path: &str, octets: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, octets).unwrap();
    }

    /// `sixlo` with these words, started in it.
    pub fn sixlo(&self, words: &[&str]) -> Command {
        let mut command = sixlo(words);
        command.current_dir(self.path());
        command
    }

    /// The whole catalogue in place of its few cases.
    pub fn link_testcases(&self) {
        let there = fs::canonicalize(checkout().join("testcases")).unwrap();
        fs::remove_dir_all(self.path().join("testcases")).unwrap();
        std::os::unix::fs::symlink(there, self.path().join("testcases")).unwrap();
    }

    /// The reference node behind a radio that secures frames, as the column `Secured-5`.
    pub fn add_secured(&self, key: &str) {
        let port = "firmware-under-test/ports/secured";
        let text = format!(
            "stack: a stack
version: '1'
lineage: a stack
duts:
  - name: Secured-5
    start: {{ self: secured }}
    link:
      secured:
        level: 5
        key-id-mode: 1
        key-index: 1
        key: {key}
    claims: {{ level: 5, rows: [ipv6-nd, 6lowpan-nd] }}
    simplest: ipv6
    p6lowpan: true
    forwards: true
    environment: {{ 13: 1 }}
    pixit: {{ reply-within: 50 ms, reassembly-timeout: 60 s, reassembly-buffers: 4 }}
    reset: cheap
"
        );
        self.write(&format!("{port}/dut.yaml"), text);
        self.write(&format!("{port}/known.yaml"), "[]\n");
    }

    /// A port with these devices: name and start, as dut.yaml writes it.
    pub fn add_port(&self, folder: &str, devices: &[(&str, &str)]) {
        let mut text = "stack: a stack\nversion: '1'\nlineage: a stack\nduts:\n".to_owned();
        for (name, start) in devices {
            text += &format!(
                "  - name: {name}
    start: {start}
    claims: {{ level: none }}
    simplest: iphc
    pixit: {{ reply-within: 50 ms, reassembly-timeout: 60 s, reassembly-buffers: 4 }}
    reset: cheap
"
            );
        }
        let port = format!("firmware-under-test/ports/{folder}");
        self.write(&format!("{port}/dut.yaml"), text);
        self.write(&format!("{port}/known.yaml"), "[]\n");
    }
}
