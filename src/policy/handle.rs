//! How owners, people and teams are written in policies and rosters.

/// An owner as policies write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handle<'a> {
    /// `@user`, without `@`; `@acme` as the name of an organization reads the same.
    User(&'a str),
    /// `@org/team`, without `@`.
    Team(&'a str),
    /// All teams of an organization: `@org/*`, as `org`.
    Teams(&'a str),
    /// An e-mail address.
    Email(&'a str),
}

impl<'a> Handle<'a> {
    /// Reads a handle; none if it is not one.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let Some(rest) = text.strip_prefix('@') else {
            return is_email(text).then_some(Handle::Email(text));
        };
        match rest.split_once('/') {
            None => is_name(rest).then_some(Handle::User(rest)),
            Some((organization, "*")) => {
                is_name(organization).then_some(Handle::Teams(organization))
            }
            Some((organization, team)) => {
                (is_name(organization) && is_name(team)).then_some(Handle::Team(rest))
            }
        }
    }
}

/// Whether it can be the name of a user, an organization or a team. As wide as the forges are together.
pub(crate) fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=100).contains(&name.len()) && name.chars().all(is_part)
}

/// Whether it can be an e-mail address: something on both sides of one `@`.
pub(crate) fn is_email(text: &str) -> bool {
    let is_part = |c: char| !c.is_whitespace() && !c.is_control() && c != '@';
    text.len() <= 254
        && text.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && !host.is_empty()
                && text.chars().filter(|&c| !is_part(c)).count() == 1
        })
}

#[cfg(test)]
mod tests {
    use super::Handle::{self, *};

    #[test]
    fn handles_are_told_apart() {
        let table = [
            ("@ann", Some(User("ann"))),
            ("@acme/pay-ments", Some(Team("acme/pay-ments"))),
            ("@acme/*", Some(Teams("acme"))),
            ("ann@acme.example", Some(Email("ann@acme.example"))),
            ("ann", None),
            ("@", None),
            ("@acme/", None),
            ("@acme/a/b", None),
            ("@a@b", None),
            ("@*/*", None),
            ("a@b@c", None),
            ("a b@c", None),
            ("@ann smith", None),
        ];
        for (text, handle) in table {
            assert_eq!(Handle::parse(text), handle, "{text}");
        }
    }
}
