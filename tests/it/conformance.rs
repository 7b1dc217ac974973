//! The matcher against what others expect of it: data of other projects, read where it lies in a folder
//! `../shared` beside the project. Where there is none, these tests say so and pass.
//!
//! Where we differ from what is expected, a table here says what we do and which sentence of GitHub's
//! documentation, *About code owners*, proves it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bailiwick::codeowners::{Dialect, Matcher, OwnershipFile};
use bailiwick::text::{RepoPath, Text};
use flate2::read::GzDecoder;
use serde_json::Value;

/// Pattern, path, what is expected, and the sentence by which GitHub does the opposite.
const OVERRIDDEN: &[(&str, &str, bool, &str)] = &[(
    "/apps/[param]/file.ts",
    "apps/[param]/file.ts",
    true,
    "There are some syntax rules for gitignore files that do not work in CODEOWNERS files: [...] using \
     `[ ]` to define a character range",
)];

/// Pattern, path, and whether we own it, of assertions that users of GitHub contest: whether a wildcard
/// in the last segment names folders, too. By the rules of gitignore, to which the documentation
/// refers, it does, and so we hold; `codeowners/ambiguous-pattern` tells whoever writes one.
const CONTESTED: &[(&str, &str, bool)] = &[
    ("f*", "foo/bar", true),
    ("f*", "foo/bar/baz", true),
    ("f*", "bar/foo/baz", true),
    ("/f*", "foo/bar", true),
    ("/f*", "foo/bar/baz", true),
];

/// Repository, path, expected owners, our owners, and the sentence that proves us right.
const CORPUS_DIFFERENCES: &[(&str, &str, &str, &str, &str)] = &[];

fn shared(below: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(below);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("left out: there is no folder {}", folder.display());
    None
}

fn parse(content: impl Into<Vec<u8>>) -> OwnershipFile {
    OwnershipFile::parse(
        Dialect::GitHub,
        Text::new(RepoPath::from("CODEOWNERS"), content.into()),
    )
}

#[test]
fn assertions_about_patterns_hold() {
    let Some(folder) = shared("conformance/hmarr-codeowners") else {
        return;
    };
    let cases = fs::read(folder.join("patterns.json")).unwrap();
    let cases: Value = serde_json::from_slice(&cases).unwrap();
    let (mut asserted, mut contested) = (0, 0);
    let mut differing = BTreeSet::new();
    for case in cases.as_array().unwrap() {
        let pattern = case["pattern"].as_str().unwrap();
        let file = parse(format!("{pattern} @x\n"));
        let matcher = Matcher::new(file.patterns());
        for (path, expected) in case["paths"].as_object().unwrap() {
            asserted += 1;
            let owned = matcher.last_match().find(path.as_bytes()).is_some();
            if let Some(&(.., ours)) = CONTESTED.iter().find(|it| (it.0, it.1) == (pattern, path)) {
                contested += 1;
                assert_eq!(owned, ours, "{pattern} ~ {path}");
            } else if owned != expected.as_bool().unwrap() {
                differing.insert((pattern.to_owned(), path.clone(), !owned));
            }
        }
    }
    println!("{asserted} assertions");
    assert!(asserted >= 153, "{asserted}");
    assert_eq!(contested, CONTESTED.len());
    let overridden = OVERRIDDEN
        .iter()
        .map(|it| (it.0.to_owned(), it.1.to_owned(), it.2));
    assert_eq!(differing, overridden.collect());
}

#[test]
fn every_file_of_the_corpus_has_the_expected_owners() {
    let Some(folder) = shared("corpus") else {
        return;
    };
    let mut files = 0;
    let mut differing = Vec::new();
    for repository in sorted(&folder) {
        let name = repository
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned();
        if !repository.join("owners.tsv.gz").is_file() {
            continue;
        }
        let file = parse(fs::read(repository.join("CODEOWNERS")).unwrap());
        let matcher = Matcher::new(file.patterns());
        // One walker for all paths, in order, as the program walks them.
        let mut walker = matcher.last_match();
        let paths = unzipped(&repository.join("paths.txt.gz"));
        let expected = unzipped(&repository.join("owners.tsv.gz"));
        assert_eq!(paths.lines().count(), expected.lines().count(), "{name}");
        for (path, line) in paths.lines().zip(expected.lines()) {
            let (expected_path, owners) = line.split_once('\t').unwrap();
            assert_eq!(path, expected_path, "{name}");
            files += 1;
            let rule = walker.find(path.as_bytes()).map(|rule| &file.rules()[rule]);
            let ours: Vec<_> = rule
                .into_iter()
                .flat_map(|rule| rule.owner_names())
                .collect();
            let ours = ours.join(" ");
            if ours != owners {
                differing.push((name.clone(), path.to_owned(), owners.to_owned(), ours));
            }
        }
    }
    println!("{files} files");
    assert!(files > 0, "a corpus without files");
    let known = CORPUS_DIFFERENCES.iter();
    let known = known.map(|it| {
        (
            it.0.to_owned(),
            it.1.to_owned(),
            it.2.to_owned(),
            it.3.to_owned(),
        )
    });
    assert_eq!(differing, known.collect::<Vec<_>>());
}

#[test]
fn ownership_files_of_others_are_read_without_a_loss() {
    let folders = ["conformance", "corpus"];
    let mut pending: Vec<PathBuf> = folders.iter().filter_map(|it| shared(it)).collect();
    if pending.is_empty() {
        return;
    }
    let mut files = 0;
    while let Some(folder) = pending.pop() {
        for entry in sorted(&folder) {
            let name = entry.file_name().unwrap().to_string_lossy().to_lowercase();
            if entry.is_dir() {
                pending.push(entry);
            } else if name.contains("codeowners") || name == "owners" {
                files += 1;
                assert_lossless(&entry);
            }
        }
    }
    println!("{files} files");
    assert!(files > 40, "{files}");
}

/// Every byte of the file is on one line of the model, and every part stands where the model says.
fn assert_lossless(path: &Path) {
    let content = fs::read(path).unwrap();
    let shown = path.display();
    let file = parse(content.clone());
    let mut end = 0;
    for line in file.lines() {
        assert_eq!(line.span.start, end, "{shown}");
        end = line.span.end;
    }
    assert_eq!(end, content.len(), "{shown}");
    assert_eq!(file.text().bytes(), content, "{shown}");
    for rule in file.rules() {
        assert_eq!(
            rule.pattern_span().of(&content),
            rule.pattern().text(),
            "{shown}"
        );
        for owner in rule.owners() {
            assert_eq!(
                owner.span().of(&content),
                owner.text().as_bytes(),
                "{shown}"
            );
        }
    }
    // Some path or other can be asked for.
    let matcher = Matcher::new(file.patterns());
    let mut walker = matcher.last_match();
    for path in ["a", "a/b/c", ".github/CODEOWNERS", "docs/x.md", ""] {
        let found = walker.find(path.as_bytes());
        let slow = file
            .rules()
            .iter()
            .rposition(|rule| rule.pattern().matches(path.as_bytes()));
        assert_eq!(found, slow, "{shown}: {path}");
    }
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut entries: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn unzipped(path: &Path) -> String {
    let mut text = String::new();
    GzDecoder::new(fs::File::open(path).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    text
}
