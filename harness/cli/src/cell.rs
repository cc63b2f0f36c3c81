//! `DEVICE/TOPIC`: a cell as one types it, or `DEVICE/CASE`.

use anyhow::bail;
use sixlo_harness::report::Results;
use sixlo_judge::name::{CaseId, DutName, Topic};

use crate::near::near;

/// What stands behind the device's name.
pub enum Place {
    /// A row of the matrix, or a topic without a row.
    Topic(Topic),
    /// A case.
    Case(CaseId),
}

/// The device and the place that `what` names, whatever its case: a topic, a row's
/// number or title as in Figure 2, or a case's id.
pub fn find(results: &Results, what: &str) -> anyhow::Result<(DutName, Place)> {
    let Some((dut, place)) = what.split_once('/') else {
        bail!("`{what}` names no cell (allowed: DEVICE/TOPIC, such as P6LoWPAN-3/hop-limit)");
    };
    let names = || results.profiles.iter().map(|profile| &profile.name);
    let same = |name: &&DutName| name.0.eq_ignore_ascii_case(dut);
    let Some(dut) = names().find(same) else {
        let known: Vec<&str> = names().map(|name| name.0.as_str()).collect();
        bail!(
            "no device `{dut}` in {} (known: {}){}",
            results.folder.display(),
            known.join(", "),
            near(dut, known.iter().copied())
        );
    };
    let rows = &results.matrix.rows;
    let row = rows.iter().find(|row| {
        [&row.topic.0, &row.number, &row.title]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(place))
    });
    if let Some(row) = row {
        return Ok((dut.clone(), Place::Topic(row.topic.clone())));
    }
    let mut rowless = results.matrix.rowless.iter();
    if let Some(topic) = rowless.find(|topic| topic.0.eq_ignore_ascii_case(place)) {
        return Ok((dut.clone(), Place::Topic(topic.clone())));
    }
    let cases = &results.catalogue.cases;
    if let Some(case) = cases.iter().find(|case| case.id.0 == place) {
        return Ok((dut.clone(), Place::Case(case.id.clone())));
    }
    let topics = rows
        .iter()
        .map(|row| &row.topic)
        .chain(&results.matrix.rowless);
    let titles = rows.iter().map(|row| row.title.as_str());
    let known = topics
        .map(|topic| topic.0.as_str())
        .chain(titles)
        .chain(cases.iter().map(|case| case.id.0.as_str()));
    bail!(
        "no topic, row or case `{place}` (allowed: a topic of testcases/rows.yaml, a row's number or title in \
         Figure 2, a case's id){}",
        near(place, known)
    )
}
