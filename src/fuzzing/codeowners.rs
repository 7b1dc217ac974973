//! CODEOWNERS: the parser and the matcher against two other implementations.
//!
//! An input is a CODEOWNERS file, then paths, separated by bytes 0. Paths that the patterns name are added.
//! The planted fault: `/**/` in the middle of a pattern stands for exactly one folder.

use crate::codeowners::{Dialect, LineKind, Matcher, OwnershipFile, Pattern};
use crate::text::{RepoPath, Text};

use super::Code;

/// The most paths of one input.
const MOST_PATHS: usize = 24;

/// The most rules and the longest texts that the naive implementation is given: it is cubic.
const MOST_RULES: usize = 40;
const LONGEST: usize = 200;

pub(super) fn check(data: &[u8], code: Code) {
    let mut parts = super::parts(data);
    let text = parts.next().unwrap_or_default();
    let file = parse(text);
    lines_cover_the_text(&file, text);
    let expected = naive_rules(text);
    rules_are_those(&file, &expected);

    let mut paths: Vec<Vec<u8>> = parts.map(<[u8]>::to_vec).collect();
    for rule in expected.iter().take(8) {
        paths.extend(paths_of(rule.pattern));
    }
    paths.retain(|path| is_path(path));
    paths.truncate(MOST_PATHS);

    let planted = file.rules().iter().filter_map(|rule| {
        let text = String::from_utf8_lossy(rule.pattern().text()).replace("/**/", "/*/");
        Pattern::github(text.as_bytes()).ok()
    });
    let patterns: Vec<Pattern> = match code {
        Code::Real => file.patterns().cloned().collect(),
        Code::Planted => planted.collect(),
    };
    let matcher = Matcher::new(&patterns);
    let (mut walker, mut every) = (matcher.last_match(), matcher.all_matches());
    let peer = Peer::new(&expected);
    for path in &paths {
        let shown = String::from_utf8_lossy(path);
        let found = walker.find(path);
        assert_eq!(
            found,
            matcher.last_match().find(path),
            "`{shown}`: a walker that was used before disagrees with a new one"
        );
        let mut all = Vec::new();
        every.find(path, &mut all);
        let singly = (0..patterns.len()).filter(|&rule| patterns[rule].matches(path));
        let singly: Vec<usize> = singly.collect();
        all.sort_unstable();
        assert_eq!(
            all, singly,
            "`{shown}`: the matcher disagrees with single patterns"
        );
        assert_eq!(
            found,
            singly.last().copied(),
            "`{shown}`: not the last match"
        );
        if expected.len() > MOST_RULES || path.len() > LONGEST {
            continue;
        }
        for (rule, naive) in expected.iter().enumerate() {
            let Some(owns) = naive.owns(path) else {
                continue;
            };
            assert_eq!(
                singly.contains(&rule),
                owns,
                "`{}` and `{shown}`: left is the matcher, right is the naive implementation",
                String::from_utf8_lossy(naive.pattern),
            );
        }
        peer.agrees(path, &singly);
    }
}

fn parse(text: &[u8]) -> OwnershipFile {
    let text = Text::new(RepoPath::from("CODEOWNERS"), text.to_vec());
    OwnershipFile::parse(Dialect::GitHub, text)
}

/// A path as git has it: no empty name, and no `.` or `..`.
fn is_path(path: &[u8]) -> bool {
    let mut names = path.split(|&byte| byte == b'/');
    names.all(|name| !matches!(name, b"" | b"." | b".."))
}

/// The lines of a file, each byte in exactly one of them.
fn lines_cover_the_text(file: &OwnershipFile, text: &[u8]) {
    let mut behind = 0;
    for line in file.lines() {
        assert_eq!(line.span.start, behind, "lines overlap or leave bytes out");
        behind = line.span.end;
        let within = match line.kind {
            LineKind::Rule(rule) => file.rules()[rule].span(),
            LineKind::Invalid(invalid) => file.invalid_lines()[invalid].span,
            _ => continue,
        };
        assert!(
            line.span.start <= within.start && within.end <= line.span.end,
            "a rule leaves its line"
        );
    }
    assert_eq!(behind, text.len(), "the last line ends before the text");
}

fn rules_are_those(file: &OwnershipFile, expected: &[Naive<'_>]) {
    let ours: Vec<(u32, &[u8], Vec<String>)> = file
        .rules()
        .iter()
        .map(|rule| {
            let owners = rule.owners().iter().map(|owner| owner.text().to_owned());
            (rule.line(), rule.pattern().text(), owners.collect())
        })
        .collect();
    let theirs: Vec<(u32, &[u8], Vec<String>)> = expected
        .iter()
        .map(|rule| (rule.line, rule.pattern, rule.owners.clone()))
        .collect();
    assert_eq!(
        ours, theirs,
        "left is the parser, right is the naive implementation"
    );
}

/// Paths that a pattern probably names.
fn paths_of(pattern: &[u8]) -> Vec<Vec<u8>> {
    let mut path = Vec::new();
    let mut bytes = pattern.iter().peekable();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'\\' => path.extend(bytes.next()),
            b'*' if bytes.peek() == Some(&&b'*') => path.extend(b"x/y"),
            b'*' => path.push(b'z'),
            b'?' => path.push(b'q'),
            byte => path.push(byte),
        }
    }
    let path = path.strip_prefix(b"/").unwrap_or(&path).to_vec();
    let path = path.strip_suffix(b"/").unwrap_or(&path).to_vec();
    let below = [&path[..], b"/w"].concat();
    let deep = [&path[..], b"/v/w"].concat();
    let floating = [b"u/", &path[..]].concat();
    vec![path, below, deep, floating]
}

