//! `ownership/contested-path`

use crate::facts::Location;
use crate::graph::ServiceId;
use crate::policy::{NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::{RepoPath, count};

declare_rule! {
    /// ## What it checks
    ///
    /// No two services claim a file by their `paths`. Of folders that lie in each other the nearest wins,
    /// so that `shop/` and `shop/cart/` do not contest what is in the latter; the same folder twice does,
    /// and so does a pattern with wildcards beside any other. Services without `paths` share the folder
    /// that they are declared in. One finding tells of a pair of services, with one of the files.
    ///
    /// ## Why it matters
    ///
    /// Two teams believe that the other one answers, or both that they do; what is counted by service is
    /// counted twice.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [catalog]
    /// files = ["catalog.toml"]
    /// -- catalog.toml --
    /// [[services]]
    /// name = "cart"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// paths = ["cart/", "shared/"]
    ///
    /// [[services]]
    /// name = "search"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// paths = ["search/", "shared/"]
    /// -- cart/main.rs --
    /// -- search/main.rs --
    /// -- shared/log.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [catalog]
    /// files = ["catalog.toml"]
    /// -- catalog.toml --
    /// [[services]]
    /// name = "cart"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// paths = ["cart/"]
    ///
    /// [[services]]
    /// name = "search"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// paths = ["search/"]
    ///
    /// [[services]]
    /// name = "shared"
    /// kind = "library"
    /// owner = "@acme/shop"
    /// paths = ["shared/"]
    /// -- cart/main.rs --
    /// -- search/main.rs --
    /// -- shared/log.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The tracked files and the descriptors of services.
    id: "ownership/contested-path",
    summary: "two services claim the same files",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, Catalog],
    options: NoOptions,
    check: Service(check),
}

/// With so many other services, each shared claim is a violation of its own; the others are one more.
/// A catalog that lets more of them claim one thing has one fault, not hundreds.
const MOST_PAIRS: usize = 20;

