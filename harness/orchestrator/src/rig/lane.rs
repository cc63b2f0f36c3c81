//! One device with everything around it, driven by one thread.

use std::time::Duration;

use rustix::thread::{CpuSet, sched_setaffinity};
use sixlo_agent_protocol::{Abilities, HostMessage, PROTOCOL_VERSION, Setting};
use sixlo_frames::craft::{Body, FrameSpec, IphcSpec, craft};
use sixlo_frames::iid;
use sixlo_frames::mac::{MacAddress, MacFrame};
use sixlo_frames::packet::{Echo, Icmpv6, Ipv6Header, Message, Packet};
use sixlo_judge::profile::{Addresses, Profile, Simplest};
use sixlo_judge::testcase::{Given, Need};
use thiserror::Error;

use super::spec::{DutSpec, Program};
use super::watchdog::{START_WATCHDOG, WATCHDOG};
use super::{base, offers};
use crate::agent_link::{Hello, LinkError, Said};
use crate::clock::Clock;
use crate::dut::{HostProcess, SpawnError, Start};
use crate::medium::{AirSettings, VirtualAir};
use crate::tester::Tester;

/// Messages a device may say while one command is being answered.
const MOST_SAID: usize = 10_000;

/// Why a device cannot be judged.
#[derive(Debug, Error)]
pub enum RigError {
    /// Its process does not start.
    #[error("{dut}: {error}")]
    Spawn {
        /// The device.
        dut: String,
        /// What went wrong.
        error: SpawnError,
    },
    /// It does not answer its agent's first questions.
    #[error("{dut}: {error}; {ended}")]
    Link {
        /// The device.
        dut: String,
        /// What went wrong.
        error: LinkError,
        /// How its process ended.
        ended: String,
    },
    /// It speaks another version of the agent protocol.
    #[error(
        "{dut} speaks agent protocol {version}, this harness speaks {PROTOCOL_VERSION}: build the port anew"
    )]
    Version {
        /// The device.
        dut: String,
        /// Its version.
        version: u32,
    },
    /// It does not answer as the protocol wants it.
    #[error(
        "{dut} answered {asked} with {answered}; it must answer {allowed} (agent-protocol/agent.cddl)"
    )]
    Dishonest {
        /// The device.
        dut: String,
        /// What was asked.
        asked: &'static str,
        /// What it said.
        answered: String,
        /// What the protocol allows.
        allowed: &'static str,
    },
}

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
    profile: Profile,
    hello: Hello,
    /// None after a crash, until the next trial wants it.
    pub(crate) device: Option<HostProcess>,
    pub(crate) clock: Clock,
    pub(crate) air: VirtualAir,
    pub(crate) tester: Tester,
    /// Settings of the last trial that the base does not have.
    pub(crate) has_foreign_settings: bool,
    /// The last trial left state behind.
    pub(crate) is_dirty: bool,
    /// When the device's next timer is due, on its own clock.
    pub(crate) next_timer_us: Option<u64>,
}

impl Lane {
    /// Starts the device, asks who it is, checks that it answers honestly,
    /// configures it and finds its simplest form.
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
        let mut device = spawn(&spec, &settings)?;
        let hello = match greet(&spec, &mut device) {
            Ok(hello) => hello,
            Err(Greeting::Rig(error)) => return Err(error),
            Err(Greeting::Link(error)) => {
                return Err(RigError::Link {
                    dut: spec.name.to_string(),
                    error,
                    ended: device.bury(),
                });
            }
        };
        let clock = match hello.abilities.has(Abilities::VIRTUAL_TIME) {
            true => Clock::at_epoch(),
            false => Clock::wall(),
        };
        let mut lane = Lane {
            profile: profile(&spec, &settings, &hello),
            tester: Tester::new(&settings.addresses, spec.simplest),
            air: VirtualAir::new(settings.air),
            clock,
            device: Some(device),
            has_foreign_settings: true,
            is_dirty: true,
            next_timer_us: None,
            hello,
            spec,
            settings,
        };
        lane.probe()?;
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

    /// Starts the device again if it has ended; it then has no settings.
    ///
    /// # Errors
    /// If it does not come back.
    pub(crate) fn revive(&mut self) -> Result<&mut HostProcess, RigError> {
        if self.device.is_none() {
            let mut device = spawn(&self.spec, &self.settings)?;
            match greet(&self.spec, &mut device) {
                Ok(hello) => self.hello = hello,
                Err(Greeting::Rig(error)) => return Err(error),
                Err(Greeting::Link(error)) => {
                    return Err(RigError::Link {
                        dut: self.spec.name.to_string(),
                        error,
                        ended: device.bury(),
                    });
                }
            }
            if self.clock.is_virtual() {
                self.clock = Clock::at_epoch();
            }
            self.has_foreign_settings = true;
            self.next_timer_us = None;
            self.device = Some(device);
        }
        match &mut self.device {
            Some(device) => Ok(device),
            None => unreachable!("a device was started above"),
        }
    }

