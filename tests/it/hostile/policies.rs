//! Policies that are wrong, or that reach for what is none of theirs.

use crate::sandbox::Sandbox;

#[test]
fn all_errors_of_a_policy_are_shown_at_their_places() {
    let shop = Sandbox::folder(
        "\
-- bailiwick.toml --
extends = [\"bailiwick:recomended\", \"nowhere.toml\"]
required-version = \"soon\"
reviewed = \"2026-02-30\"
unknown = 1

[files]
exclude = [\"!a\"]

[rules]
\"codeowners/dead-patern\" = \"error\"
\"codeowners/invalid-line\" = \"eror\"
\"ownership/unowned-file\" = { level = \"note\", minimum-coverage = 101 }
\"codeowners/crowded-line\" = { max-owner = 3 }

[[overrides]]
rules.\"*\" = \"off\"

[[exceptions]]
rule = \"codeowners/dead-pattern\"

[[rosters]]
covers = [\"acme\"]
-- CODEOWNERS --
!x @ann
",
    );
    let run = shop.run(["check", "--fail-on", "never"]);
    assert_eq!(run.exits(2), "", "a faulty policy judges nothing");
    let said = run.said();
    for (place, message) in [
        ("1:12", "there is no pack `bailiwick:recomended`"),
        ("1:12", "did you mean `bailiwick:recommended`?"),
        ("1:36", "`nowhere.toml` cannot be read"),
        ("2:20", "is no version requirement"),
        ("3:12", "date"),
        ("4:1", "unknown key `unknown`"),
        ("7:12", "!"),
        ("10:1", "did you mean `codeowners/dead-pattern`?"),
        ("11:29", "did you mean `error`?"),
        ("12:65", "101"),
        ("13:31", "did you mean `max-owners`?"),
        ("15:1", "the override selects nothing"),
        ("18:1", "missing key `reason`"),
        ("21:1", "missing key `file`"),
    ] {
        assert!(
            run.stderr.contains(&format!("bailiwick.toml:{place}]")),
            "{place}: {}",
            run.stderr
        );
        assert!(said.contains(message), "{message}: {}", run.stderr);
    }
    assert!(
        run.stderr
            .lines()
            .last()
            .unwrap()
            .starts_with("error: the policy has "),
        "{}",
        run.stderr
    );
}

#[test]
fn a_policy_reads_nothing_outside_of_the_repository() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n-- sub/a --\n");
    shop.write("../secret.toml", "s3cret = \"s3cret\"\n");
    let absolute = shop.path("../secret.toml").display().to_string();
    let names = [
        "../../etc/passwd",
        "../secret.toml",
        "sub/../../secret.toml",
        "./../secret.toml",
        "/etc/passwd",
        "~/secret.toml",
        "file:///etc/passwd",
        "https://example.org/policy.toml",
        "C:\\\\secret.toml",
        "..\\\\secret.toml",
        "\\u0000",
        "",
        ".",
        "..",
        "sub",
        "sub/",
        ".git/config",
        &absolute,
    ];
    for name in names {
        for policy in [
            format!("extends = [\"{name}\"]\n"),
            format!("[[rosters]]\nfile = \"{name}\"\n"),
        ] {
            shop.write("bailiwick.toml", policy);
            let run = shop.run(["check"]);
            assert_eq!(run.exits(2), "", "{name}");
            assert!(
                run.stderr.contains("bailiwick.toml:"),
                "{name}: {}",
                run.stderr
            );
            assert!(!run.stderr.contains("s3cret"), "{name}: {}", run.stderr);
            assert!(!run.stderr.contains("root:"), "{name}: {}", run.stderr);
        }
    }
}

#[test]
fn a_policy_that_leads_out_is_told_so() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n-- sub/bailiwick.toml --\nroot = true\n");
    for (name, why) in [
        ("../../etc/passwd", "leads out of the repository"),
        ("sub/../../secret.toml", "leads out of the repository"),
        ("/etc/passwd", "is no relative path"),
        ("~/secret.toml", "is no relative path"),
        ("https://example.org/policy.toml", "is a URL"),
    ] {
        for (target, file) in [(".", "bailiwick.toml"), ("sub", "sub/bailiwick.toml")] {
            // The nested root is a repository of its own, and its policy may not even go up to ours.
            shop.write(file, format!("root = true\nextends = [\"{name}\"]\n"));
            let run = shop.run(["check", target]);
            run.exits(2);
            if target == "." || !name.starts_with("sub") {
                assert!(run.stderr.contains("bailiwick.toml:2:12"), "{}", run.stderr);
                assert!(run.said().contains(why), "{name}: {}", run.stderr);
            }
        }
    }
    shop.write(
        "sub/bailiwick.toml",
        "root = true\nextends = [\"../bailiwick.toml\"]\n",
    );
    let run = shop.run(["check", "sub"]);
    run.exits(2);
    assert!(
        run.said().contains("leads out of the repository"),
        "{}",
        run.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_link_is_no_policy() {
    use std::os::unix::fs::symlink;
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n-- a --\n");
    shop.write("../secret.toml", "s3cret = \"s3cret\"\n");
    shop.write("../secrets/a.toml", "s3cret = \"s3cret\"\n");
    let refused = |what: &str| {
        let run = shop.run(["check"]);
        assert_eq!(run.exits(2), "");
        assert!(run.said().contains("symbolic link"), "{}", run.stderr);
        assert!(run.said().contains(what), "{}", run.stderr);
        assert!(!run.stderr.contains("s3cret ="), "{}", run.stderr);
    };
    symlink("../secret.toml", shop.path("bailiwick.toml")).unwrap();
    refused("cannot read the policy `bailiwick.toml`");
    shop.git(["init", "-q"]);
    shop.commit();
    refused("cannot read the policy `bailiwick.toml`");
    let at = shop.run(["check", "--at", "HEAD"]);
    at.exits(2);
    assert!(!at.stderr.contains("s3cret ="), "{}", at.stderr);
    std::fs::remove_file(shop.path("bailiwick.toml")).unwrap();
    symlink("../secret.toml", shop.path("house.toml")).unwrap();
    symlink("../secrets", shop.path("house")).unwrap();
    for name in ["house.toml", "house/a.toml"] {
        for policy in [
            format!("extends = [\"{name}\"]\n"),
            format!("[[rosters]]\nfile = \"{name}\"\n"),
        ] {
            shop.write("bailiwick.toml", policy);
            shop.git(["add", "bailiwick.toml"]);
            refused("bailiwick.toml:");
            refused(name);
        }
    }
    // Whoever names a policy outside may; it may not lead further out.
    shop.write("../policy/policy.toml", "extends = [\"../secret.toml\"]\n");
    let run = shop.run(["check", "--policy", "../policy/policy.toml"]);
    run.exits(2);
    assert!(!run.stderr.contains("s3cret ="), "{}", run.stderr);
}

#[test]
fn a_policy_that_never_ends() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n");
    let deep = |open: &str, close: &str| {
        format!("a = {}{}\n", open.repeat(100_000), close.repeat(100_000))
    };
    let rules: String = (0..20_000)
        .map(|n| format!("\"codeowners/x{n}\" = \"off\"\n"))
        .collect();
    let overrides = "[[overrides]]\npaths = [\"a\"]\nrules.\"*\" = \"off\"\n".repeat(10_000);
    for policy in [
        deep("[", "]"),
        deep("{a=", "}"),
        format!("{}\n", "a.".repeat(100_000)),
        format!("[{}a]\n", "a.".repeat(100_000)),
        format!("[rules]\n{rules}"),
        overrides,
        "extends = [\"bailiwick.toml\"]\n".into(),
        format!("a = \"{}\n", "x".repeat(900_000)),
        format!("[files]\nexclude = [\"{}\"]\n", "**/a*".repeat(100_000)),
    ] {
        shop.write("bailiwick.toml", &policy);
        let run = shop.run(["check"]);
        assert!(run.stderr.len() < 200_000, "{}", run.stderr.len());
    }
}
