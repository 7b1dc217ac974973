//! The JSON schema of a policy file, written from its grammar and from the rules, so that editors complete
//! and check policies while they are written. Dates are strings there, as TOML tools convert them.

use serde_json::{Map, Value, json};

use super::raw::TIERS;
use super::{Level, OptionSpec, PACKS, RuleSpec};

/// The JSON schema (draft 2020-12) of a policy file for these rules. Deterministic: the order of `rules`
/// does not matter.
pub fn schema(rules: &[&RuleSpec]) -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bailiwick policy",
        "description": "What a repository or an organization agreed about ownership and process.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties(),
        "$defs": definitions(rules),
    })
}

/// What stands at the top of a policy.
fn properties() -> Value {
    json!({
        "extends": {
            "description": "Packs, and policy files relative to this one; the later wins. Without it, `bailiwick:recommended` is extended; `[]` starts from nothing.",
            "type": "array",
            "items": {
                "anyOf": [
                    {"enum": PACKS.iter().map(|pack| pack.name).collect::<Vec<_>>()},
                    {"type": "string", "pattern": r"^[^/~:\\][^:\\]*$"},
                ],
            },
        },
        "required-version": {
            "description": "The versions of bailiwick that this policy is written for, such as `>=0.1`.",
            "type": "string",
        },
        "reviewed": {
            "description": "The day on which somebody last looked through this policy.",
            "$ref": "#/$defs/date",
        },
        "root": {
            "description": "Whether this folder is a repository of its own, even inside another one.",
            "type": "boolean",
            "default": false,
        },
        "repository": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "name": {
                    "description": "What reports call the repository.",
                    "type": "string",
                    "pattern": r"\S",
                },
            },
        },
        "files": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "exclude": {
                    "description": "Files that are not judged, beside the built-in excludes, and that count for no truck factor; ownership covers them still. In a repository of an organization with a policy, only the rules that it may loosen leave them out.",
                    "$ref": "#/$defs/paths",
                },
                "extend-exclude": {
                    "description": "As `exclude`, but added to what the extended policies exclude.",
                    "$ref": "#/$defs/paths",
                },
            },
        },
        "rosters": {
            "description": "Files that say who is in which team.",
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["file"],
                "properties": {
                    "file": {
                        "description": "The roster's path, relative to this file.",
                        "type": "string",
                    },
                    "covers": {
                        "description": "Organizations for which the roster is complete: who is not in it is unknown.",
                        "type": "array",
                        "items": {"type": "string", "pattern": "^@[A-Za-z0-9._-]+$"},
                    },
                },
            },
        },
        "markers": markers(),
        "history": history(),
        "forge": forge(),
        "documents": documents(),
        "catalog": {
            "description": "Files that declare services, teams, people and journeys, and whether that is all.",
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "files": {
                    "description": "Files of `[[services]]`, `[[teams]]`, `[[people]]` and `[[journeys]]`, relative to this one.",
                    "type": "array",
                    "items": {"type": "string"},
                },
                "complete": {
                    "description": "Whether everything is declared, so that what nothing declares does not exist.",
                    "type": "boolean",
                    "default": false,
                },
            },
        },
        "services": {
            "anyOf": [
                {"$ref": "#/$defs/services"},
                {
                    "description": "Services; also in files under `[catalog] files`, and one alone in a `service.toml`.",
                    "type": "array",
                    "items": {"$ref": "#/$defs/service"},
                },
            ],
        },
        "people": {
            "description": "People; all of them, where any are listed.",
            "type": "array",
            "items": {"$ref": "#/$defs/person"},
        },
        "teams": {"type": "array", "items": {"$ref": "#/$defs/team"}},
        "journeys": {
            "description": "What customers do across services.",
            "type": "array",
            "items": {"$ref": "#/$defs/journey"},
        },
        "repositories": {
            "description": "In an organization's policy: what the policies of its repositories may change.",
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "may-loosen": {
                    "description": "Rules that a repository may lower, except from, suppress and exclude files from; it may tighten every rule.",
                    "type": "array",
                    "items": {"$ref": "#/$defs/selector"},
                },
            },
        },
        "rules": {"$ref": "#/$defs/rules"},
        "overrides": {
            "description": "Settings for some paths, owners, services or repositories only, applied in order; the later wins.",
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["rules"],
                "anyOf": [
                    {"required": ["paths"]},
                    {"required": ["owners"]},
                    {"required": ["services"]},
                    {"required": ["repositories"]},
                ],
                "properties": {
                    "paths": selected("#/$defs/path"),
                    "owners": selected("#/$defs/owner"),
                    "services": selected("#/$defs/name"),
                    "repositories": selected("#/$defs/name"),
                    "rules": {"$ref": "#/$defs/rules"},
                },
            },
        },
        "exceptions": {
            "description": "Findings that are allowed, for a reason and perhaps for a time.",
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": false,
                "required": ["rule", "reason"],
                "properties": {
                    "rule": one_or_more("#/$defs/selector"),
                    "path": one_or_more("#/$defs/path"),
                    "owner": one_or_more("#/$defs/owner"),
                    "service": one_or_more("#/$defs/name"),
                    "repository": one_or_more("#/$defs/name"),
                    "reason": {
                        "description": "Why, for those who read it in a year.",
                        "type": "string",
                        "pattern": r"[^\s\p{P}]",
                    },
                    "until": {
                        "description": "The last day on which it holds.",
                        "$ref": "#/$defs/date",
                    },
                },
            },
        },
    })
}

