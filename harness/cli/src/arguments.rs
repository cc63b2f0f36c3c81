//! The command line.

use clap::{Parser, Subcommand};

/// Judges how well 6LoWPAN stacks interoperate.
#[derive(Debug, Parser)]
#[command(name = "sixlo", version, arg_required_else_help = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Look at the stacks that can be tested.
    #[command(subcommand)]
    Stack(Stack),
}

/// What to do with stacks.
#[derive(Debug, Subcommand)]
pub enum Stack {
    /// List the devices this program contains, and what they lack to run here.
    List,
}
