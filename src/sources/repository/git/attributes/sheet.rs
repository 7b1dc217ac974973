//! The lines of one attribute file, compiled so that a path meets only the lines that may match it.

use std::collections::HashMap;

use crate::text::Needles;

use super::pattern::{AttributePattern, Reached, Step, Work};

/// The patterns of an attribute file, each with the number of its line.
///
/// Plain names, `*.suffix`, `prefix*` and all of these in or below a plain folder are looked up, whatever the number
/// of lines. Other patterns are tried if the longest literal that they need occurs in the path.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// By plain folder, relative to the file, with its slash; empty for the file's own folder.
    folders: HashMap<Vec<u8>, Folder>,
    paths: Wild,
}

/// What is about the files of one folder.
#[derive(Debug, Default)]
struct Folder {
    /// In it.
    here: Names,
    /// In and below it.
    below: Names,
}

/// Patterns of the last segment of a path.
#[derive(Debug, Default)]
struct Names {
    all: Vec<u32>,
    exact: HashMap<Vec<u8>, Vec<u32>>,
    prefixes: Affixes,
    suffixes: Affixes,
    wild: Wild,
}

/// Starts or ends of names, of which every length that occurs is looked up.
#[derive(Debug, Default)]
struct Affixes {
    lengths: Vec<usize>,
    lines: HashMap<Vec<u8>, Vec<u32>>,
}

/// Patterns that no table can look up.
#[derive(Debug, Default)]
struct Wild {
    patterns: Vec<(AttributePattern, u32)>,
    needles: Needles,
}

impl Sheet {
    /// Adds the pattern of a line; [`Sheet::finish`] comes behind the last.
    pub(super) fn add(&mut self, pattern: AttributePattern, line: u32) {
        if !pattern.has_slash {
            return self.folder(Vec::new()).below.add(pattern, line);
        }
        let steps = &pattern.steps;
        let has_slash = |steps: &[Step]| {
            let spans = |step: &Step| matches!(step, Step::Byte(b'/') | Step::Any | Step::Optional);
            steps.iter().any(spans)
        };
        let plain = steps.iter().map_while(byte);
        let mut folder: Vec<u8> = plain.collect();
        folder.truncate(memchr::memrchr(b'/', &folder).map_or(0, |slash| slash + 1));
        let rest = &steps[folder.len()..];
        let name = |steps: &[Step]| AttributePattern {
            has_slash: false,
            steps: steps.to_vec(),
        };
        match rest {
            [Step::Any] => self.folder(folder).below.all.push(line),
            [Step::Optional, Step::Any, Step::Byte(b'/'), rest @ ..] if !has_slash(rest) => {
                self.folder(folder).below.add(name(rest), line);
            }
            _ if !has_slash(rest) => self.folder(folder).here.add(name(rest), line),
            _ => self.paths.patterns.push((pattern, line)),
        }
    }

    fn folder(&mut self, path: Vec<u8>) -> &mut Folder {
        self.folders.entry(path).or_default()
    }

    /// Prepares what is searched for.
    pub(super) fn finish(&mut self) {
        self.paths.finish();
        #[expect(clippy::iter_over_hash_type, reason = "each is prepared for itself")]
        for folder in self.folders.values_mut() {
            folder.here.wild.finish();
            folder.below.wild.finish();
        }
    }

    /// Adds the lines that match a path, which is relative to the file's folder, to `found`.
    pub(super) fn find(
        &self,
        path: &[u8],
        reached: &mut Reached,
        work: &mut Work,
        found: &mut Vec<u32>,
    ) {
        let parent = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
        let name = &path[parent..];
        let slashes = memchr::memchr_iter(b'/', path).map(|slash| slash + 1);
        for end in std::iter::once(0).chain(slashes) {
            work.take(1);
            if let Some(folder) = self.folders.get(&path[..end]) {
                folder.below.find(name, reached, work, found);
                if end == parent {
                    folder.here.find(name, reached, work, found);
                }
            }
        }
        self.paths.find(path, reached, work, found);
    }
}

fn byte(step: &Step) -> Option<u8> {
    match step {
        Step::Byte(byte) => Some(*byte),
        _ => None,
    }
}

impl Names {
    fn add(&mut self, pattern: AttributePattern, line: u32) {
        let plain = |steps: &[Step]| steps.iter().map(byte).collect::<Option<Vec<u8>>>();
        let steps = &pattern.steps;
        if let Some(name) = plain(steps) {
            return self.exact.entry(name).or_default().push(line);
        }
        match &steps[..] {
            [Step::Star] => return self.all.push(line),
            [Step::Star, rest @ ..] => {
                if let Some(suffix) = plain(rest) {
                    return self.suffixes.add(suffix, line);
                }
            }
            [rest @ .., Step::Star] => {
                if let Some(prefix) = plain(rest) {
                    return self.prefixes.add(prefix, line);
                }
            }
            _ => {}
        }
        self.wild.patterns.push((pattern, line));
    }

    fn find(&self, name: &[u8], reached: &mut Reached, work: &mut Work, found: &mut Vec<u32>) {
        let before = found.len();
        found.extend_from_slice(&self.all);
        found.extend(self.exact.get(name).into_iter().flatten());
        for &length in self.prefixes.up_to(name.len()) {
            found.extend(
                self.prefixes
                    .lines
                    .get(&name[..length])
                    .into_iter()
                    .flatten(),
            );
        }
        for &length in self.suffixes.up_to(name.len()) {
            let suffix = &name[name.len() - length..];
            found.extend(self.suffixes.lines.get(suffix).into_iter().flatten());
        }
        work.take(found.len() - before);
        self.wild.find(name, reached, work, found);
    }
}

impl Affixes {
    fn add(&mut self, affix: Vec<u8>, line: u32) {
        if let Err(place) = self.lengths.binary_search(&affix.len()) {
            self.lengths.insert(place, affix.len());
        }
        self.lines.entry(affix).or_default().push(line);
    }

    fn up_to(&self, length: usize) -> &[usize] {
        &self.lengths[..self.lengths.partition_point(|&known| known <= length)]
    }
}

impl Wild {
    fn finish(&mut self) {
        let literals: Vec<Vec<u8>> = self.patterns.iter().map(|(it, _)| it.literal()).collect();
        self.needles = Needles::new(literals.iter().map(Vec::as_slice));
    }

    fn find(&self, text: &[u8], reached: &mut Reached, work: &mut Work, found: &mut Vec<u32>) {
        if self.patterns.is_empty() {
            return;
        }
        let mut candidates = Vec::new();
        self.needles.find(text, &mut candidates);
        for candidate in candidates {
            if work.left == 0 {
                return;
            }
            let (pattern, line) = &self.patterns[candidate as usize];
            work.take(1);
            if pattern.matches(text, reached, work) {
                found.push(*line);
            }
        }
    }
}
