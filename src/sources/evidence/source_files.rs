//! Which files are source files: what people write in a programming or markup language, told by its path and by
//! what its repository says of it.
//!
//! Measures of knowledge stand and fall with this filter: who adds a thousand data files by a script has
//! not come to know a thousand files. It follows what linguist leaves out of its statistics
//! (<https://github.com/github-linguist/linguist>, `documentation.yml`, `vendor.yml`, `languages.yml`) as
//! far as a path tells it, and the attributes `linguist-vendored`, `linguist-generated` and
//! `linguist-documentation`, which overrule paths either way. What the policy excludes is left out as well.
//! Known differences: SQL and interface languages such as Protobuf count as languages here; a script without an
//! extension is not known by its path alone; content is not asked whether a program wrote it; the attributes
//! `linguist-detectable` and `linguist-language` are not read.

use super::excludes::is_foreign;
use super::languages::Language;
use crate::facts::{FileKind, Gap, Mark, Tree};
use crate::policy::PathPatterns;
use crate::sources::repository::Source;

/// What the filter keeps, as a sentence goes on behind "source files".
pub(crate) const SOURCE_FILES: &str = "files of programming and markup languages, without documentation, examples, data and what others or programs wrote, as paths and `linguist-*` in `.gitattributes` tell, and without what the policy excludes";

/// Languages of data, configuration and prose.
const NO_SOURCE: [&str; 8] = [
    "JSON",
    "YAML",
    "TOML",
    "XML",
    "configuration",
    "Markdown",
    "reStructuredText",
    "AsciiDoc",
];

/// Files of which the table of languages says how comments look, and that are lists and settings.
const LISTS: [&str; 9] = [
    "requirements.txt",
    "constraints.txt",
    "codeowners",
    "owners",
    "crontab",
    "procfile",
    "caddyfile",
    "go.mod",
    "go.work",
];

/// Folders at the top of a repository that hold documentation, in lower case.
const DOCUMENTATION: [&[u8]; 8] = [
    b"doc",
    b"docs",
    b"man",
    b"examples",
    b"demo",
    b"demos",
    b"sample",
    b"samples",
];

/// Folders that hold documentation wherever they are, in lower case.
const DOCUMENTATION_ANYWHERE: [&[u8]; 3] = [b"documentation", b"groovydoc", b"javadoc"];

/// Folders that hold what was built or brought in, beside those that are excluded everywhere.
const BROUGHT: [&[u8]; 3] = [b"dist", b"bower_components", b"third-party"];

/// What the names of files end with that programs write.
const WRITTEN_BY_PROGRAMS: [&[u8]; 9] = [
    b".min.js",
    b"-min.js",
    b".min.css",
    b".pb.go",
    b".pb.h",
    b".pb.cc",
    b"_pb2.py",
    b"_pb2.pyi",
    b"_pb2_grpc.py",
];

/// By file of the tree: whether it is a source file, without those that are excluded; and a gap for each attribute
/// file that could not be read.
pub(crate) fn source_files(
    source: &Source,
    tree: &Tree,
    exclude: &PathPatterns,
) -> (Vec<bool>, Vec<Gap>) {
    let mut sources: Vec<bool> = (0..tree.len())
        .map(|file| {
            let path = tree.path(file);
            tree.kind(file) == FileKind::File && is_of_source(path) && !exclude.matches(path)
        })
        .collect();
    let asked = (0_u32..).zip(&sources).filter(|(_, is_source)| **is_source);
    let asked: Vec<u32> = asked.map(|(file, _)| file).collect();
    let (marks, gaps) = source.marks(tree, &asked);
    for file in asked {
        let file = file as usize;
        sources[file] = is_ours(tree.path(file), marks.of(file));
    }
    (sources, gaps.into_iter().map(|(_, gap)| gap).collect())
}

/// Whether a file is a source file, by its path alone.
pub(crate) fn is_source(path: &[u8]) -> bool {
    is_of_source(path) && is_ours(path, Mark::default())
}

/// Whether a file is in a programming or markup language.
fn is_of_source(path: &[u8]) -> bool {
    // Of content nothing is known: what only a first line tells is left out.
    let language = Language::of(path, b"");
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    language.is_some_and(|language| !NO_SOURCE.contains(&language.name))
        && !LISTS
            .iter()
            .any(|list| name.eq_ignore_ascii_case(list.as_bytes()))
}

/// Whether people of the repository wrote a file, and not to explain others. What its repository says of it goes
/// before what its path does.
fn is_ours(path: &[u8], mark: Mark) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut folders = lower.split(|&byte| byte == b'/');
    let name = folders.next_back().unwrap_or_default();
    let documents = || {
        let mut folders = folders.clone();
        folders
            .clone()
            .next()
            .is_some_and(|it| DOCUMENTATION.contains(&it))
            || folders.any(|it| DOCUMENTATION_ANYWHERE.contains(&it))
    };
    let is_brought = || folders.clone().any(|it| BROUGHT.contains(&it)) || is_foreign(&lower);
    let is_written = || WRITTEN_BY_PROGRAMS.iter().any(|end| name.ends_with(end));
    !mark.documentation.unwrap_or_else(documents)
        && !mark.vendored.unwrap_or_else(is_brought)
        && !mark.generated.unwrap_or_else(is_written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_source_and_data_prose_and_what_others_wrote_are_not() {
        for source in [
            "src/a.rs",
            "A.PY",
            "web/index.html",
            "web/a.css",
            "Makefile",
            "deploy/Dockerfile",
            "db/0001.sql",
            "api/a.proto",
            "src/docs/a.py",
            "src/examples/a.py",
        ] {
            assert!(is_source(source.as_bytes()), "{source}");
        }
        for other in [
            "package.json",
            "a.yaml",
            "Cargo.toml",
            "pom.xml",
            "README.md",
            "index.rst",
            "docs/conf.py",
            "Doc/conf.py",
            "examples/a.py",
            "x/documentation/a.py",
            "vendor/a.go",
            "x/node_modules/a.js",
            "x/testdata/a.go",
            "static/jquery.min.js",
            "api/a.pb.go",
            "dist/a.js",
            "requirements.txt",
            "go.mod",
            "CODEOWNERS",
            ".gitignore",
            "LICENSE",
            "bin/run",
            "a.png",
        ] {
            assert!(!is_source(other.as_bytes()), "{other}");
        }
        assert!(!is_source(b""));
        assert!(is_source(b"\xff.rs"));
    }

    #[test]
    fn what_a_repository_says_goes_before_what_a_path_does() {
        let mark = Mark::default();
        let (yes, no) = (Some(true), Some(false));
        let vendored = |vendored| Mark { vendored, ..mark };
        let generated = |generated| Mark { generated, ..mark };
        let documentation = |documentation| Mark {
            documentation,
            ..mark
        };
        for (path, mark, expected) in [
            ("src/a.rs", mark, true),
            ("src/a.rs", vendored(yes), false),
            ("src/a.rs", generated(yes), false),
            ("src/a.rs", documentation(yes), false),
            ("vendor/a.go", vendored(no), true),
            ("api/a.pb.go", generated(no), true),
            ("docs/conf.py", documentation(no), true),
            // One reason is enough, and no other one is lifted.
            ("docs/vendor/a.py", documentation(no), false),
            ("vendor/a.pb.go", vendored(no), false),
        ] {
            assert_eq!(is_ours(path.as_bytes(), mark), expected, "{path} {mark:?}");
        }
    }
}
