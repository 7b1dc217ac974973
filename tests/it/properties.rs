//! What holds for every ownership file, through the library as another crate uses it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bailiwick::engine::{self, Request};
use bailiwick::findings::{Baseline, Report};
use bailiwick::report;
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::Value;

/// A plain folder with this ownership file and a few files.
struct Folder {
    temporary: tempfile::TempDir,
}

impl Folder {
    fn new(ownership: impl AsRef<[u8]>) -> Folder {
        let folder = Folder {
            temporary: tempfile::tempdir().unwrap(),
        };
        for path in [
            "docs/a.md",
            "docs/api/b.md",
            "src/main.rs",
            "src/[id].ts",
            "unrelated/x",
        ] {
            let path = folder.target().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder.write(ownership);
        folder
    }

    fn target(&self) -> PathBuf {
        self.temporary.path().join("shop")
    }

    fn write(&self, ownership: impl AsRef<[u8]>) {
        fs::write(self.target().join("CODEOWNERS"), ownership).unwrap();
    }

    fn check(&self, baseline: Option<&Path>) -> Report {
        let request = Request {
            history: None,
            online: None,
            since: None,
            target: self.target(),
            revision: None,
            policy: None,
            select: Vec::new(),
            ignore: Vec::new(),
            as_of: date(2026, 1, 15),
            baseline: baseline.map(Path::to_path_buf),
        };
        engine::check(&request).unwrap()
    }
}

/// How often each fingerprint is there.
fn fingerprints(report: &Report) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for finding in &report.findings {
        *found.entry(finding.fingerprint.clone()).or_default() += 1;
    }
    found
}

/// A line of an ownership file: fine, dead, shadowed, invalid, misread, crowded or suppressed.
fn line() -> impl Strategy<Value = String> {
    let pattern = prop::sample::select(vec![
        "*",
        "/docs/",
        "docs/*",
        "*.md",
        "/gone/",
        "/src/[id].ts",
        "!x",
        "s*",
        "@acme/core",
        "*@ann",
        "/",
        "**/",
    ]);
    let owners = prop::sample::select(vec![
        "",
        " @ann",
        " @acme/core",
        "  @ann @bob",
        " nobody",
        " @ann@bob",
        " a@b.example",
        " @a @b @c @d @e @f",
    ]);
    let comment = prop::sample::select(vec![
        "",
        "",
        "",
        " # why",
        " # bailiwick: allow(codeowners/*) meant so",
        " # bailiwick: allow(x) y",
    ]);
    (pattern, owners, comment)
        .prop_map(|(pattern, owners, comment)| format!("{pattern}{owners}{comment}\n"))
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(line(), 0..10)
}

/// What is about no other line: blank lines and comments.
fn unrelated() -> impl Strategy<Value = String> {
    let lines = prop::sample::select(vec!["\n", "   \n", "# team\n", "#\n", "\t# @ann /docs/\n"]);
    prop::collection::vec(lines, 0..4).prop_map(|lines| lines.concat())
}

fn json(report: &Report) -> Value {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = include_str!("../../policies/report.schema.json");
        jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
    });
    let mut out = Vec::new();
    report::json(report, &mut out).unwrap();
    let value: Value = serde_json::from_slice(&out).unwrap();
    assert!(SCHEMA.is_valid(&value), "{value:#}");
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_baseline_comes_back_as_it_was_and_accepts_all(lines in lines()) {
        let folder = Folder::new(lines.concat());
        let report = folder.check(None);
        let baseline = Baseline::of(&report);
        let mut written = Vec::new();
        baseline.write(&mut written).unwrap();
        let read = Baseline::read(&written).unwrap();
        let mut again = Vec::new();
        read.write(&mut again).unwrap();
        prop_assert_eq!(&written, &again);
        let file = folder.temporary.path().join("baseline.json");
        fs::write(&file, &written).unwrap();
        let second = folder.check(Some(&file));
        prop_assert_eq!(second.findings.len(), 0, "{:?}", second.findings);
        prop_assert_eq!(second.accepted.len(), report.findings.len() + report.accepted.len());
        // What a second run accepts is the same baseline.
        let mut carried = Vec::new();
        Baseline::of(&second).write(&mut carried).unwrap();
        prop_assert_eq!(&written, &carried);
    }

    #[test]
    fn fingerprints_are_unique_and_survive_lines_that_come_and_go(
        lines in lines(),
        above in unrelated(),
        between in unrelated(),
        at in any::<prop::sample::Index>(),
    ) {
        // A suppression that stands alone is about the line below it, and no line is put between.
        let folder = Folder::new(lines.concat());
        let before = fingerprints(&folder.check(None));
        prop_assert!(before.values().all(|&times| times == 1), "{before:?}");
        let at = at.index(lines.len() + 1);
        folder.write(format!("{above}{}{between}{}{above}", lines[..at].concat(), lines[at..].concat()));
        prop_assert_eq!(&before, &fingerprints(&folder.check(None)));
        // A line about other files adds findings at most.
        folder.write(format!("{}/unrelated/ @acme/other\n", lines.concat()));
        let before = fingerprints(&folder.check(None));
        folder.write(format!("/unrelated/ @acme/first\n{}/unrelated/ @acme/other\n", lines.concat()));
        let after = fingerprints(&folder.check(None));
        let lost: Vec<_> = before.keys().filter(|&fingerprint| !after.contains_key(fingerprint)).collect();
        prop_assert!(lost.is_empty(), "{lost:?}");
    }

    #[test]
    fn json_is_valid_and_of_its_form_whatever_is_read(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        hostile in "([*/@#!\\[\\]\\\\ \t\r\n\u{feff}\u{202e}\u{1b}\"{}<>&'`$%]|::error::|@a/b|allow\\(|bailiwick: ){0,40}",
        name in "[\u{1}-\u{2e}\u{30}-\u{7f}\u{80}-\u{9f}\u{2028}\u{202e}]{1,20}",
    ) {
        let folder = Folder::new(bytes);
        json(&folder.check(None));
        folder.write(&hostile);
        // Some systems have no such names.
        let _ = fs::write(folder.target().join(&name), "");
        let report = folder.check(None);
        let value = json(&report);
        prop_assert_eq!(value["findings"].as_array().unwrap().len(), report.findings.len());
        for (written, finding) in value["findings"].as_array().unwrap().iter().zip(&report.findings) {
            prop_assert_eq!(&written["message"], &finding.message);
            prop_assert_eq!(&written["subject"]["name"], &finding.subject);
        }
        let mut baseline = Vec::new();
        Baseline::of(&report).write(&mut baseline).unwrap();
        prop_assert!(Baseline::read(&baseline).is_ok());
    }
}
