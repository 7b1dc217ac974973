//! Making hostile text harmless for the place where it is printed. The one room that does it.

use std::borrow::Cow;
use std::fmt::Write;

/// Text for a terminal: control characters, line ends and characters that reorder or hide text are
/// written out as `\x1b` or `\u{202e}`, so that a file name can neither move the cursor nor forge a line.
///
/// One U+FE0F directly behind an emoji is dropped, so that the emoji stays readable: the output still has no
/// invisible character.
///
/// The log of a CI run is a terminal too, and GitHub's runner obeys `##[command]` anywhere in a line
/// (`ActionCommand.TryParse` of actions/runner), so that is written out as `#\x23[command]`.
pub fn terminal(text: &str) -> Cow<'_, str> {
    let text = without_runner_commands(text, "\\x23");
    if !text.chars().any(is_unsafe) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut last = None;
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{fe0f}' if last.is_some_and(is_emoji) => {}
            c if is_unsafe(c) && u32::from(c) < 0x100 => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c if is_unsafe(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
        last = Some(c);
    }
    Cow::Owned(out)
}

/// Serialized JSON that is safe to be shown: the same document, with everything that [`terminal`] would
/// write out as a `\u` escape of JSON. Such characters stand in strings only, so the values do not change.
pub fn json(document: &str) -> Cow<'_, str> {
    // Line ends stand between values; in strings they are escaped already.
    let hostile = |c: char| c != '\n' && is_unsafe(c);
    let document = without_runner_commands(document, "\\u0023");
    if !document.chars().any(hostile) {
        return document;
    }
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

/// Text in which no `##[` is left, the start of the older form of a workflow command: its second `#` is
/// written as `hash`. The runner compares texts by the rules of a language, which pass over characters
/// that are not seen, so that such characters between the three do not help.
fn without_runner_commands<'a>(text: &'a str, hash: &str) -> Cow<'a, str> {
    if !text.contains('#') || !text.contains('[') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let (mut hashes, mut changed) = (0, false);
    for c in text.chars() {
        match c {
            '#' => hashes += 1,
            '[' if hashes > 1 => {
                if let Some(last) = out.rfind('#') {
                    out.replace_range(last..=last, hash);
                }
                (hashes, changed) = (0, true);
            }
            c if c.is_ascii() || c.is_alphanumeric() => hashes = 0,
            _ => {}
        }
        out.push(c);
    }
    if changed {
        Cow::Owned(out)
    } else {
        Cow::Borrowed(text)
    }
}

/// Returns true for a character that is not shown as itself: it is invisible, or it changes how others are shown.
fn is_unsafe(c: char) -> bool {
    // Nearly all text is ASCII, and below the first of the table only controls are unsafe.
    if c < '\u{ad}' {
        return c.is_control();
    }
    let after = UNSEEN.partition_point(|&(first, _)| first <= c);
    let is_unseen = after > 0 && c <= UNSEEN[after - 1].1;
    // The last two of each plane are no characters.
    is_unseen || u32::from(c) & 0xfffe == 0xfffe
}

/// The characters from U+00AD that are never printed as they are, as sorted ranges with both ends included.
///
/// Source: Unicode 17.0, `DerivedCoreProperties.txt`, `Default_Ignorable_Code_Point`: soft hyphen, joiners,
/// fillers, variation selectors, tags, and the code points that are kept free for more of them. Beside these:
/// U+2028 and U+2029, which separate lines; U+FFF9 to U+FFFB, which hide annotations; and U+FDD0 to U+FDEF,
/// which are no characters. A test compares the table with the property.
const UNSEEN: [(char, char); 18] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fdd0}', '\u{fdef}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Returns true if U+FE0F behind this character only asks for the colored form of an emoji.
///
/// Source: Unicode 17.0, `emoji-variation-sequences.txt`, whose characters other than digits, `#` and `*` are in
/// these blocks.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// Text for an element or an attribute of XML: harmless for a terminal, and with what means something to
/// XML as references. What XML 1.0 cannot hold at all (2.2) is written out already, as for a terminal.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in terminal(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}

