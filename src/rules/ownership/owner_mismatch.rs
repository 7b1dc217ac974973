//! `ownership/owner-mismatch`

use std::collections::BTreeSet;

use crate::facts::{Gap, GapKind, Location};
use crate::graph::{Actor, ServiceId};
use crate::identity::Standing;
use crate::policy::{Percent, Settings};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{count, list, number};

crate::options! {
    /// The options of `ownership/owner-mismatch`.
    pub(crate) struct OwnerMismatch {
        /// The smallest share of a service's files, in percent, over which others have to decide.
        minimum_share("minimum-share"): Percent = Percent(50.0),
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// The owner that a descriptor names is among the owners that the ownership file names for the
    /// service's files. A team, a team that it is a part of, a part of it, and whoever is in it count as
    /// one. A mismatch is a file for which only others are named; the rule fires where at least 50 % of
    /// the service's files are. A file without owner is a file of the service, but no mismatch. The number
    /// is a default of ours; there is no literature.
    ///
    /// Only owners of whom a roster knows who they are can differ: a team that a catalog alone names may
    /// be one of the forge's under another name. Where it depends on others, the rule says that it was
    /// skipped.
    ///
    /// Source of the case: users ask which of the two files counts where they disagree
    /// (backstage/backstage, issue 29993).
    ///
    /// ## Why it matters
    ///
    /// One team is called when the service fails, and another one approves its changes.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    ///
    /// [rules]
    /// "teams/missing-onboarding" = "off"
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/payments"
    /// members = ["@ann", "@bob", "@eve"]
    /// lead = "@ann"
    ///
    /// [[teams]]
    /// handle = "@acme/web"
    /// members = ["@joe", "@mia", "@sam"]
    /// lead = "@mia"
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// kind = "website"
    /// owner = "@acme/payments"
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// /ledger/ @acme/payments
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    ///
    /// [rules]
    /// "teams/missing-onboarding" = "off"
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/payments"
    /// members = ["@ann", "@bob", "@eve"]
    /// lead = "@ann"
    ///
    /// [[teams]]
    /// handle = "@acme/web"
    /// members = ["@joe", "@mia", "@sam"]
    /// lead = "@mia"
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// kind = "website"
    /// owner = "@acme/payments"
    /// ```
    ///
    /// ## Options
    ///
    /// - `minimum-share`: the smallest share of a service's files, in percent, over which others have to
    ///   decide. Default: `50`.
    ///
    /// ## Needs
    ///
    /// The tracked files, the ownership file, the descriptors of services, and a roster.
    id: "ownership/owner-mismatch",
    summary: "the ownership file names others than a service's descriptor",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, Catalog],
    options: OwnerMismatch,
    check: Service(check),
}

/// How many owners of the lines are named.
const MOST_NAMED: usize = 3;

/// How many owners of one line are looked at: a hostile line has thousands.
const MOST_OWNERS: usize = 100;

fn check(id: ServiceId, view: &View<'_>, settings: &Settings) -> Verdict {
    let entry = view.graph.service(id);
    let Some((home, owner)) = entry.home.zip(entry.service.owner.as_ref()) else {
        return Verdict::NotApplicable;
    };
    let repository = view.graph.members()[home].repository;
    if let Some(gap) = repository.ownership_files.in_use.unavailable() {
        return Verdict::Skip(gap.clone());
    }
    let all = view.graph.files(id).len();
    let lines = view.graph.deciding_lines(id);
    let Some(file) = repository.ownership_files.in_use.present() else {
        return Verdict::NotApplicable;
    };
    // That the owner is nobody is another fault than that it is somebody else.
    let [answering] = &view.graph.chain(id).actors[..] else {
        return Verdict::NotApplicable;
    };
    let standing = view.graph.standing(answering, &owner.name);
    if all == 0 || lines.is_empty() || matches!(standing, Standing::Unknown(_)) {
        return Verdict::NotApplicable;
    }
    let (mut differ, mut differing, mut unclear) = (0, Vec::new(), 0);
    for &(line, files) in lines {
        let owners = view.graph.line_owners(home, line).unwrap_or_default();
        match agrees(owners, answering, view) {
            Some(true) => {}
            Some(false) => {
                differ += files;
                differing.push((line, files));
            }
            None => unclear += files,
        }
    }
    let Percent(minimum) = settings.options::<OwnerMismatch>().minimum_share;
    let reaches = |files: usize| files > 0 && files as f64 * 100.0 >= minimum * all as f64;
    if !reaches(differ) {
        return match reaches(differ + unclear) {
            true => {
                let why = match standing {
                    Standing::Unverifiable(why) => why,
                    _ => format!(
                        "no roster says whether `{}` is among the owners",
                        owner.text
                    ),
                };
                let remedy = "name a roster that says who is in which team, by the forge's names";
                Verdict::Skip(Gap::new(GapKind::Unverifiable, why).remedy(remedy))
            }
            false => Verdict::Pass,
        };
    }
    differing.sort_by_key(|&(line, files)| (std::cmp::Reverse(files), line));
    let named = differing
        .iter()
        .flat_map(|&(line, _)| file.rules()[line].owner_names());
    let named: Vec<String> = named.take(MOST_OWNERS).collect();
    let mut seen = BTreeSet::new();
    let mut others: Vec<String> = named
        .iter()
        .filter(|owner| seen.insert(owner.to_lowercase()))
        .map(|owner| format!("`{owner}`"))
        .collect();
    let more = others.len().saturating_sub(MOST_NAMED);
    others.truncate(MOST_NAMED);
    let whose = match (differ == all, all) {
        (true, 1) => "its file".to_owned(),
        (true, _) => format!("all of its {}", count(all, "file")),
        (false, _) => format!("{} of its {}", number(differ), count(all, "file")),
    };
    let message = format!(
        "`{}` is owned by `{}`, but the ownership file names {} for {whose}",
        entry.service.name,
        owner.text,
        list(&others, more)
    );
    let related = differing.iter().map(|&(place, files)| {
        let line = RuleLine { file, place };
        let label = format!("decides over {}", count(files, "file"));
        view.location_in(home, line.line(label))
    });
    let related: Vec<Location> = related.collect();
    let primary = view.descriptor_line(id, &owner.excerpt, "answers, by the descriptor");
    let violation = Violation {
        related,
        ..Violation::new(primary, message)
    };
    violation
        .owners(view.answering(id))
        .help("agree who answers, and say so in both files")
        .key("")
        .into()
}

