//! How the files of a policy find each other and apply.

use expect_test::{Expect, expect};

use super::*;

fn check(files: &[(&str, &str)], expected: Expect) {
    let errors = load_files(files).err().map(|errors| errors.to_string());
    expected.assert_eq(&errors.unwrap_or_default());
}

fn level(policy: &Policy, rule: &str) -> Level {
    policy.judging.at(rule, &Attributes::default()).level
}

#[test]
fn the_later_wins_and_each_applies_once() {
    let files = [
        (
            "a/bailiwick.toml",
            "extends = [\"../org/one.toml\", \"two.toml\"]\n[rules]\n\"runbooks/stale\" = \"note\"\n",
        ),
        (
            "org/one.toml",
            "[rules]\n\"codeowners/dead-pattern\" = \"off\"\n\"runbooks/stale\" = \"error\"\n",
        ),
        (
            "a/two.toml",
            "extends = [\"bailiwick:recommended\"]\n[rules]\n\"runbooks/unheard\" = \"error\"\n",
        ),
    ];
    let policy = load_files(&files).unwrap();
    assert_eq!(policy.name, "a/bailiwick.toml");
    assert_eq!(
        policy.extends,
        ["bailiwick:recommended", "org/one.toml", "a/two.toml"]
    );
    // `two.toml` extends the pack as well, which does not undo what `one.toml` says.
    assert_eq!(level(&policy, "codeowners/dead-pattern"), Level::Off);
    assert_eq!(level(&policy, "runbooks/unheard"), Level::Error);
    assert_eq!(level(&policy, "runbooks/stale"), Level::Note);
    assert_eq!(level(&policy, "codeowners/crowded-line"), Level::Note);
}

#[test]
fn without_extends_recommended_holds_and_an_empty_list_is_nothing() {
    assert_eq!(
        level(&policy(""), "codeowners/dead-pattern"),
        Level::Warning
    );
    assert_eq!(policy("").extends, ["bailiwick:recommended"]);
    let nothing = policy("extends = []");
    assert_eq!(level(&nothing, "codeowners/dead-pattern"), Level::Off);
    assert!(nothing.extends.is_empty());
    let strict = policy("extends = [\"bailiwick:strict\"]");
    assert_eq!(
        strict.extends,
        ["bailiwick:recommended", "bailiwick:strict"]
    );
    assert_eq!(level(&strict, "ownership/personal-owner"), Level::Warning);
}

#[test]
fn arrays_replace_and_extend_appends() {
    let base = "[files]\nexclude = [\"legacy/\"]\n[rules.\"codeowners/crowded-line\"]\nignore = [\"a\"]\nmax-owners = 7\n";
    let files = |own: &'static str| [("p.toml", own), ("base.toml", base)];
    let ignored = |policy: &Policy| {
        let settings = policy
            .judging
            .at("codeowners/crowded-line", &Attributes::default());
        let options: &Crowded = settings.options();
        (options.ignore.join(" "), options.max_owners)
    };
    let replaced = load_files(&files(
        "extends = [\"base.toml\"]\n[files]\nexclude = [\"old/\"]\n[rules.\"codeowners/crowded-line\"]\nignore = [\"b\"]\n",
    ));
    let replaced = replaced.unwrap();
    assert_eq!(ignored(&replaced), ("b".into(), 7));
    assert!(replaced.reading.exclude.matches(b"old/x"));
    assert!(!replaced.reading.exclude.matches(b"legacy/x"));
    let extended = load_files(&files(
        "extends = [\"base.toml\"]\n[files]\nextend-exclude = [\"old/\"]\n[rules.\"codeowners/crowded-line\"]\nextend-ignore = [\"b\"]\n",
    ));
    let extended = extended.unwrap();
    assert_eq!(ignored(&extended), ("a b".into(), 7));
    assert!(extended.reading.exclude.matches(b"old/x"));
    assert!(extended.reading.exclude.matches(b"legacy/x"));
    let both =
        policy("[rules.\"codeowners/crowded-line\"]\nextend-ignore = [\"y\"]\nignore = [\"x\"]\n");
    assert_eq!(ignored(&both), ("x y".into(), 5));
}

