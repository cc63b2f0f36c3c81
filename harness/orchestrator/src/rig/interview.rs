//! What a device says of itself: hello, and its answer to each setting there is. It plays no trial.

use std::time::{Duration, Instant};

use sixlo_agent_protocol::{HostMessage, NdMode, PROTOCOL_VERSION, Setting};
use sixlo_judge::profile::Addresses;

use super::base;
use super::error::RigError;
use super::lane::{begin, process};
use super::spec::DutSpec;
use super::starter::Starter;
use crate::agent_link::{Hello, LinkError, Said};
use crate::dut::Dut;

/// How long round trips are counted for, at most, and how many of them.
const COUNTED_FOR: Duration = Duration::from_millis(200);
const MOST_ROUND_TRIPS: u32 = 1000;

/// A device's answer to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Obeyed.
    Done,
    /// It has no such thing.
    Unsupported,
    /// It has, and could not obey: its words.
    Refused(String),
    /// Nothing that answers a command.
    Nothing,
}

/// One setting that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriedSetting {
    /// Its name.
    pub name: &'static str,
    /// Hello names it among the hooks.
    pub is_hook: bool,
    /// What came back.
    pub answer: Answer,
}

/// What a device says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Interview {
    /// Who it says it is.
    pub hello: Hello,
    /// From its start until it had said hello and refused nonsense.
    pub start: Duration,
    /// Each setting, in the protocol's order.
    pub settings: Vec<TriedSetting>,
    /// Its answer to a reset, and how long that took.
    pub reset: (Answer, Duration),
    /// Commands answered a second, one at a time.
    pub round_trips: f64,
}

/// Starts a device and asks it everything that has no consequences; then ends it.
///
/// # Errors
/// If it cannot be asked: the reasons for which a lane would not open.
pub fn interview(spec: &DutSpec, addresses: &Addresses) -> Result<Interview, RigError> {
    interview_with(process(&spec.program, None), spec, addresses)
}

/// The same with a device that something else starts.
///
/// # Errors
/// As [`interview`].
pub fn interview_with(
    mut starter: Starter,
    spec: &DutSpec,
    addresses: &Addresses,
) -> Result<Interview, RigError> {
    let addresses = &spec.addresses.over(addresses);
    let started = Instant::now();
    let (mut device, hello) = begin(&mut starter, spec)?;
    let start = started.elapsed();
    match ask_all(&mut *device, &hello, spec, addresses) {
        Ok((settings, reset, round_trips)) => Ok(Interview {
            hello,
            start,
            settings,
            reset,
            round_trips,
        }),
        Err(error) => Err(RigError::Link {
            dut: spec.name.to_string(),
            error,
            ended: device.bury(),
        }),
    }
}

type Asked = (Vec<TriedSetting>, (Answer, Duration), f64);

fn ask_all(
    device: &mut dyn Dut,
    hello: &Hello,
    spec: &DutSpec,
    addresses: &Addresses,
) -> Result<Asked, LinkError> {
    let mut tried: Vec<TriedSetting> = Vec::new();
    for setting in settings(addresses, &spec.environment) {
        let name = base::name(&setting);
        let is_hook = hello.hooks & setting.hook() != 0;
        let answer = ask(device, HostMessage::Configure { setting })?;
        // Of one name, what it obeys counts: contexts and modes are asked for more than once.
        match tried.iter_mut().find(|one| one.name == name) {
            Some(before) if before.answer != Answer::Done => before.answer = answer,
            Some(_) => {}
            None => tried.push(TriedSetting {
                name,
                is_hook,
                answer,
            }),
        }
    }
    let begin = Instant::now();
    let reset = ask(device, HostMessage::Reset)?;
    let reset = (reset, begin.elapsed());
    let (begin, mut round_trips) = (Instant::now(), 0);
    while begin.elapsed() < COUNTED_FOR && round_trips < MOST_ROUND_TRIPS {
        let version = PROTOCOL_VERSION;
        ask(device, HostMessage::Hello { version })?;
        round_trips += 1;
    }
    let rate = f64::from(round_trips) / begin.elapsed().as_secs_f64();
    Ok((tried, reset, rate))
}

/// Its answer to one command; everything else that it says meanwhile is passed over.
fn ask(device: &mut dyn Dut, message: HostMessage<'_>) -> Result<Answer, LinkError> {
    let link = device.link();
    let asked = link.queue(message);
    let mut answer = Answer::Nothing;
    while let Some(said) = link.hear()? {
        match said {
            Said::Done(seq) if seq == asked => answer = Answer::Done,
            Said::Unsupported(seq) if seq == asked => answer = Answer::Unsupported,
            Said::Refused(seq, why) if seq == asked => answer = Answer::Refused(why),
            _ => {}
        }
    }
    Ok(answer)
}

/// What every trial starts from, and one of each other kind.
fn settings(addresses: &Addresses, environment: &[(u32, u64)]) -> Vec<Setting> {
    let group = std::net::Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0x5158).octets();
    let mut settings = base::settings(addresses, environment, &[]);
    settings.extend([
        Setting::Nd(NdMode::Host),
        Setting::Nd(NdMode::Router),
        Setting::Group(group),
        Setting::Context {
            id: 1,
            prefix: addresses.prefix.octets(),
            prefix_length: 64,
            compress: true,
        },
        Setting::ChecksumElision(false),
        Setting::MeshHops(0),
        Setting::OpenPort(0xf0b1),
        Setting::Neighbour(addresses.prefix.octets(), addresses.peer.eui64),
        Setting::Defaults,
    ]);
    settings
}
