//! This program's own formats: files that a policy names, `service.toml`, and folders that are services
//! because the policy says so.

use std::collections::BTreeSet;

use crate::facts::{EntityRef, Fault, Format, Location, Place, Service, Tree};
use crate::policy::error::{Problems, Source};
use crate::policy::reader::Document;
use crate::policy::{
    Declarations, POLICY_LIMIT, PathPatterns, PolicyErrors, Reading, read_declarations,
    read_service,
};
use crate::text::{RepoPath, Text};

/// The most bytes of a file with declarations: tens of thousands of entries.
const LIMIT: usize = 4 << 20;

/// Reads a file of `[[services]]`, `[[teams]]`, `[[people]]` and `[[journeys]]`.
pub(super) fn read(text: Text, place: Place) -> Result<Declarations, PolicyErrors> {
    let source = Source::new(place, text);
    let mut problems = Problems::new(&source);
    let mut declared = Declarations::default();
    if let Some(document) = Document::parse(LIMIT, &mut problems) {
        let mut table = document.table();
        declared = read_declarations(&mut table, &mut problems);
        table.finish(&[], &mut problems);
    }
    PolicyErrors::check(declared, problems.into_errors())
}

/// Reads a `service.toml`: the service, unless something is wrong, and all that is wrong. Places are those
/// of a file of this name; whoever knows the path says it.
pub(crate) fn read_service_file(text: &Text) -> (Option<Service>, Vec<Fault>) {
    let place = Place::File(text.path().clone());
    let copy = Text::new(text.path().clone(), text.bytes().to_vec());
    let source = Source::new(place, copy);
    let mut problems = Problems::new(&source);
    let service = Document::parse(POLICY_LIMIT, &mut problems)
        .and_then(|document| read_service(document.table(), &mut problems));
    let errors = problems.into_errors();
    let faults = errors.iter().map(|error| Fault {
        message: error.message.clone(),
        help: error.help.clone(),
        location: error.location(),
    });
    let faults: Vec<Fault> = faults.collect();
    (service.filter(|_| faults.is_empty()), faults)
}

/// Folders that the policy says are services (`[services] roots`), without those in `taken`, which have
/// a descriptor.
pub(super) fn roots(tree: &Tree, reading: &Reading, taken: &BTreeSet<&RepoPath>) -> Vec<Service> {
    let patterns = reading.services.roots.iter();
    let patterns: Vec<String> = patterns
        .map(|pattern| pattern.trim_end_matches('/').to_owned())
        .collect();
    let Ok(roots) = PathPatterns::new(&patterns) else {
        return Vec::new();
    };
    if roots.is_empty() {
        return Vec::new();
    }
    let mut services = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    for path in tree.paths() {
        // Each folder of the path that the last path did not have.
        let common = path.iter().zip(&last).take_while(|(a, b)| a == b).count();
        for end in memchr::memchr_iter(b'/', path).filter(|&end| end >= common) {
            let folder = &path[..end];
            // A pattern reaches into the folders that it names; the service is the outermost.
            let parent = &folder[..memchr::memrchr(b'/', folder).unwrap_or_default()];
            let is_inner = !parent.is_empty() && roots.matches(parent);
            if last.get(..=end) == Some(&path[..=end]) || is_inner || !roots.matches(folder) {
                continue;
            }
            let name = &folder[memchr::memrchr(b'/', folder).map_or(0, |slash| slash + 1)..];
            let name = String::from_utf8_lossy(name).into_owned();
            let folder = RepoPath::from(folder);
            if taken.contains(&folder) || name.contains([':', '/']) {
                continue;
            }
            let entity = EntityRef::new("component", EntityRef::DEFAULT_NAMESPACE, &name);
            let at = Location::file(representative(tree, &folder), "a service, by the policy");
            services.push(Service {
                folder: Some(folder),
                runs: reading.services.run.iter().any(|kind| kind == "service"),
                ..Service::new(entity, name, Format::Root, at)
            });
        }
        last = path.to_vec();
    }
    services
}

/// The file that stands for a folder where a file has to be named: what introduces it, else what builds
/// it, else its first.
fn representative(tree: &Tree, folder: &RepoPath) -> RepoPath {
    let files = tree.below(folder);
    let here = folder.as_bytes().len() + 1;
    let named = |start: &[u8]| {
        let mut files = files.clone().map(|file| tree.path(file));
        files.find(|path| {
            let name = &path[here.min(path.len())..];
            let begins = name
                .get(..start.len())
                .is_some_and(|it| it.eq_ignore_ascii_case(start));
            begins && !name.contains(&b'/')
        })
    };
    let first = || files.clone().next().map(|file| tree.path(file));
    let found = named(b"readme")
        .or_else(|| named(b"dockerfile"))
        .or_else(first);
    found.map_or_else(|| folder.clone(), RepoPath::from)
}
