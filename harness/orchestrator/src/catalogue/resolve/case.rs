//! A case with its sweep.

use std::cell::RefCell;

use serde_saphyr::Location;
use sha2::{Digest, Sha256};
use sixlo_frames::context::ContextTable;
use sixlo_judge::meta::Knob;
use sixlo_judge::name::{CaseId, Origin, RequirementId, Topic};
use sixlo_judge::testcase::{Expectation, Given, Sweep, SweepRow, TestCase};

use super::scope::Scope;
use super::steps::{SendPlace, Steps, steps};
use super::{given, then};
use crate::catalogue::error::CatalogueError;
use crate::catalogue::parameters::Parameters;
use crate::catalogue::sweep::{self, Laid};
use crate::catalogue::yaml::At;
use crate::catalogue::yaml::case as raw;

/// A case, and where in its file things stand.
#[derive(Debug)]
pub(in crate::catalogue) struct Resolved {
    pub case: TestCase,
    pub places: Places,
}

/// Where in its file things stand, for lint.
#[derive(Debug)]
pub(in crate::catalogue) struct Places {
    pub file: String,
    pub clause: Location,
    pub topic: Location,
    pub level: Location,
    pub covers: Vec<Location>,
    pub parent: Location,
    pub twin: Location,
    pub origin: Location,
    /// Of the case's own steps, then of each sweep row's.
    pub variants: Vec<Variant>,
}

/// The case's own steps, or those of one sweep row.
#[derive(Debug)]
pub(in crate::catalogue) struct Variant {
    /// The row's label; none for the case itself.
    pub label: Option<String>,
    pub at: Location,
    pub contexts: ContextTable,
    pub sends: Vec<SendPlace>,
    /// A row of a product, which mixes knobs on purpose.
    pub product: bool,
}

/// Resolves one file. What is wrong goes into `errors`; none where that leaves no case.
pub(in crate::catalogue) fn case(
    file: &str,
    path: &str,
    text: &str,
    raw: &raw::Case,
    parameters: &Parameters,
    errors: &RefCell<Vec<CatalogueError>>,
) -> Option<Resolved> {
    let id = path.rsplit('/').next().unwrap_or(path);
    let text_hash = hex(&Sha256::digest(text.as_bytes()));
    let one = One {
        raw,
        id,
        file,
        parameters,
        errors,
    };
    let base = one.variant(None);
    let sweep = one.sweep();
    let (base, sweep) = (base?, sweep?);
    let place = |at: &Option<At<String>>| at.as_ref().map_or(Location::UNKNOWN, |at| at.referenced);
    let mut variants = vec![Variant {
        label: None,
        at: raw.title.referenced,
        contexts: base.contexts,
        sends: base.steps.sends,
        product: false,
    }];
    let rows = sweep.map(|rows| {
        let (rows, places): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        variants.extend(places);
        Sweep { rows }
    });
    let case = TestCase {
        id: CaseId(id.to_owned()),
        path: path.to_owned(),
        title: raw.title.value.clone(),
        clause: raw.clause.value.clone(),
        covers: raw
            .covers
            .iter()
            .map(|id| RequirementId(id.value.clone()))
            .collect(),
        topic: Topic(raw.topic.value.clone()),
        level: raw.level.as_ref().map(|level| level.value),
        kind: raw.kind,
        direction: raw.direction,
        strength: raw.strength,
        builds_on: raw.builds_on.as_ref().map(|id| CaseId(id.value.clone())),
        twin: raw.twin.as_ref().map(|id| CaseId(id.value.clone())),
        origin: raw
            .origin
            .iter()
            .flat_map(|origins| origins.value.all())
            .map(|origin| Origin(origin.clone()))
            .collect(),
        needs: raw.needs.clone(),
        why: raw.why.clone(),
        disputed: raw.disputed.clone(),
        given: base.given,
        when: base.steps.steps,
        then: base.then,
        features: base.features,
        sweep: rows,
        text_hash,
    };
    let places = Places {
        file: file.to_owned(),
        clause: raw.clause.referenced,
        topic: raw.topic.referenced,
        level: raw
            .level
            .as_ref()
            .map_or(raw.topic.referenced, |level| level.referenced),
        covers: raw.covers.iter().map(|id| id.referenced).collect(),
        parent: place(&raw.builds_on),
        twin: place(&raw.twin),
        origin: raw
            .origin
            .as_ref()
            .map_or(Location::UNKNOWN, |origin| origin.referenced),
        variants,
    };
    Some(Resolved { case, places })
}

