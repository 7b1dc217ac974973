//! How each command ends, and the first of two reasons.

use crate::sandbox::Sandbox;

const REQUIRED: &str = "[rules.\"ownership/unknown-owner\"]\nrequired = true\n";

fn shop(owners: &str, policy: &str) -> Sandbox {
    Sandbox::repository(&format!(
        "-- CODEOWNERS --\n{owners}-- bailiwick.toml --\n{policy}"
    ))
}

#[test]
fn nothing_at_the_threshold_is_0_and_something_is_1() {
    let clean = shop("* @ann\n", "");
    clean.run(["check", "--fail-on", "note"]).exits(0);
    let warning = shop("* @ann\n/gone/ @ann\n", "");
    for (level, code) in [("error", 0), ("warning", 1), ("note", 1), ("never", 0)] {
        warning.run(["check", "--fail-on", level]).exits(code);
    }
    warning.run(["check"]).exits(0);
    let note = shop("* @a @b @c @d @e @f\n", "");
    for (level, code) in [("error", 0), ("warning", 0), ("note", 1), ("never", 0)] {
        note.run(["check", "--fail-on", level]).exits(code);
    }
    let error = shop("* @ann\n!x @ann\n", "");
    for (level, code) in [("error", 1), ("warning", 1), ("note", 1), ("never", 0)] {
        error.run(["check", "--fail-on", level]).exits(code);
    }
    error.run(["check"]).exits(1);
}

#[test]
fn nothing_checked_or_required_facts_missing_is_3() {
    let empty = Sandbox::folder("");
    let run = empty.run(["check"]);
    assert!(
        run.exits(3)
            .contains("Nothing was checked: no file is tracked"),
        "{}",
        run.stdout
    );
    let run = empty.run(["check", "--format", "concise"]);
    assert_eq!(run.exits(3), "");
    assert!(run.said().contains("nothing was checked"), "{}", run.stderr);
    let clean = shop("* @ann\n", "");
    clean.run(["check", "--ignore", "*"]).exits(3);
    let required = shop("* @ann\n", REQUIRED);
    let run = required.run(["check"]);
    assert!(
        run.exits(3).contains("though the policy requires it"),
        "{}",
        run.stdout
    );
    // It is required only where it is to run.
    required
        .run(["check", "--ignore", "ownership/unknown-owner"])
        .exits(0);
}

