//! A pattern of `.gitattributes`, with the meaning that git gives it and without git's cost.
//!
//! Git tries what a `*` may stand for one after the other, so that a pattern of many stars takes exponential
//! time. Here a pattern is a list of steps, and a path is read once with the set of steps that it may have reached:
//! the time is at most the product of both lengths.
//!
//! Source: git 2.47, `wildmatch.c`, `match_basename` and `match_pathname` of `dir.c`, `parse_attr_line` of `attr.c`.

/// A pattern that matches files.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct AttributePattern {
    /// Whether the whole path is matched, from the folder of the file; else only its last segment.
    pub(super) has_slash: bool,
    pub(super) steps: Vec<Step>,
}

/// One step of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// This byte.
    Byte(u8),
    /// One byte but `/`: `?`.
    One,
    /// One of these bytes: a bit for each.
    Set(Box<[u64; 4]>),
    /// Any bytes but `/`: `*`.
    Star,
    /// Any bytes: `**`.
    Any,
    /// The next two steps may be left out: `**/`, which is this, [`Step::Any`] and a slash.
    Optional,
}

/// What a search costs, in steps, and how much it may cost.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) left: u64,
}

impl Work {
    /// Takes from the budget.
    pub(super) fn take(&mut self, steps: usize) {
        self.left = self.left.saturating_sub(steps as u64);
    }
}

/// Buffers of a search that the next one uses again.
#[derive(Debug, Default)]
pub(super) struct Reached {
    now: Vec<usize>,
    next: Vec<usize>,
    /// By step: when it was reached last.
    seen: Vec<usize>,
    time: usize,
}

impl AttributePattern {
    /// Parses a pattern. None if it matches no file: negated, of a folder, or broken.
    pub(super) fn parse(text: &[u8]) -> Option<AttributePattern> {
        // Git ignores negated lines; a trailing slash means folders, which are no files.
        if text.starts_with(b"!") || text.ends_with(b"/") {
            return None;
        }
        let has_slash = text.contains(&b'/');
        let text = text.strip_prefix(b"/").unwrap_or(text);
        let plain = |byte: &u8| !b"*?[\\".contains(byte);
        let prefix = text.iter().take_while(|&byte| plain(byte)).count();
        let mut steps: Vec<Step> = text[..prefix]
            .iter()
            .map(|&byte| Step::Byte(byte))
            .collect();
        let mut at = prefix;
        while let Some(&byte) = text.get(at) {
            match byte {
                b'\\' => {
                    // Nothing is behind a last `\`, so that no path matches.
                    steps.push(Step::Byte(*text.get(at + 1)?));
                    at += 2;
                }
                b'?' => {
                    steps.push(Step::One);
                    at += 1;
                }
                b'[' => {
                    let (set, end) = set(text, at)?;
                    steps.push(Step::Set(set));
                    at = end;
                }
                b'*' => at = stars(text, at, prefix, has_slash, &mut steps),
                byte => {
                    steps.push(Step::Byte(byte));
                    at += 1;
                }
            }
        }
        Some(AttributePattern { has_slash, steps })
    }

    /// Returns true if the text matches: a path, or its last segment.
    pub(super) fn matches(&self, text: &[u8], reached: &mut Reached, work: &mut Work) -> bool {
        let steps = &self.steps;
        reached.seen.clear();
        reached.seen.resize(steps.len() + 1, 0);
        reached.time = 1;
        reached.next.clear();
        reached.enter(steps, 0);
        for &byte in text {
            std::mem::swap(&mut reached.now, &mut reached.next);
            reached.next.clear();
            reached.time += 1;
            work.take(reached.now.len());
            for index in 0..reached.now.len() {
                let place = reached.now[index];
                match steps.get(place) {
                    Some(Step::Byte(meant)) if *meant == byte => reached.enter(steps, place + 1),
                    Some(Step::One) if byte != b'/' => reached.enter(steps, place + 1),
                    Some(Step::Set(set)) if has(set, byte) => reached.enter(steps, place + 1),
                    Some(Step::Star) if byte != b'/' => reached.enter(steps, place),
                    Some(Step::Any) => reached.enter(steps, place),
                    _ => {}
                }
            }
            if reached.next.is_empty() {
                return false;
            }
        }
        reached.seen[steps.len()] == reached.time
    }

    /// The longest run of plain bytes that every match contains; empty if there is none.
    pub(super) fn literal(&self) -> Vec<u8> {
        let mut longest = Vec::new();
        let mut run = Vec::new();
        for (place, step) in self.steps.iter().enumerate() {
            let is_optional = place >= 2 && self.steps[place - 2] == Step::Optional;
            match step {
                Step::Byte(byte) if !is_optional => run.push(*byte),
                _ => run.clear(),
            }
            if run.len() > longest.len() {
                longest.clone_from(&run);
            }
        }
        longest
    }
}

