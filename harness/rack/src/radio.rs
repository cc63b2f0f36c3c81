//! A radio of a rack: what puts frames on air around a board, and what hears them.

use std::time::Duration;

use serde_json::{Value, json};
use sixlo_harness::catalogue::written::At;
use sixlo_harness::rig::{DutSpec, Program};

use crate::air::{self, Halls};
use crate::board::Antenna;
use crate::file::Rack;
use crate::power::Power;

/// The kind of bridge that plays a device through radios.
pub(crate) const BLACK_BOX: &str = "black-box";

/// A radio.
#[derive(Debug, Clone)]
pub struct Radio {
    /// What people call it.
    pub name: At<String>,
    /// What it is, and how it is reached, as a bridge is told.
    pub settings: Value,
    /// Whether it can put frames on air.
    pub can_inject: bool,
    /// How its power is switched.
    pub power: Option<Power>,
}

/// Whether a device is one that is played through radios: nothing is led to it.
pub(crate) fn is_black_box(program: &Program) -> bool {
    matches!(program, Program::Bridge { kind, .. } if kind == BLACK_BOX)
}

/// The least time that an answer across the air may take: two ways through a radio and the
/// line to it, beside the device's own.
const ACROSS: Duration = Duration::from_millis(100);

/// The device, played through the radios of its rack in place of those of its dut.yaml.
pub(crate) fn through_radios(
    mut spec: DutSpec,
    antenna: &Antenna,
    rack: &Rack,
    halls: &Halls,
) -> DutSpec {
    let Antenna::OnAir {
        channel,
        injector,
        sniffer,
    } = antenna
    else {
        return spec;
    };
    let settings = |name: &At<String>| air::settings_of(&name.value, rack, halls);
    if !is_black_box(&spec.program) {
        // Its dut.yaml speaks of what it does where nothing is lost on the way.
        spec.is_lossy = true;
        spec.reply_within += ACROSS;
    } else if let Program::Bridge { settings: told, .. } = &mut spec.program {
        let start = &mut told["start"];
        start["injector"] = settings(injector).unwrap_or(Value::Null);
        start["sniffer"] = sniffer.as_ref().and_then(settings).unwrap_or(Value::Null);
        start["channel"] = json!(channel);
    }
    spec.addresses.channel = Some(*channel);
    spec
}
