use proptest::prelude::*;

use super::{Language, Text, read};
use crate::sources::evidence::syntaxes;
use crate::text::RepoPath;

fn read_in(path: &str, source: &str) -> Vec<(&'static str, String, Option<String>)> {
    let text = Text::new(RepoPath::from(path), source.as_bytes().to_vec());
    let language = Language::of(path.as_bytes(), source.as_bytes()).expect(path);
    let found = read(&text, language, 1000).into_iter();
    found.map(|it| (it.tool, it.what, it.reason)).collect()
}

#[test]
fn tools_are_silenced_with_and_without_a_reason() {
    let cases: &[(&str, &str, &str, &str, Option<&str>)] = &[
        (
            "a.rs",
            "#[allow(dead_code)]\nfn f() {}",
            "rustc",
            "dead_code",
            None,
        ),
        (
            "a.rs",
            "#[allow(dead_code, clippy::x, reason = \"of use (soon)\")]",
            "rustc",
            "dead_code, clippy::x",
            Some("of use (soon)"),
        ),
        (
            "a.rs",
            "#![expect(dead_code)] // until July",
            "rustc",
            "dead_code",
            Some("until July"),
        ),
        (
            "a.rs",
            "// Read by the macro.\n#[allow(dead_code)]",
            "rustc",
            "dead_code",
            Some("Read by the macro."),
        ),
        (
            "a.rs",
            "/// Documents it.\n#[allow(dead_code)]",
            "rustc",
            "dead_code",
            None,
        ),
        (
            "a.rs",
            "#[ignore]\nfn f() { \"text\" }",
            "cargo test",
            "",
            None,
        ),
        (
            "a.rs",
            "#[ignore = \"takes hours\"]",
            "cargo test",
            "",
            Some("takes hours"),
        ),
        ("a.py", "x = 1  # noqa", "flake8", "", None),
        (
            "a.py",
            "x = 1  # noqa: E501,W291",
            "flake8",
            "E501,W291",
            None,
        ),
        (
            "a.py",
            "x = 1  # noqa: E501 W291",
            "flake8",
            "E501 W291",
            None,
        ),
        (
            "a.py",
            "x = 1  # noqa: E501 a long URL",
            "flake8",
            "E501",
            Some("a long URL"),
        ),
        (
            "a.py",
            "x = 1  # type: ignore[attr-defined]  # no stubs",
            "mypy",
            "attr-defined",
            Some("no stubs"),
        ),
        ("a.py", "# pylint: disable=a-b,c", "pylint", "a-b,c", None),
        (
            "a.py",
            "x()  # nosec B101 - a test",
            "bandit",
            "B101",
            Some("a test"),
        ),
        (
            "a.py",
            "@pytest.mark.skip\ndef f(): 'text'",
            "pytest",
            "",
            None,
        ),
        (
            "a.py",
            "@pytest.mark.skip(reason=\"flaky\")",
            "pytest",
            "",
            Some("flaky"),
        ),
        (
            "a.py",
            "@unittest.skip('flaky here')",
            "unittest",
            "",
            Some("flaky here"),
        ),
        (
            "a.js",
            "// eslint-disable-next-line no-console, no-alert -- a tool",
            "eslint",
            "no-console, no-alert",
            Some("a tool"),
        ),
        ("a.js", "/* eslint-disable */", "eslint", "", None),
        ("a.ts", "// @ts-ignore", "typescript", "", None),
        (
            "a.ts",
            "// @ts-expect-error: no types",
            "typescript",
            "",
            Some("no types"),
        ),
        ("a.ts", "it.skip('works', () => {})", "jest", "works", None),
        (
            "a.ts",
            "// Too slow here.\nxit('works', () => {})",
            "jest",
            "works",
            Some("Too slow here."),
        ),
        (
            "a.go",
            "x() //nolint:errcheck,gosec // best effort",
            "golangci-lint",
            "errcheck,gosec",
            Some("best effort"),
        ),
        ("a.go", "x() //nolint", "golangci-lint", "", None),
        (
            "a.go",
            "\tt.Skip(\"no network\")",
            "go test",
            "",
            Some("no network"),
        ),
        (
            "a.go",
            "\tt.Skip(why.text)",
            "go test",
            "",
            Some("why.text"),
        ),
        (
            "a.go",
            "x() // #nosec G304 -- a path of ours",
            "gosec",
            "G304",
            Some("a path of ours"),
        ),
        ("a.go", "\tt.Skip()\n\tx(\"text\")", "go test", "", None),
        (
            "A.java",
            "@SuppressWarnings(\"unchecked\")\nvoid f() {}",
            "javac",
            "unchecked",
            None,
        ),
        (
            "A.java",
            "@SuppressWarnings({\"a\", \"b\"}) // generic array",
            "javac",
            "a, b",
            Some("generic array"),
        ),
        (
            "A.java",
            "@Disabled(\"flaky on CI\")",
            "junit",
            "",
            Some("flaky on CI"),
        ),
        (
            "A.java",
            "@Disabled\nvoid f() { x(\"text\"); }",
            "junit",
            "",
            None,
        ),
        ("a.kt", "@Suppress(\"UNUSED\")", "kotlinc", "UNUSED", None),
        (
            "a.rb",
            "x # rubocop:disable Style/A, Lint/B -- from upstream",
            "rubocop",
            "Style/A, Lint/B",
            Some("from upstream"),
        ),
        (
            "a.cs",
            "#pragma warning disable CS0618 // until v2",
            "csc",
            "CS0618",
            Some("until v2"),
        ),
        (
            "a.sh",
            "# Word splitting is meant.\n# shellcheck disable=SC2086",
            "shellcheck",
            "SC2086",
            Some("Word splitting is meant."),
        ),
        (
            "a.cpp",
            "x(); // NOLINT(runtime/int): an ABI",
            "clang-tidy",
            "runtime/int",
            Some("an ABI"),
        ),
        (
            "Dockerfile",
            "# hadolint ignore=DL3008\nRUN x",
            "hadolint",
            "DL3008",
            None,
        ),
        (
            "a.md",
            "<!-- markdownlint-disable MD013 -->",
            "markdownlint",
            "MD013",
            None,
        ),
    ];
    let mut wrong = Vec::new();
    for &(path, source, tool, what, reason) in cases {
        let expected = vec![(tool, what.to_owned(), reason.map(str::to_owned))];
        let found = read_in(path, source);
        if found != expected {
            wrong.push(format!("{source}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_only_looks_alike_silences_nothing() {
    let cases = [
        ("a.rs", "\"#[allow(x)]\" // #[allow(x)]"),
        ("a.py", "x = '# noqa'"),
        ("a.py", "# we use noqa sparingly"),
        ("a.py", "noqa = 1"),
        ("a.js", "await.exit(1); submit.skip(2)"),
        ("a.go", "// see the nolint directive"),
        ("a.go", "// t.Skip(\"x\")"),
        ("A.java", "@DisabledByDefault @IgnoreCase"),
        ("a.ts", "'eslint-disable'"),
        ("a.kt", "@SuppressLint(\"x\")"),
    ];
    for (path, source) in cases {
        assert_eq!(read_in(path, source), [], "{source}");
    }
}

#[test]
fn two_on_a_line_are_two_and_neither_is_the_reason_of_the_other() {
    let found = read_in("a.py", "# type: ignore  # noqa: E501\n# pylint: disable=x");
    let tools: Vec<&str> = found.iter().map(|it| it.0).collect();
    assert_eq!(tools, ["mypy", "flake8", "pylint"]);
    assert!(found.iter().all(|it| it.2.is_none()), "{found:?}");
}

#[test]
fn hostile_files_end() {
    for part in [
        "#[allow(",
        "# noqa ",
        "t.Skip(\"",
        "@Disabled(",
        "// eslint-disable ",
        "//nolint:a,",
    ] {
        let source = part.repeat((1 << 18) / part.len());
        for path in ["a.rs", "a.py", "a.go", "A.java", "a.ts"] {
            assert!(read_in(path, &source).len() <= 1000);
        }
    }
}

proptest! {
    #[test]
    fn nothing_panics(parts in prop::collection::vec(prop::sample::select(&[
        "#[allow(", "#[ignore", "noqa", "type: ignore", "t.Skip(", "@Disabled", "eslint-disable", "nolint", ")", "]", "(",
        "\"", "'", "reason", "=", "#", "//", "/*", "*/", "\n", " ", "ä", ":", ",", "a", "--", "E1", "@SuppressWarnings",
        "#pragma warning disable",
    ][..]), 0..40), cut in any::<prop::sample::Index>()) {
        let mut bytes = parts.concat().into_bytes();
        bytes.truncate(cut.index(bytes.len() + 1));
        let text = Text::new(RepoPath::from("f"), bytes);
        for language in syntaxes::ALL {
            let _ = read(&text, language, 100);
        }
    }
}
