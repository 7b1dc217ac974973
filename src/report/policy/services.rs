//! What is declared to be a service, or what looks like one as a suggestion.

use std::io;

use super::page::{Page, string};
use crate::answers::Survey;
use crate::facts::Location;
use crate::report::shown;
use crate::text::{count, list, number, terminal};

pub(super) fn services(survey: &Survey, page: &mut Page<'_>) -> io::Result<()> {
    let services = &survey.services;
    let folders = count(services.undeclared, "folder");
    let look = match services.undeclared {
        1 => "looks deployable and nothing declares it",
        _ => "look deployable and nothing declares them",
    };
    if !services.declared.is_empty() {
        page.say(&declared(&services.declared))?;
        if services.undeclared > 0 {
            page.say(&format!(
                "{folders} {look}: `bailiwick services` tells which, and why."
            ))?;
        }
        return page.space();
    }
    if let Some(whole) = &services.whole {
        page.say(&format!(
            "The repository as a whole looks deployable: {}. A `service.toml` in its root declares it.",
            reason(whole)
        ))?;
        return page.space();
    }
    if services.roots.is_empty() {
        return Ok(());
    }
    page.say(&format!(
        "{folders} {look}. Those that serve somebody are services; what is a demonstration or a tool is none. \
         Rules ask of services who answers for them, and more."
    ))?;
    if services.more_roots > 0 {
        page.say(&format!(
            "{} more would be too long a list: `bailiwick services` tells all folders.",
            number(services.more_roots)
        ))?;
    }
    page.off("[services]")?;
    page.off("roots = [")?;
    for root in &services.roots {
        let why = match (root.folders, &root.evidence) {
            (1, Some(place)) => reason(place),
            (folders, _) => count(folders, "folder"),
        };
        page.off(&format!("{}, # {why}", string(&root.pattern)))?;
    }
    page.off("]")?;
    page.space()
}

fn declared(declared: &[(String, Location)]) -> String {
    const SHOWN: usize = 3;
    let shown = declared.iter().take(SHOWN);
    let shown: Vec<_> = shown.map(|(name, _)| format!("`{name}`")).collect();
    match declared {
        [(name, at)] => format!("1 service is declared: `{name}` in `{}`.", file(at)),
        _ => {
            let such = if declared.len() > SHOWN {
                ", such as "
            } else {
                ": "
            };
            format!(
                "{} services are declared{such}{}.",
                number(declared.len()),
                list(&shown, 0)
            )
        }
    }
}

/// The file of a place, without line and column.
fn file(at: &Location) -> String {
    shown::position(&Location {
        excerpt: None,
        ..at.clone()
    })
}

/// `compose builds and runs it, compose.yaml:3:5`.
fn reason(place: &Location) -> String {
    let reason = format!("{}, {}", place.label, shown::position(place));
    terminal(&reason).into_owned()
}
