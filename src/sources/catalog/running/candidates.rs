//! Candidates and hints, from what all files of a tree say.

use std::collections::{BTreeMap, BTreeSet};

use super::aside::{is_aside, is_folder_aside};
use super::folders::{Dockerfiles, Made, home, last};
use super::images::{ImageName, plain};
use super::single;
use crate::codeowners::{Matcher, Pattern};
use crate::facts::{
    Build, Candidate, Catalog, Composed, Hint, Label, Location, Place, Running, Said, Service, Tree,
};
use crate::policy::PathPatterns;
use crate::sources::catalog::Origin;
use crate::sources::evidence::is_foreign;
use crate::text::{Excerpt, RepoPath};

/// How many places are kept that say the same of a candidate.
const MOST_EVIDENCE: usize = 4;

/// Of a folder, how many files are looked at to tell whether a service has it by its paths.
const MOST_FILES: usize = 1000;

/// How many hints are kept.
const MOST_HINTS: usize = 10_000;

/// The repository that is looked at.
#[derive(Clone, Copy, Debug)]
pub(in crate::sources::catalog) struct Here<'a> {
    /// Its files.
    pub(in crate::sources::catalog) tree: &'a Tree,
    /// What the policy excludes.
    pub(in crate::sources::catalog) exclude: &'a PathPatterns,
    /// What it is called.
    pub(in crate::sources::catalog) origin: &'a Origin<'a>,
}

/// Adds the folders that look deployable and that nothing in `catalog` declares, and hints of what needs
/// what. `files` are those that say how something runs, sorted by their paths.
pub(in crate::sources::catalog) fn add(
    catalog: &mut Catalog,
    files: &[(RepoPath, &Running)],
    here: Here<'_>,
) {
    if files.is_empty() {
        return;
    }
    let is_left_out =
        |path: &[u8]| is_aside(path) || is_foreign(path) || here.exclude.matches(path);
    let mut search = Search {
        dockerfiles: Dockerfiles::new(here.tree, here.origin.name, is_left_out),
        variables: BTreeMap::new(),
        found: BTreeMap::new(),
        of_image: BTreeMap::new(),
    };
    for (path, running) in files {
        if !running.variables.is_empty() {
            search.variables.insert(path.parent(), &running.variables);
        }
    }
    for (path, running) in files {
        search.built(path, running);
    }
    for (path, running) in files {
        search.run(path, running);
    }
    single::add(&mut catalog.services, files, &search, here.origin);
    catalog.hints = search.hints(files, &catalog.services);
    let declared = Declared::of(&catalog.services, here.origin);
    catalog.candidates = search.candidates(&declared, here);
}

/// What was found so far.
pub(super) struct Search<'a> {
    dockerfiles: Dockerfiles<'a>,
    /// By the folder of the file that sets them.
    variables: BTreeMap<RepoPath, &'a BTreeMap<String, String>>,
    /// By folder.
    found: BTreeMap<RepoPath, Found>,
    /// Folders by the plain names of images that are built of them under other names than theirs.
    of_image: BTreeMap<String, Made>,
}

/// What says that a folder is deployable.
#[derive(Debug, Default)]
struct Found {
    dockerfile: Option<RepoPath>,
    /// What it is called by what says so, if that is not the folder's name.
    name: Option<String>,
    said: Vec<Location>,
    /// Whether it serves others, and is not only built.
    serves: bool,
}

impl<'a> Search<'a> {
    fn made(&self, build: &Build, file: &RepoPath) -> Option<Made> {
        let folder = file.parent();
        let variables = self.variables.get(&folder).copied();
        self.dockerfiles.of_build(build, &folder, variables)
    }

    /// What is built and run at once: by compose, by skaffold, by a platform.
    fn built(&mut self, file: &RepoPath, running: &Running) {
        for composed in &running.composed {
            let build = composed.build.as_ref();
            let Some((build, made)) = build.and_then(|it| Some((it, self.made(it, file)?))) else {
                continue;
            };
            self.also_called(composed.image.as_ref(), &made);
            let label = "compose builds and runs it";
            let serves = composed.is_open && made.dockerfile.is_some();
            self.note(made, at(file, Some(&build.excerpt), label), serves);
        }
        for artifact in &running.artifacts {
            if let Some(made) = self.made(&artifact.build, file) {
                self.also_called(Some(&artifact.image), &made);
                let label = "skaffold builds and deploys it";
                self.note(made, at(file, Some(&artifact.build.excerpt), label), true);
            }
        }
        if let Some(platform) = &running.platform {
            let Some(folder) = home(&file.parent()) else {
                return;
            };
            let made = Made {
                folder: folder.clone(),
                dockerfile: None,
            };
            let said = at(file, platform.excerpt.as_ref(), platform.label);
            self.note(made, said, true);
            if let Some(found) = self.found.get_mut(&folder) {
                found.name = found.name.take().or_else(|| platform.name.clone());
            }
        }
    }

