//! What the policy of a repository can change of its organization's, and what it cannot.

use super::{accepted, audit, findings};
use crate::sandbox::Sandbox;

const DEAD: &str = "codeowners/dead-pattern CODEOWNERS:2";

/// An organization of one repository that has a dead line, with these policies.
fn organization(policy: &str, own: &str) -> Sandbox {
    Sandbox::folder(&format!(
        "\
-- bailiwick.toml --
{policy}
-- shop/bailiwick.toml --
root = true
{own}
-- shop/README.md --
# Shop
-- shop/CODEOWNERS --
* @acme/core
/gone/ @acme/core
"
    ))
}

/// The level of the dead line, or what became of it.
fn dead(policy: &str, own: &str) -> String {
    let audit = audit(&organization(policy, own), &[]);
    let is = |line: &&String| line.contains(DEAD);
    if let Some(line) = findings(&audit).iter().find(is) {
        return line.replace("shop: ", "").replace(&format!(" {DEAD}"), "");
    }
    let accepted = accepted(&audit);
    if accepted.iter().any(|line| is(&line)) {
        "accepted"
    } else {
        "off"
    }
    .to_owned()
}

#[test]
fn a_repository_may_tighten() {
    let level = |level: &str| format!("[rules]\n\"codeowners/dead-pattern\" = \"{level}\"\n");
    assert_eq!(dead("", ""), "warning");
    assert_eq!(dead("", &level("error")), "error");
    assert_eq!(dead(&level("off"), &level("note")), "note");
    assert_eq!(dead(&level("error"), ""), "error");
    let only_here =
        "[[overrides]]\npaths = [\"/gone/\"]\nrules.\"codeowners/dead-pattern\" = \"error\"\n";
    assert_eq!(dead("", only_here), "error");
    // A pack that it extends is nobody's wish for less, nor for more.
    assert_eq!(dead("", "extends = [\"bailiwick:strict\"]\n"), "warning");
}

#[test]
fn a_repository_may_not_loosen_unless_it_may() {
    let may = "[repositories]\nmay-loosen = [\"codeowners/*\"]\n";
    let level = |level: &str| format!("[rules]\n\"codeowners/dead-pattern\" = \"{level}\"\n");
    let family = "[rules]\n\"codeowners/*\" = \"off\"\n";
    let exception = "[[exceptions]]\nrule = \"codeowners/dead-pattern\"\nreason = \"moves in\"\n";
    let by_path = format!("{exception}path = \"/gone/\"\n");
    let only_here =
        "[[overrides]]\npaths = [\"/gone/\"]\nrules.\"codeowners/dead-pattern\" = \"off\"\n";
    for (own, with_leave) in [
        (level("note"), "note"),
        (level("off"), "off"),
        (family.to_owned(), "off"),
        (only_here.to_owned(), "off"),
        (exception.to_owned(), "accepted"),
        (by_path, "accepted"),
    ] {
        assert_eq!(dead("", &own), "warning", "{own}");
        assert_eq!(dead(may, &own), with_leave, "{own}");
        // Leave for something else is none for this.
        let other = may.replace("codeowners/*", "debt/*");
        assert_eq!(dead(&other, &own), "warning", "{own}");
    }
}

#[test]
fn a_comment_accepts_only_what_may_be_loosened() {
    let allowed = |policy: &str| {
        let organization = organization(policy, "");
        organization.write(
            "shop/CODEOWNERS",
            "* @acme/core\n/gone/ @acme/core # bailiwick: allow(codeowners/dead-pattern) moves in\n",
        );
        let audit = audit(&organization, &[]);
        (findings(&audit), accepted(&audit))
    };
    let line = format!("shop: warning {DEAD}");
    assert_eq!(allowed(""), (vec![line.clone()], vec![]));
    let may = "[repositories]\nmay-loosen = [\"codeowners/dead-pattern\"]\n";
    assert_eq!(allowed(may), (vec![], vec![line]));
}

