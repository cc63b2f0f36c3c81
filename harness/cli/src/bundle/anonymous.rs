//! `sixlo bundle make --anonymise`: the run is written anew beside the zip, then packed.

use std::fs;
use std::path::Path;

use anyhow::Context;
use sixlo_harness::bundle::anonymise::{self, Anonymised, Salt};
use sixlo_harness::bundle::{Manifest, Source};
use sixlo_harness::catalogue::load_ports;
use sixlo_harness::run::{Device, Recorded};
use sixlo_judge::day::Day;

use super::{HOUSE, PORTS, pack, sources};
use crate::house::House;
use crate::recorded::Opened;

/// The key of the pseudonyms: what a file holds, or the text itself, or a new one.
pub fn salt(given: Option<&str>) -> anyhow::Result<Salt> {
    match given {
        None => {
            Salt::random().context("cannot draw a salt from /dev/urandom; give one with --salt")
        }
        Some(file) if Path::new(file).is_file() => fs::read(file)
            .map(Salt::from)
            .with_context(|| format!("--salt {file}: cannot be read")),
        Some(text) => Ok(Salt::from(text.as_bytes().to_vec())),
    }
}

/// Writes the bundle, and says what of the run is not in it. `parts` is an empty
/// folder to make it in; entries of known.yaml under an embargo on the day `today` are left out.
pub fn make(
    parts: &Path,
    house: &House,
    opened: &Opened,
    salt: &Salt,
    today: Option<Day>,
    path: &Path,
) -> anyhow::Result<String> {
    let parameters = anonymise::parameters(salt, &opened.parameters);
    let catalogue = house.catalogue(&parameters)?;
    let was = (&opened.catalogue, &opened.parameters);
    let anonymised = anonymise::run(&opened.recorded, was, &catalogue, salt, &parts.join("runs"))?;
    let root = house.folder(PORTS);
    let header = &opened.recorded.header;
    let ports = anonymise::ports(&root, &house.ports()?, header, salt, today)
        .with_context(|| format!("{}: cannot be read", root.display()))?;
    for (name, text) in &ports {
        let file = parts.join("ports").join(name);
        fs::create_dir_all(file.parent().unwrap_or(parts))?;
        fs::write(file, text)?;
    }
    let renamed = Opened {
        recorded: Recorded::read(&anonymised.folder)?,
        parameters,
        catalogue,
        devices: Device::all(&load_ports(&parts.join("ports"))?),
        // Set beside a device, they would say which stack it is.
        reported: Vec::new(),
    };
    let mut sources = sources(house, &renamed)?;
    let below = ports.into_iter();
    sources
        .extend(below.map(|(name, text)| Source::made(&format!("{HOUSE}/{PORTS}/{name}"), text)));
    // A commit may be of a checkout that only its owner has; the catalogue's hash stays.
    let manifest = Manifest {
        host: None,
        anonymised: true,
        ..Manifest::of(&renamed.recorded.header, None)
    };
    Ok(pack(path, manifest, &sources)? + &told(&anonymised))
}

fn told(anonymised: &Anonymised) -> String {
    let Anonymised {
        attempts,
        bare,
        wordless,
        blank,
        ..
    } = anonymised;
    format!(
        "Anonymised: {attempts} attempts, {wordless} of them with a verdict and no words, {bare} without frames; \
         {blank} frames withheld\n\
         How a stack behaves still tells it from others.\n"
    )
}