    fn also_called(&mut self, image: Option<&Said>, made: &Made) {
        if let Some(image) = image.and_then(|image| ImageName::of(&image.text)) {
            let name = plain(image.name);
            self.of_image.entry(name).or_insert_with(|| made.clone());
        }
    }

    /// What is run by its image: in a cluster, or by compose.
    fn run(&mut self, file: &RepoPath, running: &Running) {
        let images = running.images.iter();
        let images = images.map(|it| (&it.image, Label::from(it.label.clone())));
        let composed = running.composed.iter().filter(|it| it.build.is_none());
        let composed = composed.filter_map(|it| it.image.as_ref());
        let composed = composed.map(|image| (image, "compose runs its image".into()));
        for (image, label) in images.chain(composed) {
            if let Some(made) = self.of_image(image).cloned() {
                self.note(made, at(file, Some(&image.excerpt), label), true);
            }
        }
    }

    /// The folder that an image is made of.
    pub(super) fn of_image(&self, image: &Said) -> Option<&Made> {
        let image = ImageName::of(&image.text)?;
        let built = self.of_image.get(&plain(image.name));
        let is_own = || Some(image).filter(|image| !image.is_of_others());
        built.or_else(|| self.dockerfiles.of_image(is_own()?))
    }

    fn note(&mut self, made: Made, said: Location, serves: bool) {
        let found = self.found.entry(made.folder).or_default();
        found.dockerfile = found.dockerfile.take().or(made.dockerfile);
        found.serves |= serves;
        if found.said.len() < MOST_EVIDENCE && !found.said.contains(&said) {
            found.said.push(said);
        }
    }

    /// The folders that nothing declares, sorted. The whole repository is one only where there is no other
    /// and nothing is declared: else it is what holds the others.
    fn candidates(self, declared: &Declared<'_>, here: Here<'_>) -> Vec<Candidate> {
        let is_only = self.found.len() == 1 && declared.services.is_empty();
        let found = self.found.into_iter().filter(|(folder, found)| {
            match folder.is_root() {
                // Compose files of libraries build the repository to test it.
                true => is_only && found.serves,
                false => !is_left_out(folder, found, here),
            }
        });
        let candidates = found.map(|(folder, found)| {
            let name = match folder.is_root() {
                true => here.origin.name.to_owned(),
                false => last(&folder),
            };
            let dockerfile = found.dockerfile.into_iter();
            let dockerfile = dockerfile.map(|path| Location::file(path, "builds its image"));
            let candidate = Candidate {
                name,
                folder,
                evidence: dockerfile.chain(found.said).collect(),
            };
            (candidate, found.name)
        });
        let candidates = candidates.filter(|(candidate, other)| {
            let names = [Some(candidate.name.as_str()), other.as_deref()];
            let mut names = names.into_iter().flatten();
            !names.any(|name| declared.has_name(name)) && !declared.has_folder(candidate, here.tree)
        });
        candidates.map(|(candidate, _)| candidate).collect()
    }

