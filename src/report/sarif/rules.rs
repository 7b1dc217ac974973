//! The rules as SARIF describes them: all come from the rule's own file.

use super::log::{self, Configuration, Help, Message, RuleProperties, Severity};
use super::{CHARACTERS, sentence};
use crate::policy::Level;
use crate::report::rules::dedent;
use crate::rules::{Rule, Status};

pub(super) fn level(level: Level) -> log::Level {
    match level {
        Level::Error => log::Level::Error,
        Level::Warning => log::Level::Warning,
        Level::Note | Level::Off => log::Level::Note,
    }
}

pub(super) fn descriptor(rule: &'static Rule) -> log::Rule {
    let spec = &rule.spec;
    let docs = dedent(rule.docs).trim().to_owned();
    // A rule that recommended leaves off says how bad strict finds it.
    let enabled = spec.level != Level::Off;
    let usual = if enabled { spec.level } else { spec.strict };
    let mut tags = vec![spec.family()];
    if rule.status == Status::Preview {
        tags.push("preview");
    }
    let message = |text: &str| Message {
        text: sentence::cut(text, CHARACTERS),
    };
    log::Rule {
        id: spec.id,
        short_description: message(spec.summary),
        full_description: message(&first_paragraph(&docs).unwrap_or(spec.summary.into())),
        help: Help {
            text: docs.clone(),
            markdown: docs,
        },
        default_configuration: Configuration {
            enabled,
            level: level(usual),
        },
        properties: RuleProperties {
            tags,
            severity: match usual {
                Level::Error => Severity::Error,
                Level::Warning => Severity::Warning,
                Level::Note | Level::Off => Severity::Recommendation,
            },
        },
    }
}

/// The first paragraph below the first heading, in one line.
fn first_paragraph(docs: &str) -> Option<String> {
    let mut blocks = docs.split("\n\n").map(str::trim);
    let paragraph = blocks.find(|block| !block.is_empty() && !block.starts_with('#'))?;
    Some(paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
}
