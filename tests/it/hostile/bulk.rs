//! Files that are large, deep, broken, or none for people. What they show is what can be had of them in
//! time and within bounds; what is left out is told, and never taken for nothing.

use std::fs::OpenOptions;

use serde_json::Value;

use crate::sandbox::{Sandbox, lines_of};

const NOTHING: [&str; 0] = [];

/// Each marker is a finding of its own, and all documents are read.
const POLICY: &str = "\
extends = [\"bailiwick:strict\"]
[documents]
links = [\"*.md\"]
[rules]
\"debt/untracked-marker\" = { level = \"warning\", each = true }
\"debt/ownerless-marker\" = \"off\"
";

/// A folder in which somebody owns everything.
fn shop() -> Sandbox {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n* @bob\n");
    shop.write(
        "bailiwick.toml",
        format!("{POLICY}\"codeowners/*\" = \"off\"\n\"ownership/*\" = \"off\"\n"),
    );
    shop
}

/// `path:line` of each marker.
fn markers(shop: &Sandbox) -> Vec<String> {
    let findings = shop.findings(["--select", "debt/untracked-marker"]);
    let place = |line: &String| line.rsplit(' ').next().unwrap().to_owned();
    findings.iter().map(place).collect()
}

/// The gaps of a report, as `kind path reason`.
fn gaps(report: &Value) -> Vec<String> {
    let gaps = report["missing_data"].as_array().unwrap().iter();
    let text = |gap: &Value, key: &str| gap[key].as_str().unwrap_or("-").to_owned();
    gaps.map(|gap| {
        ["kind", "path", "reason"]
            .map(|key| text(gap, key))
            .join(" ")
    })
    .collect()
}

#[test]
fn binary_files_with_names_of_text_show_nothing() {
    let shop = shop();
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR // TODO: no text\n# TODO: no text\n[x](gone)\n";
    let program = [&b"\x7fELF\x02\x01\x01\0"[..], b"# TODO: no text\n"].concat();
    for name in [
        "a.rs",
        "b.py",
        "run",
        "README.md",
        "runbooks/x.md",
        "docs.md",
    ] {
        shop.write(name, picture);
        shop.write(format!("more/{name}"), &program);
    }
    let report = shop.report(["--select", "*"]);
    assert_eq!(lines_of(&report["findings"]), NOTHING);
    assert_eq!(gaps(&report), NOTHING);
}

#[test]
fn utf16_with_its_mark_is_text() {
    let code = "// täglich\r\nx(); // TODO: one\r\n";
    let document = "# Über uns\r\n\r\n[a](gone) [b](#über-uns)\r\n";
    let plain = |text: &str| text.as_bytes().to_vec();
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = format!("\u{feff}{text}");
        text.encode_utf16().flat_map(bytes).collect()
    };
    let little = |text: &str| utf16(text, u16::to_le_bytes);
    let big = |text: &str| utf16(text, u16::to_be_bytes);
    let encode = |text: &str| [plain(text), marked(text), little(text), big(text)];
    let mut first = None;
    for (code, document) in encode(code).iter().zip(encode(document)) {
        let shop = shop();
        shop.write("a.cs", code);
        shop.write("README.md", document);
        let report = shop.report(NOTHING);
        assert_eq!(
            lines_of(&report["findings"]),
            [
                "warning documentation/broken-link README.md:3",
                "warning debt/untracked-marker a.cs:2"
            ]
        );
        // The same lines, columns and excerpts, whatever the encoding.
        let findings = report["findings"].clone();
        assert_eq!(*first.get_or_insert(findings.clone()), findings);
    }
    // Without its mark it is binary, as it is for git; cut off within a character it is what it is.
    let shop = shop();
    shop.write("a.cs", &little(code)[2..]);
    shop.write("b.cs", &little(code)[..little(code).len() - 1]);
    assert_eq!(markers(&shop), ["b.cs:2"]);
}

#[cfg(target_os = "linux")]
#[test]
fn two_gigabytes_are_not_read() {
    let names = ["a.rs", "README.md", "runbooks/x.md", "run"];
    let shop = shop();
    let grow = |name: &str| {
        shop.write(name, "# TODO: one\n");
        let file = OpenOptions::new()
            .write(true)
            .open(shop.path(name))
            .unwrap();
        // A hole: it takes no room on the disk, and reading it gives zeros without end.
        file.set_len(2 << 30).unwrap();
    };
    names.iter().for_each(|name| grow(name));
    // Whoever reads one of them has no memory left.
    let check = |more: &[&str]| {
        let mut command = shop.command("sh");
        command.args(["-c", "ulimit -v 1500000; exec \"$@\"", "sh"]);
        command.args([env!("CARGO_BIN_EXE_bailiwick"), "check", "--format", "json"]);
        let output = command
            .args(more)
            .env("RAYON_NUM_THREADS", "2")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            said,
        )
    };
    let (code, out, said) = check(&[]);
    assert_eq!(code, Some(0), "{said}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let told = &gaps(&report)[..];
    let [told] = told else { panic!("{told:?}") };
    assert!(
        told.starts_with(
            "too-large - 4 files were not read, such as `README.md`: it has 2147483648 bytes"
        ),
        "{told}"
    );
    assert_eq!(lines_of(&report["findings"]), NOTHING);
    for name in [
        "CODEOWNERS",
        "people.toml",
        "baseline.json",
        "bailiwick.toml",
    ] {
        grow(name);
        if name == "people.toml" {
            let roster = "[[rosters]]\nfile = \"people.toml\"\n";
            shop.write("bailiwick.toml", format!("{POLICY}{roster}"));
        }
        let more: &[&str] = match name {
            "baseline.json" => &["--policy", "CODEOWNERS", "--baseline", name],
            _ => &[],
        };
        let (code, out, said) = check(more);
        match name {
            // The forge loads none of it.
            "CODEOWNERS" => assert_eq!(code, Some(0), "{out}{said}"),
            _ => {
                assert_eq!(code, Some(2), "{name}: {out}{said}");
                assert!(said.contains("bytes"), "{name}: {said}");
            }
        }
    }
}

