//! One device with everything around it, driven by one thread.

use rustix::thread::{CpuSet, sched_setaffinity};
use sixlo_agent_protocol::{Abilities, HostMessage, Setting};
use sixlo_judge::evidence::Overheard;
use sixlo_judge::link::Role;
use sixlo_judge::profile::{Addresses, Profile};
use sixlo_judge::testcase::Given;

use super::error::RigError;
use super::greeting::greet;
use super::spec::{DutSpec, Program};
use super::starter::Starter;
use super::{base, probe, profile};
use crate::agent_link::{AgentLink, Hello, Said};
use crate::clock::Clock;
use crate::dut::{Dut, HostProcess, SpawnError, Start};
use crate::medium::{AirSettings, VirtualAir};
use crate::tester::{Security, Tester};

/// Lines of a device's log that are kept until they are asked for.
const MOST_LOGGED: usize = 1000;

/// What is the same for every lane of a run.
#[derive(Debug, Clone)]
pub struct LaneSettings {
    /// The link's addresses.
    pub addresses: Addresses,
    /// What the air does to frames.
    pub air: AirSettings,
    /// The CPU that the lane and its device share, if they are pinned.
    pub cpu: Option<usize>,
}

/// One device, its air, its clock, its neighbour.
pub struct Lane {
    spec: DutSpec,
    settings: LaneSettings,
    pub(super) profile: Profile,
    hello: Hello,
    starter: Starter,
    /// None after a crash, until the next trial wants it.
    device: Option<Box<dyn Dut>>,
    pub(crate) clock: Clock,
    pub(crate) air: VirtualAir,
    pub(crate) tester: Tester,
    /// None on a plain link.
    pub(crate) security: Option<Security>,
    /// The trial's own settings that the device has now; none where it has not even
    /// those of the base.
    pub(crate) given: Option<Vec<Given>>,
    /// It did not take all of those: they are asked for again, for the next trial that
    /// wants them must hear the refusal, too.
    pub(crate) refuses: bool,
    /// The last trial left state behind.
    pub(crate) is_dirty: bool,
    /// Trials that the device hung in, one after the other.
    pub(crate) hung_in_a_row: u32,
    /// When the device's next timer is due, on its own clock.
    pub(crate) next_timer_us: Option<u64>,
    /// With the base's settings alone it does nothing by itself when it starts; none
    /// where that is not known yet.
    pub(crate) starts_at_once: Option<bool>,
    /// Whether it can be asked if it has come to rest: so until it says that it cannot.
    pub(crate) rests: bool,
    /// Its answers come in the order of what they answer: a sentinel means something.
    pub(crate) keeps_order: bool,
    /// An answer came after the device had said settled, or answered its sentinel:
    /// from then on only its deadlines count.
    is_tardy: bool,
    /// Answers to nothing in the trial being played are kept.
    pub(crate) collects_strays: bool,
    /// Those kept.
    pub(crate) strays: Vec<Vec<u8>>,
    /// Lines that the device has logged, up to its last end.
    log: Vec<String>,
    /// What a second radio had heard when the last trial ended, since the device's bridge
    /// started.
    overheard: Overheard,
}

impl Lane {
    /// Starts the device, asks who it is, checks that it and the medium are honest,
    /// and finds out what only trying tells.
    ///
    /// # Errors
    /// If it cannot be judged at all.
    pub fn open(spec: DutSpec, settings: LaneSettings) -> Result<Self, RigError> {
        if let Some(cpu) = settings.cpu {
            let mut cpus = CpuSet::new();
            cpus.set(cpu);
            // Pinning is for speed alone: where it is not allowed the run is slower.
            let _ = sched_setaffinity(None, &cpus);
        }
        Lane::open_with(process(&spec.program, settings.cpu), spec, settings)
    }

