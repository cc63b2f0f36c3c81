//! The command line of `sixlo rack`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do with a rack.
#[derive(Debug, Subcommand)]
pub enum Rack {
    /// Check a rack's file.
    Lint(RackFile),
    /// List the boards of a rack, what stands on them, and how they are reached.
    List(RackFile),
    /// Try every part of a rack, and say what is wrong and what to do.
    ///
    /// Opens each board as a run would, which writes its image, and asks its agent what it is. Exits
    /// with 0 if every part is right, with 5 if one is wrong, with 2 if the file is.
    Doctor(Doctor),
    /// Write the boards' images, the chips' identities checked first.
    Flash(Boards),
    /// Reset boards.
    Reset(Boards),
    /// Switch boards' power.
    Power(Power),
    /// Carry the octets of a board's agent over stdin and stdout.
    ///
    /// Writes the board's image where it is not there yet, and starts it. Ends with its input.
    Agent(Agent),
}

/// A rack's file.
#[derive(Debug, Args)]
pub struct RackFile {
    /// The rack's file.
    #[arg(long, value_name = "FILE", default_value = "rack.yaml")]
    pub rack: PathBuf,
}

/// Boards of a rack.
#[derive(Debug, Args)]
pub struct Boards {
    /// Boards by their names in the file; all of them if none is given.
    #[arg(value_name = "BOARD")]
    pub boards: Vec<String>,
    #[command(flatten)]
    pub file: RackFile,
}

/// Whose agent to lead to.
#[derive(Debug, Args)]
pub struct Agent {
    /// The board's name in the file.
    #[arg(value_name = "BOARD")]
    pub board: String,
    #[command(flatten)]
    pub file: RackFile,
    /// The folder of the airs that emulated boards of this rack share.
    #[arg(long, value_name = "DIR", hide = true)]
    pub halls: Option<PathBuf>,
}

/// What to try.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    pub boards: Boards,
    /// Take each board's power and give it back, too.
    #[arg(long)]
    pub power: bool,
}

/// Which power to switch how.
#[derive(Debug, Args)]
pub struct Power {
    /// How.
    #[arg(value_enum)]
    pub how: Switched,
    #[command(flatten)]
    pub boards: Boards,
}

/// How power is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Switched {
    /// Give it.
    On,
    /// Take it.
    Off,
    /// Take it and give it back.
    Cycle,
}
