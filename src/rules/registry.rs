//! The one list of all rules, and of those that were.

use std::sync::LazyLock;

use super::{
    Rule, approvals, architecture, codeowners, debt, delivery, documentation, ownership, policy,
    runbooks, services, teams,
};
use crate::policy::{Retired, RuleSpec, Rulebook};

/// All rules, sorted by id. A rule that is not here does not exist.
static RULES: &[&Rule] = &[
    &approvals::bottleneck::RULE,
    &approvals::fan_out::RULE,
    &approvals::gatekeeper::RULE,
    &approvals::required_chain::RULE,
    &approvals::saturated::RULE,
    &approvals::slow_review::RULE,
    &approvals::sole_approver::RULE,
    &architecture::coupled_services::RULE,
    &architecture::premature_microservice::RULE,
    &architecture::single_point_of_failure::RULE,
    &codeowners::ambiguous_pattern::RULE,
    &codeowners::crowded_line::RULE,
    &codeowners::dead_pattern::RULE,
    &codeowners::duplicate_pattern::RULE,
    &codeowners::ignored_file::RULE,
    &codeowners::invalid_line::RULE,
    &codeowners::misread_line::RULE,
    &codeowners::missing_file::RULE,
    &codeowners::oversized_file::RULE,
    &codeowners::shadowed_pattern::RULE,
    &codeowners::shallow_pattern::RULE,
    &codeowners::unenforced_file::RULE,
    &codeowners::unguarded_file::RULE,
    &debt::aged_marker::RULE,
    &debt::closed_issue_marker::RULE,
    &debt::expired_marker::RULE,
    &debt::growing_debt::RULE,
    &debt::ownerless_marker::RULE,
    &debt::unexplained_suppression::RULE,
    &debt::unknown_marker_owner::RULE,
    &debt::untracked_marker::RULE,
    &delivery::failing_changes::RULE,
    &delivery::infrequent_deployment::RULE,
    &delivery::slow_lead_time::RULE,
    &delivery::slow_recovery::RULE,
    &documentation::broken_link::RULE,
    &documentation::missing_readme::RULE,
    &ownership::contested_path::RULE,
    &ownership::fallback_owner::RULE,
    &ownership::inactive_owner::RULE,
    &ownership::knowledge_loss::RULE,
    &ownership::knowledge_mismatch::RULE,
    &ownership::low_truck_factor::RULE,
    &ownership::orphan_service::RULE,
    &ownership::owner_mismatch::RULE,
    &ownership::personal_owner::RULE,
    &ownership::powerless_owner::RULE,
    &ownership::unknown_owner::RULE,
    &ownership::unowned_file::RULE,
    &ownership::unowned_journey::RULE,
    &policy::expired_exception::RULE,
    &policy::missing::RULE,
    &policy::overdue_review::RULE,
    &policy::unused_exception::RULE,
    &runbooks::alert_without_runbook::RULE,
    &runbooks::broken_link::RULE,
    &runbooks::incomplete::RULE,
    &runbooks::missing::RULE,
    &runbooks::orphan_runbook::RULE,
    &runbooks::stale::RULE,
    &services::deprecated_dependency::RULE,
    &services::invalid_descriptor::RULE,
    &services::inverted_tier::RULE,
    &services::missing_lifecycle::RULE,
    &services::missing_tier::RULE,
    &services::team_cycle::RULE,
    &services::uncatalogued_service::RULE,
    &services::unresolved_reference::RULE,
    &teams::dependent::RULE,
    &teams::fresh_owners::RULE,
    &teams::incomplete_onboarding::RULE,
    &teams::incongruent::RULE,
    &teams::leaderless::RULE,
    &teams::missing_onboarding::RULE,
    &teams::overloaded::RULE,
    &teams::oversized::RULE,
    &teams::understaffed::RULE,
];

/// All rules, sorted by id.
pub fn all() -> &'static [&'static Rule] {
    RULES
}

/// The rule of this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.spec.id == id)
}

/// Rules that were: the policy reader tells whoever still names one.
pub const RETIRED: Retired = Retired {
    renamed: &[],
    removed: &[],
};

/// What a policy can say of every rule, in the order of their ids.
pub fn specs() -> Vec<&'static RuleSpec> {
    RULES.iter().map(|rule| &rule.spec).collect()
}

/// All ids, in order.
pub fn ids() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.spec.id).collect()
}

