//! `ownership/unowned-file`

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::codeowners::OwnershipFile;
use crate::facts::{Change, Location, Tree};
use crate::graph::Member;
use crate::policy::{Level, Percent, Settings};
use crate::rules::codeowners::unguarded_file::is_guarded;
use crate::rules::folders::largest;
use crate::rules::{FileGroup, Side, Verdict, View, Violation, declare_rule};
use crate::text::{count, list, number};

crate::options! {
    /// The options of `ownership/unowned-file`.
    pub(crate) struct UnownedFile {
        /// The share of files, in percent, that must have an owner. A repository that reaches it
        /// passes; one that does not gets a warning at least.
        minimum_coverage("minimum-coverage"): Option<Percent> = None,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Where an ownership file exists, some line matches every tracked file. There is one finding for
    /// all that no line matches, which names the largest folders of them. A line without owners leaves
    /// files unowned on purpose: the finding mentions them, but they alone are none. A repository without
    /// ownership file is reported by `codeowners/missing-file` alone, and where only the ownership file,
    /// the policy or workflows have no owner, `codeowners/unguarded-file` says so alone.
    ///
    /// With `minimum-coverage`, a share of unowned files is agreed upon, on purpose or not: as long as
    /// enough files have an owner the rule passes, and below that the finding is a warning at least. No
    /// number is set by default, and there is no literature on a good one.
    ///
    /// ## Why it matters
    ///
    /// Nobody is asked about a change of such a file, and nobody answers when it breaks.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// /src/ @ann
    /// CODEOWNERS @ann
    /// -- src/main.rs --
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// /src/ @ann
    /// /docs/ @bob
    /// CODEOWNERS @ann
    /// -- src/main.rs --
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Options
    ///
    /// - `minimum-coverage`: the share of files, in percent, that must have an owner. Not set by
    ///   default: every file must that no line without owners matches, and the finding has the level of
    ///   the rule.
    ///
    /// ## Needs
    ///
    /// The tracked files and the ownership file.
    id: "ownership/unowned-file",
    summary: "files have no owner",
    level: Note, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, OwnershipFile],
    options: UnownedFile,
    check: Files(check),
    places: [Summary],
}

/// How many of the lines that leave files unowned on purpose are named.
const MOST_LINES: usize = 3;

fn check(files: &FileGroup, view: &View<'_>, settings: &Settings) -> Verdict {
    if let Some(gap) = view.repository.ownership_files.in_use.unavailable() {
        return Verdict::Skip(gap.clone());
    }
    let Some(file) = view.ownership_file().filter(|file| !file.is_oversized()) else {
        return Verdict::NotApplicable;
    };
    if files.is_empty() {
        return Verdict::NotApplicable;
    }
    let minimum = settings.options::<UnownedFile>().minimum_coverage;
    match view.side {
        None => {}
        // Of what a change starts from nothing is said: the change answers for what it leaves unowned.
        Some(Side::Base) => return Verdict::Pass,
        Some(Side::Head { change, base }) => {
            let left = left_unowned(files, view, change, base, file);
            return fallen(&left, view, file, minimum);
        }
    }
    let is_unowned = |index: usize| match minimum {
        Some(_) => view.ownership.owning_rule(index, file).is_none(),
        None => view.ownership.deciding(index).is_none(),
    };
    let all = files.len();
    let unowned = files.iter().filter(|&index| is_unowned(index)).count();
    if unowned == 0 || minimum.is_some_and(|minimum| reaches(all - unowned, all, minimum)) {
        return Verdict::Pass;
    }
    let tree = &view.repository.tree;
    let is_told = |index| is_guarded(tree.path(index), file.text().path());
    if minimum.is_none()
        && files
            .iter()
            .all(|index| !is_unowned(index) || is_told(index))
    {
        return Verdict::Pass;
    }
    let message = match minimum {
        Some(minimum) => no_owner(unowned, all) + &coverage(all - unowned, all, minimum),
        None => no_owner(unowned, all) + &on_purpose(files, view),
    };
    let path = file.text().path().clone();
    let folders = largest(tree, files.iter(), is_unowned);
    let help = match (folders.names.as_str(), folders.all) {
        ("", _) => {
            "add lines for them, or a first line `* @owner` for what no other line names".to_owned()
        }
        (folders, true) => format!("add lines for {folders}"),
        (folders, false) => format!("add lines for them, first for {folders}"),
    };
    let violation = Violation::new(Location::file(path, "names no owner for them"), message);
    let places = files.iter().filter(|&index| is_unowned(index));
    let violation = violation
        .help(help)
        .key("coverage")
        .places(places.map(|index| unowned_at(tree, index)).collect());
    match minimum {
        Some(_) => violation.at_least(Level::Warning).into(),
        None => violation.into(),
    }
}

