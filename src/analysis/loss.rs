//! Knowledge that went: files of which only people who left are authors.
//!
//! Who is an author is told by the degree of authorship (see [`super::knowledge`]), who left by rosters and
//! commits (see [`super::people`]). That a share of such files is a risk is a measure of ours; the reason
//! for it is in Rigby and others, *Quantifying and Mitigating Turnover-Induced Knowledge Loss*, ICSE 2016,
//! who count lost files too.

use super::knowledge::{Authorship, Knowledge};
use super::people::{People, Presence};

/// Which files are known to nobody any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// How many source files have an author.
    pub files: usize,
    /// Of these: those that have only authors who left, by their places among the files that were given.
    pub lost: Vec<usize>,
    /// Of these: of how many that may be so, since of some of their authors it cannot be known.
    pub unclear: usize,
}

impl Loss {
    /// What of these files, each with the knowledge of its repository, went with people; `days` without a
    /// commit mean that somebody left where rosters do not say.
    pub fn of<'k>(
        files: impl IntoIterator<Item = (&'k Knowledge, usize)>,
        people: &People,
        days: u32,
    ) -> Loss {
        let mut loss = Loss::default();
        let files = files.into_iter().enumerate();
        let sources = files.filter(|(_, (knowledge, file))| knowledge.is_source(*file));
        for (place, (knowledge, file)) in sources {
            let (mut here, mut unclear, mut any) = (false, false, false);
            for author in knowledge.authors(file, Authorship::Tool) {
                any = true;
                match people.presence(author.who, days) {
                    Presence::Here | Presence::Outside => here = true,
                    Presence::Unknown => unclear = true,
                    Presence::Left => {}
                }
            }
            loss.files += usize::from(any);
            if any && !here && !unclear {
                loss.lost.push(place);
            }
            loss.unclear += usize::from(any && !here && unclear);
        }
        loss
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::knowledge::tests::history;
    use super::*;
    use crate::facts::Tree;
    use crate::identity::{Committers, Directory};

    #[test]
    fn files_are_lost_whose_authors_all_left() {
        // A commit a day; the run is ten days after the last one of bob, and three are long.
        let text = "ann: a.rs b.rs c.rs e.md\nann: d.rs\nbob: +b.rs\nbob: c.rs";
        let history = history(text);
        let tree: Tree = ["a.rs", "b.rs", "c.rs", "d.rs", "e.md", "new.rs"]
            .into_iter()
            .collect();
        let directory = Directory::default();
        let committers = Committers::of(&[Some(&history)], &directory, |_, _| false);
        let knowledge = Knowledge::of(0, &tree, None, &history, &committers);
        let loss = |days, now: i64| {
            let as_of = Timestamp::from_second(86_400 * now).unwrap();
            let people = People::of(&[Some(&history)], &committers, &directory, as_of);
            let all = (0..tree.len()).map(|file| (&knowledge, file));
            Loss::of(all, &people, days)
        };
        let expected = |lost: &[usize], unclear| Loss {
            files: 4,
            lost: lost.to_vec(),
            unclear,
        };
        // ann is away for three days, bob for one: b and c have both as authors.
        assert_eq!(loss(2, 4), expected(&[0, 3], 0));
        assert_eq!(loss(3, 4), expected(&[], 0));
        // Where nobody is at work nothing is known.
        assert_eq!(loss(2, 100), expected(&[], 4));
    }
}
