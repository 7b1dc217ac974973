use proptest::prelude::*;

use super::*;
use crate::sources::evidence::syntaxes;
use crate::text::RepoPath;

fn words() -> MarkerWords {
    let words = ["TODO", "FIXME", "HACK", "XXX"].map(str::to_owned);
    MarkerWords::new(&words).expect("four words")
}

fn read_in(path: &str, source: &str) -> Vec<Marker> {
    let text = Text::new(RepoPath::from(path), source.as_bytes().to_vec());
    let language = Language::of(path.as_bytes(), source.as_bytes()).expect(path);
    read(&text, language, &words(), 10_000).markers
}

fn one(line: &str) -> Marker {
    let mut markers = read_in("a.rs", line);
    assert_eq!(markers.len(), 1, "{line}");
    markers.remove(0)
}

/// Owner, issues and links, date, date in text, text.
fn said(line: &str) -> [String; 5] {
    let marker = one(line);
    let date = |date: Option<Box<(Date, Excerpt)>>| {
        date.map_or_else(String::new, |date| date.0.to_string())
    };
    [
        marker.owner.map_or_else(String::new, |owner| owner.0),
        [marker.issues, marker.links].concat().join(" "),
        date(marker.date),
        date(marker.date_in_text),
        marker.text,
    ]
}

#[test]
fn a_marker_names_its_owner_issue_and_date() {
    let cases = [
        ("// TODO: drop", ["", "", "", "", "drop"]),
        ("// TODO", ["", "", "", "", ""]),
        ("// TODO(ann): drop", ["ann", "", "", "", "drop"]),
        ("// TODO(@ann) drop", ["@ann", "", "", "", "drop"]),
        ("// TODO (@ann): drop", ["@ann", "", "", "", "drop"]),
        ("// TODO (ann): drop", ["ann", "", "", "", "drop"]),
        ("// TODO (again) drop", ["", "", "", "", "(again) drop"]),
        ("// TODO @ann: drop", ["@ann", "", "", "", "drop"]),
        ("// TODO: @ann drop", ["@ann", "", "", "", "drop"]),
        (
            "// TODO: @Override drop",
            ["", "", "", "", "@Override drop"],
        ),
        (
            "// TODO(@acme/payments, #12): x",
            ["@acme/payments", "#12", "", "", "x"],
        ),
        (
            "// TODO(ann@acme.com): x",
            ["ann@acme.com", "", "", "", "x"],
        ),
        ("// TODO(#12): x", ["", "#12", "", "", "x"]),
        ("// TODO(b/123): x", ["", "b/123", "", "", "x"]),
        ("// TODO(ABC-1): x", ["", "ABC-1", "", "", "x"]),
        ("// TODO(1234): x", ["", "1234", "", "", "x"]),
        (
            "// TODO(acme/shop#12): x",
            ["", "acme/shop#12", "", "", "x"],
        ),
        (
            "// TODO(https://x.io/1): x",
            ["", "https://x.io/1", "", "", "x"],
        ),
        ("// TODO(2027-01-01): x", ["", "", "2027-01-01", "", "x"]),
        (
            "// TODO(ann, 2027-01-01, #3) x",
            ["ann", "#3", "2027-01-01", "", "x"],
        ),
        (
            "// TODO(ann until 2027-01-01): x",
            ["ann", "", "2027-01-01", "", "x"],
        ),
        ("// TODO [2027-01-01]: x", ["", "", "2027-01-01", "", "x"]),
        (
            "// TODO (@ann) [2027-01-01] x",
            ["@ann", "", "2027-01-01", "", "x"],
        ),
        (
            "// TODO: x [2027-01-01]",
            ["", "", "2027-01-01", "", "x [2027-01-01]"],
        ),
        (
            "// TODO: x, expires: 2027-01-01.",
            ["", "", "2027-01-01", "", "x, expires: 2027-01-01."],
        ),
        (
            "// TODO: x by 2027-01-01",
            ["", "", "", "2027-01-01", "x by 2027-01-01"],
        ),
        (
            "// TODO: x until 2027-01-01, y",
            ["", "", "", "2027-01-01", "x until 2027-01-01, y"],
        ),
        (
            "// TODO(2026-13-40): x",
            ["", "", "", "", "(2026-13-40): x"],
        ),
        (
            "// TODO(this is slow): x",
            ["", "", "", "", "(this is slow): x"],
        ),
        (
            "// TODO: released 2027-01-01",
            ["", "", "", "", "released 2027-01-01"],
        ),
        (
            "// TODO: see #12 and ABC-7.",
            ["", "#12 ABC-7", "", "", "see #12 and ABC-7."],
        ),
        (
            "// TODO: read UTF-8 as SHA-256",
            ["", "", "", "", "read UTF-8 as SHA-256"],
        ),
        (
            "// TODO: see (https://x.io/a#b).",
            ["", "https://x.io/a#b", "", "", "see (https://x.io/a#b)."],
        ),
        ("// TODO: x\n  // see #12", ["", "#12", "", "", "x"]),
        ("// TODO: x\n\n// see #12", ["", "", "", "", "x"]),
        ("// TODO: x\nlet y = 1; // see #12", ["", "", "", "", "x"]),
        ("/* TODO: x\n * see #12 */", ["", "#12", "", "", "x"]),
        ("/* TODO: x */ // #12", ["", "", "", "", "x"]),
        ("x(); // TODO(ann)", ["ann", "", "", "", ""]),
        ("//nolint:x //FIXME(naming)", ["", "", "", "", "(naming)"]),
        ("//nolint:x // TODO(@ann)", ["@ann", "", "", "", ""]),
        ("//nolint:x // TODO(ann): y", ["ann", "", "", "", "y"]),
        ("// TODO(ann", ["", "", "", "", "(ann"]),
        ("// TODO(ann/bob): x", ["ann/bob", "", "", "", "x"]),
        ("// TODO(ann, bob): x", ["ann", "", "", "", "x"]),
        ("// TODO(@ann/@bob): x", ["@ann", "", "", "", "x"]),
        ("// TODO(search team) x", ["search team", "", "", "", "x"]),
        (
            "// TODO(search team, #1) x",
            ["search team", "#1", "", "", "x"],
        ),
        (
            "// TODO (search team) x",
            ["", "", "", "", "(search team) x"],
        ),
        (
            "// TODO(ask the right team) x",
            ["", "", "", "", "(ask the right team) x"],
        ),
        (
            "// TODO(acme/shop/issues/12): x",
            ["", "acme/shop/issues/12", "", "", "x"],
        ),
        (
            "// TODO(acme-x/shop/pull/12): x",
            ["", "acme-x/shop/pull/12", "", "", "x"],
        ),
        (
            "// TODO(acme/shop/-/issues/12): x",
            ["", "acme/shop/-/issues/12", "", "", "x"],
        ),
        (
            "// TODO: see acme/shop/issues/12",
            ["", "", "", "", "see acme/shop/issues/12"],
        ),
        ("// TODO(src/a.rs): y", ["", "", "", "", "(src/a.rs): y"]),
        ("// TODO(x/): y", ["", "", "", "", "(x/): y"]),
    ];
    for (line, expected) in cases {
        assert_eq!(said(line), expected.map(str::to_owned), "{line}");
    }
}

