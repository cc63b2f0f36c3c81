//! One case into many trials: rows, or the product of columns.

mod covering;

pub use covering::covering_array;

use serde_saphyr::Location;

use super::yaml::case::{Column, Row, Sweep};
use super::yaml::expectation::Expectation;
use super::yaml::packet::Inner;
use super::yaml::scalar::Octets;
use super::yaml::send::Send;
use super::yaml::setting::Setting;
use super::yaml::{At, Layer};

/// What is laid over the case for one trial.
#[derive(Debug)]
pub struct Laid {
    pub label: String,
    pub at: Location,
    pub send: Send,
    pub send_ipv6: Inner,
    pub given: Option<Vec<At<Setting>>>,
    pub then: Option<Vec<At<Expectation>>>,
    pub feature: Option<Vec<At<Expectation>>>,
    pub level: Option<u8>,
    pub encodes_as: Option<At<Octets>>,
    /// Knobs and values; empty for a row that was written out.
    pub knobs: Vec<(String, String)>,
}

/// The rows of a sweep: those written out, then those of the product. `full` takes the
/// product whole; otherwise every `strength` columns meet in all their combinations.
pub fn laid(
    sweep: &Sweep,
    given: &[At<Setting>],
    full: bool,
) -> Result<Vec<Laid>, (Location, String)> {
    let mut all: Vec<Laid> = sweep.rows.iter().map(written_out).collect();
    if sweep.columns.is_empty() {
        return match &sweep.strength {
            Some(strength) => Err((strength.referenced, "`strength` needs `columns`".to_owned())),
            None => Ok(all),
        };
    }
    let sizes: Vec<usize> = sweep
        .columns
        .iter()
        .map(|column| column.values.len())
        .collect();
    let at = |column: &Column| {
        column
            .values
            .first()
            .map_or(Location::UNKNOWN, |row| row.referenced)
    };
    if let Some(empty) = sweep.columns.iter().find(|column| column.values.is_empty()) {
        return Err((at(empty), format!("knob {} has no values", empty.knob)));
    }
    let strength = match &sweep.strength {
        Some(strength) if !full => usize::from(strength.value),
        _ => sizes.len(),
    };
    if strength == 0 || strength > sizes.len() {
        let place = sweep
            .strength
            .as_ref()
            .map_or(Location::UNKNOWN, |s| s.referenced);
        return Err((
            place,
            format!("`strength` is 1 to {}, the number of columns", sizes.len()),
        ));
    }
    let combinations = covering_array(&sizes, strength);
    all.extend(
        combinations
            .iter()
            .map(|combination| combined(&sweep.columns, combination, given)),
    );
    Ok(all)
}

fn written_out(row: &At<Row>) -> Laid {
    let value = &row.value;
    Laid {
        label: value.label.clone(),
        at: row.referenced,
        send: value.send.clone(),
        send_ipv6: value.send_ipv6.clone(),
        given: value.given.clone(),
        then: value.then.clone(),
        feature: value.feature.clone(),
        level: value.level.as_ref().map(|level| level.value),
        encodes_as: value.encodes_as.clone(),
        knobs: Vec::new(),
    }
}

/// One combination: each column laid over those before it.
fn combined(columns: &[Column], combination: &[usize], given: &[At<Setting>]) -> Laid {
    let mut all = Laid {
        label: String::new(),
        at: Location::UNKNOWN,
        send: Send::default(),
        send_ipv6: Inner::default(),
        given: None,
        then: None,
        feature: None,
        level: None,
        encodes_as: None,
        knobs: Vec::new(),
    };
    let mut settings = given.to_vec();
    for (column, &index) in columns.iter().zip(combination) {
        let row = &column.values[index];
        let value = &row.value;
        all.at = row.referenced;
        all.send = value.send.clone().over_base(all.send);
        all.send_ipv6 = value.send_ipv6.clone().over_base(all.send_ipv6);
        settings.extend(value.given.iter().flatten().cloned());
        all.then = value.then.clone().or(all.then);
        all.feature = value.feature.clone().or(all.feature);
        all.level = all.level.max(value.level.as_ref().map(|level| level.value));
        all.encodes_as = value.encodes_as.clone().or(all.encodes_as);
        if !all.label.is_empty() {
            all.label.push(' ');
        }
        all.label
            .push_str(&format!("{}={}", column.knob, value.label));
        all.knobs.push((column.knob.clone(), value.label.clone()));
    }
    all.given = Some(settings);
    all
}

impl Layer for Row {}
