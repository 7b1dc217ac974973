//! What the commits answer: `who`, `whatif`, `owners --suggest` and `onboard`.

use expect_test::expect;
use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const POLICY: &str = "\
-- bailiwick.toml --
[[people]]
login = \"@ann\"
emails = [\"ann@acme.test\"]
[[people]]
login = \"@bob\"
emails = [\"bob@acme.test\"]
[[people]]
login = \"@cid\"
emails = [\"cid@acme.test\"]
[[teams]]
handle = \"@acme/pay\"
members = [\"@ann\"]
lead = \"@ann\"
[[teams]]
handle = \"@acme/web\"
members = [\"@bob\", \"@cid\"]
-- CODEOWNERS --
/pay/ @acme/pay
/web/ @acme/web
-- pay/service.toml --
name = \"pay\"
owner = \"@acme/pay\"
tier = 1
depends-on = [\"web\"]
-- web/service.toml --
name = \"web\"
owner = \"@acme/web\"
";

/// Two services with owners, and a folder that nobody owns and that a team knows.
fn shop() -> Sandbox {
    let shop = Sandbox::folder(POLICY);
    shop.git(["init", "-q", "-b", "main"]);
    shop.commit_as("dan", "2025-01-01");
    let files = ["pay/a.rs", "pay/b.rs", "pay/c.rs", "pay/d.rs"];
    for (at, file) in files.iter().enumerate() {
        shop.write(file, format!("// TODO: {file}\nfn f{at}() {{}}\n"));
    }
    shop.commit_as("ann", "2025-02-01");
    for file in ["web/a.ts", "web/b.ts", "lib/x.rs", "lib/y.rs"] {
        shop.write(file, format!("{file}\n"));
    }
    shop.commit_as("bob", "2025-10-01");
    for day in 1..8 {
        for file in ["lib/x.rs", "web/a.ts"] {
            shop.write(file, format!("{file} {day}\n"));
        }
        shop.commit_as("cid", &format!("2025-11-0{day}"));
    }
    shop
}

fn answer(shop: &Sandbox, arguments: &[&str]) -> Value {
    let all = [arguments, &["--format", "json", "--as-of", "2026-01-15"]].concat();
    let run = shop.run(all);
    serde_json::from_str(run.exits(0)).unwrap()
}

#[test]
fn who_names_owners_those_who_know_and_what_belongs_together() {
    let shop = shop();
    let found = answer(&shop, &["who", "lib", "pay/a.rs"]);
    let lib = &found["paths"][0];
    assert_eq!(
        lib["owners"],
        json!([{"owners": [], "files": 2, "line": null}])
    );
    let names = lib["experts"].as_array().unwrap().iter();
    let names: Vec<_> = names
        .map(|it| (&it["name"], &it["files"], &it["changes"]))
        .collect();
    assert_eq!(
        names,
        [
            (&json!("@bob"), &json!(2), &json!(2)),
            (&json!("@cid"), &json!(1), &json!(7)),
        ]
    );
    let together =
        json!([{"path": "web/a.ts", "owners": ["@acme/web"], "degree": 100, "shared": 8}]);
    assert_eq!(lib["together"], together);
    let pay = &found["paths"][1]["experts"][0];
    assert_eq!((&pay["name"], &pay["owns"]), (&json!("@ann"), &json!(true)));
    let run = shop.run(["who", "lib", "--as-of", "2026-01-15"]);
    expect![[r#"
        lib (2 files)
          owners    nobody
          ask       @bob: knows 2 of 2 files, 2 changes there, the last on 2025-10-01
                    @cid: knows 1 of 2 files, 7 changes there, the last on 2025-11-07
          with it   web/a.ts (@acme/web): 100 % of the time, 8 changes
    "#]]
    .assert_eq(run.exits(0));
    shop.run(["who", "nowhere"]).exits(2);
}

#[test]
fn owners_are_suggested_by_who_knows() {
    let shop = shop();
    // The day of the run is today, and nobody was active lately: so nobody is suggested.
    let run = shop.run(["owners", "--suggest"]);
    let text = run.exits(0);
    assert!(text.starts_with("# "), "{text}");
    let shop = shop_of_today();
    let run = shop.run(["owners", "--suggest"]);
    let text = run.exits(0);
    assert!(text.contains("\n/lib/ @acme/web\n"), "{text}");
    // The lines work as they are.
    let before = shop.read("CODEOWNERS");
    shop.write("CODEOWNERS", format!("{before}{text}"));
    let run = shop.run(["owners", "lib", "--format", "tsv"]);
    let owned = run.exits(0).lines().map(|line| line.contains("@acme/web"));
    assert_eq!(owned.collect::<Vec<_>>(), [true, true]);
}

/// The same, with a commit of this very day.
fn shop_of_today() -> Sandbox {
    let shop = shop();
    let today = jiff::Zoned::now().date();
    shop.write("lib/y.rs", "today\n");
    shop.commit_as("bob", &today.to_string());
    shop
}

#[test]
fn whatif_tells_what_breaks_and_who_could_take_over() {
    let shop = shop();
    let found = answer(&shop, &["whatif", "--without", "@ann"]);
    assert_eq!(found["orphans"][0]["service"], "pay");
    assert_eq!(found["bereft"][0]["pattern"], "/pay/");
    let falls = found["falls"].as_array().unwrap().iter();
    let falls: Vec<_> = falls
        .map(|it| (&it["name"], &it["before"], &it["after"]))
        .collect();
    assert!(
        falls.contains(&(&json!("pay"), &json!(1), &json!(0))),
        "{falls:?}"
    );
    // Somebody of the team is left.
    let found = answer(&shop, &["whatif", "--without", "@cid"]);
    assert_eq!(found["orphans"], json!([]));
    let found = answer(&shop, &["whatif", "--without", "@acme/web,@ann"]);
    assert_eq!(found["people"], 3);
    assert_eq!(found["orphans"].as_array().unwrap().len(), 2);
    let run = shop.run(["whatif", "--without", "@ann", "--as-of", "2026-01-15"]);
    expect![[r#"
        Without @ann (1 person)

        • nobody would answer for `pay` (tier 1): @acme/pay does now
          could be  dan: 1 change there, the last on 2025-01-01

        • nobody could approve 5 files of `/pay/` (work, CODEOWNERS:1): @acme/pay

        • the truck factor of `pay` (tier 1) falls from 1 to 0: 0 of 4 source files would have an author, 4
          do now
          could be  dan: knows 1 of 4 files, 1 change there, the last on 2025-01-01

        • the truck factor of the repository `work` falls from 2 to 1: 4 of 8 source files would have an
          author, 8 do now
          could be  @bob: knows 4 of 8 files, 4 changes there, the last on 2025-10-01
                    @cid: knows 2 of 8 files, 14 changes there, the last on 2025-11-07
                    dan: knows 4 of 8 files, 4 changes there, the last on 2025-01-01

        truck factors count files of programming and markup languages, without documentation, examples, data and what others or programs wrote, as paths and `linguist-*` in `.gitattributes` tell, and without what the policy excludes
    "#]].assert_eq(run.exits(0));
    let run = shop.run(["whatif", "--without", "@anne"]);
    run.exits(2);
    assert!(
        run.stderr.contains("did you mean `@ann`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_team_without_services_reads_what_it_decides_over() {
    let shop = Sandbox::folder(
        "-- CODEOWNERS --\n* @acme/core\n/web/ @acme/web\n-- README.md --\n# Shop\n\n-- docs/architecture.md --\n# How it hangs together\n\n-- web/design.md --\n# Colours\n\n-- a.rs --\n",
    );
    shop.git(["init", "-q", "-b", "main"]);
    shop.commit_as("ann", "2026-01-01");
    let run = shop.run(["onboard", "@acme/core", "--as-of", "2026-01-15"]);
    let text = run.exits(0);
    assert!(text.contains("\n## What you decide over\n"), "{text}");
    let read = "- [ ] `README.md`\n- [ ] `docs/architecture.md`\n\n";
    assert!(text.contains(read), "{text}");
}

#[test]
fn what_is_mended_in_the_same_way_and_what_is_more_stand_in_one_line() {
    let links = (0..12).map(|n| format!("-- docs/d{n:02}.md --\n# D\n\n[it](gone.md)\n"));
    let markers = (0..7).map(|n| format!("// TODO: {n}\n"));
    let shop = Sandbox::folder(&format!(
        "-- bailiwick.toml --\n[documents]\nlinks = [\"docs/\"]\n\
         -- CODEOWNERS --\n* @acme/core\n{}-- a.rs --\n{}",
        links.collect::<String>(),
        markers.collect::<String>()
    ));
    shop.git(["init", "-q", "-b", "main"]);
    shop.commit_as("ann", "2026-01-01");
    let run = shop.run(["onboard", "@acme/core", "--as-of", "2026-01-15"]);
    let text = run.exits(0);
    let boxes = text.matches("(`documentation/broken-link`, `docs/d00.md:3`)");
    assert_eq!(boxes.count(), 1, "{text}");
    for part in [
        ", and the like at `docs/d01.md:3`, `docs/d02.md:3`",
        " and 3 more; `bailiwick check --select documentation/broken-link` lists all",
        " and 2 more; `git grep -nwE 'TODO'` lists them",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_team_gets_a_checklist() {
    let shop = shop();
    let run = shop.run(["onboard", "@acme/pay", "--as-of", "2026-01-15"]);
    expect![[r#"
        # Welcome to `@acme/pay`

        As of 2026-01-15, from 1 repository: 1 service. Boxes that the repositories show as done are ticked.

        Your team: `@ann`; `@ann` leads.

        ## What you run

        ### `pay` (tier 1)

        5 files in `pay`; declared in `pay/service.toml:1`

        - [ ] a runbook: none → write what it means when it fails and what to do, and link it from the descriptor (`runbooks/missing`)
        - [ ] a dashboard: none → link it from the descriptor, with `dashboard` as its kind
        - [ ] who is on call: none → link the rotation from the descriptor, with `on-call` as its kind
        - [ ] a README: none → say beside its files what it does, and how it is run and tested
        - needs `web` (`@acme/web`)
        - [ ] ask `@ann`, of your team: knows 4 of 5 files, 4 changes there, the last on 2025-02-01; last active on 2025-02-01
        - [ ] ask `dan`: knows 1 of 5 files, 1 change there, the last on 2025-01-01; last active on 2025-01-01

        ## What is not as agreed

        - [ ] `@acme/pay` has no document for newcomers in `work` → write `CONTRIBUTING.md`: how to set up, test, deploy, and who is on call (`teams/missing-onboarding`, `bailiwick.toml:11`)

        ## What you inherit

        - [ ] go through 4 markers of unfinished work: `pay/a.rs:1` since 2025-02-01, `pay/b.rs:1` since 2025-02-01, `pay/c.rs:1` since 2025-02-01 and `pay/d.rs:1` since 2025-02-01

    "#]].assert_eq(run.exits(0));
    let run = shop.run([
        "onboard",
        "--service",
        "web",
        "--as-of",
        "2026-01-15",
        "--no-history",
    ]);
    let text = run.exits(0);
    assert!(text.starts_with("# Taking over `web`\n"), "{text}");
    shop.run(["onboard", "@acme/nobody"]).exits(2);
    shop.run(["onboard", "--service", "nothing"]).exits(2);
    shop.run(["onboard"]).exits(2);
}

#[test]
fn the_measures_of_a_repository_a_path_a_service_and_a_team() {
    let shop = shop();
    let run = shop.run(["history", "--as-of", "2026-01-15"]);
    expect![[r#"
        work (repository), as of 2026-01-15: 10 commits of 4 people
          knowledge truck factor 2 (2 without pruning, 2 as the paper has it)
                    counts 8 of 12 files: files of programming and markup languages, without documentation,
                      examples, data and what others or programs wrote, as paths and `linguist-*` in
                      `.gitattributes` tell, and without what the policy excludes; 8 of them have an author
          shares    26 changes by 4 people, the largest share 54 %; 4 with 5 % or more, 0 with less
                    @acme/web 69 % and @acme/pay 15 %
          loss      0 of 8 files with an author are known only to people who left
          flow      7 changes in 90 days; 0 need nobody's approval
                    owner groups a change: 1.0 on average, 1 for nine in ten, 1 at most
                    approvals: who approves is not known of all teams; Gini over owners 0.50
                    @acme/web asked in 7, needed in 7
          waiting   unknown of @acme/web (n = 7): no roster says completely who can approve
          teams     alignment 100 %: 1 of 1 pairs of services that hang together have one team or a declared
                      interface
          together  lib/x.rs and web/a.ts: 100 % of the time, 8 changes
          delivery  deployments: insufficient data (n = 0; by release tags)
                    lead time: insufficient data (n = 0; by commits with a release tag)
                    time to merge: 0.0 hours (n = 7; by changes on the main line)
                    failing changes: 0.0 % (n = 7; by changes on the main line)
                    mended releases: insufficient data (n = 0; by release tags, and tags of hotfixes within
                      48 hours)
                    recovery: insufficient data (n = 0; by reverts with a later release tag)
    "#]].assert_eq(run.exits(0));
    let service = answer(&shop, &["history", "--service", "pay"]);
    assert_eq!(service["truck_factor"]["pruned"], 1);
    assert_eq!(service["truck_factor"]["files"], 4);
    let teams = json!([{"name": "@acme/pay", "percent": 80.0}]);
    assert_eq!(service["shares"]["teams"], teams);
    let team = answer(&shop, &["history", "--team", "@acme/web"]);
    assert_eq!(
        (&team["kind"], &team["dependence"]["changes"]),
        (&json!("team"), &json!(7))
    );
    // Where it is known who is in the teams the wait is estimated: 7 changes in 90 days, of which five in seven
    // are working days, for two who give 2 a day each.
    assert_eq!(team["waiting"]["of"][0]["wait_days"], Value::Null);
    let policy = shop.read("bailiwick.toml");
    shop.write(
        "bailiwick.toml",
        format!("catalog.complete = true\n{policy}"),
    );
    for arguments in [&["history"][..], &["history", "--team", "@acme/web"]] {
        let found = answer(&shop, arguments);
        let waiting = &found["waiting"];
        assert_eq!(
            (&waiting["estimate"], &waiting["model"]),
            (&json!(true), &json!("M/M/c"))
        );
        let web = &waiting["of"][0];
        assert_eq!(
            (&web["asked"], &web["people"]),
            (&json!("@acme/web"), &json!(2))
        );
        let is = |key: &str, value: f64| {
            let found = web[key].as_f64().unwrap();
            assert!((found / value - 1.0).abs() < 1e-3, "{key}: {found}");
        };
        is("approvals_per_day", 7.0 / (90.0 * 5.0 / 7.0));
        is("busy_percent", 2.7222);
        // a = 0.054444: C = 0.0014428, and Wq = C / (4 - 0.10889).
        is("wait_days", 0.000_370_8);
    }
    shop.write("bailiwick.toml", policy);
    let path = answer(&shop, &["history", "lib"]);
    assert_eq!(
        (&path["kind"], &path["truck_factor"]["all_files"]),
        (&json!("path"), &json!(2))
    );
    // People are named where the policy says so, and only there.
    assert_eq!(path["shares"].get("who"), None);
    let policy = shop.read("bailiwick.toml");
    shop.write(
        "bailiwick.toml",
        format!("[history]\nname-people = true\n{policy}"),
    );
    let path = answer(&shop, &["history", "lib"]);
    assert_eq!(path["shares"]["who"][0]["name"], "@cid");
    shop.run(["history", "--service", "nothing"]).exits(2);
    shop.run(["history", "--team", "@acme/nobody"]).exits(2);
}

#[test]
fn what_attributes_and_the_policy_leave_out_counts_for_no_truck_factor() {
    let shop = shop();
    let counted = |shop: &Sandbox| {
        let found = answer(shop, &["history"]);
        let it = &found["truck_factor"];
        (
            it["files"].as_u64().unwrap(),
            it["pruned"].as_u64().unwrap(),
            it["filter"].as_str().unwrap().to_owned(),
        )
    };
    let (files, pruned, filter) = counted(&shop);
    assert_eq!((files, pruned), (8, 2));
    for named in [".gitattributes", "linguist-", "the policy excludes"] {
        assert!(filter.contains(named), "{filter}");
    }
    let marks = [
        ("pay/a.rs linguist-vendored\n", 7),
        ("pay/a.rs linguist-generated=true\n", 7),
        ("pay/* linguist-documentation\n", 4),
        ("pay/* linguist-language=Rust\n", 8),
    ];
    for (text, left) in marks {
        shop.write(".gitattributes", text);
        shop.git(["add", ".gitattributes"]);
        assert_eq!(counted(&shop).0, left, "{text}");
    }
    // What is left hangs on one person, who added all of it.
    let marks = "lib/* linguist-vendored\nweb/* linguist-vendored\n";
    shop.write(".gitattributes", marks);
    assert_eq!((counted(&shop).0, counted(&shop).1), (4, 1));
    shop.write(".gitattributes", "");
    let policy = shop.read("bailiwick.toml");
    shop.write(
        "bailiwick.toml",
        format!("files.exclude = [\"pay/\"]\n{policy}"),
    );
    assert_eq!(counted(&shop).0, 4);
}

#[test]
fn what_a_part_of_the_commits_tells_says_so() {
    let shop = shop();
    let part = ["--history-since", "2025-10-01"];
    let run = shop.run([&["history", "--as-of", "2026-01-15"][..], &part].concat());
    let text = run.exits(0);
    assert!(
        text.starts_with("work (repository), since 2025-10-01, as of 2026-01-15: 8 commits"),
        "{text}"
    );
    for line in [
        "truck factor 1 since 2025-10-01 (",
        "changes since 2025-10-01 by 2 people",
        "files with an author since 2025-10-01 are known",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let note = "2 commits of before 2025-10-01 left out";
    assert!(run.stderr.contains(note), "{}", run.stderr);
    let found = answer(&shop, &[&["history"][..], &part].concat());
    assert_eq!(found["since"], "2025-10-01");
    assert_eq!(found["loss"]["since"], "2025-10-01");
    // From before the first commit on that is all of them.
    let all = ["history", "--history-since", "2024-01-01"];
    assert_eq!(answer(&shop, &all), answer(&shop, &["history"]));
    // Rules on who knows what are not judged by a part, and say why.
    let check = [
        "check",
        "--history",
        "--select",
        "ownership/low-truck-factor",
        "--as-of",
        "2026-01-15",
        "-v",
    ];
    let run = shop.run([&check[..], &part].concat());
    let text = run.exits(0);
    assert!(
        text.contains("could not judge 1 subject: no commits of before 2025-10-01 were"),
        "{text}"
    );
}

#[test]
fn a_check_with_history_is_incomplete_where_the_history_is() {
    let shop = shop();
    let run = shop.run(["check", "--history", "--as-of", "2026-03-15"]);
    let text = run.exits(1);
    let aged = "4 markers of `pay` have stood for more than 365 days, the oldest since 2025-02-01";
    assert!(text.contains(aged), "{text}");
    let url = format!("file://{}", shop.path("").display());
    shop.git(["clone", "-q", "--depth=2", &url, "../shallow"]);
    let shallow = shop.path("../shallow");
    let select = "codeowners/*,ownership/low-truck-factor";
    let check = |target: &std::path::Path, history: &[&str]| {
        let target = target.to_string_lossy().into_owned();
        let all = [&["check", &target, "--select", select], history].concat();
        shop.run(all)
    };
    let run = check(&shallow, &["--history"]);
    let text = run.exits(3);
    assert!(text.contains("git fetch --unshallow"), "{text}");
    let plain = Sandbox::folder("-- a --\na\n-- CODEOWNERS --\n* @ann\n");
    plain.run(["check", "--history"]).exits(2);
    plain.run(["check"]).exits(0);
    plain
        .run(["check", "--history", "--since", "HEAD"])
        .exits(2);
}

#[test]
fn approvals_tell_who_was_asked_least() {
    let shop = shop_of_today();
    shop.write("pay/a.rs", "other");
    shop.write("web/a.ts", "other");
    let run = shop.run(["approvals"]);
    let text = run.exits(0);
    let line = "Least asked in the last 90 days: @acme/pay (0 changes) and @acme/web (0 changes)\n";
    assert!(text.contains(line), "{text}");
    let run = shop.run(["approvals", "--no-history"]);
    assert!(!run.exits(0).contains("Least asked"));
}

#[test]
fn what_was_read_is_kept_and_can_be_removed() {
    let shop = shop();
    let cold = shop.run(["history", "--as-of", "2026-01-15"]);
    let warm = shop.run(["history", "--as-of", "2026-01-15"]);
    assert_eq!(cold.exits(0), warm.exits(0));
    let shown = shop.run(["cache"]);
    assert!(shown.exits(0).contains(": 1 file, "), "{}", shown.stdout);
    shop.run(["cache", "clean"]).exits(0);
    let shown = shop.run(["cache"]);
    assert!(shown.exits(0).contains(": 0 files, "), "{}", shown.stdout);
    let uncached = shop.run(["history", "--as-of", "2026-01-15", "--no-cache"]);
    assert_eq!(cold.stdout, uncached.stdout);
    let shown = shop.run(["cache"]);
    assert!(shown.exits(0).contains(": 0 files, "), "{}", shown.stdout);
}
