//! What a policy should leave out: code that others wrote or that programs write, under names that the
//! program does not leave out by itself.

use std::collections::BTreeMap;

use crate::facts::{FileKind, Tree};
use crate::policy::{PathPatterns, pattern_of_folder};
use crate::sources::evidence::is_foreign;
use crate::text::RepoPath;

/// Folders of somebody else's code, in lower case.
const THIRD_PARTY: [&str; 12] = [
    ".yarn",
    "3rd-party",
    "3rd_party",
    "3rdparty",
    "_vendor",
    "bower_components",
    "carthage",
    "godeps",
    "jspm_packages",
    "third-party",
    "thirdparty",
    "vendored",
];

/// Folders that are of that kind if a licence lies in them: the names have other uses, too.
const MAYBE_THIRD_PARTY: [&str; 9] = [
    "deps",
    "extern",
    "external",
    "externals",
    "pods",
    "subprojects",
    "third_party",
    "vendor",
    "vendors",
];

/// Folders of what programs write.
const GENERATED: [&str; 4] = ["__generated__", "_generated", "autogen", "generated"];

/// Folders of what is built, if most of it is what builds leave.
const BUILT: [&str; 1] = ["dist"];

/// Extensions of what builds leave for browsers.
const BUILT_EXTENSIONS: [&str; 8] = ["cjs", "css", "html", "js", "map", "mjs", "wasm", "woff2"];

/// Names of files that programs write, as a pattern and what it says of the ends of a name.
const GENERATED_FILES: [(&str, &str, &str); 18] = [
    ("*.designer.cs", "", ".designer.cs"),
    ("*.Designer.cs", "", ".Designer.cs"),
    ("*.freezed.dart", "", ".freezed.dart"),
    ("*.g.cs", "", ".g.cs"),
    ("*.g.dart", "", ".g.dart"),
    ("*.gen.go", "", ".gen.go"),
    ("*.gen.ts", "", ".gen.ts"),
    ("*.generated.go", "", ".generated.go"),
    ("*.generated.ts", "", ".generated.ts"),
    ("*.min.css", "", ".min.css"),
    ("*.min.js", "", ".min.js"),
    ("*.pb.cc", "", ".pb.cc"),
    ("*.pb.go", "", ".pb.go"),
    ("*.pb.gw.go", "", ".pb.gw.go"),
    ("*.pb.h", "", ".pb.h"),
    ("*_pb2.py", "", "_pb2.py"),
    ("*_pb2_grpc.py", "", "_pb2_grpc.py"),
    ("zz_generated.*.go", "zz_generated.", ".go"),
];

/// How many files make a pattern worth a line.
const FEWEST_FILES: usize = 5;

/// How many patterns are kept: those of the most files.
const MOST_PATTERNS: usize = 20;

/// From how many folders of one name on the name alone is the pattern.
const SAME_NAME: usize = 3;

/// A pattern for `[files] exclude`, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludeSeen {
    /// The pattern, as policies write it.
    pub pattern: String,
    /// Files that it leaves out and that nothing else does.
    pub files: usize,
    /// What they are.
    pub kind: ExcludeKind,
}

/// Why files are to be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExcludeKind {
    /// Somebody else's code, by the name of its folder.
    ThirdParty,
    /// Written by a program, by the name of the file or its folder.
    Generated,
    /// What a build left.
    Built,
}

/// Files that look as if they should be left out.
#[derive(Debug, Default)]
pub struct Foreign {
    groups: Vec<Group>,
}

/// Files that one pattern leaves out.
#[derive(Debug)]
struct Group {
    pattern: String,
    /// The last part of the folder's path, where any folder of that name can be left out.
    name: Option<String>,
    kind: ExcludeKind,
    files: Vec<u32>,
}

