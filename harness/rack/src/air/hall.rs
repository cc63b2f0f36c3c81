//! An air for emulated boards: what one of them sends all others hear, whichever process they
//! are in.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How long a board that does not listen is waited for before it misses a frame.
const TAKEN_WITHIN: Duration = Duration::from_secs(1);
/// A channel's number and a frame; longer ones are cut, and are no frames.
const LARGEST: usize = 256;

/// The folder of a run's halls, gone with this value.
#[derive(Debug)]
pub(crate) struct Halls(PathBuf);

impl Halls {
    /// A folder that nobody else has; it is made by whoever enters a hall first.
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("sixlo-air-{}-{number}", std::process::id());
        Halls(std::env::temp_dir().join(name))
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Halls {
    fn drop(&mut self) {
        // Most racks have no hall.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A board's place in a hall: a socket beside those of the others.
#[derive(Debug)]
pub(crate) struct Hall {
    folder: PathBuf,
    own: PathBuf,
    ear: UnixDatagram,
    mouth: UnixDatagram,
}

impl Hall {
    /// Enters a hall, under a name that no other board has.
    ///
    /// # Errors
    /// If there can be no socket of this name.
    pub fn enter(folder: &Path, name: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let own = folder.join(name);
        // Whoever had it before is gone.
        match fs::remove_file(&own) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let ear = UnixDatagram::bind(&own)?;
        ear.set_nonblocking(true)?;
        let mouth = UnixDatagram::unbound()?;
        mouth.set_write_timeout(Some(TAKEN_WITHIN))?;
        Ok(Hall {
            folder: folder.to_owned(),
            own,
            ear,
            mouth,
        })
    }

    /// Sends a frame on a channel; all others get it.
    ///
    /// # Errors
    /// If the hall is gone.
    pub fn send(&self, channel: u8, psdu: &[u8]) -> io::Result<()> {
        let mut datagram = vec![channel];
        datagram.extend_from_slice(psdu);
        for entry in fs::read_dir(&self.folder)? {
            let other = entry?.path();
            if other == self.own {
                continue;
            }
            match self.mouth.send_to(&datagram, &other) {
                // It has ended without a word.
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    let _ = fs::remove_file(&other);
                }
                // Who hears nothing misses the frame.
                _ => {}
            }
        }
        Ok(())
    }

    /// The next frame of another one on this channel, if there is one.
    ///
    /// # Errors
    /// If the socket is no more.
    pub fn hear(&self, channel: u8) -> io::Result<Option<Vec<u8>>> {
        let mut datagram = [0; LARGEST];
        loop {
            match self.ear.recv(&mut datagram) {
                Ok(length) => match &datagram[..length] {
                    [on, psdu @ ..] if *on == channel => return Ok(Some(psdu.to_vec())),
                    _ => {}
                },
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        // The whole hall may be gone already.
        let _ = fs::remove_file(&self.own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(hall: &Hall, channel: u8) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| hall.hear(channel).unwrap()).collect()
    }

    #[test]
    fn all_others_on_the_channel_hear_what_one_sends() {
        let halls = Halls::new();
        let folder = halls.folder().join("here");
        let enter = |name| Hall::enter(&folder, name).unwrap();
        let (one, two, three) = (enter("one"), enter("two"), enter("three"));
        let elsewhere = Hall::enter(&halls.folder().join("there"), "two").unwrap();
        one.send(15, b"from one").unwrap();
        two.send(15, b"from two").unwrap();
        two.send(16, b"on another channel").unwrap();
        assert_eq!(heard(&one, 15), [b"from two"]);
        assert_eq!(heard(&two, 15), [b"from one"]);
        let both = [b"from one", b"from two"];
        assert_eq!(heard(&three, 15), both);
        assert_eq!(heard(&elsewhere, 15), Vec::<Vec<u8>>::new());
    }

    #[test]
    fn who_has_left_is_no_trouble_and_may_come_back() {
        let halls = Halls::new();
        let one = Hall::enter(halls.folder(), "one").unwrap();
        let two = Hall::enter(halls.folder(), "two").unwrap();
        drop(two);
        // One that was killed leaves its socket.
        let left = halls.folder().join("killed");
        drop(UnixDatagram::bind(&left).unwrap());
        one.send(11, b"to nobody").unwrap();
        assert!(!left.exists());
        let two = Hall::enter(halls.folder(), "two").unwrap();
        one.send(11, b"to somebody").unwrap();
        assert_eq!(heard(&two, 11), [b"to somebody"]);
        let folder = halls.folder().to_owned();
        drop(halls);
        assert!(!folder.exists());
    }
}
