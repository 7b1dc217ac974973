//! The first step: the grammar of a policy file. Input: a file's text. Output: what it says, with spans,
//! before anybody looks at which rules there are.

use jiff::civil::Date;

use super::declarations::{self, Declarations};
use super::error::{Problems, quoted};
use super::reader::{Document, Node, POLICY_LIMIT, Spanned, Table};
use super::{Level, Value};
use crate::text::Span;

/// The tiers that a level can depend on, as keys of its table; tier 1 is the most critical.
pub(super) const TIERS: [&str; 4] = ["tier-1", "tier-2", "tier-3", "tier-4"];

/// What a policy file says.
#[derive(Debug, Default)]
pub(super) struct RawPolicy {
    /// None where the file does not say.
    pub(super) extends: Option<Vec<Spanned<String>>>,
    pub(super) root: bool,
    pub(super) required_version: Option<Spanned<String>>,
    pub(super) reviewed: Option<Spanned<Date>>,
    pub(super) name: Option<Spanned<String>>,
    pub(super) exclude: Option<Vec<Spanned<String>>>,
    pub(super) extend_exclude: Vec<Spanned<String>>,
    pub(super) rosters: Vec<RawRoster>,
    /// `[markers] words`
    pub(super) words: Option<Vec<Spanned<String>>>,
    /// `[history] bots`
    pub(super) bots: Option<Vec<Spanned<String>>>,
    /// `[history] name-people`
    pub(super) name_people: Option<bool>,
    /// `[forge] incident-labels`
    pub(super) incident_labels: Option<Vec<Spanned<String>>>,
    /// `[documents] links`
    pub(super) links: Option<Vec<Spanned<String>>>,
    /// `[documents] runbooks`
    pub(super) runbooks: Option<Vec<Spanned<String>>>,
    pub(super) services: RawServices,
    pub(super) catalog: RawCatalog,
    /// `[repositories] may-loosen`
    pub(super) may_loosen: Option<Vec<Spanned<String>>>,
    /// `[[people]]`, `[[teams]]`, `[[services]]` and `[[journeys]]`
    pub(super) declared: Declarations,
    pub(super) rules: Vec<RawRule>,
    pub(super) overrides: Vec<RawOverride>,
    pub(super) exceptions: Vec<RawException>,
}

/// `[services]`: what is a service though no descriptor says so, and how descriptors say what.
#[derive(Debug, Default)]
pub(super) struct RawServices {
    pub(super) roots: Option<Vec<Spanned<String>>>,
    pub(super) tier: Option<Vec<Spanned<String>>>,
    pub(super) tiers: Vec<(Spanned<String>, Spanned<i64>)>,
    pub(super) run: Option<Vec<Spanned<String>>>,
}

/// `[catalog]`: files that declare more, and whether that is all.
#[derive(Debug, Default)]
pub(super) struct RawCatalog {
    pub(super) files: Option<Vec<Spanned<String>>>,
    pub(super) complete: Option<bool>,
}

#[derive(Debug)]
pub(super) struct RawRoster {
    /// None where it is missing, which was said already.
    pub(super) file: Option<Spanned<String>>,
    pub(super) covers: Vec<Spanned<String>>,
}

/// What is said of one rule or family: an entry of `[rules]`.
#[derive(Debug)]
pub(super) struct RawRule {
    pub(super) selector: Spanned<String>,
    pub(super) level: RawLevel,
    pub(super) required: Option<bool>,
    pub(super) options: Vec<RawOption>,
}

/// The levels that are given; each may be missing.
#[derive(Debug, Default)]
pub(super) struct RawLevel {
    pub(super) default: Option<Spanned<Level>>,
    pub(super) tiers: [Option<Spanned<Level>>; 4],
}

#[derive(Debug)]
pub(super) struct RawOption {
    pub(super) name: Spanned<String>,
    pub(super) value: Spanned<Value>,
}

/// By what a subject is selected; which of these are given.
#[derive(Debug, Default)]
pub(super) struct RawSelection {
    pub(super) paths: Option<Vec<Spanned<String>>>,
    pub(super) owners: Option<Vec<Spanned<String>>>,
    pub(super) services: Option<Vec<Spanned<String>>>,
    pub(super) repositories: Option<Vec<Spanned<String>>>,
}

