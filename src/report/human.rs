//! The report for people: grouped by rule, the lines that are meant drawn, and a summary at the end.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::look::{Ink, Look, wrap};
use super::snippet::{Drawing, mark};
use super::{closing, count, sentence, shown, table};
use crate::findings::{Finding, Places, Report};
use crate::policy::{Level, Origin};
use crate::text::terminal;

/// What the reader asked for.
#[derive(Clone, Copy, Debug)]
pub struct HumanOptions {
    /// What the terminal can show.
    pub look: Look,
    /// At most this many findings of a rule are shown; 0 shows all, and all their places.
    pub max_per_rule: usize,
    /// Whether what was skipped, accepted or unreadable is listed.
    pub verbose: bool,
    /// Whether only findings are written.
    pub quiet: bool,
    /// A rule's one-line summary, by its id.
    pub summary: fn(&str) -> Option<&'static str>,
}

impl HumanOptions {
    /// How many places of a finding are shown: all, or the first.
    fn places(self) -> usize {
        match self.max_per_rule {
            0 => usize::MAX,
            _ => PLACES,
        }
    }
}

/// So many places of a finding are shown, unless all are requested.
const PLACES: usize = 5;
/// In a report of more findings than this, each has one line.
pub(super) const DRAWN_IN_ALL: usize = 20;
/// Of each rule, this many findings are drawn; the others have one line.
const DRAWN_PER_RULE: usize = 5;

/// Writes the report.
pub fn write(report: &Report, out: &mut dyn Write, options: HumanOptions) -> io::Result<()> {
    let draw = report.findings.len() <= DRAWN_IN_ALL;
    for group in groups(&report.findings) {
        group.write(report, out, options, draw)?;
    }
    if options.quiet {
        return Ok(());
    }
    closing::write(report, out, options)
}

/// The findings of one rule.
struct Group<'a> {
    rule: &'static str,
    worst: Level,
    findings: Vec<&'a Finding>,
}

/// The worst first, then by rule.
fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut by_rule: BTreeMap<&'static str, Group<'_>> = BTreeMap::new();
    for finding in findings {
        let group = by_rule.entry(finding.rule).or_insert_with(|| Group {
            rule: finding.rule,
            worst: Level::Off,
            findings: Vec::new(),
        });
        group.worst = group.worst.max(finding.level);
        group.findings.push(finding);
    }
    let mut groups: Vec<_> = by_rule.into_values().collect();
    groups.sort_by_key(|group| Reverse(group.worst));
    groups
}