/// Each pair is judged at the service that is declared later.
fn check(id: ServiceId, view: &View<'_>, _: &Settings) -> Verdict {
    let entry = view.graph.service(id);
    let Some((home, paths)) = entry.home.zip(entry.service.paths.as_ref()) else {
        return Verdict::NotApplicable;
    };
    let tree = &view.graph.members()[home].repository.tree;
    let mut contested = view.graph.territory(home).contested_by(id);
    let violations = contested.by_ref().take(MOST_PAIRS).map(|contest| {
        let (other, other_path) = contest.earlier;
        let (name, others) = (&entry.service.name, &view.graph.service(other).service);
        let witness = RepoPath::from(tree.path(contest.witness));
        let what = match contest.files {
            1 => format!("`{}`", witness.to_string_lossy()),
            files => count(files, "file"),
        };
        let primary = match paths.get(contest.later.1) {
            Some(said) => view.descriptor_line(id, &said.excerpt, "claimed here"),
            None => view.service_location(id, "claims it"),
        };
        let said = others
            .paths
            .as_ref()
            .and_then(|paths| paths.get(other_path));
        let claimed = match said {
            Some(said) => view.descriptor_line(other, &said.excerpt, "and here"),
            None => view.service_location(other, "claims it too"),
        };
        let message = format!("`{name}` and `{}` both claim {what}", others.name);
        let violation = Violation::new(primary, message).related(claimed);
        let witness = Location::file(witness, "one of the files");
        let mut owners = view.answering(id);
        for owner in view.answering(other) {
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        violation
            .related(view.location_in(home, witness))
            .owners(owners)
            .help("leave each file to one of them; what they share can be a library of its own")
            .key(others.entity.to_string())
    });
    let mut violations: Vec<Violation> = violations.collect();
    let more = contested.count();
    if more > 0 {
        let name = &entry.service.name;
        let others = count(more, "more service");
        let message = format!("`{name}` and {others} claim the same files");
        let rest = Violation::new(view.service_location(id, "claims them"), message);
        let rest = rest.owners(view.answering(id));
        violations.push(
            rest.help("leave each file to one of them")
                .key("more services"),
        );
    }
    violations.into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    /// Services of these names with these paths.
    fn check(services: &[(&str, &str)], files: &[&str]) -> String {
        let services = services.iter().map(|(name, paths)| {
            format!("[[services]]\nname = {name:?}\nowner = \"@{name}\"\npaths = {paths}\n")
        });
        let services: String = services.collect();
        MiniRepository::owned("* @all", files)
            .declare(&services)
            .check(&RULE)
    }

    #[test]
    fn one_finding_a_pair_names_both_paths_and_a_file() {
        let services = [("a", r#"["x/", "shared/"]"#), ("b", r#"["shared/"]"#)];
        expect![[r#"
            fail bailiwick.toml:8:10 `b` and `a` both claim 2 files
              see bailiwick.toml:4:16 and here
              see shared/1 one of the files
              help: leave each file to one of them; what they share can be a library of its own
        "#]]
        .assert_eq(&check(&services, &["shared/1", "shared/2", "x/1"]));
        expect![[r#"
            fail bailiwick.toml:8:10 `b` and `a` both claim `shared/1`
              see bailiwick.toml:4:16 and here
              see shared/1 one of the files
              help: leave each file to one of them; what they share can be a library of its own
        "#]]
        .assert_eq(&check(&services, &["shared/1", "x/1"]));
        assert_eq!(check(&services, &["x/1"]), "pass\n");
    }

    #[test]
    fn three_services_are_three_pairs() {
        let services = ["a", "b", "c"].map(|name| (name, r#"["*"]"#));
        let found = check(&services, &["x"]);
        let pairs: Vec<&str> = found
            .lines()
            .filter_map(|line| line.strip_prefix("fail ")?.split_once(' ').map(|it| it.1))
            .collect();
        expect![[r#"
            [
                "`b` and `a` both claim 2 files",
                "`c` and `a` both claim 2 files",
                "`c` and `b` both claim 2 files",
            ]
        "#]]
        .assert_debug_eq(&pairs);
    }

    #[test]
    fn the_nearest_folder_wins() {
        let files = ["shop/cart/1", "shop/1", "web/shop/1", "web/shop/cart/1"];
        for (a, b, expected) in [
            (r#"["shop/"]"#, r#"["shop/cart/"]"#, "pass"),
            (r#"["/shop/cart"]"#, r#"["/shop"]"#, "pass"),
            (r#"["*"]"#, r#"["shop/cart/"]"#, "pass"),
            (r#"["*"]"#, r#"["/shop/1"]"#, "pass"),
            // Floats, and so is in `web/` and in the root.
            (r#"["web/"]"#, r#"["cart/"]"#, "pass"),
            (r#"["shop/"]"#, r#"["/shop/"]"#, "fail"),
            (r#"["/shop/"]"#, r#"["/shop", "/web"]"#, "fail"),
            // Which of these is nearer cannot be said.
            (r#"["/shop/"]"#, r#"["/*/cart/"]"#, "fail"),
            (r#"["/shop/"]"#, r#"["1"]"#, "pass"),
            (r#"["/shop/"]"#, r#"["?"]"#, "fail"),
        ] {
            let found = check(&[("a", a), ("b", b)], &files);
            assert!(found.starts_with(expected), "{a} {b}: {found}");
        }
    }

    #[test]
    fn services_without_paths_contest_nothing() {
        let text = "-- a/service.toml --\nname = \"a\"\n-- a/b/service.toml --\nname = \"b\"\n";
        let repository = MiniRepository::new(text).declare("");
        assert_eq!(repository.check(&RULE), "not applicable\n");
    }

    #[test]
    fn a_pair_is_told_of_where_the_later_one_is_declared() {
        let org = "[[services]]\nname = \"a\"\nrepository = \"shop\"\npaths = [\"x\"]\n";
        let shop = "[[services]]\nname = \"b\"\npaths = [\"x\"]\n";
        let org = || MiniRepository::new("").named("org").declare(org);
        let shop = || {
            MiniRepository::owned("* @all", ["x"])
                .named("shop")
                .declare(shop)
        };
        assert_eq!(org().beside(shop()).check(&RULE), "pass\n");
        expect![[r#"
            fail bailiwick.toml:3:10 `b` and `a` both claim `x`
              see org/bailiwick.toml:4:10 and here
              see x one of the files
              help: leave each file to one of them; what they share can be a library of its own
        "#]]
        .assert_eq(&shop().behind(org()).check(&RULE));
        expect![[r#"
            fail bailiwick.toml:4:10 `a` and `b` both claim `x`
              see shop/bailiwick.toml:3:10 and here
              see shop/x one of the files
              help: leave each file to one of them; what they share can be a library of its own
        "#]]
        .assert_eq(&org().behind(shop()).check(&RULE));
    }
}
