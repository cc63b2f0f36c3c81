//! A Black Magic Probe over TCP in front of an emulated board: probes that are told what to
//! do in their own words, and not by this program's driver.

mod commands;
mod wire;

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::board::{Board, Shared, lock};
use commands::Commands;

/// Octets of a command; the probe's own buffer has as many (remote.h of its firmware).
const LARGEST: usize = 1024;

/// A probe that listens on a port of this machine, for as long as this value lives.
pub struct BlackMagic {
    address: SocketAddr,
    shared: Arc<Line>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Line {
    is_over: AtomicBool,
    /// Who is connected.
    stream: Mutex<Option<TcpStream>>,
}

impl BlackMagic {
    /// A probe at this board.
    ///
    /// # Errors
    /// If no port can be had.
    pub fn at(board: &Board) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Line::default());
        let line = Arc::clone(&shared);
        let port = board.port();
        let thread = thread::spawn(move || serve(&listener, &port, &line));
        Ok(BlackMagic {
            address,
            shared,
            thread: Some(thread),
        })
    }

    /// What probe-rs finds it by.
    pub fn selector(&self) -> String {
        format!("1d50:6018:{}", self.address)
    }
}

impl Drop for BlackMagic {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        if let Some(stream) = &*lock(&self.shared.stream) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        // Whoever waits for a connection gets one, and sees that it is over.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(listener: &TcpListener, port: &Shared, line: &Line) {
    for stream in listener.incoming() {
        let Ok(stream) = stream else { return };
        *lock(&line.stream) = stream.try_clone().ok();
        if line.is_over.load(Ordering::SeqCst) {
            return;
        }
        // Whoever is connected has gone, or has been sent away.
        let _ = talk(stream, &mut Commands::new(Arc::clone(port)));
    }
}

/// Answers until the line is cut. A command stands between `!` and `#`; what is beside them
/// means nothing.
fn talk(mut stream: TcpStream, commands: &mut Commands) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut octets = [0; 4096];
    let mut command: Option<Vec<u8>> = None;
    loop {
        let length = stream.read(&mut octets)?;
        if length == 0 {
            return Ok(());
        }
        for &octet in &octets[..length] {
            match (octet, &mut command) {
                (b'!', command) => *command = Some(Vec::new()),
                (b'#', command) => {
                    if let Some(words) = command.take() {
                        let answer = commands.obey(&String::from_utf8_lossy(&words));
                        stream.write_all(format!("&{answer}#").as_bytes())?;
                    }
                }
                (octet, Some(words)) if words.len() < LARGEST => words.push(octet),
                (_, command) => *command = None,
            }
        }
    }
}
