//! Frames that wait until it is known what their last octets are.

use std::collections::VecDeque;
use std::time::Duration;

use sixlo_frames::context::ContextTable;

use super::link;
use super::trailer::{Decision, Evidence, Reason, Trailer};

/// Frames of an interface from which it is decided.
const LOOKED_AT: u32 = 64;
/// Frames that wait at most, of all interfaces.
pub(super) const MOST_WAITING: usize = 512;

/// A frame kept until then.
pub(super) struct Waiting {
    pub number: u64,
    pub at: Duration,
    pub interface: u32,
    pub link: u16,
    pub declared: link::Trailer,
    pub octets: Vec<u8>,
}

/// What is known of the trailers of one section's interfaces.
pub(super) struct Trailers {
    told: Option<Trailer>,
    contexts: ContextTable,
    interfaces: Vec<(Key, Known)>,
    pub queue: VecDeque<Waiting>,
}

/// Frames that have one kind of trailer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    interface: u32,
    declared: link::Trailer,
}

#[derive(Debug, Clone, Copy)]
enum Known {
    Looking(Evidence),
    Decided(Decision),
}

impl Trailers {
    pub fn new(told: Option<Trailer>, contexts: ContextTable) -> Self {
        Trailers {
            told,
            contexts,
            interfaces: Vec::new(),
            queue: VecDeque::new(),
        }
    }

    /// What was decided of frames like this one.
    pub fn decision(&self, interface: u32, declared: link::Trailer) -> Option<Decision> {
        if let Some(trailer) = self.told {
            let reason = Reason::Told;
            return Some(Decision { trailer, reason });
        }
        let key = Key {
            interface,
            declared,
        };
        match self.interfaces.iter().find(|(other, _)| *other == key) {
            Some((_, Known::Decided(decision))) => Some(*decision),
            _ => None,
        }
    }

    /// Lets a frame wait; it counts as evidence where its interface is not decided yet.
    pub fn wait(&mut self, frame: Waiting) {
        let key = Key {
            interface: frame.interface,
            declared: frame.declared,
        };
        if frame.declared.is_doubtful() && self.told.is_none() {
            let at = match self.interfaces.iter().position(|(other, _)| *other == key) {
                Some(at) => at,
                None => {
                    let looking = Known::Looking(Evidence::default());
                    self.interfaces.push((key, looking));
                    self.interfaces.len() - 1
                }
            };
            if let Known::Looking(evidence) = &mut self.interfaces[at].1 {
                evidence.add(&frame.octets, &self.contexts);
                if evidence.frames >= LOOKED_AT {
                    self.interfaces[at].1 = Known::Decided(evidence.decide(key.declared));
                }
            }
        }
        self.queue.push_back(frame);
        if self.queue.len() >= MOST_WAITING {
            self.decide_front();
        }
    }

    /// Decides of the frame that waits longest by what was seen so far.
    fn decide_front(&mut self) {
        let Some(front) = self.queue.front() else {
            return;
        };
        let key = Key {
            interface: front.interface,
            declared: front.declared,
        };
        for (other, known) in &mut self.interfaces {
            if *other == key
                && let Known::Looking(evidence) = known
            {
                *known = Known::Decided(evidence.decide(key.declared));
            }
        }
    }

    /// Decides of all, for nothing more comes of these interfaces.
    pub fn decide_all(&mut self) {
        for (key, known) in &mut self.interfaces {
            if let Known::Looking(evidence) = known {
                *known = Known::Decided(evidence.decide(key.declared));
            }
        }
    }

    /// Forgets the interfaces, once nothing waits any more.
    pub fn forget(&mut self) {
        self.interfaces.clear();
    }

    /// Whether the frame that waits longest need wait no more.
    pub fn is_front_ready(&self) -> bool {
        self.queue.front().is_some_and(|front| {
            !front.declared.is_doubtful()
                || self.decision(front.interface, front.declared).is_some()
        })
    }
}
