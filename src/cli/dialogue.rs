//! Questions to a person: a line out, a line in. No keys are read and no cursor is moved, so that it
//! works on every terminal, for every reader, and through a pipe.

use std::io::{self, BufRead, Read, Write};

use super::failure::Failure;
use crate::text;

/// How many times a question is put before nobody seems to be there.
const PATIENCE: usize = 3;

/// The longest line that is read as an answer, in bytes.
const LONGEST: u64 = 1024;

/// Somebody who can be asked.
pub(super) struct Dialogue<'d> {
    input: &'d mut dyn BufRead,
    out: &'d mut dyn Write,
}

impl<'d> Dialogue<'d> {
    /// Answers come from `input`; questions go to `out`.
    pub(super) fn new(input: &'d mut dyn BufRead, out: &'d mut dyn Write) -> Self {
        Dialogue { input, out }
    }

    /// Says something that needs no answer.
    pub(super) fn say(&mut self, line: &str) -> Result<(), Failure> {
        writeln!(self.out, "{}", text::terminal(line)).map_err(unheard)
    }

    /// Which of these is meant, by name, by its beginning or by number from 1. An empty line is the
    /// default.
    pub(super) fn choose(
        &mut self,
        question: &str,
        options: &[(&str, &str)],
        default: usize,
    ) -> Result<usize, Failure> {
        let widest = options.iter().map(|(name, _)| name.len()).max();
        let widest = widest.unwrap_or(0);
        for (number, (name, summary)) in (1..).zip(options) {
            self.say(&format!("  {number}  {name:widest$}  {summary}"))?;
        }
        let shown = options[default].0;
        let help = "answer with a name or a number of these, or with an empty line";
        self.ask(&format!("{question} [{shown}]"), help, |answer| {
            if answer.is_empty() {
                return Some(default);
            }
            let number = answer.parse::<usize>().ok();
            if let Some(number) = number {
                return number.checked_sub(1).filter(|&at| at < options.len());
            }
            let starts = |(name, _): &(&str, &str)| name.starts_with(answer);
            options.iter().position(starts)
        })
    }

    /// Yes or no. An empty line is the default.
    pub(super) fn confirm(&mut self, question: &str, default: bool) -> Result<bool, Failure> {
        let shown = if default { "Y/n" } else { "y/N" };
        let help = "answer with `y`, `n` or an empty line";
        self.ask(
            &format!("{question} [{shown}]"),
            help,
            |answer| match answer {
                "" => Some(default),
                "y" | "yes" => Some(true),
                "n" | "no" => Some(false),
                _ => None,
            },
        )
    }

    fn ask<T>(
        &mut self,
        question: &str,
        help: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Failure> {
        for _ in 0..PATIENCE {
            let asked = write!(self.out, "{} ", text::terminal(question));
            asked.and_then(|()| self.out.flush()).map_err(unheard)?;
            let Some(answer) = self.line()? else {
                // The cursor stands behind the question still.
                let _ = writeln!(self.out);
                return Err(unanswered());
            };
            match read(&answer.trim().to_lowercase()) {
                Some(answer) => return Ok(answer),
                None => self.say(help)?,
            }
        }
        Err(unanswered())
    }

    /// The next line; none at the end of the input.
    fn line(&mut self) -> Result<Option<String>, Failure> {
        let mut line = Vec::new();
        let read = self.input.take(LONGEST).read_until(b'\n', &mut line);
        match read {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(String::from_utf8_lossy(&line).into_owned())),
            Err(error) => Err(Failure::new(
                format!("cannot read the answer: {error}"),
                "`--yes` takes the defaults without questions",
            )),
        }
    }
}

fn unheard(error: io::Error) -> Failure {
    Failure::new(
        format!("cannot ask on stderr: {error}"),
        "`--yes` takes the defaults without questions",
    )
}

fn unanswered() -> Failure {
    Failure::new(
        "a question was not answered; nothing was written",
        "answer all questions, or take the defaults with `--yes`",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPTIONS: [(&str, &str); 2] = [("mild", "quiet"), ("strict", "loud")];

    fn with<T>(input: &str, ask: impl FnOnce(&mut Dialogue<'_>) -> T) -> (T, String) {
        let mut out = Vec::new();
        let mut input = input.as_bytes();
        let answer = ask(&mut Dialogue::new(&mut input, &mut out));
        (answer, String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_choice_is_a_name_its_beginning_a_number_or_the_default() {
        let cases = [
            ("\n", 1),
            ("mild\n", 0),
            (" MILD \r\n", 0),
            ("s", 1),
            ("1\n", 0),
            ("2\n", 1),
            ("3\n0\nm\n", 0),
        ];
        for (input, expected) in cases {
            let (answer, _) = with(input, |it| it.choose("Which?", &OPTIONS, 1).unwrap());
            assert_eq!(answer, expected, "{input:?}");
        }
        let (_, said) = with("x\n\n", |it| it.choose("Which?", &OPTIONS, 1).unwrap());
        assert_eq!(
            said,
            "  1  mild    quiet\n  2  strict  loud\nWhich? [strict] answer with a name or a number of these, or with an empty line\nWhich? [strict] "
        );
    }

    #[test]
    fn yes_or_no() {
        for (input, default, expected) in [
            ("\n", true, true),
            ("\n", false, false),
            ("Y\n", false, true),
            ("no\n", true, false),
            ("maybe\nyes\n", false, true),
        ] {
            let (answer, _) = with(input, |it| it.confirm("Sure?", default).unwrap());
            assert_eq!(answer, expected, "{input:?}");
        }
    }

    #[test]
    fn nobody_there_ends_the_dialogue() {
        let endless = "what?\n".repeat(1000);
        for input in ["", "what?\n", &endless, &"x".repeat(1 << 20)] {
            let (answer, _) = with(input, |it| it.confirm("Sure?", true));
            let failure = answer.unwrap_err().text();
            assert!(failure.contains("nothing was written"), "{failure}");
        }
    }

    #[test]
    fn questions_are_harmless() {
        let (_, said) = with("\n", |it| {
            it.confirm("Leave out `a\x1b[2J\nb`?", true).unwrap()
        });
        assert_eq!(said, "Leave out `a\\x1b[2J\\nb`? [Y/n] ");
    }
}
