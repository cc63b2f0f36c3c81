//! `sixlo run`.

use std::process::ExitCode;

use anyhow::{Context, bail};
use sixlo_harness::run::{
    Before, Device, Header, Journal, Recorded, Selected, Selection, run as play,
};

use crate::arguments::Run;
use crate::house::House;
use crate::interrupt::Interrupt;
use crate::printing::print;
use crate::progress::Progress;
use crate::recorded::{Opened, parameter_file, parameters, same_catalogue};
use crate::{rack, report};

pub fn run(house: &House, arguments: &Run) -> anyhow::Result<ExitCode> {
    let recorded = match &arguments.resume {
        Some(folder) => Some(Recorded::read(folder)?),
        None => None,
    };
    let (selection, text) = match &recorded {
        Some(recorded) => {
            let header = &recorded.header;
            (header.selection.clone(), header.parameters.clone())
        }
        None => (
            selection(arguments),
            parameter_file(arguments.parameters.as_deref())?,
        ),
    };
    let parameters = parameters(&selection, text.as_deref())?;
    let catalogue = house.catalogue(&parameters)?;
    let ports = house.checked_ports(&catalogue)?;
    let reported = house.reported(&catalogue, &ports)?;
    let mut devices = Device::all(&ports);
    let file = match &recorded {
        Some(recorded) => recorded.header.rack.as_ref().map(|rack| &rack.file),
        None => arguments.rack.as_ref(),
    };
    let mut racked = None;
    if let Some(file) = file {
        let (seated, boards) = rack::seated(file, &devices)?;
        devices = seated;
        racked = Some(boards);
    }
    for image in &arguments.image {
        take_image(&mut devices, image)?;
    }
    let selected = Selected::new(&catalogue, &parameters, &selection, devices)?;
    if arguments.dry_run {
        return dry_run(&selected);
    }
    let (journal, before) = match &recorded {
        Some(recorded) => {
            same_catalogue(recorded, &catalogue)?;
            same_program(recorded)?;
            let before = Before::of(recorded, &catalogue)?;
            (Journal::resume(recorded)?, before)
        }
        None => {
            let header = Header {
                embargo: arguments.embargo,
                rack: racked,
                ..Header::begin(&catalogue, &selection, text)
            };
            (Journal::create(&arguments.runs, header)?, Before::default())
        }
    };
    let mut progress = Progress::new(arguments.verbose);
    let interrupt = Interrupt::catch()?;
    let played = play(&selected, journal, &before, interrupt.flag(), |event| {
        progress.hear(event);
    });
    progress.end();
    let journal = played?;
    if let Some(code) = interrupt.ended(journal.folder()) {
        return Ok(code);
    }
    let devices = selected.devices;
    report::finish(&Opened {
        recorded: Recorded::read(journal.folder())?,
        parameters,
        catalogue,
        devices,
        reported,
    })
}

/// What would be played, before any device has said what applies to it.
fn dry_run(selected: &Selected) -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    for case in &selected.cases {
        text += &format!("{:<58} {}\n", case.path, case.title);
    }
    let names: Vec<&str> = selected
        .devices
        .iter()
        .map(|device| device.name().0.as_str())
        .collect();
    text += &format!("{} cases on {}\n", selected.cases.len(), names.join(", "));
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn selection(arguments: &Run) -> Selection {
    Selection {
        cases: arguments.cases.clone(),
        duts: arguments.dut.clone(),
        full: arguments.full,
        strict: arguments.strict,
        seed: arguments.seed,
        shuffle: arguments.shuffle,
        loss: arguments.loss,
        duplicate: arguments.duplicate,
        reorder: arguments.reorder,
        delay_ms: arguments.delay,
        pace: arguments.pace,
        repeat: arguments.repeat,
    }
}

/// Another judge may say otherwise of the same evidence, and one run has one judge.
fn same_program(recorded: &Recorded) -> anyhow::Result<()> {
    let (then, now) = (&recorded.header.sixlo, env!("CARGO_PKG_VERSION"));
    if then != now {
        bail!(
            "{} was recorded by sixlo {then}, this one is {now}: use that one, or start a new run",
            recorded.folder.display()
        );
    }
    Ok(())
}

/// Has a device use the image that `NAME=PATH` names.
fn take_image(devices: &mut [Device], text: &str) -> anyhow::Result<()> {
    let Some((name, path)) = text.split_once('=') else {
        bail!("--image {text}: allowed is NAME=PATH, a device and a file");
    };
    let Some(device) = devices
        .iter_mut()
        .find(|device| device.name().0.as_str() == name)
    else {
        bail!("--image {text}: no dut.yaml has a device `{name}`");
    };
    let path = std::path::absolute(path).with_context(|| format!("--image {text}"))?;
    if !path.is_file() {
        bail!("--image {text}: no file {}", path.display());
    }
    match device.spec.clone().with_image(&path) {
        Some(spec) => device.spec = spec,
        None => bail!(
            "--image {text}: `{name}` takes none (its dut.yaml names no image, neither of a bridge nor as the file it requires)"
        ),
    }
    Ok(())
}