#[test]
fn the_reading_part_says_what_is_read() {
    let text = "root = true\nreviewed = 2026-01-31\n[repository]\nname = \"shop\"\n[[rosters]]\nfile = \"../people.toml\"\ncovers = [\"@Acme\"]\n";
    let base = "root = true\n[repository]\nname = \"base\"\n[[rosters]]\nfile = \"bots.toml\"\n";
    let own = format!("extends = [\"base.toml\"]\n{text}");
    let policy = load_files(&[("a/p.toml", &own), ("a/base.toml", base)]).unwrap();
    let reading = policy.reading;
    assert_eq!(reading.name.as_deref(), Some("shop"));
    assert!(reading.root && reading.exclude.is_empty());
    let rosters: Vec<_> = reading
        .rosters
        .iter()
        .map(|it| (it.file.clone(), it.covers.join(" ")))
        .collect();
    assert_eq!(
        rosters,
        [
            (RepoPath::from("a/bots.toml"), String::new()),
            (RepoPath::from("people.toml"), "acme".into())
        ]
    );
    let reviewed = policy.reviewed.unwrap();
    assert_eq!(reviewed.date.to_string(), "2026-01-31");
    assert_eq!(reviewed.location.excerpt.unwrap().line, 3);
    // A folder is a root only by its own file.
    let files = [
        ("p.toml", "extends = [\"base.toml\"]"),
        ("base.toml", "root = true"),
    ];
    assert!(!load_files(&files).unwrap().reading.root);
    assert!(says_root(b"root = true\nunknown = 1"));
    assert!(!says_root(b"root = false") && !says_root(b"root = [") && !says_root(b"\xff"));
}

