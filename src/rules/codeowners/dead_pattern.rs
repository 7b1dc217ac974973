//! `codeowners/dead-pattern`

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::codeowners::Pattern;
use crate::policy::{NoOptions, Settings};
use crate::rules::folders::entries;
use crate::rules::{Edit, Fix};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{RepoPath, Span, near_names};

declare_rule! {
    /// ## What it checks
    ///
    /// Every pattern of the ownership file matches at least one tracked file. A pattern that is misread
    /// or ambiguous, or that matches files which later lines take, is the business of other rules.
    ///
    /// Where one segment of the path looks mistyped, the finding asks for the path that was probably
    /// meant, if files match there and no other line names it. Where more than five patterns are for the
    /// same thing in different folders, all of which are there but lack it, one finding tells of them: such
    /// lines are often generated, and wait for files to come.
    ///
    /// Where the history is read, the finding says where the files went that the pattern was for, or when the
    /// last of them went.
    ///
    /// ## Why it matters
    ///
    /// Files get moved and their ownership stays behind: the line looks like protection, and nobody is
    /// asked. A typing error in a new line looks just the same.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /srv/ @bob
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /src/ @bob
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The tracked files and the ownership file; the history, if it is read.
    id: "codeowners/dead-pattern",
    summary: "a pattern matches no tracked file",
    level: Warning, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree, OwnershipFile, Departures],
    options: NoOptions,
    check: OwnershipRule(check),
    places: [EditsByCause],
}

fn check(line: RuleLine<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let dead = view
        .undecided(line.place)
        .is_some_and(|undecided| undecided.matched == 0);
    // A line that is misread, or read in two ways, has a better finding than this one.
    if !dead
        || super::misread_line::misreading(line, view).is_some()
        || super::ambiguous_pattern::spelling(line, view).is_some()
    {
        return Verdict::Pass;
    }
    let rule = line.rule();
    let pattern = rule.pattern_text();
    let violation = Violation::new(
        line.pattern("no file matches"),
        format!("pattern `{pattern}` matches no tracked file"),
    )
    .owners(rule.owner_names());
    let remedy = "point it to where its files moved, or remove the line";
    let meant = |meant: &str| format!("did you mean `{meant}`? Else {remedy}");
    if let Some(deeper) = deeper(line, view) {
        return violation.help(meant(&deeper)).into();
    }
    match past(line, view) {
        Some(Past::Moved(folder)) => {
            let help = format!("its files went to `{folder}`: point it there, or remove the line");
            return violation.help(help).into();
        }
        Some(Past::Gone(day)) => {
            let help = format!("the last of its files went on {day}: remove the line");
            return violation.help(help).fix(remove_line(line)).into();
        }
        None => {}
    }
    match &corrections(line, view)[..] {
        [] => {
            let violation = violation.help(remedy).fix(remove_line(line));
            match lacking(line, view) {
                Some(lacking) => violation.cause(lacking),
                None => violation,
            }
        }
        [only] => violation.help(meant(only)).fix(correct(line, only)),
        [nearest, ..] => violation.help(meant(nearest)),
    }
    .into()
}

/// What became of the files that a pattern was for.
enum Past {
    /// Most of them are in this folder, or are this file.
    Moved(String),
    /// None of them is left since this day.
    Gone(Date),
}

