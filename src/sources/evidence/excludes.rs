//! Which files are judged for what they show: not what machines write, nor what is somebody else's.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use super::comments::Pieces;
use super::languages::Language;
use crate::facts::{FileKind, Gap, Tree, Unsearched};
use crate::policy::PathPatterns;
use crate::sources::repository::Source;
use crate::text::RepoPath;

/// Folders that hold what others wrote, or what tests are fed with, wherever they are.
const FOLDERS: [&[u8]; 6] = [
    b"vendor",
    b"third_party",
    b"node_modules",
    b"testdata",
    b"fixtures",
    b"__fixtures__",
];

/// How far the top of a file reaches, in lines and in bytes.
const TOP: (usize, usize) = (20, 8 << 10);

/// A program that says `DO NOT EDIT` says within so many lines that it generated the file.
const NEAR: u32 = 3;

/// The files that are judged.
pub(super) struct Judged {
    /// Their places in the tree, ascending.
    pub(super) files: Vec<u32>,
    /// Files of which it is not known whether they count, as attributes are unavailable; each with those.
    pub(super) unknown: Vec<(u32, Gap)>,
    /// Attributes that were not read because of what they are.
    pub(super) gaps: Vec<Gap>,
}

/// The regular files that are wanted, without those that are excluded. `wanted` is told whether a file
/// is at or below `scope`.
pub(super) fn judged(
    source: &Source,
    tree: &Tree,
    scope: &RepoPath,
    exclude: &PathPatterns,
    wanted: impl Fn(usize, bool) -> bool,
) -> Judged {
    let files = eligible(tree, scope, exclude, wanted);
    let mut files: Vec<u32> = files.filter_map(|file| u32::try_from(file).ok()).collect();
    let (marks, unread) = source.marks(tree, &files);
    let (unavailable, others): (Vec<_>, Vec<_>) = unread
        .into_iter()
        .partition(|(_, gap)| gap.kind.is_unavailable());
    let mut unknown = Vec::new();
    if !unavailable.is_empty() {
        files.retain(|&file| {
            let path = RepoPath::from(tree.path(file as usize));
            let mut around = unavailable.iter();
            let unread = around.find(|(folder, _)| path.is_within(folder));
            unknown.extend(unread.map(|(_, gap)| (file, gap.clone())));
            unread.is_none()
        });
    }
    files.retain(|&file| !marks.of(file as usize).is_left_to_machines());
    Judged {
        files,
        unknown,
        gaps: others.into_iter().map(|(_, gap)| gap).collect(),
    }
}

/// The regular files at and below `scope` that `wanted` asks for, without those that are excluded by
/// their paths.
fn eligible<'a>(
    tree: &'a Tree,
    scope: &RepoPath,
    exclude: &'a PathPatterns,
    wanted: impl Fn(usize, bool) -> bool + 'a,
) -> impl Iterator<Item = usize> + 'a {
    let at = tree.find(scope.as_bytes());
    let below = tree.below(scope);
    (0..tree.len()).filter(move |&file| {
        let path = tree.path(file);
        tree.kind(file) == FileKind::File
            && wanted(file, below.contains(&file) || at == Some(file))
            && !is_foreign(path)
            && !exclude.matches(path)
    })
}

/// The files that [`judged`] leaves out of a search for comments because their type is unknown. Whether
/// machines wrote some of them is not asked.
pub(super) fn unsearched(tree: &Tree, scope: &RepoPath, exclude: &PathPatterns) -> Unsearched {
    const SHOWN: usize = 5;
    let mut all = Unsearched::default();
    let mut extensions: BTreeMap<String, usize> = BTreeMap::new();
    for file in eligible(tree, scope, exclude, |file, in_scope| {
        in_scope && Language::is_unknown(tree.path(file))
    }) {
        let path = tree.path(file);
        let dot = memchr::memrchr(b'.', path).map_or(path.len(), |dot| dot + 1);
        let extension = String::from_utf8_lossy(&path[dot..]).to_lowercase();
        *extensions.entry(extension).or_default() += 1;
        all.files += 1;
    }
    let mut extensions: Vec<_> = extensions.into_iter().collect();
    extensions.sort_by_key(|&(_, files)| Reverse(files));
    all.more_extensions = extensions.len().saturating_sub(SHOWN);
    extensions.truncate(SHOWN);
    all.extensions = extensions;
    all
}

/// Whether a file lies in a folder that the program excludes by itself.
pub(crate) fn is_foreign(path: &[u8]) -> bool {
    let mut folders = path.split(|&byte| byte == b'/');
    folders.next_back();
    folders.any(|folder| FOLDERS.contains(&folder))
}