/// `[markers]`.
fn markers() -> Value {
    json!({
        "description": "What a tech-debt marker is.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "words": {
                "description": "The words that start a marker, as they are spelled in comments.",
                "type": "array",
                "items": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
                "maxItems": 64,
                "default": super::MARKER_WORDS,
            },
        },
    })
}

/// `[documents]`.
fn documents() -> Value {
    json!({
        "description": "Which documents are read, and as what.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "links": {
                "description": "Documents whose links are followed, beside README, CONTRIBUTING and SECURITY.",
                "$ref": "#/$defs/paths",
            },
            "runbooks": {
                "description": "Where the runbooks are.",
                "$ref": "#/$defs/paths",
                "default": super::RUNBOOKS,
            },
        },
    })
}

/// `[history]`.
fn history() -> Value {
    json!({
        "description": "How commits are read.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "bots": {
                "description": "Names and e-mail addresses of authors who are no people, beside those that are known; `*` at either end stands for anything.",
                "type": "array",
                "items": {"type": "string"},
            },
            "name-people": {
                "description": "Whether measures name single persons instead of counting them.",
                "type": "boolean",
                "default": false,
            },
        },
    })
}

/// `[forge]`.
fn forge() -> Value {
    json!({
        "description": "What the issues of the forge mean.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "incident-labels": {
                "description": "The labels of issues that are incidents.",
                "type": "array",
                "items": {"type": "string"},
                "default": super::INCIDENT_LABELS,
            },
        },
    })
}

fn definitions(rules: &[&RuleSpec]) -> Value {
    let mut properties = Map::new();
    let broad = json!({"$ref": "#/$defs/family"});
    properties.insert("*".into(), broad.clone());
    for rule in rules {
        properties.insert(format!("{}/*", rule.family()), broad.clone());
        properties.insert(rule.id.into(), schema_of_rule(rule));
    }
    let mut selectors: Vec<&String> = properties.keys().collect();
    selectors.sort();
    let tiers = TIERS.map(|tier| (tier, json!({"$ref": "#/$defs/level"})));
    let levels = tiers
        .into_iter()
        .chain([("default", json!({"$ref": "#/$defs/level"}))]);
    let levels: Map<String, Value> = levels.map(|(key, level)| (key.into(), level)).collect();
    let mut all = declarations();
    let mut add = |definitions: Value| {
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), definitions) {
            all.extend(more);
        }
    };
    add(json!({
        "level": {"enum": Level::ALL.map(Level::name)},
        "levels": {
            "description": "A level, or levels by tier; tier 1 is the most critical.",
            "anyOf": [
                {"$ref": "#/$defs/level"},
                {"type": "object", "additionalProperties": false, "properties": levels},
            ],
        },
        "family": {
            "anyOf": [
                {"$ref": "#/$defs/level"},
                {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": settings(),
                },
            ],
        },
        "selector": {"enum": selectors},
        "rules": {
            "description": "Levels and options of rules; an id beats its family, which beats `*`.",
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
        },
        "path": {
            "description": "A path pattern, written as in an ownership file.",
            "type": "string",
            "pattern": "^[^!]",
            "maxLength": 4096,
        },
        "paths": {"type": "array", "items": {"$ref": "#/$defs/path"}},
        "owner": {
            "description": "`@user`, `@org/team`, `@org/*` or an e-mail address.",
            "type": "string",
            "pattern": r"^(@[A-Za-z0-9._-]+(/([A-Za-z0-9._-]+|\*))?|[^@\s]+@[^@\s]+)$",
        },
        "name": {"description": "The name of a service or a repository.", "type": "string"},
        "date": {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    }));
    all
}

