//! Plays everything: one lane a CPU, one device a lane at a time.

use std::fmt::Display;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Instant;

use rustix::thread::sched_getaffinity;
use sixlo_judge::judge::calibrate;
use sixlo_judge::name::CaseId;
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Kind, TestCase};
use sixlo_judge::trial::Trial;

use super::attempts::Bench;
use super::before::Before;
use super::device::Device;
use super::error::JournalError;
use super::event::{Event, LeftOut};
use super::handover::Handover;
use super::journal::Journal;
use super::memory::Memory;
use super::plan;
use super::queue::Queue;
use super::recorder::{Entry, Recorder, RecorderHandle, Stopped};
use super::selected::Selected;
use crate::catalogue::{Catalogue, Parameters, compile};
use crate::rig::{Lane, LaneSettings};

/// Plays what is selected, records it in `journal`, and says so as it goes.
/// What a killed run recorded stands in `before` and is not played again. Once `ended`
/// is set, no further trial is begun, and the journal comes back with those before it.
pub fn run(
    selected: &Selected,
    journal: Journal,
    before: &Before,
    ended: &AtomicBool,
    mut hear: impl FnMut(Event),
) -> Result<Journal, JournalError> {
    hear(Event::Started {
        folder: journal.folder().to_owned(),
        devices: selected.devices.len(),
    });
    let recorder = Recorder::start(journal);
    let queue = Queue::of(&selected.devices);
    let (says, said) = channel();
    let cpus = usable_cpus();
    thread::scope(|scope| {
        for &cpu in cpus.iter().cycle().take(lanes(&selected.devices, &cpus)) {
            let worker = Worker {
                selected,
                before,
                ended,
                cpu,
                recorder: recorder.handle(),
                says: says.clone(),
            };
            let queue = &queue;
            scope.spawn(move || worker.work(queue));
        }
        drop(says);
        said.into_iter().flatten().for_each(hear);
    });
    recorder.finish()
}

/// One lane a CPU, and one beside them for each device that only waits.
fn lanes(devices: &[Device], cpus: &[usize]) -> usize {
    let waits = |device: &&Device| device.seat.as_ref().is_some_and(|seat| seat.waits());
    let waiting = devices.iter().filter(waits).count();
    devices.len().min(cpus.len() + waiting)
}

/// The CPUs that this process may use.
fn usable_cpus() -> Vec<usize> {
    let Ok(allowed) = sched_getaffinity(None) else {
        return vec![0];
    };
    (0..rustix::thread::CpuSet::MAX_CPU)
        .filter(|&cpu| allowed.is_set(cpu))
        .collect()
}

/// Trials that no lane of a device has taken yet.
type Rest<'a> = Mutex<std::slice::Iter<'a, Planned<'a>>>;

/// Lanes that help a device whose time is the wall's.
const HELPERS: usize = 2;
/// Trials that are worth the start of another lane.
const WORTH_HELP: usize = 50;

/// How many more instances of a device play along: where time is the wall's, a lane
/// waits for deadlines most of its time, and several wait beside each other.
fn helpers(profile: &Profile, trials: usize) -> usize {
    match profile.virtual_time {
        true => 0,
        false => HELPERS.min(trials / WORTH_HELP),
    }
}

/// A lane's thread.
struct Worker<'a> {
    selected: &'a Selected<'a>,
    before: &'a Before,
    /// Whether the run has been ended from outside.
    ended: &'a AtomicBool,
    cpu: usize,
    recorder: RecorderHandle,
    says: Sender<Vec<Event>>,
}

