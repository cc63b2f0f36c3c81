//! What of a run is kept back until a day, so that whoever maintains a stack can mend a crash
//! before everybody knows how to cause it.
//!
//! There is one place that keeps back: everything that is published is made from the [`Recorded`]
//! that comes out of [`published`], so no format can tell more than is in it. Whole topics of a
//! device are kept back, for of a cell with one trial missing the catalogue would say which. The
//! device's profile says how many trials they are, and until when.

mod port;
mod rewrite;

use std::collections::{BTreeMap, BTreeSet};

use sixlo_judge::day::Day;
use sixlo_judge::known::Applies;
use sixlo_judge::name::{DutName, Topic, TrialId};
use sixlo_judge::profile::{Profile, Withheld};
use sixlo_judge::testcase::Kind;
use sixlo_judge::verdict::Verdict;

use crate::catalogue::Catalogue;
use crate::run::{Device, Header, LeftOut, Line, Recorded};
pub use port::{known_file, withholds};
pub use rewrite::rewrite;

/// In place of words that are kept back.
const WITHHELD: &str = "withheld";

/// A run as it may be shown on a day, with the devices as they may be shown.
#[derive(Debug, Clone)]
pub struct Published {
    /// The run without what is kept back.
    pub recorded: Recorded,
    /// The devices without entries of known.yaml that are kept back.
    pub devices: Vec<Device>,
}

/// What of a run may be shown on this day.
pub fn published(
    recorded: &Recorded,
    devices: &[Device],
    catalogue: &Catalogue,
    today: Day,
) -> Published {
    let embargo = Embargo {
        recorded,
        devices,
        catalogue,
        today,
    };
    let until = embargo.topics();
    let alone = embargo.alone();
    let mut shown = recorded.only(|line| {
        !alone.contains(&line.trial.id)
            && (embargo.is_calibration(line)
                || embargo
                    .place(line)
                    .is_none_or(|place| !until.contains_key(&place)))
    });
    for profile in &mut shown.header.profiles {
        embargo.note(profile, &until);
    }
    for left_out in &mut shown.header.left_out {
        embargo.silence(left_out);
    }
    let devices = devices.iter().cloned().map(|mut device| {
        device
            .known
            .retain(|entry| entry.embargo.is_none_or(|until| until <= today));
        device
    });
    Published {
        recorded: shown,
        devices: devices.collect(),
    }
}

/// Until when crashes of a device that known.yaml does not explain are kept back, by what its
/// dut.yaml and the run say: the later of the two.
pub fn of_new(header: &Header, device: Option<&Device>) -> Option<Day> {
    let of_port = device.and_then(|device| device.embargo);
    of_port.max(header.embargo)
}

struct Embargo<'a> {
    recorded: &'a Recorded,
    devices: &'a [Device],
    catalogue: &'a Catalogue,
    today: Day,
}

/// A topic on a device.
type Place = (DutName, Topic);

impl Embargo<'_> {
    /// Every topic of a device that is kept back, and until when.
    fn topics(&self) -> BTreeMap<Place, Day> {
        let mut topics = BTreeMap::new();
        for line in &self.recorded.lines {
            if let (Some(until), Some(place)) = (self.until(line), self.place(line)) {
                let day = topics.entry(place).or_insert(until);
                *day = until.max(*day);
            }
        }
        topics
    }

    /// Trials that are kept back and stand in no topic, or in none that goes with them.
    fn alone(&self) -> BTreeSet<TrialId> {
        let lines = self.recorded.lines.iter();
        lines
            .filter(|line| self.place(line).is_none() || self.is_calibration(line))
            .filter(|line| self.until(line).is_some())
            .map(|line| line.trial.id.clone())
            .collect()
    }

    /// Until when this attempt is kept back, if it is today.
    fn until(&self, line: &Line) -> Option<Day> {
        let dut = &line.trial.dut;
        let device = self.devices.iter().find(|device| device.name() == dut);
        let profile = self.profile(dut)?;
        let known = device.map_or(&[][..], |device| &device.known);
        let speaks = known
            .iter()
            .filter(|entry| entry.applies(&line.trial, profile) == Applies::Yes);
        let explained = speaks
            .clone()
            .any(|entry| line.broke_down() && entry.explains(&line.judgement));
        let of_entries = speaks
            .filter(|_| line.judgement.verdict != Verdict::Pass)
            .filter_map(|entry| entry.embargo)
            .max();
        // Somebody knows of it already, and has said whether it is to be kept back.
        let of_new = match line.broke_down() && !explained {
            true => self.of_new(device),
            false => None,
        };
        of_entries.max(of_new).filter(|until| *until > self.today)
    }

    /// Until when new crashes of a device are kept back.
    fn of_new(&self, device: Option<&Device>) -> Option<Day> {
        of_new(&self.recorded.header, device)
    }

    fn profile(&self, dut: &DutName) -> Option<&Profile> {
        let mut profiles = self.recorded.header.profiles.iter();
        profiles.find(|profile| profile.name == *dut)
    }

    fn place(&self, line: &Line) -> Option<Place> {
        let case = self.catalogue.case(&line.trial.case)?;
        Some((line.trial.dut.clone(), case.topic.clone()))
    }

    /// Without calibrations nothing that rests on them could be judged again.
    fn is_calibration(&self, line: &Line) -> bool {
        let case = self.catalogue.case(&line.trial.case);
        case.is_some_and(|case| case.kind == Kind::Calibration)
    }

    /// Says in the profile what is kept back.
    fn note(&self, profile: &mut Profile, until: &BTreeMap<Place, Day>) {
        for ((dut, topic), until) in until {
            if *dut != profile.name {
                continue;
            }
            let judged: BTreeSet<&TrialId> = self
                .recorded
                .lines
                .iter()
                .filter(|line| !self.is_calibration(line))
                .filter(|line| line.judgement.verdict != Verdict::None)
                .filter(|line| {
                    self.place(line)
                        .is_some_and(|place| (&place.0, &place.1) == (dut, topic))
                })
                .map(|line| &line.trial.id)
                .collect();
            profile.withheld.retain(|withheld| withheld.topic != *topic);
            profile.withheld.push(Withheld {
                topic: topic.clone(),
                trials: judged.len(),
                until: *until,
            });
        }
    }

    /// A device that could not even be opened may have said its last words, too.
    fn silence(&self, left_out: &mut LeftOut) {
        let mut devices = self.devices.iter();
        let device = devices.find(|device| *device.name() == left_out.dut);
        let until = self.of_new(device);
        if !left_out.missing && until.is_some_and(|until| until > self.today) {
            WITHHELD.clone_into(&mut left_out.why);
        }
    }
}

#[cfg(test)]
mod tests;
