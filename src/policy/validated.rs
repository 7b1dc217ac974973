//! The second step: what the files of a policy say, checked against the rules there are. Input: layers.
//! Output: a [`Policy`], or all that is wrong with it.

use jiff::civil::Date;

use super::checker::Checker;
use super::error::{PolicyErrors, Problems};
use super::judging::Judging;
use super::layers::{Layer, Layers, PolicyFiles};
use super::packs::{PACKS, RECOMMENDED};
use super::paths::PathPatterns;
use super::reader::Spanned;
use super::reading::{Reading, read_words};
use super::selection::read_paths;
use super::{PolicyError, Retired, RuleSelector, RuleSpec, Rulebook};
use crate::facts::Location;
use crate::text::RepoPath;

/// What was agreed: a policy file with all that it extends, or a pack.
#[derive(Debug)]
pub struct Policy {
    /// The file, as reports name it, or the pack's name.
    pub name: String,
    /// The packs and files that it extends, in the order in which they apply.
    pub extends: Vec<String>,
    /// When somebody last looked through it, if it says so.
    pub reviewed: Option<Reviewed>,
    /// What is read, and how.
    pub reading: Reading,
    /// `[repositories] may-loosen`: rules of an organization's policy that the policies of its
    /// repositories may loosen.
    pub may_loosen: Vec<RuleSelector>,
    /// What is asked for.
    pub judging: Judging,
}

/// When somebody last looked through the policy.
#[derive(Clone, Debug)]
pub struct Reviewed {
    /// The day.
    pub date: Date,
    /// Where the policy says so.
    pub location: Location,
}

