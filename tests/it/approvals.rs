//! `bailiwick approvals`: who can approve a change.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

const TEAMS: &str = "\
-- CODEOWNERS --
* @acme/core
/lib/ @acme/web @zoe
/docs/ @ann
/free/
-- bailiwick.toml --
[[rosters]]
file = \"people.toml\"
covers = [\"@acme\"]
-- people.toml --
[[teams]]
handle = \"@acme/core\"
members = [\"@ann\", \"@bob\"]
[[teams]]
handle = \"@acme/web\"
members = [\"@ann\"]
-- a --
a
-- lib/b --
b
-- docs/c --
c
-- free/d --
d
";

fn answer(shop: &Sandbox, arguments: &[&str]) -> Value {
    let all = ["approvals", "--format", "json"].iter().chain(arguments);
    let run = shop.run(all.copied());
    serde_json::from_str(run.exits(0)).unwrap()
}

#[test]
fn the_smallest_sets_approve_all_that_differs() {
    let shop = Sandbox::repository(TEAMS);
    shop.write("a", "other");
    shop.write("lib/b", "other");
    shop.write("free/d", "other");
    let found = answer(&shop, &[]);
    assert_eq!(found["paths"], 3);
    assert_eq!(found["free"], 1);
    // Ann is in both teams; her own line is not touched.
    assert_eq!(found["sets"], json!([["@ann"]]));
    assert_eq!(found["lines"][0]["people"], json!(["@ann", "@bob"]));
    assert_eq!(found["lines"][1]["able"], json!(["@acme/web", "@zoe"]));
    let run = shop.run(["approvals"]);
    let text = run.exits(0);
    assert!(text.contains("  @ann\n"), "{text}");
    assert!(
        text.contains("one of @acme/web and @zoe for line 2"),
        "{text}"
    );
}

#[test]
fn who_wrote_it_does_not_approve() {
    let shop = Sandbox::repository(TEAMS);
    shop.write("a", "other");
    shop.write("lib/b", "other");
    shop.write("docs/c", "other");
    let found = answer(&shop, &["--author", "@Ann"]);
    let unable = |line: usize| found["lines"][line]["unable"][0]["owner"].clone();
    assert_eq!(unable(1), "@acme/web");
    assert_eq!(unable(2), "@ann");
    assert_eq!(found["lines"][2]["able"], json!([]));
    assert_eq!(found["sets"], json!([["@acme/core", "@zoe"]]));
    let run = shop.run(["approvals", "--author", "@ann"]);
    let text = run.exits(0);
    assert!(text.contains("nobody is left who can approve it"), "{text}");
    shop.run(["approvals", "--author", "ann"]).exits(2);
    shop.run(["approvals", "--author", "@acme/web"]).exits(2);
}

#[test]
fn a_change_does_not_appoint_who_approves_it() {
    let shop = Sandbox::repository(TEAMS);
    shop.write("CODEOWNERS", "* @mallory\n");
    shop.write(
        "people.toml",
        "[[teams]]\nhandle = \"@acme/core\"\nmembers = [\"@mallory\"]\n",
    );
    let found = answer(&shop, &[]);
    assert_eq!(found["lines"][0]["owners"], json!(["@acme/core"]));
    assert_eq!(found["lines"][0]["people"], json!(["@ann", "@bob"]));
}

#[test]
fn there_may_be_nothing_to_approve() {
    let shop = Sandbox::repository(TEAMS);
    let run = shop.run(["approvals"]);
    let text = run.exits(0);
    assert!(text.starts_with("nothing differs since HEAD"), "{text}");
    let shop = Sandbox::repository("-- a --\na\n");
    shop.write("a", "other");
    let run = shop.run(["approvals"]);
    let text = run.exits(0);
    assert!(text.contains("there is no ownership file"), "{text}");
    shop.run(["approvals", "--since", "nowhere"]).exits(2);
}
