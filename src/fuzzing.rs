//! The checks that `fuzz/` runs on inputs without end, and the tests on the inputs that are kept.
//!
//! No public API: this module exists with the feature `fuzzing` and in tests, and changes without notice.
//! A [`Target`] is a statement about all inputs: it panics with a message if an input breaks the statement.
//! Targets for private code are in a file `fuzzing.rs` beside that code, as tests are.
//!
//! Each target can also check code with a planted fault ([`Code::Planted`]). `fuzz/planted` shows that the
//! fuzzer finds each of these faults, so that silence about the real code means something.

mod baseline;
mod codeowners;
mod event;
pub(crate) mod json;
mod policies;

use std::borrow::Cow;
use std::time::{Duration, Instant};

/// The code that a target checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The code as it is.
    Real,
    /// The code with the fault that the target describes.
    Planted,
}

impl Code {
    pub(crate) fn is_planted(self) -> bool {
        self == Code::Planted
    }
}

/// A statement about all inputs.
#[derive(Debug)]
pub struct Target {
    /// The name, which is also that of its file in `fuzz/fuzz_targets/` and of its folder in `fuzz/corpus/`.
    pub name: &'static str,
    check: fn(&[u8], Code),
}

/// Inputs beyond this many bytes are not checked: whatever needs more shows with fewer, repeated.
pub const MOST_BYTES: usize = 16 << 10;

/// The size to which [`repeated`] inputs grow.
const REPEATED_BYTES: usize = 64 << 10;

/// The most time that an input may take. Inputs take milliseconds, so only superlinear work comes near.
const MOST_TIME: Duration = Duration::from_secs(10);

/// All targets.
pub static TARGETS: &[Target] = &[
    Target {
        name: "codeowners",
        check: codeowners::check,
    },
    Target {
        name: "policies",
        check: policies::check,
    },
    Target {
        name: "documents",
        check: crate::sources::evidence::fuzzing::documents,
    },
    Target {
        name: "yaml",
        check: crate::sources::evidence::fuzzing::yaml,
    },
    Target {
        name: "comments",
        check: crate::sources::evidence::fuzzing::comments,
    },
    Target {
        name: "event",
        check: event::check,
    },
    Target {
        name: "escaping",
        check: crate::report::fuzzing::escaping,
    },
    Target {
        name: "reports",
        check: crate::report::fuzzing::reports,
    },
    #[cfg(feature = "git")]
    Target {
        name: "commits",
        check: crate::sources::history::fuzzing::commits,
    },
    Target {
        name: "baseline",
        check: baseline::check,
    },
    #[cfg(feature = "github")]
    Target {
        name: "recordings",
        check: crate::sources::net::fuzzing::recordings,
    },
    #[cfg(feature = "git")]
    Target {
        name: "cache",
        check: crate::sources::history::fuzzing::cache,
    },
];

impl Target {
    /// Returns the target with this name.
    pub fn named(name: &str) -> Option<&'static Target> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// Checks the statement for one input.
    ///
    /// # Panics
    /// If the input breaks the statement, or takes too long.
    pub fn check(&self, data: &[u8], code: Code) {
        if data.len() > MOST_BYTES {
            return;
        }
        let start = Instant::now();
        (self.check)(data, code);
        let took = start.elapsed();
        assert!(
            took < MOST_TIME,
            "{} bytes took {took:?}, and {MOST_TIME:?} are allowed",
            data.len()
        );
    }
}

/// The text of an input. Behind a first byte 2 it is repeated, so that work that grows faster than the text
/// shows in the time of a short input.
pub(crate) fn repeated(data: &[u8]) -> Cow<'_, [u8]> {
    match data.split_first() {
        Some((2, unit)) if !unit.is_empty() => Cow::Owned(unit.repeat(REPEATED_BYTES / unit.len())),
        _ => Cow::Borrowed(data),
    }
}

/// The parts of an input: what is between bytes 0.
pub(crate) fn parts(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::panic::catch_unwind;
    use std::path::{Path, PathBuf};

    use super::*;

    fn folder(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fuzz")
            .join(name)
    }

    /// A published package has no `fuzz/`.
    fn has_inputs() -> bool {
        let exists = folder("corpus").is_dir();
        if !exists {
            println!("left out: there is no folder `fuzz/`");
        }
        exists
    }

    #[test]
    fn targets_hold_for_kept_inputs() {
        if !has_inputs() {
            return;
        }
        for target in TARGETS {
            let entries = fs::read_dir(folder("corpus").join(target.name)).expect(target.name);
            let mut count = 0;
            for entry in entries {
                let path = entry.unwrap().path();
                let data = fs::read(&path).unwrap();
                let held = catch_unwind(|| target.check(&data, Code::Real));
                assert!(held.is_ok(), "{} breaks `{}`", path.display(), target.name);
                count += 1;
            }
            assert!(count > 0, "`{}` has no kept inputs", target.name);
        }
    }

    /// For each fault `fuzz/witnesses/` has an input that shows it; `fuzz/planted` finds others.
    #[test]
    fn targets_notice_their_planted_faults() {
        if !has_inputs() {
            return;
        }
        for target in TARGETS {
            let path = folder("witnesses").join(target.name);
            let data = fs::read(&path).expect("a witness of each target");
            target.check(&data, Code::Real);
            let found = catch_unwind(|| target.check(&data, Code::Planted));
            assert!(found.is_err(), "`{}` misses its planted fault", target.name);
        }
    }

    #[test]
    fn every_target_has_its_file_and_its_entry() {
        if !has_inputs() {
            return;
        }
        let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
        for target in TARGETS {
            let file = format!("fuzz_targets/{}.rs", target.name);
            assert!(folder(&file).is_file(), "{file}");
            assert!(manifest.contains(&format!("path = \"{file}\"")), "{file}");
        }
    }
}
