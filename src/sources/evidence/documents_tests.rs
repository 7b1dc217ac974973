use super::*;
use crate::text::RepoPath;

fn document(content: &str) -> Document {
    read(&Text::new(
        RepoPath::from("a.md"),
        content.as_bytes().to_vec(),
    ))
}

fn links(content: &str) -> Vec<(String, String)> {
    let all = document(content).links.into_iter();
    all.map(|link| (link.target.clone(), link.excerpt.marked().to_owned()))
        .collect()
}

#[test]
fn links_are_found_with_the_place_of_their_target() {
    let pair = |target: &str, marked: &str| (target.to_owned(), marked.to_owned());
    assert_eq!(links("See [a](b.md \"t\")."), [pair("b.md", "b.md")]);
    assert_eq!(links("![i](x.png)"), [pair("x.png", "x.png")]);
    assert_eq!(links("[a][r]\n\n[r]: c.md\n"), [pair("c.md", "c.md")]);
    assert_eq!(links("<a href=\"d.md\">d</a>"), [pair("d.md", "d.md")]);
    assert_eq!(
        links("<p>\n<img src=\"e.png\">\n</p>\n"),
        [pair("e.png", "e.png")]
    );
}

#[test]
fn a_link_by_reference_stands_where_it_is_defined_and_once() {
    let content = "[a], [b][a] and ![c][A].\n\n[c.md]\n\n[d\\]: x]\n\n> [a]: <e f.md> 'e f.md'\n\n\
                   [c.md]: c.md\n[d\\]: x]: y\\_z.md\n[unused]: u.md\n";
    let found = document(content).links;
    let found: Vec<_> = found
        .iter()
        .map(|link| {
            (
                link.target.as_str(),
                link.excerpt.line,
                link.excerpt.marked(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("e f.md", 7, "e f.md"),
            ("c.md", 9, "c.md"),
            // Without the escape it stands nowhere.
            ("y_z.md", 10, "[d\\]: x]: y\\_z.md"),
        ]
    );
}

#[test]
fn code_comments_and_missing_references_are_no_links() {
    for content in [
        "`[a](b)`",
        "```\n[a](b)\n```\n",
        "<!-- [a](b) <a href=\"c\"> -->\n",
        "<!--\n\n<a href=\"c\">\n-->\n",
        "[a][missing]",
        "<https://example.com>",
    ] {
        assert_eq!(links(content), [], "{content}");
    }
}

#[test]
fn headings_have_anchors_and_what_their_sections_say() {
    let document = document(
        "# Disk full\n\n## Meaning\nA disk.\n\n## Impact\nTBD\n\n## Diagnosis\n\n### Steps\n`df`\n## Meaning\n",
    );
    let headings: Vec<_> = document
        .headings
        .iter()
        .map(|it| (it.level, it.text.as_str(), it.anchor.as_str(), it.body))
        .collect();
    assert_eq!(
        headings,
        [
            (1, "Disk full", "disk-full", SectionBody::Text),
            (2, "Meaning", "meaning", SectionBody::Text),
            (2, "Impact", "impact", SectionBody::Placeholder),
            (2, "Diagnosis", "diagnosis", SectionBody::Text),
            (3, "Steps", "steps", SectionBody::Text),
            (2, "Meaning", "meaning-1", SectionBody::Empty),
        ]
    );
    assert_eq!(document.headings[1].excerpt.line, 3);
}

#[test]
fn placeholders_are_told_from_text() {
    for text in [
        "TBD",
        "_To be written_",
        "Coming soon…",
        "...",
        "TODO",
        "Lorem ipsum dolor sit",
    ] {
        assert_eq!(body_of(text), SectionBody::Placeholder, "{text}");
    }
    for text in ["None.", "N/A", "Page @acme/core", "TODO lists are lost"] {
        assert_eq!(body_of(text), SectionBody::Text, "{text}");
    }
}

#[test]
fn anchors_of_html_and_front_matter_are_read() {
    let document =
        document("---\nowner: core\ntitle: \"A: b\"\n---\n<a name=\"Here\"></a>\n\n# T\n");
    assert_eq!(document.anchors, ["here", "t"].map(str::to_owned).into());
    assert_eq!(
        document.front_matter,
        [
            ("owner".to_owned(), "core".to_owned()),
            ("title".to_owned(), "A: b".to_owned())
        ]
    );
}

#[test]
fn words_are_no_links_in_a_document_that_gives_labels() {
    let targets = |content: &str| {
        let all = document(content).links.into_iter();
        all.map(|link| link.target).collect::<Vec<_>>()
    };
    let content = "[a](word) [b](gone.md) [c](a/b) [d](#x)\n";
    assert_eq!(targets(content), ["word", "gone.md", "a/b", "#x"]);
    let labelled = format!("(here)=\n\n{content}");
    assert_eq!(targets(&labelled), ["gone.md", "a/b", "#x"]);
    let lost = super::super::anchors::UNKNOWN;
    assert!(document(&labelled).anchors.contains(lost));
}

#[test]
fn what_pictures_show_is_not_in_the_anchors_of_their_headings() {
    let document = document("# ![logo](x.png) Shop\n\n<h2>\n\n![b](y.png)Till\n\n</h2>\n");
    assert_eq!(document.headings[0].text, "Shop");
    let anchors = ["-shop", "shop", "till"].map(str::to_owned);
    assert_eq!(document.anchors, anchors.into());
}

#[test]
fn headings_in_html_have_anchors_that_count_with_those_of_markdown() {
    let anchors = |content: &str| document(content).anchors.into_iter().collect::<Vec<_>>();
    assert_eq!(
        anchors("<h1 align=\"center\">\n  <img src=\"x.png\">\n  The Shop\n</h1>\n\n# The shop\n"),
        ["----the-shop", "the-shop", "the-shop-1"]
    );
    assert_eq!(
        anchors("<div>\n<h2>\n\n*The* `x`\nShop\n\n</h2>\n</div>\n"),
        ["the-x-shop"]
    );
    assert_eq!(anchors("<!-- <h1>No</h1> -->\n# Yes\n"), ["yes"]);
    let lost = super::super::anchors::UNKNOWN;
    for content in ["<h1>Open\n\n# Yes\n", "<h1>caf&eacute;</h1>\n"] {
        assert!(document(content).anchors.contains(lost), "{content}");
    }
}

#[test]
fn hostile_documents_end() {
    for content in [
        "[".repeat(100_000),
        ">".repeat(100_000),
        "![".repeat(50_000) + &"](x)".repeat(50_000),
        "* ".repeat(20_000),
        "[a](b) ".repeat(100_000),
        "# ".to_owned() + &"a".repeat(1 << 20),
        "<a href=".repeat(50_000),
        "<h1>&#1;".repeat(50_000),
        "<h1\n\n".repeat(50_000),
    ] {
        let document = document(&content);
        assert!(document.links.len() <= MOST);
    }
    assert_eq!(
        read(&Text::new("a.md".into(), b"\xff# [\xfe](x)".to_vec()))
            .links
            .len(),
        1
    );
}
