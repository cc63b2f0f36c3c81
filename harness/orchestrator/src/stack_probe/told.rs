//! What was found, in words for a terminal.

use super::found::Found;
use super::oracles::{Oracle, Oracles};
use super::proposal::form;

/// Fields that are named before they are only counted.
const NAMED: usize = 4;

/// Everything on one page: what it says, how fast it is, its rows, what to paste, what differs, what to do.
pub fn told(found: &Found) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| text += &format!("{name:<16}{value}\n");
    line(
        "stack",
        format!("{} {}", found.stack, found.build)
            .trim_end()
            .to_owned(),
    );
    line(
        "hello",
        format!(
            "agent protocol {}; {}; delivers {}; PSDUs of {} octets; nonsense refused",
            found.protocol,
            or(found.abilities.join(", "), "no abilities"),
            found.tap,
            found.largest_psdu
        ),
    );
    for (answer, names) in by_answer(&found.settings) {
        line(
            if answer == "done" { "settings" } else { "" },
            format!("{answer}: {names}"),
        );
    }
    line(
        "speed",
        format!(
            "{:.0} round trips a second; starts in {:.0} ms; reset {} in {:.1} ms",
            found.round_trips, found.start_ms, found.reset.0, found.reset.1
        ),
    );
    match found.simplest {
        None => line(
            "simplest form",
            "none: no echo request was answered in any".to_owned(),
        ),
        Some(simplest) => {
            let yes = |yes| if yes { "yes" } else { "no" };
            let (in_line, as_nhc) = found.extensions;
            line("simplest form", form(simplest).to_owned());
            line(
                "extensions",
                format!(
                    "answers behind hop-by-hop options: in line {}, as NHC {}",
                    yes(in_line),
                    yes(as_nhc)
                ),
            );
            line("answers", answers(found));
        }
    }
    if let Some(oracles) = &found.oracles {
        text += &oracles_told(oracles);
    }
    if found.interrupted {
        text += &format!(
            "{:<16}after {} trials: of its rows, and of what dut.yaml should say, nothing is told\n",
            "interrupted", found.trials
        );
    } else if found.trials > 0 {
        text += &rows_told(found);
    }
    for problem in &found.problems {
        text += &format!("\nproblem: {}\n   next: {}\n", problem.what, problem.next);
    }
    text
}

fn or(text: String, otherwise: &str) -> String {
    match text.is_empty() {
        true => otherwise.to_owned(),
        false => text,
    }
}

/// The settings, those with the same answer together; what is done comes first.
fn by_answer(settings: &[(String, String)]) -> Vec<(&str, String)> {
    let mut told: Vec<(&str, String)> = vec![("done", String::new())];
    for (name, answer) in settings {
        match told.iter_mut().find(|(known, _)| known == answer) {
            Some((_, names)) if names.is_empty() => *names += name,
            Some((_, names)) => *names += &format!(", {name}"),
            None => told.push((answer, name.clone())),
        }
    }
    if told[0].1.is_empty() {
        told[0].1 += "none";
    }
    told
}

fn answers(found: &Found) -> String {
    let order = match found.keeps_order {
        true => "in the order of what they answer",
        false => "not in the order of what they answer: no sentinel is trusted",
    };
    let slowest = found
        .slowest_answer_ms
        .map_or(String::new(), |ms| format!("; the slowest took {ms:.1} ms"));
    let burst = match found.pause_ms {
        Some(0.0) => "all of a burst of frames".to_owned(),
        Some(ms) => format!("all of a burst with {ms:.0} ms between its frames, no less"),
        None => "not all of a burst, whatever the pause between its frames".to_owned(),
    };
    format!("{order}{slowest}; {burst}")
}

fn oracles_told(oracles: &Oracles) -> String {
    let mut words: Vec<String> = oracles
        .oracles
        .iter()
        .map(|oracle| format!("{}: {}", oracle.name, oracle_told(oracle, oracles)))
        .collect();
    if let Some(drops) = oracles.drops_wrong_udp_checksum {
        let word = if drops { "dropped" } else { "taken" };
        words.push(format!("UDP with a wrong checksum is {word}"));
    }
    if oracles.limits_errors == Some(true) {
        words.push("errors are limited: one that does not come proves nothing".to_owned());
    }
    let lines = words.iter().enumerate().map(|(at, word)| {
        let name = if at == 0 { "oracles" } else { "" };
        format!("{name:<16}{word}\n")
    });
    lines.collect()
}

fn oracle_told(oracle: &Oracle, oracles: &Oracles) -> String {
    let blind = match oracle.blind.as_slice() {
        [] => String::new(),
        blind if blind.len() <= NAMED => format!("; shows wrongly {}", blind.join(", ")),
        blind => format!(
            "; shows wrongly {} and {} more",
            blind[..NAMED].join(", "),
            blind.len() - NAMED
        ),
    };
    match (oracle.name, oracle.sees.len()) {
        // An echo has no field but its nonce: what it proves, its checksum proves.
        ("replied", 0) => match oracles.drops_wrong_icmpv6_checksum {
            Some(true) => {
                "its checksum is checked: an answer proves addresses, lengths and data".to_owned()
            }
            Some(false) => {
                "a wrong checksum is taken: an answer proves no address and no length".to_owned()
            }
            None => "not known whether its checksum is checked".to_owned(),
        },
        (_, 0) if blind.is_empty() => "shows nothing".to_owned(),
        (_, sees) => format!("shows {sees} fields{blind}"),
    }
}

fn rows_told(found: &Found) -> String {
    let mut text = format!(
        "\nrows            {} trials in {:.1} s; `sixlo run --dut {}` plays all there are, guards and sending, too\n",
        found.trials, found.seconds, found.dut
    );
    for row in &found.rows {
        text += &format!(
            "  {:>3} {:<38} {:<2} {}{}\n",
            row.number,
            row.title,
            row.mark,
            row.counted(),
            if row.is_known && row.passed < row.played {
                ", known"
            } else {
                ""
            }
        );
    }
    text += &format!("level           {}\n", found.level);
    text += &format!("\ndut.yaml should say\n{}", found.yaml);
    match found.differences.as_slice() {
        [] => text += "as it does\n",
        differences => {
            text += "\ndut.yaml says otherwise\n";
            for difference in differences {
                text += &format!("    {difference}\n");
            }
        }
    }
    text
}
