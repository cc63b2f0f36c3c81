//! `sixlo bundle`: a run as one zip, held against its manifest, and unpacked again.

mod anonymous;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Context;
use sixlo_harness::bundle::{self, BundleError, Content, Manifest, Revision, Source, Verified};
use sixlo_harness::catalogue::{KNOWN_FILES, read_text};
use sixlo_harness::embargo::known_file;
use sixlo_harness::report::{self, Results, csv, html, json, junit, markdown, model};
use sixlo_judge::day::Day;
use sixlo_judge::profile::{Profile, Withheld};
use sixlo_judge::status::ExitStatus;

use crate::arguments::{Bundle, BundleMake};
use crate::embargo;
use crate::house::House;
use crate::printing::print;
use crate::recorded::Opened;

/// Below this name stand the run's own files.
const RUN: &str = "run";
/// Below this name stands what the run was made of, laid out as a checkout is: `--root` takes it.
const HOUSE: &str = "house";
/// Where the ports lie in a checkout.
const PORTS: &str = "firmware-under-test/ports";

pub fn bundle(
    house: impl Fn() -> anyhow::Result<House>,
    arguments: &Bundle,
) -> anyhow::Result<ExitCode> {
    match arguments {
        Bundle::Make(arguments) => make(&house()?, arguments),
        Bundle::Verify { bundle } => verify(bundle),
        Bundle::Unpack { bundle, into } => unpack(bundle, into.as_deref()),
    }
}

fn make(house: &House, arguments: &BundleMake) -> anyhow::Result<ExitCode> {
    let opened = Opened::open(house, arguments.run.as_deref(), &arguments.runs)?;
    let header = &opened.recorded.header;
    let path = match &arguments.output {
        Some(path) => path.clone(),
        None => PathBuf::from(format!("sixlo-{}.zip", header.started.name())),
    };
    // A bundle is made to be handed on.
    let today = embargo::day(&arguments.embargo, true);
    let opened = match today {
        Some(today) => opened.published(today),
        None => opened,
    };
    let told = in_parts(&path, |parts| match arguments.anonymise {
        true => {
            let salt = anonymous::salt(arguments.salt.as_deref())?;
            anonymous::make(parts, house, &opened, &salt, today, &path)
        }
        false => named(parts, house, &opened, today, &path),
    })?;
    print(&told)?;
    for line in withheld(&opened) {
        print(&line)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// With a folder beside the zip, which is taken away again.
fn in_parts(
    path: &Path,
    make: impl FnOnce(&Path) -> anyhow::Result<String>,
) -> anyhow::Result<String> {
    if path.exists() {
        return Err(BundleError::Exists {
            path: path.to_owned(),
        }
        .into());
    }
    let parts = path.with_added_extension("parts");
    fs::create_dir(&parts).with_context(|| {
        format!(
            "cannot make the folder {}: move away what is there, or name another zip",
            parts.display()
        )
    })?;
    let made = make(&parts);
    // Half of it is of no use, and the first error is the one to tell.
    let _ = fs::remove_dir_all(&parts);
    made
}

/// The run under its own names.
fn named(
    parts: &Path,
    house: &House,
    opened: &Opened,
    today: Option<Day>,
    path: &Path,
) -> anyhow::Result<String> {
    let is_kept_back = |today| opened.withholds() || opened.is_under_embargo(today);
    let mut sources = match today.is_some_and(is_kept_back) {
        // What is withheld is in no line, its packets in no capture, and no folder of what was
        // tried afterwards goes with it.
        true => sources(house, &opened.rewritten(&parts.join("runs"))?)?,
        false => sources(house, opened)?,
    };
    sources.extend(ports(house, today)?);
    let manifest = Manifest::of(&opened.recorded.header, revision(house));
    pack(path, manifest, &sources)
}

/// The ports' files, without what is under an embargo on this day.
fn ports(house: &House, today: Option<Day>) -> anyhow::Result<Vec<Source>> {
    let below = format!("{HOUSE}/{PORTS}");
    let mut sources = Source::all(&house.folder(PORTS), &[".yaml"], &below)?;
    let Some(today) = today else {
        return Ok(sources);
    };
    for source in &mut sources {
        let is_known = Path::new(&source.name)
            .file_name()
            .is_some_and(|name| KNOWN_FILES.iter().any(|known| name == *known));
        if let (true, Content::File(path)) = (is_known, &source.content)
            && let Some(text) = known_file(&read_text(path)?, today)
        {
            source.content = Content::Made(text.into_bytes());
        }
    }
    Ok(sources)
}

/// What is kept back, a line a topic.
fn withheld(opened: &Opened) -> Vec<String> {
    let profiles = opened.recorded.header.profiles.iter();
    let line = |profile: &Profile| {
        let name = profile.name.clone();
        let lines = profile.withheld.iter().map(move |withheld| {
            let Withheld {
                topic,
                trials,
                until,
            } = withheld;
            format!("Withheld: {name}/{topic}, {trials} trials until {until}\n")
        });
        lines.collect::<Vec<_>>()
    };
    profiles.flat_map(line).collect()
}

fn pack(path: &Path, manifest: Manifest, sources: &[Source]) -> anyhow::Result<String> {
    let hash = bundle::make(path, manifest, sources)?;
    let octets = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    Ok(format!(
        "{}: {octets} octets\nsha256 of its manifest: {hash}\n",
        path.display()
    ))
}

/// All but the ports.
fn sources(house: &House, opened: &Opened) -> anyhow::Result<Vec<Source>> {
    // Where the run lies on this machine is nobody else's business, and changes no report.
    let results = Results {
        folder: PathBuf::from(RUN),
        ..opened.results()
    };
    let data = model::Report::of(&results, &opened.recorded.header);
    let page = html::render(
        &data,
        &opened.recorded,
        &opened.catalogue,
        &opened.parameters,
        &results.folder,
    )?;
    let made = |name: &str, text: String| Source::made(&format!("{RUN}/{name}"), text);
    let mut sources = Source::all(
        &opened.recorded.folder,
        &["run.json", "trials.jsonl", ".pcapng"],
        RUN,
    )?;
    sources.extend([
        made("report.html", page),
        made("report.md", markdown::render(&report::full(&results))),
        made("report.json", json::render(&data)),
        made("junit.xml", junit::render(&data)),
        made("trials.csv", csv::render(&data)),
    ]);
    let cases = format!("{HOUSE}/testcases");
    sources.extend(Source::all(&house.folder("testcases"), &[".yaml"], &cases)?);
    Ok(sources)
}

/// The commit of the catalogue's checkout; none where there is no checkout, or no git.
fn revision(house: &House) -> Option<Revision> {
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        let out = git
            .arg("-C")
            .arg(house.folder("."))
            .args(words)
            .output()
            .ok()?;
        let text = String::from_utf8(out.stdout).ok()?;
        out.status.success().then(|| text.trim().to_owned())
    };
    Some(Revision {
        commit: git(&["rev-parse", "--verify", "HEAD"])?,
        dirty: !git(&[
            "status",
            "--porcelain",
            "--",
            "testcases",
            "firmware-under-test/ports",
        ])?
        .is_empty(),
    })
}

fn verify(path: &Path) -> anyhow::Result<ExitCode> {
    let verified = bundle::verify(path)?;
    print(&told(path, &verified))?;
    Ok(match verified.differences.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(ExitStatus::Trouble.code()),
    })
}

