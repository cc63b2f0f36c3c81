//! Captures that other programs made: any sniffer's pcap or pcapng, read frame by frame.
//!
//! Such a file is hostile input. Whatever stands in it, reading it ends, never panics, and
//! takes the same memory however long it is: one buffer, and the frames that wait until it is
//! known what their last octets are.

mod container;
mod copies;
mod error;
mod fcs;
mod ip;
mod link;
mod pcap;
mod pcapng;
mod stream;
mod tally;
mod tap;
mod trailer;
mod waiting;
mod zep;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sixlo_frames::context::ContextTable;

use container::{Container, Extent, Next, Packet, Stop};
use copies::Copies;
use fcs::split;
use link::{Found, Link};
use stream::Stream;
use waiting::{Trailers, Waiting};

pub use error::ForeignError;
pub use fcs::Fcs;
pub use tally::{Ending, Kind, SetAside, Tally};
pub use trailer::{Decision, Evidence, Reason, Trailer};

/// The longest frame of any PHY, in octets: aMaxPhyPacketSize of the SUN PHYs.
const LONGEST_FRAME: usize = 2047;
/// What a reader may know beforehand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hints {
    /// What the last two octets of frames are, where the link type leaves room for doubt;
    /// found out from the frames if it is not said.
    pub trailer: Option<Trailer>,
    /// Contexts the nodes share: with them more checksums can be checked while it is found out.
    pub contexts: ContextTable,
}

/// One frame, as it was captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The packet's number in the file, counted from 1 as packet analysers do.
    pub number: u64,
    /// When, since 1970-01-01 00:00:00 UTC.
    pub at: Duration,
    /// The interface's number in its section of the file.
    pub interface: u32,
    /// MAC header and payload; the FCS, or what is in its place, is taken off.
    pub mac: &'a [u8],
    /// What it was.
    pub fcs: Fcs,
}

/// A capture, read frame by frame.
pub struct Frames {
    path: PathBuf,
    stream: Stream,
    container: Container,
    trailers: Trailers,
    copies: Copies,
    tally: Tally,
    /// The frame given out last, where it had to wait.
    given: Vec<u8>,
    /// No more comes from the file; frames may still wait.
    is_over: bool,
    /// A section begins once nothing waits any more.
    section_begins: bool,
    /// The packet that made the section wait: its link type, and the first one's number.
    unknown_link: Option<(u64, u16)>,
    failed: Option<ForeignError>,
}

/// A frame whose octets are in the stream.
struct Located {
    number: u64,
    at: Duration,
    interface: u32,
    link: u16,
    frame: link::Frame,
    packet: std::ops::Range<usize>,
}

impl Frames {
    /// Opens a capture, `-` for the standard input.
    ///
    /// # Errors
    /// If it cannot be read, or is no capture.
    pub fn open(path: &Path, hints: Hints) -> Result<Self, ForeignError> {
        let stream = Stream::open(path).map_err(|error| read(path, error))?;
        Self::begin(path, stream, hints)
    }

    /// Reads a capture from this source; `path` is what it is called in errors.
    ///
    /// # Errors
    /// If it cannot be read, or is no capture.
    pub fn from_source(
        path: &Path,
        source: impl Read + Send + 'static,
        hints: Hints,
    ) -> Result<Self, ForeignError> {
        let stream = Stream::new(source).map_err(|error| read(path, error))?;
        Self::begin(path, stream, hints)
    }

    fn begin(path: &Path, mut stream: Stream, hints: Hints) -> Result<Self, ForeignError> {
        let beginning = stream.peek(4).to_vec();
        let container = <[u8; 4]>::try_from(&beginning[..])
            .ok()
            .and_then(Container::of);
        let Some(mut container) = container else {
            return Err(match container::over(&mut stream) {
                Stop::End => error::no_capture(path, &beginning),
                stop => header(path, &stream, stop),
            });
        };
        if let Err(stop) = container.begin(&mut stream) {
            return Err(header(path, &stream, stop));
        }
        let tally = Tally {
            format: container.name(),
            gzip: stream.gzip,
            ..Tally::default()
        };
        Ok(Frames {
            path: path.to_owned(),
            stream,
            container,
            trailers: Trailers::new(hints.trailer, hints.contexts),
            copies: Copies::new(),
            tally,
            given: Vec::new(),
            is_over: false,
            section_begins: false,
            unknown_link: None,
            failed: None,
        })
    }

    /// The next frame, those with a wrong FCS too; none at the end.
    ///
    /// # Errors
    /// If the file cannot be read on, or holds no frame but packets of link types that
    /// cannot hold any. That it is cut or damaged is said by [`Tally::ending`].
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, ForeignError> {
        loop {
            if self.trailers.is_front_ready() {
                return Ok(self.give_waiting());
            }
            if self.trailers.queue.is_empty() {
                if std::mem::take(&mut self.section_begins) {
                    self.trailers.forget();
                }
                if self.is_over {
                    return self.finish().map(|()| None);
                }
            } else if self.is_over || self.section_begins {
                self.trailers.decide_all();
                continue;
            }
            if let Some(located) = self.locate() {
                let declared = located.frame.trailer;
                let decision = self.trailers.decision(located.interface, declared);
                if self.trailers.queue.is_empty() && (decision.is_some() || !declared.is_doubtful())
                {
                    return Ok(Some(self.give(&located)));
                }
                self.let_wait(&located);
            }
        }
    }