/// The files without owner that the change brings, or whose owners it takes away.
fn left_unowned(
    files: &FileGroup,
    view: &View<'_>,
    change: &Change,
    base: Member<'_>,
    in_use: &OwnershipFile,
) -> Vec<usize> {
    let was_owned = |place: usize| {
        let in_use = base.repository.ownership_files.in_use.present();
        in_use.is_some_and(|file| base.ownership.owning_rule(place, file).is_some())
    };
    let tree = &view.repository.tree;
    let came_from: HashMap<usize, usize> = change
        .renamed
        .iter()
        .map(|rename| (rename.to as usize, rename.from as usize))
        .collect();
    let is_left = |&place: &usize| {
        if view.ownership.deciding(place).is_some()
            || is_guarded(tree.path(place), in_use.text().path())
        {
            return false;
        }
        let before = came_from.get(&place).copied();
        let before = before.or_else(|| base.repository.tree.find(tree.path(place)));
        before.is_none_or(was_owned)
    };
    files.iter().filter(is_left).collect()
}

/// The finding on files that a change leaves without owner, with the coverage before and after.
fn fallen(
    left: &[usize],
    view: &View<'_>,
    file: &OwnershipFile,
    minimum: Option<Percent>,
) -> Verdict {
    let Some(Side::Head { base, .. }) = view.side else {
        return Verdict::Pass;
    };
    if left.is_empty() {
        return Verdict::Pass;
    }
    let tree = &view.repository.tree;
    let places: BTreeSet<usize> = left.iter().copied().collect();
    let folders = largest(tree, 0..tree.len(), |place| places.contains(&place));
    let share = |owned: usize, all: usize| {
        let tenths = owned.saturating_mul(1_000) / all.max(1);
        format!("{}.{} %", tenths / 10, tenths % 10)
    };
    let before = share(base.ownership.owned(), base.repository.tree.len());
    let after = share(view.ownership.owned(), tree.len());
    let are = match left.len() {
        1 => "the change leaves 1 file without owner".to_owned(),
        files => format!("the change leaves {} files without owner", number(files)),
    };
    let message = format!("{are}: {before} of all files were owned, {after} are");
    let help = match folders.names.as_str() {
        "" => "add lines for them".to_owned(),
        folders => format!("add lines for {folders}"),
    };
    let path = file.text().path().clone();
    let violation = Violation::new(Location::file(path, "names no owner for them"), message);
    let violation = violation
        .help(help)
        .key("left")
        .places(left.iter().map(|&index| unowned_at(tree, index)).collect());
    let (owned, all) = (view.ownership.owned(), tree.len());
    match minimum {
        Some(minimum) if !reaches(owned, all, minimum) => violation.at_least(Level::Warning).into(),
        _ => violation.into(),
    }
}

/// The place of a file without owner.
fn unowned_at(tree: &Tree, index: usize) -> Location {
    Location::file(tree.path(index).into(), "has no owner")
}

