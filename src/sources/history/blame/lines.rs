//! Where lines of one content stand in another one.

use gix::diff::blob::sources::byte_lines;
use gix::diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics};

/// Where lines of a file on disk, from 1, stand in what was committed, from 0; none of those that do not.
/// However the lines end: that is often converted between the two.
pub(super) fn committed_lines(here: &[u8], committed: &[u8], lines: &[u32]) -> Vec<Option<u32>> {
    if here == committed {
        return lines.iter().map(|line| line.checked_sub(1)).collect();
    }
    let mut input = InternedInput::default();
    input.update_before(byte_lines(committed).map(<[u8]>::trim_ascii_end));
    input.update_after(byte_lines(here).map(<[u8]>::trim_ascii_end));
    let diff = diff_with_slider_heuristics(Algorithm::Myers, &input);
    let hunks: Vec<_> = diff.hunks().collect();
    lines
        .iter()
        .map(|line| {
            let line = line.checked_sub(1)?;
            let after = hunks.partition_point(|hunk| hunk.after.end <= line);
            if hunks
                .get(after)
                .is_some_and(|hunk| hunk.after.contains(&line))
            {
                return None;
            }
            let before = after.checked_sub(1).map(|at| &hunks[at]);
            let shift = before.map_or(0, |it| i64::from(it.before.end) - i64::from(it.after.end));
            u32::try_from(i64::from(line) + shift).ok()
        })
        .collect()
}
/// The line that has most in common with a line, by pairs of neighbouring bytes but blanks, the first one
/// standing for itself too; of several the nearest to a place. None if none has anything.
pub(super) fn most_similar<'l>(
    line: &[u8],
    place: u32,
    others: impl Iterator<Item = (u32, &'l [u8])>,
) -> Option<u32> {
    let pairs = |line: &[u8]| {
        let bytes = line.iter().filter(|byte| !byte.is_ascii_whitespace());
        let bytes = bytes.map(u8::to_ascii_lowercase).take(1_000);
        let bytes: Vec<u8> = std::iter::once(0).chain(bytes).collect();
        let mut pairs: Vec<[u8; 2]> = bytes.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        pairs.sort_unstable();
        pairs
    };
    let wanted = pairs(line);
    let likeness = others.map(|(at, other)| (common(&wanted, &pairs(other)), at));
    let alike = likeness.filter(|(shared, _)| *shared > 0);
    let best = alike.max_by_key(|&(shared, at)| {
        let far = at.abs_diff(place);
        (shared, std::cmp::Reverse(far), std::cmp::Reverse(at))
    });
    best.map(|(_, at)| at)
}

/// How many elements two sorted lists share.
fn common<T: Ord>(one: &[T], other: &[T]) -> usize {
    let (mut at, mut in_other, mut shared) = (0, 0, 0);
    while at < one.len() && in_other < other.len() {
        match one[at].cmp(&other[in_other]) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => in_other += 1,
            std::cmp::Ordering::Equal => {
                at += 1;
                in_other += 1;
                shared += 1;
            }
        }
    }
    shared
}
