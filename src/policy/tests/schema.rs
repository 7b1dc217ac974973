//! The JSON schema takes what the reader takes, and rejects what it can see.

use serde_json::{Map, Value as Json};
use toml::de::{DeTable, DeValue};

use super::*;

/// As editors convert TOML for a schema: dates are strings.
fn json(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::from(text.as_ref()),
        DeValue::Integer(number) => Json::from(number.as_str().parse::<i64>().unwrap()),
        DeValue::Float(number) => Json::from(number.as_str().parse::<f64>().unwrap()),
        DeValue::Boolean(value) => Json::from(*value),
        DeValue::Datetime(date) => Json::from(date.to_string()),
        DeValue::Array(values) => values.iter().map(|value| json(value.get_ref())).collect(),
        DeValue::Table(table) => object(table),
    }
}

fn object(table: &DeTable<'_>) -> Json {
    let entries = table.iter();
    let entries = entries.map(|(key, value)| (key.get_ref().to_string(), json(value.get_ref())));
    Json::Object(entries.collect::<Map<_, _>>())
}

#[test]
fn the_schema_agrees_with_the_reader() {
    let schema = super::super::schema(&RULES);
    let validator = jsonschema::validator_for(&schema).unwrap();
    // policy, whether the reader takes it, whether the schema does
    let table = [
        ("", true, true),
        (
            "extends = [\"bailiwick:strict\"]\nroot = true\nrequired-version = \">=0.1\"\nreviewed = 2026-01-01",
            true,
            true,
        ),
        ("extends = [\"bailiwick:strikt\"]", false, false),
        ("extends = [\"/etc/passwd\"]", false, false),
        ("reviewed = \"soon\"", false, false),
        (
            "[repository]\nname = \"x\"\n[files]\nexclude = [\"a/\"]\nextend-exclude = [\"b\"]",
            true,
            true,
        ),
        ("[files]\nexclude = [\"!a\"]", false, false),
        ("[repository]\nnames = \"x\"", false, false),
        (
            "[[rosters]]\nfile = \"p.toml\"\ncovers = [\"@acme\"]",
            true,
            true,
        ),
        ("[[rosters]]\ncovers = [\"@acme\"]", false, false),
        (
            "[[rosters]]\nfile = \"p.toml\"\ncovers = [\"acme\"]",
            false,
            false,
        ),
        (
            "[rules]\n\"*\" = \"off\"\n\"runbooks/*\" = { level = \"note\", required = true }",
            true,
            true,
        ),
        ("[rules]\n\"runbooks/mising\" = \"off\"", false, false),
        ("[rules]\n\"runbooks/unheard\" = \"of\"", false, false),
        (
            "[rules.\"runbooks/unheard\"]\nlevel = { default = \"note\", tier-1 = \"error\" }",
            true,
            true,
        ),
        (
            "[rules.\"runbooks/unheard\"]\nlevel = { tier-5 = \"error\" }",
            false,
            false,
        ),
        (
            "[rules.\"codeowners/crowded-line\"]\nmax-owners = 3\nignore = []\nextend-ignore = [\"x\"]",
            true,
            true,
        ),
        (
            "[rules.\"codeowners/crowded-line\"]\nmax-owners = -3",
            false,
            false,
        ),
        (
            "[rules.\"codeowners/crowded-line\"]\nextend-max-owners = 3",
            false,
            false,
        ),
        ("[rules.\"runbooks/*\"]\nmax-owners = 3", false, false),
        (
            "[[overrides]]\npaths = [\"a/\"]\nowners = [\"@acme/*\", \"a@b.c\"]\nrules.\"runbooks/*\" = \"off\"",
            true,
            true,
        ),
        (
            "[[overrides]]\nrules.\"runbooks/*\" = \"off\"",
            false,
            false,
        ),
        (
            "[[overrides]]\npaths = []\nrules.\"runbooks/*\" = \"off\"",
            false,
            false,
        ),
        (
            "[[overrides]]\nowners = [\"acme\"]\nrules.\"runbooks/*\" = \"off\"",
            false,
            false,
        ),
        (
            "[[exceptions]]\nrule = \"runbooks/*\"\npath = \"a\"\nreason = \"r\"\nuntil = 2027-01-01",
            true,
            true,
        ),
        (
            "[[exceptions]]\nrule = [\"runbooks/unheard\"]\nowner = [\"@a\"]\nreason = \"r\"",
            true,
            true,
        ),
        (
            "[[exceptions]]\nrule = \"runbooks/unheard\"\nreason = \" … \"",
            false,
            false,
        ),
        ("[[exceptions]]\nrule = \"runbooks/unheard\"", false, false),
        // What a schema cannot see.
        ("extends = [\"../../x.toml\"]", false, true),
        (
            "[[exceptions]]\nrule = \"runbooks/*\"\nreason = \"r\"",
            false,
            true,
        ),
        ("required-version = \">=99\"", false, true),
    ];
    for (text, reads, valid) in table {
        let parsed = DeTable::parse(text).unwrap();
        let instance = object(parsed.get_ref());
        assert_eq!(load(text).is_ok(), reads, "the reader on\n{text}");
        assert_eq!(
            validator.is_valid(&instance),
            valid,
            "the schema on\n{text}"
        );
    }
}

#[test]
fn packs_are_valid_where_all_rules_are_known() {
    let schema = super::super::schema(&RULES);
    for pack in &PACKS {
        let parsed = DeTable::parse(pack.text).unwrap();
        let mut pack_json = object(parsed.get_ref());
        let rules = pack_json["rules"].as_object_mut().unwrap();
        rules.retain(|id, _| RULES.iter().any(|rule| rule.id == id));
        assert!(jsonschema::is_valid(&schema, &pack_json), "{}", pack.name);
    }
}

#[test]
fn options_are_documented_and_the_order_of_rules_does_not_matter() {
    let schema = super::super::schema(&RULES);
    let mut reversed = RULES;
    reversed.reverse();
    assert_eq!(
        schema.to_string(),
        super::super::schema(&reversed).to_string()
    );
    let rule = &schema["$defs"]["rules"]["properties"]["codeowners/crowded-line"];
    let options = &rule["anyOf"][1]["properties"];
    assert_eq!(
        options["max-owners"]["description"],
        "The most owners that a line may name."
    );
    assert_eq!(options["max-owners"]["default"], 5);
    assert_eq!(options["ignore"]["default"][0], "bots");
    assert_eq!(rule["default"], "warning");
}
