//! What the forge alone knows of a repository: whether the ownership file is enforced and which of its lines
//! it takes, what was reviewed, deployed and reported, and whether issues and links are still there.
//!
//! Each part is a fact or a gap by itself, as a token sees one thing and not another.

mod changes;
mod deliveries;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Gap, GapKind, Marker};

pub use changes::{Login, Pull, Review, ReviewRequest, ReviewState};
pub use deliveries::{Deliveries, Deployment, Incident, Release};

/// A fact, or why it could not be had.
pub type Known<T> = Result<T, Gap>;

/// What the forge knows of one repository, as far as any rule asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Forge {
    /// Where people see the forge: `github.com`.
    pub host: String,
    /// What its origin calls it: `acme/shop`.
    pub origin: String,
    /// What the forge calls it, which after a rename is something else.
    pub slug: String,
    /// The branch that changes go to; none where the repository is empty.
    pub default_branch: Option<String>,
    /// What has to happen before a change gets there.
    pub branch_rules: Known<BranchRules>,
    /// What the forge says of the ownership file.
    pub owner_errors: Known<OwnerErrors>,
    /// The changes that were asked for.
    pub pulls: Known<Pulls>,
    /// What was deployed and what broke.
    pub deliveries: Known<Deliveries>,
    /// The issues that comments name, as far as they could be looked up.
    pub issues: BTreeMap<IssueName, Known<Issue>>,
    /// External links of runbooks, without their fragments.
    pub links: BTreeMap<String, LinkState>,
}

impl Forge {
    /// A repository of which nothing was asked yet.
    pub fn new(host: impl Into<String>, origin: impl Into<String>) -> Forge {
        let unasked = || Gap::new(GapKind::NotGathered, "the forge was not asked");
        let origin = origin.into();
        Forge {
            host: host.into(),
            slug: origin.clone(),
            origin,
            default_branch: None,
            branch_rules: Err(unasked()),
            owner_errors: Err(unasked()),
            pulls: Err(unasked()),
            deliveries: Err(unasked()),
            issues: BTreeMap::new(),
            links: BTreeMap::new(),
        }
    }
}

impl Forge {
    /// What was asked and could not be had. That an issue or a link cannot be looked up is told where it
    /// is named.
    pub fn unread(&self) -> Vec<Gap> {
        let parts = [
            self.branch_rules.as_ref().err(),
            self.owner_errors.as_ref().err(),
            self.pulls.as_ref().err(),
            self.deliveries.as_ref().err(),
        ];
        let asked = parts
            .into_iter()
            .flatten()
            .filter(|gap| gap.kind != GapKind::NotGathered);
        asked.cloned().collect()
    }
}

/// What branch protection and rulesets together demand of a change of the default branch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BranchRules {
    /// Whether the owners of the files that it changes have to approve it.
    pub code_owners: bool,
    /// How many approvals it needs: the most that any rule demands.
    pub approvals: u32,
}

/// What the forge says of the lines of an ownership file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnerErrors {
    /// Whether it read the same version of the file as this program: only then an owner of whom it says
    /// nothing is right.
    pub same_file: bool,
    /// What is wrong, in the order of lines.
    pub errors: Vec<OwnerError>,
}

/// What the forge says of one line of an ownership file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerError {
    /// The line, counted from 1.
    pub line: u32,
    /// The column at which it found the fault, counted from 1.
    pub column: u32,
    /// Its word for the fault: `Unknown owner`, `Invalid pattern`.
    pub kind: String,
    /// The line, as it has it.
    pub source: String,
    /// What it says, in one line.
    pub message: String,
}

impl OwnerError {
    /// Whether the line is right but for an owner who does not exist, cannot write, or cannot be seen.
    pub fn is_about_an_owner(&self) -> bool {
        self.kind.eq_ignore_ascii_case("Unknown owner")
    }
}

