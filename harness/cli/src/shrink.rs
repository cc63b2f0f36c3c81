//! `sixlo shrink`.

use std::process::ExitCode;

use anyhow::bail;
use sixlo_harness::catalogue::{Catalogue, Parameters};
use sixlo_harness::report::{Block, Document, Finding, Results, shrunk, terminal};
use sixlo_harness::run::{Before, Device, Header, Journal, Selection, Shrinker, Shrunk, alike};
use sixlo_judge::name::DutName;
use sixlo_judge::status::ExitStatus;
use sixlo_judge::testcase::TestCase;
use sixlo_judge::verdict::Verdict;

use crate::arguments::Shrink;
use crate::cell::{self, Place};
use crate::house::House;
use crate::printing::print;
use crate::recorded::Opened;

pub fn shrink(house: &House, arguments: &Shrink) -> anyhow::Result<ExitCode> {
    let opened = Opened::open(house, arguments.run.as_deref(), &arguments.runs)?;
    let opened = opened.on_rack(arguments.rack.as_deref())?;
    let results = opened.results();
    let (dut, place) = cell::find(&results, &arguments.what)?;
    let here = behind(&results, &dut, &place);
    if here.is_empty() {
        bail!(
            "no trial of `{}` in {}: `sixlo run --dut {dut}` plays all of them",
            arguments.what,
            results.folder.display()
        );
    }
    let failing = here
        .iter()
        .filter(|finding| finding.judgement.verdict == Verdict::Fail)
        .map(|finding| (&finding.trial, &finding.judgement));
    let groups = alike(failing);
    if groups.is_empty() {
        print(&format!(
            "{}: none of {} trials fails in {}\n",
            arguments.what,
            here.len(),
            results.folder.display()
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(device) = opened.devices.iter().find(|device| *device.name() == dut) else {
        bail!("no dut.yaml has `{dut}` any more: what failed cannot be tried again");
    };
    if let (Some(rack), None) = (&arguments.rack, &device.seat) {
        bail!(
            "no board of {} has `{dut}`: what failed cannot be tried there",
            rack.display()
        );
    }
    // Its addresses may be its own.
    let addresses = device.spec.addresses.over(&opened.parameters.addresses);
    let catalogue = opened.catalogue.addressed(&addresses);
    let parameters = Parameters {
        times: 1..=1,
        ..opened.parameters.addressed(&addresses)
    };
    let mut shrinker = shrinker(&opened, device, &catalogue, &parameters)?;
    let passed = passed(&results, &dut, &catalogue);
    let mut all_told = true;
    for group in groups.iter().take(arguments.most) {
        let Some(case) = catalogue.case(&group.first.case) else {
            continue;
        };
        let found = shrinker.shrink(case, &group.first.label, group.judgement.outcome, &passed)?;
        all_told &= matches!(found, Shrunk::Smallest(_) | Shrunk::Passes);
        tell(shrunk::block(case, group, &found))?;
    }
    if let Some(left) = groups
        .len()
        .checked_sub(arguments.most)
        .filter(|&left| left > 0)
    {
        tell(Block::Text(format!(
            "and {left} more kinds of fail: --most {} shrinks them all",
            groups.len()
        )))?;
    }
    tell(Block::Text(format!(
        "Every try is recorded in {}",
        shrinker.folder().display()
    )))?;
    let status = match all_told {
        true => ExitStatus::Success,
        false => ExitStatus::Undecided,
    };
    Ok(ExitCode::from(status.code()))
}

/// The trials of a cell, or of a case on a device.
fn behind<'r, 'a>(results: &'r Results<'a>, dut: &DutName, place: &Place) -> Vec<&'r Finding<'a>> {
    let is_here = |finding: &&Finding| {
        finding.trial.dut == *dut
            && match place {
                Place::Topic(topic) => finding.case.topic == *topic,
                Place::Case(case) => finding.case.id == *case,
            }
    };
    results.findings.iter().filter(is_here).collect()
}

fn passed<'r>(
    results: &'r Results<'_>,
    dut: &DutName,
    catalogue: &'r Catalogue,
) -> Vec<(&'r TestCase, &'r str)> {
    let passed = results
        .findings
        .iter()
        .filter(|finding| finding.trial.dut == *dut && finding.judgement.verdict == Verdict::Pass);
    passed
        .filter_map(|finding| {
            let case = catalogue.case(&finding.case.id)?;
            Some((case, finding.trial.label.as_str()))
        })
        .collect()
}

/// The device, opened as for the run, and its tries recorded in a folder under the run's.
fn shrinker<'o>(
    opened: &'o Opened,
    device: &Device,
    catalogue: &'o Catalogue,
    parameters: &'o Parameters,
) -> anyhow::Result<Shrinker<'o>> {
    let dut = device.name();
    let recorded = &opened.recorded;
    let selection = Selection {
        duts: vec![dut.to_string()],
        ..recorded.header.selection.clone()
    };
    let header = Header::begin(
        &opened.catalogue,
        &selection,
        recorded.header.parameters.clone(),
    );
    let is_tardy = Before::of(recorded, &opened.catalogue)?.is_tardy(dut);
    let journal = Journal::create(&recorded.folder.join("shrink"), header)?;
    Ok(Shrinker::open(
        device, catalogue, parameters, &selection, is_tardy, journal,
    )?)
}

fn tell(block: Block) -> anyhow::Result<()> {
    let text = terminal::render(&Document(vec![block]), None);
    print(&format!("{text}\n"))
}
