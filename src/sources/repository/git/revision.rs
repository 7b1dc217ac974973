//! Resolves revisions as people write them. In: `v1.2`, `main~3`, a hash. Out: a commit, or what is wrong with
//! the revision and the next command, in our words.

use gix::bstr::{BStr, ByteSlice as _};
use gix::objs::Kind;
use gix::revision::spec::parse;
use gix::{ObjectId, Repository};

use super::super::OpenError;
use crate::sources::remedies;
use crate::text::did_you_mean;

/// No more references than this are compared with an unknown one.
const MOST_COMPARED: usize = 20_000;

/// The prefixes of references that revisions leave out, as `git rev-parse` tries them.
const PREFIXES: [&str; 3] = ["refs/tags/", "refs/heads/", "refs/remotes/"];

/// The commit that a revision names.
pub(super) fn commit(repository: &Repository, revision: &str) -> Result<ObjectId, OpenError> {
    check(revision)?;
    let is_hash = is_full_hash(repository, revision);
    if !is_hash {
        files_hold_references(repository)?;
    }
    let object = repository
        .rev_parse_single(BStr::new(revision))
        .map_err(|error| match error.downcast_any_ref::<parse::Error>() {
            Some(parse::Error::AmbiguousPrefix { .. }) => ambiguous(revision),
            _ => match named(repository, revision) {
                Some(object) => missing(revision, object),
                None => unknown(repository, revision),
            },
        })?;
    peel(repository, revision, object.detach())
}

/// Returns true if a revision cannot be resolved for want of commits that a shallow clone left out: it is a full
/// hash, or leads from a known revision to one of its ancestors.
pub(super) fn may_be_cut(repository: &Repository, revision: &str) -> bool {
    if check(revision).is_err() {
        return false;
    }
    let start = revision.find(['~', '^']).filter(|&start| start > 0);
    let is_known = |start: usize| {
        let before = BStr::new(&revision[..start]);
        repository.rev_parse_single(before).is_ok()
    };
    is_full_hash(repository, revision) || start.is_some_and(is_known)
}

/// Refuses repositories whose references are not files, which gix cannot read.
pub(super) fn files_hold_references(repository: &Repository) -> Result<(), OpenError> {
    let config = repository.config_snapshot();
    match config.plumbing().string("extensions.refStorage") {
        Some(format) if format != "files" => Err(OpenError::new(format!(
            "the repository keeps its references in the format `{format}`, which is not supported"
        ))
        .with_remedy(
            "`git clone --ref-format=files . ../COPY` makes a copy that can be read; with git 2.48 or later \
             `git refs migrate --ref-format=files` converts the repository itself",
        )
        .incomplete()),
        _ => Ok(()),
    }
}

/// Refuses what is no revision whatever the repository holds.
fn check(revision: &str) -> Result<(), OpenError> {
    let refuse = |why: &str| {
        let message = format!("`{revision}` is no revision: {why}");
        Err(OpenError::new(message).with_remedy(NAME_ONE))
    };
    if revision.trim().is_empty() {
        return refuse("it is empty");
    }
    if revision.starts_with('-') {
        return refuse("it starts with `-`");
    }
    if revision.chars().any(char::is_control) {
        return refuse("it has a control character");
    }
    let is_range = revision.contains("..")
        || revision.starts_with('^')
        || ["^@", "^!"].iter().any(|end| revision.ends_with(end))
        || revision.contains("^-");
    if is_range {
        return refuse("it names a range of commits, not one of them");
    }
    Ok(())
}

const NAME_ONE: &str = "name a branch, a tag or a commit";

