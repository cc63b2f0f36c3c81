//! `report.json`, and the schema that is published of it.

use schemars::schema_for;

use super::model::Report;

/// The report as JSON, on one line.
pub fn render(report: &Report) -> String {
    let mut text =
        serde_json::to_string(report).expect("a report holds nothing but text and numbers");
    text.push('\n');
    text
}

/// The JSON Schema of [`render`]'s text, as it stands in reports/schema/.
pub fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&schema_for!(Report)).expect("a schema is JSON");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::report::fixture;

    /// Set to have the file written in place of compared.
    const WRITE: &str = "SIXLO_WRITE_SCHEMA";

    #[test]
    fn the_published_schema_is_that_of_the_types() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../reports/schema/sixlo-report-1.schema.json");
        if std::env::var_os(WRITE).is_some() {
            std::fs::write(&path, schema()).unwrap();
        }
        let published = std::fs::read_to_string(&path).unwrap();
        assert!(
            published == schema(),
            "{} is not what the types say. A new field: {WRITE}=1 cargo test -p sixlo-harness schema. A field that \
             goes or means something else: count VERSION up, and publish a new file",
            path.display()
        );
    }

    #[test]
    fn a_report_reads_back_as_it_was() {
        fixture::with_report(|report| {
            let text = render(report);
            assert_eq!(text.lines().count(), 1);
            assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), *report);
        });
    }

    #[test]
    fn the_report_of_a_small_run() {
        fixture::with_report(|report| {
            let mut short = report.clone();
            short
                .trials
                .retain(|trial| trial.dut == "two" && trial.case == "context-0");
            short.cases.truncate(1);
            short.rows.truncate(1);
            short.duts.truncate(1);
            short.sections.truncate(1);
            let dut = &mut short.duts[0];
            for side in [&mut dut.receive, &mut dut.send] {
                side.cells.truncate(1);
            }
            insta::assert_snapshot!(serde_json::to_string_pretty(&short).unwrap());
        });
    }
}
