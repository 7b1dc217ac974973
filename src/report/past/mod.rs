//! Answers that commits give: whom to ask, who could own, what would be without some people.

mod history;
mod suggestions;
mod what_if;
mod who;

pub use history::{human as history_human, json as history_json};
pub use suggestions::{json as suggestions_json, lines as suggestions_lines};
pub use what_if::{human as what_if_human, json as what_if_json};
pub use who::{human as who_human, json as who_json};

use std::io::{self, Write};

use serde::Serialize;

use super::look::{Ink, Look, wrap};
use crate::answers::Expert;
use crate::text::{count, number, terminal};

/// Rises when a key changes its meaning or goes; new keys do not raise it.
const SCHEMA_VERSION: u32 = 1;

/// Somebody who knows files, for machines.
#[derive(Serialize)]
struct ExpertFor<'a> {
    name: &'a str,
    /// Whether they are of the owners.
    owns: bool,
    /// Of how many of the files they are an author.
    files: usize,
    /// How often they added or changed them.
    changes: u32,
    /// When they last did.
    last: String,
    /// When they last wrote any commit.
    active: String,
}

impl<'a> ExpertFor<'a> {
    fn of(expert: &'a Expert) -> ExpertFor<'a> {
        ExpertFor {
            name: &expert.name,
            owns: expert.owns,
            files: expert.files,
            changes: expert.changes,
            last: expert.last.to_string(),
            active: expert.active.to_string(),
        }
    }
}

/// `@ann, an owner: knows 8 of 12 files, 40 changes, the last on 2026-10-02; last active on 2026-11-01`.
fn known_by(expert: &Expert, files: usize) -> String {
    let owner = if expert.owns { ", an owner" } else { "" };
    let active = match expert.active == expert.last {
        true => String::new(),
        false => format!("; last active on {}", expert.active),
    };
    // Who changed it now and then need not know it.
    let knows = match (expert.files, files) {
        (0, _) => String::new(),
        (_, 1) => "knows it, ".to_owned(),
        (known, _) => format!("knows {} of {}, ", number(known), count(files, "file")),
    };
    format!(
        "{}{owner}: {knows}{} there, the last on {}{active}",
        expert.name,
        count(expert.changes as usize, "change"),
        expert.last
    )
}

/// Lines of one thing: its name, faint and in a column, before the first.
fn lines(out: &mut dyn Write, look: Look, name: &str, texts: &[String]) -> io::Result<()> {
    const COLUMN: usize = 10;
    for (at, text) in texts.iter().enumerate() {
        let name = if at == 0 { name } else { "" };
        let name = look.paint(Ink::Faint, format_args!("{name:COLUMN$}"));
        let room = look.width.saturating_sub(COLUMN + 2);
        let wrapped = wrap(&terminal(text), room);
        let indent = format!("\n{:1$}", "", COLUMN + 4);
        writeln!(out, "  {name}{}", wrapped.join(&indent))?;
    }
    Ok(())
}