#[test]
fn an_ownership_file_that_cannot_be_read_is_3_where_a_rule_is_to_judge_by_it() {
    const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    type Damage = fn(&Sandbox);
    let kinds: [(&str, Damage); 4] = [
        ("lfs-pointer", |shop| shop.write("CODEOWNERS", POINTER)),
        ("sparse", |shop| {
            let id = shop.git(["rev-parse", "HEAD:CODEOWNERS"]);
            shop.git(["sparse-checkout", "set", "--no-cone", "/src"]);
            let object = format!(".git/objects/{}/{}", &id[..2], &id[2..]);
            std::fs::remove_file(shop.path(object)).unwrap();
        }),
        ("unreadable", |shop| {
            std::fs::remove_file(shop.path("CODEOWNERS")).unwrap();
            shop.write("CODEOWNERS/x", "");
        }),
        ("unmerged", |shop| {
            shop.git(["checkout", "-q", "-b", "other", "HEAD"]);
            shop.write("CODEOWNERS", "* @bob\n");
            shop.commit();
            shop.git(["checkout", "-q", "main"]);
            shop.write("CODEOWNERS", "* @eve\n");
            shop.commit();
            // It ends with an error, as there is a conflict; that is what it is for.
            let mut merge = shop.command("git");
            merge.args(["merge", "-q", "other"]);
            merge.env("EMAIL", "ada@example.org").output().unwrap();
        }),
    ];
    for (kind, damage) in kinds {
        let shop = Sandbox::repository(
            "-- CODEOWNERS --\n* @ann\n-- src/a.rs --\n// TODO\n-- docs/a.md --\n[gone](b.md)\n",
        );
        shop.run(["check"]).exits(0);
        damage(&shop);
        // Rules that show owners report nothing without them.
        shop.run(["check", "--fail-on", "note"]).exits(3);
        let report = shop.report([""; 0]);
        assert_eq!(report["missing_data"][0]["kind"], kind, "{report:#}");
        let unknown = "who owns what is unknown: CODEOWNERS: it";
        let why = report["incomplete"].as_str().unwrap();
        assert!(why.starts_with(unknown), "{why}");
        assert!(report["summary"]["owned_files"].is_null(), "{report:#}");
        for format in [
            "human", "concise", "json", "sarif", "github", "markdown", "gitlab", "junit", "rdjson",
        ] {
            let run = shop.run(["check", "--format", format]);
            run.exits(3);
            let said = format!("{}{}", run.stdout, run.said());
            assert!(said.contains("who owns what is unknown"), "{said}");
            assert!(
                !said.contains("All clear") && !said.contains("0.0 %"),
                "{said}"
            );
        }
        // Findings of other rules name the owners who should act: these are missing, too.
        let others = ["--select", "debt/*", "--fail-on", "error"];
        shop.run([&["check"][..], &others].concat()).exits(3);
        let off = ["approvals/*", "codeowners/*", "ownership/*"];
        let off = off.map(|family| format!("\"{family}\" = \"off\"\n"));
        shop.write("bailiwick.toml", format!("[rules]\n{}", off.concat()));
        shop.run(["check"]).exits(3);
        // Who asks for owners gets none rather than wrong ones.
        for more in [&[][..], &["--summary"], &["--unowned"], &["src"]] {
            let run = shop.run([&["owners"][..], more].concat());
            assert_eq!(run.exits(3), "");
            assert!(
                run.said()
                    .contains("cannot read the ownership file `CODEOWNERS`: it"),
                "{}",
                run.stderr
            );
            assert!(run.said().contains("help: "), "{}", run.stderr);
        }
        shop.write("../owners", "* @ann\n");
        let named = ["owners", "--codeowners", "../owners", "--unowned"];
        assert_eq!(shop.run(named).exits(0), "");
    }
}

#[test]
fn the_first_reason_decides() {
    // 1 before 3
    let shop = shop("* @ann\n!x @ann\n", REQUIRED);
    shop.run(["check"]).exits(1);
    shop.run(["check", "--fail-on", "never"]).exits(3);
    // 2 before 1 and 3
    shop.run(["check", "--output", "../no/such.json"]).exits(2);
    shop.add("-- bailiwick.toml --\nfoo = 1\n");
    shop.run(["check"]).exits(2);
}

#[test]
fn wrong_usage_and_surroundings_are_2() {
    let shop = shop("* @ann\n", "");
    let cases: [&[&str]; 9] = [
        &[],
        &["chek"],
        &["check", "--nope"],
        &["check", "nowhere"],
        &["check", ".git"],
        &["check", "--fail-on", "fatal"],
        &["check", "--format", "xml"],
        &["check", "-q", "-v"],
        &["explain"],
    ];
    for arguments in cases {
        let run = shop.run(arguments);
        assert_eq!(run.exits(2), "", "{arguments:?}");
        assert!(!run.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn the_help_of_check_tells_the_codes() {
    let shop = Sandbox::folder("");
    for option in ["--help", "-h"] {
        let run = shop.run(["check", option]);
        let (_, table) = run.exits(0).split_once("Exit codes:\n").expect("a table");
        let rows = table.lines().filter_map(|line| line.strip_prefix("  "));
        let codes: Vec<&str> = rows
            .map(|row| row.split("  ").next().unwrap())
            .filter(|code| !code.is_empty())
            .collect();
        assert_eq!(codes, ["0", "1", "2", "3"]);
    }
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["help"],
        &["help", "check"],
        &["owners", "--help"],
        &["rules", "--help"],
    ] {
        let run = shop.run(arguments);
        assert!(!run.exits(0).is_empty());
        assert_eq!(run.stderr, "");
    }
}
