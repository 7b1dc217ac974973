//! What is generated from the rules and committed beside the packs, and what we publish for others to
//! copy: held against the program by tests. `UPDATE_EXPECT=1 cargo test --lib reference` rewrites the
//! schema of policies and the rule reference in `policies/`.

use std::fmt::Write;

use expect_test::expect_file;
use serde_json::Value;

use crate::policy::{
    Attributes, Level, OptionSpec, PACKS, Policy, PolicyFiles, RuleSpec, check_packs, schema,
};
use crate::rules::{self, Grouping, RETIRED, Rule, Status};
use crate::text::RepoPath;

const README: &str = include_str!("../README.md");

/// Policies that people read, by what we call them.
fn policies() -> Vec<(&'static str, &'static str)> {
    let packs = PACKS.iter().map(|pack| (pack.name, pack.text));
    let own = [
        ("bailiwick.toml", include_str!("../bailiwick.toml")),
        (
            "examples/shop",
            include_str!("../examples/shop/bailiwick.toml"),
        ),
    ];
    let shown = blocks(README, "toml")
        .into_iter()
        .map(|text| ("README.md", text));
    packs.chain(own).chain(shown).collect()
}

/// The fenced blocks of a language.
fn blocks<'m>(markdown: &'m str, language: &str) -> Vec<&'m str> {
    let start = format!("\n```{language}\n");
    let blocks = markdown.split(start.as_str()).skip(1);
    blocks
        .map(|rest| rest.split("\n```").next().unwrap())
        .collect()
}

#[test]
fn the_schema_of_policies_is_up_to_date() {
    let mut text = serde_json::to_string_pretty(&schema(&rules::specs())).unwrap();
    text.push('\n');
    expect_file!["../policies/bailiwick.schema.json"].assert_eq(&text);
}

#[test]
fn the_docs_state_how_each_rule_groups() {
    let rows = rules::all().iter().filter(|rule| !rule.places.is_empty());
    let rows = rows.map(|rule| {
        let places: Vec<&str> = rule.places.iter().copied().map(grouped).collect();
        format!("| `{}` | {} |\n", rule.spec.id, places.join("; "))
    });
    let rows: String = rows.collect();
    let docs = include_str!("../docs/formats.md");
    const HEAD: &str = "| rule | its places |\n| --- | --- |\n";
    let (before, rest) = docs.split_once(HEAD).unwrap();
    let (_, behind) = rest.split_once("\n<!-- end of rules -->").unwrap();
    let docs = format!("{before}{HEAD}{rows}\n<!-- end of rules -->{behind}");
    expect_file!["../docs/formats.md"].assert_eq(&docs);
}

/// How a rule groups, in words.
fn grouped(grouping: Grouping) -> &'static str {
    match grouping {
        Grouping::Edits(_) => "edits",
        Grouping::EditsByCause => "edits, if the cause is the same folder structure",
        Grouping::Summary => "summary",
    }
}

#[test]
fn policies_that_people_read_are_valid() {
    struct Alone(&'static str);
    impl PolicyFiles for Alone {
        fn read(&self, _: &RepoPath) -> Result<Vec<u8>, crate::facts::Gap> {
            Ok(self.0.into())
        }
    }

    let schema = schema(&rules::specs());
    let validator = jsonschema::validator_for(&schema).unwrap();
    let policies = policies();
    let shown = policies.iter().filter(|(name, _)| *name == "README.md");
    assert!(shown.count() > 0, "the README shows no policy");
    for (name, text) in policies {
        let instance = json(toml::Value::Table(text.parse().unwrap()));
        let errors: Vec<_> = validator.iter_errors(&instance).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let path = RepoPath::from("bailiwick.toml");
        let loaded = Policy::load(&path, &Alone(text), &rules::specs(), &RETIRED);
        assert!(loaded.is_ok(), "{name}: {loaded:?}");
    }
}

/// As editors convert TOML for a schema: dates are strings.
fn json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(value) => value.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(json).collect(),
        toml::Value::Table(table) => Value::Object(
            table
                .into_iter()
                .map(|(key, value)| (key, json(value)))
                .collect(),
        ),
    }
}

