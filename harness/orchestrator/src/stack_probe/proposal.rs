//! What dut.yaml should say, by what was seen: YAML to paste, and where it says otherwise now.

use std::time::Duration;

use serde::Serialize;
use sixlo_judge::matrix::{Cell, Column, Gap, RowTitle};
use sixlo_judge::profile::{Claims, Simplest};

use super::found::Row;
use crate::rig::{DutSpec, Program};

/// What was measured of it, beside its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub simplest: Simplest,
    pub reply_within: Duration,
    pub pause: Duration,
    pub reset: Reset,
}

/// What a reset costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Reset {
    Cheap,
    Dear,
    None,
}

/// A level, each row beyond it that passed, and each row within it that was not played.
pub(super) fn claims(titles: &[RowTitle], column: &Column) -> Claims {
    let level = column.receive_level.proven;
    let rows = || titles.iter().zip(&column.receive);
    let within = |title: &RowTitle| title.level.is_some() && title.level <= level;
    let of = |wanted: &dyn Fn(&RowTitle, Cell) -> bool| {
        rows()
            .filter(|(title, entry)| wanted(title, entry.cell))
            .map(|(title, _)| title.topic.clone())
            .collect()
    };
    Claims {
        level,
        rows: of(&|title, cell| cell == Cell::Yes && !within(title)),
        except: of(&|title, cell| cell != Cell::Yes && within(title)),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Pasted<'a> {
    claims: PastedClaims<'a>,
    simplest: Simplest,
    pixit: Pixit,
    reset: Reset,
}

#[derive(Serialize)]
struct PastedClaims<'a> {
    level: String,
    rows: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    except: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Pixit {
    #[serde(skip_serializing_if = "Option::is_none")]
    pause: Option<String>,
    reply_within: String,
    reassembly_timeout: String,
    reassembly_buffers: u16,
}

/// As it stands below `duts:` in dut.yaml. What was not measured is as it was.
pub(super) fn yaml(claims: &Claims, measured: &Measured, spec: &DutSpec) -> String {
    let words = |topics: &'_ [sixlo_judge::name::Topic]| -> Vec<String> {
        topics.iter().map(|topic| topic.0.clone()).collect()
    };
    let (rows, except) = (words(&claims.rows), words(&claims.except));
    let pasted = Pasted {
        claims: PastedClaims {
            level: claims
                .level
                .map_or("none".to_owned(), |level| level.to_string()),
            rows: rows.iter().map(String::as_str).collect(),
            except: except.iter().map(String::as_str).collect(),
        },
        simplest: measured.simplest,
        pixit: Pixit {
            pause: (!measured.pause.is_zero()).then(|| time(measured.pause)),
            reply_within: time(measured.reply_within),
            reassembly_timeout: time(spec.reassembly_timeout),
            reassembly_buffers: spec.reassembly_buffers,
        },
        reset: measured.reset,
    };
    let text = serde_yaml::to_string(&pasted).unwrap_or_default();
    // A level is a number to people.
    let text = match claims.level {
        Some(level) => text.replace(&format!("level: '{level}'"), &format!("level: {level}")),
        None => text,
    };
    let mut lines: String = text.lines().map(|line| format!("    {line}\n")).collect();
    if matches!(spec.program, Program::Bridge { .. }) {
        lines += "    # and pixit.mac, configure, addresses and air as they are\n";
    }
    lines
}

/// A deadline that answers so slow keep with four times to spare, in steps of 10 ms from 20 ms on.
pub(super) fn deadline(slowest: Duration) -> Duration {
    let ms = u64::try_from((4 * slowest).as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(ms.div_ceil(10).saturating_mul(10).max(20))
}

/// Whole seconds as such.
pub(super) fn time(time: Duration) -> String {
    match (time.as_secs(), time.subsec_nanos()) {
        (seconds @ 1.., 0) => format!("{seconds} s"),
        _ => format!("{} ms", time.as_millis()),
    }
}

/// Where dut.yaml says otherwise.
pub(super) fn differences(
    spec: &DutSpec,
    measured: &Measured,
    slowest: Option<Duration>,
    column: &Column,
    rows: &[Row],
) -> Vec<String> {
    let mut told: Vec<String> = column
        .gaps
        .iter()
        .map(|gap| {
            let topic = &gap.topic;
            let row = rows.iter().find(|row| row.topic == topic.0);
            let counted = row.map_or(String::new(), Row::counted);
            let known = row.is_some_and(|row| row.is_known);
            match gap.gap {
                Gap::ClaimFails | Gap::ClaimOpen if known => {
                    format!("{topic} is claimed, {counted}: known.yaml explains it")
                }
                Gap::ClaimFails => format!(
                    "{topic} is claimed, {counted}: mend the stack, explain it in known.yaml, or claim it no longer"
                ),
                Gap::ClaimOpen => format!("{topic} is claimed, and nothing was decided: {counted}"),
                Gap::NobodyClaimed => format!("{topic} is not claimed, {counted}"),
            }
        })
        .collect();
    if spec.simplest != measured.simplest {
        told.push(format!(
            "simplest is {}, it answers {}",
            form(spec.simplest),
            form(measured.simplest)
        ));
    }
    if let Some(slowest) = slowest.filter(|slowest| spec.reply_within < 2 * *slowest) {
        told.push(format!(
            "reply-within is {}, its slowest answer took {}: too short to tell late from lost",
            time(spec.reply_within),
            time(slowest)
        ));
    }
    if spec.pause < measured.pause {
        told.push(format!(
            "pause is {}, and it loses frames that come sooner than {} behind each other",
            time(spec.pause),
            time(measured.pause)
        ));
    }
    if spec.reset_is_cheap && measured.reset == Reset::None {
        told.push("reset is cheap, and it obeys none: each trial begins in the state that the last one left".to_owned());
    }
    told
}

/// A form in words.
pub(super) fn form(simplest: Simplest) -> &'static str {
    match simplest {
        Simplest::Ipv6 => "ipv6 (dispatch 41)",
        Simplest::Iphc => "iphc (all in line)",
        Simplest::IphcExtensions => "iphc-extensions (all in line, extension headers as NHC)",
    }
}