/// Whether a program wrote the file, as comments at its top say: `@generated`, or `DO NOT EDIT` beside
/// some form of `generated`, in whatever case.
///
/// Source: `go generate` asks for `// Code generated … DO NOT EDIT.` before the package clause; the other
/// forms are what generators elsewhere write.
pub(super) fn is_generated(bytes: &[u8], language: &Language) -> bool {
    let top = &bytes[..bytes.len().min(TOP.1)];
    let end = memchr::memchr_iter(b'\n', top).nth(TOP.0 - 1);
    let top = &top[..end.unwrap_or(top.len())];
    let lower = top.to_ascii_lowercase();
    if memmem::find(&lower, b"generated").is_none() {
        return false;
    }
    let pieces = Pieces::scan(top, language, top.len());
    let in_comments = |word: &'static [u8]| {
        let found = memmem::find_iter(&lower, word);
        found.filter(|&at| pieces.comment_at(at).is_some())
    };
    if in_comments(b"@generated").any(|at| is_tag(top, at)) {
        return true;
    }
    let lines = |word| -> BTreeSet<u32> {
        let line = |at| memchr::memchr_iter(b'\n', &top[..at]).count();
        let lines = in_comments(word).map(line);
        lines.filter_map(|line| u32::try_from(line).ok()).collect()
    };
    let generated = lines(b"generated");
    let forbids = lines(b"do not edit");
    let is_near = |line: &u32| {
        let near = line.saturating_sub(NEAR)..=line + NEAR;
        generated.range(near).next().is_some()
    };
    forbids.iter().any(is_near)
}

/// Whether the `@generated` at this place is a tag of its own, rather than quoted or a part of a word.
fn is_tag(bytes: &[u8], at: usize) -> bool {
    let is_apart = |byte: Option<&u8>, signs: &[u8]| {
        byte.is_none_or(|byte| byte.is_ascii_whitespace() || signs.contains(byte))
    };
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    is_apart(before, b"/*#-;%") && is_apart(bytes.get(at + b"@generated".len()), b"*.,:;-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_unknown_type_are_counted_by_extension() {
        let paths = [
            "LICENSE",
            "a.PNG",
            "a.rs",
            "b.png",
            "c.xyz",
            "d/e.png",
            "d/f.bin",
            "gone/x.png",
            "notes.txt",
            "vendor/y.png",
            "z.1",
            "z.2",
            "z.3",
        ];
        let tree: Tree = paths.into_iter().collect();
        let exclude = PathPatterns::new(&["gone/".to_owned()]).unwrap();
        let counts = |scope: &str| {
            let found = unsearched(&tree, &RepoPath::from(scope), &exclude);
            let shown = found.extensions.iter();
            let shown: Vec<_> = shown
                .map(|(name, files)| format!("{name} {files}"))
                .collect();
            (found.files, shown.join(", "), found.more_extensions)
        };
        assert_eq!(counts(""), (8, "png 3, 1 1, 2 1, 3 1, bin 1".into(), 1));
        assert_eq!(counts("d"), (2, "bin 1, png 1".into(), 0));
        assert_eq!(counts("a.rs"), (0, String::new(), 0));
    }

    #[test]
    fn the_top_of_a_file_says_that_a_program_wrote_it() {
        let is_generated = |source: &str| {
            let language = Language::of(b"x.go", b"").expect("Go");
            is_generated(source.as_bytes(), language)
        };
        let licence = "// (c) us\n".repeat(15);
        for source in [
            "// Code generated by x. DO NOT EDIT.\npackage x",
            &format!("{licence}// Code generated by x. DO NOT EDIT.\npackage x"),
            "/*\n * This file was autogenerated by x. Do not edit it manually!\n */",
            "// THIS FILE IS GENERATED.\n//\n// DO NOT EDIT",
            "// @generated by x",
            "/** @generated SignedSource<<x>> */",
        ] {
            assert!(is_generated(source), "{source}");
        }
        let far = "x()\n".repeat(20);
        for source in [
            "package x",
            "// Code generated: to be rewritten",
            "// The id is generated.\n",
            "// Do not edit while it runs.",
            "s := \"// Code generated by x. DO NOT EDIT.\"",
            "s := \"@generated\"",
            "// writes files with `@generated` at their top",
            "// see x@generated",
            "// the ids are generated\n\n\n\n\n// do not edit the next line",
            &format!("{far}// Code generated by x. DO NOT EDIT."),
        ] {
            assert!(!is_generated(source), "{source}");
        }
    }

    #[test]
    fn the_top_of_a_file_may_be_hostile() {
        let language = Language::of(b"x.go", b"").expect("Go");
        let long = b"/* do not edit generated ".repeat(1 << 16);
        assert!(is_generated(&long, language));
        assert!(!is_generated(b"/* generated \xff", language));
        assert!(!is_generated(b"", language));
    }

    #[test]
    fn folders_of_others_are_known_by_name_wherever_they_are() {
        assert!(is_foreign(b"vendor/x.go"));
        assert!(is_foreign(b"a/b/testdata/c/x.go"));
        assert!(!is_foreign(b"a/vendor"));
        assert!(!is_foreign(b"vendors/x.go"));
    }
}
