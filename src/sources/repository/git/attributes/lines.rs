//! The lines of an attribute file. In: its bytes. Out: patterns and macros with what they assign.
//!
//! Source: git 2.47, `parse_attr_line` and `handle_attr_line` of `attr.c`, `unquote_c_style` of `quote.c`.

use super::pattern::AttributePattern;

/// Git ignores lines of this many bytes and more.
const LONGEST: usize = 2048;

/// One line.
#[derive(Debug, PartialEq)]
pub(super) struct AttributeLine<'t> {
    pub(super) subject: Subject<'t>,
    pub(super) assignments: Vec<(&'t [u8], State)>,
}

/// The files that a line is about, or the macro that it defines.
#[derive(Debug, PartialEq)]
pub(super) enum Subject<'t> {
    Files(AttributePattern),
    Macro(std::borrow::Cow<'t, [u8]>),
}

/// What a line assigns to an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// `name`
    Set,
    /// `-name`
    Unset,
    /// `!name`
    Unspecified,
    /// `name=value`, and whether the value is `false`.
    Value { is_false: bool },
}

impl State {
    /// The state as code hosts read it: a value other than `false` is true.
    pub(super) fn as_bool(self) -> Option<bool> {
        match self {
            State::Set => Some(true),
            State::Unset => Some(false),
            State::Unspecified => None,
            State::Value { is_false } => Some(!is_false),
        }
    }
}

/// The lines of an attribute file that assign something to files. Macros count in the root's file only.
pub(super) fn lines(text: &[u8], is_root: bool) -> impl Iterator<Item = AttributeLine<'_>> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    text.split(|&byte| byte == b'\n')
        .filter_map(move |line| parse(line, is_root))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn skip_blank(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|&byte| !is_blank(byte));
    &text[start.unwrap_or(text.len())..]
}

/// Splits before the first blank.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|&byte| is_blank(byte));
    text.split_at(end.unwrap_or(text.len()))
}

fn parse(line: &[u8], is_root: bool) -> Option<AttributeLine<'_>> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() >= LONGEST {
        return None;
    }
    // Git reads text that ends with a zero byte.
    let line = line.split(|&byte| byte == 0).next().unwrap_or_default();
    let line = skip_blank(line);
    if matches!(line.first(), None | Some(b'#')) {
        return None;
    }
    let (name, rest) = match unquote(line) {
        Some((name, rest)) => (std::borrow::Cow::Owned(name), rest),
        None => {
            let (name, rest) = word(line);
            (std::borrow::Cow::Borrowed(name), rest)
        }
    };
    let subject = match name.strip_prefix(b"[attr]").filter(|name| !name.is_empty()) {
        Some(_) if !is_root => return None,
        Some(defined) => {
            let (defined, _) = word(skip_blank(defined));
            let defined = defined.to_vec();
            if !is_name(&defined) {
                return None;
            }
            Subject::Macro(defined.into())
        }
        None => Subject::Files(AttributePattern::parse(&name)?),
    };
    let mut assignments = Vec::new();
    let mut rest = skip_blank(rest);
    while !rest.is_empty() {
        let (assignment, behind) = word(rest);
        // One wrong name makes git ignore the line.
        assignments.push(parse_assignment(assignment)?);
        rest = skip_blank(behind);
    }
    Some(AttributeLine {
        subject,
        assignments,
    })
}

fn parse_assignment(text: &[u8]) -> Option<(&[u8], State)> {
    let (name, value) = match text.iter().position(|&byte| byte == b'=') {
        Some(equals) => (&text[..equals], Some(&text[equals + 1..])),
        None => (text, None),
    };
    let (name, state) = match (name.split_first(), value) {
        (Some((b'-', name)), _) => (name, State::Unset),
        (Some((b'!', name)), _) => (name, State::Unspecified),
        (_, None) => (name, State::Set),
        (_, Some(value)) => {
            let is_false = value == b"false";
            (name, State::Value { is_false })
        }
    };
    let is_valid = is_name(name) && !name.starts_with(b"builtin_");
    is_valid.then_some((name, state))
}

fn is_name(name: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._".contains(byte);
    !name.is_empty() && name[0] != b'-' && name.iter().all(is_plain)
}

/// A pattern in double quotes, with the escapes of C, and what is behind it.
fn unquote(line: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = line.strip_prefix(b"\"")?;
    let mut text = Vec::new();
    loop {
        let (&byte, behind) = rest.split_first()?;
        rest = behind;
        match byte {
            b'"' => return Some((text, rest)),
            b'\\' => {
                let (&escape, behind) = rest.split_first()?;
                rest = behind;
                text.push(match escape {
                    b'a' => 7,
                    b'b' => 8,
                    b'f' => 12,
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'v' => 11,
                    b'\\' | b'"' => escape,
                    b'0'..=b'3' => {
                        let digits = rest.first_chunk::<2>()?;
                        let is_octal = |digit: &u8| matches!(digit, b'0'..=b'7');
                        if !digits.iter().all(is_octal) {
                            return None;
                        }
                        rest = &rest[2..];
                        (escape - b'0') << 6 | (digits[0] - b'0') << 3 | (digits[1] - b'0')
                    }
                    _ => return None,
                });
            }
            byte => text.push(byte),
        }
    }
}
