//! A recorded run, opened with all that its lines are read by.

use std::path::Path;

use anyhow::bail;
use sixlo_harness::catalogue::{Catalogue, Parameters};
use sixlo_harness::report::{Played, Results};
use sixlo_harness::run::{Device, Recorded, Selection, latest};

use crate::house::House;

/// A recorded run, and what its trials were made from.
pub struct Opened {
    pub recorded: Recorded,
    pub parameters: Parameters,
    pub catalogue: Catalogue,
    /// Every device that is known today, in the order of the columns.
    pub devices: Vec<Device>,
}

impl Opened {
    /// The run in the folder `run`, or else the last one below `runs`. Its catalogue must
    /// be today's, or its lines would be read by other cases than were played.
    pub fn open(house: &House, run: Option<&Path>, runs: &Path) -> anyhow::Result<Opened> {
        let opened = Opened::with_any_catalogue(house, run, runs)?;
        same_catalogue(&opened.recorded, &opened.catalogue)?;
        Ok(opened)
    }

    /// The same, whatever has become of the catalogue since.
    fn with_any_catalogue(
        house: &House,
        run: Option<&Path>,
        runs: &Path,
    ) -> anyhow::Result<Opened> {
        let folder = match run {
            Some(folder) => folder.to_owned(),
            None => latest(runs)?,
        };
        let recorded = Recorded::read(&folder)?;
        let header = &recorded.header;
        let parameters = parameters(&header.selection, header.parameters.as_deref())?;
        let catalogue = house.catalogue(&parameters)?;
        let devices = Device::all(&house.ports()?);
        Ok(Opened {
            recorded,
            parameters,
            catalogue,
            devices,
        })
    }

    /// The run, weighed.
    pub fn results(&self) -> Results<'_> {
        let played = Played::of(
            &self.recorded,
            &self.catalogue,
            &self.parameters,
            &self.devices,
        );
        Results::of(&self.catalogue, played)
    }
}

/// What every trial of a run is made with.
pub fn parameters(selection: &Selection, text: Option<&str>) -> anyhow::Result<Parameters> {
    let usual = Parameters {
        seed: selection.seed,
        full_sweeps: selection.full,
        ..Parameters::default()
    };
    match text {
        Some(text) => Ok(usual.with_file("run.json, parameters", text)?),
        None => Ok(usual),
    }
}

/// Lines mean what they meant only with the same cases.
pub fn same_catalogue(recorded: &Recorded, catalogue: &Catalogue) -> anyhow::Result<()> {
    let (then, now) = (&recorded.header.catalogue, &catalogue.hash);
    if then != now {
        let short = |hash: &str| hash.get(..12).unwrap_or(hash).to_owned();
        bail!(
            "{} was recorded with catalogue {}, this one is {}: restore that one, or start a new run",
            recorded.folder.display(),
            short(then),
            short(now)
        );
    }
    Ok(())
}
