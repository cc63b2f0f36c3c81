//! Devices whose agent speaks wrongly, whatever stack is below it.

use std::process::ExitCode;

use sixlo_agent::protocol::{self, AgentMessage, FromAgent, LARGEST_FRAME};

use super::Silent;
use crate::arguments::{ArgumentError, Arguments};
use crate::serve::serve_with;

/// Answers every command with done, unknown ones too.
pub fn agreeing(arguments: &mut Arguments) -> Result<ExitCode, ArgumentError> {
    arguments.finish()?;
    Ok(serve_with(&mut Silent, 1, agree))
}

fn agree(frame: &[u8], pending: &mut Vec<u8>) {
    let mut decoded = frame[..frame.len() - 1].to_vec();
    let refusal = protocol::decode(&mut decoded)
        .ok()
        .and_then(|message| minicbor::decode::<FromAgent<'_>>(message).ok())
        .filter(|said| matches!(said.message, AgentMessage::Unsupported));
    let Some(FromAgent { seq, .. }) = refusal else {
        pending.extend_from_slice(frame);
        return;
    };
    let mut agreed = [0; LARGEST_FRAME];
    let done = FromAgent {
        seq,
        message: AgentMessage::Done,
    };
    if let Ok(length) = protocol::encode(&done, &mut agreed) {
        pending.extend_from_slice(&agreed[..length]);
    }
}

/// Puts garbage between its answers.
pub fn nonsense(arguments: &mut Arguments) -> Result<ExitCode, ArgumentError> {
    arguments.finish()?;
    Ok(serve_with(&mut Silent, 1, babble))
}

/// Garbage of every kind a reader must get past: broken COBS, a right COBS
/// frame with a wrong CRC, a frame larger than any message, closing zeros on
/// their own.
fn babble(frame: &[u8], pending: &mut Vec<u8>) {
    pending.extend_from_slice(&[0, 0, 0xff, 1, 2, 3, 0]);
    pending.extend_from_slice(&[4, 0x82, 0x01, 0x80, 0]);
    pending.extend(std::iter::repeat_n(0x55, LARGEST_FRAME + 1));
    pending.push(0);
    pending.extend_from_slice(frame);
}
