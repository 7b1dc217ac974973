//! The answer of `bailiwick owners`, for people and for programs.

mod human;
mod json;
mod summary;
mod tsv;

pub use human::write as human;
pub use json::write as json;
pub use summary::{human as summary_human, json as summary_json};
pub use tsv::write as tsv;

#[cfg(test)]
mod samples {
    use crate::answers::{DecidingLine, OwnersAnswer};
    use crate::facts::{Gap, GapKind};
    use crate::report::samples::HOSTILE;
    use crate::text::RepoPath;

    fn add(
        answer: &mut OwnersAnswer,
        number: u32,
        pattern: &str,
        owners: &[&str],
    ) -> Option<usize> {
        Some(answer.add_line(DecidingLine {
            number,
            pattern: pattern.into(),
            owners: owners.iter().map(ToString::to_string).collect(),
        }))
    }

    pub(super) fn answer() -> OwnersAnswer {
        let mut answer = OwnersAnswer::new(Some("shop".into()), Some(".github/CODEOWNERS".into()));
        let rust = add(&mut answer, 2, "*.rs", &["@acme/core", "@ann"]);
        let docs = add(&mut answer, 14, "/docs/", &[]);
        answer.push(b"src/main.rs", rust);
        answer.push(b"docs/a b.md", docs);
        answer.push(b"README", None);
        answer.push(b"src/main.rs", rust);
        answer.push(b"bin/\xff\t.rs", rust);
        answer
    }

    pub(super) fn hostile() -> OwnersAnswer {
        let mut answer = OwnersAnswer::new(Some(HOSTILE.into()), Some(HOSTILE.into()));
        let line = add(&mut answer, 1, HOSTILE, &[HOSTILE, "::error::me"]);
        answer.push(HOSTILE.as_bytes(), line);
        answer.push(b"::error::x/##[group]a", line);
        answer.push(b" ::error::x", None);
        let gap = Gap::new(GapKind::Unreadable, HOSTILE);
        answer.gaps = vec![gap.at(RepoPath::from(HOSTILE))];
        answer
    }
}
