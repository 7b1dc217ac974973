//! Contents and kinds of files: what is too large, of no encoding, or no file at all.

use std::fs;

use serde_json::json;

use crate::sandbox::{Sandbox, lines_of};

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
        // What is said of a file is of its size.
        assert!(
            run.stdout.len() < 12_000_000,
            "{} {}",
            &line[..40],
            run.stdout.len()
        );
        shop.bailiwick(["owners", "--stdin"])
            .input("a/a/a/a\nxx/aa")
            .run()
            .exits(0);
    }
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

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n-- a --\n-- loop/a --\n");
    symlink(".", shop.path("loop/self")).unwrap();
    symlink("../loop", shop.path("loop/up")).unwrap();
    symlink("x", shop.path("y")).unwrap();
    symlink("y", shop.path("x")).unwrap();
    symlink("/", shop.path("root")).unwrap();
    for git in [false, true] {
        if git {
            shop.git(["init", "-q"]);
            shop.commit();
        }
        assert_eq!(shop.report(NOTHING)["summary"]["files"], 8);
        let run = shop.run(["owners", "--format", "tsv", "x", "loop", "root"]);
        assert_eq!(run.exits(0).lines().count(), 5);
    }
    shop.run(["check", "x"]).exits(2);
}

#[cfg(unix)]
#[test]
fn an_ownership_file_that_is_no_file() {
    use std::os::unix::fs::symlink;
    let shop = Sandbox::folder("-- a --\n");
    shop.write("../secret", "* @s3cret\n");
    let unreadable = |shop: &Sandbox, kind: &str| {
        let report = shop.report(NOTHING);
        assert_eq!(report["gaps"][0]["path"], "CODEOWNERS", "{report:#}");
        assert_eq!(report["gaps"][0]["kind"], kind);
        // Who owns what is not known; that is neither "nobody" nor a missing file.
        assert_eq!(lines_of(&report["findings"]), NOTHING);
        assert!(!report["skipped"].as_array().unwrap().is_empty());
        assert!(!report.to_string().contains("s3cret"));
        let run = shop.run(["check", "-v"]);
        assert!(run.exits(0).contains(kind), "{}", run.stdout);
        run
    };
    symlink("../secret", shop.path("CODEOWNERS")).unwrap();
    unreadable(&shop, "symbolic-link");
    fs::remove_file(shop.path("CODEOWNERS")).unwrap();
    // A pipe that nobody writes to is no file, and nobody waits for it.
    let pipe = |path: &str| {
        let made = std::process::Command::new("mkfifo")
            .arg(shop.path(path))
            .status();
        assert!(made.unwrap().success());
    };
    pipe("CODEOWNERS");
    assert_eq!(shop.findings(NOTHING), ["note codeowners/missing-file ."]);
    shop.run(["owners", "--codeowners", "CODEOWNERS", "--stdin"])
        .exits(2);
    shop.run(["check", "CODEOWNERS"]).exits(2);
    fs::remove_file(shop.path("CODEOWNERS")).unwrap();
    // A pipe or a folder in place of a tracked file.
    shop.write("CODEOWNERS", "* @ann\n");
    shop.git(["init", "-q"]);
    shop.commit();
    fs::remove_file(shop.path("CODEOWNERS")).unwrap();
    pipe("CODEOWNERS");
    unreadable(&shop, "unreadable");
    fs::remove_file(shop.path("CODEOWNERS")).unwrap();
    shop.write("CODEOWNERS/x", "");
    unreadable(&shop, "unreadable");
    shop.run(["owners", "--codeowners", "CODEOWNERS", "--stdin"])
        .exits(2);
    let plain = Sandbox::folder("-- CODEOWNERS/x --\n");
    assert!(
        plain
            .findings(NOTHING)
            .contains(&"note codeowners/missing-file .".to_owned())
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_a_gap() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n-- closed/a --\n-- open/b --\n");
    let forbid = |path: &str| {
        fs::set_permissions(shop.path(path), fs::Permissions::from_mode(0o000)).unwrap()
    };
    let allow = |path: &str| {
        fs::set_permissions(shop.path(path), fs::Permissions::from_mode(0o755)).unwrap()
    };
    forbid("closed");
    forbid("CODEOWNERS");
    if fs::read(shop.path("CODEOWNERS")).is_ok() {
        println!("left out: this user may read everything");
        allow("closed");
        return;
    }
    let report = shop.report(NOTHING);
    allow("closed");
    let gaps: Vec<_> = report["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| &gap["path"])
        .collect();
    assert_eq!(gaps, [&json!("closed"), &json!("CODEOWNERS")]);
    assert_eq!(report["summary"]["files"], 2);
}

#[cfg(unix)]
#[test]
fn one_file_that_cannot_be_read_is_not_the_end() {
    use std::os::unix::fs::symlink;
    // Attributes are read for the summary: one file of them is a link.
    let shop = Sandbox::repository("-- CODEOWNERS --\n/src/ @ann\n-- src/a --\n-- b --\n");
    symlink("/etc/passwd", shop.path(".gitattributes")).unwrap();
    shop.git(["add", "."]);
    let summary = shop.run(["owners", "--summary", "--format", "json"]).json();
    assert_eq!(summary["owned"], 1);
    assert_eq!(summary["gaps"][0]["path"], ".gitattributes");
    assert!(!summary.to_string().contains("root:"));
    shop.run(["check"]).exits(0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_and_a_closed_folder_leave_the_old_file() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n");
    let run = shop.run(["check", "--output", "json:/dev/full"]);
    run.exits(2);
    assert!(run.said().contains("No space left"), "{}", run.stderr);
    shop.run(["check", "--output", "json:/dev/null"]).exits(0);
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bailiwick"))
        .args(["rules"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("cannot write to stdout"), "{said}");
    // A file that is read-only, a link into the repository's surroundings, a folder.
    shop.write("../report.json", "old");
    fs::set_permissions(
        shop.path("../report.json"),
        fs::Permissions::from_mode(0o444),
    )
    .unwrap();
    symlink("../report.json", shop.path("link.json")).unwrap();
    for place in ["../report.json", "link.json", "../work.json/", "json:.."] {
        shop.run(["check", "--output", place]).exits(2);
    }
    assert_eq!(shop.read("../report.json"), "old");
    let beside = fs::read_dir(shop.path("..")).unwrap().count();
    assert_eq!(beside, 3, "work, home and report.json");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_up_leaves_the_old_file_whole() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n");
    shop.write("../report.json", "old");
    // No file may have more than a block; to reach for more is an error, as on a full disk.
    let limited = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    let mut command = shop.command("sh");
    let program = env!("CARGO_BIN_EXE_bailiwick");
    command.args([
        "-c",
        limited,
        "sh",
        program,
        "check",
        "--output",
        "../report.json",
    ]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot write `../report.json`"), "{said}");
    assert_eq!(shop.read("../report.json"), "old");
    assert_eq!(
        fs::read_dir(shop.path("..")).unwrap().count(),
        3,
        "nothing half is left"
    );
}