    /// Ends the device; says in words how it had ended by itself.
    pub(crate) fn bury(&mut self) -> String {
        self.has_foreign_settings = true;
        match self.device.take() {
            Some(device) => device.bury(),
            None => "was not running".to_owned(),
        }
    }

    /// The settings a trial with these demands starts from.
    pub(crate) fn base_settings(&self, given: &[Given]) -> Vec<Setting> {
        base::settings(&self.settings.addresses, &self.spec.environment, given)
    }

    /// The settings a trial makes on top of those.
    pub(crate) fn own_settings(given: &[Given]) -> impl Iterator<Item = Setting> {
        given.iter().filter_map(base::setting)
    }

    /// A setting's name for people.
    pub(crate) fn setting_name(setting: &Setting) -> &'static str {
        base::name(setting)
    }

    /// Finds out which ND modes there are, and which simple form it answers.
    fn probe(&mut self) -> Result<(), RigError> {
        for (mode, need) in offers::ND_MODES {
            if self.ask(HostMessage::Configure {
                setting: Setting::Nd(mode),
            })? {
                self.profile.offers.insert(need);
            }
        }
        // A device without the hook does what it does; nothing says that it is not RFC 4861.
        self.profile.offers.insert(Need::NdClassic);
        for setting in self.base_settings(&[]) {
            self.ask(HostMessage::Configure { setting })?;
        }
        if self.ask(HostMessage::Reset)? {
            self.profile.offers.insert(Need::Reset);
        }
        let forms = match self.spec.simplest {
            Simplest::Ipv6 => [Simplest::Ipv6, Simplest::Iphc],
            Simplest::Iphc => [Simplest::Iphc, Simplest::Ipv6],
        };
        // Twice: the first answer of a cold neighbour cache may be lost (RFC 4861 7.2.2).
        for form in [forms[0], forms[0], forms[1], forms[1]] {
            self.tester.speak(form);
            if self.answers_echo(form)? {
                self.profile.simplest = form;
                return Ok(());
            }
        }
        // It answers neither; the trials will say so, in the form its dut.yaml names.
        self.tester.speak(self.spec.simplest);
        Ok(())
    }

    /// Whether a command is obeyed.
    fn ask(&mut self, message: HostMessage<'_>) -> Result<bool, RigError> {
        let dut = self.spec.name.to_string();
        let device = self.revive()?;
        let seq = device.link.queue(message);
        for _ in 0..MOST_SAID {
            match device.link.hear(WATCHDOG) {
                Ok(Said::Done(answered)) if answered == seq => return Ok(true),
                Ok(Said::Unsupported(answered) | Said::Refused(answered, _)) if answered == seq => {
                    return Ok(false);
                }
                Ok(_) => {}
                Err(error) => {
                    let ended = self.bury();
                    return Err(RigError::Link { dut, error, ended });
                }
            }
        }
        Err(RigError::Link {
            dut,
            error: LinkError::Flooded,
            ended: self.bury(),
        })
    }

    /// Whether an echo request in this form is answered, the device's own
    /// questions answered meanwhile.
    fn answers_echo(&mut self, form: Simplest) -> Result<bool, RigError> {
        let psdus = echo(&self.settings.addresses, form);
        let wanted = MacAddress::Extended(self.settings.addresses.tester.eui64);
        let limit = match self.profile.settles {
            true => WATCHDOG,
            false => self.spec.reply_within,
        };
        let Lane {
            device: Some(device),
            tester,
            clock,
            ..
        } = self
        else {
            return Ok(false);
        };
        let mut last = 0;
        for psdu in &psdus {
            last = device.link.queue(HostMessage::Receive { psdu });
        }
        for _ in 0..MOST_SAID {
            match device.link.hear(limit) {
                Ok(Said::Transmitted(psdu)) => {
                    if is_echo_reply(&psdu, wanted) {
                        return Ok(true);
                    }
                    for psdu in tester.hear(clock.now_us(), &psdu) {
                        last = device.link.queue(HostMessage::Receive { psdu: &psdu });
                    }
                }
                Ok(Said::Settled { seq, .. }) if seq == last => return Ok(false),
                Ok(_) => {}
                Err(LinkError::Silent(_)) => return Ok(false),
                Err(error) => {
                    return Err(RigError::Link {
                        dut: self.spec.name.to_string(),
                        error,
                        ended: self.bury(),
                    });
                }
            }
        }
        Ok(false)
    }
}

