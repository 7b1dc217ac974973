//! Contents, names and depths of files.

use std::fs;

use crate::sandbox::Sandbox;

const NOTHING: [&str; 0] = [];

#[test]
fn three_megabytes_and_a_byte() {
    let shop = Sandbox::repository("-- a --\n");
    let oversized = "error codeowners/oversized-file CODEOWNERS";
    let megabytes = 3 * 1024 * 1024;
    for (size, expected) in [
        (
            megabytes - 1,
            "warning codeowners/oversized-file CODEOWNERS",
        ),
        (megabytes, oversized),
        (megabytes + 1, oversized),
        (50_000_000, oversized),
    ] {
        let mut content = b"* @ann\n".to_vec();
        content.resize(size, b'#');
        shop.write("CODEOWNERS", content);
        shop.git(["add", "CODEOWNERS"]);
        assert_eq!(shop.findings(NOTHING), [expected], "{size}");
        // The forge loads nothing of it.
        let owners = shop.run(["owners", "--format", "tsv", "a"]);
        let owned = if size < megabytes {
            "a\t@ann\t1\n"
        } else {
            "a\t\t\n"
        };
        assert_eq!(owners.exits(0), owned, "{size}");
    }
    let stdin = shop
        .bailiwick(["owners", "--codeowners", "CODEOWNERS", "--stdin"])
        .input("a")
        .run();
    stdin.exits(2);
}

#[test]
fn lines_of_any_length() {
    let megabytes = 50_000_000;
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n");
    // Fifty megabytes on one line: as a path, and in the files that are read.
    let run = shop
        .bailiwick(["owners", "--stdin", "-q"])
        .input(vec![b'x'; megabytes])
        .run();
    assert!(run.exits(0).len() > megabytes);
    shop.write("bailiwick.toml", vec![b'x'; megabytes]);
    shop.run(["check"]).exits(2);
    shop.run([
        "check",
        "--baseline",
        "bailiwick.toml",
        "--policy",
        "../none",
    ])
    .exits(2);
    fs::remove_file(shop.path("bailiwick.toml")).unwrap();
    // Almost three on one line of the ownership file.
    for line in [
        "x".repeat(2_900_000),
        "*".repeat(2_900_000),
        "a/".repeat(1_400_000),
        "**/".repeat(900_000),
        "*a".repeat(1_400_000),
        format!("* {}", "@ann ".repeat(500_000)),
        format!("* {}", "@a".repeat(1_400_000)),
        format!(
            "# bailiwick: allow({})",
            "codeowners/dead-pattern,".repeat(100_000)
        ),
        "/x/ @ann\n".repeat(3_000),
        "!".repeat(2_900_000),
        "!\n".repeat(50_000),
    ] {
        shop.write("CODEOWNERS", format!("{line}\n"));
        let run = shop.run(["check"]);
        // People see some of it.
        let most = if line.contains('\n') { 12_000 } else { 8_000 };
        let length = run.stdout.len();
        assert!(length < most, "{} {length}", &line[..9]);
        shop.bailiwick(["owners", "--stdin"])
            .input("a/a/a/a\nxx/aa")
            .run()
            .exits(0);
    }
}

