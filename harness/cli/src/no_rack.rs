//! In the place of `rack`: a build without boards says so where somebody asks for one.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use sixlo_harness::run::{Device, Racked};

use crate::arguments::{Agent, Rack};
use crate::house::House;

const WORDS: &str = "this sixlo was built without boards: build it again with its feature `boards`, \
                     which is on unless --no-default-features turns it off";

pub fn agent(_: &Agent) -> anyhow::Result<ExitCode> {
    bail!("rack: {WORDS}")
}

pub fn rack(_: &House, _: &Rack) -> anyhow::Result<ExitCode> {
    bail!("rack: {WORDS}")
}

pub fn seated(_: &Path, _: &[Device]) -> anyhow::Result<(Vec<Device>, Racked)> {
    bail!("--rack: {WORDS}")
}
