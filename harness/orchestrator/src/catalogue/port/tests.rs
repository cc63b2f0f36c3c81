//! The ports that are there, and what is said of files that are wrong.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use sixlo_judge::name::Topic;
use sixlo_judge::profile::Simplest;
use sixlo_judge::verdict::Outcome;

use super::*;
use crate::rig::Program;

#[test]
fn the_ports_that_are_there_are_read() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../firmware-under-test/ports");
    let ports = match load_ports(&root) {
        Ok(ports) => ports,
        Err(errors) => panic!("{errors}"),
    };
    assert!(ports.len() >= 3);
    assert!(ports.iter().all(|port| !port.duts.is_empty()));
    // Six levels of one node are six columns.
    let columns: usize = ports.iter().map(|port| port.duts.len()).sum();
    assert!(columns >= 8, "{columns}");
}

const DUT: &str = r#"
stack: a-stack
version: "1.2"
lineage: its-own
duts:
  - name: a-stack
    start: { self: a-stack }
    requires: { file: /usr/bin/a-stack, get: "apt-get install a-stack" }
    claims: { level: 2, rows: [ipv6-nd], except: [short-address] }
    simplest: iphc
    p6lowpan: true
    pixit: { pause: 5 ms, reply-within: 50 ms, reassembly-timeout: 2 s, reassembly-buffers: 1 }
    done-by-port: [ipv6-nd]
    reset: none
    environment: { 1: 2000 }
"#;

fn read(text: &str) -> (Option<Port>, Vec<CatalogueError>) {
    let mut errors = Vec::new();
    let port = dut::port("dut.yaml", text, "a-stack", &mut errors);
    (port, errors)
}

#[test]
fn a_dut_file_says_it_all() {
    let (port, errors) = read(DUT);
    assert_eq!(errors, []);
    let port = port.expect("port");
    let [spec] = &port.duts[..] else {
        panic!("{:?}", port.duts);
    };
    let own = Program::Own {
        name: "a-stack".to_owned(),
        arguments: Vec::new(),
    };
    assert_eq!(spec.program, own);
    assert_eq!(spec.claims.level, Some(2));
    assert_eq!(spec.claims.except, [Topic::from("short-address")]);
    assert_eq!(spec.simplest, Simplest::Iphc);
    assert_eq!(spec.reassembly_timeout, Duration::from_secs(2));
    assert_eq!(spec.environment, [(1, 2000)]);
    assert!(!spec.reset_is_cheap);
    assert!(spec.p6lowpan);
    assert_eq!(spec.pause, Duration::from_millis(5));
    assert_eq!(spec.reassembly_buffers, 1);
}

#[test]
fn mistakes_in_a_dut_file_are_told_with_their_places() {
    for (right, wrong, told) in [
        (
            "level: 2",
            "level: 6",
            "dut.yaml:9:22: `6` is no level (0 to 5, or none)",
        ),
        (
            "pause: 5 ms",
            "pause: 5",
            "dut.yaml:12:21: `5` is no time with a unit (such as `50 ms`, `5 s`, `2 min`)",
        ),
        (
            "simplest: iphc",
            "simplest: plain",
            "dut.yaml:10:15: unknown value `plain` (known: ipv6, iphc, iphc-extensions)",
        ),
        (
            "- name: a-stack",
            "- name: A Stack",
            "dut.yaml:6:11: `A Stack` is no column's name (1 to 64 of A-Z, a-z, 0-9, `-`, `.`; \
             no `.` at its beginning)",
        ),
        (
            "- name: a-stack",
            "- name: ../a-stack",
            "dut.yaml:6:11: `../a-stack` is no column's name (1 to 64 of A-Z, a-z, 0-9, `-`, `.`; \
             no `.` at its beginning)",
        ),
        (
            "{ self: a-stack }",
            "{ program: [] }",
            "dut.yaml:7:23: `program` names a program, and its arguments after it",
        ),
    ] {
        let (_, errors) = read(&DUT.replace(right, wrong));
        let told_now: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(told_now, [told]);
    }
}

