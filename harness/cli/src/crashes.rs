//! `sixlo crashes`: what brought devices down in a run, each cause with its fewest frames.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use sixlo_harness::embargo;
use sixlo_harness::report::crash::Crash;
use sixlo_harness::report::{Block, Document, terminal};
use sixlo_harness::run::{Breakdown, Found, Hunter, Selection, breakdowns};
use sixlo_judge::known::{Applies, Known};
use sixlo_judge::name::DutName;
use sixlo_judge::profile::Profile;
use sixlo_judge::status::ExitStatus;
use sixlo_judge::verdict::Outcome;

use crate::arguments::Crashes;
use crate::house::House;
use crate::printing::print;
use crate::recorded::Opened;

pub fn crashes(house: &House, arguments: &Crashes) -> anyhow::Result<ExitCode> {
    let opened = Opened::open(house, arguments.run.as_deref(), &arguments.runs)?;
    let opened = opened.on_rack(arguments.rack.as_deref())?;
    let found = breakdowns(&opened.recorded);
    let found: Vec<&Breakdown> = found
        .iter()
        .filter(|breakdown| names(arguments, &breakdown.trial.dut))
        .collect();
    let folder = &opened.recorded.folder;
    if found.is_empty() {
        print(&format!("No device broke down in {}\n", folder.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let until = Instant::now() + Duration::from_secs_f64(arguments.seconds);
    let mut told: Vec<Crash> = Vec::new();
    let mut hunters: BTreeMap<&DutName, Result<Hunter, String>> = BTreeMap::new();
    for breakdown in found {
        let Some(case) = opened.catalogue.case(&breakdown.trial.case) else {
            continue;
        };
        let dut = &breakdown.trial.dut;
        let hunter = hunters
            .entry(dut)
            .or_insert_with(|| hunter(&opened, arguments.rack.as_deref(), dut, until));
        let minimal = match hunter {
            _ if Instant::now() >= until => None,
            Ok(hunter) => Some(hunter.minimal(breakdown, case)),
            Err(why) => Some(Found::NotAgain(why.clone())),
        };
        let crash = crash(&opened, breakdown, case, minimal);
        let shape = crash.shape();
        match told
            .iter_mut()
            .find(|other| shape.is_some() && other.shape() == shape)
        {
            Some(other) => {
                other.folded.push(breakdown.trial);
                other.folded.extend(&breakdown.others);
            }
            None => told.push(crash),
        }
    }
    drop(hunters);
    let crashes = folder.join("crashes");
    for crash in &told {
        tell(crash.block())?;
        crash
            .write(&crashes, opened.recorded.header.started.epoch())
            .with_context(|| format!("cannot write below {}", crashes.display()))?;
    }
    print(&format!(
        "{} causes; report, frames as text and as capture of each in {}\n",
        told.len(),
        crashes.display()
    ))?;
    Ok(ExitCode::from(status(&told).code()))
}

fn names(arguments: &Crashes, dut: &DutName) -> bool {
    let selection = Selection {
        duts: arguments.dut.clone(),
        ..Selection::default()
    };
    selection.takes_dut(dut)
}

fn hunter<'o>(
    opened: &'o Opened,
    rack: Option<&Path>,
    dut: &DutName,
    until: Instant,
) -> Result<Hunter<'o>, String> {
    let mut devices = opened.devices.iter();
    let device = devices
        .find(|device| device.name() == dut)
        .ok_or_else(|| format!("no dut.yaml has `{dut}` any more"))?;
    if let (Some(rack), None) = (rack, &device.seat) {
        return Err(format!("no board of {} has `{dut}`", rack.display()));
    }
    let selection = &opened.recorded.header.selection;
    Hunter::open(device, &opened.parameters, selection, until).map_err(|error| error.to_string())
}

fn crash<'r>(
    opened: &'r Opened,
    breakdown: &'r Breakdown<'r>,
    case: &'r sixlo_judge::testcase::TestCase,
    found: Option<Found>,
) -> Crash<'r> {
    let dut = &breakdown.trial.dut;
    let header = &opened.recorded.header;
    let profile = header.profiles.iter().find(|profile| profile.name == *dut);
    let device = opened.devices.iter().find(|device| device.name() == dut);
    let known = device.map_or(&[][..], |device| &device.known);
    let known = profile.and_then(|profile| explaining(known, profile, breakdown));
    Crash {
        breakdown,
        case,
        found,
        stack: profile.map_or_else(String::new, |profile| profile.stack.clone()),
        known,
        embargo: match known {
            Some(known) => known.embargo,
            None => embargo::of_new(header, device),
        },
        folded: Vec::new(),
    }
}

fn explaining<'k>(
    known: &'k [Known],
    profile: &Profile,
    breakdown: &Breakdown,
) -> Option<&'k Known> {
    let explains = |entry: &&Known| {
        entry.outcome == Outcome::Crashed && entry.applies(breakdown.trial, profile) == Applies::Yes
    };
    known.iter().find(explains)
}

/// What known.yaml explains is expected; what does not come about again is not decided.
fn status(told: &[Crash]) -> ExitStatus {
    let is_lost = |crash: &&Crash| !matches!(crash.found, Some(Found::Minimal(_)));
    if told.iter().any(|crash| crash.known.is_none()) {
        ExitStatus::Unexpected
    } else if told.iter().any(|crash| is_lost(&crash)) {
        ExitStatus::Undecided
    } else {
        ExitStatus::Success
    }
}

fn tell(block: Block) -> anyhow::Result<()> {
    let text = terminal::render(&Document(vec![block]), None);
    print(&format!("{text}\n"))
}
