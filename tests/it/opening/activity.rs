//! Findings that depend on activity, in repositories whose newest commit is old.

use crate::sandbox::Sandbox;

/// A repository in which one person wrote everything and then left, and another one committed on a day.
fn shop(last: &str) -> Sandbox {
    let shop = Sandbox::folder(
        "-- bailiwick.toml --\n[[people]]\nlogin = \"@ann\"\nemails = [\"ann@acme.test\"]\n\
         -- CODEOWNERS --\n* @ann\n/gone/ @ann\n",
    );
    shop.git(["init", "-q", "-b", "main"]);
    shop.commit_as("bob", "2024-01-01");
    shop.commit_as("ann", "2024-02-01");
    for file in ["a.rs", "b.rs", "c.rs"] {
        shop.write(file, "fn f() {}\n");
    }
    shop.commit_as("bob", last);
    shop
}

fn messages(shop: &Sandbox, as_of: &str) -> Vec<(String, String)> {
    let run = shop.run([
        "check", "--history", "--no-cache", "--format", "json", "--as-of", as_of, "--select",
        "ownership/inactive-owner,ownership/low-truck-factor,ownership/knowledge-mismatch,codeowners/dead-pattern",
    ]);
    let report = run.json();
    let findings = report["findings"].as_array().unwrap().iter();
    let text = |it: &serde_json::Value, key: &str| it[key].as_str().unwrap().to_owned();
    findings
        .map(|it| (text(it, "rule"), text(it, "message")))
        .collect()
}

#[test]
fn an_old_newest_commit_is_named_where_it_matters() {
    let shop = shop("2025-01-01");
    let note = "; the newest commit is of 2025-01-01";
    // 90 days later nothing is said yet.
    let fresh = messages(&shop, "2025-04-01");
    assert!(
        fresh
            .iter()
            .any(|(rule, _)| rule == "ownership/inactive-owner"),
        "{fresh:?}"
    );
    assert!(
        !fresh.iter().any(|(_, message)| message.contains(note)),
        "{fresh:?}"
    );
    let stale = messages(&shop, "2025-04-02");
    assert!(
        stale
            .iter()
            .any(|(rule, _)| rule == "ownership/inactive-owner"),
        "{stale:?}"
    );
    for (rule, message) in stale {
        let depends = rule != "codeowners/dead-pattern";
        assert_eq!(message.ends_with(note), depends, "{rule}: {message}");
    }
}