/// The commit that an object is or stands for.
pub(super) fn peel(
    repository: &Repository,
    revision: &str,
    object: ObjectId,
) -> Result<ObjectId, OpenError> {
    let mut id = object;
    let mut tags = 0;
    loop {
        let object = match repository.try_find_object(id) {
            Ok(Some(object)) => object,
            Ok(None) => return Err(missing(revision, id)),
            Err(_) => {
                let message = format!("`{revision}` is {id}, which is damaged");
                let damaged = OpenError::new(message).with_remedy(remedies::OBJECTS);
                return Err(damaged.incomplete());
            }
        };
        let is = match object.kind {
            Kind::Commit => return Ok(id),
            Kind::Tag => {
                let target = object.try_into_tag().ok();
                let target = target.and_then(|tag| Some(tag.target_id().ok()?.detach()));
                tags += 1;
                match target.filter(|_| tags < MOST_TAGS) {
                    Some(target) => {
                        id = target;
                        continue;
                    }
                    None => "a tag of nothing",
                }
            }
            Kind::Tree => "a folder (a tree)",
            Kind::Blob => "a file (a blob)",
        };
        let message = format!("`{revision}` names {is}, not a commit");
        return Err(OpenError::new(message).with_remedy(NAME_ONE));
    }
}

/// A tag names at most this many tags one after the other.
const MOST_TAGS: usize = 16;

/// The object that a reference of this name stands for, be it here or not.
pub(super) fn named(repository: &Repository, revision: &str) -> Option<ObjectId> {
    let mut reference = repository.find_reference(revision).ok()?;
    let object = reference.follow_to_object().ok()?;
    Some(object.detach())
}

fn missing(revision: &str, object: ObjectId) -> OpenError {
    let message = format!("`{revision}` is {object}, which is missing from this clone");
    OpenError::new(message)
        .with_remedy(remedies::OBJECTS)
        .incomplete()
}

fn ambiguous(revision: &str) -> OpenError {
    OpenError::new(format!(
        "revision `{revision}` is the start of more than one hash"
    ))
    .with_remedy("give more digits: `git rev-parse --disambiguate=` with the digits lists all")
}

fn unknown(repository: &Repository, revision: &str) -> OpenError {
    if repository.head().is_ok_and(|head| head.is_unborn()) && revision.starts_with(['H', '@']) {
        return OpenError::new(format!(
            "revision `{revision}` not found: there are no commits yet"
        ))
        .with_remedy("commit first, or leave the revision out");
    }
    let unknown = OpenError::new(format!("revision `{revision}` not found"));
    // gix looks for the start of a hash among SHA-1 names alone.
    let start = revision.split(['~', '^', '@']).next().unwrap_or_default();
    let is_hash = start.len() >= 4 && start.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash && repository.object_hash() != gix::hash::Kind::Sha1 {
        return unknown.with_remedy(format!(
            "write the whole hash of a SHA-256 repository, as `git rev-parse {start}` prints it"
        ));
    }
    let fetch = match repository.is_shallow().unwrap_or_default() {
        true => {
            "`git fetch --unshallow --tags origin` fetches the commits and tags that this shallow clone left out"
        }
        false => "`git fetch --tags origin` fetches what is only on the remote",
    };
    let names = names(repository);
    let near = did_you_mean(revision, names.iter().map(String::as_str));
    unknown.with_remedy(match near {
        Some(near) => format!("did you mean `{near}`? {fetch}"),
        None => format!("{fetch}; `git branch --all` and `git tag` list the names that are here"),
    })
}

/// The names of branches and tags, as revisions have them.
fn names(repository: &Repository) -> Vec<String> {
    let Ok(references) = repository.references() else {
        return Vec::new();
    };
    let Ok(all) = references.all() else {
        return Vec::new();
    };
    let names = all.filter_map(Result::ok).take(MOST_COMPARED);
    let names = names.filter_map(|reference| {
        let name = reference.name().as_bstr();
        let prefixes = PREFIXES.iter();
        let short = prefixes.filter_map(|prefix| name.strip_prefix(prefix.as_bytes()));
        let short = short.map(|short| short.to_str_lossy().into_owned()).next();
        short.filter(|short| !short.ends_with("/HEAD"))
    });
    names.collect()
}

fn is_full_hash(repository: &Repository, revision: &str) -> bool {
    revision.len() == repository.object_hash().len_in_hex()
        && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}