impl Group<'_> {
    fn write(
        &self,
        report: &Report,
        out: &mut dyn Write,
        options: HumanOptions,
        draw: bool,
    ) -> io::Result<()> {
        let look = options.look;
        self.header(out, options)?;
        let limit = match options.max_per_rule {
            0 => self.findings.len(),
            limit => limit.min(self.findings.len()),
        };
        // Help that all share stands once; any other below its own finding.
        let shared = self.common(|finding| finding.help.as_deref());
        let usual = self.usual_help();
        let special =
            |finding: &&Finding| finding.help.is_some() && finding.help.as_deref() != usual;
        let shown = self.worst(limit, special);
        let (drawn, listed) = shown.split_at(if draw { DRAWN_PER_RULE.min(limit) } else { 0 });
        let origin = self.common(|finding| Some(&finding.origin));
        for (index, finding) in drawn.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            drawing(out, look, finding, options.places())?;
            if !finding.owners.is_empty() {
                aside(out, look, "owner", &sentence::owners(finding, usize::MAX))?;
            }
            if origin.is_none() {
                aside(out, look, "policy", &policy(&finding.origin))?;
            }
        }
        if !drawn.is_empty() && !listed.is_empty() {
            writeln!(out)?;
        }
        // What most have in common is said once, below them.
        let closing = shared.or(usual);
        let is_own = |finding: &&Finding| finding.help.as_deref() != closing;
        list(out, look, listed, is_own, options.places())?;
        let hidden = self.findings.len() - limit;
        if hidden > 0 {
            let dots = look.either("…", "...");
            let more = format!(
                "  {dots} and {} more (--max-per-rule 0 shows all)",
                crate::text::number(hidden)
            );
            writeln!(out, "{}", look.paint(Ink::Faint, more))?;
        }
        if drawn.is_empty()
            && let Some(help) = closing
        {
            let name = match shared {
                Some(_) => "help",
                None => "help for the others",
            };
            aside(out, look, name, help)?;
        }
        // The closing lines name the policy: a pack that is all of it need not be repeated here.
        if let Some(origin) = origin
            && !matches!(origin, Origin::Pack(name) if *name == report.policy.name)
        {
            aside(out, look, "policy", &policy(origin))?;
        }
        writeln!(out)
    }

    /// So many findings, in their order: where some are hidden, it is the mildest, and among equals those
    /// that are not `special`.
    fn worst(&self, limit: usize, special: impl Fn(&&Finding) -> bool) -> Vec<&Finding> {
        let mut all: Vec<_> = self.findings.iter().copied().enumerate().collect();
        all.sort_by_key(|(_, finding)| (Reverse(finding.level), !special(finding)));
        all.truncate(limit);
        all.sort_by_key(|&(place, _)| place);
        all.into_iter().map(|(_, finding)| finding).collect()
    }

    /// `family/name · 2 errors · what is wrong`.
    fn header(&self, out: &mut dyn Write, options: HumanOptions) -> io::Result<()> {
        let look = options.look;
        let dot = look.either(" · ", " - ");
        let counts = count::levels(|level| {
            let at_level = self.findings.iter().filter(|f| f.level == level);
            at_level.count()
        });
        let mut line = format!("{dot}{counts}");
        if let Some(summary) = (options.summary)(self.rule) {
            line.push_str(dot);
            line.push_str(summary);
        }
        let room = look.width.saturating_sub(self.rule.len());
        let mut lines = wrap(&line, room).into_iter();
        let first = lines.next().unwrap_or_default();
        let rule = look.paint(ink(self.worst), self.rule);
        writeln!(out, "{rule}{}", look.paint(Ink::Faint, first))?;
        for line in lines {
            writeln!(out, "  {}", look.paint(Ink::Faint, line))?;
        }
        Ok(())
    }

    /// The help that most findings give.
    fn usual_help(&self) -> Option<&str> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for help in self
            .findings
            .iter()
            .filter_map(|finding| finding.help.as_deref())
        {
            *counts.entry(help).or_default() += 1;
        }
        let most = counts.into_iter().max_by_key(|&(_, count)| count);
        let half = self.findings.len().div_ceil(2);
        most.filter(|&(_, count)| count >= half)
            .map(|(help, _)| help)
    }

    /// What all findings share, if they do.
    fn common<'a, T: PartialEq + ?Sized>(
        &'a self,
        of: impl Fn(&'a Finding) -> Option<&'a T>,
    ) -> Option<&'a T> {
        let mut all = self.findings.iter().map(|finding| of(finding));
        let first = all.next().flatten()?;
        all.all(|other| other == Some(first)).then_some(first)
    }
}

/// Draws a finding: its lines, or one line for each place that needs an edit of its own.
fn drawing(out: &mut dyn Write, look: Look, finding: &Finding, most: usize) -> io::Result<()> {
    let others = finding.other_places();
    // The first is the primary location.
    let drawn = &others[..others.len().min(PLACES - 1)];
    let related: Vec<_> = drawn.iter().chain(&finding.related).collect();
    let drawing = Drawing {
        level: finding.level,
        message: &finding.message,
        primary: &finding.primary,
        related: &related,
        help: finding.help.as_deref(),
    };
    match &finding.places {
        Places::Edits(_) => out.write_all(drawing.without_lines(look).as_bytes())?,
        Places::One | Places::Summary(_) => out.write_all(drawing.draw(look).as_bytes())?,
    }
    places(out, look, finding, drawn.len(), most)
}

