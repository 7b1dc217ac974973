//! The audit for people: how teams, services and repositories fare, then what is wrong.

use std::io::{self, Write};

use super::{extent, fraction, percent, worst};
use crate::answers::{Audit, Scorecard, families};
use crate::policy::Level;
use crate::report::human::{HumanOptions, ink};
use crate::report::look::{Ink, Look};
use crate::report::table::{self, Side};
use crate::report::{count, shown};
use crate::text::{number, terminal};

/// Rows of a table that are shown unless all are asked for: the worst.
const ROWS: usize = 25;

/// Rules that fail, named in a row.
const NAMED: usize = 2;

/// Writes the audit.
pub fn write(audit: &Audit, out: &mut dyn Write, options: HumanOptions) -> io::Result<()> {
    let look = options.look;
    if super::is_empty(audit) {
        let name = shown::name(&audit.name);
        let line = format!("Nothing was checked: no repository lies below {name}.");
        return writeln!(out, "{}", look.paint(Ink::Warning, line));
    }
    let report = super::merged(audit);
    let counts = count::levels(|level| report.summary.at(level));
    let counts = match counts.is_empty() {
        true => look.paint(Ink::Good, "no findings"),
        false => counts,
    };
    let name = shown::name(&audit.name);
    writeln!(
        out,
        "{}: {}: {counts}",
        look.paint(Ink::Strong, name),
        extent(audit)
    )?;
    for failed in &audit.failed {
        let path = shown::path(failed.path.as_bytes());
        let reason = terminal(&failed.reason);
        let label = look.paint(Ink::Error, "not judged");
        writeln!(out, "{label} {path}: {reason}")?;
        if let Some(help) = &failed.help {
            writeln!(out, "  help: {}", terminal(help))?;
        }
    }
    let cards = Cards { look, options };
    cards.table(out, "team", &audit.by_team)?;
    cards.table(out, "service", &audit.by_service)?;
    cards.table(out, "repository", &audit.by_repository)?;
    if !report.findings.is_empty() {
        writeln!(out)?;
    }
    crate::report::human(&report, out, options)
}

struct Cards {
    look: Look,
    options: HumanOptions,
}

impl Cards {
    fn table(&self, out: &mut dyn Write, what: &str, cards: &[Scorecard]) -> io::Result<()> {
        if cards.is_empty() {
            return Ok(());
        }
        let look = self.look;
        let families: Vec<&str> = families(cards).into_iter().collect();
        let (is_service, is_repository) = (what == "service", what == "repository");
        let mut head = vec![what.to_owned()];
        let mut sides = vec![Side::Left];
        let mut column = |head: &mut Vec<String>, title: &str, side: Side| {
            head.push(title.to_owned());
            sides.push(side);
        };
        match is_service {
            true => {
                column(&mut head, "tier", Side::Right);
                column(&mut head, "owner", Side::Left);
            }
            false => column(&mut head, "services", Side::Right),
        }
        column(&mut head, "as agreed", Side::Right);
        for family in &families {
            column(&mut head, family, Side::Right);
        }
        column(&mut head, "fails", Side::Left);
        let limit = if self.options.verbose {
            cards.len()
        } else {
            ROWS
        };
        let mut rows = vec![head];
        for card in cards.iter().take(limit) {
            let name = match (is_repository, &card.repository) {
                (true, Some(path)) => shown::path(path.as_bytes()).into_owned(),
                _ => shown::name(&card.name).into_owned(),
            };
            let mut row = vec![name];
            match is_service {
                true => {
                    row.push(card.tier.map_or_else(String::new, |tier| tier.to_string()));
                    row.push(terminal(&card.owners.join(" ")).into_owned());
                }
                false => row.push(number(card.services)),
            }
            row.push(percent(card.total()));
            let by_family = card.by_family();
            row.extend(
                families
                    .iter()
                    .map(|family| fraction(by_family.get(family))),
            );
            let failing = card.failing();
            let named = failing.iter().take(NAMED).map(|(rule, _)| *rule);
            let mut fails = named.collect::<Vec<_>>().join(", ");
            if failing.len() > NAMED {
                fails += &format!(" +{}", failing.len() - NAMED);
            }
            row.push(fails);
            rows.push(row);
        }
        // The rules that fail are named where there is room.
        let widths = |row: &Vec<String>, last: usize| -> usize {
            row[..last].iter().map(|cell| table::width(cell) + 2).sum()
        };
        let last = rows[0].len() - 1;
        let wide = rows.iter().map(|row| widths(row, last)).max().unwrap_or(0);
        if wide + 24 > look.width {
            rows.iter_mut().for_each(|row| row.truncate(last));
            sides.truncate(last);
        }
        writeln!(out)?;
        let agreed = if is_service { 3 } else { 2 };
        table::write(out, &sides, &rows, |row, column, text| {
            let Some(card) = row.checked_sub(1).and_then(|row| cards.get(row)) else {
                return look.paint(Ink::Faint, text);
            };
            match (column, worst(card)) {
                (0, _) => look.paint(Ink::Strong, text),
                (column, Level::Off) if column == agreed => look.paint(Ink::Good, text),
                (column, level) if column == agreed => look.paint(ink(level), text),
                _ => text.to_string(),
            }
        })?;
        if cards.len() > limit {
            let more = format!("and {} more (-v lists all)", number(cards.len() - limit));
            writeln!(out, "{}", look.paint(Ink::Faint, more))?;
        }
        Ok(())
    }
}
