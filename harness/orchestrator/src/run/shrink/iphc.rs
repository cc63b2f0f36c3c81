//! Changes of the dispatch, the IPHC header and the headers in NHC behind it.

use sixlo_frames::craft::{Body, IphcSpec, NhcSpec};
use sixlo_judge::testcase::Send;

use super::change::{Changes, put_at};

/// Of one body into another.
pub(super) fn changes(changes: &mut Changes, from: &Body, to: &Body) {
    match (from, to) {
        (Body::Iphc(from), Body::Iphc(to)) => fields(changes, 0, from, to),
        (_, Body::Iphc(to)) => {
            changes.push("dispatch", shown(from), "IPHC", |send| {
                send.frames.body = Body::Iphc(IphcSpec::default());
            });
            fields(changes, 0, &IphcSpec::default(), to);
        }
        _ if from == to => {}
        _ => {
            let body = to.clone();
            changes.push("dispatch", shown(from), shown(to), move |send| {
                send.frames.body = body.clone();
            });
        }
    }
}

fn shown(body: &Body) -> &'static str {
    match body {
        Body::Ipv6 => "41 (IPv6)",
        Body::Iphc(_) => "IPHC",
        Body::Raw(_) => "raw octets",
        Body::Bare => "none",
    }
}

/// The IPHC header inside `depth` tunnels.
fn header(send: &mut Send, depth: usize) -> Option<&mut IphcSpec> {
    let Body::Iphc(spec) = &mut send.frames.body else {
        return None;
    };
    (0..depth).try_fold(spec, |spec, _| {
        spec.nhc.iter_mut().find_map(|nhc| match nhc {
            NhcSpec::Ipv6(inner) => Some(&mut **inner),
            _ => None,
        })
    })
}

/// A field of some bits: its name, how it is read and written.
type Number = (&'static str, fn(&IphcSpec) -> u8, fn(&mut IphcSpec, u8));
/// A field of one bit.
type Bit = (&'static str, fn(&IphcSpec) -> bool, fn(&mut IphcSpec, bool));

fn fields(changes: &mut Changes, depth: usize, from: &IphcSpec, to: &IphcSpec) {
    let name = |field: &str| match depth {
        0 => field.to_owned(),
        _ => format!("the tunnelled header's {field}"),
    };
    let number = |changes: &mut Changes, (field, get, put): Number| {
        let both = (&get(from), &get(to));
        changes.compare(name(field), both, u8::to_string, move |send, value| {
            if let Some(spec) = header(send, depth) {
                put(spec, value);
            }
        });
    };
    let bit = |changes: &mut Changes, (field, get, put): Bit| {
        let both = (&get(from), &get(to));
        let shown = |bit: &bool| u8::from(*bit).to_string();
        changes.compare(name(field), both, shown, move |send, value| {
            if let Some(spec) = header(send, depth) {
                put(spec, value);
            }
        });
    };
    let cid = |cid: &Option<u8>| match cid {
        Some(cid) => format!("1 (octet {cid:02x})"),
        None => "0".to_owned(),
    };
    number(changes, ("TF", |spec| spec.tf, |spec, tf| spec.tf = tf));
    bit(
        changes,
        (
            "pad bits",
            |spec| spec.pad_ones,
            |spec, ones| spec.pad_ones = ones,
        ),
    );
    number(
        changes,
        ("HLIM", |spec| spec.hlim, |spec, hlim| spec.hlim = hlim),
    );
    changes.compare(name("CID"), (&from.cid, &to.cid), cid, move |send, cid| {
        if let Some(spec) = header(send, depth) {
            spec.cid = cid;
        }
    });
    bit(
        changes,
        ("SAC", |spec| spec.sac, |spec, sac| spec.sac = sac),
    );
    number(
        changes,
        ("SAM", |spec| spec.sam, |spec, sam| spec.sam = sam),
    );
    bit(changes, ("M", |spec| spec.m, |spec, m| spec.m = m));
    bit(
        changes,
        ("DAC", |spec| spec.dac, |spec, dac| spec.dac = dac),
    );
    number(
        changes,
        ("DAM", |spec| spec.dam, |spec, dam| spec.dam = dam),
    );
    headers(changes, depth, &from.nhc, &to.nhc);
}

/// Which of the headers behind it are in NHC, from the first one on.
fn headers(changes: &mut Changes, depth: usize, from: &[NhcSpec], to: &[NhcSpec]) {
    let nhc = move |send: &mut Send, put: &dyn Fn(&mut Vec<NhcSpec>)| {
        if let Some(spec) = header(send, depth) {
            put(&mut spec.nhc);
        }
    };
    let name = |at: usize| match (depth, at) {
        (0, 0) => "NH".to_owned(),
        (_, 0) => "the tunnelled header's NH".to_owned(),
        (_, at) => format!("NH of header {at} in NHC"),
    };
    for (at, wanted) in to.iter().enumerate() {
        let plain = plain(wanted);
        let there = from.get(at);
        match there {
            Some(there) if kind(there) == kind(wanted) => {}
            there => {
                let was = there.map_or("0".to_owned(), |there| format!("1 ({})", kind(there)));
                let put = plain.clone();
                changes.push(
                    name(at),
                    was,
                    format!("1 ({})", kind(wanted)),
                    move |send| {
                        nhc(send, &|nhc| put_at(nhc, at, put.clone()));
                    },
                );
            }
        }
        let from = match there {
            Some(there) if kind(there) == kind(wanted) => there,
            _ => &plain,
        };
        details(changes, depth, at, from, wanted);
    }
    if from.len() > to.len() {
        let left = to.len();
        changes.push(name(left), "1", "0", move |send| {
            nhc(send, &|nhc| nhc.truncate(left));
        });
    }
}

/// What a header's kind leaves open.
fn details(changes: &mut Changes, depth: usize, at: usize, from: &NhcSpec, to: &NhcSpec) {
    if let (NhcSpec::Ipv6(from), NhcSpec::Ipv6(to)) = (from, to) {
        return fields(changes, depth + 1, from, to);
    }
    if let (Some((from_p, from_c)), Some((to_p, to_c))) = (udp(from), udp(to)) {
        changes.compare("P", (&from_p, &to_p), u8::to_string, move |send, value| {
            if let Some((p, _)) = udp_mut(send, depth, at) {
                *p = value;
            }
        });
        let shown = |c: &bool| u8::from(*c).to_string();
        changes.compare("C", (&from_c, &to_c), shown, move |send, value| {
            if let Some((_, c)) = udp_mut(send, depth, at) {
                *c = value;
            }
        });
        return;
    }
    if from != to {
        let whole = to.clone();
        changes.push(details_of(to), "in line", details_to(to), move |send| {
            if let Some(there) = header(send, depth).and_then(|spec| spec.nhc.get_mut(at)) {
                *there = whole.clone();
            }
        });
    }
}

fn details_to(nhc: &NhcSpec) -> &'static str {
    match nhc {
        NhcSpec::Extension { .. } => "left out",
        _ => "another",
    }
}

fn details_of(nhc: &NhcSpec) -> &'static str {
    match nhc {
        NhcSpec::Extension { .. } => "trailing padding",
        _ => "GHC code",
    }
}

