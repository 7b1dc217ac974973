use super::*;

/// The documents, each as one line: nodes in flow style with their kinds, or an error with its place.
fn read(text: &str) -> Vec<String> {
    let show = |document: Result<Node, YamlError>| match document {
        Ok(node) => show(&node),
        Err(error) => format!("{} at {}", error.message, error.offset),
    };
    documents(text.as_bytes()).into_iter().map(show).collect()
}

fn show(node: &Node) -> String {
    let join = |parts: Vec<String>| parts.join(", ");
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => format!("[{}]", join(items.iter().map(show).collect())),
        Value::Map(entries) => {
            let entry = |entry: &Entry| format!("{}: {}", show(&entry.key), show(&entry.value));
            format!("{{{}}}", join(entries.iter().map(entry).collect()))
        }
        Value::Tagged(tagged) => format!("{} {}", tagged.tag, show(&tagged.node)),
    }
}

fn one(text: &str) -> Node {
    let mut documents = documents(text.as_bytes());
    assert_eq!(documents.len(), 1);
    documents.remove(0).unwrap()
}

#[test]
fn scalars_mean_what_yaml_1_2_says() {
    for (text, expected) in [
        ("a: b", r#"{"a": "b"}"#),
        (
            "[yes, on, No, true, False]",
            r#"["yes", "on", "No", true, false]"#,
        ),
        (
            "[1, -2, 1.10, 0x1F, 0o17, 1e3, .5, 1., -.inf, .nan]",
            "[1, -2, 1.10, 0x1F, 0o17, 1e3, .5, 1., -.inf, .nan]",
        ),
        (
            "[1.2.3, 0x, 1e, +, ., 2026-01-01, 1_000, --1, 0b1, 'e5']",
            r#"["1.2.3", "0x", "1e", "+", ".", "2026-01-01", "1_000", "--1", "0b1", "e5"]"#,
        ),
        (
            "['1', \"true\", '', ~, null]",
            r#"["1", "true", "", null, null]"#,
        ),
        ("a:\nb: ''", r#"{"a": null, "b": ""}"#),
        ("[!!str 1, !!int 1, ! 1, !!str ]", r#"["1", 1, "1", ""]"#),
        (
            "a: |\n  x\n  y\nb: >-\n  x\n  y",
            r#"{"a": "x\ny\n", "b": "x y"}"#,
        ),
        ("\"\\u00e4\\n\\\"\"", "\"ä\\n\\\"\""),
        ("? [a]\n: b\n404: c", r#"{["a"]: "b", 404: "c"}"#),
    ] {
        assert_eq!(read(text), [expected], "{text}");
    }
}

#[test]
fn what_stands_behind_a_tag_of_an_application_is_not_its_text() {
    let node = one("a: !Ref Name\nb: !Sub [x]\nc: !!set {x}\nd: !<tag:x,1:y> z");
    assert_eq!(
        show(&node),
        r#"{"a": !Ref "Name", "b": !Sub ["x"], "c": !!set {"x": null}, "d": !<tag:x,1:y> "z"}"#
    );
    assert_eq!(node.get("a").unwrap().as_text(), None);
    assert!(node.get("b").unwrap().items().is_empty());
}

#[test]
fn nodes_are_found_by_their_keys() {
    let node = one("spec:\n  names: [x, 1]\n  404: {on: true}\n");
    let text = |path: &[&str]| node.at(path).and_then(Node::as_scalar);
    assert_eq!(text(&["spec", "404", "on"]), Some("true"));
    assert_eq!(text(&["spec", "names"]), None);
    assert_eq!(text(&["spec", "none", "on"]), None);
    let names = node.at(&["spec", "names"]).unwrap().items();
    assert_eq!(names[0].as_text(), Some("x"));
    assert_eq!(
        (names[1].as_text(), names[1].as_scalar()),
        (None, Some("1"))
    );
}

#[test]
fn spans_are_bytes_of_the_text() {
    let text = "\u{feff}ä: 'ö' # ü\r\nlist:\r\n- é\r\n---\r\nx: \"y\"";
    let documents = documents(text.as_bytes());
    let slice = |span: Span| std::str::from_utf8(span.of(text.as_bytes())).unwrap();
    let first = documents[0].as_ref().unwrap();
    let entry = first.entry("ä").unwrap();
    assert_eq!(
        (slice(entry.key.span), slice(entry.value.span)),
        ("ä", "'ö'")
    );
    let list = first.get("list").unwrap();
    assert_eq!(slice(list.items()[0].span), "é");
    assert_eq!(slice(list.span), "é\r\n");
    let second = documents[1].as_ref().unwrap();
    assert_eq!(slice(second.get("x").unwrap().span), "\"y\"");
}

#[test]
fn every_document_of_a_file_is_read() {
    assert!(read("").is_empty());
    assert!(read("# nothing\n").is_empty());
    assert_eq!(
        read("---\n...\n---\n- a\n--- b\n"),
        ["null", r#"["a"]"#, r#""b""#]
    );
    assert_eq!(read("%YAML 1.2\n---\na\n"), [r#""a""#]);
    let many = read(&"--- 1\n".repeat(10_000));
    assert_eq!(many.len(), 10_000);
}

#[test]
fn a_broken_document_hides_no_other() {
    let text = "a: [1\n---\nb: 2\n---\n{{ .Values.x }}: 3\n---\nc: 4\n";
    assert_eq!(
        read(text),
        [
            "unclosed bracket '[' at 3",
            r#"{"b": 2}"#,
            r#"{{{".Values.x": null}: null}: 3}"#,
            r#"{"c": 4}"#,
        ]
    );
}

#[test]
fn errors_say_where() {
    let texts = [
        "a: b\n\tc: d\n",
        "a: 'b\n",
        "a: {{- if .x }}\n",
        "{{- if .x }}\na: b\n{{- end }}\n",
        "a: *none\n",
        "a: b: c\n",
        "a: &a [*a]\n",
        "%YAML 3.0\n---\na\n",
    ];
    let found = texts.map(|text| format!("{text:?}: {}\n", read(text).join("; ")));
    expect_test::expect![[r#"
        "a: b\n\tc: d\n": while scanning a plain scalar, found a tab at 3
        "a: 'b\n": unclosed quote at 3
        "a: {{- if .x }}\n": "-" is only valid inside a block at 5
        "{{- if .x }}\na: b\n{{- end }}\n": "-" is only valid inside a block at 2
        "a: *none\n": while parsing node, found unknown anchor at 3
        "a: b: c\n": mapping values are not allowed in this context at 4
        "a: &a [*a]\n": an alias is part of what it names at 7
        "%YAML 3.0\n---\na\n": unsupported YAML major version at 0
    "#]]
    .assert_eq(&found.concat());
    let error = documents(b"a: \xff\n").remove(0).unwrap_err();
    assert_eq!(
        (error.to_string().as_str(), error.offset),
        ("it is not UTF-8", 3)
    );
}

#[test]
fn aliases_stand_for_what_they_name() {
    let text = "a: &x {k: &y [1]}\nb: *x\nc: *y\nd: &x 2\ne: *x\n";
    let node = one(text);
    assert_eq!(
        show(&node),
        r#"{"a": {"k": [1]}, "b": {"k": [1]}, "c": [1], "d": 2, "e": 2}"#
    );
    let span = node.get("b").unwrap().span;
    assert_eq!(span.of(text.as_bytes()), b"*x");
    assert_eq!(
        read("--- &a x\n--- *a\n")[1],
        "while parsing node, found unknown anchor at 13"
    );
}

#[test]
fn merge_keys_add_what_is_not_there() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: *a, x: 3}\nd:\n  <<: [*b, *a]\n  w: 4\ne: {'<<': *a}\nf: {<<: 1}\n";
    let node = one(text);
    for (key, expected) in [
        ("c", r#"{"x": 3, "y": 1}"#),
        ("d", r#"{"w": 4, "y": 2, "z": 2, "x": 1}"#),
        ("e", r#"{"<<": {"x": 1, "y": 1}}"#),
        ("f", r#"{"<<": 1}"#),
    ] {
        assert_eq!(show(node.get(key).unwrap()), expected);
    }
}

#[test]
fn of_a_key_that_comes_twice_the_last_counts() {
    let node = one("a: 1\na: 2\n");
    assert_eq!(node.entries().len(), 2);
    assert_eq!(node.get("a").unwrap().as_scalar(), Some("2"));
}

#[test]
fn bombs_end_at_the_budget() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        laughs += &format!("a{level}: &a{level} [{items}]\n");
    }
    let merges = (1..40).fold("m0: &m0 {x: 1}\n".to_owned(), |text, n| {
        text + &format!("m{n}: &m{n} {{a: *m{0}, b: *m{0}, <<: *m{0}}}\n", n - 1)
    });
    let nodes = format!("[{}]", "1,".repeat(MOST_NODES));
    let documents = "---\n".repeat(MOST_NODES + 1);
    for bomb in [laughs, merges, nodes, documents] {
        let last = read(&bomb).pop().unwrap();
        let start = "it has more than 524288 values, aliases written out at ";
        assert!(last.starts_with(start), "{last}");
    }
    let large = vec![b' '; MOST_BYTES + 1];
    let error = super::documents(&large).remove(0).unwrap_err();
    assert_eq!(error.message, "it has more than 4 MiB");
}

#[test]
fn nesting_ends_at_the_limit_however_it_is_written() {
    let chain = (1..10_000).fold("a0: &a0 []\n".to_owned(), |text, n| {
        text + &format!("a{n}: &a{n} [*a{}]\n", n - 1)
    });
    let block = (0..1000).fold(String::new(), |text, n| text + &" ".repeat(n) + "a:\n");
    for deep in [
        "[".repeat(200_000),
        "{a: ".repeat(200_000),
        "- ".repeat(200_000),
        "? ".repeat(200_000),
        "!x [".repeat(200_000),
        chain,
        block,
    ] {
        let errors = documents(deep.as_bytes());
        assert!(errors[0].is_err(), "{:.20}", deep);
    }
    let fine = "[".repeat(MOST_DEPTH) + &"]".repeat(MOST_DEPTH);
    assert!(documents(fine.as_bytes())[0].is_ok());
}

#[test]
fn texts_of_nothing_but_errors_end() {
    // Behind the limit one error states that the rest is not read.
    for (broken, errors) in [
        ("[\n---\n", MOST_BROKEN + 1),
        ("\"\n---\n", MOST_BROKEN + 1),
        ("%x\n", 1),
        ("a: *b\n---\n", MOST_BROKEN + 1),
        ("}\n---\n", MOST_BROKEN + 1),
    ] {
        let found = documents(broken.repeat((1 << 18) / broken.len()).as_bytes());
        let found: Vec<_> = found.iter().filter_map(|it| it.as_ref().err()).collect();
        assert_eq!(found.len(), errors, "{broken:?}");
        let is_cut = found.last().is_some_and(|error| error.beyond);
        assert_eq!(is_cut, errors > MOST_BROKEN, "{broken:?}");
    }
}
