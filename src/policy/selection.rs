//! Which subjects an override or an exception is about.

use super::Attributes;
use super::error::{Problems, quoted};
use super::handle::Handle;
use super::paths::PathPatterns;
use super::raw::RawSelection;
use super::reader::Spanned;

/// Paths, owners, services and repositories; of those that are given all must hold, and of each list one
/// entry suffices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(super) paths: Option<PathPatterns>,
    pub(super) owners: Option<Vec<OwnerPattern>>,
    /// In lower case.
    pub(super) services: Option<Vec<String>>,
    pub(super) repositories: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
pub(super) enum OwnerPattern {
    Owner(String),
    /// All teams of an organization: the start of their handles, such as `@acme/`.
    Teams(String),
}

impl Selection {
    pub(super) fn read(raw: RawSelection, problems: &mut Problems<'_>) -> Selection {
        Selection {
            paths: raw.paths.map(|paths| read_paths(&paths, problems)),
            owners: raw.owners.map(|owners| read_owners(owners, problems)),
            services: raw.services.map(lower),
            repositories: raw.repositories.map(lower),
        }
    }

    /// Whether nothing is given, so that everything is selected.
    pub(crate) fn is_everything(&self) -> bool {
        self.paths.is_none()
            && self.owners.is_none()
            && self.services.is_none()
            && self.repositories.is_none()
    }

    /// Whether paths are given.
    pub(crate) fn has_paths(&self) -> bool {
        self.paths.is_some()
    }

    /// Whether owners or services are given.
    pub(crate) fn has_owners(&self) -> bool {
        self.owners.is_some() || self.services.is_some()
    }

    /// Whether the subject is selected.
    pub(crate) fn matches(&self, subject: &Attributes<'_>) -> bool {
        let paths = self.paths.as_ref();
        let owners = self.owners.as_ref();
        paths.is_none_or(|paths| subject.paths.iter().any(|path| paths.matches(path)))
            && owners.is_none_or(|owners| {
                let is_meant = |owner: &&str| owners.iter().any(|pattern| pattern.matches(owner));
                subject.owners.iter().any(is_meant)
            })
            && names(&self.services, subject.services.iter().copied())
            && names(&self.repositories, [subject.repository])
    }
}

/// Whether a list is not given, or names one of these.
fn names<'n>(list: &Option<Vec<String>>, names: impl IntoIterator<Item = &'n str>) -> bool {
    let Some(list) = list else { return true };
    let mut names = names.into_iter();
    names.any(|name| list.iter().any(|meant| meant.eq_ignore_ascii_case(name)))
}

fn lower(names: Vec<Spanned<String>>) -> Vec<String> {
    let names = names.into_iter();
    names.map(|name| name.value.to_lowercase()).collect()
}

impl OwnerPattern {
    fn matches(&self, owner: &str) -> bool {
        match self {
            OwnerPattern::Owner(meant) => owner.eq_ignore_ascii_case(meant),
            OwnerPattern::Teams(start) => owner
                .get(..start.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(start)),
        }
    }
}

/// Path patterns; the wrong ones are errors.
pub(super) fn read_paths(
    patterns: &[Spanned<String>],
    problems: &mut Problems<'_>,
) -> PathPatterns {
    let texts: Vec<String> = patterns.iter().map(|text| text.value.clone()).collect();
    PathPatterns::new(&texts).unwrap_or_else(|errors| {
        for error in errors {
            let span = patterns[error.index].span;
            problems.push(span, error.message, error.help.to_string());
        }
        PathPatterns::default()
    })
}

fn read_owners(owners: Vec<Spanned<String>>, problems: &mut Problems<'_>) -> Vec<OwnerPattern> {
    let owners = owners.into_iter();
    let patterns = owners.filter_map(|owner| match Handle::parse(&owner.value) {
        Some(Handle::Teams(organization)) => Some(OwnerPattern::Teams(format!("@{organization}/"))),
        Some(_) => Some(OwnerPattern::Owner(owner.value)),
        None => {
            let message = format!("{} is no owner", quoted(&owner.value));
            let help = "write `@user`, `@org/team`, `@org/*` or an e-mail address".to_string();
            problems.push(owner.span, message, help);
            None
        }
    });
    patterns.collect()
}
