//! Devices whose agent speaks wrongly, whatever stack is below it.

use std::process::ExitCode;

use sixlo_agent::protocol::{self, AgentMessage, FromAgent, Hello, LARGEST_FRAME};

use super::Silent;
use crate::arguments::{ArgumentError, Arguments};
use sixlo_agent_process::serve_with;

/// Answers every command with done, unknown ones too.
pub fn agreeing(arguments: &mut Arguments) -> Result<ExitCode, ArgumentError> {
    arguments.finish()?;
    Ok(serve_with(&mut Silent, 1, agree))
}

fn agree(frame: &[u8], pending: &mut Vec<u8>) {
    say_instead(frame, pending, |message| match message {
        AgentMessage::Unsupported => AgentMessage::Done,
        other => other,
    });
}

/// Says hello in the protocol's next version.
pub fn newer(arguments: &mut Arguments) -> Result<ExitCode, ArgumentError> {
    arguments.finish()?;
    Ok(serve_with(&mut Silent, 1, outgrow))
}

fn outgrow(frame: &[u8], pending: &mut Vec<u8>) {
    say_instead(frame, pending, |message| match message {
        AgentMessage::Hello(hello) => AgentMessage::Hello(Hello {
            version: hello.version + 1,
            ..hello
        }),
        other => other,
    });
}

/// Puts another message in the place of a frame's own, under the same number.
fn say_instead(
    frame: &[u8],
    pending: &mut Vec<u8>,
    other: for<'a> fn(AgentMessage<'a>) -> AgentMessage<'a>,
) {
    let mut decoded = frame[..frame.len() - 1].to_vec();
    let said = protocol::decode(&mut decoded)
        .ok()
        .and_then(|message| minicbor::decode::<FromAgent<'_>>(message).ok());
    let Some(FromAgent { seq, message }) = said else {
        pending.extend_from_slice(frame);
        return;
    };
    let message = other(message);
    let mut instead = [0; LARGEST_FRAME];
    if let Ok(length) = protocol::encode(&FromAgent { seq, message }, &mut instead) {
        pending.extend_from_slice(&instead[..length]);
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
