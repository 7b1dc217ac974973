//! The answer as JSON, written as it goes: one path a line.

use std::io::{self, Write};

use serde_json::json;

use crate::answers::{DecidingLine, OwnersAnswer};
use crate::report::json::{MissingData, Tool};
use crate::text;

/// Writes `{schema_version, tool, repository, file, gaps, paths: [{path, owners, line, pattern}]}`; what is
/// absent is `null`, and what is not UTF-8 in a path is U+FFFD.
pub fn write(answer: &OwnersAnswer, out: &mut dyn Write) -> io::Result<()> {
    let gaps: Vec<_> = answer.gaps.iter().map(MissingData::of).collect();
    let head = [
        ("schema_version", json!(1)),
        ("tool", json!(Tool::THIS)),
        ("repository", json!(answer.repository)),
        ("file", json!(answer.file)),
        ("gaps", json!(gaps)),
    ];
    writeln!(out, "{{")?;
    for (key, value) in head {
        writeln!(out, "  \"{key}\": {},", text::json(&value.to_string()))?;
    }
    write!(out, "  \"paths\": [")?;
    let tails: Vec<_> = answer.lines().iter().map(|line| tail(Some(line))).collect();
    let none = tail(None);
    let mut separator = "\n";
    for (path, line) in answer.indexed() {
        let path = serde_json::to_string(&String::from_utf8_lossy(path.path))?;
        let tail = line.map_or(&none, |line| &tails[line]);
        write!(
            out,
            "{separator}    {{\"path\": {}, {tail}}}",
            text::json(&path)
        )?;
        separator = ",\n";
    }
    let end = if answer.is_empty() { "" } else { "\n  " };
    writeln!(out, "{end}]\n}}")
}

/// What all paths of one deciding line share.
fn tail(line: Option<&DecidingLine>) -> String {
    let owners = json!(line.map_or(&[][..], |line| &line.owners));
    let number = json!(line.map(|line| line.number));
    let pattern = json!(line.map(|line| &line.pattern));
    let tail = format!("\"owners\": {owners}, \"line\": {number}, \"pattern\": {pattern}");
    text::json(&tail).into_owned()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::report::owners::samples;
    use crate::report::samples::{HOSTILE, assert_harmless};

    fn written(answer: &OwnersAnswer) -> String {
        let mut out = Vec::new();
        write(answer, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_path_has_every_key() {
        let text = written(&samples::answer());
        expect![[r#"
            {
              "schema_version": 1,
              "tool": {"name":"bailiwick","version":"VERSION"},
              "repository": "shop",
              "file": ".github/CODEOWNERS",
              "gaps": [],
              "paths": [
                {"path": "src/main.rs", "owners": ["@acme/core","@ann"], "line": 2, "pattern": "*.rs"},
                {"path": "docs/a b.md", "owners": [], "line": 14, "pattern": "/docs/"},
                {"path": "README", "owners": [], "line": null, "pattern": null},
                {"path": "src/main.rs", "owners": ["@acme/core","@ann"], "line": 2, "pattern": "*.rs"},
                {"path": "bin/�\t.rs", "owners": ["@acme/core","@ann"], "line": 2, "pattern": "*.rs"}
              ]
            }
        "#]].assert_eq(&text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
        let empty: serde_json::Value =
            serde_json::from_str(&written(&OwnersAnswer::default())).unwrap();
        assert_eq!(empty["paths"], json!([]));
        assert_eq!(empty["repository"], json!(null));
    }

    #[test]
    fn a_hostile_repository_keeps_its_values_and_forges_nothing() {
        let text = written(&samples::hostile());
        assert_harmless(&text);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["paths"][0]["path"], HOSTILE);
        assert_eq!(value["paths"][0]["owners"][0], HOSTILE);
        assert_eq!(value["gaps"][0]["path"], HOSTILE);
    }
}
