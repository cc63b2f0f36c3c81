//! Every device by its name.

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use sixlo_bridges::BridgeError;

use crate::arguments::{ArgumentError, Arguments};
use crate::around::{Around, Boxed, Meddler};
use crate::{broken, foreign, linux, odd, reference, secured};
use sixlo_agent_process::serve;
use sixlo_port_smoltcp::Smoltcp;

/// How a device comes to life.
enum Start {
    /// A stack served by the loop of [`serve`].
    Stack(fn(&mut Arguments) -> Result<Boxed, ArgumentError>),
    /// Something that handles its stream itself.
    Program(fn(&mut Arguments) -> Result<ExitCode, ArgumentError>),
}

/// A file a device needs, and where it comes from.
struct Requirement {
    file: &'static str,
    package: &'static str,
    how: &'static str,
}

struct Device {
    name: &'static str,
    about: &'static str,
    requires: Option<Requirement>,
    start: Start,
}

const fn stack(
    name: &'static str,
    about: &'static str,
    make: fn(&mut Arguments) -> Result<Boxed, ArgumentError>,
) -> Device {
    Device {
        name,
        about,
        requires: None,
        start: Start::Stack(make),
    }
}

const fn program(
    name: &'static str,
    about: &'static str,
    run: fn(&mut Arguments) -> Result<ExitCode, ArgumentError>,
) -> Device {
    Device {
        name,
        about,
        requires: None,
        start: Start::Program(run),
    }
}

static DEVICES: &[Device] = &[
    stack(
        "p6lowpan-0",
        "P6LoWPAN reference node, level 0",
        reference::make::<0>,
    ),
    stack(
        "p6lowpan-1",
        "P6LoWPAN reference node, level 1",
        reference::make::<1>,
    ),
    stack(
        "p6lowpan-2",
        "P6LoWPAN reference node, level 2",
        reference::make::<2>,
    ),
    stack(
        "p6lowpan-3",
        "P6LoWPAN reference node, level 3",
        reference::make::<3>,
    ),
    stack(
        "p6lowpan-4",
        "P6LoWPAN reference node, level 4",
        reference::make::<4>,
    ),
    stack(
        "p6lowpan-5",
        "P6LoWPAN reference node, level 5",
        reference::make::<5>,
    ),
    stack("smoltcp", "smoltcp 0.14", |_| Ok(Box::new(Smoltcp::new()))),
    Device {
        name: "linux",
        about: "the kernel's own 6LoWPAN in User Mode Linux",
        requires: Some(Requirement {
            file: linux::KERNEL,
            package: "user-mode-linux",
            how: "apt-get install user-mode-linux",
        }),
        start: Start::Program(linux::run),
    },
    stack(
        "secured",
        "the reference node, level 5, behind a radio that secures frames; level=5|6|7",
        secured::secured,
    ),
    stack(
        "slow",
        "a stack that sends everything late; delay-ms=20",
        odd::slow,
    ),
    stack(
        "reordering",
        "a stack that sends every second answer before the first",
        odd::reordering,
    ),
    stack(
        "tardy",
        "a stack that sends each n-th answer k frames after it has settled; every=3, frames=5",
        odd::tardy,
    ),
    stack("silent", "obeys, settles, never says a word on air", |_| {
        Ok(Box::new(broken::Silent))
    }),
    stack(
        "echoing",
        "sends every frame back; swap=yes exchanges its MAC addresses",
        broken::echoing,
    ),
    stack(
        "wrong-identifier",
        "a stack whose echo replies bear another identifier",
        broken::wrong_identifier,
    ),
    stack(
        "dying",
        "a stack that ends at its n-th frame; how=abort|exit|panic",
        broken::dying,
    ),
    stack(
        "fragile",
        "a stack that ends at a frame that holds=OCTETS, behind one with first=OCTETS",
        broken::fragile,
    ),
    stack(
        "hanging",
        "a stack that answers nothing at all from its n-th frame on",
        broken::hanging,
    ),
    stack(
        "flooding",
        "a stack that talks without end from its n-th frame on; with=frames|packets|log|console",
        broken::flooding,
    ),
    stack(
        "rebooting",
        "a stack that starts again, saying hello, at its n-th frame",
        broken::rebooting,
    ),
    program(
        "zep",
        "a bridge to a node that speaks ZEP over UDP; settings=JSON",
        |arguments| bridge(arguments, sixlo_bridges::zep),
    ),
    program(
        "cooja-mote",
        "a bridge around a mote for Cooja, loaded as a shared object; settings=JSON",
        |arguments| bridge(arguments, sixlo_bridges::cooja_mote),
    ),
    program(
        "wpan",
        "a bridge to an interface of this machine, over a monitor; settings=JSON",
        |arguments| bridge(arguments, sixlo_bridges::wpan),
    ),
    program(
        "black-box",
        "a bridge to anything with a radio and an address; settings=JSON",
        |arguments| bridge(arguments, sixlo_bridges::black_box),
    ),
    program(
        "radio",
        "what a radio of a rack is, says and hears; settings=JSON",
        |arguments| bridge(arguments, sixlo_bridges::radio),
    ),
    program(
        "zep-node",
        "a node without an agent, behind ZEP and a shell: node-port=, tester-port=, of=p6lowpan-5",
        foreign::zep_node,
    ),
    program(
        "agent-radio",
        "a radio of a rack: own-port=, node-port=, sniffer-port=0, loses=0 (percent)",
        foreign::agent_radio,
    ),
    program(
        "agreeing",
        "answers every command with done, unknown ones too",
        broken::agreeing,
    ),
    program(
        "newer",
        "says hello in the agent protocol's next version",
        broken::newer,
    ),
    program(
        "nonsense",
        "puts garbage between its answers",
        broken::nonsense,
    ),
];

