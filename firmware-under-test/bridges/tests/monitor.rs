//! Monitors as injector and sniffer, against the kernel's own radios: in User Mode Linux, as its
//! init, two monitors of radios that hear each other, and a third radio's interface.

use std::io::Write;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use sixlo_agent_process::fcs;
use sixlo_agent_protocol::RadioRole;
use sixlo_bridges::medium::Medium;
use sixlo_bridges::radios;
use sixlo_bridges::settings::RadioStart;

const KERNEL: &str = "/usr/bin/linux.uml";
/// Set in the guest alone.
const GUEST: &str = "SIXLO_MONITORS";

/// What makes the interfaces, and then runs this very test once more, inside.
const INIT: &str = r#"#!/bin/sh
mount -t proc none /proc; mount -t sysfs none /sys; mount -t tmpfs none /run
set -e
m=$(ls -d /usr/lib/uml/modules/*/kernel)
insmod $m/net/ieee802154/ieee802154.ko; insmod $m/net/mac802154/mac802154.ko 2>/dev/null || { insmod $m/lib/crc-ccitt.ko; insmod $m/net/mac802154/mac802154.ko; }
insmod $m/drivers/net/ieee802154/fakelb.ko numlbs=2
for n in 0 1; do
    iwpan dev wpan$n del
    iwpan phy phy$n interface add mon$n type monitor
    ip link set mon$n up
done
SIXLO_MONITORS=yes @SELF@ --ignored --exact --nocapture what_one_monitor_sends_another_hears
"#;

#[test]
#[ignore = "wants user-mode-linux, iproute2 and wpan-tools"]
fn what_one_monitor_sends_another_hears() {
    match std::env::var_os(GUEST) {
        Some(_) => in_the_guest(),
        None => boot(),
    }
}

fn boot() {
    assert!(
        Path::new(KERNEL).exists(),
        "apt-get install user-mode-linux"
    );
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let init = folder.path().join("init");
    let this = std::env::current_exe().unwrap();
    std::fs::write(&init, INIT.replace("@SELF@", this.to_str().unwrap())).unwrap();
    let mut mode = std::fs::metadata(&init).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o755);
    std::fs::set_permissions(&init, mode).unwrap();
    let output = Command::new(KERNEL)
        .args([
            "mem=96M",
            "root=/dev/root",
            "rootfstype=hostfs",
            "rootflags=/",
            "ro",
        ])
        .args([
            "con=null",
            "con0=null,fd:1",
            "quiet",
            "loglevel=0",
            "panic=-1",
            "noreboot",
        ])
        .args(["lpj=10000000", "initcall_blacklist=raid6_select_algo"])
        .arg(format!("uml_dir={}", folder.path().display()))
        .arg(format!("init={}", init.display()))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    // When its init ends, the kernel does, with a panic that says so.
    assert!(said.contains("guest: all heard"), "{said}");
}

fn in_the_guest() {
    let open =
        |name: &str, role| radios::open(&RadioStart::Wpan(name.to_owned()), 11, role).unwrap();
    let mut injector = open("mon0", RadioRole::Inject);
    let mut sniffer = open("mon1", RadioRole::Sniff);
    for length in [0, 1, 50, 116] {
        let mut frame = vec![0x41, 0x88, length as u8, 0xcd, 0xab, 0x01, 0x1a, 0x02, 0x2b];
        frame.extend(std::iter::repeat_n(length as u8, length));
        fcs::append(&mut frame);
        assert!(injector.send(&frame).unwrap());
        assert_eq!(hear(&mut *sniffer), frame);
        // And back: each is both.
        frame[2] ^= 0x80;
        frame.truncate(frame.len() - 2);
        fcs::append(&mut frame);
        assert!(sniffer.send(&frame).unwrap());
        assert_eq!(hear(&mut *injector), frame);
    }
    let mut broken = vec![0x41, 0x88, 1, 0xcd, 0xab, 0x01, 0x1a, 0x02, 0x2b, 0, 0];
    broken[10] = 1;
    assert!(!injector.send(&broken).unwrap());
    // Past the test's own capture of what is printed.
    let _ = std::io::stdout().write_all(b"guest: all heard\n");
}

/// The next frame.
fn hear(radio: &mut dyn Medium) -> Vec<u8> {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        if let Some(heard) = radio.hear().unwrap() {
            return heard.psdu;
        }
        assert!(Instant::now() < end, "nothing heard");
        let descriptors = radio.descriptors();
        let mut waiting: Vec<PollFd> = descriptors
            .iter()
            .map(|one| PollFd::from_borrowed_fd(one.as_fd(), PollFlags::IN))
            .collect();
        let limit = Timespec {
            tv_sec: 1,
            tv_nsec: 0,
        };
        let _ = poll(&mut waiting, Some(&limit));
    }
}