    /// The same with a device that something else starts.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(
        mut starter: Starter,
        spec: DutSpec,
        settings: LaneSettings,
    ) -> Result<Self, RigError> {
        let (device, hello) = begin(&mut starter, &spec)?;
        let settings = LaneSettings {
            addresses: spec.addresses.over(&settings.addresses),
            ..settings
        };
        let mut lane = Lane {
            profile: profile::profile(&spec, &settings.addresses, &hello),
            tester: Tester::new(&settings.addresses, spec.simplest, &spec.link),
            security: Security::of(&spec.link, &settings.addresses),
            air: VirtualAir::new(AirSettings {
                pause: spec.pause,
                ..settings.air
            }),
            clock: Clock::of(&hello),
            starter,
            device: Some(device),
            given: None,
            refuses: false,
            is_dirty: true,
            hung_in_a_row: 0,
            next_timer_us: None,
            starts_at_once: None,
            rests: true,
            keeps_order: true,
            is_tardy: false,
            collects_strays: false,
            strays: Vec::new(),
            log: Vec::new(),
            overheard: Overheard::default(),
            hello,
            spec,
            settings,
        };
        let acknowledges = lane.hello.abilities.has(Abilities::ACKNOWLEDGES);
        lane.tester.acknowledge(acknowledges);
        probe::probe(&mut lane)?;
        Ok(lane)
    }

    /// What is known of the device.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Who the device says it is.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// What its dut.yaml says.
    pub fn spec(&self) -> &DutSpec {
        &self.spec
    }

    /// Whether nothing is lost on the way to the device and back, by construction.
    pub(crate) fn is_lossless(&self) -> bool {
        self.air.is_lossless() && !self.spec.is_lossy
    }

    /// Whether the device says settled and is believed.
    pub(crate) fn settles(&self) -> bool {
        self.profile.settles && !self.is_tardy
    }

    /// Whether an answer of the device came late.
    pub(crate) fn is_tardy(&self) -> bool {
        self.is_tardy
    }

    /// From now on neither settled nor a sentinel ends the waiting, but deadlines alone.
    pub(crate) fn distrust(&mut self) {
        self.is_tardy = true;
        self.keeps_order = false;
    }

    /// Asks the device a few more things, so that it comes out with what it may
    /// still hold back.
    pub(crate) fn hear_out(&mut self) {
        if self.hung_in_a_row == 0 {
            probe::hear_out(self);
        }
    }

    /// The link to the device; none where it is not running.
    pub(crate) fn link(&mut self) -> Option<&mut AgentLink> {
        self.device.as_mut().map(|device| device.link())
    }

    /// Starts the device again if it has ended; it then has no settings.
    ///
    /// # Errors
    /// If it does not come back.
    pub(crate) fn revive(&mut self) -> Result<(), RigError> {
        if self.device.is_some() {
            return Ok(());
        }
        let (device, hello) = begin(&mut self.starter, &self.spec)?;
        self.device = Some(device);
        self.overheard = Overheard::default();
        self.clock = Clock::of(&hello);
        self.hello = hello;
        self.given = None;
        self.next_timer_us = None;
        self.tester.lose_device();
        self.air.clear();
        Ok(())
    }

    /// Ends the device; says in words how it had ended by itself.
    pub(crate) fn bury(&mut self) -> String {
        self.given = None;
        self.keep_log();
        match self.device.take() {
            Some(device) => device.bury(),
            None => "was not running".to_owned(),
        }
    }

    /// Lines that the device has logged since they were last asked for.
    pub(crate) fn log(&mut self) -> Vec<String> {
        self.keep_log();
        std::mem::take(&mut self.log)
    }

    fn keep_log(&mut self) {
        let lines = self.device.as_mut().map(|device| device.link().log());
        self.log.extend(lines.unwrap_or_default());
        self.log.truncate(MOST_LOGGED);
    }

    /// Ends the device in whatever state it is, and the next trial starts another.
    pub(crate) fn abandon(&mut self) {
        // Its link may be what the harness panicked in: its log is not asked for.
        self.given = None;
        if let Some(device) = self.device.take() {
            device.bury();
        }
        self.is_dirty = true;
    }

    /// Whether what stands before the device ended in this way because of the bench: a bridge
    /// says so with the exit code for trouble, which a device of another process never gives it.
    pub(crate) fn is_of_the_bench(&self, ended: &str) -> bool {
        let Program::Bridge { kind, .. } = &self.spec.program else {
            return false;
        };
        let (how, _) = ended.split_once(';').unwrap_or((ended, ""));
        kind == "black-box" && how == "exited with code 5"
    }

    /// What a second radio heard since the trial before, of what it has heard by now.
    pub(crate) fn overheard_since(&mut self, now: Overheard) -> Overheard {
        now.since(std::mem::replace(&mut self.overheard, now))
    }

    /// Whether the device has a hook for this setting.
    pub(crate) fn offers(&self, setting: &Setting) -> bool {
        self.hello.hooks & setting.hook() != 0
    }

    /// The settings that a trial with these demands starts from, as far as there are
    /// hooks for them: what the base lacks is known from hello.
    pub(crate) fn base_settings(&self, given: &[Given]) -> Vec<Setting> {
        let mut settings = base::settings(&self.settings.addresses, &self.spec.environment, given);
        settings.extend(self.spec.addresses.channel.map(Setting::Channel));
        settings.retain(|setting| self.offers(setting));
        settings
    }

    /// The settings a trial makes on top of those; where the tester leads the device's
    /// network, it tells the contexts itself.
    pub(crate) fn own_settings(&self, given: &[Given]) -> Vec<Setting> {
        let thread = self.spec.link.thread();
        let leads = thread.is_some_and(|thread| thread.role == Role::Child);
        let is_told = |setting: &Setting| leads && matches!(setting, Setting::Context { .. });
        let settings = given.iter().filter_map(base::setting);
        settings.filter(|setting| !is_told(setting)).collect()
    }

    /// A setting's name for people.
    pub(crate) fn setting_name(setting: &Setting) -> &'static str {
        base::name(setting)
    }

    /// The bench failed under the device: whether another like it stands in its place, from
    /// the next trial on.
    pub(crate) fn replace(&mut self) -> bool {
        let has_other = self.starter.replace();
        if has_other {
            self.abandon();
        }
        has_other
    }

    /// The bench failed under the device: whether the same one is there again.
    pub(crate) fn has_returned(&mut self) -> bool {
        self.starter.returns() && self.revive().is_ok()
    }

    /// Resets the device behind its last trial, and says whether it lives through that.
    pub(crate) fn lives_through_reset(&mut self) -> bool {
        self.device.is_none() || self.ask(HostMessage::Reset).is_ok()
    }

    /// Whether a command is obeyed, outside of trials.
    pub(super) fn ask(&mut self, message: HostMessage<'_>) -> Result<bool, RigError> {
        self.revive()?;
        let Some(link) = self.link() else {
            return Ok(false);
        };
        let asked = link.queue(message);
        let mut obeyed = false;
        loop {
            match link.hear() {
                Ok(Some(Said::Done(seq))) => obeyed |= seq == asked,
                Ok(Some(_)) => {}
                Ok(None) => return Ok(obeyed),
                Err(error) => {
                    return Err(RigError::Link {
                        dut: self.spec.name.to_string(),
                        error,
                        ended: self.bury(),
                    });
                }
            }
        }
    }
}

