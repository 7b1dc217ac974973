//! What people are told: every error at its place, all at once.

use expect_test::{Expect, expect};

use super::*;

fn check(text: &str, expected: Expect) {
    expected.assert_eq(&errors(text));
}

#[test]
fn every_key_wrong_at_once() {
    check(
        r#"
extend = []
extends = "bailiwick:strict"
root = "yes"
required-version = 1
reviewed = "2026-01-01"
colour = 1

[repository]
name = " "
nam = "x"

[files]
exclude = ["ok/", "!not", "a[b]", 3]
excludes = []

[[rosters]]
covers = ["acme", "@acme/x"]
[[rosters]]
file = "people.toml"
cover = []

[rules]
"codeowners/dead-patern" = "off"
"codeowner/*" = "off"
codeowners = "off"
"dead-pattern" = "off"
"codeowners/unmatched-pattern" = "off"
"codeowners/tabs" = "off"
"codeowners/dead-pattern" = "eror"
"runbooks/unheard" = 3
"runbooks/*" = { level = "off", max-owners = 3 }

[rules."runbooks/stale"]
level = { defualt = "warning", tier-1 = "fatal", tier-5 = "error" }
required = "no"
max = 1

[rules."codeowners/crowded-line"]
tier-1 = "error"
max-owners = "six"
max-owner = 6
extend-max-owners = 1
extend-ignore = "x"

[rules."ownership/unowned-file"]
minimum-coverage = 101
list-files = 1

[[overrides]]
rules."runbooks/unheard" = "off"

[[overrides]]
paths = []
owners = ["acme", "@acme/*", "@acme/a/b"]
rules."runbooks/mising" = "off"

[[overrides]]
paths = "experimental/"
services = ["pay"]

[[exceptions]]
rule = "codeowners/dead-patterns"
reason = " … "
until = 2026-01-01T00:00:00Z

[[exceptions]]
rule = "codeowners/*"
reason = "all of it"

[[exceptions]]
rule = []
owner = "me"
path = ""
repositories = ["x"]
"#,
        expect![[r#"
            bailiwick.toml:2:1: unknown key `extend`
              help: did you mean `extends`?
            bailiwick.toml:3:11: expected an array of strings, found a string
            bailiwick.toml:4:8: expected true or false, found a string
            bailiwick.toml:5:20: expected a version such as ">=0.1", found a number
            bailiwick.toml:6:12: expected a date, found a string
              help: leave out the quotes
            bailiwick.toml:7:1: unknown key `colour`
              help: known: `extends`, `root`, `required-version`, `reviewed`, `repository`, `files`, `rosters`, `markers`, `history`, `forge`, `documents`, `catalog`, `services`, `people`, `teams`, `journeys`, `repositories`, `rules`, `overrides`, `exceptions`
            bailiwick.toml:10:8: the name is empty
            bailiwick.toml:11:1: unknown key `nam`
              help: did you mean `name`?
            bailiwick.toml:14:19: a pattern cannot be negated
              help: list what is meant; ownership files have no `!` either
            bailiwick.toml:14:27: a pattern has no `[` and `]`
              help: `\[` and `\]` mean the brackets themselves; in TOML write such a pattern in single quotes
            bailiwick.toml:14:35: expected a string, found a number
            bailiwick.toml:15:1: unknown key `excludes`
              help: did you mean `exclude`?
            bailiwick.toml:17:1: missing key `file`
              help: name the roster: `file = "people.toml"`
            bailiwick.toml:18:11: `acme` is no organization
              help: write `@org`
            bailiwick.toml:18:19: `@acme/x` is no organization
              help: write `@org`
            bailiwick.toml:21:1: unknown key `cover`
              help: did you mean `covers`?
            bailiwick.toml:24:1: unknown rule `codeowners/dead-patern`
              help: did you mean `codeowners/dead-pattern`?
            bailiwick.toml:25:1: `codeowner/*` names no family of rules
              help: did you mean `codeowners/*`?
            bailiwick.toml:26:1: unknown rule `codeowners`
              help: `codeowners/*` means all rules of the family
            bailiwick.toml:27:1: unknown rule `dead-pattern`
              help: did you mean `codeowners/dead-pattern`?
            bailiwick.toml:28:1: `codeowners/unmatched-pattern` is called `codeowners/dead-pattern` since 0.2.0
              help: write `codeowners/dead-pattern`
            bailiwick.toml:29:1: `codeowners/tabs` was removed in 0.3.0: no forge minds them
              help: remove this line
            bailiwick.toml:30:29: unknown level `eror`
              help: did you mean `error`?
            bailiwick.toml:31:22: expected a level or a table, found a number
            bailiwick.toml:32:33: `max-owners` is set for several rules at once
              help: options belong to one rule: `[rules."family/name"]`
            bailiwick.toml:35:11: unknown key `defualt`
              help: did you mean `default`?
            bailiwick.toml:35:41: unknown level `fatal`
              help: known: `off`, `note`, `warning`, `error`
            bailiwick.toml:35:50: unknown key `tier-5`
              help: did you mean `tier-1`?
            bailiwick.toml:36:12: expected true or false, found a string
            bailiwick.toml:37:1: `runbooks/stale` has no option `max`
              help: known: `level`, `required`
            bailiwick.toml:40:1: `tier-1` is part of a level
              help: write `level = { default = "warning", tier-1 = "error" }`
            bailiwick.toml:41:14: `max-owners` expects a whole number from 0
            bailiwick.toml:42:1: `codeowners/crowded-line` has no option `max-owner`
              help: did you mean `max-owners`?
            bailiwick.toml:43:1: `codeowners/crowded-line` has no option `extend-max-owners`
              help: known: `level`, `required`, `max-owners`, `ignore`, `extend-ignore`
            bailiwick.toml:44:17: `extend-ignore` expects a list of strings
            bailiwick.toml:47:20: `minimum-coverage` expects a percentage from 0 to 100, as a number
            bailiwick.toml:48:14: `list-files` expects true or false
            bailiwick.toml:50:1: the override selects nothing
              help: name `paths`, `owners`, `services` or `repositories`; what holds everywhere belongs into `[rules]`
            bailiwick.toml:54:9: the list is empty, so it selects nothing
            bailiwick.toml:55:11: `acme` is no owner
              help: write `@user`, `@org/team`, `@org/*` or an e-mail address
            bailiwick.toml:55:30: `@acme/a/b` is no owner
              help: write `@user`, `@org/team`, `@org/*` or an e-mail address
            bailiwick.toml:56:7: unknown rule `runbooks/mising`
              help: `bailiwick rules` lists all rules
            bailiwick.toml:58:1: missing key `rules`
              help: say what holds here: `rules."family/name" = "off"`
            bailiwick.toml:59:9: expected an array of strings, found a string
            bailiwick.toml:63:8: unknown rule `codeowners/dead-patterns`
              help: did you mean `codeowners/dead-pattern`?
            bailiwick.toml:64:10: the reason is empty
              help: say why, for those who read it in a year
            bailiwick.toml:65:9: expected a date such as 2027-03-31, found a date or time
            bailiwick.toml:68:8: an exception from several rules at once needs `path`, `owner`, `service` or `repository`
              help: say what it is about, or name the rules one by one
            bailiwick.toml:71:1: missing key `reason`
              help: say why: `reason = "…"`
            bailiwick.toml:72:8: the list is empty, so it selects nothing
            bailiwick.toml:73:9: `me` is no owner
              help: write `@user`, `@org/team`, `@org/*` or an e-mail address
            bailiwick.toml:74:8: an empty pattern matches nothing
              help: `*` is every file
            bailiwick.toml:75:1: unknown key `repositories`
              help: did you mean `repository`?"#]],
    );
}

#[test]
fn syntax_errors_come_alone_but_all_at_once() {
    check(
        "root = \n[rules]\ncodeowners/dead-pattern = \"off\"\nx = 2026-02-30\nx = 1\nunknown = [1,\n",
        expect![[r#"
            bailiwick.toml:1:8: the value is missing
            bailiwick.toml:3:11: invalid unquoted key, expected letters, numbers, `-`, `_`
              help: ids are quoted: `"family/name" = "off"`
            bailiwick.toml:4:5: invalid date, expected day between 01 and 28
            bailiwick.toml:5:1: duplicate key
            bailiwick.toml:6:14: unclosed array, expected `]`"#]],
    );
}

#[test]
fn tables_are_not_arrays_of_tables() {
    check(
        "rules = 1\nfiles = []\nrepository = \"x\"\n[overrides]\n[exceptions]\n[[rosters.file]]\n",
        expect![[r#"
            bailiwick.toml:1:9: expected a table: `[rules]`, found a number
            bailiwick.toml:2:9: expected a table: `[files]`, found an array
            bailiwick.toml:3:14: expected a table: `[repository]`, found a string
            bailiwick.toml:4:1: expected tables: `[[overrides]]`, found a table
            bailiwick.toml:5:1: expected tables: `[[exceptions]]`, found a table
            bailiwick.toml:6:3: expected tables: `[[rosters]]`, found a table"#]],
    );
}

#[test]
fn another_version_is_the_only_error() {
    check(
        "required-version = \">=99\"\nnew-table = 1\n[rules]\n\"new/rule\" = \"off\"\n",
        expect![[r#"
            bailiwick.toml:1:20: the policy requires bailiwick `>=99`, and this is 0.1.0
              help: install a version that the policy accepts, or change `required-version`"#]],
    );
    check(
        "required-version = \"latest\"\n",
        expect![[r#"
        bailiwick.toml:1:20: `latest` is no version requirement
          help: write one such as `>=0.1` or `>=0.1, <2`"#]],
    );
    policy("required-version = \">=0.1\"\n");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let path = RepoPath::from("no.toml");
    let errors = Policy::load(&path, &Files(BTreeMap::new()), &RULES, &RETIRED).unwrap_err();
    expect!["no.toml:1:1: `no.toml` cannot be read: there is no such file"]
        .assert_eq(&errors.to_string());
}

#[test]
fn errors_are_locations_too() {
    let errors = load("[rules]\n\"codeowners/dead-patern\" = \"off\"\n").unwrap_err();
    let location = errors.iter().next().unwrap().location();
    let excerpt = location.excerpt.unwrap();
    assert_eq!(excerpt.marked(), "\"codeowners/dead-patern\"");
    assert_eq!(excerpt.line, 2);
}
