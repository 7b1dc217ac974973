//! `bailiwick owners`: which paths, in which order, in which form.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const SHOP: &str = "\
-- .github/CODEOWNERS --
# everybody
* @acme/core
/docs/ @ann  bob@acme.example # the guide
/docs/draft.md
*.lock
-- Cargo.lock --
-- docs/draft.md --
-- docs/guide.md --
-- src/main.rs --
";

#[test]
fn tsv_has_path_owners_and_line_in_the_order_of_the_question() {
    let shop = Sandbox::repository(SHOP);
    let run = shop.run(["owners", "--format", "tsv"]);
    let all = [
        ".github/CODEOWNERS\t@acme/core\t2",
        "Cargo.lock\t\t5",
        "docs/draft.md\t\t4",
        "docs/guide.md\t@ann bob@acme.example\t3",
        "src/main.rs\t@acme/core\t2",
        "",
    ];
    assert_eq!(run.exits(0), all.join("\n"));
    assert_eq!(run.stderr, "");
    let run = shop.run([
        "owners",
        "--format",
        "tsv",
        "src",
        "docs/guide.md",
        "./src/main.rs",
    ]);
    let some = [
        "src/main.rs\t@acme/core\t2",
        "docs/guide.md\t@ann bob@acme.example\t3",
        "src/main.rs\t@acme/core\t2",
        "",
    ];
    assert_eq!(run.exits(0), some.join("\n"));
}

#[test]
fn paths_are_relative_to_the_folder_that_one_is_in() {
    let shop = Sandbox::repository(SHOP);
    let run = |arguments: &[&str]| {
        let run = shop
            .bailiwick(arguments)
            .current_dir(&shop.path("docs"))
            .run();
        run.exits(0).to_owned()
    };
    let guide = "docs/guide.md\t@ann bob@acme.example\t3\n";
    let below = format!("docs/draft.md\t\t4\n{guide}");
    assert_eq!(run(&["owners", "--format", "tsv"]), below);
    assert_eq!(run(&["owners", "--format", "tsv", "guide.md"]), guide);
    assert_eq!(
        run(&["owners", "--format", "tsv", "../docs/guide.md"]),
        guide
    );
    let main = "src/main.rs\t@acme/core\t2\n";
    assert_eq!(
        run(&["owners", "--format", "tsv", "-C", "../src", "main.rs"]),
        main
    );
    // What is asked for on stdin is relative to the root, wherever one is.
    let given = shop.bailiwick(["owners", "--stdin", "--format", "tsv"]);
    let given = given
        .current_dir(&shop.path("docs"))
        .input("src/main.rs\n")
        .run();
    assert_eq!(given.exits(0), main);
}

