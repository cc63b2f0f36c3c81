//! Devices without an agent, behind bridges: the reference node as a foreign node would
//! be, with the cells that it has with an agent.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::net::UdpSocket;
use std::path::Path;

use common::{checkout, said, sixlo};
use serde_json::Value;

/// What a bridge tells a stand-in's shell.
const CONFIGURE: &str = r#"
      prompt: "> "
      refusals: ["error:"]
      reset: restart
      eui64: { shell: { send: ["eui64 {eui64}"], expect: success } }
      short-address: { shell: { send: ["short {short}"], expect: success } }
      pan-id: { shell: { send: ["pan {pan}"], expect: success } }
      address: { shell: { send: ["add {address}/{length}"], expect: success } }
      group: { shell: { send: ["join {group}"], expect: success } }
      context: { shell: { send: ["context {id} {prefix}/{length} {compress}"], expect: success } }
      checksum-elision: { shell: { send: ["elide {on}"], expect: success } }
      nd-classic: { shell: { send: ["nd classic"], expect: success } }
      autoconfigure: { shell: { send: ["autoconfigure {on}"], expect: success } }
      mesh-hops: { shell: { send: ["mesh {hops}"], expect: success } }
      open-port: { shell: { send: ["open {port}"], expect: success } }
"#;

/// A folder with the catalogue and these ports, each a dut.yaml.
fn house(ports: &[(&str, String)]) -> tempfile::TempDir {
    let house = tempfile::tempdir().unwrap();
    let testcases = house.path().join("testcases");
    std::os::unix::fs::symlink(checkout().join("testcases"), testcases).unwrap();
    for (name, dut) in ports {
        let folder = house.path().join("firmware-under-test/ports").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("dut.yaml"), dut).unwrap();
        fs::write(folder.join("known.yaml"), "[]\n").unwrap();
    }
    house
}

fn with_agent() -> (&'static str, String) {
    let path = "firmware-under-test/ports/p6lowpan/dut.yaml";
    let text = fs::read_to_string(checkout().join(path)).unwrap();
    ("p6lowpan", text)
}

