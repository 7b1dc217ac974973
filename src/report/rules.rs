//! The rules themselves: their list, and the explanation of one.

use std::io::{self, Write};

use serde_json::json;

use super::json::{Tool, document};
use super::look::{Ink, Look, wrap};
use super::markdown;
use super::table::{self, Side};
use crate::policy::{Level, RuleSpec};

/// Writes all rules as a table: id, level in each pack, summary.
pub fn human(rules: &[&RuleSpec], out: &mut dyn Write, look: Look) -> io::Result<()> {
    let widest = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let used = widest + "recommended".len() + "warning".len() + 6;
    let room = look.width.saturating_sub(used).max(20);
    let mut rows = vec![["rule", "recommended", "strict", ""].map(String::from)];
    let mut levels = vec![[Level::Off; 2]];
    for rule in rules {
        let mut summary = wrap(rule.summary, room).into_iter();
        let level = |level: Level| level.name().to_string();
        let first = summary.next().unwrap_or_default();
        rows.push([rule.id.into(), level(rule.level), level(rule.strict), first]);
        rows.extend(summary.map(|line| [String::new(), String::new(), String::new(), line]));
        levels.resize(rows.len(), [rule.level, rule.strict]);
    }
    let sides = [Side::Left; 4];
    table::write(out, &sides, &rows, |row, column, text| {
        match (row, column) {
            (0, _) => look.paint(Ink::Faint, text),
            (_, 0) => look.paint(Ink::Strong, text),
            (_, 1 | 2) => look.paint(level_ink(levels[row][column - 1]), text),
            _ => text.to_string(),
        }
    })
}

fn level_ink(level: Level) -> Ink {
    match level {
        Level::Error => Ink::Error,
        Level::Warning => Ink::Warning,
        Level::Note => Ink::Note,
        Level::Off => Ink::Faint,
    }
}

/// Writes all rules as JSON, with the schema and the default of each option.
pub fn json(rules: &[&RuleSpec], out: &mut dyn Write) -> io::Result<()> {
    let rules = rules.iter().map(|rule| {
        let options = rule.options.iter().map(|option| {
            json!({
                "name": option.name,
                "docs": dedent(option.docs).trim(),
                "default": (option.default)(),
                "schema": (option.schema)(),
            })
        });
        json!({
            "id": rule.id,
            "summary": rule.summary,
            "levels": {"recommended": rule.level.name(), "strict": rule.strict.name()},
            "options": options.collect::<Vec<_>>(),
        })
    });
    let rules: Vec<_> = rules.collect();
    document(
        &json!({"schema_version": 1, "tool": Tool::THIS, "rules": rules}),
        out,
    )
}

/// A doc comment without the space that stands behind `///` on each of its lines.
pub(super) fn dedent(docs: &str) -> String {
    let lines = docs
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// Writes one rule's level in each pack and its page, which tells its options and their defaults.
pub fn explain(rule: &RuleSpec, docs: &str, out: &mut dyn Write, look: Look) -> io::Result<()> {
    writeln!(out, "{}", look.paint(Ink::Strong, rule.id))?;
    for line in wrap(rule.summary, look.width) {
        writeln!(out, "{line}")?;
    }
    let (recommended, strict) = (rule.level, rule.strict);
    let level = |level: Level| look.paint(level_ink(level), level);
    let (recommended, strict) = (level(recommended), level(strict));
    writeln!(
        out,
        "\nLevel: {recommended} in bailiwick:recommended, {strict} in bailiwick:strict"
    )?;
    write!(out, "\n{}", markdown::render(dedent(docs).trim(), look))
}

/// Writes what a family holds: its rules as [`human`] lists them.
pub fn family(
    selector: &str,
    rules: &[&RuleSpec],
    out: &mut dyn Write,
    look: Look,
) -> io::Result<()> {
    let count = crate::text::count(rules.len(), "rule");
    writeln!(
        out,
        "{}\n{count}; `bailiwick explain RULE` shows the page of one\n",
        look.paint(Ink::Strong, selector)
    )?;
    human(rules, out, look)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::policy::Options;

    crate::options! {
        /// Options.
        struct Sample {
            /// The most owners that a line may name
            /// before it is crowded.
            max_owners("max-owners"): u32 = 5,
            /// Owners that do not count.
            ignore("ignore"): Option<Vec<String>> = None,
        }
    }

    static CROWDED: RuleSpec = RuleSpec {
        id: "codeowners/crowded-line",
        summary: "a line that names so many owners that everyone is asked and nobody answers, which is one of the more common faults",
        level: Level::Note,
        strict: Level::Error,
        options: Sample::SPECS,
        default_options: || -> Box<dyn Options> { Box::new(Sample::default()) },
    };
    static DEAD: RuleSpec = RuleSpec {
        id: "codeowners/dead-pattern",
        summary: "a pattern that matches no tracked file",
        level: Level::Warning,
        strict: Level::Off,
        options: &[],
        default_options: || -> Box<dyn Options> { Box::new(crate::policy::NoOptions) },
    };

    fn text(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rules_are_listed_with_their_levels() {
        let table = text(|out| human(&[&CROWDED, &DEAD], out, Look::PLAIN));
        expect![[r#"
            rule                     recommended  strict
            codeowners/crowded-line  note         error   a line that names so many owners that everyone is
                                                          asked and nobody answers, which is one of the more
                                                          common faults
            codeowners/dead-pattern  warning      off     a pattern that matches no tracked file
        "#]].assert_eq(&table);
    }

    #[test]
    fn a_rule_is_explained_by_its_page() {
        let docs = " ## What it checks\n\n Lines with many owners.\n\n ## Options\n\n - `max-owners`: the most. Default: `5`.\n";
        let page = text(|out| explain(&CROWDED, docs, out, Look::PLAIN));
        expect![[r#"
            codeowners/crowded-line
            a line that names so many owners that everyone is asked and nobody answers, which is one of the more
            common faults

            Level: note in bailiwick:recommended, error in bailiwick:strict

            What it checks

            Lines with many owners.

            Options

            - `max-owners`: the most. Default: `5`.
        "#]].assert_eq(&page);
    }

    #[test]
    fn a_family_is_its_rules() {
        let page = text(|out| family("codeowners/*", &[&DEAD], out, Look::PLAIN));
        expect![[r#"
            codeowners/*
            1 rule; `bailiwick explain RULE` shows the page of one

            rule                     recommended  strict
            codeowners/dead-pattern  warning      off     a pattern that matches no tracked file
        "#]]
        .assert_eq(&page);
    }

    #[test]
    fn json_has_options_and_levels() {
        let document = text(|out| json(&[&CROWDED], out));
        let value: serde_json::Value = serde_json::from_str(&document).unwrap();
        assert_eq!(value["rules"][0]["levels"]["strict"], "error");
        assert_eq!(value["rules"][0]["options"][0]["default"], "5");
        assert_eq!(value["rules"][0]["options"][1]["default"], json!(null));
    }
}
