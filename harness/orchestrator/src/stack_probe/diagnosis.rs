//! Why a device does not do what it should, and what its porter does next.

use serde::Serialize;
use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::mac::is_fcs_right;
use sixlo_judge::evidence::{Cause, Evidence, What};
use sixlo_judge::profile::Addresses;

use crate::agent_link::LinkError;
use crate::rig::{Answer, Interview, RigError};

/// Something that stands in the way, and the next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What was seen.
    pub what: String,
    /// What to do about it.
    pub next: String,
}

impl Problem {
    fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Problem {
            what: what.into(),
            next: next.into(),
        }
    }
}

/// What to do about a device that cannot be judged.
pub fn next_step(error: &RigError) -> &'static str {
    match error {
        RigError::Spawn { .. } => {
            "run the port's build script, and see that `start` in dut.yaml names what it builds, from the checkout's root"
        }
        RigError::Link { error, .. } => match error {
            LinkError::Closed => {
                "start it by hand: it must run until its stdin closes; its last words, if any, stand above"
            }
            LinkError::Silent(_) => {
                "it must answer each command with the command's sequence number, and flush stdout after each answer"
            }
            LinkError::Flooded => {
                "let nothing but the agent write to its stdout: prints of the stack belong on stderr"
            }
            LinkError::Io(_) => "see what closed its pipes",
        },
        RigError::Version { .. } => "build the port anew with this checkout's agent",
        RigError::Dishonest { asked: "hello", .. } => {
            "let nothing but the agent write to its stdout: messages in COBS frames, each with a CRC-16/KERMIT"
        }
        RigError::Dishonest { .. } => {
            "answer every command that the port does not know with unsupported; the agents in firmware-under-test do so by themselves"
        }
        RigError::Medium { .. } => "this is the harness's own trouble: report it",
        RigError::Probe { .. } => {
            "it ended while it was set up: see its last words, and let it run under a debugger"
        }
    }
}

/// Settings whose answer is not what hello promises.
pub(super) fn of_settings(interview: &Interview) -> Vec<Problem> {
    let mut problems = Vec::new();
    for one in &interview.settings {
        let name = one.name;
        match (one.is_hook, &one.answer) {
            (true, Answer::Unsupported) => problems.push(Problem::new(
                format!("hello names the setting {name} among its hooks, and it is unsupported"),
                "take it from `hooks`: cases that need it do not apply then",
            )),
            (false, Answer::Done) => problems.push(Problem::new(
                format!("the setting {name} is done, and hello does not name it among its hooks"),
                "add it to `hooks`, or nobody asks for it; or, if nothing is done, answer unsupported",
            )),
            (_, Answer::Nothing) => problems.push(Problem::new(
                format!("the setting {name} is answered with neither done nor unsupported nor error"),
                "see agent.cddl: configure -> done | unsupported | error",
            )),
            _ => {}
        }
    }
    problems
}

/// Settings without which no frame of the tester is for the device.
const VITAL: [&str; 3] = ["eui64", "pan", "address"];

/// Why a plain echo request was not answered. `slow` is how long the answer took with a longer deadline.
pub(super) fn of_silence(
    interview: &Interview,
    addresses: &Addresses,
    echo: &Evidence,
    is_slow: bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if is_slow {
        problems.push(Problem::new(
            "a plain echo request is answered, but later than `reply-within` allows",
            "raise pixit.reply-within in dut.yaml, then probe again",
        ));
        return problems;
    }
    let vital: Vec<&str> = interview
        .settings
        .iter()
        .filter(|one| VITAL.contains(&one.name) && one.answer != Answer::Done)
        .map(|one| one.name)
        .collect();
    if !vital.is_empty() {
        problems.push(Problem::new(
            format!("it cannot be given its {}", vital.join(", ")),
            format!(
                "make these settings in `configure` and name them in `hooks`; without them only a device that is {} by itself, \
                 in PAN {:04x}, is spoken to",
                hex(&addresses.dut.eui64),
                addresses.pan_id
            ),
        ));
    }
    for event in &echo.events {
        match &event.what {
            What::Exited(how) => problems.push(Problem::new(
                format!("a plain echo request ended it: {how}"),
                "start it under a debugger; `sixlo run iphc-all-in-line --dut NAME -v` plays that frame again",
            )),
            What::Hung(ms) => problems.push(Problem::new(
                format!("a plain echo request hung it: no answer of its agent for {ms} ms"),
                "see what loops, or waits: `receive` must come back",
            )),
            _ => {}
        }
    }
    if problems.is_empty() {
        problems.push(of_frames(echo));
    }
    problems
}

/// By what it sent in place of an answer.
fn of_frames(echo: &Evidence) -> Problem {
    let heard: Vec<&[u8]> = echo
        .events
        .iter()
        .filter_map(|event| match &event.what {
            What::Heard(psdu) => Some(&psdu[..]),
            _ => None,
        })
        .collect();
    let taken = echo.events.iter().any(|event| {
        matches!(
            event.what,
            What::Sent {
                cause: Cause::Trial,
                taken: true,
                ..
            }
        )
    });
    let Some(last) = heard.last() else {
        return match taken {
            true => Problem::new(
                "a plain echo request is taken (done or settled), and nothing is sent",
                "see how far the frame gets: the FCS check, the address filter, the dispatch (both 41 and IPHC in line were \
                 tried), the ICMPv6 checksum; and whether the stack's output calls the agent's `transmitted`",
            ),
            false => Problem::new(
                "a plain echo request is neither answered nor said to be done",
                "answer `receive` with done, and settled where hello says that it settles",
            ),
        };
    };
    if let Some(wrong) = heard.iter().find(|psdu| !is_fcs_right(psdu)) {
        return Problem::new(
            format!(
                "it sends frames that end in a wrong FCS, such as {}",
                hex(wrong)
            ),
            "put the FCS (CRC-16/KERMIT of all before it, little-endian) behind each frame that is handed to `transmitted`",
        );
    }
    let contexts = ContextTable::new();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    let dissection = dissect(last, &options);
    match (&dissection.packet, dissection.problems.first()) {
        (_, Some(problem)) => Problem::new(
            format!(
                "the last frame that it sends cannot be read: {}: {}",
                problem.kind,
                hex(last)
            ),
            "compare it with RFC 4944 5 and RFC 6282 3, octet by octet",
        ),
        (packet, None) => Problem::new(
            format!(
                "it sends {} frames, and no echo reply that answers; the last one: {}{}",
                heard.len(),
                hex(last),
                packet.as_ref().map_or(String::new(), |packet| format!(
                    ", which is {}",
                    kind(packet)
                ))
            ),
            "the reply goes to the sender of the request, with its identifier, sequence number and data; neighbour \
             solicitations are answered by the tester",
        ),
    }
}

fn kind(packet: &[u8]) -> String {
    match (packet.get(6), packet.get(40)) {
        (Some(58), Some(kind)) => format!("ICMPv6 type {kind}"),
        (Some(protocol), _) => format!("next header {protocol}"),
        _ => "no IPv6 packet".to_owned(),
    }
}

fn hex(octets: &[u8]) -> String {
    let words: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    words.join(" ")
}
