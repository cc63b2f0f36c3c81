//! A device without an agent: its medium, its shell, its process, and the settings made.

use std::collections::BTreeMap;
use std::os::fd::BorrowedFd;
use std::process::Command;
use std::time::{Duration, Instant};

use sixlo_agent::{Identity, Outbox, Outcome, Stack, Statistics};
use sixlo_agent_protocol::{Abilities, Setting, Tap};

use crate::child::Child;
use crate::console::Console;
use crate::error::BridgeError;
use crate::hook;
use crate::medium::{Medium, Overheard};
use crate::radio::Radio;
use crate::serve::Bridge;
use crate::settings::{Action, Configure, Personality, Reset, Shell};
use crate::zep::LARGEST_PSDU;

/// How long a shell may take to answer a line, unless dut.yaml says otherwise.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// How long until its first prompt.
const READY_WITHIN: Duration = Duration::from_secs(5);
/// Settings kept to be made again after a reset; no trial makes as many.
const MOST_SETTINGS: usize = 64;
/// What the harness is told; the line and its answer stand in the bridge's last words.
const REFUSED: &str = "the device's own answer says that it did not";

/// A device without an agent.
pub struct Bridged<M> {
    stack: String,
    radio: Radio<M>,
    child: Option<Child>,
    console: Option<Console>,
    configure: Configure,
    /// Placeholders that the device gave values to.
    learnt: BTreeMap<String, String>,
    /// Settings to make again after a reset.
    made: Vec<Setting>,
    /// It has just started, and nothing but settings has been asked of it since.
    is_fresh: bool,
    trouble: Option<BridgeError>,
}

impl<M: Medium> Bridged<M> {
    /// The device, started if it is a program.
    ///
    /// # Errors
    /// If it does not start, or its shell does not.
    pub fn new(
        stack: String,
        medium: M,
        child: Option<Child>,
        configure: Configure,
        mac: Personality,
    ) -> Result<Self, BridgeError> {
        let mut bridged = Bridged {
            stack,
            radio: Radio::new(medium, mac),
            child,
            console: None,
            configure,
            learnt: BTreeMap::new(),
            made: Vec::new(),
            is_fresh: false,
            trouble: None,
        };
        bridged.restart()?;
        bridged.begin()?;
        Ok(bridged)
    }

    /// Ends the program and starts it again; nothing of before is heard any more.
    fn restart(&mut self) -> Result<(), BridgeError> {
        let Some(child) = &mut self.child else {
            return Ok(());
        };
        self.console = None;
        child.end();
        self.radio.forget()?;
        let (input, output) = child.start()?;
        self.console = Some(Console::new(input, output)?);
        self.ready("")
    }

    /// Waits for a prompt that no line was sent for.
    fn ready(&mut self, line: &str) -> Result<(), BridgeError> {
        let limit = self.configure.ready_within.unwrap_or(READY_WITHIN);
        if let (Some(console), Some(prompt)) = (&mut self.console, &self.configure.prompt) {
            console.wait(prompt, limit, line)?;
        }
        Ok(())
    }

    /// Asks the device what only it knows, and tells it what it is told at every start.
    fn begin(&mut self) -> Result<(), BridgeError> {
        for (name, learn) in self.configure.learn.clone() {
            let answer = self.ask(&learn.send)?;
            let word = answer
                .split_once(&learn.after)
                .and_then(|(_, behind)| behind.split_whitespace().next());
            let Some(word) = word else {
                return Err(BridgeError::Refused {
                    line: learn.send,
                    got: answer,
                });
            };
            self.learnt.insert(name, word.to_owned());
        }
        match self.configure.begin.clone() {
            Some(action) => self.act(&action, &[]),
            None => Ok(()),
        }
    }

