//! Organizations that mean harm: what is printed of them is harmless, and they end.

use super::{audit, failed, paths};
use crate::hostile::{NAMES, assert_harmless, assert_markdown};
use crate::sandbox::Sandbox;

/// An organization whose teams, services, journeys, owners and repositories have hostile names.
fn hostile() -> Sandbox {
    let organization = Sandbox::folder("");
    let quoted = |name: &str| {
        serde_json::to_string(name)
            .unwrap()
            .replace('\u{9b}', "\\u009B")
    };
    let (mut teams, mut services, mut owners) = (String::new(), String::new(), String::new());
    for (place, name) in NAMES.iter().enumerate() {
        let quoted = quoted(name);
        let word: String = name.chars().filter(|c| !c.is_whitespace()).collect();
        teams += &format!(
            "[[teams]]\nname = {quoted}\nhandle = \"@acme/t{place}\"\nmembers = [\"ann\"]\n"
        );
        services += &format!(
            "[[services]]\nname = \"s{place}\"\ntitle = {quoted}\nkind = {quoted}\nlifecycle = {quoted}\n\
             owner = \"@acme/t{place}\"\npaths = [\"/s{place}/\"]\ntier = 1\n"
        );
        services += &format!(
            "[[journeys]]\nname = {quoted}\nowner = \"@acme/t{place}\"\nsteps = [\"s{place}\"]\n"
        );
        owners += &format!("/s{place}/ @acme/t{place}\n/gone/{word}/ @{word}\n");
    }
    organization.write("bailiwick.toml", "[catalog]\nfiles = [\"all.toml\"]\n");
    organization.write("all.toml", teams);
    for (place, name) in NAMES.iter().enumerate() {
        let name = name.replace('/', "_");
        organization.write(format!("{name}/bailiwick.toml"), "root = true\n");
        organization.write(format!("{name}/CODEOWNERS"), "* @acme/t0\n/gone/ @ann\n");
        organization.write(
            format!("{name}/service.toml"),
            format!("name = \"r{place}\"\nowner = \"@acme/t{place}\"\nkind = \"service\"\n"),
        );
    }
    organization.write(
        "shop/bailiwick.toml",
        "root = true\n[catalog]\nfiles = [\"all.toml\"]\n",
    );
    organization.write("shop/all.toml", services);
    organization.write("shop/CODEOWNERS", owners);
    organization
}

#[test]
fn audits_and_answers_are_harmless_in_every_format() {
    let organization = hostile();
    let audit = audit(&organization, &[]);
    assert_eq!(failed(&audit), [""; 0]);
    assert_eq!(paths(&audit).len(), NAMES.len() + 2);
    for format in ["human", "json", "markdown", "csv", "sarif"] {
        for more in [&[][..], &["-v"]] {
            let run = organization.run([&["audit", "--format", format], more].concat());
            assert!(run.stdout.len() > 1000, "{format}: {}", run.stdout);
            assert_harmless(&run.stdout);
            assert_harmless(&run.stderr);
        }
    }
    for command in [
        ["services", "human"],
        ["services", "json"],
        ["graph", "dot"],
        ["graph", "mermaid"],
        ["graph", "json"],
    ] {
        let run = organization.run([command[0], "--format", command[1]]);
        assert!(run.exits(0).len() > 1000, "{command:?}: {}", run.stdout);
        assert_harmless(&run.stdout);
        assert_harmless(&run.stderr);
    }
    let run = organization.run(["graph", "--focus", "\u{1b}[31m::x"]);
    run.exits(2);
    assert_harmless(&run.stderr);
    let page = organization.run(["audit", "--format", "markdown"]);
    assert_markdown(&page.stdout);
    // In a spreadsheet each row is a line.
    let sheet = organization.run(["audit", "--format", "csv"]).stdout;
    let kinds = ["kind,", "team,", "service,", "repository,"];
    assert!(
        sheet
            .lines()
            .all(|line| kinds.iter().any(|kind| line.starts_with(kind))),
        "{sheet}"
    );
}

