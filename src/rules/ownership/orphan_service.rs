//! `ownership/orphan-service`

use crate::analysis::people::day_of;
use crate::facts::{Format, Gap, GapKind, Location, Name, Service};
use crate::graph::{Break, By, Chain, ServiceId};
use crate::identity::{Party, Standing, name_of};
use crate::policy::{Level, Settings};
use crate::rules::dropped::drops;
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule, meant};
use crate::text::list;

use super::inactive_owner;

crate::options! {
    /// The options of `ownership/orphan-service`.
    pub(crate) struct OrphanService {
        /// After how many days without a commit or a review the owners of a service do not answer for it any more.
        inactive_days("inactive-days"): u32 = crate::analysis::people::SEEN_DAYS,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Somebody answers for every service. The chain starts at the owner that the descriptor names; where
    /// it names none, at the line of the ownership file that decides over most of the service's files,
    /// among the lines that name owners. It breaks where nobody is named, where a roster that is complete
    /// for the organization lacks every owner, or where the team has no people, though a roster says
    /// completely who is in it. Where no roster is complete the chain cannot be verified, and the rule
    /// says that it was skipped.
    ///
    /// Where the forge is asked, an owner whom its list of the organization lacks may work with it from outside.
    /// The chain breaks where the forge drops all such owners from the ownership file.
    ///
    /// Where the history is read, the chain also breaks where none of the people who answer wrote a commit, or
    /// reviewed a pull request, in the last 180 days, in any repository of the run; the number is the one of
    /// Legitify. Reviews are known where the forge is asked. That is at most a warning, since people may work
    /// where it was not looked. It is said only where commits of each of them are known, and where anybody at all
    /// wrote one.
    ///
    /// All components are judged; an interface or a resource is answered for by whoever offers it. That
    /// a library, a template or documentation names no owner is at most a warning.
    ///
    /// ## Why it matters
    ///
    /// When the service fails, nobody is called; when it has to change, nobody can say yes. Services lose
    /// their owners silently, when teams are renamed and reorganized.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// /ledger/
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// kind = "website"
    /// -- web/index.html --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// kind = "website"
    /// owner = "@acme/web"
    /// -- web/index.html --
    /// ```
    ///
    /// ## Options
    ///
    /// - `inactive-days`: after how many days without a commit or a review the owners of a service do not answer
    ///   for it any more. Default: `180`.
    ///
    /// ## Needs
    ///
    /// The descriptors of services and the ownership file; a roster that is complete for an organization,
    /// to know whether an owner is somebody; the history and the forge (`--online`), to know whether they are at
    /// work.
    id: "ownership/orphan-service",
    summary: "nobody answers for a service",
    level: Error, strict: Error,
    status: Stable,
    organizational: true,
    needs: [Tree, Catalog, Past, Members, OwnerErrors, Pulls],
    options: OrphanService,
    check: Service(check),
}

/// How many owners are named.
const MOST_NAMED: usize = 5;

/// What is used by others, who answer for what they make of it.
const LESSER: [&str; 3] = ["documentation", "library", "template"];

/// Whether the rule judges such an entity.
pub(in crate::rules) fn is_about(service: &Service) -> bool {
    service.entity.kind == "component"
}

fn check(id: ServiceId, view: &View<'_>, settings: &Settings) -> Verdict {
    let service = view.graph.service(id).service;
    if !is_about(service) {
        return Verdict::NotApplicable;
    }
    let chain = view.graph.chain(id);
    if let Some((names, roster)) = dropped_owners(id, chain, view) {
        return unknown(id, chain, &names, &roster, true, view).into();
    }
    if let Some(why) = &chain.unverifiable {
        let gap = Gap::new(GapKind::Unverifiable, why.clone());
        return Verdict::Skip(match chain.by {
            By::Nobody => gap,
            _ => gap.remedy("name a roster that is complete: `covers` under `[[rosters]]`"),
        });
    }
    let Some(broken) = &chain.broken else {
        let days = settings.options::<OrphanService>().inactive_days;
        return idle(id, chain, view, days).into();
    };
    let name = &service.name;
    let violation = match broken {
        Break::NoOwner => {
            let lines = unowned_by(id, view);
            let why = if !lines.is_empty() {
                "its descriptor names no owner, and the ownership file leaves its files without one"
            } else if view.graph.files(id).is_empty() {
                "its descriptor names no owner, and it has no files"
            } else if !has_ownership_file(id, view) {
                "its descriptor names no owner, and there is no ownership file"
            } else {
                "its descriptor names no owner, and no line of the ownership file decides over its files"
            };
            let why = match service.format {
                Format::Root => {
                    why.replacen("its descriptor names no owner", "it has no descriptor", 1)
                }
                _ => why.to_owned(),
            };
            let message = format!("nobody answers for `{name}`: {why}");
            let violation = Violation::new(view.service_location(id, "names no owner"), message);
            let violation = Violation {
                related: lines,
                ..violation
            };
            let violation = match LESSER.contains(&service.kind.as_str()) {
                true => violation.at_most(Level::Warning),
                false => violation,
            };
            violation.help(match service.format {
                Format::Native => "name one in its descriptor: `owner = \"@org/team\"`",
                Format::Backstage => "name one in its descriptor, as `spec.owner`",
                Format::Root => "name owners of its folder in the ownership file",
            })
        }
        Break::UnknownOwner(names, roster) => {
            return unknown(id, chain, names, roster, false, view).into();
        }
        Break::EmptyTeam(team) => {
            let message = format!("nobody answers for `{name}`: its owner `{team}` has no people");
            let violation = owner_violation(id, chain, "has no people", message, view);
            Violation {
                related: violation
                    .related
                    .into_iter()
                    .chain(team_of(chain, view))
                    .collect(),
                ..violation
            }
            .help("name who answers now, or say who is in the team")
        }
    };
    let key = match broken {
        Break::EmptyTeam(_) => "empty team",
        _ => "no owner",
    };
    // Whoever answers for the descriptor's file can mend it.
    let owners = view.owners_of_file(&service.location);
    violation.owners(owners).key(key).into()
}

/// What there is to say where a roster lacks every owner; `is_dropped` where that is the forge's, and it drops
/// those from the ownership file who might work with the organization from outside.
fn unknown(
    id: ServiceId,
    chain: &Chain<'_>,
    names: &[String],
    roster: &str,
    is_dropped: bool,
    view: &View<'_>,
) -> Violation {
    let service = view.graph.service(id).service;
    let named = names.iter().take(MOST_NAMED);
    let named: Vec<String> = named.map(|owner| format!("`{owner}`")).collect();
    let named = list(&named, names.len() - named.len());
    let owners = match names.len() {
        1 => format!("its owner {named} is"),
        _ => format!("its owners {named} are"),
    };
    let why = match is_dropped {
        true => "and the forge takes nobody of them from the ownership file",
        false => "which says that it is complete",
    };
    let message = format!(
        "nobody answers for `{}`: {owners} not in `{roster}`, {why}",
        service.name
    );
    let near = names.iter().find_map(|owner| meant::owner(owner, view));
    let help = match near {
        Some(near) => format!("did you mean `{near}`? Else name who answers now"),
        None if is_dropped => "name who answers now, or let them join the organization".into(),
        None => format!("name who answers now, or add them to `{roster}`"),
    };
    // Whoever answers for the descriptor's file can mend it.
    owner_violation(id, chain, "unknown", message, view)
        .help(help)
        .owners(view.owners_of_file(&service.location))
        .key("unknown owner")
}

/// The owners of a service, and the roster that lacks them, where the forge drops all those of whom it could not be
/// known.
fn dropped_owners(
    id: ServiceId,
    chain: &Chain<'_>,
    view: &View<'_>,
) -> Option<(Vec<String>, String)> {
    chain.unverifiable.as_ref()?;
    let home = view.graph.members()[view.graph.service(id).home?].repository;
    let forge = home.forge.as_ref()?.as_deref().ok()?;
    let said = forge.owner_errors.as_ref().ok()?;
    let names: Vec<(String, Name)> = match chain.by {
        By::Descriptor(owner) => vec![(
            view.graph.actor_label(chain.actors.first()?),
            owner.name.clone(),
        )],
        By::OwnershipFile(line) => {
            let rule = &home.ownership_files.in_use.present()?.rules()[line];
            let owners = rule.owners().iter();
            let owners = owners.filter_map(|owner| {
                let name = name_of(owner.kind(), owner.text())?;
                Some((owner.text().to_owned(), name))
            });
            owners.collect()
        }
        By::Nobody => return None,
    };
    let mut roster = None;
    for (text, name) in &names {
        let is_dropped = match view.directory.standing_of_name(name) {
            Standing::Known => false,
            Standing::Unknown(_) => true,
            Standing::Unverifiable(_) => {
                let covering = view.directory.covering(name);
                roster = covering.filter(|roster| roster.leaves_out_guests);
                said.same_file
                    && roster.is_some()
                    && said.errors.iter().any(|error| drops(error, text))
            }
        };
        if !is_dropped {
            return None;
        }
    }
    let names = names.into_iter().map(|(text, _)| text).collect();
    Some((names, roster?.source.clone()))
}

/// What there is to say where nobody who answers is known to be at work.
fn idle(id: ServiceId, chain: &Chain<'_>, view: &View<'_>, days: u32) -> Option<Violation> {
    let measures = view.measures?;
    if chain.actors.is_empty() || !measures.people().is_anybody_active(days) {
        return None;
    }
    let actors = chain.actors.iter();
    let last = actors.map(|actor| inactive_owner::last(actor, measures, view, days).ok());
    let last: Option<Vec<_>> = last.collect();
    let since = day_of(last?.into_iter().max()?);
    let labels = chain.actors.iter().take(MOST_NAMED);
    let labels: Vec<String> = labels
        .map(|actor| format!("`{}`", view.graph.actor_label(actor)))
        .collect();
    let owners = list(&labels, chain.actors.len() - labels.len());
    let name = &view.graph.service(id).service.name;
    let review = inactive_owner::no_review_since(&chain.actors, measures);
    let review = review.map_or(String::new(), |since| {
        format!(", or gave a review since {}", day_of(since))
    });
    let message = format!(
        "nobody answers for `{name}`: nobody of {owners} wrote a commit since {since}{review}"
    );
    let violation = owner_violation(id, chain, "nobody is at work", message, view);
    let file = &view.graph.service(id).service.location;
    Some(
        violation
            .help("name who answers now, or let people join who work on it")
            .owners(view.owners_of_file(file))
            .at_most(Level::Warning)
            .key("idle owners"),
    )
}

/// A violation where the owner is named: in the descriptor, else in the ownership file, of which the
/// service's own place is told first.
fn owner_violation(
    id: ServiceId,
    chain: &Chain<'_>,
    label: &'static str,
    message: String,
    view: &View<'_>,
) -> Violation {
    match chain.by {
        By::Descriptor(owner) => {
            Violation::new(view.descriptor_line(id, &owner.excerpt, label), message)
        }
        By::OwnershipFile(line) => {
            let violation = Violation::new(view.service_location(id, "names no owner"), message);
            let line = line_location(id, line, "decides over most of its files", view);
            line.into_iter().fold(violation, Violation::related)
        }
        By::Nobody => Violation::new(view.service_location(id, label), message),
    }
}

/// A line of the ownership file of the repository that holds a service.
fn line_location(
    id: ServiceId,
    line: usize,
    label: &'static str,
    view: &View<'_>,
) -> Option<Location> {
    let home = view.graph.service(id).home?;
    let files = &view.graph.members()[home].repository.ownership_files;
    let file = files.in_use.present()?;
    let line = RuleLine { file, place: line };
    Some(view.location_in(home, line.line(label)))
}

fn has_ownership_file(id: ServiceId, view: &View<'_>) -> bool {
    let home = view.graph.service(id).home;
    let home = home.map(|home| view.graph.members()[home].repository);
    home.is_some_and(|repository| repository.ownership_files.in_use.present().is_some())
}

/// The lines that decide over files of a service and name no owner.
fn unowned_by(id: ServiceId, view: &View<'_>) -> Vec<Location> {
    let lines = view.graph.deciding_lines(id).iter().copied();
    let lines =
        lines.filter_map(|(line, _)| line_location(id, line, "leaves files without owner", view));
    lines.collect()
}

/// Where the teams of a chain are declared.
fn team_of<'c>(chain: &'c Chain<'_>, view: &'c View<'_>) -> impl Iterator<Item = Location> + 'c {
    let teams = chain.actors.iter().filter_map(|actor| match actor {
        crate::graph::Actor::Party(Party::Team(team)) => Some(*team),
        _ => None,
    });
    teams.map(|team| {
        let location = view.directory.teams()[team].location().clone();
        let location = Location {
            label: "declares the team".into(),
            ..location
        };
        view.location_in(view.graph.home_of_team(team), location)
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::facts::{Gap, GapKind};
    use crate::rules::testing::MiniRepository;

    /// A repository with a ledger that is in `ledger/`, and what its descriptor says beside its name.
    fn ledger(ownership: &str, descriptor: &str) -> MiniRepository {
        let text = format!(
            "-- CODEOWNERS --\n{ownership}\n-- ledger/service.toml --\nname = \"ledger\"\n{descriptor}\n\
             -- ledger/main.rs --\n-- ledger/gen/a.rs --\n-- ledger/gen/b.rs --"
        );
        MiniRepository::new(&text)
    }

    const PEOPLE: &str = r#"
        catalog.complete = true
        [[teams]]
        handle = "@acme/payments"
        members = ["@ann"]
        [[teams]]
        handle = "@acme/empty"
        members = []
        [[teams]]
        handle = "@acme/silent"
        [[teams]]
        handle = "@acme/group"
        members = []
        [[teams]]
        handle = "@acme/part"
        members = ["@bob"]
        parent = "@acme/group"
    "#;

    #[test]
    fn nobody_is_named() {
        let check = |ownership, descriptor| ledger(ownership, descriptor).declare("").check(&RULE);
        expect![[r#"
            fail ledger/service.toml:1:8 nobody answers for `ledger`: its descriptor names no owner, and no line of the ownership file decides over its files
              help: name one in its descriptor: `owner = "@org/team"`
        "#]]
        .assert_eq(&check("/web/ @acme/web", ""));
        expect![[r#"
            fail ledger/service.toml:1:8 nobody answers for `ledger`: its descriptor names no owner, and the ownership file leaves its files without one
              see CODEOWNERS:2:1 leaves files without owner
              help: name one in its descriptor: `owner = "@org/team"`
        "#]]
        .assert_eq(&check("* @acme/web\n/ledger/", ""));
        expect![[r#"
            fail ledger/service.toml:1:8 nobody answers for `ledger`: its descriptor names no owner, and the ownership file leaves its files without one
              see CODEOWNERS:2:1 leaves files without owner
              at most warning
              help: name one in its descriptor: `owner = "@org/team"`
        "#]]
        .assert_eq(&check("* @acme/web\n/ledger/", "kind = \"library\""));
        let bare = MiniRepository::new("-- ledger/service.toml --\nname = \"ledger\"\n");
        expect![[r#"
            fail ledger/service.toml:1:8 nobody answers for `ledger`: its descriptor names no owner, and there is no ownership file
              help: name one in its descriptor: `owner = "@org/team"`
        "#]]
        .assert_eq(&bare.declare("").check(&RULE));
        let declared = MiniRepository::owned("* @acme/web", ["web/a"]);
        let declared = declared.declare("[[services]]\nname = \"ledger\"");
        expect![[r#"
            fail bailiwick.toml:2:8 nobody answers for `ledger`: its descriptor names no owner, and it has no files
              help: name one in its descriptor: `owner = "@org/team"`
        "#]]
        .assert_eq(&declared.check(&RULE));
        let root = MiniRepository::owned("/web/ @acme/web", ["ledger/a"]);
        expect![[r#"
            fail ledger/a nobody answers for `ledger`: it has no descriptor, and no line of the ownership file decides over its files
              help: name owners of its folder in the ownership file
        "#]]
        .assert_eq(&root.declare("[services]\nroots = [\"ledger\"]").check(&RULE));
    }

    #[test]
    fn files_that_are_unowned_on_purpose_do_not_outvote_a_line_with_owners() {
        let repository = ledger("/ledger/ @acme/payments\n/ledger/gen/", "").declare(PEOPLE);
        assert_eq!(repository.check(&RULE), "pass\n");
    }

    #[test]
    fn an_owner_whom_a_complete_roster_lacks() {
        let owner = r#"owner = "@acme/gone""#;
        expect![[r#"
            fail ledger/service.toml:2:9 nobody answers for `ledger`: its owner `@acme/gone` is not in `bailiwick.toml`, which says that it is complete
              help: name who answers now, or add them to `bailiwick.toml`
        "#]]
        .assert_eq(&ledger("* @acme/payments", owner).declare(PEOPLE).check(&RULE));
        expect![[r#"
            fail ledger/service.toml:1:8 nobody answers for `ledger`: its owners `@acme/gone` and `@acme/lost` are not in `bailiwick.toml`, which says that it is complete
              see CODEOWNERS:1:1 decides over most of its files
              help: name who answers now, or add them to `bailiwick.toml`
        "#]]
        .assert_eq(&ledger("* @acme/gone @acme/lost", "").declare(PEOPLE).check(&RULE));
        // One owner of several is enough.
        let repository = ledger("* @acme/gone @acme/payments", "").declare(PEOPLE);
        assert_eq!(repository.check(&RULE), "pass\n");
    }

    #[test]
    fn a_team_without_people() {
        let owned_by = |team: &str| ledger("", &format!("owner = {team:?}"));
        expect![[r#"
            fail ledger/service.toml:2:9 nobody answers for `ledger`: its owner `@acme/empty` has no people
              see bailiwick.toml:7:18 declares the team
              help: name who answers now, or say who is in the team
        "#]]
        .assert_eq(&owned_by("@acme/empty").declare(PEOPLE).check(&RULE));
        expect![[r#"
            skip no roster says completely who is in `@acme/silent`
        "#]]
        .assert_eq(&owned_by("@acme/silent").declare(PEOPLE).check(&RULE));
        assert_eq!(
            owned_by("@acme/group").declare(PEOPLE).check(&RULE),
            "pass\n"
        );
        // The same roster, which does not say that it is complete.
        let partial = PEOPLE.replace("catalog.complete = true", "");
        let repository = owned_by("@acme/empty").declare(&partial);
        assert_eq!(
            repository.check(&RULE),
            "skip no roster says completely who is in `@acme/empty`\n"
        );
    }

    #[test]
    fn nobody_who_answers_is_at_work() {
        let people = format!(
            "{PEOPLE}\n[[people]]\nlogin = \"@ann\"\nemails = [\"ann@acme.test\"]\n\
             [[people]]\nlogin = \"@bob\"\nemails = [\"bob@acme.test\"]\n\
             [[teams]]\nhandle = \"@acme/both\"\nmembers = [\"@ann\", \"@bob\"]\n"
        );
        let check = |owner: &str, history: &str| {
            let text = format!(
                "-- (history) --\n{history}\n-- ledger/service.toml --\nname = \"ledger\"\n\
                 owner = {owner:?}\n-- ledger/a --"
            );
            MiniRepository::new(&text).declare(&people).check(&RULE)
        };
        let history = "2025-02-03 ann: a\n2025-06-03 bob: a\n2026-01-05 zoe: a";
        expect![[r#"
            fail ledger/service.toml:2:9 nobody answers for `ledger`: nobody of `@acme/both` wrote a commit since 2025-06-03
              at most warning
              help: name who answers now, or let people join who work on it
        "#]]
        .assert_eq(&check("@acme/both", history));
        expect![[r#"
            fail ledger/service.toml:2:9 nobody answers for `ledger`: nobody of `@acme/payments` wrote a commit since 2025-02-03
              at most warning
              help: name who answers now, or let people join who work on it
        "#]]
        .assert_eq(&check("@acme/payments", history));
        // One of several is enough; who is not seen may be at work; where nobody is, nothing follows.
        let active = format!("{history}\n2026-01-06 bob: a");
        assert_eq!(check("@acme/both", &active), "pass\n");
        assert_eq!(
            check("@acme/both", "2025-02-03 ann: a\n2026-01-05 zoe: a"),
            "pass\n"
        );
        assert_eq!(check("@acme/payments", "2025-02-03 ann: a"), "pass\n");
    }

    #[test]
    fn what_cannot_be_known_is_skipped() {
        let owner = r#"owner = "@acme/gone""#;
        let repository = ledger("* @acme/gone", owner).declare("");
        assert_eq!(repository.check(&RULE), "skip no roster covers `@acme`\n");
        let gap = Gap::new(GapKind::Sparse, "outside of the sparse checkout");
        let repository = ledger("* @acme/gone", "").unreadable(gap).declare("");
        assert_eq!(
            repository.check(&RULE),
            "skip outside of the sparse checkout\n"
        );
        let elsewhere = ledger("* @acme/gone", "repository = \"other\"").declare("");
        assert_eq!(
            elsewhere.check(&RULE),
            "skip the repository that holds its files was not read\n"
        );
        let other = MiniRepository::owned("* @acme/payments", ["a"]).named("other");
        let text = "[[services]]\nname = \"a\"\nrepository = \"other\"\npaths = [\"a\"]\n";
        let both = MiniRepository::new("")
            .declare(&format!("{PEOPLE}{text}"))
            .beside(other);
        assert_eq!(both.check(&RULE), "pass\n");
    }

    #[test]
    fn lines_of_another_repository_are_told_from_those_of_this_one() {
        let other = MiniRepository::owned("* @acme/gone", ["a"]).named("other");
        let text = "[[services]]\nname = \"a\"\nrepository = \"other\"\npaths = [\"a\"]\n";
        let both = MiniRepository::new("")
            .declare(&format!("{PEOPLE}{text}"))
            .beside(other);
        expect![[r#"
            fail bailiwick.toml:19:8 nobody answers for `a`: its owner `@acme/gone` is not in `bailiwick.toml`, which says that it is complete
              see other/CODEOWNERS:1:1 decides over most of its files
              help: name who answers now, or add them to `bailiwick.toml`
        "#]]
        .assert_eq(&both.check(&RULE));
    }

    #[test]
    fn whoever_is_no_member_may_help_from_outside() {
        let of = |ownership: &str, forge: &str| {
            let repository = ledger(ownership, "").declare("");
            let repository = repository.forge_roster(&["ann"], &[("acme/core", &["ann"])]);
            repository.forge(forge).check(&RULE)
        };
        assert_eq!(
            of("* @zoe", "line 1: fine"),
            "skip github.com/acme lacks them, but does not say who works with it from outside\n"
        );
        expect![[r#"
            fail ledger/service.toml:1:8 nobody answers for `ledger`: its owner `@zoe` is not in `github.com/acme`, and the forge takes nobody of them from the ownership file
              see CODEOWNERS:1:1 decides over most of its files
              help: name who answers now, or let them join the organization
        "#]]
        .assert_eq(&of("* @zoe", "line 1: Unknown owner @zoe"));
        // One who may be somebody is enough.
        let found = of("* @zoe @eve", "line 1: Unknown owner @zoe");
        assert!(found.starts_with("skip"), "{found}");
        assert_eq!(of("* @zoe @ann", "line 1: Unknown owner @zoe"), "pass\n");
        let found = of("* @acme/gone @zoe", "line 1: Unknown owner @zoe");
        assert!(
            found.contains("its owners `@acme/gone` and `@zoe` are not in"),
            "{found}"
        );
        let found = of("* @acme/gone", "line 1: Unknown owner @acme/gone");
        assert!(found.contains("which says that it is complete"), "{found}");
    }

    #[test]
    fn whoever_reviews_answers() {
        let people = "[[people]]\nlogin = \"@ann\"\nemails = [\"ann@acme.test\"]\n\
            [[teams]]\nhandle = \"@acme/payments\"\nmembers = [\"@ann\"]\n[catalog]\ncomplete = true\n";
        let check = |day: &str| {
            let text = "-- (history) --\n2025-02-03 ann: a\n2026-01-05 zoe: a\n\
                -- ledger/service.toml --\nname = \"ledger\"\nowner = \"@acme/payments\"\n-- ledger/a --";
            let forge = format!("pull 7 by zoe on {day}: a\napproved by ann on {day}\n");
            let repository = MiniRepository::new(text).declare(people).forge(&forge);
            repository.check(&RULE)
        };
        assert_eq!(check("2025-07-20"), "pass\n");
        expect![[r#"
            fail ledger/service.toml:2:9 nobody answers for `ledger`: nobody of `@acme/payments` wrote a commit since 2025-02-03, or gave a review since 2025-07-19
              at most warning
              help: name who answers now, or let people join who work on it
        "#]]
        .assert_eq(&check("2025-07-18"));
    }
}
