//! Which folders images are made of: by the Dockerfiles of a tree, and by what builds one.

use std::collections::BTreeMap;

use super::images::{ImageName, plain};
use super::variables;
use crate::facts::{Build, FileKind, Tree};
use crate::text::RepoPath;

/// Folders that hold the Dockerfile of what lies around them.
const AROUND: [&[u8]; 13] = [
    b".docker",
    b"build",
    b"container",
    b"containers",
    b"deploy",
    b"deployment",
    b"deployments",
    b"docker",
    b"dockerfiles",
    b"oci",
    b"package",
    b"packaging",
    b"src",
];

/// A folder that an image is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    /// The folder; the root for the whole repository.
    pub(super) folder: RepoPath,
    /// The file by which it is made, if it is tracked.
    pub(super) dockerfile: Option<RepoPath>,
}

/// The Dockerfiles of a tree, by what their folders are called.
pub(super) struct Dockerfiles<'t> {
    tree: &'t Tree,
    made: BTreeMap<String, Vec<Made>>,
}

impl<'t> Dockerfiles<'t> {
    /// Those of a tree, of which the root is called `root`; without those of which `is_left_out`.
    pub(super) fn new(
        tree: &'t Tree,
        root: &str,
        is_left_out: impl Fn(&[u8]) -> bool,
    ) -> Dockerfiles<'t> {
        let mut made: BTreeMap<String, Vec<Made>> = BTreeMap::new();
        for (file, path) in tree.paths().enumerate() {
            if !is_dockerfile(path) || tree.kind(file) != FileKind::File || is_left_out(path) {
                continue;
            }
            let path = RepoPath::from(path);
            let Some(folder) = home(&path.parent()) else {
                continue;
            };
            let name = match folder.is_root() {
                true => plain(root),
                false => plain(&last(&folder)),
            };
            let all = made.entry(name.clone()).or_default();
            match all.last_mut().filter(|it| it.folder == folder) {
                // Of several in a folder the one whose suffix is the folder's name tells the most, and
                // then the first, which is the one without a suffix if there is one.
                Some(known) if has_suffix(&path, &name) => known.dockerfile = Some(path),
                Some(_) => {}
                None => all.push(Made {
                    folder,
                    dockerfile: Some(path),
                }),
            }
        }
        Dockerfiles { tree, made }
    }

    /// The one folder whose name is that of the image; of several the one below a folder that has the
    /// name before that. None if that is not one.
    pub(super) fn of_image(&self, image: ImageName<'_>) -> Option<&Made> {
        let all = self.made.get(&plain(image.name))?;
        match &all[..] {
            [one] => Some(one),
            all => {
                let above = plain(image.above?);
                let mut of = all
                    .iter()
                    .filter(|it| plain(&last(&it.folder.parent())) == above);
                of.next().filter(|_| of.next().is_none())
            }
        }
    }

    /// The folder that `build` is about, which stands in a file in `folder`. None where that is not in the
    /// repository or not known, and where the folder only says how to build what lies elsewhere.
    pub(super) fn of_build(
        &self,
        build: &Build,
        folder: &RepoPath,
        variables: Option<&BTreeMap<String, String>>,
    ) -> Option<Made> {
        let context = variables::resolve(&build.context, variables)?;
        let context = folder.follow(relative(&context)?)?;
        if self.tree.below(&context).is_empty() {
            return None;
        }
        let name = match &build.dockerfile {
            Some(name) => variables::resolve(name, variables)?,
            None => "Dockerfile".into(),
        };
        let dockerfile = context.follow(relative(&name)?);
        let dockerfile = dockerfile.filter(|path| self.tree.find(path.as_bytes()).is_some());
        if dockerfile.is_none() && build.takes_dockerfile {
            return None;
        }
        // Where the context is the whole repository, the Dockerfile tells which part is meant.
        let holder = dockerfile.as_ref().map(RepoPath::parent);
        let inner = holder.filter(|holder| holder.is_within(&context));
        Some(Made {
            folder: home(&inner.unwrap_or(context))?,
            dockerfile,
        })
    }
}

/// A path that is relative: neither of the machine nor a URL.
fn relative(path: &str) -> Option<&[u8]> {
    let is_elsewhere =
        path.starts_with(['/', '~']) || path.contains("://") || path.starts_with("git@");
    (!is_elsewhere).then_some(path.as_bytes())
}

/// The last part of a path.
pub(super) fn last(path: &RepoPath) -> String {
    let bytes = path.as_bytes();
    let start = memchr::memrchr(b'/', bytes).map_or(0, |slash| slash + 1);
    String::from_utf8_lossy(&bytes[start..]).into_owned()
}

/// The folder that is meant where the Dockerfile lies in this one. None where it lies in one of several
/// folders that hold nothing but Dockerfiles.
pub(super) fn home(folder: &RepoPath) -> Option<RepoPath> {
    let mut folder = folder.clone();
    while AROUND.contains(&last(&folder).to_ascii_lowercase().as_bytes()) {
        folder = folder.parent();
    }
    let mut parts = folder.as_bytes().split(|&byte| byte == b'/');
    let holds_dockerfiles = |part: &[u8]| part != b"src" && AROUND.contains(&part);
    (!parts.any(holds_dockerfiles)).then_some(folder)
}

/// Whether a file is `Dockerfile.<name>`.
fn has_suffix(path: &RepoPath, name: &str) -> bool {
    let file = last(path);
    let suffix = file.split_once('.').map(|(_, suffix)| plain(suffix));
    suffix.is_some_and(|suffix| suffix == name)
}

/// Whether a file says how an image is made, by its name.
fn is_dockerfile(path: &[u8]) -> bool {
    let start = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    let name = &path[start..];
    let words = [&b"Dockerfile"[..], b"Containerfile"];
    let is_plain = words.contains(&name);
    // `Dockerfile.worker`, but neither what is ignored by it nor a template of one.
    let others: [&[u8]; 5] = [b"dockerignore", b"erb", b"j2", b"md", b"tmpl"];
    let extension = name.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let is_variant = words.iter().any(|word| {
        let suffix = name.strip_prefix(*word);
        suffix.is_some_and(|suffix| suffix.starts_with(b".")) && !others.contains(&extension)
    });
    is_plain || is_variant || name.ends_with(b".Dockerfile") || name.ends_with(b".dockerfile")
}
