//! What two sends differ in, as single changes that lead from one to the other.
//!
//! Lengths, checksums and next headers follow of themselves: a datagram is what is meant,
//! and its octets are made anew for every frame.

use std::fmt;

use sixlo_frames::craft::Fragmentation;
use sixlo_frames::packet::{Message, Payload};
use sixlo_judge::testcase::Send;

use super::{datagram, iphc};

/// One change of a send.
pub(super) struct Change {
    /// What is changed, such as `SAM`.
    pub name: String,
    /// From what.
    pub from: String,
    /// To what.
    pub to: String,
    put: Box<dyn Fn(&mut Send)>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Change { name, from, to, .. } = self;
        write!(f, "{name} {from} → {to}")
    }
}

/// The changes found so far, in the order in which they are made.
#[derive(Default)]
pub(super) struct Changes(Vec<Change>);

impl Changes {
    /// A change, if there is one.
    pub fn compare<T: PartialEq + Clone + 'static>(
        &mut self,
        name: impl Into<String>,
        (from, to): (&T, &T),
        shown: impl Fn(&T) -> String,
        put: impl Fn(&mut Send, T) + 'static,
    ) {
        if from != to {
            let value = to.clone();
            self.push(name, shown(from), shown(to), move |send| {
                put(send, value.clone());
            });
        }
    }

    /// A change.
    pub fn push(
        &mut self,
        name: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
        put: impl Fn(&mut Send) + 'static,
    ) {
        self.0.push(Change {
            name: name.into(),
            from: from.into(),
            to: to.into(),
            put: Box::new(put),
        });
    }
}

/// In place of what stands there, or behind the last.
pub(super) fn put_at<T>(list: &mut Vec<T>, at: usize, value: T) {
    if at < list.len() {
        list[at] = value;
    } else if at == list.len() {
        list.push(value);
    }
}

/// A send with some changes made.
pub(super) fn with<'c>(send: &Send, changes: impl IntoIterator<Item = &'c Change>) -> Send {
    let mut changed = send.clone();
    for change in changes {
        (change.put)(&mut changed);
    }
    changed
}

/// Every change that leads from one normal send to another; all of them make it the other.
pub(super) fn between(from: &Send, to: &Send) -> Vec<Change> {
    let mut changes = Changes::default();
    datagram::changes(&mut changes, from, to);
    mac(&mut changes, from, to);
    around(&mut changes, from, to);
    iphc::changes(&mut changes, &from.frames.body, &to.frames.body);
    let Changes(mut changes) = changes;
    // What is not said above is one change.
    let reached = with(from, &changes);
    if (&reached.datagram, &reached.frames) != (&to.datagram, &to.frames) {
        let whole = to.clone();
        let rest = Change {
            name: "the rest of the frame".to_owned(),
            from: "plain".to_owned(),
            to: "as the case has it".to_owned(),
            put: Box::new(move |send| *send = whole.clone()),
        };
        changes.push(rest);
    }
    changes
}

/// A send in which everything that is filled in trial by trial is the same, and which is
/// cut where it must be.
pub(super) fn normal(send: &Send) -> Send {
    let mut send = send.clone();
    let filled = send.filled;
    send.frames.mac.sequence_number = Some(0);
    send.frames.mac.payload.clear();
    if filled.bc0 {
        send.frames.bc0 = Some(0);
    }
    match &mut send.frames.fragmentation {
        cut @ Fragmentation::None => {
            *cut = Fragmentation::Auto {
                tag: 0,
                first: None,
            };
            send.filled.tag = true;
        }
        Fragmentation::Auto { tag, .. } if filled.tag => *tag = 0,
        Fragmentation::Plan(plan) if filled.tag => plan.iter_mut().for_each(|one| one.tag = 0),
        _ => {}
    }
    match &mut send.datagram.payload {
        Payload::Udp(udp) if filled.udp_data => {
            udp.data.iter_mut().take(8).for_each(|octet| *octet = 0);
        }
        Payload::Icmpv6(icmpv6) => {
            if let Message::EchoRequest(echo) = &mut icmpv6.message {
                echo.identifier = if filled.identifier {
                    0
                } else {
                    echo.identifier
                };
                echo.sequence = if filled.sequence { 0 } else { echo.sequence };
            }
        }
        _ => {}
    }
    send
}