#[test]
fn a_pattern_of_megabytes_is_clipped_in_every_format() {
    let shop = Sandbox::folder("-- a --\n");
    let name = "x".repeat(2_900_000);
    let owner = format!("@{}", "a".repeat(2_900_000));
    let many = "@ann ".repeat(500_000);
    let lines = [
        (
            format!("* @ann\n/{name}/ @ann\n"),
            "codeowners/dead-pattern",
        ),
        (format!("* @ann\n!{name} @ann\n"), "codeowners/invalid-line"),
        (
            format!("* {owner} @a @b @c @d @e\n"),
            "codeowners/crowded-line",
        ),
        (
            format!("* @a @b @c @d @e {many}\n"),
            "codeowners/crowded-line",
        ),
    ];
    for (text, rule) in lines {
        shop.write("CODEOWNERS", text);
        let formats = [
            "human", "json", "sarif", "concise", "github", "markdown", "gitlab", "junit", "rdjson",
        ];
        let all = rule == "codeowners/dead-pattern";
        for format in &formats[..if all { 9 } else { 2 }] {
            let check = ["check", "--format", format, "--fail-on", "never"];
            let run = shop.run([&check[..], &["--select", rule, "-v"]].concat());
            assert!(run.exits(0).contains(rule), "{rule} {format}");
            // The rules themselves take most of the room in SARIF.
            let most = if *format == "sarif" { 400_000 } else { 15_000 };
            let length = run.stdout.len();
            assert!(length < most, "{rule} {format}: {length}");
        }
        if all {
            let message = &shop.report(["--select", rule])["findings"][0]["message"];
            let message = message.as_str().unwrap();
            assert!(message.starts_with("pattern `/xxx"), "{message}");
            assert!(
                message.ends_with("xxx/` matches no tracked file"),
                "{message}"
            );
        }
    }
    // Other lines name a long one by its ends.
    let files = (0..300).map(|n| format!("-- f{n} --\n"));
    shop.add(&files.collect::<String>());
    let short: String = (0..300).map(|n| format!("/f{n} @eve\n")).collect();
    shop.write(
        "CODEOWNERS",
        format!("{short}/{}* @ann\n", "**/".repeat(200_000)),
    );
    let run = shop.run(["check", "--format", "concise"]);
    assert_eq!(run.exits(0).matches("shadowed-pattern").count(), 300);
    assert!(run.stdout.len() < 300_000, "{}", run.stdout.len());
}

#[test]
fn owners_of_megabytes_are_not_kept_with_each_finding() {
    let shop = Sandbox::folder("");
    let owners: String = (0..200_000).map(|n| format!(" @a{n}")).collect();
    shop.write("CODEOWNERS", format!("*{owners}\n"));
    shop.write("a.rs", "// TODO [2020-01-01]\n".repeat(1_000));
    let run = shop.run(["check", "--select", "debt/*", "--format", "json"]);
    assert!(run.exits(0).len() < 3_000_000, "{}", run.stdout.len());
    let report = run.json();
    let finding = &report["findings"][0];
    assert_eq!(finding["owners"].as_array().unwrap().len(), 20);
    assert_eq!(finding["more_owners"], true);
}

#[test]
fn comments_of_an_ownership_file_are_placed_in_time() {
    let shop = Sandbox::folder("");
    let allow = "#bailiwick:allow(codeowners/dead-pattern)x\n".repeat(50_000);
    shop.write("CODEOWNERS", format!("* @ann\n{allow}/gone @ann\n"));
    let report = shop.report(["--select", "codeowners/dead-pattern"]);
    assert_eq!(report["summary"]["suppressed"], 1);
}

#[test]
fn folders_of_any_depth() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\nd/d/ @bob\n**/e @eve\n");
    // As deep as one path can be on this system.
    let mut deep = "d/".repeat(1500);
    while fs::create_dir_all(shop.path(&deep)).is_err() {
        deep.truncate(deep.len() / 4 * 2);
    }
    shop.write(format!("{deep}f"), "");
    let run = shop.run(["owners", "--format", "tsv"]);
    assert!(run.exits(0).contains("f\t@bob\t2\n"), "{}", run.stdout);
    shop.run(["check"]).exits(0);
    shop.git(["init", "-q"]);
    shop.commit();
    shop.run(["check"]).exits(0);
    shop.run(["check", "--at", "HEAD"]).exits(0);
    // And deeper than any file.
    let segments = "d/".repeat(99_999);
    let paths = format!("{segments}x\n{segments}e\n{segments}x/e/f\n");
    let run = shop
        .bailiwick(["owners", "--stdin", "--format", "tsv"])
        .input(paths)
        .run();
    let lines = run
        .exits(0)
        .lines()
        .map(|line| line.rsplit('\t').next().unwrap());
    assert_eq!(lines.collect::<Vec<_>>(), ["2", "3", "3"]);
    shop.write(
        "CODEOWNERS",
        "**/d/**/d/**/d/**/d/**/d/*z* @ann\n*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/z @ann\n",
    );
    let many = "d/".repeat(2_000) + "x\n";
    let run = shop
        .bailiwick(["owners", "--stdin", "--format", "tsv"])
        .input(many.repeat(50))
        .run();
    assert_eq!(
        run.exits(0)
            .lines()
            .filter(|line| line.ends_with("\t\t"))
            .count(),
        50
    );
}