/// The message of a workflow command of GitHub's runner: one line, harmless, and `%` as `%25`, which the
/// runner undoes (`ActionCommand.UnescapeData` of actions/runner). A line end is the caller's `%0A`.
pub fn workflow_message(text: &str) -> String {
    terminal(text).replace('%', "%25")
}

/// The value of a property of a workflow command, in which `:` and `,` would end it
/// (`ActionCommand.UnescapeProperty` of actions/runner).
pub fn workflow_property(text: &str) -> String {
    workflow_message(text)
        .replace(':', "%3A")
        .replace(',', "%2C")
}

/// A path as a relative URI reference: what RFC 3986 allows in a segment stays, but for `:`, which would
/// make a scheme of the first segment; every other byte is percent-encoded.
pub fn uri_path(path: &[u8]) -> String {
    let mut out = String::with_capacity(path.len());
    for &byte in path {
        if byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Text of a message for GitHub's Markdown, in the cell of a table or inside of a line; at the start of
/// one it could be a list.
///
/// What stands in backticks becomes code. Outside of them, words of letters, digits and plain punctuation
/// stay as they are; every other word becomes code, too. So nothing can be a link, an image, a mention, a
/// reference, HTML or markup, and nobody is notified: code is the one form in which GitHub looks for
/// none of them.
pub fn markdown(text: &str) -> String {
    let text = terminal(text);
    let mut out = String::with_capacity(text.len() + 16);
    let mut parts = text.split('`').peekable();
    let mut quoted = false;
    while let Some(part) = parts.next() {
        if quoted && parts.peek().is_some() {
            push_code(&mut out, part);
        } else {
            if quoted {
                // A backtick that nothing closes.
                push_code(&mut out, "`");
            }
            for (index, word) in part.split(' ').enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                push_word(&mut out, word);
            }
        }
        quoted = !quoted;
    }
    out
}

/// A name or a path as code in GitHub's Markdown, in a paragraph or in the cell of a table.
pub fn markdown_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_code(&mut out, &terminal(text));
    out
}

fn push_word(out: &mut String, word: &str) {
    let plain = |c: char| c.is_alphanumeric() || ".,;'\"()%?!/+=-…–’&<>".contains(c);
    let inner = word.strip_suffix(':').unwrap_or(word);
    let start = |start: &str| {
        let head = inner.trim_start_matches(|c: char| !c.is_alphanumeric());
        head.get(..start.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    // What GitHub makes a link of without any markup: `www.host`, and `GH-1` for an issue.
    if inner.chars().all(plain) && !start("www.") && !start("gh-") {
        for c in word.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                c => out.push(c),
            }
        }
    } else {
        // Punctuation behind a name is the sentence's.
        let name = word.trim_end_matches([',', '.', ';', ':']);
        let name = if name.is_empty() { word } else { name };
        push_code(out, name);
        out.push_str(&word[name.len()..]);
    }
}