impl RawSelection {
    fn is_empty(&self) -> bool {
        let lists = [
            &self.paths,
            &self.owners,
            &self.services,
            &self.repositories,
        ];
        lists.iter().all(|list| list.is_none())
    }
}

#[derive(Debug)]
pub(super) struct RawOverride {
    pub(super) selection: RawSelection,
    pub(super) rules: Vec<RawRule>,
}

#[derive(Debug)]
pub(super) struct RawException {
    pub(super) rules: Vec<Spanned<String>>,
    /// Where the rules stand.
    pub(super) span: Span,
    pub(super) selection: RawSelection,
    /// None where it is missing, which was said already.
    pub(super) reason: Option<String>,
    pub(super) until: Option<Date>,
}

/// Reads a policy file. What is wrong is left out of the result.
pub(super) fn read(problems: &mut Problems<'_>) -> RawPolicy {
    let mut policy = RawPolicy::default();
    let Some(document) = Document::parse(POLICY_LIMIT, problems) else {
        return policy;
    };
    let mut table = document.table();
    if let Some(node) = table.optional("extends") {
        policy.extends = Some(node.texts(problems));
    }
    if let Some(node) = table.optional("root") {
        policy.root = node.boolean(problems).unwrap_or_default();
    }
    if let Some(node) = table.optional("required-version") {
        policy.required_version = node.text("a version such as \">=0.1\"", problems);
    }
    if let Some(node) = table.optional("reviewed") {
        policy.reviewed = node.date(problems);
    }
    if let Some(node) = table.optional("repository") {
        policy.name = read_repository(node, problems);
    }
    if let Some(node) = table.optional("files") {
        read_files(node, &mut policy, problems);
    }
    if let Some(node) = table.optional("rosters") {
        let rosters = node.tables("tables: `[[rosters]]`", problems);
        let rosters = rosters.into_iter();
        policy.rosters = rosters.map(|t| read_roster(t, problems)).collect();
    }
    if let Some(node) = table.optional("markers")
        && let Some(mut table) = node.table("a table: `[markers]`", problems)
    {
        let words = table.optional("words");
        policy.words = words.map(|node| node.texts(problems));
        table.finish(&[], problems);
    }
    if let Some(node) = table.optional("history")
        && let Some(mut table) = node.table("a table: `[history]`", problems)
    {
        let bots = table.optional("bots");
        policy.bots = bots.map(|node| node.texts(problems));
        let name_people = table.optional("name-people");
        policy.name_people = name_people.and_then(|node| node.boolean(problems));
        table.finish(&[], problems);
    }
    if let Some(node) = table.optional("forge")
        && let Some(mut table) = node.table("a table: `[forge]`", problems)
    {
        let labels = table.optional("incident-labels");
        policy.incident_labels = labels.map(|node| node.texts(problems));
        table.finish(&[], problems);
    }
    if let Some(node) = table.optional("documents")
        && let Some(mut table) = node.table("a table: `[documents]`", problems)
    {
        let (links, runbooks) = (table.optional("links"), table.optional("runbooks"));
        policy.links = links.map(|node| node.texts(problems));
        policy.runbooks = runbooks.map(|node| node.texts(problems));
        table.finish(&[], problems);
    }
    if let Some(node) = table.optional("catalog")
        && let Some(mut table) = node.table("a table: `[catalog]`", problems)
    {
        let files = table.optional("files");
        policy.catalog.files = files.map(|node| node.texts(problems));
        let complete = table.optional("complete");
        policy.catalog.complete = complete.and_then(|node| node.boolean(problems));
        table.finish(&[], problems);
    }
    // `[services]` says how services are found, `[[services]]` declares some.
    if let Some(settings) = table.optional("services").and_then(|node| node.as_table()) {
        policy.services = read_services(settings, problems);
        policy.declared = declarations::read_without_services(&mut table, problems);
    } else {
        policy.declared = declarations::read(&mut table, problems);
    }
    if let Some(node) = table.optional("repositories")
        && let Some(mut table) = node.table("a table: `[repositories]`", problems)
    {
        let may_loosen = table.optional("may-loosen");
        policy.may_loosen = may_loosen.map(|node| node.texts(problems));
        table.finish(&[], problems);
    }
    if let Some(node) = table.optional("rules") {
        policy.rules = read_rules(node, problems);
    }
    if let Some(node) = table.optional("overrides") {
        let overrides = node.tables("tables: `[[overrides]]`", problems);
        let overrides = overrides.into_iter();
        policy.overrides = overrides.map(|t| read_override(t, problems)).collect();
    }
    if let Some(node) = table.optional("exceptions") {
        let exceptions = node.tables("tables: `[[exceptions]]`", problems);
        let exceptions = exceptions.into_iter();
        policy.exceptions = exceptions.map(|t| read_exception(t, problems)).collect();
    }
    table.finish(&[], problems);
    policy
}

