//! Octets to fields. It never fails: it returns what it could read and a list of problems.

mod dissection;
mod iphc;
mod lowpan;
mod mac;
mod nhc;
mod packet;
mod reader;

pub use dissection::{
    DissectOptions, Dissection, FcsMode, Field, FragmentInfo, MacInfo, Problem, ProblemKind,
};

pub use packet::dissect_packet;

use crate::mac::FrameType;
use reader::Reader;

/// Reads a PSDU as far as it can be read.
pub fn dissect(psdu: &[u8], options: &DissectOptions<'_>) -> Dissection {
    let mut out = Dissection::default();
    let (octets, fcs_right) = mac::split_trailer(psdu, options);
    if fcs_right == Some(false) {
        out.problems.push(mac::fcs_problem(psdu));
    }
    let mut reader = Reader::new(octets);
    match mac::read(&mut reader, fcs_right) {
        Ok(header) => {
            out.mac = Some(header);
            // RFC 4944 2: IPv6 travels in data frames only.
            if header.frame_type == FrameType::Data
                && let Err(problem) = lowpan::read(
                    &mut reader,
                    options.contexts,
                    header.src,
                    header.dst,
                    &mut out,
                )
            {
                out.packet = None;
                out.problems.push(problem);
            }
        }
        Err(problem) => out.problems.push(problem),
    }
    out.fields = reader.fields;
    out
}