#[test]
fn packs_name_every_rule_at_the_level_that_it_declares() {
    let specs = rules::specs();
    check_packs(&specs, &RETIRED).unwrap();
    type Declared = fn(&RuleSpec) -> Level;
    let declared: [Declared; 2] = [|rule| rule.level, |rule| rule.strict];
    for (pack, declared) in PACKS.iter().zip(declared) {
        let policy = Policy::pack(pack.name, &specs, &RETIRED).unwrap();
        let table: toml::Table = pack.text.parse().unwrap();
        let named: Vec<&String> = table["rules"].as_table().unwrap().keys().collect();
        let mut named: Vec<&str> = named.into_iter().map(String::as_str).collect();
        named.sort_unstable();
        assert_eq!(named, rules::ids(), "{}", pack.name);
        for rule in &specs {
            let settings = policy.judging.at(rule.id, &Attributes::default());
            assert_eq!(
                settings.level,
                declared(rule),
                "{} in {}",
                rule.id,
                pack.name
            );
        }
    }
}

#[test]
fn the_rule_reference_is_up_to_date() {
    expect_file!["../policies/RULES.md"].assert_eq(&reference());
}

/// The rule reference: a table of all rules, then a section with the page of each.
fn reference() -> String {
    let mut text = String::from(
        "# Rules\n\n\
         Generated from the source of each rule; `bailiwick explain RULE` shows the same on a terminal.\n\
         How levels and options are set is in the [README](../README.md#policies).\n\n\
         | rule | recommended | strict | |\n| --- | --- | --- | --- |\n",
    );
    for rule in rules::all() {
        let RuleSpec {
            id,
            summary,
            level,
            strict,
            ..
        } = &rule.spec;
        let anchor = id.replace('/', "");
        let (level, strict) = (level.name(), strict.name());
        writeln!(
            text,
            "| [`{id}`](#{anchor}) | {level} | {strict} | {summary} |"
        )
        .unwrap();
    }
    for rule in rules::all() {
        section(rule, &mut text);
    }
    text
}

fn section(rule: &Rule, text: &mut String) {
    let RuleSpec {
        id,
        summary,
        level,
        strict,
        options,
        ..
    } = &rule.spec;
    let status = match rule.status {
        Status::Stable => "stable",
        Status::Preview => "preview",
        Status::Advisory => "advisory",
    };
    writeln!(text, "\n## {id}\n\nWhere it fires, {summary}.\n").unwrap();
    writeln!(
        text,
        "- Level: {} in `recommended`, {} in `strict`",
        level.name(),
        strict.name()
    )
    .unwrap();
    writeln!(text, "- Judges: {}", rule.check.subject().replace('-', " ")).unwrap();
    writeln!(text, "- Status: {status}").unwrap();
    if rule.organizational {
        writeln!(
            text,
            "- Outside of organization mode the packs make it a note at most"
        )
        .unwrap();
    }
    text.push('\n');
    for line in page(rule).lines() {
        match line.strip_prefix("## ") {
            Some(heading) => {
                writeln!(text, "### {heading}").unwrap();
                if heading == "Options" && !options.is_empty() {
                    table(options, text);
                }
            }
            None => writeln!(text, "{line}").unwrap(),
        }
    }
}

/// The page of a rule, without the space that stands behind `///` on each of its lines.
fn page(rule: &Rule) -> String {
    let lines = rule.docs.trim().lines().map(str::trim_end);
    let lines: Vec<&str> = lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect();
    lines.join("\n")
}

/// The options of a rule by name, type and default; the page says what they mean.
fn table(options: &[OptionSpec], text: &mut String) {
    text.push_str("\n| option | value | default |\n| --- | --- | --- |\n");
    for option in options {
        let schema = (option.schema)();
        let value = match (schema["type"].as_str(), schema["maximum"].as_f64()) {
            (Some("boolean"), _) => "`true` or `false`",
            (Some("integer"), _) => "a whole number",
            (Some("number"), Some(100.0)) => "a percentage",
            (Some("array"), _) => "a list of strings",
            _ => panic!("say here what `{}` takes: {schema}", option.name),
        };
        let default = (option.default)().map_or("not set".into(), |default| format!("`{default}`"));
        writeln!(text, "| `{}` | {value} | {default} |", option.name).unwrap();
    }
}
