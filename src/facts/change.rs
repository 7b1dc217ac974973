//! How one state of a repository became another one.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use super::{Gap, Tree};
use crate::text::RepoPath;

/// What differs between two trees, by the places of files in them. What is in neither list is the same in
/// both: the path, the kind and the content.
#[derive(Debug, Default)]
pub struct Change {
    /// Files of the head that the base does not have, ascending.
    pub added: Vec<u32>,
    /// Files of the base that the head does not have, ascending.
    pub removed: Vec<u32>,
    /// Files whose content or kind differs, by their places in base and head.
    pub modified: Vec<(u32, u32)>,
    /// Files that are elsewhere in the head, by their places in base and head.
    pub renamed: Vec<Rename>,
    /// Folders that went elsewhere as a whole, from path to path.
    pub folders: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether there is so much that differs that not every file was followed to where it went: some count
    /// as removed and added although most of their lines are the same.
    pub cut: bool,
    /// Contents that are unavailable, so that some files that went elsewhere may count as removed and added.
    pub unread: Vec<Gap>,
    /// Whether a file of git's attributes differs, so that any file may be judged otherwise.
    pub attributes: bool,
}

/// A file that is elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rename {
    /// Where it is in the base.
    pub from: u32,
    /// Where it is in the head.
    pub to: u32,
    /// Whether its content is the same.
    pub same: bool,
}

impl Change {
    /// Where files and folders went, by their paths in the two trees.
    pub fn renames(&self, base: &Tree, head: &Tree) -> Renames {
        let text = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
        let files = self.renamed.iter().map(|rename| {
            let from = text(base.path(rename.from as usize));
            (from, text(head.path(rename.to as usize)))
        });
        let folders = self.folders.iter();
        Renames::new(files, folders.map(|(from, to)| (text(from), text(to))))
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.files() == 0
    }

    /// How many files differ; a renamed one counts once.
    pub fn files(&self) -> usize {
        self.added.len() + self.removed.len() + self.modified.len() + self.renamed.len()
    }

    /// The files of the head that the base does not have alike, ascending.
    pub fn in_head(&self) -> Vec<u32> {
        let modified = self.modified.iter().map(|&(_, head)| head);
        let renamed = self.renamed.iter().map(|rename| rename.to);
        let mut all: Vec<u32> = self.added.clone();
        all.extend(modified.chain(renamed));
        all.sort_unstable();
        all
    }

    /// The files of the base that the head does not have alike, ascending.
    pub fn in_base(&self) -> Vec<u32> {
        let modified = self.modified.iter().map(|&(base, _)| base);
        let renamed = self.renamed.iter().map(|rename| rename.from);
        let mut all: Vec<u32> = self.removed.clone();
        all.extend(modified.chain(renamed));
        all.sort_unstable();
        all
    }
}

/// Where files and whole folders went, by their paths, to recognize what is said of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    files: HashMap<String, String>,
    folders: BTreeMap<String, String>,
}

impl Renames {
    /// The renames of files, each from a path to a path, and of folders.
    pub fn new(
        files: impl IntoIterator<Item = (String, String)>,
        folders: impl IntoIterator<Item = (String, String)>,
    ) -> Renames {
        Renames {
            files: files.into_iter().collect(),
            folders: folders.into_iter().collect(),
        }
    }

