//! `codeowners/shadowed-pattern`

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::codeowners::{Owner, OwnershipRule, Segment};
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
    /// The finding is a note at most
    ///
    /// - where several lines take the files, or lines that name the same owners;
    /// - where the lines that take the files are all narrower, so that the pattern may wait for files to
    ///   come (for a catch-all such as `*` that is no finding at all);
    /// - where a line takes a file only if a wildcard in its last segment, which matches a folder, owns
    ///   what lies below. Reports differ on that, see `codeowners/ambiguous-pattern`.
    ///
    /// A pattern that is repeated is reported by `codeowners/duplicate-pattern` alone.
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
/// How many of the owners whom nobody asks are named.
const MOST_OWNERS: usize = 3;

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
    let violation = Violation::new(line.pattern(none_of(undecided)), message(line, undecided));
    let violation = Violation {
        related: shown(undecided)
            .into_iter()
            .map(|(place, files)| {
                let label = label(place, files, view, undecided);
                RuleLine { place, ..line }.line(label)
            })
            .collect(),
        ..violation
    };
    advise(violation, line, view, undecided)
        .owners(line.rule().owner_names())
        .into()
}

/// What is to be seen at the pattern.
fn none_of(undecided: &Undecided) -> String {
    match undecided.matched {
        matched if undecided.partial => {
            format!("decides over none of more than {}", count(matched, "file"))
        }
        1 => "does not decide over its one file".to_owned(),
        matched => format!("decides over none of its {}", count(matched, "file")),
    }
}

fn message(line: RuleLine<'_>, undecided: &Undecided) -> String {
    let rule = |place| RuleLine { place, ..line }.rule();
    let places: Vec<usize> = shown(undecided)
        .into_iter()
        .map(|(place, _)| place)
        .collect();
    let overriding = match (&places[..], undecided.takers.len() - places.len()) {
        (&[taker], 0) => format!(
            "line {} `{}` overrides it",
            rule(taker).line(),
            rule(taker).pattern_name()
        ),
        (takers, more) => {
            let lines: Vec<String> = takers
                .iter()
                .map(|&taker| rule(taker).line().to_string())
                .collect();
            format!("lines {} override it", list(&lines, more))
        }
    };
    let pattern = line.rule().pattern_text();
    match undecided.contested {
        Some(_) => {
            format!("under gitignore's reading, `{pattern}` never applies: {overriding}")
        }
        None => format!("`{pattern}` never applies: {overriding}"),
    }
}

/// The lines that are named, those that take most files, in the order of the file.
fn shown(undecided: &Undecided) -> Vec<(usize, usize)> {
    let mut takers: Vec<(usize, usize)> = undecided
        .takers
        .iter()
        .map(|(&place, &files)| (place, files))
        .collect();
    takers.sort_by_key(|&(place, files)| (Reverse(files), place));
    takers.truncate(MOST_TAKERS);
    takers.sort_unstable();
    takers
}

/// What a line takes.
fn label(taker: usize, files: usize, view: &View<'_>, undecided: &Undecided) -> String {
    let takes_witness = |&witness: &usize| view.ownership.deciding(witness) == Some(taker);
    match undecided.witness.filter(takes_witness) {
        None => format!("takes {}", count(files, "file")),
        Some(witness) => {
            let path = String::from_utf8_lossy(view.repository.tree.path(witness));
            match files - 1 {
                0 => format!("takes `{path}`"),
                others => format!("takes `{path}` and {}", count(others, "other file")),
            }
        }
    }
}

