//! Scorecards for a spreadsheet: one row each.

use std::io::{self, Write};

use crate::answers::{Audit, CardOutcome, Scorecard, families};

/// Writes a header and a row for each scorecard: teams, services, then repositories.
pub fn write(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let all = [
        ("team", &audit.by_team),
        ("service", &audit.by_service),
        ("repository", &audit.by_repository),
    ];
    let families = families(all.iter().flat_map(|(_, cards)| cards.iter()));
    let mut csv = ::csv::Writer::from_writer(out);
    let fixed = [
        "kind",
        "name",
        "repository",
        "tier",
        "owners",
        "services",
        "percent",
        "pass",
        "fail",
        "skip",
    ];
    let head = fixed.into_iter().map(str::to_owned);
    let head = head.chain(families.iter().map(|family| format!("{family} percent")));
    csv.write_record(head.chain(["failing".to_owned()]))?;
    for (kind, cards) in all {
        for card in cards {
            csv.write_record(row(kind, card, &families))?;
        }
    }
    csv.flush()
}

fn row(
    kind: &str,
    card: &Scorecard,
    families: &std::collections::BTreeSet<&'static str>,
) -> Vec<String> {
    let number = |number: Option<usize>| number.map_or_else(String::new, |it| it.to_string());
    let total = card.total();
    let mut row = vec![
        kind.to_owned(),
        cell(&card.name),
        cell(card.repository.as_deref().unwrap_or_default()),
        number(card.tier.map(usize::from)),
        cell(&card.owners.join(" ")),
        card.services.to_string(),
        number(total.percent()),
        total.pass.to_string(),
        total.fail.to_string(),
        total.skip.to_string(),
    ];
    let by_family = card.by_family();
    let percent = |family| number(by_family.get(family).and_then(|tally| tally.percent()));
    row.extend(families.iter().map(percent));
    let failing = card
        .rules
        .iter()
        .filter_map(|(&rule, outcome)| match outcome {
            CardOutcome::Fail(_) => Some(rule),
            _ => None,
        });
    row.push(failing.collect::<Vec<_>>().join(" "));
    row
}

/// A text that no spreadsheet takes for a formula: one that starts like one gets an apostrophe
/// (OWASP, *CSV Injection*).
pub(in crate::report) fn cell(text: &str) -> String {
    let text = crate::text::terminal(text);
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_or_breaks_its_row() {
        assert_eq!(cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(cell("@acme/a"), "'@acme/a");
        assert_eq!(cell("payments"), "payments");
        assert!(!cell("a\nb\u{1b}[31m").contains(['\n', '\u{1b}']));
    }
}
