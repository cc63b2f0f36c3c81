//! The cooja-mote bridge around the reference node as a mote, and around motes that misbehave.

mod common;

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Dut, Said, frames};
use sixlo_agent_protocol::{HostMessage, NdMode, Setting};

const HOOKS: &str = r#"{
    "eui64":{"call":["mote_eui64({eui64})"]},
    "pan-id":{"call":["mote_pan_id({pan})"]},
    "address":{"call":["mote_address({address},{length})!=0"]},
    "group":{"call":["mote_group({group})!=0"]},
    "open-port":{"call":["mote_open_port({port})!=0","not_in_this_image()"]}
}"#;

/// The example `mote`, which cargo builds beside this test.
fn image() -> String {
    example("libmote.so")
}

fn example(file: &str) -> String {
    let image = common::program().with_file_name(file);
    assert!(
        image.exists(),
        "{image:?} is not built: cargo build --examples"
    );
    image.to_str().unwrap().to_owned()
}

/// What dut.yaml becomes on its way to the bridge, without a blank.
fn settings(image: &str, mote_id: u16, hooks: &str) -> String {
    let text = format!(
        r#"{{"stack":"mote","start":{{"image":"{image}","mote-id":{mote_id},
        "contexts":{{"3":"2001:db8:1:2::/64"}},"send-ipv6":["mote_send({{packet}},{{length}})!=0"]}},
        "configure":{{"prompt":null,"answers-within":null,"ready-within":null,"refusals":[],"learn":{{}},
        "begin":{{"call":["mote_processor({{tap}})"]}},"reset":null,"hooks":{hooks}}},
        "mac":{{"after-own":0,"request-acknowledgement":false,"retransmissions":0,"acknowledged-within":0,
        "acknowledge":false,"acknowledge-after":0,"fresh-sequence-numbers":false,"before-broadcast":0}}}}"#
    );
    text.split_whitespace().collect()
}

fn start(mote_id: u16) -> Dut {
    let settings = settings(&image(), mote_id, HOOKS);
    Dut::start(&format!("cooja-mote --param settings={settings}"))
}

/// A mote with its addresses.
fn configured(mote_id: u16) -> Dut {
    let mut dut = start(mote_id);
    configure(&mut dut);
    dut
}

fn configure(dut: &mut Dut) {
    for setting in [
        Setting::Defaults,
        Setting::Eui64(frames::DEVICE),
        Setting::PanId(frames::PAN),
        Setting::Address(frames::link_local(frames::DEVICE), 64),
    ] {
        assert_eq!(dut.configure(setting), Said::Done);
    }
}

/// A mote whose functions are called in threads of its own, and wait in there.
fn threaded() -> Dut {
    let hooks = HOOKS.trim_end().trim_end_matches('}');
    let hooks = format!(
        r#"{hooks}, "mesh-hops":{{"call":["mote_waits({{hops}})==3"]}},
        "nd-classic":{{"call":["mote_waits_for_ever()"]}}}}"#
    );
    let settings = settings(&example("libthreaded_mote.so"), 1, &hooks);
    Dut::start(&format!("cooja-mote --param settings={settings}"))
}

/// kB of memory that the device's process has.
fn resident_kb(dut: &Dut) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", dut.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let words = line.unwrap().split_whitespace().next();
    words.unwrap().parse().unwrap()
}

/// Solicits the mote's address, and waits for nothing.
fn solicit(dut: &mut Dut) {
    dut.send(HostMessage::Receive {
        psdu: &frames::with_fcs(&frames::to_device(1, &frames::neighbour_solicitation())),
    });
}

/// A mote that has resolved the tester.
fn resolved() -> Dut {
    let mut dut = configured(1);
    dut.hear(&frames::to_device(1, &frames::neighbour_solicitation()));
    dut
}

fn echo() -> Vec<u8> {
    frames::to_device(2, &frames::echo_request(0x1234, 7, b"sixlo"))
}

