//! A recorded run, opened with all that its lines are read by.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use sixlo_harness::catalogue::{Catalogue, Parameters, Reported, read_text};
use sixlo_harness::embargo::{Published, of_new, published, rewrite};
use sixlo_harness::report::{Played, Results};
use sixlo_harness::run::{Damage, Device, Recorded, Selection, latest};

use sixlo_judge::day::Day;

use crate::house::House;
use crate::printing::say;
use crate::rack;

/// A recorded run, and what its trials were made from.
pub struct Opened {
    pub recorded: Recorded,
    pub parameters: Parameters,
    pub catalogue: Catalogue,
    /// Every device that is known today, in the order of the columns.
    pub devices: Vec<Device>,
    /// What others have written of stacks.
    pub reported: Vec<Reported>,
}

impl Opened {
    /// The run in the folder `run`, or else the last one below `runs`. Its catalogue must
    /// be today's, or its lines would be read by other cases than were played.
    pub fn open(house: &House, run: Option<&Path>, runs: &Path) -> anyhow::Result<Opened> {
        let opened = Opened::of(house, Recorded::read(&folder(run, runs)?)?)?;
        same_catalogue(&opened.recorded, &opened.catalogue)?;
        Ok(opened)
    }

    /// What is left of a run, whatever has become of its files and of the catalogue since.
    pub fn salvage(
        house: &House,
        run: Option<&Path>,
        runs: &Path,
    ) -> anyhow::Result<(Opened, Damage)> {
        let (recorded, damage) = Recorded::salvage(&folder(run, runs)?)?;
        Ok((Opened::of(house, recorded)?, damage))
    }

    fn of(house: &House, recorded: Recorded) -> anyhow::Result<Opened> {
        let header = &recorded.header;
        let parameters = parameters(&header.selection, header.parameters.as_deref())?;
        let catalogue = house.catalogue(&parameters)?;
        let ports = house.ports()?;
        let boards = header.rack.iter().flat_map(|rack| rack.boards.clone());
        let devices = Device::with_boards(Device::all(&ports), &boards.collect::<Vec<_>>());
        let reported = house.reported(&catalogue, &ports)?;
        Ok(Opened {
            recorded,
            parameters,
            catalogue,
            devices,
            reported,
        })
    }

    /// What of it may be shown on this day.
    #[must_use]
    pub fn published(self, today: Day) -> Opened {
        let Published { recorded, devices } =
            published(&self.recorded, &self.devices, &self.catalogue, today);
        Opened {
            recorded,
            devices,
            ..self
        }
    }

    /// The run with its devices on the boards of this rack, where one is named: what is tried
    /// again is tried there. Without one, those that stood on boards are told of: their twins
    /// here are tried.
    pub fn on_rack(self, file: Option<&Path>) -> anyhow::Result<Opened> {
        let Some(file) = file else {
            if let Some(rack) = &self.recorded.header.rack {
                let shown = rack.file.display();
                say(&format!(
                    "The run was on the boards of {shown}; what is tried now is tried on their twins here: \
                     --rack {shown} tries it on the boards"
                ));
            }
            return Ok(self);
        };
        let (seated, _) = rack::seated(file, &self.devices)?;
        let is_seated = |device: &Device| seated.iter().any(|one| one.name() == device.name());
        let others = self.devices.iter().filter(|device| !is_seated(device));
        let devices = seated.iter().chain(others).cloned().collect();
        Ok(Opened { devices, ..self })
    }

    /// The same run in a new folder below `runs`: what its files hold is what is shown.
    pub fn rewritten(&self, runs: &Path) -> anyhow::Result<Opened> {
        let folder = rewrite(&self.recorded, runs)?;
        Ok(Opened {
            recorded: Recorded::read(&folder)?,
            parameters: self.parameters.clone(),
            catalogue: self.catalogue.clone(),
            devices: self.devices.clone(),
            reported: self.reported.clone(),
        })
    }

    /// Whether new crashes of a device in it would be kept back on this day.
    pub fn is_under_embargo(&self, today: Day) -> bool {
        let header = &self.recorded.header;
        header.profiles.iter().any(|profile| {
            let mut devices = self.devices.iter();
            let device = devices.find(|device| *device.name() == profile.name);
            of_new(header, device).is_some_and(|until| until > today)
        })
    }

    /// Whether something is kept back of it, on the day it was made for.
    pub fn withholds(&self) -> bool {
        let profiles = &self.recorded.header.profiles;
        profiles.iter().any(|profile| !profile.withheld.is_empty())
    }

    /// The run, weighed.
    pub fn results(&self) -> Results<'_> {
        self.results_of(&self.recorded)
    }

    /// The same trials with other words on them, weighed.
    pub fn results_of(&self, recorded: &Recorded) -> Results<'_> {
        let played = Played::of(recorded, &self.catalogue, &self.parameters, &self.devices);
        let reported = self.reported.clone();
        Results::of(&self.catalogue, Played { reported, ..played })
    }
}

fn folder(run: Option<&Path>, runs: &Path) -> anyhow::Result<PathBuf> {
    Ok(match run {
        Some(folder) => folder.to_owned(),
        None => latest(runs)?,
    })
}

/// The text of a parameter file, read once for its errors, which name the file.
pub fn parameter_file(path: Option<&Path>) -> anyhow::Result<Option<String>> {
    let Some(path) = path else {
        return Ok(None);
    };
    let text = read_text(path).context("the parameter file")?;
    Parameters::default().with_file(&path.display().to_string(), &text)?;
    Ok(Some(text))
}

/// What every trial of a run is made with.
pub fn parameters(selection: &Selection, text: Option<&str>) -> anyhow::Result<Parameters> {
    let usual = Parameters {
        seed: selection.seed,
        full_sweeps: selection.full,
        times: 1..=selection.repeat,
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