    /// Whether nothing was renamed.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// What a path, or a pattern that is about one, is called after the change. Anything else, and what
    /// did not move, stays as it is.
    pub fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_empty() {
            return Cow::Borrowed(text);
        }
        let slash = usize::from(text.starts_with('/'));
        let (anchor, path) = text.split_at(slash);
        if let Some(to) = self.files.get(path) {
            return Cow::Owned(format!("{anchor}{to}"));
        }
        // From the longest folder that the path lies in to the root.
        let mut end = path.len();
        loop {
            if let Some(to) = self.folders.get(&path[..end]) {
                return Cow::Owned(format!("{anchor}{to}{}", &path[end..]));
            }
            match path[..end].rfind('/') {
                Some(slash) => end = slash,
                None => return Cow::Borrowed(text),
            }
        }
    }

    /// As [`Renames::apply`], for each word of a text.
    pub fn words<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_empty() {
            return Cow::Borrowed(text);
        }
        let (first, rest) = match self.leading_file(text) {
            Some((first, rest)) => (Some(first), rest),
            None => (None, text),
        };
        let words: Vec<Cow<'_, str>> = rest.split(' ').map(|word| self.apply(word)).collect();
        let is_other = |word: &Cow<'_, str>| matches!(word, Cow::Owned(_));
        match first {
            Some(first) => Cow::Owned(format!("{first}{}", words.join(" "))),
            None if words.iter().any(is_other) => Cow::Owned(words.join(" ")),
            // A folder with blanks in its name is looked for as a whole.
            None => self.apply(text),
        }
    }

    /// As [`Renames::words`], but only for what the text begins with: text that stands in a file may
    /// speak of another place, and stay as it is.
    pub fn first_word<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if let Some((first, rest)) = self.leading_file(text) {
            return Cow::Owned(format!("{first}{rest}"));
        }
        let end = text.find(' ').unwrap_or(text.len());
        match self.apply(&text[..end]) {
            Cow::Owned(first) => Cow::Owned(first + &text[end..]),
            Cow::Borrowed(_) => Cow::Borrowed(text),
        }
    }

    /// Where the file went that a text begins with, which may have blanks in its name, and what follows.
    fn leading_file<'t>(&self, text: &'t str) -> Option<(&str, &'t str)> {
        /// A name with more blanks in it is not looked for.
        const MOST_BLANKS: usize = 16;
        let blanks = text.match_indices(' ').map(|(at, _)| at);
        let mut ends: Vec<usize> = blanks.take(MOST_BLANKS).collect();
        if ends.len() < MOST_BLANKS {
            ends.push(text.len());
        }
        let file = |&end: &usize| Some((self.files.get(&text[..end])?.as_str(), &text[end..]));
        ends.iter().rev().find_map(file)
    }

    /// As [`Renames::apply`], for a path.
    pub fn path(&self, path: &RepoPath) -> RepoPath {
        let text = path.to_string_lossy();
        match self.apply(&text) {
            Cow::Borrowed(_) => path.clone(),
            Cow::Owned(to) => RepoPath::from(to.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_patterns_follow_files_and_folders() {
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let renames = Renames::new(
            [
                pair("old/a/x.go", "new/a/x.go"),
                pair("one.md", "docs/two.md"),
            ],
            [pair("old", "new"), pair("old/b", "elsewhere")],
        );
        for (text, expected) in [
            ("one.md", "docs/two.md"),
            ("/one.md", "/docs/two.md"),
            ("old/a/x.go", "new/a/x.go"),
            ("old/y", "new/y"),
            ("/old/", "/new/"),
            ("/old", "/new"),
            ("/old/b/*.go", "/elsewhere/*.go"),
            ("/old/**", "/new/**"),
            ("older/x", "older/x"),
            ("*.go", "*.go"),
            ("", ""),
        ] {
            assert_eq!(renames.apply(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_may_begin_with_a_file_and_speak_of_others() {
        let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let renames = Renames::new(
            [
                pair("Docs/Guide.md", "docs/guide.md"),
                pair("my notes/a b.md", "notes/ab.md"),
            ],
            [pair("Docs", "docs"), pair("my notes", "notes")],
        );
        for (text, all, first) in [
            (
                "Docs/Guide.md TODO: as in Docs/x",
                "docs/guide.md TODO: as in docs/x",
                "docs/guide.md TODO: as in Docs/x",
            ),
            (
                "my notes/a b.md TODO",
                "notes/ab.md TODO",
                "notes/ab.md TODO",
            ),
            ("my notes/c", "notes/c", "my notes/c"),
            ("Docs/x Docs/y", "docs/x docs/y", "docs/x Docs/y"),
            ("as in Docs/x", "as in docs/x", "as in Docs/x"),
            ("files", "files", "files"),
        ] {
            assert_eq!(renames.words(text), all, "{text}");
            assert_eq!(renames.first_word(text), first, "{text}");
        }
        let many = "Docs/Guide.md ".repeat(1000);
        assert!(
            renames
                .words(&many)
                .starts_with("docs/guide.md docs/guide.md")
        );
    }
}
