//! The reference node as a device of this program, seeded with a fault where it is asked for.

use sixlo_port_p6lowpan::Reference;
use sixlo_reference_stack::{Fault, seed};

use crate::arguments::{ArgumentError, Arguments};
use crate::around::Boxed;

/// A node of this level.
pub fn make<const LEVEL: u8>(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let id = arguments.fault.take();
    let fault = match &id {
        Some(id) => {
            let known = Fault::with_id(id);
            Some(known.ok_or_else(|| ArgumentError::UnknownFault(id.clone()))?)
        }
        None => None,
    };
    seed(fault);
    let build = match id {
        Some(id) => format!("level {LEVEL}; fault {id}"),
        None => format!("level {LEVEL}"),
    };
    // A process is one device, and has one build for as long as it lives.
    Ok(Box::new(Reference::<LEVEL>::new(build.leak())))
}
