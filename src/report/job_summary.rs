//! The summary of a job, in GitHub's Markdown: who should act on what, then what was left undone.
//!
//! GitHub refuses a step's summary of more than 1 MiB
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>),
//! so each part has its share of that, and says how much it leaves out. All text passes through
//! [`markdown`] or [`markdown_code`].

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Problem, change, count, sentence, shown};
use crate::facts::{Gap, Location, Place};
use crate::findings::{Finding, Report};
use crate::policy::Level;
use crate::text::{markdown, markdown_code, number};

/// Rows of an owner that are seen at once; the others are folded away.
const OPEN: usize = 10;
/// Rows of an owner, so that one of them does not fill the page.
const ROWS: usize = 200;
/// So many places of a finding are named beside the first.
const PLACES: usize = 4;
/// A cell has at most so many characters of a text.
const CELL: usize = 500;
/// Longer help is left out.
const HELP: usize = 4_000;
/// Bytes for all findings, and for each list at the end: together less than 1 MiB.
const FINDINGS: usize = 700_000;
const LIST: usize = 100_000;
/// A line on the change has at most so many characters.
const CHANGE: usize = 2_000;

/// Writes the summary.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    headline(report, out)?;
    findings(report, out)?;
    change(report, out)?;
    if let Some(coverage) = sentence::coverage(report) {
        write!(out, "{}; ", markdown(&sentence::cut(&coverage, CELL)))?;
    }
    let name = |name: &String| markdown_code(&sentence::cut(name, CELL));
    write!(out, "policy {}", name(&report.policy.name))?;
    let extends = &report.policy.extends;
    if !extends.is_empty() {
        let names: Vec<_> = extends.iter().take(OPEN).map(name).collect();
        let more = extends.len().saturating_sub(OPEN);
        write!(out, " (extends {})", crate::text::list(&names, more))?;
    }
    writeln!(out, ".")?;
    if let Some(undeclared) = sentence::undeclared(report) {
        writeln!(out, "\n{}.", markdown(&undeclared))?;
    }
    let accepted = report.accepted.iter().map(|accepted| {
        let [rule, place, message] = cells(&accepted.finding);
        let why = sentence::cut(&sentence::acceptance(&accepted.by), CELL);
        format!("{rule} {place} {message} ({})", markdown(&why))
    });
    list(out, "accepted", report.accepted.len(), accepted)?;
    let skipped = report.skipped.iter();
    let skipped = skipped.map(|skip| markdown(&sentence::skip_within(skip, CELL)));
    list(out, "skipped", report.skipped.len(), skipped)?;
    let missing = sentence::missing(&report.gaps);
    let lines = missing
        .iter()
        .map(|text| markdown(&sentence::cut(text, CELL)));
    list(out, "missing", missing.len(), lines)?;
    let gaps: Vec<&Gap> = report.gaps.iter().filter(|gap| !gap.is_missing()).collect();
    let lines = gaps.iter().map(|gap| {
        let text = format!("{}: {}", gap.kind.name(), sentence::gap_within(gap, CELL));
        markdown(&text)
    });
    list(out, "not read", gaps.len(), lines)
}

/// Writes why nothing could be checked.
pub fn failure(
    message: &str,
    help: Option<&str>,
    problems: &[Problem],
    out: &mut dyn Write,
) -> io::Result<()> {
    let cell = |text: &str| markdown(&sentence::cut(text, CELL));
    writeln!(out, "## bailiwick: nothing was checked\n")?;
    match help {
        Some(help) => writeln!(
            out,
            "{}; {}.\n",
            cell(message),
            markdown(&sentence::whole(help, HELP))
        )?,
        None => writeln!(out, "{}.\n", cell(message))?,
    }
    let lines = problems.iter().map(|problem| {
        let help = problem
            .help
            .as_deref()
            .map(|help| format!("; {}", markdown(&sentence::whole(help, HELP))));
        let message = cell(&problem.message);
        format!(
            "{} {message}{}",
            place(&problem.location),
            help.unwrap_or_default()
        )
    });
    list(out, "wrong", problems.len(), lines)
}

/// What the change does to who owns what, and the graph of it.
fn change(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let told = change::all(report);
    if told.is_empty() {
        return Ok(());
    }
    writeln!(out, "### The change\n")?;
    for (about, text) in told {
        let text = markdown(&sentence::cut(&text, CHANGE));
        writeln!(out, "- **{about}**: {text}")?;
    }
    writeln!(out)?;
    match report
        .change
        .as_ref()
        .and_then(|change| change::mermaid(change))
    {
        Some(graph) => writeln!(out, "```mermaid\n{graph}```\n"),
        None => Ok(()),
    }
}

