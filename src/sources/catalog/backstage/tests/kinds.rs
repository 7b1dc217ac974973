use expect_test::expect;

use super::*;

#[test]
fn a_component_says_all_that_it_can() {
    let text = r#"
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Checkout
  namespace: Shop
  title: The checkout
  description: Takes the money
  labels:
    tier: "1"
    acme.example/area: money
  annotations:
    github.com/project-slug: acme/checkout
    pagerduty.com/service-id: PABC12
    opsgenie.com/team: ' '
    grafana/dashboard-selector: "tags @> 'checkout'"
    datadoghq.com/dashboard-url: https://app.datadoghq.com/dashboard/x
    backstage.io/techdocs-ref: dir:.
    backstage.io/source-location: url:https://github.com/acme/Checkout/tree/main/
  tags: [java, c++]
  links:
    - {url: https://acme.example/runbook, title: What to do, icon: docs, type: Runbook}
    - {url: https://acme.example/d/1, icon: dashboard}
    - {url: https://acme.example/d/2, title: Runbook of the dashboard, icon: dashboard}
    - {url: https://acme.example}
  owner_of_the_field: nobody
spec:
  type: Service
  lifecycle: production
  owner: payments
  system: shop
  subcomponentOf: storefront
  providesApis: [orders, api:ops/health]
  consumesApis: [stock]
  dependsOn: [resource:orders-db, Component:ops/mail]
  dependencyOf: [component:web]
  costs: {center: 7}
relations: []
status: {}
"#;
    expect![[r#"
        component:shop/checkout Checkout (service) title=The checkout tier=1 production owner=group:shop/payments part of=system:shop/shop,component:shop/storefront depends on=resource:shop/orders-db,component:ops/mail dependency of=component:shop/web provides=api:shop/orders,api:ops/health consumes=api:shop/stock tags=java,c++ in Checkout
          link runbook | What to do | https://acme.example/runbook
          link dashboard | - | https://acme.example/d/1
          link - | Runbook of the dashboard | https://acme.example/d/2
          link - | - | https://acme.example
          link on-call | PagerDuty | pagerduty:PABC12
          link dashboard | Grafana | grafana:tags @> 'checkout'
          link dashboard | Datadog | https://app.datadoghq.com/dashboard/x
          link docs | TechDocs | dir:.
    "#]]
    .assert_eq(&declared(text));
    let service = &read_text(text).unwrap().services[0];
    let line = |excerpt: &crate::text::Excerpt| (excerpt.line, excerpt.marked().to_owned());
    let location = service.location.excerpt.as_ref().unwrap();
    assert_eq!(line(location), (5, "Checkout".into()));
    assert_eq!(
        line(&service.owner.as_ref().unwrap().excerpt),
        (30, "payments".into())
    );
    assert_eq!(
        line(&service.tier.as_ref().unwrap().excerpt),
        (10, "\"1\"".into())
    );
    let slug = service.annotations.get("github.com/project-slug");
    assert_eq!(slug.map(String::as_str), Some("acme/checkout"));
}

#[test]
fn interfaces_and_resources_are_services_without_a_folder() {
    let text = r#"
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders}
spec:
  type: openapi
  lifecycle: deprecated
  owner: user:ann
  system: shop
  definition: {$text: ./openapi.yaml}
---
apiVersion: backstage.io/v1alpha2
kind: API
metadata: {name: tools}
spec:
  type: mcp-server
  lifecycle: experimental
  remotes: [{type: sse, url: https://x}]
---
apiVersion: backstage.io/v1beta1
kind: Resource
metadata: {name: orders-db}
spec:
  type: database
  owner: "@acme/dba"
  system: shop
  dependsOn: [resource:cluster]
  dependencyOf: [component:checkout]
"#;
    expect![[r#"
        api:default/orders orders (api) deprecated owner=user:default/ann part of=system:default/shop
        api:default/tools tools (api) experimental
        resource:default/orders-db orders-db (resource) owner=@acme/dba part of=system:default/shop depends on=resource:default/cluster dependency of=component:default/checkout
    "#]]
    .assert_eq(&declared(text));
    let here = read_text(text).unwrap().at(&"x/catalog-info.yaml".into());
    assert!(here.services.iter().all(|service| service.folder.is_none()));
}

#[test]
fn systems_and_domains_group() {
    let text = r#"
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: Shop, namespace: web}
spec: {owner: commerce, domain: default/sales, type: product}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: sales}
spec: {owner: board, subdomainOf: company}
"#;
    expect![[r#"
        system:web/shop Shop owner=group:web/commerce part of=domain:default/sales
        domain:default/sales sales owner=group:default/board part of=domain:default/company
    "#]]
    .assert_eq(&declared(text));
}

#[test]
fn groups_and_users_are_teams_and_people() {
    let text = r#"
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: Payments
  annotations: {github.com/team-slug: Acme/payments}
spec:
  type: team
  profile: {displayName: The money, email: money@acme.example, picture: https://x}
  parent: commerce
  children: [refunds, ops/ledger]
  members: [ann, user:ops/bob]
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: empty, title: Nobody, annotations: {github.com/team-slug: empty}}
spec: {type: team, children: [], members: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: silent}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata:
  name: ann
  annotations: {github.com/user-login: "@Ann-S"}
spec:
  profile: {displayName: Ann Smith, email: Ann@acme.example}
  memberOf: [payments]
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: bob}
spec: {}
"#;
    expect![[r#"
        group:default/payments handle=Acme/payments name=The money members=user:default/ann,user:ops/bob parent=group:default/commerce children=group:default/refunds,group:ops/ledger
        group:default/empty name=Nobody no members
        group:default/silent
        user:default/ann login=Ann-S name=Ann Smith email=Ann@acme.example member of=group:default/payments
        user:default/bob
    "#]]
    .assert_eq(&declared(text));
}

#[test]
fn locations_name_files_here_and_elsewhere() {
    let location = |spec: &str| {
        declared(&format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: x}}\nspec: {spec}"
        ))
    };
    for (spec, expected) in [
        ("{}", "nothing\n"),
        ("{target: ./a.yaml}", "target ./a.yaml\n"),
        (
            "{target: a.yaml, targets: ['./*/b.yaml', ../c.yaml], presence: optional}",
            "target a.yaml optional\ntarget ./*/b.yaml optional\ntarget ../c.yaml optional\n",
        ),
        ("{type: url, target: /a.yaml}", "target /a.yaml\n"),
        (
            "{type: file, target: /a.yaml}",
            "target /a.yaml elsewhere\n",
        ),
        (
            "{target: 'https://x/a.yaml'}",
            "target https://x/a.yaml elsewhere\n",
        ),
        ("{target: 'C:\\a.yaml'}", "target C:\\a.yaml elsewhere\n"),
        (
            "{type: s3-discovery, target: bucket}",
            "target bucket elsewhere\n",
        ),
    ] {
        assert_eq!(location(spec), expected, "{spec}");
    }
}

#[test]
fn other_kinds_and_empty_documents_declare_nothing() {
    for text in [
        "",
        "---\n---\n# a comment\n---\n~\n",
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: a}\nspec: {type: service, steps: [{action: x, input: {y: '${{ parameters.y }}'}}]}",
        "apiVersion: backstage.io/v1alpha1\nkind: AiResource\nmetadata: {name: a}\nspec: 7",
        "apiVersion: backstage.io/v1alpha1\nkind: Environment\nmetadata: {name: a}",
        "apiVersion: core.oam.dev/v1beta1\nkind: Component\nmetadata: {name: a}\nspec: {schematic: {}}",
    ] {
        assert_eq!(declared(text), "nothing\n", "{text}");
    }
    let between = "---\n---\napiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: a}\nspec: {}\n---\n";
    assert_eq!(declared(between), "system:default/a a\n");
}

#[test]
fn files_that_have_the_name_by_chance_are_no_descriptors() {
    for text in [
        "name: catalog-info\non:\n  pull_request:\njobs: {}\n",
        "- a\n- b\n",
        "just text",
        "name: 'broken\n",
    ] {
        assert!(read_text(text).is_none(), "{text}");
    }
}

#[test]
fn skeletons_of_templates_yield_neither_services_nor_faults() {
    for text in [
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${{ values.name | dump }}\nspec:\n  type: website\n",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${{values.id}}\n  {%- if values.description %}\n  description: ${{values.description}}\n  {%- endif %}\nspec:\n  type: service\n",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {{cookiecutter.name | jsonify}}\n  annotations:\n    a/b: {{cookiecutter.owner + \"/\" + cookiecutter.repo}}\n",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: fine}\nspec: {type: service, lifecycle: production}\n---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: '{{ type }}', lifecycle: x}\n",
    ] {
        assert!(read_text(text).is_none(), "{text}");
    }
}

#[test]
fn the_tier_is_where_the_policy_says() {
    let entity = "apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata:\n  name: a\n  labels: {tier: gold, acme.io/tier: tier-3}\n  annotations: {acme.io/criticality.level: '4', acme.io: x}\n  tags: [java, tier-2]\nspec: {type: x, criticality: {tier: 1}}\n";
    let tier = |places: &[&str]| {
        let services = ServicesReading {
            tier: places.iter().map(|&place| place.to_owned()).collect(),
            ..ServicesReading::default()
        };
        let text = Text::new("catalog-info.yaml".into(), entity.into());
        read(&text, &services, false).unwrap().services[0].tier()
    };
    assert_eq!(tier(&["metadata.labels.tier"]), None);
    assert_eq!(tier(&["metadata.labels.acme.io/tier"]), Some(3));
    assert_eq!(
        tier(&["metadata.annotations.acme.io/criticality.level"]),
        Some(4)
    );
    assert_eq!(tier(&["metadata.tags"]), Some(2));
    assert_eq!(tier(&["spec.criticality.tier"]), Some(1));
    assert_eq!(
        tier(&[
            "metadata.labels.tier",
            "nothing",
            "",
            "spec.criticality.tier"
        ]),
        Some(1)
    );
    assert_eq!(
        tier(&[
            ".",
            "..",
            "metadata.",
            "metadata..labels",
            "spec.criticality.tier.x"
        ]),
        None
    );
    assert_eq!(tier(&[]), None);
}
