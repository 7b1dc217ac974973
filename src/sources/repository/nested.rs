//! Folders that are roots of their own because their `bailiwick.toml` says `root = true`, and that
//! a tree around them therefore leaves out.

use std::path::Path;

use super::disk;
use crate::facts::{Gap, GapKind, Lookup, Tree, TreeBuilder};
use crate::text::RepoPath;

/// The name of the file that declares a root.
const POLICY: &str = "bailiwick.toml";

/// Policies beyond this many bytes declare nothing.
pub(super) const POLICY_LIMIT: u64 = 1 << 20;

/// Whether the policy on disk in `folder` declares it a root.
pub(super) fn says_root(folder: &Path) -> bool {
    disk::read_file(&folder.join(POLICY), POLICY_LIMIT)
        .is_ok_and(|content| content.is_some_and(|content| declares_root(&content)))
}

/// Whether a policy has `root = true` at its top. One that does not parse declares nothing: it is
/// reported as what it is, a broken policy, by whoever reads it.
pub(super) fn declares_root(policy: &[u8]) -> bool {
    // Most policies do not even have the word, and need not be parsed for it.
    if memchr::memmem::find(policy, b"root").is_none() {
        return false;
    }
    std::str::from_utf8(policy)
        .ok()
        .and_then(|policy| policy.parse::<toml::Table>().ok())
        .is_some_and(|policy| policy.get("root").and_then(toml::Value::as_bool) == Some(true))
}

/// The result of looking for a policy that could not be read. One that is no file of the tree, or too large,
/// declares nothing.
pub(super) fn unread(gap: Gap) -> Lookup<Vec<u8>> {
    let is_readable_elsewhere = matches!(
        gap.kind,
        GapKind::Unreadable | GapKind::MissingObject | GapKind::Sparse
    );
    match is_readable_elsewhere {
        true => Lookup::Unavailable(gap),
        false => Lookup::Absent,
    }
}

/// The tree without its nested roots, and a gap for each of them. `read` is given the path of a policy and looks for
/// its content. A folder whose policy is unavailable is left out too, and not listed: it may be a root.
pub(super) fn leave_out(
    tree: Tree,
    read: impl Fn(&RepoPath) -> Lookup<Vec<u8>>,
) -> (Tree, Vec<Gap>) {
    let mut roots: Vec<RepoPath> = Vec::new();
    let mut unlisted: Vec<(RepoPath, Gap)> = Vec::new();
    for path in tree.paths() {
        let folder = path
            .strip_suffix(POLICY.as_bytes())
            .and_then(|folder| folder.strip_suffix(b"/"));
        let Some(folder) = folder.map(RepoPath::from) else {
            continue;
        };
        // What lies in a nested root is none of ours, further roots included; the one that was found
        // last is the only one that can hold this folder and come before it in the order of paths.
        if roots.last().is_some_and(|root| folder.is_within(root)) {
            continue;
        }
        match read(&RepoPath::from(path)) {
            Lookup::Present(policy) if declares_root(&policy) => roots.push(folder),
            Lookup::Present(_) | Lookup::Absent => {}
            Lookup::Unavailable(gap) => {
                unlisted.push((folder.clone(), gap));
                roots.push(folder);
            }
        }
    }
    // A folder's policy stands behind those of the folders in it (`a/b/bailiwick.toml`, then
    // `a/bailiwick.toml`), so that an inner root may have been found before its outer one. With the
    // slash each outer one sorts right before all that it holds.
    roots.sort_by_cached_key(|root| [root.as_bytes(), b"/"].concat());
    roots.dedup_by(|inner, outer| inner.is_within(outer));
    if roots.is_empty() {
        return (tree, Vec::new());
    }
    unlisted.retain(|(folder, _)| roots.contains(folder));
    let is_unlisted = |root: &&RepoPath| unlisted.iter().any(|(folder, _)| folder == *root);
    let declared = roots.iter().filter(|root| !is_unlisted(root)).map(gap);
    let unknown = unlisted.iter().map(|(_, gap)| gap.clone());
    let gaps = declared.chain(unknown).collect();
    (without(&tree, &roots).with_unlisted(unlisted), gaps)
}

/// The tree without what lies in these folders, which stand in the order of what they hold and not
/// in each other.
fn without(tree: &Tree, folders: &[RepoPath]) -> Tree {
    let bytes = tree.paths().map(<[u8]>::len).sum();
    let mut kept = TreeBuilder::with_capacity(tree.len(), bytes);
    let mut next = 0;
    for range in folders.iter().map(|folder| tree.below(folder)) {
        for index in next..range.start {
            kept.push(tree.path(index), tree.kind(index));
        }
        next = range.end;
    }
    for index in next..tree.len() {
        kept.push(tree.path(index), tree.kind(index));
    }
    kept.build().with_unlisted(tree.unlisted().iter().cloned())
}

fn gap(root: &RepoPath) -> Gap {
    // Whoever shows a gap names its path; neither the reason nor the remedy has to repeat it.
    let reason = format!("left out, as its `{POLICY}` says `root = true`");
    let gap = Gap::new(GapKind::NestedRoot, reason).at(root.clone());
    gap.remedy("run `bailiwick check` there, too")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_top_level_true_declares_a_root() {
        let cases: [(&[u8], bool); 8] = [
            (b"root = true", true),
            (b"extends = []\nroot = true\n[rules]\n", true),
            (b"root = false", false),
            (b"root = \"true\"", false),
            (b"[rules]\nroot = true", false),
            (b"# root = true", false),
            (b"root = true\nroot = true", false),
            (b"root = true # \xff", false),
        ];
        for (policy, expected) in cases {
            assert_eq!(
                declares_root(policy),
                expected,
                "{}",
                String::from_utf8_lossy(policy)
            );
        }
    }

    #[test]
    fn the_outermost_nested_roots_are_left_out() {
        let tree: Tree = [
            "a/b/bailiwick.toml",
            "a/bailiwick.toml",
            "a/c/bailiwick.toml",
            "a/x",
            "a.x",
            "a.y/bailiwick.toml",
            "bailiwick.toml",
            "c/bailiwick.toml",
            "d/e/bailiwick.toml",
            "d/e/f",
            "d/g",
        ]
        .into_iter()
        .collect();
        let (tree, gaps) = leave_out(tree, |path| {
            let root = !path.as_bytes().starts_with(b"c/");
            Lookup::Present(format!("root = {root}").into_bytes())
        });
        let paths: Vec<_> = tree.paths().map(String::from_utf8_lossy).collect();
        assert_eq!(paths, ["a.x", "bailiwick.toml", "c/bailiwick.toml", "d/g"]);
        let places: Vec<_> = gaps.iter().filter_map(|gap| gap.path.as_ref()).collect();
        let places: Vec<_> = places.iter().map(|path| path.to_string_lossy()).collect();
        assert_eq!(places, ["a.y", "a", "d/e"]);
    }
}
