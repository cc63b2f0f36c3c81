//! What was heard of a case, in words.

use sixlo_judge::verdict::Verdict;

use super::file::Listened;
use super::word::{Playing, Playings};
use crate::overheard::{about_hearing, about_reading};
use crate::report::{Block, Document, word};

/// Packets that are named one by one.
const NAMED: usize = 12;

/// Every playing with its word; where there is none, what was listened for.
pub fn told(case: &str, listened: &Listened) -> Document {
    let heard = &listened.playings;
    let mut blocks = about_reading(&listened.path, &listened.tally);
    let playings = heard.playings.iter().enumerate();
    blocks.extend(playings.map(|(at, playing)| block(case, at + 1, playing)));
    let broken_off: Vec<String> = heard
        .broken_off
        .iter()
        .take(NAMED)
        .map(|(packet, frames)| format!("from packet {packet}, after {frames} frames"))
        .collect();
    if !broken_off.is_empty() {
        blocks.push(Block::Heading(format!(
            "Begun and broken off: {}",
            heard.broken_off.len()
        )));
        blocks.push(Block::List(broken_off));
    }
    if heard.playings.is_empty() {
        blocks.extend(absent(case, heard));
    } else {
        blocks.push(Block::Text(summary(case, heard)));
    }
    blocks.extend(about_hearing(&listened.summary));
    Document(blocks)
}

fn block(case: &str, number: usize, playing: &Playing) -> Block {
    let Playing {
        labels,
        between: (injector, device),
        judgement,
        arrived: (frames, arrived),
        ..
    } = playing;
    let label = match labels.join("] or [").as_str() {
        "" => String::new(),
        labels => format!(" [{labels}]"),
    };
    let mut fields = vec![
        ("between", format!("{injector} and {device}")),
        ("packets", packets(playing)),
    ];
    for (name, words) in [
        ("expected", &judgement.expected),
        ("observed", &judgement.observed),
        ("cause", &judgement.cause),
    ] {
        if !words.is_empty() {
            fields.push((name, words.clone()));
        }
    }
    if arrived < frames {
        fields.push((
            "note",
            format!("of {frames} frames to the device, {arrived} are known to have arrived"),
        ));
    }
    Block::Finding {
        title: format!(
            "{} {case}{label}, playing {number}",
            word(judgement.verdict)
        ),
        fields,
    }
}

fn packets(playing: &Playing) -> String {
    let mut numbers: Vec<String> = playing
        .packets
        .iter()
        .take(NAMED)
        .map(ToString::to_string)
        .collect();
    if playing.packets.len() > NAMED {
        numbers.push(format!("and {} more", playing.packets.len() - NAMED));
    }
    numbers.join(", ")
}

fn absent(case: &str, heard: &Playings) -> Vec<Block> {
    let mut lines = vec![format!("its first frame: {}", heard.first_frame)];
    match &heard.nearest {
        Some((packet, differences)) => lines.push(format!(
            "packet {packet} comes nearest: {}",
            differences.join("; ")
        )),
        None => lines.push("no frame of that length".to_owned()),
    }
    vec![
        Block::Text(format!("{case} is not played in this capture")),
        Block::List(lines),
    ]
}

fn summary(case: &str, heard: &Playings) -> String {
    let count = |verdict| {
        let playings = heard.playings.iter();
        playings
            .filter(|playing| playing.judgement.verdict == verdict)
            .count()
    };
    let mut parts: Vec<String> = [
        (Verdict::Pass, "pass"),
        (Verdict::Fail, "fail"),
        (Verdict::Inconc, "inconc"),
        (Verdict::Error, "error"),
        (Verdict::None, "not judged"),
    ]
    .into_iter()
    .filter(|(verdict, _)| count(*verdict) > 0)
    .map(|(verdict, word)| format!("{} {word}", count(verdict)))
    .collect();
    if heard.left_out > 0 {
        parts.push(format!("{} more were not looked at", heard.left_out));
    }
    format!(
        "{case} was played {} times: {}",
        heard.playings.len(),
        parts.join(", ")
    )
}
