//! What policies and the files that they name declare: people, teams, services and journeys.
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
//! lead = "@ann"
//! parent = "@acme/commerce"
//! aliases = ["group:default/payments"]
//!
//! [[services]]
//! name = "ledger"
//! owner = "@acme/payments"
//! tier = 1
//! lifecycle = "production"
//! paths = ["services/ledger/"]
//! depends-on = ["database"]
//! runbook = "docs/runbooks/ledger.md"
//! links = [{ kind = "dashboard", url = "https://grafana.acme.example/d/ledger" }]
//!
//! [[journeys]]
//! name = "checkout"
//! owner = "@acme/commerce"
//! steps = ["cart", "ledger"]
//! ```
//!
//! Input: the tables of a file. Output: facts with the lines that say them, and everything that is wrong.
//! A file that declares people declares all of them: a member who is not among them is an error, most
//! likely a typo. In a file without people, the members of its teams are its people.

use std::collections::HashMap;

use super::error::{Problems, quoted, suggest};
use super::handle::{Handle, is_email, is_name};
use super::reader::{Node, Spanned, Table};
use crate::facts::{
    EntityRef, Format, Journey, Location, Name, Person, Reference, Said, Service, ServiceLink,
    Team, Tier,
};
use crate::text::Span;

/// The most people that a misspelt member is compared with.
const MOST_TO_COMPARE: usize = 2000;

/// What one file declares.
#[derive(Clone, Debug, Default)]
pub struct Declarations {
    /// `[[people]]`, or the members of teams where there are none.
    pub people: Vec<Person>,
    /// `[[teams]]`
    pub teams: Vec<Team>,
    /// `[[services]]`
    pub services: Vec<Service>,
    /// `[[journeys]]`
    pub journeys: Vec<Journey>,
}

/// Reads people and teams, and nothing else: a roster.
pub(crate) fn read_roster(table: &mut Table<'_>, problems: &mut Problems<'_>) -> Declarations {
    let mut declared = Declarations::default();
    Reader::new(problems).people_and_teams(table, &mut declared);
    declared
}

/// Reads everything that can be declared.
pub(crate) fn read(table: &mut Table<'_>, problems: &mut Problems<'_>) -> Declarations {
    let mut declared = read_without_services(table, problems);
    let mut reader = Reader::new(problems);
    if let Some(node) = table.optional("services") {
        for table in node.tables("tables: `[[services]]`", reader.problems) {
            declared.services.extend(reader.service(table));
        }
    }
    declared
}

/// Reads everything but services, in a file where `services` says how these are found.
pub(crate) fn read_without_services(
    table: &mut Table<'_>,
    problems: &mut Problems<'_>,
) -> Declarations {
    let mut declared = Declarations::default();
    let mut reader = Reader::new(problems);
    reader.people_and_teams(table, &mut declared);
    if let Some(node) = table.optional("journeys") {
        for table in node.tables("tables: `[[journeys]]`", reader.problems) {
            declared.journeys.extend(reader.journey(table));
        }
    }
    declared
}

/// Reads a `service.toml`: the keys of a `[[services]]` entry, for the folder that it lies in.
pub(crate) fn read_service(table: Table<'_>, problems: &mut Problems<'_>) -> Option<Service> {
    Reader::new(problems).service(table)
}

/// Where names were seen first, by their lower-case form.
type Seen = HashMap<String, Span>;

struct Reader<'p, 's> {
    problems: &'p mut Problems<'s>,
    logins: Seen,
    emails: Seen,
    handles: Seen,
    services: Seen,
    journeys: Seen,
}

impl<'p, 's> Reader<'p, 's> {
    fn new(problems: &'p mut Problems<'s>) -> Self {
        Reader {
            problems,
            logins: Seen::new(),
            emails: Seen::new(),
            handles: Seen::new(),
            services: Seen::new(),
            journeys: Seen::new(),
        }
    }

