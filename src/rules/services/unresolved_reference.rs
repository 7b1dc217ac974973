//! `services/unresolved-reference`

use crate::facts::{Gap, GapKind, Label, Location, Reference, System};
use crate::graph::{ServiceId, Unresolved};
use crate::identity::Standing;
use crate::policy::{Level, NoOptions, Settings};
use crate::rules::ownership::orphan_service;
use crate::rules::{Entity, Verdict, View, Violation, declare_rule, meant};
use crate::text::number;

declare_rule! {
    /// ## What it checks
    ///
    /// Whatever a descriptor names is there: the owner of a service, system or domain in a roster that is
    /// complete for its organization or namespace, and what a service depends on, is a part of, offers or
    /// uses in the catalog, where that is complete (`[catalog] complete = true`). Elsewhere it may be in a repository that was not read, so
    /// that the rule says that it was skipped. A name that several repositories declare is a warning at
    /// most, unless the service's own repository is one of them, which then is meant.
    ///
    /// That nobody answers for a service because its owner is unknown is told by `ownership/orphan-service`
    /// alone, where that is on.
    ///
    /// ## Why it matters
    ///
    /// A misspelt dependency is a dependency that nobody sees: neither who plans an outage, nor a check of
    /// tiers and circles.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [catalog]
    /// files = ["catalog.toml"]
    /// complete = true
    /// -- catalog.toml --
    /// [[services]]
    /// name = "cart"
    /// kind = "website"
    /// owner = "@ann"
    /// depends-on = ["price"]
    ///
    /// [[services]]
    /// name = "prices"
    /// kind = "website"
    /// owner = "@ann"
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [catalog]
    /// files = ["catalog.toml"]
    /// complete = true
    /// -- catalog.toml --
    /// [[services]]
    /// name = "cart"
    /// kind = "website"
    /// owner = "@ann"
    /// depends-on = ["prices"]
    ///
    /// [[services]]
    /// name = "prices"
    /// kind = "website"
    /// owner = "@ann"
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The descriptors of services and systems; a catalog that is complete, or for owners a roster that is.
    id: "services/unresolved-reference",
    summary: "a descriptor names what is not there",
    level: Error, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Catalog],
    options: NoOptions,
    check: Entity(check),
}

/// The kinds of entities that a catalog is read for. What else a reference may name is not known.
const KINDS: [&str; 5] = ["api", "component", "domain", "resource", "system"];

fn check(entity: Entity, view: &View<'_>, _: &Settings) -> Verdict {
    match entity {
        Entity::Service(id) => service(id, view),
        Entity::System(place) => system(view.graph.systems()[place].1, view),
    }
}

/// The owner of a system or domain.
fn system(system: &System, view: &View<'_>) -> Verdict {
    let Some(owner) = &system.owner else {
        return Verdict::NotApplicable;
    };
    let name = format!("the {} `{}`", system.entity.kind, system.name);
    match missing_owner(owner, &name, view) {
        Err(gap) => Verdict::Skip(gap),
        Ok(None) => Verdict::Pass,
        Ok(Some((message, help))) => {
            let primary = Location {
                excerpt: Some(owner.excerpt.clone()),
                label: Label::default(),
                ..system.location.clone()
            };
            Violation::new(primary, message)
                .owners(view.owners_of_file(&system.location))
                .help(help)
                .into()
        }
    }
}

/// What is wrong with an owner, and what to do; a gap where that cannot be known.
fn missing_owner(
    owner: &Reference,
    of: &str,
    view: &View<'_>,
) -> Result<Option<(String, String)>, Gap> {
    match view.directory.standing_of_name(&owner.name) {
        Standing::Known => Ok(None),
        Standing::Unknown(roster) => {
            let message = format!(
                "the owner `{}` of {of} is not in `{roster}`, which says that it is complete",
                owner.text
            );
            let help = match meant::owner(&owner.text, view) {
                Some(near) => format!("did you mean `{near}`? Else name who answers now"),
                None => format!("name who answers now, or add them to `{roster}`"),
            };
            Ok(Some((message, help)))
        }
        Standing::Unverifiable(why) => {
            let remedy = "name a roster that is complete: `covers` under `[[rosters]]`";
            Err(Gap::new(GapKind::Unverifiable, why).remedy(remedy))
        }
    }
}

fn service(id: ServiceId, view: &View<'_>) -> Verdict {
    let service = view.graph.service(id).service;
    let mut violations = Vec::new();
    let mut gaps: Vec<Gap> = Vec::new();
    let is_told = orphan_service::is_about(service) && view.is_enabled("ownership/orphan-service");
    if let Some(owner) = service.owner.as_ref().filter(|_| !is_told) {
        match missing_owner(owner, &format!("`{}`", service.name), view) {
            Ok(missing) => violations.extend(
                missing.map(|(message, help)| violation(id, owner, message, view).help(help)),
            ),
            Err(gap) => gaps.push(gap),
        }
    }
    let mut suggestions = meant::entities(view);
    for unresolved in view.graph.unresolved(id) {
        let &Unresolved { said, what, found } = unresolved;
        let Some(entity) = said.name.entity() else {
            continue;
        };
        if found > 1 {
            let message = format!(
                "the {what} `{}` of `{}` is declared {} times",
                said.text,
                service.name,
                number(found)
            );
            let others = view.graph.services_of(entity).iter().take(2);
            let others = others.map(|&other| view.service_location(other, "one of them"));
            let violation = others.fold(violation(id, said, message, view), Violation::related);
            let help =
                "give each a name, or a namespace, of its own, and name the one that is meant";
            violations.push(violation.help(help).at_most(Level::Warning));
        } else if !KINDS.contains(&entity.kind.as_str()) {
            let why = format!("entities of the kind `{}` are not read", entity.kind);
            gaps.push(Gap::new(GapKind::Unverifiable, why));
        } else if !view.catalog_is_complete() {
            let why = "nothing says that the catalog is complete";
            let remedy = "say `complete = true` under `[catalog]` where everything is declared";
            gaps.push(Gap::new(GapKind::Unverifiable, why).remedy(remedy));
        } else {
            let message = format!(
                "the {what} `{}` of `{}` names nothing that is declared",
                said.text, service.name
            );
            let near = match suggestions.checked_sub(1) {
                Some(left) => {
                    suggestions = left;
                    meant::entity(entity, view)
                }
                None => None,
            };
            violations.push(violation(id, said, message, view).help(match near {
                Some(near) => format!("did you mean `{near}`? Else declare it"),
                None => "declare it, or name the one that is meant".into(),
            }));
        }
    }
    match (violations.is_empty(), gaps.into_iter().next()) {
        (true, Some(gap)) => Verdict::Skip(gap),
        _ => violations.into(),
    }
}

