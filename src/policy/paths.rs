//! Path patterns in policies: written as in an ownership file, and matched alike.
//!
//! A leading or inner slash anchors a pattern at the root; otherwise it matches at any depth. What
//! matches a folder covers all below it, except that a final lone `*` is one level deep. A trailing
//! slash means what is below a folder. `*` and `?` stay within a segment, `**` is any number of segments,
//! `\` takes the meaning from the character behind it. As in an ownership file, there is no `!` and no `[ ]`.

/// The longest pattern, in bytes: the longest path that systems allow.
const LONGEST: usize = 4096;

/// Path patterns of which any may match.
#[derive(Clone, Debug, Default)]
pub struct PathPatterns {
    patterns: Vec<Pattern>,
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

#[derive(Clone, Debug)]
struct Pattern {
    segments: Vec<Segment>,
    end: End,
}

/// What may follow the segments.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// Nothing, or anything below.
    Tree,
    /// Something below.
    Below,
    /// Nothing.
    Here,
}

#[derive(Clone, Debug)]
enum Segment {
    /// `**`
    Any,
    Glob(Vec<Glob>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Glob {
    Literal(u8),
    One,
    Star,
}

impl PathPatterns {
    /// Reads patterns; all that is wrong with them otherwise.
    pub fn new(patterns: &[String]) -> Result<Self, Vec<PatternError>> {
        let mut read = Vec::new();
        let mut errors = Vec::new();
        for (index, pattern) in patterns.iter().enumerate() {
            match Pattern::parse(pattern) {
                Ok(pattern) => read.push(pattern),
                Err((message, help)) => errors.push(PatternError {
                    index,
                    message,
                    help,
                }),
            }
        }
        if errors.is_empty() {
            Ok(PathPatterns { patterns: read })
        } else {
            Err(errors)
        }
    }

    /// Whether any pattern matches the file at this path, which is relative to the root.
    pub fn matches(&self, path: &[u8]) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether there are no patterns, so that nothing matches.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}

impl Pattern {
    fn parse(pattern: &str) -> Result<Pattern, (&'static str, &'static str)> {
        if pattern.trim().is_empty() {
            return Err(("an empty pattern matches nothing", "`*` is every file"));
        }
        if pattern.len() > LONGEST {
            let help = "a pattern has at most 4096 bytes, as a path has";
            return Err(("the pattern is too long", help));
        }
        if pattern.starts_with('!') {
            let help = "list what is meant; ownership files have no `!` either";
            return Err(("a pattern cannot be negated", help));
        }
        let (anchored, rest) = match pattern.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (pattern.trim_end_matches('/').contains('/'), pattern),
        };
        let (folder, rest) = match rest.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        if rest.is_empty() {
            return Err((
                "`/` matches nothing",
                "`*` is every file, `/*` those at the root",
            ));
        }
        let mut segments = Vec::new();
        if !anchored {
            segments.push(Segment::Any);
        }
        for segment in rest.split('/') {
            segments.push(Segment::parse(segment)?);
        }
        let end = match segments.last() {
            Some(Segment::Any) => {
                segments.pop();
                End::Below
            }
            _ if folder => End::Below,
            Some(Segment::Glob(glob)) if glob[..] == [Glob::Star] => End::Here,
            _ => End::Tree,
        };
        Ok(Pattern { segments, end })
    }

    fn matches(&self, path: &[u8]) -> bool {
        let path: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
        let pattern = &self.segments;
        // The usual way with stars: go ahead, and on a mismatch let the last `**` take one more.
        let (mut at, mut seen) = (0, 0);
        let mut retry = None;
        loop {
            if at == pattern.len() {
                let fits = match self.end {
                    End::Tree => true,
                    End::Below => seen < path.len(),
                    End::Here => seen == path.len(),
                };
                if fits {
                    return true;
                }
            } else if let Segment::Any = pattern[at] {
                retry = Some((at + 1, seen));
                at += 1;
                continue;
            } else if seen < path.len()
                && let Segment::Glob(glob) = &pattern[at]
                && glob_matches(glob, path[seen])
            {
                at += 1;
                seen += 1;
                continue;
            }
            match retry {
                Some((behind, from)) if from < path.len() => {
                    retry = Some((behind, from + 1));
                    (at, seen) = (behind, from + 1);
                }
                _ => return false,
            }
        }
    }
}

impl Segment {
    fn parse(segment: &str) -> Result<Segment, (&'static str, &'static str)> {
        if matches!(segment, "" | "." | "..") {
            let help = "write the path from the root, without `//`, `.` and `..`";
            return Err(("the pattern can match no path", help));
        }
        if segment == "**" {
            return Ok(Segment::Any);
        }
        let mut glob = Vec::with_capacity(segment.len());
        let mut bytes = segment.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'[' | b']' => {
                    let help = "`\\[` and `\\]` mean the brackets themselves; in TOML write such a pattern in single quotes";
                    return Err(("a pattern has no `[` and `]`", help));
                }
                b'\\' => match bytes.next() {
                    Some(byte) => glob.push(Glob::Literal(byte)),
                    None => {
                        return Err(("the pattern ends with `\\`", "use `/` between folders"));
                    }
                },
                b'?' => glob.push(Glob::One),
                b'*' if glob.last() == Some(&Glob::Star) => {}
                b'*' => glob.push(Glob::Star),
                byte => glob.push(Glob::Literal(byte)),
            }
        }
        Ok(Segment::Glob(glob))
    }
}

fn glob_matches(glob: &[Glob], text: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut retry = None;
    loop {
        match glob.get(at) {
            None if seen == text.len() => return true,
            Some(Glob::Star) => {
                retry = Some((at + 1, seen));
                at += 1;
                continue;
            }
            Some(Glob::Literal(byte)) if text.get(seen) == Some(byte) => {
                at += 1;
                seen += 1;
                continue;
            }
            Some(Glob::One) if seen < text.len() => {
                at += 1;
                seen += character_length(&text[seen..]);
                continue;
            }
            _ => {}
        }
        match retry {
            Some((behind, from)) if from < text.len() => {
                retry = Some((behind, from + 1));
                (at, seen) = (behind, from + 1);
            }
            _ => return false,
        }
    }
}

/// How many bytes the first character has; 1 if it is not UTF-8.
fn character_length(text: &[u8]) -> usize {
    let length = match text[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    match text.get(..length).map(std::str::from_utf8) {
        Some(Ok(_)) => length,
        _ => 1,
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
