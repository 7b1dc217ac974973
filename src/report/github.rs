//! Annotations for GitHub Actions: a workflow command a result, the worst first.
//!
//! GitHub shows ten annotations of each level for a step and drops the others without a word, so no more
//! are written: a closing line counts the rest. Accepted findings are not annotated. Limits as of
//! <https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations> and, for the
//! length of a message, `ExecutionContext` of actions/runner.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Problem, change, count, sentence, shown};
use crate::facts::{Location, Place};
use crate::findings::{Finding, Report};
use crate::policy::Level;
use crate::text::{number, workflow_message, workflow_property};

/// So many annotations of a level are shown for a step.
const SHOWN: usize = 10;

/// Of a message, its help and its owners, so many characters are written: the runner cuts annotations
/// at 4,096. Longer help is left out, and so are the owners for which there is no room.
const MESSAGE: usize = 2_000;
const HELP: usize = 1_000;
const OWNERS: usize = 500;

/// Of a change, so many lines are told: the summary of the job has more.
const TOLD: usize = 8;

/// Writes the annotations; nothing if there is no finding.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let at = |level| report.results().filter(move |result| result.level == level);
    // What a change does to who owns what takes one of the notices.
    let told = change::all(report);
    let shown = |level| SHOWN - usize::from(level == Level::Note && !told.is_empty());
    for level in [Level::Error, Level::Warning, Level::Note] {
        for finding in at(level).take(shown(level)) {
            writeln!(out, "{}", annotation(finding))?;
        }
    }
    if !told.is_empty() {
        let lines = told.iter().take(TOLD).map(|(about, text)| {
            let text = sentence::cut(text, HELP);
            workflow_message(&format!("{about}: {text}"))
        });
        let lines: Vec<String> = lines.collect();
        writeln!(out, "::notice title=bailiwick::{}", lines.join("%0A"))?;
    }
    let left = count::levels(|level| at(level).count().saturating_sub(shown(level)));
    if !left.is_empty() {
        writeln!(
            out,
            "Not annotated: {left}. GitHub shows {} annotations of each level for a step; \
             the formats human, markdown and sarif have more.",
            number(SHOWN)
        )?;
    }
    Ok(())
}

fn annotation(finding: &Finding) -> String {
    let mut command = match finding.level {
        Level::Error => "::error ",
        Level::Warning => "::warning ",
        Level::Note | Level::Off => "::notice ",
    }
    .to_owned();
    let mut message = place(&finding.primary, &mut command);
    message.push_str(&sentence::message(finding));
    let _ = write!(
        command,
        "title={}::{}",
        workflow_property(finding.rule),
        workflow_message(&sentence::cut(&message, MESSAGE))
    );
    if let Some(help) = &finding.help {
        let help = sentence::whole(help, HELP);
        let _ = write!(command, "%0Ahelp: {}", workflow_message(&help));
    }
    if !finding.owners.is_empty() {
        let owners = sentence::owners(finding, OWNERS);
        let _ = write!(command, "%0Aowner: {}", workflow_message(&owners));
    }
    command
}

/// Adds to a command where it stands; gives what the message has to say of that.
fn place(place: &Location, command: &mut String) -> String {
    match &place.place {
        Place::File(path) if !path.is_root() => {
            let path = path.to_string_lossy();
            let _ = write!(command, "file={},", workflow_property(&path));
            if let Some(excerpt) = &place.excerpt {
                let _ = write!(command, "line={},", excerpt.line);
                // Columns hold on one line only, and an excerpt never leaves its line.
                if !excerpt.marked().is_empty() {
                    let (column, end) = (excerpt.position().column, excerpt.end_column());
                    let _ = write!(command, "col={column},endColumn={end},");
                }
            }
            String::new()
        }
        // It cannot be annotated where it stands, so the message says where.
        Place::External(_) => format!("{}: ", shown::position(place)),
        Place::File(_) | Place::Repository => String::new(),
    }
}

