//! What a new stack may be called.

use super::NewError;
use crate::catalogue::Port;

/// Beginnings of names that mean something already.
const RESERVED: [(&str, &str); 2] = [
    (
        "p6lowpan",
        "the reference node's columns begin so, and claim a level by it",
    ),
    ("sixlo", "the harness itself is called so"),
];
/// Words that files of a run, or of a port, have for names.
const WORDS: [&str; 9] = [
    "con", "nul", "aux", "prn", "run", "trials", "report", "shrink", "target",
];

/// Refuses a name that no column can have, or that another one has, in whatever capitals:
/// `--dut` does not tell them apart.
pub fn check(name: &str, ports: &[Port]) -> Result<(), NewError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let ends = |c: char| c.is_ascii_alphanumeric();
    let is_name = matches!(name.len(), 1..=64)
        && name.chars().all(plain)
        && name.starts_with(ends)
        && name.ends_with(ends);
    if !is_name {
        return Err(NewError::Name {
            name: name.to_owned(),
        });
    }
    let reserved = |by: String| {
        Err(NewError::Reserved {
            name: name.to_owned(),
            by,
        })
    };
    let lower = name.to_ascii_lowercase();
    if let Some((_, why)) = RESERVED.iter().find(|(word, _)| lower.starts_with(word)) {
        return reserved((*why).to_owned());
    }
    if WORDS.contains(&lower.as_str()) {
        return reserved("a file of every run, or of some systems, is called so".to_owned());
    }
    for port in ports {
        if port.folder.eq_ignore_ascii_case(name) {
            return reserved(format!("ports/{} is a stack's folder", port.folder));
        }
        let column = |dut: &&crate::rig::DutSpec| dut.name.0.eq_ignore_ascii_case(name);
        if let Some(dut) = port.duts.iter().find(column) {
            let by = format!("`{}` is a column of ports/{}", dut.name, port.folder);
            return reserved(by);
        }
    }
    Ok(())
}
