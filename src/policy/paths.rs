//! Path patterns in policies: written as in an ownership file, and matched by the same matcher, so that
//! there is one language to learn.

use std::borrow::Cow;
use std::sync::Arc;

use crate::codeowners::{self, Matcher, Pattern, Reach};
use crate::text::{self, RepoPath};

/// The longest pattern, in bytes: the longest path that systems allow.
const LONGEST: usize = 4096;

/// Path patterns of which any may match.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    /// None where there are no patterns.
    matcher: Option<Arc<Matcher>>,
    patterns: Option<Arc<[Pattern]>>,
}

/// A pattern that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// Which one of the patterns it is, from 0.
    pub index: usize,
    /// What is wrong with it, as a lowercase fragment.
    pub message: &'static str,
    /// What to write.
    pub help: &'static str,
}

impl PathPatterns {
    /// Reads patterns.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn new(patterns: &[String]) -> Result<Self, Vec<PatternError>> {
        let mut read = Vec::new();
        let mut errors = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            match parse(pattern) {
                Ok(pattern) => read.push(pattern),
                Err((message, help)) => errors.push(PatternError {
                    index,
                    message,
                    help,
                }),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let matcher = (!read.is_empty()).then(|| Arc::new(Matcher::new(&read)));
        Ok(PathPatterns {
            matcher,
            patterns: Some(read.into()),
        })
    }

    /// No patterns.
    pub const NONE: PathPatterns = PathPatterns {
        matcher: None,
        patterns: None,
    };

    /// Whether any pattern matches the file at this path, which is relative to the root.
    pub fn matches(&self, path: &[u8]) -> bool {
        let matcher = self.matcher.as_ref();
        matcher.is_some_and(|matcher| matcher.last_match().find(path).is_some())
    }

    /// The patterns, in order.
    pub(super) fn patterns(&self) -> &[Pattern] {
        self.patterns.as_deref().unwrap_or_default()
    }

    /// Whether there are no patterns, so that nothing matches.
    pub fn is_empty(&self) -> bool {
        self.matcher.is_none()
    }
}

/// The pattern that matches what lies in and below a folder, and nothing else if its path is plain text.
/// Characters that cannot be seen, or that would change how others are seen, and bytes that are not UTF-8
/// are `?`, which is any one character.
pub fn pattern_of_folder(folder: &RepoPath) -> String {
    let mut pattern = String::from("/");
    for chunk in folder.as_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            let is_seen = matches!(text::terminal(c.encode_utf8(&mut [0; 4])), Cow::Borrowed(_));
            match c {
                '*' | '?' | '[' | ']' | '\\' => pattern.extend(['\\', c]),
                c if is_seen => pattern.push(c),
                _ => pattern.push('?'),
            }
        }
        pattern.extend(chunk.invalid().iter().map(|_| '?'));
    }
    if !folder.is_root() {
        pattern.push('/');
    }
    pattern
}

