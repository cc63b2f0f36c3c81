//! JUnit XML, as GitLab and the actions of GitHub show it: one suite a device, one
//! test a trial.
//!
//! JUnit knows neither an undecided test nor a known deviation. Both are skipped here,
//! with their reason: a fail would be a wrong one, a pass too. So is what a device never
//! claimed. What others report of stacks is not here: no trial of this run stands behind
//! it, and a test that was never run has no place among tests. What is skipped is green to most readers; the exit code is not.

use quick_junit::{
    NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestRerun, TestSuite,
};
use sixlo_judge::verdict::Verdict;

use super::model::{Dut, LeftOut, Report, Status, Trial, Withheld};
use super::status_line::word;

/// The report as JUnit XML.
pub fn render(report: &Report) -> String {
    let mut junit = Junit::new(format!("sixlo {}", report.run.name));
    junit.add_test_suites(report.duts.iter().map(|dut| suite(report, dut)));
    junit.add_test_suites(report.left_out.iter().map(absent));
    junit
        .to_string()
        .expect("memory takes what is written to it")
}

fn suite(report: &Report, dut: &Dut) -> TestSuite {
    let mut suite = TestSuite::new(dut.name.as_str());
    suite.add_properties([
        ("stack", dut.stack.as_str()),
        ("build", &dut.build),
        ("level reached, receiving", &dut.receive.level.words),
        ("level reached, sending", &dut.send.level.words),
        ("catalogue", &report.run.catalogue),
        ("sixlo", &report.run.sixlo),
    ]);
    let trials = report.trials.iter().filter(|trial| trial.dut == dut.name);
    suite.add_test_cases(trials.map(|trial| test(report, trial)));
    suite.add_test_cases(dut.withheld.iter().map(|gone| withheld(dut, gone)));
    suite
}

/// A device that was asked for and not judged. That something is not installed changes
/// no exit code; all else is trouble.
fn absent(left_out: &LeftOut) -> TestSuite {
    let mut status = match left_out.missing {
        true => TestCaseStatus::skipped(),
        false => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    status.set_message(left_out.why.as_str());
    let mut test = TestCase::new("opens", status);
    test.set_classname(left_out.dut.as_str());
    let mut suite = TestSuite::new(left_out.dut.as_str());
    suite.add_test_case(test);
    suite
}

/// A topic of which nothing is shown: one test in place of as many as there were.
fn withheld(dut: &Dut, gone: &Withheld) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_message(format!(
        "{} trials withheld until {}",
        gone.trials, gone.until
    ));
    let mut test = TestCase::new(gone.topic.as_str(), status);
    test.set_classname(format!("{}.withheld", dut.name));
    test
}

fn test(report: &Report, trial: &Trial) -> TestCase {
    let case = report.case(&trial.case);
    let folder = case.and_then(|case| case.path.rsplit_once('/'));
    let folder = folder.map_or("", |(folder, _)| folder);
    let mut test = TestCase::new(trial.title(), status(report, trial));
    test.set_classname(format!("{}.{}", trial.dut, folder.replace('/', ".")));
    if trial.flaky {
        test.add_property(("flaky", "true"));
    }
    test
}

fn status(report: &Report, trial: &Trial) -> TestCaseStatus {
    let mut status = match trial.status {
        Status::Pass => TestCaseStatus::success(),
        Status::UnexpectedFail | Status::UnexpectedPass => {
            TestCaseStatus::non_success(NonSuccessKind::Failure)
        }
        Status::Trouble => TestCaseStatus::non_success(NonSuccessKind::Error),
        Status::NotJudged
        | Status::NotClaimed
        | Status::Known
        | Status::Relative
        | Status::Undecided => TestCaseStatus::skipped(),
    };
    if trial.status == Status::Pass && trial.flaky {
        let mut rerun = TestRerun::new(NonSuccessKind::Error);
        rerun.set_message("an attempt before this one was not decided");
        status.add_rerun(rerun);
    }
    status.set_message(message(trial));
    status.set_type(trial.status.meaning());
    status.set_description(description(report, trial));
    status
}

/// One line: lists show no more.
fn message(trial: &Trial) -> String {
    let why = match (&trial.reason, trial.verdict) {
        (Some(reason), _) => reason,
        (None, Verdict::Fail) => &trial.observed,
        (None, _) if !trial.cause.is_empty() => &trial.cause,
        (None, _) => trial.note.as_ref().unwrap_or(&trial.observed),
    };
    format!(
        "{}, {}, {}: {why}",
        word(trial.verdict),
        trial.outcome.word(),
        trial.status.meaning()
    )
}

fn description(report: &Report, trial: &Trial) -> String {
    let Some(case) = report.case(&trial.case) else {
        return String::new();
    };
    let fields = trial.fields(case, std::path::Path::new(""));
    let lines: Vec<String> = fields
        .iter()
        .map(|(name, words)| format!("{name}: {words}"))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn one_suite_a_device() {
        fixture::with_report(|report| insta::assert_snapshot!(render(report)));
    }

    #[test]
    fn a_pass_at_the_second_attempt_is_marked() {
        fixture::with_report(|report| {
            let mut report = report.clone();
            report.trials.truncate(1);
            report.trials[0].flaky = true;
            let text = render(&report);
            assert!(text.contains("<flakyError"), "{text}");
            assert!(text.contains(r#"name="flaky" value="true""#), "{text}");
        });
    }

    #[test]
    fn what_devices_say_is_no_markup() {
        fixture::with_report(|report| {
            let mut report = report.clone();
            let failed = report
                .trials
                .iter_mut()
                .find(|trial| trial.status == Status::UnexpectedFail)
                .unwrap();
            failed.observed = "]]></failure><x>&\u{1b}[31m\u{0}".to_owned();
            let text = render(&report);
            assert!(
                !text.contains("<x>") && !text.contains('\u{1b}') && !text.contains('\u{0}'),
                "{text}"
            );
            quick_junit::Report::deserialize_from_str(&text).unwrap();
        });
    }
}
