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