#[test]
fn cycles_are_shown_where_they_close() {
    check(
        &[("a.toml", "extends = [\"./a.toml\"]")],
        expect![[r#"
        a.toml:1:12: the file extends itself
          help: remove one of these `extends`"#]],
    );
    check(
        &[
            ("a.toml", "extends = [\"b.toml\"]"),
            ("b.toml", "\nextends = [\"bailiwick:strict\", \"c.toml\"]"),
            ("c.toml", "extends = [\"a.toml\"]"),
        ],
        expect![[r#"
            c.toml:1:12: `a.toml` extends itself through `b.toml` and `c.toml`
              help: remove one of these `extends`"#]],
    );
}

#[test]
fn a_policy_stays_below_the_root() {
    let extends = [
        "../a.toml",
        "x/../../a.toml",
        "/etc/passwd",
        "~/a.toml",
        "https://acme.example/a.toml",
        "C:/a.toml",
        "..\\\\a.toml",
        "",
        "x/",
        "..",
        "x/..",
        "a\\u0000b",
        "strict",
        "bailiwick:strit",
        "bailiwick:own",
        "missing.toml",
    ];
    let list = extends.map(|it| format!("  \"{it}\",\n")).concat();
    let text = format!("extends = [\n{list}]\n[[rosters]]\nfile = \"../../people.toml\"\n");
    check(
        &[("sub/a.toml", &text)],
        expect![[r#"
            sub/a.toml:2:3: `a.toml` cannot be read: there is no such file
            sub/a.toml:4:3: `/etc/passwd` is no relative path
              help: write it relative to this file, with `/` between folders
            sub/a.toml:5:3: `~/a.toml` is no relative path
              help: write it relative to this file, with `/` between folders
            sub/a.toml:6:3: `https://acme.example/a.toml` is a URL
              help: copy the file into the repository; policies are not fetched
            sub/a.toml:7:3: `C:/a.toml` is no relative path
              help: write it relative to this file, with `/` between folders
            sub/a.toml:8:3: `..\a.toml` is no relative path
              help: write it relative to this file, with `/` between folders
            sub/a.toml:9:3: `` names no file
              help: write the path of a file, relative to this one
            sub/a.toml:10:3: `x/` names no file
              help: write the path of a file, relative to this one
            sub/a.toml:11:3: `..` names no file
              help: write the path of a file, relative to this one
            sub/a.toml:12:3: `x/..` names no file
              help: write the path of a file, relative to this one
            sub/a.toml:13:3: `a\x00b` is no relative path
              help: write it relative to this file, with `/` between folders
            sub/a.toml:14:3: `sub/strict` cannot be read: there is no such file
              help: did you mean `bailiwick:strict`?
            sub/a.toml:15:3: there is no pack `bailiwick:strit`
              help: did you mean `bailiwick:strict`?
            sub/a.toml:16:3: there is no pack `bailiwick:own`
              help: known: `bailiwick:recommended`, `bailiwick:strict`
            sub/a.toml:17:3: `sub/missing.toml` cannot be read: there is no such file
            sub/a.toml:20:8: `../../people.toml` leads out of the repository
              help: only files below the root can be named; copy it there"#]],
    );
}

#[test]
fn errors_of_all_files_come_together() {
    check(
        &[
            ("a.toml", "extends = [\"z.toml\", \"m.toml\"]\nfoo = 1"),
            ("z.toml", "[rules]\n\"*\" = \"of\""),
            ("m.toml", "required-version = \">9\"\nfoo = 1"),
        ],
        expect![[r#"
            a.toml:2:1: unknown key `foo`
              help: known: `extends`, `root`, `required-version`, `reviewed`, `repository`, `files`, `rosters`, `markers`, `history`, `forge`, `documents`, `catalog`, `services`, `people`, `teams`, `journeys`, `repositories`, `rules`, `overrides`, `exceptions`
            m.toml:1:20: the policy requires bailiwick `>9`, and this is 0.1.0
              help: install a version that the policy accepts, or change `required-version`
            z.toml:2:7: unknown level `of`
              help: did you mean `off`?"#]],
    );
}

#[test]
fn chains_and_numbers_of_files_are_bounded() {
    let name = |index: usize| format!("{index}.toml");
    let chain: Vec<_> = (0..20)
        .map(|i| (name(i), format!("extends = [\"{}\"]", name(i + 1))))
        .collect();
    let chain: Vec<_> = chain
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    check(
        &chain,
        expect![[r#"
        16.toml:1:12: policies extend each other more than 16 levels deep
          help: extend fewer files, side by side"#]],
    );
    let all = (1..100)
        .map(|i| format!("\"{}\"", name(i)))
        .collect::<Vec<_>>()
        .join(",");
    let all = format!("extends = [{all}]");
    let mut files = vec![("0.toml".to_string(), all.clone())];
    files.extend((1..100).map(|i| (name(i), String::new())));
    let files: Vec<_> = files
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let errors = load_files(&files).unwrap_err();
    assert_eq!(
        errors.iter().next().unwrap().message,
        "the policy extends more than 64 files"
    );
    // Everything extends everything: no more work than files.
    let tangle: Vec<_> = (0..15)
        .map(|i| {
            (
                name(i),
                (i + 1..15)
                    .map(|j| format!("\"{}\"", name(j)))
                    .collect::<Vec<_>>()
                    .join(","),
            )
        })
        .collect();
    let tangle: Vec<_> = tangle
        .into_iter()
        .map(|(a, b)| (a, format!("extends = [{b}]")))
        .collect();
    let tangle: Vec<_> = tangle
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    assert_eq!(load_files(&tangle).unwrap().extends.len(), 14);
}

#[test]
fn files_from_outside_are_named_as_the_user_names_them() {
    struct Outside;
    impl PolicyFiles for Outside {
        fn read(&self, _: &RepoPath) -> Result<Vec<u8>, crate::facts::Gap> {
            Ok(b"[rules]\n\"runbooks/unheard\" = \"error\"\n".to_vec())
        }
        fn place(&self, path: &RepoPath) -> crate::facts::Place {
            crate::facts::Place::External(format!("../shared/{}", path.to_string_lossy()))
        }
    }
    let policy = Policy::load(&RepoPath::from("org.toml"), &Outside, &RULES, &RETIRED).unwrap();
    assert_eq!(policy.name, "../shared/org.toml");
    let settings = policy
        .judging
        .at("runbooks/unheard", &Attributes::default());
    let Origin::Line(location) = &settings.origin else {
        panic!("{:?}", settings.origin)
    };
    assert_eq!(
        location.place,
        crate::facts::Place::External("../shared/org.toml".into())
    );
    assert_eq!(location.excerpt.as_ref().unwrap().marked(), "\"error\"");
}
