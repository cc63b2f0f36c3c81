//! `sixlo stack`: what can be tested here.

use std::process::ExitCode;

use sixlo_harness::catalogue::{Parameters, Reported};
use sixlo_harness::rig::DutSpec;
use sixlo_harness::run::Device;

use crate::arguments::Stack;
use crate::house::House;
use crate::printing::print;
use crate::{stack_new, stack_probe};

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
        Stack::Probe(arguments) => stack_probe::stack_probe(&house()?, arguments),
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
pub fn missing(spec: &DutSpec) -> Option<String> {
    let missing = spec.missing()?;
    Some(format!("needs {}: {}", missing.file.display(), missing.get))
}
