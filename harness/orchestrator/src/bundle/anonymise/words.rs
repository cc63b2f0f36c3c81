//! What devices and machines say in their own words: nothing of it is kept.

use sixlo_judge::evidence::What;
use sixlo_judge::verdict::Judgement;

/// Stands for words that were said.
pub(super) const WITHHELD: &str = "withheld";

/// An event without words that are not ours.
pub(super) fn scrubbed(what: What) -> What {
    match what {
        What::Refused(what, _) => What::Refused(plain(&what), WITHHELD.to_owned()),
        What::Unsupported(what) => What::Unsupported(plain(&what)),
        What::Exited(how) => What::Exited(ending(&how)),
        What::Late(_) => What::Late(WITHHELD.to_owned()),
        What::Fault(_) => What::Fault(WITHHELD.to_owned()),
        frames_and_numbers => frames_and_numbers,
    }
}

/// The name of a setting, which is ours; anything else is withheld.
fn plain(what: &str) -> String {
    const SETTINGS: &[&str] = &[
        "eui64",
        "short-address",
        "address",
        "group",
        "context",
        "checksum-elision",
        "nd",
        "nd-classic",
        "autoconfigure",
        "mesh",
        "open-port",
        "send-ipv6",
        "delivered",
        "reset",
        "p6lowpan",
        "router",
        "promiscuous",
        "clock",
        "echo",
    ];
    match SETTINGS.contains(&what) {
        true => what.to_owned(),
        false => WITHHELD.to_owned(),
    }
}

/// How a process ended, without its last words.
fn ending(how: &str) -> String {
    let how = how.split("; its last words").next().unwrap_or_default();
    let number = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    let known = ["exited with code ", "killed by signal "]
        .iter()
        .any(|ours| how.strip_prefix(ours).is_some_and(number));
    match known {
        true => how.to_owned(),
        false => "its process ended".to_owned(),
    }
}

/// A word without words: what it comes to, and nothing that was written of it.
pub(super) fn wordless(judgement: &Judgement) -> Judgement {
    let withheld = |text: &String| match text.is_empty() {
        true => String::new(),
        false => WITHHELD.to_owned(),
    };
    Judgement {
        deviation: judgement.deviation.as_ref().map(withheld),
        expected: withheld(&judgement.expected),
        observed: withheld(&judgement.observed),
        cause: withheld(&judgement.cause),
        features: Vec::new(),
        ..judgement.clone()
    }
}