fn mac(changes: &mut Changes, from: &Send, to: &Send) {
    let (a, b) = (&from.frames.mac, &to.frames.mac);
    let text = |address: &_| format!("{address}");
    changes.compare("MAC destination", (&a.dst, &b.dst), text, |send, dst| {
        send.frames.mac.dst = dst
    });
    changes.compare("MAC source", (&a.src, &b.src), text, |send, src| {
        send.frames.mac.src = src;
    });
    let rest = (
        &(
            a.version,
            a.ack_request,
            a.frame_pending,
            a.pan_id_compression,
            a.dst_pan,
            a.src_pan,
        ),
        &(
            b.version,
            b.ack_request,
            b.frame_pending,
            b.pan_id_compression,
            b.dst_pan,
            b.src_pan,
        ),
    );
    changes.compare(
        "MAC header",
        rest,
        |rest| format!("{rest:?}"),
        |send, rest| {
            let mac = &mut send.frames.mac;
            (
                mac.version,
                mac.ack_request,
                mac.frame_pending,
                mac.pan_id_compression,
                mac.dst_pan,
                mac.src_pan,
            ) = rest;
        },
    );
}

/// What stands before the dispatch, and how the datagram is cut.
fn around(changes: &mut Changes, from: &Send, to: &Send) {
    let (a, b) = (&from.frames, &to.frames);
    let octets = |octets: &Vec<u8>| sixlo_judge::matching::octets_shown(octets);
    changes.compare(
        "octets before the first header",
        (&a.leading, &b.leading),
        octets,
        |send, leading| send.frames.leading = leading,
    );
    mesh(changes, from, to);
    let bc0 = |bc0: &Option<u8>, filled: bool| match (bc0, filled) {
        (None, false) => None,
        (_, true) => Some(0),
        (number, false) => *number,
    };
    let (one, other) = (bc0(&a.bc0, from.filled.bc0), bc0(&b.bc0, to.filled.bc0));
    let put = (b.bc0, to.filled.bc0);
    if one != other {
        let shown = |bc0: Option<u8>| if bc0.is_some() { "there" } else { "none" };
        changes.push("LOWPAN_BC0", shown(one), shown(other), move |send| {
            (send.frames.bc0, send.filled.bc0) = put;
        });
    }
    let cut = (b.fragmentation.clone(), to.filled.tag);
    if shape(&a.fragmentation) != shape(&b.fragmentation) {
        let (from, to) = (shape(&a.fragmentation), shape(&b.fragmentation));
        changes.push("fragments", from, to, move |send| {
            (send.frames.fragmentation, send.filled.tag) = cut.clone();
        });
    }
    changes.compare(
        "order of fragments",
        (&from.order, &to.order),
        |order| format!("{order:?}"),
        |send, order| send.order = order,
    );
}

fn mesh(changes: &mut Changes, from: &Send, to: &Send) {
    let (Some(a), Some(b)) = (from.frames.mesh, to.frames.mesh) else {
        let shown = |mesh: &Option<_>| match mesh {
            Some(_) => "there".to_owned(),
            None => "none".to_owned(),
        };
        let both = (&from.frames.mesh, &to.frames.mesh);
        changes.compare("mesh header", both, shown, |send, mesh| {
            send.frames.mesh = mesh;
        });
        return;
    };
    changes.compare(
        "Hops Left",
        (&a.hops_left, &b.hops_left),
        |hops| hops.to_string(),
        |send, hops| {
            if let Some(mesh) = &mut send.frames.mesh {
                mesh.hops_left = hops;
            }
        },
    );
    let addresses = (
        &(a.originator, a.final_destination),
        &(b.originator, b.final_destination),
    );
    changes.compare(
        "mesh addresses",
        addresses,
        |(originator, last)| format!("{originator} to {last}"),
        |send, (originator, last)| {
            if let Some(mesh) = &mut send.frames.mesh {
                (mesh.originator, mesh.final_destination) = (originator, last);
            }
        },
    );
}

/// How a datagram is cut, its tag apart; as few fragments as fit are nothing special.
fn shape(fragmentation: &Fragmentation) -> String {
    match fragmentation {
        Fragmentation::None | Fragmentation::Auto { first: None, .. } => "as few as fit".to_owned(),
        Fragmentation::Auto {
            first: Some(first), ..
        } => format!("the first of {first} octets"),
        Fragmentation::Plan(plan) => {
            let pieces: Vec<String> = plan
                .iter()
                .map(|piece| format!("{}+{}", piece.start, piece.length))
                .collect();
            pieces.join(" ")
        }
        Fragmentation::Recoverable { .. } => "recoverable".to_owned(),
        Fragmentation::RecoverablePlan(plan) => format!("{} recoverable", plan.len()),
    }
}
