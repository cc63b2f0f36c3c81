//! Plays what stands for the rows, as a run does, and weighs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use sixlo_judge::matrix::{Column, Entry, RowTitle};
use sixlo_judge::profile::Simplest;
use sixlo_judge::status::Expected;
use sixlo_judge::verdict::Verdict;

use super::cases::cases;
use super::error::ProbeError;
use super::found::{Found, Row};
use super::oracles::oracles;
use super::proposal::{self, Measured, Reset};
use crate::catalogue::{Catalogue, Parameters};
use crate::report::{Played, Results};
use crate::rig::Tried;
use crate::run::{Before, Device, Event, Header, Journal, Recorded, Selected, Selection, run};

/// What a probe is made with.
pub(super) struct Bench<'a> {
    pub catalogue: &'a Catalogue,
    pub parameters: &'a Parameters,
    pub device: &'a Device,
    /// Below which folder evidence is written.
    pub runs: &'a Path,
}

impl Bench<'_> {
    /// Plays, and completes what was found.
    pub fn play(
        &self,
        found: &mut Found,
        tried: &Tried,
        reset: Reset,
        ended: &AtomicBool,
    ) -> Result<(), ProbeError> {
        let selection = Selection {
            cases: cases(self.catalogue, &tried.profile),
            duts: vec![self.device.name().0.clone()],
            ..Selection::default()
        };
        let devices = vec![self.device.clone()];
        let selected = Selected::new(self.catalogue, self.parameters, &selection, devices)?;
        let header = Header::begin(self.catalogue, &selection, None);
        let journal = Journal::create(self.runs, header)?;
        let folder = Folder(journal.folder().to_owned());
        let begin = Instant::now();
        let mut left_out = None;
        run(&selected, journal, &Before::default(), ended, |event| {
            match event {
                Event::LeftOut(why) => left_out = Some(why.why),
                Event::Judged(_) => found.trials += 1,
                _ => {}
            };
        })?;
        found.interrupted = ended.load(Ordering::Relaxed);
        if found.interrupted {
            return Ok(());
        }
        if let Some(why) = left_out {
            let dut = found.dut.clone();
            return Err(ProbeError::LeftOut { dut, why });
        }
        found.seconds = begin.elapsed().as_secs_f64();
        let recorded = Recorded::read(&folder.0)?;
        self.weigh(found, tried, reset, &recorded)
    }

    fn weigh(
        &self,
        found: &mut Found,
        tried: &Tried,
        reset: Reset,
        recorded: &Recorded,
    ) -> Result<(), ProbeError> {
        let devices = [self.device.clone()];
        let played = Played::of(recorded, self.catalogue, self.parameters, &devices);
        let results = Results::of(self.catalogue, played);
        let (Some(column), Some(profile)) =
            (results.matrix.columns.first(), results.profiles.first())
        else {
            return Ok(());
        };
        let titles = &results.matrix.rows;
        found.rows = titles
            .iter()
            .zip(&column.receive)
            .map(|(title, entry)| row(title, entry, &results))
            .collect();
        found.level = column.receive_level.to_string();
        found.oracles = Some(oracles(recorded, profile, self.catalogue, self.parameters)?);
        self.propose(found, tried, reset, (titles, column));
        found.status = results.status();
        Ok(())
    }

    fn propose(
        &self,
        found: &mut Found,
        tried: &Tried,
        reset: Reset,
        (titles, column): (&[RowTitle], &Column),
    ) {
        let spec = &self.device.spec;
        let simplest = match (tried.profile.simplest, tried.extensions) {
            (Simplest::Iphc, (false, true)) => Simplest::IphcExtensions,
            (Simplest::IphcExtensions, (true, _)) => Simplest::Iphc,
            (form, _) => form,
        };
        let measured = Measured {
            simplest,
            reply_within: match tried.slowest {
                Some(slowest) if !tried.profile.virtual_time => proposal::deadline(slowest),
                // No time passes that anybody would wait for.
                _ => spec.reply_within,
            },
            pause: tried.pause.unwrap_or(spec.pause).max(spec.pause),
            reset,
        };
        found.claims = proposal::claims(titles, column);
        found.yaml = proposal::yaml(&found.claims, &measured, spec);
        let differences =
            proposal::differences(spec, &measured, tried.slowest, column, &found.rows);
        found.differences = differences;
    }
}

/// A row, with what known.yaml says of its fails.
fn row(title: &RowTitle, entry: &Entry, results: &Results) -> Row {
    let is_open = |at: &&usize| {
        let finding = results.findings.get(**at);
        finding.is_some_and(|finding| finding.judgement.verdict != Verdict::Pass)
    };
    let is_known = |at: &usize| {
        let finding = results.findings.get(*at);
        finding.is_some_and(|finding| {
            matches!(
                finding.expected,
                Expected::Known(_) | Expected::Relative | Expected::NotJudged
            )
        })
    };
    let open: Vec<&usize> = entry.trials.iter().filter(is_open).collect();
    Row {
        number: title.number.clone(),
        topic: title.topic.0.clone(),
        title: title.title.clone(),
        mark: entry.cell.mark(),
        passed: entry.tally.passed,
        played: entry.tally.total(),
        is_known: open.iter().all(|at| is_known(at)) && !open.is_empty(),
    }
}

/// A run's folder, gone in the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed stands below the folder that was named.
        let _ = fs::remove_dir_all(&self.0);
    }
}
