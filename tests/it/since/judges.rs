//! By which policy a change is judged: by that of the branch that it goes to, so that none excuses itself.

use super::{NOTHING, accepted, change, new};
use crate::sandbox::Sandbox;

const STRICT: &str = "\
-- bailiwick.toml --
[rules]
\"debt/growing-debt\" = \"off\"
\"debt/untracked-marker\" = { level = \"error\", each = true }
-- a.rs --
// TODO: it stands
-- sub/b.rs --
";
const MARKER: &str = "error debt/untracked-marker sub/b.rs:1";

/// A repository with a strict policy, and a change that breaks it and has this policy of its own.
fn excused(policy: Option<&str>) -> Sandbox {
    let shop = Sandbox::repository(STRICT);
    shop.write("sub/b.rs", "// TODO: it is new\n");
    match policy {
        Some(policy) => shop.write("bailiwick.toml", policy),
        None => std::fs::remove_file(shop.path("bailiwick.toml")).unwrap(),
    }
    shop.git(["add", "-A"]);
    shop
}

#[test]
fn a_change_cannot_excuse_itself() {
    let off = "[rules]\n\"debt/untracked-marker\" = \"off\"\n";
    let exception = "[[exceptions]]\nrule = \"debt/*\"\npaths = [\"**\"]\nreason = \"we say so\"\n";
    let excluded = "[files]\nexclude = [\"**\"]\n";
    let baseless = "this is no policy";
    for policy in [
        Some(off),
        Some(exception),
        Some(excluded),
        Some(baseless),
        None,
    ] {
        let shop = excused(policy);
        assert_eq!(new(&shop, "HEAD"), [MARKER], "{policy:?}");
        shop.git(["commit", "-q", "-m", "excuse"]);
        assert_eq!(new(&shop, "HEAD~1"), [MARKER], "{policy:?}");
        assert_eq!(
            shop.findings(["--since", "HEAD~1", "--at", "HEAD"]),
            [MARKER],
            "{policy:?}"
        );
        let change = change(&shop, "HEAD~1");
        assert_eq!(change["policy_differs"], true);
        assert_eq!(super::edits(&change), ["policy bailiwick.toml"]);
    }
}

#[test]
fn a_change_cannot_take_a_folder_out() {
    let shop = excused(Some(
        "root = true\n[rules]\n\"debt/untracked-marker\" = { level = \"error\", each = true }\n",
    ));
    shop.write("sub/bailiwick.toml", "root = true\n");
    shop.git(["add", "-A"]);
    assert_eq!(new(&shop, "HEAD"), [MARKER]);
    // Not for who looks at the folder alone, either.
    assert_eq!(shop.findings(["sub", "--since", "HEAD"]), [MARKER]);
    assert_eq!(
        shop.bailiwick(["check", "--since", "HEAD", "--format", "concise"])
            .current_dir(&shop.path("sub"))
            .run()
            .exits(1)
            .lines()
            .filter(|line| line.contains("debt/untracked-marker"))
            .count(),
        1
    );
}

#[test]
fn the_policy_of_the_change_judges_where_it_is_asked_for() {
    let shop = excused(Some("[rules]\n\"debt/*\" = \"off\"\n"));
    let of_head = ["--since", "HEAD", "--policy-from", "head"];
    assert_eq!(shop.findings(of_head), NOTHING);
    // It judges both sides, so that what stands is not new by a new rule.
    let shop = Sandbox::repository("-- a.rs --\n// TODO: it stands\n-- sub/b.rs --\n");
    shop.add(STRICT);
    shop.write("sub/b.rs", "// TODO: it is new\n");
    shop.git(["add", "-A"]);
    assert_eq!(shop.findings(of_head), [MARKER]);
    assert_eq!(
        new(&shop, "HEAD"),
        [
            "note debt/growing-debt sub/b.rs:1",
            "note debt/untracked-marker sub/b.rs:1"
        ]
    );
    let run = shop.run(["check", "--policy-from", "head"]);
    run.exits(2);
}

