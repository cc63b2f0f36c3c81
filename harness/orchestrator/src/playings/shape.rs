//! Cases as they sound: rows and devices whose frames nobody can tell apart are one.

use std::time::Duration;

use sixlo_judge::link::Link;
use sixlo_judge::profile::{Profile, Simplest};
use sixlo_judge::testcase::TestCase;

use super::form::{Datagram, Form};
use super::script::{self, Part, Script, Unheard};
use crate::catalogue::{Parameters, able_to_everything};

/// What is heard of one or more rows of a case.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// The case's position among those that are listened for.
    pub case: usize,
    pub parts: Vec<Part>,
    /// What may have been played: never empty.
    pub ways: Vec<Way>,
    /// Behind the last frame answers count for so long.
    pub patience: Duration,
}

/// A row of the case's sweep, on a device that takes this form.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub label: String,
    pub simplest: Simplest,
    pub control: Option<Datagram>,
    pub sentinel: Option<Datagram>,
}

/// Answers come within so long where nothing else is said.
const USUAL: Duration = Duration::from_secs(2);

/// The shapes of a case between nodes with these addresses.
pub(super) fn of(
    case: usize,
    text: &TestCase,
    parameters: &Parameters,
) -> Result<Vec<Shape>, Unheard> {
    let mut shapes: Vec<Shape> = Vec::new();
    for simplest in [Simplest::Ipv6, Simplest::Iphc, Simplest::IphcExtensions] {
        for script in script::of(text, &profile(parameters, simplest), parameters)? {
            let patience = USUAL + script.patience;
            let Script {
                label,
                parts,
                control,
                sentinel,
                ..
            } = script;
            let way = Way {
                label,
                simplest,
                control,
                sentinel,
            };
            match shapes.iter_mut().find(|shape| shape.parts == parts) {
                Some(shape) => {
                    shape.patience = shape.patience.max(patience);
                    shape.ways.push(way);
                }
                None => shapes.push(Shape {
                    case,
                    parts,
                    ways: vec![way],
                    patience,
                }),
            }
        }
    }
    Ok(shapes)
}

/// A device of which nothing is known but its frames.
pub(super) fn profile(parameters: &Parameters, simplest: Simplest) -> Profile {
    Profile {
        name: "the device".into(),
        simplest,
        link: Link::Plain,
        settles: false,
        virtual_time: false,
        ..able_to_everything(parameters)
    }
}

impl Shape {
    /// Its frames in the order of sending, each with its step.
    pub fn frames(&self) -> impl Iterator<Item = (usize, &Form)> {
        self.parts.iter().enumerate().flat_map(|(at, part)| {
            let frames = match part {
                Part::Send(datagram) => datagram.frames.as_slice(),
                _ => &[],
            };
            frames.iter().map(move |form| (at, form))
        })
    }

    /// How long it is waited between these two steps.
    pub fn wait_between(&self, earlier: usize, later: usize) -> Duration {
        let between = self.parts.get(earlier..later).unwrap_or_default();
        between
            .iter()
            .map(|part| match part {
                Part::Wait(time) => *time,
                _ => Duration::ZERO,
            })
            .sum()
    }
}
