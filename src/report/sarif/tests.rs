use expect_test::expect;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::facts::{Gap, GapKind};
use crate::report::samples;

fn text(report: &Report) -> String {
    let mut out = Vec::new();
    write(report, crate::rules::all(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn written(report: &Report) -> Value {
    serde_json::from_str(&text(report)).unwrap()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

/// The published schema, if it lies beside the repository.
fn schema() -> Option<Value> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.parent()?.join("shared/schemas/sarif-2.1.0.json");
    Some(serde_json::from_slice(&std::fs::read(path).ok()?).unwrap())
}

#[test]
fn every_report_is_valid() {
    let Some(schema) = schema() else {
        let mut err = io::stderr();
        writeln!(
            err,
            "not validated: ../shared/schemas/sarif-2.1.0.json is absent"
        )
        .unwrap();
        return;
    };
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [
        samples::small(),
        samples::large(),
        samples::clean(),
        samples::hostile(),
        samples::many(100),
    ] {
        let log = written(&report);
        let errors = validator.iter_errors(&log);
        let errors: Vec<_> = errors.map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    let mut broken = written(&samples::clean());
    broken["runs"][0]["tool"]["driver"]["name"] = Value::Null;
    assert!(!validator.is_valid(&broken));
}

#[test]
fn nothing_is_null_and_every_result_has_a_file_and_a_region() {
    for report in [samples::small(), samples::large(), samples::hostile()] {
        assert!(!text(&report).contains("null"));
        for result in results(&written(&report)) {
            let physical = &result["locations"][0]["physicalLocation"];
            assert_ne!(physical["artifactLocation"]["uri"], "");
            for key in ["startLine", "startColumn", "endLine", "endColumn"] {
                assert!(physical["region"][key].as_u64() > Some(0), "{physical}");
            }
        }
    }
}

#[test]
fn a_clean_report_has_rules_and_an_empty_list_of_results() {
    let log = written(&samples::clean());
    assert!(results(&log).is_empty());
    let driver = &log["runs"][0]["tool"]["driver"];
    assert_eq!(
        driver["rules"].as_array().unwrap().len(),
        crate::rules::all().len()
    );
    for rule in driver["rules"].as_array().unwrap() {
        for key in ["shortDescription", "fullDescription", "help"] {
            let length = rule[key]["text"].as_str().unwrap().chars().count();
            assert!(length > 0 && (length <= 1024 || key == "help"), "{rule}");
        }
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 10);
    }
    let dead = driver["rules"].as_array().unwrap().iter();
    let dead = dead.filter(|rule| rule["id"] == "codeowners/dead-pattern");
    let mut dead = dead.cloned().collect::<Vec<_>>();
    dead[0].as_object_mut().unwrap().remove("help");
    expect![[r#"
        [
          {
            "defaultConfiguration": {
              "enabled": true,
              "level": "warning"
            },
            "fullDescription": {
              "text": "Every pattern of the ownership file matches at least one tracked file. A pattern that is misread or ambiguous, or that matches files which later lines take, is the business of other rules."
            },
            "id": "codeowners/dead-pattern",
            "properties": {
              "problem.severity": "warning",
              "tags": [
                "codeowners"
              ]
            },
            "shortDescription": {
              "text": "a pattern matches no tracked file"
            }
          }
        ]"#]].assert_eq(&serde_json::to_string_pretty(&dead).unwrap());
}

#[test]
fn findings_acceptances_skips_and_gaps_are_in_it() {
    let log = written(&samples::small());
    let run = &log["runs"][0];
    let told = &run["invocations"][0]["toolExecutionNotifications"];
    let told = told.as_array().unwrap().iter();
    let lines: Vec<_> = results(&log)
        .iter()
        .chain(told)
        .map(Value::to_string)
        .collect();
    expect![[r#"
        {"level":"warning","locations":[{"physicalLocation":{"artifactLocation":{"uri":".github/CODEOWNERS","uriBaseId":"%SRCROOT%"},"region":{"endColumn":7,"endLine":3,"snippet":{"text":"/docs/"},"startColumn":1,"startLine":3}}}],"message":{"text":"`/docs/` matches no tracked file. Help: remove the line, or mend the pattern if the files have moved"},"partialFingerprints":{"bailiwick/v1":"00c0ffee"},"properties":{"owners":["@acme/docs"]},"ruleId":"codeowners/dead-pattern","ruleIndex":12}
        {"level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":".github/CODEOWNERS","uriBaseId":"%SRCROOT%"},"region":{"endColumn":36,"endLine":97,"snippet":{"text":"/services/payments/api/v2/internal/"},"startColumn":1,"startLine":97}}}],"message":{"text":"`/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120. Help: move the line below line 120"},"partialFingerprints":{"bailiwick/v1":"00c0ffee"},"properties":{"owners":["@acme/payments","@acme/ledger"]},"relatedLocations":[{"id":1,"message":{"text":"takes all its files"},"physicalLocation":{"artifactLocation":{"uri":".github/CODEOWNERS","uriBaseId":"%SRCROOT%"},"region":{"endColumn":11,"endLine":120,"snippet":{"text":"/services/"},"startColumn":1,"startLine":120}}}],"ruleId":"codeowners/shadowed-pattern","ruleIndex":19}
        {"level":"warning","locations":[{"physicalLocation":{"artifactLocation":{"uri":".github/CODEOWNERS","uriBaseId":"%SRCROOT%"},"region":{"endColumn":32,"endLine":5,"snippet":{"text":"@acme/core"},"startColumn":22,"startLine":5}}}],"message":{"text":"`@acme/core` is named twice"},"partialFingerprints":{"bailiwick/v1":"00c0ffee"},"relatedLocations":[{"id":1,"message":{"text":"and here before"},"physicalLocation":{"artifactLocation":{"uri":".github/CODEOWNERS","uriBaseId":"%SRCROOT%"},"region":{"endColumn":16,"endLine":5,"snippet":{"text":"@acme/core"},"startColumn":6,"startLine":5}}}],"ruleId":"codeowners/repeated-owner"}
        {"level":"error","locations":[{"physicalLocation":{"artifactLocation":{"uri":".github/CODEOWNERS","uriBaseId":"%SRCROOT%"},"region":{"endColumn":1,"endLine":1,"startColumn":1,"startLine":1}}}],"message":{"text":"the ownership file has 3.1 MB, and GitHub loads none above 3 MB"},"partialFingerprints":{"bailiwick/v1":"00c0ffee"},"ruleId":"codeowners/oversized-file","ruleIndex":18}
        {"level":"note","locations":[{"physicalLocation":{"artifactLocation":{"uri":"README.md","uriBaseId":"%SRCROOT%"},"region":{"endColumn":1,"endLine":1,"startColumn":1,"startLine":1}}}],"message":{"text":"61.5 % of the files fall to the catch-all pattern"},"partialFingerprints":{"bailiwick/v1":"00c0ffee"},"ruleId":"ownership/fallback-owner","ruleIndex":38}
        {"level":"warning","locations":[{"physicalLocation":{"artifactLocation":{"uri":".github/CODEOWNERS","uriBaseId":"%SRCROOT%"},"region":{"endColumn":7,"endLine":3,"snippet":{"text":"/docs/"},"startColumn":1,"startLine":3}}}],"message":{"text":"the line names 9 owners. Help: remove the line, or mend the pattern if the files have moved"},"partialFingerprints":{"bailiwick/v1":"00c0ffee"},"properties":{"owners":["@acme/docs"]},"ruleId":"codeowners/crowded-line","ruleIndex":11,"suppressions":[{"justification":"schema changes are theirs alone until the split (until 2027-03-31)","kind":"external"}]}
        {"associatedRule":{"id":"ownership/orphan-service"},"level":"warning","message":{"text":"ownership/orphan-service could not judge 17 subjects, though the policy requires it: no roster says completely who is in `acme`; add `covers = [\"@acme\"]` to a roster"}}
        {"associatedRule":{"id":"ownership/unknown-owner"},"level":"note","message":{"text":"ownership/unknown-owner could not judge 17 subjects: no roster says completely who is in `acme`; add `covers = [\"@acme\"]` to a roster"}}
        {"level":"note","message":{"text":"sparse: web/app.ts: outside of the sparse checkout; git sparse-checkout disable"}}"#]].assert_eq(&lines.join("\n"));
    assert_eq!(run["columnKind"], "unicodeCodePoints");
}

#[test]
fn rules_are_found_by_their_index() {
    let log = written(&samples::small());
    let dead = &results(&log)[0];
    let index = usize::try_from(dead["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(
        log["runs"][0]["tool"]["driver"]["rules"][index]["id"],
        dead["ruleId"]
    );
}

#[test]
fn a_finding_without_a_file_stands_at_the_nearest() {
    let mut report = samples::small();
    let asked = report.findings[1].origin.clone();
    let line = report.findings[0].primary.clone();
    let finding = report.findings.pop().unwrap();
    let at = |report: &mut Report, finding: Finding| {
        report.findings = vec![finding];
        let result = results(&written(report))[0].clone();
        let physical = result["locations"][0]["physicalLocation"].clone();
        (
            physical["artifactLocation"]["uri"]
                .as_str()
                .unwrap()
                .to_owned(),
            physical["region"]["startLine"].as_u64().unwrap(),
            result["message"]["text"].as_str().unwrap().to_owned(),
        )
    };
    let (uri, start, _) = at(&mut report, finding.clone());
    assert_eq!((uri.as_str(), start), ("README.md", 1));
    let mut of_policy = finding.clone();
    of_policy.origin = asked;
    let (uri, start, _) = at(&mut report, of_policy.clone());
    assert_eq!((uri.as_str(), start), ("bailiwick.toml", 12));
    of_policy.related = vec![facts::Location::repository("x"), line];
    let (uri, start, _) = at(&mut report, of_policy.clone());
    assert_eq!((uri.as_str(), start), (".github/CODEOWNERS", 3));
    of_policy.primary.place = Place::External("../org.toml".into());
    let (_, _, message) = at(&mut report, of_policy);
    assert!(message.ends_with("; see ../org.toml"), "{message}");
    let mut of_root = finding;
    of_root.primary = facts::Location::file(crate::text::RepoPath::default(), "");
    assert_eq!(at(&mut report, of_root).0, "README.md");
}

#[test]
fn how_a_finding_was_accepted_is_told() {
    let mut report = samples::small();
    let accepted = report.accepted[0].clone();
    for by in [
        Acceptance::Baseline,
        Acceptance::Suppression {
            reason: "generated".into(),
            until: None,
        },
    ] {
        let finding = accepted.finding.clone();
        report.accepted.push(Accepted { finding, by });
    }
    let log = written(&report);
    let suppressions: Vec<_> = results(&log)
        .iter()
        .filter_map(|r| r.get("suppressions"))
        .collect();
    expect![[r#"
        [
          [
            {
              "justification": "schema changes are theirs alone until the split (until 2027-03-31)",
              "kind": "external"
            }
          ],
          [
            {
              "justification": "in the baseline",
              "kind": "external"
            }
          ],
          [
            {
              "justification": "generated",
              "kind": "inSource"
            }
          ]
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&suppressions).unwrap());
}

#[test]
fn the_worst_are_kept_where_github_takes_no_more() {
    let report = samples::many(30_000);
    let text = text(&report);
    let log: Value = serde_json::from_str(&text).unwrap();
    let count = |level: &str| results(&log).iter().filter(|r| r["level"] == level).count();
    assert_eq!(
        (count("error"), count("warning"), count("note")),
        (10_000, 10_000, 5_000)
    );
    // The order of the report is kept.
    let order = |result: &Value| result["partialFingerprints"]["bailiwick/v1"].to_string();
    assert!(results(&log).is_sorted_by_key(order));
    let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    expect![[r#"
        [
          {
            "level": "warning",
            "message": {
              "text": "5,000 of 30,000 results are left out, the mildest and the accepted ones first: GitHub takes 25,000 a run, and 10 MB"
            }
          }
        ]"#]].assert_eq(&serde_json::to_string_pretty(told).unwrap());
    let mut gzip = flate2::write::GzEncoder::new(Bytes(0), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    assert!(gzip.finish().unwrap().0 < 10_000_000);
}

#[test]
fn results_of_huge_texts_stay_below_the_size_that_github_takes() {
    let mut report = samples::many(400);
    for finding in &mut report.findings {
        finding.message = "m".repeat(10_000);
        finding.related = vec![finding.primary.clone(); 2_000];
        for related in &mut finding.related {
            related.label = "l".repeat(2_000).into();
        }
    }
    let log = written(&report);
    assert!(results(&log).len() < 400);
    assert!(serde_json::to_vec(results(&log)).unwrap().len() <= BYTES);
    let result = &results(&log)[0];
    let related = result["relatedLocations"].as_array().unwrap();
    assert_eq!(related.len(), LOCATIONS - 1);
    // The help is whole, whatever the message is.
    let text = result["message"]["text"].as_str().unwrap();
    let message = text.strip_suffix(". Help: remove the line, or mend the pattern");
    assert_eq!(message.unwrap().chars().count(), CHARACTERS);
}

#[test]
fn results_that_compress_badly_stay_below_it_too() {
    const FINDINGS: usize = 12_000;
    let mut report = samples::many(FINDINGS);
    // What a change may hold: text that does not repeat, and so is not made smaller.
    let mut digest = Sha256::digest(b"a");
    for finding in &mut report.findings {
        finding.message.clear();
        for _ in 0..CHARACTERS / digest.len() {
            digest = Sha256::digest(digest);
            let sign = |byte: &u8| char::from(b'0' + byte % 75);
            finding.message.extend(digest.iter().map(sign));
        }
    }
    let (kept, left) = super::results(&report, &BTreeMap::new()).unwrap();
    assert_eq!(kept.len() + left, FINDINGS);
    assert!(left > 0);
    let mut gzip = GzEncoder::new(Bytes(0), Compression::default());
    gzip.write_all(&serde_json::to_vec(&kept).unwrap()).unwrap();
    let compressed = gzip.finish().unwrap().0;
    assert!((8_000_000..9_500_000).contains(&compressed), "{compressed}");
}

#[test]
fn many_gaps_are_counted() {
    let mut report = samples::clean();
    let gap = Gap::new(GapKind::Sparse, "outside of the sparse checkout");
    report.gaps = vec![gap; 250];
    let log = written(&report);
    let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(told.as_array().unwrap().len(), 101);
    assert_eq!(told[100]["message"]["text"], "and 150 more gaps");
}

#[test]
fn a_hostile_repository_forges_nothing() {
    let mut report = samples::hostile();
    report.findings[0]
        .message
        .push_str(" [click](http://evil.example) <script>");
    let text = text(&report);
    samples::assert_harmless(&text);
    let log: Value = serde_json::from_str(&text).unwrap();
    let result = &results(&log)[0];
    let place = &result["locations"][0]["physicalLocation"];
    let shown = [
        &place["artifactLocation"]["uri"],
        &result["message"]["text"],
        &result["relatedLocations"][0]["message"]["text"],
    ];
    let shown = shown.map(|text| text.as_str().unwrap());
    expect![[r#"
        %3A%3Aerror%3A%3Ax%20%3A%3Awarning%20file=a%3A%3Aforged%0A%3A%3Aerror%3A%3Ay%20%1B%5B31m%1B%5D8;;http%3A//x%07%0D%23%23%5Bgroup%5Dz%C2%9B2J%E2%80%AEgnp%E2%80%A8%E2%80%8B%09%60
        ::error::x ::warning file=a::forged\\n::error::y \\x1b\[31m\\x1b\]8;;http://x\\x07\\r#\\x23\[group\]z\\x9b2J\\u{202e}gnp\\u{2028}\\u{200b}\\t` \[click\](http://evil.example) <script>; see "::error::x ::warning file=a::forged\\n::error::y \\033\[31m\\033\]8;;http://x\\007\\r#\\x23\[group\]z\\302\\2332J\\342\\200\\256gnp\\342\\200\\250\\342\\200\\213\\t`". Help: do this ::error::x ::warning file=a::forged\\n::error::y \\x1b\[31m\\x1b\]8;;http://x\\x07\\r#\\x23\[group\]z\\x9b2J\\u{202e}gnp\\u{2028}\\u{200b}\\t`
        ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`"#]].assert_eq(&shown.join("\n"));
    // A snippet is the file's own text, whatever it holds.
    assert_eq!(place["region"]["snippet"]["text"], "::error::x");
}

proptest::proptest! {
    #[test]
    fn paths_and_messages_arrive(path in "[ -~\n\u{1b}ä\u{202e}]{1,30}", message in "[ -~\n\u{1b}\u{202e}]{0,60}") {
        let mut report = samples::small();
        report.findings.truncate(1);
        report.findings[0].primary = facts::Location::file(path.as_str().into(), "");
        report.findings[0].message.clone_from(&message);
        report.findings[0].help = None;
        let text = text(&report);
        samples::assert_harmless(&text);
        let log: Value = serde_json::from_str(&text).unwrap();
        let result = &results(&log)[0];
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let uri = uri.as_str().unwrap();
        let mut bytes = Vec::new();
        let mut rest = uri.as_bytes();
        while let Some((&first, more)) = rest.split_first() {
            let hex = (first == b'%').then(|| std::str::from_utf8(&more[..2]).unwrap());
            bytes.push(hex.map_or(first, |hex| u8::from_str_radix(hex, 16).unwrap()));
            rest = &more[if hex.is_some() { 2 } else { 0 }..];
        }
        proptest::prop_assert_eq!(bytes, path.as_bytes());
        let text = result["message"]["text"].as_str().unwrap();
        let mut shown = text.to_owned();
        if shown.contains("\\]") {
            for escaped in ["[", "]", "\\"] {
                shown = shown.replace(&format!("\\{escaped}"), escaped);
            }
        }
        let expected = terminal(&message);
        if expected.contains("](") {
            proptest::prop_assert_eq!(shown, expected);
        } else {
            proptest::prop_assert_eq!(text, expected);
        }
    }
}