impl Foreign {
    /// The files of a tree that look so by their names and those of their folders, without what is left
    /// out anyway.
    pub fn find(tree: &Tree) -> Foreign {
        let mut folders: BTreeMap<RepoPath, (Suspicion, Vec<u32>)> = BTreeMap::new();
        let mut names: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for index in 0..tree.len() {
            let path = tree.path(index);
            let Ok(file) = u32::try_from(index) else {
                break;
            };
            if tree.kind(index) != FileKind::File || is_foreign(path) {
                continue;
            }
            if let Some((folder, suspicion)) = suspicious(path) {
                let entry = folders.entry(RepoPath::from(folder));
                entry.or_insert((suspicion, Vec::new())).1.push(file);
            } else if let Some(pattern) = generated(path) {
                names.entry(pattern).or_default().push(file);
            }
        }
        let folders = folders.into_iter().filter_map(|(folder, found)| {
            let (suspicion, files) = found;
            let holds = match suspicion.proof {
                Proof::Name => true,
                Proof::Licence => files.iter().any(|&file| is_licence(tree, file)),
                Proof::Extensions => {
                    let built = files.iter().filter(|&&file| is_built(tree, file)).count();
                    2 * built > files.len()
                }
            };
            holds.then(|| Group {
                pattern: pattern_of_folder(&folder),
                name: (suspicion.proof == Proof::Name).then(|| last(&folder)),
                kind: suspicion.kind,
                files,
            })
        });
        let names = names.into_iter().map(|(pattern, files)| Group {
            pattern: GENERATED_FILES[pattern].0.to_owned(),
            name: None,
            kind: ExcludeKind::Generated,
            files,
        });
        Foreign {
            groups: folders.chain(names).collect(),
        }
    }

    /// The files, by their places in the tree, ascending.
    pub fn files(&self) -> Vec<u32> {
        let mut files: Vec<u32> = self
            .groups
            .iter()
            .flat_map(|it| &it.files)
            .copied()
            .collect();
        files.sort_unstable();
        files
    }

    /// The patterns that leave out what `is_left_out` does not, sorted by pattern.
    pub fn excludes(mut self, tree: &Tree, is_left_out: impl Fn(u32) -> bool) -> Vec<ExcludeSeen> {
        for group in &mut self.groups {
            group.files.retain(|&file| !is_left_out(file));
        }
        let mut groups = together(self.groups);
        groups.retain(|group| group.files.len() >= FEWEST_FILES && matches_its_own(group, tree));
        groups.sort_by_key(|group| std::cmp::Reverse(group.files.len()));
        groups.truncate(MOST_PATTERNS);
        let seen = |group: Group| ExcludeSeen {
            files: group.files.len(),
            pattern: group.pattern,
            kind: group.kind,
        };
        let mut excludes: Vec<_> = groups.into_iter().map(seen).collect();
        excludes.sort_by(|a, b| a.pattern.cmp(&b.pattern));
        excludes
    }
}

/// Many folders of one name become one pattern.
fn together(groups: Vec<Group>) -> Vec<Group> {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for name in groups.iter().filter_map(|group| group.name.as_ref()) {
        *uses.entry(name.clone()).or_default() += 1;
    }
    let mut by_name: BTreeMap<String, Group> = BTreeMap::new();
    let mut all = Vec::new();
    for mut group in groups {
        match group.name.take() {
            Some(name) if uses.get(&name).is_some_and(|&uses| uses >= SAME_NAME) => {
                let new = || Group {
                    pattern: format!("{name}/"),
                    name: None,
                    kind: group.kind,
                    files: Vec::new(),
                };
                let entry = by_name.entry(name.clone()).or_insert_with(new);
                entry.files.append(&mut group.files);
            }
            _ => all.push(group),
        }
    }
    all.extend(by_name.into_values());
    all
}

/// Whether the pattern does what it is there for: names can be such that no pattern says them.
fn matches_its_own(group: &Group, tree: &Tree) -> bool {
    PathPatterns::new(std::slice::from_ref(&group.pattern)).is_ok_and(|patterns| {
        let mut paths = group.files.iter().map(|&file| tree.path(file as usize));
        paths.all(|path| patterns.matches(path))
    })
}

#[derive(Clone, Copy)]
struct Suspicion {
    kind: ExcludeKind,
    proof: Proof,
}

/// What shows that a folder is what its name says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Proof {
    Name,
    Licence,
    Extensions,
}

/// The outermost folder around a file that is to be left out by its name, perhaps.
fn suspicious(path: &[u8]) -> Option<(&[u8], Suspicion)> {
    let lists: [(&[&str], ExcludeKind, Proof); 4] = [
        (&THIRD_PARTY, ExcludeKind::ThirdParty, Proof::Name),
        (&MAYBE_THIRD_PARTY, ExcludeKind::ThirdParty, Proof::Licence),
        (&GENERATED, ExcludeKind::Generated, Proof::Name),
        (&BUILT, ExcludeKind::Built, Proof::Extensions),
    ];
    let mut start = 0;
    while let Some(length) = memchr::memchr(b'/', &path[start..]) {
        let end = start + length;
        let part = &path[start..end];
        for (names, kind, proof) in lists {
            if names
                .iter()
                .any(|name| part.eq_ignore_ascii_case(name.as_bytes()))
            {
                return Some((&path[..end], Suspicion { kind, proof }));
            }
        }
        start = end + 1;
    }
    None
}

