//! The Markdown of rule documentation, for a terminal. It is written by us, in a few forms: headings,
//! paragraphs, lists, fenced code; everything else is shown as it is.

use super::look::{Ink, Look, wrap};

/// The document in lines of the terminal's width: headings stand out, paragraphs and items are filled,
/// code is indented.
pub(super) fn render(markdown: &str, look: Look) -> String {
    let mut out = Lines {
        text: String::new(),
        look,
    };
    let mut block = Block::default();
    let mut fenced = false;
    for line in markdown.lines() {
        let line = line.trim_end();
        if line.trim_start().starts_with("```") {
            out.flush(&mut block);
            fenced = !fenced;
        } else if fenced {
            let code = format!("    {}", look.paint(Ink::Aside, line));
            out.push(if line.is_empty() { "" } else { &code });
        } else if line.is_empty() {
            out.flush(&mut block);
            out.push("");
        } else if let Some(heading) = heading(line) {
            out.flush(&mut block);
            out.push(&look.paint(Ink::Strong, heading));
        } else if line.starts_with('|') {
            out.flush(&mut block);
            out.push(line);
        } else {
            let item = line.starts_with("- ") || line.starts_with("* ");
            if item {
                out.flush(&mut block);
                block.hang = 2;
            }
            block.words.push(line.trim_start());
        }
    }
    out.flush(&mut block);
    out.text
}

/// Lines of the source that make one paragraph or item.
#[derive(Default)]
struct Block<'a> {
    words: Vec<&'a str>,
    hang: usize,
}

struct Lines {
    text: String,
    look: Look,
}

impl Lines {
    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn flush(&mut self, block: &mut Block<'_>) {
        let block = std::mem::take(block);
        if block.words.is_empty() {
            return;
        }
        let indent = " ".repeat(block.hang);
        let room = self.look.width.saturating_sub(block.hang);
        let lines = wrap(&block.words.join(" "), room);
        self.push(&lines.join(&format!("\n{indent}")));
    }
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    (text.len() < line.len())
        .then(|| text.strip_prefix(' '))
        .flatten()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn paragraphs_are_filled_and_code_is_kept() {
        let look = Look {
            width: 30,
            ..Look::PLAIN
        };
        let text = "## What it checks\nFiles that\nnobody owns, wherever they are.\n\n- one item that is\n  long enough\n- two\n\n```text\n*.rs   @ann\n\n# a comment\n```\nEnd #1.";
        expect![[r#"
            What it checks
            Files that nobody owns,
            wherever they are.

            - one item that is long
              enough
            - two

                *.rs   @ann

                # a comment
            End #1.
        "#]]
        .assert_eq(&render(text, look));
    }
}
