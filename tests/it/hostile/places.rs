//! What is no file, may not be read or written, or is a link to elsewhere.

use std::fs;

use serde_json::json;

use crate::sandbox::{Sandbox, lines_of};

const NOTHING: [&str; 0] = [];

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

#[test]
fn an_ownership_file_that_is_no_file() {
    use std::os::unix::fs::symlink;
    let shop = Sandbox::folder("-- a --\n");
    shop.write("../secret", "* @s3cret\n");
    let unreadable = |shop: &Sandbox, kind: &str| {
        let report = shop.report(NOTHING);
        assert_eq!(
            report["missing_data"][0]["path"], "CODEOWNERS",
            "{report:#}"
        );
        assert_eq!(report["missing_data"][0]["kind"], kind);
        // Who owns what is not known; that is neither "nobody" nor a missing file.
        assert_eq!(lines_of(&report["findings"]), NOTHING);
        assert!(!report["skipped"].as_array().unwrap().is_empty());
        assert!(!report.to_string().contains("s3cret"));
        let run = shop.run(["check", "-v"]);
        let text = run.exits(3);
        assert!(text.contains("who owns what is unknown"), "{text}");
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
    let gaps: Vec<_> = report["missing_data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| &gap["path"])
        .collect();
    assert_eq!(gaps, [&json!("CODEOWNERS"), &json!("closed")]);
    assert_eq!(report["summary"]["files"], 2);
}

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