/// Starts this program, each time it is asked to.
pub fn process(program: &Program, cpu: Option<usize>) -> Starter {
    let start = start(program, cpu);
    Box::new(move || -> Result<Box<dyn Dut>, SpawnError> {
        Ok(Box::new(HostProcess::spawn(&start)?))
    })
}

/// Starts the device and greets it; another in its place where the bench fails under it.
pub(super) fn begin(
    starter: &mut Starter,
    spec: &DutSpec,
) -> Result<(Box<dyn Dut>, Hello), RigError> {
    let dut = spec.name.to_string();
    loop {
        let begun = match starter.start() {
            Ok(device) => {
                let greeted = greet(&dut, device);
                let silence = match &greeted {
                    Err(RigError::Link { error, .. }) => Some(error),
                    _ => None,
                };
                if starter.greeted(silence) {
                    continue;
                }
                greeted
            }
            Err(error) => Err(RigError::Spawn {
                dut: dut.clone(),
                error,
            }),
        };
        match begun {
            Err(RigError::Spawn { .. } | RigError::Link { .. }) if starter.replace() => {}
            Ok((mut device, hello)) => {
                if watches(spec, &hello) {
                    device.link().be_patient();
                }
                return Ok((device, hello));
            }
            trouble => return trouble,
        }
    }
}

/// Whether it is a bridge in front of a device that may take its time: it knows by itself when
/// that hangs. A device of virtual time runs within its bridge, and they hang together.
fn watches(spec: &DutSpec, hello: &Hello) -> bool {
    matches!(spec.program, Program::Bridge { .. }) && !hello.abilities.has(Abilities::VIRTUAL_TIME)
}

fn start(program: &Program, cpu: Option<usize>) -> Start {
    let start = match program {
        Program::Own { name, arguments } => Start::own(name, arguments),
        Program::Other { path, arguments } => Start {
            program: path.clone(),
            arguments: arguments.clone(),
            cpu: None,
        },
        // Only a rack has it: what it would be as a process does not start, and says so.
        Program::Board => Start {
            program: "no process: a board of a rack, see --rack".into(),
            arguments: Vec::new(),
            cpu: None,
        },
        Program::Bridge { kind, settings } => {
            let settings = format!("settings={settings}");
            Start::own(kind, &["--param".to_owned(), settings])
        }
    };
    Start { cpu, ..start }
}