fn headline(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let summary = &report.summary;
    if !report.findings.is_empty() {
        let counts = count::levels(|level| summary.at(level));
        return writeln!(out, "## bailiwick: {counts}\n");
    }
    if let Some(why) = sentence::unchecked(report) {
        return writeln!(out, "## bailiwick: nothing was checked: {why}\n");
    }
    let clean = markdown(&sentence::cut(&sentence::clean(report), CELL));
    let title = match sentence::incomplete(report) {
        None => "all clear".into(),
        Some(why) => format!("incomplete: {}", markdown(&sentence::cut(&why, CHANGE))),
    };
    writeln!(out, "## bailiwick: {title}\n\n{clean}\n")
}

/// Who should act, and on what: the worst first.
struct Group<'a> {
    /// As written, separated by spaces; empty where nobody is named.
    owners: String,
    findings: Vec<&'a Finding>,
}

impl Group<'_> {
    fn at(&self, level: Level) -> usize {
        let findings = self.findings.iter();
        findings.filter(|finding| finding.level == level).count()
    }
}

/// By owner, the one with the worst findings first; in each by rule. What nobody is named for is whoever
/// reads this to settle, and comes in its turn.
fn groups(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut by_owner: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        let owners = sentence::owners(finding, usize::MAX);
        by_owner.entry(owners).or_default().push(finding);
    }
    let groups = by_owner.into_iter().map(|(owners, mut findings)| {
        let mut worst: BTreeMap<&str, Level> = BTreeMap::new();
        for finding in &findings {
            let level = worst.entry(finding.rule).or_insert(finding.level);
            *level = finding.level.max(*level);
        }
        findings.sort_by_key(|finding| {
            let rule = finding.rule;
            (
                Reverse(worst.get(rule).copied()),
                rule,
                Reverse(finding.level),
            )
        });
        Group { owners, findings }
    });
    let mut groups: Vec<_> = groups.collect();
    groups.sort_by_key(|group| {
        let counts = [Level::Error, Level::Warning, Level::Note].map(|level| group.at(level));
        (Reverse(counts), group.owners.is_empty())
    });
    groups
}

fn findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut room = FINDINGS;
    let mut written = 0;
    for group in groups(&report.findings) {
        let heading = match group.owners.as_str() {
            "" => "Nobody is named".into(),
            owners => markdown_code(owners),
        };
        let counts = count::levels(|level| group.at(level));
        let mut text = format!("### {heading}: {counts}\n\n");
        let mut rows = 0;
        for (index, finding) in group.findings.iter().take(ROWS).enumerate() {
            let mut row = String::new();
            if index == OPEN {
                let more = number(group.findings.len() - OPEN);
                let _ = write!(row, "\n<details><summary>{more} more</summary>\n\n");
            }
            if index == 0 || index == OPEN {
                row.push_str("| level | rule | where | what |\n| --- | --- | --- | --- |\n");
            }
            let _ = writeln!(
                row,
                "| {} | {} |",
                finding.level,
                cells(finding).join(" | ")
            );
            if text.len() + row.len() > room {
                break;
            }
            text.push_str(&row);
            rows += 1;
        }
        if rows == 0 {
            break;
        }
        if rows > OPEN {
            let left = group.findings.len() - rows;
            if left > 0 {
                let _ = write!(text, "\nand {} more\n", number(left));
            }
            text.push_str("\n</details>\n");
        }
        text.push('\n');
        out.write_all(text.as_bytes())?;
        room = room.saturating_sub(text.len());
        written += rows;
    }
    let left = report.findings.len() - written;
    if left > 0 {
        let left = crate::text::count(left, "finding");
        writeln!(
            out,
            "{left} left out here; the formats json and sarif have more.\n"
        )?;
    }
    if written > 0 {
        writeln!(
            out,
            "`bailiwick explain RULE` says why a rule matters and what to do.\n"
        )?;
    }
    Ok(())
}

/// Rule, place and message.
fn cells(finding: &Finding) -> [String; 3] {
    let rule = markdown_code(finding.rule);
    let mut message = markdown(&sentence::cut(&finding.message, CELL));
    if let Some(also_at) = also_at(finding) {
        let _ = write!(message, "; also at {also_at}");
    }
    [rule, place(&finding.primary), message]
}

