//! Matches files against `.gitattributes`. In: the contents of those files. Out: the marks of others.
//!
//! Only tracked attribute files count: `info/attributes` and `core.attributesFile` differ from one
//! machine to the next, and the forge does not have them.

use std::path::Path;

use gix::attrs::search::{MetadataCollection, Outcome};
use gix::attrs::{Search, StateRef};
use gix::bstr::{BStr, ByteSlice as _};
use gix::glob::pattern::Case;

use super::super::disk;
use crate::facts::{Mark, Marks, Tree};
use crate::text::RepoPath;

/// Attribute files beyond this many bytes are not read.
pub(super) const LIMIT: u64 = 4 << 20;

const NAME: &[u8] = b".gitattributes";
const GENERATED: &str = "linguist-generated";
const VENDORED: &str = "linguist-vendored";
const DOCUMENTATION: &str = "linguist-documentation";

/// All that are asked for.
const NAMES: [&str; 3] = [GENERATED, VENDORED, DOCUMENTATION];

/// The folder whose attribute file is at `path`, if one is.
pub(super) fn folder(path: &[u8]) -> Option<&[u8]> {
    let folder = path.strip_suffix(NAME)?;
    match folder {
        b"" => Some(folder),
        _ => folder.strip_suffix(b"/"),
    }
}

/// The marks of `files`, which are indices of `tree`, whose paths are relative to `prefix`. Each
/// sheet is a folder of the repository with the content of its attribute file.
pub(super) fn marks(
    sheets: &[(RepoPath, Vec<u8>)],
    prefix: &RepoPath,
    tree: &Tree,
    files: &[u32],
) -> Marks {
    let mut macros = Vec::new();
    let mut sheets: Vec<Sheet> = sheets
        .iter()
        .map(|(folder, content)| Sheet::new(folder, content, &mut macros))
        .filter(|sheet| !sheet.lines.is_empty())
        .collect();
    if sheets.is_empty() {
        return Marks::default();
    }
    sheets.sort_by(|one, two| one.below.cmp(&two.below));
    let mut files = files.to_vec();
    files.sort_unstable();

    // Both are sorted: each sheet is opened when the first file of its folder comes, and closed
    // when the first one behind its folder comes.
    let mut open = Open::default();
    let mut next = sheets.iter().peekable();
    let mut path = Vec::new();
    let mut marked = Vec::new();
    for file in files {
        if file as usize >= tree.len() {
            break;
        }
        path.clear();
        path.extend_from_slice(prefix.as_bytes());
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(tree.path(file as usize));
        while let Some(sheet) = next.next_if(|sheet| sheet.below.as_slice() <= path.as_slice()) {
            open.close_until(&sheet.below);
            open.push(sheet);
        }
        open.close_until(&path);
        marked.push((file, open.mark(path.as_bstr())));
    }
    Marks::new(marked)
}

/// An attribute file, reduced to the lines that matter here.
struct Sheet {
    /// What the paths in its folder start with: the folder with a slash, or nothing.
    below: Vec<u8>,
    lines: Vec<u8>,
}

impl Sheet {
    /// Keeps the lines that can mark a file. `macros` collects the names that `[attr]` lines of the
    /// root give to what does; most sheets are about line ends and diffs and come out empty.
    fn new(folder: &RepoPath, content: &[u8], macros: &mut Vec<Vec<u8>>) -> Self {
        let mut below = folder.as_bytes().to_vec();
        if !below.is_empty() {
            below.push(b'/');
        }
        let mut lines = Vec::new();
        for line in content.lines_with_terminator() {
            let matters = NAMES.iter().any(|name| line.contains_str(name))
                || macros.iter().any(|name| line.contains_str(name));
            if !matters {
                continue;
            }
            lines.extend_from_slice(line);
            if let Some(defined) = line.trim_start().strip_prefix(b"[attr]") {
                let name = defined.split(u8::is_ascii_whitespace).next();
                macros.extend(name.filter(|name| !name.is_empty()).map(<[u8]>::to_vec));
            }
        }
        Sheet { below, lines }
    }
}

/// The sheets of the folders on the way to a path.
#[derive(Default)]
struct Open {
    search: Search,
    names: MetadataCollection,
    outcome: Outcome,
    below: Vec<Vec<u8>>,
}

impl Open {
    fn push(&mut self, sheet: &Sheet) {
        let name = RepoPath::new([sheet.below.as_slice(), NAME].concat());
        let Some(source) = disk::from_bytes(name.as_bytes()) else {
            return;
        };
        let added = self.search.add_patterns_buffer(
            &sheet.lines,
            source.to_path_buf(),
            Some(Path::new("")),
            &mut self.names,
            // Git takes macros from the root alone.
            sheet.below.is_empty(),
        );
        if added.is_ok() {
            self.below.push(sheet.below.clone());
            self.outcome.initialize_with_selection(&self.names, NAMES);
        }
    }

    fn close_until(&mut self, path: &[u8]) {
        while self
            .below
            .pop_if(|below| !path.starts_with(below))
            .is_some()
        {
            self.search.pop_pattern_list();
        }
    }

    fn mark(&mut self, path: &BStr) -> Mark {
        let mut mark = Mark::default();
        if self.below.is_empty() {
            return mark;
        }
        self.outcome.reset();
        self.search
            .pattern_matching_relative_path(path, Case::Sensitive, None, &mut self.outcome);
        for found in self.outcome.iter_selected() {
            // As forges read it: whatever is not false is true.
            let value = match found.assignment.state {
                StateRef::Unspecified => None,
                StateRef::Unset => Some(false),
                StateRef::Set => Some(true),
                StateRef::Value(value) => Some(value.as_bstr() != "false"),
            };
            match found.assignment.name.as_str() {
                GENERATED => mark.generated = value,
                VENDORED => mark.vendored = value,
                DOCUMENTATION => mark.documentation = value,
                _ => {}
            }
        }
        mark
    }
}