enum Greeting {
    Rig(RigError),
    Link(LinkError),
}

fn spawn(spec: &DutSpec, settings: &LaneSettings) -> Result<HostProcess, RigError> {
    let mut start = match &spec.program {
        Program::Own { name, arguments } => Start::own(name, arguments),
        Program::Other { path, arguments } => Start {
            program: path.clone(),
            arguments: arguments.clone(),
            cpu: None,
        },
    };
    start.cpu = settings.cpu;
    HostProcess::spawn(&start).map_err(|error| RigError::Spawn {
        dut: spec.name.to_string(),
        error,
    })
}

/// Says hello, and asks for something that does not exist: whoever says *done* to
/// that would say it to anything.
fn greet(spec: &DutSpec, device: &mut HostProcess) -> Result<Hello, Greeting> {
    let dut = || spec.name.to_string();
    let dishonest = |asked, answered: &Said, allowed| {
        Greeting::Rig(RigError::Dishonest {
            dut: dut(),
            asked,
            answered: format!("{answered:?}"),
            allowed,
        })
    };
    let asked = device.link.queue(HostMessage::Hello {
        version: PROTOCOL_VERSION,
    });
    let hello = loop {
        match device.link.hear(START_WATCHDOG).map_err(Greeting::Link)? {
            Said::Hello(seq, hello) if seq == asked => break hello,
            Said::Log(_) | Said::Hello(0, _) | Said::Transmitted(_) | Said::Delivered(_) => {}
            other => return Err(dishonest("hello", &other, "hello")),
        }
    };
    if hello.version != PROTOCOL_VERSION {
        return Err(Greeting::Rig(RigError::Version {
            dut: dut(),
            version: hello.version,
        }));
    }
    let asked = device.link.queue_nonsense();
    loop {
        match device.link.hear(WATCHDOG).map_err(Greeting::Link)? {
            Said::Unsupported(seq) if seq == asked => return Ok(hello),
            Said::Log(_) | Said::Transmitted(_) | Said::Delivered(_) => {}
            other => return Err(dishonest("an unknown command", &other, "unsupported")),
        }
    }
}

fn profile(spec: &DutSpec, settings: &LaneSettings, hello: &Hello) -> Profile {
    let mut offers = offers::of(hello);
    if spec.p6lowpan {
        offers.insert(Need::P6lowpan);
    }
    Profile {
        name: spec.name.clone(),
        stack: hello.stack.clone(),
        build: hello.build.clone(),
        offers,
        claims: spec.claims.clone(),
        done_by_port: spec.done_by_port.clone(),
        simplest: spec.simplest,
        addresses: settings.addresses.clone(),
        settles: hello.abilities.has(Abilities::SETTLES),
        virtual_time: hello.abilities.has(Abilities::VIRTUAL_TIME),
        tap: offers::tap(hello.tap),
        reply_within: spec.reply_within,
        reassembly_timeout: spec.reassembly_timeout.min(Duration::from_secs(60)),
        reset_is_cheap: spec.reset_is_cheap,
        class_unsupported_type: 253,
    }
}

/// A plain echo request to the device's link-local address.
fn echo(addresses: &Addresses, form: Simplest) -> Vec<Vec<u8>> {
    let (tester, dut) = (addresses.tester.eui64, addresses.dut.eui64);
    let packet = Packet::new(
        Ipv6Header::new(
            iid::link_local(iid::from_eui64(tester)),
            iid::link_local(iid::from_eui64(dut)),
        )
        .with_hop_limit(64),
        Icmpv6::from(Message::EchoRequest(Echo {
            identifier: 0x5158,
            sequence: 1,
            data: Vec::new(),
        })),
    );
    let spec = FrameSpec {
        mac: MacFrame::data(
            1,
            addresses.pan_id,
            MacAddress::Extended(dut),
            MacAddress::Extended(tester),
        ),
        body: match form {
            Simplest::Ipv6 => Body::Ipv6,
            Simplest::Iphc => Body::Iphc(IphcSpec::default()),
        },
        ..FrameSpec::default()
    };
    // An echo request without data fits both forms.
    craft(&spec, &packet.to_octets()).unwrap_or_default()
}

/// An echo reply to this MAC address, in one frame.
fn is_echo_reply(psdu: &[u8], to: MacAddress) -> bool {
    use sixlo_frames::context::ContextTable;
    use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
    let contexts = ContextTable::new();
    let dissection = dissect(
        psdu,
        &DissectOptions {
            contexts: &contexts,
            fcs: FcsMode::Present,
        },
    );
    dissection.mac.is_some_and(|mac| mac.dst == to)
        && dissection
            .packet
            .is_some_and(|packet| packet.get(6) == Some(&58) && packet.get(40) == Some(&129))
}
