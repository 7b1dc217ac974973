//! Tests across the room: every sentence of GitHub's documentation as a table, and the matcher against
//! a slow and obvious implementation.

use proptest::prelude::*;

use super::{
    Dialect, InvalidLineKind, LineKind, Matcher, OwnerKind, OwnershipFile, Pattern, PatternError,
};
use crate::text::{RepoPath, Text};

fn parse(text: impl AsRef<[u8]>) -> OwnershipFile {
    let text = Text::new(RepoPath::from("CODEOWNERS"), text.as_ref().to_vec());
    OwnershipFile::parse(Dialect::GitHub, text)
}

/// The owners of `path`, separated by spaces; none where no line decides.
fn owners(file: &str, path: &str) -> Option<String> {
    let file = parse(file);
    let rule = Matcher::new(file.patterns())
        .last_match()
        .find(path.as_bytes())?;
    let owners: Vec<_> = file.rules()[rule].owner_names().collect();
    Some(owners.join(" "))
}

/// Pattern, paths that it owns, paths that it does not. Each row is a sentence of GitHub's *About code
/// owners*, or of the gitignore rules to which it refers.
const PATTERNS: &[(&str, &[&str], &[&str])] = &[
    // "* matches every file"
    ("*", &["a", ".a", "a/b", "a/b/c"], &[]),
    ("**", &["a", "a/b/c"], &[]),
    ("/**", &["a", "a/b/c"], &[]),
    // "*.js: any file with the ending, wherever it is"
    ("*.js", &["a.js", "b/a.js", ".js"], &["a.jsx", "js"]),
    // "/build/logs/: the directory at the root of the repository and any of its subdirectories"
    (
        "/build/logs/",
        &["build/logs/a", "build/logs/a/b"],
        &["build/logs", "x/build/logs/a"],
    ),
    // "docs/*: files like docs/getting-started.md but not further nested ones"
    (
        "docs/*",
        &["docs/start.md"],
        &["docs/build/fix.md", "x/docs/start.md", "docs"],
    ),
    ("/*", &["a"], &["a/b"]),
    // "apps/: any file in an apps directory anywhere"
    ("apps/", &["apps/a", "x/apps/a/b"], &["apps", "x/apps"]),
    // "/docs/: any file in the directory in the root"
    ("/docs/", &["docs/a", "docs/a/b"], &["docs", "x/docs/a"]),
    // "/scripts/: any file in /scripts or any of its subdirectories"
    ("/scripts/", &["scripts/a", "scripts/b/c"], &["scripts.sh"]),
    // "**/logs: any file in a logs directory such as /build/logs, /scripts/logs and /deeply/nested/logs"
    (
        "**/logs",
        &["logs", "logs/a", "build/logs/a", "deeply/nested/logs/b/c"],
        &["build/logs.txt"],
    ),
    // "/apps/github: the entry, and everything below it if it is a directory"
    (
        "/apps/github",
        &["apps/github", "apps/github/a/b"],
        &["apps/github2", "x/apps/github"],
    ),
    // gitignore: "a separator at the beginning or middle: relative to the directory of the file"
    ("foo/bar", &["foo/bar", "foo/bar/a"], &["a/foo/bar"]),
    ("foo/bar/", &["foo/bar/a"], &["foo/bar", "a/foo/bar/b"]),
    ("foo", &["foo", "a/foo", "a/foo/b"], &["food", "a/food"]),
    // gitignore: "* matches anything except a slash, ? any one character except a slash"
    ("f*o", &["fo", "foo", "fxo/a"], &["f/o"]),
    ("f?o", &["fxo", "fäo"], &["f/o", "fo", "fooo"]),
    ("a*/b", &["a/b", "ax/b/c"], &["a/x/b", "y/a/b"]),
    // gitignore: "leading **/, trailing /**, /**/ for zero or more directories"
    (
        "**/foo/bar",
        &["foo/bar", "a/b/foo/bar", "foo/bar/c"],
        &["foo/a/bar"],
    ),
    ("abc/**", &["abc/a", "abc/a/b"], &["abc", "x/abc/a"]),
    (
        "a/**/b",
        &["a/b", "a/x/b", "a/x/y/b", "a/b/c"],
        &["x/a/b", "ab"],
    ),
    (
        "a/**/*.js",
        &["a/x.js", "a/b/c/x.js"],
        &["x.js", "b/a/x.js"],
    ),
    ("abc/**/*", &["abc/a", "abc/a/b"], &["abc"]),
    ("foo/**/", &["foo/bar", "foo/bar/baz"], &["foo"]),
    ("*/", &["a/b", "a/b/c"], &["a"]),
    ("/*/", &["a/b", "a/b/c"], &["a"]),
    ("/*/*", &["a/b"], &["a", "a/b/c"]),
    ("/a/*/", &["a/b/c", "a/b/c/d"], &["a/b", "a"]),
    // gitignore: "other consecutive asterisks are regular asterisks"
    ("a**b", &["ab", "axxb"], &["a/b"]),
    // gitignore: a backslash escapes; "\[ \]": brackets that are meant literally
    (r"f\*o", &["f*o"], &["foo"]),
    (r"f\?o", &["f?o"], &["foo"]),
    (r"a\ b", &["a b", "x/a b/c"], &["a", "b"]),
    (
        r"/app/\[id\]/",
        &["app/[id]/page.ts"],
        &["app/i/page.ts", "app/id/page.ts"],
    ),
    // "CODEOWNERS paths are case sensitive"
    ("/Docs/", &["Docs/a"], &["docs/a"]),
    // A lone slash matches nothing, and \# does not make a # literal.
    ("/", &[], &["a", "a/b"]),
    (r"\#a", &[], &["#a", r"\#a"]),
    // Characters that other tools refuse are literal.
    (
        "a:b@c+d(e)|{f,g}~^",
        &["a:b@c+d(e)|{f,g}~^"],
        &["a:b@c+d(e)|f~^"],
    ),
    ("ä/ö", &["ä/ö", "ä/ö/ü"], &["a/o"]),
];

