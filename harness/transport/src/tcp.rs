//! Serial servers: a TCP socket that carries a serial line's octets as they are.

use std::io;
use std::net::{TcpStream, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::sockopt::{
    set_socket_keepalive, set_tcp_keepcnt, set_tcp_keepidle, set_tcp_keepintvl,
    set_tcp_user_timeout,
};

use crate::line::Line;

/// How long a server may take to answer.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// A server that was switched off says nothing: after so long without a word it is asked,
/// and so often, before the line counts as cut.
const ASK_AFTER: Duration = Duration::from_secs(2);
const ASK_EVERY: Duration = Duration::from_secs(1);
const ASK_TIMES: u32 = 3;
/// How long octets may stay without an acknowledgement, in milliseconds.
const ACKNOWLEDGED_WITHIN_MS: u32 = 5_000;

/// The line to a serial server, `host:port`, not opened yet.
pub fn line(address: &str) -> Line {
    let name = format!("serial server {address}");
    let address = address.to_owned();
    Line::new(name, move || connect(&address))
}

fn connect(address: &str) -> io::Result<OwnedFd> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "no such host");
    for one in address.to_socket_addrs()? {
        match TcpStream::connect_timeout(&one, CONNECT_WITHIN) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                keep_alive(&stream)?;
                return Ok(OwnedFd::from(stream));
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    set_socket_keepalive(stream, true)?;
    set_tcp_keepidle(stream, ASK_AFTER)?;
    set_tcp_keepintvl(stream, ASK_EVERY)?;
    set_tcp_keepcnt(stream, ASK_TIMES)?;
    set_tcp_user_timeout(stream, ACKNOWLEDGED_WITHIN_MS)?;
    Ok(())
}