#[test]
fn encodings_and_line_ends() {
    let shop = Sandbox::repository("-- a b/c --\n-- \u{e4} --\n");
    // A byte order mark, and the line ends of Windows.
    shop.write(
        "CODEOWNERS",
        b"\xef\xbb\xbf# c\r\n* @ann\r\n/a\\ b/ @bob\r\n\xc3\xa4 @eve\r",
    );
    shop.git(["add", "."]);
    let run = shop.run(["owners", "--format", "tsv"]);
    assert_eq!(
        run.exits(0),
        "CODEOWNERS\t@ann\t2\na b/c\t@bob\t3\n\u{e4}\t@eve\t4\n"
    );
    assert_eq!(shop.findings(NOTHING), NOTHING);
    // UTF-16, NUL and every byte there is: a model, findings and valid JSON.
    let utf16: Vec<u8> = "* @ann\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let all: Vec<u8> = (0..=255).collect();
    for content in [
        utf16,
        vec![0; 1000],
        all.repeat(20),
        b"\xff\xfe* @ann\n\xff \xfe\n".to_vec(),
        b"\r\r\r".to_vec(),
    ] {
        shop.write("CODEOWNERS", &content);
        for format in ["human", "concise"] {
            shop.run(["check", "--format", format]);
        }
        shop.report(NOTHING);
        shop.run(["owners", "--format", "json"]).json();
    }
    // A policy that is not UTF-8 is an error at its place.
    shop.write("bailiwick.toml", b"reviewed = \"\xff\"\n");
    let run = shop.run(["check"]);
    run.exits(2);
    assert!(run.stderr.contains("bailiwick.toml:1:13"), "{}", run.stderr);
    shop.write("bailiwick.toml", b"\xef\xbb\xbfreviewed = 2026-01-01\r\n");
    shop.report(NOTHING);
}

#[cfg(unix)]
#[test]
fn paths_are_bytes() {
    use std::os::unix::ffi::OsStrExt as _;
    let name = |bytes: &'static [u8]| std::ffi::OsStr::from_bytes(bytes);
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n");
    for bytes in [
        &b"caf\xe9"[..],
        b"a\nb",
        b"a\tb",
        b"a\"b",
        b"a\\b",
        b"a\x7fb",
        b"\xff\xfe/\x01",
    ] {
        shop.write(name(bytes), "");
    }
    for git in [false, true] {
        if git {
            shop.git(["init", "-q"]);
            shop.commit();
        }
        let run = shop.run(["owners", "--format", "tsv"]);
        let paths: Vec<&str> = run
            .exits(0)
            .lines()
            .map(|line| line.split('\t').next().unwrap())
            .collect();
        let mut expected = vec![
            "CODEOWNERS",
            r#""a\tb""#,
            r#""a\nb""#,
            r#""a\"b""#,
            r#""a\\b""#,
            r#""a\177b""#,
            r#""caf\351""#,
            r#""\377\376/\001""#,
        ];
        assert_eq!(paths, expected);
        if git {
            // The same as git quotes them.
            let listed = shop.git(["ls-files"]);
            expected.sort_unstable();
            let mut listed: Vec<&str> = listed.lines().collect();
            listed.sort_unstable();
            assert_eq!(listed, expected);
        }
        let raw = shop.run(["owners", "-0"]);
        assert!(
            raw.bytes
                .starts_with(b"CODEOWNERS\t@ann\t1\0a\tb\t@ann\t1\0a\nb\t")
        );
        // A name that is not UTF-8 can be asked for.
        let run = shop.run([
            name(b"owners"),
            name(b"--format"),
            name(b"tsv"),
            name(b"caf\xe9"),
        ]);
        assert_eq!(run.exits(0), "\"caf\\351\"\t@ann\t1\n");
        shop.run([name(b"check"), name(b"\xff\xfe")]).exits(0);
    }
}