#[test]
fn patterns_match_as_documented() {
    for &(text, yes, no) in PATTERNS {
        let pattern = Pattern::github(text.as_bytes()).unwrap();
        let matcher = Matcher::new([&pattern]);
        for (paths, expected) in [(yes, true), (no, false)] {
            for path in paths {
                assert_eq!(
                    pattern.matches(path.as_bytes()),
                    expected,
                    "{text} ~ {path}"
                );
                let found = matcher.last_match().find(path.as_bytes()).is_some();
                assert_eq!(found, expected, "{text} ~ {path}, compiled");
            }
        }
    }
}

#[test]
fn what_the_forge_refuses() {
    for (text, error) in [
        ("!a", PatternError::Negation),
        ("[ab].js", PatternError::Brackets),
        ("a]", PatternError::Brackets),
        (r"\\[a", PatternError::Brackets),
    ] {
        assert_eq!(Pattern::github(text.as_bytes()), Err(error), "{text}");
    }
}

#[test]
fn the_last_matching_line_decides_alone() {
    let file = "* @all\n*.js @js @web # both\n/docs/ docs@acme.test\n/docs/api\n";
    for (path, expected) in [
        ("main.rs", Some("@all")),
        ("src/app.js", Some("@js @web")),
        ("docs/app.js", Some("docs@acme.test")),
        // "A line without owners leaves its files unowned"
        ("docs/api/index.js", Some("")),
    ] {
        assert_eq!(owners(file, path).as_deref(), expected, "{path}");
    }
    assert_eq!(owners("/docs/ @docs\n", "main.rs"), None);
}

#[test]
fn an_invalid_line_is_skipped_and_the_rest_holds() {
    let file = parse("* @all\n!/a @x\n/b [c] @x\n/d @acme.ops\n/[e] @x\n/f @ok\n");
    let invalid: Vec<_> = file
        .invalid_lines()
        .iter()
        .map(|line| (line.line, line.kind))
        .collect();
    assert_eq!(
        invalid,
        [
            (2, InvalidLineKind::Pattern),
            (3, InvalidLineKind::Owner),
            (4, InvalidLineKind::Owner),
            (5, InvalidLineKind::Pattern),
        ]
    );
    assert_eq!(
        file.invalid_lines()[3].suggestion.as_deref(),
        Some(r"/\[e\]")
    );
    let rules: Vec<_> = file.rules().iter().map(|rule| rule.line()).collect();
    assert_eq!(rules, [1, 6]);
}

