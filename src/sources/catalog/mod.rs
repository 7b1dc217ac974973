//! What descriptors and policies declare: services, teams, people and journeys. In: a policy and the
//! descriptors of a tree. Out: a catalog, rosters, and gaps.
//!
//! One file a format. What a single file says is read in the one pass over files
//! ([`crate::sources::evidence`]); here it gets its place in the tree.

pub(in crate::sources) mod backstage;
mod native;
pub mod roster;
pub(crate) mod running;

use std::collections::BTreeSet;

use crate::facts::{Catalog, Evidence, Format, Gap, GapKind, Location, Roster, Tree};
use crate::policy::{PolicyFiles, Reading};
use crate::text::RepoPath;

use super::RosterError;

pub(crate) use native::read_service_file;

/// What a policy declares, itself and in the files that it names.
///
/// # Errors
/// All that is wrong with these files: none is used in part.
pub fn declared(
    reading: &Reading,
    policy: Option<crate::facts::Place>,
    files: &dyn PolicyFiles,
) -> Result<(Catalog, Vec<Roster>), Vec<RosterError>> {
    let mut catalog = Catalog {
        complete: reading.complete,
        ..Catalog::default()
    };
    let mut rosters = Vec::new();
    let mut errors = Vec::new();
    let mut take = |source: String, declared: crate::policy::Declarations| {
        catalog.services.extend(declared.services);
        catalog.journeys.extend(declared.journeys);
        if !declared.people.is_empty() || !declared.teams.is_empty() {
            rosters.push(Roster {
                source,
                covers: Vec::new(),
                complete: reading.complete,
                people: declared.people,
                teams: declared.teams,
                ..Roster::default()
            });
        }
    };
    if let Some(place) = policy {
        take(
            crate::policy::error::place_name(&place),
            reading.declared.clone(),
        );
    }
    for reference in &reading.catalog_files {
        let content = match files.read(&reference.file) {
            Ok(content) => content,
            Err(gap) => {
                let at = reference.location.clone();
                errors.push(RosterError::Unreadable(at, gap));
                continue;
            }
        };
        let text = crate::text::Text::new(reference.file.clone(), content);
        let place = files.place(&reference.file);
        let source = crate::policy::error::place_name(&place);
        match native::read(text, place) {
            Ok(declared) => take(source, declared),
            Err(faults) => errors.push(RosterError::Faulty(faults)),
        }
    }
    match errors.is_empty() {
        true => Ok((catalog, rosters)),
        false => Err(errors),
    }
}

/// Where a repository comes from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// Its name on the forge, else that of its folder.
    pub name: &'a str,
    /// The organization or user that has it; none where that is not known.
    pub organization: Option<&'a str>,
}

impl Origin<'_> {
    /// Whether the repository has this name, be it a fork.
    fn is(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }
}

/// Adds what the descriptors of a tree declare, the folders that are services because the policy says so,
/// and those that look deployable and that nothing declares.
pub fn assemble(
    catalog: &mut Catalog,
    rosters: &mut Vec<Roster>,
    tree: &Tree,
    evidence: &Evidence,
    reading: &Reading,
    origin: &Origin<'_>,
) {
    let mut declared = Roster {
        source: "the catalog".into(),
        complete: reading.complete,
        ..Roster::default()
    };
    let files = evidence.files.iter().chain(&evidence.named.files);
    let found = files.filter_map(|(file, found)| Some((*file, found.descriptor.as_ref()?)));
    let mut found: Vec<_> = found.collect();
    found.sort_by_key(|&(file, _)| file);
    for (file, descriptor) in found {
        let path = RepoPath::from(tree.path(file as usize));
        let mut descriptor = descriptor.at(&path);
        let services = descriptor.services.iter_mut();
        for service in services.filter(|it| it.format == Format::Backstage) {
            backstage::settle(service, &path, tree, origin);
        }
        catalog.descriptors += 1;
        catalog.gaps.extend(descriptor.gaps);
        catalog.services.extend(descriptor.services);
        catalog.systems.extend(descriptor.systems);
        catalog.journeys.extend(descriptor.journeys);
        catalog.faults.extend(descriptor.faults);
        declared.teams.extend(descriptor.teams);
        declared.people.extend(descriptor.people);
    }
    catalog
        .faults
        .extend(evidence.named.missing.iter().cloned());
    catalog
        .faults
        .sort_by(|a, b| a.location.order().cmp(&b.location.order()));
    catalog.gaps.extend(elsewhere(&evidence.named.elsewhere));
    if !declared.teams.is_empty() || !declared.people.is_empty() {
        rosters.push(declared);
    }
    let taken: BTreeSet<&RepoPath> = catalog
        .services
        .iter()
        .filter(|it| it.repository.is_none())
        .filter_map(|it| it.folder.as_ref())
        .collect();
    let roots = native::roots(tree, reading, &taken);
    catalog.services.extend(roots);
    for service in &mut catalog.services {
        service.runs = reading.services.run.contains(&service.kind);
    }
    let files = evidence.files.iter().filter_map(|(file, found)| {
        let path = RepoPath::from(tree.path(*file as usize));
        Some((path, found.running.as_ref()?))
    });
    let files: Vec<_> = files.collect();
    let here = running::Here {
        tree,
        exclude: &reading.exclude,
        origin,
    };
    running::add(catalog, &files, here);
}

/// One gap for all descriptors that others name and that are no files of the repository.
fn elsewhere(named: &[Location]) -> Option<Gap> {
    let first = named.first()?;
    let marked = first.excerpt.as_ref().map(|excerpt| excerpt.marked());
    let reason = format!(
        "{} elsewhere {} not read, such as `{}`",
        crate::text::count(named.len(), "descriptor"),
        if named.len() == 1 { "was" } else { "were" },
        marked.unwrap_or_default()
    );
    let remedy = "audit the repositories that hold them together with this one";
    Some(Gap {
        path: first.path().cloned(),
        ..Gap::new(GapKind::NotGathered, reason).remedy(remedy)
    })
}
