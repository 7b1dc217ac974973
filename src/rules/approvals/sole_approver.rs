//! `approvals/sole-approver`

use crate::policy::{NoOptions, Settings};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{count, list};

declare_rule! {
    /// ## What it checks
    ///
    /// What a line of the ownership file decides over can be approved by more than one person. Who is in
    /// a team is known where a roster is complete for its organization; a line whose only owner is one
    /// person speaks for itself. Nobody approves a change of their own, so that what one person alone
    /// can approve cannot be changed by that person at all. Lines that decide over no file are passed
    /// over. The rule applies where an organization is at work: where some line names a team, or a
    /// roster exists.
    ///
    /// ## Why it matters
    ///
    /// Work waits for that one person, through every holiday and every illness. Teams found themselves
    /// blocked for months.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /schema/ @ann
    /// -- main.rs --
    /// -- schema/tables.sql --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /schema/ @ann @ben
    /// -- main.rs --
    /// -- schema/tables.sql --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The ownership file; a roster that is complete, to look into teams.
    id: "approvals/sole-approver",
    summary: "one person alone can approve what a line decides over",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, OwnershipFile, Members],
    options: NoOptions,
    check: OwnershipRule(check),
    places: [Edits("lines that one person alone can approve")],
}

/// How many services are named.
const MOST_NAMED: usize = 3;

fn check(line: RuleLine<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let rule = line.rule();
    let files = view.ownership.decided(line.place);
    if !view.organization_mode || rule.owners().is_empty() || files == 0 {
        return Verdict::NotApplicable;
    }
    let Some(approval) = view.graph.approval(view.place, line.place) else {
        return Verdict::NotApplicable;
    };
    let is_known = approval.complete && approval.unreadable == 0;
    let mut people = approval.people.iter();
    let (true, Some(person), None) = (is_known, people.next(), people.next()) else {
        // Of teams that nobody lists completely nothing is said: that is so in most repositories.
        return Verdict::Pass;
    };
    let person = view.graph.actor_label(person);
    let services = view.graph.decided_services(view.place, line.place);
    let named = services.iter().take(MOST_NAMED);
    let named = named.map(|&id| format!("`{}`", view.graph.service(id).service.name));
    let named: Vec<String> = named.collect();
    let of = match named.is_empty() {
        true => String::new(),
        false => format!(" of {}", list(&named, services.len() - named.len())),
    };
    let files = count(files, "file");
    let single = rule.owners().len() == 1 && rule.owners()[0].normalized() == person.to_lowercase();
    let help = match single {
        true => "name a second person, or the team that they are in",
        false => "name another team, or let somebody else join this one",
    };
    Violation::new(
        line.line("nobody else can approve"),
        format!("only `{person}` can approve changes to {files}{of}"),
    )
    .owners(rule.owner_names())
    .help(help)
    .key(rule.pattern_text().into_owned())
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const TEXT: &str = "* @acme/core\n/a @ann\n/b @acme/one\n/c @acme/one @ann\n/d @acme/one @bob\n/e @acme/none\n/f\n/unused @ann\n/g ann@acme.test\n";
    const PATHS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "x"];

    #[test]
    fn people_are_counted_through_complete_rosters() {
        let repository = MiniRepository::owned(TEXT, PATHS).roster(
            &["acme"],
            &[("acme/core", &["ann", "bob"]), ("acme/one", &["ann"])],
        );
        expect![[r#"
            fail CODEOWNERS:2:1 only `@ann` can approve changes to 1 file
              help: name a second person, or the team that they are in
            fail CODEOWNERS:3:1 only `@ann` can approve changes to 1 file
              help: name another team, or let somebody else join this one
            fail CODEOWNERS:4:1 only `@ann` can approve changes to 1 file
              help: name another team, or let somebody else join this one
            fail CODEOWNERS:9:1 only `ann@acme.test` can approve changes to 1 file
              help: name a second person, or the team that they are in
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn without_a_complete_roster_only_single_people_count() {
        let repository = MiniRepository::owned(TEXT, PATHS).roster(&[], &[("acme/one", &["ann"])]);
        let found = repository.check(&RULE);
        assert_eq!(found.matches("fail").count(), 2, "{found}");
    }

    #[test]
    fn where_no_organization_is_at_work_one_person_is_all_there_is() {
        let repository = MiniRepository::owned("* @ann", ["a"]);
        assert_eq!(repository.check(&RULE), "not applicable\n");
    }
}
