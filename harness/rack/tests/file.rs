//! Racks as people write them, right and wrong.

use std::path::Path;

use sixlo_harness::catalogue::{CatalogueErrors, load_ports};
use sixlo_harness::run::Device;
use sixlo_rack::{Antenna, Rack, Reach, seat};

fn devices() -> Vec<Device> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Device::all(&load_ports(&root.join("firmware-under-test/ports")).unwrap())
}

fn read(text: &str) -> Result<Rack, CatalogueErrors> {
    let rack = Rack::of("rack.yaml", text, Path::new("lab"))?;
    // The list of every device there is would be another one each week.
    let mut devices = devices();
    devices.retain(|device| device.name().0.starts_with("P6LoWPAN"));
    rack.check(&devices)?;
    Ok(rack)
}

const DESK: &str = "
boards:
  - name: desk
    probe: 1366:1015:000683012345
    speed: 4000
    chip: nRF52840_xxAA
    chip-id: { address: 0x10000060, value: 0x9c2a7f11 }
    firmware: images/p6lowpan-3.elf
    dut: P6LoWPAN-3
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
    assert_eq!(seated[0].name().0, "P6LoWPAN-3");
    assert_eq!(seated[0].spec.addresses.pan_id, Some(0x1234));
    assert_eq!(seated[0].spec.claims.level, Some(3));
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