/// Which of [`GENERATED_FILES`] the file is one of.
fn generated(path: &[u8]) -> Option<usize> {
    let name = name(path);
    GENERATED_FILES.iter().position(|(_, start, end)| {
        name.len() > start.len() + end.len()
            && name.starts_with(start.as_bytes())
            && name.ends_with(end.as_bytes())
    })
}

fn is_licence(tree: &Tree, file: u32) -> bool {
    let name = name(tree.path(file as usize)).to_ascii_uppercase();
    let starts: [&[u8]; 4] = [b"LICENSE", b"LICENCE", b"COPYING", b"NOTICE"];
    starts.iter().any(|start| name.starts_with(start))
}

fn is_built(tree: &Tree, file: u32) -> bool {
    let name = name(tree.path(file as usize));
    let extension = name.rsplit(|&byte| byte == b'.').next().unwrap_or(name);
    BUILT_EXTENSIONS
        .iter()
        .any(|built| extension.eq_ignore_ascii_case(built.as_bytes()))
}

fn name(path: &[u8]) -> &[u8] {
    let start = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    &path[start..]
}

/// The last part of a folder's path. All folders that can be left out by name have plain ones.
fn last(folder: &RepoPath) -> String {
    String::from_utf8_lossy(name(folder.as_bytes())).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `pattern files kind` for each exclude; files named `marked…` are left out anyway.
    fn excludes(folders: &[(&str, &[&str])]) -> Vec<String> {
        let paths: Vec<String> = folders
            .iter()
            .flat_map(|(folder, names)| names.iter().map(move |name| format!("{folder}{name}")))
            .collect();
        let tree: Tree = paths.iter().map(String::as_str).collect();
        let found = Foreign::find(&tree);
        let marked = |file: u32| name(tree.path(file as usize)).starts_with(b"marked");
        let excludes = found.excludes(&tree, marked).into_iter();
        let shown = excludes.map(|it| format!("{} {} {:?}", it.pattern, it.files, it.kind));
        shown.collect()
    }

    const FIVE: &[&str] = &["1.c", "2.c", "3.c", "4.c", "5.c"];

    #[test]
    fn names_that_say_it_are_enough() {
        assert_eq!(
            excludes(&[
                ("a/ThirdParty/x/", FIVE),
                ("src/generated/", FIVE),
                ("vendor/third-party/", FIVE),
                ("third-party/", &FIVE[..4]),
            ]),
            ["/a/ThirdParty/ 5 ThirdParty", "/src/generated/ 5 Generated",]
        );
    }

    #[test]
    fn names_with_other_uses_need_a_proof() {
        assert_eq!(
            excludes(&[
                ("app/vendors/", FIVE),
                ("extern/zlib/", FIVE),
                ("extern/zlib/", &["LICENSE.txt"]),
                (
                    "lib/dist/",
                    &["1.js", "2.js", "3.min.js", "4.css", "README.md"]
                ),
                ("tools/dist/", FIVE),
            ]),
            ["/extern/ 6 ThirdParty", "/lib/dist/ 5 Built"]
        );
    }

    #[test]
    fn many_folders_of_a_name_are_one_pattern() {
        assert_eq!(
            excludes(&[
                ("a/generated/", &["1", "2"]),
                ("b/generated/", &["1", "2"]),
                ("c/d/generated/", &["1", "2"]),
            ]),
            ["generated/ 6 Generated"]
        );
    }

    #[test]
    fn generated_files_are_known_by_their_ends() {
        let names = ["a.pb.go", "b.pb.go", "c.pb.go", "d.pb.go", "e.pb.go"];
        assert_eq!(
            excludes(&[("api/", &names), ("x/", &[".pb.go", "zz_generated.a.go"])]),
            ["*.pb.go 5 Generated"]
        );
    }

    #[test]
    fn what_attributes_leave_out_is_not_left_out_twice() {
        let marked = ["marked1", "marked2", "marked3", "marked4", "5", "6"];
        assert_eq!(excludes(&[("third-party/", &marked)]), [""; 0]);
    }

    #[test]
    fn hostile_folders_are_patterns_that_match_them_or_nothing() {
        assert_eq!(
            excludes(&[
                ("a*[x]\n\u{202e}\"'\\#/third-party/", FIVE),
                ("!b/extern/", &["LICENSE", "1", "2", "3", "4"]),
            ]),
            [
                "/!b/extern/ 5 ThirdParty",
                "/a\\*\\[x\\]??\"'\\\\#/third-party/ 5 ThirdParty",
            ]
        );
    }
}