#[test]
fn paths_that_are_not_there_are_errors_that_name_the_way_out() {
    let shop = Sandbox::repository(SHOP);
    let run = shop.run(["owners", "src/lib.rs"]);
    assert_eq!(run.exits(2), "");
    assert!(
        run.stderr
            .contains("no tracked file is at or below `src/lib.rs`"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("--stdin"), "{}", run.stderr);
    for outside in ["../x", "src/../../x", "/etc/passwd"] {
        let run = shop.run(["owners", outside]);
        run.exits(2);
        assert!(
            run.stderr.contains("is not below the repository"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn stdin_needs_no_files_and_an_ownership_file_on_disk_no_repository() {
    let elsewhere = Sandbox::folder("");
    elsewhere.write("../CODEOWNERS", "* @ann\n/b/\n");
    let run = elsewhere
        .bailiwick([
            "owners",
            "--codeowners",
            "../CODEOWNERS",
            "--stdin",
            "--format",
            "tsv",
        ])
        .input("b/c\n./a\r\nx y\tz\nb/c\n/a\nlast")
        .run();
    let expected = [
        "b/c\t\t2",
        "./a\t@ann\t1",
        "\"x y\\tz\"\t@ann\t1",
        "b/c\t\t2",
        "/a\t@ann\t1",
        "last\t@ann\t1",
        "",
    ];
    assert_eq!(run.exits(0), expected.join("\n"));
    assert_eq!(run.stderr, "");
    assert_eq!(fs::read_dir(elsewhere.path("")).unwrap().count(), 0);
    let run = elsewhere
        .bailiwick(["owners", "--codeowners", "../CODEOWNERS", "--stdin"])
        .run();
    assert_eq!(run.exits(0), "");
    let run = elsewhere
        .bailiwick(["owners", "--codeowners", "nowhere", "--stdin"])
        .run();
    run.exits(2);
    assert!(
        run.stderr
            .contains("cannot read the ownership file `nowhere`"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_path_that_no_line_matches_has_no_line() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n/src/ @ann\n-- src/a --\n-- b --\n");
    let run = shop.run(["owners", "--format", "tsv"]);
    assert_eq!(run.exits(0), "CODEOWNERS\t\t\nb\t\t\nsrc/a\t@ann\t1\n");
    let run = Sandbox::folder("-- a --\n").run(["owners", "--format", "tsv"]);
    assert_eq!(run.exits(0), "a\t\t\n");
}

#[test]
fn nul_ends_what_comes_in_and_what_goes_out() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n");
    let run = shop
        .bailiwick(["owners", "--stdin", "-0"])
        .input(b"a\nb\0c\xff\td\0\r\0".to_vec())
        .run();
    run.exits(0);
    assert_eq!(
        run.bytes,
        b"a\nb\t@ann\t1\0c\xff\td\t@ann\t1\0\r\t@ann\t1\0"
    );
    let run = shop.run(["owners", "-0"]);
    assert_eq!(run.exits(0), "CODEOWNERS\t@ann\t1\0");
    let run = shop
        .bailiwick(["owners", "--stdin", "-0", "--format", "json"])
        .input("a\0b")
        .run();
    assert_eq!(run.json()["paths"][1]["path"], "b");
}

#[test]
fn paths_can_be_chosen_by_owner_and_by_having_none() {
    let shop = Sandbox::repository(SHOP);
    let run = |arguments: &[&str]| {
        let arguments = [&["owners", "--format", "tsv"], arguments].concat();
        let run = shop.run(arguments);
        let paths = run
            .exits(0)
            .lines()
            .map(|line| line.split('\t').next().unwrap());
        paths.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(run(&["--unowned"]), "Cargo.lock docs/draft.md");
    assert_eq!(run(&["--unowned", "docs"]), "docs/draft.md");
    assert_eq!(
        run(&["--owner", "@acme/core"]),
        ".github/CODEOWNERS src/main.rs"
    );
    assert_eq!(
        run(&["--owner", "ACME/Core"]),
        ".github/CODEOWNERS src/main.rs"
    );
    assert_eq!(run(&["--owner", "bob@acme.example"]), "docs/guide.md");
    assert_eq!(run(&["--owner", "@acme"]), "");
    shop.run(["owners", "--owner", "@ann", "--unowned"])
        .exits(2);
    shop.run(["owners", "--stdin", "docs"]).exits(2);
}

#[test]
fn json_has_the_same_answer() {
    let shop = Sandbox::repository(SHOP);
    let answer = shop
        .run(["owners", "--format", "json", "docs", "Cargo.lock"])
        .json();
    assert_eq!(answer["schema_version"], 1);
    assert_eq!(answer["file"], ".github/CODEOWNERS");
    assert_eq!(
        answer["paths"],
        json!([
            {"path": "docs/draft.md", "owners": [], "line": 4, "pattern": "/docs/draft.md"},
            {"path": "docs/guide.md", "owners": ["@ann", "bob@acme.example"], "line": 3, "pattern": "/docs/"},
            {"path": "Cargo.lock", "owners": [], "line": 5, "pattern": "*.lock"},
        ])
    );
}

#[test]
fn the_summary_counts_by_folder_and_owner() {
    let shop = Sandbox::repository(SHOP);
    let summary = shop.run(["owners", "--summary", "--format", "json"]).json();
    assert_eq!(
        (&summary["files"], &summary["owned"]),
        (&json!(5), &json!(3))
    );
    assert_eq!(
        summary["by_owner"],
        json!([
            {"owner": "@acme/core", "files": 2, "lines": 1},
            {"owner": "@ann", "files": 1, "lines": 1},
            {"owner": "bob@acme.example", "files": 1, "lines": 1},
        ])
    );
    let text = shop.run(["owners", "--summary"]);
    assert!(text.exits(0).contains("60.0"), "{}", text.stdout);
    assert!(text.stdout.contains("@acme/core"), "{}", text.stdout);
    let refused = shop.run(["owners", "--summary", "--format", "tsv"]);
    assert_eq!(refused.exits(2), "");
    assert!(
        refused.stderr.contains("--format json"),
        "{}",
        refused.stderr
    );
}

#[test]
fn the_summary_tells_generated_files_where_attributes_do() {
    let files = "-- CODEOWNERS --\n/CODEOWNERS @ann\n/.gitattributes @ann\n-- .gitattributes --\n*.pb.rs linguist-generated\n-- a.pb.rs --\n-- b.rs --\n";
    let summary = |shop: &Sandbox| {
        let run = shop.run(["owners", "--summary", "--format", "json"]);
        run.json()["unowned_generated"].clone()
    };
    assert_eq!(summary(&Sandbox::repository(files)), 1);
    // Without git nothing says it, and zero would be an answer.
    let plain = Sandbox::folder(files);
    assert_eq!(summary(&plain), Value::Null);
    let text = plain.run(["owners", "--summary"]);
    assert!(!text.exits(0).contains("generated"), "{}", text.stdout);
}

#[test]
fn people_get_columns() {
    let shop = Sandbox::repository(SHOP);
    let run = shop.run(["owners"]);
    let expected = "\
.github/CODEOWNERS  @acme/core             .github/CODEOWNERS:2 *
Cargo.lock          unowned                .github/CODEOWNERS:5 *.lock
docs/draft.md       unowned                .github/CODEOWNERS:4 /docs/draft.md
docs/guide.md       @ann bob@acme.example  .github/CODEOWNERS:3 /docs/
src/main.rs         @acme/core             .github/CODEOWNERS:2 *
";
    assert_eq!(run.exits(0), expected);
    // Colours are for terminals, unless somebody asks for them.
    let colored = shop.run(["owners", "--color", "always"]);
    assert!(colored.exits(0).contains("\u{1b}["));
    let forced = shop.bailiwick(["owners"]).env("CLICOLOR_FORCE", "1").run();
    assert!(forced.exits(0).contains("\u{1b}["));
    let never = shop
        .bailiwick(["owners"])
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1")
        .run();
    assert_eq!(never.exits(0), expected);
}

#[test]
fn an_older_revision_has_its_own_owners() {
    let shop = Sandbox::repository("-- CODEOWNERS --\n* @old\n-- a --\n");
    shop.add("-- CODEOWNERS --\n* @new\n-- b --\n");
    shop.commit();
    let run = shop.run(["owners", "--at", "HEAD~1", "--format", "tsv"]);
    assert_eq!(run.exits(0), "CODEOWNERS\t@old\t1\na\t@old\t1\n");
    let run = shop.run(["owners", "--format", "tsv", "b"]);
    assert_eq!(run.exits(0), "b\t@new\t1\n");
    // Another file can be tried on the tracked files before it is committed.
    shop.write("../draft", "/a @ann\n");
    let run = shop.run(["owners", "--codeowners", "../draft", "--format", "tsv"]);
    assert_eq!(run.exits(0), "CODEOWNERS\t\t\na\t@ann\t1\nb\t\t\n");
}

#[test]
fn the_first_location_counts_and_untracked_files_do_not() {
    let shop = Sandbox::repository("-- docs/CODEOWNERS --\n* @docs\n-- CODEOWNERS --\n* @root\n");
    assert_eq!(
        shop.run(["owners", "CODEOWNERS", "--format", "tsv"])
            .exits(0),
        "CODEOWNERS\t@root\t1\n"
    );
    shop.add("-- .github/CODEOWNERS --\n* @github\n-- new.txt --\n");
    let run = shop.run(["owners", "--format", "tsv"]);
    assert_eq!(
        run.exits(0),
        "CODEOWNERS\t@root\t1\ndocs/CODEOWNERS\t@root\t1\n"
    );
    assert!(
        run.said().contains("git add .github/CODEOWNERS"),
        "{}",
        run.stderr
    );
    assert_eq!(shop.run(["owners", "--format", "tsv", "-q"]).stderr, "");
}

#[test]
fn files_of_a_root_of_its_own_are_asked_for_there() {
    let shop = Sandbox::repository(
        "-- CODEOWNERS --\n* @acme/core\n-- service/bailiwick.toml --\nroot = true\n\
         -- service/CODEOWNERS --\n* @acme/service\n-- service/src/a.rs --\n",
    );
    let run = shop.run(["owners", "service/src/a.rs"]);
    run.exits(2);
    for part in [
        "`service/src/a.rs` is none of this repository's files: `service` is a root of its own",
        "ask for `src/a.rs` from there",
    ] {
        assert!(run.stderr.contains(part), "{}", run.stderr);
    }
    let run = shop.run(["owners", "service"]);
    run.exits(2);
    assert!(
        run.stderr.contains("ask for `.` from there"),
        "{}",
        run.stderr
    );
    let run = shop.run(["who", "service/src/a.rs"]);
    run.exits(2);
    assert!(run.stderr.contains("a root of its own"), "{}", run.stderr);
    let run = shop.run(["owners", "-C", "service", "src/a.rs", "--format", "tsv"]);
    assert_eq!(run.exits(0), "src/a.rs\t@acme/service\t1\n");
    let run = shop.run(["owners", "nowhere"]);
    run.exits(2);
    assert!(
        run.stderr.contains("no tracked file is at or below"),
        "{}",
        run.stderr
    );
}