/// The report on a run with these words, as data.
fn run(house: &Path, words: &[&str]) -> Value {
    let runs = house.join("runs");
    let output = sixlo(&["run", "--runs"])
        .arg(&runs)
        .args(words)
        .current_dir(house)
        .output()
        .unwrap();
    let told = said(&output);
    assert!(!told.contains("not played"), "{told}");
    let folder = fs::read_dir(&runs).unwrap().next().unwrap().unwrap().path();
    let output = sixlo(&["report", "--format", "json"])
        .arg(folder)
        .current_dir(house)
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// The receiving cells of a device, by topic.
fn cells(report: &Value, name: &str) -> BTreeMap<String, String> {
    let duts = report["duts"].as_array().unwrap();
    let dut = duts.iter().find(|one| one["name"] == name);
    let dut = dut.unwrap_or_else(|| panic!("{name} is not in the report: {}", report["left_out"]));
    let cells = dut["receive"]["cells"].as_array().unwrap();
    let rows = report["rows"].as_array().unwrap();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let pair = |(row, cell): (&Value, &Value)| (text(row, "topic"), text(cell, "mark"));
    rows.iter().zip(cells).map(pair).collect()
}

/// What is decided of the reference node with an agent is so of this one, too.
fn has_the_cells_of_one_with_an_agent(report: &Value, name: &str) {
    let (found, with) = (cells(report, name), cells(report, "P6LoWPAN-5"));
    let decided: Vec<_> = with.iter().filter(|(_, cell)| *cell != "-").collect();
    assert!(decided.len() >= 10, "{with:?}");
    let not_passed = trials(report).into_iter().filter(|trial| trial.1 != "pass");
    let not_passed: Vec<_> = not_passed.collect();
    for (topic, cell) in decided {
        assert_eq!(&found[topic], cell, "{topic}: {not_passed:#?}");
    }
}

/// UDP ports that are free now.
fn free_ports<const N: usize>() -> [u16; N] {
    let sockets = [(); N].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    sockets.map(|socket| socket.local_addr().unwrap().port())
}

/// The port of a node behind ZEP and a shell, which has these parameters, too.
fn behind_zep(more: &[&str], reply_within: &str) -> (&'static str, String) {
    let program = env!("CARGO_BIN_EXE_sixlo");
    let more: String = more.iter().map(|one| format!(", --param, {one}")).collect();
    let dut = format!(
        r#"
stack: stand-in
version: "1"
lineage: ayers-levis
duts:
  - name: behind-zep
    start:
      zep:
        program: [{program}, dut, zep-node, --param, "node-port={{node-port}}", --param, "tester-port={{tester-port}}"{more}]
        channel: 26
    configure:{CONFIGURE}
    claims: {{ level: 5 }}
    simplest: ipv6
    p6lowpan: true
    pixit:
      reply-within: {reply_within}
      reassembly-timeout: 60 s
      reassembly-buffers: 4
      mac:
        after-own: 200 us
        request-acknowledgement: true
        retransmissions: 3
        acknowledged-within: 5 ms
        acknowledge: true
        acknowledge-after: 250 us
        fresh-sequence-numbers: true
        before-broadcast: 5 ms
    air: lossy
    reset: cheap
"#
    );
    ("stand-in", dut)
}

/// The trials of a report: case, verdict and outcome, and what was observed.
fn trials(report: &Value) -> Vec<(String, String, String, String)> {
    let trials = report["trials"].as_array().unwrap();
    let text = |trial: &Value, key: &str| trial[key].as_str().unwrap_or_default().to_owned();
    let told = |trial| {
        let [case, verdict] = ["case", "verdict"].map(|key| text(trial, key));
        let [outcome, observed] = ["outcome", "observed"].map(|key| text(trial, key));
        (case, verdict, outcome, observed)
    };
    trials.iter().map(told).collect()
}

#[test]
#[ignore = "some seconds on the wall's clock"]
fn a_machine_too_slow_for_the_deadline_fails_nothing_and_leaves_nothing_open() {
    // Each frame costs more than twice as long as an answer may take.
    let house = house(&[behind_zep(&["works-ms=30"], "12 ms")]);
    let words = [
        "--dut",
        "behind-zep",
        "rfc6282/3.1.1/tf-elided",
        "broadcast-echo",
    ];
    let report = run(house.path(), &words);
    let trials = trials(&report);
    let valid: Vec<_> = trials.iter().filter(|one| one.1 != "none").collect();
    assert!(valid.len() >= 2, "{trials:#?}");
    assert!(valid.iter().all(|one| one.1 == "pass"), "{trials:#?}");
}

/// An advertisement bears no nonce. The one that answers the tester's introduction comes long after
/// that was put on air, and is none of the trial's: neither the control's answer, nor, one further,
/// that of a datagram which the node ignores.
#[test]
#[ignore = "some seconds on the wall's clock"]
fn a_late_advertisement_answers_nothing_that_was_asked_after_it() {
    const CASE: &str = "hop-limit-255-solicitation";
    // How the case's frame begins, behind its addresses.
    let ignores = "ignores=6300000000003afe80";
    let house = house(&[behind_zep(&["late-ms=15", ignores], "50 ms")]);
    let report = run(house.path(), &["--dut", "behind-zep", CASE]);
    let trials = trials(&report);
    let case = trials.iter().find(|one| one.0 == CASE);
    let word = case.map(|one| (one.1.as_str(), one.2.as_str()));
    assert_eq!(word, Some(("fail", "dropped")), "{trials:#?}");
}

#[test]
#[ignore = "some seconds on the wall's clock"]
fn a_node_that_computes_for_ever_has_hung() {
    // An extension header's NHC with the reserved identifier 5, and what the case puts behind it.
    let house = house(&[behind_zep(&["hangs-on=ea3a061e04aabbccdd"], "50 ms")]);
    let words = ["--dut", "behind-zep", "extension-reserved-eid"];
    let report = run(house.path(), &words);
    let hung: Vec<_> = trials(&report)
        .into_iter()
        .filter(|(_, _, outcome, observed)| {
            outcome == "crashed" && observed.contains("computed for a second")
        })
        .collect();
    assert_eq!(hung.len(), 1, "{report:#}");
}

#[test]
#[ignore = "some seconds on the wall's clock"]
fn a_node_that_has_no_cpu_for_seconds_has_not_hung() {
    // When it is told a context: longer than an agent may owe an answer.
    let house = house(&[behind_zep(&["\"held-up-by=context 3\""], "50 ms")]);
    let report = run(house.path(), &["--dut", "behind-zep", "context-3-source"]);
    let trials = trials(&report);
    let case = trials.iter().find(|one| one.0 == "context-3-source");
    assert_eq!(case.map(|one| one.1.as_str()), Some("pass"), "{trials:#?}");
    let attempts = report["trials"].as_array().unwrap().iter();
    let attempts = attempts.filter(|trial| trial["case"] == "context-3-source");
    assert!(
        attempts.into_iter().all(|trial| trial["attempts"] == 1),
        "{report:#}"
    );
}

#[test]
#[ignore = "half a minute on the wall's clock"]
fn a_node_behind_zep_and_a_shell_has_the_cells_it_has_with_an_agent() {
    let house = house(&[with_agent(), behind_zep(&[], "50 ms")]);
    let words = [
        "--dut",
        "P6LoWPAN-5",
        "--dut",
        "behind-zep",
        "rfc6282",
        "rfc4944/5.3",
    ];
    let report = run(house.path(), &words);
    has_the_cells_of_one_with_an_agent(&report, "behind-zep");
}

/// A node without wires, played through an injector and a sniffer that misses so many percent.
fn black_box(sniffer_loses: u32) -> String {
    let program = env!("CARGO_BIN_EXE_sixlo");
    let [node, injector, sniffer] = free_ports();
    let radio = |own: u16, more: &str| {
        format!(
            "agent: {{ program: [{program}, dut, agent-radio, --param, own-port={own}, --param, node-port={node}, --param, {more}] }}"
        )
    };
    format!(
        r#"
stack: stand-in
version: "1"
lineage: ayers-levis
duts:
  - name: black-box
    start:
      black-box:
        injector: {{ {} }}
        sniffer: {{ {} }}
        program:
          [{program}, dut, zep-node, --param, node-port={node}, --param, tester-port={injector},
           --param, sniffer-port={sniffer}, --param, eui64=02:00:5e:ef:10:00:00:77, --param, pan=face]
        channel: 26
    configure: {{ reset: restart }}
    addresses: {{ pan-id: 0xface, dut: {{ eui64: "02 00 5e ef 10 00 00 77" }} }}
    claims: {{ level: 5 }}
    simplest: ipv6
    pixit:
      reply-within: 50 ms
      reassembly-timeout: 60 s
      reassembly-buffers: 4
      mac: {{ after-own: 300 us }}
    air: lossy
    reset: none
"#,
        radio(injector, &format!("sniffer-port={sniffer}")),
        radio(sniffer, &format!("loses={sniffer_loses}")),
    )
}

/// What the report says that the sniffer missed, in percent.
fn missed(report: &Value) -> f64 {
    let sections = report["sections"].as_array().unwrap();
    let heading = "Missed by the sniffer";
    let section = sections.iter().find(|one| one["title"] == heading);
    let line = section.unwrap_or_else(|| panic!("no section `{heading}`"))["lines"][0].as_str();
    let line = line.unwrap();
    let (_, share) = line.split_once('(').unwrap();
    let (share, _) = share.split_once(" %)").unwrap();
    share.parse().unwrap()
}

fn fails(report: &Value) -> Vec<&Value> {
    let trials = report["trials"].as_array().unwrap().iter();
    trials.filter(|trial| trial["verdict"] == "fail").collect()
}

#[test]
#[ignore = "half a minute on the wall's clock"]
fn a_black_box_is_judged_through_radios_that_miss_frames() {
    let house = house(&[("stand-in", black_box(3))]);
    // Some of each row: whatever is silent is waited for on the wall's clock.
    let words = [
        "--dut",
        "black-box",
        "tf-*",
        "hop-limit-*",
        "stateless-*",
        "uncompressed-*",
    ];
    let report = run(house.path(), &words);
    let black_box = cells(&report, "black-box");
    // What the sniffer misses leaves something undecided; it makes nothing wrong.
    let marks = |mark: &str| black_box.values().filter(|cell| *cell == mark).count();
    assert!(marks("o") >= 4, "{black_box:?}");
    assert_eq!(
        marks("o") + marks("?") + marks("-"),
        black_box.len(),
        "{black_box:?}"
    );
    // It cannot be told a context: that is no fault of its own.
    assert_eq!(black_box["stateful-unicast"], "-", "{black_box:?}");
    assert_eq!(fails(&report), Vec::<&Value>::new());
    let missed = missed(&report);
    assert!((1.0..6.0).contains(&missed), "{missed}");
}

#[test]
#[ignore = "half a minute on the wall's clock"]
fn a_sniffer_that_misses_three_frames_of_ten_lowers_the_proof_and_not_the_verdict() {
    let house = house(&[("stand-in", black_box(30))]);
    let report = run(
        house.path(),
        &["--dut", "black-box", "tf-*", "stateless-both-*"],
    );
    assert_eq!(fails(&report), Vec::<&Value>::new());
    let missed = missed(&report);
    assert!((25.0..35.0).contains(&missed), "{missed}");
    let trials = report["trials"].as_array().unwrap();
    let passed = trials.iter().filter(|trial| trial["verdict"] == "pass");
    assert!(passed.count() > 0, "something is heard all the same");
}

/// How a mote is told what the node behind the shell is told above.
const CALLS: &str = r#"
      begin: { call: ["mote_processor({tap})"] }
      eui64: { call: ["mote_eui64({eui64})"] }
      short-address: { call: ["mote_short_address({short})"] }
      pan-id: { call: ["mote_pan_id({pan})"] }
      address: { call: ["mote_address({address}, {length}) != 0"] }
      group: { call: ["mote_group({group}) != 0"] }
      context: { call: ["mote_context({id}, {prefix}, {length}, {compress}) != 0"] }
      no-context: { call: ["mote_no_context({id})"] }
      checksum-elision: { call: ["mote_checksum_elision({on})"] }
      nd-classic: { call: ["mote_nd(0) != 0"] }
      autoconfigure: { call: ["mote_autoconfigure({on})"] }
      mesh-hops: { call: ["mote_mesh_hops({hops})"] }
      open-port: { call: ["mote_open_port({port}) != 0"] }
"#;

#[test]
#[ignore = "wants the example `mote` of sixlo-host-duts, which `cargo test --workspace` builds"]
fn a_mote_for_cooja_has_the_cells_the_node_has_with_an_agent() {
    let program = Path::new(env!("CARGO_BIN_EXE_sixlo"));
    let image = program.with_file_name("examples").join("libmote.so");
    assert!(
        image.exists(),
        "{image:?} is not built: cargo build -p sixlo-host-duts --examples"
    );
    let image = image.display();
    let dut = format!(
        r#"
stack: stand-in
version: "1"
lineage: ayers-levis
duts:
  - name: mote
    start:
      cooja-mote:
        image: {image}
        send-ipv6: ["mote_send({{packet}}, {{length}}) != 0"]
    configure:{CALLS}
    claims: {{ level: 5 }}
    simplest: ipv6
    p6lowpan: true
    pixit:
      reply-within: 50 ms
      reassembly-timeout: 60 s
      reassembly-buffers: 4
    reset: cheap
"#
    );
    let house = house(&[("stand-in", dut), with_agent()]);
    let words = ["--dut", "P6LoWPAN-5", "--dut", "mote", "rfc6282", "rfc4944"];
    let report = run(house.path(), &words);
    has_the_cells_of_one_with_an_agent(&report, "mote");
}
