//! Octets to fields. It never fails: it returns what it could read and a list of problems.

mod dissection;
mod fragment;
mod iphc;
mod lowpan;
pub(crate) mod mac;
mod mesh;
mod multicast;
mod nhc;
mod nhc_extension;
mod packet;
mod reader;
mod restoring;

pub use dissection::{
    DissectOptions, Dissection, FcsMode, Field, FragmentInfo, MacInfo, Problem, ProblemKind,
};

pub use packet::dissect_packet;

use crate::field::FieldId;
use crate::mac::FrameType;
use crate::security::{self, Uncovered};
pub(crate) use reader::{Read, Reader};

/// Reads a PSDU as far as it can be read.
pub fn dissect(psdu: &[u8], options: &DissectOptions<'_>) -> Dissection {
    let mut out = Dissection::default();
    let (octets, trailer) = mac::split_trailer(psdu, options.fcs);
    let fcs_right = trailer.as_ref().map(|trailer| trailer.is_right(psdu));
    let (uncovered, closed) = uncover(octets, options);
    let readable = uncovered.as_ref().map_or(octets, |frame| &frame.octets);
    let mut reader = Reader::new(readable);
    if let Err(problem) = read(&mut reader, fcs_right, closed, options, &mut out) {
        out.packet = None;
        reader.problems.push(problem);
    }
    if let Some(mic) = octets.get(readable.len()..).filter(|mic| !mic.is_empty()) {
        reader.note_behind(FieldId::MacMic, mic);
    }
    if let Some(trailer) = trailer {
        trailer.note(octets.len(), fcs_right, &mut reader);
    }
    out.fields = reader.fields;
    out.problems = reader.problems;
    out
}

/// The frame in plain text, where it is secured and a key opens it; else why none does.
fn uncover(
    octets: &[u8],
    options: &DissectOptions<'_>,
) -> (Option<Uncovered>, Option<ProblemKind>) {
    let Some(keys) = options.keys else {
        return (None, Some(ProblemKind::Secured));
    };
    match security::uncover(octets, keys) {
        Ok(uncovered) => (Some(uncovered), None),
        Err(error) => (None, Some(mac::closed(error))),
    }
}

fn read(
    reader: &mut Reader<'_>,
    fcs_right: Option<bool>,
    closed: Option<ProblemKind>,
    options: &DissectOptions<'_>,
    out: &mut Dissection,
) -> Read<()> {
    let header = mac::header(reader, fcs_right)?;
    out.mac = Some(header.info);
    mac::before_payload(reader, &header, closed)?;
    match header.info.frame_type {
        // RFC 4944 2: IPv6 travels in data frames only.
        FrameType::Data => lowpan::read(
            reader,
            options.contexts,
            (header.info.src, header.info.dst),
            out,
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod subtle_points;
#[cfg(test)]
mod tests;
