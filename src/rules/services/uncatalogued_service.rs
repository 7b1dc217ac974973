//! `services/uncatalogued-service`

use crate::facts::{Candidate, Location};
use crate::policy::{NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::{count, list};

declare_rule! {
    /// ## What it checks
    ///
    /// Where a catalog exists, that is, where any service is declared, it has everything that looks
    /// deployable: each folder that is built and that something runs. Compose files and Skaffold say so, and
    /// workloads of a cluster and values of a chart that name the image of a Dockerfile, and what a
    /// platform asks for: `fly.toml`, a `Procfile`, `app.yaml`, `serverless.yml`. One finding tells of all
    /// folders of a repository.
    ///
    /// ## Why it matters
    ///
    /// What the catalog does not have is not checked for an owner, a runbook or anything else, and is
    /// found when it fails.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- cart/service.toml --
    /// name = "cart"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// -- search/Dockerfile --
    /// FROM scratch
    /// -- search/fly.toml --
    /// app = "search"
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- cart/service.toml --
    /// name = "cart"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// -- search/Dockerfile --
    /// FROM scratch
    /// -- search/fly.toml --
    /// app = "search"
    /// -- search/service.toml --
    /// name = "search"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The tracked files and the descriptors of services.
    id: "services/uncatalogued-service",
    summary: "the catalog lacks what looks deployable",
    level: Note, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, Catalog],
    options: NoOptions,
    check: Repository(check),
    places: [Summary],
}

/// How many folders are named.
const MOST_NAMED: usize = 5;

fn check(view: &View<'_>, _: &Settings) -> Verdict {
    if view.graph.services().len() == 0 {
        return Verdict::NotApplicable;
    }
    let candidates = view.repository.catalog.candidates.iter();
    let omitted = candidates.filter(|candidate| !view.graph.is_declared(view.place, candidate));
    let mut omitted: Vec<&Candidate> = omitted.collect();
    omitted.sort_by(|a, b| a.folder.cmp(&b.folder));
    let Some((first, others)) = omitted.split_first() else {
        return Verdict::Pass;
    };
    let named = omitted.iter().take(MOST_NAMED).map(|it| folder(it));
    let named: Vec<String> = named.collect();
    let named = list(&named, omitted.len() - named.len());
    let (message, help) = match others {
        [] => (
            format!("{named} looks like a service, and nothing declares it"),
            "declare it, for example by a `service.toml` in the folder",
        ),
        _ => (
            format!(
                "{} look like services, and nothing declares them: {named}",
                count(omitted.len(), "folder")
            ),
            "declare them, for example by a `service.toml` in each folder",
        ),
    };
    let mut owners: Vec<String> = Vec::new();
    for owner in omitted
        .iter()
        .take(MOST_NAMED)
        .flat_map(|it| view.owners_of_file(&place(it)))
    {
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    let violation = Violation::new(place(first), message);
    let violation = match others {
        [] => Violation {
            related: first.evidence.iter().skip(1).cloned().collect(),
            ..violation
        },
        _ => violation.places(omitted.iter().map(|it| place(it)).collect()),
    };
    violation.owners(owners).help(help).key("").into()
}

/// What says that it is deployable, or else the folder itself.
fn place(candidate: &Candidate) -> Location {
    let folder = || Location::file(candidate.folder.clone(), "looks deployable");
    candidate.evidence.first().cloned().unwrap_or_else(folder)
}

fn folder(candidate: &Candidate) -> String {
    match candidate.folder.is_root() {
        true => "the repository".into(),
        false => format!("`{}/`", candidate.folder.to_string_lossy()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const FILES: [&str; 3] = ["a/Dockerfile", "b/Dockerfile", "c/Dockerfile"];
    const ALL: [(&str, &str); 3] = [("c", FILES[2]), ("a", FILES[0]), ("b", FILES[1])];

    fn check(text: &str, candidates: &[(&str, &str)]) -> String {
        let repository = MiniRepository::owned("* @ann", FILES).declare(text);
        repository.candidates(candidates).check(&RULE)
    }

    #[test]
    fn one_finding_tells_of_all_folders() {
        let other = "[[services]]\nname = \"other\"\n";
        expect![[r#"
            fail c/Dockerfile `c/` looks like a service, and nothing declares it
              help: declare it, for example by a `service.toml` in the folder
        "#]]
        .assert_eq(&check(other, &ALL[..1]));
        expect![[r#"
            fail a/Dockerfile 3 folders look like services, and nothing declares them: `a/`, `b/` and `c/`
              at a/Dockerfile builds it
              at b/Dockerfile builds it
              at c/Dockerfile builds it
              help: declare them, for example by a `service.toml` in each folder
        "#]].assert_eq(&check(other, &ALL));
        expect![[r#"
            fail Dockerfile the repository looks like a service, and nothing declares it
              help: declare it, for example by a `service.toml` in the folder
        "#]]
        .assert_eq(&check(other, &[("", "Dockerfile")]));
        assert_eq!(check(other, &[]), "pass\n");
    }

    #[test]
    fn without_a_catalog_nothing_is_missing_from_it() {
        assert_eq!(check("", &ALL), "not applicable\n");
    }

    #[test]
    fn what_is_declared_in_any_way_is_not_missing() {
        let (a, b) = (
            "[[services]]\nname = \"a\"\n",
            "[[services]]\nname = \"other\"\npaths = [\"b/\"]\n",
        );
        let c = "[services]\nroots = [\"c\"]\n";
        assert_eq!(check(a, &[ALL[1]]), "pass\n");
        assert_eq!(check(b, &[ALL[2]]), "pass\n");
        assert_eq!(check(c, &[ALL[0]]), "pass\n");
        assert!(check(&format!("{a}{b}"), &ALL).starts_with("fail c/Dockerfile `c/` looks"));
    }

    #[test]
    fn a_catalog_of_another_repository_counts() {
        let org = |text: &str| MiniRepository::new("").named("org").declare(text);
        let shop = || {
            MiniRepository::owned("", FILES)
                .named("shop")
                .candidates(&ALL[..1])
        };
        let other = org("[[services]]\nname = \"other\"\n");
        assert!(shop().beside(other).check(&RULE).starts_with("fail"));
        let c = org("[[services]]\nname = \"x\"\nrepository = \"shop\"\npaths = [\"c/\"]\n");
        assert_eq!(shop().beside(c).check(&RULE), "pass\n");
    }
}
