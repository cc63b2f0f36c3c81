//! What is written is right at once, whatever the name.

use std::path::Path;

use super::*;
use crate::catalogue::load_ports;

const KINDS: [Kind; 7] = [
    Kind::AgentC,
    Kind::Rust,
    Kind::Program,
    Kind::Zep,
    Kind::CoojaMote,
    Kind::BlackBox,
    Kind::Wpan,
];

#[test]
fn every_kind_is_a_port_that_claims_nothing_whatever_its_name_looks_like() {
    // Numbers, truths and nothing in YAML, unless they are quoted.
    for name in ["tiny", "1.0", "null", "yes", "0x10", "1e3", "a-b.c"] {
        for kind in KINDS {
            let ports = tempfile::tempdir().unwrap();
            let files = files(name, kind, Home::House).unwrap();
            check_name(name, &[]).unwrap();
            write(&ports.path().join(name), &files).unwrap();
            let read = load_ports(ports.path()).unwrap();
            let [port] = &read[..] else {
                panic!("{read:?}")
            };
            assert_eq!((port.folder.as_str(), port.stack.as_str()), (name, name));
            let [dut] = &port.duts[..] else {
                panic!("{port:?}")
            };
            assert_eq!(dut.name.0, name);
            assert_eq!(dut.claims, Default::default());
            assert!(port.known.is_empty() && dut.requires.is_some());
            assert!(
                files
                    .iter()
                    .all(|file| !file.text.contains("@NAME") && !file.text.contains("@CRATE"))
            );
        }
    }
}

#[test]
fn names_that_no_column_can_have_or_another_one_has_are_refused() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../firmware-under-test/ports");
    let ports = load_ports(&root).unwrap();
    let told: Vec<String> = [
        "",
        "..",
        ".a",
        "a.",
        "-a",
        "a/b",
        "a b",
        "é",
        "con",
        "P6LoWPAN-9",
        "SixLo",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain(ports.iter().map(|port| port.folder.to_uppercase()))
    .chain([ports[0].duts[0].name.0.clone(), "a".repeat(65)])
    .map(|name| check_name(&name, &ports).expect_err(&name).to_string())
    .collect();
    assert!(told[3].contains("at its beginning and end"), "{told:?}");
    assert!(told[11].contains("is a stack's folder"), "{told:?}");
    check_name("tiny", &ports).unwrap();
}

#[test]
fn nothing_is_overwritten_and_nothing_is_left_by_halves() {
    let ports = tempfile::tempdir().unwrap();
    let folder = ports.path().join("tiny");
    let mut files = files("tiny", Kind::AgentC, Home::House).unwrap();
    write(&folder, &files).unwrap();
    std::fs::write(folder.join("port.c"), "mine").unwrap();
    let error = write(&folder, &files).unwrap_err();
    assert!(matches!(error, NewError::Exists { .. }), "{error}");
    assert_eq!(std::fs::read(folder.join("port.c")).unwrap(), b"mine");
    // A file that cannot be made, after three that can.
    files[3].name = "no/such/folder";
    let other = ports.path().join("other");
    let error = write(&other, &files).unwrap_err();
    assert!(matches!(error, NewError::Write { .. }), "{error}");
    assert!(!other.exists());
}

#[test]
fn a_folder_that_stands_alone_brings_the_agent_with_it() {
    let alone = Home::Alone {
        header: "the header",
        source: "the source",
    };
    let names = |kind| {
        let files = files("tiny", kind, alone)?;
        Ok::<_, NewError>(files.iter().map(|file| file.name).collect::<Vec<_>>())
    };
    assert!(names(Kind::AgentC).unwrap().contains(&"sixlo_agent.c"));
    let error = names(Kind::Rust).unwrap_err().to_string();
    assert!(error.starts_with("kind rust"), "{error}");
}

#[test]
fn a_first_dut_yaml() {
    let files = files("1.0", Kind::AgentC, Home::House).unwrap();
    insta::assert_snapshot!(files[0].text);
}

/// A stack of which others have written, and that somebody now brings.
#[test]
fn a_folder_without_a_port_gets_one_and_keeps_what_it_has() {
    let ports = tempfile::tempdir().unwrap();
    let folder = ports.path().join("told");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("README.md"), "mine").unwrap();
    let mut files = files("told", Kind::AgentC, Home::House).unwrap();
    write(&folder, &files).unwrap();
    assert_eq!(std::fs::read(folder.join("README.md")).unwrap(), b"mine");
    assert!(folder.join("port.c").exists() && folder.join("dut.yaml").exists());
    assert!(matches!(
        write(&folder, &files),
        Err(NewError::Exists { .. })
    ));
    // By halves it is not made, and what was there stays there.
    std::fs::remove_file(folder.join("dut.yaml")).unwrap();
    files[4].name = "no/such/folder";
    write(&folder, &files).unwrap_err();
    assert_eq!(std::fs::read(folder.join("README.md")).unwrap(), b"mine");
    assert!(!folder.join("dut.yaml").exists() && folder.join("port.c").exists());
}