/// Lists the places of a finding, without as many as are shown already, and how many more there are.
fn places(
    out: &mut dyn Write,
    look: Look,
    finding: &Finding,
    shown: usize,
    most: usize,
) -> io::Result<()> {
    const INDENT: &str = "    ";
    let line = |text: &str| {
        let lines = wrap(text, look.width.saturating_sub(2 * INDENT.len()));
        let lines = lines.join(&format!("\n{INDENT}{INDENT}"));
        format!("{INDENT}{lines}\n")
    };
    let more = match &finding.places {
        Places::One => 0,
        Places::Summary(_) => {
            let others = finding.other_places();
            // The first is the primary location.
            let listed = others.len().min(most.saturating_sub(1).max(shown));
            for place in &others[shown..listed] {
                let text = format!("{} {}", shown::position(place), terminal(&place.label));
                out.write_all(line(text.trim_end()).as_bytes())?;
            }
            others.len() - listed
        }
        Places::Edits(all) => {
            let listed = all.len().min(most);
            for single in &all[..listed] {
                let place = shown::position(&single.primary);
                let text = format!("{place} {}", terminal(&single.message));
                out.write_all(line(&text).as_bytes())?;
                // Help that all places share is below them.
                if let Some(help) = single.help.as_deref().filter(|_| finding.help.is_none()) {
                    let help = line(&format!("help: {}", terminal(help)));
                    write!(out, "{}", look.paint(Ink::Aside, help.trim_end()))?;
                    writeln!(out)?;
                }
            }
            all.len() - listed
        }
    };
    match more {
        0 => Ok(()),
        more => {
            let more = crate::text::count(more, "more place");
            let dots = look.either("…", "...");
            let text = format!("{INDENT}{dots} and {more} (--max-per-rule 0 shows all)");
            writeln!(out, "{}", look.paint(Ink::Faint, text))
        }
    }
}

/// One line a finding: mark, place, message; what does not fit is continued below its message, and so
/// are its places and help that `is_own`.
fn list(
    out: &mut dyn Write,
    look: Look,
    findings: &[&Finding],
    is_own: impl Fn(&&Finding) -> bool,
    most: usize,
) -> io::Result<()> {
    /// Where messages start at the latest, so that there is room for them.
    const PLACE: usize = 44;
    let places: Vec<_> = findings
        .iter()
        .map(|finding| shown::position(&finding.primary))
        .collect();
    let widths = places.iter().map(|place| table::width(place));
    let column = widths.filter(|&width| width <= PLACE).max().unwrap_or(0);
    let indent = " ".repeat(4 + column + 2);
    for (finding, place) in findings.iter().zip(&places) {
        let mark = look.paint(ink(finding.level), mark(look, finding.level));
        write!(out, "  {mark} {place}")?;
        let fill = column.checked_sub(table::width(place));
        match fill {
            Some(fill) => write!(out, "{}", " ".repeat(fill + 2))?,
            // The arrow keeps a message that is a name from starting the line.
            None => write!(out, "\n{}{} ", &indent[2..], look.either("↳", ">"))?,
        }
        let room = look.width.saturating_sub(indent.len());
        let message = wrap(&terminal(&finding.message), room);
        writeln!(out, "{}", message.join(&format!("\n{indent}")))?;
        if let Some(help) = finding.help.as_ref().filter(|_| is_own(finding)) {
            for line in wrap(&terminal(help), room) {
                writeln!(out, "{indent}{}", look.paint(Ink::Aside, line))?;
            }
        }
        // In a list, a summary shows its places only if all are requested.
        let most = match finding.places {
            Places::Summary(_) if most != usize::MAX => 0,
            _ => most,
        };
        self::places(out, look, finding, 0, most)?;
    }
    Ok(())
}

/// A line below a finding: `  name: text`. Escapes the text.
fn aside(out: &mut dyn Write, look: Look, name: &str, text: &str) -> io::Result<()> {
    let indent = " ".repeat(name.len() + 4);
    let lines = wrap(&terminal(text), look.width.saturating_sub(indent.len()));
    let name = look.paint(Ink::Aside, format_args!("{name}:"));
    writeln!(out, "  {name} {}", lines.join(&format!("\n{indent}")))
}

/// Who asked: a pack by its name, or a policy's line with its place. Not escaped, but for the place.
fn policy(origin: &Origin) -> String {
    match origin {
        Origin::Pack(name) => (*name).to_string(),
        Origin::Line(location) => {
            let place = shown::position(location);
            match &location.excerpt {
                Some(excerpt) => format!("{place}: {}", excerpt.text.trim()),
                None => place,
            }
        }
    }
}

