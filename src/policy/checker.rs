//! The second step, for one file: are the rules, options, owners, paths and dates in it what they should be?
//! Input: what the file says. Output: changes, overrides, exceptions and rosters, without what is wrong.

use super::error::{Problems, quoted};
use super::handle::Handle;
use super::judging::{Change, Exception, OptionChange, Override};
use super::layers::resolve;
use super::raw::{RawException, RawOption, RawOverride, RawRoster, RawRule, RawServices};
use super::reader::Spanned;
use super::selection::{Selection, read_paths};
use super::{
    FileReference, Level, Options, RosterReference, RuleSelector, RuleSpec, Rulebook,
    ServicesReading,
};
use crate::text::RepoPath;

/// Checks one layer.
pub(super) struct Checker<'s> {
    pub(super) rulebook: Rulebook<'s>,
    /// Whether rules and options that do not exist are left out instead of being errors.
    pub(super) is_lenient: bool,
    pub(super) problems: Problems<'s>,
}

impl Checker<'_> {
    pub(super) fn selector(&mut self, written: &Spanned<String>) -> Option<RuleSelector> {
        // Finding what was meant takes time, and a hostile file has many rules.
        if self.problems.is_full() {
            return None;
        }
        match self.rulebook.select(&written.value) {
            Ok(selector) => Some(selector),
            Err(_) if self.is_lenient => None,
            Err(unknown) => {
                self.problems
                    .push(written.span, unknown.message, unknown.help);
                None
            }
        }
    }

    /// The changes of one table of rules, from the broadest selector to the narrowest.
    pub(super) fn changes(&mut self, rules: Vec<RawRule>) -> Vec<Change> {
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
            is_packs: source.pack.is_some(),
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
            if !self.is_lenient && !self.problems.is_full() {
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

    /// An override; what is wrong in it is left out.
    pub(super) fn override_of(&mut self, raw: RawOverride) -> Override {
        Override {
            selection: Selection::read(raw.selection, &mut self.problems),
            changes: self.changes(raw.rules),
        }
    }

    /// An exception, if it has rules and a reason.
    pub(super) fn exception(&mut self, raw: RawException) -> Option<Exception> {
        let selectors = raw.rules.iter();
        let rules: Vec<_> = selectors.filter_map(|rule| self.selector(rule)).collect();
        let selection = Selection::read(raw.selection, &mut self.problems);
        let is_one = |selector: &RuleSelector| matches!(selector, RuleSelector::Rule(_));
        if selection.is_everything() && !rules.iter().all(is_one) {
            let message = "an exception from several rules at once needs `path`, `owner`, `service` or `repository`";
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
            is_organizations: false,
        })
    }

    /// A file that the file at `from` names, if its path is right.
    pub(super) fn file(
        &mut self,
        file: &Spanned<String>,
        from: &RepoPath,
    ) -> Option<FileReference> {
        let location = self.problems.source().location(file.span, "named here");
        let file = resolve(from, file, &mut self.problems)?;
        Some(FileReference { file, location })
    }

    /// How services are found, without what is wrong.
    pub(super) fn services(&mut self, raw: RawServices, services: &mut ServicesReading) {
        let texts = |texts: Vec<Spanned<String>>| {
            let texts = texts.into_iter();
            texts.map(|text| text.value).collect::<Vec<_>>()
        };
        if let Some(roots) = raw.roots {
            read_paths(&roots, &mut self.problems);
            services.roots = texts(roots);
        }
        if let Some(tier) = raw.tier {
            for path in &tier {
                let known = ["metadata.labels.", "metadata.annotations.", "spec."];
                let rest = known
                    .iter()
                    .find_map(|start| path.value.strip_prefix(start));
                if rest.is_none_or(str::is_empty) {
                    let message = format!("{} is no place of an entity", quoted(&path.value));
                    let help =
                        "write `metadata.labels.NAME`, `metadata.annotations.NAME` or `spec.NAME`";
                    self.problems.push(path.span, message, help.to_string());
                }
            }
            services.tier = texts(tier);
        }
        if let Some(run) = raw.run {
            let kinds = texts(run).into_iter();
            services.run = kinds.map(|kind| kind.to_lowercase()).collect();
        }
        for (word, tier) in raw.tiers {
            match u8::try_from(tier.value)
                .ok()
                .filter(|tier| (1..=9).contains(tier))
            {
                Some(tier) => {
                    services.tiers.insert(word.value.to_lowercase(), tier);
                }
                None => {
                    let message = "a tier is a number from 1, the most critical, to 9";
                    self.problems.push(tier.span, message, None);
                }
            }
        }
    }

    /// A roster that the file at `from` names, if its path is right.
    pub(super) fn roster(&mut self, raw: RawRoster, from: &RepoPath) -> Option<RosterReference> {
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
            location: self
                .problems
                .source()
                .location(raw.file?.span, "named here"),
        })
    }
}