/// How bad it is, and what to do.
fn advise(
    violation: Violation,
    line: RuleLine<'_>,
    view: &View<'_>,
    undecided: &Undecided,
) -> Violation {
    let rule = |place| RuleLine { place, ..line }.rule();
    let owners = view.owner_sets();
    if let Some(contested) = undecided.contested {
        return violation.at_most(Level::Note).help(format!(
            "settle first what line {} matches, as reports differ on whether GitHub lets `{}` own what \
             lies below folders",
            rule(contested).line(),
            rule(contested).pattern_name()
        ));
    }
    let mut takers = undecided.takers.iter();
    let narrower = |&(&place, &files): &(&usize, &usize)| {
        is_narrower(RuleLine { place, ..line }, files, line, view, undecided)
    };
    let all_narrower = takers.clone().all(|taker| narrower(&taker));
    if all_narrower {
        return violation
            .at_most(Level::Note)
            .help("remove the line, unless it waits for files to come");
    }
    let any_narrower = takers.clone().any(|taker| narrower(&taker));
    if takers.all(|(&taker, _)| owners[taker] == owners[line.place]) {
        let violation = violation.at_most(Level::Note).help(
            "remove the line: it is redundant, as these files have the same owners without it",
        );
        // A line for a part of the files says nothing of those to come.
        return match any_narrower || undecided.partial {
            true => violation,
            false => violation.fix(super::dead_pattern::remove_line(line)),
        };
    }
    let unasked = unasked(line, view, undecided);
    let mut places = undecided.takers.keys();
    match (places.next(), places.next()) {
        // Who writes a pattern for all depths below the others wants it to win.
        (Some(&taker), None) if !undecided.partial && floats(rule(taker)) => {
            violation.help(format!(
                "{unasked}remove the line; or move it below line {}, if its owners are to decide there",
                rule(taker).line()
            ))
        }
        (Some(&taker), None) if !undecided.partial => violation.help(format!(
            "{unasked}move the line below line {}, as the last line that matches decides; or remove it",
            rule(taker).line()
        )),
        _ if line.rule().owners().is_empty() => violation
            .at_most(Level::Note)
            .help("remove the line, as it takes no owner away"),
        _ if undecided.partial || undecided.takers.len() > MOST_TAKERS => {
            violation.at_most(Level::Note).help(format!(
                "{unasked}remove the line; or move it to the end of the file, if its owners are to decide \
                 over all that it matches"
            ))
        }
        _ => violation.at_most(Level::Note).help(format!(
            "{unasked}remove the line, or add its owners to the lines that override it"
        )),
    }
}

/// Whether a rule's pattern is for a name at any depth. A catch-all is for everything.
fn floats(rule: &OwnershipRule) -> bool {
    rule.pattern().segments().first() == Some(&Segment::AnyDepth)
}

