//! What the ports' files say, under other names.

use std::path::Path;

use serde_yaml::{Mapping, Value};
use sixlo_judge::day::Day;
use sixlo_judge::known::{Glob, VersionRange};
use sixlo_judge::name::DutName;

use super::salt::Salt;
use super::{dut, words};
use crate::catalogue::Port;
use crate::embargo::withholds;
use crate::run::Header;

/// dut.yaml and known.yaml of every port that the run met, each with its path below the folder
/// of the ports. Programs, versions, reasons and places in the stacks' source are left out; what
/// is known of another version of a stack is left out whole, and so is what is under an embargo
/// on the day `today`.
pub fn ports(
    root: &Path,
    ports: &[Port],
    header: &Header,
    salt: &Salt,
    today: Option<Day>,
) -> std::io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for port in ports {
        let met = |name: &str| {
            header
                .profiles
                .iter()
                .find(|profile| profile.name.0 == name)
        };
        let Some(profile) = port.duts.iter().find_map(|dut| met(&dut.name.0)) else {
            continue;
        };
        let folder = root.join(&port.folder);
        let read = |name: &str| -> std::io::Result<Value> {
            serde_yaml::from_str(&std::fs::read_to_string(folder.join(name))?)
                .map_err(std::io::Error::other)
        };
        let name = salt.name("PORT", &port.folder);
        let mut duts = read("dut.yaml")?;
        rename(&mut duts, salt, &|name| met(name).is_some());
        files.push((format!("{name}/dut.yaml"), text(&duts)?));
        let known = match read("known.yaml")? {
            Value::Sequence(entries) => entries
                .into_iter()
                .filter(|entry| today.is_none_or(|today| !withholds(entry, today)))
                .flat_map(|entry| known(entry, &profile.stack, port, salt))
                .collect(),
            _ => Vec::new(),
        };
        files.push((format!("{name}/known.yaml"), text(&Value::Sequence(known))?));
    }
    Ok(files)
}

fn text(value: &Value) -> std::io::Result<String> {
    serde_yaml::to_string(value).map_err(std::io::Error::other)
}

fn rename(file: &mut Value, salt: &Salt, met: &dyn Fn(&str) -> bool) {
    let Value::Mapping(file) = file else { return };
    for (key, kind) in [("stack", "STACK"), ("lineage", "LINEAGE")] {
        let name = file.get(key).and_then(Value::as_str).unwrap_or_default();
        let name = salt.name(kind, name);
        file.insert(key.into(), name.into());
    }
    file.insert("version".into(), "0".into());
    let Some(Value::Sequence(duts)) = file.get_mut("duts") else {
        return;
    };
    duts.retain(|dut| dut.get("name").and_then(Value::as_str).is_some_and(met));
    for one in duts {
        let Value::Mapping(one) = one else { continue };
        let name = one.get("name").and_then(Value::as_str).unwrap_or_default();
        let name = dut(salt, &DutName(name.to_owned())).0;
        let mut start = Mapping::new();
        start.insert("self".into(), name.to_lowercase().into());
        one.insert("name".into(), name.into());
        one.insert("start".into(), Value::Mapping(start));
        one.remove("requires");
        one.remove("environment");
    }
}

/// The entry, once for each device that it speaks of by name.
fn known(entry: Value, stack: &str, port: &Port, salt: &Salt) -> Vec<Value> {
    let Value::Mapping(mut entry) = entry else {
        return Vec::new();
    };
    let versions = entry.remove("versions");
    let range = versions.and_then(|text| text.as_str()?.parse::<VersionRange>().ok());
    if range.is_some_and(|range| !range.contains_version_of(stack)) {
        return Vec::new();
    }
    entry.remove("function");
    entry.remove("link");
    entry.insert("reason".into(), words::WITHHELD.into());
    let Some(Value::String(pattern)) = entry.remove("duts") else {
        return vec![Value::Mapping(entry)];
    };
    let glob = Glob::from(pattern.as_str());
    let meant = port.duts.iter().filter(|dut| glob.matches(&dut.name.0));
    meant
        .map(|one| {
            let mut entry = entry.clone();
            entry.insert("duts".into(), dut(salt, &one.name).0.into());
            Value::Mapping(entry)
        })
        .collect()
}
