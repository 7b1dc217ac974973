//! A commit object as git wrote it. In: its bytes. Out: what the walk needs of it.
//!
//! Commits of three decades and of many programs are read, so what is broken in one costs that part
//! alone: a date that is none is taken from the other line, a name that is none is empty.

use gix::ObjectId;
use jiff::Timestamp;
use memchr::{memchr, memmem, memrchr};

/// What a commit object says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parsed<'d> {
    /// Its tree.
    pub(super) tree: ObjectId,
    /// Who wrote it, as it says: `Name <address>`, in whatever encoding.
    pub(super) author: &'d [u8],
    /// When it was written, in seconds.
    pub(super) authored: i64,
    /// When it was committed, in seconds.
    pub(super) committed: i64,
    /// Whether its message says that it takes back another one.
    pub(super) is_revert: bool,
}

/// Reads a commit, and its parents into `parents`. None if it is no commit, or names no tree.
pub(super) fn parse<'d>(data: &'d [u8], parents: &mut Vec<ObjectId>) -> Option<Parsed<'d>> {
    parents.clear();
    let mut lines = Lines { rest: data };
    let tree = lines.next()?.strip_prefix(b"tree ")?;
    let tree = ObjectId::from_hex(tree).ok()?;
    let (mut author, mut committer): (&[u8], &[u8]) = (b"", b"");
    for line in lines.by_ref() {
        if line.is_empty() {
            break;
        }
        if let Some(parent) = line.strip_prefix(b"parent ") {
            parents.push(ObjectId::from_hex(parent).ok()?);
        } else if let Some(line) = line.strip_prefix(b"author ") {
            author = line;
        } else if let Some(line) = line.strip_prefix(b"committer ") {
            committer = line;
            // Signatures can be long, and nothing is wanted of what follows but the message.
            break;
        }
    }
    let message = memmem::find(lines.rest, b"\n\n").map_or(&[][..], |end| &lines.rest[end + 2..]);
    let message = lines.rest.strip_prefix(b"\n").unwrap_or(message);
    let (authored, committed) = (seconds(author), seconds(committer));
    Some(Parsed {
        tree,
        author: memrchr(b'>', author).map_or(author, |end| &author[..=end]),
        authored: authored.or(committed).unwrap_or_default(),
        committed: committed.or(authored).unwrap_or_default(),
        is_revert: is_revert(message),
    })
}

/// Lines without their ends, and what is left behind them.
struct Lines<'d> {
    rest: &'d [u8],
}

impl<'d> Iterator for Lines<'d> {
    type Item = &'d [u8];

    fn next(&mut self) -> Option<&'d [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        let line = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        Some(line)
    }
}

/// The date of `Name <address> seconds zone`; one beyond the calendar is its first or its last second. An address may hold a `>` too, so the last one counts.
pub(super) fn seconds(line: &[u8]) -> Option<i64> {
    let date = &line[memrchr(b'>', line)? + 1..];
    let date = std::str::from_utf8(date)
        .ok()?
        .split_ascii_whitespace()
        .next()?;
    let (sign, digits) = match date.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, date),
    };
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than fit are a date beyond all others.
    is_number.then(|| within(sign * digits.parse().unwrap_or(i64::MAX)))
}

/// A date that git writes as seconds; those beyond the calendar are its first or its last.
pub(super) fn timestamp(seconds: i64) -> Timestamp {
    Timestamp::from_second(within(seconds)).unwrap_or_default()
}

fn within(seconds: i64) -> i64 {
    seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second())
}

/// Whether a message is one that `git revert` writes, in its subject or in its body.
fn is_revert(message: &[u8]) -> bool {
    const BODY: &[u8] = b"This reverts commit ";
    if message.trim_ascii_start().starts_with(b"Revert \"") {
        return true;
    }
    memmem::find_iter(message, BODY).any(|at| {
        let starts = at == 0 || message[at - 1] == b'\n';
        let id = &message[at + BODY.len()..];
        let digits = id.iter().take_while(|byte| byte.is_ascii_hexdigit());
        // Git abbreviates to seven digits at least.
        starts && digits.count() >= 7
    })
}

