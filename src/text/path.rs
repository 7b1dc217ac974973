//! Paths inside a repository: bytes with `/` between segments, as git stores them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A path relative to the root of its repository, with `/` between segments and none at the ends.
///
/// Git promises bytes, not UTF-8, so neither do we. Ordered by bytes, as git's index is. Shared by its
/// copies: every finding names a file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RepoPath(Arc<[u8]>);

impl RepoPath {
    /// The path of these bytes, taken as they are.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        RepoPath(bytes.into().into())
    }

    /// The bytes of the path.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text, with U+FFFD for what is not UTF-8. For people and JSON; not escaped.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Whether this path is `folder` or lies below it. The empty path is the root, which holds all.
    pub fn is_within(&self, folder: &RepoPath) -> bool {
        is_within(&self.0, &folder.0)
    }

    /// The path of `name` in this folder.
    pub fn join(&self, name: &str) -> RepoPath {
        let mut bytes = self.0.to_vec();
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(name.as_bytes());
        RepoPath::new(bytes)
    }

    /// Where `target` leads from this folder, or from the root if it starts with `/`: with `.` and `..`
    /// as in a URL, and no further. None above the root.
    pub fn follow(&self, target: &[u8]) -> Option<RepoPath> {
        let mut parts: Vec<&[u8]> = Vec::new();
        let base = if target.starts_with(b"/") {
            b""
        } else {
            &self.0[..]
        };
        let split = |path| <[u8]>::split(path, |&byte: &u8| byte == b'/');
        for part in split(base).chain(split(target)) {
            match part {
                b"" | b"." => {}
                b".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(RepoPath::new(parts.join(&b'/')))
    }

    /// The folder that holds this path; the root for what stands in the root, and for the root.
    pub fn parent(&self) -> RepoPath {
        let slash = self.0.iter().rposition(|&byte| byte == b'/');
        RepoPath::new(&self.0[..slash.unwrap_or(0)])
    }

    /// Whether this is the root itself.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

/// [`RepoPath::is_within`] on bare bytes.
fn is_within(path: &[u8], folder: &[u8]) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
}

impl From<&str> for RepoPath {
    fn from(path: &str) -> Self {
        RepoPath::new(path.as_bytes())
    }
}

impl From<&[u8]> for RepoPath {
    fn from(path: &[u8]) -> Self {
        RepoPath::new(path)
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string_lossy())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_itself_and_what_is_below() {
        let folder = RepoPath::from("src/api");
        assert!(RepoPath::from("src/api").is_within(&folder));
        assert!(RepoPath::from("src/api/x.rs").is_within(&folder));
        assert!(!RepoPath::from("src/apis").is_within(&folder));
        assert!(RepoPath::from("a").is_within(&RepoPath::default()));
    }
}
