//! Services of which but one copy runs, by all that is said of it.

use std::collections::{BTreeSet, HashMap};

use super::candidates::{Search, at};
use super::folders::last;
use super::images::plain;
use crate::facts::{Copies, Location, Running, Service};
use crate::sources::catalog::Origin;
use crate::text::RepoPath;

/// Words in the paths of files for where nobody is served.
const ELSEWHERE: [&[u8]; 14] = [
    b"canary",
    b"dev",
    b"kind",
    b"local",
    b"minikube",
    b"nonprod",
    b"preprod",
    b"preview",
    b"qa",
    b"sandbox",
    b"stage",
    b"staging",
    b"test",
    b"uat",
];

/// Notes of each service where it is written that one copy of it runs, if all that is said of it says so. A
/// service is known by its name, or by the image that is made of its folder.
pub(super) fn add(
    services: &mut [Service],
    files: &[(RepoPath, &Running)],
    search: &Search<'_>,
    origin: &Origin<'_>,
) {
    // Of what does anybody change the number of copies?
    if files.iter().any(|(_, running)| running.patches_copies) {
        return;
    }
    let all = files.iter().flat_map(|(path, running)| {
        let copies = running.copies.iter();
        copies.map(move |copies| (path, copies))
    });
    let all: Vec<(&RepoPath, &Copies)> = all.collect();
    if all.is_empty() {
        return;
    }
    // By what the file calls it, and by the folder that the image is made of.
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_folder: HashMap<&RepoPath, Vec<usize>> = HashMap::new();
    for (place, (path, copies)) in all.iter().enumerate() {
        let called = match copies.name.as_str() {
            "" => last(&path.parent()),
            name => name.to_owned(),
        };
        by_name.entry(plain(&called)).or_default().push(place);
        for made in copies.images.iter().filter_map(|it| search.of_image(it)) {
            by_folder.entry(&made.folder).or_default().push(place);
        }
    }
    let names: Vec<String> = services.iter().map(|it| plain(&it.name)).collect();
    let mut services_of_name: HashMap<&str, usize> = HashMap::new();
    for name in &names {
        *services_of_name.entry(name).or_default() += 1;
    }
    for (name, service) in names.iter().zip(services) {
        let is_elsewhere = service.repository.as_ref();
        let is_elsewhere = is_elsewhere.is_some_and(|said| !origin.is(&said.text));
        let is_one_of_several = services_of_name[name.as_str()] > 1;
        if !service.runs || is_elsewhere || is_one_of_several {
            continue;
        }
        let folder = service.folder.as_ref().filter(|it| !it.is_root());
        let in_folder = folder.and_then(|folder| by_folder.get(folder));
        let places = by_name.get(name).into_iter().chain(in_folder).flatten();
        let places: BTreeSet<usize> = places.copied().collect();
        service.one_copy = one(places.into_iter().map(|place| all[place]));
    }
}

/// Where it is written that one copy runs, if nothing says otherwise.
fn one<'c>(said: impl Iterator<Item = (&'c RepoPath, &'c Copies)>) -> Option<Location> {
    let mut found = None;
    for (path, copies) in said {
        let (1, excerpt) = copies.count.as_ref()? else {
            return None;
        };
        if !is_for_elsewhere(path.as_bytes()) && found.is_none() {
            let label = format!("{} runs one copy of it", copies.label);
            found = Some(at(path, Some(excerpt), label));
        }
    }
    found
}

/// Whether a file is for where nobody is served, by a word of its path.
fn is_for_elsewhere(path: &[u8]) -> bool {
    let mut words = path.split(|byte| !byte.is_ascii_alphanumeric());
    words.any(|word| ELSEWHERE.contains(&&word.to_ascii_lowercase()[..]))
}