/// How a bridge ends whose radio is gone: the harness takes no other end of one for anything but
/// the device's own.
const TROUBLE_OF_THE_BENCH: u8 = 5;

/// Runs a bridge, whose settings the harness hands over.
fn bridge(
    arguments: &mut Arguments,
    run: fn(&str) -> Result<ExitCode, BridgeError>,
) -> Result<ExitCode, ArgumentError> {
    let settings = arguments.take("settings", "{}".to_owned(), "JSON, from dut.yaml")?;
    arguments.finish()?;
    Ok(run(&settings).unwrap_or_else(|error| {
        eprintln!("sixlo dut: {error}");
        match error.is_of_the_bench() {
            true => ExitCode::from(TROUBLE_OF_THE_BENCH),
            false => ExitCode::FAILURE,
        }
    }))
}

/// The names of all devices.
pub fn names() -> Vec<&'static str> {
    DEVICES.iter().map(|device| device.name).collect()
}

/// What the device of this name is.
pub fn about(name: &str) -> Option<&'static str> {
    find(name).map(|device| device.about)
}

fn find(name: &str) -> Option<&'static Device> {
    DEVICES.iter().find(|device| device.name == name)
}

/// A package that a device needs and this machine lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The device.
    pub device: String,
    /// The package.
    pub package: &'static str,
    /// How to get it.
    pub how: &'static str,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Missing {
            device,
            package,
            how,
        } = self;
        write!(f, "{device} needs the package {package}: {how}")
    }
}

impl std::error::Error for Missing {}

/// Whether everything the device needs is installed. An unknown name needs nothing.
pub fn availability(name: &str) -> Result<(), Missing> {
    let requirement = find(name).and_then(|device| device.requires.as_ref());
    match requirement {
        Some(requirement) if !Path::new(requirement.file).exists() => Err(Missing {
            device: name.to_owned(),
            package: requirement.package,
            how: requirement.how,
        }),
        _ => Ok(()),
    }
}

/// Makes the stack of this name, for a device that is made of another one.
pub(crate) fn make(name: &str, arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    match find(name).map(|device| &device.start) {
        Some(Start::Stack(make)) => make(arguments),
        _ => Err(ArgumentError::UnknownDevice(name.to_owned())),
    }
}

/// The stack around which another device is built, unless it is told which.
const AROUND: &str = "smoltcp";

/// Puts `meddler` around the stack that `--param around=NAME` names.
pub fn around(
    arguments: &mut Arguments,
    meddler: impl Meddler + 'static,
) -> Result<Boxed, ArgumentError> {
    let name = arguments.take("around", AROUND.to_owned(), "the name of a device")?;
    Ok(Box::new(Around::new(make(&name, arguments)?, meddler)))
}

/// Runs the device until its input closes.
pub fn start(arguments: &Arguments) -> Result<ExitCode, ArgumentError> {
    let mut arguments = arguments.clone();
    let device = find(&arguments.name)
        .ok_or_else(|| ArgumentError::UnknownDevice(arguments.name.clone()))?;
    match device.start {
        Start::Stack(make) => {
            let mut stack = make(&mut arguments)?;
            arguments.finish()?;
            Ok(serve(&mut *stack, arguments.boot))
        }
        Start::Program(run) => run(&mut arguments),
    }
}