fn parse(pattern: &str) -> Result<Pattern, (&'static str, &'static str)> {
    if pattern.trim().is_empty() {
        return Err(("an empty pattern matches nothing", "`*` is every file"));
    }
    if pattern.len() > LONGEST {
        let help = "a pattern has at most 4096 bytes, as a path has";
        return Err(("the pattern is too long", help));
    }
    let body = pattern.strip_prefix('/').unwrap_or(pattern);
    let body = body.strip_suffix('/').unwrap_or(body);
    if !body.is_empty() && body.split('/').any(|part| matches!(part, "" | "." | "..")) {
        let help = "paths start at the root, with single slashes and neither `.` nor `..`";
        return Err(("this pattern matches no path", help));
    }
    if pattern.replace(r"\\", "").ends_with('\\') {
        return Err(("nothing follows the last `\\`", r"`\\` is a backslash"));
    }
    match Pattern::github(pattern.as_bytes()) {
        Ok(read) if read.reach() == Reach::Nothing => Err((
            "this pattern matches nothing",
            "`*` is every file, `/*` those at the root",
        )),
        Ok(read) => Ok(read),
        Err(codeowners::PatternError::Negation) => Err((
            "a pattern cannot be negated",
            "list what is meant; ownership files have no `!` either",
        )),
        Err(codeowners::PatternError::Brackets) => Err((
            "a pattern has no `[` and `]`",
            r"`\[` and `\]` mean the brackets themselves; in TOML write such a pattern in single quotes",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        let patterns = PathPatterns::new(&[pattern.to_string()]).expect(pattern);
        patterns.matches(path.as_bytes())
    }

    #[test]
    fn patterns_match_as_in_an_ownership_file() {
        // pattern, paths that match, paths that do not
        let table: &[(&str, &[&str], &[&str])] = &[
            ("*", &["a", "a/b", "a/b/c.rs"], &[]),
            ("/*", &["a"], &["a/b"]),
            ("docs/*", &["docs/a"], &["docs/a/b", "x/docs/a", "docs"]),
            (
                "docs/",
                &["docs/a", "docs/a/b", "x/docs/a"],
                &["docs", "x/docs", "adocs/a"],
            ),
            ("/docs/", &["docs/a", "docs/a/b"], &["x/docs/a", "docs"]),
            (
                "docs",
                &["docs", "docs/a/b", "x/docs", "x/docs/a"],
                &["docs2", "x/adocs"],
            ),
            (
                "apps/github",
                &["apps/github", "apps/github/x"],
                &["x/apps/github"],
            ),
            ("*.rs", &["a.rs", "x/y/a.rs", "x.rs/y"], &["a.rst"]),
            ("/src/*.rs", &["src/a.rs", "src/a.rs/x"], &["src/x/a.rs"]),
            (
                "src/**/gen",
                &["src/gen", "src/a/gen", "src/a/b/gen/c"],
                &["gen", "a/src/gen"],
            ),
            ("**/logs", &["logs", "a/b/logs", "a/logs/x"], &["alogs"]),
            ("foo/**", &["foo/a", "foo/a/b"], &["foo", "x/foo/a"]),
            ("foo/**/", &["foo/a", "foo/a/b"], &["foo"]),
            ("**", &["a", "a/b"], &[]),
            ("a?c", &["abc", "x/aäc", "abc/d"], &["ac", "abbc", "a/c"]),
            ("a**c", &["ac", "abbc"], &["a/c"]),
            ("**/*/x", &["a/x", "a/b/x", "a/b/x/c"], &["x"]),
            (
                "a/**/b/**/c",
                &["a/b/c", "a/x/b/y/z/c"],
                &["a/c/b", "a/x/c"],
            ),
            (r"\[id\]/\*", &["[id]/*"], &["[id]/a", "x/[id]/*"]),
            (r"a\ b", &["a b", "x/a b"], &["ab"]),
        ];
        for (pattern, yes, no) in table {
            for path in *yes {
                assert!(matches(pattern, path), "{pattern} should match {path}");
            }
            for path in *no {
                assert!(!matches(pattern, path), "{pattern} should not match {path}");
            }
        }
    }

    #[test]
    fn the_pattern_of_a_folder_matches_what_is_in_it() {
        let folders: [&[u8]; 7] = [
            b"a",
            b"a/b c",
            b"#a/!b",
            b"*/?/[x]/a\\b",
            b"a\nb\x1b",
            "\u{202e}ä/\u{200b}".as_bytes(),
            b"a\xff\xfeb",
        ];
        for folder in folders {
            let folder = RepoPath::from(folder);
            let pattern = pattern_of_folder(&folder);
            assert!(!pattern.chars().any(char::is_control), "{pattern:?}");
            let patterns = PathPatterns::new(std::slice::from_ref(&pattern)).expect("a pattern");
            assert!(patterns.matches(folder.join("x/y").as_bytes()), "{pattern}");
            assert!(!patterns.matches(folder.as_bytes()), "{pattern}");
            let elsewhere = [b"x/", folder.as_bytes(), b"/y"].concat();
            assert!(!patterns.matches(&elsewhere), "{pattern}");
        }
    }

    #[test]
    fn what_can_match_nothing_is_an_error() {
        let long = "a".repeat(LONGEST + 1);
        let bad = [
            "", " ", "/", "//", "!a", "a[b]", "a//b", "./a", "../a", "a/..", "a\\", &long,
        ];
        for pattern in bad {
            assert!(
                PathPatterns::new(&[pattern.to_string()]).is_err(),
                "{pattern:?}"
            );
        }
    }

    #[test]
    fn stars_cost_no_more_than_the_product_of_the_lengths() {
        let pattern = format!("{}b", "**/a*".repeat(800).replace("**/", "*a*"));
        assert!(!matches(&pattern, &"a".repeat(4000)));
        let pattern = "**/a/".repeat(800);
        assert!(!matches(&format!("{pattern}b"), &"a/".repeat(2000)));
    }

    #[test]
    fn bytes_that_are_no_utf8_are_one_character_each() {
        let patterns = PathPatterns::new(&["a?b".to_string()]).unwrap();
        assert!(patterns.matches(b"a\xffb"));
        assert!(!patterns.matches(b"a\xff\xffb"));
    }
}