/// What became of the files that a pattern matched once, as far as the commits say.
fn past(line: RuleLine<'_>, view: &View<'_>) -> Option<Past> {
    let (history, departures) = (view.history()?, view.departures()?);
    let pattern = line.rule().pattern();
    let (prefix, tree) = (pattern.literal_prefix(), &view.repository.tree);
    // All that a pattern matches starts with its literal prefix.
    let start = history
        .paths
        .partition_point(|path| path.as_bytes() < prefix.as_slice());
    let matched = history.paths[start..]
        .iter()
        .enumerate()
        .take_while(|(_, path)| path.as_bytes().starts_with(&prefix))
        .take(view.most_candidates())
        .filter(|(_, path)| pattern.matches(path.as_bytes()));
    let matched = matched.filter_map(|(at, _)| u32::try_from(start + at).ok());
    let matched: Vec<u32> = matched.collect();
    let mut went = departures.followed(&matched);
    went.retain(|&path| tree.find(history.path(path).as_bytes()).is_some());
    if let &[only] = &went[..] {
        return Some(Past::Moved(format!(
            "/{}",
            history.path(only).to_string_lossy()
        )));
    }
    if !went.is_empty() {
        let mut folders: BTreeMap<RepoPath, usize> = BTreeMap::new();
        for &path in &went {
            *folders.entry(history.path(path).parent()).or_default() += 1;
        }
        let most = folders
            .into_iter()
            .max_by_key(|(folder, files)| (*files, Reverse(folder.clone())));
        // Files that went in all directions are nowhere in particular.
        let most = most.filter(|(folder, files)| files * 2 > went.len() && !folder.is_root());
        return most.map(|(folder, _)| Past::Moved(format!("/{}/", folder.to_string_lossy())));
    }
    let left = matched.iter().map(|&path| {
        // A file that went elsewhere, and is gone there too, touched nothing here when it left.
        history.last_change(path).max(departures.last(path))
    });
    let gone = left.max().flatten()?;
    Some(Past::Gone(gone.to_zoned(TimeZone::UTC).date()))
}

/// The pattern of everything below the folder of a pattern `folder/*`, if only that matches files.
fn deeper(line: RuleLine<'_>, view: &View<'_>) -> Option<String> {
    let folder = super::shallow_pattern::folder(line)?;
    let is_deep = !view.repository.tree.below(&folder).is_empty();
    let deep = super::shallow_pattern::deep(line);
    (is_deep && correction(&deep, view).is_some()).then_some(deep)
}

/// What patterns are called that name the same thing in a folder which is there but lacks it.
fn lacking(line: RuleLine<'_>, view: &View<'_>) -> Option<String> {
    let (known, depth, _) = known_folder(line, view);
    if depth == 0 || view.repository.tree.below(&known).is_empty() {
        return None;
    }
    let text = line.rule().pattern_text();
    let body = text.strip_prefix('/').unwrap_or(&text);
    let tail = body.splitn(depth + 1, '/').nth(depth)?;
    Some(format!(
        "patterns that end with `/{tail}` match no tracked file, though the folders before it exist"
    ))
}

/// How much of a pattern's path is there: the folder or file, its depth, and the name that is missing
/// behind it, unless a wildcard is.
fn known_folder(line: RuleLine<'_>, view: &View<'_>) -> (RepoPath, usize, Option<String>) {
    let tree = &view.repository.tree;
    let prefix = line.rule().pattern().literal_prefix();
    let (mut known, mut depth) = (RepoPath::default(), 0);
    if prefix.is_empty() {
        return (known, depth, None);
    }
    for name in prefix.split(|&byte| byte == b'/') {
        let Ok(name) = std::str::from_utf8(name) else {
            break;
        };
        let here = known.join(name);
        if tree.find(here.as_bytes()).is_none() && tree.below(&here).is_empty() {
            return (known, depth, Some(name.to_owned()));
        }
        known = here;
        depth += 1;
    }
    (known, depth, None)
}

/// The pattern with its first missing segment as it was probably meant, the nearest first.
fn corrections(line: RuleLine<'_>, view: &View<'_>) -> Vec<String> {
    let tree = &view.repository.tree;
    let pattern = line.rule().pattern();
    let Ok(text) = std::str::from_utf8(pattern.text()) else {
        return Vec::new();
    };
    let (known, depth, Some(name)) = known_folder(line, view) else {
        return Vec::new();
    };
    let most = view.most_candidates();
    let names: Vec<&[u8]> = entries(tree, &known).take(most + 1).collect();
    if names.len() > most {
        return Vec::new();
    }
    let names = names
        .into_iter()
        .filter_map(|name| std::str::from_utf8(name).ok());
    near_names(&name, names)
        .into_iter()
        .filter(|near| near.chars().all(is_plain))
        .filter_map(|near| correction(&replace_segment(text, depth, near), view))
        .collect()
}