impl Worker<'_> {
    fn work(&self, queue: &Queue) {
        while let Some(device) = queue.next() {
            if self.judge(&device).is_err() {
                // The run has been ended; or the recorder has failed, and says why then.
                return;
            }
        }
    }

    fn judge(&self, device: &Device) -> Result<(), Stopped> {
        self.goes_on()?;
        if let Some(why) = device.lacks() {
            return self.leave_out(device, why, true);
        }
        let opened = Instant::now();
        let mut lane = match device.open(self.settings()) {
            Ok(lane) => lane,
            Err(error) => return self.leave_out(device, error, false),
        };
        if let Some(why) = device.is_another(lane.hello()) {
            return self.leave_out(device, why, false);
        }
        let profile = Profile {
            class_unsupported_type: self.selected.parameters.class_unsupported_type,
            ..lane.profile().clone()
        };
        if let Some(why) = self.before.differs(&profile) {
            return self.leave_out(device, why, false);
        }
        self.recorder
            .record(Entry::Opened(Box::new(profile.clone())))?;
        let catalogue = self.selected.catalogue.addressed(&profile.addresses);
        let plan = self.plan(&profile, &catalogue, 1);
        let repeat = self.selected.selection.repeat;
        self.say(Event::Opened {
            profile: Box::new(profile.clone()),
            trials: plan.trials.len() + usize::from(repeat - 1) * plan.others().len(),
            not_applicable: plan.not_applicable.clone(),
        });
        let bench = self.bench(&mut lane, &profile, plan.calibrations())?;
        self.play(&mut lane, device, &bench, plan.others())?;
        drop(plan);
        // One round at a time: all of them at once would be as much memory as trials.
        for time in 2..=repeat {
            let again = self.plan(&profile, &catalogue, time);
            self.play(&mut lane, device, &bench, &again.trials)?;
        }
        for words in device.seat.iter().flat_map(|seat| seat.replaced()) {
            self.say(Event::Replaced {
                dut: profile.name.clone(),
                words,
            });
        }
        self.say(Event::Finished {
            dut: profile.name,
            took: opened.elapsed(),
        });
        Ok(())
    }

    /// Finds out what the device's oracles are worth.
    fn bench<'p>(
        &self,
        lane: &mut Lane,
        profile: &'p Profile,
        calibrations: &[Planned],
    ) -> Result<Bench<'p>, Stopped> {
        let mut evidence = Vec::new();
        let mut bench = Bench {
            profile,
            calibration: calibrate(profile, &[]),
            strict: self.selected.selection.strict,
            loss: self.selected.selection.loss,
        };
        let mut handover = self.handover(profile);
        let mut memory = Memory::default();
        for (case, trial) in calibrations {
            self.goes_on()?;
            let before = self.before.attempts(&trial.id);
            let played = (*case, trial);
            let seen = bench.settle(lane, played, before, &mut memory, &mut handover)?;
            let seen = seen.or_else(|| self.before.evidence(&trial.id));
            evidence.extend(seen.map(|seen| ((*case).clone(), trial.clone(), seen)));
        }
        drop(handover);
        bench.calibration = calibrate(profile, &evidence);
        Ok(bench)
    }

    fn play(
        &self,
        lane: &mut Lane,
        device: &Device,
        bench: &Bench,
        others: &[Planned],
    ) -> Result<(), Stopped> {
        let rest = Mutex::new(others.iter());
        thread::scope(|scope| {
            // There is one board, one black box, however many lanes there are.
            let is_there_once = device.seat.is_some() || device.spec.is_there_once();
            let helpers = match is_there_once {
                true => 0,
                false => helpers(bench.profile, others.len()),
            };
            for _ in 0..helpers {
                scope.spawn(|| self.help(device, bench, &rest));
            }
            self.play_rest(lane, bench, &rest)
        })
    }

    /// Plays along on a second instance of a device. Without one the others play all.
    fn help(&self, device: &Device, bench: &Bench, rest: &Rest) {
        let settings = LaneSettings {
            cpu: None,
            ..self.settings()
        };
        if let Ok(mut lane) = Lane::open(device.spec.clone(), settings) {
            // A recorder that has failed stops the first lane, too, which says so.
            let _ = self.play_rest(&mut lane, bench, rest);
        }
    }

    fn play_rest<'t>(
        &self,
        lane: &mut Lane,
        bench: &Bench,
        rest: &Rest<'t>,
    ) -> Result<(), Stopped> {
        if self.before.is_tardy(&bench.profile.name) {
            lane.distrust();
        }
        let mut memory = Memory::default();
        let next = || rest.lock().ok().and_then(|mut rest| rest.next());
        let mut handover = self.handover(bench.profile);
        while let Some((case, trial)) = next() {
            self.goes_on()?;
            let before = self.before.attempts(&trial.id);
            bench.settle(lane, (case, trial), before, &mut memory, &mut handover)?;
        }
        bench.end(lane, &mut memory, &mut handover)
    }

    fn handover(&self, profile: &Profile) -> Handover<'_> {
        let is_fast = profile.virtual_time && profile.settles;
        Handover::new(&self.recorder, &self.says, is_fast)
    }

    fn plan<'c>(&self, profile: &Profile, catalogue: &'c Catalogue, time: u16) -> Plan<'c> {
        let Selected {
            parameters,
            selection,
            ..
        } = self.selected;
        let parameters = Parameters {
            times: time..=time,
            ..parameters.addressed(&profile.addresses)
        };
        let mut plan = Plan::default();
        for case in plan::cases(&catalogue.cases, selection) {
            let compiled = compile(case, profile, &parameters);
            let trials = compiled.trials.into_iter().map(|trial| (case, trial));
            plan.trials.extend(trials);
            for lack in compiled.not_applicable {
                plan.not_applicable
                    .push((case.id.clone(), lack.to_string()));
            }
        }
        if selection.shuffle {
            let calibrations = plan.calibrations().len();
            let seed = selection.seed.wrapping_add(u64::from(time - 1));
            plan::shuffle(&mut plan.trials[calibrations..], seed);
        }
        plan
    }

    fn settings(&self) -> LaneSettings {
        let Selected {
            parameters,
            selection,
            ..
        } = self.selected;
        LaneSettings {
            addresses: parameters.addresses.clone(),
            air: selection.air(),
            cpu: Some(self.cpu),
        }
    }

    fn leave_out(&self, device: &Device, why: impl Display, missing: bool) -> Result<(), Stopped> {
        let left_out = LeftOut {
            dut: device.name().clone(),
            why: why.to_string(),
            missing,
        };
        self.recorder.record(Entry::LeftOut(left_out.clone()))?;
        self.say(Event::LeftOut(left_out));
        Ok(())
    }

    fn goes_on(&self) -> Result<(), Stopped> {
        match self.ended.load(Ordering::Relaxed) {
            true => Err(Stopped),
            false => Ok(()),
        }
    }

    fn say(&self, event: Event) {
        // Nobody listens only after the caller has panicked.
        let _ = self.says.send(vec![event]);
    }
}

/// A trial and its case.
type Planned<'a> = (&'a TestCase, Trial);

#[derive(Default)]
struct Plan<'a> {
    trials: Vec<Planned<'a>>,
    not_applicable: Vec<(CaseId, String)>,
}

impl<'a> Plan<'a> {
    /// What comes first: trials that show what the device's oracles are worth.
    fn calibrations(&self) -> &[Planned<'a>] {
        self.split().0
    }

    fn others(&self) -> &[Planned<'a>] {
        self.split().1
    }

    fn split(&self) -> (&[Planned<'a>], &[Planned<'a>]) {
        let is_calibration = |(case, _): &Planned| case.kind == Kind::Calibration;
        let calibrations = self.trials.partition_point(is_calibration);
        self.trials.split_at(calibrations)
    }
}
