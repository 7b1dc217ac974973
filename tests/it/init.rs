//! `bailiwick init`: what it writes, what it refuses, what it asks.

use std::fs;

use expect_test::expect;

use crate::sandbox::{Run, Sandbox};

/// A repository with something to accept and something to leave out.
const SHOP: &str = "
-- CODEOWNERS --
* @acme/all
/gone/ @acme/web
/src/ @ann @bob
-- README.md --
# Shop
-- src/pay/Dockerfile --
FROM scratch
-- src/pay/chart/Chart.yaml --
name: pay
-- src/main.go --
// TODO: everything
-- lib/third-party/1.c --
// TODO: theirs
-- lib/third-party/2.c --
-- lib/third-party/3.c --
-- lib/third-party/4.c --
-- lib/third-party/5.c --
";

/// What a policy says, without comments, and with the day taken out.
fn settings(policy: &str) -> String {
    let lines = policy.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.map(|line| line.split(" # ").next().unwrap());
    let lines = lines.map(|line| match line.starts_with("reviewed = 20") {
        true => "reviewed = TODAY",
        false => line,
    });
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n") + "\n"
}

/// The policy works: `check` ends without an error of the program or the policy.
fn assert_checks(sandbox: &Sandbox) -> Run {
    let run = sandbox.run(["check", "--fail-on", "never"]);
    assert!(matches!(run.code, Some(0 | 3)), "{}", run.stderr);
    assert!(
        run.stdout.contains("policy: bailiwick.toml"),
        "{}",
        run.stdout
    );
    run
}

