//! The rules that a policy can name, and how it names them: by id, by family, or all at once.

use super::RuleSpec;
use super::error::{quoted, suggest};

/// Ids that once were rules. They stay here forever, so that an old policy is told what to write.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retired {
    /// Rules that have another id now.
    pub renamed: &'static [Renamed],
    /// Rules that are gone.
    pub removed: &'static [Removed],
}

/// A rule that has another id now.
#[derive(Clone, Copy, Debug)]
pub struct Renamed {
    /// The id that it had.
    pub old: &'static str,
    /// The id that it has.
    pub new: &'static str,
    /// The version that renamed it.
    pub since: &'static str,
}

/// A rule that is gone.
#[derive(Clone, Copy, Debug)]
pub struct Removed {
    /// The id that it had.
    pub id: &'static str,
    /// Why it is gone, as a lowercase fragment.
    pub reason: &'static str,
    /// The version that removed it.
    pub since: &'static str,
}

/// All rules there are and were.
#[derive(Clone, Copy, Debug)]
pub struct Rulebook<'r> {
    rules: &'r [&'static RuleSpec],
    retired: &'r Retired,
}

/// One rule, a family of rules, or all. The broader come first, as the narrower override them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleSelector {
    /// `*`
    All,
    /// `family/*`, by the family's name.
    Family(&'static str),
    /// `family/name`
    Rule(&'static str),
}

impl RuleSelector {
    /// Whether the rule with this id is meant.
    pub fn matches(self, rule: &str) -> bool {
        match self {
            RuleSelector::All => true,
            RuleSelector::Family(family) => rule
                .strip_prefix(family)
                .is_some_and(|rest| rest.starts_with('/')),
            RuleSelector::Rule(id) => id == rule,
        }
    }
}

impl std::fmt::Display for RuleSelector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RuleSelector::All => f.write_str("*"),
            RuleSelector::Family(family) => write!(f, "{family}/*"),
            RuleSelector::Rule(id) => f.write_str(id),
        }
    }
}

/// A selector that names nothing: what to say, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRule {
    /// What is wrong, as a lowercase fragment.
    pub message: String,
    /// What to write.
    pub help: String,
}

impl<'r> Rulebook<'r> {
    /// A rulebook of these rules.
    pub fn new(rules: &'r [&'static RuleSpec], retired: &'r Retired) -> Self {
        Rulebook { rules, retired }
    }

    /// The rules, as they were given.
    pub fn rules(&self) -> &'r [&'static RuleSpec] {
        self.rules
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&'static RuleSpec> {
        self.rules.iter().copied().find(|rule| rule.id == id)
    }

    /// The rules that `selector` names: `family/name`, `family/*` or `*`.
    pub fn select(&self, selector: &str) -> Result<RuleSelector, UnknownRule> {
        if selector == "*" {
            return Ok(RuleSelector::All);
        }
        if let Some(family) = selector.strip_suffix("/*") {
            let mut families = self.rules.iter().map(|rule| rule.family());
            return match families.find(|known| *known == family) {
                Some(family) => Ok(RuleSelector::Family(family)),
                None => Err(self.unknown_family(selector, family)),
            };
        }
        match self.get(selector) {
            Some(rule) => Ok(RuleSelector::Rule(rule.id)),
            None => Err(self.unknown_rule(selector)),
        }
    }

    fn unknown_family(&self, selector: &str, family: &str) -> UnknownRule {
        let meant = suggest(family, self.rules.iter().map(|rule| rule.family()));
        UnknownRule {
            message: format!("{} names no family of rules", quoted(selector)),
            help: match meant {
                Some(meant) => format!("did you mean `{meant}/*`?"),
                None => "`bailiwick rules` lists all rules and families".into(),
            },
        }
    }

    fn unknown_rule(&self, id: &str) -> UnknownRule {
        let name = quoted(id);
        if let Some(renamed) = self.retired.renamed.iter().find(|rule| rule.old == id) {
            return UnknownRule {
                message: format!("{name} is called `{}` since {}", renamed.new, renamed.since),
                help: format!("write `{}`", renamed.new),
            };
        }
        if let Some(removed) = self.retired.removed.iter().find(|rule| rule.id == id) {
            return UnknownRule {
                message: format!(
                    "{name} was removed in {}: {}",
                    removed.since, removed.reason
                ),
                help: "remove this line".into(),
            };
        }
        let is_family = self.rules.iter().any(|rule| rule.family() == id);
        UnknownRule {
            message: format!("unknown rule {name}"),
            help: match self.nearest(id) {
                _ if is_family => format!("`{id}/*` means all rules of the family"),
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "`bailiwick rules` lists all rules".into(),
            },
        }
    }

    /// The id that was meant: one of few edits, or the same name in another family or in none.
    fn nearest(&self, id: &str) -> Option<&'static str> {
        let name = |id: &'static str| id.rsplit('/').next().unwrap_or(id);
        let written = id.rsplit('/').next().unwrap_or(id);
        suggest(id, self.rules.iter().map(|rule| rule.id)).or_else(|| {
            let mut ids = self.rules.iter().map(|rule| rule.id);
            ids.find(|known| name(known) == written)
        })
    }
}
