//! Which settings hold for which subject.

use super::*;

/// The level, and the number of the line that gave it.
fn at(policy: &Policy, rule: &str, paths: &[&str], owners: &[&str], tier: u8) -> (Level, u32) {
    let paths: Vec<&[u8]> = paths.iter().map(|path| path.as_bytes()).collect();
    let subject = Attributes {
        paths: &paths,
        owners,
        tier: (tier > 0).then_some(tier),
        ..Attributes::default()
    };
    let settings = policy.judging.at(rule, &subject);
    let line = match &settings.origin {
        Origin::Pack(_) => 0,
        Origin::Line(location) => location.excerpt.as_ref().unwrap().line,
    };
    (settings.level, line)
}

#[test]
fn the_narrower_selector_wins_whatever_the_order() {
    let policy = policy(
        "[rules]\n\"runbooks/unheard\" = \"error\"\n\"runbooks/*\" = \"note\"\n\"*\" = \"off\"\n\
         \"codeowners/*\" = { required = true }\n",
    );
    assert_eq!(
        at(&policy, "runbooks/unheard", &[], &[], 0),
        (Level::Error, 2)
    );
    assert_eq!(at(&policy, "runbooks/stale", &[], &[], 0), (Level::Note, 3));
    assert_eq!(
        at(&policy, "codeowners/dead-pattern", &[], &[], 0),
        (Level::Off, 4)
    );
    let settings = policy
        .judging
        .at("codeowners/dead-pattern", &Attributes::default());
    assert!(settings.required);
    assert!(
        !policy
            .judging
            .at("runbooks/stale", &Attributes::default())
            .required
    );
}

#[test]
fn a_rule_that_nobody_mentions_is_off() {
    let policy = policy("[rules.\"codeowners/crowded-line\"]\nmax-owners = 9");
    assert_eq!(
        at(&policy, "runbooks/unheard", &[], &[], 0),
        (Level::Off, 0)
    );
    assert_eq!(at(&policy, "no/such-rule", &[], &[], 0), (Level::Off, 0));
    // Options alone leave the level to the pack.
    assert_eq!(
        at(&policy, "codeowners/crowded-line", &[], &[], 0),
        (Level::Note, 0)
    );
    assert!(policy.judging.is_enabled("codeowners/crowded-line"));
    assert!(!policy.judging.is_enabled("runbooks/unheard"));
    assert!(!policy.judging.is_enabled("no/such-rule"));
}

#[test]
fn levels_by_tier() {
    let base = "[rules.\"runbooks/unheard\"]\nlevel = { default = \"warning\", tier-1 = \"error\",\n tier-2 = \"error\" }\n";
    let alone = policy(base);
    // tier, level
    let table = [
        (0, Level::Warning),
        (1, Level::Error),
        (2, Level::Error),
        (3, Level::Warning),
        (9, Level::Warning),
    ];
    for (tier, level) in table {
        assert_eq!(
            at(&alone, "runbooks/unheard", &[], &[], tier).0,
            level,
            "tier {tier}"
        );
    }
    assert_eq!(at(&alone, "runbooks/unheard", &[], &[], 2).1, 3);
    // Without a default, what is not named keeps the level from below.
    let own =
        "extends = [\"base.toml\"]\n[rules.\"runbooks/unheard\"]\nlevel = { tier-2 = \"note\" }\n";
    let above = load_files(&[("p.toml", own), ("base.toml", base)]).unwrap();
    let levels = [0, 1, 2, 3].map(|tier| at(&above, "runbooks/unheard", &[], &[], tier).0);
    assert_eq!(
        levels,
        [Level::Warning, Level::Error, Level::Note, Level::Warning]
    );
    // A default, as a single level, replaces all.
    let own = "extends = [\"base.toml\"]\n[rules]\n\"runbooks/unheard\" = \"note\"\n";
    let above = load_files(&[("p.toml", own), ("base.toml", base)]).unwrap();
    let levels = [0, 1, 2, 3].map(|tier| at(&above, "runbooks/unheard", &[], &[], tier).0);
    assert_eq!(levels, [Level::Note; 4]);
}

const OVERRIDES: &str = r#"
[rules]
"runbooks/unheard" = "warning"

[[overrides]]
paths = ["experimental/", "*.md"]
rules."runbooks/unheard" = "off"

[[overrides]]
owners = ["@Acme/Payments", "ann@acme.example"]
[overrides.rules."runbooks/unheard"]
level = { tier-1 = "error" }
required = true

[[overrides]]
paths = ["experimental/pay/"]
owners = ["@acme/*"]
rules."runbooks/*" = "note"
rules."codeowners/crowded-line" = { max-owners = 2, extend-ignore = ["x"] }
"#;

