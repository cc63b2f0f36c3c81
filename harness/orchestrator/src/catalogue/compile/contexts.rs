//! The contexts that device and tester share in a trial.

use sixlo_frames::context::{Context, ContextTable};
use sixlo_frames::packet::{Message, NdOptionBody, Payload};
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Given, Step};

/// Those that are built into the device or belong to its link (of Thread the mesh-local
/// prefix is context 0: Thread 1.1, 5.18.3), those that are configured, and those that the
/// trial's own advertisements announce (RFC 6775 4.2): without them nobody could read what it
/// sends next.
pub fn shared(profile: &Profile, given: &[Given], when: &[Step]) -> ContextTable {
    let mut contexts = ContextTable::new();
    if let Some(thread) = profile.link.thread() {
        let context = Context {
            prefix: thread.mesh_local_prefix,
            length: 64,
        };
        contexts.set(0, context);
    }
    for (&id, &(prefix, length)) in &profile.contexts {
        contexts.set(id, Context { prefix, length });
    }
    for setting in given {
        if let Given::Context {
            id, prefix, length, ..
        } = *setting
        {
            contexts.set(id, Context { prefix, length });
        }
    }
    for (id, context) in when.iter().flat_map(announced) {
        contexts.set(id, context);
    }
    contexts
}

/// A lifetime of 0 takes a context away from the device; what it stood for is
/// still needed to read a frame that must not be taken.
fn announced(step: &Step) -> Vec<(u8, Context)> {
    let Step::Send(send) = step else {
        return Vec::new();
    };
    let Payload::Icmpv6(icmpv6) = &send.datagram.payload else {
        return Vec::new();
    };
    let Message::RouterAdvertisement(advertisement) = &icmpv6.message else {
        return Vec::new();
    };
    let options = advertisement.options.iter();
    options
        .filter_map(|option| match &option.body {
            NdOptionBody::Context6Lo(context) => Some((
                context.cid,
                Context {
                    prefix: context.prefix,
                    length: context.context_length,
                },
            )),
            _ => None,
        })
        .collect()
}
