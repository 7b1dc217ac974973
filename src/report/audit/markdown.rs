//! The audit in GitHub's Markdown: scorecards as tables, then who should act on what.

use std::io::{self, Write};

use super::{extent, fraction, percent};
use crate::answers::{Audit, Scorecard, families};
use crate::report::sentence;
use crate::text::{markdown, markdown_code, number};

/// Rows of a table: the worst.
const ROWS: usize = 100;
/// A cell has at most so many characters of a text.
const CELL: usize = 200;

/// Writes the audit.
pub fn write(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let name = markdown(&sentence::cut(&audit.name, CELL));
    if super::is_empty(audit) {
        return writeln!(
            out,
            "# {name}: nothing was checked: no repository lies below it"
        );
    }
    writeln!(out, "# {name}: {}\n", extent(audit))?;
    for failed in &audit.failed {
        let path = markdown_code(&sentence::cut(&failed.path, CELL));
        let reason = markdown(&sentence::cut(&failed.reason, CELL));
        writeln!(out, "- **not judged** {path}: {reason}")?;
    }
    if !audit.failed.is_empty() {
        writeln!(out)?;
    }
    table(out, "Teams", &audit.by_team)?;
    table(out, "Services", &audit.by_service)?;
    table(out, "Repositories", &audit.by_repository)?;
    crate::report::markdown(&super::merged(audit), out)
}

fn table(out: &mut dyn Write, title: &str, cards: &[Scorecard]) -> io::Result<()> {
    if cards.is_empty() {
        return Ok(());
    }
    let families: Vec<&str> = families(cards).into_iter().collect();
    let is_service = title == "Services";
    writeln!(out, "## {title}\n")?;
    let columns = if is_service {
        "tier | owner"
    } else {
        "services"
    };
    let aligned = if is_service { "--: | ---" } else { "--:" };
    writeln!(
        out,
        "| name | {columns} | as agreed | {} | fails |",
        families.join(" | ")
    )?;
    let dashes = vec!["--:"; families.len()].join(" | ");
    writeln!(out, "| --- | {aligned} | --: | {dashes} | --- |")?;
    for card in cards.iter().take(ROWS) {
        let name = match (&card.repository, title) {
            (Some(path), "Repositories") => path,
            _ => &card.name,
        };
        let name = markdown_code(&sentence::cut(name, CELL));
        let about = match is_service {
            true => {
                let tier = card.tier.map_or_else(String::new, |tier| tier.to_string());
                let owners = sentence::fitting(&card.owners, false, CELL);
                format!("{tier} | {}", markdown(&owners))
            }
            false => number(card.services),
        };
        let by_family = card.by_family();
        let shares = families
            .iter()
            .map(|family| fraction(by_family.get(family)));
        let shares: Vec<String> = shares.collect();
        let failing = card
            .failing()
            .into_iter()
            .map(|(rule, _)| markdown_code(rule));
        let failing: Vec<String> = failing.collect();
        let (shares, failing) = (shares.join(" | "), failing.join(" "));
        writeln!(
            out,
            "| {name} | {about} | {} | {shares} | {failing} |",
            percent(card.total())
        )?;
    }
    if cards.len() > ROWS {
        writeln!(out, "\nand {} more", number(cards.len() - ROWS))?;
    }
    writeln!(out)
}