const BRIDGE: &str = r#"
stack: a-stack
version: "1.2"
lineage: its-own
duts:
  - name: a-stack
    start:
      zep: { program: [builds/node.elf, "-z", "[::1]:{node-port},[::1]:{tester-port}"], channel: 26 }
    configure:
      prompt: "> "
      refusals: ["error:"]
      learn: { iface: { send: ifconfig, after: "Iface " } }
      reset: restart
      eui64: { shell: { send: ["ifconfig {iface} set addr_long {eui64}"], expect: "success" } }
      group: cannot
    claims: { level: none }
    simplest: iphc
    pixit:
      reply-within: 50 ms
      reassembly-timeout: 2 s
      reassembly-buffers: 1
      mac: { after-own: 200 us, request-acknowledgement: true, retransmissions: 3, acknowledged-within: 2 ms }
    reset: cheap
"#;

#[test]
fn a_bridge_is_told_what_the_file_says() {
    let (port, errors) = read(BRIDGE);
    assert_eq!(errors, []);
    let spec = port.expect("port").duts.remove(0).rooted("/root".as_ref());
    let Program::Bridge { kind, settings } = spec.program else {
        panic!("{:?}", spec.program);
    };
    assert_eq!(kind, "zep");
    assert_eq!(settings["stack"], "a-stack 1.2");
    assert_eq!(settings["start"]["program"][0], "/root/builds/node.elf");
    assert_eq!(settings["mac"]["acknowledged-within"], 2000);
    let configure = &settings["configure"];
    assert_eq!(configure["reset"], "restart");
    assert_eq!(configure["hooks"]["eui64"]["shell"]["expect"], "success");
    // What it cannot be told it is not asked for.
    assert_eq!(
        configure["hooks"].as_object().map(serde_json::Map::len),
        Some(1)
    );
}

#[test]
fn a_device_may_have_addresses_of_its_own_on_a_way_that_loses_frames() {
    let own = "    air: lossy\n    addresses: { pan-id: 0xface, dut: { eui64: \"02 00 5e ef 10 00 00 77\" } }\n";
    let (port, errors) = read(&format!("{BRIDGE}{own}"));
    assert_eq!(errors, []);
    let spec = port.expect("port").duts.remove(0);
    assert!(spec.is_lossy);
    let usual = crate::catalogue::Parameters::default().addresses;
    let addresses = spec.addresses.over(&usual);
    assert_eq!(addresses.pan_id, 0xface);
    assert_eq!(addresses.dut.eui64, [2, 0, 0x5e, 0xef, 0x10, 0, 0, 0x77]);
    assert_eq!(addresses.dut.short, usual.dut.short);
    assert_eq!(addresses.tester, usual.tester);
    let (_, errors) = read(&format!("{BRIDGE}{}", own.replace(" 77", "")));
    assert_eq!(
        errors[0].to_string(),
        "dut.yaml:25:48: an EUI-64 has 8 octets, not 7"
    );
}

#[test]
fn mistakes_in_a_bridge_are_told_with_their_places() {
    for (right, wrong, told) in [
        (
            "channel: 26",
            "channel: 27",
            "dut.yaml:8:98: `27` is no channel (0 to 26)",
        ),
        (
            "{tester-port}",
            "{port}",
            "dut.yaml:8:47: there is no `{port}` (known: node-port, tester-port)",
        ),
        (
            "addr_long {eui64}",
            "addr_long {eui}",
            "dut.yaml:14:32: there is no `{eui}` (known: eui64, eui64-plain, iface)",
        ),
        (
            "group: cannot",
            "groups: cannot",
            "dut.yaml:15:7: unknown field `groups`",
        ),
        (
            "reset: restart",
            "reset: reboot",
            "dut.yaml:13:14: unknown value `reboot` (known: restart, cannot, shell, run)",
        ),
    ] {
        let (_, errors) = read(&BRIDGE.replace(right, wrong));
        let told_now: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert!(
            told_now.len() == 1 && told_now[0].starts_with(told),
            "{told_now:?}"
        );
    }
}

