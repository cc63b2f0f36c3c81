//! Radios tried: what each says of itself, and how much of what one sends another hears.

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sixlo_agent_protocol::HostMessage;
use sixlo_frames::mac::fcs;
use sixlo_harness::agent_link::{LinkError, Said};
use sixlo_harness::dut::{SpawnError, Start};
use sixlo_harness::rig::{Program, process};
use thiserror::Error;

/// How long a radio is listened to.
const LISTEN: Duration = Duration::from_millis(300);
/// Frames that are sent to be heard.
const SENT: u8 = 20;
/// The last of them may be told later than it was sent.
const TOLD_WITHIN: Duration = Duration::from_millis(700);

/// Why a radio could not be tried.
#[derive(Debug, Error)]
pub enum EarsError {
    /// What plays through radios does not start.
    #[error(transparent)]
    Start(#[from] SpawnError),
    /// It does not answer.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The radio does not do what it is there for.
    #[error("{0}")]
    Radio(String),
}

/// Puts a radio in its role on a channel and listens for a while: its own words.
///
/// # Errors
/// If it does not take the role, in the words of what speaks to it.
pub(crate) fn look(radio: &Value, channel: u8, injects: bool) -> Result<Vec<String>, EarsError> {
    let told = json!({
        "radio": radio,
        "injects": injects,
        "channel": channel,
        "listen-ms": u64::try_from(LISTEN.as_millis()).unwrap_or(u64::MAX),
    });
    let start = Start::own("radio", &["--param".to_owned(), format!("settings={told}")]);
    let output = Command::new(&start.program)
        .args(&start.arguments)
        .output()
        .map_err(|error| {
            EarsError::Start(SpawnError::Program {
                program: start.program.display().to_string(),
                error,
            })
        })?;
    let text = |octets: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(octets);
        text.lines().take(20).map(str::to_owned).collect()
    };
    match output.status.success() {
        true => Ok(text(&output.stdout)),
        false => {
            let words = text(&output.stderr).join("; ");
            Err(EarsError::Radio(words.replace("sixlo dut: ", "")))
        }
    }
}

/// How many frames were sent, and how many of them the sniffer told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Loopback {
    pub sent: u32,
    pub heard: u32,
}

/// Sends frames to nobody through these radios, and counts those that come back.
///
/// # Errors
/// If the radios do not start or do not answer.
pub(crate) fn loop_back(radios: &Program) -> Result<Loopback, EarsError> {
    let mut device = process(radios, None).start()?;
    let link = device.link();
    for number in 0..SENT {
        link.queue(HostMessage::Receive {
            psdu: &to_nobody(number),
        });
    }
    while link.hear()?.is_some() {}
    let end = Instant::now() + TOLD_WITHIN;
    while link.hear_until(end)?.is_some() {}
    link.queue(HostMessage::Statistics);
    let mut counted = None;
    while let Some(said) = link.hear()? {
        if let Said::Statistics {
            received,
            transmitted,
            ..
        } = said
        {
            counted = Some(Loopback {
                sent: transmitted,
                heard: received,
            });
        }
    }
    device.bury();
    counted.ok_or_else(|| EarsError::Radio("counts no frames: it has no sniffer".to_owned()))
}

/// A data frame without a request, for an address and a PAN that are nobody's: 802.15.4-2003,
/// short addresses, one PAN.
fn to_nobody(number: u8) -> Vec<u8> {
    let mut psdu = vec![0x41, 0x88, number, 0xfe, 0xca, 0xfd, 0xff, 0xfc, 0xff];
    // NALP (RFC 4944 5.1): no LoWPAN frame.
    psdu.extend([0x00, number]);
    let check = fcs(&psdu);
    psdu.extend(check.to_le_bytes());
    psdu
}
