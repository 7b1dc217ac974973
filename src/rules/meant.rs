//! Which name was probably meant, within what a run can afford.

use super::View;
use crate::facts::EntityRef;
use crate::text::did_you_mean;

/// How many comparisons of names a rule may make in a run: for a few names of each service among some
/// hundreds, and none among very many.
const MOST_COMPARISONS: usize = 500_000;

/// Longer names than catalogs and forges allow are compared with nothing: it takes time by the square.
const LONGEST: usize = 100;

/// The owner that was probably meant, where each service and system may ask once: a team of the same organization,
/// or a person.
pub(super) fn owner<'v>(owner: &str, view: &'v View<'_>) -> Option<&'v str> {
    let handles = view.handles();
    let asking = view.graph.services().len() + view.graph.systems().len();
    if handles.len().saturating_mul(asking.max(1)) > MOST_COMPARISONS || owner.len() > LONGEST {
        return None;
    }
    // What all teams of an organization have in common says nothing of how near two of them are.
    let owner = owner.strip_prefix('@')?;
    let start = owner.find('/').map_or(0, |slash| slash + 1);
    let (organization, name) = owner.split_at(start);
    let name_of = |handle: &'v String| {
        let (before, name) = handle.strip_prefix('@')?.split_at_checked(start)?;
        let is_alike = before.eq_ignore_ascii_case(organization) && !name.contains('/');
        (is_alike && name.len() <= LONGEST).then_some(name)
    };
    let near = did_you_mean(name, handles.iter().filter_map(name_of))?;
    let is_near = |handle: &&'v String| name_of(handle) == Some(near);
    handles.iter().find(is_near).map(String::as_str)
}

/// How many times each service may ask for an [`entity`].
pub(super) fn entities(view: &View<'_>) -> usize {
    let all = view.graph.services().len() + view.graph.systems().len();
    MOST_COMPARISONS / all.saturating_mul(all).max(1)
}

/// The entity that was probably meant: one of this name and another kind, or one with a similar name.
pub(super) fn entity(entity: &EntityRef, view: &View<'_>) -> Option<String> {
    let services = view.graph.services();
    let services = services.map(|(_, entry)| &entry.service.entity);
    let systems = view.graph.systems().iter();
    let all = services.chain(systems.map(|(_, system)| &system.entity));
    let all: Vec<&EntityRef> = all.collect();
    let namesake = |other: &&&EntityRef| other.name == entity.name && **other != entity;
    if let Some(other) = all.iter().find(namesake) {
        return Some(other.to_string());
    }
    if entity.name.len() > LONGEST {
        return None;
    }
    let alike = |other: &&&EntityRef| other.kind == entity.kind && other.name.len() <= LONGEST;
    let alike = all.iter().filter(alike);
    did_you_mean(&entity.name, alike.map(|other| other.name.as_str())).map(str::to_owned)
}
