//! Evidence that something has damaged: what is wrong is named, or the rest is used,
//! and whatever stands in the files nothing panics.

mod common;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use common::house::House;
use common::said;
use sixlo_harness::catalogue::{Catalogue, Parameters, load, load_ports};
use sixlo_harness::rejudge::{rejudge, told};
use sixlo_harness::report::{self, Played, Results, markdown};
use sixlo_harness::run::{Before, Device, Journal, Recorded, latest};

const TRIALS: &str = "trials.jsonl";
const CAPTURE: &str = "P6LoWPAN-5.pcapng";

/// A house with one run in it, which can be restored.
struct Run {
    house: House,
    folder: PathBuf,
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Run {
    fn new() -> Self {
        let house = House::new();
        let words = ["run", "--dut", "p6lowpan-5", "--dut", "p6lowpan-0"];
        let output = house.sixlo(&words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let folder = latest(&house.runs()).unwrap();
        let files = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        Run {
            house,
            folder,
            files,
        }
    }

    fn restore(&self) {
        for (path, octets) in &self.files {
            fs::write(path, octets).unwrap();
        }
    }

    /// What `report` and `run --resume` say.
    fn told(&self) -> String {
        let mut text = String::new();
        for words in [&["report"][..], &["run", "--resume"]] {
            let output = self.house.sixlo(words).arg(&self.folder).output().unwrap();
            let told = said(&output).replace(&self.folder.display().to_string(), "RUN");
            // Whose line is the first is chance, and with it where in the line something stands.
            let told = match told.split_once(": column ") {
                None => told,
                Some((before, after)) => {
                    let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
                    format!("{before}: column N{after}")
                }
            };
            // Of a whole report the exit code is enough.
            let lines: Vec<&str> = told
                .lines()
                .filter(|line| line.starts_with("sixlo: ") || line.starts_with("exit "))
                .collect();
            text += &format!("  {}: {}\n", words.join(" "), lines.join("; "));
        }
        text
    }
}

#[test]
fn damage_is_named_or_what_is_left_is_used() {
    let run = Run::new();
    let mut text = String::new();
    let mut damaged = |what: &str, damage: &dyn Fn(&Path)| {
        damage(&run.folder);
        text += &format!("{what}\n{}", run.told());
        run.restore();
    };
    let append = |folder: &Path, octets: &[u8]| {
        let path = folder.join(TRIALS);
        let old = fs::read(&path).unwrap();
        fs::write(path, [&old, octets].concat()).unwrap();
    };
    let cut = |path: PathBuf, to: u64| {
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_len(to)
            .unwrap()
    };
    damaged("half a line at the end", &|folder| {
        append(folder, b"{\"trial\":")
    });
    damaged("zeros at the end", &|folder| append(folder, &[0; 512]));
    damaged("a line of another program", &|folder| {
        append(folder, b"hello\n")
    });
    damaged("no UTF-8", &|folder| append(folder, b"\"\xff\"\n"));
    damaged("no lines at all", &|folder| cut(folder.join(TRIALS), 0));
    damaged("a huge number", &|folder| {
        let path = folder.join(TRIALS);
        let lines = fs::read_to_string(&path).unwrap();
        fs::write(
            path,
            lines.replacen("\"attempt\":1", "\"attempt\":99999", 1),
        )
        .unwrap();
    });
    damaged("a place beyond the capture", &|folder| {
        let path = folder.join(TRIALS);
        let lines = fs::read_to_string(&path).unwrap();
        let huge = format!("\"end\":{}9", u64::MAX / 10);
        fs::write(
            path,
            lines.replacen("\"end\":", &format!("{huge},\"x\":"), 1),
        )
        .unwrap();
    });
    damaged("without trials.jsonl", &|folder| {
        fs::remove_file(folder.join(TRIALS)).unwrap()
    });
    damaged("without run.json", &|folder| {
        fs::remove_file(folder.join("run.json")).unwrap()
    });
    damaged("half of run.json", &|folder| {
        cut(folder.join("run.json"), 200)
    });
    damaged("a capture cut short", &|folder| {
        cut(folder.join(CAPTURE), 1000)
    });
    damaged("without a capture", &|folder| {
        fs::remove_file(folder.join(CAPTURE)).unwrap()
    });
    damaged("a capture of zeros", &|folder| {
        let path = folder.join(CAPTURE);
        let length = fs::metadata(&path).unwrap().len();
        fs::write(&path, vec![0; usize::try_from(length).unwrap()]).unwrap();
    });
    insta::assert_snapshot!(text);
}

/// Hundreds of ways to damage a run, read by the same code in this process: built with
/// overflow checks, it would panic where a number is believed.
#[test]
fn no_damage_panics() {
    let run = Run::new();
    let parameters = Parameters::default();
    let catalogue = load(&run.house.path().join("testcases"), &parameters).unwrap();
    let ports = load_ports(&run.house.path().join("firmware-under-test/ports")).unwrap();
    let devices = Device::all(&ports);
    let mut dice = Dice(1);
    let mut read = 0;
    for _ in 0..300 {
        let (path, octets) = &run.files[dice.below(run.files.len())];
        fs::write(path, dice.damaged(octets)).unwrap();
        read += usize::from(everything(&run.folder, &catalogue, &parameters, &devices).is_some());
        run.restore();
    }
    // Both happen: damage that goes unnoticed, for it changed a word, and such that is told.
    assert!((30..270).contains(&read), "{read}");
}

/// All that is ever done with a run's folder; none where an error says why not.
fn everything(
    folder: &Path,
    catalogue: &Catalogue,
    parameters: &Parameters,
    devices: &[Device],
) -> Option<()> {
    let (recorded, damage) = Recorded::salvage(folder).ok()?;
    let rejudged = rejudge(&recorded, damage, catalogue, parameters);
    told(&recorded, &rejudged, &[], 0);
    let recorded = Recorded::read(folder).ok()?;
    let played = Played::of(&recorded, catalogue, parameters, devices);
    let results = Results::of(catalogue, played);
    markdown::render(&report::full(&results));
    let all = (0..recorded.lines.len()).try_for_each(|line| recorded.evidence(line).map(drop));
    Before::of(&recorded, catalogue).ok()?;
    Journal::resume(&recorded).ok()?;
    all.ok()
}

/// Reproducible chance (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit as u64).max(1)).unwrap()
    }

    fn damaged(&mut self, octets: &[u8]) -> Vec<u8> {
        let mut octets = octets.to_vec();
        let at = self.below(octets.len());
        match self.below(5) {
            0 => octets.truncate(at),
            1 => octets[at] = u8::try_from(self.below(256)).unwrap(),
            2 => drop(octets.drain(at..(at + self.below(64)).min(octets.len()))),
            3 => {
                let again = octets[at..(at + self.below(256)).min(octets.len())].to_vec();
                octets.splice(at..at, again);
            }
            // A number becomes the largest there is.
            _ => {
                let digit = |octet: &u8| octet.is_ascii_digit();
                if let Some(start) = octets[at..].iter().position(digit) {
                    let start = at + start;
                    let digits = octets[start..].iter().take_while(|octet| digit(octet));
                    let end = start + digits.count();
                    octets.splice(start..end, u64::MAX.to_string().into_bytes());
                }
            }
        }
        octets
    }
}
