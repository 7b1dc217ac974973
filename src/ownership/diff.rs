//! What a change does to who owns what: which files gain, lose or change owners, and whose approval the
//! change needs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Ownership;
use crate::codeowners::{OwnershipFile, OwnershipRule};
use crate::facts::{Change, FileKind, Tree, TreeBuilder};
use crate::text::RepoPath;

/// One side of a change.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Its files.
    pub tree: &'a Tree,
    /// Its ownership file, if it has one that can be read.
    pub file: Option<&'a OwnershipFile>,
    /// Who decides over which file.
    pub ownership: &'a Ownership,
}

/// Files whose owners become others in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// Their owners before, as written; empty where they had none.
    pub before: Vec<String>,
    /// Their owners after, as written; empty where they have none.
    pub after: Vec<String>,
    /// Whether the files came with the change, so that there is no before.
    pub is_new: bool,
    /// The line of the ownership file that gives the owners after; none where no line does.
    pub line: Option<u32>,
    /// How many files.
    pub files: usize,
    /// The folders all of whose files these are, with a slash at their ends, and single files; with how
    /// many files each stands for. Those with most files first, bounded.
    pub paths: Vec<(String, usize)>,
    /// How many more folders and files there are beside those that are named.
    pub more: usize,
}

/// A line whose owners have to approve a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The line of the ownership file.
    pub line: u32,
    /// Its pattern.
    pub pattern: String,
    /// Its owners, as written: one of them has to approve.
    pub owners: Vec<String>,
    /// How many of the changed paths it decides over.
    pub files: usize,
    /// The folders and files, as in [`Handover::paths`].
    pub paths: Vec<(String, usize)>,
    /// How many more there are.
    pub more: usize,
}

/// The deciding lines before, where the file was there, and after.
type Lines = (Option<Option<usize>>, Option<usize>);

/// Whether a file is new, and its owners before and after, in lower case.
type Owners = (bool, BTreeSet<String>, BTreeSet<String>);

/// How many folders and files are named.
const MOST_PATHS: usize = 5;

/// Which files gain, lose or change owners: those that nobody owns any more, then the groups with most files
/// first. New files count where they have no owner although there is an ownership file.
pub fn handovers(change: &Change, base: Side<'_>, head: Side<'_>) -> Vec<Handover> {
    // By deciding rules before and after: lines are compared once, whatever the number of files.
    let mut groups: HashMap<Lines, Vec<u32>> = HashMap::new();
    let added: BTreeSet<u32> = change.added.iter().copied().collect();
    let came_from: HashMap<u32, u32> = change.renamed.iter().map(|it| (it.to, it.from)).collect();
    let mut from = 0;
    for at in 0..head.tree.len() {
        let place = u32::try_from(at).unwrap_or(u32::MAX);
        let path = head.tree.path(at);
        // Both trees are in the same order.
        while from < base.tree.len() && base.tree.path(from) < path {
            from += 1;
        }
        let before = match came_from.get(&place) {
            Some(&from) => Some(from as usize),
            None if added.contains(&place) => None,
            None => (from < base.tree.len() && base.tree.path(from) == path).then_some(from),
        };
        let before = before.map(|before| base.ownership.deciding(before));
        let after = head.ownership.deciding(at);
        groups.entry((before, after)).or_default().push(place);
    }
    let rule = |side: Side<'_>, place: Option<usize>| -> Vec<String> {
        let rule = place.and_then(|place| side.file?.rules().get(place).cloned());
        rule.map_or(Vec::new(), |rule| rule.owner_names().collect())
    };
    let normal = |owners: &[String]| -> BTreeSet<String> {
        owners.iter().map(|owner| owner.to_lowercase()).collect()
    };
    // Lines that name the same owners are told of together.
    let mut joined: BTreeMap<Owners, (Handover, Vec<u32>)> = BTreeMap::new();
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort();
    for ((before, after), files) in groups {
        let is_new = before.is_none();
        let (old, new) = (rule(base, before.flatten()), rule(head, after));
        let differs = match is_new {
            true => new.is_empty() && head.file.is_some(),
            false => normal(&old) != normal(&new),
        };
        if !differs {
            continue;
        }
        let line = after.and_then(|place| Some(head.file?.rules().get(place)?.line()));
        let key = (is_new, normal(&old), normal(&new));
        let (handover, all) = joined.entry(key).or_insert_with(|| {
            let handover = Handover {
                before: old,
                after: new,
                is_new,
                line,
                files: 0,
                paths: Vec::new(),
                more: 0,
            };
            (handover, Vec::new())
        });
        if handover.line != line {
            handover.line = None;
        }
        all.extend(files);
    }
    let mut all: Vec<Handover> = joined
        .into_values()
        .map(|(mut handover, mut files)| {
            files.sort_unstable();
            handover.files = files.len();
            (handover.paths, handover.more) = roll_up(head.tree, &files);
            handover
        })
        .collect();
    let is_lost = |it: &Handover| it.after.is_empty() && !it.is_new;
    all.sort_by_key(|it| (!is_lost(it), Reverse(it.files)));
    all
}

