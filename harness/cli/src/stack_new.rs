//! `sixlo stack new`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::anyhow;
use sixlo_harness::stack_new::{self, File, Home, Kind};

use crate::arguments::{StackKind, StackNew};
use crate::house::House;
use crate::printing::print;

/// The agent as it is when this program is built, for folders that stand alone.
const AGENT: Home = Home::Alone {
    header: include_str!("../../../firmware-under-test/agent-c/sixlo_agent.h"),
    source: include_str!("../../../firmware-under-test/agent-c/sixlo_agent.c"),
};

pub fn stack_new(
    house: impl Fn() -> anyhow::Result<House>,
    arguments: &StackNew,
) -> anyhow::Result<ExitCode> {
    let StackNew { name, .. } = arguments;
    let kind = match arguments.kind {
        StackKind::AgentC => Kind::AgentC,
        StackKind::Rust => Kind::Rust,
        StackKind::Program => Kind::Program,
        StackKind::Zep => Kind::Zep,
        StackKind::CoojaMote => Kind::CoojaMote,
        StackKind::BlackBox => Kind::BlackBox,
        StackKind::Wpan => Kind::Wpan,
    };
    let (folder, home) = match &arguments.folder {
        Some(folder) => {
            stack_new::check_name(name, &[])?;
            (folder.join(name), AGENT)
        }
        None => {
            let house =
                house().map_err(|error| anyhow!("{error:#}; --in DIR makes it anywhere else"))?;
            stack_new::check_name(name, &house.ports()?)?;
            let ports = house.folder("firmware-under-test/ports");
            (ports.join(name), Home::House)
        }
    };
    let files = stack_new::files(name, kind, home)?;
    stack_new::write(&folder, &files)?;
    let next = match &arguments.folder {
        Some(_) => next_alone(&folder, &files),
        None => next_at_home(&house()?, name, &files),
    };
    print(&format!("{}{next}", made(&folder, &files)))?;
    Ok(ExitCode::SUCCESS)
}

fn made(folder: &Path, files: &[File]) -> String {
    let mut text = format!("{}\n", folder.display());
    for file in files {
        text += &format!("    {:<16}{}\n", file.name, file.about);
    }
    text
}

/// What to type, in order.
fn next_at_home(house: &House, name: &str, files: &[File]) -> String {
    let build = match files.iter().any(|file| file.runs) {
        true => format!("    firmware-under-test/ports/{name}/build\n"),
        false => "    put in place what `requires` in dut.yaml names\n".to_owned(),
    };
    let mut text = format!(
        "next\n{build}    sixlo stack probe {name}    what it answers, and what dut.yaml should say\n    \
         sixlo run --dut {name}      its column\n"
    );
    let names = house.folder("ci/stack-names");
    if !is_listed(&names, name) {
        text += &format!(
            "before it is sent: add {} to ci/stack-names, so that nothing outside of its folder names it\n",
            name.to_ascii_lowercase()
        );
    }
    text
}

fn next_alone(folder: &Path, files: &[File]) -> String {
    let build = match files.iter().any(|file| file.runs) {
        true => format!("    {}\n", folder.join("build").display()),
        false => String::new(),
    };
    format!(
        "next\n{build}    move the folder below firmware-under-test/ports of a checkout of sixlo: \
         only there it is found, built into target/ports, and run\n"
    )
}

/// Whether that list has this name, or there is none.
fn is_listed(list: &PathBuf, name: &str) -> bool {
    match std::fs::read_to_string(list) {
        Ok(names) => names.lines().any(|line| line.eq_ignore_ascii_case(name)),
        Err(_) => true,
    }
}
