//! Rosters in TOML: who is in which team, in the tables `[[people]]` and `[[teams]]` of
//! [`policy::Declarations`](crate::policy::Declarations).
//!
//! Input: the text of a file that a policy names. Output: a [`Roster`], or all that is wrong with the file.

use crate::facts::{Place, Roster};
use crate::policy::PolicyErrors;
use crate::policy::error::{Problems, Source};
use crate::policy::read_roster;
use crate::policy::reader::Document;
use crate::text::Text;

/// The most bytes of a roster: tens of thousands of people.
pub const ROSTER_LIMIT: usize = 4 << 20;

/// Reads a roster. `covers` are the organizations for which the policy says that it is complete.
///
/// # Errors
/// All that is wrong with it. It is not read in part: who is missing from it would be unknown for no
/// fault of their own.
pub fn read(text: Text, place: Place, covers: Vec<String>) -> Result<Roster, PolicyErrors> {
    let source = Source::new(place, text);
    let mut problems = Problems::new(&source);
    let mut roster = Roster {
        source: source.name(),
        covers,
        ..Roster::default()
    };
    if let Some(document) = Document::parse(ROSTER_LIMIT, &mut problems) {
        let mut table = document.table();
        let declared = read_roster(&mut table, &mut problems);
        table.finish(&[], &mut problems);
        (roster.people, roster.teams) = (declared.people, declared.teams);
    }
    PolicyErrors::check(roster, problems.into_errors())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::text::RepoPath;

    fn parse(text: &str) -> Result<Roster, PolicyErrors> {
        let path = RepoPath::from("people.toml");
        let text = Text::new(path.clone(), text.into());
        read(text, Place::File(path), vec!["acme".into()])
    }

    fn errors(text: &str) -> String {
        parse(text).expect_err(text).to_string()
    }

    #[test]
    fn people_and_teams_are_read_with_their_lines() {
        let roster = parse(
            r#"
[[people]]
login = "@Ann"
name = "Ann Smith"
emails = ["ann@acme.example", "a@x"]
[[people]]
login = "bob"

[[teams]]
handle = "@acme/Payments"
name = "Payments"
members = ["ann", "@BOB"]
[[teams]]
handle = "acme/empty"
"#,
        )
        .unwrap();
        assert_eq!(
            (roster.source.as_str(), roster.covers),
            ("people.toml", vec!["acme".to_string()])
        );
        let line = |location: &crate::facts::Location| location.excerpt.as_ref().unwrap().line;
        let people: Vec<_> = roster
            .people
            .iter()
            .map(|it| {
                (
                    it.login.as_deref().unwrap(),
                    it.emails.len(),
                    line(&it.location),
                )
            })
            .collect();
        assert_eq!(people, [("Ann", 2, 3), ("bob", 0, 7)]);
        assert_eq!(roster.people[0].name.as_deref(), Some("Ann Smith"));
        let teams: Vec<_> = roster
            .teams
            .iter()
            .map(|it| {
                let members = it.members.iter().flatten();
                let members: Vec<_> = members.map(|it| it.text.as_str()).collect();
                (
                    it.handle.as_deref().unwrap(),
                    members.join(" "),
                    line(&it.location),
                )
            })
            .collect();
        assert_eq!(
            teams,
            [
                ("acme/Payments", "@ann @BOB".into(), 10),
                ("acme/empty", String::new(), 14)
            ]
        );
    }

    #[test]
    fn without_people_the_members_of_teams_are_the_people() {
        let text = "teams = [{handle = \"@acme/a\", members = [\"@ann\", \"@bob\"]},\n {handle = \"@acme/b\", members = [\"@Ann\", \"@eve\"]}]";
        let roster = parse(text).unwrap();
        let logins: Vec<_> = roster
            .people
            .iter()
            .map(|person| person.login.as_deref().unwrap())
            .collect();
        assert_eq!(logins, ["ann", "bob", "eve"]);
        assert_eq!(parse("").unwrap().people, []);
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let text = r#"
person = []
[[people]]
login = "@ann"
emails = ["ann@acme.example", "no mail", 1]
mail = "x"
[[people]]
login = "ANN"
[[people]]
login = "@acme/ann"
[[people]]
name = 1
emails = "x"
[[people]]
login = "bob"
emails = ["Ann@acme.example"]

[[teams]]
handle = "@acme/a"
members = ["@an", "@zoe", "@ann", "@Ann", "ann smith"]
[[teams]]
handle = "@ACME/A"
lead = "@ann"
[[teams]]
handle = "@acme"
members = ["@acme/b"]
[[teams]]
"#;
        expect![[r#"
            people.toml:2:1: unknown key `person`
              help: known: `people`, `teams`
            people.toml:5:31: `no mail` is no e-mail address
            people.toml:5:42: expected a string, found a number
            people.toml:6:1: unknown key `mail`
              help: known: `login`, `name`, `emails`
            people.toml:8:9: `ANN` is listed twice
              help: it is on line 4 already
            people.toml:10:9: `@acme/ann` is no login
              help: write `@user`
            people.toml:11:1: missing key `login`
              help: name the person: `login = "@user"`
            people.toml:12:8: expected a string, found a number
            people.toml:13:10: expected an array of strings, found a string
            people.toml:16:11: `Ann@acme.example` is listed twice
              help: it is on line 5 already
            people.toml:20:12: `@an` is none of the people of this roster
              help: did you mean `@ann`?
            people.toml:20:19: `@zoe` is none of the people of this roster
              help: add a `[[people]]` entry with this login
            people.toml:20:35: `Ann` is listed twice
              help: it is on line 20 already
            people.toml:20:43: `ann smith` is no login
              help: write `@user`
            people.toml:22:10: `ACME/A` is listed twice
              help: it is on line 19 already
            people.toml:25:10: `@acme` is no team
              help: write `@org/team`
            people.toml:26:12: `@acme/b` is no login
              help: write `@user`
            people.toml:27:1: missing key `handle`
              help: name the team: `handle = "@org/team"`"#]]
        .assert_eq(&errors(text));
    }

    #[test]
    fn a_roster_that_is_none_is_an_error() {
        let texts = [
            "people = 1",
            "[people]\nlogin = \"@a\"",
            "people = [1]",
            "[[people]\n",
            "\u{0}",
        ];
        let found = texts.map(|text| errors(text) + "\n").concat();
        expect![[r#"
            people.toml:1:10: expected tables: `[[people]]`, found a number
            people.toml:1:1: expected tables: `[[people]]`, found a table
            people.toml:1:11: expected a table, found a number
            people.toml:1:10: unclosed array table, expected `]`
            people.toml:1:1: invalid unquoted key, expected letters, numbers, `-`, `_`
        "#]]
        .assert_eq(&found);
    }

    #[test]
    fn very_many_people_on_one_line_are_read() {
        let people = (0..40_000).map(|i| format!("{{login=\"u{i}\",emails=[\"u{i}@x\"]}},"));
        let text = format!(
            "people=[{}]\nteams=[{{handle=\"a/b\",members=[\"x1\",\"x2\"]}}]",
            people.collect::<String>()
        );
        assert_eq!(parse(&text).unwrap_err().iter().count(), 2);
    }
}
