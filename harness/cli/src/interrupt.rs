//! Ctrl-C: the trials in play come to their end, and everything played is kept.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The signals that end a run, and what a shell says of a program that they ended.
const SIGNALS: [(i32, u8); 2] = [(SIGINT, 130), (SIGTERM, 143)];

/// Whether a run has been asked to end.
pub struct Interrupt {
    any: Arc<AtomicBool>,
    signals: Vec<(Arc<AtomicBool>, u8)>,
}

impl Interrupt {
    /// From here on the first signal asks; the second one ends the program at once.
    pub fn catch() -> anyhow::Result<Self> {
        let any = Arc::new(AtomicBool::new(false));
        let mut signals = Vec::new();
        for (signal, code) in SIGNALS {
            let came = Arc::new(AtomicBool::new(false));
            // In this order: what is registered first is looked at first.
            flag::register_conditional_shutdown(signal, code.into(), Arc::clone(&any))
                .and_then(|_| flag::register(signal, Arc::clone(&any)))
                .and_then(|_| flag::register(signal, Arc::clone(&came)))
                .context("cannot catch signals")?;
            signals.push((came, code));
        }
        Ok(Interrupt { any, signals })
    }

    /// Set as soon as the run is to end.
    pub fn flag(&self) -> &AtomicBool {
        &self.any
    }

    /// If a signal came: says so, and how the run is carried on; what to exit with.
    pub fn ended(&self, folder: &Path) -> Option<ExitCode> {
        let code = self.code()?;
        eprintln!(
            "sixlo: interrupted; what was played is kept: carry on with `sixlo run --resume {}`",
            folder.display()
        );
        Some(code)
    }

    /// What to exit with, if a signal came.
    pub fn code(&self) -> Option<ExitCode> {
        let came = |(came, _): &&(Arc<AtomicBool>, u8)| came.load(Ordering::Relaxed);
        let (_, code) = self.signals.iter().find(came)?;
        Some(ExitCode::from(*code))
    }
}