/// Writes why nothing could be checked: an annotation for that, and one for each of the problems as long
/// as GitHub shows them.
pub fn failure(
    message: &str,
    help: Option<&str>,
    problems: &[Problem],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut line = |mut command: String, message: &str, help: Option<&str>| {
        let message = workflow_message(&sentence::cut(message, MESSAGE));
        let _ = write!(command, "title=bailiwick::{message}");
        if let Some(help) = help {
            let help = sentence::whole(help, HELP);
            let _ = write!(command, "%0Ahelp: {}", workflow_message(&help));
        }
        writeln!(out, "{command}")
    };
    // With their sum, which stands for those that are not shown.
    line("::error ".into(), message, help)?;
    for problem in problems.iter().take(SHOWN - 1) {
        let mut command = "::error ".to_owned();
        let text = place(&problem.location, &mut command) + &problem.message;
        line(command, &text, problem.help.as_deref())?;
    }
    Ok(())
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

    /// Name, properties, message.
    type Command = (String, Vec<(String, String)>, String);

    /// The commands of a text as the runner reads them.
    fn obeyed(text: &str) -> Vec<Command> {
        let undo = |text: &str, pairs: &[(&str, &str)]| {
            let pairs = pairs.iter().chain(&[("%25", "%")]);
            pairs.fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
        };
        let lines = text.lines().filter_map(|line| {
            let rest = line.trim_start().strip_prefix("::")?;
            let (info, data) = rest.split_once("::")?;
            let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
            let properties = properties.split(',').map(|property| {
                let (name, value) = property.split_once('=').unwrap();
                let ends = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ",")];
                (name.to_owned(), undo(value, &ends))
            });
            let data = undo(data, &[("%0D", "\r"), ("%0A", "\n")]);
            Some((name.to_owned(), properties.collect(), data))
        });
        lines.collect()
    }

    #[test]
    fn the_worst_come_first() {
        expect![[r#"
            ::error file=.github/CODEOWNERS,line=97,col=1,endColumn=36,title=codeowners/shadowed-pattern::`/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120%0Ahelp: move the line below line 120%0Aowner: @acme/payments @acme/ledger
            ::error file=.github/CODEOWNERS,title=codeowners/oversized-file::the ownership file has 3.1 MB, and GitHub loads none above 3 MB
            ::warning file=.github/CODEOWNERS,line=3,col=1,endColumn=7,title=codeowners/dead-pattern::`/docs/` matches no tracked file%0Ahelp: remove the line, or mend the pattern if the files have moved%0Aowner: @acme/docs
            ::warning file=.github/CODEOWNERS,line=5,col=22,endColumn=32,title=codeowners/repeated-owner::`@acme/core` is named twice
            ::notice title=ownership/fallback-owner::61.5 %25 of the files fall to the catch-all pattern
        "#]].assert_eq(&written(&samples::small()));
        assert_eq!(written(&samples::clean()), "");
    }

    #[test]
    fn what_github_would_drop_is_counted() {
        let text = written(&samples::many(30_000));
        let commands = obeyed(&text);
        for name in ["error", "warning", "notice"] {
            let shown = commands.iter().filter(|command| command.0 == name).count();
            assert_eq!(shown, 10, "{name}");
        }
        assert_eq!(text.lines().count(), 31);
        expect!["Not annotated: 9,990 errors, 9,990 warnings, 9,990 notes. GitHub shows 10 annotations of each level for a step; the formats human, markdown and sarif have more."].assert_eq(text.lines().last().unwrap());
    }

    #[test]
    fn a_hostile_repository_starts_no_command() {
        let report = samples::hostile();
        let text = written(&report);
        let commands = obeyed(&text);
        assert_eq!(commands.len(), text.lines().count());
        assert!(!text.contains("##["), "{text}");
        for (name, properties, message) in &commands {
            assert_eq!(name, "error");
            let names: Vec<_> = properties.iter().map(|(name, _)| name.as_str()).collect();
            assert!(
                names.starts_with(&["file"]) && names.ends_with(&["title"]),
                "{names:?}"
            );
            assert_eq!(message.lines().count(), 3, "{message}");
            let control = |c: char| c.is_control() && c != '\n';
            assert!(!message.contains(control), "{message}");
        }
        expect![[r#"
            ::error file=%3A%3Aerror%3A%3Ax %3A%3Awarning file=a%3A%3Aforged\n%3A%3Aerror%3A%3Ay \x1b[31m\x1b]8;;http%3A//x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`,line=1,col=1,endColumn=11,title=codeowners/invalid-line::::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`%0Ahelp: do this ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`%0Aowner: ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
            ::error file=%3A%3Aerror%3A%3Ax %3A%3Awarning file=a%3A%3Aforged\n%3A%3Aerror%3A%3Ay \x1b[31m\x1b]8;;http%3A//x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`,title=codeowners/invalid-line::::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`%0Ahelp: do this ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`%0Aowner: ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
        "#]].assert_eq(&text);
    }

    #[test]
    fn a_place_outside_of_the_repository_is_told() {
        let mut report = samples::small();
        report.findings.truncate(1);
        report.findings[0].primary.place = Place::External("../policy.toml".into());
        expect![[r#"
            ::warning title=codeowners/dead-pattern::../policy.toml:3:1: `/docs/` matches no tracked file%0Ahelp: remove the line, or mend the pattern if the files have moved%0Aowner: @acme/docs
        "#]].assert_eq(&written(&report));
    }

    #[test]
    fn what_cannot_be_checked_is_annotated_where_it_is_wrong() {
        let mut problems = samples::problems();
        let mut out = Vec::new();
        failure("the policy has 2 errors", None, &problems, &mut out).unwrap();
        expect![[r#"
            ::error title=bailiwick::the policy has 2 errors
            ::error file=bailiwick.toml,line=8,col=1,endColumn=25,title=bailiwick::there is no rule `codeowners/dead-patern`%0Ahelp: did you mean `codeowners/dead-pattern`?
            ::error title=bailiwick::../shared/policy.toml:1:12: ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`%0Ahelp: ::error::x ::warning file=a::forged\n::error::y \x1b[31m\x1b]8;;http://x\x07\r#\x23[group]z\x9b2J\u{202e}gnp\u{2028}\u{200b}\t`
        "#]].assert_eq(&String::from_utf8(out).unwrap());

        let hostile = "x\n::error::y\r##[error]z%0A::stop-commands::t";
        let many = problems.remove(0);
        let many = vec![
            Problem {
                message: hostile.into(),
                help: Some(hostile.into()),
                ..many
            };
            30
        ];
        let mut out = Vec::new();
        failure(hostile, Some(hostile), &many, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(obeyed(&text).len(), 10);
        assert_eq!(text.lines().count(), 10);
        assert!(!text.contains("##["), "{text}");
    }

    proptest::proptest! {
        #[test]
        fn text_arrives_as_it_was(text in "[a-z%0-9A-F:,;#\\[\\]= \n\r\u{1b}\u{ad}]{1,60}") {
            let mut report = samples::small();
            report.findings.truncate(1);
            report.findings[0].primary = crate::facts::Location::file(text.as_str().into(), "");
            report.findings[0].message = text.clone();
            report.findings[0].help = None;
            report.findings[0].owners.clear();
            let written = written(&report);
            let commands = obeyed(&written);
            proptest::prop_assert_eq!(written.lines().count(), 1);
            let (_, properties, message) = &commands[0];
            proptest::prop_assert_eq!(message, &crate::text::terminal(&text));
            proptest::prop_assert_eq!(&properties[0].1, &crate::text::terminal(&text));
        }
    }
}