struct One<'a> {
    raw: &'a raw::Case,
    id: &'a str,
    file: &'a str,
    parameters: &'a Parameters,
    errors: &'a RefCell<Vec<CatalogueError>>,
}

struct Whole {
    given: Vec<Given>,
    steps: Steps,
    then: Vec<Expectation>,
    features: Vec<Expectation>,
    contexts: ContextTable,
}

impl One<'_> {
    /// The case's own values, or those with a row laid over them.
    fn variant(&self, row: Option<&Laid>) -> Option<Whole> {
        let mut scope = Scope::new(self.file, self.parameters, self.errors);
        let raw_given = row
            .and_then(|row| row.given.as_ref())
            .unwrap_or(&self.raw.given);
        let raw_then = row
            .and_then(|row| row.then.as_ref())
            .unwrap_or(&self.raw.then);
        let raw_feature = row
            .and_then(|row| row.feature.as_ref())
            .unwrap_or(&self.raw.feature);
        given::prepare(&mut scope, raw_given, self.fresh_eui64());
        let given = given::given(&scope, raw_given);
        let steps = steps(&scope, &self.raw.when, row);
        let then = then::then(&scope, raw_then);
        let features = then::then(&scope, raw_feature);
        let (given, steps, then, features) = (given?, steps?, then?, features?);
        Some(Whole {
            given,
            steps,
            then,
            features,
            contexts: scope.contexts,
        })
    }

    fn sweep(&self) -> Option<Option<Vec<(SweepRow, Variant)>>> {
        let Some(raw) = &self.raw.sweep else {
            return Some(None);
        };
        let laid = match sweep::laid(raw, &self.raw.given, self.parameters.full_sweeps) {
            Ok(laid) => laid,
            Err((at, text)) => {
                let place = crate::catalogue::yaml::place(self.file, at);
                self.errors
                    .borrow_mut()
                    .push(CatalogueError::new(place, text));
                return None;
            }
        };
        let rows: Vec<_> = laid.iter().map(|row| self.row(row)).collect();
        let rows: Option<Vec<_>> = rows.into_iter().collect();
        rows.map(Some)
    }

    fn row(&self, row: &Laid) -> Option<(SweepRow, Variant)> {
        let whole = self.variant(Some(row))?;
        let product = !row.knobs.is_empty();
        let variant = Variant {
            label: Some(row.label.clone()),
            at: row.at,
            contexts: whole.contexts,
            sends: whole.steps.sends,
            product,
        };
        let row = SweepRow {
            label: row.label.clone(),
            level: row.level,
            colours: !product,
            knobs: row
                .knobs
                .iter()
                .map(|(name, value)| Knob {
                    name: name.clone(),
                    value: value.clone(),
                })
                .collect(),
            given: whole.given,
            when: whole.steps.steps,
            then: whole.then,
            features: whole.features,
        };
        Some((row, variant))
    }

    /// An EUI-64 that no other case has: locally administered, its last three octets
    /// from the case's name and the seed.
    fn fresh_eui64(&self) -> [u8; 8] {
        let digest = Sha256::new()
            .chain_update(self.id)
            .chain_update(self.parameters.seed.to_be_bytes())
            .finalize();
        [
            0x02, 0x00, 0x5e, 0xef, 0x11, digest[0], digest[1], digest[2],
        ]
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