/// A line of a CODEOWNERS file that GitHub accepts, by the naive implementation.
struct Naive<'t> {
    line: u32,
    pattern: &'t [u8],
    owners: Vec<String>,
}

/// GitHub, *About code owners*: "A CODEOWNERS file uses a pattern that follows most of the same rules used in
/// gitignore files. The pattern is followed by one or more GitHub usernames or team names [...]. If any line
/// in your CODEOWNERS file contains invalid syntax, that line will be skipped."
fn naive_rules(text: &[u8]) -> Vec<Naive<'_>> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    if text.len() >= 3 << 20 {
        return Vec::new();
    }
    let mut rules = Vec::new();
    for (line, number) in text.split(|&byte| byte == b'\n').zip(1..) {
        let line = line.trim_ascii_start();
        if line.is_empty() || line[0] == b'#' {
            continue;
        }
        // White space behind a backslash is part of the pattern, as in gitignore.
        let mut end = 0;
        while end < line.len() && !line[end].is_ascii_whitespace() {
            let is_escape = line[end] == b'\\' && !matches!(line.get(end + 1), None | Some(b'\r'));
            end += if is_escape { 2 } else { 1 };
        }
        let (pattern, rest) = line.split_at(end.min(line.len()));
        let owners = rest.split(|&byte| byte == b'#').next().unwrap_or_default();
        let owners = owners
            .split(u8::is_ascii_whitespace)
            .filter(|it| !it.is_empty());
        let owners: Vec<String> = owners
            .map(|owner| String::from_utf8_lossy(owner).into_owned())
            .collect();
        let is_valid = !pattern.starts_with(b"!") && !has_range(pattern);
        if is_valid && owners.iter().all(|owner| is_owner(owner)) {
            rules.push(Naive {
                line: number,
                pattern,
                owners,
            });
        }
    }
    rules
}

/// "Using `[ ]` to define a character range" does not work in CODEOWNERS files.
fn has_range(pattern: &[u8]) -> bool {
    let mut is_escaped = false;
    pattern.iter().any(|&byte| {
        let is_range = !is_escaped && matches!(byte, b'[' | b']');
        is_escaped = byte == b'\\' && !is_escaped;
        is_range
    })
}

/// "`@username`", "`@org/team-name`", or "an email address"; several in one word are the dialect's own case.
fn is_owner(token: &str) -> bool {
    let is_name = |text: &str, more: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || more.contains(c);
        !text.is_empty() && text.chars().all(is_part)
    };
    let is_handle = |handle: &str| match handle.split('/').collect::<Vec<_>>()[..] {
        [user] => is_name(user, "-_"),
        [organization, team] => is_name(organization, "-_") && is_name(team, "-_."),
        _ => false,
    };
    if let Some(handles) = token.strip_prefix('@') {
        return handles.split('@').all(is_handle);
    }
    let (local, domain) = token.rsplit_once('@').unwrap_or_default();
    let is_local = |c: char| ('!'..='~').contains(&c) && !"@/,\"".contains(c);
    !local.is_empty() && local.chars().all(is_local) && is_name(domain, ".-")
}

impl Naive<'_> {
    /// Whether the pattern owns the file at `path`, by the sentences of gitignore(5) and of *About code owners*.
    /// None if these texts do not say it: bytes that are no UTF-8.
    fn owns(&self, path: &[u8]) -> Option<bool> {
        if self.pattern.len() > LONGEST {
            return None;
        }
        let pattern = std::str::from_utf8(self.pattern).ok()?;
        let path = std::str::from_utf8(path).ok()?;
        // "Escaping a pattern starting with `#` using `\`" does not work; a slash alone names no file.
        if pattern.starts_with("\\#") || pattern.chars().all(|c| c == '/') {
            return Some(false);
        }
        let is_folder = pattern.ends_with('/');
        let body = pattern.strip_suffix('/').unwrap_or(pattern);
        let is_anchored = body.contains('/');
        let body = body.strip_prefix('/').unwrap_or(body);
        let mut parts: Vec<&str> = body.split('/').collect();
        if !is_anchored {
            parts.insert(0, "**");
        }
        let is_star = |part: &str| !part.is_empty() && part.chars().all(|c| c == '*');
        // `docs/**/*` is all below `docs`, as `docs/**` is.
        if let [.., "**", last] = parts[..]
            && is_star(last)
            && last != "**"
            && !is_folder
        {
            parts.pop();
        }
        let is_below = is_folder || parts.last() == Some(&"**");
        while parts.last() == Some(&"**") {
            parts.pop();
        }
        let names: Vec<&str> = path.split('/').collect();
        let is_entry = !is_below && parts.last().is_some_and(|last| is_star(last));
        let reached = reached(&parts, &names);
        let (above, file) = (&reached[..names.len()], reached[names.len()]);
        Some(match (is_below, is_entry) {
            (true, _) => above.contains(&true),
            // "`docs/*` will match files like `docs/getting-started.md` but not further nested files".
            (_, true) => file,
            _ => file || above.contains(&true),
        })
    }
}