/// The rules that there are and were, by whatever names them.
pub fn rulebook() -> Rulebook<'static> {
    static SPECS: LazyLock<Vec<&'static RuleSpec>> = LazyLock::new(specs);
    Rulebook::new(&SPECS, &RETIRED)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// The headings of a rule's page, in this order.
    const HEADINGS: [&str; 6] = [
        "What it checks",
        "Why it matters",
        "Example",
        "Instead",
        "Options",
        "Needs",
    ];

    #[test]
    fn rules_are_sorted_and_each_id_is_there_once() {
        let ids: Vec<_> = RULES.iter().map(|rule| rule.spec.id).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        assert!(
            ids.iter()
                .all(|id| find(id).is_some_and(|rule| rule.spec.id == *id))
        );
        let retired = RETIRED
            .renamed
            .iter()
            .map(|rule| rule.old)
            .chain(RETIRED.removed.iter().map(|rule| rule.id));
        for id in retired {
            assert!(find(id).is_none(), "{id} is gone and there");
        }
    }

    #[test]
    fn ids_are_families_and_names_in_kebab_case() {
        for rule in RULES {
            let id = rule.spec.id;
            let parts: Vec<&str> = id.split('/').collect();
            assert_eq!(parts.len(), 2, "{id}");
            for word in parts.iter().flat_map(|part| part.split('-')) {
                let is_word =
                    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
                assert!(is_word, "{id}");
            }
            assert!(
                !parts[1].starts_with("no-") && !parts[1].starts_with("require-"),
                "{id}"
            );
        }
    }

    #[test]
    fn every_file_of_a_family_is_a_rule_of_its_name() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let mut files = BTreeSet::new();
        for family in std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if !family.is_dir() {
                continue;
            }
            for file in std::fs::read_dir(&family)
                .unwrap()
                .map(|entry| entry.unwrap().path())
            {
                let stem = file.file_stem().unwrap().to_str().unwrap();
                if stem != "mod" {
                    let family = family.file_name().unwrap().to_str().unwrap();
                    files.insert(format!("{family}/{}", stem.replace('_', "-")));
                }
            }
        }
        let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.spec.id.to_owned()).collect();
        assert_eq!(files, ids);
        for rule in RULES {
            let path = format!("src/rules/{}.rs", rule.spec.id.replace('-', "_"));
            assert_eq!(rule.file.replace('\\', "/"), path);
        }
    }

    #[test]
    fn pages_have_all_headings_in_order_and_something_under_each() {
        for rule in RULES {
            let id = rule.spec.id;
            let sections: Vec<(&str, &str)> = rule
                .docs
                .trim()
                .split("## ")
                .skip(1)
                .map(|section| section.trim().split_once('\n').expect(id))
                .collect();
            let headings: Vec<&str> = sections
                .iter()
                .map(|&(heading, _)| heading.trim())
                .collect();
            assert_eq!(headings, HEADINGS, "{id}");
            for (heading, text) in sections {
                assert!(!text.trim().is_empty(), "{id}: {heading}");
                let is_example = matches!(heading, "Example" | "Instead");
                assert_eq!(
                    text.matches("```").count(),
                    if is_example { 2 } else { 0 },
                    "{id}"
                );
                assert_eq!(text.contains("```text\n"), is_example, "{id}: {heading}");
            }
        }
    }

    #[test]
    fn pages_name_every_option_with_its_default() {
        for rule in RULES {
            let id = rule.spec.id;
            let (_, page) = rule.docs.split_once("## Options").expect(id);
            let (page, _) = page.split_once("## Needs").expect(id);
            assert_eq!(rule.spec.options.is_empty(), page.trim() == "None.", "{id}");
            for option in rule.spec.options {
                assert!(page.contains(&format!("- `{}`: ", option.name)), "{id}");
                match (option.default)() {
                    Some(default) => {
                        assert!(page.contains(&format!("Default: `{default}`.")), "{id}");
                    }
                    None => assert!(page.contains("Not set by"), "{id}"),
                }
            }
        }
    }

    #[test]
    fn summaries_are_lowercase_fragments() {
        for rule in RULES {
            let (id, summary) = (rule.spec.id, rule.spec.summary);
            assert!(
                summary.starts_with(|c: char| c.is_ascii_lowercase()),
                "{id}: {summary}"
            );
            assert!(
                !summary.ends_with(['.', '!', '?', ' ']) && summary.len() < 80,
                "{id}: {summary}"
            );
        }
    }

    #[test]
    fn the_strict_level_is_never_milder() {
        for rule in RULES {
            assert!(rule.spec.strict >= rule.spec.level, "{}", rule.spec.id);
            assert!(
                rule.spec.strict > crate::policy::Level::Off,
                "{}",
                rule.spec.id
            );
        }
    }
}
