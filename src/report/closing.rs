//! The end of the report for people: counts, coverage, the policy, and what was not judged.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::count;
use super::human::{DRAWN_IN_ALL, HumanOptions, ink};
use super::look::{Ink, Look, wrap};
use super::{change, sentence, shown};
use crate::facts::Gap;
use crate::findings::{Accepted, Report, Skip};
use crate::policy::Level;
use crate::text::{number, terminal};

pub(super) fn write(report: &Report, out: &mut dyn Write, options: HumanOptions) -> io::Result<()> {
    let look = options.look;
    let summary = &report.summary;
    if report.findings.is_empty() {
        clean(report, out, look)?;
    } else {
        let worst = report.findings.iter().map(|finding| finding.level).max();
        let counts = count::levels(|level| summary.at(level));
        let counts = look.paint(ink(worst.unwrap_or(Level::Note)), counts);
        let accepted = match summary.accepted {
            0 => String::new(),
            accepted => format!("; {} accepted", number(accepted)),
        };
        writeln!(out, "{counts}{accepted}")?;
    }
    if report.findings.len() > DRAWN_IN_ALL {
        owners(report, out, look)?;
    }
    for (about, text) in change::all(report) {
        item(out, look, about, &text)?;
    }
    if let Some(coverage) = sentence::coverage(report) {
        let lines = wrap(&terminal(&coverage), look.width);
        writeln!(out, "{}", lines.join("\n  "))?;
    }
    if let Some(undeclared) = sentence::undeclared(report) {
        item(out, look, "services", &undeclared)?;
    }
    item(out, look, "policy", &sentence::policy(report))?;
    if options.verbose {
        for accepted in &report.accepted {
            item(out, look, "accepted", &accepted_text(accepted))?;
        }
    }
    skipped(&report.skipped, out, options)?;
    let unasked = [
        ("history", &report.unasked.history, "--history"),
        ("forge", &report.unasked.forge, "--online"),
    ];
    for (about, rules, option) in unasked {
        if let Some(text) = sentence::unasked(rules, option, options.verbose) {
            item(out, look, about, &text)?;
        }
    }
    if let Some(gap) = &report.unread_history {
        let text = format!("it says too little: {}", sentence::gap(gap));
        item(out, look, "history", &text)?;
    }
    for gap in &report.unread_forge {
        item(out, look, "forge", &sentence::gap(gap))?;
    }
    if options.verbose
        && let Some(unsearched) = sentence::unsearched(report)
    {
        item(out, look, "unsearched", &unsearched)?;
    }
    gaps(&report.gaps, out, options)
}

/// Who should act on the most findings, where there are too many to look through.
fn owners(report: &Report, out: &mut dyn Write, look: Look) -> io::Result<()> {
    const SHOWN: usize = 5;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(finding.owners.join(" ")).or_default() += 1;
    }
    let nobody = counts.remove("").unwrap_or(0);
    if counts.is_empty() {
        return Ok(());
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| Reverse(count));
    let shown = counts.iter().take(SHOWN);
    let shown = shown.map(|(owner, count)| format!("{owner} ({})", number(*count)));
    let shown: Vec<_> = shown.collect();
    let mut text = crate::text::list(&shown, counts.len() - shown.len());
    if nobody > 0 {
        text.push_str(&format!("; nobody is named in {}", number(nobody)));
    }
    item(out, look, "owners", &text)
}

/// The one line of a run that found nothing.
fn clean(report: &Report, out: &mut dyn Write, look: Look) -> io::Result<()> {
    if let Some(why) = sentence::unchecked(report) {
        let line = format!("Nothing was checked: {why}.");
        return writeln!(out, "{}", look.paint(Ink::Warning, line));
    }
    let found = sentence::clean(report);
    let found = terminal(&found);
    if report.incomplete().is_some() {
        // What is missing stands in the lines that follow.
        return writeln!(out, "{} {found}", look.paint(Ink::Warning, "Incomplete:"));
    }
    let done = look.paint(Ink::Good, look.either("✓ All clear:", "All clear:"));
    writeln!(out, "{done} {found}")
}

/// One line; with `--verbose`, or where the policy requires the rule, one line each.
fn skipped(skips: &[Skip], out: &mut dyn Write, options: HumanOptions) -> io::Result<()> {
    let look = options.look;
    for skip in skips.iter().filter(|skip| options.verbose || skip.required) {
        item(out, look, "skipped", &sentence::skip(skip))?;
    }
    let hidden = skips.iter().filter(|skip| !skip.required);
    let mut rules: Vec<_> = hidden.map(|skip| skip.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    if rules.is_empty() || options.verbose {
        return Ok(());
    }
    let rules = crate::text::count(rules.len(), "rule");
    item(
        out,
        look,
        "skipped",
        &format!("{rules} for lack of facts (-v lists them)"),
    )
}

/// A line for each cause of missing data, and then what else people should know of how the repository was read.
fn gaps(gaps: &[Gap], out: &mut dyn Write, options: HumanOptions) -> io::Result<()> {
    for text in sentence::missing(gaps) {
        item(out, options.look, "missing", &text)?;
    }
    let gaps: Vec<&Gap> = gaps.iter().filter(|gap| !gap.is_missing()).collect();
    if gaps.is_empty() {
        return Ok(());
    }
    if !options.verbose {
        let counted = crate::text::count(gaps.len(), "fact");
        let text = format!("{counted} could not be had (-v lists them)");
        return item(out, options.look, "gaps", &text);
    }
    for gap in gaps {
        item(out, options.look, gap.kind.name(), &sentence::gap(gap))?;
    }
    Ok(())
}

/// Writes what could not be read as notes beside an answer, a few of them in full.
pub fn notes(gaps: &[Gap], out: &mut dyn Write, look: Look) -> io::Result<()> {
    const SHOWN: usize = 5;
    for text in sentence::missing(gaps) {
        item(out, look, "missing", &text)?;
    }
    let gaps: Vec<&Gap> = gaps.iter().filter(|gap| !gap.is_missing()).collect();
    for gap in gaps.iter().take(SHOWN) {
        item(out, look, "note", &sentence::gap(gap))?;
    }
    match gaps.len().checked_sub(SHOWN + 1) {
        Some(more) => item(
            out,
            look,
            "note",
            &format!("and {}", crate::text::count(more + 1, "more gap")),
        ),
        None => Ok(()),
    }
}

fn accepted_text(accepted: &Accepted) -> String {
    let finding = &accepted.finding;
    let place = shown::position(&finding.primary);
    let why = sentence::acceptance(&accepted.by);
    format!("{place}: {} {} ({why})", finding.rule, finding.message)
}

/// A closing line: `name: text`, continued below itself. Escapes the text.
fn item(out: &mut dyn Write, look: Look, name: &str, text: &str) -> io::Result<()> {
    let lines = wrap(&terminal(text), look.width.saturating_sub(name.len() + 2));
    let name = look.paint(Ink::Faint, format_args!("{name}:"));
    writeln!(out, "{name} {}", lines.join("\n  "))
}
