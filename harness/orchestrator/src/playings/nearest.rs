//! Where a case was not played: the frame that comes nearest to its first one.

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, Dissection, FcsMode, dissect, dissect_packet};
use sixlo_frames::field::{FieldId, Value};
use sixlo_judge::matching::Shown;

use super::link::Link;

/// Frames that are kept to be compared.
const KEPT: usize = 500;
/// Rows of a sweep that they are compared with.
const COMPARED: usize = 32;
/// Differences that are told.
const TOLD: usize = 4;

/// Frames that are as long as the case's first one.
#[derive(Debug, Default)]
pub(super) struct Nearest {
    kept: Vec<(u64, Vec<u8>)>,
}

impl Nearest {
    pub fn note(&mut self, number: u64, mac: &[u8]) {
        if self.kept.len() < KEPT {
            self.kept.push((number, mac.to_vec()));
        }
    }

    /// The packet with the fewest differences, and these.
    pub fn to(&self, link: &Link) -> Option<(u64, Vec<String>)> {
        let wanted: Vec<Dissection> = link
            .shapes
            .iter()
            .filter(|shape| shape.case == 0)
            .take(COMPARED)
            .filter_map(|shape| Some(dissected(shape.frames().next()?.1.octets())))
            .collect();
        let (number, mut differences) = self
            .kept
            .iter()
            .flat_map(|(number, mac)| {
                let found = dissected(mac);
                let compare = |wanted: &Dissection| (*number, differences(wanted, &found));
                wanted.iter().map(compare).collect::<Vec<_>>()
            })
            .min_by_key(|(_, differences)| differences.len())?;
        let more = differences.len().saturating_sub(TOLD);
        differences.truncate(TOLD);
        if more > 0 {
            differences.push(format!("and {more} fields more"));
        }
        Some((number, differences))
    }
}

fn dissected(mac: &[u8]) -> Dissection {
    let contexts = ContextTable::new();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: FcsMode::Absent,
        keys: None,
    };
    let mut dissection = dissect(mac, &options);
    if let Some(packet) = &dissection.packet {
        let restored = dissect_packet(packet);
        dissection.fields.extend(restored.fields);
    }
    dissection
}

/// Fields that differ, those aside that every injector chooses.
fn differences(wanted: &Dissection, found: &Dissection) -> Vec<String> {
    let mut differences = Vec::new();
    for field in wanted
        .fields
        .iter()
        .filter(|field| is_telling(field.id, &field.value))
    {
        match found.get(field.id) {
            Some(value) if *value == field.value => {}
            Some(value) => differences.push(format!(
                "{} {} (in the case: {})",
                field.id.name(),
                Shown(value),
                Shown(&field.value)
            )),
            None => differences.push(format!(
                "no {} (in the case: {})",
                field.id.name(),
                Shown(&field.value)
            )),
        }
    }
    for field in &found.fields {
        if is_telling(field.id, &field.value) && wanted.get(field.id).is_none() {
            differences.push(format!("{} {}", field.id.name(), Shown(&field.value)));
        }
    }
    if differences.is_empty() {
        differences.push("addresses, numbers or a checksum that do not belong together".to_owned());
    }
    differences
}

fn is_telling(id: FieldId, value: &Value) -> bool {
    let chosen = [
        "sequence",
        "identifier",
        "checksum",
        "tag",
        "pan",
        "ack_request",
        "frame_pending",
        "data",
    ];
    !matches!(value, Value::Ipv6(_) | Value::Mac(_))
        && !chosen.iter().any(|part| id.name().contains(part))
}