/// A mote's start, what else it is told, and what stands behind it in a file.
fn mote(start: &str, configure: &str) -> String {
    let (before, after) = BRIDGE.split_once("      zep:").unwrap();
    let (_, after) = after.split_once("    claims:").unwrap();
    format!("{before}      cooja-mote: {start}\n    configure: {configure}\n    claims:{after}")
}

#[test]
fn a_mote_has_the_contexts_that_it_was_built_with() {
    let (port, errors) = read(&mote(
        r#"{ image: builds/x.cooja, contexts: { 3: "2001:db8:1:2::/64" } }"#,
        r#"{ open-port: { call: ["listen({port}, {echo}) != 0"] } }"#,
    ));
    assert_eq!(errors, []);
    let spec = port.expect("port").duts.remove(0).rooted("/root".as_ref());
    let prefix = "2001:db8:1:2::".parse().unwrap();
    assert_eq!(spec.contexts, BTreeMap::from([(3, (prefix, 64))]));
    let Program::Bridge { kind, settings } = spec.program else {
        panic!("{:?}", spec.program);
    };
    assert_eq!(kind, "cooja-mote");
    assert_eq!(settings["start"]["image"], "/root/builds/x.cooja");
    assert_eq!(settings["start"]["mote-id"], 1);
    assert_eq!(settings["start"]["contexts"]["3"], "2001:db8:1:2::/64");
    let call = &settings["configure"]["hooks"]["open-port"]["call"];
    assert_eq!(call[0], "listen({port}, {echo}) != 0");
}

#[test]
fn mistakes_about_a_mote_are_told_with_their_places() {
    let (_, errors) = read(&mote(
        r#"{ image: x, mote-id: 0, contexts: { 0: "2001:db8::", 16: "::/0" }, send-ipv6: ["f({port})"] }"#,
        r#"{ group: { call: ["join({address})"] } }"#,
    ));
    let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let told = told.join("\n");
    for text in [
        "a mote's number is within 1 to 65535",
        "`0: 2001:db8::` is no context (such as `0: 2001:db8::/64`, with 0 to 15)",
        "`16: ::/0` is no context",
        "there is no `{port}` (known: packet, length, result, echo, tap)",
        "there is no `{address}` (known: group, result, echo, tap)",
    ] {
        assert!(told.contains(text), "{text}: {told}");
    }
    assert_eq!(errors.len(), 5, "{told}");
}

#[test]
fn known_deviations_are_read() {
    let text = r#"
- { cases: "fragment*", duts: "*", outcome: dropped, versions: ">=0.14, <0.15", reason: "four holes at most", function: "add" }
- { cases: "x", labels: "a*", outcome: wrong-value, reason: "r", link: "https://example.org" }
"#;
    let mut errors = Vec::new();
    let known = known::known("known.yaml", text, &mut errors)
        .expect("known")
        .trials;
    assert_eq!(errors, []);
    assert_eq!(known[0].outcome, Outcome::Dropped);
    assert!(known[0].case.matches("fragments-reversed"));
    assert_eq!(known[1].reason, "r (https://example.org)");
    let several = "- { cases: [a, b], labels: [\"x*\", y], duts: [\"1\", \"2\"], outcome: undecided, reason: r }\n";
    let known = known::known("known.yaml", several, &mut errors)
        .expect("known")
        .trials;
    let each: Vec<_> = known
        .iter()
        .map(|entry| {
            let label = entry.label.as_ref().expect("label");
            format!("{} {label} {}", entry.case, entry.dut)
        })
        .collect();
    let expected = [
        "a x* 1", "a x* 2", "a y 1", "a y 2", "b x* 1", "b x* 2", "b y 1", "b y 2",
    ];
    assert_eq!(each, expected);
    assert!(known.iter().all(|entry| entry.outcome == Outcome::Unknown));
    let wrong = "- { cases: x, outcome: dropped, reason: r, versions: \">>1\" }\n";
    assert!(known::known("known.yaml", wrong, &mut errors).is_none());
    assert!(
        errors[0].to_string().starts_with("known.yaml:1:"),
        "{errors:?}"
    );
}

