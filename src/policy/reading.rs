//! The reading part of a policy: what is read, and how. Levels and thresholds are no part of it.

use std::collections::BTreeMap;

use super::declarations::Declarations;
use super::error::{Problems, quoted};
use super::paths::PathPatterns;
use super::reader::Spanned;
use crate::facts::{Author, Location};
use crate::text::RepoPath;

/// The reading part of a policy.
#[derive(Debug)]
pub struct Reading {
    /// `[repository] name`
    pub name: Option<String>,
    /// Whether the folder of the policy file is a root of its own.
    pub root: bool,
    /// `[files] exclude`: what is not judged, beside the built-in excludes. What a repository excludes
    /// beside its organization, only the rules leave out that it may loosen.
    pub exclude: PathPatterns,
    /// The same as written.
    pub(super) excluded: Vec<String>,
    /// The rosters to read.
    pub rosters: Vec<RosterReference>,
    /// `[markers] words`: the words that start a tech-debt marker, as they are spelled in comments.
    pub words: Vec<String>,
    /// `[history] bots`: names and e-mail addresses of authors who are no people, beside those that are
    /// known; `*` at either end stands for anything.
    pub bots: Vec<String>,
    /// `[history] name-people`: whether measures name single persons.
    pub names_people: bool,
    /// `[forge] incident-labels`: the labels of issues that are incidents.
    pub incident_labels: Vec<String>,
    /// `[documents] links`: documents whose links are followed beside README, CONTRIBUTING and SECURITY.
    pub links: PathPatterns,
    /// `[documents] runbooks`: where the runbooks are.
    pub runbooks: PathPatterns,
    /// `[services]`: how services are found and read.
    pub services: ServicesReading,
    /// `[catalog] files`: files that declare people, teams, services and journeys.
    pub catalog_files: Vec<FileReference>,
    /// `[catalog] complete`: whether all that there is, is declared.
    pub complete: bool,
    /// What the policy itself declares.
    pub declared: Declarations,
}

/// How services are found, and how descriptors say what.
#[derive(Clone, Debug)]
pub struct ServicesReading {
    /// `roots`: folders that are services though no descriptor says so, as patterns.
    pub roots: Vec<String>,
    /// `tier`: where a Backstage entity says its tier, such as `metadata.labels.tier`.
    pub tier: Vec<String>,
    /// `tiers`: the tiers that words stand for, in lower case.
    pub tiers: BTreeMap<String, u8>,
    /// `run`: the kinds of services that run.
    pub run: Vec<String>,
}

/// The kinds of services that run where no policy says otherwise.
pub const RUN: [&str; 1] = ["service"];

/// Where a Backstage entity says its tier where no policy says otherwise: it has no field of its own.
pub const TIER: [&str; 2] = ["metadata.labels.tier", "metadata.annotations.tier"];

impl Default for ServicesReading {
    fn default() -> ServicesReading {
        ServicesReading {
            roots: Vec::new(),
            tier: TIER.map(str::to_owned).to_vec(),
            tiers: BTreeMap::new(),
            run: RUN.map(str::to_owned).to_vec(),
        }
    }
}

impl ServicesReading {
    /// The tier that a value stands for: by the policy's words, else by the number that it ends with
    /// (`1`, `tier-1`, `T1`). None if it stands for none.
    pub fn tier_of(&self, value: &str) -> Option<u8> {
        let value = value.trim().to_lowercase();
        if let Some(&tier) = self.tiers.get(&value) {
            return Some(tier);
        }
        let digits = value.trim_start_matches(|c: char| !c.is_ascii_digit());
        let word = &value[..value.len() - digits.len()];
        let word = word.trim_end_matches(['-', '_', ' ']);
        let tier = digits.parse().ok().filter(|tier| (1..=9).contains(tier));
        tier.filter(|_| matches!(word, "" | "tier" | "t" | "p"))
    }
}

/// A file that the policy names.
#[derive(Clone, Debug)]
pub struct FileReference {
    /// Its path from the root of the repository.
    pub file: RepoPath,
    /// Where the policy names it.
    pub location: Location,
}

