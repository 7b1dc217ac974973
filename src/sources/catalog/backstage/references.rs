//! References to entities, with what the field that they stand in leaves unsaid.
//!
//! Source: <https://backstage.io/docs/features/software-catalog/references>.

use crate::facts::{EntityRef, Name};

/// Why a text is no reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoReference {
    /// A part of it is empty.
    EmptyPart,
    /// It does not say its kind, and the field has several.
    NoKind,
}

/// The entity that `[<kind>:][<namespace>/]<name>` names in a field that means this kind, if it means a
/// single one, in an entity of this namespace.
pub(super) fn parse(
    text: &str,
    kind: Option<&str>,
    namespace: &str,
) -> Result<EntityRef, NoReference> {
    // Behind a slash, a colon is a part of the name.
    let is_kind = |(kind, _): &(&str, &str)| !kind.contains('/');
    let (said_kind, rest) = match text.split_once(':').filter(is_kind) {
        Some((kind, rest)) => (Some(kind), rest),
        None => (None, text),
    };
    let (namespace, name) = rest.split_once('/').unwrap_or((namespace, rest));
    if [namespace, name].contains(&"") || said_kind == Some("") {
        return Err(NoReference::EmptyPart);
    }
    let kind = said_kind.or(kind).ok_or(NoReference::NoKind)?;
    Ok(EntityRef::new(kind, namespace, name))
}

/// Whom the owner of an entity names. A handle of the forge and an e-mail address can be no name of an
/// entity, but say who is meant.
pub(super) fn parse_owner(text: &str, namespace: &str) -> Result<Name, NoReference> {
    let is_entity = !text.contains('@') || text.contains(':');
    let outside = Name::of_owner(text, namespace).filter(|name| !matches!(name, Name::Entity(_)));
    match outside.filter(|_| !is_entity) {
        Some(name) => Ok(name),
        None => parse(text, Some("group"), namespace).map(Name::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unsaid_is_what_the_field_and_the_entity_say() {
        for (text, expected) in [
            ("a", "api:shop/a"),
            ("A.b_c", "api:shop/a.b_c"),
            ("ops/a", "api:ops/a"),
            ("Component:a", "component:shop/a"),
            ("component:Ops/A", "component:ops/a"),
            ("ops/a:b", "api:ops/a:b"),
            ("a/b/c", "api:a/b/c"),
        ] {
            let found = parse(text, Some("api"), "shop").map(|it| it.to_string());
            assert_eq!(found.as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn empty_parts_and_unsaid_kinds_are_told_apart() {
        for text in ["", ":", "/", ":a", "a:", "a/", "/a", "component:/a", "a:b/"] {
            let found = parse(text, Some("api"), "shop");
            assert_eq!(found, Err(NoReference::EmptyPart), "{text}");
        }
        assert_eq!(parse("a", None, "shop"), Err(NoReference::NoKind));
        assert_eq!(parse("ops/a", None, "shop"), Err(NoReference::NoKind));
        assert!(parse("resource:a", None, "shop").is_ok());
    }

    #[test]
    fn owners_are_groups_unless_they_say_otherwise() {
        for (text, expected) in [
            ("payments", "group:shop/payments"),
            ("user:ann", "user:shop/ann"),
            ("group:ops/sre", "group:ops/sre"),
            ("backstage/maintainers", "group:backstage/maintainers"),
            ("@Acme/Payments", "@acme/payments"),
            ("@ann", "@ann"),
            ("Ann@acme.example", "ann@acme.example"),
            ("user:ann@acme.example", "user:shop/ann@acme.example"),
        ] {
            let found = parse_owner(text, "shop").map(|name| name.to_string());
            assert_eq!(found.as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(parse_owner("group:", "shop"), Err(NoReference::EmptyPart));
    }
}
