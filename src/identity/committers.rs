//! Who wrote commits: authors of all histories, joined to people.
//!
//! Authors are one if they share an e-mail address, or a name. The forge's own addresses
//! (`123+ann@users.noreply.github.com`) say a login; a roster says whose an address is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Directory, Party};
use crate::facts::{Author, History, Name};

/// Everybody who wrote commits in any repository of a run.
#[derive(Debug, Default)]
pub struct Committers {
    all: Vec<Committer>,
    /// By repository and author: who it is, by place.
    of: Vec<Vec<u32>>,
    /// By person of the directory: who it is, by place, if they wrote commits.
    by_person: BTreeMap<usize, u32>,
    /// By login or address: who it is, by place.
    by_name: HashMap<Name, u32>,
}

/// Somebody who wrote commits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committer {
    /// What people call them: as a roster does, else by their login, else by name.
    pub label: String,
    /// Their place in the directory, if a roster has them.
    pub person: Option<usize>,
    /// Whether no person is behind it.
    pub is_bot: bool,
    /// The logins and addresses under which they wrote commits.
    pub names: BTreeSet<Name>,
}

/// An author, where they wrote commits, by repository and place, and whether they are a bot.
type Found<'h> = (&'h Author, Vec<(usize, usize)>, bool);

/// Where the forge keeps addresses secret.
const NO_REPLY: &str = "@users.noreply.github.com";

/// Bots that are not called so. Those of <https://github.com/apps> end with `[bot]`.
const BOTS: [&str; 9] = [
    "dependabot",
    "dependabot-preview",
    "renovate",
    "greenkeeper",
    "github-actions",
    "semantic-release",
    "pre-commit-ci",
    "mergify",
    "web-flow",
];

/// Names that say nothing of who it is: they join nobody. In lower case.
const ANYBODY: [&str; 12] = [
    "unknown",
    "root",
    "user",
    "admin",
    "ubuntu",
    "nobody",
    "your name",
    "name",
    "no author",
    "dev",
    "developer",
    "test",
];

impl Committers {
    /// The authors of these histories, by repository; `is_bot` is asked of every author beside what is known
    /// of bots.
    pub fn of(
        histories: &[Option<&History>],
        directory: &Directory<'_>,
        is_bot: impl Fn(usize, &Author) -> bool,
    ) -> Committers {
        let mut authors: Vec<Found<'_>> = Vec::new();
        let mut known: HashMap<&Author, usize> = HashMap::new();
        for (place, history) in histories.iter().enumerate() {
            for (number, author) in history.iter().flat_map(|it| it.authors.iter().enumerate()) {
                let at = *known.entry(author).or_insert(authors.len());
                if at == authors.len() {
                    authors.push((author, Vec::new(), false));
                }
                authors[at].1.push((place, number));
                authors[at].2 |= is_bot_by_name(author) || is_bot(place, author);
            }
        }
        let joined = join(
            &authors.iter().map(|it| it.0).collect::<Vec<_>>(),
            directory,
        );

        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..authors.len() {
            groups.entry(joined.group[at]).or_default().push(at);
        }
        let mut all: Vec<(Committer, Vec<usize>)> = Vec::new();
        for (group, members) in groups {
            let person = joined.person.get(&group).copied();
            let logins = members.iter().filter_map(|&at| login(authors[at].0));
            let name = || {
                let named = members.iter().map(|&at| authors[at].0);
                let named = named.map(|author| match author.name.trim() {
                    "" => &author.email,
                    _ => &author.name,
                });
                named.min().cloned().unwrap_or_default()
            };
            let label = match person {
                Some(person) => directory.people()[person].label.clone(),
                None => logins.min().map_or_else(name, |login| format!("@{login}")),
            };
            let committer = Committer {
                label,
                person,
                is_bot: members.iter().all(|&at| authors[at].2),
                names: members
                    .iter()
                    .flat_map(|&at| names(authors[at].0))
                    .collect(),
            };
            all.push((committer, members));
        }
        all.sort_by(|a, b| a.0.label.cmp(&b.0.label));
        let mut of: Vec<Vec<u32>> = histories
            .iter()
            .map(|history| vec![0; history.map_or(0, |it| it.authors.len())])
            .collect();
        let (mut by_person, mut by_name) = (BTreeMap::new(), HashMap::new());
        for (at, (committer, members)) in all.iter().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            for &(place, number) in members.iter().flat_map(|&it| &authors[it].1) {
                of[place][number] = at;
            }
            if let Some(person) = committer.person {
                by_person.insert(person, at);
            }
            by_name.extend(committer.names.iter().map(|name| (name.clone(), at)));
        }
        Committers {
            all: all.into_iter().map(|(committer, _)| committer).collect(),
            of,
            by_person,
            by_name,
        }
    }

    /// Everybody, sorted by label.
    pub fn all(&self) -> &[Committer] {
        &self.all
    }

    /// Who is at a place.
    pub fn at(&self, place: u32) -> &Committer {
        &self.all[place as usize]
    }

    /// Who the author at this place of the history of a repository is, by place.
    pub fn who(&self, repository: usize, author: u32) -> u32 {
        self.of[repository][author as usize]
    }

    /// By what place a person of the directory is known, if they wrote commits.
    pub fn of_person(&self, person: usize) -> Option<u32> {
        self.by_person.get(&person).copied()
    }

    /// Who wrote commits under a login or an address, by place.
    pub fn of_name(&self, name: &Name) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// Whether anybody whom a roster has wrote a commit: else rosters and commits do not speak of the same
    /// people, and nothing follows from who is missing.
    pub fn joins_rosters(&self) -> bool {
        !self.by_person.is_empty()
    }
}

