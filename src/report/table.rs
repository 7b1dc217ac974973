//! Columns that stand below each other.

use std::io::{self, Write};

/// Which side of its column a cell keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// How wide text is, as far as characters tell.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// Writes rows with two spaces between columns and none at the end of a line. `paint` gets the row, the
/// column and the padded text, and returns it with its colours.
pub(super) fn write(
    out: &mut dyn Write,
    sides: &[Side],
    rows: &[impl AsRef<[String]>],
    paint: impl Fn(usize, usize, &str) -> String,
) -> io::Result<()> {
    let mut widths = vec![0; sides.len()];
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row.as_ref()) {
            *widest = width(cell).max(*widest);
        }
    }
    for (number, row) in rows.iter().enumerate() {
        let row = row.as_ref();
        let last = row.iter().rposition(|cell| !cell.is_empty()).unwrap_or(0);
        for (column, cell) in row.iter().enumerate().take(last + 1) {
            if column > 0 {
                out.write_all(b"  ")?;
            }
            let fill = " ".repeat(widths[column] - width(cell));
            let padded = match sides[column] {
                Side::Right => fill + cell,
                Side::Left if column == last => cell.clone(),
                Side::Left => cell.clone() + &fill,
            };
            out.write_all(paint(number, column, &padded).as_bytes())?;
        }
        out.write_all(b"\n")?;
    }
    Ok(())
}
