//! The loop of every image: read, obey, sleep.

use sixlo_agent::{Agent, Radio, Stack};

use crate::channels::{Channels, Up};
use crate::doorbell::Doorbell;
use crate::last_words;
use crate::merge::{Merge, Next};

/// Serves a stack for ever.
pub fn serve<S: Stack, R: Radio>(agent: Agent<S, R>, channels: Channels, doorbell: &Doorbell) -> ! {
    serve_beside(agent, channels, doorbell, |_, _| false)
}

/// Serves `stack` for ever, and between messages what else there is to do: `attend` does
/// some of it, and says whether there was any; what makes more of it rings the doorbell.
pub fn serve_beside<S: Stack, R: Radio>(
    mut agent: Agent<S, R>,
    mut channels: Channels,
    doorbell: &Doorbell,
    mut attend: impl FnMut(&mut Agent<S, R>, &mut Up<'_>) -> bool,
) -> ! {
    static MERGE: static_cell::ConstStaticCell<Merge> =
        static_cell::ConstStaticCell::new(Merge::new());
    // Static, for it is larger than some stacks.
    let merge = MERGE.take();
    last_words::ready();
    defmt::info!("{=str} is ready", agent.stack_mut().identity().stack);
    // Where the host has reset the board itself, it passes this over.
    agent.announce(&mut channels.up(doorbell));
    loop {
        doorbell.clear();
        loop {
            let obeyed = obey_next(merge, &mut agent, &mut channels, doorbell);
            let attended = attend(&mut agent, &mut channels.up(doorbell));
            if !obeyed && !attended {
                break;
            }
        }
        doorbell.sleep();
    }
}

/// Obeys the next message; says whether there was one.
fn obey_next<S: Stack, R: Radio>(
    merge: &mut Merge,
    agent: &mut Agent<S, R>,
    channels: &mut Channels,
    doorbell: &Doorbell,
) -> bool {
    let fill = |merge: &mut Merge, channels: &mut Channels| {
        merge.phy.fill(|octets| channels.phy_down.read(octets));
        merge
            .control
            .fill(|octets| channels.control_down.read(octets));
    };
    fill(merge, channels);
    let next = merge.next();
    if next == Next::Nothing {
        return false;
    }
    if !merge.is_in_order() {
        fill(merge, channels);
    }
    let mut up = channels.up(doorbell);
    merge.take(merge.next(), |message| agent.obey(message, &mut up));
    true
}