#[test]
fn thresholds_of_the_organization_hold() {
    let crowded = |policy: &str, own: &str| {
        let organization = organization(policy, own);
        organization.write("shop/CODEOWNERS", "* @a @b @c @d\n");
        let audit = audit(&organization, &["--select", "codeowners/crowded-line"]);
        findings(&audit)
    };
    let most = |most: u8| format!("[rules.\"codeowners/crowded-line\"]\nmax-owners = {most}\n");
    assert_eq!(crowded(&most(3), "").len(), 1);
    assert_eq!(crowded(&most(3), &most(9)).len(), 1);
    assert_eq!(crowded(&most(9), &most(3)).len(), 0);
    let may = "[repositories]\nmay-loosen = [\"codeowners/*\"]\n";
    assert_eq!(crowded(&(most(3) + may), &most(9)).len(), 0);
    // Leave changes nothing that the repository says nothing of.
    assert_eq!(crowded(&(most(3) + may), ""), crowded(&most(3), ""));
    let level = "level = \"error\"\n";
    let strict = most(3) + level + may;
    assert!(crowded(&strict, &most(2))[0].starts_with("shop: error "));
    let lower = "[rules]\n\"codeowners/crowded-line\" = \"note\"\n";
    assert!(crowded(&strict, lower)[0].starts_with("shop: note "));
}

#[test]
fn what_the_organization_requires_stays_required() {
    let required = |own: &str| {
        let policy = "[rules.\"ownership/unknown-owner\"]\nrequired = true\n";
        let run = organization(policy, own).run(["audit", "--fail-on", "never"]);
        run.code
    };
    assert_eq!(required(""), Some(3));
    let own = "[rules.\"ownership/unknown-owner\"]\nrequired = false\n";
    assert_eq!(required(own), Some(3));
    let off = "[rules]\n\"ownership/unknown-owner\" = \"off\"\n";
    assert_eq!(required(off), Some(3));
}

#[test]
fn exceptions_of_the_organization_hold_everywhere_and_are_used_if_used_anywhere() {
    let exceptions = |rest: &str| {
        let policy = format!(
            "[[exceptions]]\nrule = \"codeowners/dead-pattern\"\nreason = \"moves in\"\n{rest}\n"
        );
        let organization = organization(&policy, "");
        organization.add("-- tidy/bailiwick.toml --\nroot = true\n-- tidy/README.md --\n# Tidy\n-- tidy/CODEOWNERS --\n* @acme/core\n");
        organization
    };
    let unused = ".: warning policy/unused-exception bailiwick.toml:2".to_owned();
    let line = format!("shop: warning {DEAD}");
    let found = |organization: &Sandbox, arguments: &[&str]| {
        let audit = audit(organization, arguments);
        (findings(&audit), accepted(&audit))
    };
    for used in ["", "repository = \"shop\"", "path = \"/gone/\""] {
        assert_eq!(
            found(&exceptions(used), &[]),
            (vec![], vec![line.clone()]),
            "{used}"
        );
    }
    for other in ["repository = \"tidy\"", "path = \"/elsewhere/\""] {
        let expected = (vec![unused.clone(), line.clone()], vec![]);
        assert_eq!(found(&exceptions(other), &[]), expected, "{other}");
    }
    let expired = exceptions("until = 2026-01-14");
    let expected = ".: error policy/expired-exception bailiwick.toml:2".to_owned();
    assert_eq!(found(&expired, &[]).0, [expected, line]);
    // Whether it is used is not known where the rule, or a repository, was not judged.
    let elsewhere = exceptions("path = \"/elsewhere/\"");
    let (found_without, _) = found(&elsewhere, &["--ignore", "codeowners/dead-pattern"]);
    assert_eq!(found_without, [""; 0]);
    elsewhere.write("faulty/bailiwick.toml", "root = true\n[nonsense]\n");
    let (found_without, _) = found(&elsewhere, &[]);
    assert!(!found_without.contains(&unused), "{found_without:?}");
    std::fs::remove_dir_all(elsewhere.path("faulty")).unwrap();
    std::fs::remove_dir_all(elsewhere.path("tidy")).unwrap();
    std::fs::remove_dir_all(elsewhere.path("shop")).unwrap();
    assert_eq!(found(&elsewhere, &[]).0, [""; 0]);
}

#[test]
fn overrides_of_the_organization_name_repositories() {
    let only =
        "[[overrides]]\nrepositories = [\"shop\"]\nrules.\"codeowners/dead-pattern\" = \"error\"\n";
    assert_eq!(dead(only, ""), "error");
    assert_eq!(dead(&only.replace("shop", "other"), ""), "warning");
    // By the name that its policy gives.
    assert_eq!(
        dead(
            &only.replace("shop", "store"),
            "[repository]\nname = \"store\"\n"
        ),
        "error"
    );
}