/// Who of a line's owners owns none of its files: `` `@ann` is never asked: ``. Empty for nobody.
fn unasked(line: RuleLine<'_>, view: &View<'_>, undecided: &Undecided) -> String {
    let owners = view.owner_sets();
    let takers = undecided.takers.keys();
    let asked: BTreeSet<&String> = takers.flat_map(|&taker| &owners[taker]).collect();
    let is_unasked = |owner: &&Owner| !asked.contains(&owner.normalized());
    let mut unasked = line.rule().owners().iter().filter(is_unasked);
    let shown: Vec<String> = unasked
        .by_ref()
        .take(MOST_OWNERS)
        .map(|owner| format!("`{}`", owner.text()))
        .collect();
    match (&shown[..], unasked.count()) {
        ([], _) => String::new(),
        ([owner], 0) => format!("{owner} is never asked: "),
        (owners, more) => format!("{} are never asked: ", list(owners, more)),
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
            fail CODEOWNERS:1:1 `/a/` never applies: line 4 `*` overrides it
              see CODEOWNERS:4:1 takes `a/1` and 2 other files
              help: `@ann` and `@eve` are never asked: move the line below line 4, as the last line that matches decides; or remove it
            fail CODEOWNERS:2:1 `/b/1` never applies: line 4 `*` overrides it
              see CODEOWNERS:4:1 takes `b/1`
              help: move the line below line 4, as the last line that matches decides; or remove it
            fail CODEOWNERS:3:1 `/c` never applies: line 4 `*` overrides it
              see CODEOWNERS:4:1 takes `c`
              help: move the line below line 4, as the last line that matches decides; or remove it
        "#]]
        .assert_eq(&check("/a/ @ann @bob @eve\n/b/1\n/c @bob\n* @bob @dan\n"));
    }

    #[test]
    fn several_lines_take_everything_and_those_that_take_most_are_named() {
        let takers = "?/1 @x\n?/2 @b\n?/3 @c\n";
        expect![[r#"
            fail CODEOWNERS:1:1 `/a/` never applies: lines 4, 5 and 6 override it
              see CODEOWNERS:4:1 takes `a/1`
              see CODEOWNERS:5:1 takes 1 file
              see CODEOWNERS:6:1 takes 1 file
              at most note
              help: `@Y` is never asked: remove the line, or add its owners to the lines that override it
            fail CODEOWNERS:3:1 `**/a/` never applies: lines 4, 5 and 6 override it
              see CODEOWNERS:4:1 takes `a/1`
              see CODEOWNERS:5:1 takes 1 file
              see CODEOWNERS:6:1 takes 1 file
              at most note
              help: remove the line, as it takes no owner away
        "#]]
        .assert_eq(&check(&format!("/a/ @x @Y\na/ @x\n**/a/\n{takers}")));
        let takers = check("*/ @x\na/1 @a\na/2 @b\na/3 @c\nb @d\n");
        assert!(
            takers.contains("lines 2, 3, 4 and 1 more override it"),
            "{takers}"
        );
        let takers = check("*/ @x\nb @d\na/1 @a\na/2 @b\na @c\n");
        assert!(takers.contains("lines 2 and 5 override it"), "{takers}");
    }

    #[test]
    fn what_many_lines_or_one_for_all_depths_take_is_best_removed() {
        let paths = ["a/1", "a/2", "a/3", "a/4", "b/1"];
        let text = "/a/ @x\n?/1 @y\n/a/2 @y\n/a/3 @y\n/a/4 @z\n";
        expect![[r#"
            fail CODEOWNERS:1:1 `/a/` never applies: lines 2, 3, 4 and 1 more override it
              see CODEOWNERS:2:1 takes `a/1`
              see CODEOWNERS:3:1 takes 1 file
              see CODEOWNERS:4:1 takes 1 file
              at most note
              help: `@x` is never asked: remove the line; or move it to the end of the file, if its owners are to decide over all that it matches
        "#]].assert_eq(&MiniRepository::owned(text, paths).check(&RULE));
        expect![[r#"
            fail CODEOWNERS:1:1 `/a/1` never applies: line 2 `**/1` overrides it
              see CODEOWNERS:2:1 takes `a/1`
              help: `@x` is never asked: remove the line; or move it below line 2, if its owners are to decide there
            fail CODEOWNERS:3:1 `/a/2` never applies: line 4 `2` overrides it
              see CODEOWNERS:4:1 takes `a/2`
              help: `@x` is never asked: remove the line; or move it below line 4, if its owners are to decide there
        "#]].assert_eq(&check("/a/1 @x\n**/1 @y\n/a/2 @x\n2 @y\n"));
    }

    #[test]
    fn a_line_above_narrower_ones_may_wait_for_files_to_come() {
        expect![[r#"
            fail CODEOWNERS:1:1 `/a/` never applies: lines 2, 3 and 4 override it
              see CODEOWNERS:2:1 takes `a/1`
              see CODEOWNERS:3:1 takes 1 file
              see CODEOWNERS:4:1 takes 1 file
              at most note
              help: remove the line, unless it waits for files to come
        "#]]
        .assert_eq(&check("/a/ @x\na/1 @b\na/2 @b\na/3 @x\n"));
        for (text, is_fallback) in [
            ("/b/ @x\n/b/1 @y", true),
            ("/b/ @x\n/b/1 @x", true),
            ("/b/ @x\nb/ @y", false),
            ("/b/ @x\n?/1 @y", false),
            ("/a/ @x\n/a/1 @y\n? @y", false),
        ] {
            let found = check(text);
            assert!(found.starts_with("fail CODEOWNERS:1"), "{text}: {found}");
            assert_eq!(
                found.contains("waits for files to come"),
                is_fallback,
                "{text}: {found}"
            );
        }
    }

    #[test]
    fn a_line_whose_files_have_the_same_owners_anyway_is_redundant() {
        expect![[r#"
            fail CODEOWNERS:1:1 `/a/` never applies: line 2 `*` overrides it
              see CODEOWNERS:2:1 takes `a/1` and 2 other files
              at most note
              help: remove the line: it is redundant, as these files have the same owners without it
              fix: bytes 0 to 14 become ""
        "#]]
        .assert_eq(&check("/a/ @ann @bob\n* @Bob @ann\n"));
        // What is narrower says nothing of files to come.
        let found = check("/a/ @ann\n?* @ann\n/a/1 @ann");
        assert!(found.contains("it is redundant"), "{found}");
        assert!(!found.contains("fix"), "{found}");
    }

    #[test]
    fn a_line_that_a_contested_reading_takes_is_a_note_without_fix() {
        expect![[r#"
            fail CODEOWNERS:1:1 under gitignore's reading, `/a/` never applies: line 3 `/?*` overrides it
              see CODEOWNERS:3:1 takes `a/1` and 2 other files
              at most note
              help: settle first what line 3 matches, as reports differ on whether GitHub lets `/?*` own what lies below folders
            fail CODEOWNERS:2:1 under gitignore's reading, `a/2` never applies: line 3 `/?*` overrides it
              see CODEOWNERS:3:1 takes `a/2`
              at most note
              help: settle first what line 3 matches, as reports differ on whether GitHub lets `/?*` own what lies below folders
        "#]]
        .assert_eq(&check("/a/ @x\na/2 @y\n/?* @y\n"));
        let found = check("/b/ @x\n/b* @x");
        assert!(found.contains("under gitignore's reading"), "{found}");
        assert!(found.contains("at most note"), "{found}");
        assert!(!found.contains("fix"), "{found}");
        // The files' own names match, and so does a folder that is named whole.
        for text in ["/b/ @x\n?/?* @y", "/b/ @x\n/b*/ @y", "/b/1 @x\n1* @y"] {
            let found = check(text);
            assert!(
                found.starts_with("fail CODEOWNERS:1:1 `/b/"),
                "{text}: {found}"
            );
            assert!(!found.contains("at most"), "{text}: {found}");
        }
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