#[test]
fn services_of_one_name_and_teams_in_circles_are_told_apart() {
    let organization = Sandbox::folder(
        "\
-- bailiwick.toml --
[[teams]]
handle = \"@acme/self\"
parent = \"@acme/self\"
members = [\"ann\"]
[[teams]]
handle = \"@acme/a\"
parent = \"@acme/b\"
[[teams]]
handle = \"@acme/b\"
parent = \"@acme/a\"
-- one/bailiwick.toml --
root = true
-- one/x/service.toml --
name = \"api\"
owner = \"@acme/self\"
-- one/y/service.toml --
name = \"API\"
owner = \"@acme/a\"
depends-on = [\"api\"]
-- two/bailiwick.toml --
root = true
-- two/service.toml --
name = \"api\"
owner = \"@acme/b\"
depends-on = [\"api\"]
",
    );
    let audit = audit(&organization, &[]);
    let cards = audit["scorecards"]["services"].as_array().unwrap().iter();
    let mut cards: Vec<String> = cards
        .map(|it| format!("{} {}", it["repository"], it["owners"]))
        .collect();
    cards.sort();
    assert_eq!(
        cards,
        [
            "\"one\" [\"@acme/a\"]",
            "\"one\" [\"@acme/self\"]",
            "\"two\" [\"@acme/b\"]"
        ]
    );
    organization.run(["audit", "--fail-on", "never"]).exits(0);
    let graph = organization.run(["graph", "--format", "json"]).json();
    let nodes = graph["nodes"].as_array().unwrap().iter();
    let ids: Vec<&str> = nodes.map(|node| node["id"].as_str().unwrap()).collect();
    let services = ids.iter().filter(|id| id.starts_with("service:"));
    let services: Vec<&str> = services.copied().collect();
    assert_eq!(
        services,
        [
            "service:one:component:default/api",
            "service:one:component:default/api#2",
            "service:two:component:default/api"
        ]
    );
    let unique: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "{ids:?}");
}

#[test]
fn ten_thousand_services_and_a_thousand_teams_end() {
    let organization = Sandbox::folder(
        "-- r/bailiwick.toml --\nroot = true\n[catalog]\nfiles = [\"all.toml\"]\n-- r/CODEOWNERS --\n* @acme/t1\n",
    );
    let services = (0..10_000).map(|n| {
        let (team, next, tier) = (n % 1000, (n + 1) % 10_000, n % 4 + 1);
        format!(
            "[[services]]\nname = \"s{n}\"\nowner = \"@acme/t{team}\"\npaths = [\"/f{n}/\"]\n\
             depends-on = [\"s{next}\"]\ntier = {tier}\n"
        )
    });
    let teams = (0..1000).map(|n| {
        let parent = n / 10 * 10 + (n + 1) % 10;
        format!("[[teams]]\nhandle = \"@acme/t{n}\"\nparent = \"@acme/t{parent}\"\nmembers = [\"u{n}\"]\n")
    });
    organization.write("r/all.toml", services.chain(teams).collect::<String>());
    for format in ["markdown", "csv"] {
        let run = organization.run(["audit", "--format", format, "--fail-on", "never"]);
        run.exits(0);
        assert_eq!(run.stderr, "");
    }
    let run = organization.run(["audit", "--fail-on", "never"]);
    // The worst are shown, and how many there are.
    assert!(
        run.stdout.lines().count() < 200,
        "{}",
        run.stdout.lines().count()
    );
    assert!(
        run.stdout.contains("and 9,975 more (-v lists all)"),
        "{}",
        run.stdout
    );
    let graph = organization.run(["graph", "--format", "mermaid"]);
    assert!(
        graph.exits(0).contains("more edges"),
        "GitHub draws no more than 500"
    );
    let near = organization.run(["graph", "--focus", "s5", "--depth", "1"]);
    assert!(near.exits(0).lines().count() < 30, "{}", near.stdout);
}
