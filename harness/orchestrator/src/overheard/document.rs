//! A judged capture for people.

use std::path::Path;
use std::time::Duration;

use sixlo_judge::passive::{End, Exchange, SenderSummary, Summary};
use sixlo_judge::verdict::Economy;

use super::Overheard;
use super::collected::{Collected, Undecided};
use crate::capture::foreign::{Ending, Tally};
use crate::report::{Block, Document, Row, Table, word};

/// Senders that are shown.
const MOST_SENDERS: usize = 50;

/// What was read, what came of it, and who sent how.
pub fn about_file(overheard: &Overheard) -> Document {
    let mut blocks = about_reading(&overheard.path, &overheard.tally);
    blocks.extend(verdicts(&overheard.collected, &overheard.summary));
    blocks.extend(senders(&overheard.summary));
    blocks.extend(about_hearing(&overheard.summary));
    Document(blocks)
}

/// One exchange in full.
pub fn about_exchange(exchange: &Exchange) -> Block {
    let mut fields = vec![
        ("packets", packets(exchange)),
        ("expected", exchange.expected.clone()),
        ("observed", exchange.observed.clone()),
    ];
    if !exchange.cause.is_empty() {
        fields.push(("cause", exchange.cause.clone()));
    }
    fields.push(("clause", exchange.clause.to_owned()));
    fields.retain(|(_, words)| !words.is_empty());
    Block::Finding {
        title: format!(
            "{} {} from {} to {}",
            word(exchange.verdict),
            exchange.kind.word(),
            end(&exchange.from),
            end(&exchange.to)
        ),
        fields,
    }
}

/// `17, answered by 19 after 3.2 ms`.
fn packets(exchange: &Exchange) -> String {
    let replies: Vec<String> = exchange.replies.iter().map(u64::to_string).collect();
    let mut text = match (exchange.request, replies.is_empty()) {
        (Some(request), true) => return format!("{request}, no answer seen"),
        (Some(request), false) => format!("{request}, answered by {}", replies.join(", ")),
        (None, _) => return format!("{}, no request seen", replies.join(", ")),
    };
    if let Some(round_trip) = exchange.round_trip {
        text += &format!(" after {}", milliseconds(round_trip));
    }
    text
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}

fn end(end: &End) -> String {
    format!("{} ({})", end.ipv6, end.mac)
}

/// What was read of the file.
pub fn about_reading(path: &Path, tally: &Tally) -> Vec<Block> {
    let gzip = if tally.gzip { ", gzip" } else { "" };
    let heading = format!(
        "{}: {}{gzip}, {} packets, {} frames",
        path.display(),
        tally.format,
        tally.packets,
        tally.frames
    );
    let mut lines: Vec<String> = tally
        .kinds
        .iter()
        .map(|kind| match kind.decision {
            None => format!("link type {}: {} frames", kind.link, kind.frames),
            Some(decision) => format!(
                "link type {}: {} frames; {}: {}",
                kind.link, kind.frames, decision.trailer, decision.reason
            ),
        })
        .collect();
    lines.extend(set_aside(tally));
    match &tally.ending {
        Ending::Open | Ending::Whole => {}
        Ending::Cut { inside, offset } => lines.push(format!(
            "warning: the file ends inside of {inside}, at octet {offset} of what it holds; \
             everything before that was judged"
        )),
        Ending::Damaged { what, offset } => lines.push(format!(
            "warning: damaged at octet {offset}, behind packet {}: {what}; \
             only what stands before that was judged",
            tally.packets
        )),
    }
    vec![Block::Heading(heading), Block::List(lines)]
}

fn set_aside(tally: &Tally) -> Option<String> {
    let aside = &tally.set_aside;
    let counts = [
        (aside.wrong_fcs, "with a wrong FCS"),
        (aside.snapped, "cut off by the sniffer"),
        (aside.unreadable, "that contradict themselves"),
        (aside.copies, "captured before"),
        (aside.zep_acks, "acknowledgements of ZEP"),
        (aside.other, "of other protocols"),
        (aside.unknown_link, "of link types without frames"),
    ];
    let words: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (!words.is_empty()).then(|| format!("set aside: {}", words.join(", ")))
}

fn verdicts(collected: &Collected, summary: &Summary) -> Vec<Block> {
    let mut blocks = Vec::new();
    blocks.extend(collected.fails.iter().map(about_exchange));
    let shown = collected.fails.len() as u64;
    if summary.verdicts.fail > shown {
        let left = summary.verdicts.fail - shown;
        blocks.push(Block::Text(format!(
            "and {left} more fails: --verbose or --json shows them all"
        )));
    }
    if !collected.undecided.is_empty() {
        blocks.push(Block::Heading("Undecided".to_owned()));
        let mut lines: Vec<String> = collected.undecided.iter().map(undecided).collect();
        match collected.undecided_otherwise {
            0 => {}
            others => lines.push(format!("{others} for further causes")),
        }
        blocks.push(Block::List(lines));
    }
    if collected.counts.is_empty() {
        let none =
            "no exchange recognised: no echo, neighbour or router discovery, and no UDP both ways";
        blocks.push(Block::Text(none.to_owned()));
        return blocks;
    }
    let rows = collected.counts.iter().map(|(kind, counts)| {
        let numbers = [counts.pass, counts.fail, counts.inconc, counts.none];
        cells(kind.word(), numbers.iter().map(u64::to_string))
    });
    blocks.push(Block::Table(Table {
        head: head(&["exchanges", "pass", "fail", "inconc", "nothing due"]),
        rows: rows.collect(),
    }));
    blocks
}

