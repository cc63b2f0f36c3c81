//! What is started for the radios around a board.

use serde_json::{Value, json};
use sixlo_harness::rig::Program;

use super::Halls;
use crate::board::{Antenna, Board, Occupant, Reach};
use crate::file::Rack;
use crate::radio::BLACK_BOX;

/// The bridge to the radios around a board that is on air, and to nothing else.
pub(crate) fn program(antenna: &Antenna, rack: &Rack, halls: &Halls) -> Option<Program> {
    let Antenna::OnAir {
        channel,
        injector,
        sniffer,
    } = antenna
    else {
        return None;
    };
    let sniffer = sniffer.as_ref();
    let settings = json!({
        "stack": "radios",
        "start": {
            "injector": settings_of(&injector.value, rack, halls),
            "sniffer": sniffer.and_then(|sniffer| settings_of(&sniffer.value, rack, halls)),
            "program": null,
            "channel": channel,
        },
        "configure": {
            "prompt": null,
            "answers-within": null,
            "ready-within": null,
            "refusals": [],
            "learn": {},
            "begin": null,
            "reset": null,
            "hooks": {},
        },
        // The board has a MAC of its own, and what it hears twice it hands on once.
        "mac": {
            "after-own": 0,
            "request-acknowledgement": false,
            "retransmissions": 0,
            "acknowledged-within": 0,
            "acknowledge": false,
            "acknowledge-after": 0,
            "fresh-sequence-numbers": false,
            "before-broadcast": 0,
        },
    });
    Some(Program::Bridge {
        kind: BLACK_BOX.to_owned(),
        settings,
    })
}

/// What a bridge is told of the radio of this name, which may be a board.
pub(crate) fn settings_of(name: &str, rack: &Rack, halls: &Halls) -> Option<Value> {
    if let Some(radio) = rack.radio(name) {
        return Some(radio.settings.clone());
    }
    let board = rack.board(name)?;
    let is_radio = matches!(board.occupant, Occupant::Radio);
    is_radio.then(|| json!({ "agent": line_to(board, rack, halls) }))
}

/// Where the line to a board's agent leads. A probe's is a program of ours, which writes the
/// board's image first if it has to.
fn line_to(board: &Board, rack: &Rack, halls: &Halls) -> Value {
    match &board.reach {
        Reach::Serial { path, baud } => json!({ "serial": {
            "path": path.display().to_string(),
            "baud": baud,
            "flow-control": false,
        } }),
        Reach::Tcp(address) => json!({ "tcp": address }),
        Reach::Probe { .. } | Reach::Emulated | Reach::Air | Reach::Process => {
            let halls = halls.folder().display().to_string();
            let words = ["/proc/self/exe", "rack", "agent", "--rack", &rack.file];
            let words = words.into_iter().chain(["--halls", &halls]);
            json!({ "program": words.chain([&*board.name.value]).collect::<Vec<_>>() })
        }
    }
}
