//! dut.yaml.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use sixlo_judge::link::Link;
use sixlo_judge::name::{DutName, Topic};
use sixlo_judge::profile::Simplest;

use super::bridge::{self, BlackBox, CoojaMote, RawBridge, RawConfigure, RawMac, Wpan, Zep};
use super::link::RawLink;
use super::{Port, known};
use crate::catalogue::error::CatalogueError;
use crate::catalogue::yaml::{self, At, addresses::Addresses, claims::Claims, scalar::Time};
use crate::rig::{DutSpec, Program, Requires};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    stack: String,
    version: String,
    lineage: String,
    embargo: Option<At<String>>,
    #[serde(rename = "known-as")]
    known_as: Option<At<String>>,
    duts: Vec<RawDut>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawDut {
    name: At<String>,
    start: RawStart,
    requires: Option<RawRequirement>,
    claims: Claims,
    simplest: RawSimplest,
    #[serde(default)]
    p6lowpan: bool,
    #[serde(default)]
    forwards: bool,
    #[serde(default)]
    link: Option<At<RawLink>>,
    pixit: RawPixit,
    #[serde(default)]
    done_by_port: Vec<String>,
    reset: RawReset,
    #[serde(default)]
    configure: RawConfigure,
    #[serde(default)]
    on_request: bool,
    #[serde(default)]
    environment: BTreeMap<u32, u64>,
    #[serde(default)]
    addresses: Addresses,
    #[serde(default)]
    air: RawAir,
}

#[derive(Debug, Deserialize)]
enum RawStart {
    /// A board of a rack: there is nothing to start here.
    #[serde(rename = "board")]
    Board,
    #[serde(rename = "self")]
    SelfProcess(String),
    #[serde(rename = "program")]
    Program(At<Vec<String>>),
    #[serde(rename = "zep")]
    Zep(Zep),
    #[serde(rename = "black-box")]
    BlackBox(Box<BlackBox>),
    #[serde(rename = "cooja-mote")]
    CoojaMote(CoojaMote),
    #[serde(rename = "wpan")]
    Wpan(Wpan),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRequirement {
    file: String,
    get: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawSimplest {
    Ipv6,
    Iphc,
    IphcExtensions,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPixit {
    #[serde(default)]
    pause: Time,
    reply_within: Time,
    reassembly_timeout: Time,
    reassembly_buffers: u16,
    #[serde(default)]
    mac: RawMac,
}

/// What carries its frames.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawAir {
    /// Everything that was taken arrives.
    #[default]
    Lossless,
    /// Some of it is lost.
    Lossy,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawReset {
    Cheap,
    Dear,
    None,
}

/// Reads a dut.yaml; `folder` is the port's.
pub(super) fn port(
    file: &str,
    text: &str,
    folder: &str,
    errors: &mut Vec<CatalogueError>,
) -> Option<Port> {
    let raw: File = match yaml::read(file, text) {
        Ok(raw) => raw,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let duts = raw
        .duts
        .into_iter()
        .filter_map(|dut| dut_of(file, dut, (&raw.stack, &raw.version), &raw.lineage, errors))
        .collect();
    let embargo = match raw.embargo {
        None => None,
        Some(text) => Some(
            known::embargo(file, &text)
                .map_err(|error| errors.push(error))
                .ok()?,
        ),
    };
    let known_as = match raw.known_as {
        Some(other) if !yaml::is_title(&other.value) || other.value == folder => {
            let text = format!(
                "`known-as: {}` is no other folder of firmware-under-test/ports (allowed: the name of one)",
                other.value
            );
            errors.push(CatalogueError::new(
                yaml::place(file, other.referenced),
                text,
            ));
            return None;
        }
        other => other.map(|other| other.value),
    };
    Some(Port {
        folder: folder.to_owned(),
        stack: raw.stack,
        version: raw.version,
        lineage: raw.lineage,
        embargo,
        known_as,
        duts,
        known: Vec::new(),
        cells: Vec::new(),
    })
}

fn dut_of(
    file: &str,
    raw: RawDut,
    (stack, version): (&str, &str),
    lineage: &str,
    errors: &mut Vec<CatalogueError>,
) -> Option<DutSpec> {
    let mut fail = |at: &At<String>, text: String| {
        errors.push(CatalogueError::new(yaml::place(file, at.referenced), text));
    };
    let name = &raw.name;
    if !yaml::is_title(&name.value) {
        let text = format!("`{}` is {}", name.value, yaml::NO_TITLE);
        fail(name, text);
        return None;
    }
    let mut behind = |bridge: &RawBridge| {
        let stack = format!("{stack} {version}");
        let (configure, mac) = (&raw.configure, &raw.pixit.mac);
        bridge::program(file, bridge, configure, mac, &stack, errors)
    };
    let contexts = match &raw.start {
        RawStart::CoojaMote(mote) => mote.contexts(),
        _ => BTreeMap::new(),
    };
    let program = match raw.start {
        RawStart::Zep(zep) => behind(&RawBridge::Zep(&zep))?,
        RawStart::BlackBox(black_box) => behind(&RawBridge::BlackBox(&black_box))?,
        RawStart::CoojaMote(mote) => behind(&RawBridge::CoojaMote(&mote))?,
        RawStart::Wpan(wpan) => behind(&RawBridge::Wpan(&wpan))?,
        RawStart::Board => Program::Board,
        RawStart::SelfProcess(name) => Program::Own {
            name,
            arguments: Vec::new(),
        },
        RawStart::Program(words) => {
            let Some((path, arguments)) = words.value.split_first() else {
                let text = "`program` names a program, and its arguments after it";
                let place = yaml::place(file, words.referenced);
                errors.push(CatalogueError::new(place, text));
                return None;
            };
            Program::Other {
                path: PathBuf::from(path),
                arguments: arguments.to_vec(),
            }
        }
    };
    let mut read_at = |(at, text)| {
        errors.push(CatalogueError::new(yaml::place(file, at), text));
    };
    let claims = raw.claims.read().map_err(&mut read_at);
    let addresses = raw.addresses.read().map_err(&mut read_at);
    let link = match raw.link {
        None => Link::Plain,
        Some(link) => match link.value.link() {
            Ok(read) => read,
            Err(text) => {
                let place = yaml::place(file, link.referenced);
                errors.push(CatalogueError::new(place, text));
                return None;
            }
        },
    };
    let topics = |all: Vec<String>| all.into_iter().map(Topic).collect();
    let spec = DutSpec {
        name: DutName(raw.name.value),
        stack: stack.to_owned(),
        lineage: lineage.to_owned(),
        program,
        requires: raw.requires.map(|requires| Requires {
            file: PathBuf::from(requires.file),
            get: requires.get,
        }),
        claims: claims.ok()?,
        simplest: match raw.simplest {
            RawSimplest::Ipv6 => Simplest::Ipv6,
            RawSimplest::Iphc => Simplest::Iphc,
            RawSimplest::IphcExtensions => Simplest::IphcExtensions,
        },
        p6lowpan: raw.p6lowpan,
        forwards: raw.forwards,
        link,
        pause: raw.pixit.pause.0,
        reply_within: raw.pixit.reply_within.0,
        reassembly_timeout: raw.pixit.reassembly_timeout.0,
        done_by_port: topics(raw.done_by_port),
        reset_is_cheap: raw.reset == RawReset::Cheap,
        reassembly_buffers: raw.pixit.reassembly_buffers,
        contexts,
        on_request: raw.on_request,
        environment: raw.environment.into_iter().collect(),
        addresses: addresses.ok()?,
        is_lossy: raw.air == RawAir::Lossy,
    };
    Some(spec)
}