#[test]
fn owners_by_their_form() {
    for (token, kind) in [
        ("@ann", Some(OwnerKind::User)),
        ("@ann-b_corp", Some(OwnerKind::User)),
        ("@acme/ops", Some(OwnerKind::Team)),
        ("@acme/ops.eu_1", Some(OwnerKind::Team)),
        ("ann@acme.test", Some(OwnerKind::Email)),
        ("ann+x@acme.test", Some(OwnerKind::Email)),
        ("@a@b", Some(OwnerKind::Glued)),
        ("@acme/ops@ann", Some(OwnerKind::Glued)),
        ("@", None),
        ("@acme.ops", None),
        ("@acme/", None),
        ("@/ops", None),
        ("@acme/ops/eu", None),
        ("@ann,", None),
        ("ops", None),
        ("@ä", None),
    ] {
        assert_eq!(OwnerKind::of(token), kind, "{token}");
    }
}

#[test]
fn comments_white_space_and_line_ends() {
    let text = "\u{feff}# top\r\n\r\n  *.a\t@x   @y # why\r\n/b#c @x#y\r\n\\#d @x\n/e\\ f @x";
    let file = parse(text);
    let rules: Vec<_> = file
        .rules()
        .iter()
        .map(|rule| {
            (
                rule.line(),
                rule.pattern_text(),
                rule.owner_names().collect::<Vec<_>>(),
            )
        })
        .map(|(line, pattern, owners)| format!("{line} {pattern} {}", owners.join(",")))
        .collect();
    assert_eq!(
        rules,
        ["3 *.a @x,@y", "4 /b#c @x", "5 \\#d @x", "6 /e\\ f @x"]
    );
    // Of a long pattern other lines name both ends.
    for (long, ends) in [("/ä", "ä/*.rs"), ("/", "/a"), ("/xä", "xxxä.rs")] {
        let long = format!("{long}{}{ends}", "äx".repeat(1_000));
        let file = parse(format!("/short @x\n{long} @x\n"));
        assert_eq!(file.rules()[0].pattern_name(), "/short");
        let name = file.rules()[1].pattern_name();
        let (head, tail) = name.split_once('…').unwrap();
        assert!(long.starts_with(head) && long.ends_with(tail), "{name}");
        assert!(name.len() < 410, "{}", name.len());
    }
    let comments: Vec<_> = file
        .comments()
        .iter()
        .map(|c| {
            (
                c.line,
                String::from_utf8_lossy(file.text().slice(c.span)),
                c.alone,
            )
        })
        .collect();
    assert_eq!(
        comments,
        [
            (1, " top".into(), true),
            (3, " why".into(), false),
            (4, "y".into(), false)
        ]
    );
    assert_eq!(file.lines()[1].kind, LineKind::Blank);
}

#[test]
fn a_file_of_three_megabytes_is_not_loaded() {
    let mut text = b"* @all\n".to_vec();
    text.resize(3 << 20, b'#');
    let file = parse(&text[..text.len() - 1]);
    assert!(!file.is_oversized() && file.rules().len() == 1);
    let file = parse(&text);
    assert!(file.is_oversized() && file.rules().is_empty());
}

#[test]
fn many_wildcards_stay_cheap() {
    // A backtracking matcher needs 2^30 steps here.
    let stars = "*a".repeat(30) + "*b";
    let path = "a".repeat(250);
    assert!(
        !Pattern::github(stars.as_bytes())
            .unwrap()
            .matches(path.as_bytes())
    );
    let depths = "**/a/".repeat(30) + "b";
    let path = "a/".repeat(250) + "c";
    let pattern = Pattern::github(depths.as_bytes()).unwrap();
    assert!(!pattern.matches(path.as_bytes()));
    assert_eq!(
        Matcher::new([&pattern]).last_match().find(path.as_bytes()),
        None
    );
}

#[test]
fn a_path_of_a_megabyte_takes_linear_time() {
    let patterns = ["**/a/**/b", "*c*/", "**/a/*/a/"];
    let patterns = patterns.map(|text| Pattern::github(text.as_bytes()).unwrap());
    let matcher = Matcher::new(&patterns);
    let path = "a/".repeat(500_000) + "b";
    let mut found = Vec::new();
    matcher.all_matches().find(path.as_bytes(), &mut found);
    assert_eq!(found, [0, 2]);
    assert_eq!(matcher.last_match().find(path.as_bytes()), Some(2));
}

