//! The files of a new port, by its kind.

use super::{NewError, description};

/// How a stack is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A stack in C, linked with the agent in C99.
    AgentC,
    /// A stack in Rust, linked with the agent's crate.
    Rust,
    /// A program that speaks the agent protocol already.
    Program,
    /// An unmodified node that speaks ZEP over UDP.
    Zep,
    /// An unmodified mote, built for Cooja.
    CoojaMote,
    /// Anything with a radio and an address, through an injector and a sniffer.
    BlackBox,
    /// An interface of this machine, and a monitor of its radio.
    Wpan,
}

impl Kind {
    /// Its word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Kind::AgentC => "agent-c",
            Kind::Rust => "rust",
            Kind::Program => "program",
            Kind::Zep => "zep",
            Kind::CoojaMote => "cooja-mote",
            Kind::BlackBox => "black-box",
            Kind::Wpan => "wpan",
        }
    }
}

/// Where the folder will lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home<'a> {
    /// Below firmware-under-test/ports of a checkout.
    House,
    /// Anywhere else: it brings the agent with it, header and source.
    Alone {
        /// sixlo_agent.h.
        header: &'a str,
        /// sixlo_agent.c.
        source: &'a str,
    },
}

/// One file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name.
    pub name: &'static str,
    /// What stands in it.
    pub text: String,
    /// It is a program.
    pub runs: bool,
    /// What it is for, in a few words.
    pub about: &'static str,
}

/// What is known of a stack at first.
const KNOWN: &str = "\
# Where @NAME@ deviates, and by which code. testcases/README.md says what an entry holds; an example:
# - cases: [fragments-reversed]
#   outcome: dropped        # wrong-value, declined, crashed, undecided
#   reason: \"fragments have to come in order\"
#   function: \"reassembly.c: take_fragment\"
[]
";

/// Every file of a new port with this name, in the order in which they are read.
///
/// # Errors
/// If this kind cannot live there.
pub fn files(name: &str, kind: Kind, home: Home) -> Result<Vec<File>, NewError> {
    let file = |name, text: &str, about| File {
        name,
        text: text.to_owned(),
        runs: name == "build",
        about,
    };
    let dut = description::dut_yaml(name, kind);
    let mut files = vec![
        file(
            "dut.yaml",
            &dut,
            "how it is started, what it claims, its limits",
        ),
        file("known.yaml", KNOWN, "why it deviates: nothing yet"),
    ];
    let what_port = "what the port does in the stack's place: to be told";
    match kind {
        Kind::AgentC => files.extend([
            file(
                "README.md",
                include_str!("../../templates/stack/agent-c/README.md"),
                what_port,
            ),
            file(
                "port.c",
                include_str!("../../templates/stack/agent-c/port.c"),
                "the stack's side of the agent: fill in the TODOs",
            ),
            file(
                "build",
                include_str!("../../templates/stack/agent-c/build"),
                "builds it, with cc",
            ),
        ]),
        Kind::Rust => files.extend([
            file(
                "README.md",
                include_str!("../../templates/stack/rust/README.md"),
                what_port,
            ),
            file(
                "Cargo.toml",
                include_str!("../../templates/stack/rust/Cargo.toml"),
                "the stack as a dependency",
            ),
            file(
                "main.rs",
                include_str!("../../templates/stack/rust/main.rs"),
                "the stack's side of the agent: fill in the TODOs",
            ),
            file(
                "build",
                include_str!("../../templates/stack/rust/build"),
                "builds it, with cargo",
            ),
        ]),
        Kind::Zep | Kind::CoojaMote | Kind::BlackBox | Kind::Wpan => files.push(file(
            "README.md",
            include_str!("../../templates/stack/bridge/README.md"),
            "what it is, and what it cannot be told: to be told",
        )),
        Kind::Program => files.push(file(
            "README.md",
            include_str!("../../templates/stack/program/README.md"),
            what_port,
        )),
    }
    match (home, kind) {
        (Home::Alone { header, source }, Kind::AgentC) => files.extend([
            file("sixlo_agent.h", header, "the agent"),
            file("sixlo_agent.c", source, "the agent"),
        ]),
        (Home::Alone { .. }, Kind::Rust) => {
            let kind = kind.word();
            return Err(NewError::NeedsHouse { kind });
        }
        _ => {}
    }
    for file in &mut files {
        file.text = filled(&file.text, name);
    }
    Ok(files)
}

/// Crates' names know no dots and no capitals.
fn filled(text: &str, name: &str) -> String {
    let crate_name = name.to_ascii_lowercase().replace('.', "-");
    text.replace("@NAME@", name).replace("@CRATE@", &crate_name)
}
