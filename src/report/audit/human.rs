//! The audit for people: how teams, services and repositories fare, then what is wrong.

use std::io::{self, Write};

use super::{extent, fraction, percent, worst};
use crate::answers::{Audit, Scorecard, families};
use crate::policy::Level;
use crate::report::human::{HumanOptions, ink};
use crate::report::look::{Ink, Look};
use crate::report::snippet::mark;
use crate::report::table::{self, Side};
use crate::report::{count, shown};
use crate::text::{number, terminal};

/// Rows of a table that are shown unless all are asked for: the worst.
const ROWS: usize = 25;

/// Room for the rules that fail: for the longest name of one, and how many more there are.
const FAILS: usize = 36;

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

/// The rules that fail, the worst first, each level behind its mark: as many as there is room for, one at
/// least.
fn fails(card: &Scorecard, look: Look, room: usize) -> String {
    let failing = card.failing();
    let (mut text, mut level, mut named) = (String::new(), None, 0);
    for (rule, its) in &failing {
        let next = match level == Some(*its) {
            true => format!("{text}, {rule}"),
            false => format!("{text} {} {rule}", mark(look, *its)),
        };
        let next = next.trim_start();
        let left = failing.len() - named - 1;
        // Behind it has to be room for how many are left.
        let more = if left > 0 { 2 + number(left).len() } else { 0 };
        if named > 0 && table::width(next) + more > room {
            break;
        }
        (text, level, named) = (next.to_owned(), Some(*its), named + 1);
    }
    match failing.len() - named {
        0 => text,
        left => format!("{text} +{}", number(left)),
    }
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
        let mut families: Vec<&str> = families(cards).into_iter().collect();
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
        let agreed = head.len() - 1;
        // The worst come first. Where something fails, what is as agreed needs no row.
        let failing = cards.iter().filter(|it| worst(it) != Level::Off).count();
        let limit = match (self.options.verbose, failing) {
            (true, _) => cards.len(),
            (false, 0) => ROWS,
            (false, failing) => failing.min(ROWS),
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
            rows.push(row);
        }
        // What fails says more of what to do than how much does: families are shown where there is room
        // for both.
        let narrow: usize = (0..=agreed)
            .map(|column| {
                let cells = rows.iter().map(|row| table::width(&row[column]));
                cells.max().unwrap_or(0) + 2
            })
            .sum();
        let all: usize = families.iter().map(|it| table::width(it) + 2).sum();
        if narrow + all + FAILS > look.width {
            families.clear();
        }
        let all: usize = families.iter().map(|it| table::width(it) + 2).sum();
        let room = look.width.saturating_sub(narrow + all).max(FAILS);
        rows[0].extend(families.iter().map(|&family| family.to_owned()));
        rows[0].push("fails".into());
        for (row, card) in rows[1..].iter_mut().zip(cards) {
            let by_family = card.by_family();
            let by_family = families.iter().map(|it| fraction(by_family.get(it)));
            row.extend(by_family);
            row.push(fails(card, look, room));
        }
        sides.extend(families.iter().map(|_| Side::Right));
        sides.push(Side::Left);
        writeln!(out)?;
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
            let more = number(cards.len() - limit);
            let more = match failing <= limit {
                true => format!("and {more} more in which nothing fails (-v lists all)"),
                false => format!("and {more} more (-v lists all)"),
            };
            writeln!(out, "{}", look.paint(Ink::Faint, more))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::CardOutcome;

    #[test]
    fn as_many_rules_are_named_as_there_is_room_for() {
        let rules = [
            ("a/error", CardOutcome::Fail(Level::Error)),
            ("b/error", CardOutcome::Fail(Level::Error)),
            ("c/note", CardOutcome::Fail(Level::Note)),
            ("d/pass", CardOutcome::Pass),
        ];
        let card = Scorecard {
            rules: rules.into(),
            ..Scorecard::default()
        };
        let fails = |room| fails(&card, Look::PLAIN, room);
        let mark = |level| mark(Look::PLAIN, level);
        let (error, note) = (mark(Level::Error), mark(Level::Note));
        let all = format!("{error} a/error, b/error {note} c/note");
        assert_eq!(fails(table::width(&all)), all);
        assert_eq!(
            fails(table::width(&all) - 1),
            format!("{error} a/error, b/error +1")
        );
        for room in [0, 20] {
            let one = format!("{error} a/error +2");
            let two = format!("{error} a/error, b/error +1");
            let fits = table::width(&two) <= room;
            assert_eq!(fails(room), if fits { two } else { one });
        }
    }
}
