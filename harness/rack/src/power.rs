//! A board's power: taken and given back by a command, or at a hub's port.

use std::process::{Command, Output};
use std::time::Duration;

use thiserror::Error;

/// How a board's power is switched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Power {
    /// By what.
    pub switch: Switch,
    /// How long it stays off when it is cycled.
    pub off_for: Duration,
}

/// What switches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Switch {
    /// Two commands, each a program and its arguments.
    Commands {
        /// Gives power.
        on: Vec<String>,
        /// Takes it.
        off: Vec<String>,
    },
    /// A port of a USB hub that can, by `uhubctl`.
    Hub {
        /// The hub, as `uhubctl` lists it, such as `1-1.4`.
        location: String,
        /// The port, from 1.
        port: u8,
    },
}

/// Why power was not switched.
#[derive(Debug, Error)]
pub enum PowerError {
    /// The program does not start.
    #[error("cannot start {program}: {error} (install it, or name another one under `power`)")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// It says that it could not.
    #[error("`{command}` ended with {status}: {words}")]
    Failed {
        /// The whole command.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The end of what it said.
        words: String,
    },
}

impl Power {
    /// Takes the power, or gives it.
    ///
    /// # Errors
    /// If the command does not start, or says that it failed.
    pub fn switch(&self, on: bool) -> Result<(), PowerError> {
        run(&self.command(on))
    }

    /// Takes the power, and gives it back after a while.
    ///
    /// # Errors
    /// As [`switch`](Self::switch).
    pub fn cycle(&self) -> Result<(), PowerError> {
        self.switch(false)?;
        // Capacitors hold a board up for a while: this is the time without power, and no wait
        // for anything that could be asked.
        std::thread::sleep(self.off_for);
        self.switch(true)
    }

    /// The program and its arguments.
    pub fn command(&self, on: bool) -> Vec<String> {
        match &self.switch {
            Switch::Commands {
                on: words,
                off: other,
            } => if on { words } else { other }.clone(),
            Switch::Hub { location, port } => {
                let action = if on { "on" } else { "off" };
                let port = port.to_string();
                ["uhubctl", "-l", location, "-p", &port, "-a", action]
                    .map(str::to_owned)
                    .to_vec()
            }
        }
    }
}

fn run(words: &[String]) -> Result<(), PowerError> {
    let Some((program, arguments)) = words.split_first() else {
        return Ok(());
    };
    let Output { status, stderr, .. } =
        Command::new(program)
            .args(arguments)
            .output()
            .map_err(|error| PowerError::Start {
                program: program.clone(),
                error,
            })?;
    if status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&stderr);
    let words_of = said.trim().lines().last().unwrap_or("it said nothing");
    Err(PowerError::Failed {
        command: words.join(" "),
        status,
        words: words_of.chars().take(200).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(on: &[&str], off: &[&str]) -> Power {
        let words = |all: &[&str]| all.iter().map(|&word| word.to_owned()).collect();
        Power {
            switch: Switch::Commands {
                on: words(on),
                off: words(off),
            },
            off_for: Duration::ZERO,
        }
    }

    #[test]
    fn a_cycle_takes_the_power_and_gives_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let log_of = |word: &str| format!("echo {word} >> {}", log.display());
        by(&["sh", "-c", &log_of("on")], &["sh", "-c", &log_of("off")])
            .cycle()
            .unwrap();
        assert_eq!(std::fs::read_to_string(log).unwrap(), "off\non\n");
    }

    #[test]
    fn what_fails_is_told_with_the_command_and_its_words() {
        let power = by(
            &["no-such-switch"],
            &["sh", "-c", "echo no hub >&2; exit 3"],
        );
        let error = power.switch(true).unwrap_err().to_string();
        assert!(
            error.starts_with("cannot start no-such-switch: "),
            "{error}"
        );
        let error = power.switch(false).unwrap_err().to_string();
        assert!(
            error.ends_with("ended with exit status: 3: no hub"),
            "{error}"
        );
    }

    #[test]
    fn a_port_of_a_hub_is_switched_by_uhubctl() {
        let power = Power {
            switch: Switch::Hub {
                location: "1-1.4".to_owned(),
                port: 2,
            },
            off_for: Duration::ZERO,
        };
        let words = power.command(false).join(" ");
        assert_eq!(words, "uhubctl -l 1-1.4 -p 2 -a off");
    }
}
