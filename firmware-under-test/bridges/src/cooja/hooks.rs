//! How a mote is told things: dut.yaml's lines, read once and held against the image.

use std::collections::BTreeMap;

use sixlo_agent_protocol::Setting;

use super::library::{Library, Symbol};
use super::statement::{Argument, Statement, StatementError};
use super::value;
use crate::hook;
use crate::settings::{Action, Configure};

/// The lines that send a packet, by the names of what they get.
const PACKET_VALUES: [&str; 2] = ["packet", "length"];

/// A line of dut.yaml cannot be obeyed.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// It cannot be read.
    #[error("configure: {hook}: {error}")]
    Line {
        /// The hook.
        hook: String,
        /// What is wrong.
        error: StatementError,
    },
    /// There is no such setting.
    #[error("configure: there is no hook `{0}`")]
    Unknown(String),
    /// A mote has neither shell nor programs.
    #[error("configure: {0}: a mote is configured by `call: [...]` alone")]
    NoCall(String),
}

/// A statement whose symbols have been found.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The line.
    pub statement: Statement,
    /// What its names stand for.
    pub symbols: BTreeMap<String, Symbol>,
}

impl Ready {
    /// Whether it gives the mote the packet processor.
    pub fn taps(&self) -> bool {
        match &self.statement {
            Statement::Call { arguments, .. } => arguments.contains(&Argument::Tap),
            Statement::Assign { .. } => false,
        }
    }
}

/// What can be asked of the mote.
#[derive(Debug, Default)]
pub struct Hooks {
    /// After each start.
    pub begin: Vec<Ready>,
    /// For each setting, by its name.
    pub settings: BTreeMap<String, Vec<Ready>>,
    /// For sending a packet; empty: it cannot.
    pub send: Vec<Ready>,
    /// Hooks that the image lacks a symbol for, in words: they are not offered.
    pub lacking: Vec<String>,
}

impl Hooks {
    /// Reads the lines. A hook whose symbols are not in the image is left out.
    pub fn read(
        configure: &Configure,
        send: &[String],
        library: &Library,
    ) -> Result<Self, HookError> {
        let mut hooks = Hooks::default();
        if let Some(begin) = &configure.begin {
            let lines = calls("begin", begin)?;
            hooks.begin = hooks.resolve("begin", lines, &[], library)?;
        }
        for (name, action) in &configure.hooks {
            let values = value::names(name).ok_or_else(|| HookError::Unknown(name.clone()))?;
            let ready = hooks.resolve(name, calls(name, action)?, &values, library)?;
            if !ready.is_empty() {
                hooks.settings.insert(name.clone(), ready);
            }
        }
        hooks.send = hooks.resolve("send-ipv6", send, &PACKET_VALUES, library)?;
        Ok(hooks)
    }

    /// What is done for a setting.
    pub fn of(&self, setting: &Setting) -> Option<&[Ready]> {
        let (name, _) = hook::named(setting)?;
        self.settings.get(name).map(Vec::as_slice)
    }

    fn resolve(
        &mut self,
        hook: &str,
        lines: &[String],
        values: &[&str],
        library: &Library,
    ) -> Result<Vec<Ready>, HookError> {
        let mut all = Vec::new();
        for line in lines {
            let statement = Statement::parse(line, values).map_err(|error| HookError::Line {
                hook: hook.to_owned(),
                error,
            })?;
            let mut symbols = BTreeMap::new();
            for name in statement.symbols() {
                match library.find(name) {
                    Some(symbol) => drop(symbols.insert(name.to_owned(), symbol)),
                    None => {
                        self.lacking.push(format!("{hook} for want of {name}"));
                        return Ok(Vec::new());
                    }
                }
            }
            all.push(Ready { statement, symbols });
        }
        Ok(all)
    }
}

fn calls<'a>(hook: &str, action: &'a Action) -> Result<&'a [String], HookError> {
    match action {
        Action::Call(lines) => Ok(lines),
        Action::Shell(_) | Action::Run(_) => Err(HookError::NoCall(hook.to_owned())),
    }
}
