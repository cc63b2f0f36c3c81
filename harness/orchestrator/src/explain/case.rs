//! A case in prose, with its frames taken apart.

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_judge::matching::{Shown, octets_shown};
use sixlo_judge::testcase::{Expectation, Kind, TestCase};
use sixlo_judge::trial::{Trial, TrialStep};

use crate::catalogue::{Catalogue, Description, Parameters, able_to_everything, compile};
use crate::report::{Block, Document};

/// A case in prose, its first trial's frames taken apart.
pub fn case(case: &TestCase, catalogue: &Catalogue, parameters: &Parameters) -> Document {
    let mut blocks = vec![Block::Finding {
        title: format!("{}: {}", case.id, case.title),
        fields: facts(case),
    }];
    let requirements: Vec<String> = catalogue
        .requirements
        .iter()
        .filter(|requirement| case.covers.contains(&requirement.id))
        .map(|requirement| format!("{}: {}", requirement.id, requirement.text))
        .collect();
    if !requirements.is_empty() {
        blocks.push(Block::Heading("Covers".to_owned()));
        blocks.push(Block::List(requirements));
    }
    let profile = able_to_everything(parameters);
    let trials = compile(case, &profile, parameters).trials;
    if let Some(trial) = trials.first() {
        let title = match trials.len() {
            1 => "Frames".to_owned(),
            count => format!("Frames of the first of {count} trials [{}]", trial.label),
        };
        blocks.push(Block::Heading(title));
        blocks.extend(frames(trial));
        blocks.push(Block::Heading("Expected".to_owned()));
        blocks.push(Block::List(trial.then.iter().map(expected).collect()));
        if !trial.features.is_empty() {
            blocks.push(Block::Heading(
                "Features: told, and never part of the verdict".to_owned(),
            ));
            blocks.push(Block::List(trial.features.iter().map(expected).collect()));
        }
    }
    Document(blocks)
}

/// A test description of ETSI's, and each case that embodies it.
pub fn description(description: &Description, catalogue: &Catalogue) -> Document {
    let mut fields = vec![
        ("between", description.between.clone()),
        ("clauses", description.clauses.join(", ")),
    ];
    fields.extend(
        description
            .differs
            .iter()
            .map(|words| ("differs", words.clone())),
    );
    let mut blocks = vec![
        Block::Finding {
            title: format!("{}: {}", description.id, description.about),
            fields,
        },
        Block::Heading("Cases".to_owned()),
    ];
    let cases = catalogue.cases_from(&description.id);
    blocks.extend(cases.map(|case| Block::Finding {
        title: format!("{}: {}", case.id, case.title),
        fields: facts(case),
    }));
    Document(blocks)
}

fn facts(case: &TestCase) -> Vec<(&'static str, String)> {
    let kind = match case.kind {
        Kind::Valid => "valid frames: decides its row",
        Kind::Guard => "a guard: counts only if its twin passed, and decides no row",
        Kind::Calibration => "measures an oracle",
        Kind::Record => "written down, not judged",
    };
    let needs: Vec<String> = case.needs.iter().map(|need| format!("{need:?}")).collect();
    let relative = |id: &Option<_>| id.as_ref().map_or(String::new(), ToString::to_string);
    let mut facts = vec![
        (
            "clause",
            format!("{} ({})", case.clause, case.strength.word()),
        ),
        ("topic", case.topic.to_string()),
        (
            "level",
            case.level.map_or(String::new(), |level| level.to_string()),
        ),
        ("kind", kind.to_owned()),
        ("builds on", relative(&case.builds_on)),
        ("twin", relative(&case.twin)),
        ("needs", needs.join(", ")),
        ("disputed", case.disputed.clone().unwrap_or_default()),
        ("origin", origins(case)),
        ("file", format!("testcases/{}.yaml", case.path)),
    ];
    facts.retain(|(_, words)| !words.is_empty());
    facts
}

fn origins(case: &TestCase) -> String {
    let origins: Vec<&str> = case.origin.iter().map(|origin| origin.0.as_str()).collect();
    origins.join(", ")
}

fn frames(trial: &Trial) -> Vec<Block> {
    let stimuli = trial.steps.iter().filter_map(|step| match step {
        TrialStep::Send(stimulus) => Some(stimulus),
        _ => None,
    });
    stimuli
        .flat_map(|stimulus| &stimulus.psdus)
        .map(|psdu| frame(psdu, &trial.contexts))
        .collect()
}

fn frame(psdu: &[u8], contexts: &ContextTable) -> Block {
    let options = DissectOptions {
        contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    let dissection = dissect(psdu, &options);
    let mut fields: Vec<_> = dissection
        .fields
        .iter()
        .map(|field| {
            let octets = psdu.get(usize::from(field.range.start)..usize::from(field.range.end));
            let octets = octets
                .filter(|octets| !octets.is_empty())
                .map_or_else(|| "elided".to_owned(), octets_shown);
            (
                field.id.name(),
                format!("{} [{octets}]", Shown(&field.value)),
            )
        })
        .collect();
    for problem in &dissection.problems {
        fields.push(("problem", problem.kind.to_string()));
    }
    Block::Finding {
        title: format!("{} octets: {}", psdu.len(), hexadecimal(psdu)),
        fields,
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    pairs.join(" ")
}

/// What must, may or must not be seen, in words.
fn expected(expectation: &Expectation) -> String {
    match expectation {
        Expectation::EchoReply => "an echo reply to it".to_owned(),
        Expectation::Restored(fields) => format!("the restored packet with {fields}"),
        Expectation::Advertisement(fields) => format!("a neighbour advertisement with {fields}"),
        Expectation::Frame(fields) => format!("a frame with {fields}"),
        Expectation::NotTaken => "no sign that it was taken".to_owned(),
        Expectation::Never(fields) => format!("no frame with {fields}"),
        Expectation::AnyOf(several) => {
            let several: Vec<String> = several
                .iter()
                .map(|(one, means)| format!("{} ({means:?})", expected(one)))
                .collect();
            several.join("; or ")
        }
        Expectation::Within(inner, time) => format!("{} within {time:?}", expected(inner)),
        Expectation::AtMostOne(inner) => format!("at most once: {}", expected(inner)),
        Expectation::Forwarded(fields) if fields.fields.is_empty() => {
            "the packet passed on, its hop limit one lower".to_owned()
        }
        Expectation::Forwarded(fields) => {
            format!("the packet passed on, its hop limit one lower, with {fields}")
        }
        Expectation::Encoded(fields) => format!("its answer in a form with {fields}"),
        Expectation::FrameCount {
            at_least,
            at_most,
            fields,
        } => {
            let most = at_most.map_or("more".to_owned(), |most| most.to_string());
            format!("{at_least} to {most} frames with {fields}")
        }
        Expectation::CountsUp { field, modulo } => {
            format!("{} going up by one, modulo {modulo}", field.name())
        }
        Expectation::QuotedChain(headers) => {
            format!("an error that quotes the next headers {headers:?}")
        }
        Expectation::ClassUnsupported => "class unsupported, with its level".to_owned(),
        Expectation::Alive => "that it still answers".to_owned(),
    }
}
