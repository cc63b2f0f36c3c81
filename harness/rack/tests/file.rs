//! Racks as people write them, right and wrong.

use std::path::Path;

use sixlo_harness::catalogue::{CatalogueErrors, load_ports, written};
use sixlo_harness::rig::Program;
use sixlo_harness::run::Device;
use sixlo_judge::name::DutName;
use sixlo_rack::{Antenna, Rack, Reach, seat};

/// The reference nodes, and one that is played through radios; a list of every device there is
/// would be another one each week.
fn devices() -> Vec<Device> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut devices = Device::all(&load_ports(&root.join("firmware-under-test/ports")).unwrap());
    devices.retain(|device| device.name().0.starts_with("P6LoWPAN"));
    let mut node = devices[3].clone();
    node.spec.name = DutName("node".to_owned());
    node.spec.program = Program::Bridge {
        kind: "black-box".to_owned(),
        settings: serde_json::json!({ "stack": "a node 1", "start": { "injector": 1 } }),
    };
    devices.push(node);
    devices
}

fn read(text: &str) -> Result<Rack, CatalogueErrors> {
    let rack = Rack::of("rack.yaml", text, Path::new("lab"))?;
    rack.check(&devices())?;
    Ok(rack)
}

/// The agent is led to by a probe, the frames by two boards with our firmware.
const LED: &str = "
boards:
  - name: desk
    probe: 1366:1015:000683012345
    chip: nRF52840_xxAA
    chip-id: { address: 0x10000060, value: 0x9c2a7f11 }
    firmware: images/p6lowpan-3.elf
    dut: P6LoWPAN-3
    channel: 15
    injector: sender
    sniffer: ear
  - name: sender
    serial: /dev/serial/by-id/one
    radio: true
  - name: ear
    probe: 1366:1015:000683012346
    chip: nRF52840_xxAA
    chip-id: { address: 0x10000060, value: 0x11111111 }
    firmware: images/p6lowpan-0.elf
    radio: true
";

#[test]
fn a_board_with_an_agent_and_a_radio_is_played_over_both() {
    let rack = read(LED).unwrap();
    let seated = seat(&rack, &devices());
    assert_eq!(seated.len(), 1, "radios are no columns");
    let device = &seated[0];
    assert_eq!(device.name().0, "P6LoWPAN-3");
    let takes = device.seat.as_ref().unwrap().takes();
    assert_eq!(takes, ["channel 15", "radio sender", "radio ear"]);
    assert_eq!(device.spec.addresses.channel, Some(15));
    // What is on air may be lost, and takes its time.
    assert!(device.spec.is_lossy);
    let twin = &devices()[3].spec;
    assert!(!twin.is_lossy);
    assert!(device.spec.reply_within > twin.reply_within);
}

const DESK: &str = "
boards:
  - name: desk
    probe: 1366:1015:000683012345
    speed: 4000
    chip: nRF52840_xxAA
    chip-id: { address: 0x10000060, value: 0x9c2a7f11 }
    firmware: images/p6lowpan-3.elf
    dut: node
    channel: 15
    injector: one
    sniffer: two
    power: { hub: 1-1.4, port: 2, off-for: 500 ms }
    addresses: { pan_id: 0x1234 }