    fn people_and_teams(&mut self, table: &mut Table<'_>, declared: &mut Declarations) {
        let people = table.optional("people");
        let teams = table.optional("teams");
        if let Some(node) = people {
            for person in node.tables("tables: `[[people]]`", self.problems) {
                declared.people.extend(self.person(person));
            }
        }
        let declares_people = people.is_some();
        let Some(node) = teams else { return };
        for team in node.tables("tables: `[[teams]]`", self.problems) {
            let (team, members) = self.team(team);
            for member in members.iter().flatten() {
                if declares_people {
                    self.expect_declared(member, &declared.people);
                } else if self
                    .logins
                    .insert(lower(&member.value), member.span)
                    .is_none()
                {
                    declared.people.push(Person {
                        login: Some(member.value.clone()),
                        ..Person::new(self.location(member.span))
                    });
                }
            }
            let members = members.map(|members| {
                let members = members.iter();
                members.map(|member| self.user(member)).collect()
            });
            declared
                .teams
                .extend(team.map(|team| Team { members, ..team }));
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
        let name = self.plain(&mut table, "name");
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
            login: Some(login.value),
            name,
            emails: emails.into_iter().map(|email| email.value).collect(),
            ..Person::new(self.location(login.span))
        })
    }

    /// A team without its members, and the members where they are given.
    fn team(&mut self, mut table: Table<'_>) -> (Option<Team>, Option<Vec<Spanned<String>>>) {
        let help = "name the team: `handle = \"@org/team\"`";
        let handle = table
            .required("handle", help, self.problems)
            .and_then(|node| node.text("a handle such as \"@org/team\"", self.problems))
            .and_then(|handle| self.handle(handle));
        let name = self.plain(&mut table, "name");
        let members = table.optional("members");
        let members = members.map(|node| node.texts(self.problems));
        let lead = self.owner(&mut table, "lead");
        let parent = self.owner(&mut table, "parent");
        let aliases = self.references(&mut table, "aliases", Name::of_declared_owner);
        table.finish(&[], self.problems);
        let mut seen = Seen::new();
        let members = members.map(|members| {
            let members = members.into_iter().filter_map(|member| {
                let member = self.login(member)?;
                expect_new(&mut seen, &member, self.problems);
                Some(member)
            });
            members.collect()
        });
        let team = handle.map(|handle| {
            expect_new(&mut self.handles, &handle, self.problems);
            Team {
                handle: Some(handle.value),
                name,
                lead,
                parent,
                aliases,
                ..Team::new(self.location(handle.span))
            }
        });
        (team, members)
    }

    fn service(&mut self, mut table: Table<'_>) -> Option<Service> {
        let help = "name the service: `name = \"payments\"`";
        let name = table
            .required("name", help, self.problems)
            .and_then(|node| node.text("a name", self.problems))
            .and_then(|name| self.entity_name(name));
        let kind = table.optional("kind");
        let kind = kind.and_then(|node| node.text("a kind such as \"service\"", self.problems));
        let tier = table.optional("tier").and_then(|node| self.tier(node));
        let lifecycle = self.said(&mut table, "lifecycle");
        let owner = self.owner(&mut table, "owner");
        let part_of = self.said(&mut table, "system");
        let part_of = part_of.and_then(|said| reference(said, "system"));
        let components = |text: &str| EntityRef::parse(text, "component", DEFAULT).map(Name::from);
        let apis = |text: &str| EntityRef::parse(text, "api", DEFAULT).map(Name::from);
        let depends_on = self.references(&mut table, "depends-on", components);
        let provides = self.references(&mut table, "provides", apis);
        let consumes = self.references(&mut table, "consumes", apis);
        let mut links = self.links(&mut table);
        for (key, kind) in [
            ("runbook", "runbook"),
            ("dashboard", "dashboard"),
            ("on-call", "on-call"),
        ] {
            let Some(node) = table.optional(key) else {
                continue;
            };
            for text in node.text_or_texts(self.problems) {
                let said = self.say(&text);
                links.push(ServiceLink {
                    kind: Some(kind.into()),
                    title: None,
                    url: said.text,
                    excerpt: said.excerpt,
                });
            }
        }
        let tags = table.optional("tags");
        let tags = tags.map_or(Vec::new(), |node| node.texts(self.problems));
        let annotations = self.annotations(&mut table);
        let repository = self.said(&mut table, "repository");
        let paths = table.optional("paths").map(|node| {
            let paths = node.texts(self.problems);
            super::selection::read_paths(&paths, self.problems);
            paths.iter().map(|path| self.say(path)).collect()
        });
        let title = self.plain(&mut table, "title");
        table.finish(&[], self.problems);
        let name = name?;
        expect_new(&mut self.services, &name, self.problems);
        let entity = EntityRef::new("component", DEFAULT, &name.value);
        let kind = kind.map_or("service".to_owned(), |kind| kind.value.to_lowercase());
        let at = self.location(name.span);
        Some(Service {
            title,
            kind,
            tier,
            lifecycle,
            owner,
            part_of: part_of.into_iter().collect(),
            depends_on,
            provides,
            consumes,
            links,
            tags: tags.into_iter().map(|tag| tag.value).collect(),
            annotations,
            repository,
            paths,
            ..Service::new(entity, name.value, Format::Native, at)
        })
    }

    fn journey(&mut self, mut table: Table<'_>) -> Option<Journey> {
        let help = "name the journey: `name = \"checkout\"`";
        let name = table
            .required("name", help, self.problems)
            .and_then(|node| node.text("a name", self.problems))
            .filter(|name| self.is_not_empty(name));
        let owner = self.owner(&mut table, "owner");
        let lead = self.owner(&mut table, "lead");
        let components = |text: &str| EntityRef::parse(text, "component", DEFAULT).map(Name::from);
        let steps = self.references(&mut table, "steps", components);
        table.finish(&[], self.problems);
        let name = name?;
        expect_new(&mut self.journeys, &name, self.problems);
        Some(Journey {
            location: self.location(name.span),
            name: name.value,
            owner,
            lead,
            steps,
        })
    }

    fn links(&mut self, table: &mut Table<'_>) -> Vec<ServiceLink> {
        let Some(node) = table.optional("links") else {
            return Vec::new();
        };
        let mut links = Vec::new();
        for mut table in node.tables(
            "tables: `links = [{ kind = \"…\", url = \"…\" }]`",
            self.problems,
        ) {
            let help = "say where it leads: `url = \"https://example.com\"`";
            let url = table
                .required("url", help, self.problems)
                .and_then(|node| node.text("a URL or a path", self.problems));
            let kind = self.plain(&mut table, "kind");
            let title = self.plain(&mut table, "title");
            table.finish(&[], self.problems);
            links.extend(url.map(|url| {
                let said = self.say(&url);
                ServiceLink {
                    kind: kind.map(|kind| kind.to_lowercase()),
                    title,
                    url: said.text,
                    excerpt: said.excerpt,
                }
            }));
        }
        links
    }

    fn annotations(&mut self, table: &mut Table<'_>) -> std::collections::BTreeMap<String, String> {
        let Some(table) = table
            .optional("annotations")
            .and_then(|node| node.table("a table: `annotations = { … }`", self.problems))
        else {
            return Default::default();
        };
        let others = table.others().into_iter();
        let texts = others.filter_map(|(key, node)| {
            let value = node.text("a string", self.problems)?;
            Some((key.value.to_owned(), value.value))
        });
        texts.collect()
    }

    fn tier(&mut self, node: Node<'_>) -> Option<Tier> {
        let level = match node.value() {
            super::Value::Integer(level) => u8::try_from(level).ok(),
            _ => None,
        };
        let level = level.filter(|level| (1..=9).contains(level));
        if level.is_none() {
            node.reject("a tier from 1, the most critical, to 9", self.problems);
        }
        let excerpt = self.problems.source().text.excerpt(node.span);
        level.map(|level| Tier { level, excerpt })
    }

    fn entity_name(&mut self, name: Spanned<String>) -> Option<Spanned<String>> {
        let is_part = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, ':' | '/');
        if !name.value.is_empty() && name.value.len() <= 100 && name.value.chars().all(is_part) {
            return Some(name);
        }
        let message = format!("{} is no name of a service", quoted(&name.value));
        let help = "write a word of at most 100 bytes without spaces, `:` and `/`".to_string();
        self.problems.push(name.span, message, help);
        None
    }

    fn is_not_empty(&mut self, name: &Spanned<String>) -> bool {
        let is_empty = name.value.trim().is_empty();
        if is_empty {
            self.problems.push(name.span, "the name is empty", None);
        }
        !is_empty
    }

    /// An owner: a handle, an e-mail address, or an entity.
    fn owner(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<Reference> {
        let text = table
            .optional(key)?
            .text("an owner such as \"@org/team\"", self.problems)?;
        self.reference(&text, Name::of_declared_owner)
    }

    fn references(
        &mut self,
        table: &mut Table<'_>,
        key: &'static str,
        name: impl Fn(&str) -> Option<Name>,
    ) -> Vec<Reference> {
        let Some(node) = table.optional(key) else {
            return Vec::new();
        };
        let texts = node.texts(self.problems).into_iter();
        texts
            .filter_map(|text| self.reference(&text, &name))
            .collect()
    }

    fn reference(
        &mut self,
        text: &Spanned<String>,
        name: impl Fn(&str) -> Option<Name>,
    ) -> Option<Reference> {
        let Some(name) = name(&text.value) else {
            let message = format!("{} names nothing", quoted(&text.value));
            let help = "write `@org/team`, `@user`, an e-mail address, or the name of an entity";
            self.problems.push(text.span, message, help.to_string());
            return None;
        };
        let Said { text, excerpt } = self.say(text);
        Some(Reference {
            text,
            name,
            excerpt,
        })
    }

    fn user(&self, login: &Spanned<String>) -> Reference {
        Reference {
            text: format!("@{}", login.value),
            name: Name::User(lower(&login.value).into()),
            excerpt: self.problems.source().text.excerpt(login.span),
        }
    }

    fn plain(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<String> {
        let text = table.optional(key)?.text("a string", self.problems)?;
        Some(text.value)
    }

    fn said(&mut self, table: &mut Table<'_>, key: &'static str) -> Option<Said> {
        let text = table.optional(key)?.text("a string", self.problems)?;
        Some(self.say(&text))
    }

    fn say(&self, text: &Spanned<String>) -> Said {
        Said {
            text: text.value.clone(),
            excerpt: self.problems.source().text.excerpt(text.span),
        }
    }

    fn location(&self, span: Span) -> Location {
        self.problems.source().location(span, "")
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
        let near = near.filter_map(|person| person.login.as_deref());
        let meant = suggest(&member.value, near);
        let message = format!("`@{}` is none of the people of this roster", member.value);
        let help = match meant {
            Some(meant) => format!("did you mean `@{meant}`?"),
            None => "add a `[[people]]` entry with this login".into(),
        };
        self.problems.push(member.span, message, help);
    }
}

const DEFAULT: &str = EntityRef::DEFAULT_NAMESPACE;

impl Name {
    /// Whom an owner names in a file of this program's own.
    fn of_declared_owner(text: &str) -> Option<Name> {
        Name::of_owner(text, DEFAULT)
    }
}

fn reference(said: Said, kind: &str) -> Option<Reference> {
    let name = EntityRef::parse(&said.text, kind, DEFAULT).map(Name::from)?;
    let Said { text, excerpt } = said;
    Some(Reference {
        text,
        name,
        excerpt,
    })
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

impl Declarations {
    /// Takes what another file declares behind this one.
    pub fn extend(&mut self, other: Declarations) {
        self.people.extend(other.people);
        self.teams.extend(other.teams);
        self.services.extend(other.services);
        self.journeys.extend(other.journeys);
    }
}
