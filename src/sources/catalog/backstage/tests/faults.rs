use expect_test::expect;

use super::*;

/// A component with this written in the place of its metadata and spec.
fn component(metadata: &str, spec: &str) -> String {
    faults(&format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\n{metadata}spec:\n  type: service\n  lifecycle: production\n{spec}"
    ))
}

#[test]
fn what_the_format_leaves_open_is_no_fault() {
    for (metadata, spec) in [
        ("", ""),
        ("", "  owner:\n"),
        ("", "  owner: ''\n"),
        ("  title: Ä b\n  description: ''\n", "  mine: {x: [1]}\n"),
        (
            "  mine: 1\n  labels: {}\n  annotations: {}\n  tags: []\n  links: []\n",
            "",
        ),
        (
            "  labels: {a: ''}\n  annotations: {a: '', b: {$text: ./b}}\n",
            "",
        ),
        ("  uid: 1\n  etag: x\n", "  owner: {$text: ./owner}\n"),
        (
            "  namespace: !secret x\n  tags: !include y\n  links: {$yaml: ./links.yaml}\n",
            "",
        ),
        (
            "  links: [{url: 'slack://channel', type: anything, more: 1}]\n",
            "",
        ),
    ] {
        assert_eq!(component(metadata, spec), "", "{metadata}{spec}");
    }
    let relations = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {type: x, lifecycle: y}\nrelations: 7\nstatus: [x]\n";
    assert_eq!(faults(relations), "");
}

