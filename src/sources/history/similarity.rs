//! How alike two contents are, as git measures it when it looks for files that were moved.
//!
//! A content is cut into pieces that end with a line or after 64 bytes, and each piece is reduced to a
//! number below 107,927. What both have is, number by number, the smaller of the bytes that the pieces of
//! that number have in each; alike are two contents by how many bytes of the larger one both have.
//! Source: git's `diffcore-delta.c` and `Documentation/gitdiffcore.adoc`.

/// What stands for two contents that are alike in all.
pub(super) const ALL: u64 = 60_000;

const NUMBERS: u32 = 107_927;

/// Git takes a content for text unless it has a zero in so many first bytes.
const LOOKED_AT: usize = 8_000;

/// The pieces of a content: number and bytes, ascending.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<(u32, u32)>);

impl Pieces {
    /// Cuts a content.
    pub(super) fn of(content: &[u8]) -> Pieces {
        let start = &content[..content.len().min(LOOKED_AT)];
        let is_text = memchr::memchr(0, start).is_none();
        let mut pieces: Vec<(u32, u32)> = Vec::with_capacity(content.len() / 24 + 1);
        let (mut low, mut high, mut length) = (0_u32, 0_u32, 0_u32);
        let mut put = |low: u32, high: u32, length: u32| {
            let number = low.wrapping_add(high.wrapping_mul(0x61)) % NUMBERS;
            pieces.push((number, length));
        };
        for (at, &byte) in content.iter().enumerate() {
            // Line ends of two bytes are the same as those of one.
            if is_text && byte == b'\r' && content.get(at + 1) == Some(&b'\n') {
                continue;
            }
            let before = low;
            low = (low << 7) ^ (high >> 25);
            high = (high << 7) ^ (before >> 25);
            low = low.wrapping_add(u32::from(byte));
            length += 1;
            if length == 64 || byte == b'\n' {
                put(low, high, length);
                (low, high, length) = (0, 0, 0);
            }
        }
        if length > 0 {
            put(low, high, length);
        }
        pieces.sort_unstable();
        pieces.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same {
                kept.1 += next.1;
            }
            is_same
        });
        pieces.shrink_to_fit();
        Pieces(pieces)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many bytes both have.
    fn common(&self, other: &Pieces) -> u64 {
        let (mut ours, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = 0;
        while let (Some(one), Some(two)) = (ours.peek(), theirs.peek()) {
            match one.0.cmp(&two.0) {
                std::cmp::Ordering::Less => ours.next(),
                std::cmp::Ordering::Greater => theirs.next(),
                std::cmp::Ordering::Equal => {
                    common += u64::from(one.1.min(two.1));
                    ours.next();
                    theirs.next()
                }
            };
        }
        common
    }

    /// How alike a content of `size` bytes and another one are, of [`ALL`].
    pub(super) fn likeness(&self, size: u64, other: &Pieces, other_size: u64) -> u64 {
        match size.max(other_size) {
            0 => 0,
            largest => self.common(other) * ALL / largest,
        }
    }
}

/// Whether two contents of these sizes can be as alike as `least` at all.
pub(super) fn can_be(size: u64, other: u64, least: u64) -> bool {
    let (largest, smallest) = (size.max(other), size.min(other));
    largest.saturating_mul(ALL - least) >= (largest - smallest).saturating_mul(ALL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(one: &[u8], two: &[u8]) -> u64 {
        let (pieces, others) = (Pieces::of(one), Pieces::of(two));
        pieces.likeness(one.len() as u64, &others, two.len() as u64) * 100 / ALL
    }

    #[test]
    fn contents_are_as_alike_as_their_lines() {
        let (a, b) = (b"one\ntwo\nsix\nten\n", b"one\ntwo\nfor\nten\n");
        assert_eq!(likeness(a, a), 100);
        assert_eq!(likeness(a, b), 75);
        assert_eq!(likeness(a, b"one\n"), 25);
        assert_eq!(likeness(a, b""), 0);
        assert_eq!(likeness(b"", b""), 0);
        // The last line counts without its end, and a line end of two bytes as one.
        assert_eq!(likeness(b"a\r\nb\r\n", b"a\nb\n"), 66);
        assert_eq!(likeness(b"a\r\n\0", b"a\n\0"), 25);
        let long = vec![b'x'; 640];
        assert_eq!(likeness(&long, &long[..320]), 50);
    }

    #[test]
    fn sizes_rule_out_what_cannot_be_alike() {
        assert!(can_be(100, 50, ALL / 2));
        assert!(!can_be(100, 49, ALL / 2));
        assert!(can_be(0, 0, ALL / 2));
        assert!(!can_be(1 << 40, 0, ALL / 2));
    }
}