#[test]
fn two_columns_of_one_name_are_told() {
    let root = tempfile::tempdir().expect("folder");
    for folder in ["one", "two"] {
        let folder = root.path().join(folder);
        fs::create_dir(&folder).expect("folder");
        fs::write(folder.join("dut.yaml"), DUT).expect("dut.yaml");
        fs::write(folder.join("known.yaml"), "[]\n").expect("known.yaml");
    }
    let errors = load_ports(root.path()).expect_err("errors").to_string();
    assert!(
        errors.contains("`a-stack` is a column of one, too"),
        "{errors}"
    );
}

#[test]
fn an_entry_for_a_case_or_a_column_that_is_not_there_is_refused() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testcases");
    let catalogue =
        crate::catalogue::load(&root, &crate::catalogue::Parameters::default()).unwrap();
    let check = |known: &str| {
        let mut port = read(DUT).0.expect("port");
        let known = known::known("known.yaml", known, &mut Vec::new()).expect("known");
        (port.known, port.cells) = (known.trials, known.cells);
        check_known(&catalogue, &[port]).map_err(|errors| errors.to_string())
    };
    let entry = |cases: &str, duts: &str| {
        format!("- {{ cases: \"{cases}\", duts: \"{duts}\", outcome: dropped, reason: because }}")
    };
    assert_eq!(check(&entry("uncompressed-*", "a-*")), Ok(()));
    assert_eq!(
        check(&entry("renamed", "*")).unwrap_err(),
        "a-stack/known.yaml: `cases: renamed` matches no case \
         (allowed: an id of `sixlo catalogue list`, `*` for any text)\n1 error"
    );
    assert_eq!(
        check(&entry("*", "another")).unwrap_err(),
        "a-stack/known.yaml: `duts: another` of `cases: *` matches no column (allowed: a-stack)\n1 error"
    );
}

#[test]
fn a_sending_cell_is_explained_by_its_row_and_mark() {
    let read = |text: &str| {
        let mut errors = Vec::new();
        let known = known::known("known.yaml", text, &mut errors);
        known.ok_or_else(|| errors.iter().map(ToString::to_string).collect::<String>())
    };
    let known = read(
        "- { sending: [nhc-udp, mesh-header], shows: '~', reason: r, function: emit }\n\
         - { sending: ghc, shows: '', reason: r }\n",
    )
    .expect("two entries");
    let cells: Vec<_> = known
        .cells
        .iter()
        .map(|cell| (cell.topic.0.as_str(), cell.cell.mark()))
        .collect();
    assert_eq!(cells, [("nhc-udp", "~"), ("mesh-header", "~"), ("ghc", "")]);
    assert!(known.trials.is_empty());
    for (wrong, told) in [
        (
            "- { sending: ghc, shows: o, reason: r }",
            "known.yaml:1:26: `shows: o` needs no entry (allowed: '~', '', x)",
        ),
        (
            "- { sending: ghc, reason: r }",
            "known.yaml:1:3: explains neither trials nor a cell",
        ),
        (
            "- { cases: a, reason: r }",
            "known.yaml:1:3: explains neither trials nor a cell",
        ),
        (
            "- { cases: a, sending: ghc, outcome: dropped, shows: x, reason: r }",
            "known.yaml:1:3: explains neither",
        ),
        (
            "- { sending: ghc, shows: x, labels: a, reason: r }",
            "known.yaml:1:3: explains neither",
        ),
    ] {
        let error = read(wrong).expect_err(wrong);
        assert!(error.starts_with(told), "{error}");
    }
}

