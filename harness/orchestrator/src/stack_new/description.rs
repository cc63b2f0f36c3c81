//! A first dut.yaml: its values written by a machine, for a name may look like a number; its comments are for whoever
//! fills it in.

use serde::Serialize;
use serde_yaml::{Mapping, Value};

use super::Kind;

/// dut.yaml of a new port.
pub(super) fn dut_yaml(name: &str, kind: Kind) -> String {
    let dut = format!("target/ports/{name}/dut");
    let get = match kind {
        Kind::AgentC | Kind::Rust => format!("firmware-under-test/ports/{name}/build"),
        Kind::Program => format!("see firmware-under-test/ports/{name}/README.md"),
    };
    let sections = [
        ("The title of its column.", pair("name", name)),
        (
            "What is started; paths are from the checkout's root. What is missing is named with how to get it.",
            merged([
                pair("start", pair("program", vec![dut.as_str()])),
                pair("requires", merged([pair("file", &dut), pair("get", get)])),
            ]),
        ),
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
            pair("reset", "cheap"),
        ),
    ];
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