radios:
  - { name: one, start: { zep: \"127.0.0.1:17754\" } }
  - { name: two, start: { zep: \"127.0.0.1:17755\" } }
";

#[test]
fn a_desk_is_read_with_paths_from_its_own_folder() {
    let text = DESK.replace("pan_id", "pan-id");
    let rack = read(&text).unwrap();
    let board = rack.board("desk").unwrap();
    assert_eq!(
        board.reach,
        Reach::Probe {
            selector: "1366:1015:000683012345".to_owned(),
            speed_khz: Some(4000),
        }
    );
    let firmware = &board.firmware.as_ref().unwrap().value;
    assert_eq!(firmware, Path::new("lab/images/p6lowpan-3.elf"));
    let id = board.chip.as_ref().and_then(|chip| chip.id).unwrap();
    assert_eq!((id.address, id.value), (0x1000_0060, 0x9c2a_7f11));
    assert!(matches!(board.antenna, Antenna::OnAir { channel: 15, .. }));
    let power = board.power.as_ref().unwrap();
    assert_eq!(power.command(true)[0], "uhubctl");
    assert_eq!(power.off_for.as_millis(), 500);
    assert_eq!(board.addresses.pan_id, Some(0x1234));

    let seated = seat(&rack, &devices());
    let takes = seated[0].seat.as_ref().unwrap().takes();
    assert_eq!(takes, ["channel 15", "radio one", "radio two"]);
    assert_eq!(seated[0].name().0, "node");
    let Program::Bridge { settings, .. } = &seated[0].spec.program else {
        panic!("it is played through radios");
    };
    let start = &settings["start"];
    assert_eq!(start["injector"]["zep"], "127.0.0.1:17754");
    assert_eq!(start["sniffer"]["zep"], "127.0.0.1:17755");
    assert_eq!(start["channel"], 15);
    assert_eq!(seated[0].spec.addresses.pan_id, Some(0x1234));
    assert_eq!(seated[0].spec.claims.level, Some(3));
    assert_eq!(seated[0].spec.addresses.channel, Some(15));
}

#[test]
fn a_column_may_have_a_title_and_claims_of_its_own() {
    let rack = read(
        "
boards:
  - { name: a, emulated: process, dut: P6LoWPAN-3 }
  - { name: b, emulated: process, dut: P6LoWPAN-3, column: P6LoWPAN-3.small, claims: { level: 2 } }
",
    )
    .unwrap();
    let seated = seat(&rack, &devices());
    let names: Vec<&str> = seated.iter().map(|device| &*device.name().0).collect();
    assert_eq!(names, ["P6LoWPAN-3", "P6LoWPAN-3.small"]);
    assert_eq!(seated[1].spec.claims.level, Some(2));
}

#[test]
fn mistakes_are_told_with_their_places_and_what_is_allowed() {
    let board = |lines: &str| format!("boards:\n  - name: b\n{lines}");
    let texts = [
        "boards:\n".to_owned(),
        "boards: 7\n".to_owned(),
        "bords: []\n".to_owned(),
        board("    dut: P6LoWPAN-3\n"),
        board("    emulated: process\n"),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    spare: true\n"),
        board("    emulated: process\n    dut: P6LoWPAN-9\n"),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    column: ../../etc\n"),
        board("    emulated: bochs\n    dut: P6LoWPAN-3\n"),
        board("    emulated: qemu\n    dut: P6LoWPAN-3\n"),
        board("    emulated: qemu\n    serial: /dev/ttyACM0\n    dut: P6LoWPAN-3\n"),
        board("    serial: /dev/ttyACM0\n    baud: fast\n    dut: P6LoWPAN-3\n"),
        board("    tcp: localhost\n    dut: P6LoWPAN-3\n"),
        board("    tcp: localhost:3001\n    baud: 9600\n    dut: P6LoWPAN-3\n"),
        board("    tcp: localhost:3001\n    firmware: x.elf\n    dut: P6LoWPAN-3\n"),
        board("    probe: jlink\n    chip: nRF52840_xxAA\n    dut: P6LoWPAN-3\n"),
        board("    probe: 1366:1015\n    firmware: x.elf\n    dut: P6LoWPAN-3\n"),
        board(
            "    probe: 1366:1015\n    chip: nRF52840_xxAA\n    firmware: x.elf\n    dut: P6LoWPAN-3\n",
        ),
        board(
            "    probe: 1366:1015\n    chip: nRF52840_xxAA\n    chip-id: { address: here, value: 0x100000000 }\n    firmware: x.elf\n    dut: P6LoWPAN-3\n",
        ),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    channel: 15\n"),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    injector: x\n"),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    channel: 10\n    injector: x\n"),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    channel: 15\n    injector: x\n"),
        board("    emulated: process\n    dut: node\n    channel: 15\n    injector: x\n"),
        board("    emulated: process\n    dut: node\n"),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    air: room\n"),
        board("    emulated: qemu\n    firmware: x.elf\n    dut: P6LoWPAN-3\n    air: room\n"),
        board(
            "    emulated: qemu\n    firmware: x.elf\n    dut: P6LoWPAN-3\n    channel: 15\n    injector: c\n  - { name: c, emulated: qemu, radio: true }\n",
        ),
        board("    radio: true\n    channel: 15\n    injector: b\n"),
        board("    serial: /dev/a\n    radio: true\n    spare: true\n"),
        board(
            "    dut: node\n    channel: 15\n    injector: x\nradios:\n  - { name: x, start: { nordic-sniffer: { tcp: a:1 } } }\n",
        ),
        board(
            "    dut: node\n    channel: 15\n    injector: x\nradios:\n  - { name: x, start: { zigbee: 1 } }\n",
        ),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    power: { on: [true] }\n"),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    power: { hub: 1-1, port: 0 }\n"),
        board("    emulated: process\n    spare: true\n    firmware: x.elf\n"),
        board("    emulated: process\n    spare: true\n"),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    claims: { level: 9 }\n"),
        board("    emulated: process\n    dut: P6LoWPAN-3\n    addresses: { channel: 99 }\n"),
        board(
            "    emulated: process\n    dut: P6LoWPAN-3\n  - { name: b, emulated: process, dut: P6LoWPAN-3 }\n",
        ),
        board(
            "    serial: /dev/a\n    dut: P6LoWPAN-3\n  - { name: c, serial: /dev/a, dut: P6LoWPAN-4 }\n",
        ),
        "boards:\n  - { name: \"a b\", emulated: process, dut: P6LoWPAN-3 }\n".to_owned(),
    ];
    let mut told = String::new();
    for text in &texts {
        let words = match read(text) {
            Ok(_) => "nothing wrong".to_owned(),
            Err(errors) => errors.to_string(),
        };
        told += &format!("{text}{words}\n\n");
    }
    assert!(!told.contains("nothing wrong"), "{told}");
    insta::assert_snapshot!(told);
}

/// The text's blocks of YAML; which of them are racks is said above them.
fn blocks(text: &str) -> Vec<(bool, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(bool, String)> = None;
    let mut before = "";
    for line in text.lines() {
        match &mut open {
            None if line == "```yaml" => open = Some((before == "<!-- rack -->", String::new())),
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some((_, block)) => *block += &format!("{line}\n"),
            None => {}
        }
        before = line;
    }
    blocks
}

#[test]
fn what_the_readme_shows_is_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let mut devices = devices();
    for device in &mut devices {
        if device.name().0 == "node" {
            device.spec.name = DutName("mynode".to_owned());
        }
    }
    let blocks = blocks(&readme);
    let racks = blocks.iter().filter(|(is_rack, _)| *is_rack);
    assert_eq!(racks.clone().count(), 3);
    for (_, text) in racks {
        let rack = Rack::of("README.md", text, Path::new("")).unwrap_or_else(|e| panic!("{e}"));
        rack.check(&devices).unwrap_or_else(|e| panic!("{e}"));
    }
    // Jobs are others' YAML: that it can be read, and calls commands that there are.
    let jobs = blocks.iter().filter(|(is_rack, _)| !is_rack);
    let jobs = jobs.filter(|(_, text)| text.contains("rack doctor"));
    assert_eq!(jobs.clone().count(), 2);
    for (_, text) in jobs {
        let read = written::read::<serde_json::Value>("README.md", text);
        let job = read.unwrap_or_else(|error| panic!("{error}"));
        assert!(job.to_string().contains("sixlo run --rack rack.yaml"));
    }
}

#[test]
fn the_racks_of_emulated_boards_are_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let ports = load_ports(&root.join("firmware-under-test/ports")).unwrap();
    let devices = Device::all(&ports);
    let racks = std::fs::read_dir(root.join("ci/racks")).unwrap().flatten();
    let seats = racks.map(|file| {
        let rack = Rack::read(&file.path()).unwrap();
        rack.check(&devices).unwrap_or_else(|e| panic!("{e}"));
        (file.file_name(), seat(&rack, &devices).len())
    });
    let seats: Vec<_> = seats.collect();
    assert!(seats.contains(&("qemu.yaml".into(), 7)), "{seats:?}");
}
