//! `path TAB owners TAB line`, for programs.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::answers::OwnersAnswer;
use crate::report::shown::may_command;
use crate::text::{quote_path, terminal};

/// Writes one line a path, in the order in which they were asked for: the path, a tab, its owners
/// separated by one space (empty: unowned), a tab, the number of the line that decides (empty: none),
/// and a line end. Paths are quoted as git quotes them; if `raw`, they are bytes as they are, and NUL
/// ends each line.
///
/// A path that the runner of GitHub Actions would take for a command is quoted as well, which whoever
/// reads what git quotes can read.
pub fn write(answer: &OwnersAnswer, out: &mut dyn Write, raw: bool) -> io::Result<()> {
    let end = if raw { '\0' } else { '\n' };
    let tails = answer.lines().iter().map(|line| {
        let owners = line.owners.join(" ");
        format!("\t{}\t{}{end}", terminal(&owners), line.number)
    });
    let tails: Vec<_> = tails.collect();
    let none = format!("\t\t{end}");
    for (path, line) in answer.indexed() {
        if raw {
            out.write_all(path.path)?;
        } else {
            out.write_all(quoted(path.path).as_bytes())?;
        }
        let tail = line.map_or(&none, |line| &tails[line]);
        out.write_all(tail.as_bytes())?;
    }
    Ok(())
}

/// A path as git quotes it, and no command in a log.
fn quoted(path: &[u8]) -> Cow<'_, str> {
    let quoted = quote_path(path);
    let plain = matches!(quoted, Cow::Borrowed(_));
    let command = quoted.contains("##[") || plain && may_command(&quoted);
    if !command {
        return quoted;
    }
    // `#` in octal, as git escapes a byte.
    let escaped = quoted.replace("##[", "#\\043[");
    Cow::Owned(if plain {
        format!("\"{escaped}\"")
    } else {
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::owners::samples;

    fn written(answer: &OwnersAnswer, raw: bool) -> Vec<u8> {
        let mut out = Vec::new();
        write(answer, &mut out, raw).unwrap();
        out
    }

    #[test]
    fn one_line_a_path_in_the_order_of_the_question() {
        let text = String::from_utf8(written(&samples::answer(), false)).unwrap();
        let expected = [
            "src/main.rs\t@acme/core @ann\t2",
            "docs/a b.md\t\t14",
            "README\t\t",
            "src/main.rs\t@acme/core @ann\t2",
            "\"bin/\\377\\t.rs\"\t@acme/core @ann\t2",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        assert!(text.ends_with('\n'));
    }

    #[test]
    fn raw_paths_end_with_nul() {
        let bytes = written(&samples::answer(), true);
        let lines: Vec<_> = bytes.split(|&byte| byte == 0).collect();
        assert_eq!(lines[4], b"bin/\xff\t.rs\t@acme/core @ann\t2");
        assert_eq!(lines[5], b"");
    }

    #[test]
    fn a_path_is_no_command() {
        let cases = [
            ("::error::x", "\"::error::x\""),
            (" ::x", "\" ::x\""),
            ("a/::x", "a/::x"),
            ("a##[group]", "\"a#\\043[group]\""),
            ("\n##[group]", "\"\\n#\\043[group]\""),
        ];
        for (path, expected) in cases {
            assert_eq!(quoted(path.as_bytes()), expected);
        }
    }

    #[test]
    fn a_hostile_name_stays_on_its_line() {
        let text = String::from_utf8(written(&samples::hostile(), false)).unwrap();
        assert_eq!(text.lines().count(), 3);
        for line in text.lines() {
            assert_eq!(line.matches('\t').count(), 2, "{line}");
            assert!(!line.chars().any(|c| c.is_control() && c != '\t'), "{line}");
            assert!(!line.contains('\u{202e}'));
        }
    }
}