/// The first places of a finding beside the one where to look first, and how many more there are.
fn also_at(finding: &Finding) -> Option<String> {
    let is_first = |place: &&Location| place.order() == finding.primary.order();
    let others = || finding.locations().filter(|place| !is_first(place));
    let shown: Vec<String> = others().take(PLACES).map(place).collect();
    (!shown.is_empty()).then(|| sentence::places(&shown, others().count() - shown.len()))
}

/// `path:line`.
fn place(location: &Location) -> String {
    if location.place == Place::Repository {
        return "the repository".into();
    }
    let place = shown::place(&location.place);
    let path = sentence::whole(&place, CELL).into_owned();
    markdown_code(&match &location.excerpt {
        Some(excerpt) => format!("{path}:{}", excerpt.line),
        None => path,
    })
}

/// A folded list of so many lines, which start with a word of ours; nothing if there is none.
fn list(
    out: &mut dyn Write,
    name: &str,
    length: usize,
    lines: impl Iterator<Item = String>,
) -> io::Result<()> {
    if length == 0 {
        return Ok(());
    }
    let mut text = format!(
        "\n<details><summary>{} {name}</summary>\n\n",
        number(length)
    );
    let mut left = length;
    for line in lines {
        if text.len() + line.len() > LIST {
            break;
        }
        let _ = writeln!(text, "- {line}");
        left -= 1;
    }
    if left > 0 {
        let _ = write!(text, "\nand {} more\n", number(left));
    }
    writeln!(out, "{text}\n</details>")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::report::samples;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// Panics if GitHub would see markup that is not ours: what is in code is taken out first.
    fn assert_plain(text: &str) {
        for line in text.lines() {
            let mut outside = String::new();
            let mut rest = line;
            while let Some((before, code)) = rest.split_once('`') {
                outside.push_str(before);
                rest = code.split_once('`').expect("code that is closed").1;
            }
            outside.push_str(rest);
            for ours in [
                "<code>",
                "</code>",
                "<details>",
                "</details>",
                "<summary>",
                "</summary>",
            ] {
                outside = outside.replace(ours, "");
            }
            let outside = outside.trim_start_matches('#').replace("&#", "");
            let markup = outside.find(['<', '>', '[', ']', '@', '#', '*', '_', '$', '~', '\\']);
            assert_eq!(markup, None, "{line}");
            assert!(
                !outside.contains("://") && !outside.contains("www."),
                "{line}"
            );
            let cells = outside.matches('|').count();
            assert!(cells == 0 || cells == 5, "{line}");
        }
    }

    #[test]
    fn findings_are_told_by_who_should_act() {
        let text = written(&samples::small());
        assert_plain(&text);
        expect![[r###"
            ## bailiwick: 2 errors, 2 warnings, 1 note

            ### Nobody is named: 1 error, 1 warning, 1 note

            | level | rule | where | what |
            | --- | --- | --- | --- |
            | error | `codeowners/oversized-file` | `.github/CODEOWNERS` | the ownership file has 3.1 MB, and GitHub loads none above 3 MB |
            | warning | `codeowners/repeated-owner` | `.github/CODEOWNERS:5` | `@acme/core` is named twice |
            | note | `ownership/fallback-owner` | the repository | 61.5 % of the files fall to the catch-all pattern |

            ### `@acme/payments @acme/ledger`: 1 error

            | level | rule | where | what |
            | --- | --- | --- | --- |
            | error | `codeowners/shadowed-pattern` | `.github/CODEOWNERS:97` | `/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120 |

            ### `@acme/docs`: 1 warning

            | level | rule | where | what |
            | --- | --- | --- | --- |
            | warning | `codeowners/dead-pattern` | `.github/CODEOWNERS:3` | `/docs/` matches no tracked file |

            `bailiwick explain RULE` says why a rule matters and what to do.

            1,234 of 1,300 files owned (94.9 %); policy `bailiwick.toml` (extends `bailiwick:recommended` and `org/base.toml`).

            <details><summary>1 accepted</summary>

            - `codeowners/crowded-line` `.github/CODEOWNERS:3` the line names 9 owners (excepted until 2027-03-31: schema changes are theirs alone until the split)

            </details>

            <details><summary>2 skipped</summary>

            - ownership/orphan-service could not judge 17 subjects, though the policy requires it: no roster says completely who is in `acme`; add `covers = ["@acme"]` to a roster
            - ownership/unknown-owner could not judge 17 subjects: no roster says completely who is in `acme`; add `covers = ["@acme"]` to a roster

            </details>

            <details><summary>1 not read</summary>

            - sparse: web/app.ts: outside of the sparse checkout; git sparse-checkout disable

            </details>
        "###]].assert_eq(&text);
    }

    #[test]
    fn what_could_not_be_checked_is_told() {
        let mut out = Vec::new();
        let problems = samples::problems();
        failure(
            "`x` <b>\n# is @acme/wrong",
            Some("write y"),
            &problems,
            &mut out,
        )
        .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_plain(&text);
        expect![[r#"
            ## bailiwick: nothing was checked

            `x` <code>&#60;b&#62;&#92;n&#35;</code> is `@acme/wrong`; write y.


            <details><summary>2 wrong</summary>

            - `bailiwick.toml:8` there is no rule `codeowners/dead-patern`; did you mean `codeowners/dead-pattern`?
            - `../shared/policy.toml:1` `::error::x` `::warning` `file=a::forged\n::error::y` `\x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`<code>&#96;</code>; `::error::x` `::warning` `file=a::forged\n::error::y` `\x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`<code>&#96;</code>

            </details>
        "#]].assert_eq(&text);
    }

    #[test]
    fn many_findings_of_one_owner_are_folded() {
        let text = written(&samples::large());
        assert_plain(&text);
        expect![[r#"
            ## bailiwick: 1 error, 2 warnings, 21 notes

            ### Nobody is named: 1 error, 2 warnings, 21 notes

            | level | rule | where | what |
            | --- | --- | --- | --- |
            | error | `codeowners/invalid-line` | `CODEOWNERS:12` | GitHub skips this line: `!` does not negate in a CODEOWNERS file, and so the files below `legacy` stay with whoever an earlier line names |
            | warning | `ownership/unowned-file` | `src/9.rs` | nobody owns this file |
            | warning | `ownership/unowned-file` | `src/18.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/1.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/2.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/3.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/4.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/5.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/6.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `a/very/deep/folder/of/generated/and/vendored/code/7.rs` | nobody owns this file |

            <details><summary>14 more</summary>

            | level | rule | where | what |
            | --- | --- | --- | --- |
            | note | `ownership/unowned-file` | `src/8.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/10.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/11.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/12.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/13.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/14.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/15.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/16.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/17.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/19.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/20.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/21.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/22.rs` | nobody owns this file |
            | note | `ownership/unowned-file` | `src/23.rs` | nobody owns this file |

            </details>

            `bailiwick explain RULE` says why a rule matters and what to do.

            1,234 of 1,300 files owned (94.9 %); policy `bailiwick:recommended`.
        "#]].assert_eq(&text);
    }

    #[test]
    fn a_clean_report_is_short() {
        expect![[r#"
            ## bailiwick: all clear

            14 rules found nothing to mend in 1,300 files of shop.

            1,234 of 1,300 files owned (94.9 %); policy `bailiwick:recommended`.
        "#]]
        .assert_eq(&written(&samples::clean()));
        let mut nothing = samples::clean();
        nothing.summary.files = 0;
        expect![[r#"
            ## bailiwick: nothing was checked: no file is tracked

            policy `bailiwick:recommended`.
        "#]]
        .assert_eq(&written(&nothing));
    }

    #[test]
    fn github_takes_the_largest_summary() {
        let mut report = samples::many(30_000);
        let text = written(&report);
        assert_eq!(text.matches("\n### ").count(), 8);
        let left = text.lines().find(|line| line.contains("left out here"));
        expect!["28,400 findings left out here; the formats json and sarif have more."]
            .assert_eq(left.unwrap());
        for (index, finding) in report.findings.iter_mut().enumerate() {
            finding.owners = vec![format!("@{index}")];
            finding.message = "\u{1f600}|<".repeat(1_000);
            finding.primary.place = Place::External("*|".repeat(2_000));
        }
        let gap = crate::facts::Gap::new(crate::facts::GapKind::Sparse, "|".repeat(1_000));
        report.gaps = vec![gap; 10_000];
        let accepted = samples::hostile().accepted.remove(0);
        report.accepted = vec![accepted; 10_000];
        let text = written(&report);
        assert!(text.len() < 1 << 20, "{}", text.len());
        assert_eq!(text.matches("left out here").count(), 1);
        assert_eq!(
            text.matches("<details>").count(),
            text.matches("</details>").count()
        );
    }

    #[test]
    fn a_hostile_repository_forges_nothing() {
        let mut report = samples::hostile();
        let message = "<script>x</script> [a](http://evil.example) ![i](//x) http://evil.example \
            www.evil.example @everyone #1 GH-2 --> `a|b` \u{202e}x ``` </details>\n# heading\n\n- item";
        report.findings[0].message = message.into();
        report.findings[0].owners = vec!["@acme/a`b|c".into()];
        report.accepted[0].finding.message = message.into();
        report.skipped[0].reason = message.into();
        report.gaps[0].reason = message.into();
        let text = written(&report);
        samples::assert_harmless(&text);
        assert_plain(&text);
        assert!(
            !text.contains("<script") && !text.contains("<img"),
            "{text}"
        );
        expect![[r###"
            ## bailiwick: 2 errors

            ### <code>&#58;&#58;error&#58;&#58;x&#32;&#58;&#58;warning&#32;file&#61;a&#58;&#58;forged&#92;n&#58;&#58;error&#58;&#58;y&#32;&#92;x1b&#91;31m&#92;x1b&#93;8&#59;&#59;http&#58;&#47;&#47;x&#92;x07&#92;r&#35;&#92;x23&#91;group&#93;z&#92;x9b2J&#92;u&#123;202e&#125;gnp&#92;u&#123;2028&#125;&#92;u&#123;200b&#125;&#92;t&#96;</code>: 1 error

            | level | rule | where | what |
            | --- | --- | --- | --- |
            | error | `codeowners/invalid-line` | <code>&#34;&#58;&#58;error&#58;&#58;x&#32;&#58;&#58;warning&#32;file&#61;a&#58;&#58;forged&#92;n&#58;&#58;error&#58;&#58;y&#32;&#92;033&#91;31m&#92;033&#93;8&#59;&#59;http&#58;&#47;&#47;x&#92;007&#92;r&#35;&#92;x23&#91;group&#93;z&#92;302&#92;2332J&#92;342&#92;200&#92;256gnp&#92;342&#92;200&#92;250&#92;342&#92;200&#92;213&#92;t&#96;&#34;</code> | `::error::x` `::warning` `file=a::forged\n::error::y` `\x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`<code>&#96;</code> |

            ### <code>&#64;acme&#47;a&#96;b&#124;c</code>: 1 error

            | level | rule | where | what |
            | --- | --- | --- | --- |
            | error | `codeowners/invalid-line` | <code>&#34;&#58;&#58;error&#58;&#58;x&#32;&#58;&#58;warning&#32;file&#61;a&#58;&#58;forged&#92;n&#58;&#58;error&#58;&#58;y&#32;&#92;033&#91;31m&#92;033&#93;8&#59;&#59;http&#58;&#47;&#47;x&#92;007&#92;r&#35;&#92;x23&#91;group&#93;z&#92;302&#92;2332J&#92;342&#92;200&#92;256gnp&#92;342&#92;200&#92;250&#92;342&#92;200&#92;213&#92;t&#96;&#34;&#58;1</code> | &lt;script&gt;x&lt;/script&gt; `[a](http://evil.example)` `![i](//x)` `http://evil.example` `www.evil.example` `@everyone` `#1` `GH-2` --&gt; <code>a&#124;b</code> `\u{202e}x` <code></code><code>&#96;</code> <code>&#60;&#47;details&#62;&#92;n&#35;</code> `heading\n\n-` item |

            `bailiwick explain RULE` says why a rule matters and what to do.

            who owns what is unknown: `"::error::x` `::warning` `file=a::forged\n::error::y` `\033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t` `": ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`; `::error::x` `::warning` `file=a::forged\n::error::y` `\x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`<code>&#96;</code>; policy <code>&#58;&#58;error&#58;&#58;x&#32;&#58;&#58;warning&#32;file&#61;a&#58;&#58;forged&#92;n&#58;&#58;error&#58;&#58;y&#32;&#92;x1b&#91;31m&#92;x1b&#93;8&#59;&#59;http&#58;&#47;&#47;x&#92;x07&#92;r&#35;&#92;x23&#91;group&#93;z&#92;x9b2J&#92;u&#123;202e&#125;gnp&#92;u&#123;2028&#125;&#92;u&#123;200b&#125;&#92;t&#96;</code> (extends <code>&#58;&#58;error&#58;&#58;x&#32;&#58;&#58;warning&#32;file&#61;a&#58;&#58;forged&#92;n&#58;&#58;error&#58;&#58;y&#32;&#92;x1b&#91;31m&#92;x1b&#93;8&#59;&#59;http&#58;&#47;&#47;x&#92;x07&#92;r&#35;&#92;x23&#91;group&#93;z&#92;x9b2J&#92;u&#123;202e&#125;gnp&#92;u&#123;2028&#125;&#92;u&#123;200b&#125;&#92;t&#96;</code>).

            <details><summary>1 accepted</summary>

            - `codeowners/invalid-line` <code>&#34;&#58;&#58;error&#58;&#58;x&#32;&#58;&#58;warning&#32;file&#61;a&#58;&#58;forged&#92;n&#58;&#58;error&#58;&#58;y&#32;&#92;033&#91;31m&#92;033&#93;8&#59;&#59;http&#58;&#47;&#47;x&#92;007&#92;r&#35;&#92;x23&#91;group&#93;z&#92;302&#92;2332J&#92;342&#92;200&#92;256gnp&#92;342&#92;200&#92;250&#92;342&#92;200&#92;213&#92;t&#96;&#34;&#58;1</code> &lt;script&gt;x&lt;/script&gt; `[a](http://evil.example)` `![i](//x)` `http://evil.example` `www.evil.example` `@everyone` `#1` `GH-2` --&gt; <code>a&#124;b</code> `\u{202e}x` <code></code><code>&#96;</code> <code>&#60;&#47;details&#62;&#92;n&#35;</code> `heading\n\n-` item (suppressed: `::error::x` `::warning` `file=a::forged\n::error::y` `\x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`<code>&#96;</code>)

            </details>

            <details><summary>1 skipped</summary>

            - ownership/unknown-owner could not judge 1 subject, though the policy requires it: &lt;script&gt;x&lt;/script&gt; `[a](http://evil.example)` `![i](//x)` `http://evil.example` `www.evil.example` `@everyone` `#1` `GH-2` --&gt; <code>a&#124;b</code> `\u{202e}x` <code></code><code>&#32;&#60;&#47;details&#62;&#92;n&#35;&#32;heading&#92;n&#92;n&#45;&#32;item&#59;&#32;&#58;&#58;error&#58;&#58;x&#32;&#58;&#58;warning&#32;file&#61;a&#58;&#58;forged&#92;n&#58;&#58;error&#58;&#58;y&#32;&#92;x1b&#91;31m&#92;x1b&#93;8&#59;&#59;http&#58;&#47;&#47;x&#92;x07&#92;r&#35;&#92;x23&#91;group&#93;z&#92;x9b2J&#92;u&#123;202e&#125;gnp&#92;u&#123;2028&#125;&#92;u&#123;200b&#125;&#92;t</code>

            </details>

            <details><summary>1 not read</summary>

            - unreadable: `"::error::x` `::warning` `file=a::forged\n::error::y` `\033[31m\033]8;;http://x\007\r#\x23[group]z\302\2332J\342\200\256gnp\342\200\250\342\200\213\t`<code>&#34;&#58;&#32;&#60;script&#62;x&#60;&#47;script&#62;&#32;&#91;a&#93;&#40;http&#58;&#47;&#47;evil&#46;example&#41;&#32;&#33;&#91;i&#93;&#40;&#47;&#47;x&#41;&#32;http&#58;&#47;&#47;evil&#46;example&#32;www&#46;evil&#46;example&#32;&#64;everyone&#32;&#35;1&#32;GH&#45;2&#32;&#45;&#45;&#62;&#32;</code><code>a&#124;b</code><code>&#32;&#92;u&#123;202e&#125;x&#32;</code><code></code> <code>&#60;&#47;details&#62;&#92;n&#35;</code> `heading\n\n-` item; `::error::x` `::warning` `file=a::forged\n::error::y` `\x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`<code>&#96;</code>

            </details>
        "###]].assert_eq(&text);
    }

    proptest::proptest! {
        #[test]
        fn nothing_hostile_marks_anything_up(
            text in "[a-zA-Z`|<>&@#:/\\\\*_\\[\\]()!.~$ w\n\u{1b}\u{202e}-]{1,60}",
        ) {
            let mut report = samples::small();
            report.findings[0].message.clone_from(&text);
            report.findings[0].owners = vec![text.clone()];
            report.findings[0].primary = Location::file(text.as_str().into(), "");
            report.gaps[0].reason.clone_from(&text);
            report.policy.name = text;
            let text = written(&report);
            samples::assert_harmless(&text);
            assert_plain(&text);
        }
    }
}
