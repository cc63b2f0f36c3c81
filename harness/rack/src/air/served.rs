//! A board's agent on stdin and stdout: how a radio that is a board of the rack is led to from
//! the process that plays through it.

use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use sixlo_harness::dut::SpawnError;
use sixlo_transport::{Channel, Transport, TransportError};

use super::messages::{Messages, Numbered, framed};

/// A way to a board and a pipe cannot be waited for at once: the pipe is looked at so often.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(1);
const CHUNK: usize = 4096;

/// Carries octets between the agent at the end of this transport and this process's stdin and
/// stdout, until the input closes.
///
/// # Errors
/// If the board or the way to it fails.
pub(crate) fn serve(mut board: Box<dyn Transport>) -> Result<(), SpawnError> {
    let (said, input) = channel();
    // It ends with the process, for a read cannot be called off.
    thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(move || {
            let mut chunk = [0; CHUNK];
            while let Ok(length @ 1..) = io::stdin().read(&mut chunk) {
                if said.send(chunk[..length].to_vec()).is_err() {
                    break;
                }
            }
        })
        .map_err(|error| SpawnError::Bench(error.to_string()))?;
    match carry(&mut *board, &input) {
        Ok(()) => Ok(()),
        Err(error) => Err(SpawnError::Bench(error.to_string())),
    }
}

fn carry(board: &mut dyn Transport, input: &Receiver<Vec<u8>>) -> Result<(), TransportError> {
    let mut messages = Messages::default();
    let mut to_board = Vec::new();
    let mut chunk = [0; CHUNK];
    let mut stdout = io::stdout();
    loop {
        match input.try_recv() {
            Ok(octets) => to_board.extend(octets),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return Ok(()),
        }
        if !to_board.is_empty() {
            let written = board.write(Channel::Control, &to_board)?;
            to_board.drain(..written);
        }
        let mut up = Vec::new();
        while let Some((channel, length)) = board.read(&mut chunk)? {
            if length == 0 {
                return Err(TransportError::Way {
                    way: "its firmware".to_owned(),
                    why: board.last_words(),
                });
            }
            // Two channels become one, message by message.
            for message in messages.take(channel, &chunk[..length]) {
                if let Some(one) = Numbered::of(&message) {
                    up.extend(framed(&one));
                }
            }
        }
        if !up.is_empty() && stdout.write_all(&up).and_then(|()| stdout.flush()).is_err() {
            return Ok(());
        }
        board.wait(!to_board.is_empty(), LOOKED_AT_EVERY)?;
    }
}
