//! `sixlo bundle`: a run as one zip, held against its manifest, and unpacked again.

mod anonymous;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use sixlo_harness::bundle::{self, Manifest, Revision, Source, Verified};
use sixlo_harness::report::{self, Results, csv, html, json, junit, markdown, model};
use sixlo_judge::status::ExitStatus;

use crate::arguments::{Bundle, BundleMake};
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
    if arguments.anonymise {
        let salt = anonymous::salt(arguments.salt.as_deref())?;
        print(&anonymous::make(house, &opened, &salt, &path)?)?;
    } else {
        let mut sources = sources(house, &opened)?;
        let ports = format!("{HOUSE}/{PORTS}");
        sources.extend(Source::all(&house.folder(PORTS), &[".yaml"], &ports)?);
        print(&pack(
            &path,
            Manifest::of(header, revision(house)),
            &sources,
        )?)?;
    }
    Ok(ExitCode::SUCCESS)
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
