//! `services/invalid-descriptor`

use crate::facts::Fault;
use crate::policy::{NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// A descriptor says nothing that its own format rejects, and descriptors of one repository nothing
    /// that contradicts: no entity is declared twice in one format, none depends on itself or is a part of
    /// itself, and no team is a part of itself by way of others. The same name in two repositories is no
    /// fault; whoever means one of them has to say which (`services/unresolved-reference`).
    ///
    /// ## Why it matters
    ///
    /// A catalog leaves out what it cannot read, often without telling anybody: the service is gone from
    /// every page and every check, and nobody misses it.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/payments
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// kind = "website"
    /// ownr = "@acme/payments"
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/payments
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// kind = "website"
    /// owner = "@acme/payments"
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The descriptors of services, teams and people.
    id: "services/invalid-descriptor",
    summary: "a descriptor says what its format rejects, or contradicts another one",
    level: Error, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Catalog],
    options: NoOptions,
    check: Descriptor(check),
}

fn check(fault: &Fault, view: &View<'_>, _: &Settings) -> Verdict {
    let violation = Violation::new(fault.location.clone(), fault.message.clone());
    let violation = violation
        .owners(view.owners_of_file(&fault.location))
        .key(fault.message.clone());
    Verdict::from(match &fault.help {
        Some(help) => violation.help(help.clone()),
        None => violation,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn what_a_format_rejects_is_told_at_its_place() {
        let text = "-- a/service.toml --\nname = \"a\"\ntier = 0\nowns = 1\n-- b/service.toml --\nname = \"b\"\n";
        expect![[r#"
            fail a/service.toml:2:8 expected a tier from 1, the most critical, to 9, found a number
            fail a/service.toml:3:1 unknown key `owns`
              help: known: `name`, `kind`, `tier`, `lifecycle`, `owner`, `system`, `depends-on`, `provides`, `consumes`, `links`, `runbook`, `dashboard`, `on-call`, `tags`, `annotations`, `repository`, `paths`, `title`
        "#]].assert_eq(&MiniRepository::new(text).declare("").check(&RULE));
    }

    #[test]
    fn an_entity_is_declared_once() {
        let text = "-- a/service.toml --\nname = \"a\"\n-- b/service.toml --\nname = \"A\"\n";
        let repository = MiniRepository::new(text).declare("[[services]]\nname = \"a\"\n");
        expect![[r#"
            fail a/service.toml:1:8 `component:default/a` is declared twice
              help: it is declared in `bailiwick.toml` on line 2 already: rename one of them
            fail b/service.toml:1:8 `component:default/a` is declared twice
              help: it is declared in `bailiwick.toml` on line 2 already: rename one of them
        "#]]
        .assert_eq(&repository.check(&RULE));
        let one = || MiniRepository::new("").declare("[[services]]\nname = \"a\"\n");
        assert_eq!(one().beside(one()).check(&RULE), "not applicable\n");
        // Folders that are services by the policy alone have no name of their own to change.
        let roots = MiniRepository::owned("", ["a/web/1", "b/web/1"]);
        let roots = roots.declare("services.roots = [\"*/web\"]");
        assert_eq!(roots.check(&RULE), "not applicable\n");
    }

    #[test]
    fn nothing_depends_on_itself() {
        let text = "[[services]]\nname = \"a\"\ndepends-on = [\"b\", \"component:default/A\"]\n\
            [[services]]\nname = \"b\"\ndepends-on = [\"a\", \"resource:a\"]\n\
            [[services]]\nname = \"c\"\nsystem = \"c\"\n[[services]]\nname = \"d\"\nsystem = \"component:d\"\n";
        expect![[r#"
            fail bailiwick.toml:3:20 `a` depends on itself
              help: take it out, or name the other one that is meant
            fail bailiwick.toml:12:10 `d` is a part of itself
              help: take it out, or name the other one that is meant
        "#]]
        .assert_eq(&MiniRepository::new("").declare(text).check(&RULE));
    }

    #[test]
    fn no_team_is_a_part_of_itself() {
        let team = |name: &str, parent: &str| {
            format!("[[teams]]\nhandle = \"@acme/{name}\"\nparent = \"@acme/{parent}\"\n")
        };
        let teams = [
            ("a", "b"),
            ("b", "c"),
            ("c", "b"),
            ("d", "d"),
            ("e", "f"),
            ("f", "gone"),
        ];
        let text = teams.map(|(name, parent)| team(name, parent)).concat();
        expect![[r#"
            fail bailiwick.toml:6:10 `@acme/b` is a part of itself, by way of `@acme/c`
              help: one team is the outermost: take its parent out
            fail bailiwick.toml:12:10 `@acme/d` is a part of itself
              help: one team is the outermost: take its parent out
        "#]]
        .assert_eq(&MiniRepository::new("").declare(&text).check(&RULE));
        // A circle across two repositories is told of in one of them.
        let (a, b) = (team("a", "b"), team("b", "a"));
        let one = |text: &str| MiniRepository::new("").declare(text);
        let found = [one(&a).beside(one(&b)), one(&b).beside(one(&a))].map(|it| it.check(&RULE));
        assert!(
            found[0].contains("`@acme/a` is a part of itself, by way of `@acme/b`"),
            "{found:?}"
        );
        assert_eq!(found[1], "not applicable\n");
    }
}
