//! What others report of stacks: shown with a run, carried in its bundle, and never weighed.

mod common;

use common::house::House;
use common::said;

const REPORTED: &str = "firmware-under-test/ports/paper/reported.yaml";
const TEXT: &str = "\
stack: a stack on paper
lineage: its own
reach: over the air alone
sources:
  paper: { cite: 'Bob, a paper', year: 2018 }
column: { heading: Paper }
says:
  - { source: paper, row: iphc-dispatch, mark: o, text: 'section 3 says so' }
";

const RUN: [&str; 4] = ["run", "iphc-all-in-line", "--dut", "p6lowpan-5"];

fn told(house: &House, code: i32, words: &[&str]) -> String {
    let output = house.sixlo(words).output().unwrap();
    let text = said(&output);
    assert_eq!(output.status.code(), Some(code), "{words:?}: {text}");
    text
}

#[test]
fn a_folder_without_a_device_is_listed_and_shown_and_changes_no_run() {
    let house = House::new();
    let before = told(&house, 0, &RUN);
    house.write(REPORTED, TEXT);
    let list = told(&house, 0, &["stack", "list"]);
    let line = "Paper             a stack on paper; reported only: over the air alone\n";
    assert!(list.contains(line), "{list}");
    let summary = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("Summary"));
        line.expect("a summary").to_owned()
    };
    let after = told(&house, 0, &RUN);
    assert_eq!(summary(&after), summary(&before));
    // It has no device: nothing can be run of it.
    told(&house, 4, &["run", "--dut", "Paper"]);
    let report = told(&house, 0, &["report"]);
    let marked = "Paper: Dispatch_IPHC header prefix o, and nobody says more (Bob, a paper, 2018)";
    for text in [&report, &told(&house, 0, &["report", "--format", "html"])] {
        assert!(text.contains("As reported, not measured"), "{text}");
        assert!(text.contains(marked), "{text}");
    }
    for format in ["junit", "badge"] {
        let text = told(&house, 0, &["report", "--format", format]);
        assert!(!text.contains("Paper"), "{text}");
    }
    // Its bundle says the same from the files that it holds; an anonymised one says nothing of it.
    told(&house, 0, &["bundle", "make", "-o", "whole.zip"]);
    told(&house, 0, &["bundle", "unpack", "whole.zip"]);
    let again = told(&house, 0, &["report", "whole/run", "--root", "whole/house"]);
    assert!(again.contains(marked), "{again}");
    told(
        &house,
        0,
        &["rejudge", "whole/run", "--root", "whole/house"],
    );
    told(
        &house,
        0,
        &["bundle", "make", "--anonymise", "-o", "bare.zip"],
    );
    told(&house, 0, &["bundle", "unpack", "bare.zip"]);
    let bare = house.read("bare/run/report.md");
    assert!(
        bare.contains("Summary") && !bare.contains("Paper"),
        "{bare}"
    );
    let none = house.path().join("bare/house").join(REPORTED);
    assert!(!none.exists());
}

#[test]
fn a_wrong_file_is_refused_before_anything_is_played() {
    let house = House::new();
    house.write(REPORTED, TEXT.replace("mark: o", "mark: yes"));
    for words in [&["lint"][..], &RUN, &["stack", "list"]] {
        let text = told(&house, 2, words);
        let wrong = "reported.yaml:8:48: `mark: yes` is no mark (allowed: o, '~', '' for what is not there)";
        assert!(text.contains(wrong), "{text}");
    }
    // A column of Figure 2 wants the figure, which this house has not.
    house.write(
        REPORTED,
        TEXT.replace("{ heading: Paper }", "{ figure2: 1, source: paper }"),
    );
    let text = told(&house, 2, &["lint"]);
    let wrong = "there is no testcases/figure2.yaml to take the column from";
    assert!(text.contains(wrong), "{text}");
    assert!(!house.runs().exists());
}
