//! The catalogue itself, and what its reader says of files that are wrong.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;

pub(super) fn testcases() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testcases")
}

/// The catalogue as it is shipped.
pub(super) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| match load(&testcases(), &Parameters::default()) {
        Ok(catalogue) => catalogue,
        Err(errors) => panic!("{errors}"),
    })
}

#[test]
fn the_whole_catalogue_lints_clean() {
    let catalogue = catalogue();
    assert!(catalogue.cases.len() >= 150, "{}", catalogue.cases.len());
    assert_eq!(catalogue.requirements.len(), 307);
}

/// ETSI's test descriptions that concern IEEE 802.15.4, all of them, and a case for each.
/// What etsi.yaml lists and what cases name is lint's to compare; this says that nothing is
/// missing from the list itself.
#[test]
fn every_test_description_has_a_case() {
    let catalogue = catalogue();
    let ids = [("FORMAT", 8), ("HC", 12), ("ND", 7), ("ND_HC", 4)]
        .into_iter()
        .flat_map(|(group, count)| (1..=count).map(move |n| format!("TD_6Lo_{group}_{n:02}")));
    let listed = catalogue
        .descriptions
        .iter()
        .map(|description| description.id.0.clone());
    assert_eq!(listed.collect::<Vec<_>>(), ids.collect::<Vec<_>>());
    for line in coverage::Coverage::of(catalogue).descriptions {
        assert!(!line.cases.is_empty(), "{}", line.id);
        assert!(!line.about.is_empty(), "{}", line.id);
    }
    for description in &catalogue.descriptions {
        assert!(!description.clauses.is_empty(), "{}", description.id);
    }
}

#[test]
fn a_test_description_without_a_case_is_an_error() {
    let errors = load_with_descriptions(
        "- { id: TD_6Lo_HC_01, about: a, between: b, clauses: [] }\n\
         - { id: TD_6Lo_HC_02, about: a, between: b, clauses: [] }\n\
         - { id: TD_6Lo_HC_01, about: a, between: b, clauses: [] }\n",
    );
    insta::assert_snapshot!(errors);
}

/// Receiving decides every row; only valid behaviour colours a cell.
#[test]
fn every_row_has_valid_cases() {
    use sixlo_judge::testcase::{Direction, Kind};
    let catalogue = catalogue();
    let mut valid: HashMap<&Topic, usize> = HashMap::new();
    for case in &catalogue.cases {
        if case.kind == Kind::Valid && case.direction == Direction::Receive {
            *valid.entry(&case.topic).or_default() += 1;
        }
    }
    let without: Vec<_> = catalogue
        .rows
        .rows
        .iter()
        .filter(|row| !valid.contains_key(&row.topic))
        .map(|row| row.topic.0.as_str())
        .collect();
    assert_eq!(without, [] as [&str; 0]);
}

/// Neither a folder of `ports/` nor a stack that people would name (`ci/stack-names`).
/// A device may hold fragments of one trial when the next one comes, for as long as it waits for
/// the others: a tag that two cases write down would bring them together.
#[test]
fn a_tag_that_is_written_down_is_one_cases_alone() {
    let errors = RefCell::new(Vec::new());
    let mut cases: HashMap<String, HashSet<PathBuf>> = HashMap::new();
    for path in case_files(&testcases(), &errors) {
        let text = fs::read_to_string(&path).expect("case");
        for (_, after) in text.lines().filter_map(|line| line.split_once(" tag: 0x")) {
            let tag = after.chars().take_while(char::is_ascii_hexdigit).collect();
            cases.entry(tag).or_default().insert(path.clone());
        }
    }
    assert!(cases.len() > 10, "{cases:?}");
    cases.retain(|_, paths| paths.len() > 1);
    assert!(cases.is_empty(), "{cases:#?}");
}

