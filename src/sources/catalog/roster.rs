//! Rosters in TOML: who is in which team.
//!
//! ```toml
//! [[people]]
//! login = "@ann"
//! name = "Ann Smith"
//! emails = ["ann@acme.example"]
//!
//! [[teams]]
//! handle = "@acme/payments"
//! name = "Payments"
//! members = ["@ann"]
//! ```
//!
//! Input: the text of a file that a policy names. Output: a [`Roster`], or all that is wrong with the file.
//! A file that declares people declares all of them: a member who is not among them is an error, most
//! likely a typo. In a file without people, the members of its teams are its people.

use std::collections::HashMap;

use crate::facts::{Person, Place, Roster, Team};
use crate::policy::PolicyErrors;
use crate::policy::error::{Problems, Source, quoted, suggest};
use crate::policy::handle::{Handle, is_email, is_name};
use crate::policy::reader::{Document, Spanned, Table};
use crate::text::{Span, Text};

/// The most bytes of a roster: tens of thousands of people.
pub const ROSTER_LIMIT: usize = 4 << 20;

/// The most people that a misspelt member is compared with.
const MOST_TO_COMPARE: usize = 2000;

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
        Reader::new(&mut problems).read(document.table(), &mut roster);
    }
    PolicyErrors::check(roster, problems.into_errors())
}

/// Where names were seen first, by their lower-case form.
type Seen = HashMap<String, Span>;

struct Reader<'p, 's> {
    problems: &'p mut Problems<'s>,
    logins: Seen,
    emails: Seen,
    handles: Seen,
}

impl<'p, 's> Reader<'p, 's> {
    fn new(problems: &'p mut Problems<'s>) -> Self {
        Reader {
            problems,
            logins: Seen::new(),
            emails: Seen::new(),
            handles: Seen::new(),
        }
    }

    fn read(mut self, mut table: Table<'_>, roster: &mut Roster) {
        let people = table.optional("people");
        let teams = table.optional("teams");
        table.finish(&[], self.problems);
        if let Some(node) = people {
            for person in node.tables("tables: `[[people]]`", self.problems) {
                roster.people.extend(self.person(person));
            }
        }
        let declares_people = people.is_some();
        if let Some(node) = teams {
            for team in node.tables("tables: `[[teams]]`", self.problems) {
                let (team, members) = self.team(team);
                for member in &members {
                    if declares_people {
                        self.expect_declared(member, &roster.people);
                    } else if self
                        .logins
                        .insert(lower(&member.value), member.span)
                        .is_none()
                    {
                        roster.people.push(Person {
                            login: member.value.clone(),
                            name: None,
                            emails: Vec::new(),
                            location: self.problems.source().location(member.span, ""),
                        });
                    }
                }
                roster.teams.extend(team.map(|mut team| {
                    team.members = members.into_iter().map(|member| member.value).collect();
                    team
                }));
            }
        }
    }

    fn person(&mut self, mut table: Table<'_>) -> Option<Person> {
        let login = table
            .required(
                "login",
                "name the person: `login = \"@user\"`",
                self.problems,
            )
            .and_then(|node| node.text("a login such as \"@user\"", self.problems))
            .and_then(|login| self.login(login));
        let name = self.name(&mut table);
        let emails = table.optional("emails");
        let emails = emails.map_or(Vec::new(), |node| node.texts(self.problems));
        table.finish(&[], self.problems);
        for email in &emails {
            if is_email(&email.value) {
                expect_new(&mut self.emails, email, self.problems);
            } else {
                let message = format!("{} is no e-mail address", quoted(&email.value));
                self.problems.push(email.span, message, None);
            }
        }
        let login = login?;
        expect_new(&mut self.logins, &login, self.problems);
        Some(Person {
            login: login.value,
            name,
            emails: emails.into_iter().map(|email| email.value).collect(),
            location: self.problems.source().location(login.span, ""),
        })
    }

