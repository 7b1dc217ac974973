//! The packs: policies that ship inside the program.

/// A policy that ships inside the program.
#[derive(Debug)]
pub struct Pack {
    /// Its name in `extends`.
    pub name: &'static str,
    /// What it says for people, in one line.
    pub summary: &'static str,
    /// Its TOML.
    pub text: &'static str,
}

/// The pack that holds where no policy says otherwise.
pub(super) const RECOMMENDED: &Pack = &PACKS[0];

/// All packs.
pub const PACKS: [Pack; 2] = [
    Pack {
        name: "bailiwick:recommended",
        summary: "what every repository can hold itself to",
        text: include_str!("../../policies/recommended.toml"),
    },
    Pack {
        name: "bailiwick:strict",
        summary: "for organizations whose every file has an answer to who owns it",
        text: include_str!("../../policies/strict.toml"),
    },
];