#[test]
fn no_stack_is_named() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let listed = fs::read_to_string(root.join("ci/stack-names")).expect("ci/stack-names");
    let mut names: HashSet<String> = listed.lines().map(str::to_owned).collect();
    let folders = fs::read_dir(root.join("firmware-under-test/ports")).expect("ports");
    let folders = folders.flatten().map(|entry| entry.file_name());
    names.extend(folders.map(|name| name.to_string_lossy().to_lowercase()));
    // The draft's own protocol, not somebody's stack.
    names.remove("p6lowpan");
    let errors = RefCell::new(Vec::new());
    let mut found = Vec::new();
    for path in case_files(&testcases(), &errors) {
        let text = fs::read_to_string(&path).expect("case");
        for line in text.lines().filter(|line| !line.starts_with("origin:")) {
            let words = line.to_lowercase();
            let mut words = words.split(|c: char| !c.is_alphanumeric() && c != '-');
            if let Some(name) = words.find(|word| names.contains(*word)) {
                found.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert_eq!(found, [] as [String; 0]);
}

/// A catalogue with one case, which is this text.
fn errors_of(text: &str) -> String {
    errors_with(
        text,
        "- { id: TD_6Lo_HC_01, about: a, between: b, clauses: [] }\n",
    )
}

/// A right catalogue but for this etsi.yaml.
fn load_with_descriptions(described: &str) -> String {
    errors_with(&case(&format!("when:\n  - send: {{}}\n{THEN}")), described)
}

fn errors_with(text: &str, described: &str) -> String {
    let folder = tempfile::tempdir().expect("folder");
    let root = folder.path();
    fs::copy(testcases().join("rows.yaml"), root.join("rows.yaml")).expect("rows");
    let requirements: Vec<String> = catalogue()
        .case(&CaseId::from("iphc-all-in-line"))
        .expect("base")
        .covers
        .iter()
        .map(|id| {
            format!(
                "- {{ id: {id}, doc: d, section: s, role: r, strength: s, feature: f, text: t, test: t }}\n"
            )
        })
        .collect();
    fs::write(root.join("requirements.yaml"), requirements.concat()).expect("requirements");
    fs::write(root.join("etsi.yaml"), described).expect("descriptions");
    let base = "rfc6282/3.1.1/iphc-all-in-line.yaml";
    let places = [("rfc6282/3.1.1/x.yaml", text.to_owned()), {
        let text = fs::read_to_string(testcases().join(base)).expect("base");
        (base, format!("origin: TD_6Lo_HC_01\n{text}"))
    }];
    for (path, text) in places {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        fs::write(path, text).expect("case");
    }
    match load(root, &Parameters::default()) {
        Ok(_) => "no error".to_owned(),
        Err(errors) => errors
            .to_string()
            .replace(&format!("{}/", root.display()), ""),
    }
}

/// A right case, with `what` in place of its `when` and `then`.
fn case(what: &str) -> String {
    format!(
        "title:     A case\n\
         clause:    RFC 6282 3.1.1\n\
         covers:    [RFC6282-3-IPHC-01]\n\
         topic:     iphc-dispatch\n\
         level:     1\n\
         strength:  format\n\
         builds-on: iphc-all-in-line\n\
         {what}"
    )
}

const THEN: &str = "then:\n  - echo-reply\n";

#[test]
fn a_right_case_has_no_errors() {
    assert_eq!(
        errors_of(&case(&format!("when:\n  - send: {{}}\n{THEN}"))),
        "no error"
    );
}

/// Every kind of mistake, and what is said of it.
#[test]
fn mistakes_are_told_with_their_places() {
    let send = |send: &str| case(&format!("when:\n  - send:\n      {send}\n{THEN}"));
    let then = |then: &str| case(&format!("when:\n  - send: {{}}\nthen:\n  - {then}\n"));
    let when = |when: &str| case(&format!("when:\n  - {when}\n{THEN}"));
    let from = |origin: &str| case(&format!("origin: {origin}\nwhen:\n  - send: {{}}\n{THEN}"));
    let mistakes = [
        ("unknown field of the case", case("whatever: 1\n")),
        ("unknown test description", from("TD_6Lo_HC_11")),
        ("misspelt number of a bug", from("[ TD_6Lo_HC_01, cng-03 ]")),
        ("the same origin twice", from("[ CNG-03, CNG-03 ]")),
        (
            "feature that is no expectation",
            case(&format!(
                "when:\n  - send: {{}}\n{THEN}feature:\n  - encoded: {{ iphc: {{ tff: 3 }} }}\n"
            )),
        ),
        (
            "unknown field of fragments",
            send("fragments: { datagram_offest: 6 }"),
        ),
        ("unknown field of send", send("iph: {}")),
        ("duplicate field", send("iphc: {}\n      iphc: {}")),
        ("time without unit", when("wait: 61")),
        ("octets with a letter too many", send("leading: \"f1 0\"")),
        ("unknown mode", send("iphc: { dst: 63-bit }")),
        (
            "multicast mode of a unicast address",
            send("iphc: { dst: 48-bit }"),
        ),
        (
            "context without a prefix",
            send("iphc: { dst: { context: 9, iid: 64-bit } }\n      ipv6: { dst: context-9/dut }"),
        ),
        ("unknown address", send("ipv6: { dst: dut.globl }")),
        ("unknown port", send("udp: { dst_port: pixit.closed }")),
        ("two upper layers", send("udp: {}\n      tcp: {}")),
        (
            "data and data-length",
            send("icmpv6: { data: \"00\", data-length: 4 }"),
        ),
        ("unknown ICMPv6 type", send("icmpv6: { type: echo-requst }")),
        ("value above the level", send("iphc: { tf: elided }")),
        (
            "wrong prefix",
            case(&format!(
                "when:\n  - send: {{}}\n    encodes-as: \"7a 33\"\n{THEN}"
            )),
        ),
        (
            "frames that restore another packet",
            send("iphc: { src: elided }\n      ipv6: { src: link-local/1:2:3:4 }"),
        ),
        (
            "fragment behind the packet",
            send("fragments: { pieces: [ { start: 0, length: 400 } ] }"),
        ),
        (
            "order without such a fragment",
            send("fragments: { sizes: [48], order: [0, 5] }"),
        ),
        (
            "an echo to a group that must be answered",
            send("ipv6: { dst: all-nodes }"),
        ),
        ("unknown expectation", then("echo-replay")),
        (
            "unknown field name",
            then("restored: { ipv6: { hop_limt: 64 } }"),
        ),
        (
            "unknown field group",
            then("restored: { ipv7: { hop_limit: 64 } }"),
        ),
        (
            "value of the wrong kind",
            then("restored: { ipv6: { dst: 64 } }"),
        ),
        (
            "alternative without verdict",
            then("any-of: [ echo-reply ]"),
        ),
        (
            "verdict without alternatives",
            then("{ echo-reply, verdict: pass }"),
        ),
        (
            "two things in one expectation",
            then("{ echo-reply, not-taken }"),
        ),
        ("two verbs in one step", when("{ send: {}, wait: 1 s }")),
        ("again without a send", when("again: {}")),
        (
            "unknown parent and requirement",
            case("when:\n  - send: {}\nthen:\n  - echo-reply\n")
                .replace("iphc-all-in-line", "iphc-all-inline")
                .replace("RFC6282-3-IPHC-01", "RFC6282-3-IPHC-99"),
        ),
        (
            "guard without a twin",
            case(&format!("kind: guard\nwhen:\n  - send: {{}}\n{THEN}")),
        ),
        (
            "parent of itself",
            case(&format!("when:\n  - send: {{}}\n{THEN}")).replace("iphc-all-in-line", "x"),
        ),
        (
            "unknown topic",
            case(&format!("when:\n  - send: {{}}\n{THEN}")).replace("iphc-dispatch", "iphc"),
        ),
        (
            "another row's level",
            case(&format!("when:\n  - send: {{}}\n{THEN}")).replace("level:     1", "level:     2"),
        ),
        (
            "no clause",
            case(&format!("when:\n  - send: {{}}\n{THEN}")).replace("RFC 6282 3.1.1", "somewhere"),
        ),
        (
            "rows of one name",
            case(&format!(
                "when:\n  - send: {{}}\n{THEN}sweep:\n  rows:\n    - {{ label: a }}\n    - {{ label: a }}\n"
            )),
        ),
        (
            "strength without columns",
            case(&format!(
                "when:\n  - send: {{}}\n{THEN}sweep:\n  strength: 2\n  rows:\n    - {{ label: a }}\n"
            )),
        ),
        ("nothing expected", case("when:\n  - send: {}\nthen: []\n")),
        ("not YAML", "title: [".to_owned()),
        ("tab", "title:\tA\n\twhen: 1\n".to_owned()),
    ];
    let told: Vec<String> = mistakes
        .into_iter()
        .map(|(what, text)| format!("{what}:\n{}\n", errors_of(&text)))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// Errors of several files are told together.
#[test]
fn all_errors_are_told_together() {
    let text = case(
        "when:\n  - send: { ipv6: { src: nobody, dst: nowhere } }\nthen:\n  - frame: { ipv6: { hop: 1 } }\n",
    );
    let errors = errors_of(&text);
    assert!(errors.ends_with("3 errors"), "{errors}");
}

/// The space of IPHC: 4 TF x 2 NH x 4 HLIM x 2 CID x 8 source modes x 2 widths x 24
/// destinations; 5,120 of them reserved.
#[test]
fn the_iphc_space_is_whole() {
    let space = |full_sweeps| {
        let parameters = Parameters {
            full_sweeps,
            ..Parameters::default()
        };
        let path = testcases().join("rfc6282/sweep/iphc-space.yaml");
        let text = fs::read_to_string(path).expect("case");
        let raw = yaml::read("iphc-space.yaml", &text).expect("case");
        let errors = RefCell::new(Vec::new());
        let resolved = resolve::case("x", "iphc-space", &text, &raw, &parameters, &errors);
        assert_eq!(errors.into_inner(), []);
        resolved.expect("case").case.sweep.expect("sweep").rows
    };
    let array = space(false).len();
    assert!((768..=1000).contains(&array), "{array}");
    let full = space(true);
    assert_eq!(full.len(), 24_576);
    let reserved = full
        .iter()
        .filter(|row| row.then == [sixlo_judge::testcase::Expectation::NotTaken])
        .count();
    assert_eq!(reserved, 5_120);
    let frames: HashSet<_> = full.iter().map(|row| format!("{:?}", row.when)).collect();
    assert_eq!(frames.len(), full.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// A case with a part of another one in the place of a part of its own.
    #[test]
    fn no_case_panics(
        texts in prop::sample::select(case_texts()).prop_flat_map(|text| {
            (Just(text), prop::sample::select(case_texts()))
        }),
        at in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        (cut, length) in (0_usize..40, 0_usize..40),
        number in prop_oneof![Just(None), any::<u64>().prop_map(Some)],
    ) {
        let mut lines: Vec<String> = texts.0.lines().map(str::to_owned).collect();
        let at = at.index(lines.len());
        match number {
            Some(number) => {
                let line = &lines[at];
                let kept = line.trim_end_matches(|c: char| c.is_ascii_digit() || " }]".contains(c));
                lines[at] = format!("{kept}{number}{}", &line[kept.len()..]);
            }
            None => {
                let others: Vec<String> = texts.1.lines().map(str::to_owned).collect();
                let from = from.index(others.len());
                let end = (at + cut).min(lines.len());
                let others = others.into_iter().skip(from).take(length);
                lines.splice(at..end, others);
            }
        }
        let _ = read_case("rfc6282/3.1.1/x", &lines.join("\n"), &Parameters::default());
    }
}

/// Every case that is small.
fn case_texts() -> Vec<String> {
    let errors = RefCell::new(Vec::new());
    case_files(&testcases(), &errors)
        .iter()
        .map(|path| fs::read_to_string(path).expect("case"))
        .filter(|text| text.len() < 1500)
        .collect()
}

#[test]
fn a_device_with_addresses_of_its_own_has_the_same_cases_made_concrete_for_them() {
    let usual = catalogue();
    let addresses = &Parameters::default().addresses;
    assert!(matches!(usual.addressed(addresses), Cow::Borrowed(_)));
    let mut own = addresses.clone();
    own.pan_id = 0xface;
    own.dut.eui64[7] = 0x77;
    let addressed = usual.addressed(&own);
    let ids = |catalogue: &Catalogue| -> Vec<_> {
        let cases = catalogue.cases.iter();
        cases.map(|case| case.id.clone()).collect()
    };
    assert_eq!(ids(&addressed), ids(usual));
    let case = |catalogue: &Catalogue| catalogue.case(&"uncompressed-echo".into()).cloned();
    let (own, usual) = (case(&addressed), case(usual));
    assert!(own.is_some() && own != usual);
}