#[test]
fn an_entry_that_names_no_function_is_refused_by_lint() {
    let mut port = read(DUT).0.expect("port");
    let mut check = |known: &str| {
        let known = known::known("known.yaml", known, &mut Vec::new()).expect("known");
        (port.known, port.cells) = (known.trials, known.cells);
        check_functions(std::slice::from_ref(&port)).map_err(|errors| errors.to_string())
    };
    assert_eq!(
        check("- { cases: a, outcome: dropped, reason: r, function: add }"),
        Ok(())
    );
    for (entry, name) in [
        ("- { cases: a, outcome: dropped, reason: r }", "`cases: a`"),
        ("- { sending: ghc, shows: x, reason: r }", "`sending: ghc`"),
    ] {
        let error = check(entry).expect_err(entry);
        let told = format!("a-stack/known.yaml: {name} names no `function`");
        assert!(error.starts_with(&told), "{error}");
    }
}

/// A device without wires, played through these radios.
fn black_box(injector: &str, sniffer: &str) -> String {
    let (before, after) = BRIDGE.split_once("      zep:").unwrap();
    let (_, after) = after.split_once("    claims:").unwrap();
    format!(
        "{before}      black-box:\n        injector: {injector}\n        sniffer: {sniffer}\n        \
         channel: 15\n    claims:{after}"
    )
}

#[test]
fn what_is_known_of_the_same_code_is_known_of_this_port_too() {
    let house = tempfile::tempdir().unwrap();
    let port = |name: &str, same: &str, known: &str| {
        let folder = house.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        let dut = BRIDGE.replace("name: ", &format!("name: {name}-"));
        std::fs::write(folder.join("dut.yaml"), format!("{same}{dut}")).unwrap();
        std::fs::write(folder.join("known.yaml"), known).unwrap();
    };
    let entry = |case: &str| format!("- {{ cases: {case}, outcome: dropped, reason: r }}\n");
    port(
        "one",
        "",
        &(entry("a") + "- { sending: ghc, shows: x, reason: r }\n"),
    );
    port("two", "known-as: one\n", &entry("b"));
    let ports = load_ports(house.path()).unwrap();
    let cases = |port: &Port| -> Vec<String> {
        port.known
            .iter()
            .map(|entry| entry.case.to_string())
            .collect()
    };
    assert_eq!(cases(&ports[0]), ["a"]);
    assert_eq!(cases(&ports[1]), ["b", "a"]);
    assert_eq!(ports[1].cells.len(), 1);
    for (name, told) in [
        (
            "..",
            "`known-as: ..` is no other folder of firmware-under-test/ports",
        ),
        ("three", "`known-as: three` is no other folder"),
        ("no-such-port", "no-such-port/known.yaml"),
    ] {
        port("three", &format!("known-as: {name}\n"), "[]\n");
        let error = load_ports(house.path()).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
        std::fs::remove_dir_all(house.path().join("three")).unwrap();
    }
}

#[test]
fn an_interface_is_made_anew_by_its_bridge_alone_or_by_commands_alone() {
    let with = |start: &str, configure: &str| {
        let (before, after) = BRIDGE.split_once("      zep:").unwrap();
        let (_, after) = after.split_once("    claims:").unwrap();
        format!("{before}      wpan: {start}\n{configure}    claims:{after}")
    };
    let itself = "{ monitor: mon0, interface: wpan0 }";
    let told = "    configure: { reset: cannot, pan-id: { run: [iwpan, \"{pan}\"] } }\n";
    for (start, configure, interface) in [
        (itself, "", Some("wpan0")),
        ("{ monitor: mon0 }", told, None),
    ] {
        let (port, errors) = read(&with(start, configure));
        assert_eq!(errors, []);
        let Program::Bridge { settings, .. } = port.expect("port").duts.remove(0).program else {
            panic!("no bridge");
        };
        assert_eq!(settings["start"]["monitor"], "mon0");
        assert_eq!(settings["start"]["interface"].as_str(), interface);
    }
    let (_, errors) = read(&with(itself, told));
    let told = errors.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert!(
        told.len() == 1
            && told[0].contains("with `interface: wpan0` the bridge makes all settings"),
        "{told:?}"
    );
}

