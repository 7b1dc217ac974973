//! The end of the report for people: counts, coverage, the policy, and what was not judged.

use std::io::{self, Write};

use super::count;
use super::human::{HumanOptions, ink};
use super::look::{Ink, Look, wrap};
use super::shown;
use crate::facts::Gap;
use crate::findings::{Acceptance, Accepted, Report, Skip};
use crate::policy::Level;
use crate::text::terminal;

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
            accepted => format!("; {} accepted", crate::text::number(accepted)),
        };
        writeln!(out, "{counts}{accepted}")?;
    }
    if summary.files > 0 {
        let (owned, files) = (
            crate::text::number(summary.owned),
            crate::text::count(summary.files, "file"),
        );
        let share = count::percent(summary.owned, summary.files);
        writeln!(out, "{owned} of {files} owned ({share} %)")?;
    }
    policy(report, out, look)?;
    if options.verbose {
        for accepted in &report.accepted {
            item(out, look, "accepted", &accepted_text(accepted))?;
        }
    }
    skipped(&report.skipped, out, options)?;
    gaps(&report.gaps, out, options)
}

/// The one line of a run that found nothing.
fn clean(report: &Report, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let summary = &report.summary;
    if summary.files == 0 || summary.rules == 0 {
        let why = if summary.files == 0 {
            "no file is tracked"
        } else {
            "no rule ran"
        };
        let line = format!("Nothing was checked: {why}.");
        return writeln!(out, "{}", look.paint(Ink::Warning, line));
    }
    let done = look.paint(Ink::Good, look.either("✓ All clear:", "All clear:"));
    let rules = crate::text::count(summary.rules, "rule");
    let files = crate::text::count(summary.files, "file");
    let accepted = match summary.accepted {
        0 => "nothing to mend".into(),
        accepted => format!(
            "nothing new to mend ({} accepted)",
            crate::text::number(accepted)
        ),
    };
    let repository = terminal(&report.repository);
    writeln!(
        out,
        "{done} {rules} found {accepted} in {files} of {repository}."
    )
}

fn policy(report: &Report, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let policy = &report.policy;
    let mut text = policy.name.clone();
    if !policy.extends.is_empty() {
        text.push_str(&format!(" (extends {})", policy.extends.join(", ")));
    }
    item(out, look, "policy", &text)
}

/// One line; with `--verbose`, or where the policy requires the rule, one line each.
fn skipped(skips: &[Skip], out: &mut dyn Write, options: HumanOptions) -> io::Result<()> {
    let look = options.look;
    for skip in skips.iter().filter(|skip| options.verbose || skip.required) {
        let required = if skip.required {
            ", though the policy requires it"
        } else {
            ""
        };
        let mut text = format!(
            "{} could not judge {}{required}: {}",
            skip.rule,
            crate::text::count(skip.subjects, "subject"),
            skip.reason
        );
        remedy(&mut text, skip.remedy.as_deref());
        item(out, look, "skipped", &text)?;
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

fn gaps(gaps: &[Gap], out: &mut dyn Write, options: HumanOptions) -> io::Result<()> {
    if gaps.is_empty() {
        return Ok(());
    }
    if !options.verbose {
        let counted = crate::text::count(gaps.len(), "fact");
        let text = format!("{counted} could not be had (-v lists them)");
        return item(out, options.look, "gaps", &text);
    }
    for gap in gaps {
        item(out, options.look, gap.kind.name(), &gap_text(gap))?;
    }
    Ok(())
}

/// Writes what could not be read as notes beside an answer, a few of them in full.
pub fn notes(gaps: &[Gap], out: &mut dyn Write, look: Look) -> io::Result<()> {
    const SHOWN: usize = 5;
    for gap in gaps.iter().take(SHOWN) {
        item(out, look, "note", &gap_text(gap))?;
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

fn gap_text(gap: &Gap) -> String {
    let mut text = match &gap.path {
        Some(path) => format!("{}: {}", shown::path(path.as_bytes()), gap.reason),
        None => gap.reason.clone(),
    };
    remedy(&mut text, gap.remedy.as_deref());
    text
}

fn remedy(text: &mut String, remedy: Option<&str>) {
    if let Some(remedy) = remedy {
        text.push_str("; ");
        text.push_str(remedy);
    }
}

fn accepted_text(accepted: &Accepted) -> String {
    let finding = &accepted.finding;
    let place = shown::position(&finding.primary);
    let why = match &accepted.by {
        Acceptance::Baseline => "in the baseline".into(),
        Acceptance::Suppression { reason, until } => because("suppressed", reason, *until),
        Acceptance::Exception { reason, until } => because("excepted", reason, *until),
    };
    format!("{place}: {} {} ({why})", finding.rule, finding.message)
}

fn because(how: &str, reason: &str, until: Option<jiff::civil::Date>) -> String {
    match until {
        Some(until) => format!("{how} until {until}: {reason}"),
        None => format!("{how}: {reason}"),
    }
}

/// A closing line: `name: text`, continued below itself. Escapes the text.
fn item(out: &mut dyn Write, look: Look, name: &str, text: &str) -> io::Result<()> {
    let lines = wrap(&terminal(text), look.width.saturating_sub(name.len() + 2));
    let name = look.paint(Ink::Faint, format_args!("{name}:"));
    writeln!(out, "{name} {}", lines.join("\n  "))
}
