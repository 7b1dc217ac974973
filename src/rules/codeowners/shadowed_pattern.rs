//! `codeowners/shadowed-pattern`

use std::cmp::Reverse;

use crate::ownership::Undecided;
use crate::policy::{Level, NoOptions, Settings};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{RepoPath, count, list};

declare_rule! {
    /// ## What it checks
    ///
    /// Every pattern that matches files decides over at least one of them. This is asked of the tracked
    /// files, never guessed from the texts of patterns.
    ///
    /// Where the lines that take the files are all narrower, the pattern may wait for files to come: that
    /// is a note at most, and for a catch-all such as `*` no finding at all. A pattern that is repeated
    /// is reported by `codeowners/duplicate-pattern` alone.
    ///
    /// ## Why it matters
    ///
    /// The last line that matches decides alone. A line above a broader one looks like ownership, and
    /// its owners are never asked.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// /docs/ @ann
    /// * @bob
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @bob
    /// /docs/ @ann
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The tracked files and the ownership file.
    id: "codeowners/shadowed-pattern",
    summary: "later lines take every file that a pattern matches",
    level: Warning, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree, OwnershipFile],
    options: NoOptions,
    check: OwnershipRule(check),
}

/// How many of the lines that take the files are named.
const MOST_TAKERS: usize = 3;

fn check(line: RuleLine<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let Some(undecided) = view.undecided(line.place) else {
        return Verdict::Pass;
    };
    if undecided.matched == 0
        || view.repeated(line.place).is_some()
        || line.rule().pattern().is_catch_all()
    {
        return Verdict::Pass;
    }
    violation(line, view, undecided).into()
}

