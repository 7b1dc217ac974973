//! JSON that is written as it is made.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::text;

/// Writes a value as indented JSON that is safe to be shown.
pub(in crate::report) fn document(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines {
        out,
        line: Vec::new(),
    };
    serde_json::to_writer_pretty(&mut lines, value)?;
    lines.write_all(b"\n")
}

/// Makes each line harmless. Line ends are between values: those in strings are escaped already.
struct Lines<'w> {
    out: &'w mut dyn Write,
    /// What is written of a line so far.
    line: Vec<u8>,
}

impl Write for Lines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            self.line.extend_from_slice(&rest[..=end]);
            let line = String::from_utf8_lossy(&self.line);
            self.out.write_all(text::json(&line).as_bytes())?;
            self.line.clear();
            rest = &rest[end + 1..];
        }
        self.line.extend_from_slice(rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Makes the iterator over a list.
type Items<'a, T> = Box<dyn Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a>;

/// A list whose items are made one by one as they are written.
pub(in crate::report) struct Stream<'a, T>(Items<'a, T>);

impl<'a, T> Stream<'a, T> {
    /// The list of these items.
    pub(in crate::report) fn new<I>(items: impl Fn() -> I + 'a) -> Self
    where
        I: Iterator<Item = T> + 'a,
    {
        Stream(Box::new(move || Box::new(items())))
    }
}

impl<T: Serialize> Serialize for Stream<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