pub(super) fn ink(level: Level) -> Ink {
    match level {
        Level::Error => Ink::Error,
        Level::Warning => Ink::Warning,
        Level::Note | Level::Off => Ink::Note,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::report::samples;

    fn options() -> HumanOptions {
        HumanOptions {
            look: Look::PLAIN,
            max_per_rule: 20,
            verbose: false,
            quiet: false,
            summary: samples::summary,
        }
    }

    fn written(report: &Report, options: HumanOptions) -> String {
        let mut out = Vec::new();
        write(report, &mut out, options).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_small_report_is_drawn() {
        let text = written(&samples::small(), options());
        assert!(text.lines().all(|line| line.chars().count() <= 100));
        expect![[r#"
            codeowners/oversized-file · 1 error
              × the ownership file has 3.1 MB, and GitHub loads none above 3 MB
              │ in .github/CODEOWNERS
              policy: bailiwick:recommended

            codeowners/shadowed-pattern · 1 error · an ownership rule of which every file is taken by lines
              further below, so that it decides for none
              × `/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as
              │ `services/payments/api/v2/internal/ledger.rs`, are taken by line 120
                ╭─[.github/CODEOWNERS:97:1]
             97 │ /services/payments/api/v2/internal/ @acme/payments @acme/ledger # the ledger is theirs, and …
                · ─────────────────┬─────────────────
                ·                  ╰── never decides
                ╰────
                 ╭─[.github/CODEOWNERS:120:1]
             120 │ /services/ @acme/platform
                 · ─────┬────
                 ·      ╰── takes all its files
                 ╰────
              help: move the line below line 120
              owner: @acme/payments @acme/ledger
              policy: bailiwick.toml:12:33: "codeowners/shadowed-pattern" = "error"

            codeowners/dead-pattern · 1 warning · an ownership rule that matches no tracked file
              ⚠ `/docs/` matches no tracked file
               ╭─[.github/CODEOWNERS:3:1]
             3 │ /docs/    @acme/docs
               · ───┬──
               ·    ╰── matches nothing
               ╰────
              help: remove the line, or mend the pattern if the files have moved
              owner: @acme/docs
              policy: bailiwick:recommended

            codeowners/repeated-owner · 1 warning
              ⚠ `@acme/core` is named twice
               ╭─[.github/CODEOWNERS:5:22]
             5 │ *.rs @acme/core @ann @acme/core
               ·      ─────┬────      ─────┬────
               ·           │               ╰── here
               ·           ╰── and here before
               ╰────
              policy: bailiwick:recommended

            ownership/fallback-owner · 1 note
              • 61.5 % of the files fall to the catch-all pattern
              policy: bailiwick:recommended

            2 errors, 2 warnings, 1 note; 1 accepted
            1,234 of 1,300 files owned (94.9 %)
            policy: bailiwick.toml (extends bailiwick:recommended, org/base.toml)
            skipped: ownership/orphan-service could not judge 17 subjects, though the policy requires it: no
              roster says completely who is in `acme`; add `covers = ["@acme"]` to a roster
            skipped: 1 rule for lack of facts (-v lists them)
            gaps: 1 fact could not be had (-v lists them)
        "#]].assert_eq(&text);
    }

    #[test]
    fn without_unicode_it_is_drawn_in_ascii() {
        let look = Look {
            unicode: false,
            ..Look::PLAIN
        };
        let text = written(&samples::small(), HumanOptions { look, ..options() });
        assert!(text.is_ascii(), "{text}");
    }

    #[test]
    fn colours_change_nothing_but_colours() {
        let look = Look {
            color: true,
            ..Look::PLAIN
        };
        let colored = written(&samples::small(), HumanOptions { look, ..options() });
        assert!(colored.contains('\x1b'));
        let plain = written(&samples::small(), options());
        assert_eq!(samples::without_colors(&colored), plain);
    }

    #[test]
    fn a_large_report_has_one_line_a_finding_and_an_end() {
        let text = written(&samples::large(), options());
        expect![[r#"
            codeowners/invalid-line · 1 error
              × CODEOWNERS:12:1  GitHub skips this line: `!` does not negate in a CODEOWNERS file, and so the
                                 files below `legacy` stay with whoever an earlier line names

            ownership/unowned-file · 2 warnings, 21 notes · files that nobody owns
              • src/1.rs   nobody owns this file
              • src/2.rs   nobody owns this file
              • src/3.rs   nobody owns this file
              • src/4.rs   nobody owns this file
              • src/5.rs   nobody owns this file
              • src/6.rs   nobody owns this file
              • a/very/deep/folder/of/generated/and/vendored/code/7.rs
                         ↳ nobody owns this file
              • src/8.rs   nobody owns this file
              ⚠ src/9.rs   nobody owns this file
              • src/10.rs  nobody owns this file
              • src/11.rs  nobody owns this file
              • src/12.rs  nobody owns this file
              • src/13.rs  nobody owns this file
              • src/14.rs  nobody owns this file
              • src/15.rs  nobody owns this file
              • src/16.rs  nobody owns this file
              • src/17.rs  nobody owns this file
              ⚠ src/18.rs  nobody owns this file
              • src/19.rs  nobody owns this file
              • src/20.rs  nobody owns this file
              … and 3 more (--max-per-rule 0 shows all)
              help: add a line for it to .github/CODEOWNERS

            1 error, 2 warnings, 21 notes
            1,234 of 1,300 files owned (94.9 %)
            policy: bailiwick:recommended
        "#]].assert_eq(&text);
        let mut bad = samples::large();
        bad.findings[22].level = Level::Error;
        assert!(written(&bad, options()).contains("× src/23.rs"));
        let all = HumanOptions {
            max_per_rule: 0,
            ..options()
        };
        assert!(!written(&samples::large(), all).contains("--max-per-rule"));
    }

    #[test]
    fn help_that_not_all_share_stands_below_its_own_finding() {
        let mut report = samples::large();
        let others = &mut report.findings;
        let usual = others[0].help.clone().unwrap();
        others[1].help = Some("ask somebody".into());
        others[2].help = None;
        let text = written(&report, options());
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let below = |path: &str| {
            let at = lines.iter().position(|line| line.contains(path)).unwrap();
            lines[at + 1]
        };
        // What most share is said once, for all that have none of their own.
        assert!(below("src/1.rs").contains("src/2.rs"), "{text}");
        assert_eq!(below("src/2.rs"), "ask somebody");
        assert!(
            text.contains(&format!("help for the others: {usual}")),
            "{text}"
        );
        assert_eq!(text.matches(&usual).count(), 1, "{text}");
    }

    #[test]
    fn thousands_of_findings_fit_on_a_page() {
        let three = HumanOptions {
            max_per_rule: 3,
            ..options()
        };
        let text = written(&samples::many(3000), three);
        expect![[r#"
            codeowners/dead-pattern · 300 errors, 300 warnings, 400 notes · an ownership rule that matches no
              tracked file
              × CODEOWNERS:22:1  `services/s21/src/file_00021.rs` is matched by a pattern that decides for no
                                 file
              × CODEOWNERS:25:1  `services/s24/src/file_00024.rs` is matched by a pattern that decides for no
                                 file
              × CODEOWNERS:28:1  `services/s27/src/file_00027.rs` is matched by a pattern that decides for no
                                 file
              … and 997 more (--max-per-rule 0 shows all)
              help: remove the line, or mend the pattern

            codeowners/shadowed-pattern · 300 errors, 400 warnings, 300 notes · an ownership rule of which every
              file is taken by lines further below, so that it decides for none
              × CODEOWNERS:23:1  `services/s22/src/file_00022.rs` is matched by a pattern that decides for no
                                 file
              × CODEOWNERS:26:1  `services/s25/src/file_00025.rs` is matched by a pattern that decides for no
                                 file
              × CODEOWNERS:29:1  `services/s28/src/file_00028.rs` is matched by a pattern that decides for no
                                 file
              … and 997 more (--max-per-rule 0 shows all)
              help: remove the line, or mend the pattern

            ownership/unowned-file · 400 errors, 300 warnings, 300 notes · files that nobody owns
              × CODEOWNERS:21:1  `services/s20/src/file_00020.rs` is matched by a pattern that decides for no
                                 file
              × CODEOWNERS:24:1  `services/s23/src/file_00023.rs` is matched by a pattern that decides for no
                                 file
              × CODEOWNERS:27:1  `services/s26/src/file_00026.rs` is matched by a pattern that decides for no
                                 file
              … and 997 more (--max-per-rule 0 shows all)
              help: remove the line, or mend the pattern

            1,000 errors, 1,000 warnings, 1,000 notes
            owners: @acme/team-2 (344), @acme/team-0 (343), @acme/team-1 (343), @acme/team-3 (343), @acme/team-4
              (343) and 2 more; nobody is named in 600
            1,234 of 1,300 files owned (94.9 %)
            policy: bailiwick:recommended
        "#]].assert_eq(&text);
    }

    #[test]
    fn verbose_lists_what_was_left_out() {
        let verbose = HumanOptions {
            verbose: true,
            ..options()
        };
        let text = written(&samples::small(), verbose);
        let end = &text[text.find("\n2 errors, ").unwrap()..];
        expect![[r#"

            2 errors, 2 warnings, 1 note; 1 accepted
            1,234 of 1,300 files owned (94.9 %)
            policy: bailiwick.toml (extends bailiwick:recommended, org/base.toml)
            accepted: .github/CODEOWNERS:3:1: codeowners/crowded-line the line names 9 owners (excepted until
              2027-03-31: schema changes are theirs alone until the split)
            skipped: ownership/orphan-service could not judge 17 subjects, though the policy requires it: no
              roster says completely who is in `acme`; add `covers = ["@acme"]` to a roster
            skipped: ownership/unknown-owner could not judge 17 subjects: no roster says completely who is in
              `acme`; add `covers = ["@acme"]` to a roster
            unsearched: 13 files of unknown type were not searched for comments: 9 .png and 3 .xyz, and others
            sparse: web/app.ts: outside of the sparse checkout; git sparse-checkout disable
        "#]].assert_eq(end);
    }

    #[test]
    fn quiet_says_nothing_of_a_clean_run() {
        let quiet = HumanOptions {
            quiet: true,
            ..options()
        };
        assert_eq!(written(&samples::clean(), quiet), "");
        expect![[r#"
            ✓ All clear: 14 rules found nothing to mend in 1,300 files of shop.
            1,234 of 1,300 files owned (94.9 %)
            policy: bailiwick:recommended
        "#]]
        .assert_eq(&written(&samples::clean(), options()));
    }

    #[test]
    fn a_hostile_repository_forges_nothing() {
        let text = written(&samples::hostile(), options());
        samples::assert_harmless(&text);
        expect![[r#"
            codeowners/invalid-line · 2 errors
              × ::error::x ::warning file=a::forged\n::error::y
              │ \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
              │ ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
              │ see "::error::x ::warning file=a::forged\n::error::y \033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t`": ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
               ╭─["::error::x ::warning file=a::forged\n::error::y \033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t`":1:1]
             1 │ ::error::x ::warning file=a::forged
               · ─────┬──── ────┬────
               ·      │         ╰─┤ ::error::x ::warning file=a::forged\n::error::y
               ·      │           │ \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
               ·      ╰─┤ ::error::x ::warning file=a::forged\n::error::y
               ·        │ \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
               ╰────
               ╭─["::error::x ::warning file=a::forged\n::error::y \033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t`":2:19]
             2 │ ::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}    ` …
               ·                         ───┬──
               ·                            ╰─┤ ::error::x ::warning file=a::forged\n::error::y
               ·                              │ \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
               ╰────
              help: do this ::error::x ::warning file=a::forged\n::error::y
                    \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
              owner: ::error::x ::warning file=a::forged\n::error::y
                     \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`

              × ::error::x ::warning file=a::forged\n::error::y
              │ \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
              │ in "::error::x ::warning file=a::forged\n::error::y \033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t`": ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
              help: do this ::error::x ::warning file=a::forged\n::error::y
                    \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
              owner: ::error::x ::warning file=a::forged\n::error::y
                     \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
              policy: "::error::x ::warning file=a::forged\n::error::y
                      \033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t`":2:19: ::error::y
                      \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t` � end

            2 errors
            who owns what is unknown: "::error::x ::warning file=a::forged\n::error::y
              \033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t`": ::error::x ::warning
              file=a::forged\n::error::y
              \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`; ::error::x ::warning
              file=a::forged\n::error::y
              \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
            policy: ::error::x ::warning file=a::forged\n::error::y
              \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t` (extends ::error::x ::warning
              file=a::forged\n::error::y
              \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`)
            skipped: ownership/unknown-owner could not judge 1 subject, though the policy requires it: ::error::x ::warning
              file=a::forged\n::error::y
              \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`; ::error::x ::warning
              file=a::forged\n::error::y
              \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
            gaps: 1 fact could not be had (-v lists them)
        "#]].assert_eq(&text);
        let verbose = HumanOptions {
            verbose: true,
            ..options()
        };
        samples::assert_harmless(&written(&samples::hostile(), verbose));
        let mut nothing = samples::hostile();
        nothing.findings.clear();
        samples::assert_harmless(&written(&nothing, verbose));
        let mut many = samples::hostile();
        many.findings = vec![many.findings[0].clone(); 30];
        samples::assert_harmless(&written(&many, options()));
    }
}
