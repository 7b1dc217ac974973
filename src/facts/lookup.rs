//! The result of looking for a fact.

use super::Gap;

/// A fact that was looked for. An unavailable fact is never an absent one: it may well exist, so that nothing
/// follows from it, neither a finding nor an owner nor an approval.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Lookup<T> {
    /// The fact exists and was read.
    Present(T),
    /// The fact does not exist.
    #[default]
    Absent,
    /// The fact could not be read, so that it is not known whether it exists or what it says.
    Unavailable(Gap),
}

impl<T> Lookup<T> {
    /// Returns the fact, or `None` if it does not exist.
    ///
    /// # Errors
    /// The fact is unavailable.
    pub fn known(&self) -> Result<Option<&T>, &Gap> {
        match self {
            Lookup::Present(fact) => Ok(Some(fact)),
            Lookup::Absent => Ok(None),
            Lookup::Unavailable(gap) => Err(gap),
        }
    }

    /// Returns the fact if it was read, for callers that only list or extend what it says. Whoever concludes
    /// something from its absence needs [`Lookup::known`].
    pub fn present(&self) -> Option<&T> {
        self.known().unwrap_or_default()
    }

    /// Returns true if the fact is known not to exist.
    pub fn is_absent(&self) -> bool {
        matches!(self, Lookup::Absent)
    }

    /// Returns the reason why the fact is unavailable, if it is.
    pub fn unavailable(&self) -> Option<&Gap> {
        self.known().err()
    }

    /// Applies a function to the fact.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Lookup<U> {
        match self {
            Lookup::Present(fact) => Lookup::Present(change(fact)),
            Lookup::Absent => Lookup::Absent,
            Lookup::Unavailable(gap) => Lookup::Unavailable(gap),
        }
    }
}

impl<T> From<Option<T>> for Lookup<T> {
    fn from(fact: Option<T>) -> Self {
        fact.map_or(Lookup::Absent, Lookup::Present)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::GapKind;

    #[test]
    fn keeps_unavailable_apart_from_absent() {
        let gap = Gap::new(GapKind::MissingObject, "missing");
        let unavailable: Lookup<u8> = Lookup::Unavailable(gap.clone());
        assert_eq!(unavailable.known(), Err(&gap));
        assert_eq!(unavailable.clone().map(u32::from), Lookup::Unavailable(gap));
        assert_eq!(Lookup::<u8>::Absent.known(), Ok(None));
        assert_eq!(Lookup::Present(1).known(), Ok(Some(&1)));
        assert_eq!(Lookup::from(None::<u8>), Lookup::Absent);
    }
}