#[test]
fn repositories_are_read_as_the_organization_says_unless_they_say_otherwise() {
    let without = |policy: &str, own: &str| {
        let organization = organization(policy, own);
        organization.add(
            "\
-- shop/web/service.toml --
name = \"web\"
kind = \"website\"
owner = \"@acme/core\"
-- shop/a.rs --
// LATER: tidy up
",
        );
        let audit = audit(
            &organization,
            &["--select", "runbooks/missing,debt/untracked-marker"],
        );
        findings(&audit)
    };
    let (run, words) = (
        "[services]\nrun = [\"website\"]\n",
        "[markers]\nwords = [\"LATER\"]\n",
    );
    assert_eq!(without("", ""), [""; 0]);
    let web = "shop: warning runbooks/missing web/service.toml:1";
    let later = "shop: note debt/untracked-marker a.rs:1";
    assert_eq!(without(run, ""), [web]);
    assert_eq!(without(words, ""), [later]);
    assert_eq!(without(run, words), [later, web]);
    assert_eq!(without(words, "[markers]\nwords = [\"SOON\"]\n"), [""; 0]);
    assert_eq!(
        without(&format!("{words}[files]\nexclude = [\"a.rs\"]\n"), ""),
        [""; 0]
    );
    let more = "[files]\nextend-exclude = [\"b.rs\"]\n";
    assert_eq!(
        without(&format!("{words}[files]\nexclude = [\"a.rs\"]\n"), more),
        [""; 0]
    );
    assert_eq!(
        without(&format!("{words}[files]\nexclude = [\"b.rs\"]\n"), ""),
        [later]
    );
}

#[test]
fn a_policy_that_is_named_is_the_organizations() {
    let organization = organization("[rules]\n\"codeowners/dead-pattern\" = \"off\"\n", "");
    organization.write(
        "../strict.toml",
        "[rules]\n\"codeowners/dead-pattern\" = \"error\"\n",
    );
    let audit = audit(&organization, &["--policy", "../strict.toml"]);
    assert_eq!(findings(&audit), [format!("shop: error {DEAD}")]);
}

#[test]
fn a_repository_excludes_files_from_what_it_may_loosen_alone() {
    let shop = |policy: &str, own: &str| {
        let organization = organization(policy, own);
        organization.add(
            "\
-- shop/old/service.toml --
name = \"old\"
owner = \"@acme/core\"
-- shop/old/README.md --
[gone](gone.md)
-- shop/old/a.rs --
// TODO: tidy up
",
        );
        let rules = "runbooks/missing,debt/untracked-marker,documentation/broken-link";
        findings(&audit(&organization, &["--select", rules]))
    };
    let all = [
        "shop: warning documentation/broken-link old/README.md:1",
        "shop: note debt/untracked-marker old/a.rs:1",
        "shop: warning runbooks/missing old/service.toml:1",
    ];
    let exclude = "[files]\nexclude = [\"/old/\"]\n";
    assert_eq!(shop("", ""), all);
    assert_eq!(shop("", exclude), all);
    // What the organization excludes is excluded, whatever a repository says.
    assert_eq!(shop(exclude, ""), [""; 0]);
    assert_eq!(shop(exclude, "[files]\nexclude = []\n"), [""; 0]);
    let may = |rule: &str| format!("[repositories]\nmay-loosen = [\"{rule}\"]\n");
    assert_eq!(shop(&may("debt/*"), exclude), [all[0], all[2]]);
    assert_eq!(shop(&may("runbooks/missing"), exclude), all[..2]);
    assert_eq!(shop(&may("documentation/*"), exclude), all[1..]);
    // Where no policy holds above, a repository does as it likes.
    let alone = organization("", exclude);
    std::fs::remove_file(alone.path("bailiwick.toml")).unwrap();
    alone.write("shop/old/a.rs", "// TODO: tidy up\n");
    assert_eq!(
        findings(&audit(&alone, &["--select", "debt/untracked-marker"])),
        [""; 0]
    );
}

#[test]
fn shows_the_policy_of_the_organization_by_its_own_path() {
    let sandbox = organization("[rules]\n\"codeowners/dead-pattern\" = \"error\"\n", "");
    for (arguments, shown) in [
        (&["audit", "."][..], "policy: bailiwick.toml:2:29:"),
        (&["audit", "./"], "policy: bailiwick.toml:2:29:"),
        (
            &["audit", ".", "--policy", "./bailiwick.toml"],
            "policy: bailiwick.toml:2:29:",
        ),
    ] {
        let run = sandbox.run(arguments);
        assert!(run.stdout.contains(shown), "{arguments:?}: {}", run.stdout);
        assert!(
            !run.stdout.contains("shop/bailiwick.toml:2:29"),
            "{}",
            run.stdout
        );
    }
}