#[test]
fn overrides_apply_in_order_and_the_later_wins() {
    let policy = policy(OVERRIDES);
    let rule = "runbooks/unheard";
    // paths, owners, tier, level, line
    type Case = (
        &'static [&'static str],
        &'static [&'static str],
        u8,
        Level,
        u32,
    );
    let table: &[Case] = &[
        (&["src/a"], &[], 0, Level::Warning, 3),
        (&["experimental/a"], &[], 0, Level::Off, 7),
        (&["src/a", "src/README.md"], &[], 0, Level::Off, 7),
        (&[], &["@acme/payments"], 1, Level::Error, 12),
        (&[], &["@acme/payments"], 2, Level::Warning, 3),
        (&[], &["@x", "ANN@acme.example"], 1, Level::Error, 12),
        (
            &["experimental/a"],
            &["@acme/payments"],
            1,
            Level::Error,
            12,
        ),
        (&["experimental/a"], &["@acme/payments"], 2, Level::Off, 7),
        (
            &["experimental/pay/a"],
            &["@acme/payments"],
            1,
            Level::Note,
            18,
        ),
        (&["experimental/pay/a"], &["@acmecorp/x"], 1, Level::Off, 7),
        (&["experimental/pay/a"], &["@ACME/dba"], 0, Level::Note, 18),
        (&["experimental/pay/a"], &["@acme"], 0, Level::Off, 7),
    ];
    for (paths, owners, tier, level, line) in table {
        let found = at(&policy, rule, paths, owners, *tier);
        assert_eq!(found, (*level, *line), "{paths:?} {owners:?} {tier}");
        // The second time from the cache.
        assert_eq!(at(&policy, rule, paths, owners, *tier), found);
    }
    let subject = Attributes {
        owners: &["@acme/payments"],
        ..Attributes::default()
    };
    assert!(policy.judging.at(rule, &subject).required);
    let subject = Attributes {
        paths: &[b"experimental/pay/x"],
        owners: &["@acme/a"],
        tier: None,
        ..Attributes::default()
    };
    let settings = policy.judging.at("codeowners/crowded-line", &subject);
    let options: &Crowded = settings.options();
    assert_eq!(
        (options.max_owners, options.ignore.join(" ")),
        (2, "bots x".into())
    );
    assert_eq!(settings.level, Level::Note);
}

#[test]
fn a_rule_is_enabled_where_an_override_turns_it_on() {
    let policy = policy(
        "[[overrides]]\npaths = [\"a/\"]\nrules.\"runbooks/*\" = { level = { tier-1 = \"note\" } }\n",
    );
    assert!(policy.judging.is_enabled("runbooks/unheard"));
    assert!(!policy.judging.is_enabled("ownership/personal-owner"));
}

#[test]
fn without_overrides_settings_are_shared() {
    let policy = policy("");
    let subject = Attributes::default();
    let one = policy.judging.at("codeowners/crowded-line", &subject);
    let two = policy.judging.at("codeowners/crowded-line", &subject);
    assert!(std::sync::Arc::ptr_eq(&one, &two));
}

#[test]
fn exceptions_match_by_rule_path_and_owner() {
    let policy = policy(
        r#"
[[exceptions]]
rule = "codeowners/dead-pattern"
owner = "@acme/dba"
reason = "until the split"
until = 2027-03-31

[[exceptions]]
rule = ["runbooks/*", "ownership/unowned-file"]
path = ["legacy/", "old/"]
reason = "they go away"

[[exceptions]]
rule = "runbooks/unheard"
reason = "a library"
"#,
    );
    let [dba, legacy, library] = policy.judging.exceptions() else {
        panic!("three exceptions")
    };
    assert_eq!(dba.until.unwrap().to_string(), "2027-03-31");
    assert_eq!(dba.reason, "until the split");
    assert_eq!(dba.location.excerpt.as_ref().unwrap().line, 3);
    let subject = |paths: &'static [&'static [u8]], owners: &'static [&'static str]| Attributes {
        paths,
        owners,
        tier: None,
        ..Attributes::default()
    };
    assert!(dba.matches(
        "codeowners/dead-pattern",
        &subject(&[], &["@x", "@Acme/DBA"])
    ));
    assert!(!dba.matches("codeowners/dead-pattern", &subject(&[], &["@x"])));
    assert!(!dba.matches("codeowners/crowded-line", &subject(&[], &["@acme/dba"])));
    assert!(legacy.matches("runbooks/stale", &subject(&[b"a", b"old/x"], &[])));
    assert!(legacy.matches("ownership/unowned-file", &subject(&[b"legacy/x"], &[])));
    assert!(!legacy.matches("ownership/personal-owner", &subject(&[b"legacy/x"], &[])));
    assert!(!legacy.matches("runbooks/stale", &subject(&[], &[])));
    assert!(library.matches("runbooks/unheard", &subject(&[], &[])));
}

#[test]
fn paths_that_the_same_overrides_and_exceptions_touch_have_one_key() {
    let exceptions =
        "[[exceptions]]\nrule = \"runbooks/*\"\npath = \"experimental/x/\"\nreason = \"why\"\n";
    let policy = policy(&format!("{OVERRIDES}{exceptions}"));
    let key = |rule, path: &str| policy.judging.group_key(rule, path.as_bytes());
    let rule = "runbooks/unheard";
    assert_eq!(key(rule, "src/a"), GroupKey::default());
    assert_eq!(key(rule, "experimental/a"), key(rule, "experimental/b.md"));
    assert_ne!(key(rule, "experimental/a"), GroupKey::default());
    assert_ne!(key(rule, "experimental/a"), key(rule, "experimental/pay/a"));
    assert_ne!(key(rule, "experimental/a"), key(rule, "experimental/x/a"));
    assert_eq!(
        key("ownership/unowned-file", "experimental/a"),
        GroupKey::default()
    );
    assert_eq!(key("no/such", "experimental/a"), GroupKey::default());
}
