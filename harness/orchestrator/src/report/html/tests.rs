use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use serde_json::Value;
use sixlo_frames::context::{Context, ContextTable};

use super::evidence::Chunk;
use super::frames::{Frames, Seen};
use super::pack::pack;
use super::page::render;
use super::strings::Strings;
use crate::report::fixture;
use crate::report::model::Report;

/// Packed evidence, as far as the page is concerned.
fn chunks(report: &Report) -> Vec<Chunk> {
    let chunk = |dut: &crate::report::model::Dut| Chunk {
        dut: dut.name.clone(),
        packed: pack(b"evidence"),
    };
    report.duts.iter().map(chunk).collect()
}

fn page(report: &Report) -> String {
    render(report, Path::new("runs/one"), &chunks(report))
}

/// What stands between two texts, the first time they come.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).expect(before);
    rest.split_once(after).expect(after).0
}

fn unpacked(packed: &str) -> Vec<u8> {
    let deflated = STANDARD.decode(packed).expect("base64");
    let mut octets = Vec::new();
    ZlibDecoder::new(&deflated[..])
        .read_to_end(&mut octets)
        .expect("deflated octets");
    octets
}

fn index(page: &str) -> Value {
    let packed = between(page, "id=\"index\">", "</script>");
    serde_json::from_slice(&unpacked(packed)).expect("JSON")
}

#[test]
fn the_page_without_what_is_packed() {
    fixture::with_report(|report| {
        // What the sections say is held by the report's own tests.
        let mut report = report.clone();
        report.sections.truncate(1);
        let mut skeleton = page(&report);
        for (before, after) in [
            ("<style>", "</style>"),
            ("sha256-", "'"),
            ("script-src 'sha256-", "'"),
            ("id=\"index\">", "</script>"),
            ("<script>", "</script>"),
        ] {
            let inside = between(&skeleton, before, after).to_owned();
            skeleton = skeleton.replacen(&inside, "…", 1);
        }
        insta::assert_snapshot!(skeleton);
    });
}

#[test]
fn what_devices_and_catalogues_say_is_no_markup() {
    const HOSTILE: &str =
        "</script><script>alert(1)</script><img src=x onerror='alert(2)'>\" onmouseover=\"alert(3)";
    fixture::with_report(|report| {
        let harmless = page(report);
        let mut report = report.clone();
        let dut = report.duts[0].name.clone();
        report.duts[0].name = HOSTILE.to_owned();
        report.duts[0].stack = HOSTILE.to_owned();
        report.duts[0].build = HOSTILE.to_owned();
        report.run.selection.cases = vec![HOSTILE.to_owned()];
        report.sections[0].lines.push(HOSTILE.to_owned());
        for case in &mut report.cases {
            case.title = HOSTILE.to_owned();
        }
        for trial in &mut report.trials {
            if trial.dut == dut {
                trial.dut = HOSTILE.to_owned();
            }
            trial.label = HOSTILE.to_owned();
            trial.observed = HOSTILE.to_owned();
            trial.reason = Some(HOSTILE.to_owned());
        }
        let page = page(&report);
        let count = |page: &str, tag: &str| page.matches(tag).count();
        for tag in [
            "<script",
            "</script",
            "<img",
            " onmouseover=\"",
            "onerror='",
        ] {
            assert_eq!(count(&page, tag), count(&harmless, tag), "{tag}");
        }
        assert!(count(&page, "&#60;script&#62;alert(1)") > 10);
        let observed = index(&page)["strings"].to_string();
        assert!(observed.contains("</script><script>alert(1)"), "{observed}");
    });
}

#[test]
fn only_the_page_s_own_script_may_run() {
    fixture::with_report(|report| {
        let page = page(report);
        let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        let script = page
            .rsplit_once("<script>")
            .and_then(|(_, rest)| rest.split_once("</script>"));
        let (script, _) = script.expect("a script");
        use sha2::{Digest, Sha256};
        let hash = STANDARD.encode(Sha256::digest(script));
        assert!(policy.contains(&format!("script-src 'sha256-{hash}'")));
        assert!(!page.contains("http://") && !page.contains("https://"));
    });
}

#[test]
fn the_index_holds_every_trial() {
    fixture::with_report(|report| {
        let page = page(report);
        let index = index(&page);
        let trials = &index["trials"];
        let words = |column: &str, at: usize| {
            let number = trials[column][at].as_u64().unwrap() as usize;
            index["strings"][number].as_str().unwrap().to_owned()
        };
        assert_eq!(trials["dut"].as_array().unwrap().len(), report.trials.len());
        for (at, trial) in report.trials.iter().enumerate() {
            let place = |list: &str, column: &str| {
                let number = trials[column][at].as_u64().unwrap() as usize;
                index[list][number].clone()
            };
            assert_eq!(place("duts", "dut"), trial.dut);
            assert_eq!(place("cases", "case")["id"], trial.case);
            assert_eq!(place("verdicts", "verdict")[0], trial.verdict.word());
            assert_eq!(place("statuses", "status")[1], trial.status.meaning());
            assert_eq!(place("rungs", "rung"), trial.rung.word());
            assert_eq!(words("expected", at), trial.expected);
            assert_eq!(words("observed", at), trial.observed);
            assert_eq!(words("cause", at), trial.cause);
            assert_eq!(words("outcome", at), trial.outcome.word());
            let features: Vec<String> = trials["features"][at]
                .as_array()
                .unwrap()
                .iter()
                .map(|number| {
                    index["strings"][number.as_u64().unwrap() as usize]
                        .as_str()
                        .unwrap()
                        .to_owned()
                })
                .collect();
            let told: Vec<String> = trial.features.iter().map(|step| step.words()).collect();
            assert_eq!(features, told);
        }
    });
}