    /// What compose files say that is needed, between folders.
    fn hints(&self, files: &[(RepoPath, &Running)], services: &[Service]) -> Vec<Hint> {
        let mut named: BTreeMap<String, Option<&RepoPath>> = BTreeMap::new();
        for service in services {
            if let Some(folder) = &service.folder {
                let known = named.entry(plain(&service.name));
                // Two of one name: who knows which is meant.
                known.and_modify(|it| *it = None).or_insert(Some(folder));
            }
        }
        let named = |name: &str| named.get(&plain(name)).copied().flatten();
        let folder_of = |composed: &Composed, file: &RepoPath| -> Option<RepoPath> {
            if let Some(folder) = named(&composed.name.text) {
                return Some(folder.clone());
            }
            if let Some(build) = &composed.build {
                let folder = self.made(build, file)?.folder;
                return (!folder.is_root()).then_some(folder);
            }
            let image = composed.image.as_ref()?;
            let declared = ImageName::of(&image.text).and_then(|image| named(image.name));
            let folder = declared.or_else(|| Some(&self.of_image(image)?.folder))?;
            Some(folder.clone())
        };
        // Compose files of one folder are put together when they are run.
        let mut folders: BTreeMap<RepoPath, BTreeMap<&str, RepoPath>> = BTreeMap::new();
        for (file, running) in files {
            for composed in &running.composed {
                if let Some(folder) = folder_of(composed, file) {
                    let here = folders.entry(file.parent()).or_default();
                    here.entry(&composed.name.text).or_insert(folder);
                }
            }
        }
        let mut known: BTreeSet<(&RepoPath, &RepoPath)> = BTreeSet::new();
        let mut hints = Vec::new();
        for (file, running) in files {
            let Some(folders) = folders.get(&file.parent()) else {
                continue;
            };
            for composed in &running.composed {
                let Some(from) = folders.get(composed.name.text.as_str()) else {
                    continue;
                };
                for need in &composed.needs {
                    let to = folders.get(need.text.as_str()).filter(|to| *to != from);
                    if let Some(to) = to
                        && hints.len() < MOST_HINTS
                        && known.insert((from, to))
                    {
                        let label = "compose starts it first";
                        hints.push(Hint {
                            from: from.clone(),
                            to: to.clone(),
                            location: at(file, Some(&need.excerpt), label),
                        });
                    }
                }
            }
        }
        hints
    }
}

pub(super) fn at(file: &RepoPath, excerpt: Option<&Excerpt>, label: impl Into<Label>) -> Location {
    Location {
        place: Place::File(file.clone()),
        excerpt: excerpt.cloned(),
        label: label.into(),
    }
}

/// Whether a folder is none that serves anybody, or none to be judged.
fn is_left_out(folder: &RepoPath, found: &Found, here: Here<'_>) -> bool {
    let first = || {
        let first = here.tree.below(folder).next()?;
        Some(here.tree.path(first))
    };
    let dockerfile = found.dockerfile.as_ref().map(RepoPath::as_bytes);
    let file = dockerfile.or_else(first);
    is_folder_aside(folder.as_bytes())
        || file.is_none_or(|file| is_foreign(file) || here.exclude.matches(file))
}

/// The services of a repository, for whoever asks whether a folder is one.
struct Declared<'s> {
    services: Vec<&'s Service>,
    names: BTreeSet<String>,
    paths: Option<Matcher>,
}

impl<'s> Declared<'s> {
    fn of(services: &'s [Service], origin: &Origin<'_>) -> Declared<'s> {
        let is_here = |service: &&Service| {
            let elsewhere = service.repository.as_ref();
            elsewhere.is_none_or(|said| origin.is(&said.text))
        };
        let names = services.iter().filter(|service| service.has_folder());
        let names = names.map(|service| plain(&service.name)).collect();
        let services: Vec<&Service> = services.iter().filter(is_here).collect();
        let paths = services.iter().filter_map(|it| it.paths.as_ref()).flatten();
        // What is wrong with a path was said where it was read.
        let patterns = paths.filter_map(|path| Pattern::github(path.text.as_bytes()).ok());
        let patterns: Vec<Pattern> = patterns.collect();
        Declared {
            paths: (!patterns.is_empty()).then(|| Matcher::new(&patterns)),
            services,
            names,
        }
    }

    fn has_name(&self, name: &str) -> bool {
        self.names.contains(&plain(name))
    }

    /// Whether the folder of a candidate belongs to a service: it is the folder of one, lies in the folder
    /// of one that runs, or its files are among the paths of one.
    fn has_folder(&self, candidate: &Candidate, tree: &Tree) -> bool {
        let folder = &candidate.folder;
        let has_folder = |service: &&Service| {
            let own = service.folder.as_ref().filter(|_| service.paths.is_none());
            own.is_some_and(|own| own == folder || service.runs && folder.is_within(own))
        };
        if self.services.iter().any(has_folder) {
            return true;
        }
        let Some(paths) = &self.paths else {
            return false;
        };
        let mut matches = paths.last_match();
        let inside = candidate.evidence.iter().filter_map(Location::path);
        let mut inside = inside.filter(|path| path.is_within(folder)).peekable();
        match inside.peek() {
            Some(_) => inside.any(|path| matches.find(path.as_bytes()).is_some()),
            None => {
                let mut files = tree.below(folder).take(MOST_FILES);
                files.any(|file| matches.find(tree.path(file)).is_some())
            }
        }
    }
}