    /// As after power-on, with the settings made again.
    fn start_over(&mut self, reset: &Reset) -> Result<(), BridgeError> {
        match reset {
            Reset::Restart => self.restart()?,
            Reset::Run(words) => {
                self.run(words, &[])?;
                self.radio.forget()?;
            }
            Reset::Shell(shell) => {
                for line in &shell.send {
                    self.ask(line)?;
                }
                self.radio.forget()?;
            }
        }
        self.begin()?;
        for setting in self.made.clone() {
            match self.make(&setting) {
                // What it refused before it was told so, then.
                Ok(_) | Err(BridgeError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Makes one setting; whether there is a way to.
    fn make(&mut self, setting: &Setting) -> Result<bool, BridgeError> {
        let Some((name, values)) = hook::named(setting) else {
            return Ok(false);
        };
        let Some(action) = self.configure.hooks.get(name).cloned() else {
            return Ok(false);
        };
        self.act(&action, &values).map(|()| true)
    }

    fn act(&mut self, action: &Action, values: &[(&str, String)]) -> Result<(), BridgeError> {
        match action {
            Action::Run(words) => self.run(words, values),
            Action::Call(_) => Err(BridgeError::Settings {
                error: "a device in a process of its own has no functions to call".into(),
            }),
            Action::Shell(Shell { send, expect }) => {
                for line in send {
                    let line = self.filled(line, values);
                    let got = self.ask(&line)?;
                    let is_refused = self.configure.refusals.iter().any(|no| got.contains(no));
                    let is_expected = expect.as_ref().is_none_or(|text| got.contains(text));
                    if is_refused || !is_expected {
                        return Err(BridgeError::Refused { line, got });
                    }
                }
                Ok(())
            }
        }
    }

    /// A line for the shell, and its answer. A device without a shell is none of dut.yaml's.
    fn ask(&mut self, line: &str) -> Result<String, BridgeError> {
        let limit = self.configure.answers_within.unwrap_or(ANSWERS_WITHIN);
        match (&mut self.console, &self.configure.prompt) {
            (Some(console), Some(prompt)) => console.ask(line, prompt, limit),
            _ => Err(BridgeError::Refused {
                line: line.to_owned(),
                got: "no shell: dut.yaml gives no `prompt`, or the device is no program".to_owned(),
            }),
        }
    }

    /// Runs a program on this machine and waits for its end.
    fn run(&mut self, words: &[String], values: &[(&str, String)]) -> Result<(), BridgeError> {
        let words: Vec<String> = words.iter().map(|word| self.filled(word, values)).collect();
        let Some((program, arguments)) = words.split_first() else {
            return Ok(());
        };
        let output = Command::new(program).args(arguments).output();
        let output = output.map_err(|error| BridgeError::Start {
            program: program.clone(),
            error,
        })?;
        match output.status.success() {
            true => Ok(()),
            false => Err(BridgeError::Refused {
                line: words.join(" "),
                got: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            }),
        }
    }

    fn filled(&self, line: &str, values: &[(&str, String)]) -> String {
        let given = values.iter().map(|(name, value)| (*name, value.as_str()));
        let learnt = self.learnt.iter();
        let learnt = learnt.map(|(name, value)| (name.as_str(), value.as_str()));
        hook::filled(line, given.chain(learnt))
    }

    /// What a command comes to: a refusal is the device's, all else stops the bridge.
    fn outcome(&mut self, result: Result<bool, BridgeError>) -> Outcome {
        match result {
            Ok(true) => Outcome::Done,
            Ok(false) => Outcome::Unsupported,
            Err(error @ BridgeError::Refused { .. }) => {
                eprintln!("sixlo dut: {error}");
                Outcome::Refused(REFUSED)
            }
            Err(error) => {
                self.trouble = Some(error);
                Outcome::Refused("the bridge cannot go on")
            }
        }
    }

    /// Notices that the device's program has ended.
    fn look_after_child(&mut self) {
        let (Some(console), Some(child)) = (&mut self.console, &mut self.child) else {
            return;
        };
        console.drain();
        if console.is_closed() {
            let words = console.last_words();
            let ended = child.wait();
            self.trouble = Some(BridgeError::Ended(match words.is_empty() {
                true => ended,
                false => format!("{ended}; its last words: {words}"),
            }));
        }
    }
}

impl<M: Medium> Stack for Bridged<M> {
    fn identity(&self) -> Identity<'_> {
        let names = self.configure.hooks.keys().map(String::as_str);
        let forgets = match self.configure.reset {
            Some(_) => Setting::Defaults.hook(),
            None => 0,
        };
        Identity {
            stack: &self.stack,
            build: "unmodified image behind a bridge",
            abilities: Abilities::FILTERS,
            hooks: hook::bits(names) | forgets,
            tap: Tap::None,
            largest_psdu: LARGEST_PSDU as u16,
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        if *setting == Setting::Defaults {
            let Some(reset) = self.configure.reset.clone() else {
                return Outcome::Unsupported;
            };
            self.made.clear();
            let started = self.start_over(&reset);
            self.is_fresh = true;
            return self.outcome(started.map(|()| true));
        }
        let made = self.make(setting);
        if matches!(made, Ok(true)) && self.made.len() < MOST_SETTINGS {
            self.made.push(setting.clone());
        }
        self.outcome(made)
    }

    fn reset(&mut self, _out: &mut dyn Outbox) -> Outcome {
        let Some(reset) = self.configure.reset.clone() else {
            return Outcome::Unsupported;
        };
        // Its settings were made right after a start: it is as after a reset already.
        if std::mem::take(&mut self.is_fresh) {
            return Outcome::Done;
        }
        let started = self.start_over(&reset);
        self.outcome(started.map(|()| true))
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        self.is_fresh = false;
        if let Err(error) = self.radio.put(psdu, out) {
            self.trouble = Some(error);
        }
        self.look_after_child();
    }

    fn advance(&mut self, _now_us: u64, out: &mut dyn Outbox) {
        if let Err(error) = self.radio.listen(out) {
            self.trouble = Some(error);
        }
        self.look_after_child();
    }

    fn next_timer_us(&self) -> Option<u64> {
        None
    }

    fn statistics(&self) -> Option<Statistics> {
        let Overheard { sent, heard } = self.radio.overheard()?;
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Some(Statistics {
            received: count(heard),
            transmitted: count(sent),
            dropped: count(sent.saturating_sub(heard)),
        })
    }
}

impl<M: Medium> Bridge for Bridged<M> {
    fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        let console = self.console.as_ref().map(Console::descriptor);
        self.radio
            .descriptors()
            .into_iter()
            .chain(console)
            .collect()
    }

    fn next_wake(&self) -> Option<Instant> {
        self.radio.next_wake()
    }

    fn trouble(&mut self) -> Option<BridgeError> {
        self.trouble.take()
    }
}
