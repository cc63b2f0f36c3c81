//! What shrinking a failing frame came to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
use sixlo_frames::field::{FieldId, Value};
use sixlo_judge::matching::{Shown, octets_shown};
use sixlo_judge::testcase::TestCase;

use super::document::Block;
use crate::run::{Group, Shrunk, Smallest};

/// Fields that are another in every frame, whatever it is about.
const NUMBERS: [FieldId; 11] = [
    FieldId::MacSequenceNumber,
    FieldId::MacFcs,
    FieldId::FragDatagramTag,
    FieldId::Bc0SequenceNumber,
    FieldId::UdpChecksum,
    FieldId::UdpData,
    FieldId::Icmpv6Checksum,
    FieldId::Icmpv6Identifier,
    FieldId::Icmpv6SequenceNumber,
    FieldId::Icmpv6Data,
    FieldId::PayloadOctets,
];

/// A group of failing trials and what became of its first.
pub fn block(case: &TestCase, group: &Group, shrunk: &Shrunk) -> Block {
    let mut fields = vec![("clause", format!("{}: {}", case.clause, case.title))];
    match shrunk {
        Shrunk::Smallest(found) => fields.extend(smallest(found)),
        Shrunk::Passes => fields.push((
            "now",
            "does not fail any more: played again, it passes".to_owned(),
        )),
        Shrunk::Flaky(words) => fields.push(("now", words.clone())),
        Shrunk::Undecided(why) => fields.push(("now", format!("undecided: {why}"))),
        Shrunk::NothingPasses(last) => fields.push((
            "now",
            format!("fails, and so does every plainer frame, to the last: {last}"),
        )),
        Shrunk::NoWay(why) => fields.push((
            "not tried",
            match &case.twin {
                Some(twin) => format!(
                    "{why}; its valid twin is {twin}: `sixlo explain {}` shows its frames",
                    case.id
                ),
                None => format!("{why}: `sixlo explain {}` shows its frames", case.id),
            },
        )),
    }
    let likewise = group.likewise();
    if !likewise.is_empty() {
        fields.push(("likewise", likewise));
    }
    Block::Finding {
        title: format!("{} {}", group.first.dut, group.first.title()),
        fields,
    }
}

fn smallest(found: &Smallest) -> Vec<(&'static str, String)> {
    let changes: Vec<String> = found.changes.iter().map(ToString::to_string).collect();
    let mut fields = vec![(
        "smallest",
        format!(
            "the smallest difference that still fails: {}",
            changes.join(", ")
        ),
    )];
    if found.changes.len() > 1 {
        for change in &found.changes {
            fields.push(("without", format!("{change}: {}", change.without)));
        }
    }
    fields.push(("expected", found.judgement.expected.clone()));
    fields.push(("observed", found.judgement.observed.clone()));
    fields.push(("passes", found.beginning.clone()));
    fields.extend(found.passing.iter().map(|psdu| ("", octets(psdu))));
    fields.push(("fails", "with that difference".to_owned()));
    fields.extend(found.failing.iter().map(|psdu| ("", octets(psdu))));
    if let (Some(passing), Some(failing)) = (found.passing.first(), found.failing.first()) {
        let differing = differing(passing, failing, &found.contexts);
        fields.extend(differing.into_iter().map(|words| ("differs", words)));
    }
    fields.push((
        "tries",
        format!(
            "{} frames, each with its control; what failed, twice",
            found.tries
        ),
    ));
    fields
}

fn octets(psdu: &[u8]) -> String {
    format!("{} octets: {}", psdu.len(), hex(psdu))
}

fn hex(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    pairs.join(" ")
}

/// The fields in which two frames differ, each with its octets.
fn differing(one: &[u8], other: &[u8], contexts: &ContextTable) -> Vec<String> {
    let (one, other) = (fields(one, contexts), fields(other, contexts));
    let ids: BTreeSet<FieldId> = one.keys().chain(other.keys()).copied().collect();
    let differs = |id: &FieldId| match (one.get(id), other.get(id)) {
        (Some(one), Some(other)) => {
            one.value != other.value || one.octets.is_empty() != other.octets.is_empty()
        }
        _ => true,
    };
    let shown = |field: Option<&Field>| field.map_or("none".to_owned(), ToString::to_string);
    ids.into_iter()
        .filter(|id| !NUMBERS.contains(id) && differs(id))
        .map(|id| {
            let (from, to) = (shown(one.get(&id)), shown(other.get(&id)));
            format!("{}: {from} → {to}", id.name())
        })
        .collect()
}

/// A field's value, and where it is not elided the octets it stands in.
struct Field {
    value: Value,
    octets: Vec<u8>,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = Shown(&self.value);
        match self.octets.is_empty() {
            true => write!(f, "{value} [elided]"),
            false => write!(f, "{value} [{}]", octets_shown(&self.octets)),
        }
    }
}

fn fields(psdu: &[u8], contexts: &ContextTable) -> BTreeMap<FieldId, Field> {
    let options = DissectOptions {
        contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    let dissection = dissect(psdu, &options);
    let mut fields = BTreeMap::new();
    for field in dissection.fields {
        let octets = psdu.get(usize::from(field.range.start)..usize::from(field.range.end));
        fields.entry(field.id).or_insert_with(|| Field {
            value: field.value,
            octets: octets.unwrap_or_default().to_vec(),
        });
    }
    fields
}
