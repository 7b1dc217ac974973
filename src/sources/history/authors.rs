//! Who wrote commits: as they say, and by `.mailmap` who that is.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use gix::actor::SignatureRef;
use gix::bstr::BStr;
use gix::mailmap::Snapshot;

use super::commit::name_and_address;
use crate::facts::Author;

/// What commits say of who wrote them, by number.
#[derive(Default)]
pub(super) struct Idents {
    numbers: HashMap<Box<[u8]>, u32, RandomState>,
    all: Vec<Box<[u8]>>,
}

impl Idents {
    /// The number of one; it gets one if it has none.
    pub(super) fn number(&mut self, ident: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(ident) {
            return number;
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.numbers.insert(ident.into(), number);
        self.all.push(ident.into());
        number
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Box<[u8]>] {
        &self.all
    }
}

/// Who is meant, by the content of a `.mailmap`.
pub(super) struct Mailmap(Snapshot);

impl Mailmap {
    pub(super) fn new(content: &[u8]) -> Mailmap {
        Mailmap(Snapshot::from_bytes(content))
    }

    /// Who is meant by what a commit says.
    pub(super) fn resolve(&self, ident: &[u8]) -> Author {
        let (name, email) = name_and_address(ident);
        let signature = SignatureRef {
            name: BStr::new(name),
            email: BStr::new(email),
            time: "",
        };
        let meant = self.0.try_resolve_ref(signature);
        let meant = meant.map(|meant| (meant.name, meant.email));
        let (new_name, new_email) = meant.unwrap_or_default();
        let text = |new: Option<&BStr>, old: &[u8]| {
            let text = new.map_or(old, |new| new);
            String::from_utf8_lossy(text).into_owned()
        };
        Author {
            email: text(new_email, email),
            name: text(new_name, name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailmap_says_who_is_meant() {
        let map = Mailmap::new(
            b"# people\nAnn Smith <ann@acme.test> <a@old.test>\nBob <bob@acme.test> Robert <r@old.test>\nbroken <\n<eve@acme.test> <eve@old.test>\n",
        );
        let who = |ident: &[u8]| {
            let author = map.resolve(ident);
            format!("{} <{}>", author.name, author.email)
        };
        assert_eq!(who(b"annie <A@old.test>"), "Ann Smith <ann@acme.test>");
        assert_eq!(who(b"robert <R@old.test>"), "Bob <bob@acme.test>");
        assert_eq!(who(b"Rob <r@old.test>"), "Rob <r@old.test>");
        assert_eq!(who(b"Eve <eve@old.test>"), "Eve <eve@acme.test>");
        assert_eq!(who(b"M\xe9 <m\xff@x>"), "M\u{fffd} <m\u{fffd}@x>");
        assert_eq!(who(b""), " <>");
        assert_eq!(Mailmap::new(&[0xff; 100]).resolve(b"A <a>").name, "A");
    }

    #[test]
    fn each_ident_has_one_number() {
        let mut idents = Idents::default();
        assert_eq!([b"a", b"b", b"a"].map(|it| idents.number(it)), [0, 1, 0]);
        assert_eq!(idents.all().len(), 2);
    }
}
