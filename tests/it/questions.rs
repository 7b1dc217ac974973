//! `bailiwick services` and `bailiwick graph`: what there is, and how it hangs together.

use expect_test::expect;
use serde_json::Value;

use crate::sandbox::Sandbox;

const SHOP: &str = "\
-- CODEOWNERS --
* @acme/core
/search/ @bob
-- bailiwick.toml --
[[teams]]
handle = \"@acme/core\"
members = [\"ann\", \"bob\"]
[[journeys]]
name = \"buy\"
owner = \"@acme/core\"
steps = [\"cart\"]
-- cart/service.toml --
name = \"cart\"
owner = \"@acme/core\"
tier = 1
lifecycle = \"production\"
depends-on = [\"stock\"]
runbook = \"docs/runbooks/cart.md\"
-- compose.yaml --
services:
  cart: {build: cart, depends_on: [search, stock]}
  search: {build: ./search}
  stock: {image: acme/stock}
  mail: {build: mail}
  print: {build: print, depends_on: [mail]}
-- cart/Dockerfile --
-- docs/runbooks/cart.md --
# Cart
-- mail/Dockerfile --
-- print/Dockerfile --
-- search/Dockerfile --
-- search/service.toml --
name = \"search\"
-- stock/service.toml --
name = \"stock\"
owner = \"@acme/gone\"
";

#[test]
fn services_are_listed_with_what_looks_like_one() {
    let shop = Sandbox::repository(SHOP);
    let run = shop.run(["services"]);
    expect![[r#"
        service  kind     tier  lifecycle   owner       files  declared in
        cart     service     1  production  @acme/core      2  cart/service.toml:1:8
        search   service                    (@bob)          2  search/service.toml:1:8
        stock    service                    @acme/gone      1  stock/service.toml:1:8
        owners in parentheses are those of the ownership file

        2 folders that nothing declares look deployable:
          mail
            mail/Dockerfile: builds its image
            compose.yaml:5:17: compose builds and runs it
          print
            print/Dockerfile: builds its image
            compose.yaml:6:18: compose builds and runs it
    "#]]
    .assert_eq(run.exits(0));
    let json = shop.run(["services", "--format", "json"]).json();
    let names = |key: &str| -> Vec<&str> {
        let list = json[key].as_array().unwrap().iter();
        list.map(|it| it["name"].as_str().unwrap()).collect()
    };
    assert_eq!(names("services"), ["cart", "search", "stock"]);
    assert_eq!(names("candidates"), ["mail", "print"]);
    assert_eq!(
        json["services"][0]["depends_on"],
        serde_json::json!(["stock"])
    );
}

#[test]
fn services_of_many_repositories_are_told_with_their_places() {
    let organization = Sandbox::folder(
        "\
-- bailiwick.toml --
[[services]]
name = \"declared-above\"
repository = \"b\"
paths = [\"/x/\"]
-- a/bailiwick.toml --
root = true
-- a/api/service.toml --
name = \"api\"
-- b/bailiwick.toml --
root = true
-- b/declared-above/fly.toml --
app = \"declared-above\"
-- b/other/fly.toml --
app = \"other\"
-- b/x/y --
",
    );
    let run = organization.run(["services"]);
    expect![[r#"
        service         kind     tier  lifecycle  owner   files  declared in
        api             service                   nobody      1  a/api/service.toml:1:8
        declared-above  service                   nobody      1  b/bailiwick.toml:2:8

        1 folder that nothing declares looks deployable:
          b/other
            b/other/fly.toml:1:7: Fly builds and runs it
    "#]]
    .assert_eq(run.exits(0));
    // One alone.
    let run = organization.run(["services", "a"]);
    assert!(
        run.exits(0).contains("api/service.toml:1:8"),
        "{}",
        run.stdout
    );
    let run = organization.run(["services", "nowhere"]);
    assert_eq!(run.exits(2), "");
}

#[test]
fn a_check_without_a_catalog_says_how_to_write_one() {
    let closing = |shop: &Sandbox, arguments: &[&str]| {
        let run = shop.run([&["check", "--fail-on", "never"], arguments].concat());
        run.exits(0)
            .contains("look deployable and nothing declares them: `bailiwick init")
    };
    let two = "-- a/fly.toml --\napp = \"a\"\n-- b/fly.toml --\napp = \"b\"\n-- b/c/x --\n";
    let shop = Sandbox::repository(two);
    assert!(closing(&shop, &[]));
    assert!(closing(&shop, &["--format", "markdown"]));
    assert!(!closing(&shop, &["--format", "json"]));
    assert!(
        !closing(&shop, &["b"]),
        "one alone may be all that there is"
    );
    shop.write("c/service.toml", "name = \"c\"\n");
    shop.commit();
    assert!(!closing(&shop, &[]), "where a catalog is, a rule tells");
    let one = Sandbox::repository("-- a/fly.toml --\napp = \"a\"\n");
    assert!(!closing(&one, &[]));
}

/// `from kind to` of each edge, by the identifiers of nodes.
fn edges(graph: &Value) -> Vec<String> {
    let edges = graph["edges"].as_array().unwrap().iter();
    let text = |edge: &Value, key: &str| edge[key].as_str().unwrap().to_owned();
    let edges = edges.map(|edge| {
        let [from, kind, to] = ["from", "kind", "to"].map(|key| text(edge, key));
        format!("{from} {kind} {to}")
    });
    edges.collect()
}

#[test]
fn the_graph_has_everything_and_how_it_hangs_together() {
    let shop = Sandbox::repository(SHOP);
    let graph = shop.run(["graph", "--format", "json"]).json();
    let schema = include_str!("../../policies/graph.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    assert!(
        jsonschema::validator_for(&schema).unwrap().is_valid(&graph),
        "{graph:#}"
    );
    let cart = "service:.:component:default/cart";
    let stock = "service:.:component:default/stock";
    let search = "service:.:component:default/search";
    let edges = edges(&graph);
    for edge in [
        format!("{cart} depends-on {stock}"),
        format!("{cart} may-depend-on {search}"),
        format!("{cart} owned-by team:@acme/core"),
        format!("{search} owned-by person:@bob"),
        format!("repository:. holds {cart}"),
        format!("ownership-rule:.:2 decides-over {search}"),
        "person:@ann member-of team:@acme/core".into(),
        format!("journey:buy through {cart}"),
        format!("document:.:docs/runbooks/cart.md runbook-of {cart}"),
    ] {
        assert!(edges.contains(&edge), "{edge}: {edges:#?}");
    }
    // A hint adds nothing where the descriptor says it.
    assert!(!edges.contains(&format!("{cart} may-depend-on {stock}")));
}

#[test]
fn graphs_are_drawn_near_a_focus() {
    let shop = Sandbox::repository(SHOP);
    let run = shop.run([
        "graph", "--focus", "Stock", "--depth", "1", "--format", "mermaid",
    ]);
    expect![[r#"
        flowchart LR
          n0("*")
          n1("shop")
          n2["cart (tier 1)"]
          n3["stock"]
          n4{{"@acme/gone"}}
          n0 -.->|decides-over| n2
          n0 -.->|decides-over| n3
          n1 -.->|holds| n0
          n1 -.->|holds| n2
          n1 -.->|holds| n3
          n2 ==>|depends-on| n3
          n3 -->|owned-by| n4
    "#]]
    .assert_eq(&run.exits(0).replace("n1(\"work\")", "n1(\"shop\")"));
    let run = shop.run(["graph", "--service", "search", "--depth", "0"]);
    expect![[r##"
        digraph bailiwick {
          rankdir=LR;
          node [fontname="sans-serif" fontsize=11 style=filled fillcolor=white];
          edge [fontname="sans-serif" fontsize=9 color="#777777"];
          n0 [label="search" shape=box fillcolor="#dbeafe"];
        }
    "##]]
    .assert_eq(run.exits(0));
    // By any name, of several at once.
    for focus in [
        "buy",
        "@ann",
        "@acme/core",
        "component:default/cart",
        "work",
    ] {
        let run = shop.run(["graph", "--focus", focus, "--depth", "0"]);
        assert!(run.exits(0).contains("n0 ["), "{focus}: {}", run.stdout);
    }
    let both = [
        "graph",
        "--owner",
        "@bob",
        "--service",
        "cart",
        "--depth",
        "0",
    ];
    let run = shop.run(both);
    assert!(run.exits(0).contains("n1 ["), "{}", run.stdout);
}

#[test]
fn a_focus_that_names_nothing_is_an_error_with_what_may_be_meant() {
    let shop = Sandbox::repository(SHOP);
    for (focus, meant) in [
        ("serch", "did you mean `search`?"),
        ("@acme/coer", "did you mean `@acme/core`?"),
        ("byu", "did you mean `buy`?"),
        ("nothing-like-it", "`bailiwick services` lists services"),
    ] {
        let run = shop.run(["graph", "--focus", focus]);
        assert_eq!(run.exits(2), "");
        assert!(
            run.said()
                .contains(&format!("nothing in the graph is called `{focus}`")),
            "{}",
            run.stderr
        );
        assert!(run.said().contains(meant), "{focus}: {}", run.stderr);
    }
}