fn violation(line: RuleLine<'_>, view: &View<'_>, undecided: &Undecided) -> Violation {
    let rule = line.rule();
    let pattern = rule.pattern_text();
    let mut takers: Vec<(RuleLine<'_>, usize)> = undecided
        .takers
        .iter()
        .map(|(&place, &files)| (RuleLine { place, ..line }, files))
        .collect();
    let owners = line.owner_set();
    let is_redundant = takers.iter().all(|(taker, _)| taker.owner_set() == owners);
    let last = takers
        .last()
        .map_or(rule.line(), |(taker, _)| taker.rule().line());
    let is_fallback = takers
        .iter()
        .all(|&(taker, files)| is_narrower(taker, files, line, view, undecided));
    takers.sort_by_key(|&(taker, files)| (Reverse(files), taker.place));
    let more = takers.len().saturating_sub(MOST_TAKERS);
    takers.truncate(MOST_TAKERS);
    let lines: Vec<String> = takers
        .iter()
        .map(|(taker, _)| taker.rule().line().to_string())
        .collect();
    let subject = match lines.len() + more {
        1 => format!("line {} takes", lines.join("")),
        _ => format!("lines {} take", list(&lines, more)),
    };
    let files = match undecided.matched {
        matched if undecided.partial => format!("more than {}", count(matched, "file")),
        1 => "the one file".to_owned(),
        matched => format!("all {}", count(matched, "file")),
    };
    let mut violation = Violation::new(
        line.pattern("decides over no file"),
        format!("{subject} {files} that `{pattern}` matches"),
    );
    let witness = undecided.witness;
    let witness_taker = witness.and_then(|file| view.ownership.deciding(file));
    for (taker, files) in takers {
        let label = match (witness, witness_taker) {
            (Some(witness), Some(place)) if place == taker.place => {
                let path = String::from_utf8_lossy(view.repository.tree.path(witness));
                match files - 1 {
                    0 => format!("takes `{path}`"),
                    others => format!("takes `{path}` and {}", count(others, "other file")),
                }
            }
            _ => format!("takes {}", count(files, "file")),
        };
        violation = violation.related(taker.line(label));
    }
    let violation = violation.owners(rule.owner_names());
    if is_redundant {
        violation
            .help(
                "remove the line: it is redundant, as these files have the same owners without it",
            )
            .fix(super::dead_pattern::remove_line(line))
    } else if is_fallback {
        violation
            .help("remove the line, unless it waits for files to come")
            .at_most(Level::Note)
    } else {
        violation.help(format!(
            "move the line below line {last}, as the last line that matches decides; or remove it"
        ))
    }
}

/// Whether a line that takes so many files of `line` is about a part of them and nothing else.
fn is_narrower(
    taker: RuleLine<'_>,
    files: usize,
    line: RuleLine<'_>,
    view: &View<'_>,
    undecided: &Undecided,
) -> bool {
    let folder = |line: RuleLine<'_>| RepoPath::new(line.rule().pattern().literal_prefix());
    let is_deeper = || folder(taker) != folder(line) && folder(taker).is_within(&folder(line));
    view.ownership.decided(taker.place) == files && (files < undecided.matched || is_deeper())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const PATHS: [&str; 5] = ["a/1", "a/2", "a/3", "b/1", "c"];

    fn check(text: &str) -> String {
        MiniRepository::owned(text, PATHS).check(&RULE)
    }

    #[test]
    fn a_broader_line_below_takes_everything() {
        expect![[r#"
            fail CODEOWNERS:1:1 line 3 takes all 3 files that `/a/` matches
              see CODEOWNERS:3:1 takes `a/1` and 2 other files
              help: move the line below line 3, as the last line that matches decides; or remove it
            fail CODEOWNERS:2:1 line 3 takes the one file that `/b/1` matches
              see CODEOWNERS:3:1 takes `b/1`
              help: move the line below line 3, as the last line that matches decides; or remove it
        "#]]
        .assert_eq(&check("/a/ @ann\n/b/1\n* @bob\n"));
    }

    #[test]
    fn the_lines_that_take_most_are_named_first_and_not_all_of_them() {
        let text = "/a/ @x\na/3 @x\na/1 @b\n?/2 @b\n?/3 @c\n/c @x\n";
        expect![[r#"
            fail CODEOWNERS:1:1 lines 3, 4 and 5 take all 3 files that `/a/` matches
              see CODEOWNERS:3:1 takes `a/1`
              see CODEOWNERS:4:1 takes 1 file
              see CODEOWNERS:5:1 takes 1 file
              at most note
              help: remove the line, unless it waits for files to come
            fail CODEOWNERS:2:1 line 5 takes the one file that `a/3` matches
              see CODEOWNERS:5:1 takes `a/3`
              help: move the line below line 5, as the last line that matches decides; or remove it
        "#]]
        .assert_eq(&check(text));
        let takers = check("*/ @x\na/1 @a\na/2 @b\na/3 @c\nb @d\n");
        assert!(
            takers.contains("lines 2, 3, 4 and 1 more take all 4 files"),
            "{takers}"
        );
        let takers = check("*/ @x\na/1 @a\na/2 @b\na @c\nb @d\n");
        assert!(
            takers.contains("lines 4 and 5 take all 4 files"),
            "{takers}"
        );
    }

    #[test]
    fn a_line_above_narrower_ones_may_wait_for_files_to_come() {
        expect![[r#"
            fail CODEOWNERS:1:1 lines 2, 3 and 4 take all 3 files that `/a/` matches
              see CODEOWNERS:2:1 takes `a/1`
              see CODEOWNERS:3:1 takes 1 file
              see CODEOWNERS:4:1 takes 1 file
              at most note
              help: remove the line, unless it waits for files to come
        "#]]
        .assert_eq(&check("/a/ @x\na/1 @b\na/2 @b\na/3 @b\n"));
        for (text, is_fallback) in [
            ("/b/ @x\n/b/1 @y", true),
            ("/b/ @x\nb/ @y", false),
            ("/b/ @x\n?/1 @y", false),
            ("/a/ @x\n/a/1 @y\n? @y", false),
        ] {
            let found = check(text);
            assert!(found.starts_with("fail CODEOWNERS:1"), "{text}: {found}");
            assert_eq!(
                found.contains("at most note"),
                is_fallback,
                "{text}: {found}"
            );
        }
    }

    #[test]
    fn a_line_whose_files_have_the_same_owners_anyway_is_redundant() {
        expect![[r#"
            fail CODEOWNERS:1:1 line 2 takes all 3 files that `/a/` matches
              see CODEOWNERS:2:1 takes `a/1` and 2 other files
              help: remove the line: it is redundant, as these files have the same owners without it
              fix: bytes 0 to 14 become ""
        "#]]
        .assert_eq(&check("/a/ @ann @bob\n* @Bob @ann\n"));
    }

    #[test]
    fn what_decides_over_something_or_waits_for_files_to_come_passes() {
        for text in [
            "/a/ @x\n/a/1 @y\n/a/2 @y",
            "* @x\n/a/ @y\n/b/ @y\nc @y\nCODEOWNERS @y",
            "/gone/ @x\n* @y",
            "/a/ @x\n/a/ @y",
        ] {
            assert_eq!(check(text), "pass\n", "{text}");
        }
    }
}
