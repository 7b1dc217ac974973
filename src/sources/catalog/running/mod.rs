//! How things are built and run where no descriptor says so. In: compose files, manifests of a cluster,
//! values of charts, and what platforms ask for. Out: folders that look deployable, hints of what needs what,
//! and services of which but one copy runs.
//!
//! What a single file says is read in the one pass over files; [`candidates`] looks across them. Templates
//! are not evaluated: what only a template says is not said.

mod aside;
mod candidates;
mod compose;
mod copies;
mod folders;
mod images;
mod platforms;
mod single;
#[cfg(test)]
mod tests;
mod variables;
mod workloads;

use crate::facts::{Running, Said};
use crate::sources::yaml::Node;
use crate::text::Text;

pub(super) use candidates::{Here, add};

/// How many services of a compose file, and how many images of another file, are kept.
const MOST: usize = 1000;

/// Characters of a name or a path that is kept; a longer one is none.
const LONGEST: usize = 1000;

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Compose,
    /// Values of a chart.
    Values,
    Skaffold,
    Fly,
    Procfile,
    AppEngine,
    Serverless,
    /// Variables of compose files.
    Variables,
    /// Other YAML, which may be manifests of a cluster.
    Manifest,
}

impl Form {
    fn of(name: &[u8]) -> Option<Form> {
        match name {
            b".env" => return Some(Form::Variables),
            b"fly.toml" => return Some(Form::Fly),
            b"Procfile" => return Some(Form::Procfile),
            b"Kustomization" => return Some(Form::Manifest),
            _ => {}
        }
        let stem = name.strip_suffix(b".yaml");
        let stem = stem.or_else(|| name.strip_suffix(b".yml"))?;
        // `compose`, or `compose.<variant>`.
        let is = |word: &[u8]| {
            let rest = stem.strip_prefix(word);
            rest.is_some_and(|rest| rest.is_empty() || rest[0] == b'.')
        };
        Some(match stem {
            _ if is(b"compose") || is(b"docker-compose") => Form::Compose,
            b"skaffold" => Form::Skaffold,
            b"app" => Form::AppEngine,
            b"serverless" => Form::Serverless,
            _ if stem.starts_with(b"values") => Form::Values,
            _ => Form::Manifest,
        })
    }
}

/// Whether the file at this path may say how something is built or run that is there to serve.
pub(crate) fn wants(path: &[u8]) -> bool {
    let start = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    Form::of(&path[start..]).is_some() && !aside::is_aside(path)
}

/// Reads a file. None if it says nothing of that.
pub(crate) fn read(text: &Text) -> Option<Running> {
    let mut running = Running::default();
    match Form::of(text.path().as_bytes())? {
        Form::Compose => {
            running.composed = compose::read(text);
            copies::compose(text, &mut running);
        }
        Form::Values => {
            running.images = workloads::chart(text);
            copies::chart(text, &mut running);
        }
        Form::Skaffold => running.artifacts = workloads::skaffold(text),
        Form::Fly => running.platform = platforms::fly(text),
        Form::Procfile => running.platform = platforms::procfile(text),
        Form::Serverless => running.platform = platforms::serverless(text),
        Form::AppEngine => match platforms::app_engine(text) {
            None => manifest(text, &mut running),
            platform => running.platform = platform,
        },
        Form::Variables => running.variables = variables::read(text),
        Form::Manifest => manifest(text, &mut running),
    }
    (!running.is_empty()).then_some(running)
}

fn manifest(text: &Text, running: &mut Running) {
    running.images = workloads::manifest(text);
    copies::manifest(text, running);
}

/// The text of a scalar, with its line; none of a longer text than anybody writes.
fn said(text: &Text, node: &Node) -> Option<Said> {
    let value = node.as_scalar()?;
    let is_kept = !value.is_empty() && value.len() <= LONGEST;
    is_kept.then(|| Said {
        text: value.to_owned(),
        excerpt: text.excerpt(node.span),
    })
}

/// The text of a scalar.
fn string(node: Option<&Node>) -> Option<String> {
    let value = node?.as_scalar()?;
    (value.len() <= LONGEST).then(|| value.to_owned())
}