#[test]
fn the_policy_is_that_of_the_tip_and_not_of_where_the_change_began() {
    let shop = Sandbox::repository("-- a.rs --\n// TODO: it stands\n-- sub/b.rs --\n");
    shop.git(["checkout", "-q", "-b", "topic"]);
    shop.write("sub/b.rs", "// TODO: it is new\n");
    shop.commit();
    shop.git(["checkout", "-q", "main"]);
    shop.add(STRICT);
    shop.commit();
    shop.git(["checkout", "-q", "topic"]);
    assert_eq!(new(&shop, "main"), [MARKER]);
}

#[test]
fn what_the_policy_names_may_be_younger_than_the_change_or_gone_by_it() {
    let shop = Sandbox::repository("-- CODEOWNERS --\n* @acme/a\n-- a --\n");
    shop.git(["checkout", "-q", "-b", "topic"]);
    shop.write("CODEOWNERS", "* @acme/a\n/a @acme/nobody\n");
    shop.commit();
    shop.git(["checkout", "-q", "main"]);
    shop.add(
        "-- bailiwick.toml --\n[[rosters]]\nfile = \"people.toml\"\ncovers = [\"@acme\"]\n\
         -- people.toml --\n[[people]]\nlogin = \"@ann\"\n[[teams]]\nhandle = \"@acme/a\"\nmembers = [\"@ann\"]\n",
    );
    shop.commit();
    shop.git(["checkout", "-q", "topic"]);
    let unknown = "error ownership/unknown-owner CODEOWNERS:2";
    let select = ["--select", "ownership/unknown-owner"];
    let since = |revision| shop.findings([&["--since", revision][..], &select].concat());
    assert_eq!(since("main"), [unknown]);
    // A change that takes the roster away is judged by what it was.
    shop.git(["checkout", "-q", "main"]);
    shop.git(["rm", "-q", "people.toml", "bailiwick.toml"]);
    shop.write("CODEOWNERS", "* @acme/a\n/a @acme/nobody\n");
    assert_eq!(since("HEAD"), [unknown]);
}

#[test]
fn a_comment_of_the_change_may_suppress_what_it_brings() {
    // It stands in the tree that is judged, beside the line that it is about, where a review sees it.
    let shop = Sandbox::repository(STRICT);
    shop.write(
        "sub/b.rs",
        "// bailiwick: allow(debt/untracked-marker) until the release\n// TODO: it is new\n",
    );
    let report = shop.report(["--since", "HEAD"]);
    assert_eq!(crate::sandbox::lines_of(&report["findings"]), NOTHING);
    assert_eq!(
        accepted(&report),
        ["error debt/untracked-marker sub/b.rs:2"]
    );
}

#[test]
fn a_faulty_policy_is_said_to_be_that_of_the_revision() {
    let shop =
        Sandbox::repository("-- bailiwick.toml --\n[rules]\n\"no/such\" = \"error\"\n-- a --\n");
    let run = shop.run(["check", "--since", "HEAD"]);
    run.exits(2);
    let said = run.said();
    assert!(
        said.contains("the policy of `HEAD`, which judges the change, has 1 error"),
        "{said}"
    );
    assert!(said.contains("`--policy-from head`"), "{said}");
    // Also where the change mends it, and this is the way out.
    shop.write("bailiwick.toml", "[rules]\n");
    shop.commit();
    shop.run(["check", "--since", "HEAD~1"]).exits(2);
    shop.run(["check", "--since", "HEAD~1", "--policy-from", "head"])
        .exits(0);
    // The other way round nothing is wrong with what judges.
    shop.write("bailiwick.toml", "[rules]\n\"no/such\" = \"error\"\n");
    shop.commit();
    shop.run(["check", "--since", "HEAD~1"]).exits(0);
    let run = shop.run(["check", "--since", "HEAD~1", "--policy-from", "head"]);
    run.exits(2);
    assert!(
        run.said().contains("the policy of the change has 1 error"),
        "{}",
        run.said()
    );
    // A policy that was named is nobody's.
    shop.write("../other.toml", "[rules]\n\"no/such\" = \"error\"\n");
    let run = shop.run(["check", "--since", "HEAD~1", "--policy", "../other.toml"]);
    run.exits(2);
    assert!(
        run.said().contains("error: the policy has 1 error"),
        "{}",
        run.said()
    );
}