/// The name and the address of `Name <address>`.
pub(super) fn name_and_address(author: &[u8]) -> (&[u8], &[u8]) {
    let Some(start) = memchr(b'<', author) else {
        return (author.trim_ascii(), b"");
    };
    let rest = &author[start + 1..];
    let address = memchr(b'>', rest).map_or(rest, |end| &rest[..end]);
    (author[..start].trim_ascii(), address.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";

    fn read(text: &str) -> Option<(String, i64, i64, bool, usize)> {
        let text = format!("{TREE}{text}");
        let mut parents = Vec::new();
        let parsed = parse(text.as_bytes(), &mut parents)?;
        Some((
            String::from_utf8_lossy(parsed.author).into_owned(),
            parsed.authored,
            parsed.committed,
            parsed.is_revert,
            parents.len(),
        ))
    }

    #[test]
    fn a_commit_is_read() {
        let parent = "parent 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";
        let text = format!(
            "{parent}{parent}author Ann B <a@x> 12 +0200\ncommitter C <c@x> 13 +0000\ngpgsig -----\n \n =x\n\nRevert \"x\"\n"
        );
        let read = read(&text).unwrap();
        assert_eq!(read, ("Ann B <a@x>".into(), 12, 13, true, 2));
    }

    #[test]
    fn what_is_broken_in_a_commit_costs_that_part_alone() {
        let dates = |author: &str, committer: &str| {
            let text = format!("author {author}\ncommitter {committer}\n\nx");
            let (_, authored, committed, ..) = read(&text).unwrap();
            (authored, committed)
        };
        assert_eq!(dates("A <a> x", "A <a> 7 +0"), (7, 7));
        assert_eq!(dates("A <a> -9 +0", "A <a>"), (-9, -9));
        assert_eq!(dates("", "A 5 +0"), (0, 0));
        assert_eq!(dates("A <a>> 3 +0", "A <a> 4"), (3, 4));
        let huge = format!("A <a> {} +0", "9".repeat(40));
        let last = Timestamp::MAX.as_second();
        assert_eq!(dates(&huge, "A <a> 4"), (last, 4));
        assert_eq!(timestamp(i64::MAX), timestamp(i64::MAX - 1));
        assert_eq!(timestamp(i64::MIN).as_second(), Timestamp::MIN.as_second());
        assert_eq!(read("\nx").unwrap().0, "");
        assert_eq!(parse(b"tree x\n", &mut Vec::new()), None);
        assert_eq!(parse(b"", &mut Vec::new()), None);
        let no_parent = format!("{TREE}parent x\n");
        assert_eq!(parse(no_parent.as_bytes(), &mut Vec::new()), None);
    }

    #[test]
    fn reverts_are_known_by_what_git_writes() {
        let is = |message: &str| is_revert(message.as_bytes());
        assert!(is("Revert \"Add a\"\n\nno more"));
        assert!(is("undo\n\nThis reverts commit 0123456789abcdef.\n"));
        assert!(!is("Reverting is hard"));
        assert!(!is("undo\n\nThis reverts commit of yesterday"));
        assert!(!is("undo\n\n> This reverts commit 0123456789abcdef."));
    }

    #[test]
    fn names_and_addresses_are_told_apart() {
        assert_eq!(name_and_address(b"Ann <a@x>"), (&b"Ann"[..], &b"a@x"[..]));
        assert_eq!(name_and_address(b" <>"), (&b""[..], &b""[..]));
        assert_eq!(name_and_address(b"Ann"), (&b"Ann"[..], &b""[..]));
        assert_eq!(name_and_address(b"A <a <b>"), (&b"A"[..], &b"a <b"[..]));
    }
}
