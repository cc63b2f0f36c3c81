//! Lines over pseudo-terminals and sockets: octets as they are, cuts told, and the way back.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::tcgetattr;
use sixlo_transport::{Channel, Line, Serial, Transport, TransportError, tcp_line};

const LONG: Duration = Duration::from_secs(5);

/// A board's end of a serial line, and the path of the host's.
fn board() -> (File, String) {
    let end = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&end).unwrap();
    unlockpt(&end).unwrap();
    let path = ptsname(&end, Vec::new()).unwrap();
    (File::from(end), path.into_string().unwrap())
}

fn serial(path: impl AsRef<Path>) -> Serial {
    Serial {
        path: path.as_ref().to_str().unwrap().to_owned(),
        // Of no table: what the chip can divide its clock to.
        baud: 250_123,
        flow_control: false,
    }
}

fn say(line: &mut Line, octets: &[u8]) {
    let mut rest = octets;
    while !rest.is_empty() {
        let written = line.write(Channel::Control, rest).unwrap();
        rest = &rest[written..];
        line.wait(true, LONG).unwrap();
    }
}

/// So many octets, or why not.
fn hear(line: &mut Line, length: usize) -> Result<Vec<u8>, TransportError> {
    let mut heard = Vec::new();
    let mut chunk = [0; 512];
    let end = Instant::now() + LONG;
    while heard.len() < length && Instant::now() < end {
        match line.read(&mut chunk)? {
            Some((_, octets)) => heard.extend_from_slice(&chunk[..octets]),
            None => line.wait(false, LONG)?,
        }
    }
    Ok(heard)
}

fn every_octet() -> Vec<u8> {
    (0..=255).collect()
}

#[test]
fn a_serial_port_carries_every_octet_as_it_is() {
    let (mut board, path) = board();
    let mut line = serial(path).line().open(Duration::ZERO).unwrap();
    assert_eq!(tcgetattr(&board).unwrap().output_speed(), 250_123);
    say(&mut line, &every_octet());
    let mut heard = vec![0; 256];
    board.read_exact(&mut heard).unwrap();
    assert_eq!(heard, every_octet());
    board.write_all(&every_octet()).unwrap();
    assert_eq!(hear(&mut line, 256).unwrap(), every_octet());
}

#[test]
fn a_serial_port_is_nobody_elses() {
    let (_board, path) = board();
    let line = serial(&path).line().open(Duration::ZERO).unwrap();
    let second = serial(&path).line().open(Duration::ZERO);
    let error = second.err().expect("it is open already").to_string();
    assert!(error.contains(&path), "{error}");
    assert!(error.contains("another program"), "{error}");
    drop(line);
    serial(&path).line().open(Duration::ZERO).unwrap();
}

#[test]
fn one_that_is_not_there_is_named_with_what_to_do() {
    let error = serial("/dev/serial/by-id/none").line().open(Duration::ZERO);
    let error = error.err().unwrap().to_string();
    assert!(
        error.starts_with("serial port /dev/serial/by-id/none: "),
        "{error}"
    );
    assert!(error.contains("ls /dev/serial/by-id/"), "{error}");
}

#[test]
fn a_port_that_is_unplugged_tells_it_and_is_found_again_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let by_id = folder.path().join("usb-board-if00");
    let (first, path) = board();
    symlink(&path, &by_id).unwrap();
    let mut line = serial(&by_id).line().open(Duration::ZERO).unwrap();
    assert_eq!(line.openings(), 1);

    drop(first);
    std::fs::remove_file(&by_id).unwrap();
    let error = hear(&mut line, 1).unwrap_err().to_string();
    assert!(error.contains("plug it in again"), "{error}");
    assert!(line.descriptor().is_none() && !line.mend());
    assert!(line.write(Channel::Control, &[0]).is_err());
    assert!(line.mend_within(Duration::from_millis(150)).is_err());

    // It comes back as another one of the system's, under its own name.
    let (mut second, path) = board();
    symlink(&path, &by_id).unwrap();
    line.mend_within(LONG).unwrap();
    assert_eq!(line.openings(), 2);
    second.write_all(b"back").unwrap();
    assert_eq!(hear(&mut line, 4).unwrap(), b"back");
}

#[test]
fn a_line_that_takes_nothing_more_does_not_block() {
    let (_board, path) = board();
    let mut line = serial(path).line().open(Duration::ZERO).unwrap();
    let mut taken = 0;
    while taken < 10_000_000 {
        match line.write(Channel::Control, &[0x55; 4096]).unwrap() {
            0 => return,
            octets => taken += octets,
        }
    }
    panic!("nobody reads, and {taken} octets were taken");
}

#[test]
fn a_serial_server_carries_octets_and_may_start_again() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let mut line = tcp_line(&address.to_string()).open(LONG).unwrap();
    let (mut board, _) = server.accept().unwrap();
    say(&mut line, &every_octet());
    let mut heard = vec![0; 256];
    board.read_exact(&mut heard).unwrap();
    assert_eq!(heard, every_octet());
    board.write_all(b"reply").unwrap();
    assert_eq!(hear(&mut line, 5).unwrap(), b"reply");

    drop(board);
    assert!(hear(&mut line, 1).is_err());
    line.mend_within(LONG).unwrap();
    let (mut board, _) = server.accept().unwrap();
    board.write_all(b"again").unwrap();
    assert_eq!(hear(&mut line, 5).unwrap(), b"again");

    drop((board, server));
    assert!(hear(&mut line, 1).is_err());
    let error = line.mend_within(Duration::from_millis(150)).unwrap_err();
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

#[test]
fn a_line_may_be_whatever_opens() {
    let (mine, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let line = Line::new("a pair".into(), move || {
        Ok(OwnedFd::from(mine.try_clone()?))
    });
    let mut line = line.open(Duration::ZERO).unwrap();
    (&theirs).write_all(b"here").unwrap();
    assert_eq!(hear(&mut line, 4).unwrap(), b"here");
}