    /// What was read so far; all of it once [`next_frame`](Frames::next_frame) has given none.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The next packet with a frame in it; none if another section begins or the file is over.
    fn locate(&mut self) -> Option<Located> {
        loop {
            let packet = match self.container.next(&mut self.stream) {
                Ok(Next::Packet(packet)) => packet,
                Ok(Next::Section) => {
                    self.section_begins = true;
                    return None;
                }
                Err(stop) => {
                    self.stop(stop);
                    return None;
                }
            };
            self.tally.packets += 1;
            self.tally.last = self.tally.last.max(packet.at);
            if let Some(located) = self.frame_in(packet) {
                return Some(located);
            }
        }
    }

    fn frame_in(&mut self, packet: Packet) -> Option<Located> {
        let number = self.tally.packets;
        let aside = &mut self.tally.set_aside;
        let Some(link) = Link::of(packet.link) else {
            aside.unknown_link += 1;
            self.unknown_link.get_or_insert((number, packet.link));
            return None;
        };
        match packet.extent {
            Extent::Whole => {}
            Extent::Snapped => {
                aside.snapped += 1;
                return None;
            }
            Extent::TooLong => {
                aside.unreadable += 1;
                return None;
            }
        }
        let octets = self.stream.taken(packet.octets.clone());
        let found = link.find(octets);
        let Found::Frame(frame) = found else {
            self.tally.set_aside(&found);
            return None;
        };
        if frame.octets.len() > LONGEST_FRAME {
            aside.unreadable += 1;
            return None;
        }
        if let Some(datagram) = frame.datagram.clone()
            && self.copies.knows(&octets[datagram], packet.at)
        {
            aside.copies += 1;
            return None;
        }
        Some(Located {
            number,
            at: packet.at,
            interface: packet.interface,
            link: packet.link,
            frame,
            packet: packet.octets,
        })
    }

    fn let_wait(&mut self, located: &Located) {
        let octets = &self.stream.taken(located.packet.clone())[located.frame.octets.clone()];
        self.trailers.wait(Waiting {
            number: located.number,
            at: located.at,
            interface: located.interface,
            link: located.link,
            declared: located.frame.trailer,
            octets: octets.to_vec(),
        });
    }

    fn give_waiting(&mut self) -> Option<Frame<'_>> {
        let front = self.trailers.queue.pop_front()?;
        let decision = self.trailers.decision(front.interface, front.declared);
        self.given = front.octets;
        let (mac, fcs) = split(&self.given, front.declared, decision);
        count(&mut self.tally, front.link, front.declared, decision, fcs);
        Some(Frame {
            number: front.number,
            at: front.at,
            interface: front.interface,
            mac,
            fcs,
        })
    }

    fn give(&mut self, located: &Located) -> Frame<'_> {
        let declared = located.frame.trailer;
        let decision = self.trailers.decision(located.interface, declared);
        let packet = self.stream.taken(located.packet.clone());
        let octets = &packet[located.frame.octets.clone()];
        let (mac, fcs) = split(octets, declared, decision);
        count(&mut self.tally, located.link, declared, decision, fcs);
        Frame {
            number: located.number,
            at: located.at,
            interface: located.interface,
            mac,
            fcs,
        }
    }

    fn stop(&mut self, stop: Stop) {
        self.is_over = true;
        let offset = self.stream.offset();
        self.tally.ending = match stop {
            Stop::End => Ending::Whole,
            Stop::Cut(inside) => Ending::Cut { inside, offset },
            Stop::Damaged(what) => Ending::Damaged { what, offset },
            Stop::Failed(error) => {
                self.failed = Some(read(&self.path, error));
                return;
            }
        };
    }

    fn finish(&mut self) -> Result<(), ForeignError> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        match self.unknown_link {
            Some((packet, link)) if self.tally.frames == 0 => Err(ForeignError::LinkType {
                path: self.path.clone(),
                packet,
                link,
            }),
            _ => Ok(()),
        }
    }
}

fn count(
    tally: &mut Tally,
    link: u16,
    declared: link::Trailer,
    decision: Option<Decision>,
    fcs: Fcs,
) {
    let at = tally.kind(link, decision.filter(|_| declared.is_doubtful()));
    tally.kinds[at].frames += 1;
    match fcs {
        Fcs::Wrong => tally.set_aside.wrong_fcs += 1,
        _ => tally.frames += 1,
    }
}

fn read(path: &Path, error: std::io::Error) -> ForeignError {
    let path = path.to_owned();
    ForeignError::Read { path, error }
}

fn header(path: &Path, stream: &Stream, stop: Stop) -> ForeignError {
    let what = match stop {
        Stop::Failed(error) => return read(path, error),
        Stop::Damaged(what) => what,
        Stop::Cut(inside) => format!("it ends inside of {inside}"),
        Stop::End => "it ends".to_owned(),
    };
    ForeignError::Header {
        path: path.to_owned(),
        offset: stream.offset(),
        what,
    }
}

#[cfg(test)]
mod tests;