/// Whose approval a change needs by an ownership file: the lines that decide over what it touches, in the
/// order of the file. What went elsewhere is touched at both places.
///
/// The forge reads the file of the branch that the change goes to, so that a change cannot appoint who
/// approves it.
/// Source: GitHub's documentation of code owners, on the base branch of a pull request.
pub fn approvals(change: &Change, base: &Tree, head: &Tree, file: &OwnershipFile) -> Vec<Approval> {
    let touched = touched(change, base, head);
    let ownership = Ownership::resolve(&touched, file);
    let mut lines: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
    for at in 0..touched.len() {
        if let Some(line) = ownership.deciding(at) {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            lines.entry(line).or_default().push(at);
        }
    }
    let needed = lines.into_iter().filter_map(|(line, files)| {
        let rule: &OwnershipRule = file.rules().get(line)?;
        if rule.owners().is_empty() {
            return None;
        }
        let (paths, more) = roll_up(&touched, &files);
        Some(Approval {
            line: rule.line(),
            pattern: rule.pattern_text().into_owned(),
            owners: rule.owner_names().collect(),
            files: files.len(),
            paths,
            more,
        })
    });
    needed.collect()
}

/// All paths that a change touches on either side.
pub fn touched(change: &Change, base: &Tree, head: &Tree) -> Tree {
    let mut touched = TreeBuilder::default();
    for (tree, files) in [(base, change.in_base()), (head, change.in_head())] {
        for file in files {
            touched.push(tree.path(file as usize), FileKind::File);
        }
    }
    touched.build()
}

/// The folders all of whose files are among these, as high as that holds, and single files.
fn roll_up(tree: &Tree, files: &[u32]) -> (Vec<(String, usize)>, usize) {
    let mut found: Vec<(&[u8], usize)> = Vec::new();
    let mut at = 0;
    while at < files.len() {
        let path = tree.path(files[at] as usize);
        let slashes = memchr::memchr_iter(b'/', path);
        let whole = slashes.into_iter().find_map(|slash| {
            let below = tree.below(&RepoPath::from(&path[..slash]));
            let last = files.get(at + below.len() - 1);
            let is_whole = below.len() > 1
                && files[at] as usize == below.start
                && last.is_some_and(|&last| last as usize == below.end - 1);
            is_whole.then(|| (&path[..=slash], below.len()))
        });
        let (name, count) = whole.unwrap_or((path, 1));
        at += count;
        found.push((name, count));
    }
    found.sort_by_key(|&(_, count)| Reverse(count));
    let more = found.len().saturating_sub(MOST_PATHS);
    let named = found.into_iter().take(MOST_PATHS);
    let named = named.map(|(name, count)| (String::from_utf8_lossy(name).into_owned(), count));
    (named.collect(), more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codeowners::Dialect;
    use crate::facts::Rename;
    use crate::text::Text;

    fn file(lines: &str) -> OwnershipFile {
        let text = Text::new(RepoPath::from("CODEOWNERS"), lines.as_bytes().to_vec());
        OwnershipFile::parse(Dialect::GitHub, text)
    }

    fn told(handovers: &[Handover]) -> Vec<String> {
        let told = handovers.iter().map(|it| {
            let owners = |owners: &[String]| match owners {
                [] => "nobody".to_owned(),
                some => some.join(" "),
            };
            let before = if it.is_new {
                "new".to_owned()
            } else {
                owners(&it.before)
            };
            let paths: Vec<&str> = it.paths.iter().map(|(path, _)| path.as_str()).collect();
            format!(
                "{} {before} > {}: {}",
                it.files,
                owners(&it.after),
                paths.join(" ")
            )
        });
        told.collect()
    }

    #[test]
    fn files_are_grouped_by_who_owned_them_and_who_does() {
        let base_tree: Tree = ["a/1", "a/2", "b/1", "c/1", "d/1"].into_iter().collect();
        let head_tree: Tree = ["a/1", "a/2", "b/1", "d/1", "e/1", "e/new"]
            .into_iter()
            .collect();
        let (before, after) = (
            file("* @x\n/b/ @y\n/d/\n"),
            file("/a/ @z\n/b/ @Y\n/d/ @x\n/e/1 @y\n"),
        );
        let (old, new) = (
            Ownership::resolve(&base_tree, &before),
            Ownership::resolve(&head_tree, &after),
        );
        let change = Change {
            added: vec![5],
            renamed: vec![Rename {
                from: 3,
                to: 4,
                same: true,
            }],
            ..Change::default()
        };
        let side = |tree, file, ownership| Side {
            tree,
            file: Some(file),
            ownership,
        };
        let found = handovers(
            &change,
            side(&base_tree, &before, &old),
            side(&head_tree, &after, &new),
        );
        assert_eq!(
            told(&found),
            [
                "2 @x > @z: a/",
                "1 nobody > @x: d/1",
                "1 @x > @y: e/1",
                "1 new > nobody: e/new"
            ]
        );
        // Both places of what went elsewhere are touched.
        let needed = approvals(&change, &base_tree, &head_tree, &before);
        let needed: Vec<_> = needed.iter().map(|it| (it.line, it.files)).collect();
        assert_eq!(needed, [(1, 3)]);
    }
}