#[test]
fn without_a_terminal_the_defaults_are_taken() {
    let sandbox = Sandbox::repository(SHOP);
    let run = sandbox.run(["init"]);
    assert_eq!(run.exits(0), "");
    expect![[r#"
        wrote bailiwick.toml (stage adopt): 10 files, 100.0 % owned by CODEOWNERS; 1 pattern left out
        wrote bailiwick-baseline.json: 1 warning and 1 note accepted
        next: bailiwick check --baseline bailiwick-baseline.json
    "#]].assert_eq(&run.stderr);
    expect![[r#"
        extends = ["bailiwick:recommended"]
        required-version = ">=0.1"
        reviewed = TODAY
        [files]
        exclude = [
            "/lib/third-party/",
        ]
    "#]]
    .assert_eq(&settings(&sandbox.read("bailiwick.toml")));
    let run = sandbox.run(["check", "--baseline", "bailiwick-baseline.json"]);
    assert!(run.exits(0).contains("(2 accepted)"), "{}", run.stdout);
    assert_checks(&sandbox);

    // Only what is new counts.
    sandbox.write(
        "CODEOWNERS",
        "* @acme/all\n/gone/ @acme/web\n/src/ @ann @bob\n/new/ @acme/web\n",
    );
    let run = sandbox.run(["check", "--baseline", "bailiwick-baseline.json"]);
    let said = run.exits(0);
    assert!(said.contains("/new/") && !said.contains("/gone/"), "{said}");
}

#[test]
fn options_decide() {
    let sandbox = Sandbox::repository(SHOP);
    let run = sandbox.run(["init", "--stage", "strict", "--no-excludes", "-q"]);
    assert_eq!((run.exits(0), run.stderr.as_str()), ("", ""));
    let policy = sandbox.read("bailiwick.toml");
    expect![[r#"
        extends = ["bailiwick:strict"]
        required-version = ">=0.1"
        reviewed = TODAY
    "#]]
    .assert_eq(&settings(&policy));
    assert!(
        policy.contains("\n#\"/lib/third-party/\", # 5 files"),
        "{policy}"
    );
    assert!(!sandbox.path("bailiwick-baseline.json").exists());
    assert_checks(&sandbox);

    fs::remove_file(sandbox.path("bailiwick.toml")).unwrap();
    sandbox
        .run(["init", "--stage=recommended", "--baseline"])
        .exits(0);
    assert!(sandbox.path("bailiwick-baseline.json").exists());
    for wrong in [
        &["init", "--stage", "lax"][..],
        &["init", "--baseline", "--no-baseline"],
        &["init", "--yes", "--ask"],
        &["init", "--print", "--force"],
    ] {
        sandbox.run(wrong).exits(2);
    }
}

#[test]
fn what_is_printed_is_what_would_be_written() {
    let sandbox = Sandbox::repository(SHOP);
    let printed = sandbox.run(["init", "--print", "--stage", "strict"]);
    let printed = printed.exits(0);
    assert!(!sandbox.path("bailiwick.toml").exists());
    sandbox.run(["init", "--stage", "strict"]).exits(0);
    assert_eq!(printed, sandbox.read("bailiwick.toml"));
    // A policy that exists is no obstacle.
    sandbox.run(["init", "--print"]).exits(0);
}

#[test]
fn nothing_is_overwritten_without_force() {
    let sandbox = Sandbox::repository(SHOP);
    sandbox.write("bailiwick.toml", "# mine\nroot = true\n");
    let run = sandbox.run(["init"]);
    run.exits(2);
    let said = run.said();
    assert!(said.contains("bailiwick.toml` exists already"), "{said}");
    assert!(said.contains("help: `--force` overwrites it"), "{said}");
    assert_eq!(sandbox.read("bailiwick.toml"), "# mine\nroot = true\n");
    assert!(!sandbox.path("bailiwick-baseline.json").exists());
    sandbox.run(["init", "--force"]).exits(0);
    // What makes the folder a root stays.
    assert!(sandbox.read("bailiwick.toml").contains("\nroot = true\n"));

    fs::remove_file(sandbox.path("bailiwick.toml")).unwrap();
    sandbox.write("bailiwick-baseline.json", "{}");
    let run = sandbox.run(["init"]);
    run.exits(2);
    assert!(
        run.said().contains("`--no-baseline` writes none"),
        "{}",
        run.stderr
    );
    assert!(!sandbox.path("bailiwick.toml").exists());
    assert_eq!(sandbox.read("bailiwick-baseline.json"), "{}");
    sandbox.run(["init", "--stage", "recommended"]).exits(0);
    assert_eq!(sandbox.read("bailiwick-baseline.json"), "{}");
}

#[test]
fn who_owns_the_policy_is_asked_before_a_rule_asks() {
    let sandbox = Sandbox::repository(
        "-- CODEOWNERS --\n/src/ @acme/all\nCODEOWNERS @acme/all\n-- src/x --\n",
    );
    let run = sandbox.run(["init", "--baseline"]);
    run.exits(0);
    let line = "add a last line `/bailiwick* @owner` to CODEOWNERS";
    assert!(run.said().contains(line), "{}", run.stderr);
    let lines = "/src/ @acme/all\nCODEOWNERS @acme/all\n/bailiwick* @acme/all\n";
    sandbox.write("CODEOWNERS", lines);
    sandbox.commit();
    assert_eq!(
        sandbox.findings(["--baseline", "bailiwick-baseline.json"]),
        [""; 0]
    );
    let run = sandbox.run(["init", "--force", "--no-baseline"]);
    run.exits(0);
    assert!(!run.said().contains("nobody owns"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    for name in ["bailiwick.toml", "bailiwick-baseline.json"] {
        for target in ["../outside", "../nothing"] {
            let sandbox = Sandbox::repository(SHOP);
            sandbox.write("../outside", "precious");
            symlink(target, sandbox.path(name)).unwrap();
            for force in ["--yes", "--force"] {
                let run = sandbox.run(["init", force]);
                run.exits(2);
                assert!(run.said().contains("symbolic link"), "{}", run.stderr);
            }
            assert_eq!(sandbox.read("../outside"), "precious");
            assert!(!sandbox.path("../nothing").exists());
            assert!(sandbox.path(name).is_symlink());
            sandbox.run(["init", "--print"]).exits(0);
        }
    }
}

#[test]
fn a_bare_repository_has_no_place() {
    let sandbox = Sandbox::repository(SHOP);
    sandbox.git(["clone", "-q", "--bare", ".", "../bare.git"]);
    let run = sandbox.run(["init", "../bare.git"]);
    run.exits(2);
    assert!(
        run.said().contains("is a bare repository"),
        "{}",
        run.stderr
    );
    assert!(!sandbox.path("../bare.git/bailiwick.toml").exists());
    let printed = sandbox.run(["init", "../bare.git", "--print"]);
    assert!(
        printed.exits(0).contains("# - 10 files"),
        "{}",
        printed.stdout
    );
}

#[test]
fn the_policy_goes_to_the_root_wherever_one_is() {
    let sandbox = Sandbox::repository(SHOP);
    let run = sandbox.bailiwick(["init", "--no-baseline"]);
    let run = run.current_dir(&sandbox.path("src/pay")).run();
    run.exits(0);
    assert!(sandbox.path("bailiwick.toml").exists());
    let root = sandbox.path("");
    let root = root.to_str().unwrap().trim_end_matches('/');
    let next = format!("next: bailiwick check {root}");
    assert!(run.stderr.contains(&next), "{}", run.stderr);

    // The policy of a folder of its own goes there.
    sandbox.write("tools/bailiwick.toml", "root = true\n");
    sandbox.write("tools/x", "");
    sandbox.commit();
    let run = sandbox.run(["init", "tools", "--force", "--no-baseline"]);
    run.exits(0);
    assert!(
        run.stderr.contains("next: bailiwick check tools\n"),
        "{}",
        run.stderr
    );
    assert!(sandbox.read("tools/bailiwick.toml").contains("# - 2 files"));
    let outer = sandbox.run(["init", "--print"]);
    let said = outer.exits(0);
    assert!(said.contains("policy of their own: `tools/`"), "{said}");
}

#[test]
fn a_plain_folder_and_an_empty_repository_have_a_place() {
    let sandbox = Sandbox::folder("-- a/README.md --\n# A\n");
    sandbox.run(["init", "a"]).exits(0);
    let policy = sandbox.read("a/bailiwick.toml");
    assert!(
        policy.contains("# - 1 file, and no ownership file"),
        "{policy}"
    );
    let run = sandbox.run(["check", "a"]);
    assert!(
        run.exits(0).contains("policy: bailiwick.toml"),
        "{}",
        run.stdout
    );

    let sandbox = Sandbox::folder("");
    sandbox.git(["init", "-q"]);
    sandbox.run(["init"]).exits(0);
    let policy = sandbox.read("bailiwick.toml");
    assert!(policy.contains("# - 0 files"), "{policy}");
    assert!(!sandbox.path("bailiwick-baseline.json").exists());
    // There is nothing to check yet, but the policy is found.
    assert_eq!(assert_checks(&sandbox).code, Some(3));
}

#[test]
fn a_dialogue_asks_for_what_no_option_answers() {
    let sandbox = Sandbox::repository(SHOP);
    let ask = |arguments: &[&str], answers: &str| {
        for name in ["bailiwick.toml", "bailiwick-baseline.json"] {
            let _ = fs::remove_file(sandbox.path(name));
        }
        let all = ["init", "--ask"].iter().chain(arguments);
        sandbox.bailiwick(all).input(answers).run()
    };
    let run = ask(&[], "\n\n\n");
    run.exits(0);
    expect![[r#"
        work: 10 files, 100.0 % owned by CODEOWNERS
          1  adopt        the recommended rules; what stands today goes into a baseline
          2  recommended  what every repository can hold itself to
          3  strict       for organizations whose every file has an answer to who owns it
        How strictly? [adopt]   /lib/third-party/  5 files
        These look generated or like third-party code. Leave them out? [Y/n] 1 warning and 1 note today. Accept that in bailiwick-baseline.json? [Y/n] wrote bailiwick.toml (stage adopt): 10 files, 100.0 % owned by CODEOWNERS; 1 pattern left out
        wrote bailiwick-baseline.json: 1 warning and 1 note accepted
        next: bailiwick check --baseline bailiwick-baseline.json
    "#]].assert_eq(&run.stderr);
    assert!(sandbox.path("bailiwick-baseline.json").exists());

    let run = ask(&[], "strict\nn\nn\n");
    run.exits(0);
    assert!(
        sandbox
            .read("bailiwick.toml")
            .contains("extends = [\"bailiwick:strict\"]")
    );
    assert!(sandbox.read("bailiwick.toml").contains("\n#exclude = ["));
    assert!(!sandbox.path("bailiwick-baseline.json").exists());

    let run = ask(&["--stage", "adopt", "--no-baseline", "--no-excludes"], "");
    run.exits(0);
    assert!(!run.stderr.contains('?'), "{}", run.stderr);

    // Whoever goes away in the middle has decided on nothing.
    for answers in ["", "2\n", "2\ny\n", "never\nnever\nnever\n"] {
        let run = ask(&[], answers);
        run.exits(2);
        assert!(run.said().contains("nothing was written"), "{}", run.stderr);
        assert!(!sandbox.path("bailiwick.toml").exists());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn hostile_names_stay_strings_and_comments() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let names: [&[u8]; 5] = [
        b"a\n[rules]\nx = 1\n#",
        b"b\"'''\"\"\"\\",
        b"c\x1b[2J*?[x]",
        b"d\xff\xfe",
        "e\u{202e}\u{2028}##[group]".as_bytes(),
    ];
    let sandbox = Sandbox::folder("-- CODEOWNERS --\n* @acme/all\n");
    let foreign = ["third-party", "3rdparty", "vendored", "Godeps", "generated"];
    for (name, foreign) in names.into_iter().zip(foreign) {
        let name = OsStr::from_bytes(name);
        for (folder, files) in [(foreign, 5), ("docs", 3), ("runbooks", 1)] {
            for file in 0..files {
                let path = sandbox.path(name).join(folder);
                fs::create_dir_all(&path).unwrap();
                fs::write(path.join(format!("{file}.md")), "[x](gone.md)\n").unwrap();
            }
        }
        let image = sandbox.path(name).join("svc");
        fs::create_dir_all(image.join("chart")).unwrap();
        fs::write(image.join("Dockerfile"), "").unwrap();
        fs::write(image.join("chart/Chart.yaml"), "").unwrap();
    }
    sandbox.git(["init", "-q", "-b", "main"]);
    sandbox.commit();
    let run = sandbox.bailiwick(["init", "--ask", "--stage", "recommended"]);
    let run = run.input("y\ny\n").run();
    run.exits(0);
    let policy = sandbox.read("bailiwick.toml");
    for text in [&policy, &run.stderr] {
        let is_harmless = |c: char| c == '\n' || !c.is_control();
        assert!(text.chars().all(is_harmless), "{text:?}");
        assert!(!text.contains(['\u{202e}', '\u{2028}']), "{text:?}");
    }
    // Each folder is left out, and no line came in.
    expect![[r#"
        extends = ["bailiwick:recommended"]
        required-version = ">=0.1"
        reviewed = TODAY
        [files]
        exclude = [
            '/a?\[rules\]?x = 1?#/third-party/',
            "/b\"'''\"\"\"\\\\/3rdparty/",
            '/c?\[2J\*\?\[x\]/vendored/',
            "/d??/Godeps/",
            '/e??##\[group\]/generated/',
        ]
    "#]]
    .assert_eq(&settings(&policy));
    assert_checks(&sandbox);
}
