//! Which files are source files: what people write in a programming or markup language, told by its path.
//!
//! Measures of knowledge stand and fall with this filter: who adds a thousand data files by a script has
//! not come to know a thousand files. It follows what linguist leaves out of its statistics
//! (<https://github.com/github-linguist/linguist>, `documentation.yml`, `vendor.yml`, `languages.yml`) as
//! far as a path tells it. Known differences: SQL and interface languages such as Protobuf count as
//! languages here; a script without an extension is not known by its path alone; content is not asked
//! whether a program wrote it.

use super::excludes::is_foreign;
use super::languages::Language;

/// What the filter keeps, as a sentence goes on behind "source files".
pub(crate) const SOURCE_FILES: &str = "files of programming and markup languages, without documentation, examples, data and what others or programs wrote";

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

/// Whether a file is a source file.
pub(crate) fn is_source(path: &[u8]) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit(|&byte| byte == b'/').next();
    let name = name.unwrap_or_default();
    let mut folders = lower.split(|&byte| byte == b'/');
    folders.next_back();
    if folders
        .clone()
        .next()
        .is_some_and(|it| DOCUMENTATION.contains(&it))
        || folders.any(|it| DOCUMENTATION_ANYWHERE.contains(&it) || BROUGHT.contains(&it))
        || is_foreign(&lower)
        || WRITTEN_BY_PROGRAMS.iter().any(|end| name.ends_with(end))
        || LISTS.iter().any(|list| name == list.as_bytes())
    {
        return false;
    }
    // Of content nothing is known: what only a first line tells is left out.
    let language = Language::of(path, b"");
    language.is_some_and(|language| !NO_SOURCE.contains(&language.name))
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
        assert!(!is_source(b"\xff.rs"));
    }
}
