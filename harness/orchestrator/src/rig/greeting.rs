//! The first words with a device.

use sixlo_agent_protocol::{HostMessage, PROTOCOL_VERSION};

use super::RigError;
use crate::agent_link::{Hello, LinkError, Said};
use crate::dut::Dut;

/// Says hello, and asks for something that does not exist: whoever says *done* to
/// that would say it to anything. A device that fails this is ended.
pub(super) fn greet(
    dut: &str,
    mut device: Box<dyn Dut>,
) -> Result<(Box<dyn Dut>, Hello), RigError> {
    match ask(dut, &mut *device) {
        Ok(hello) => Ok((device, hello)),
        Err(Trouble::Rig(error)) => Err(error),
        Err(Trouble::Link(error)) => Err(RigError::Link {
            dut: dut.to_owned(),
            error,
            ended: device.bury(),
        }),
    }
}

enum Trouble {
    Rig(RigError),
    Link(LinkError),
}

impl From<LinkError> for Trouble {
    fn from(error: LinkError) -> Self {
        Trouble::Link(error)
    }
}

fn ask(dut: &str, device: &mut dyn Dut) -> Result<Hello, Trouble> {
    let dishonest = |asked, answered: String, allowed| {
        Trouble::Rig(RigError::Dishonest {
            dut: dut.to_owned(),
            asked,
            answered,
            allowed,
        })
    };
    let version = PROTOCOL_VERSION;
    let seq = device.link().queue(HostMessage::Hello { version });
    let hello = match answer(device, seq)? {
        Said::Hello(_, hello) => hello,
        other => return Err(dishonest("hello", format!("{other:?}"), "hello")),
    };
    if hello.version != PROTOCOL_VERSION {
        return Err(Trouble::Rig(RigError::Version {
            dut: dut.to_owned(),
            version: hello.version,
        }));
    }
    let seq = device.link().queue_nonsense();
    match answer(device, seq)? {
        Said::Unsupported(_) => Ok(hello),
        other => Err(dishonest(
            "an unknown command",
            format!("{other:?}"),
            "unsupported",
        )),
    }
}

/// The answer to the command with this number. What a device says of its own accord
/// is passed over, but nonsense is an answer, too: a wrong one.
fn answer(device: &mut dyn Dut, seq: u32) -> Result<Said, LinkError> {
    loop {
        match device.link().hear()? {
            Some(said @ Said::Nonsense(_)) => return Ok(said),
            Some(said) if said.answers() == Some(seq) => return Ok(said),
            Some(_) => {}
            // It answered something, and that was not this.
            None => return Ok(Said::Nonsense("no answer".to_owned())),
        }
    }
}