/// By how many names of a path: whether the parts of a pattern lead to that folder or file.
fn reached(parts: &[&str], names: &[&str]) -> Vec<bool> {
    let mut table = vec![vec![false; names.len() + 1]; parts.len() + 1];
    table[0][0] = true;
    for (place, part) in parts.iter().enumerate() {
        for depth in 0..=names.len() {
            table[place + 1][depth] = match *part {
                "**" => table[place][depth] || depth > 0 && table[place + 1][depth - 1],
                part => depth > 0 && table[place][depth - 1] && is_named(part, names[depth - 1]),
            };
        }
    }
    table.pop().unwrap_or_default()
}

/// "An asterisk matches anything except a slash. The character `?` matches any one character except `/`."
fn is_named(part: &str, name: &str) -> bool {
    enum Sign {
        Any,
        One,
        Exactly(char),
    }
    let mut signs = Vec::new();
    let mut characters = part.chars();
    while let Some(c) = characters.next() {
        signs.push(match c {
            '*' => Sign::Any,
            '?' => Sign::One,
            '\\' => Sign::Exactly(characters.next().unwrap_or('\\')),
            c => Sign::Exactly(c),
        });
    }
    let name: Vec<char> = name.chars().collect();
    let mut row = vec![false; name.len() + 1];
    row[0] = true;
    for sign in signs {
        let mut next = vec![false; name.len() + 1];
        for at in 0..=name.len() {
            next[at] = match sign {
                Sign::Any => row[at] || at > 0 && next[at - 1],
                Sign::One => at > 0 && row[at - 1],
                Sign::Exactly(c) => at > 0 && row[at - 1] && name[at - 1] == c,
            };
        }
        row = next;
    }
    row[name.len()]
}

/// The crate codeowners-rs, for the patterns on which it follows the same documentation.
struct Peer {
    /// Our numbers of its rules.
    rules: Vec<usize>,
    set: codeowners_rs::RuleSet,
}

impl Peer {
    fn new(rules: &[Naive<'_>]) -> Peer {
        let known = rules
            .iter()
            .enumerate()
            .filter(|(_, rule)| is_common(rule.pattern));
        let known = known.take(MOST_RULES);
        let (rules, texts): (Vec<usize>, Vec<String>) = known
            .map(|(place, rule)| (place, String::from_utf8_lossy(rule.pattern).into_owned()))
            .unzip();
        let rule = |pattern| codeowners_rs::Rule {
            pattern,
            owners: Vec::new(),
        };
        Peer {
            rules,
            set: codeowners_rs::RuleSet::new(texts.into_iter().map(rule).collect()),
        }
    }

    fn agrees(&self, path: &[u8], ours: &[usize]) {
        let Ok(path) = std::str::from_utf8(path) else {
            return;
        };
        let theirs = self.set.all_matching_rules(path);
        for (place, rule) in self.rules.iter().enumerate() {
            assert_eq!(
                ours.contains(rule),
                theirs.iter().any(|(found, _)| *found == place),
                "rule {rule} and `{path}`: left is the matcher, right is codeowners-rs"
            );
        }
    }
}

/// Whether the crate reads a pattern by the same rules. It differs by design or by mistake in these:
/// - escapes: a backslash is no escape in its literal segments, and `\#` is a `#`;
/// - `*/`: it stops one level below, gitignore(5) says that a folder's contents are all owned;
/// - `?` at either end of a segment: it is read as `*`;
/// - several asterisks beside other characters, and `a/**/*`: it has a case of its own for each;
/// - an empty segment and a pattern of slashes alone: it looks for an empty name.
fn is_common(pattern: &[u8]) -> bool {
    let Ok(pattern) = std::str::from_utf8(pattern) else {
        return false;
    };
    let body = pattern.strip_prefix('/').unwrap_or(pattern);
    let is_folder = body.ends_with('/');
    let body = body.strip_suffix('/').unwrap_or(body);
    let mut parts = body.split('/');
    let last = body.rsplit('/').next().unwrap_or_default();
    let is_plain = |part: &str| {
        part == "**"
            || !part.is_empty()
                && !part.contains("**")
                && part.matches('*').count() < 3
                && !part.starts_with('?')
                && !part.ends_with('?')
    };
    !pattern.contains('\\')
        && parts.all(is_plain)
        && !(last == "*" && (is_folder || body.contains("**/")))
        && !(last == "**" && is_folder)
}