fn unpack(path: &Path, into: Option<&Path>) -> anyhow::Result<ExitCode> {
    let into = into.map_or_else(|| path.with_extension(""), Path::to_owned);
    let verified = bundle::unpack(path, &into)?;
    let (run, house) = (into.join(RUN), into.join(HOUSE));
    print(&told(path, &verified))?;
    print(&format!(
        "Unpacked into {}; look at it with `sixlo report {} --root {}`\n",
        into.display(),
        run.display(),
        house.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn told(path: &Path, verified: &Verified) -> String {
    let Verified {
        manifest,
        sha256,
        differences,
    } = verified;
    let octets: u64 = manifest.files.iter().map(|member| member.octets).sum();
    let duts: Vec<&str> = manifest.duts.iter().map(|dut| dut.name.as_str()).collect();
    let commit = match &manifest.commit {
        Some(Revision {
            commit,
            dirty: false,
        }) => commit.clone(),
        Some(Revision {
            commit,
            dirty: true,
        }) => format!("{commit}, and changes"),
        None => "of no checkout".to_owned(),
    };
    let mut text = format!(
        "Run {} by sixlo {}, seed {}: {}\nCatalogue {}\nCommit {commit}\n{} files, {octets} octets\n\
         sha256 of the manifest: {sha256}\n",
        manifest.run,
        manifest.sixlo,
        manifest.selection.seed,
        duts.join(", "),
        manifest.catalogue,
        manifest.files.len(),
    );
    if differences.is_empty() {
        text += &format!("{} is as its manifest says\n", path.display());
    } else {
        text += &format!("{} is not as its manifest says:\n", path.display());
        for difference in differences {
            text += &format!("  {difference}\n");
        }
    }
    // Names in a bundle that anybody made: none of them steers a terminal.
    text.chars()
        .map(|c| {
            if c.is_control() && c != '\n' {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}
