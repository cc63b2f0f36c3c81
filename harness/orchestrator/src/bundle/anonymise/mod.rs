//! A run that can be shown to anybody: other names, other addresses, no words that a device said.
//!
//! Names become pseudonyms, by a key; without it nobody finds a name by trying names, nor by
//! the nonces, which come from a trial's name and hence from the device's. So every trial is
//! made anew for the device under its pseudonym: its frames come from the catalogue, octet by
//! octet, broken ones too. Answers are rewritten, checksums as right or wrong as they were.
//! Then today's judge looks at both runs; what it says of the new one are the new words.

mod addresses;
mod attempt;
mod frame;
mod packet;
mod port;
mod salt;
mod substitution;
mod words;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use sixlo_judge::evidence::Evidence;
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::name::{CaseId, DutName, TrialId};
use sixlo_judge::profile::Profile;
use sixlo_judge::trial::Trial;
use sixlo_judge::verdict::Judgement;

use crate::catalogue::{Catalogue, Parameters, compile};
use crate::rejudge::rejudge;
use crate::run::{
    Attempt, Damage, Header, Journal, JournalError, LeftOut, Line, Recorded, Selection,
};
use crate::tester::Security;

pub use port::ports;
pub use salt::Salt;

use addresses::Addresses;
use attempt::Pair;

/// Lines that are held in memory at once.
const BATCH: usize = 1000;

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anonymised {
    /// Its folder.
    pub folder: PathBuf,
    /// Attempts in all.
    pub attempts: usize,
    /// Attempts of which nothing but the verdict is left: today's catalogue makes other trials.
    pub bare: usize,
    /// Attempts with a word that is kept without its words, since the judge says something
    /// else of the new frames.
    pub wordless: usize,
    /// Frames that cannot be rewritten, and are blank.
    pub blank: usize,
}

/// What a run is made of, and what it is made of under other names.
struct Anonymiser<'a> {
    recorded: &'a Recorded,
    was: (&'a Catalogue, &'a Parameters),
    is: (&'a Catalogue, Parameters),
    header: Header,
}

/// Parameters with other addresses: what the catalogue has to be loaded with for [`run`].
pub fn parameters(salt: &Salt, was: &Parameters) -> Parameters {
    Addresses::new(salt, was).1
}

/// Writes the run with other names and addresses into a new folder below `runs`.
/// `was` is what it was played with; `catalogue` is the same catalogue, loaded with [`parameters`].
pub fn run(
    recorded: &Recorded,
    was: (&Catalogue, &Parameters),
    catalogue: &Catalogue,
    salt: &Salt,
    runs: &Path,
) -> Result<Anonymised, JournalError> {
    let (mut addresses, parameters) = Addresses::new(salt, was.1);
    let anonymiser = Anonymiser {
        recorded,
        was,
        header: header(&recorded.header, salt, &parameters),
        is: (catalogue, parameters),
    };
    let mut told = Anonymised {
        folder: PathBuf::new(),
        attempts: recorded.lines.len(),
        bare: 0,
        wordless: 0,
        blank: 0,
    };
    let unjudged = anonymiser.evidence(&mut addresses, salt, runs, &mut told)?;
    told.folder = anonymiser.judged(&unjudged, runs, &mut told)?;
    Ok(told)
}

impl Anonymiser<'_> {
    /// Frames of a secured link are secured again.
    fn secure_again(&self, line: &Line, evidence: &mut Evidence) {
        let profiles = self.recorded.header.profiles.iter();
        let mut profiles = profiles.filter(|profile| profile.name == line.trial.dut);
        let Some(profile) = profiles.next() else {
            return;
        };
        if let Some(security) = Security::of(&profile.link, &self.is.1.addresses) {
            security.secure_again(evidence);
        }
    }
}

fn header(was: &Header, salt: &Salt, parameters: &Parameters) -> Header {
    let profiles: Vec<Profile> = was
        .profiles
        .iter()
        .map(|profile| Profile {
            name: dut(salt, &profile.name),
            stack: salt.name("STACK", &profile.stack),
            build: salt.name("BUILD", &profile.build),
            addresses: parameters.addresses.clone(),
            ..profile.clone()
        })
        .collect();
    Header {
        parameters: Some(addresses::file(parameters)),
        selection: Selection {
            // Patterns of names: which devices they meant stands below.
            duts: match was.selection.duts.is_empty() {
                true => Vec::new(),
                false => profiles
                    .iter()
                    .map(|profile| profile.name.0.clone())
                    .collect(),
            },
            ..was.selection.clone()
        },
        left_out: was
            .left_out
            .iter()
            .map(|left_out| LeftOut {
                dut: dut(salt, &left_out.dut),
                why: words::WITHHELD.to_owned(),
                ..left_out.clone()
            })
            .collect(),
        profiles,
        rejudged: None,
        ..was.clone()
    }
}