/// Whether a character means itself in a pattern.
fn is_plain(character: char) -> bool {
    character.is_alphanumeric() || "-_.+=,~@".contains(character)
}

/// The pattern's text with its segment at this depth replaced.
fn replace_segment(pattern: &str, depth: usize, name: &str) -> String {
    let (slash, body) = match pattern.strip_prefix('/') {
        Some(body) => ("/", body),
        None => ("", pattern),
    };
    let mut segments: Vec<&str> = body.split('/').collect();
    if let Some(segment) = segments.get_mut(depth) {
        *segment = name;
    }
    format!("{slash}{}", segments.join("/"))
}

/// The text of a pattern, if it is worth proposing: files match it, and no other line names its place.
fn correction(text: &str, view: &View<'_>) -> Option<String> {
    let pattern = Pattern::github(text.as_bytes()).ok()?;
    if view.is_named(pattern.segments()) {
        return None;
    }
    let tree = &view.repository.tree;
    let prefix = RepoPath::new(pattern.literal_prefix());
    let mut files = tree
        .find(prefix.as_bytes())
        .into_iter()
        .chain(tree.below(&prefix).take(view.most_candidates()));
    files
        .any(|file| pattern.matches(tree.path(file)))
        .then(|| text.to_owned())
}

/// The fix that puts another pattern in place of a rule's.
fn correct(line: RuleLine<'_>, pattern: &str) -> Fix {
    Fix {
        description: format!("write `{pattern}`"),
        edits: vec![Edit::new(
            line.file.text(),
            line.rule().pattern_span(),
            pattern,
        )],
    }
}

