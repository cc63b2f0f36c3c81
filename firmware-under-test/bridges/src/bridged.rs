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
use crate::pulse::{Beat, Pulse};
use crate::radio::Radio;
use crate::serve::{Bridge, wait_readable};
use crate::settings::{Action, Configure, Personality, Reset, Shell};
use crate::zep::LARGEST_PSDU;

/// How long a shell may take to answer a line, unless dut.yaml says otherwise.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// How long until its first prompt.
const READY_WITHIN: Duration = Duration::from_secs(5);
/// How often a program is started before its shell counts as silent.
const MOST_STARTS: u32 = 3;
/// How often a device is looked at while its shell is waited for.
const LOOKS_AT_SHELL_EVERY: Duration = Duration::from_millis(20);
/// How long a device is waited for at a time; it is asked again then.
const RESTS_WITHIN: Duration = Duration::from_secs(1);
/// How often it is looked at meanwhile.
const LOOKS_EVERY: Duration = Duration::from_millis(2);
/// Settings kept to be made again after a reset; no trial makes as many.
const MOST_SETTINGS: usize = 64;
/// What the harness is told; the line and its answer stand in the bridge's last words.
const REFUSED: &str = "the device's own answer says that it did not";

/// A device without an agent.
pub struct Bridged<M> {
    stack: String,
    radio: Radio<M>,
    child: Option<Child>,
    /// What its process is doing, if it has one here.
    pulse: Option<Pulse>,
    /// Since when its own time is counted.
    marked: Option<Instant>,
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
            pulse: None,
            marked: None,
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
        self.pulse = child.process().map(Pulse::of);
        self.console = Some(Console::new(input, output)?);
        self.ready()?;
        self.let_it_begin()
    }

    /// Waits for a prompt that no line was sent for.
    fn ready(&mut self) -> Result<(), BridgeError> {
        let limit = self.configure.ready_within.unwrap_or(READY_WITHIN);
        match self.configure.prompt.clone() {
            Some(prompt) => self.wait_for(&prompt, limit, "").map(|_| ()),
            None => Ok(()),
        }
    }

    /// Waits for the prompt until the device has had `limit` of its own time; what came.
    fn wait_for(
        &mut self,
        prompt: &str,
        limit: Duration,
        line: &str,
    ) -> Result<String, BridgeError> {
        self.mark();
        let begin = Instant::now();
        loop {
            let Some(console) = &mut self.console else {
                return Ok(String::new());
            };
            let waited = console.wait(prompt, LOOKS_AT_SHELL_EVERY, line);
            let own = match self.pulse.as_mut().map(Pulse::feel) {
                None => begin.elapsed(),
                Some(Beat::Asleep(own)) => own,
                Some(Beat::Busy) => Duration::ZERO,
                Some(Beat::Hung) => return Err(BridgeError::Hung),
            };
            match waited {
                Err(BridgeError::NoPrompt {
                    prompt, line, got, ..
                }) if own >= limit || console.is_closed() => {
                    return Err(BridgeError::NoPrompt {
                        prompt,
                        limit,
                        line,
                        got,
                    });
                }
                Err(BridgeError::NoPrompt { .. }) => {}
                done => {
                    self.mark();
                    return done;
                }
            }
        }
    }

    /// Asks the device what only it knows, and tells it what it is told at every start.
    fn begin(&mut self) -> Result<(), BridgeError> {
        // One answer may tell several things.
        let mut answers = BTreeMap::new();
        for (name, learn) in self.configure.learn.clone() {
            let answer = match answers.get(&learn.send) {
                Some(answer) => String::clone(answer),
                None => self.ask(&learn.send)?,
            };
            answers.insert(learn.send.clone(), answer.clone());
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

    /// As after power-on, with the settings made again. A shell that does not come back is
    /// started once more, where that can be done: some lose a line now and then.
    fn start_over(&mut self, reset: &Reset) -> Result<(), BridgeError> {
        for _ in 1..MOST_STARTS {
            match self.try_to_start_over(reset) {
                Err(BridgeError::NoPrompt { .. }) if *reset == Reset::Restart => {}
                done => return done,
            }
        }
        self.try_to_start_over(reset)
    }

    fn try_to_start_over(&mut self, reset: &Reset) -> Result<(), BridgeError> {
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

    /// Makes one setting; if the shell does not come back, once more after a new start.
    fn make_surely(&mut self, setting: &Setting) -> Result<bool, BridgeError> {
        let made = self.make(setting);
        match (made, self.configure.reset.clone()) {
            (Err(BridgeError::NoPrompt { .. }), Some(reset)) if reset == Reset::Restart => {
                self.start_over(&reset)?;
                self.make(setting)
            }
            (made, _) => made,
        }
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
        match (&mut self.console, self.configure.prompt.clone()) {
            (Some(console), Some(prompt)) => {
                console.send(line)?;
                self.wait_for(&prompt, limit, line)
            }
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

    /// From here on the device's own time is counted.
    fn mark(&mut self) {
        self.marked = Some(Instant::now());
        if let Some(pulse) = &mut self.pulse {
            pulse.mark();
        }
    }

    /// Listens until the device has had `time` of its own since the mark and sleeps; says
    /// whether it does. One that never stops computing has hung.
    fn listen_to_rest(
        &mut self,
        time: Duration,
        out: &mut dyn Outbox,
    ) -> Result<bool, BridgeError> {
        let end = Instant::now() + RESTS_WITHIN;
        loop {
            // First this: what it has said before it fell asleep is heard after.
            let beat = match &mut self.pulse {
                Some(pulse) => pulse.feel(),
                None => return Ok(true),
            };
            let last_own = self.radio.last_own();
            self.radio.listen(out)?;
            self.look_after_child();
            let left = match beat {
                Beat::Hung => return Err(BridgeError::Hung),
                Beat::Busy => LOOKS_EVERY,
                Beat::Asleep(own) if own >= time && self.radio.last_own() == last_own => {
                    return Ok(true);
                }
                Beat::Asleep(own) => time.saturating_sub(own).max(LOOKS_EVERY),
            };
            if self.trouble.is_some() || Instant::now() >= end {
                return Ok(false);
            }
            wait_readable(&self.radio.descriptors(), left.min(RESTS_WITHIN))?;
        }
    }

    /// Waits until the device has been silent for so long, since it was told something last or
    /// sent: it hears nothing while it sends.
    fn keep_quiet(&mut self, quiet: Duration, out: &mut dyn Outbox) -> Result<(), BridgeError> {
        let end = Instant::now() + RESTS_WITHIN;
        while !quiet.is_zero() && Instant::now() < end {
            let last_own = self.radio.last_own();
            if last_own > self.marked {
                self.mark();
            }
            self.listen_to_rest(quiet, out)?;
            if self.radio.last_own() == last_own {
                break;
            }
        }
        Ok(())
    }

    /// What a node says when it starts it says under the addresses that it starts with. Some
    /// of it would still be waiting for the air when it is given others: frames that bear both.
    fn let_it_begin(&mut self) -> Result<(), BridgeError> {
        let quiet = self.radio.before_broadcast();
        self.keep_quiet(quiet, &mut Nobody)?;
        self.radio.forget()
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

/// Takes what nobody is to hear.
struct Nobody;

impl Outbox for Nobody {
    fn transmitted(&mut self, _psdu: &[u8]) {}

    fn delivered(&mut self, _packet: &[u8]) {}

    fn log(&mut self, _text: &str) {}
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
        let made = self.make_surely(setting);
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
        let put = self
            .keep_quiet(self.radio.before(psdu), out)
            .and_then(|()| self.radio.put(psdu, self.pulse.as_mut(), out));
        if let Err(error) = put {
            self.trouble = Some(error);
        }
        self.look_after_child();
        self.mark();
    }

    fn rest(&mut self, for_us: u64, out: &mut dyn Outbox) -> Outcome {
        if self.pulse.is_none() {
            return Outcome::Unsupported;
        }
        match self.listen_to_rest(Duration::from_micros(for_us), out) {
            Ok(true) => Outcome::Done,
            Ok(false) => Outcome::Refused("it is not at rest yet"),
            Err(error) => {
                self.trouble = Some(error);
                Outcome::Refused("the bridge cannot go on")
            }
        }
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
