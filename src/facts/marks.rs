//! What `.gitattributes` says of files.

/// Which files their repository declares to be generated, vendored or documentation, with the attributes
/// `linguist-generated`, `linguist-vendored` and `linguist-documentation` that forges read as well.
///
/// Speaks of files by their index in the [`Tree`](crate::facts::Tree) that it was made for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Files of which something is said, sorted by index.
    marked: Vec<(u32, Mark)>,
}

/// What is said of one file; `None` where nothing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// A program wrote the file: `linguist-generated`.
    pub generated: Option<bool>,
    /// The file is a copy of somebody else's: `linguist-vendored`.
    pub vendored: Option<bool>,
    /// The file explains others: `linguist-documentation`.
    pub documentation: Option<bool>,
}

impl Mark {
    /// Whether nobody here writes the file by hand: it is generated or vendored.
    pub fn is_left_to_machines(self) -> bool {
        self.generated == Some(true) || self.vendored == Some(true)
    }
}

impl Marks {
    /// The marks of these files. An index that comes twice keeps its first mark.
    pub fn new(mut marked: Vec<(u32, Mark)>) -> Self {
        marked.retain(|(_, mark)| *mark != Mark::default());
        marked.sort_by_key(|&(index, _)| index);
        marked.dedup_by_key(|&mut (index, _)| index);
        Marks { marked }
    }

    /// What is said of the file at `index`.
    pub fn of(&self, index: usize) -> Mark {
        let found = u32::try_from(index)
            .ok()
            .and_then(|index| self.marked.binary_search_by_key(&index, |&(at, _)| at).ok());
        found.map_or_else(Mark::default, |at| self.marked[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmarked_files_say_nothing() {
        let generated = Mark {
            generated: Some(true),
            ..Mark::default()
        };
        let marks = Marks::new(vec![(7, generated), (2, Mark::default()), (3, generated)]);
        assert_eq!(marks.of(7), generated);
        assert_eq!(marks.of(3), generated);
        assert_eq!(marks.of(2), Mark::default());
        assert_eq!(marks.of(usize::MAX), Mark::default());
    }
}
