//! Descriptors that descriptors name: read behind the first pass, each once, until nothing new is named.
//! In: what the first pass found. Out: what the named files show, what is named elsewhere, and what is
//! missing.
//!
//! Only files of the tree are read, and no link is followed: whatever else is named is a gap.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::excludes;
use super::links::{Links, Named};
use super::pass::{self, Blobs};
use super::readers::Descriptors;
use crate::codeowners::{Matcher, Pattern};
use crate::facts::{
    Fault, FileEvidence, FileKind, Gap, GapKind, Label, Location, NamedDescriptors, Place, Target,
    Tree, UnreadFile,
};
use crate::policy::Reading;
use crate::policy::error::quoted;
use crate::text::RepoPath;

/// How many targets are followed in a repository.
const MOST_TARGETS: usize = 20_000;

/// How often descriptors name others that name others. Two is already rare.
const MOST_ROUNDS: usize = 16;

/// What descriptors name.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) named: NamedDescriptors,
    /// Files that are unavailable.
    pub(super) unread: Vec<UnreadFile>,
    /// Files that were not read because of what they are.
    pub(super) gaps: Vec<Gap>,
    /// How many files were opened.
    pub(super) reads: usize,
}

/// Reads the descriptors that those of these files name, and those that they name.
pub(super) fn read(
    tree: &Tree,
    files: &[(u32, Arc<FileEvidence>)],
    reading: &Reading,
    blobs: &dyn Blobs,
    links: &Links<'_>,
) -> Found {
    let is_descriptor = |(_, found): &&(u32, Arc<FileEvidence>)| found.descriptor.is_some();
    let mut round: Vec<_> = files.iter().filter(is_descriptor).cloned().collect();
    let mut known: BTreeSet<u32> = round.iter().map(|&(file, _)| file).collect();
    let mut following = Following {
        tree,
        links,
        left: MOST_TARGETS,
        found: Found::default(),
    };
    let reader = Descriptors {
        services: reading.services.clone(),
        named: true,
    };
    for rounds in 0.. {
        let mut wanted = following.wanted(&round);
        wanted.retain(|&file| {
            !reading.exclude.matches(tree.path(file as usize)) && known.insert(file)
        });
        if wanted.is_empty() {
            break;
        }
        if rounds == MOST_ROUNDS {
            following.give_up(wanted.len());
            break;
        }
        let read = pass::run(pass::Round::Descriptors, tree, wanted, &[&reader], blobs);
        let found = &mut following.found;
        found.reads += read.reads;
        found.unread.extend(read.unread);
        found.gaps.extend(read.gaps);
        found.named.files.extend(read.files.iter().cloned());
        round = read.files;
    }
    let mut found = following.found;
    found.named.files.sort_by_key(|&(file, _)| file);
    found
}

/// Follows targets.
struct Following<'t, 'l> {
    tree: &'t Tree,
    links: &'l Links<'t>,
    /// How many more targets are followed.
    left: usize,
    found: Found,
}

impl Following<'_, '_> {
    /// The files that these descriptors name.
    fn wanted(&mut self, round: &[(u32, Arc<FileEvidence>)]) -> BTreeSet<u32> {
        let mut wanted = BTreeSet::new();
        let mut patterns = Vec::new();
        let mut beyond = 0;
        for (from, found) in round {
            let descriptor = found.descriptor.iter();
            for target in descriptor.flat_map(|descriptor| &descriptor.targets) {
                if self.left == 0 {
                    beyond += 1;
                    continue;
                }
                self.left -= 1;
                let descriptor = RepoPath::from(self.tree.path(*from as usize));
                let path = descriptor.parent().follow(target.said.text.as_bytes());
                let followed = |path: &RepoPath| !target.elsewhere && !has_other_signs(path);
                match path.filter(followed) {
                    None => self.elsewhere(descriptor, target),
                    Some(path) if is_pattern(&path) => patterns.extend(pattern(&path)),
                    Some(path) => wanted.extend(self.file(&path, descriptor, target)),
                }
            }
        }
        if beyond > 0 {
            self.give_up(beyond);
        }
        self.matching(&patterns, &mut wanted);
        wanted
    }

    /// The file at a path that a descriptor names.
    fn file(&mut self, path: &RepoPath, from: RepoPath, target: &Target) -> Option<u32> {
        match self.links.at(path, None) {
            Named::File(file, _) => return u32::try_from(file).ok(),
            Named::Missing(_) => {}
            // A link or a submodule leads away, and a folder of the tree is none either.
            Named::Folder if self.tree.find(path.as_bytes()).is_none() => {}
            Named::Folder | Named::Unjudged => {
                self.elsewhere(from, target);
                return None;
            }
        }
        if target.required {
            self.found.named.missing.push(Fault {
                message: format!("{} names no file", quoted(&target.said.text)),
                help: Some("correct the path, or add the file to the repository".into()),
                location: location(from, target),
            });
        }
        None
    }

    /// The files that any pattern matches, in one walk over the tree.
    fn matching(&self, patterns: &[Pattern], wanted: &mut BTreeSet<u32>) {
        if patterns.is_empty() {
            return;
        }
        let matcher = Matcher::new(patterns);
        let mut last = matcher.last_match();
        for (file, path) in self.tree.paths().enumerate() {
            // Of what matches, a descriptor is what has the extension of one.
            let is_yaml = path.ends_with(b".yaml") || path.ends_with(b".yml");
            let is_file = is_yaml && self.tree.kind(file) == FileKind::File;
            if is_file && !excludes::is_foreign(path) && last.find(path).is_some() {
                wanted.extend(u32::try_from(file).ok());
            }
        }
    }

    fn elsewhere(&mut self, from: RepoPath, target: &Target) {
        self.found.named.elsewhere.push(location(from, target));
    }

    fn give_up(&mut self, targets: usize) {
        let were = if targets == 1 { "was" } else { "were" };
        let targets = crate::text::count(targets, "descriptor");
        let reason = format!("{targets} that others name {were} not read: there are too many");
        self.found.gaps.push(Gap::new(GapKind::TooLarge, reason));
    }
}

fn location(from: RepoPath, target: &Target) -> Location {
    Location {
        place: Place::File(from),
        excerpt: Some(target.said.excerpt.clone()),
        label: Label::default(),
    }
}

/// Whether a target names several files.
fn is_pattern(path: &RepoPath) -> bool {
    path.as_bytes().contains(&b'*')
}

/// Whether a path may be a pattern in which other signs than `*` stand for something.
fn has_other_signs(path: &RepoPath) -> bool {
    path.as_bytes().iter().any(|byte| b"?[]{}()".contains(byte))
}

/// The pattern of a target in which `*` is all that is not itself.
fn pattern(path: &RepoPath) -> Option<Pattern> {
    let mut text = b"/".to_vec();
    for &byte in path.as_bytes() {
        if byte == b'\\' {
            text.push(byte);
        }
        text.push(byte);
    }
    Pattern::github(&text).ok()
}

#[cfg(test)]
#[path = "descriptors_tests.rs"]
mod tests;