fn udp(nhc: &NhcSpec) -> Option<(u8, bool)> {
    match nhc {
        NhcSpec::Udp { p, elide_checksum }
        | NhcSpec::GhcUdp {
            p, elide_checksum, ..
        } => Some((*p, *elide_checksum)),
        _ => None,
    }
}

fn udp_mut(send: &mut Send, depth: usize, at: usize) -> Option<(&mut u8, &mut bool)> {
    match header(send, depth)?.nhc.get_mut(at)? {
        NhcSpec::Udp { p, elide_checksum }
        | NhcSpec::GhcUdp {
            p, elide_checksum, ..
        } => Some((p, elide_checksum)),
        _ => None,
    }
}

/// The same kind of header with everything in line that can be.
fn plain(nhc: &NhcSpec) -> NhcSpec {
    match nhc {
        NhcSpec::Extension { .. } => NhcSpec::Extension {
            elide_padding: false,
        },
        NhcSpec::Ipv6(_) => NhcSpec::Ipv6(Box::default()),
        NhcSpec::Udp { .. } => NhcSpec::Udp {
            p: 0,
            elide_checksum: false,
        },
        NhcSpec::GhcUdp { code, .. } => NhcSpec::GhcUdp {
            p: 0,
            elide_checksum: false,
            code: *code,
        },
        other => other.clone(),
    }
}

fn kind(nhc: &NhcSpec) -> &'static str {
    match nhc {
        NhcSpec::Extension { .. } => "extension header",
        NhcSpec::Ipv6(_) => "IPv6",
        NhcSpec::Udp { .. } => "UDP",
        NhcSpec::GhcUdp { .. } => "UDP, GHC",
        NhcSpec::GhcIcmpv6(_) => "ICMPv6, GHC",
        NhcSpec::GhcExtension(_) => "extension header, GHC",
        NhcSpec::Raw(_) => "raw octets",
    }
}