fn no_owner(unowned: usize, all: usize) -> String {
    match unowned {
        1 => format!("1 of {} has no owner", count(all, "file")),
        unowned => format!(
            "{} of {} have no owner",
            number(unowned),
            count(all, "file")
        ),
    }
}

fn coverage(owned: usize, all: usize, Percent(minimum): Percent) -> String {
    // Rounded down, so that what fails never looks as if it passed.
    let tenths = owned.saturating_mul(1_000) / all.max(1);
    format!(
        ": the coverage is {}.{} %, less than {minimum} %",
        tenths / 10,
        tenths % 10
    )
}

/// The files that lines without owners leave unowned, and the lines that leave most; empty for none.
fn on_purpose(files: &FileGroup, view: &View<'_>) -> String {
    let Some(file) = view.ownership_file() else {
        return String::new();
    };
    let mut lines: BTreeMap<u32, usize> = BTreeMap::new();
    for place in files
        .iter()
        .filter_map(|index| view.ownership.deciding(index))
    {
        let rule = &file.rules()[place];
        if rule.owners().is_empty() {
            *lines.entry(rule.line()).or_default() += 1;
        }
    }
    let unowned: usize = lines.values().sum();
    let mut lines: Vec<(u32, usize)> = lines.into_iter().collect();
    lines.sort_by_key(|&(line, files)| (Reverse(files), line));
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    lines.sort_unstable();
    let lines: Vec<String> = lines.iter().map(|(line, _)| line.to_string()).collect();
    let are = if unowned == 1 { "is" } else { "are" };
    let unowned = number(unowned);
    match (&lines[..], more) {
        ([], _) => String::new(),
        ([line], 0) => format!("; {unowned} more {are} unowned on purpose by line {line}"),
        (lines, more) => format!(
            "; {unowned} more {are} unowned on purpose by lines {}",
            list(lines, more)
        ),
    }
}

