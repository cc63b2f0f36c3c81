//! `sixlo stack`: what can be tested here.

use std::process::ExitCode;

use anyhow::bail;
use sixlo_harness::catalogue::{Parameters, Reported};
use sixlo_harness::medium::AirSettings;
use sixlo_harness::rig::{DutSpec, Lane, LaneSettings};
use sixlo_harness::run::Device;
use sixlo_judge::status::ExitStatus;

use crate::arguments::Stack;
use crate::house::House;
use crate::printing::print;
use crate::stack_new;

pub fn stack(
    house: impl Fn() -> anyhow::Result<House>,
    arguments: &Stack,
) -> anyhow::Result<ExitCode> {
    match arguments {
        Stack::List => {
            let house = house()?;
            let ports = house.ports()?;
            let catalogue = house.catalogue(&Parameters::default())?;
            let reported = house.reported(&catalogue, &ports)?;
            list(&Device::all(&ports), &reported)
        }
        Stack::New(arguments) => stack_new::stack_new(house, arguments),
        Stack::Probe { name } => probe(&Device::all(&house()?.ports()?), name),
    }
}

/// The devices, then the stacks of which there is none: what others have written is all there is.
fn list(devices: &[Device], reported: &[Reported]) -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    for device in devices {
        let spec = &device.spec;
        let lacks = missing(spec).map_or(String::new(), |missing| format!("; {missing}"));
        text += &format!("{:<17} {}{lacks}\n", spec.name, spec.stack);
    }
    for one in reported.iter().filter(|one| one.duts.is_empty()) {
        text += &format!(
            "{:<17} {}; reported only: {}\n",
            one.heading, one.stack, one.reach
        );
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// What a package is missing for this device, in words.
fn missing(spec: &DutSpec) -> Option<String> {
    let missing = spec.missing()?;
    Some(format!("needs {}: {}", missing.file.display(), missing.get))
}

/// Opens a device as a run would, and says what was found.
fn probe(devices: &[Device], name: &str) -> anyhow::Result<ExitCode> {
    let Some(device) = devices.iter().find(|device| device.name().0 == name) else {
        let known: Vec<&str> = devices
            .iter()
            .map(|device| device.name().0.as_str())
            .collect();
        bail!("no device `{name}` (known: {})", known.join(", "));
    };
    if let Some(missing) = missing(&device.spec) {
        bail!("{name} {missing}");
    }
    let settings = LaneSettings {
        addresses: Parameters::default().addresses,
        air: AirSettings::default(),
        cpu: None,
    };
    let lane = match Lane::open(device.spec.clone(), settings) {
        Ok(lane) => lane,
        Err(error) => {
            eprintln!("sixlo: {error}");
            return Ok(ExitCode::from(ExitStatus::Trouble.code()));
        }
    };
    let profile = lane.profile();
    let offers: Vec<String> = profile
        .offers
        .iter()
        .map(|offer| format!("{offer:?}"))
        .collect();
    let yes = |yes| if yes { "yes" } else { "no" };
    print(&format!(
        "{:<17} {}\n{:<17} {}\n{:<17} {:?}\n{:<17} {}\n{:<17} {}\n{:<17} {:?}\n{:<17} {}\n",
        "stack",
        profile.stack,
        "build",
        profile.build,
        "simplest form",
        profile.simplest,
        "says settled",
        yes(profile.settles),
        "virtual time",
        yes(profile.virtual_time),
        "delivers",
        profile.tap,
        "offers",
        offers.join(", "),
    ))?;
    Ok(ExitCode::SUCCESS)
}