#[test]
fn a_trial_costs_few_octets() {
    fixture::with_report(|report| {
        let small = page(report).len();
        let mut report = report.clone();
        let trials = report.trials.clone();
        for n in 0..1000 {
            for trial in &trials {
                let mut trial = trial.clone();
                trial.label = format!("row {n}");
                trial.observed = format!("echo reply id {n}");
                report.trials.push(trial);
            }
        }
        let more = page(&report).len() - small;
        // 8 devices' 10,000 trials may cost 10 MB with their evidence; their words a fraction of it.
        assert!(more < 14_000 * 30, "{more} octets for 14,000 trials");
    });
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|c| c.to_digit(16))
        .map(|d| d as u8)
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

/// An echo request behind IPHC, hop limit 64 and both addresses elided; its FCS is wrong.
const ECHO: &str = "61 dc 1b cd ab 2b 00 00 10 ef 5e 00 02 1a 00 00 10 ef 5e 00 02 7a 33 3a \
    80 00 e4 6c 7e 62 ae b1 07 26 45 64 00 00";

/// The same behind dispatch 0x41, with the source fe80::1.
const UNCOMPRESSED: &str = "61 dc 1b cd ab 2b 00 00 10 ef 5e 00 02 1a 00 00 10 ef 5e 00 02 41 \
    60 00 00 00 00 08 3a 40 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01 \
    fe 80 00 00 00 00 00 00 00 00 5e ef 10 00 00 2b 80 00 e4 6c 7e 62 ae b1 00 00";

/// One frame, as the page's script reads it: name, words, first octet, octet after the last.
fn read(frames: &Value, strings: &Value, octets: &[u8], number: usize) -> Vec<(String, String)> {
    let numbers = |value: &Value| -> Vec<usize> {
        let list = value.as_array().unwrap().iter();
        list.map(|number| number.as_u64().unwrap() as usize)
            .collect()
    };
    let frame = numbers(&frames["frames"][number]);
    let before: usize = (0..number)
        .map(|one| numbers(&frames["frames"][one])[0])
        .sum();
    let own = &octets[before..before + frame[0]];
    let mut of_frame = frame[4..].iter();
    let word = |number: usize| strings[number].as_str().unwrap().to_owned();
    let number = |octets: &mut dyn Iterator<Item = &u8>| {
        let value = octets.fold(0_u64, |sum, &octet| sum << 8 | u64::from(octet));
        sixlo_judge::matching::Shown(&sixlo_frames::field::Value::Uint(value)).to_string()
    };
    numbers(&frames["forms"][frame[1]])
        .chunks(5)
        .map(|field| {
            let own = &own[field[1]..field[2]];
            let words = match field[3] {
                0 => number(&mut own.iter()),
                1 => number(&mut own.iter().rev()),
                2 => sixlo_judge::matching::octets_shown(own),
                3 => word(*of_frame.next().unwrap()),
                _ => word(field[4]),
            };
            let name = sixlo_frames::field::FieldId::ALL[field[0]].name();
            (name.to_owned(), words)
        })
        .collect()
}

#[test]
fn fields_are_read_back_as_they_were_taken_apart() {
    let mut contexts = ContextTable::default();
    contexts.set(0, Context::LINK_LOCAL);
    let (mut frames, mut strings) = (Frames::default(), Strings::default());
    let seen = Seen::Air(frames.contexts(&contexts));
    let numbers: Vec<usize> = [ECHO, UNCOMPRESSED, ECHO]
        .iter()
        .map(|text| frames.number(seen, &hex(text), &mut strings))
        .collect();
    assert_eq!(numbers[0], numbers[2], "the same frame is kept once");
    let octets = frames.octets.clone();
    let (packed, words) = (
        serde_json::to_value(&frames).unwrap(),
        serde_json::to_value(&strings).unwrap(),
    );
    let told: Vec<String> = numbers[..2]
        .iter()
        .map(|&number| {
            let fields = read(&packed, &words, &octets, number);
            let label = packed["frames"][number][2].as_u64().unwrap() as usize;
            let mut lines = vec![words[label].as_str().unwrap().to_owned()];
            lines.extend(
                fields
                    .iter()
                    .map(|(name, words)| format!("  {name} {words}")),
            );
            let restored = packed["frames"][number][3].as_u64().unwrap() as usize;
            if restored > 0 {
                lines.push("  restored:".to_owned());
                let fields = read(&packed, &words, &octets, restored - 1);
                lines.extend(
                    fields
                        .iter()
                        .map(|(name, words)| format!("    {name} {words}")),
                );
            }
            lines.join("\n")
        })
        .collect();
    insta::assert_snapshot!(told.join("\n\n"));
    assert_eq!(packed["problems"].as_array().unwrap().len(), 3);
}