#[test]
fn excerpts_mark_the_word_the_owner_and_the_date() {
    let marker = one("x(); // TODO(ann, 2027-01-01): x");
    assert_eq!(marker.excerpt.marked(), "TODO");
    assert_eq!(marker.owner.expect("an owner").1.marked(), "ann");
    assert_eq!(marker.date.expect("a date").1.marked(), "2027-01-01");
}

#[test]
fn where_a_marker_stands_is_told() {
    assert!(one("//nolint:x //TODO x").at_start);
    assert!(!one("// finds each TODO: x").at_start);
}

#[test]
fn only_whole_words_in_comments_are_markers_and_one_a_line() {
    for source in [
        "\"TODO: x\"",
        "todo!()",
        "// todo",
        "// TODOS, XTODO, TODO_x, XXXXXX",
        "TODO()",
        "// XXX-123",
    ] {
        assert_eq!(read_in("a.rs", source), [], "{source}");
    }
    let two = read_in("a.rs", "\"TODO\" // XXX and FIXME\n// HACK");
    let words: Vec<&str> = two.iter().map(|marker| marker.word.as_str()).collect();
    assert_eq!(words, ["XXX", "HACK"]);
}

#[test]
fn words_are_whole_where_they_end_in_letters() {
    let words = MarkerWords::new(&["@hack".to_owned(), String::new()]).expect("one word");
    assert!(words.any(b"(@hack)"));
    assert!(!words.any(b"@hacked"));
    assert!(!MarkerWords::new(&[]).expect("no word").any(b"TODO"));
}

#[test]
fn many_markers_are_counted_and_a_long_line_is_read_once() {
    let text = Text::new(RepoPath::from("a.rs"), b"// TODO x\n".repeat(100_000));
    let language = Language::of(b"a.rs", b"").expect("Rust");
    let found = read(&text, language, &words(), 10);
    assert_eq!((found.markers.len(), found.beyond), (10, 99_990));
    let line = [b"// ".as_slice(), &b"TODO(a) ".repeat(1 << 17)].concat();
    let found = read(
        &Text::new(RepoPath::from("a.rs"), line),
        language,
        &words(),
        10,
    );
    assert_eq!((found.markers.len(), found.beyond), (1, 0));
    assert!(found.markers[0].text.len() <= CLIP);
}

proptest! {
    #[test]
    fn nothing_panics(parts in prop::collection::vec(prop::sample::select(&[
        "TODO", "XXX", "(", ")", "[", "]", "@", ":", "#", "1", "-", "//", "/*", "*/", "\n", " ", "a", "ä", "2027-01-01",
        "https://", "by ", ",", "\u{2028}", "\"", "b/", "@acme/x",
    ][..]), 0..40), cut in any::<prop::sample::Index>()) {
        let mut bytes = parts.concat().into_bytes();
        bytes.truncate(cut.index(bytes.len() + 1));
        let text = Text::new(RepoPath::from("f"), bytes);
        for language in syntaxes::ALL {
            let found = read(&text, language, &words(), 3);
            prop_assert!(found.markers.len() <= 3);
            prop_assert!(found.markers.iter().all(|marker| marker.excerpt.marked() == marker.word));
        }
    }
}
