//! Making hostile text harmless for the place where it is printed. The one room that does it.

use std::borrow::Cow;
use std::fmt::Write;

/// Text for a terminal: control characters, line ends and characters that reorder or hide text are
/// written out as `\x1b` or `\u{202e}`, so that a file name can neither move the cursor nor forge a line.
///
/// The log of a CI run is a terminal too, and GitHub's runner obeys `##[command]` anywhere in a line
/// (`ActionCommand.TryParse` of actions/runner), so that is written out as `#\x23[command]`.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.contains(RUNNER_COMMAND) && !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let text = text.replace(RUNNER_COMMAND, "#\\x23[");
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unsafe(c) && u32::from(c) < 0x100 => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if is_unsafe(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Serialized JSON that is safe to be shown: the same document, with everything that [`terminal`] would
/// write out as a `\u` escape of JSON. Such characters stand in strings only, so the values do not change.
pub fn json(document: &str) -> Cow<'_, str> {
    // Line ends stand between values; in strings they are escaped already.
    let hostile = |c: char| c != '\n' && is_unsafe(c);
    if !document.contains(RUNNER_COMMAND) && !document.chars().any(hostile) {
        return Cow::Borrowed(document);
    }
    let document = document.replace(RUNNER_COMMAND, "#\\u0023[");
    let mut out = String::with_capacity(document.len() + 8);
    for c in document.chars() {
        if hostile(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// How the older form of a workflow command of GitHub's runner starts, wherever in a line it stands.
const RUNNER_COMMAND: &str = "##[";

/// Controls (C0, DEL, C1), bidirectional overrides and isolates, invisible and line-separating characters.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A path as git prints it: as it is if plain, else in double quotes with C escapes and octal bytes.
///
/// As `core.quotePath=false` has it: bytes that form printable UTF-8 stay, control characters, `"` and
/// `\` and bytes that are not UTF-8 are escaped. The result is one line of valid, harmless UTF-8.
pub fn quote_path(path: &[u8]) -> Cow<'_, str> {
    // Nearly every path is plain ASCII, and a listing has a million of them. Without an early end the
    // loop looks at many bytes at once.
    let plain = |byte: u8| byte.wrapping_sub(b' ') < 95 && byte != b'"' && byte != b'\\';
    let ascii = path.iter().fold(true, |all, &byte| all & plain(byte));
    if let Ok(text) = std::str::from_utf8(path)
        && (ascii || !text.chars().any(|c| is_unsafe(c) || c == '"' || c == '\\'))
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::from("\"");
    for chunk in path.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                c if is_unsafe(c) => octal(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes()),
                c => out.push(c),
            }
        }
        octal(&mut out, chunk.invalid());
    }
    out.push('"');
    Cow::Owned(out)
}

fn octal(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(out, "\\{byte:03o}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_forged_lines_are_written_out() {
        assert_eq!(terminal("a\x1b[31m\nb\u{202e}"), "a\\x1b[31m\\nb\\u{202e}");
        assert!(matches!(terminal("plain ä"), Cow::Borrowed(_)));
    }

    #[test]
    fn workflow_commands_are_taken_apart() {
        assert_eq!(terminal("a ##[group]b"), "a #\\x23[group]b");
        assert_eq!(json("\"##[group]\""), "\"#\\u0023[group]\"");
    }

    #[test]
    fn json_keeps_its_values() {
        let value = "a\u{7f}\u{9b}31m\u{202e}\n\u{1b} ###[x] ä";
        let written = serde_json::to_string_pretty(&[value]).unwrap();
        let safe = json(&written);
        assert!(!safe.chars().any(|c| c != '\n' && is_unsafe(c)), "{safe}");
        assert_eq!(serde_json::from_str::<[String; 1]>(&safe).unwrap(), [value]);
    }

    #[test]
    fn paths_are_quoted_as_git_quotes_them() {
        assert_eq!(quote_path(b"a b/c"), "a b/c");
        assert_eq!(quote_path("ä".as_bytes()), "ä");
        assert_eq!(quote_path(b"a\tb\"\xff\x1b"), "\"a\\tb\\\"\\377\\033\"");
    }
}
