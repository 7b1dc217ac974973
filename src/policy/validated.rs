//! The second step: what the files of a policy say, checked against the rules there are. Input: layers.
//! Output: a [`Policy`], or all that is wrong with it.

use jiff::civil::Date;

use super::error::{PolicyErrors, Problems, Source, quoted};
use super::handle::Handle;
use super::judging::{Change, Exception, Judging, OptionChange, Override};
use super::layers::{Layer, Layers, PolicyFiles, resolve};
use super::packs::{PACKS, RECOMMENDED};
use super::paths::PathPatterns;
use super::raw::{RawException, RawOption, RawOverride, RawRoster, RawRule};
use super::reader::Spanned;
use super::selection::{Selection, read_paths};
use super::{Level, Options, PolicyError, Retired, RuleSelector, RuleSpec, Rulebook};
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

/// The reading part of a policy.
#[derive(Debug, Default)]
pub struct Reading {
    /// `[repository] name`
    pub name: Option<String>,
    /// Whether the folder of the policy file is a root of its own.
    pub root: bool,
    /// `[files] exclude`: what is not judged, beside the built-in excludes.
    pub exclude: PathPatterns,
    /// The rosters to read.
    pub rosters: Vec<RosterReference>,
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

impl Policy {
    /// What holds where there is no policy file: the pack `bailiwick:recommended`.
    pub fn recommended(rules: &[&'static RuleSpec], retired: &Retired) -> Policy {
        build(
            Layers::of_pack(RECOMMENDED),
            Rulebook::new(rules, retired),
            Unknown::Ignored,
        )
        .0
    }

    /// A pack with all that it extends; none if there is no pack of that name. What a pack says of
    /// rules that `rules` lacks is left out; [`check_packs`] tells.
    pub fn pack(name: &str, rules: &[&'static RuleSpec], retired: &Retired) -> Option<Policy> {
        let pack = PACKS.iter().find(|pack| pack.name == name)?;
        let rulebook = Rulebook::new(rules, retired);
        Some(build(Layers::of_pack(pack), rulebook, Unknown::Ignored).0)
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
        let rulebook = Rulebook::new(rules, retired);
        let (policy, errors) = build(Layers::of_file(path, files), rulebook, Unknown::Ignored);
        PolicyErrors::check(policy, errors)
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
        errors.extend(build(Layers::of_pack(pack), rulebook, Unknown::Rejected).1);
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
) -> (Policy, Vec<PolicyError>) {
    let mut errors = std::mem::take(&mut layers.errors);
    let mut names: Vec<String> = layers.layers.iter().map(Layer::name).collect();
    let mut reading = Reading::default();
    let mut reviewed = None;
    let mut exclude = Vec::new();
    let (mut changes, mut overrides, mut exceptions) = (Vec::new(), Vec::new(), Vec::new());
    for layer in layers.layers {
        let Layer {
            source,
            path,
            raw,
            errors: so_far,
        } = layer;
        let is_trusted = source.pack.is_some() && unknown == Unknown::Ignored;
        let problems = Problems::resume(&source, so_far);
        let mut checker = Checker { rulebook, problems };
        reading.root = raw.root;
        reading.name = raw.name.map(|name| name.value).or(reading.name);
        reviewed = raw.reviewed.map_or(reviewed, |date| {
            let location = source.location(date.span, "reviewed here");
            let date = date.value;
            Some(Reviewed { date, location })
        });
        for (patterns, replaces) in [(raw.exclude, true), (Some(raw.extend_exclude), false)] {
            let Some(patterns) = patterns else { continue };
            if replaces {
                exclude.clear();
            }
            let texts = patterns.iter().map(|pattern| pattern.value.clone());
            exclude.extend(texts.collect::<Vec<_>>());
            // Tried file by file, so that what is wrong with them is shown in their file.
            read_paths(patterns, &mut checker.problems);
        }
        let from = path.unwrap_or_default();
        let rosters = raw.rosters.into_iter();
        reading
            .rosters
            .extend(rosters.filter_map(|roster| checker.roster(roster, &from, &source)));
        changes.extend(checker.changes(raw.rules));
        overrides.extend(raw.overrides.into_iter().map(|it| checker.override_of(it)));
        let these = raw.exceptions.into_iter();
        exceptions.extend(these.filter_map(|it| checker.exception(it)));
        if !is_trusted {
            errors.extend(checker.problems.into_errors());
        }
    }
    reading.exclude = PathPatterns::new(&exclude).unwrap_or_default();
    let policy = Policy {
        name: names.pop().unwrap_or_default(),
        extends: names,
        reviewed,
        reading,
        judging: Judging::new(
            rulebook.rules(),
            &changes,
            overrides,
            exceptions,
            RECOMMENDED.name,
        ),
    };
    (policy, errors)
}

/// Checks one layer.
struct Checker<'s> {
    rulebook: Rulebook<'s>,
    problems: Problems<'s>,
}

impl Checker<'_> {
    fn selector(&mut self, written: &Spanned<String>) -> Option<RuleSelector> {
        // Finding what was meant takes time, and a hostile file has many rules.
        if self.problems.is_full() {
            return None;
        }
        match self.rulebook.select(&written.value) {
            Ok(selector) => Some(selector),
            Err(unknown) => {
                self.problems
                    .push(written.span, unknown.message, unknown.help);
                None
            }
        }
    }

    /// The changes of one table of rules, from the broadest selector to the narrowest.
    fn changes(&mut self, rules: Vec<RawRule>) -> Vec<Change> {
        let rules = rules.into_iter();
        let mut changes: Vec<Change> = rules.filter_map(|rule| self.change(rule)).collect();
        changes.sort_by_key(|change| change.selector);
        changes
    }

    fn change(&mut self, rule: RawRule) -> Option<Change> {
        let selector = self.selector(&rule.selector)?;
        let options = match selector {
            RuleSelector::Rule(id) => self.options(self.rulebook.get(id)?, rule.options),
            RuleSelector::Family(_) | RuleSelector::All => {
                for option in rule.options {
                    let message = format!(
                        "{} is set for several rules at once",
                        quoted(&option.name.value)
                    );
                    let help = "options belong to one rule: `[rules.\"family/name\"]`".to_string();
                    self.problems.push(option.name.span, message, help);
                }
                Vec::new()
            }
        };
        let source = self.problems.source();
        let origin = |level: Spanned<Level>| (level.value, source.origin(level.span));
        Some(Change {
            selector,
            level: rule.level.default.map(origin),
            tiers: rule.level.tiers.map(|level| level.map(origin)),
            required: rule.required,
            options,
        })
    }

    /// The options that are right: first those that replace, then those that append.
    fn options(&mut self, rule: &'static RuleSpec, options: Vec<RawOption>) -> Vec<OptionChange> {
        let mut trial = (rule.default_options)();
        let options = options.into_iter();
        let mut read: Vec<OptionChange> = options
            .filter_map(|option| self.option(rule, option, trial.as_mut()))
            .collect();
        read.sort_by_key(|option| option.extend);
        read
    }

    fn option(
        &mut self,
        rule: &'static RuleSpec,
        option: RawOption,
        trial: &mut dyn Options,
    ) -> Option<OptionChange> {
        let written = option.name.value.as_str();
        let specs = rule.options.iter();
        let spec = specs.clone().find(|spec| spec.name == written);
        let extended = written.strip_prefix("extend-");
        let extended = specs
            .clone()
            .find(|spec| spec.is_list() && Some(spec.name) == extended);
        let Some((spec, extend)) = spec.map(|it| (it, false)).or(extended.map(|it| (it, true)))
        else {
            if !self.problems.is_full() {
                let message = format!("`{}` has no option {}", rule.id, quoted(written));
                let lists = specs.clone().filter(|spec| spec.is_list());
                let lists: Vec<_> = lists.map(|spec| format!("extend-{}", spec.name)).collect();
                let known = ["level", "required"].into_iter();
                let known = known.chain(specs.map(|spec| spec.name));
                let known = known.chain(lists.iter().map(String::as_str));
                self.problems
                    .push_unknown(option.name.span, message, written, known);
            }
            return None;
        };
        let tried = match extend {
            true => trial.extend(spec.name, &option.value.value),
            false => trial.set(spec.name, &option.value.value),
        };
        match tried {
            Ok(()) => Some(OptionChange {
                name: spec.name,
                value: option.value.value,
                extend,
            }),
            Err(expected) => {
                let message = format!("`{written}` expects {expected}");
                self.problems.push(option.value.span, message, None);
                None
            }
        }
    }

    fn override_of(&mut self, raw: RawOverride) -> Override {
        Override {
            selection: Selection::read(raw.selection, &mut self.problems),
            changes: self.changes(raw.rules),
        }
    }

    fn exception(&mut self, raw: RawException) -> Option<Exception> {
        let selectors = raw.rules.iter();
        let rules: Vec<_> = selectors.filter_map(|rule| self.selector(rule)).collect();
        let selection = Selection::read(raw.selection, &mut self.problems);
        let is_one = |selector: &RuleSelector| matches!(selector, RuleSelector::Rule(_));
        if selection.is_everything() && !rules.iter().all(is_one) {
            let message = "an exception from several rules at once needs `path` or `owner`";
            let help = "say what it is about, or name the rules one by one".to_string();
            self.problems.push(raw.span, message, help);
        }
        let reason = raw.reason?;
        (!rules.is_empty()).then(|| Exception {
            rules,
            selection,
            reason,
            until: raw.until,
            location: self.problems.source().location(raw.span, "allowed here"),
        })
    }

    fn roster(
        &mut self,
        raw: RawRoster,
        from: &RepoPath,
        source: &Source,
    ) -> Option<RosterReference> {
        let file = raw.file.as_ref();
        let file = file.and_then(|file| resolve(from, file, &mut self.problems));
        let mut covers = Vec::new();
        for organization in raw.covers {
            match Handle::parse(&organization.value) {
                Some(Handle::User(name)) => covers.push(name.to_ascii_lowercase()),
                _ => {
                    let message = format!("{} is no organization", quoted(&organization.value));
                    let help = "write `@org`".to_string();
                    self.problems.push(organization.span, message, help);
                }
            }
        }
        covers.sort();
        covers.dedup();
        Some(RosterReference {
            file: file?,
            covers,
            location: source.location(raw.file?.span, "named here"),
        })
    }
}