/// A roster that the policy names.
#[derive(Clone, Debug)]
pub struct RosterReference {
    /// Its path from the root of the repository.
    pub file: RepoPath,
    /// Organizations (`acme`, without `@`, lower case) for which it is complete.
    pub covers: Vec<String>,
    /// Where the policy names it.
    pub location: Location,
}

/// The words of markers where no policy says otherwise. Finding just these four does as well as trained
/// classifiers do: Guo et al., *How far have we progressed in identifying self-admitted technical debts?*
pub const MARKER_WORDS: [&str; 4] = ["TODO", "FIXME", "HACK", "XXX"];

/// Where runbooks are if no policy says otherwise: folders of these names, wherever they are.
pub const RUNBOOKS: [&str; 2] = ["runbooks/", "runbook/"];

/// The labels of issues that are incidents if no policy says otherwise.
pub const INCIDENT_LABELS: [&str; 7] = [
    "incident", "sev1", "sev2", "sev3", "sev-1", "sev-2", "sev-3",
];

/// How many words a policy can name, and how long each can be.
const MOST_WORDS: usize = 64;

impl Default for Reading {
    fn default() -> Reading {
        Reading {
            name: None,
            root: false,
            exclude: PathPatterns::default(),
            excluded: Vec::new(),
            rosters: Vec::new(),
            words: MARKER_WORDS.map(str::to_owned).to_vec(),
            bots: Vec::new(),
            names_people: false,
            incident_labels: INCIDENT_LABELS.map(str::to_owned).to_vec(),
            links: PathPatterns::default(),
            runbooks: PathPatterns::new(&RUNBOOKS.map(str::to_owned)).unwrap_or_default(),
            services: ServicesReading::default(),
            catalog_files: Vec::new(),
            complete: false,
            declared: Declarations::default(),
        }
    }
}

impl Reading {
    /// How repositories are read whose organization's policy this is, unless theirs say otherwise. What
    /// it names and declares is its own.
    pub fn for_repositories(&self) -> Reading {
        Reading {
            exclude: self.exclude.clone(),
            excluded: self.excluded.clone(),
            words: self.words.clone(),
            bots: self.bots.clone(),
            names_people: self.names_people,
            incident_labels: self.incident_labels.clone(),
            links: self.links.clone(),
            runbooks: self.runbooks.clone(),
            services: self.services.clone(),
            ..Reading::default()
        }
    }
}

impl Reading {
    /// Whether the policy calls an author of commits a bot. Compared without case.
    pub fn is_bot(&self, author: &Author) -> bool {
        let (name, email) = (author.name.to_lowercase(), author.email.to_lowercase());
        self.bots.iter().any(|pattern| {
            let pattern = pattern.to_lowercase();
            [&name, &email].into_iter().any(|it| is_like(it, &pattern))
        })
    }
}

/// Whether a text is as a pattern has it, in which `*` at either end stands for anything.
fn is_like(text: &str, pattern: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (Some(part), Some(_)) => text.contains(part.trim_end_matches('*')),
        (None, None) => text == pattern,
    }
}

/// The words of markers; the wrong ones are errors.
pub(super) fn read_words(words: Vec<Spanned<String>>, problems: &mut Problems<'_>) -> Vec<String> {
    if let Some(beyond) = words.get(MOST_WORDS) {
        let message = format!("more than {MOST_WORDS} words");
        problems.push(beyond.span, message, None);
    }
    let is_word = |word: &str| {
        let fits = !word.is_empty() && word.len() <= MOST_WORDS;
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        fits && word.bytes().all(is_part)
    };
    let mut read: Vec<String> = Vec::new();
    for word in words {
        if !is_word(&word.value) {
            let message = format!("{} is no word that starts a marker", quoted(&word.value));
            let help = "write a word of letters, digits, `-` and `_`, such as `TODO`".to_string();
            problems.push(word.span, message, help);
        } else if !read.contains(&word.value) {
            read.push(word.value);
        }
    }
    read.truncate(MOST_WORDS);
    read
}