#[test]
fn a_line_of_megabytes_is_told_in_a_window() {
    let shop = shop();
    let long = "x = 1; ".repeat(30_000);
    shop.write(
        "a.rs",
        format!("{long}// TODO: far\n{long}\n// TODO: {long}\n"),
    );
    shop.write("b.py", format!("{}# TODO: far", "'' ".repeat(50_000)));
    shop.write("c.rs", format!("// TODO({})\n", "a".repeat(200_000)));
    shop.write("d.md", format!("[{long}](gone/{})\n", "y".repeat(200_000)));
    shop.write("e.rs", vec![b'x'; 17 << 20]);
    let all = ["a.rs:1", "a.rs:3", "b.py:1", "c.rs:1"];
    assert_eq!(markers(&shop), all);
    for format in [
        "human", "concise", "json", "sarif", "github", "markdown", "gitlab", "junit", "rdjson",
    ] {
        let run = shop.run(["check", "--format", format, "--fail-on", "never", "-v"]);
        let rules = if format == "sarif" { 400_000 } else { 0 };
        assert!(
            run.exits(0).len() < rules + 30_000,
            "{format}: {}",
            run.stdout.len()
        );
    }
    let report = shop.report(NOTHING);
    assert_eq!(report["findings"][0]["location"]["column"], 30_000 * 7 + 4);
    assert_eq!(
        gaps(&report),
        ["too-large e.rs it has 17825792 bytes or more; files of up to 16777216 bytes are read"]
    );
}

#[test]
fn of_too_many_markers_the_first_are_kept_and_the_others_counted() {
    let shop = shop();
    let many = "//TODO(#1)\n".repeat(30_000);
    shop.write("a.rs", &many);
    let report = shop.report(NOTHING);
    assert_eq!(lines_of(&report["findings"]), NOTHING);
    assert_eq!(
        gaps(&report),
        [
            "too-large a.rs it holds more than is kept of one file, so that the rest was not judged, 20,000 markers among them"
        ]
    );
    let run = shop.run(["check"]);
    assert!(run.exits(0).len() < 5_000, "{}", run.stdout.len());
    // Several such files are one gap.
    shop.write("b.rs", many);
    shop.write("c.rs", "#[allow(x)] // since it is so\n".repeat(11_000));
    let told = gaps(&shop.report(NOTHING));
    assert_eq!(
        told,
        [
            "too-large - 3 files, such as `a.rs`, hold more than is kept of one file, so that the rest was not judged, 40,000 markers among them"
        ]
    );
}