/// Which authors are one, and who they are.
struct Joined {
    /// By author.
    group: Vec<usize>,
    /// By group: the person of the directory.
    person: HashMap<usize, usize>,
}

/// Joins authors by what is theirs alone: address, login, entry of a roster; then by name, where that does
/// not make two people one of whom rosters know that they are two.
fn join(authors: &[&Author], directory: &Directory<'_>) -> Joined {
    let mut union = Union::new(authors.len());
    let mut by_key: HashMap<String, usize> = HashMap::new();
    let mut person: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, author) in authors.iter().enumerate() {
        let email = author.email.trim().to_lowercase();
        let login = login(author);
        let known = names(author).find_map(|name| directory.party(&name));
        let known = match known {
            Some(Party::Person(person)) => Some(person),
            _ => None,
        };
        let keys = [
            is_address(&email).then(|| format!("e {email}")),
            login.map(|login| format!("l {login}")),
            known.map(|person| format!("p {person}")),
        ];
        for key in keys.into_iter().flatten() {
            let first = *by_key.entry(key).or_insert(at);
            union.join(first, at);
        }
        if let Some(known) = known {
            person.insert(at, known);
        }
    }
    let mut persons = BTreeMap::new();
    for (at, person) in person {
        persons.insert(union.find(at), person);
    }
    // Names that rosters give to one person alone.
    let mut in_rosters: HashMap<String, Option<usize>> = HashMap::new();
    for (place, record) in directory.people().iter().enumerate() {
        for name in record.said.iter().filter_map(|said| said.name.as_ref()) {
            let known = in_rosters.entry(key_of(name)).or_insert(Some(place));
            if *known != Some(place) {
                *known = None;
            }
        }
    }
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, author) in authors.iter().enumerate() {
        let key = key_of(&author.name);
        if !key.is_empty() && !ANYBODY.contains(&key.as_str()) {
            by_name.entry(key).or_default().push(at);
        }
    }
    for (name, of_name) in by_name {
        let mut people: Vec<usize> = of_name
            .iter()
            .filter_map(|&at| persons.get(&union.find(at)).copied())
            .collect();
        people.extend(in_rosters.get(&name).copied().flatten());
        people.sort_unstable();
        people.dedup();
        if people.len() > 1 || in_rosters.get(&name) == Some(&None) {
            continue;
        }
        for pair in of_name.windows(2) {
            union.join(pair[0], pair[1]);
        }
        if let Some(&person) = people.first() {
            persons.insert(union.find(of_name[0]), person);
        }
    }
    // A join by name can have carried somebody to a person whom another name had led to.
    let mut of_groups = HashMap::new();
    for (at, person) in persons {
        let known = of_groups.entry(union.find(at)).or_insert(person);
        *known = person.min(*known);
    }
    Joined {
        group: (0..authors.len()).map(|at| union.find(at)).collect(),
        person: of_groups,
    }
}

/// What is an author's alone: their login, and their address.
fn names(author: &Author) -> impl Iterator<Item = Name> {
    let email = author.email.trim().to_lowercase();
    let address = is_address(&email).then_some(Name::Email(email.into()));
    login(author)
        .map(|login| Name::User(login.into()))
        .into_iter()
        .chain(address)
}