#[test]
fn radios_are_told_where_their_lines_lead() {
    let radios = |injector, sniffer| {
        let (port, errors) = read(&black_box(injector, sniffer));
        assert_eq!(errors, []);
        let spec = port.expect("port").duts.remove(0);
        let Program::Bridge { settings, .. } = spec.program else {
            panic!("{:?}", spec.program);
        };
        let start = settings["start"].clone();
        (start["injector"].clone(), start["sniffer"].clone())
    };
    let (injector, sniffer) = radios(
        "{ spinel: { serial: { path: /dev/ttyACM0, baud: 460800 }, \
         acknowledges: { pan-id: 0xabcd, eui64: 02 00 5e ef 10 00 00 1a } } }",
        "{ nordic-sniffer: { tcp: 'server.lan:2001' } }",
    );
    let serial = &injector["spinel"]["line"]["serial"];
    assert_eq!(
        (&serial["path"], &serial["baud"]),
        (&"/dev/ttyACM0".into(), &460_800.into())
    );
    let own = &injector["spinel"]["acknowledges"];
    assert_eq!(
        (&own["short"], &own["eui64"]),
        (&0xffff.into(), &0x0200_5eef_1000_001a_u64.into())
    );
    assert_eq!(sniffer["nordic-sniffer"]["tcp"], "server.lan:2001");
    let (injector, sniffer) = radios(
        "{ agent: { serial: { path: /dev/ttyACM1 } } }",
        "{ wpan: monitor0 }",
    );
    assert_eq!(injector["agent"]["serial"]["baud"], 115_200);
    assert_eq!(sniffer["wpan"], "monitor0");
}

#[test]
fn mistakes_about_radios_are_told_with_their_places() {
    for (injector, sniffer, told) in [
        (
            "{ nordic-sniffer: { tcp: 'a:1' } }",
            "{ wpan: m }",
            "dut.yaml:9:37: a nordic-sniffer sends nothing: it is no injector",
        ),
        (
            "{ agent: {} }",
            "{ wpan: m }",
            "dut.yaml:9:28: a line leads to one of these: `serial: {",
        ),
        (
            "{ agent: { tcp: 'a:1', program: [b] } }",
            "{ wpan: m }",
            "dut.yaml:9:28: a line leads to one of these: `serial: {",
        ),
        (
            "{ agent: { tcp: server } }",
            "{ wpan: m }",
            "dut.yaml:9:35: `server` is no host and port (such as `server.lan:2001`)",
        ),
        (
            "{ agent: { serial: { path: /dev/x, baud: 0 } } }",
            "{ wpan: m }",
            "dut.yaml:9:60: a rate is 1 bit a second or more",
        ),
        (
            "{ spinel: { program: [ot-rcp], acknowledges: { pan-id: 1, eui64: 02 00 } } }",
            "{ wpan: m }",
            "dut.yaml:9:84: an EUI-64 has eight octets",
        ),
        (
            "{ wpan: m }",
            "{ spinal: { tcp: 'a:1' } }",
            "dut.yaml:10:20: unknown value `spinal` (known: agent, spinel, nordic-sniffer, zep, wpan)",
        ),
    ] {
        let (_, errors) = read(&black_box(injector, sniffer));
        let told_now: Vec<_> = errors.iter().map(ToString::to_string).collect();
        assert!(
            told_now.len() == 1 && told_now[0].starts_with(told),
            "{told_now:?}"
        );
    }
}
