//! `ownership/fallback-owner`

use std::collections::BTreeSet;

use crate::codeowners::OwnershipFile;
use crate::policy::{Percent, Settings};
use crate::rules::folders::largest;
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{count, number};

crate::options! {
    /// The options of `ownership/fallback-owner`.
    pub(crate) struct FallbackOwner {
        /// The largest share of files, in percent, over which a catch-all pattern may decide.
        max_share("max-share"): Percent = Percent(50.0),
        /// How many groups of owners there must be for the rule to apply.
        minimum_groups("minimum-groups"): u32 = 3,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Where at least 3 different groups of owners decide over files, a catch-all pattern such as `*`
    /// decides over at most 50 % of them. A group is the set of owners of a line. Both numbers are
    /// defaults of ours; there is no literature. The rule applies where an organization is at work:
    /// where some line names a team, or a roster exists.
    ///
    /// ## Why it matters
    ///
    /// Coverage looks complete, but the team of the catch-all is asked about code that it does not know,
    /// and those who know it are not asked: ownership on paper.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /docs/ @acme/docs
    /// /web/ @acme/web
    /// -- api/handler.rs --
    /// -- api/main.rs --
    /// -- docs/guide.md --
    /// -- web/index.ts --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /api/ @acme/api
    /// /docs/ @acme/docs
    /// /web/ @acme/web
    /// -- api/handler.rs --
    /// -- api/main.rs --
    /// -- docs/guide.md --
    /// -- web/index.ts --
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-share`: the largest share of files, in percent, over which a catch-all pattern may decide.
    ///   Default: `50`.
    /// - `minimum-groups`: how many groups of owners there must be for the rule to apply. Default: `3`.
    ///
    /// ## Needs
    ///
    /// The tracked files and the ownership file.
    id: "ownership/fallback-owner",
    summary: "a catch-all pattern decides over most files",
    level: Note, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, OwnershipFile],
    options: FallbackOwner,
    check: OwnershipFile(check),
}

fn check(file: &OwnershipFile, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<FallbackOwner>();
    let lines = (0..file.rules().len()).map(|place| RuleLine { file, place });
    let decides = |line: &RuleLine<'_>| {
        view.ownership.decided(line.place) > 0 && !line.rule().owners().is_empty()
    };
    let deciding: Vec<RuleLine<'_>> = lines.filter(decides).collect();
    let groups: BTreeSet<_> = deciding.iter().map(|line| line.owner_set()).collect();
    if !view.organization_mode || groups.len() < options.minimum_groups as usize {
        return Verdict::NotApplicable;
    }
    // Of several catch-alls only the last decides over anything.
    let Some(line) = deciding
        .into_iter()
        .find(|line| line.rule().pattern().is_catch_all())
    else {
        return Verdict::Pass;
    };
    let tree = &view.repository.tree;
    let (decided, all) = (view.ownership.decided(line.place), tree.len());
    let Percent(max_share) = options.max_share;
    if decided as f64 * 100.0 <= max_share * all as f64 {
        return Verdict::Pass;
    }
    let pattern = line.rule().pattern_text();
    let message = format!(
        "`{pattern}` decides over {} of {}, more than {max_share} %",
        number(decided),
        count(all, "file")
    );
    let falls = |index: usize| view.ownership.deciding(index) == Some(line.place);
    let folders = largest(tree, 0..all, falls);
    let help = match (folders.names.as_str(), folders.all) {
        ("", _) => "name the people who know these files as their owners".to_owned(),
        (folders, true) => format!("name the people who know this code as owners of {folders}"),
        (folders, false) => {
            format!("name the people who know this code as its owners, starting with {folders}")
        }
    };
    Violation::new(
        line.pattern("catches all that no later line names"),
        message,
    )
    .owners(line.rule().owner_names())
    .help(help)
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{FallbackOwner, RULE};
    use crate::policy::Percent;
    use crate::rules::testing::MiniRepository;

    const LINES: &str = "* @acme/core\n/a/ @acme/a\n/b/ @acme/b\n";
    const HALF: [&str; 5] = ["a/1", "a/2", "b/1", "c/1", "c/2"];

    #[test]
    fn at_and_over_half_of_the_files() {
        assert_eq!(MiniRepository::owned(LINES, HALF).check(&RULE), "pass\n");
        let more = HALF.into_iter().chain(["d/e"]);
        expect![[r#"
            fail CODEOWNERS:1:1 `*` decides over 4 of 7 files, more than 50 %
              help: name the people who know this code as owners of `c/` (2 files), `CODEOWNERS` and `d/` (1 file)
        "#]]
        .assert_eq(&MiniRepository::owned(LINES, more).check(&RULE));
        let options = FallbackOwner {
            max_share: Percent(49.9),
            ..FallbackOwner::default()
        };
        assert!(
            MiniRepository::owned(LINES, HALF)
                .check_with(&RULE, options)
                .starts_with("fail")
        );
    }

    #[test]
    fn the_help_starts_with_the_largest_folders_and_leaves_vendored_ones_out() {
        let help = |paths: &[&str]| {
            let paths = ["a/1", "b/1"].iter().chain(paths);
            let found = MiniRepository::owned(LINES, paths).check(&RULE);
            found.lines().last().unwrap_or_default().trim().to_owned()
        };
        assert_eq!(
            help(&["vendor/a/1", "vendor/b/1", "c/1", "d/1", "e/1"]),
            "help: name the people who know this code as its owners, starting with `CODEOWNERS`, `c/` (1 file) and `d/` (1 file)"
        );
        let vendored = ["a/2", "vendor/a", "vendor/b", "vendor/c", "vendor/d"];
        let text = "* @acme/core\n/a/ @acme/a\n/b/ @acme/b\n/CODEOWNERS @acme/a";
        let paths = ["b/1"].iter().chain(&vendored);
        let found = MiniRepository::owned(text, paths).check(&RULE);
        assert!(
            found.ends_with("help: name the people who know these files as their owners\n"),
            "{found}"
        );
    }

    #[test]
    fn groups_at_and_below_the_minimum() {
        let paths = ["a/1", "b/1", "c/1", "c/2", "c/3"];
        for (text, expected) in [
            (LINES, "fail"),
            ("* @acme/core\n/a/ @acme/a\n/b/ @Acme/A", "not applicable"),
            // A line that decides over nothing makes no group, and neither does one without owners.
            (
                "* @acme/core\n/a/ @acme/a\n/b/\n/x/ @acme/x",
                "not applicable",
            ),
            ("* @core\n/a/ @a\n/b/ @b", "not applicable"),
            ("*\n/a/ @acme/a\n/b/ @acme/b\n/c/ @acme/c", "pass"),
        ] {
            let found = MiniRepository::owned(text, paths).check(&RULE);
            assert!(found.starts_with(expected), "{text}: {found}");
        }
    }
}