/// What policies and the files that they name declare.
fn declarations() -> Value {
    let text = |docs: &str| json!({"description": docs, "type": "string"});
    let texts =
        |docs: &str| json!({"description": docs, "type": "array", "items": {"type": "string"}});
    let one_or_more = |docs: &str| {
        json!({
            "description": docs,
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        })
    };
    let login = || json!({"type": "string", "pattern": "^@?[A-Za-z0-9._-]{1,100}$"});
    let tier = || json!({"type": "integer", "minimum": 1, "maximum": 9});
    let object = |required: &str, properties: Value| {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": [required],
            "properties": properties,
        })
    };
    json!({
        "services": {
            "description": "How services are found, and how descriptors say what.",
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "roots": {
                    "description": "Folders that are services though no descriptor says so.",
                    "$ref": "#/$defs/paths",
                },
                "tier": {
                    "description": "Where a Backstage entity says its tier.",
                    "type": "array",
                    "items": {"type": "string", "pattern": r"^(metadata\.labels|metadata\.annotations|spec)\..+$"},
                    "default": super::TIER,
                },
                "tiers": {
                    "description": "The tiers that words stand for, such as `critical = 1`.",
                    "type": "object",
                    "additionalProperties": tier(),
                },
                "run": {
                    "description": "The kinds of services that run, to which rules about running things apply.",
                    "type": "array",
                    "items": {"type": "string"},
                    "default": super::RUN,
                },
            },
        },
        "service": object("name", json!({
            "name": {"description": "Its name.", "type": "string", "pattern": r"^[^\s:/]{1,100}$"},
            "title": text("The name for people."),
            "kind": text("What it is: `service` if nothing is said, `website`, `library`, …"),
            "tier": tier(),
            "lifecycle": text("`experimental`, `production`, `deprecated`, or your own word."),
            "owner": text("Who answers for it: `@org/team`, `@user`, an e-mail address or an entity."),
            "system": text("The system that it is a part of."),
            "paths": {
                "description": "The files that it consists of; else the folder of its `service.toml`.",
                "$ref": "#/$defs/paths",
            },
            "repository": text("The repository that its paths are in, where it is not this one."),
            "depends-on": texts("Services that it needs."),
            "provides": texts("APIs that it offers."),
            "consumes": texts("APIs that it uses."),
            "runbook": one_or_more("Its runbooks: URLs, or paths from the root of the repository."),
            "dashboard": one_or_more("Its dashboards."),
            "on-call": one_or_more("Who is on call for it."),
            "links": {
                "description": "Other links.",
                "type": "array",
                "items": object("url", json!({
                    "kind": text("What it is for."),
                    "title": text("The title for people."),
                    "url": text("A URL, or a path from the root of the repository."),
                })),
            },
            "tags": texts("Free words."),
            "annotations": {
                "description": "Free keys and values.",
                "type": "object",
                "additionalProperties": {"type": "string"},
            },
        })),
        "person": object("login", json!({
            "login": login(),
            "name": text("The name for people."),
            "emails": texts("E-mail addresses."),
        })),
        "team": object("handle", json!({
            "handle": {"type": "string", "pattern": "^@?[A-Za-z0-9._-]{1,100}/[A-Za-z0-9._-]{1,100}$"},
            "name": text("The name for people."),
            "members": {"description": "Its members; all of them.", "type": "array", "items": login()},
            "lead": text("Who leads it."),
            "parent": text("The team that it is a part of."),
            "aliases": texts("Other names for it, such as `group:default/payments`."),
        })),
        "journey": object("name", json!({
            "name": {"type": "string", "pattern": r"\S"},
            "owner": text("Who answers for it as a whole."),
            "lead": text("Who leads it, where several teams take part."),
            "steps": texts("The services on its way, in order."),
        })),
    })
}

/// `level` and `required`, which every rule has.
fn settings() -> Map<String, Value> {
    let mut settings = Map::new();
    settings.insert("level".into(), json!({"$ref": "#/$defs/levels"}));
    let required = json!({
        "description": "Whether the run is incomplete where this rule cannot judge.",
        "type": "boolean",
        "default": false,
    });
    settings.insert("required".into(), required);
    settings
}

fn schema_of_rule(rule: &RuleSpec) -> Value {
    let mut properties = settings();
    for option in rule.options {
        properties.insert(option.name.into(), schema_of_option(option));
        if option.is_list() {
            let mut extend = (option.schema)();
            extend["description"] = format!("Added to `{}`.", option.name).into();
            properties.insert(format!("extend-{}", option.name), extend);
        }
    }
    json!({
        "description": rule.summary,
        "default": rule.level.name(),
        "anyOf": [
            {"$ref": "#/$defs/level"},
            {"type": "object", "additionalProperties": false, "properties": properties},
        ],
    })
}

fn schema_of_option(option: &OptionSpec) -> Value {
    let mut schema = (option.schema)();
    schema["description"] = option.docs.trim().into();
    // Booleans, numbers, strings and arrays are written alike in TOML and JSON.
    let default = (option.default)();
    if let Some(default) = default.and_then(|text| serde_json::from_str(&text).ok()) {
        schema["default"] = default;
    }
    schema
}

fn selected(definition: &str) -> Value {
    json!({"type": "array", "minItems": 1, "items": {"$ref": definition}})
}

fn one_or_more(definition: &str) -> Value {
    json!({"anyOf": [{"$ref": definition}, selected(definition)]})
}