#[test]
fn comments_and_strings_that_do_not_end() {
    // A file, and the lines on which its markers stand.
    let cases: [(&str, &str, &[u32]); 26] = [
        ("open.rs", "/* TODO: a\n\n// TODO: b\n", &[1, 3]),
        ("nested.rs", "/* /* */\nTODO: a */\nlet TODO = 1;\n", &[2]),
        ("string.rs", "let s = \"open\n// TODO: a\n", &[]),
        ("raw.rs", "let s = r##\"open \"#\n// TODO: a\n", &[]),
        (
            "lifetime.rs",
            "fn f<'a>() {} // TODO: a\nlet c = '\"'; // TODO: b\n",
            &[1, 2],
        ),
        ("flat.c", "/* /* */\nint TODO;\n// TODO: a\n", &[3]),
        ("string.c", "char *s = \"open\n// TODO: a\n", &[2]),
        (
            "escape.c",
            "char *s = \"\\\\\"; // TODO: a\nchar c = '\\\n// TODO: b\n",
            &[1, 3],
        ),
        ("raw.cpp", "auto s = R\"x(open)y\"\n// TODO: a\n", &[]),
        ("open.js", "let s = `${`${\n// TODO: a\n", &[2]),
        (
            "regex.js",
            "let r = /[/\"]/; // TODO: a\nlet s = 'open\n// TODO: b\n",
            &[1, 3],
        ),
        ("open.py", "x = '''open\n# TODO: a\n", &[]),
        ("docs.py", "'''open\nTODO: a\n", &[2]),
        ("string.py", "x = 'open\n# TODO: a\n", &[2]),
        // Without an end `<<` is a shift.
        ("here.sh", "cat <<EOF\n# TODO: a\n", &[2]),
        ("word.sh", "echo a#TODO\necho ${#TODO} # TODO: a\n", &[2]),
        (
            "level.lua",
            "--[==[ TODO: a\n]=] TODO: b\n]==] TODO()\n-- TODO: c\n",
            &[1, 2, 4],
        ),
        (
            "nested.hs",
            "{- {- -}\nTODO: a -}\ntodo -- TODO: b\n",
            &[2, 3],
        ),
        ("nested.ml", "(* (* *)\nTODO: a *)\n", &[2]),
        ("open.html", "<!-- open\nTODO: a\n", &[2]),
        (
            "closed.html",
            "<!-- x -->\nTODO: a\n<!-- TODO: b --\n",
            &[3],
        ),
        ("open.md", "TODO: a\n<!-- TODO: b\n", &[2]),
        ("open.sql", "/* TODO: a\n-- TODO: b\n", &[1, 2]),
        ("open.css", "a { } /* TODO: a", &[1]),
        ("lonely.go", "s := `open\n// TODO: a\n", &[]),
        ("open.rb", "=begin\nTODO: a\n", &[2]),
    ];
    let shop = shop();
    let mut expected = Vec::new();
    for (name, content, lines) in cases {
        shop.write(name, content);
        expected.extend(lines.iter().map(|line| format!("{name}:{line}")));
    }
    expected.sort();
    assert_eq!(markers(&shop), expected);
}

#[test]
fn comments_of_any_depth() {
    let shop = shop();
    let deep = 100_000;
    for (name, open, close) in [
        ("a.rs", "/*", "*/"),
        ("a.hs", "{-", "-}"),
        ("a.ml", "(*", "*)"),
        ("a.swift", "/*", "*/"),
        ("a.js", "`${", "}`"),
    ] {
        let (open, close) = (open.repeat(deep), close.repeat(deep));
        shop.write(format!("open/{name}"), format!("{open}\n TODO: a"));
        shop.write(format!("closed/{name}"), format!("{open}{close}\n TODO: a"));
    }
    let found = markers(&shop);
    // What is not closed goes on to the end of the file; in a template of JavaScript it is code.
    assert_eq!(
        found,
        [
            "open/a.hs:2",
            "open/a.ml:2",
            "open/a.rs:2",
            "open/a.swift:2"
        ]
    );
}

#[test]
fn documents_of_any_size_and_depth() {
    let many = 100_000;
    let links = "[x](gone) ".repeat(many);
    let headings: String = (0..2_000)
        .map(|n| format!("# a{n}\n[x](#b{n})\n"))
        .collect();
    let cases = [
        ("links.md", links),
        ("headings.md", headings),
        (
            "more-headings.md",
            "# a\n".repeat(25_000) + "[x](#a-24999)\n",
        ),
        ("quotes.md", ">".repeat(many)),
        ("brackets.md", "[".repeat(many)),
        ("pairs.md", "[".repeat(many) + &"]".repeat(many)),
        ("nested.md", "[x](".repeat(many) + &")".repeat(many)),
        ("images.md", "![".repeat(many) + &"](x)".repeat(many)),
        ("stars.md", "*a **b ".repeat(many)),
        ("ticks.md", (0..500).map(|n| "`".repeat(n) + " ").collect()),
        ("lists.md", "* ".repeat(many)),
        ("html.md", "<a href=\"".repeat(many)),
        ("comments.md", "<!--".repeat(many)),
        (
            "definitions.md",
            format!("[a]: {}\n\n{}", "x".repeat(100_000), "[a] ".repeat(many)),
        ),
        ("folders.md", format!("[x]({}y)\n", "a/".repeat(500_000))),
        ("up.md", format!("[x]({}y)\n", "../".repeat(500_000))),
        (
            "tables.md",
            "|a".repeat(many) + "\n" + &"|-".repeat(many) + "\n|x\n",
        ),
    ];
    let cut = ["links.md", "more-headings.md", "images.md"];
    let broken = [
        "links.md",
        "headings.md",
        "images.md",
        "nested.md",
        "definitions.md",
    ];
    for (name, content) in cases {
        let shop = shop();
        shop.write(name, &content);
        let report = shop.report(NOTHING);
        let told = gaps(&report);
        assert_eq!(
            told.len(),
            usize::from(cut.contains(&name)),
            "{name}: {told:?}"
        );
        let text = report.to_string();
        // Each of the ten thousand links that are kept has its place in JSON, and no more.
        let most = match broken.contains(&name) {
            true => 16_000_000,
            false => 60_000,
        };
        assert!(text.len() < most, "{name}: {}", text.len());
        let found = lines_of(&report["findings"]);
        assert_eq!(
            found.is_empty(),
            !broken.contains(&name),
            "{name}: {found:?}"
        );
    }
}
