//! `sixlo stack probe`.

use std::process::ExitCode;

use anyhow::bail;
use sixlo_harness::catalogue::Parameters;
use sixlo_harness::run::Device;
use sixlo_harness::stack_probe::{probe, told};

use crate::arguments::StackProbe;
use crate::house::House;
use crate::interrupt::Interrupt;
use crate::near::near;
use crate::printing::print;
use crate::stack::missing;

pub fn stack_probe(house: &House, arguments: &StackProbe) -> anyhow::Result<ExitCode> {
    let StackProbe { name, json, runs } = arguments;
    let parameters = Parameters::default();
    let catalogue = house.catalogue(&parameters)?;
    let devices = Device::all(&house.checked_ports(&catalogue)?);
    let is_meant = |device: &&Device| device.name().0.eq_ignore_ascii_case(name);
    let Some(device) = devices.iter().find(is_meant) else {
        let names = || devices.iter().map(|device| device.name().0.as_str());
        let known: Vec<&str> = names().collect();
        bail!(
            "no device `{name}` (known: {}){}",
            known.join(", "),
            near(name, names())
        );
    };
    if let Some(missing) = missing(&device.spec) {
        bail!("{} {missing}", device.name());
    }
    let interrupt = Interrupt::catch()?;
    let found = probe(&catalogue, &parameters, device, runs, interrupt.flag())?;
    match json {
        true => print(&format!("{}\n", serde_json::to_string_pretty(&found)?))?,
        false => print(&told(&found))?,
    }
    let whole = ExitCode::from(found.status.code());
    Ok(interrupt
        .code()
        .filter(|_| found.interrupted)
        .unwrap_or(whole))
}