/// Whether the owner of a descriptor is among those of a line, in some form. None where that cannot be
/// known; a line without owners disagrees with nobody.
fn agrees(owners: &[Option<Actor>], answering: &Actor, view: &View<'_>) -> Option<bool> {
    let asked = owners.iter().take(MOST_OWNERS);
    // Most lines name the team itself, which is seen without looking at anybody else.
    if asked.clone().flatten().any(|owner| owner == answering) {
        return Some(true);
    }
    let stands = asked.map(|owner| view.graph.stands_for(owner.as_ref()?, answering));
    let stands: Vec<Option<bool>> = stands.collect();
    if stands.is_empty() || stands.contains(&Some(true)) {
        return Some(true);
    }
    let is_known = owners.len() <= MOST_OWNERS && !stands.contains(&None);
    is_known.then_some(false)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{OwnerMismatch, RULE};
    use crate::facts::{Gap, GapKind};
    use crate::policy::Percent;
    use crate::rules::testing::MiniRepository;

    const PEOPLE: &str = r#"
        catalog.complete = true
        [[teams]]
        handle = "@acme/commerce"
        members = ["@eve"]
        [[teams]]
        handle = "@acme/payments"
        members = ["@ann"]
        parent = "@acme/commerce"
        [[teams]]
        handle = "@acme/ledger"
        members = ["@bob"]
        parent = "@acme/payments"
        [[teams]]
        handle = "@acme/web"
        members = ["@mia"]
    "#;

    /// A service with four files in `x/`, whose owner this is.
    fn service(ownership: &str, owner: &str) -> MiniRepository {
        let files = ["x/1", "x/2", "x/3", "x/4"];
        let service = format!("[[services]]\nname = \"x\"\nowner = {owner:?}\npaths = [\"x/\"]\n");
        MiniRepository::owned(ownership, files).declare(&format!("{PEOPLE}{service}"))
    }

    #[test]
    fn others_decide_over_at_least_half_of_the_files() {
        let half = "* @acme/web\n/x/1 @acme/payments\n/x/2 @acme/payments\n/x/3 @mia @acme/web";
        expect![[r#"
            fail bailiwick.toml:19:9 `x` is owned by `@acme/payments`, but the ownership file names `@acme/web` and `@mia` for 2 of its 4 files
              see CODEOWNERS:1:1 decides over 1 file
              see CODEOWNERS:4:1 decides over 1 file
              help: agree who answers, and say so in both files
        "#]].assert_eq(&service(half, "@acme/payments").check(&RULE));
        expect![[r#"
            fail bailiwick.toml:19:9 `x` is owned by `@acme/payments`, but the ownership file names `@acme/web` for all of its 4 files
              see CODEOWNERS:1:1 decides over 4 files
              help: agree who answers, and say so in both files
        "#]].assert_eq(&service("* @acme/web", "@acme/payments").check(&RULE));
        let less = "* @acme/web\n/x/1 @acme/payments\n/x/2 @acme/payments\n/x/3 @acme/payments";
        assert_eq!(service(less, "@acme/payments").check(&RULE), "pass\n");
        let options = OwnerMismatch {
            minimum_share: Percent(25.0),
        };
        let found = service(less, "@acme/payments").check_with(&RULE, options);
        assert!(
            found.contains("names `@acme/web` for 1 of its 4 files"),
            "{found}"
        );
        let options = || OwnerMismatch {
            minimum_share: Percent(0.0),
        };
        let found = service("* @acme/payments", "@acme/payments").check_with(&RULE, options());
        assert_eq!(found, "pass\n");
    }

    #[test]
    fn unowned_files_are_files_but_no_mismatches() {
        let one = "/x/1 @acme/web";
        assert_eq!(service(one, "@acme/payments").check(&RULE), "pass\n");
        let two = "/x/1 @acme/web\n/x/2 @acme/web\n/x/3";
        let found = service(two, "@acme/payments").check(&RULE);
        assert!(
            found.contains("names `@acme/web` for 2 of its 4 files"),
            "{found}"
        );
        let none = service("/y/ @acme/web", "@acme/payments");
        assert_eq!(none.check(&RULE), "not applicable\n");
    }

    #[test]
    fn kin_stand_for_each_other() {
        for (line, owner, expected) in [
            ("@acme/commerce", "@acme/payments", "pass"),
            ("@acme/ledger", "@acme/payments", "pass"),
            ("@acme/commerce", "@acme/ledger", "pass"),
            ("@ann", "@acme/payments", "pass"),
            ("@bob", "@acme/payments", "pass"),
            ("@ann", "@acme/commerce", "pass"),
            ("@acme/payments", "@ann", "pass"),
            ("@Acme/Payments", "@acme/payments", "pass"),
            ("@acme/web @acme/payments", "@acme/payments", "pass"),
            ("@eve", "@acme/payments", "fail"),
            ("@mia", "@acme/payments", "fail"),
            ("@acme/web", "@ann", "fail"),
            ("@mia", "@ann", "fail"),
            ("@acme/ledger", "@ann", "fail"),
        ] {
            let found = service(&format!("* {line}"), owner).check(&RULE);
            assert!(found.starts_with(expected), "{line} {owner}: {found}");
        }
    }

    #[test]
    fn what_cannot_be_known_is_skipped() {
        // Nothing tells whether these are parts of each other, or the same.
        for (line, owner) in [
            ("@acme/web", "group:other/payments"),
            ("@other/web", "@acme/payments"),
            ("web@acme.example", "@acme/payments"),
            ("@joe", "@acme/payments"),
            ("@acme/web @joe", "@acme/payments"),
            ("@acme/web@glued", "@acme/payments"),
        ] {
            let found = service(&format!("* {line}"), owner).check(&RULE);
            assert!(found.starts_with("skip"), "{line} {owner}: {found}");
        }
        // It is enough that the files which are clear are as many.
        let clear = "* @joe\n/x/1 @acme/web\n/x/2 @acme/web";
        let found = service(clear, "@acme/payments").check(&RULE);
        assert!(found.starts_with("fail"), "{found}");
        // Nobody knows who is in a team whose roster is not complete.
        let text = PEOPLE.replace("catalog.complete = true", "");
        let text =
            text + "[[services]]\nname = \"x\"\nowner = \"@acme/payments\"\npaths = [\"x/\"]\n";
        let check = |line: &str| {
            MiniRepository::owned(line, ["x/1"])
                .declare(&text)
                .check(&RULE)
        };
        assert!(check("* @mia").starts_with("skip"));
        assert!(check("* @acme/web").starts_with("fail"));
    }

    #[test]
    fn where_there_is_nothing_to_compare() {
        let gone = service("* @acme/web", "@acme/gone");
        assert_eq!(gone.check(&RULE), "not applicable\n");
        let gap = Gap::new(GapKind::Sparse, "outside of the sparse checkout");
        let unreadable = service("* @acme/web", "@acme/payments").unreadable(gap);
        assert_eq!(
            unreadable.check(&RULE),
            "skip outside of the sparse checkout\n"
        );
        let text = "[[services]]\nname = \"x\"\nowner = \"@acme/web\"\n";
        let fileless = MiniRepository::owned("* @acme/web", ["x/1"]).declare(text);
        assert_eq!(fileless.check(&RULE), "not applicable\n");
        let text = "[[services]]\nname = \"x\"\npaths = [\"x/\"]\n";
        let ownerless = MiniRepository::owned("* @acme/web", ["x/1"]).declare(text);
        assert_eq!(ownerless.check(&RULE), "not applicable\n");
    }
}
