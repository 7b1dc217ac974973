//! `ownership/powerless-owner`

use crate::codeowners::OwnerKind;
use crate::facts::{Gap, GapKind, Location};
use crate::identity::{Party, name_of};
use crate::policy::{NoOptions, Settings};
use crate::rules::dropped::{Somebody, foreign, refused, somebody};
use crate::rules::{OwnerUse, Verdict, View, Violation, declare_rule};
use crate::text::count;

declare_rule! {
    /// ## What it checks
    ///
    /// The forge takes every owner of the ownership file. It takes none who cannot write to the repository, and
    /// no team that only its own members can see, or that belongs to another organization. Its own verdict on the
    /// file counts; an owner whom the organization lacks altogether `ownership/unknown-owner` tells of.
    ///
    /// ## Why it matters
    ///
    /// The forge drops such an owner without a word: nobody is asked for a review, and where the line has no
    /// other owner, its files have none.
    ///
    /// Source: GitHub Docs, *About code owners*, and *List CODEOWNERS errors* of the REST API.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// /docs/ @acme/writers
    /// -- docs/a.md --
    /// -- README.md --
    /// -- (forge) --
    /// line 2: Unknown owner @acme/writers
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// /docs/ @acme/writers
    /// -- docs/a.md --
    /// -- README.md --
    /// -- (forge) --
    /// line 2: fine
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The ownership file, and the forge (`--online`).
    id: "ownership/powerless-owner",
    summary: "the forge drops an owner who cannot write",
    level: Error, strict: Error,
    status: Stable,
    organizational: false,
    needs: [OwnershipFile, Forge, OwnerErrors, Members],
    options: NoOptions,
    check: Owner(check),
    places: [Summary],
}

fn check(used: &OwnerUse<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let owner = used.owner();
    if owner.kind() == OwnerKind::Glued {
        return Verdict::NotApplicable;
    }
    // Whom the organization lacks altogether another rule tells of.
    if let Somebody::Unknown { .. } = somebody(used, view) {
        return Verdict::NotApplicable;
    }
    let said = match view.owner_errors() {
        Ok(said) => said,
        Err(gap) => return Verdict::Skip(gap),
    };
    let Some((owner, error)) = refused(used, said) else {
        if said.same_file {
            return Verdict::Pass;
        }
        let gap = Gap::new(
            GapKind::Unverifiable,
            "the forge has another version of the ownership file",
        );
        return Verdict::Skip(gap.remedy("push the commit"));
    };
    let text = owner.text();
    let (why, help) = match foreign(owner, view) {
        Some(_) => (
            "a repository is given to teams of its own organization alone",
            "name a team of the repository's organization, or people who can write",
        ),
        None if kept_secret(owner.kind(), text, view) => (
            "it is a secret team",
            "make the team visible, or name another owner",
        ),
        None => (
            "it cannot write, or does not exist",
            "give it write access to the repository, or name another owner",
        ),
    };
    let source = used.file.text();
    let others = used
        .uses
        .iter()
        .filter(|(_, other)| other.span() != owner.span());
    let others = others.map(|(_, other)| Location::of(source, other.span(), "named here too"));
    let label = match used.uses.len() {
        1 => "dropped".to_owned(),
        uses => format!("dropped, and on {}", count(uses - 1, "other line")),
    };
    let alone = used
        .uses
        .iter()
        .any(|&(place, _)| used.file.rules()[place].owners().len() == 1);
    let left = match alone {
        true => ", and nobody else stands on its line",
        false => "",
    };
    let message = format!("the forge drops `{text}`: {why}{left}");
    let colleagues = used.file.rules()[used.uses[0].0].owners().iter();
    let colleagues = colleagues.filter(|other| other.normalized() != owner.normalized());
    let violation = Violation::new(Location::of(source, owner.span(), label), message);
    let places: Vec<Location> = std::iter::once(violation.primary.clone())
        .chain(others)
        .collect();
    violation
        .places(places)
        .owners(colleagues.map(|other| other.text().to_owned()))
        .help(format!(
            "{help} (the forge says of line {}: {})",
            error.line,
            error.kind.to_lowercase()
        ))
        .key(owner.normalized())
        .into()
}

/// Whether only its own members can see it.
fn kept_secret(kind: OwnerKind, owner: &str, view: &View<'_>) -> bool {
    let party = name_of(kind, owner).and_then(|name| view.directory.party(&name));
    match party {
        Some(Party::Team(team)) => view.directory.teams()[team]
            .said
            .iter()
            .any(|team| team.is_secret),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn the_forge_decides_line_by_line() {
        let text = "/a @acme/web @ann\n/b @ann\n/c @acme/webs\n";
        let repository = MiniRepository::owned(text, ["a", "b", "c"]);
        let repository = repository.forge("line 1: Unknown owner @ann\nline 2: Unknown owner @ann\nline 3: Invalid owner @acme/webs\n");
        expect![[r#"
            fail CODEOWNERS:1:14 the forge drops `@ann`: it cannot write, or does not exist, and nobody else stands on its line
              at CODEOWNERS:1:14 dropped, and on 1 other line
              at CODEOWNERS:2:4 named here too
              help: give it write access to the repository, or name another owner (the forge says of line 1: unknown owner)
        "#]].assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn a_team_of_another_organization_is_told_as_such() {
        let repository = MiniRepository::owned("* @other/team @ann", ["a"]);
        let repository = repository.forge("line 1: Unknown owner @other/team\n");
        expect![[r#"
            fail CODEOWNERS:1:3 the forge drops `@other/team`: a repository is given to teams of its own organization alone
              help: name a team of the repository's organization, or people who can write (the forge says of line 1: unknown owner)
        "#]].assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn another_version_of_the_file_says_nothing() {
        let repository = MiniRepository::owned("* @ann", ["a"]);
        assert_eq!(repository.check(&RULE), "skip the forge was not asked\n");
        let repository = repository.forge("line 1: Unknown owner @bob\n");
        assert_eq!(repository.check(&RULE), "pass\n");
    }

    #[test]
    fn an_owner_is_told_of_once() {
        let unknown = &super::super::unknown_owner::RULE;
        let text = "* @acme/core\n/a @acme/core @acme/gone @zoe @guest\n/b @bob\n";
        let repository = MiniRepository::owned(text, ["a", "b"])
            .forge_roster(&["ann", "bob"], &[("acme/core", &["ann"])]);
        let repository = repository.forge(
            "line 2: Unknown owner @acme/gone\nline 2: Unknown owner @zoe\nline 3: Unknown owner @bob\n",
        );
        // A member who cannot write; a team and a person whom neither the roster has nor the forge takes; and a
        // guest, whom the forge takes.
        expect![[r#"
            fail CODEOWNERS:3:4 the forge drops `@bob`: it cannot write, or does not exist, and nobody else stands on its line
              help: give it write access to the repository, or name another owner (the forge says of line 3: unknown owner)
        "#]].assert_eq(&repository.check(&RULE));
        expect![[r#"
            fail CODEOWNERS:2:15 `@acme/gone` is not in `github.com/acme`, and the forge drops it from the ownership file
              help: did you mean `@acme/core`? Else name who answers now
            fail CODEOWNERS:2:26 `@zoe` is not in `github.com/acme`, and the forge drops it from the ownership file
              help: name who answers now, or let them join the organization
        "#]].assert_eq(&repository.check(unknown));
    }
}
