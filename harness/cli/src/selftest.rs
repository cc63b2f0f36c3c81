//! `sixlo selftest`.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use sixlo_harness::catalogue::Parameters;
use sixlo_harness::run::Device;
use sixlo_harness::selftest::{SelftestPlan, selftest as test};
use sixlo_judge::status::ExitStatus;

use crate::house::House;
use crate::printing;

pub fn selftest(house: &House) -> anyhow::Result<ExitCode> {
    let parameters = Parameters::default();
    let catalogue = house.catalogue(&parameters)?;
    let devices = Device::all(&house.ports()?);
    let plan = SelftestPlan::read(&house.selftest_plan()?)?;
    let scratch = Scratch::new()?;
    let start = Instant::now();
    let (mut held, mut failed) = (0, 0);
    test(
        &catalogue,
        &parameters,
        &devices,
        &plan,
        &scratch.0,
        |finding| {
            let word = match finding.holds {
                true => "ok",
                false => "WRONG",
            };
            match finding.holds {
                true => held += 1,
                false => failed += 1,
            }
            printing::say(&format!(
                "{word:>12} {:<8} {:<32} {}",
                finding.part, finding.name, finding.words
            ));
        },
    )?;
    printing::print(&format!(
        "{:>12} [{:>8.3}s] {held} passed, {failed} failed\n",
        "Summary",
        start.elapsed().as_secs_f64()
    ))?;
    Ok(match (held, failed) {
        (0, 0) => ExitCode::from(ExitStatus::Nothing.code()),
        (_, 0) => ExitCode::SUCCESS,
        _ => ExitCode::from(ExitStatus::Unexpected.code()),
    })
}

/// A folder for the self-test's runs, gone when it ends.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("sixlo-selftest-{}", std::process::id()));
        std::fs::create_dir(&path)
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Scratch(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is in the system's folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