impl Reached {
    /// Reaches a step, and those behind it that need no byte.
    fn enter(&mut self, steps: &[Step], mut place: usize) {
        while self.seen[place] != self.time {
            self.seen[place] = self.time;
            match steps.get(place) {
                None => {
                    self.next.push(place);
                    return;
                }
                Some(Step::Star | Step::Any) => self.next.push(place),
                Some(Step::Optional) => self.enter(steps, place + 3),
                Some(Step::Byte(_) | Step::One | Step::Set(_)) => {
                    self.next.push(place);
                    return;
                }
            }
            place += 1;
        }
    }
}

/// Reads one or several stars at `at`; returns the place behind them, and behind the slash of `**/`.
fn stars(text: &[u8], at: usize, prefix: usize, has_slash: bool, steps: &mut Vec<Step>) -> usize {
    let count = text[at..].iter().take_while(|&&byte| byte == b'*').count();
    let end = at + count;
    // Git compares the plain start of a pattern first, so that stars right behind it are at the start of the rest.
    let starts = at == prefix || text[at - 1] == b'/';
    let rest = &text[end..];
    let ends = rest.is_empty() || rest.starts_with(b"/") || rest.starts_with(br"\/");
    if !has_slash {
        // The last segment of a path has no slash.
        steps.push(Step::Star);
    } else if count == 1 || !starts || !ends {
        steps.push(Step::Star);
    } else if rest.starts_with(b"/") {
        let again = [Step::Optional, Step::Any, Step::Byte(b'/')];
        // `**/**/` means what `**/` means.
        if !steps.ends_with(&again) {
            steps.extend(again);
        }
        return end + 1;
    } else {
        steps.push(Step::Any);
    }
    end
}

fn has(set: &[u64; 4], byte: u8) -> bool {
    set[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
}

/// Reads the set whose `[` is at `at`: its bytes, and the place behind its `]`. None if it has no end or an unknown
/// class, which makes the whole pattern match nothing.
fn set(text: &[u8], at: usize) -> Option<(Box<[u64; 4]>, usize)> {
    let mut set = Box::new([0_u64; 4]);
    let mut add = |byte: u8| set[usize::from(byte >> 6)] |= 1 << (byte & 63);
    let mut at = at + 1;
    let is_negated = matches!(text.get(at)?, b'!' | b'^');
    if is_negated {
        at += 1;
    }
    let mut before = None;
    let mut byte = *text.get(at)?;
    loop {
        let next = text.get(at + 1).copied();
        match (byte, before, next) {
            (b'\\', ..) => {
                at += 1;
                let escaped = *text.get(at)?;
                add(escaped);
                before = Some(escaped);
            }
            (b'-', Some(first), Some(next)) if next != b']' => {
                at += 1;
                let mut last = next;
                if last == b'\\' {
                    at += 1;
                    last = *text.get(at)?;
                }
                (first..=last).for_each(&mut add);
                before = None;
            }
            (b'[', _, Some(b':')) => {
                let start = at + 2;
                let end = start + text.get(start..)?.iter().position(|&byte| byte == b']')?;
                if end > start && text[end - 1] == b':' {
                    let is_member = class(&text[start..end - 1])?;
                    (0..=u8::MAX).filter(is_member).for_each(&mut add);
                    at = end;
                    before = None;
                } else {
                    // It is no class: a `[` like any other byte.
                    add(b'[');
                    before = Some(b'[');
                }
            }
            (byte, ..) => {
                add(byte);
                before = Some(byte);
            }
        }
        at += 1;
        byte = *text.get(at)?;
        if byte == b']' {
            break;
        }
    }
    if is_negated {
        for word in set.iter_mut() {
            *word = !*word;
        }
    }
    // A set matches no slash, whatever is in it.
    set[0] &= !(1 << b'/');
    Some((set, at + 1))
}

/// The bytes of a class such as `[:alpha:]`.
fn class(name: &[u8]) -> Option<fn(&u8) -> bool> {
    Some(match name {
        b"alnum" => u8::is_ascii_alphanumeric,
        b"alpha" => u8::is_ascii_alphabetic,
        b"blank" => |byte| matches!(byte, b' ' | b'\t'),
        b"cntrl" => u8::is_ascii_control,
        b"digit" => u8::is_ascii_digit,
        b"graph" => u8::is_ascii_graphic,
        b"lower" => u8::is_ascii_lowercase,
        b"print" => |byte| matches!(byte, b' '..=b'~'),
        b"punct" => u8::is_ascii_punctuation,
        // As git has it: without vertical tab and form feed.
        b"space" => |byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'),
        b"upper" => u8::is_ascii_uppercase,
        b"xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    })
}