    /// A team without its members, and the members.
    fn team(&mut self, mut table: Table<'_>) -> (Option<Team>, Vec<Spanned<String>>) {
        let help = "name the team: `handle = \"@org/team\"`";
        let handle = table
            .required("handle", help, self.problems)
            .and_then(|node| node.text("a handle such as \"@org/team\"", self.problems))
            .and_then(|handle| self.handle(handle));
        let name = self.name(&mut table);
        let members = table.optional("members");
        let members = members.map_or(Vec::new(), |node| node.texts(self.problems));
        table.finish(&[], self.problems);
        let mut seen = Seen::new();
        let members = members.into_iter().filter_map(|member| {
            let member = self.login(member)?;
            expect_new(&mut seen, &member, self.problems);
            Some(member)
        });
        let members = members.collect();
        let team = handle.map(|handle| {
            expect_new(&mut self.handles, &handle, self.problems);
            Team {
                slug: handle.value,
                name,
                members: Vec::new(),
                location: self.problems.source().location(handle.span, ""),
            }
        });
        (team, members)
    }

    fn name(&mut self, table: &mut Table<'_>) -> Option<String> {
        let name = table.optional("name")?.text("a string", self.problems)?;
        Some(name.value)
    }

    /// A login without its `@`.
    fn login(&mut self, written: Spanned<String>) -> Option<Spanned<String>> {
        let name = written.value.strip_prefix('@').unwrap_or(&written.value);
        if is_name(name) {
            let (value, span) = (name.to_string(), written.span);
            return Some(Spanned { value, span });
        }
        let message = format!("{} is no login", quoted(&written.value));
        let help = "write `@user`".to_string();
        self.problems.push(written.span, message, help);
        None
    }

    /// The handle of a team without its `@`.
    fn handle(&mut self, written: Spanned<String>) -> Option<Spanned<String>> {
        let name = written.value.strip_prefix('@').unwrap_or(&written.value);
        if let Some(Handle::Team(_)) = Handle::parse(&format!("@{name}")) {
            let (value, span) = (name.to_string(), written.span);
            return Some(Spanned { value, span });
        }
        let message = format!("{} is no team", quoted(&written.value));
        let help = "write `@org/team`".to_string();
        self.problems.push(written.span, message, help);
        None
    }

    fn expect_declared(&mut self, member: &Spanned<String>, people: &[Person]) {
        if self.logins.contains_key(&lower(&member.value)) || self.problems.is_full() {
            return;
        }
        // Comparing each unknown name with each of very many takes longer than anybody waits.
        let near = people.iter().take(MOST_TO_COMPARE);
        let meant = suggest(&member.value, near.map(|person| person.login.as_str()));
        let message = format!("`@{}` is none of the people of this roster", member.value);
        let help = match meant {
            Some(meant) => format!("did you mean `@{meant}`?"),
            None => "add a `[[people]]` entry with this login".into(),
        };
        self.problems.push(member.span, message, help);
    }
}

fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// The same name a second time is an error that says where the first one is.
fn expect_new(seen: &mut Seen, name: &Spanned<String>, problems: &mut Problems<'_>) {
    let key = lower(&name.value);
    if let Some(first) = seen.get(&key) {
        let message = format!("{} is listed twice", quoted(&name.value));
        let line = problems.source().text.line(first.start);
        problems.push(name.span, message, format!("it is on line {line} already"));
    } else {
        seen.insert(key, name.span);
    }
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
            .map(|it| (it.login.as_str(), it.emails.len(), line(&it.location)))
            .collect();
        assert_eq!(people, [("Ann", 2, 3), ("bob", 0, 7)]);
        assert_eq!(roster.people[0].name.as_deref(), Some("Ann Smith"));
        let teams: Vec<_> = roster
            .teams
            .iter()
            .map(|it| (it.slug.as_str(), it.members.join(" "), line(&it.location)))
            .collect();
        assert_eq!(
            teams,
            [
                ("acme/Payments", "ann BOB".into(), 10),
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
            .map(|person| person.login.as_str())
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
            people.toml:23:1: unknown key `lead`
              help: known: `handle`, `name`, `members`
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
