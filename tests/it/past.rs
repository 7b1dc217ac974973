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
    expect![[""]].assert_eq(run.exits(0));
    let run = shop.run(["whatif", "--without", "@anne"]);
    run.exits(2);
    assert!(
        run.stderr.contains("did you mean `@ann`?"),
        "{}",
        run.stderr
    );
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

        - [ ] `pay` (tier 1) has no runbook → write what it means when it fails and what to do, and link it from the descriptor (`runbooks/missing`, `pay/service.toml:1`)
        - [ ] `@acme/pay` has no document for newcomers in `work` → write `CONTRIBUTING.md`: how to set up, test, deploy, and who is on call (`teams/missing-onboarding`, `bailiwick.toml:11`)

        ## What you inherit

        - [ ] go through 4 markers of unfinished work: `pay/a.rs:1`, `pay/b.rs:1`, `pay/c.rs:1` and `pay/d.rs:1`

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