/// Whether a policy file says `root = true`, which makes its folder a root of its own. False where the
/// file is no TOML; whoever loads it as a policy reports its errors.
pub fn says_root(bytes: &[u8]) -> bool {
    use super::error::Source;
    use crate::{facts::Place, text::RepoPath, text::Text};
    let text = Text::new(RepoPath::default(), bytes.to_vec());
    let source = Source::new(Place::Repository, text);
    let mut problems = Problems::new(&source);
    Document::parse(POLICY_LIMIT, &mut problems)
        .and_then(|document| document.table().optional("root")?.boolean(&mut problems))
        .unwrap_or_default()
}

fn read_repository(node: Node<'_>, problems: &mut Problems<'_>) -> Option<Spanned<String>> {
    let mut table = node.table("a table: `[repository]`", problems)?;
    let name = table
        .optional("name")
        .and_then(|node| node.text("a string", problems))
        .filter(|name| {
            let is_empty = name.value.trim().is_empty();
            if is_empty {
                problems.push(name.span, "the name is empty", None);
            }
            !is_empty
        });
    table.finish(&[], problems);
    name
}

fn read_files(node: Node<'_>, policy: &mut RawPolicy, problems: &mut Problems<'_>) {
    let Some(mut table) = node.table("a table: `[files]`", problems) else {
        return;
    };
    if let Some(node) = table.optional("exclude") {
        policy.exclude = Some(node.texts(problems));
    }
    if let Some(node) = table.optional("extend-exclude") {
        policy.extend_exclude = node.texts(problems);
    }
    table.finish(&[], problems);
}

fn read_services(mut table: Table<'_>, problems: &mut Problems<'_>) -> RawServices {
    let mut texts = |key| Some(table.optional(key)?.texts(problems));
    let (roots, tier, run) = (texts("roots"), texts("tier"), texts("run"));
    let tiers = table
        .optional("tiers")
        .and_then(|node| node.table("a table: `tiers = { critical = 1 }`", problems));
    let tiers = tiers.map_or(Vec::new(), |table| {
        let others = table.others().into_iter();
        let tiers = others.filter_map(|(word, node)| match node.value() {
            Value::Integer(value) => {
                let span = node.span;
                Some((word.owned(), Spanned { value, span }))
            }
            _ => {
                node.reject("a tier from 1, the most critical", problems);
                None
            }
        });
        tiers.collect()
    });
    table.finish(&[], problems);
    RawServices {
        roots,
        tier,
        tiers,
        run,
    }
}

fn read_roster(mut table: Table<'_>, problems: &mut Problems<'_>) -> RawRoster {
    let file = table
        .required(
            "file",
            "name the roster: `file = \"people.toml\"`",
            problems,
        )
        .and_then(|node| node.text("the path of a roster", problems));
    let covers = table.optional("covers");
    let covers = covers.map_or(Vec::new(), |node| node.texts(problems));
    table.finish(&[], problems);
    RawRoster { file, covers }
}

fn read_rules(node: Node<'_>, problems: &mut Problems<'_>) -> Vec<RawRule> {
    let Some(table) = node.table("a table: `[rules]`", problems) else {
        return Vec::new();
    };
    let entries = table.others().into_iter();
    entries
        .map(|(selector, node)| {
            let mut rule = RawRule {
                selector: Spanned {
                    value: selector.value.to_string(),
                    span: selector.span,
                },
                level: RawLevel::default(),
                required: None,
                options: Vec::new(),
            };
            match node.as_table() {
                Some(table) => read_rule(table, &mut rule, problems),
                None => rule.level.default = read_level(node, "a level or a table", problems),
            }
            rule
        })
        .collect()
}

