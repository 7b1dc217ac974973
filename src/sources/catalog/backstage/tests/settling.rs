use expect_test::expect;

use super::*;
use crate::facts::Tree;
use crate::sources::catalog::Origin;

const ACME: Origin<'_> = Origin {
    name: "shop",
    organization: Some("acme"),
};

/// Where a service lies, and where its links lead, whose descriptor at `a/catalog-info.yaml` has these
/// annotations and links.
fn settled(metadata: &str, origin: &Origin<'_>) -> String {
    let text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: x, {metadata}}}\nspec: {{type: service, lifecycle: production}}\n"
    );
    let tree: Tree = [
        "a/catalog-info.yaml",
        "a/docs/index.md",
        "b/mkdocs.yml",
        "docs/run book.md",
        "docs/runbook.md",
        "services/pay/main.go",
    ]
    .into_iter()
    .collect();
    let path = RepoPath::from("a/catalog-info.yaml");
    let mut service = read_text(&text).unwrap().at(&path).services.remove(0);
    settle(&mut service, &path, &tree, origin);
    let mut out = format!("{:?}", service.folder.as_ref().unwrap().to_string_lossy());
    out += &service
        .repository
        .map(|said| format!(" of {}", said.text))
        .unwrap_or_default();
    for link in &service.links {
        out += &format!(" {}", link.url);
    }
    out
}

#[test]
fn a_component_lies_where_it_says_its_source_is() {
    let source = |location: &str, origin: &Origin<'_>| {
        settled(
            &format!("annotations: {{backstage.io/source-location: '{location}'}}"),
            origin,
        )
    };
    let without = Origin {
        name: "checkout",
        organization: None,
    };
    let mut out = String::new();
    for (location, origin) in [
        (
            "url:https://github.com/acme/shop/tree/main/services/pay/",
            &ACME,
        ),
        (
            "url:https://github.com/Acme/Shop/tree/release/1.0/services/pay",
            &ACME,
        ),
        (
            "url:https://github.com/fork/shop/blob/main/services/pay/main.go",
            &ACME,
        ),
        ("url:https://github.com/acme/shop/", &ACME),
        ("url:https://github.com/acme/shop/tree/main/gone/", &ACME),
        ("url:https://github.com/acme/ledger/tree/main/src/", &ACME),
        ("url:https://github.com/acme/ledger", &ACME),
        (
            "url:https://github.com/acme/ledger/tree/main/src/",
            &without,
        ),
        ("url:https://acme.example", &ACME),
        (
            "url:https://github.com/acme/shop/tree/main/../../etc/",
            &ACME,
        ),
        ("file:/etc/", &ACME),
        ("", &ACME),
    ] {
        out += &format!("{location} → {}\n", source(location, origin));
    }
    expect![[r#"
        url:https://github.com/acme/shop/tree/main/services/pay/ → "services/pay"
        url:https://github.com/Acme/Shop/tree/release/1.0/services/pay → "services/pay"
        url:https://github.com/fork/shop/blob/main/services/pay/main.go → "services/pay"
        url:https://github.com/acme/shop/ → ""
        url:https://github.com/acme/shop/tree/main/gone/ → "a"
        url:https://github.com/acme/ledger/tree/main/src/ → "src" of ledger
        url:https://github.com/acme/ledger → "" of ledger
        url:https://github.com/acme/ledger/tree/main/src/ → "a"
        url:https://acme.example → "a"
        url:https://github.com/acme/shop/tree/main/../../etc/ → "a"
        file:/etc/ → "a"
         → "a"
    "#]]
    .assert_eq(&out);
}

#[test]
fn links_into_the_repository_lead_to_its_files() {
    let links = |urls: &str, annotations: &str| {
        let links = urls.split(' ').map(|url| format!("{{url: '{url}'}}"));
        let links = links.collect::<Vec<_>>().join(", ");
        settled(
            &format!("links: [{links}], annotations: {{{annotations}}}"),
            &ACME,
        )
    };
    let urls = "https://github.com/acme/shop/blob/main/docs/runbook.md#meaning \
                https://github.com/acme/shop/blob/main/docs/gone.md \
                https://github.com/acme/other/blob/main/docs/runbook.md \
                https://github.com/acme/shop https://acme.example/docs/runbook.md";
    expect![[r#""a" docs/runbook.md https://github.com/acme/shop/blob/main/docs/gone.md https://github.com/acme/other/blob/main/docs/runbook.md https://github.com/acme/shop https://acme.example/docs/runbook.md"#]].assert_eq(&links(urls, ""));
    let mut out = String::new();
    for site in [
        "dir:.",
        "dir:../b",
        "dir:./gone",
        "dir:../..",
        "url:https://x.example/docs",
        "odd",
    ] {
        let annotation = format!("backstage.io/techdocs-ref: '{site}'");
        out += &format!("{site} → {}\n", links("https://x", &annotation));
    }
    expect![[r#"
        dir:. → "a" https://x a/docs/index.md
        dir:../b → "a" https://x b/mkdocs.yml
        dir:./gone → "a" https://x
        dir:../.. → "a" https://x
        url:https://x.example/docs → "a" https://x https://x.example/docs
        odd → "a" https://x
    "#]]
    .assert_eq(&out);
}
