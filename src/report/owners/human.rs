//! `path  owners  CODEOWNERS:line pattern`, aligned.

use std::io::{self, Write};

use crate::answers::{DecidingLine, OwnersAnswer};
use crate::report::look::{Ink, Look};
use crate::report::{shown, table};
use crate::text::terminal;

/// Columns are aligned up to these widths; what is longer pushes the rest of its own line only.
const PATH: usize = 60;
const OWNERS: usize = 40;

/// Writes one line a path, in the order in which they were asked for.
pub fn write(answer: &OwnersAnswer, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let file = match &answer.file {
        Some(file) => shown::path(file.as_bytes()),
        None => "no ownership file".into(),
    };
    let lines: Vec<_> = answer
        .lines()
        .iter()
        .map(|line| Line::of(line, &file))
        .collect();
    let nobody = Line {
        owners: "unowned".into(),
        owned: false,
        place: match answer.file {
            Some(_) => "no line matches".into(),
            None => file.to_string(),
        },
    };
    let (mut path_width, mut owners_width) = (0, 0);
    let fits = |width: usize, limit: usize| if width <= limit { width } else { 0 };
    for (path, line) in answer.indexed() {
        let line = line.map_or(&nobody, |line| &lines[line]);
        path_width = path_width.max(fits(table::width(&shown::path(path.path)), PATH));
        owners_width = owners_width.max(fits(table::width(&line.owners), OWNERS));
    }
    for (path, line) in answer.indexed() {
        let line = line.map_or(&nobody, |line| &lines[line]);
        let path = shown::path(path.path);
        let owners = format!("{:owners_width$}", line.owners);
        let owners = if line.owned {
            owners
        } else {
            look.paint(Ink::Warning, owners)
        };
        let place = look.paint(Ink::Faint, &line.place);
        writeln!(out, "{path:path_width$}  {owners}  {place}")?;
    }
    Ok(())
}

/// What all paths of one deciding line share.
struct Line {
    owners: String,
    owned: bool,
    place: String,
}

impl Line {
    fn of(line: &DecidingLine, file: &str) -> Self {
        let owned = !line.owners.is_empty();
        let owners = if owned {
            line.owners.join(" ")
        } else {
            "unowned".into()
        };
        Line {
            owners: terminal(&owners).into_owned(),
            owned,
            place: format!("{file}:{} {}", line.number, terminal(&line.pattern)),
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::report::owners::samples;
    use crate::report::samples::assert_harmless;

    fn written(answer: &OwnersAnswer) -> String {
        let mut out = Vec::new();
        write(answer, &mut out, Look::PLAIN).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_aligned_and_unowned_paths_say_so() {
        expect![[r#"
            src/main.rs      @acme/core @ann  .github/CODEOWNERS:2 *.rs
            docs/a b.md      unowned          .github/CODEOWNERS:14 /docs/
            README           unowned          no line matches
            src/main.rs      @acme/core @ann  .github/CODEOWNERS:2 *.rs
            "bin/\377\t.rs"  @acme/core @ann  .github/CODEOWNERS:2 *.rs
        "#]]
        .assert_eq(&written(&samples::answer()));
        let mut nothing = OwnersAnswer::default();
        nothing.push(b"x", None);
        expect![[r#"
            x  unowned  no ownership file
        "#]]
        .assert_eq(&written(&nothing));
    }

    #[test]
    fn a_hostile_repository_forges_nothing() {
        let text = written(&samples::hostile());
        assert_eq!(text.lines().count(), 3);
        assert_harmless(&text);
    }
}