fn undecided(undecided: &Undecided) -> String {
    let Undecided { first, count } = undecided;
    let packet = first.request.or(first.replies.first().copied());
    let from = packet.map_or(String::new(), |packet| format!(" (first: packet {packet})"));
    format!("{count} of {}: {}{from}", first.kind.word(), first.cause)
}

fn senders(summary: &Summary) -> Vec<Block> {
    if summary.senders.is_empty() {
        return Vec::new();
    }
    let shown = &summary.senders[..summary.senders.len().min(MOST_SENDERS)];
    let rows = shown.iter().map(|sender| {
        let missed = match (sender.missed, sender.missed_share) {
            (_, None) => "not known".to_owned(),
            (0, _) => "0".to_owned(),
            (missed, Some(share)) => format!("{missed} ({})", percent(share)),
        };
        let numbers = [sender.frames, sender.octets, sender.retransmissions];
        let numbers = numbers.iter().map(u64::to_string);
        cells(
            &name(sender),
            numbers.chain([missed, sender.wasted_octets.to_string()]),
        )
    });
    let columns = [
        "senders",
        "frames",
        "octets",
        "repeated",
        "missed",
        "wasted octets",
    ];
    let mut blocks = vec![Block::Table(Table {
        head: head(&columns),
        rows: rows.collect(),
    })];
    let left = summary.senders.len() - shown.len();
    let mut lines: Vec<String> = shown.iter().filter_map(features).collect();
    if left > 0 {
        lines.push(format!("and {left} more senders: --json shows them all"));
    }
    if !lines.is_empty() {
        blocks.push(Block::Heading(
            "What they made use of, in frames".to_owned(),
        ));
        blocks.push(Block::List(lines));
    }
    blocks
}

/// Its MAC addresses.
fn name(sender: &SenderSummary) -> String {
    let names: Vec<String> = sender.addresses.iter().map(ToString::to_string).collect();
    names.join(" = ")
}

fn features(sender: &SenderSummary) -> Option<String> {
    let list = |count: fn(&Economy) -> u32| {
        let used = sender.economy.iter().filter(|economy| count(economy) > 0);
        let words: Vec<String> = used
            .map(|economy| format!("{} {}", economy.topic, count(economy)))
            .collect();
        words.join(", ")
    };
    let parts: Vec<String> = [
        ("", list(|economy| economy.used)),
        ("could have used ", list(|economy| economy.missed)),
        ("used wrongly ", list(|economy| economy.wrong)),
    ]
    .into_iter()
    .filter(|(_, words)| !words.is_empty())
    .map(|(what, words)| format!("{what}{words}"))
    .collect();
    (!parts.is_empty()).then(|| format!("{}: {}", name(sender), parts.join("; ")))
}

/// What is to be known of the capture before one trusts it.
pub fn about_hearing(summary: &Summary) -> Vec<Block> {
    let mut lines = Vec::new();
    let missed: u64 = summary.senders.iter().map(|sender| sender.missed).sum();
    if missed > 0 {
        let heard: u64 = summary.senders.iter().map(|sender| sender.frames).sum();
        let share = missed as f64 / (missed + heard) as f64;
        lines.push(format!(
            "the sniffer missed about {missed} frames ({}), by gaps in sequence numbers",
            percent(share)
        ));
    }
    if summary.acknowledgements_without_frame > 0 {
        lines.push(format!(
            "{} of {} acknowledgements are of frames that it did not hear",
            summary.acknowledgements_without_frame, summary.acknowledgements
        ));
    }
    for unreadable in &summary.unreadable {
        lines.push(format!(
            "{} frames: {} (first: packet {})",
            unreadable.frames,
            unreadable.reason.words(),
            unreadable.first
        ));
    }
    for learnt in &summary.contexts {
        lines.push(format!(
            "context {} is {}/{}, learnt from packet {}",
            learnt.id, learnt.context.prefix, learnt.context.length, learnt.packet
        ));
    }
    if summary.crowded_out > 0 {
        lines.push(format!(
            "{} exchanges were ended before their time: too many were open at once",
            summary.crowded_out
        ));
    }
    if summary.frames_of_other_senders > 0 {
        lines.push(format!(
            "{} frames are of further senders",
            summary.frames_of_other_senders
        ));
    }
    match lines.is_empty() {
        true => Vec::new(),
        false => vec![
            Block::Heading("What to know of this capture".to_owned()),
            Block::List(lines),
        ],
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn head(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn cells(first: &str, others: impl Iterator<Item = String>) -> Row {
    Row::Cells(std::iter::once(first.to_owned()).chain(others).collect())
}