impl Policy {
    /// What holds where there is no policy file: the pack `bailiwick:recommended`.
    pub fn recommended(rules: &[&'static RuleSpec], retired: &Retired) -> Policy {
        build(
            Layers::of_pack(RECOMMENDED),
            Rulebook::new(rules, retired),
            Unknown::Ignored,
            Reading::default(),
        )
        .0
    }

    /// A pack with all that it extends; none if there is no pack of that name. What a pack says of
    /// rules that `rules` lacks is left out; [`check_packs`] tells.
    pub fn pack(name: &str, rules: &[&'static RuleSpec], retired: &Retired) -> Option<Policy> {
        let pack = PACKS.iter().find(|pack| pack.name == name)?;
        let rulebook = Rulebook::new(rules, retired);
        let layers = Layers::of_pack(pack);
        Some(build(layers, rulebook, Unknown::Ignored, Reading::default()).0)
    }

    /// The policy file at `path` with all that it extends; without `extends` it extends
    /// `bailiwick:recommended`.
    ///
    /// # Errors
    /// All that is wrong with any of the files, with a single exception: a file that asks for another
    /// version of the program, or is no TOML, is not looked at further.
    pub fn load(
        path: &RepoPath,
        files: &dyn PolicyFiles,
        rules: &[&'static RuleSpec],
        retired: &Retired,
    ) -> Result<Policy, PolicyErrors> {
        Policy::load_below(path, files, rules, retired, Reading::default())
    }

    /// As [`Policy::load`], for a repository that is read in this way unless its policy says otherwise.
    ///
    /// # Errors
    /// As [`Policy::load`].
    pub fn load_below(
        path: &RepoPath,
        files: &dyn PolicyFiles,
        rules: &[&'static RuleSpec],
        retired: &Retired,
        reading: Reading,
    ) -> Result<Policy, PolicyErrors> {
        let rulebook = Rulebook::new(rules, retired);
        let mut layers = Layers::of_file(path, files);
        let unread = layers.unread.take();
        let (policy, errors) = build(layers, rulebook, Unknown::Ignored, reading);
        PolicyErrors::check(policy, errors).map_err(|errors| errors.lacking(unread))
    }
}

/// Checks that the packs are right, and that every rule which they name is one of `rules`.
///
/// # Errors
/// All that is wrong with them.
pub fn check_packs(rules: &[&'static RuleSpec], retired: &Retired) -> Result<(), PolicyErrors> {
    let rulebook = Rulebook::new(rules, retired);
    let mut errors = Vec::new();
    for pack in &PACKS {
        let layers = Layers::of_pack(pack);
        errors.extend(build(layers, rulebook, Unknown::Rejected, Reading::default()).1);
    }
    PolicyErrors::check((), errors)
}

/// What becomes of rules and options in a pack that the rulebook lacks.
#[derive(Clone, Copy, PartialEq)]
enum Unknown {
    Rejected,
    Ignored,
}

fn build(
    mut layers: Layers<'_>,
    rulebook: Rulebook<'_>,
    unknown: Unknown,
    mut reading: Reading,
) -> (Policy, Vec<PolicyError>) {
    let mut errors = std::mem::take(&mut layers.errors);
    let mut names: Vec<String> = layers.layers.iter().map(Layer::name).collect();
    let mut reviewed = None;
    let mut exclude = std::mem::take(&mut reading.excluded);
    let mut may_loosen = Vec::new();
    let (mut changes, mut overrides, mut exceptions) = (Vec::new(), Vec::new(), Vec::new());
    for layer in layers.layers {
        let (source, raw) = (&layer.source, layer.raw);
        let mut checker = Checker {
            rulebook,
            is_lenient: source.pack.is_some() && unknown == Unknown::Ignored,
            problems: Problems::resume(source, layer.errors),
        };
        reading.root = raw.root;
        if let Some(name) = &raw.name {
            reading.name = Some(name.value.clone());
        }
        if let Some(date) = &raw.reviewed {
            let location = source.location(date.span, "reviewed here");
            let date = date.value;
            reviewed = Some(Reviewed { date, location });
        }
        if let Some(patterns) = &raw.exclude {
            exclude = texts(patterns);
            read_paths(patterns, &mut checker.problems);
        }
        exclude.extend(texts(&raw.extend_exclude));
        read_paths(&raw.extend_exclude, &mut checker.problems);
        if let Some(words) = raw.words {
            reading.words = read_words(words, &mut checker.problems);
        }
        if let Some(bots) = &raw.bots {
            reading.bots = texts(bots);
        }
        if let Some(labels) = &raw.incident_labels {
            reading.incident_labels = texts(labels);
        }
        reading.names_people = raw.name_people.unwrap_or(reading.names_people);
        if let Some(patterns) = &raw.links {
            reading.links = read_paths(patterns, &mut checker.problems);
        }
        if let Some(patterns) = &raw.runbooks {
            reading.runbooks = read_paths(patterns, &mut checker.problems);
        }
        let root = RepoPath::default();
        let from = layer.path.as_ref().unwrap_or(&root);
        for roster in raw.rosters {
            reading.rosters.extend(checker.roster(roster, from));
        }
        if let Some(files) = raw.catalog.files {
            let files = files.iter();
            let files = files.filter_map(|file| checker.file(file, from));
            reading.catalog_files = files.collect();
        }
        reading.complete = raw.catalog.complete.unwrap_or(reading.complete);
        reading.declared.extend(raw.declared);
        checker.services(raw.services, &mut reading.services);
        if let Some(selectors) = raw.may_loosen {
            let selectors = selectors.iter();
            let selectors = selectors.filter_map(|selector| checker.selector(selector));
            may_loosen = selectors.collect();
        }
        changes.extend(checker.changes(raw.rules));
        for it in raw.overrides {
            overrides.push(checker.override_of(it));
        }
        for it in raw.exceptions {
            exceptions.extend(checker.exception(it));
        }
        errors.extend(checker.problems.into_errors());
    }
    // What is wrong with a pattern was said where its file was checked.
    reading.exclude = PathPatterns::new(&exclude).unwrap_or_default();
    reading.excluded = exclude;
    let rules = rulebook.rules();
    let policy = Policy {
        name: names.pop().unwrap_or_default(),
        extends: names,
        reviewed,
        reading,
        may_loosen,
        judging: Judging::new(rules, &changes, overrides, exceptions, RECOMMENDED.name),
    };
    (policy, errors)
}

fn texts(patterns: &[Spanned<String>]) -> Vec<String> {
    patterns.iter().map(|text| text.value.clone()).collect()
}
