//! Which owner is who: owners as written, resolved through rosters.
//!
//! Three-valued throughout. An owner is *unknown* only where a roster says that it is complete for the
//! organization in question; otherwise what no roster has is *unverifiable*.

use std::collections::{BTreeMap, BTreeSet};

use crate::codeowners::{Owner, OwnerKind};
use crate::facts::{Person, Roster, Team};

/// People and teams of all rosters, by their handles in lower case.
#[derive(Debug, Default)]
pub struct Directory<'a> {
    people: BTreeMap<String, &'a Person>,
    teams: BTreeMap<String, &'a Team>,
    emails: BTreeMap<String, &'a Person>,
    /// Organization → the roster that is complete for it.
    covered: BTreeMap<&'a str, &'a Roster>,
    /// Whether every person of the covering rosters has an e-mail address.
    emails_complete: bool,
    /// The organization of the repository, in lower case, as its origin names it.
    home: Option<String>,
}

/// Whether an owner is anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A roster has them.
    Known,
    /// A roster that is complete for their organization lacks them; its source.
    Unknown(String),
    /// It cannot be known, and why.
    Unverifiable(String),
}

impl<'a> Directory<'a> {
    /// The directory of these rosters, for a repository of this organization.
    pub fn new(rosters: &'a [Roster], home: Option<&str>) -> Directory<'a> {
        let mut directory = Directory {
            home: home.map(str::to_lowercase),
            emails_complete: true,
            ..Directory::default()
        };
        for roster in rosters {
            for person in &roster.people {
                directory.people.insert(person.login.to_lowercase(), person);
                let emails = person.emails.iter().map(|email| email.to_lowercase());
                directory.emails.extend(emails.map(|email| (email, person)));
            }
            for team in &roster.teams {
                directory.teams.insert(team.slug.to_lowercase(), team);
            }
            for organization in &roster.covers {
                directory.covered.insert(organization, roster);
                directory.emails_complete &= roster.people.iter().all(|p| !p.emails.is_empty());
            }
        }
        directory
    }

    /// Whether no roster says anything.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.teams.is_empty() && self.covered.is_empty()
    }

    /// Whether this owner is anybody.
    pub fn standing(&self, owner: &Owner) -> Standing {
        self.standing_of(owner.kind(), owner.text())
    }

    /// Whether an owner of this kind, written like this, is anybody.
    pub fn standing_of(&self, kind: OwnerKind, owner: &str) -> Standing {
        let handle = owner.trim_start_matches('@').to_lowercase();
        match kind {
            OwnerKind::Team => {
                if self.teams.contains_key(&handle) {
                    return Standing::Known;
                }
                let organization = handle.split('/').next().unwrap_or_default();
                match self.covered.get(organization) {
                    Some(roster) => Standing::Unknown(roster.source.clone()),
                    None => Standing::Unverifiable(format!("no roster covers `@{organization}`")),
                }
            }
            // A member's login is in the roster of a covered organization as a person or in a team.
            OwnerKind::User if self.people.contains_key(&handle) || self.is_member(&handle) => {
                Standing::Known
            }
            OwnerKind::User => self.outsider(),
            OwnerKind::Email if self.emails.contains_key(&handle) => Standing::Known,
            OwnerKind::Email if self.emails_complete => self.outsider(),
            OwnerKind::Email => {
                Standing::Unverifiable("the rosters do not say everyone's e-mail address".into())
            }
            OwnerKind::Glued => Standing::Unverifiable("it is not one handle".into()),
        }
    }

    /// The people behind this owner as logins in lower case; none where a roster does not say.
    pub fn people(&self, owner: &Owner) -> Option<BTreeSet<String>> {
        let handle = owner.text().trim_start_matches('@').to_lowercase();
        match owner.kind() {
            OwnerKind::User => Some(BTreeSet::from([handle])),
            OwnerKind::Email => {
                let person = self.emails.get(&handle)?;
                Some(BTreeSet::from([person.login.to_lowercase()]))
            }
            OwnerKind::Team => {
                let team = self.teams.get(&handle)?;
                Some(
                    team.members
                        .iter()
                        .map(|login| login.to_lowercase())
                        .collect(),
                )
            }
            OwnerKind::Glued => None,
        }
    }