/// Whether `pattern` owns `path`, by recursion over the texts themselves.
fn slow(pattern: &str, path: &str) -> bool {
    if pattern.chars().all(|c| c == '/') {
        return false;
    }
    let folder = pattern.ends_with('/');
    let body = pattern.strip_suffix('/').unwrap_or(pattern);
    let anchored = body.contains('/');
    let mut parts: Vec<&str> = body.strip_prefix('/').unwrap_or(body).split('/').collect();
    if !anchored {
        parts.insert(0, "**");
    }
    // "A trailing /** matches everything inside": as a folder that the pattern names.
    let mut below = folder;
    while parts.last() == Some(&"**") {
        parts.pop();
        below = true;
    }
    let path: Vec<&str> = path.split('/').collect();
    // The pattern names some entry on the way to the file, or the file itself.
    (0..=path.len()).any(|length| {
        let file = length == path.len();
        let lone_star = parts
            .last()
            .is_some_and(|part| part.chars().all(|c| c == '*'));
        slow_segments(&parts, &path[..length]) && if below { !file } else { file || !lone_star }
    })
}

fn slow_segments(parts: &[&str], path: &[&str]) -> bool {
    match parts.split_first() {
        None => path.is_empty(),
        Some((&"**", rest)) => (0..=path.len()).any(|skip| slow_segments(rest, &path[skip..])),
        Some((part, rest)) => {
            !path.is_empty()
                && slow_name(part.as_bytes(), path[0].as_bytes())
                && slow_segments(rest, &path[1..])
        }
    }
}

fn slow_name(part: &[u8], name: &[u8]) -> bool {
    match part.split_first() {
        None => name.is_empty(),
        Some((b'*', rest)) => (0..=name.len()).any(|skip| slow_name(rest, &name[skip..])),
        Some((b'?', rest)) => !name.is_empty() && slow_name(rest, &name[1..]),
        Some((byte, rest)) => name.first() == Some(byte) && slow_name(rest, &name[1..]),
    }
}

fn patterns() -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        4 => "[ab]{1,2}",
        2 => Just("**".to_owned()),
        2 => Just("*".to_owned()),
        3 => "[ab*?]{1,4}",
    ];
    let segments = prop::collection::vec(segment, 1..5);
    (any::<bool>(), segments, any::<bool>()).prop_map(|(leading, segments, trailing)| {
        let slash = |yes: bool| if yes { "/" } else { "" };
        format!(
            "{}{}{}",
            slash(leading),
            segments.join("/"),
            slash(trailing)
        )
    })
}

fn paths() -> impl Strategy<Value = String> {
    prop::collection::vec("[ab]{1,3}", 1..6).prop_map(|segments| segments.join("/"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_matcher_agrees_with_a_slow_one(
        patterns in prop::collection::vec(patterns(), 1..12),
        paths in prop::collection::vec(paths(), 1..24),
    ) {
        let compiled: Vec<_> = patterns.iter().map(|p| Pattern::github(p.as_bytes()).unwrap()).collect();
        let matcher = Matcher::new(&compiled);
        // One walker for all paths, so that what it keeps between paths is tested too.
        let (mut last, mut all) = (matcher.last_match(), matcher.all_matches());
        let mut found = Vec::new();
        for path in &paths {
            let expected: Vec<usize> = (0..patterns.len()).filter(|&at| slow(&patterns[at], path)).collect();
            for (at, pattern) in compiled.iter().enumerate() {
                prop_assert_eq!(pattern.matches(path.as_bytes()), expected.contains(&at), "{} ~ {}", &patterns[at], path);
            }
            prop_assert_eq!(last.find(path.as_bytes()), expected.last().copied(), "{:?} ~ {}", &patterns, path);
            all.find(path.as_bytes(), &mut found);
            prop_assert_eq!(&found, &expected, "{:?} ~ {}", &patterns, path);
        }
    }

    #[test]
    fn the_model_loses_nothing_and_nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_model(&bytes)?;
    }

    #[test]
    fn the_model_loses_nothing_of_likely_text(text in "([*a/#@!\\[\\]\\\\ \t\r\n.\u{feff}]|@a/b|\n){0,60}") {
        check_model(text.as_bytes())?;
    }
}

fn check_model(bytes: &[u8]) -> Result<(), TestCaseError> {
    let file = parse(bytes);
    let lines: Vec<u8> = file
        .lines()
        .iter()
        .flat_map(|line| file.text().slice(line.span).to_vec())
        .collect();
    prop_assert_eq!(&lines[..], bytes);
    for rule in file.rules() {
        prop_assert_eq!(
            file.text().slice(rule.pattern_span()),
            rule.pattern().text()
        );
        prop_assert_eq!(file.text().line(rule.span().start), rule.line());
        for owner in rule.owners() {
            prop_assert_eq!(file.text().slice(owner.span()), owner.text().as_bytes());
        }
    }
    Ok(())
}