fn read_rule(mut table: Table<'_>, rule: &mut RawRule, problems: &mut Problems<'_>) {
    if let Some(node) = table.optional("level") {
        match node.as_table() {
            Some(table) => rule.level = read_levels(table, problems),
            None => {
                let expected = "a level or a table of levels by tier";
                rule.level.default = read_level(node, expected, problems);
            }
        }
    }
    if let Some(node) = table.optional("required") {
        rule.required = node.boolean(problems);
    }
    for (name, node) in table.others() {
        if name.value == "default" || TIERS.contains(&name.value) {
            let message = format!("`{}` is part of a level", name.value);
            let help = "write `level = { default = \"warning\", tier-1 = \"error\" }`".to_string();
            problems.push(name.span, message, help);
            continue;
        }
        rule.options.push(RawOption {
            name: Spanned {
                value: name.value.to_string(),
                span: name.span,
            },
            value: Spanned {
                value: node.value(),
                span: node.span,
            },
        });
    }
}

fn read_levels(mut table: Table<'_>, problems: &mut Problems<'_>) -> RawLevel {
    let mut level = |key| {
        let node = table.optional(key)?;
        read_level(node, "a level", problems)
    };
    let levels = RawLevel {
        default: level("default"),
        tiers: TIERS.map(&mut level),
    };
    table.finish(&[], problems);
    levels
}

fn read_level(
    node: Node<'_>,
    expected: &str,
    problems: &mut Problems<'_>,
) -> Option<Spanned<Level>> {
    let Some(name) = node.as_text() else {
        node.reject(expected, problems);
        return None;
    };
    let level = Level::from_name(name.value);
    if level.is_none() {
        let message = format!("unknown level {}", quoted(name.value));
        let known = Level::ALL.map(Level::name);
        problems.push_unknown(name.span, message, name.value, known);
    }
    let span = name.span;
    level.map(|value| Spanned { value, span })
}

fn read_override(mut table: Table<'_>, problems: &mut Problems<'_>) -> RawOverride {
    let span = table.span();
    let mut texts = |key| {
        let node = table.optional(key)?;
        reject_empty(node, problems);
        Some(node.texts(problems))
    };
    let selection = RawSelection {
        paths: texts("paths"),
        owners: texts("owners"),
        services: texts("services"),
        repositories: texts("repositories"),
    };
    let help = "say what holds here: `rules.\"family/name\" = \"off\"`";
    let rules = table.required("rules", help, problems);
    let rules = rules.map_or(Vec::new(), |node| read_rules(node, problems));
    table.finish(&[], problems);
    if selection.is_empty() {
        let help = "name `paths`, `owners`, `services` or `repositories`; what holds everywhere belongs into `[rules]`";
        problems.push(span, "the override selects nothing", help.to_string());
    }
    RawOverride { selection, rules }
}

fn read_exception(mut table: Table<'_>, problems: &mut Problems<'_>) -> RawException {
    let table_span = table.span();
    let help = "name the rule: `rule = \"family/name\"`";
    let rule = table.required("rule", help, problems);
    let rules = rule.map_or(Vec::new(), |node| {
        reject_empty(node, problems);
        node.text_or_texts(problems)
    });
    let mut texts = |key| {
        let node = table.optional(key)?;
        reject_empty(node, problems);
        Some(node.text_or_texts(problems))
    };
    let selection = RawSelection {
        paths: texts("path"),
        owners: texts("owner"),
        services: texts("service"),
        repositories: texts("repository"),
    };
    let why = "say why: `reason = \"…\"`";
    let reason = table
        .required("reason", why, problems)
        .and_then(|node| node.text("a string that says why", problems));
    if let Some(reason) = &reason
        && !reason.value.contains(char::is_alphanumeric)
    {
        let help = "say why, for those who read it in a year".to_string();
        problems.push(reason.span, "the reason is empty", help);
    }
    let until = table.optional("until");
    let until = until.and_then(|node| node.date(problems));
    table.finish(&[], problems);
    RawException {
        rules,
        span: rule.map_or(table_span, |rule| rule.span),
        selection,
        reason: reason.map(|reason| reason.value),
        until: until.map(|date| date.value),
    }
}

/// A list that selects needs something in it.
fn reject_empty(node: Node<'_>, problems: &mut Problems<'_>) {
    if node.is_empty_list() {
        problems.push(node.span, "the list is empty, so it selects nothing", None);
    }
}
