//! A judged capture for machines: a line of JSON for each exchange, one for each file.

use std::net::Ipv6Addr;

use serde::Serialize;
use sixlo_frames::mac::MacAddress;
use sixlo_judge::passive::{End, Exchange, SenderSummary, Summary};
use sixlo_judge::verdict::{Economy, Outcome, Verdict};

use super::Overheard;
use crate::capture::foreign::{Ending, SetAside, Tally, Trailer};

#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "line")]
enum Line<'a> {
    Exchange(&'a ExchangeLine<'a>),
    File(&'a FileLine<'a>),
}

#[derive(Serialize)]
struct ExchangeLine<'a> {
    kind: &'static str,
    verdict: Verdict,
    outcome: Outcome,
    request: Option<u64>,
    replies: &'a [u64],
    /// Seconds since 1970-01-01 00:00:00 UTC.
    at: f64,
    round_trip_us: Option<u64>,
    from: EndLine,
    to: EndLine,
    expected: &'a str,
    observed: &'a str,
    cause: &'a str,
    clause: &'static str,
}

#[derive(Serialize)]
struct EndLine {
    mac: String,
    ipv6: Ipv6Addr,
}

#[derive(Serialize)]
struct FileLine<'a> {
    file: String,
    /// What `sixlo judge` would exit with for this file alone.
    exit: u8,
    format: &'static str,
    gzip: bool,
    packets: u64,
    frames: u64,
    kinds: Vec<KindLine>,
    set_aside: SetAside,
    ending: EndingLine<'a>,
    pass: u64,
    fail: u64,
    inconc: u64,
    nothing_due: u64,
    retransmissions: u64,
    acknowledgements: u64,
    acknowledgements_without_frame: u64,
    crowded_out: u64,
    unreadable: Vec<UnreadableLine>,
    contexts: Vec<ContextLine>,
    senders: Vec<SenderLine<'a>>,
    frames_of_other_senders: u64,
}

#[derive(Serialize)]
struct KindLine {
    link: u16,
    frames: u64,
    trailer: Option<Trailer>,
    reason: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "at")]
enum EndingLine<'a> {
    Whole,
    Cut { inside: &'a str, offset: u64 },
    Damaged { what: &'a str, offset: u64 },
}

#[derive(Serialize)]
struct UnreadableLine {
    reason: String,
    frames: u64,
    first: u64,
}

#[derive(Serialize)]
struct ContextLine {
    id: u8,
    prefix: Ipv6Addr,
    length: u8,
    packet: u64,
}

#[derive(Serialize)]
struct SenderLine<'a> {
    mac: Vec<String>,
    ipv6: &'a [Ipv6Addr],
    frames: u64,
    octets: u64,
    retransmissions: u64,
    missed: u64,
    missed_share: Option<f64>,
    restarts: u64,
    wasted_octets: u64,
    economy: &'a [Economy],
}

/// The line of an exchange.
pub fn exchange_line(exchange: &Exchange) -> String {
    let end = |end: &End| EndLine {
        mac: end.mac.to_string(),
        ipv6: end.ipv6,
    };
    line(&Line::Exchange(&ExchangeLine {
        kind: exchange.kind.word(),
        verdict: exchange.verdict,
        outcome: exchange.outcome,
        request: exchange.request,
        replies: &exchange.replies,
        at: exchange.at.as_secs_f64(),
        round_trip_us: exchange
            .round_trip
            .map(|time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX)),
        from: end(&exchange.from),
        to: end(&exchange.to),
        expected: &exchange.expected,
        observed: &exchange.observed,
        cause: &exchange.cause,
        clause: exchange.clause,
    }))
}

/// The line of a file, behind those of its exchanges.
pub fn file_line(overheard: &Overheard) -> String {
    let Overheard { tally, summary, .. } = overheard;
    let verdicts = &summary.verdicts;
    line(&Line::File(&FileLine {
        file: overheard.path.display().to_string(),
        exit: overheard.status().code(),
        format: tally.format,
        gzip: tally.gzip,
        packets: tally.packets,
        frames: tally.frames,
        kinds: kinds(tally),
        set_aside: tally.set_aside,
        ending: match &tally.ending {
            Ending::Open | Ending::Whole => EndingLine::Whole,
            &Ending::Cut { inside, offset } => EndingLine::Cut { inside, offset },
            Ending::Damaged { what, offset } => EndingLine::Damaged {
                what,
                offset: *offset,
            },
        },
        pass: verdicts.pass,
        fail: verdicts.fail,
        inconc: verdicts.inconc,
        nothing_due: verdicts.none,
        retransmissions: summary.retransmissions,
        acknowledgements: summary.acknowledgements,
        acknowledgements_without_frame: summary.acknowledgements_without_frame,
        crowded_out: summary.crowded_out,
        unreadable: unreadable(summary),
        contexts: contexts(summary),
        senders: summary.senders.iter().map(sender).collect(),
        frames_of_other_senders: summary.frames_of_other_senders,
    }))
}

fn kinds(tally: &Tally) -> Vec<KindLine> {
    let kinds = tally.kinds.iter();
    kinds
        .map(|kind| KindLine {
            link: kind.link,
            frames: kind.frames,
            trailer: kind.decision.map(|decision| decision.trailer),
            reason: kind.decision.map(|decision| decision.reason.to_string()),
        })
        .collect()
}

fn unreadable(summary: &Summary) -> Vec<UnreadableLine> {
    let unreadable = summary.unreadable.iter();
    unreadable
        .map(|unreadable| UnreadableLine {
            reason: unreadable.reason.words(),
            frames: unreadable.frames,
            first: unreadable.first,
        })
        .collect()
}

fn contexts(summary: &Summary) -> Vec<ContextLine> {
    let contexts = summary.contexts.iter();
    contexts
        .map(|learnt| ContextLine {
            id: learnt.id,
            prefix: learnt.context.prefix,
            length: learnt.context.length,
            packet: learnt.packet,
        })
        .collect()
}

fn sender(sender: &SenderSummary) -> SenderLine<'_> {
    SenderLine {
        mac: sender.addresses.iter().map(MacAddress::to_string).collect(),
        ipv6: &sender.ipv6,
        frames: sender.frames,
        octets: sender.octets,
        retransmissions: sender.retransmissions,
        missed: sender.missed,
        missed_share: sender.missed_share,
        restarts: sender.restarts,
        wasted_octets: sender.wasted_octets,
        economy: &sender.economy,
    }
}

fn line(line: &Line<'_>) -> String {
    serde_json::to_string(line).expect("numbers and texts are JSON") + "\n"
}
