//! Which owners the forge takes and which it drops, by its own verdict on the ownership file; and whether an
//! owner is anybody, by that and by rosters together.
//!
//! A roster of the forge has members alone: who works with an organization from outside it lacks, and a token may
//! not see every team. Whom the forge takes as an owner it knows, whatever its roster lacks. A roster that
//! people wrote, and that says that it is complete, decides by itself.

use super::{OwnerUse, View};
use crate::codeowners::{Owner, OwnerKind};
use crate::facts::{OwnerError, OwnerErrors};
use crate::identity::{Standing, name_of};

/// Whether an owner is anybody.
pub(super) enum Somebody {
    /// A roster has them, or the forge takes them.
    Known,
    /// This roster, which is complete, lacks them.
    Unknown {
        /// What the roster is called.
        source: String,
        /// Whether that is the forge's, and it drops them from the ownership file too.
        is_dropped: bool,
    },
    /// It cannot be known, and why.
    Unverifiable(String),
}

/// Whether an owner is anybody, by rosters and the forge.
pub(super) fn somebody(used: &OwnerUse<'_>, view: &View<'_>) -> Somebody {
    let owner = used.owner();
    let standing = view.directory.standing(owner);
    let said = view.owner_errors().ok().filter(|said| said.same_file);
    // Whether it looks at addresses the forge does not say.
    let is_handle = matches!(owner.kind(), OwnerKind::User | OwnerKind::Team);
    let Some(said) = said.filter(|_| is_handle) else {
        return plain(standing);
    };
    let name = name_of(owner.kind(), owner.text());
    let roster = name.and_then(|name| view.directory.covering(&name));
    let of_forge = roster.filter(|roster| roster.leaves_out_guests);
    match (standing, refused(used, said), of_forge) {
        (Standing::Unknown(source), Some(_), Some(_)) => Somebody::Unknown {
            source,
            is_dropped: true,
        },
        (Standing::Unverifiable(_), Some(_), Some(roster)) => Somebody::Unknown {
            source: roster.source.clone(),
            is_dropped: true,
        },
        (Standing::Unknown(_), None, Some(_)) | (Standing::Unverifiable(_), None, _) => {
            Somebody::Known
        }
        (standing, _, _) => plain(standing),
    }
}

fn plain(standing: Standing) -> Somebody {
    match standing {
        Standing::Known => Somebody::Known,
        Standing::Unknown(source) => Somebody::Unknown {
            source,
            is_dropped: false,
        },
        Standing::Unverifiable(why) => Somebody::Unverifiable(why),
    }
}

/// The organization of a team, where that is another than the repository has on the forge. Such are not asked for
/// their people and teams: a repository is given to teams of its own organization alone, and the others are as
/// many and as large as an ownership file wants them to be.
pub(super) fn foreign<'o>(owner: &'o Owner, view: &View<'_>) -> Option<&'o str> {
    let handle = owner.text().strip_prefix('@')?;
    let (organization, _) = handle.split_once('/')?;
    let home = view.forge().ok()?.slug.split('/').next()?;
    let is_foreign = owner.kind() == OwnerKind::Team && !organization.eq_ignore_ascii_case(home);
    is_foreign.then_some(organization)
}

/// The first line on which the forge drops an owner, with what it says.
pub(super) fn refused<'v>(
    used: &OwnerUse<'v>,
    said: &'v OwnerErrors,
) -> Option<(&'v Owner, &'v OwnerError)> {
    used.uses.iter().find_map(|&(place, owner)| {
        let line = used.file.text().line(used.file.rules()[place].span().start);
        let mut errors = said.errors.iter();
        let error = errors.find(|it| it.line == line && drops(it, owner.text()))?;
        Some((owner, error))
    })
}

/// Whether the forge says of a line that it does not take this owner.
pub(super) fn drops(error: &OwnerError, owner: &str) -> bool {
    error.is_about_an_owner() && names(&error.source, owner) && names(&error.message, owner)
}

/// Whether a text names an owner as a word of its own.
fn names(text: &str, owner: &str) -> bool {
    let is_end =
        |c: char| c.is_whitespace() || matches!(c, ',' | '\'' | '"' | '`' | '<' | '>' | '(' | ')');
    text.split(is_end)
        .any(|word| word.eq_ignore_ascii_case(owner))
}
