use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// Reads within a time that only a slip of complexity exceeds, also where tests are not optimized.
fn in_time(text: &str) -> Option<Descriptor> {
    let start = Instant::now();
    let found = read_text(text);
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    found
}

fn component(name: &str, rest: &str) -> String {
    format!(
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\nspec:\n  type: service\n  lifecycle: production\n  owner: team\n{rest}"
    )
}

#[test]
fn ten_thousand_entities_are_read() {
    let entity = |place: usize| {
        let next = (place + 1) % 10_000;
        component(
            &format!("s{place}"),
            &format!("  dependsOn: ['component:s{next}']\n"),
        )
    };
    let text: String = (0..10_000).map(entity).collect();
    let found = in_time(&text).unwrap();
    assert_eq!(found.services.len(), 10_000);
    assert!(found.faults.is_empty());
}

#[test]
fn faults_and_lines_are_kept_up_to_a_limit() {
    let text = component("a b", "").repeat(5_000);
    assert_eq!(in_time(&text).unwrap().faults.len(), 100);
    let references = "'component:b',".repeat(150_000);
    let found = in_time(&component("a", &format!("  dependsOn: [{references}]\n"))).unwrap();
    assert!(found.services[0].depends_on.len() <= 100_000);
    assert_eq!(found.gaps.len(), 1);
    let keys: String = (0..100_000)
        .map(|place| format!("key{place}: 1\n"))
        .collect();
    assert_eq!(
        in_time(&(component("a", "") + &keys)).unwrap().faults.len(),
        100
    );
}

#[test]
fn bombs_are_a_gap() {
    let mut text =
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\na0: &a0 [x, x]\n"
            .to_owned();
    for level in 1..40 {
        let below = level - 1;
        text += &format!("a{level}: &a{level} [*a{below}, *a{below}]\n");
    }
    let found = in_time(&text).unwrap();
    assert_eq!((found.faults.len(), found.gaps.len()), (0, 1));
    let deep = format!("apiVersion: {}", "[".repeat(100_000));
    assert_eq!(in_time(&deep).unwrap().gaps.len(), 1);
    let large = format!("apiVersion: {}", "x".repeat(5 << 20));
    assert_eq!(in_time(&large).unwrap().gaps.len(), 1);
}

#[test]
fn references_to_nothing_itself_and_in_circles_are_as_written() {
    let text = component(
        "a",
        "  dependsOn: ['component:a', 'component:gone']\n  subcomponentOf: a\n",
    ) + "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: g}\nspec: {type: t, parent: g, children: [g], members: [g]}\n";
    let found = read_text(&text).unwrap();
    assert_eq!(found.services[0].depends_on.len(), 2);
    assert_eq!(
        found.teams[0].parent.as_ref().unwrap().name.to_string(),
        "group:default/g"
    );
    assert!(found.faults.is_empty());
}

/// A value of any type, in flow style.
fn value() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("~".to_owned()),
        Just("''".to_owned()),
        Just("true".to_owned()),
        Just("12".to_owned()),
        Just("!x y".to_owned()),
        Just("{$text: ./x}".to_owned()),
        "[a-zA-Z:/@._-]{1,12}".prop_map(|text| format!("'{text}'")),
        "\\PC{0,6}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
    ];
    scalar.prop_recursive(3, 12, 4, |inner| {
        let key = prop_oneof![
            Just("name".to_owned()),
            Just("kind".to_owned()),
            Just("url".to_owned()),
            Just("email".to_owned()),
            Just("tier".to_owned()),
            Just("'a/b'".to_owned()),
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|all| format!("[{}]", all.join(", "))),
            prop::collection::vec((key, inner), 0..4).prop_map(|all| {
                let all: Vec<String> = all.iter().map(|(k, v)| format!("{k}: {v}")).collect();
                format!("{{{}}}", all.join(", "))
            }),
        ]
    })
}

/// An entity in which any field may be anything.
fn entity() -> impl Strategy<Value = String> {
    let kinds = [
        "Component",
        "API",
        "Resource",
        "System",
        "Domain",
        "Group",
        "User",
        "Location",
        "Template",
    ];
    let metadata = [
        "namespace",
        "title",
        "description",
        "labels",
        "annotations",
        "tags",
        "links",
    ];
    let spec = [
        "type",
        "lifecycle",
        "owner",
        "system",
        "subcomponentOf",
        "providesApis",
        "consumesApis",
        "dependsOn",
        "dependencyOf",
        "definition",
        "domain",
        "parent",
        "children",
        "members",
        "memberOf",
        "profile",
        "target",
        "targets",
        "presence",
    ];
    let fields = |keys: Vec<&'static str>| {
        prop::collection::vec((prop::sample::select(keys), value()), 0..6).prop_map(|all| {
            let all = all.iter().map(|(key, value)| format!("  {key}: {value}\n"));
            all.collect::<String>()
        })
    };
    let kind = prop::sample::select(kinds.to_vec());
    (kind, value(), fields(metadata.to_vec()), fields(spec.to_vec())).prop_map(
        |(kind, name, metadata, spec)| {
            format!(
                "---\napiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n{metadata}spec:\n  x: y\n{spec}"
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_entity_is_read_and_has_places_in_the_file(text in prop::collection::vec(entity(), 1..3)) {
        let text = text.concat();
        let lines = u32::try_from(text.lines().count()).unwrap();
        for found in read_text(&text).into_iter().chain(read_named(&text)) {
            for fault in &found.faults {
                let excerpt = fault.location.excerpt.as_ref().unwrap();
                prop_assert!((1..=lines + 1).contains(&excerpt.line));
                prop_assert!(!fault.message.is_empty());
            }
            for service in &found.services {
                prop_assert!(!service.name.is_empty() && service.location.excerpt.is_some());
            }
        }
    }

    #[test]
    fn any_text_is_read(text in "(apiVersion: |kind: |metadata:|\n|- |[\\[\\]{}:,'\"&*!|>%@`#~ ]|\\PC){0,60}") {
        read_text(&text);
        read_named(&text);
    }
}

fn read_named(text: &str) -> Option<Descriptor> {
    let text = Text::new("x.yaml".into(), text.as_bytes().to_vec());
    read(&text, &ServicesReading::default(), true)
}
