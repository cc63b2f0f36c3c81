//! A first dut.yaml: its values written by a machine, for a name may look like a number; its comments are for whoever
//! fills it in.

use serde::Serialize;
use serde_yaml::{Mapping, Value};

use super::Kind;

/// Some values, and what their comment says.
type Section = (&'static str, Mapping);

/// dut.yaml of a new port.
pub(super) fn dut_yaml(name: &str, kind: Kind) -> String {
    let mut sections = vec![("The title of its column.", pair("name", name))];
    sections.extend(start(name, kind));
    sections.extend([
        (
            "What its maker claims, before anything is measured: a level (0 to 5, or none), topics of testcases/rows.yaml\n\
             beyond it (`rows`), and those left out of it (`except`). A verdict never looks at it; the exit code does.",
            pair(
                "claims",
                merged([pair("level", "none"), pair("rows", Vec::<String>::new())]),
            ),
        ),
        (
            "The plainest form it takes: ipv6 (dispatch 41), iphc (all in line), or iphc-extensions (the same, but takes\n\
             extension headers as NHC only). The other one is tried, too.",
            pair("simplest", "ipv6"),
        ),
        (
            "How long an answer may take, how long it keeps an incomplete datagram, and of how many at a time.",
            pair(
                "pixit",
                merged([
                    pair("reply-within", "50 ms"),
                    pair("reassembly-timeout", "60 s"),
                    pair("reassembly-buffers", 1),
                ]),
            ),
        ),
        (
            "What a reset costs: cheap (one goes before each trial), dear, or none.",
            pair("reset", if is_linked(kind) { "cheap" } else { "dear" }),
        ),
    ]);
    text(name, &sections)
}

/// Whether the stack is built with an agent.
fn is_linked(kind: Kind) -> bool {
    matches!(kind, Kind::AgentC | Kind::Rust | Kind::Program)
}

/// How it is started, and for those without an agent, how they are told things.
fn start(name: &str, kind: Kind) -> Vec<Section> {
    const STARTED: &str = "What is started; paths are from the checkout's root. What is missing is named with how to get it.";
    const TOLD: &str = "How it is told things: `reset` (restart, cannot, shell, run) and one entry a setting, such as\n\
        eui64: { shell: { send: [\"set addr {eui64}\"], expect: ok } }\n\
        with `prompt` for its shell. What is left out it cannot be told: cases that need it do not apply.";
    const AIR: &str = "What carries its frames may lose some: silence alone then proves nothing.";
    let target = |file: &str| format!("target/ports/{name}/{file}");
    let see = format!("see firmware-under-test/ports/{name}/README.md");
    let started = |start: Mapping, file: &str, get: &str| {
        let requires = merged([pair("file", file), pair("get", get)]);
        (
            STARTED,
            merged([pair("start", start), pair("requires", requires)]),
        )
    };
    let told = |reset: &str| (TOLD, pair("configure", pair("reset", reset)));
    let lossy = || (AIR, pair("air", "lossy"));
    match kind {
        Kind::AgentC | Kind::Rust | Kind::Program => {
            let get = match kind {
                Kind::Program => see,
                _ => format!("firmware-under-test/ports/{name}/build"),
            };
            let dut = target("dut");
            vec![started(pair("program", vec![&dut]), &dut, &get)]
        }
        Kind::Zep => {
            let node = target("node");
            let words = vec![node.as_str(), "{node-port}", "{tester-port}"];
            let zep = merged([pair("program", words), pair("channel", 26)]);
            vec![
                started(pair("zep", zep), &node, &see),
                told("restart"),
                lossy(),
            ]
        }
        Kind::CoojaMote => {
            let image = target("mote.cooja");
            let mote = pair("image", &image);
            vec![
                started(pair("cooja-mote", mote), &image, &see),
                told("restart"),
            ]
        }
        Kind::BlackBox => {
            let radio = target("radio");
            let agent = pair("agent", pair("program", vec![&radio]));
            let rack = merged([pair("injector", agent), pair("channel", 26)]);
            let dut = pair("eui64", "02 00 5e ef 10 00 00 2b");
            let addresses = merged([pair("pan-id", 0xabcd), pair("dut", dut)]);
            vec![
                started(pair("black-box", rack), &radio, &see),
                told("cannot"),
                (
                    "The addresses that it has: nobody can give it others.",
                    pair("addresses", addresses),
                ),
                lossy(),
            ]
        }
        Kind::Wpan => {
            let monitor = pair("monitor", "monitor0");
            let file = "/sys/class/net/monitor0";
            vec![
                started(pair("wpan", monitor), file, &see),
                told("cannot"),
                lossy(),
            ]
        }
    }
}

/// The file: head, then the one column.
fn text(name: &str, sections: &[Section]) -> String {
    let head = merged([
        pair("stack", name),
        pair("version", "0"),
        pair("lineage", name),
    ]);
    let mut text = format!(
        "# {name} as a device under test. README.md beside this says what the port does in the stack's place.\n\
         # `sixlo stack probe {name}` proposes what belongs here; `lineage` names whose code it descends from.\n{}duts:\n",
        yaml(&head)
    );
    for (at, (comment, values)) in sections.iter().enumerate() {
        for line in comment.lines() {
            text += &format!("  {} # {line}\n", " ");
        }
        for (line, words) in yaml(values).lines().enumerate() {
            let dash = if at == 0 && line == 0 { "-" } else { " " };
            text += &format!("  {dash} {words}\n");
        }
    }
    text
}

fn pair(key: &str, value: impl Serialize) -> Mapping {
    // Texts, numbers and lists of them are always YAML.
    let value = serde_yaml::to_value(value).unwrap_or(Value::Null);
    Mapping::from_iter([(Value::from(key), value)])
}

fn merged<const N: usize>(pairs: [Mapping; N]) -> Mapping {
    pairs.into_iter().flatten().collect()
}

fn yaml(values: &Mapping) -> String {
    serde_yaml::to_string(values).unwrap_or_default()
}
