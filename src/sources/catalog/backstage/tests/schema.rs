//! Holds what is read without a fault, and what is not, against the schema that the format's project
//! publishes. It lies beside the repository; where it does not, these tests say so and pass.

use std::io::{self, Write};

use serde_json::{Map, Value as Json};

use super::*;

/// The address by which the schema refers to itself.
const ADDRESS: &str = "https://json.schemastore.org/catalog-info.json";

fn validator() -> Option<jsonschema::Validator> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.parent()?.join("shared/schemas/catalog-info.json");
    let Ok(content) = std::fs::read(path) else {
        let mut err = io::stderr();
        writeln!(
            err,
            "not validated: ../shared/schemas/catalog-info.json is absent"
        )
        .unwrap();
        return None;
    };
    let schema: Json = serde_json::from_slice(&content).unwrap();
    let resource = jsonschema::Resource::from_contents(schema.clone());
    let registry = jsonschema::Registry::new()
        .add(ADDRESS, resource)
        .unwrap()
        .prepare()
        .unwrap();
    Some(
        jsonschema::options()
            .with_registry(&registry)
            .build(&schema)
            .unwrap(),
    )
}

fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Number(number) => number.parse::<f64>().unwrap().into(),
        Value::Text(text) => Json::String(text.to_string()),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => {
            let entries = entries.iter();
            let entry =
                |it: &yaml::Entry| (it.key.as_scalar().unwrap().to_owned(), json(&it.value));
            Json::Object(entries.map(entry).collect::<Map<_, _>>())
        }
        Value::Tagged(_) => panic!("JSON has no tags"),
    }
}

/// Entities of every kind, each with all fields that the schema knows.
const ACCEPTED: &str = r#"
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  namespace: shop
  title: The checkout
  description: Takes the money
  labels: {acme.example/area: money}
  annotations: {acme.example/a: b, c: {$text: ./c}}
  tags: [java]
  links: [{url: 'https://x.example', title: x, icon: dashboard}]
spec:
  type: service
  lifecycle: production
  owner: payments
  system: shop
  subcomponentOf: web
  providesApis: [orders]
  consumesApis: [stock]
  dependsOn: ['component:a', 'resource:b']
---
apiVersion: backstage.io/v1beta1
kind: API
metadata: {name: orders}
spec: {type: openapi, lifecycle: production, owner: a, system: b, definition: {$text: ./x}}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: db}
spec: {type: database, owner: a, system: b, dependsOn: ['resource:c']}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec: {owner: a, domain: b}
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: sales}
spec: {owner: a}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: payments}
spec:
  type: team
  profile: {displayName: a, email: a@x, picture: https://x}
  parent: a
  children: []
  members: [ann]
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ann}
spec: {profile: {displayName: a, email: a@x}, memberOf: [payments]}
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec: {type: url, target: ./a.yaml, targets: [./b.yaml]}
"#;

#[test]
fn what_the_schema_accepts_is_no_fault() {
    let Some(validator) = validator() else { return };
    let documents = yaml::documents(ACCEPTED.as_bytes());
    assert_eq!(documents.len(), 8);
    for document in documents {
        let json = json(&document.unwrap());
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{json}: {errors:?}");
    }
    assert_eq!(faults(ACCEPTED), "");
}

/// The entity as the schema wants it: with an owner, which the catalog takes from the ownership file where
/// there is none, and with groups of a user, who has been free to have none since the schema was published.
fn completed(entity: &Json) -> Json {
    let mut entity = entity.clone();
    let kind = entity["kind"].clone();
    if let Some(Json::Object(spec)) = entity.get_mut("spec") {
        if matches!(spec.get("owner"), None | Some(Json::Null)) || spec["owner"] == "" {
            spec.insert("owner".into(), "a".into());
        }
        if kind == "User" {
            spec.entry("memberOf")
                .or_insert_with(|| Json::Array(Vec::new()));
        }
    }
    entity
}

/// Every entity with each of its values once left out and once of each other type: what the schema refuses
/// then, is a fault.
#[test]
fn what_the_schema_refuses_is_a_fault() {
    let Some(validator) = validator() else { return };
    let (mut refused, mut accepted) = (0, 0);
    for document in yaml::documents(ACCEPTED.as_bytes()) {
        let entity = json(&document.unwrap());
        let mut paths = Vec::new();
        all_paths(&entity, String::new(), &mut paths);
        for path in paths {
            let pointer = format!(
                "/{}",
                path.replace("~", "~0")
                    .replace('/', "~1")
                    .replace('\u{1f}', "/")
            );
            let name = path.replace('\u{1f}', ".");
            let replacements = [
                None,
                Some(Json::Null),
                Some(Json::Bool(true)),
                Some(7.into()),
                Some("".into()),
                Some(Json::Array(vec![7.into()])),
                Some(serde_json::json!({"a": 1, "b": 2})),
            ];
            for replacement in replacements {
                let mut changed = entity.clone();
                match &replacement {
                    Some(value) => *changed.pointer_mut(&pointer).unwrap() = value.clone(),
                    None => remove(&mut changed, &pointer),
                }
                let found = faults(&changed.to_string());
                let is_valid = validator.is_valid(&completed(&changed));
                if is_valid {
                    accepted += 1;
                } else {
                    refused += 1;
                    assert!(!found.is_empty(), "{name} {replacement:?}\n{changed}");
                }
            }
        }
    }
    assert!(refused > 200 && accepted > 20, "{refused} {accepted}");
}

fn all_paths(value: &Json, path: String, paths: &mut Vec<String>) {
    let below = |key: &str| match path.is_empty() {
        true => key.to_owned(),
        false => format!("{path}\u{1f}{key}"),
    };
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                paths.push(below(key));
                all_paths(value, below(key), paths);
            }
        }
        Json::Array(items) => {
            for (place, value) in items.iter().enumerate() {
                paths.push(below(&place.to_string()));
                all_paths(value, below(&place.to_string()), paths);
            }
        }
        _ => {}
    }
}

fn remove(value: &mut Json, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent).unwrap() {
        Json::Object(fields) => {
            fields.remove(&key);
        }
        Json::Array(items) => {
            items.remove(key.parse().unwrap());
        }
        _ => panic!("{pointer}"),
    }
}
