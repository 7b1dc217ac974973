//! Where a finding stands for those who know places in files only.

use crate::facts::Location;
use crate::findings::Finding;
use crate::policy::Origin;

/// The file at which a finding stands, and the place in it. A finding about the repository, or about a file
/// outside of it, stands at the first file among its related places, else at the policy line that asked for
/// it, else at `README.md`, whether there is one or not.
pub(super) fn file(finding: &Finding) -> (&[u8], Option<&Location>) {
    let asked = match &finding.origin {
        Origin::Line(location) => Some(location),
        Origin::Pack(_) => None,
    };
    let mut places = std::iter::once(&finding.primary)
        .chain(&finding.related)
        .chain(asked);
    let found = places.find_map(|place| {
        let path = place.path().filter(|path| !path.is_root())?;
        Some((path.as_bytes(), Some(place)))
    });
    found.unwrap_or((b"README.md", None))
}