fn violation(id: ServiceId, said: &Reference, message: String, view: &View<'_>) -> Violation {
    let primary = view.descriptor_line(id, &said.excerpt, "");
    Violation::new(primary, message).owners(view.answering(id))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const SERVICES: &str = "[[services]]\nname = \"cart\"\nsystem = \"shop\"\n\
        depends-on = [\"prices\", \"price\", \"resource:prices\", \"environment:live\"]\n\
        consumes = [\"orders\"]\n[[services]]\nname = \"prices\"\n";

    #[test]
    fn names_of_nothing_where_the_catalog_is_complete() {
        let complete = format!("catalog.complete = true\n{SERVICES}");
        let check = |text: &str| MiniRepository::new("").declare(text).check(&RULE);
        expect![[r#"
            fail bailiwick.toml:5:25 the dependency `price` of `cart` names nothing that is declared
              help: did you mean `prices`? Else declare it
            fail bailiwick.toml:5:34 the dependency `resource:prices` of `cart` names nothing that is declared
              help: did you mean `component:default/prices`? Else declare it
            fail bailiwick.toml:6:13 the API `orders` of `cart` names nothing that is declared
              help: declare it, or name the one that is meant
            fail bailiwick.toml:4:10 the system `shop` of `cart` names nothing that is declared
              help: declare it, or name the one that is meant
        "#]].assert_eq(&check(&complete));
        expect![[r#"
            skip nothing says that the catalog is complete
        "#]]
        .assert_eq(&check(SERVICES));
        assert_eq!(
            check("[[services]]\nname = \"a\"\ndepends-on = [\"a\"]\n"),
            "pass\n"
        );
    }

    #[test]
    fn what_another_repository_declares_is_there() {
        let text = "catalog.complete = true\n[[services]]\nname = \"a\"\ndepends-on = [\"b\"]\n";
        let other = || MiniRepository::new("").declare("[[services]]\nname = \"b\"\n");
        let one = || MiniRepository::new("").declare(text);
        assert!(one().check(&RULE).starts_with("fail"));
        assert_eq!(one().beside(other()).check(&RULE), "pass\n");
        // Which of two is meant is a question, unless one of them is here.
        let two = one().beside(other().named("x")).beside(other().named("y"));
        expect![[r#"
            fail bailiwick.toml:4:15 the dependency `b` of `a` is declared 2 times
              see x/bailiwick.toml:2:8 one of them
              see y/bailiwick.toml:2:8 one of them
              at most warning
              help: give each a name, or a namespace, of its own, and name the one that is meant
        "#]]
        .assert_eq(&two.check(&RULE));
        let own = format!("{text}[[services]]\nname = \"b\"\n");
        let own = MiniRepository::new("").declare(&own);
        let own = own.behind(other()).beside(other());
        assert_eq!(own.check(&RULE), "pass\n");
    }

    #[test]
    fn two_descriptors_of_one_service_are_one() {
        // The folder is a service by the policy, and a file of the policy declares the same.
        let text = "services.roots = [\"b\"]\ncatalog.complete = true\n";
        let files = "-- a/service.toml --\nname = \"a\"\ndepends-on = [\"b\"]\n-- b/main.rs --\n\
            -- c/service.toml --\nname = \"b\"\n";
        let repository = MiniRepository::new(files).declare(text);
        assert_eq!(repository.check(&RULE), "pass\n");
    }

    #[test]
    fn an_owner_whom_a_complete_roster_lacks() {
        let service = |owner: &str| format!("[[services]]\nname = \"a\"\nowner = {owner:?}\n");
        let teams: &[(&str, &[&str])] = &[("acme/payments", &["ann"])];
        let check = |owner: &str| {
            let repository = MiniRepository::new("").declare(&service(owner));
            repository.roster(&["acme"], teams)
        };
        expect![[r#"
            fail bailiwick.toml:3:9 the owner `@acme/payment` of `a` is not in `people.toml`, which says that it is complete
              help: did you mean `@acme/payments`? Else name who answers now
        "#]].assert_eq(&check("@acme/payment").check(&RULE));
        expect![[r#"
            fail bailiwick.toml:3:9 the owner `@acme/web` of `a` is not in `people.toml`, which says that it is complete
              help: name who answers now, or add them to `people.toml`
        "#]].assert_eq(&check("@acme/web").check(&RULE));
        assert_eq!(check("@acme/payments").check(&RULE), "pass\n");
        assert_eq!(check("@ann").check(&RULE), "pass\n");
        assert_eq!(
            check("@other/web").check(&RULE),
            "skip no roster covers `@other`\n"
        );
        // One rule tells of it.
        let both = check("@acme/web").enabled("ownership/orphan-service");
        assert_eq!(both.check(&RULE), "pass\n");
    }
}
