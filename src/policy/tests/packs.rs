//! The packs are policies like any other.

use super::*;

/// The ids that a pack names.
fn ids(text: &str) -> Vec<&str> {
    let keys = text
        .lines()
        .filter_map(|line| line.strip_prefix('"')?.split_once("\" ="));
    keys.map(|(id, _)| id).collect()
}

#[test]
fn packs_have_no_errors_but_rules_that_these_tests_lack() {
    let errors = check_packs(&RULES, &RETIRED).unwrap_err();
    for error in &errors {
        assert!(error.message.starts_with("unknown rule"), "{error}");
    }
}

#[test]
fn strict_names_what_recommended_names_and_is_nowhere_milder() {
    let [recommended, strict] = &PACKS;
    assert_eq!(ids(recommended.text), ids(strict.text));
    assert_eq!(ids(recommended.text).len(), crate::rules::ids().len());
    let load = |name| Policy::pack(name, &RULES, &RETIRED).unwrap();
    let (mild, hard) = (load("bailiwick:recommended"), load("bailiwick:strict"));
    for rule in &RULES {
        let level = |policy: &Policy| policy.judging.at(rule.id, &Attributes::default()).level;
        assert!(level(&mild) <= level(&hard), "{}", rule.id);
    }
    assert!(Policy::pack("bailiwick:no", &RULES, &RETIRED).is_none());
}

#[test]
fn the_origin_of_a_packs_level_is_the_pack() {
    let policy = Policy::recommended(&RULES, &RETIRED);
    assert_eq!(
        (policy.name.as_str(), policy.extends.len()),
        ("bailiwick:recommended", 0)
    );
    let settings = policy
        .judging
        .at("codeowners/dead-pattern", &Attributes::default());
    assert_eq!(settings.origin, Origin::Pack("bailiwick:recommended"));
    let strict = Policy::pack("bailiwick:strict", &RULES, &RETIRED).unwrap();
    let settings = strict
        .judging
        .at("ownership/unowned-file", &Attributes::default());
    assert_eq!(
        (settings.level, &settings.origin),
        (Level::Warning, &Origin::Pack("bailiwick:strict"))
    );
    assert_eq!(settings.options::<Coverage>().minimum, Some(Percent(90.0)));
}