/// Pushes harmless text as code: between backticks where they and the cells of tables allow it, else as
/// an HTML element of which each character that is no letter or digit is a reference.
fn push_code(out: &mut String, text: &str) {
    let spaced = text.starts_with(' ') || text.ends_with(' ');
    if !text.is_empty() && !spaced && !text.contains(['`', '|', '<', '>']) {
        // Backticks that touch would be one longer delimiter.
        if out.ends_with('`') {
            out.push(' ');
        }
        out.push('`');
        out.push_str(text);
        out.push('`');
        return;
    }
    out.push_str("<code>");
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "&#{};", u32::from(c));
        }
    }
    out.push_str("</code>");
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
    fn xml_has_no_markup_and_no_character_that_it_cannot_hold() {
        assert_eq!(
            xml("<a b=\"c\" d='e'>&]]>"),
            "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;]]&gt;"
        );
        assert_eq!(
            xml("\0\u{1b}\n\u{85}\u{fffe}\u{ffff}\u{202e}ä"),
            "\\x00\\x1b\\n\\x85\\u{fffe}\\u{ffff}\\u{202e}ä"
        );
    }

    #[test]
    fn escapes_and_forged_lines_are_written_out() {
        assert_eq!(terminal("a\x1b[31m\nb\u{202e}"), "a\\x1b[31m\\nb\\u{202e}");
        assert!(matches!(terminal("plain ä"), Cow::Borrowed(_)));
    }

    /// The ranges of a property by another copy of Unicode's tables.
    fn property(name: &str) -> Vec<(char, char)> {
        let class = regex_syntax::Parser::new().parse(name).unwrap();
        match class.kind() {
            regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => class
                .ranges()
                .iter()
                .map(|range| (range.start(), range.end()))
                .collect(),
            other => panic!("{name} is {other:?}"),
        }
    }

    #[test]
    fn every_invisible_character_is_written_out() {
        let ignorable = property(r"\p{Default_Ignorable_Code_Point}");
        let more =
            property(r"[\p{Noncharacter_Code_Point}\p{Cc}\u{2028}\u{2029}\u{fff9}-\u{fffb}]");
        let count: u32 = ignorable
            .iter()
            .map(|&(a, b)| 1 + u32::from(b) - u32::from(a))
            .sum();
        assert_eq!(count, 4174, "the number that Unicode states");
        let has = |ranges: &[(char, char)], c| ranges.iter().any(|&(a, b)| a <= c && c <= b);
        for c in '\0'..=char::MAX {
            let expected = has(&ignorable, c) || has(&more, c);
            assert_eq!(is_unsafe(c), expected, "U+{:04X}", u32::from(c));
            if expected {
                let text = format!("a{c}b");
                for printed in [
                    terminal(&text).into_owned(),
                    json(&text).into_owned(),
                    xml(&text),
                    markdown(&text),
                    markdown_code(&text),
                    workflow_message(&text),
                    quote_path(text.as_bytes()).into_owned(),
                    uri_path(text.as_bytes()),
                ] {
                    let shows = c == '\n' && printed == text;
                    assert!(shows || !printed.contains(c), "U+{:04X}", u32::from(c));
                    assert!(
                        printed.len() > text.len() || shows,
                        "U+{:04X}",
                        u32::from(c)
                    );
                }
            }
        }
    }

    #[test]
    fn emoji_stay_readable() {
        assert_eq!(terminal("\u{26a0}\u{fe0f} careful"), "\u{26a0} careful");
        assert_eq!(
            terminal("\u{26a0}\u{fe0f}\u{fe0f}a\u{fe0f}"),
            "\u{26a0}\\u{fe0f}a\\u{fe0f}"
        );
        assert_eq!(json("\"\u{26a0}\u{fe0f}\""), "\"\u{26a0}\\ufe0f\"");
    }

    #[test]
    fn workflow_commands_are_taken_apart() {
        assert_eq!(terminal("a ##[group]b"), "a #\\x23[group]b");
        assert_eq!(json("\"##[group]\""), "\"#\\u0023[group]\"");
        assert_eq!(terminal("####[a] #[b] ##c[d]"), "###\\x23[a] #[b] ##c[d]");
        assert_eq!(
            terminal("#\u{fe0f}#\u{301}[x]"),
            "#\\u{fe0f}\\x23\u{301}[x]"
        );
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

    #[test]
    fn a_workflow_command_is_undone_to_the_same_text() {
        for (text, message, property) in [
            ("a: b, c", "a: b, c", "a%3A b%2C c"),
            (
                "100%\r\n::error::x",
                "100%25\\r\\n::error::x",
                "100%25\\r\\n%3A%3Aerror%3A%3Ax",
            ),
            (
                "%0A::error::x",
                "%250A::error::x",
                "%250A%3A%3Aerror%3A%3Ax",
            ),
            ("%3A%2C%25", "%253A%252C%2525", "%253A%252C%2525"),
        ] {
            assert_eq!(workflow_message(text), message);
            assert_eq!(workflow_property(text), property);
        }
    }

    #[test]
    fn a_path_is_a_relative_reference() {
        for (path, uri) in [
            (&b"src/@scope/a+b_c.rs"[..], "src/@scope/a+b_c.rs"),
            (b"http://x/a b", "http%3A//x/a%20b"),
            (b"a%20\xff\n?#\\[", "a%2520%FF%0A%3F%23%5C%5B"),
        ] {
            assert_eq!(uri_path(path), uri);
        }
    }

    #[test]
    fn markdown_of_messages_is_code_or_plain_words() {
        for (text, markdown_text) in [
            ("`/docs/` matches no file", "`/docs/` matches no file"),
            (
                "61.5 % of it: all (and more), R&D",
                "61.5 % of it: all (and more), R&amp;D",
            ),
            (
                "<script>alert</script>",
                "&lt;script&gt;alert&lt;/script&gt;",
            ),
            ("<img src=x onerror=f(1)>", "&lt;img src=x onerror=f(1)&gt;"),
            ("--> end", "--&gt; end"),
            ("[x](http://evil)", "`[x](http://evil)`"),
            ("`a`](http://evil) `b`", "`a` `](http://evil)` `b`"),
            (
                "see https://evil.example now",
                "see `https://evil.example` now",
            ),
            ("(www.evil.example)", "`(www.evil.example)`"),
            ("ask @ann or a@b.example", "ask `@ann` or `a@b.example`"),
            ("#123 GH-7 a/b#1", "`#123` `GH-7` `a/b#1`"),
            ("a|b `c|d`", "<code>a&#124;b</code> <code>c&#124;d</code>"),
            ("*b* _i_ ~s~ $x$ :tada:", "`*b*` `_i_` `~s~` `$x$` `:tada`:"),
            ("one ` two", "one <code>&#96;</code> two"),
            ("`` x", "<code></code> x"),
            ("a\n# b\u{202e}", "`a\\n#` `b\\u{202e}`"),
        ] {
            assert_eq!(markdown(text), markdown_text, "{text}");
        }
    }

    #[test]
    fn code_in_markdown_holds_what_ends_code() {
        for (text, code) in [
            ("src/a.rs:3", "`src/a.rs:3`"),
            ("a`b", "<code>a&#96;b</code>"),
            (" a", "<code>&#32;a</code>"),
            ("<script>.py", "<code>&#60;script&#62;&#46;py</code>"),
            ("a\\", "`a\\`"),
        ] {
            assert_eq!(markdown_code(text), code, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn hostile_markdown_is_code_or_plain(
            text in "[a-z`|<>&@#:/\\\\*_\\[\\]()!.~$ w\n\u{202e}-]{0,40}",
        ) {
            let out = markdown(&text);
            // What is left outside of code has none of the characters that mark anything up.
            let mut outside = String::new();
            let mut rest = out.as_str();
            while let Some(start) = rest.find(['`', '<']) {
                outside.push_str(&rest[..start]);
                outside.push('x');
                let end = if rest[start..].starts_with('`') { "`" } else { "</code>" };
                let inner = start + if end == "`" { 1 } else { "<code>".len() };
                let length = rest[inner..].find(end).expect("code that is closed");
                proptest::prop_assert!(!rest[inner..inner + length].contains(['|', '<', '>']));
                rest = &rest[inner + length + end.len()..];
            }
            outside.push_str(rest);
            proptest::prop_assert!(!outside.contains(['|', '<', '>', '[', ']', '@', '#', '*', '_', '$', '~', '\\', '\n']), "{out}");
            proptest::prop_assert!(!outside.contains("://") && !out.contains("``"), "{out}");
        }
    }
}