    /// Handles of everyone and every team, with `@`, for did-you-mean.
    pub fn handles(&self) -> Vec<String> {
        let people = self
            .people
            .values()
            .map(|person| format!("@{}", person.login));
        let teams = self.teams.values().map(|team| format!("@{}", team.slug));
        people.chain(teams).collect()
    }

    fn is_member(&self, login: &str) -> bool {
        let mut members = self.teams.values().flat_map(|team| &team.members);
        members.any(|member| member.to_lowercase() == login)
    }

    /// The standing of a person whom no roster has: unknown only if a roster is complete for the
    /// organization to which the repository belongs.
    fn outsider(&self) -> Standing {
        let roster = match &self.home {
            Some(home) => self.covered.get(home.as_str()),
            // Without an origin the one covered organization is taken for the repository's.
            None if self.covered.len() == 1 => self.covered.values().next(),
            None => None,
        };
        match (roster, &self.home) {
            (Some(roster), _) => Standing::Unknown(roster.source.clone()),
            (None, Some(home)) => Standing::Unverifiable(format!("no roster covers `@{home}`")),
            (None, None) => Standing::Unverifiable("no roster covers their organization".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codeowners::{Dialect, OwnershipFile};
    use crate::facts::Location;
    use crate::text::{RepoPath, Text};

    fn roster(covers: &[&str]) -> Roster {
        let location = Location::repository("");
        Roster {
            source: "people.toml".into(),
            covers: covers.iter().map(|&org| org.to_owned()).collect(),
            people: vec![Person {
                login: "Ann".into(),
                name: None,
                emails: vec!["Ann@acme.test".into()],
                location: location.clone(),
            }],
            teams: vec![Team {
                slug: "acme/Ops".into(),
                name: None,
                members: vec!["ann".into(), "Bob".into()],
                location,
            }],
        }
    }

    fn standing(covers: &[&str], home: Option<&str>, owner: &str) -> &'static str {
        let text = Text::new(
            RepoPath::from("CODEOWNERS"),
            format!("* {owner}").into_bytes(),
        );
        let file = OwnershipFile::parse(Dialect::GitHub, text);
        let rosters = [roster(covers)];
        match Directory::new(&rosters, home).standing(&file.rules()[0].owners()[0]) {
            Standing::Known => "known",
            Standing::Unknown(_) => "unknown",
            Standing::Unverifiable(_) => "unverifiable",
        }
    }

    #[test]
    fn an_owner_is_unknown_only_where_a_roster_is_complete() {
        for (covers, home, owner, expected) in [
            (&["acme"][..], Some("Acme"), "@acme/ops", "known"),
            (&["acme"], Some("acme"), "@acme/gone", "unknown"),
            (&["acme"], Some("acme"), "@other/team", "unverifiable"),
            (&[], None, "@acme/gone", "unverifiable"),
            (&["acme"], Some("acme"), "@ANN", "known"),
            (&["acme"], Some("acme"), "@bob", "known"),
            (&["acme"], Some("acme"), "@zoe", "unknown"),
            (&["acme"], None, "@zoe", "unknown"),
            (&["acme"], Some("other"), "@zoe", "unverifiable"),
            (&["acme", "labs"], None, "@zoe", "unverifiable"),
            (&["acme"], Some("acme"), "ann@ACME.test", "known"),
            (&["acme"], Some("acme"), "zoe@acme.test", "unknown"),
            (&["acme"], Some("acme"), "@a@b", "unverifiable"),
        ] {
            assert_eq!(
                standing(covers, home, owner),
                expected,
                "{owner} {covers:?} {home:?}"
            );
        }
    }
}
