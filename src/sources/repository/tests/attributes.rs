//! What `.gitattributes` says.

use super::*;
use crate::facts::Mark;

#[test]
fn attributes_mark_files_as_git_matches_them() {
    let sandbox = Sandbox::new();
    let files = [
        (
            ".gitattributes",
            "[attr]made linguist-generated\n*.pb.go made\nlib/** linguist-vendored\n\
             *.lock linguist-generated=true -diff\nlib/ours/* -linguist-vendored\n*.md text\n",
        ),
        ("a.pb.go", ""),
        ("a.lock", ""),
        ("a.md", ""),
        ("lib/x.c", ""),
        ("lib/ours/y.c", ""),
        ("lib.c", ""),
        (
            "sub/.gitattributes",
            "*.lock linguist-generated=false\n*.md made\n/one linguist-vendored=1\n/deep/** linguist-documentation\n",
        ),
        ("sub/a.lock", ""),
        ("sub/a.md", ""),
        ("sub/deep/one", ""),
        ("sub/one", ""),
        ("sub.lock", ""),
        ("sub0/a.lock", ""),
        ("service/bailiwick.toml", "root = true"),
        ("service/.gitattributes", "*.lock !linguist-generated\n"),
        ("service/a.lock", ""),
        ("service/b.pb.go", ""),
    ];
    sandbox.repository("repo", &files);
    for (target, revision) in [
        ("repo", None),
        ("repo", Some("HEAD")),
        ("repo/service", None),
    ] {
        let source = open(&sandbox, target, revision);
        let (tree, _) = source.tree();
        let all: Vec<u32> = (0..tree.len() as u32).collect();
        let (marks, unread) = source.marks(&tree, &all);
        assert_eq!(unread, []);
        let value = |value: &str| match value {
            "set" | "true" | "1" => Some(true),
            "unset" | "false" => Some(false),
            _ => None,
        };
        for index in 0..tree.len() {
            let path = String::from_utf8_lossy(tree.path(index)).into_owned();
            // What git itself says: `path: attribute: value`, a line each.
            let said = sandbox.git(
                target,
                &[
                    "check-attr",
                    "linguist-generated",
                    "linguist-vendored",
                    "linguist-documentation",
                    "--",
                    &path,
                ],
            );
            let said: Vec<_> = said
                .lines()
                .map(|line| value(line.rsplit(' ').next().unwrap_or_default()))
                .collect();
            let expected = Mark {
                generated: said[0],
                vendored: said[1],
                documentation: said[2],
            };
            assert_eq!(marks.of(index), expected, "{target} {path}");
        }
        // Only what is asked for is answered.
        let (some, _) = source.marks(&tree, &all[..1]);
        assert_eq!(some, Marks::default());
    }
}

#[test]
fn attribute_files_that_cannot_be_read_are_gaps() {
    let sandbox = Sandbox::new();
    sandbox.repository(
        "repo",
        &[(".gitattributes", "* linguist-vendored\n"), ("a", "")],
    );
    sandbox.remove("repo/.gitattributes");
    let source = open(&sandbox, "repo", None);
    let (marks, unread) = source.marks(&source.tree().0, &[1]);
    assert_eq!(marks, Marks::default());
    assert_eq!(unread.len(), 1);
    let (folder, gap) = &unread[0];
    assert!(folder.is_root());
    assert_eq!(gap.path, Some(RepoPath::from(".gitattributes")));
}

#[test]
fn hostile_attributes_end() {
    let sandbox = Sandbox::new();
    let stars = "*a".repeat(40);
    let attributes = format!(
        "[attr]one two linguist-generated\n[attr]two one linguist-generated\n\
         *.x one\n{stars}b linguist-vendored\n**/{stars}/**/{stars}b linguist-vendored\n"
    );
    let name = "a".repeat(120);
    let deep = format!("{name}/{name}/{name}");
    sandbox.repository(
        "repo",
        &[
            (".gitattributes", &attributes),
            ("a.x", ""),
            (&name, ""),
            (&format!("d/{deep}"), ""),
        ],
    );
    let source = open(&sandbox, "repo", None);
    let (tree, _) = source.tree();
    let (marks, _) = source.marks(&tree, &[0, 1, 2, 3]);
    let at = tree.find(b"a.x").expect("listed");
    assert_eq!(marks.of(at).generated, Some(true));
}
