//! Shows a run while it goes on.

use sixlo_harness::run::{Event, Selected};

pub struct Progress {
    verbose: bool,
}

impl Progress {
    pub fn new(_selected: &Selected, verbose: bool) -> Self {
        Progress { verbose }
    }

    pub fn hear(&mut self, event: Event) {
        match event {
            Event::Judged(judged) if self.verbose || judged.judgement.verdict.word() != "pass" => {
                println!(
                    "{:>12} {} {} {} {} | {}",
                    judged.judgement.verdict.word(),
                    judged.trial.dut,
                    judged.trial.title(),
                    judged.judgement.outcome.word(),
                    judged.judgement.observed,
                    judged.judgement.cause
                )
            }
            Event::Opened {
                profile,
                trials,
                not_applicable,
            } => println!(
                "{} {} {trials} {}",
                profile.name,
                profile.stack,
                not_applicable.len()
            ),
            Event::Judged(_) => {}
            other => println!("{other:?}"),
        }
    }
}
