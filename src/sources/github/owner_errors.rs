//! What the forge says of the ownership file.

use serde::Deserialize;

use super::ask::{Ask, Rest, Wanted};
use crate::facts::{Known, OwnerError, OwnerErrors};
use crate::sources::forge::Question;

const WANTED: Wanted = Wanted {
    what: "the faults of the ownership file",
    permission: "Contents: read",
    scope: "repo",
};

#[derive(Debug, Deserialize)]
struct Faults {
    errors: Vec<Fault>,
}

#[derive(Debug, Deserialize)]
struct Fault {
    line: u32,
    column: u32,
    kind: String,
    #[serde(default)]
    source: Option<String>,
    message: String,
}

/// Reads what is wrong with the ownership file: with that of the commit that was read, where the forge knows
/// it, else with that of the default branch.
pub(super) async fn read(
    ask: Ask<'_>,
    path: &str,
    slug: &str,
    question: &Question,
) -> Known<OwnerErrors> {
    let of = async |path: String| ask.rest::<Faults>(&path, WANTED, slug).await;
    let path = format!("{path}/codeowners/errors");
    if let Some(commit) = &question.commit
        && let Rest::Found(faults) = of(format!("{path}?ref={commit}")).await?
    {
        return Ok(told(faults, true));
    }
    match of(path).await? {
        Rest::Found(faults) => Ok(told(faults, false)),
        // It has no ownership file where the forge looks, or no such question is known to it.
        Rest::Absent => Err(WANTED.absent(slug)),
    }
}

fn told(faults: Faults, same_file: bool) -> OwnerErrors {
    let errors = faults.errors.into_iter().map(|fault| OwnerError {
        line: fault.line,
        column: fault.column,
        kind: fault.kind,
        source: fault.source.unwrap_or_default(),
        message: fault.message.lines().next().unwrap_or_default().to_owned(),
    });
    let mut errors: Vec<OwnerError> = errors.collect();
    errors.sort_by_key(|error| (error.line, error.column));
    OwnerErrors { same_file, errors }
}
