//! Files that are made to do harm: an answer, soon, and no overflow.

use expect_test::expect;

use super::*;

/// The first error.
fn first(text: &str) -> String {
    let all = errors(text);
    all.lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(160)
        .collect()
}

#[test]
fn nesting_overflows_no_stack() {
    let arrays = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let tables = format!("a = {}1{}", "{a=".repeat(100_000), "}".repeat(100_000));
    let dots = format!("{}b = 1", "a.".repeat(100_000));
    let header = format!("[{}b]", "a.".repeat(100_000));
    // Each within what the library bounds, together 6,000 levels.
    let path = format!("{}a", "a.".repeat(78));
    let both = format!(
        "{path} = {}1{}",
        format!("{{{path}=").repeat(79),
        "}".repeat(79)
    );
    // The same in a place where the library itself throws it away.
    let dropped = format!(
        "a = 1\n{both}\nx = 1\nx = {}",
        both.split_once(" = ").unwrap().1
    );
    let shallow = format!("a = {}{}", "[".repeat(33), "]".repeat(33));
    let all = [arrays, tables, dots, header, both, dropped, shallow];
    let found = all.map(|text| first(&text)).join("\n");
    expect![[r#"
        bailiwick.toml:1:85: tables and arrays nest too deeply
        bailiwick.toml:1:245: tables and arrays nest too deeply
        bailiwick.toml:1:1: tables and arrays nest too deeply
        bailiwick.toml:1:1: tables and arrays nest too deeply
        bailiwick.toml:1:65: tables and arrays nest deeper than 32 levels
        bailiwick.toml:2:1: cannot extend value of type integer with a dotted key
        bailiwick.toml:1:37: tables and arrays nest deeper than 32 levels"#]]
    .assert_eq(&found);
}

#[test]
fn sizes_and_encodings() {
    let huge = "#".repeat(POLICY_LIMIT + 1);
    let long = format!("# {}\nfoo = 1", "x".repeat(POLICY_LIMIT - 100));
    let key = format!("{} = 1", "k".repeat(POLICY_LIMIT - 100));
    let id = format!("[rules]\n\"{}\" = \"off\"", "k".repeat(POLICY_LIMIT - 100));
    let int = format!(
        "rules.\"codeowners/crowded-line\".max-owners = {}",
        "9".repeat(1000)
    );
    let float = "rules.\"ownership/unowned-file\".minimum-coverage = nan";
    let nul = "a = \"\0\"";
    let texts = [
        huge.as_str(),
        &long,
        &key,
        &id,
        &int,
        float,
        nul,
        "root = true\r[rules]",
    ];
    let found = texts.map(first).join("\n");
    expect![[r#"
        bailiwick.toml:1:1: the file is larger than 1024 KiB
        bailiwick.toml:2:1: unknown key `foo`
        bailiwick.toml:1:1: unknown key `kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…`
        bailiwick.toml:2:1: unknown rule `kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…`
        bailiwick.toml:1:46: `max-owners` expects a whole number from 0
        bailiwick.toml:1:51: `minimum-coverage` expects a percentage from 0 to 100, as a number
        bailiwick.toml:1:6: invalid basic string, expected non-double-quote visible characters, `\`
        bailiwick.toml:1:13: carriage return must be followed by newline, expected newline"#]].assert_eq(&found);
    let utf8 = load_bytes(b"root = true\n# \xff\n").unwrap_err();
    expect![[r#"
        bailiwick.toml:2:3: byte 14 of the file is not UTF-8
          help: save the file as UTF-8"#]]
    .assert_eq(&utf8.to_string());
    let utf16 = load_bytes(b"\xff\xfer\0o\0").unwrap_err();
    expect![[r#"
        bailiwick.toml:1:1: byte 0 of the file is not UTF-8
          help: save the file as UTF-8"#]]
    .assert_eq(&utf16.to_string());
}

#[test]
fn a_byte_order_mark_is_no_error_and_moves_no_span() {
    assert!(policy("\u{feff}root = true").reading.root);
    assert_eq!(
        errors("\u{feff}rot = true").lines().next(),
        Some("bailiwick.toml:1:2: unknown key `rot`")
    );
    let policy = policy("root = true\r\n\r\n[rules]\r\n\"runbooks/unheard\" = \"error\"\r\n");
    let settings = policy
        .judging
        .at("runbooks/unheard", &Attributes::default());
    let Origin::Line(location) = &settings.origin else {
        panic!("{:?}", settings.origin)
    };
    assert_eq!(location.excerpt.as_ref().unwrap().line, 4);
}

#[test]
fn a_million_errors_are_a_hundred() {
    let keys = (0..100_000)
        .map(|i| format!("k{i}=1\n"))
        .collect::<String>();
    let rules = (0..30_000)
        .map(|i| format!("\"codeowners/dead-patter{i}\"=1\n"))
        .collect::<String>();
    let texts = [
        "=\n".repeat(500_000),
        "=\n".repeat(100_000),
        "a=1\n".repeat(100_000),
        format!("a='{}'", "\u{1}".repeat(250_000)),
        keys,
        format!("[rules]\n{rules}"),
    ];
    for text in texts {
        let count = load(&text).unwrap_err().iter().count();
        assert!((1..=101).contains(&count), "{count}");
    }
}

#[test]
fn names_in_messages_forge_no_lines() {
    let found = errors(
        "[rules]\n\"a\\nb\\u001b[31m\" = \"off\"\n\"\\u202Ex\" = { level = \"a\\u0007\" }\n",
    );
    assert!(!found.contains(['\u{1b}', '\u{7}', '\u{202e}']));
    expect![[r#"
        bailiwick.toml:2:1: unknown rule `a\nb\x1b[31m`
          help: `bailiwick rules` lists all rules
        bailiwick.toml:3:1: unknown rule `\u{202e}x`
          help: `bailiwick rules` lists all rules
        bailiwick.toml:3:23: unknown level `a\x07`
          help: known: `off`, `note`, `warning`, `error`"#]]
    .assert_eq(&found);
}

#[test]
fn very_many_overrides_on_one_line_are_read() {
    let one = "{paths=[\"a\"],rules={\"*\"=\"off\"}},";
    let text = format!("overrides=[{}]", one.repeat(POLICY_LIMIT / one.len() - 1));
    assert!(!policy(&text).judging.is_enabled("runbooks/unheard"));
}
