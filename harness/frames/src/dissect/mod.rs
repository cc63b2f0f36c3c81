//! Octets to fields. It never fails: it returns what it could read and a list of problems.

mod dissection;
mod fragment;
mod iphc;
mod lowpan;
mod mac;
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

use crate::mac::FrameType;
use reader::{Read, Reader};

/// Reads a PSDU as far as it can be read.
pub fn dissect(psdu: &[u8], options: &DissectOptions<'_>) -> Dissection {
    let mut out = Dissection::default();
    let (octets, trailer) = mac::split_trailer(psdu, options.fcs);
    let mut reader = Reader::new(octets);
    let fcs_right = trailer.as_ref().map(|trailer| trailer.is_right(psdu));
    if let Err(problem) = read(&mut reader, fcs_right, options, &mut out) {
        out.packet = None;
        reader.problems.push(problem);
    }
    if let Some(trailer) = trailer {
        trailer.note(octets.len(), fcs_right, &mut reader);
    }
    out.fields = reader.fields;
    out.problems = reader.problems;
    out
}

fn read(
    reader: &mut Reader<'_>,
    fcs_right: Option<bool>,
    options: &DissectOptions<'_>,
    out: &mut Dissection,
) -> Read<()> {
    let header = mac::header(reader, fcs_right)?;
    out.mac = Some(header.info);
    mac::before_payload(reader, &header)?;
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