/// The pull requests of a span of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pulls {
    /// Since when all are known that were touched at all.
    pub since: Timestamp,
    /// Ascending by number.
    pub all: Vec<Pull>,
}

/// An issue or pull request as a comment names it, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IssueName {
    /// `acme/shop`.
    pub repository: String,
    /// Its number.
    pub number: u64,
}

/// An issue or pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Whether it is a pull request.
    pub is_pull: bool,
    /// When it was closed; none while it is open.
    pub closed: Option<Timestamp>,
}

/// Whether a link leads anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkState {
    /// Somebody answered that it does.
    Alive,
    /// Somebody answered with this status that there is no such page.
    Gone(u16),
    /// It cannot be told, and why.
    Unknown(String),
}

impl IssueName {
    /// What a reference in a repository (`acme/shop`) names: `#12`, or `acme/web#12`. None if it is one of
    /// another tracker.
    pub fn of(reference: &str, repository: &str) -> Option<IssueName> {
        let (named, number) = reference.split_once('#')?;
        let repository = match named {
            "" => repository,
            named if is_slug(named) => named,
            _ => return None,
        };
        IssueName::new(repository, number)
    }

    /// What a URL of the forge at this host shows: `https://github.com/acme/shop/issues/12`.
    pub fn of_url(url: &str, host: &str) -> Option<IssueName> {
        let rest = url
            .strip_prefix("https://")
            .or_else(|| url.strip_prefix("http://"))?;
        let (named, path) = rest.split_once('/')?;
        if !named.eq_ignore_ascii_case(host) {
            return None;
        }
        let parts: Vec<&str> = path.split(['/', '?', '#']).collect();
        let [owner, name, "issues" | "pull", number, ..] = parts[..] else {
            return None;
        };
        let slug = format!("{owner}/{name}");
        is_slug(&slug).then(|| IssueName::new(&slug, number))?
    }

    /// All issues of the forge that a marker in a repository names, by number or by URL.
    pub fn all_of(marker: &Marker, repository: &str, host: &str) -> Vec<IssueName> {
        let named = marker
            .issues
            .iter()
            .filter_map(|it| IssueName::of(it, repository));
        let linked = marker
            .links
            .iter()
            .filter_map(|url| IssueName::of_url(url, host));
        let mut all: Vec<IssueName> = named.chain(linked).collect();
        all.sort();
        all.dedup();
        all
    }

    /// Numbers are those of the forge: from 1, in 31 bits.
    fn new(repository: &str, number: &str) -> Option<IssueName> {
        let number: u64 = number.parse().ok()?;
        let is_one = (1..=i32::MAX as u64).contains(&number);
        is_one.then(|| IssueName {
            repository: repository.to_lowercase(),
            number,
        })
    }
}

/// Whether a text names a repository: `owner/name`.
fn is_slug(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    text.split_once('/')
        .is_some_and(|(owner, name)| is_part(owner) && is_part(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issues_are_those_of_the_forge() {
        let of = |text: &str| {
            let name =
                IssueName::of(text, "Acme/Shop").or_else(|| IssueName::of_url(text, "github.com"));
            name.map(|name| format!("{}#{}", name.repository, name.number))
        };
        for (text, expected) in [
            ("#12", Some("acme/shop#12")),
            ("acme/Web#3", Some("acme/web#3")),
            (
                "https://GitHub.com/acme/web/issues/4#issuecomment-1",
                Some("acme/web#4"),
            ),
            (
                "https://github.com/acme/web/pull/5/files",
                Some("acme/web#5"),
            ),
            ("https://gitlab.com/acme/web/issues/4", None),
            ("https://github.com/acme/web/wiki/4", None),
            ("web#3", None),
            ("ABC-1", None),
            ("b/123", None),
            ("#0", None),
            ("#99999999999", None),
            ("a b/c#1", None),
        ] {
            assert_eq!(of(text).as_deref(), expected, "{text}");
        }
    }
}
