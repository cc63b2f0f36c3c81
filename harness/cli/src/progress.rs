//! Shows a run while it goes on: devices as they are left out and finished, trials
//! where they are asked for, and a bar where somebody looks on.

use std::collections::BTreeMap;

use indicatif::{ProgressBar, ProgressStyle};
use sixlo_harness::report::{status_line, word};
use sixlo_harness::run::{Event, Judged};
use sixlo_judge::name::DutName;
use sixlo_judge::verdict::Verdict;

use crate::printing;

/// Verdicts in the order in which they are counted.
const VERDICTS: [Verdict; 5] = [
    Verdict::Pass,
    Verdict::Fail,
    Verdict::Inconc,
    Verdict::Error,
    Verdict::None,
];

/// Shows a run while it goes on.
pub struct Progress {
    verbose: bool,
    bar: ProgressBar,
    planned: usize,
    judged: usize,
    open: BTreeMap<DutName, Open>,
}

/// A device that is being judged.
struct Open {
    stack: String,
    not_applicable: usize,
    /// One a verdict, in the order of [`VERDICTS`].
    counts: [usize; VERDICTS.len()],
}

impl Progress {
    /// `verbose` shows every trial; otherwise only the bench's trouble is shown at
    /// once, for a fail weighs only in the light of its parents.
    pub fn new(verbose: bool) -> Self {
        let style = ProgressStyle::with_template("{elapsed:>12} {wide_bar} {pos}/{len} trials")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Progress {
            verbose,
            // Drawn on a terminal only.
            bar: ProgressBar::new(0).with_style(style),
            planned: 0,
            judged: 0,
            open: BTreeMap::new(),
        }
    }

    /// Takes the next event in.
    pub fn hear(&mut self, event: Event) {
        match event {
            Event::Started { folder, devices } => {
                self.say(&format!(
                    "{:>12} {devices} devices into {}",
                    "Recording",
                    folder.display()
                ));
            }
            Event::Opened {
                profile,
                trials,
                not_applicable,
            } => {
                self.planned += trials;
                self.bar.set_length(self.planned as u64);
                let open = Open {
                    stack: profile.stack,
                    not_applicable: not_applicable.len(),
                    counts: [0; VERDICTS.len()],
                };
                self.open.insert(profile.name, open);
            }
            Event::LeftOut(left_out) => {
                let word = if left_out.missing {
                    "LEFT OUT"
                } else {
                    "ERROR"
                };
                self.say(&format!("{word:>12} {}: {}", left_out.dut, left_out.why));
            }
            Event::Logged { dut, lines } => {
                for line in lines.iter().filter(|_| self.verbose) {
                    self.say(&format!("{:>12} {dut}: {line}", "log"));
                }
            }
            Event::Judged(judged) => self.count(&judged),
            Event::Amended { judged, before } => self.amend(&judged, before),
            Event::Replaced { dut, words } => {
                self.say(&format!("{:>12} {dut}: {words}", "REPLACED"));
            }
            Event::Finished { dut, took } => {
                if let Some(open) = self.open.remove(&dut) {
                    self.say(&format!(
                        "{:>12} [{:>7.3}s] {dut} ({}): {}",
                        "Finished",
                        took.as_secs_f64(),
                        open.stack,
                        open.counted()
                    ));
                }
            }
        }
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn count(&mut self, judged: &Judged) {
        self.judged += 1;
        self.bar.inc(1);
        let verdict = judged.judgement.verdict;
        if let Some(open) = self.open.get_mut(&judged.trial.dut)
            && let Some(at) = VERDICTS.iter().position(|&other| other == verdict)
        {
            open.counts[at] += 1;
        }
        if self.verbose || verdict == Verdict::Error {
            self.say(&status_line(judged, self.judged, self.planned));
        }
    }

    fn amend(&mut self, judged: &Judged, before: Verdict) {
        if let Some(open) = self.open.get_mut(&judged.trial.dut) {
            for (verdict, count) in VERDICTS.iter().zip(&mut open.counts) {
                *count += usize::from(*verdict == judged.judgement.verdict);
                *count -= usize::from(*verdict == before);
            }
        }
        if self.verbose {
            self.say(&status_line(judged, self.judged, self.planned));
        }
    }

    fn say(&self, line: &str) {
        self.bar.suspend(|| printing::say(line));
    }
}

impl Open {
    fn counted(&self) -> String {
        let counts = VERDICTS
            .iter()
            .zip(self.counts)
            .filter(|(_, count)| *count > 0);
        let mut words: Vec<String> = counts
            .map(|(verdict, count)| format!("{count} {}", word(*verdict).to_lowercase()))
            .collect();
        if self.not_applicable > 0 {
            words.push(format!("{} not applicable", self.not_applicable));
        }
        words.join(", ")
    }
}
