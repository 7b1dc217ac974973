//! Who owns files, as the ownership file names them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::codeowners::{Matcher, OwnerKind, OwnershipFile};
use crate::facts::{Lookup, Repository};
use crate::policy::handle::is_name;

/// What the ownership file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnersSeen {
    /// The path of the ownership file, if there is one.
    pub file: Option<String>,
    /// Why it could not be read, if it could not.
    pub unreadable: Option<String>,
    /// How many lines name owners, or say that there are none.
    pub lines: usize,
    /// How many lines the forge skips.
    pub invalid: usize,
    /// How many lines have owners and no team among them.
    pub without_team: usize,
    /// The teams, as `@org/team`, in lower case.
    pub teams: BTreeSet<String>,
    /// Everybody else, in lower case.
    pub people: BTreeSet<String>,
    /// Organizations that teams belong to, as first written and without `@`: the one that the origin's
    /// URL names, then those of the most lines first.
    pub organizations: Vec<String>,
    /// Whether somebody owns, or will own, a `bailiwick.toml` in the root.
    pub guards_policy: bool,
}

impl OwnersSeen {
    pub(super) fn of(repository: &Repository) -> OwnersSeen {
        let files = &repository.ownership_files;
        let mut seen = match &files.in_use {
            Lookup::Present(file) => read(file, repository.organization.as_deref()),
            Lookup::Unavailable(gap) => OwnersSeen {
                file: gap.path.as_ref().map(|path| path.to_string_lossy().into()),
                unreadable: Some(gap.reason.clone()),
                ..OwnersSeen::default()
            },
            Lookup::Absent => OwnersSeen::default(),
        };
        let in_use = files.in_use.present();
        if in_use.is_some_and(OwnershipFile::is_oversized) {
            seen.unreadable = Some("it is too large for the forge to load".into());
        }
        seen
    }
}

fn read(file: &OwnershipFile, home: Option<&str>) -> OwnersSeen {
    let mut seen = OwnersSeen {
        file: Some(file.text().path().to_string_lossy().into()),
        lines: file.rules().len(),
        invalid: file.invalid_lines().len(),
        ..OwnersSeen::default()
    };
    let mut organizations: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for rule in file.rules() {
        let mut has_team = false;
        for owner in rule.owners() {
            if owner.kind() != OwnerKind::Team {
                seen.people.insert(owner.normalized());
                continue;
            }
            has_team = true;
            seen.teams.insert(owner.normalized());
            let organization = owner.text().trim_start_matches('@').split('/').next();
            // What is written into a policy has to be a name there.
            if let Some(organization) = organization.filter(|name| is_name(name)) {
                let key = organization.to_lowercase();
                let entry = organizations.entry(key);
                entry.or_insert_with(|| (0, organization.to_owned())).0 += 1;
            }
        }
        seen.without_team += usize::from(!rule.owners().is_empty() && !has_team);
    }
    let mut organizations: Vec<_> = organizations.into_values().collect();
    organizations.sort_by_key(|(uses, name)| {
        let is_home = home.is_some_and(|home| home.eq_ignore_ascii_case(name));
        (!is_home, Reverse(*uses))
    });
    seen.organizations = organizations.into_iter().map(|(_, name)| name).collect();
    let matcher = Matcher::new(file.patterns());
    let deciding = matcher.last_match().find(b"bailiwick.toml");
    seen.guards_policy = deciding.is_some_and(|rule| !file.rules()[rule].owners().is_empty());
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codeowners::Dialect;
    use crate::text::{RepoPath, Text};

    fn seen(text: &str, home: Option<&str>) -> OwnersSeen {
        let path = RepoPath::from("CODEOWNERS");
        let text = Text::new(path, text.as_bytes().to_vec());
        read(&OwnershipFile::parse(Dialect::GitHub, text), home)
    }

    #[test]
    fn teams_and_people_count_once_whatever_their_case() {
        let seen = seen(
            "* @Acme/all @ann\n/a/ @acme/ALL\n/b/ @ann ann@acme.example\n/c/\n[x] @ann\n",
            None,
        );
        assert_eq!((seen.lines, seen.invalid, seen.without_team), (4, 1, 1));
        assert_eq!((seen.teams.len(), seen.people.len()), (1, 2));
        assert_eq!(seen.organizations, ["Acme"]);
        assert!(seen.guards_policy);
    }

    #[test]
    fn the_organization_of_the_origin_comes_first() {
        let text = "/a/ @other/x\n/b/ @other/y\n/c/ @Acme/z\n/bailiwick.toml\n";
        assert_eq!(seen(text, None).organizations, ["other", "Acme"]);
        assert_eq!(seen(text, Some("acme")).organizations, ["Acme", "other"]);
        assert!(!seen(text, None).guards_policy);
    }
}