fn dut(salt: &Salt, name: &DutName) -> DutName {
    DutName(salt.name("DUT", &name.0))
}

impl Anonymiser<'_> {
    /// Every attempt with its new evidence, and no word on it yet.
    fn evidence(
        &self,
        addresses: &mut Addresses<'_>,
        salt: &Salt,
        runs: &Path,
        told: &mut Anonymised,
    ) -> Result<Recorded, JournalError> {
        let trials = self.trials();
        let mut journal = Journal::create_named(runs, "unjudged", self.header.clone())?;
        for (n, line) in self.recorded.lines.iter().enumerate() {
            let (trial, evidence) = match trials.get(&line.trial.id) {
                Some((was, is)) => {
                    let evidence = self.recorded.evidence(n)?;
                    let mut new = attempt::rewritten(Pair { was, is }, evidence, addresses);
                    self.secure_again(line, &mut new.evidence);
                    told.blank += new.withheld;
                    (is.meta(), new.evidence)
                }
                None => {
                    told.bare += 1;
                    (self.bare(line, salt), bare_evidence(line))
                }
            };
            journal.append(&Attempt {
                trial,
                evidence,
                judgement: words::wordless(&line.judgement),
            })?;
            if n % BATCH == 0 {
                journal.flush()?;
            }
        }
        journal.flush()?;
        Recorded::read(journal.folder())
    }

    /// Every trial that today's catalogue makes of the run, as it was and as it is.
    fn trials(&self) -> HashMap<TrialId, (Trial, Trial)> {
        let cases: std::collections::BTreeSet<&CaseId> = self
            .recorded
            .lines
            .iter()
            .map(|line| &line.trial.case)
            .collect();
        let mut trials = HashMap::new();
        let profiles = self
            .recorded
            .header
            .profiles
            .iter()
            .zip(&self.header.profiles);
        for (was, is) in profiles {
            for case in &cases {
                let Some((case, new)) = self.was.0.case(case).zip(self.is.0.case(case)) else {
                    continue;
                };
                let before = compile(case, was, self.was.1).trials;
                let after = compile(new, is, &self.is.1).trials;
                let pairs = before.into_iter().zip(after);
                let alike = pairs.filter(|(was, is)| was.label == is.label);
                trials.extend(alike.map(|(was, is)| (was.id.clone(), (was, is))));
            }
        }
        trials
    }

    /// The names of a trial that nothing else is known of.
    fn bare(&self, line: &Line, salt: &Salt) -> TrialMeta {
        let id = salt.keyed("trial", line.trial.id.0.as_bytes());
        TrialMeta {
            id: TrialId(
                id[..16]
                    .iter()
                    .map(|octet| format!("{octet:02x}"))
                    .collect(),
            ),
            dut: dut(salt, &line.trial.dut),
            ..line.trial.clone()
        }
    }

    /// Every attempt with today's words, where they come to what was said then.
    fn judged(
        &self,
        unjudged: &Recorded,
        runs: &Path,
        told: &mut Anonymised,
    ) -> Result<PathBuf, JournalError> {
        let words = rejudge(unjudged, Damage::default(), self.is.0, &self.is.1);
        let name = unjudged.header.started.name();
        let mut journal = Journal::create_named(runs, &name, unjudged.header.clone())?;
        let lines = self.recorded.lines.iter().zip(&unjudged.lines);
        for (n, ((was, line), word)) in lines.zip(words.lines).enumerate() {
            let judgement = match word {
                Ok(word) if is_alike(&was.judgement, &word) => word,
                _ => {
                    told.wordless += 1;
                    words::wordless(&was.judgement)
                }
            };
            journal.append(&Attempt {
                trial: line.trial.clone(),
                evidence: unjudged.evidence(n)?,
                judgement,
            })?;
            if n % BATCH == 0 {
                journal.flush()?;
            }
        }
        journal.flush()?;
        Ok(journal.folder().to_owned())
    }
}

fn is_alike(was: &Judgement, is: &Judgement) -> bool {
    let sum = |word: &Judgement| (word.verdict, word.outcome, word.deviation.is_some());
    sum(was) == sum(is)
}

fn bare_evidence(line: &Line) -> Evidence {
    Evidence {
        attempt: line.attempt,
        relaxed: line.relaxed,
        stop: line.stop,
        lossless: line.lossless,
        disturbed: line.disturbed,
        overheard: line.judgement.overheard,
        ..Evidence::default()
    }
}

#[cfg(test)]
mod tests;