/// The fix that takes a rule's line out of the file.
pub(super) fn remove_line(line: RuleLine<'_>) -> Fix {
    let text = line.file.text();
    let span = text.line_span(line.rule().line());
    let next = text.line_span(line.rule().line() + 1);
    Fix {
        description: "remove the line".into(),
        edits: vec![Edit::new(
            text,
            Span::new(span.start, next.start.max(span.end)),
            "",
        )],
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const PATHS: [&str; 8] = [
        "a b/c",
        "doc_a/a",
        "doc_b/a",
        "lib/a/b",
        "src/bin/a.rs",
        "src/main.rs",
        "web/Dock/x.ts",
        "x-y/a",
    ];

    fn check(text: &str) -> String {
        MiniRepository::owned(text, PATHS).check(&RULE)
    }

    #[test]
    fn what_was_meant_is_asked_for() {
        expect![[r#"
            fail CODEOWNERS:1:1 pattern `/srv/` matches no tracked file
              help: did you mean `/src/`? Else point it to where its files moved, or remove the line
              fix: bytes 0 to 5 become "/src/"
            fail CODEOWNERS:2:1 pattern `srv/maim.rs` matches no tracked file
              help: point it to where its files moved, or remove the line
              fix: bytes 11 to 28 become ""
            fail CODEOWNERS:3:1 pattern `src/maim.rs` matches no tracked file
              help: did you mean `src/main.rs`? Else point it to where its files moved, or remove the line
              fix: bytes 28 to 39 become "src/main.rs"
            fail CODEOWNERS:4:1 pattern `wed/**/*.ts` matches no tracked file
              help: did you mean `web/**/*.ts`? Else point it to where its files moved, or remove the line
              fix: bytes 45 to 56 become "web/**/*.ts"
            fail CODEOWNERS:5:1 pattern `/web/dock/*.ts` matches no tracked file
              help: did you mean `/web/Dock/*.ts`? Else point it to where its files moved, or remove the line
              fix: bytes 60 to 74 become "/web/Dock/*.ts"
            fail CODEOWNERS:6:1 pattern `/X.y` matches no tracked file
              help: did you mean `/x-y`? Else point it to where its files moved, or remove the line
              fix: bytes 75 to 79 become "/x-y"
        "#]]
        .assert_eq(&check("/srv/ @ann\nsrv/maim.rs @ann\nsrc/maim.rs @ann\nwed/**/*.ts @a\n/web/dock/*.ts\n/X.y @x\n"));
        expect![[r#"
            fail CODEOWNERS:1:1 pattern `/lib/*` matches no tracked file
              help: did you mean `/lib/`? Else point it to where its files moved, or remove the line
            fail CODEOWNERS:2:1 pattern `/doc_c/a` matches no tracked file
              help: did you mean `/doc_a/a`? Else point it to where its files moved, or remove the line
        "#]].assert_eq(&check("/lib/* @ann\n/doc_c/a @ann\n"));
    }

    #[test]
    fn what_matches_nothing_or_is_named_already_is_no_suggestion() {
        for text in [
            "/zzz @ann",
            "/src/*.md @ann",
            "/srv/*.md @ann",
            "/srv/ @ann\n/src/ @bob",
            "/srv/ @ann\nsrc @bob",
            "/lib/* @ann\n/lib/ @bob",
            "srv/ @ann",
            "/a-b/c @ann",
            "/src/main.rs/ @ann",
            "/srv/mian.rs @ann",
            "//src/ @ann",
        ] {
            let found = check(text);
            let first = found.split("fail").nth(1).unwrap_or_default();
            assert!(
                first.contains(
                    "help: point it to where its files moved, or remove the line\n  fix: bytes 0 to"
                ),
                "{text}: {found}"
            );
        }
    }

    #[test]
    fn the_history_says_where_files_went() {
        let text = "-- CODEOWNERS --\n/old/ @ann\n/gone/ @bob\n/one.rs @bob\n/never/ @bob\n/apart/ @bob\n/lost/ @ann\n/left.md\n-- new/a --\n-- new/b --\n-- lib/two.rs --\n-- p/x --\n-- q/y --\n-- left.md --\n\
            -- (history) --\n2024-01-01 ann: old/a old/b gone/x one.rs apart/x apart/y left.md\n\
            2024-02-01 ann: old/a=>mid/a old/b=>new/b -gone/x one.rs=>lib/two.rs\n\
            2024-03-01 ann: mid/a=>new/a apart/x=>p/x apart/y=>q/y lost/z\n\
            2024-04-01 ann: lost/z=>lost2/z\n2024-05-01 ann: -lost2/z\n";
        expect![[r#"
            fail CODEOWNERS:1:1 pattern `/old/` matches no tracked file
              help: its files went to `/new/`: point it there, or remove the line
            fail CODEOWNERS:2:1 pattern `/gone/` matches no tracked file
              help: the last of its files went on 2024-02-01: remove the line
              fix: bytes 11 to 23 become ""
            fail CODEOWNERS:3:1 pattern `/one.rs` matches no tracked file
              help: its files went to `/lib/two.rs`: point it there, or remove the line
            fail CODEOWNERS:4:1 pattern `/never/` matches no tracked file
              help: point it to where its files moved, or remove the line
              fix: bytes 36 to 49 become ""
            fail CODEOWNERS:5:1 pattern `/apart/` matches no tracked file
              help: point it to where its files moved, or remove the line
              fix: bytes 49 to 62 become ""
            fail CODEOWNERS:6:1 pattern `/lost/` matches no tracked file
              help: the last of its files went on 2024-04-01: remove the line
              fix: bytes 62 to 74 become ""
        "#]]
        .assert_eq(&MiniRepository::new(text).check(&RULE));
    }

    #[test]
    fn lines_with_a_better_finding_pass() {
        let text = "@acme/ops\n*@ann\n*.{js,ts} @ann\n/src/#all @ann\n/src/ @ann\n* @ann";
        let repository = MiniRepository::owned(text, ["src/a.rs"]);
        assert_eq!(repository.check(&RULE), "pass\n");
    }
}
