//! What a port's dut.yaml says of one device.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sixlo_judge::link::Link;
use sixlo_judge::name::{DutName, Topic};
use sixlo_judge::profile::{Claims, Simplest};

use super::addresses::Override;

/// One device of a port.
#[derive(Debug, Clone, PartialEq)]
pub struct DutSpec {
    /// The column's title.
    pub name: DutName,
    /// The stack's name.
    pub stack: String,
    /// Where its code descends from.
    pub lineage: String,
    /// What is started.
    pub program: Program,
    /// What must be installed for it.
    pub requires: Option<Requires>,
    /// What its maker claims.
    pub claims: Claims,
    /// The form its controls take, if the probe finds nothing else.
    pub simplest: Simplest,
    /// It declares P6LoWPAN.
    pub p6lowpan: bool,
    /// It is a router: what is for somebody else it passes on.
    pub forwards: bool,
    /// Its link.
    pub link: Link,
    /// The least time between two frames towards it: wall time, or virtual where its
    /// time is.
    pub pause: Duration,
    /// Deadline for an answer: wall time, or virtual where its time is.
    pub reply_within: Duration,
    /// How long it keeps an incomplete datagram.
    pub reassembly_timeout: Duration,
    /// Datagrams that it puts together at a time.
    pub reassembly_buffers: u16,
    /// Topics that the port does in place of the stack.
    pub done_by_port: Vec<Topic>,
    /// Resetting it costs little enough to be done before each trial.
    pub reset_is_cheap: bool,
    /// Contexts that are built into it: prefixes by identifier, with their lengths in bits.
    pub contexts: BTreeMap<u8, (Ipv6Addr, u8)>,
    /// It is played only where somebody names it: a twin of another column.
    pub on_request: bool,
    /// Knobs of the port's own, set once at the start.
    pub environment: Vec<(u32, u64)>,
    /// Addresses in place of the run's.
    pub addresses: Override,
    /// What carries its frames loses some: then `done` says that a frame was sent, and
    /// not that it arrived.
    pub is_lossy: bool,
}

/// What is started for a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// A device that lives in this very program, by its name there.
    Own {
        /// Its name.
        name: String,
        /// Further arguments, such as a seeded fault.
        arguments: Vec<String>,
    },
    /// Another program.
    Other {
        /// Its path.
        path: PathBuf,
        /// Its arguments.
        arguments: Vec<String>,
    },
    /// Nothing that runs on this machine: a board, which a rack file names.
    Board,
    /// A device without an agent, behind a bridge that lives in this very program.
    Bridge {
        /// What kind of bridge, such as `zep`.
        kind: String,
        /// What the bridge is told: an object, handed over as JSON.
        settings: serde_json::Value,
    },
}

/// Keys of a bridge's `start` that name a program or a file, alone or before its arguments.
const PATHS: [&str; 2] = ["program", "image"];

/// A file that a package brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requires {
    /// The file.
    pub file: PathBuf,
    /// The command that gets it.
    pub get: String,
}

impl DutSpec {
    /// A device of which nothing is known beforehand but how it is started: a plain link,
    /// no claims, deadlines that a process on this machine keeps.
    pub fn unknown(name: &str, program: Program) -> Self {
        DutSpec {
            name: name.into(),
            stack: name.to_owned(),
            lineage: name.to_owned(),
            program,
            requires: None,
            claims: Claims::default(),
            simplest: Simplest::Ipv6,
            p6lowpan: false,
            forwards: false,
            link: Link::Plain,
            pause: Duration::ZERO,
            reply_within: Duration::from_millis(50),
            reassembly_timeout: Duration::from_secs(60),
            reassembly_buffers: 4,
            done_by_port: Vec::new(),
            reset_is_cheap: true,
            contexts: BTreeMap::new(),
            on_request: false,
            environment: Vec::new(),
            addresses: Override::default(),
            is_lossy: false,
        }
    }

    /// Paths that are given relative to the folder of testcases/ and firmware-under-test/, from
    /// here. A program without a slash is looked for where the system looks.
    #[must_use]
    pub fn rooted(mut self, root: &Path) -> Self {
        match &mut self.program {
            Program::Other { path, .. } if path.components().count() > 1 => {
                *path = root.join(&*path);
            }
            Program::Bridge { settings, .. } => root_paths(settings, root),
            _ => {}
        }
        if let Some(requires) = &mut self.requires {
            requires.file = root.join(&requires.file);
        }
        self
    }

    /// With this image in place of that of its dut.yaml: the one behind its bridge, or the
    /// program itself where that is the file it requires.
    pub fn with_image(mut self, image: &Path) -> Option<Self> {
        match &mut self.program {
            Program::Bridge { settings, .. } => {
                let place = PATHS
                    .iter()
                    .find(|key| !settings["start"][**key].is_null())?;
                let place = match &mut settings["start"][*place] {
                    serde_json::Value::Array(words) => words.first_mut()?,
                    path => path,
                };
                *place = image.to_str()?.into();
            }
            Program::Other { path, .. } => {
                self.requires.as_ref().filter(|it| it.file == *path)?;
                image.clone_into(path);
            }
            Program::Own { .. } | Program::Board => return None,
        }
        if let Some(requires) = &mut self.requires {
            requires.file = image.to_owned();
        }
        Some(self)
    }

    /// Whether there is one of it alone: behind radios or an interface stands a device that was
    /// there before, and a second tester would meet the first one on the air.
    pub fn is_there_once(&self) -> bool {
        match &self.program {
            Program::Bridge { kind, .. } => matches!(kind.as_str(), "black-box" | "wpan"),
            Program::Board => true,
            Program::Own { .. } | Program::Other { .. } => false,
        }
    }

    /// What is missing on this machine, if anything.
    pub fn missing(&self) -> Option<&Requires> {
        self.requires
            .as_ref()
            .filter(|requires| !requires.file.exists())
    }
}

/// The same for the paths that a bridge is told.
fn root_paths(settings: &mut serde_json::Value, root: &Path) {
    use serde_json::Value;
    for key in PATHS {
        let path = match settings["start"].get_mut(key) {
            Some(Value::Array(words)) => words.first_mut(),
            path => path,
        };
        if let Some(Value::String(path)) = path
            && Path::new(&*path).components().count() > 1
        {
            *path = root.join(&*path).to_string_lossy().into_owned();
        }
    }
}