#[test]
fn what_is_missing_is_said_where_it_belongs() {
    for (text, expected) in [
        (
            "kind: Component\nmetadata: {name: a}\nspec: {type: x, lifecycle: y}",
            expect![[r#"
                1:1 missing key `apiVersion` [kind]
                  help: write `apiVersion: backstage.io/v1alpha1`
            "#]],
        ),
        (
            "apiVersion: backstage.io/v1alpha1\nspec: {}",
            expect![[r#"
                1:1 missing key `kind` [apiVersion]
                  help: write `kind: Component`, or what else it is
                1:1 missing key `metadata` [apiVersion]
                  help: write `metadata:` and its `name:`
            "#]],
        ),
        (
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  title: a",
            expect![[r#"
                1:1 missing key `spec` [apiVersion]
                  help: write `spec:` and what is to be said of it
                3:1 missing key `metadata.name` [metadata]
                  help: write `name: payments`
            "#]],
        ),
        (
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\nspec: {owner: b}",
            expect![[r#"
                4:1 missing key `spec.type` [spec]
                  help: say what it is: `type: service`, `website`, `library`, …
                4:1 missing key `spec.lifecycle` [spec]
                  help: say where it is in its life: `lifecycle: experimental`, `production`, `deprecated`, …
            "#]],
        ),
        (
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: a}\nspec: {owner: b}",
            expect![[r#"
                4:1 missing key `spec.type` [spec]
                  help: say how it is defined: `type: openapi`, `asyncapi`, `graphql`, `grpc`, …
                4:1 missing key `spec.lifecycle` [spec]
                  help: say where it is in its life: `lifecycle: experimental`, `production`, `deprecated`, …
                4:1 missing key `spec.definition` [spec]
                  help: put `|` behind `definition:`, or name a file: `$text: ./openapi.yaml`
            "#]],
        ),
        (
            "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a}\nspec: {}",
            expect![[r#"
                4:1 missing key `spec.type` [spec]
                  help: say what it is: `type: team`, `business-unit`, …
                4:1 missing key `spec.children` [spec]
                  help: list the groups in it, and write `children: []` if there are none
            "#]],
        ),
        (
            "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: a}\n---\nkind: 7\nmetadata: {name: b}\n---\n{spec: {}}\n---\n- a",
            expect![[r#"
                1:1 missing key `spec` [apiVersion]
                  help: write `spec:` and what is to be said of it
                5:1 missing key `apiVersion` [kind]
                  help: write `apiVersion: backstage.io/v1alpha1`
                5:7 expected a string at `kind`, found a number [7]
                  help: put it in quotes: `"7"`
                8:2 this document is no entity [spec]
                  help: an entity has `apiVersion`, `kind`, `metadata` and `spec`
                10:1 this document is no entity [- a]
                  help: an entity has `apiVersion`, `kind`, `metadata` and `spec`
            "#]],
        ),
    ] {
        expected.assert_eq(&faults(text));
    }
}

#[test]
fn values_of_another_type_are_said_at_their_place() {
    let text = r#"
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: 7
  namespace: [a]
  title: true
  description: {}
  labels: [a]
  annotations:
    acme.io/a: 1
    acme.io/b: yes
    acme.io/c: true
    acme.io/d:
    acme.io/e: [x]
  tags: java
  links: {url: https://x}
spec:
  type: 1.5
  lifecycle:
  owner: [a]
  system: {name: b}
  providesApis: orders
  consumesApis:
  dependsOn: [1, ~, [component:a], {kind: Component, namespace: x, name: b}]
"#;
    expect![[r#"
        component:default/7 7 (1.5) title=true part of=system:default/b depends on=component:x/b provides=api:default/orders tags=java
        5:9 expected a string at `metadata.name`, found a number [7]
          help: put it in quotes: `"7"`
        6:3 expected a string at `metadata.namespace`, found a list [namespace]
        7:10 expected a string at `metadata.title`, found a truth value [true]
          help: put it in quotes: `"true"`
        8:3 expected a string at `metadata.description`, found a mapping [description]
        9:3 expected a mapping at `metadata.labels`, found a list [labels]
        11:16 expected a string at `metadata.annotations.acme.io/a`, found a number [1]
          help: put it in quotes: `"1"`
        13:16 expected a string at `metadata.annotations.acme.io/c`, found a truth value [true]
          help: put it in quotes: `"true"`
        14:5 expected a string at `metadata.annotations.acme.io/d`, found nothing [acme.io/d]
          help: write a value, or remove the key
        15:5 expected a string at `metadata.annotations.acme.io/e`, found a list [acme.io/e]
        16:9 expected a list at `metadata.tags`, found a string [java]
          help: write `[java]`, or an item a line behind `-`
        17:3 expected a list at `metadata.links`, found a mapping [links]
        19:9 expected a string at `spec.type`, found a number [1.5]
          help: put it in quotes: `"1.5"`
        20:3 expected a string at `spec.lifecycle`, found nothing [lifecycle]
          help: write a value, or remove the key
        21:3 expected a string at `spec.owner`, found a list [owner]
        22:3 expected a string at `spec.system`, found a mapping [system]
          help: write `[<kind>:][<namespace>/]<name>`, such as `group:payments`
        23:17 expected a list at `spec.providesApis`, found a string [orders]
          help: write `[orders]`, or an item a line behind `-`
        24:3 expected a list at `spec.consumesApis`, found nothing [consumesApis]
          help: write a value, or remove the key
        25:15 expected a string at `spec.dependsOn[0]`, found a number [1]
          help: put it in quotes: `"1"`
        25:18 expected a string at `spec.dependsOn[1]`, found nothing [~]
          help: write a value, or remove the key
        25:21 expected a string at `spec.dependsOn[2]`, found a list [[component:a]]
        25:36 expected a string at `spec.dependsOn[3]`, found a mapping [{kind: Component, namespace: x, name: b}]
          help: write `[<kind>:][<namespace>/]<name>`, such as `group:payments`
    "#]]
    .assert_eq(&declared(text));
}

#[test]
fn names_and_keys_have_their_forms() {
    let text = r#"
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: my service
  namespace: my_space
  labels:
    -x: a
    y: two words
    acme.example/z: ok
  annotations:
    Acme.io/x: a
    a/b/c: d
  tags: [ok, Not-ok, a_b, '']
  links:
    - title: no address
    - {url: docs/runbook.md, title: '', icon: my icon}
    - {url: 7, type: true}
    - just text
spec: {type: service, lifecycle: production}
"#;
    expect![[r#"
        component:my_space/my service my service (service) production tags=ok,Not-ok,a_b
          link - | - | docs/runbook.md
          link true | - | 7
        5:9 `my service` is no name of an entity [my service]
          help: letters and digits, with `-`, `_` and `.` between them, at most 63 characters
        6:14 `my_space` is no namespace [my_space]
          help: letters and digits, with single `-` between them, at most 63 characters
        8:5 `-x` is no key of a label [-x]
          help: a key is a name of letters, digits, `-`, `_` and `.`, perhaps with a domain in front: `acme.example/name`
        9:8 `two words` is no value of a label [two words]
          help: letters and digits, with `-`, `_` and `.` between them, at most 63 characters; longer text belongs in an annotation
        12:5 `Acme.io/x` is no key of an annotation [Acme.io/x]
          help: a key is a name of letters, digits, `-`, `_` and `.`, perhaps with a domain in front: `acme.example/name`
        13:5 `a/b/c` is no key of an annotation [a/b/c]
          help: a key is a name of letters, digits, `-`, `_` and `.`, perhaps with a domain in front: `acme.example/name`
        14:14 `Not-ok` is no tag [Not-ok]
          help: lower-case letters, digits, `:`, `+` and `#`, with single `-` between them, at most 63 characters
        14:22 `a_b` is no tag [a_b]
          help: lower-case letters, digits, `:`, `+` and `#`, with single `-` between them, at most 63 characters
        14:27 `metadata.tags[3]` is empty ['']
        16:7 missing key `metadata.links[0].url` [title]
          help: say where it leads: `url: https://example.com`
        17:13 `docs/runbook.md` is no URL [docs/runbook.md]
          help: write all of it, with `https://`: the catalog knows no relative links
        17:37 `metadata.links[1].title` is empty ['']
        17:47 `my icon` is no name of an icon [my icon]
          help: letters and digits, with `-`, `_` and `.` between them, at most 63 characters
        18:13 expected a string at `metadata.links[2].url`, found a number [7]
          help: put it in quotes: `"7"`
        18:22 expected a string at `metadata.links[2].type`, found a truth value [true]
          help: put it in quotes: `"true"`
        19:7 expected a mapping at `metadata.links[3]`, found a string [just text]
    "#]].assert_eq(&declared(text));
}

#[test]
fn kinds_and_versions_are_known_or_another_s() {
    let entity = |version: &str, kind: &str| {
        faults(&format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{type: x, lifecycle: y, owner: z}}"
        ))
    };
    for (version, kind) in [
        ("backstage.io/v1alpha1", "Component"),
        ("backstage.io/v1beta1", "Component"),
        ("backstage.io/v1alpha3", "System"),
        ("backstage.io/v2", "Pipeline"),
        ("acme.example/v7", "component"),
        ("v1", "ConfigMap"),
        ("scaffolder.backstage.io/v1beta3", "Template"),
    ] {
        assert_eq!(entity(version, kind), "", "{version} {kind}");
    }
    let found = [
        ("backstage.io/v1", "Component"),
        ("backstage.io/alpha1", "System"),
        ("backstage.io/v1alpha1", "component"),
        ("backstage/io/v1", "Component"),
        ("backstage.io/v1alpha1", "my-kind"),
    ]
    .map(|(version, kind)| entity(version, kind));
    expect![[r#"
        1:13 `Component` has no version `v1` [backstage.io/v1]
          help: write `backstage.io/v1alpha1`
        1:13 `System` has no version `alpha1` [backstage.io/alpha1]
          help: write `backstage.io/v1alpha1`
        2:7 the catalog knows no kind `component` [component]
          help: write `Component`
        1:13 `backstage/io/v1` is no `apiVersion` [backstage/io/v1]
          help: write `apiVersion: backstage.io/v1alpha1`
        2:7 `my-kind` is no kind of entity [my-kind]
          help: write `kind: Component`, or what else it is
    "#]]
    .assert_eq(&found.concat());
}

#[test]
fn references_say_whom_they_mean() {
    let spec = "  owner: 'group:'\n  system: /a\n  subcomponentOf: ok\n  providesApis: [':']\n  dependsOn: [payments, ops/payments, component:ok]\n  dependencyOf: [orders-db]\n";
    expect![[r#"
        8:10 `group:` names no entity ['group:']
          help: write `[<kind>:][<namespace>/]<name>`, such as `group:payments`
        9:11 `/a` names no entity [/a]
          help: write `[<kind>:][<namespace>/]<name>`, such as `group:payments`
        11:18 `:` names no entity [':']
          help: write `[<kind>:][<namespace>/]<name>`, such as `group:payments`
        12:15 `payments` does not say its kind [payments]
          help: write `component:payments` or `resource:payments`
        12:25 `ops/payments` does not say its kind [ops/payments]
          help: write `component:ops/payments` or `resource:ops/payments`
        13:18 `orders-db` does not say its kind [orders-db]
          help: write `component:orders-db` or `resource:orders-db`
    "#]]
    .assert_eq(&component("", spec));
}

#[test]
fn keys_come_once_and_are_the_format_s() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a, name: b}\nspecs: {}\nspec:\n  type: x\n  lifecycle: y\n  deep: [{a: 1, a: 2}]\nspec: {type: x, lifecycle: y}\nteam: z\n";
    expect![[r#"
        component:default/b b (x) y
        3:21 the key `name` comes twice [name]
          help: keep one of them: YAML allows no more
        4:1 an entity has no field `specs` [specs]
          help: did you mean `spec`?
        8:17 the key `a` comes twice [a]
          help: keep one of them: YAML allows no more
        9:1 the key `spec` comes twice [spec]
          help: keep one of them: YAML allows no more
        10:1 an entity has no field `team` [team]
          help: what is particular to an entity stands in `metadata` or `spec`
    "#]]
    .assert_eq(&declared(text));
}

#[test]
fn broken_documents_hide_no_others() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\n description: b\n---\napiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: b}\nspec: {}\n---\napiVersion: 'x\n";
    expect![[r#"
        system:default/b b
        5:2 this is no YAML: while parsing a block mapping, did not find expected key [d]
        12:13 this is no YAML: unclosed quote [']
    "#]]
    .assert_eq(&declared(text));
    let text = Text::new("catalog-info.yaml".into(), b"apiVersion: \xff".to_vec());
    let descriptor = read(&text, &ServicesReading::default(), false).unwrap();
    expect![[r#"
        1:13 this is no YAML: it is not UTF-8 [�]
    "#]]
    .assert_eq(&faults_of(&descriptor));
}

#[test]
fn a_definition_that_is_written_out_is_no_text() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: a}\nspec:\n  type: openapi\n  lifecycle: production\n  definition:\n    openapi: 3.0.0\n    paths: {}\n";
    expect![[r#"
        7:3 expected a string at `spec.definition`, found a mapping [definition]
          help: put `|` behind `definition:`, or name a file: `$text: ./openapi.yaml`
    "#]]
    .assert_eq(&faults(text));
}

#[test]
fn a_file_that_another_one_names_has_to_be_a_descriptor() {
    let text = Text::new("all.yaml".into(), b"a: 1\n".to_vec());
    let services = ServicesReading::default();
    assert!(read(&text, &services, false).is_none());
    let descriptor = read(&text, &services, true).unwrap();
    expect![[r#"
        1:1 this document is no entity [a]
          help: an entity has `apiVersion`, `kind`, `metadata` and `spec`
    "#]]
    .assert_eq(&faults_of(&descriptor));
}