/// Whether so many of `all` files are at least this share of them.
fn reaches(owned: usize, all: usize, minimum: Percent) -> bool {
    owned as f64 * 100.0 >= minimum.0 * all as f64
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{RULE, UnownedFile};
    use crate::facts::{Gap, GapKind};
    use crate::policy::Percent;
    use crate::rules::testing::MiniRepository;

    fn minimum(percent: f64) -> UnownedFile {
        UnownedFile {
            minimum_coverage: Some(Percent(percent)),
        }
    }

    #[test]
    fn unowned_folders_are_named_as_high_as_they_are_unowned() {
        let paths = [
            "a/b/1", "a/b/2", "a/c/1", "d/e/1", "d/e/2", "d/f", "x", "y", "z", "0",
        ];
        let repository = MiniRepository::owned("/a/c/ @ann\nCODEOWNERS @ann\n/d/f\n", paths);
        expect![[r#"
            fail CODEOWNERS 8 of 11 files have no owner; 1 more is unowned on purpose by line 3
              at 0 has no owner
              at a/b/1 has no owner
              at a/b/2 has no owner
              at d/e/1 has no owner
              at d/e/2 has no owner
              at x has no owner
              at y has no owner
              at z has no owner
              help: add lines for them, first for `a/b/` (2 files), `d/e/` (2 files) and `0`
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn what_a_line_without_owners_matches_is_unowned_on_purpose() {
        let paths = ["a/1", "a/2", "b/1", "c/1", "c/2", "d/1", "e", "f"];
        let text = "CODEOWNERS @ann\n/a/\n";
        let check = |text: &str| MiniRepository::owned(text, paths).check(&RULE);
        expect![[r#"
            fail CODEOWNERS 6 of 9 files have no owner; 2 more are unowned on purpose by line 2
              at b/1 has no owner
              at c/1 has no owner
              at c/2 has no owner
              at d/1 has no owner
              at e has no owner
              at f has no owner
              help: add lines for them, first for `c/` (2 files), `b/` (1 file) and `d/` (1 file)
        "#]]
        .assert_eq(&check(text));
        expect![[r#"
            fail CODEOWNERS 2 of 9 files have no owner; 5 more are unowned on purpose by lines 3, 4, 5 and 1 more
              at e has no owner
              at f has no owner
              help: add lines for `e` and `f`
        "#]].assert_eq(&check(&format!("{text}/b/\n/c/\n/d/\n/a/ @x\n/a/2\n")));
        assert_eq!(check("* @ann\n/a/"), "pass\n");
        assert_eq!(check("*"), "pass\n");
        // An agreed coverage counts all the same.
        let repository = MiniRepository::owned("* @ann\n/a/", paths);
        let found = repository.check_with(&RULE, minimum(90.0));
        assert!(
            found.starts_with("fail CODEOWNERS 2 of 9 files have no owner: the coverage"),
            "{found}"
        );
    }

    #[test]
    fn no_file_or_one_file() {
        expect![[r#"
            fail CODEOWNERS 2 of 2 files have no owner
              at CODEOWNERS has no owner
              at a has no owner
              help: add lines for them, or a first line `* @owner` for what no other line names
        "#]]
        .assert_eq(&MiniRepository::owned("/b @ann", ["a"]).check(&RULE));
        expect![[r#"
            fail CODEOWNERS 1 of 2 files has no owner
              at a has no owner
              help: add lines for `a`
        "#]]
        .assert_eq(&MiniRepository::owned("CODEOWNERS @ann", ["a"]).check(&RULE));
    }

    #[test]
    fn files_that_another_rule_guards_count_only_beside_others_or_under_a_budget() {
        let text = "/a/ @ann";
        let guarded = ["a/b", "bailiwick.toml", ".github/workflows/ci.yml"];
        let repository = MiniRepository::owned(text, guarded);
        assert_eq!(repository.check(&RULE), "pass\n");
        let found = repository.check_with(&RULE, minimum(90.0));
        assert!(found.starts_with("fail CODEOWNERS 3 of 4 files"), "{found}");
        let others = guarded.into_iter().chain([".github/workflows/lib/x.yml"]);
        let found = MiniRepository::owned(text, others).check(&RULE);
        assert!(found.starts_with("fail CODEOWNERS 4 of 5 files"), "{found}");
    }

    #[test]
    fn an_agreed_coverage_at_and_below_its_border() {
        let paths = ["a/1", "a/2", "a/3", "a/4", "a/5", "a/6", "a/7", "a/8", "b"];
        let repository = MiniRepository::owned("/a/ @ann\nCODEOWNERS @ann", paths);
        assert_eq!(repository.check_with(&RULE, minimum(90.0)), "pass\n");
        expect![[r#"
            fail CODEOWNERS 1 of 10 files has no owner: the coverage is 90.0 %, less than 90.1 %
              at b has no owner
              at least warning
              help: add lines for `b`
        "#]]
        .assert_eq(&repository.check_with(&RULE, minimum(90.1)));
        assert_eq!(repository.check_with(&RULE, minimum(0.0)), "pass\n");
        assert!(
            repository
                .check_with(&RULE, minimum(100.0))
                .contains("at least warning")
        );
    }

    #[test]
    fn without_a_file_that_is_loaded_other_rules_speak() {
        assert_eq!(
            MiniRepository::new("-- a --\n").check(&RULE),
            "not applicable\n"
        );
        let oversized = MiniRepository::new("-- CODEOWNERS (padded to 3145728 bytes) --\n");
        assert_eq!(oversized.check(&RULE), "not applicable\n");
        let gap = Gap::new(GapKind::Unmerged, "unmerged");
        assert_eq!(oversized.unreadable(gap).check(&RULE), "skip unmerged\n");
        assert_eq!(
            MiniRepository::owned("* @ann", ["a"]).check(&RULE),
            "pass\n"
        );
    }
}
