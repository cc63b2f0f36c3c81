//! A radio of a rack: what puts frames on air around a board, and what hears them.

use serde_json::{Value, json};
use sixlo_harness::catalogue::written::At;
use sixlo_harness::rig::{DutSpec, Program};

use crate::board::Antenna;
use crate::file::Rack;
use crate::power::Power;

/// The kind of bridge that plays a device through radios.
const BLACK_BOX: &str = "black-box";

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

/// The device, played through the radios of its rack in place of those of its dut.yaml.
pub(crate) fn through_radios(mut spec: DutSpec, antenna: &Antenna, rack: &Rack) -> DutSpec {
    let Antenna::OnAir {
        channel,
        injector,
        sniffer,
    } = antenna
    else {
        return spec;
    };
    let settings = |name: &At<String>| rack.radio(&name.value).map(|radio| radio.settings.clone());
    if let Program::Bridge { settings: told, .. } = &mut spec.program {
        let start = &mut told["start"];
        start["injector"] = settings(injector).unwrap_or(Value::Null);
        start["sniffer"] = sniffer.as_ref().and_then(settings).unwrap_or(Value::Null);
        start["channel"] = json!(channel);
    }
    spec.addresses.channel = Some(*channel);
    spec
}