/// How a bridge ends that cannot start, and what it says.
fn fails(settings: &str) -> String {
    let output = Command::new(common::program())
        .args(["cooja-mote", "--param", &format!("settings={settings}")])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_mote_answers_and_what_it_restored_is_seen() {
    let mut dut = resolved();
    let psdu = frames::with_fcs(&echo());
    let said = dut.ask(HostMessage::Receive { psdu: &psdu });
    let delivered = said
        .iter()
        .filter(|said| matches!(said, Said::Delivered(_)));
    assert_eq!(delivered.count(), 1, "{said:?}");
    assert!(matches!(said.last(), Some(Said::Settled(_))));
    assert_eq!(common::transmitted(said).len(), 1);
    assert!(dut.close().success());
}

#[test]
fn power_on_brings_the_memory_back_and_settings_stay() {
    let mut dut = resolved();
    for _ in 0..3 {
        assert_eq!(dut.hear(&echo()).len(), 1, "the neighbour is resolved");
        dut.ask(HostMessage::Reset);
        // Forgotten: it asks for the tester's address before it answers.
        let asked = dut.hear(&echo());
        assert_eq!(asked.len(), 1);
        assert_ne!(asked[0], echo());
        let answers = dut.hear(&frames::to_device(3, &frames::neighbour_solicitation()));
        assert!(!answers.is_empty());
    }
}

#[test]
fn hooks_are_those_of_dut_yaml_that_the_image_has() {
    let mut dut = start(1);
    let Said::Hello { hooks, .. } = dut.hello() else {
        panic!("no hello");
    };
    let has = |setting: Setting| hooks & setting.hook() != 0;
    assert!(has(Setting::Group([0; 16])));
    assert!(has(Setting::NoContext(0)));
    assert!(!has(Setting::OpenPort(1)), "its second function is missing");
    assert!(!has(Setting::MeshHops(1)), "nothing is said of it");
    assert_eq!(dut.configure(Setting::MeshHops(1)), Said::Unsupported);
}

#[test]
fn contexts_that_are_compiled_in_are_there_and_no_others() {
    let mut dut = start(1);
    let context = |id, last| Setting::Context {
        id,
        prefix: [
            0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, last, 0, 0, 0, 0, 0, 0, 0, 0,
        ],
        prefix_length: 64,
        compress: true,
    };
    assert_eq!(dut.configure(context(3, 2)), Said::Done);
    assert_eq!(dut.configure(Setting::NoContext(4)), Said::Done);
    for other in [context(3, 9), context(4, 2), Setting::NoContext(3)] {
        assert_eq!(dut.configure(other), Said::Unsupported);
    }
}

#[test]
fn a_value_that_a_function_returns_refuses_a_setting() {
    let mut dut = start(1);
    // Not a group.
    let said = dut.configure(Setting::Group([0x20; 16]));
    assert!(
        matches!(&said, Said::Error(text) if text.starts_with("stack: ")),
        "{said:?}"
    );
}

#[test]
fn a_function_that_waits_is_waited_for_and_one_that_waits_for_ever_is_not() {
    let mut dut = threaded();
    configure(&mut dut);
    assert_eq!(dut.configure(Setting::MeshHops(3)), Said::Done);
    let never = dut.configure(Setting::Nd(NdMode::Classic));
    assert!(
        matches!(&never, Said::Error(text) if text.contains("did not return")),
        "{never:?}"
    );
    // The mote is none the worse for it, before a power-on and after.
    for _ in 0..2 {
        assert_eq!(dut.configure(Setting::MeshHops(3)), Said::Done);
        dut.hear(&frames::to_device(1, &frames::neighbour_solicitation()));
        assert_eq!(dut.hear(&echo()).len(), 1);
        dut.ask(HostMessage::Reset);
    }
}

#[test]
fn power_on_after_power_on_takes_no_more_memory() {
    let mut dut = threaded();
    let mut rounds = |number| {
        for _ in 0..number {
            configure(&mut dut);
            dut.configure(Setting::Nd(NdMode::Classic));
            dut.ask(HostMessage::Reset);
        }
        resident_kb(&dut)
    };
    let (early, late) = (rounds(20), rounds(200));
    // What the mote's own C library keeps each time is a hundred octets.
    assert!(
        late < early + 1000,
        "{early} kB, and {late} kB after 200 resets"
    );
}

#[test]
fn a_mote_that_crashes_ends_its_bridge() {
    let mut dut = configured(0xdead);
    solicit(&mut dut);
    assert_eq!(dut.next().map(|(_, said)| said), None);
    assert_eq!(dut.close().signal(), Some(11));
}

#[test]
fn a_mote_that_never_returns_ends_with_its_input() {
    let mut dut = configured(0xbeef);
    let start = Instant::now();
    solicit(&mut dut);
    assert!(dut.close().success());
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_mote_that_never_stops_sending_is_stopped() {
    let mut dut = configured(0xf100);
    solicit(&mut dut);
    let mut frames = 0;
    while let Some((_, said)) = dut.next() {
        match said {
            Said::Transmitted(_) => frames += 1,
            Said::Settled(_) => break,
            _ => {}
        }
    }
    assert!((1000..100_000).contains(&frames), "{frames} frames");
}

#[test]
fn what_is_no_mote_is_refused_by_name() {
    let none = fails(&settings("/no/such/image", 1, "{}"));
    assert!(none.contains("/no/such/image: No such file"), "{none}");

    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, b"\x7fELF and no more").unwrap();
    let cut = fails(&settings(file.path().to_str().unwrap(), 1, "{}"));
    assert!(
        cut.contains("wanted: a mote built with `make TARGET=cooja`"),
        "{cut}"
    );

    // A shared object that is everywhere, and no mote.
    let other = loaded_library();
    let other = fails(&settings(&other, 1, "{}"));
    assert!(
        other.contains("the image lacks cooja_init, cooja_tick, simMoteID"),
        "{other}"
    );
}

/// A shared object that this very process has loaded.
fn loaded_library() -> String {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let path = maps
        .split_whitespace()
        .find(|word| word.contains("/libc.so") || word.contains("/libgcc_s.so"));
    path.unwrap().to_owned()
}

#[test]
fn lines_that_cannot_be_obeyed_are_named() {
    let wrong = [
        (
            r#"{"group":{"call":["mote_group({address})"]}}"#,
            "configure: group: `mote_group({address})`: no value `{address}` here (allowed: {group}",
        ),
        (r#"{"groups":{"call":[]}}"#, "there is no hook `groups`"),
        (
            r#"{"group":{"run":["ip"]}}"#,
            "configure: group: a mote is configured by `call: [...]` alone",
        ),
    ];
    for (hooks, text) in wrong {
        let error = fails(&settings(&image(), 1, hooks));
        assert!(error.contains(text), "{error}");
    }
    let error = fails("{}");
    assert!(error.contains("missing field `stack`"), "{error}");
}