/// A name as it is compared.
fn key_of(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// Whether an address is somebody's: `root@localhost` is anybody's.
fn is_address(email: &str) -> bool {
    let host = email.rsplit_once('@').map(|(_, host)| host);
    host.is_some_and(|host| host.contains('.') && !host.starts_with("localhost"))
        && !email.starts_with("noreply@")
        && !email.starts_with("you@example.")
}

/// The login that an author's address says, in lower case.
fn login(author: &Author) -> Option<String> {
    let email = author.email.trim().to_lowercase();
    let local = email.strip_suffix(NO_REPLY)?;
    let login = local.split_once('+').map_or(local, |(_, login)| login);
    (!login.is_empty()).then(|| login.to_owned())
}

/// Whether an author is called as bots are.
fn is_bot_by_name(author: &Author) -> bool {
    let login = login(author);
    let local = author.email.split('@').next().unwrap_or_default();
    let names = [author.name.trim(), login.as_deref().unwrap_or(local)];
    names.into_iter().any(is_bot_name)
}

/// Whether a name or login is one that bots have.
pub fn is_bot_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let of_bots = ["[bot]", "-bot", "_bot", "-robot"];
    of_bots.iter().any(|end| name.ends_with(end)) || BOTS.contains(&name.as_str())
}

/// Sets that are joined.
struct Union(Vec<usize>);

impl Union {
    fn new(size: usize) -> Union {
        Union((0..size).collect())
    }

    fn find(&mut self, mut at: usize) -> usize {
        while self.0[at] != at {
            self.0[at] = self.0[self.0[at]];
            at = self.0[at];
        }
        at
    }

    /// The smaller place stands for both.
    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.find(one), self.find(other));
        self.0[one.max(other)] = one.min(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Location, Person, Roster};

    fn author(text: &str) -> Author {
        let (name, email) = text.split_once(" <").unwrap();
        Author {
            name: name.into(),
            email: email.trim_end_matches('>').into(),
        }
    }

    fn joined(rosters: &[Roster], authors: &[&str]) -> Vec<String> {
        let mut authors: Vec<Author> = authors.iter().map(|it| author(it)).collect();
        authors.sort();
        let history = History {
            authors: authors.clone(),
            ..History::default()
        };
        let directory = Directory::new(rosters, None);
        let all = Committers::of(&[Some(&history)], &directory, |_, _| false);
        (0..all.all().len())
            .map(|who| {
                let mine = authors.iter().enumerate();
                let mine = mine.filter(|(at, _)| all.who(0, *at as u32) == who as u32);
                let mine: Vec<_> = mine.map(|(_, it)| it.email.as_str()).collect();
                let committer = &all.all()[who];
                let bot = if committer.is_bot { " (bot)" } else { "" };
                format!("{}{bot}: {}", committer.label, mine.join(" "))
            })
            .collect()
    }

    fn person(login: &str, name: Option<&str>, emails: &[&str]) -> Person {
        Person {
            login: Some(login.into()),
            name: name.map(str::to_owned),
            emails: emails.iter().map(|&it| it.to_owned()).collect(),
            ..Person::new(Location::repository(""))
        }
    }

    #[test]
    fn authors_are_one_by_address_login_and_name() {
        let found = joined(
            &[],
            &[
                "Ann Lee <ann@acme.test>",
                "ann lee <ANN@home.test>",
                "annie <ann@home.test>",
                "annie <12+AnnLee@users.noreply.github.com>",
                "root <root@localhost>",
                "root <root@host.test>",
                "Bob <>",
            ],
        );
        assert_eq!(
            found,
            [
                "@annlee: 12+AnnLee@users.noreply.github.com ANN@home.test ann@acme.test ann@home.test",
                "Bob: ",
                "root: root@host.test",
                "root: root@localhost",
            ]
        );
    }

    #[test]
    fn rosters_say_who_it_is_and_keep_two_people_apart() {
        let roster = Roster {
            people: vec![
                person("ann", Some("Ann Lee"), &["ann@acme.test"]),
                person("ann2", None, &["ann.lee@acme.test"]),
                person("bob", Some("Bob Ray"), &[]),
            ],
            ..Roster::default()
        };
        let found = joined(
            &[roster],
            &[
                "Ann Lee <ANN@acme.test>",
                "Ann Lee <ann.lee@acme.test>",
                "Ann Lee <ann@home.test>",
                "Bob Ray <b@home.test>",
                "x <ann@users.noreply.github.com>",
            ],
        );
        assert_eq!(
            found,
            [
                "@ann: ANN@acme.test ann@users.noreply.github.com",
                "@ann2: ann.lee@acme.test",
                "@bob: b@home.test",
                "Ann Lee: ann@home.test",
            ]
        );
    }

    #[test]
    fn bots_are_told_by_their_names() {
        let found = joined(
            &[],
            &[
                "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>",
                "Renovate <bot@renovateapp.test>",
                "Jan Bot <jan@acme.test>",
                "x <acme-bot@acme.test>",
            ],
        );
        assert_eq!(
            found,
            [
                "@dependabot[bot] (bot): 49699333+dependabot[bot]@users.noreply.github.com",
                "Jan Bot: jan@acme.test",
                "Renovate (bot): bot@renovateapp.test",
                "x (bot): acme-bot@acme.test",
            ]
        );
    }
}
